package ops_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"xinshu/internal/fact"
	"xinshu/internal/ops"
	"xinshu/internal/store"
	"xinshu/internal/testing/storetest"
)

// readArchive is a .tar.gz as a map of its files.
func readArchive(t *testing.T, b []byte) map[string]string {
	t.Helper()
	files, err := archived(b)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func archived(b []byte) (map[string]string, error) {
	gz, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for in := tar.NewReader(gz); ; {
		h, err := in.Next()
		if err == io.EOF {
			_, err = io.Copy(io.Discard, gz)
			return out, err
		}
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(in)
		if err != nil {
			return nil, err
		}
		out[h.Name] = string(content)
	}
}

// altered is the file with one byte changed.
func altered(b []byte, at int, by byte) []byte {
	c := slices.Clone(b)
	c[at] ^= by
	return c
}

// TestAnAlteredByteIsFound changes 250 random bytes of a backup's folder and 250
// of the archive, one at a time. Each is found, and the file it is in is named;
// or what the archive holds is proved to be the same.
func TestAnAlteredByteIsFound(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	dir, _ := h.backup(t, "b")
	type place struct {
		file string
		at   int
	}
	var places []place
	files := tree(t, dir)
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for n := range files {
			if !yield(n) {
				return
			}
		}
	}) {
		for i := range len(files[name]) {
			places = append(places, place{name, i})
		}
	}
	for range 250 {
		p := places[random.IntN(len(places))]
		by := byte(1 + random.IntN(255))
		path := filepath.Join(dir, p.file)
		if err := os.WriteFile(path, altered([]byte(files[p.file]), p.at, by), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := findings(t, dir); len(got) == 0 || !strings.Contains(strings.Join(got, "\n"), filepath.ToSlash(p.file)) {
			t.Errorf("byte %d of %s altered by %#x: VerifyBackup() = %q, want the file named", p.at, p.file, by, got)
		}
		if err := os.WriteFile(path, []byte(files[p.file]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := findings(t, dir); len(got) > 0 {
		t.Errorf("VerifyBackup() of the backup as it was = %q, want none", got)
	}
	archive, _ := h.backup(t, "b.tar.gz")
	b := need[[]byte](t)(os.ReadFile(archive))
	want := readArchive(t, b)
	harmless := 0
	for range 250 {
		at, by := random.IntN(len(b)), byte(1+random.IntN(255))
		c := altered(b, at, by)
		if err := os.WriteFile(archive, c, 0o600); err != nil {
			t.Fatal(err)
		}
		got := strings.Join(findings(t, archive), "\n")
		if got == "" {
			same, err := archived(c)
			if err != nil || len(same) != len(want) {
				t.Errorf("byte %d altered by %#x: nothing found, and the archive cannot be read: %v", at, by, err)
			}
			for name := range want {
				if same[name] != want[name] {
					t.Errorf("byte %d altered by %#x: nothing found, and %s differs", at, by, name)
				}
			}
			harmless++
		} else if !strings.Contains(got, archive) && !strings.Contains(got, store.ManifestFile) && !strings.Contains(got, "tables/") && !strings.Contains(got, "blobs") {
			t.Errorf("byte %d altered by %#x: VerifyBackup() = %q, want a file named", at, by, got)
		}
	}
	t.Logf("%d of 250 bytes of the archive were harmless", harmless)
	if harmless > 5 {
		t.Errorf("%d harmless bytes, want only those of the archive's own header", harmless)
	}
}

// TestABackupThatIsNotWhole: each is refused with what is wrong, by verify and by
// restore, and the target stays as it was.
func TestABackupThatIsNotWhole(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	whole, _ := h.backup(t, "b")
	archive, _ := h.backup(t, "b.tar.gz")
	packed := need[[]byte](t)(os.ReadFile(archive))
	blobFile := ""
	for name := range tree(t, whole) {
		if strings.HasPrefix(name, "blobs/") {
			blobFile = name
		}
	}
	rewrite := func(dir string, change func(m *store.Manifest)) {
		b := need[[]byte](t)(os.ReadFile(filepath.Join(dir, store.ManifestFile)))
		m := need[store.Manifest](t)(store.DecodeManifest(b))
		change(&m)
		if err := os.WriteFile(filepath.Join(dir, store.ManifestFile), need[[]byte](t)(m.Encode()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	appendTo := func(dir, name, content string) {
		f := need[*os.File](t)(os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600))
		if _, err := f.WriteString(content); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	for _, c := range []struct {
		name   string
		spoil  func(dir string) (path string)
		want   []string
		verify bool // verify refuses it, too
	}{
		{"no manifest", func(dir string) string { os.Remove(filepath.Join(dir, store.ManifestFile)); return dir }, []string{"no manifest.json"}, true},
		{"a table missing", func(dir string) string { os.Remove(filepath.Join(dir, "tables", "item.jsonl")); return dir }, []string{"tables/item.jsonl", "is missing"}, true},
		{"a table cut", func(dir string) string { os.Truncate(filepath.Join(dir, "tables", "fact.jsonl"), 2000); return dir }, []string{"tables/fact.jsonl", "rows"}, true},
		{"a row more", func(dir string) string { appendTo(dir, "tables/term.jsonl", "[]\n"); return dir }, []string{"tables/term.jsonl"}, true},
		{"a file missing", func(dir string) string { os.Remove(filepath.Join(dir, blobFile)); return dir }, []string{blobFile, "is missing"}, true},
		{"a strange file", func(dir string) string { appendTo(dir, "note.txt", "hello"); return dir }, []string{"note.txt", "no part of the backup"}, true},
		{"a strange kept file", func(dir string) string {
			name := "blobs/2c/f24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" // of "hello"
			if err := os.MkdirAll(filepath.Join(dir, "blobs/2c"), 0o700); err != nil {
				t.Fatal(err)
			}
			appendTo(dir, name, "hello")
			return dir
		}, []string{"blobs/2c/f24d", "no part of the backup"}, true},
		{"the key of another", func(dir string) string {
			os.WriteFile(filepath.Join(dir, store.KeyFile), []byte(strings.Repeat("a", 64)+"\n"), 0o600)
			return dir
		}, []string{store.KeyFile}, true},
		{"a newer format", func(dir string) string { rewrite(dir, func(m *store.Manifest) { m.Format = 9 }); return dir }, []string{"format 9", "newer xinshu"}, true},
		{"a newer schema", func(dir string) string {
			rewrite(dir, func(m *store.Manifest) { m.Schema, m.Program = 9001, "7.0.0" })
			return dir
		}, []string{"schema 9001", "7.0.0"}, false},
		{"an archive cut in the middle", func(dir string) string {
			path := dir + ".tar.gz"
			os.WriteFile(path, packed[:len(packed)/2], 0o600)
			return path
		}, []string{"ends in the middle", "cut off"}, true},
		{"an archive cut at the end", func(dir string) string {
			path := dir + ".tar.gz"
			os.WriteFile(path, packed[:len(packed)-3], 0o600)
			return path
		}, []string{"ends in the middle"}, true},
		{"an empty archive", func(dir string) string {
			path := dir + ".tar.gz"
			os.WriteFile(path, nil, 0o600)
			return path
		}, []string{"cut off"}, true},
		{"something else", func(dir string) string {
			path := dir + ".tar.gz"
			os.WriteFile(path, []byte("this is not an archive at all, is it"), 0o600)
			return path
		}, []string{"cannot be read"}, true},
		{"nothing", func(dir string) string { return dir + "-nowhere" }, []string{"nowhere", "cannot be read"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "b")
			unpackBackup(t, whole, dir)
			path := c.spoil(dir)
			target := t.TempDir()
			_, err := ops.Restore(t.Context(), restoreTo(path, target, ""))
			said := map[string]string{"Restore": strings.Join(ops.Say(asError(err)), "\n")}
			if c.verify {
				said["VerifyBackup"] = strings.Join(findings(t, path), "\n")
			}
			for who, text := range said {
				for _, w := range c.want {
					if !strings.Contains(text, w) {
						t.Errorf("%s = %q, want %q in it", who, text, w)
					}
				}
			}
			if got := tree(t, target); len(got) > 0 {
				t.Errorf("the target after a refusal = %v, want it empty", got)
			}
		})
	}
}

// TestABackupThatIsATrap: archives that somebody built to write elsewhere, to be
// read twice or to fill the memory. Nothing outside is written, and reading one
// keeps little.
func TestABackupThatIsATrap(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	archive, _ := h.backup(t, "b.tar.gz")
	content := readArchive(t, need[[]byte](t)(os.ReadFile(archive)))
	plain := func(name string, r io.Reader, size int64) func(*tar.Writer) error {
		return func(out *tar.Writer) error {
			err := out.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o600, Size: size})
			if err == nil {
				_, err = io.CopyN(out, r, size)
			}
			return err
		}
	}
	text := func(name, text string) func(*tar.Writer) error {
		return plain(name, strings.NewReader(text), int64(len(text)))
	}
	link := func(kind byte, name, to string) func(*tar.Writer) error {
		return func(out *tar.Writer) error {
			return out.WriteHeader(&tar.Header{Typeflag: kind, Name: name, Linkname: to, Mode: 0o777})
		}
	}
	for _, c := range []struct {
		name    string
		without string // a file of the true backup
		more    []func(*tar.Writer) error
		want    []string
	}{
		{"a name above the folder", "", []func(*tar.Writer) error{text("../outside", "here")}, []string{"../outside", "no part of the backup"}},
		{"a name from the root", "", []func(*tar.Writer) error{text("/tmp/outside", "here")}, []string{"/tmp/outside", "no part of the backup"}},
		{"a name out of the kept files", "", []func(*tar.Writer) error{text("blobs/../../outside", "here")}, []string{"../outside", "no part of the backup"}},
		{"a link for a table", "tables/item.jsonl", []func(*tar.Writer) error{link(tar.TypeSymlink, "tables/item.jsonl", "/etc/passwd")}, []string{"tables/item.jsonl", "no part of the backup"}},
		{"a hard link for the key", store.KeyFile, []func(*tar.Writer) error{link(tar.TypeLink, store.KeyFile, "/etc/passwd")}, []string{store.KeyFile, "no part of the backup"}},
		{"a table twice", "", []func(*tar.Writer) error{text("tables/item.jsonl", content["tables/item.jsonl"])}, []string{"tables/item.jsonl", "twice"}},
		{"a table twice by another spelling", "", []func(*tar.Writer) error{text("tables/../tables/./item.jsonl", content["tables/item.jsonl"])}, []string{"tables/item.jsonl", "twice"}},
		{"a manifest without end", store.ManifestFile, []func(*tar.Writer) error{plain(store.ManifestFile, zeros{}, 512<<20)}, []string{store.ManifestFile, "longer than any"}},
		{"a table without end", "tables/item.jsonl", []func(*tar.Writer) error{plain("tables/item.jsonl", zeros{}, 512<<20)}, []string{"tables/item.jsonl", "rows"}},
		{"names without end", "", slices.Repeat([]func(*tar.Writer) error{text("strange", "")}, 5000), []string{"strange", "no part of the backup"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, "in", "b.tar.gz")
			if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			f := need[*os.File](t)(os.Create(path))
			gz := need[*gzip.Writer](t)(gzip.NewWriterLevel(f, gzip.BestSpeed))
			out := tar.NewWriter(gz)
			for name, b := range content {
				if name != c.without {
					c.more = append(c.more, text(name, b))
				}
			}
			for _, add := range c.more {
				if err := add(out); err != nil {
					t.Fatal(err)
				}
			}
			if err := errors.Join(out.Close(), gz.Close(), f.Close()); err != nil {
				t.Fatal(err)
			}
			before := tree(t, folder)
			target := filepath.Join(t.TempDir(), "target")
			var was, is runtime.MemStats
			runtime.ReadMemStats(&was)
			_, err := ops.Restore(t.Context(), restoreTo(path, target, ""))
			runtime.ReadMemStats(&is)
			if took := is.TotalAlloc - was.TotalAlloc; took > 256<<20 {
				t.Errorf("Restore took %d MB of memory one after the other, want less than the trap's 512", took>>20)
			}
			lines := ops.Say(asError(err))
			if len(lines) > 1100 {
				t.Errorf("Restore says %d lines, want it to stop", len(lines))
			}
			for _, w := range c.want {
				if said := strings.Join(lines, "\n"); !strings.Contains(said, w) {
					t.Errorf("Restore = %.500q, want %q in it", said, w)
				}
			}
			if got := findings(t, path); len(got) == 0 {
				t.Error("VerifyBackup found nothing")
			}
			if _, err := os.Stat(target); err == nil {
				t.Errorf("the target after a refusal = %v, want none", tree(t, target))
			}
			if after := tree(t, folder); len(after) != len(before) {
				t.Errorf("files beside the archive = %d, want %d as before", len(after), len(before))
			}
		})
	}
}

// zeros never ends.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// asError makes of no error one that says so.
func asError(err error) error {
	if err == nil {
		return errors.New("(no error)")
	}
	return err
}

// TestTargetsThatAreRefused: nothing that is there is touched.
func TestTargetsThatAreRefused(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	from, _ := h.backup(t, "b.tar.gz")
	says := func(dir, postgres, want string) {
		t.Helper()
		_, err := ops.Restore(h.Ctx(), restoreTo(from, dir, postgres))
		if said := strings.Join(ops.Say(asError(err)), "\n"); !strings.Contains(said, want) {
			t.Errorf("Restore to %s = %q, want %q", dir, said, want)
		}
	}
	says(h.dir, "", "another xinshu is using this data folder") // it is served
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "thesis.txt"), []byte("years of work"), 0o600); err != nil {
		t.Fatal(err)
	}
	says(full, "", "is not empty (there is thesis.txt)")
	if got := tree(t, full); len(got) != 1 || got["thesis.txt"] != "years of work" {
		t.Errorf("the folder after a refusal = %v, want it untouched", got)
	}
	file := filepath.Join(full, "thesis.txt")
	says(file, "", "cannot be read")
	pg := storetest.Postgres(t)
	db := need[*sql.DB](t)(sql.Open("pgx", pg.Postgres))
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE mine (n int); INSERT INTO mine VALUES (7)"); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "files")
	says(dir, pg.Postgres, "is not empty (there is mine)")
	var n int
	if err := db.QueryRowContext(t.Context(), "SELECT n FROM mine").Scan(&n); err != nil || n != 7 {
		t.Errorf("the table after a refusal = %d, %v, want 7", n, err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder after a refusal: %v, want it not there as before", err)
	}
	// settings and backups in the folder are no data
	mixed := t.TempDir()
	if err := errors.Join(os.WriteFile(filepath.Join(mixed, "xinshu.yaml"), []byte("listen: :8080\n"), 0o600), os.Mkdir(filepath.Join(mixed, "backups"), 0o700)); err != nil {
		t.Fatal(err)
	}
	need[ops.RestoreReport](t)(ops.Restore(h.Ctx(), restoreTo(from, mixed, "")))
}

// TestARestoreThatFailsLeavesNothing: a failure after everything was loaded takes
// it all away again, on both engines; and the next one succeeds.
func TestARestoreThatFailsLeavesNothing(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	from, _ := h.backup(t, "b")
	for name, config := range map[string]store.Config{"sqlite": storetest.SQLite(t), "postgres": storetest.Postgres(t)} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			o := restoreTo(from, dir, config.Postgres)
			broken := errors.New("the lights went out")
			o.Open = func(context.Context, string, string) (*ops.Opened, error) { return nil, broken }
			if _, err := ops.Restore(t.Context(), o); !errors.Is(err, broken) {
				t.Fatalf("Restore() = %v, want %v", err, broken)
			}
			if got := tree(t, dir); len(got) > 0 {
				t.Errorf("the folder after a failure = %v, want it empty", got)
			}
			o.Open = opener
			if _, err := ops.Restore(t.Context(), o); err != nil {
				t.Errorf("Restore() after a failure = %v, want it to succeed", err)
			}
		})
	}
}

