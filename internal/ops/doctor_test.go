package ops_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"xinshu/internal/fact"
	"xinshu/internal/ident"
	"xinshu/internal/ops"
	"xinshu/internal/org"
	"xinshu/internal/store"
	"xinshu/internal/testing/storetest"
)

// found looks for a check among the doctor's.
func found(t *testing.T, checks []ops.Check, group, what string) ops.Check {
	t.Helper()
	i := slices.IndexFunc(checks, func(c ops.Check) bool { return c.Group == group && c.What == what })
	if i < 0 {
		t.Fatalf("the doctor did not look at %s, %s: %+v", group, what, checks)
	}
	return checks[i]
}

// TestTheDoctorOnBothEngines opens an installation, leaves it open, and looks at
// it with clocks that are right and wrong.
func TestTheDoctorOnBothEngines(t *testing.T) {
	for name, config := range map[string]func(testing.TB) store.Config{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			c := config(t)
			s := storetest.OpenWith(t, c)
			p := ops.Patient{Dir: c.Dir, Postgres: c.Postgres, Backups: t.TempDir(), Now: c.Clock(), Zone: c.Location}
			if p.Dir == "" {
				p.Dir = t.TempDir()
			}
			if err := s.Update(t.Context(), func(tx *store.Tx) error {
				_, err := tx.Record(fact.Fact{Subject: fact.Subject{Noun: "unit", ID: "file"}, SubjectV: 1}, org.UnitsImported{Added: 1})
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Sequence(t.Context()); err != nil {
				t.Fatal(err)
			}
			checks := ops.Examine(t.Context(), p)
			for _, c := range checks {
				if c.State == ops.Fail {
					t.Errorf("a sound installation: %+v, want no fail", c)
				}
			}
			if k := found(t, checks, "clock", "record"); k.State != ops.Fine {
				t.Errorf("clock = %+v, want ok", k)
			}
			if k := found(t, checks, "storage", "schema"); k.State != ops.Fine {
				t.Errorf("schema = %+v, want ok", k)
			}
			p.Now = p.Now.Add(-3 * time.Hour)
			if k := found(t, ops.Examine(t.Context(), p), "clock", "record"); k.State != ops.Warn || !strings.Contains(k.Seen, "3h0m0s") {
				t.Errorf("three hours back = %+v, want a warning that says so", k)
			}
			p.Now = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
			if k := found(t, ops.Examine(t.Context(), p), "clock", "year"); k.State != ops.Fail {
				t.Errorf("1970 = %+v, want fail", k)
			}
		})
	}
}

func TestTheDoctorLooksAtBackupsAndSettings(t *testing.T) {
	dir, backups, now := t.TempDir(), t.TempDir(), time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	p := ops.Patient{Dir: dir, Backups: backups, Now: now, Zone: time.UTC, Wrong: []string{"xinshu.yaml:3: readers must be a number"}, At: "http://x/readyz",
		Ready: func(context.Context) error { return errors.New("it sleeps") }}
	put := func(name string, age time.Duration) {
		file := filepath.Join(backups, name)
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	put("before-upgrade-20261122-schema-0003.db", time.Hour)
	put(".half", time.Hour)
	checks := ops.Examine(t.Context(), p)
	if k := found(t, checks, "backup", "last"); k.State != ops.Warn || !strings.Contains(k.Seen, "none in") {
		t.Errorf("no backup = %+v, want a warning", k)
	}
	if k := found(t, checks, "settings", "value"); k.State != ops.Fail || k.Do == "" {
		t.Errorf("a wrong setting = %+v, want fail and what to do", k)
	}
	if k := found(t, checks, "system", "server"); k.State != ops.Warn || k.Seen != "it sleeps" {
		t.Errorf("a server that sleeps = %+v, want a warning", k)
	}
	put("old.tar.gz", 72*time.Hour)
	if k := found(t, ops.Examine(t.Context(), p), "backup", "last"); k.State != ops.Warn || !strings.Contains(k.Seen, "old.tar.gz, 72h") {
		t.Errorf("an old backup = %+v, want a warning with its age", k)
	}
	put("new.tar.gz", time.Hour)
	if k := found(t, ops.Examine(t.Context(), p), "backup", "last"); k.State != ops.Fine {
		t.Errorf("a fresh backup = %+v, want ok", k)
	}
	p.Dir = filepath.Join(dir, "not", "yet")
	checks = ops.Examine(t.Context(), p)
	if k := found(t, checks, "storage", "data folder"); k.State != ops.Warn {
		t.Errorf("a folder that is not there = %+v, want a warning", k)
	}
	if _, err := os.Stat(p.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Stat(%s) = %v, want the doctor to make nothing", p.Dir, err)
	}
}

// TestTheDoctorLooksAtMail: sending that fails is said with the settings to look
// at, and each mailbox with what to do about it.
func TestTheDoctorLooksAtMail(t *testing.T) {
	c := storetest.SQLite(t)
	s := storetest.OpenWith(t, c)
	now := c.Clock()
	if err := s.Update(t.Context(), func(tx *store.Tx) error {
		for i, m := range []store.Mailbox{
			{Login: "fine@x.cn", LookedAt: now.UnixMicro()},
			{Login: "wrong@x.cn", LookedAt: now.UnixMicro(), Problem: "password", Detail: "NO failed"},
			{Login: "old@x.cn", LookedAt: now.Add(-3 * time.Hour).UnixMicro()},
			{Login: "new@x.cn"},
			{Login: "flood@x.cn", LookedAt: now.UnixMicro(), Problem: "many", Detail: "ads@x.cn"},
		} {
			m.Office, m.State, m.Host, m.TLS, m.Folder = ident.Unit(strings.Repeat(string(rune('a'+i)), 26)), store.MailboxOn, "imap.x.cn", "tls", "INBOX"
			if err := tx.InsertMailbox(&m); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	p := ops.Patient{Dir: c.Dir, Backups: t.TempDir(), Now: now, Zone: time.UTC, MailAt: "smtp.x.cn:587", Mail: func(context.Context) error { return errors.New("535 no") }}
	checks := ops.Examine(t.Context(), p)
	if k := found(t, checks, "mail", "sending"); k.State != ops.Fail || !strings.Contains(k.Seen, "smtp.x.cn:587") || !strings.Contains(k.Seen, "535 no") || !strings.Contains(k.Do, "smtp-password-file") {
		t.Errorf("sending = %+v, want the failure, where, and the settings to look at", k)
	}
	for who, want := range map[string]struct{ state, do string }{"fine@x.cn": {ops.Fine, ""}, "wrong@x.cn": {ops.Fail, "authorization code"}, "old@x.cn": {ops.Warn, "server runs"}, "new@x.cn": {ops.Warn, "start the server"}, "flood@x.cn": {ops.Warn, "enter or drop"}} {
		i := slices.IndexFunc(checks, func(k ops.Check) bool { return k.What == "mailbox" && strings.Contains(k.Seen, who) })
		if i < 0 || checks[i].State != want.state || !strings.Contains(checks[i].Do, want.do) {
			t.Errorf("%s = %+v of %+v, want %+v", who, i, checks, want)
		}
	}
	p.Mail = func(context.Context) error { return nil }
	if k := found(t, ops.Examine(t.Context(), p), "mail", "sending"); k.State != ops.Fine {
		t.Errorf("sending that works = %+v, want ok", k)
	}
}
