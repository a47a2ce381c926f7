package ops

import (
	"archive/tar"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"

	"xinshu/internal/fault"
)

// A backup is a folder, or the same folder as one .tar.gz file. This file knows
// how each is written whole or not at all, and how both are read.

// File is what writing a backup needs of an *os.File.
type File interface {
	io.ReadWriteSeeker
	io.Closer
	Sync() error
}

func createFile(path string) (File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
}

func isArchive(path string) bool {
	return strings.HasSuffix(path, ".tar.gz") || strings.HasSuffix(path, ".tgz")
}

// halfOf is the name that a backup has until it is whole.
func halfOf(path string) string { return filepath.Clean(path) + ".partial" }

// packer writes a backup under another name; finish gives it its own.
type packer struct {
	to, half string
	create   func(path string) (File, error)
	lock     *os.File // of the half, so that a second backup lets it be
	written  int64

	out File // of an archive
	gz  *gzip.Writer
	tar *tar.Writer
}

func newPacker(to string, create func(string) (File, error)) (*packer, error) {
	p := &packer{to: filepath.Clean(to), half: halfOf(to), create: create}
	if err := p.room(); err != nil {
		return nil, err
	}
	if !isArchive(to) {
		if err := os.Mkdir(p.half, 0o700); err != nil {
			return nil, err
		}
		return p, p.hold()
	}
	var err error
	if p.out, err = create(p.half); err != nil {
		return nil, err
	}
	if p.gz, err = gzip.NewWriterLevel(p.out, gzip.BestSpeed); err != nil {
		return nil, err
	}
	p.tar = tar.NewWriter(p.gz)
	return p, p.hold()
}

// room refuses a target that is there, and clears away what a backup that died
// has left under the half's name.
func (p *packer) room() error {
	if entries, err := os.ReadDir(p.to); err == nil && len(entries) == 0 && !isArchive(p.to) {
		if err := os.Remove(p.to); err != nil {
			return fault.Bad(p.to, "backup_no_place", "why", err.Error())
		}
	}
	if _, err := os.Lstat(p.to); err == nil {
		return fault.Bad(p.to, "backup_exists")
	}
	if err := os.MkdirAll(filepath.Dir(p.to), 0o700); err != nil {
		return fault.Bad(p.to, "backup_no_place", "why", err.Error())
	}
	f, err := os.Open(p.half)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return fault.Bad(p.to, "backup_under_way")
	}
	return os.RemoveAll(p.half)
}

func (p *packer) hold() (err error) {
	if p.lock, err = os.Open(p.half); err != nil {
		return err
	}
	return syscall.Flock(int(p.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}

// put writes one file; size is -1 when only fill knows it.
func (p *packer) put(name string, size int64, fill func(io.Writer) error) error {
	if p.tar == nil {
		return p.putFile(name, fill)
	}
	if size >= 0 {
		return p.putEntry(name, size, fill)
	}
	// An entry's size stands before it. What is not known yet goes through a file
	// that has no name any more, so that nothing is left of it.
	spool, err := p.create(p.half + ".part")
	if err != nil {
		return err
	}
	defer spool.Close()
	if err := os.Remove(p.half + ".part"); err != nil {
		return err
	}
	if err := fill(spool); err != nil {
		return err
	}
	if size, err = spool.Seek(0, io.SeekEnd); err != nil {
		return err
	}
	if _, err = spool.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return p.putEntry(name, size, func(w io.Writer) error {
		_, err := io.Copy(w, spool)
		return err
	})
}

func (p *packer) putEntry(name string, size int64, fill func(io.Writer) error) error {
	if err := p.tar.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o600, Size: size}); err != nil {
		return err
	}
	if err := fill(p.tar); err != nil {
		return err
	}
	return p.tar.Flush() // says so when fill wrote less than it promised
}

func (p *packer) putFile(name string, fill func(io.Writer) error) error {
	to := filepath.Join(p.half, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	f, err := p.create(to)
	if err != nil {
		return err
	}
	if err := fill(f); err != nil {
		return errors.Join(err, f.Close())
	}
	return errors.Join(f.Sync(), f.Close())
}

// finish waits for the disk and gives the backup its name.
func (p *packer) finish() error {
	var err error
	if p.tar != nil {
		if err = errors.Join(p.tar.Close(), p.gz.Close(), p.out.Sync(), p.out.Close()); err == nil {
			p.out = nil
		}
	} else {
		err = filepath.WalkDir(p.half, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				return err
			}
			return syncPath(path)
		})
	}
	if err != nil {
		return err
	}
	if err := os.Rename(p.half, p.to); err != nil {
		return err
	}
	return errors.Join(syncPath(filepath.Dir(p.to)), p.lock.Close())
}

// abandon removes the half.
func (p *packer) abandon() error {
	if p.out != nil {
		p.out.Close() // it is removed
	}
	err := os.RemoveAll(p.half)
	if p.lock != nil {
		p.lock.Close()
	}
	return err
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// noRoom tells whether writing failed because the disk, or the file, is full.
func noRoom(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

// source reads a backup from its beginning, as often as it is asked.
type source struct {
	path string
	at   string // the file that is being read, for messages
}

// each hands over every file, by its name in the backup, in the order it lies
// there. A name that is no plain file's is handed over with a nil reader.
func (s *source) each(ctx context.Context, fn func(name string, r io.Reader) error) error {
	info, err := os.Stat(s.path)
	if err != nil {
		return fault.Bad(s.path, "cannot_read", "why", err.Error())
	}
	s.at = ""
	if info.IsDir() {
		return s.folder(ctx, fn)
	}
	return s.told(s.archive(ctx, fn))
}

func (s *source) folder(ctx context.Context, fn func(string, io.Reader) error) error {
	return filepath.WalkDir(s.path, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return fault.Bad(file, "cannot_read", "why", err.Error())
		}
		rel, err := filepath.Rel(s.path, file)
		if err != nil || d.IsDir() {
			return errors.Join(err, ctx.Err())
		}
		s.at = filepath.ToSlash(rel)
		if !d.Type().IsRegular() {
			return fn(s.at, nil)
		}
		f, err := os.Open(file)
		if err != nil {
			return fault.Bad(file, "cannot_read", "why", err.Error())
		}
		return errors.Join(fn(s.at, f), f.Close())
	})
}

func (s *source) archive(ctx context.Context, fn func(string, io.Reader) error) error {
	f, err := os.Open(s.path)
	if err != nil {
		return fault.Bad(s.path, "cannot_read", "why", err.Error())
	}
	defer f.Close()
	gz, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	in := tar.NewReader(gz)
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if h.Typeflag == tar.TypeDir {
			continue
		}
		s.at = path.Clean(h.Name)
		var r io.Reader
		if h.Typeflag == tar.TypeReg {
			r = in
		}
		if err := fn(s.at, r); err != nil {
			return err
		}
	}
	_, err = io.Copy(io.Discard, gz) // to the end, where the checksum is
	return err
}

// told says of an archive that cannot be read what is wrong with it.
func (s *source) told(err error) error {
	if err == nil || fault.KindOf(err) != fault.Internal {
		return err
	}
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fault.Bad(s.place(), "backup_cut", "file", s.path)
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.Is(err, tar.ErrHeader), errors.As(err, &corrupt):
		return fault.Bad(s.place(), "backup_damaged", "file", s.path, "why", err.Error())
	}
	return err
}

// place is the file where reading stopped.
func (s *source) place() string {
	if s.at == "" {
		return s.path
	}
	return s.at
}
