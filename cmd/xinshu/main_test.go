package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xinshu/internal/app"
)

// called is one run of the program.
type called struct {
	code     int
	out, err string
}

func call(t *testing.T, args ...string) called {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), &env{out: &out, err: &errs}, args)
	return called{code, out.String(), errs.String()}
}

// want checks the exit code and that what is said has the words.
func (c called) want(t *testing.T, code int, out, err string) {
	t.Helper()
	if c.code != code {
		t.Errorf("exit code = %d, want %d (out %q, err %q)", c.code, code, c.out, c.err)
	}
	if !strings.Contains(c.out, out) {
		t.Errorf("output = %q, want it to say %q", c.out, out)
	}
	if !strings.Contains(c.err, err) {
		t.Errorf("error output = %q, want it to say %q", c.err, err)
	}
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestUsage(t *testing.T) {
	call(t).want(t, usage, "usage: xinshu VERB", "")
	call(t, "help").want(t, done, "prove that nothing was altered", "")
	call(t, "fly").want(t, usage, "", `there is no verb "fly"`)
	call(t, "version").want(t, done, "xinshu "+app.Version, "")
	call(t, "version", "-h").want(t, done, "", "usage: xinshu version")
	call(t, "version", "--colour").want(t, usage, "", "flag provided but not defined")
	call(t, "verify", "something", "else").want(t, usage, "", "usage: xinshu verify")
	call(t, "import", "units").want(t, usage, "", "usage: xinshu import")
	call(t, "import", "weather", "x", "--data", t.TempDir()).want(t, usage, "", "usage: xinshu import")
	call(t, "user", "dance", "--data", t.TempDir()).want(t, usage, "", "usage: xinshu user")
	call(t, "demo", "--as-of", "2026-02-30").want(t, wrong, "", "2026-02-30 is not a date")
	call(t, "import", "items", "x", "--map", "colour=颜色").want(t, wrong, "", "--map: columns: colour is not known here; the nearest is")
}

const units = "code\tparent\tname\tlevel\nC\t\t霁川市\tcity\nK\tC\t望岭县\tcounty\n"

func TestAnInstallationFromNothing(t *testing.T) {
	dir := t.TempDir()
	data := []string{"--data", dir}
	on := func(args ...string) called { return call(t, append(args, data...)...) }
	file := write(t, "u.tsv", units)
	on("import", "units", file, "--dry-run").want(t, done, "would import units: 2 rows read (utf-8), 2 added", "")
	on("import", "units", file).want(t, done, "imported units: 2 rows read (utf-8), 2 added", "")
	on("import", "units", file).want(t, done, "0 added, 0 changed, 2 already here", "")
	on("import", "units", write(t, "bad.tsv", units+"T\tK\t青禾镇\tmoon\n")).want(t, wrong, "", "line 4: level: unknown level moon")
	on("import", "units", filepath.Join(dir, "nothing.tsv")).want(t, wrong, "", "cannot be read")
	on("user", "add", "--login", "first", "--name", "某某", "--unit", "C", "--role", "admin", "--password", "a long enough one").want(t, done, "added 某某 (first)", "")
	on("user", "add", "--login", "first", "--name", "某某", "--password", "a long enough one").want(t, wrong, "", "already taken")
	on("user", "add", "--login", "second", "--name", "某某", "--password", "short").want(t, wrong, "", "password")
	on("user", "add", "--login", "second", "--name", "某某", "--unit", "Q", "--password", "a long enough one").want(t, wrong, "", "no unit has the code")
	on("user", "post", "--login", "first", "--unit", "C", "--role", "auditor").want(t, wrong, "", "three administrators")
	on("user", "password", "--login", "nobody", "--password", "a long enough one").want(t, wrong, "", "nobody has the login nobody")
	on("user", "token", "--login", "first", "--scopes", "read", "--days", "1").want(t, done, "xs_", "")
	on("user", "token", "--login", "first", "--scopes", "everything", "--days", "1").want(t, wrong, "", "everything is not on the list")
	on("user", "list").want(t, done, "first\t某某", "")
	on("import", "items", write(t, "i.jsonl", `{"id":"1","title":"题","body":"文","unit":"K"}`+"\n")).want(t, wrong, "", "line 1: unit: unit K has no reporting line")
	on("rulebook", write(t, "r.yaml", "title: 办法\n")).want(t, wrong, "", "rules: is missing")
	on("verify").want(t, done, "verified: nothing was altered or removed", "")
	on("verify", "--rebuild").want(t, done, "verified", "")
	got := on("import", "units", file, "--json")
	var rep struct{ Rows, Same int }
	if err := json.Unmarshal([]byte(got.out), &rep); err != nil || rep.Rows != 2 || rep.Same != 2 {
		t.Errorf("for machines = %q %v, want 2 rows, 2 the same", got.out, err)
	}
}

func TestASecondServerOnOneFolder(t *testing.T) {
	dir := t.TempDir()
	a, err := app.Start(t.Context(), app.Config{Dir: dir, Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Errorf("Close() = %v, want nil", err)
		}
	})
	call(t, "serve", "--data", dir, "--listen", "127.0.0.1:0").want(t, wrong, "", "another xinshu is using this data folder")
	call(t, "verify", "--data", dir).want(t, wrong, "", "another xinshu")
}

func TestAnAddressInUse(t *testing.T) {
	a, err := app.Start(t.Context(), app.Config{Dir: t.TempDir(), Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	call(t, "serve", "--data", t.TempDir(), "--listen", strings.TrimPrefix(a.URL(), "http://")).want(t, wrong, "", "say --listen with a free address")
}

// stopper stops the program as soon as it says something.
type stopper struct {
	bytes.Buffer
	stop func()
}

func (s *stopper) Write(p []byte) (int, error) {
	s.stop()
	return s.Buffer.Write(p)
}

func TestServeSaysWhereAndStopsInOrder(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	out := &stopper{stop: stop}
	var errs bytes.Buffer
	code := run(ctx, &env{out: out, err: &errs}, []string{"serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0"})
	called{code, out.String(), errs.String()}.want(t, done, "Xinshu answers at http://127.0.0.1:", "")
}

func TestASchemaFromTheFuture(t *testing.T) {
	dir := t.TempDir()
	call(t, "verify", "--data", dir).want(t, done, "verified", "")
	db, err := sql.Open("sqlite", filepath.Join(dir, "xinshu.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9001, 1)"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	call(t, "verify", "--data", dir).want(t, wrong, "", "written by a newer xinshu (schema 9001")
}

func TestAlteredDataIsFound(t *testing.T) {
	dir := t.TempDir()
	call(t, "import", "units", write(t, "u.tsv", units), "--data", dir).want(t, done, "2 added", "")
	db, err := sql.Open("sqlite", filepath.Join(dir, "xinshu.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "UPDATE fact SET body = '{}'"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	call(t, "verify", "--data", dir).want(t, wrong, "", "findings")
}
