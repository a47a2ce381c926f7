package store

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"xinshu/internal/fault"
)

// workFolder is where, inside an empty data folder, a backup is brought in. Its
// files move up when everything is proved, the database last: until then nobody
// can take the folder for an installation.
const workFolder = ".restoring"

// site is the data folder of a restore.
type site struct {
	dir, work string
	madeDir   bool
	madeLock  bool
	lock      *os.File
	moved     []string // by settle, up to now
}

// mayStay are entries of a data folder that are no data.
var mayStay = []string{lockFile, workFolder, "xinshu.yaml", "backups", "lost+found"}

// take looks whether the folder is empty and takes it.
func (s *site) take(dir string, lite, tablesOnly bool) (err error) {
	s.dir, s.work = dir, filepath.Join(dir, workFolder)
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		s.madeDir = true
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return refuse(dir, "cannot_read", "why", err.Error())
	}
	s.madeLock = !slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == lockFile })
	if s.lock, err = lockFolder(dir); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.abandon(), s.unlock())
		}
	}()
	died := slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == workFolder }) &&
		!slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == mainFile })
	var there []string
	for _, e := range entries {
		name := e.Name()
		switch {
		case slices.Contains(mayStay, name), name == "blobs" && (tablesOnly || noFiles(filepath.Join(dir, name))):
		case died && slices.Contains([]string{"blobs", indexFile, keyFile}, name): // moved up by a restore that died then
			if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
				return err
			}
		default:
			there = append(there, name)
		}
	}
	if len(there) > 0 {
		return refuse(dir, "target_not_empty", "names", someOf(there))
	}
	if err := errors.Join(os.RemoveAll(s.work), os.Mkdir(s.work, 0o700)); err != nil {
		return err
	}
	if _, none := os.Stat(filepath.Join(dir, "blobs")); tablesOnly && !lite && none == nil { // the kept files are looked at where they are
		err = os.Symlink(filepath.Join("..", "blobs"), filepath.Join(s.work, "blobs"))
	}
	return err
}

// noFiles tells whether a folder holds nothing but folders.
func noFiles(dir string) bool {
	none := true
	err := filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			none = false
			return filepath.SkipAll
		}
		return err
	})
	return none && err == nil
}

func (s *site) file(name string) string { return filepath.Join(s.work, name) }

// settle moves everything up, the database last.
func (s *site) settle() error {
	entries, err := os.ReadDir(s.work)
	if err != nil {
		return err
	}
	slices.SortStableFunc(entries, func(a, b os.DirEntry) int { return order(a.Name()) - order(b.Name()) })
	for _, e := range entries {
		from, to := s.file(e.Name()), filepath.Join(s.dir, e.Name())
		if e.Name() == lockFile || e.Type()&os.ModeSymlink != 0 {
			if err := os.Remove(from); err != nil {
				return err
			}
			continue
		}
		if e.Name() == "blobs" && noFiles(to) {
			if err := os.RemoveAll(to); err != nil {
				return err
			}
		}
		if err := syncPath(from); err != nil {
			return fault.Down("store.Settle", err)
		}
		if err := os.Rename(from, to); err != nil {
			return err
		}
		s.moved = append(s.moved, to)
	}
	if err := syncPath(s.dir); err != nil {
		return err
	}
	return os.RemoveAll(s.work)
}

// order says what moves first.
func order(name string) int {
	if name == mainFile {
		return 1
	}
	return 0
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// abandon takes away what take and the restore made.
func (s *site) abandon() error {
	errs := []error{os.RemoveAll(s.work)}
	for _, m := range s.moved {
		errs = append(errs, os.RemoveAll(m))
	}
	if s.madeLock {
		if err := os.Remove(filepath.Join(s.dir, lockFile)); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	if s.madeDir {
		if err := os.Remove(s.dir); err != nil && !errors.Is(err, os.ErrNotExist) && !errors.Is(err, syscall.ENOTEMPTY) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (s *site) unlock() error {
	if s.lock == nil {
		return nil
	}
	err := s.lock.Close()
	s.lock = nil
	return err
}

// fileURL names a database file with its settings, for the driver.
func fileURL(file string, pragmas ...string) string {
	q := url.Values{"_pragma": pragmas}
	return (&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(file), RawQuery: q.Encode()}).String()
}