// TestARestoreThatDied: what it left is never served, and the next restore clears
// it away.
func TestARestoreThatDied(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	from, _ := h.backup(t, "b")
	dir := t.TempDir()
	if err := errors.Join(os.MkdirAll(filepath.Join(dir, ".restoring", "blobs"), 0o700), os.WriteFile(filepath.Join(dir, ".restoring", "xinshu.db"), []byte("half"), 0o600),
		os.WriteFile(filepath.Join(dir, "index.db"), []byte("half"), 0o600)); err != nil {
		t.Fatal(err)
	}
	need[ops.RestoreReport](t)(ops.Restore(h.Ctx(), restoreTo(from, dir, "")))
	pg := storetest.Postgres(t)
	db := need[*sql.DB](t)(sql.Open("pgx", pg.Postgres))
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE restoring (since text); CREATE TABLE item (half int)"); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), pg); err == nil || !strings.Contains(strings.Join(ops.Say(err), "\n"), "was cut off") {
		t.Errorf("Open() of half a restore = %v, want it refused", err)
	}
	need[ops.RestoreReport](t)(ops.Restore(h.Ctx(), restoreTo(from, t.TempDir(), pg.Postgres)))
}

// TestRowsThatContradict: a backup whose hashes are right and whose rows are not
// is refused by the database, and the table is named.
func TestRowsThatContradict(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	whole, _ := h.backup(t, "b")
	for name, config := range map[string]store.Config{"sqlite": storetest.SQLite(t), "postgres": storetest.Postgres(t)} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "b")
			unpackBackup(t, whole, dir)
			forge(t, dir, "attachment", "item", "nobody")
			_, err := ops.Restore(t.Context(), restoreTo(dir, filepath.Join(t.TempDir(), "r"), config.Postgres))
			if said := strings.Join(ops.Say(asError(err)), "\n"); !strings.Contains(said, "tables/attachment.jsonl") || !strings.Contains(said, "was not taken") {
				t.Errorf("Restore() of an attachment of no item = %q, want the table named", said)
			}
			forge(t, dir, "fact", "actor", "somebody")
			if got := strings.Join(findings(t, dir), "\n"); !strings.Contains(got, "block 1") {
				t.Errorf("VerifyBackup() of a forged record = %q, want block 1 named", got)
			}
		})
	}
}

