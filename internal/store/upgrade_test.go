package store_test

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"database/sql"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/store"
	"xinshu/internal/testing/storetest"
)

// What every released schema looked like with one whole story in it (township
// to province, scored) is kept in testdata/released, for each engine: the number
// of the schema, then the engine. Such a file is never changed; a release that
// changes the schema adds its own two. docs/store.md says how they are made.

func released(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("testdata", "released", pattern))
	if err != nil || len(found) == 0 {
		t.Fatalf("released %s = %v (%v), want at least one", pattern, found, err)
	}
	return found
}

// unpacked reads a gzipped file of the fixtures.
func unpacked(t *testing.T, name string) io.Reader {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func untar(t *testing.T, name, dir string) {
	t.Helper()
	for r := tar.NewReader(unpacked(t, name)); ; {
		h, err := r.Next()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(h.Name)), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// sound checks that the story is all there and that life goes on.
func sound(t *testing.T, s *store.Store) {
	t.Helper()
	if found := storetest.Findings(t, s); len(found) > 0 {
		t.Errorf("Verify() after the upgrade = %v, want nothing", found)
	}
	last := gapless(t, s)
	if last < 150 {
		t.Errorf("%d facts after the upgrade, want the whole story", last)
	}
	if err := s.Update(t.Context(), enter("new")); err != nil {
		t.Errorf("Update() after the upgrade = %v, want nil", err)
	}
	if _, err := s.Sequence(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := gapless(t, s); n != last+1 {
		t.Errorf("%d facts, want %d", n, last+1)
	}
	// Nobody is told of what happened before there were notifications; the other
	// projections read the whole record.
	for name, want := range map[string]int{"notes": 1, "acts": int(last) + 1} {
		if err := s.Rebuild(t.Context(), name); err != nil {
			t.Fatal(err)
		}
		read := 0
		for {
			n, err := s.Project(t.Context(), name, 100, func(*store.Projection, []fact.Record) error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			if n == 0 {
				break
			}
			read += n
		}
		if read != want {
			t.Errorf("%s read %d facts after the upgrade, want %d", name, read, want)
		}
	}
	if n, err := s.Seal(t.Context(), true); err != nil || n == 0 {
		t.Errorf("Seal() after the upgrade = %d, %v, want a block", n, err)
	}
	if found := storetest.Findings(t, s); len(found) > 0 {
		t.Errorf("Verify() after more work = %v, want nothing", found)
	}
}

func TestUpgradeSQLite(t *testing.T) {
	for _, name := range released(t, "*-sqlite.tar.gz") {
		t.Run(filepath.Base(name), func(t *testing.T) {
			c := storetest.SQLite(t)
			c.Dir = t.TempDir()
			untar(t, name, c.Dir)
			sound(t, storetest.OpenWith(t, c))
			copies, err := filepath.Glob(filepath.Join(c.Dir, "backups", "before-upgrade-*-schema-"+filepath.Base(name)[:4]+".db"))
			if err != nil || len(copies) != 1 {
				t.Fatalf("copies made before the upgrade = %v (%v), want one", copies, err)
			}
			// The copy in the old place is the old installation.
			back := storetest.SQLite(t)
			back.Dir = t.TempDir()
			untar(t, name, back.Dir)
			b, err := os.ReadFile(copies[0])
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(back.Dir, "xinshu.db"), b, 0o600); err != nil {
				t.Fatal(err)
			}
			sound(t, storetest.OpenWith(t, back))
		})
	}
}

func TestUpgradePostgres(t *testing.T) {
	for _, name := range released(t, "*-postgres.sql.gz") {
		t.Run(filepath.Base(name), func(t *testing.T) {
			c := storetest.Postgres(t)
			c.Backups = t.TempDir()
			clock := c.Clock
			c.Clock = func() time.Time { return clock().AddDate(2, 0, 0) } // the old sequencer's lease is over
			text, err := io.ReadAll(unpacked(t, name))
			if err != nil {
				t.Fatal(err)
			}
			u, err := url.Parse(c.Postgres)
			if err != nil {
				t.Fatal(err)
			}
			schema := u.Query().Get("search_path")
			script := strings.ReplaceAll(string(text), "released", schema)
			script = strings.Replace(script, "CREATE SCHEMA "+schema+";", "", 1)
			db, err := sql.Open("pgx", c.Postgres)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := db.ExecContext(t.Context(), script); err != nil {
				t.Fatalf("load %s: %v", name, err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			sound(t, storetest.OpenWith(t, c))
			copies, err := filepath.Glob(filepath.Join(c.Backups, "before-upgrade-*-schema-"+filepath.Base(name)[:4]+"*"))
			if err != nil || len(copies) != 1 {
				t.Fatalf("copies made before the upgrade = %v (%v), want one", copies, err)
			}
		})
	}
}

// TestNoUpgradeWithoutCopy: a folder for copies that cannot be written stops the
// upgrade, and the old data is as it was.
func TestNoUpgradeWithoutCopy(t *testing.T) {
	for _, name := range released(t, "*-sqlite.tar.gz") {
		c := storetest.SQLite(t)
		c.Dir = t.TempDir()
		untar(t, name, c.Dir)
		before, err := os.ReadFile(filepath.Join(c.Dir, "xinshu.db"))
		if err != nil {
			t.Fatal(err)
		}
		c.Backups = filepath.Join(c.Dir, "seal.key", "no-folder")
		if _, err := store.Open(context.Background(), c); !fault.Is(err, fault.Unavailable) || reason(err) != "no_copy_before_upgrade" {
			t.Errorf("Open() without room for a copy = %v, want no_copy_before_upgrade", err)
		}
		after, err := os.ReadFile(filepath.Join(c.Dir, "xinshu.db"))
		if err != nil || string(after) != string(before) {
			t.Errorf("the database changed though no copy was made (%v), want it as it was", err)
		}
	}
}
