package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"xinshu/internal/app"
	"xinshu/internal/testing/storetest"
)

// TestBackupAndRestoreFromTheCommandLine: an installation that is being served is
// backed up, proved, and brought back on both engines.
func TestBackupAndRestoreFromTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	call(t, "import", "units", write(t, "u.tsv", units), "--data", dir).want(t, done, "2 added", "")
	a, err := app.Start(t.Context(), app.Config{Dir: dir, Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	call(t, "backup", filepath.Join(t.TempDir(), "early"), "--data", dir).want(t, done, "nothing is sealed yet", "")
	if err := a.Worker.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "b.tar.gz")
	call(t, "backup", file, "--data", dir).want(t, done, "with the signing key", "")
	call(t, "backup", file, "--data", dir).want(t, wrong, "", "is there already")
	call(t, "backup", "--data", dir).want(t, done, filepath.Join(dir, "backups", "xinshu-"), "")
	call(t, "backup", "a", "b", "--data", dir).want(t, usage, "", "usage: xinshu backup")
	call(t, "backup", filepath.Join(t.TempDir(), "c"), "--data", t.TempDir()).want(t, wrong, "", "holds no installation")
	call(t, "verify", file).want(t, done, "as they were written", "")
	call(t, "verify", file+"x").want(t, wrong, "", "cannot be read")
	call(t, "restore", file, "--data", dir).want(t, wrong, "", "another xinshu is using this data folder")
	call(t, "restore", "--data", dir).want(t, usage, "", "usage: xinshu restore")
	back := filepath.Join(t.TempDir(), "back")
	got := call(t, "restore", file, "--data", back, "--json")
	var rep struct {
		Engine string `json:"restored_on"`
		Rows   int64
	}
	if err := json.Unmarshal([]byte(got.out), &rep); err != nil || got.code != done || rep.Engine != "sqlite" || rep.Rows == 0 {
		t.Errorf("restore --json = %d %q (%q), want the rows on sqlite", got.code, got.out, got.err)
	}
	call(t, "verify", "--data", back).want(t, done, "verified", "")
	call(t, "restore", file, "--data", back).want(t, wrong, "", "is not empty")
	pg := storetest.Postgres(t)
	call(t, "restore", file, "--data", t.TempDir(), "--postgres", pg.Postgres).want(t, done, "restored on postgres", "")
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cut := write(t, "cut.tar.gz", string(whole[:len(whole)/2]))
	call(t, "verify", cut).want(t, wrong, "", "ends in the middle")
	bare := filepath.Join(t.TempDir(), "bare")
	call(t, "backup", bare, "--without-key", "--data", dir).want(t, done, "without the signing key", "")
	call(t, "restore", bare, "--data", filepath.Join(t.TempDir(), "r")).want(t, done, "nothing more is sealed until the key is put back", "")
}

// TestOldBackupsGo: only dated files of the backup folder, only beyond the number
// asked for, and only once the new one is whole.
func TestOldBackupsGo(t *testing.T) {
	dir := t.TempDir()
	call(t, "import", "units", write(t, "u.tsv", units), "--data", dir).want(t, done, "2 added", "")
	backups := filepath.Join(dir, "backups")
	if err := os.Mkdir(backups, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"xinshu-20200101T000000Z.tar.gz", "xinshu-20210101T000000Z.tar.gz", "before-20200101.tar.gz"} {
		if err := os.WriteFile(filepath.Join(backups, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	call(t, "backup", filepath.Join(t.TempDir(), "x"), "--keep", "1", "--data", dir).want(t, usage, "", "usage: xinshu backup")
	call(t, "backup", "--keep", "2", "--data", dir).want(t, done, "backed up to", "")
	for name, want := range map[string]bool{"xinshu-20200101T000000Z.tar.gz": false, "xinshu-20210101T000000Z.tar.gz": true, "before-20200101.tar.gz": true} {
		if _, err := os.Stat(filepath.Join(backups, name)); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", name, err == nil, want)
		}
	}
	if all, _ := filepath.Glob(filepath.Join(backups, "*")); len(all) != 3 {
		t.Errorf("the backup folder holds %v, want three files", all)
	}
}