// forge changes one value of a table's first row and makes the manifest agree, as
// somebody with time would.
func forge(t *testing.T, dir, table, column, value string) {
	t.Helper()
	file := filepath.Join(dir, "tables", table+".jsonl")
	m := need[store.Manifest](t)(store.DecodeManifest(need[[]byte](t)(os.ReadFile(filepath.Join(dir, store.ManifestFile)))))
	at := slices.IndexFunc(m.Tables, func(s store.TableSum) bool { return s.Name == table })
	first, rest, _ := strings.Cut(string(need[[]byte](t)(os.ReadFile(file))), "\n")
	var row []any
	d := json.NewDecoder(strings.NewReader(first))
	d.UseNumber()
	if err := d.Decode(&row); err != nil {
		t.Fatal(err)
	}
	row[slices.Index(m.Tables[at].Columns, column)] = value
	b := append(need[[]byte](t)(json.Marshal(row)), []byte("\n"+rest)...)
	m.Tables[at].SHA256 = sumOf(b)
	m.Tables[at].Bytes = int64(len(b))
	if err := errors.Join(os.WriteFile(file, b, 0o600), os.WriteFile(filepath.Join(dir, store.ManifestFile), need[[]byte](t)(m.Encode()), 0o600)); err != nil {
		t.Fatal(err)
	}
}

