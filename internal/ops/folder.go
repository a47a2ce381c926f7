package ops

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"xinshu/internal/store"
)

// AtRest compares a folder that no server holds with the sums of its last orderly
// stop, before anything opens it. Opening takes the sums away and the next stop
// makes new ones, which would bless what was altered: so where something was
// found, keep puts the old sums back, to be called when the folder is closed
// again.
func AtRest(dir string, report func(string)) (n int, keep func() error, err error) {
	name := filepath.Join(dir, "xinshu.sums")
	old, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return 0, func() error { return nil }, nil
	}
	if err != nil {
		return 0, nil, err
	}
	_, err = store.CheckFiles(dir, func(f store.Finding) {
		n++
		report(fmt.Sprintf("%s: %s: %s", f.Check, f.Where, f.What))
	})
	keep = func() error {
		if n == 0 {
			return nil
		}
		return os.WriteFile(name, old, 0o600)
	}
	return n, keep, err
}
