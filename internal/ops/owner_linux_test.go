package ops_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"xinshu/internal/ops"
)

// What root makes in a service's folder belongs to the service; what has a
// second name elsewhere stays as it is. Who is not root changes nothing.
func TestHandOver(t *testing.T) {
	dir, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "root's")
	made, twice := filepath.Join(dir, "backups", "one.tar.gz"), filepath.Join(dir, "twice")
	owner := os.Geteuid()
	if owner == 0 {
		owner = 12345
	}
	for _, err := range []error{
		os.Chown(dir, owner, os.Getegid()),
		os.Mkdir(filepath.Dir(made), 0o700), os.WriteFile(made, []byte("x"), 0o600),
		os.WriteFile(elsewhere, []byte("x"), 0o600), os.Link(elsewhere, twice),
		ops.HandOver(dir), ops.HandOver(filepath.Join(dir, "nowhere")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]int{made: owner, filepath.Dir(made): owner, twice: os.Geteuid()} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := int(info.Sys().(*syscall.Stat_t).Uid); got != want {
			t.Errorf("%s belongs to %d, want %d", path, got, want)
		}
	}
}