func sumOf(b []byte) string { return fact.Digest(b) }

// TestTheCopyBeforeAnUpgradeComesBack: a database of each released schema is
// opened, which upgrades it; the copy that was made before is a sound backup and
// comes back on both engines with every fact it had.
func TestTheCopyBeforeAnUpgradeComesBack(t *testing.T) {
	files := need[[]string](t)(filepath.Glob("../store/testdata/released/*-postgres.sql.gz"))
	if len(files) == 0 {
		t.Fatal("no released schema was found")
	}
	for _, name := range files {
		pg := storetest.Postgres(t)
		pg.Backups = t.TempDir()
		clock := pg.Clock
		pg.Clock = func() time.Time { return clock().AddDate(2, 0, 0) } // the old sequencer's lease is over
		gz := need[*gzip.Reader](t)(gzip.NewReader(bytes.NewReader(need[[]byte](t)(os.ReadFile(name)))))
		schema := need[*url.URL](t)(url.Parse(pg.Postgres)).Query().Get("search_path")
		script := strings.ReplaceAll(string(need[[]byte](t)(io.ReadAll(gz))), "released", schema)
		db := need[*sql.DB](t)(sql.Open("pgx", pg.Postgres))
		if _, err := db.ExecContext(t.Context(), strings.Replace(script, "CREATE SCHEMA "+schema+";", "", 1)); err != nil {
			t.Fatalf("load %s: %v", name, err)
		}
		var facts int64
		if err := errors.Join(db.QueryRowContext(t.Context(), "SELECT count(*) FROM "+schema+".fact").Scan(&facts), db.Close()); err != nil || facts < 100 {
			t.Fatalf("facts in %s = %d, %v, want a story", name, facts, err)
		}
		if err := need[*store.Store](t)(store.Open(t.Context(), pg)).Close(); err != nil {
			t.Fatal(err)
		}
		copies := need[[]string](t)(filepath.Glob(filepath.Join(pg.Backups, "before-upgrade-*")))
		if len(copies) != 1 {
			t.Fatalf("copies before the upgrade of %s = %v, want one", name, copies)
		}
		if got := findings(t, copies[0]); len(got) > 0 {
			t.Errorf("VerifyBackup(%s) = %q, want nothing", copies[0], got)
		}
		for engine, to := range map[string]string{"sqlite": "", "postgres": storetest.Postgres(t).Postgres} {
			o := restoreTo(copies[0], filepath.Join(t.TempDir(), "back"), to)
			rep, err := ops.Restore(t.Context(), o)
			if err != nil || len(rep.Findings) > 0 {
				t.Fatalf("Restore(%s) on %s = %+v, %v, want it whole", copies[0], engine, rep, strings.Join(ops.Say(asError(err)), "; "))
			}
			in := need[*ops.Opened](t)(opener(t.Context(), o.Dir, to))
			var last int64
			err = in.Store.View(t.Context(), func(tx *store.Tx) (err error) {
				last, err = tx.LastPosition()
				return err
			})
			if err := errors.Join(err, in.Close()); err != nil || last < facts {
				t.Errorf("facts restored on %s = %d, %v, want %d", engine, last, err, facts)
			}
		}
	}
}
