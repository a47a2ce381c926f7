package ops

import (
	"io/fs"
	"os"
	"syscall"
)

// HandOver gives what root has made in a data folder to the folder's owner.
// Otherwise a verb that an administrator types beside a service with a user of
// its own leaves files that the service cannot open. Only root's own files
// change hands, and none that has a second name elsewhere.
func HandOver(dir string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	top, err := os.Stat(dir)
	if err != nil {
		return nil // no folder, nothing to hand over
	}
	owner, ok := top.Sys().(*syscall.Stat_t)
	if !ok || owner.Uid == 0 {
		return nil
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	return fs.WalkDir(root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil // a running server removes its own
		}
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return nil
		}
		st, ok := info.Sys().(*syscall.Stat_t)
		if !ok || st.Uid != 0 || !d.IsDir() && st.Nlink > 1 {
			return nil
		}
		if err := root.Lchown(path, int(owner.Uid), int(owner.Gid)); !os.IsNotExist(err) {
			return err
		}
		return nil
	})
}
