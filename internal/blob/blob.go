// Package blob keeps bytes under the name of their own content.
//
// A blob's name is its SHA-256 in hexadecimal; the same content is kept once,
// however often it is put. The driver here is a folder.
//
// What it guarantees: when Put has returned, the bytes are on the disk (file and
// folder are synced); before that nobody sees them. A crash at any moment leaves
// whole blobs and perhaps an unfinished file, which Open removes. What is read
// back can be checked against its name at any time.
//
// What it deliberately does not do: it knows no file names, no media types and
// no rights, deletes nothing, and does not know which blobs ought to exist: the
// caller asks Check for each it refers to. Only one process may have a folder
// open, which whoever owns the data folder sees to.
//
// How to test: go test ./internal/blob.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"xinshu/internal/fault"
)

// Ref names some content.
type Ref struct {
	Hash string // SHA-256, 64 hexadecimal digits in lower case
	Size int64
}

const unfinished = ".unfinished-"

// Store is a folder of blobs. It is safe for many goroutines.
type Store struct {
	dir string
	// create makes an unfinished file; tests put a full disk here.
	create func(dir string) (file, error)
}

// file is what Put needs of an *os.File.
type file interface {
	io.WriteCloser
	Name() string
	Sync() error
}

// Open makes the folder and its shelves if need be, so that Put never has to,
// and clears away what a crash left.
func Open(dir string) (*Store, error) {
	if err := prepare(dir); err != nil {
		return nil, fault.Down("blob.Open", err)
	}
	return &Store{dir: dir, create: func(dir string) (file, error) { return os.CreateTemp(dir, unfinished+"*") }}, nil
}

func prepare(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	shelves := map[string]bool{}
	for _, e := range entries {
		shelves[e.Name()] = e.IsDir()
		if strings.HasPrefix(e.Name(), unfinished) && e.Type().IsRegular() {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	for i := range 256 {
		shelf := hex.EncodeToString([]byte{byte(i)})
		if shelves[shelf] {
			continue
		}
		if err := os.Mkdir(filepath.Join(dir, shelf), 0o700); err != nil {
			return err
		}
	}
	if err := syncDir(filepath.Dir(dir)); err != nil {
		return err
	}
	return syncDir(dir)
}

// Put keeps what r gives. More than limit bytes are refused as Invalid, a disk
// that cannot take them is Unavailable, and an error of r comes back as it is;
// in every case nothing is kept.
func (s *Store) Put(ctx context.Context, r io.Reader, limit int64) (Ref, error) {
	f, err := s.create(s.dir)
	if err != nil {
		return Ref{}, fault.Down("blob.Put", err)
	}
	ref, err := fill(f, &source{ctx: ctx, r: r, left: limit, limit: limit})
	if err == nil {
		err = s.settle(f.Name(), ref)
	}
	if err != nil {
		os.Remove(f.Name()) // if that fails too, the next Open removes it
		return Ref{}, err
	}
	return ref, nil
}

// fill writes, syncs and closes f.
func fill(f file, src *source) (Ref, error) {
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, sum), src)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	switch {
	case src.err != nil:
		return Ref{}, src.err
	case err != nil:
		return Ref{}, fault.Down("blob.Put", err)
	}
	return Ref{Hash: name(sum), Size: n}, nil
}

// settle gives a finished file its name. Where the name exists, equal bytes
// replace equal bytes, or sound ones damaged ones.
func (s *Store) settle(from string, ref Ref) error {
	to := s.path(ref.Hash)
	if err := os.Rename(from, to); err != nil {
		return fault.Down("blob.Put", err)
	}
	if err := syncDir(filepath.Dir(to)); err != nil {
		return fault.Down("blob.Put", err)
	}
	return nil
}

// Get opens a blob; the caller closes it. The second result is its size.
func (s *Store) Get(ctx context.Context, hash string) (io.ReadSeekCloser, int64, error) {
	if !valid(hash) {
		return nil, 0, fault.Missing("blob", hash)
	}
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	f, err := os.Open(s.path(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, fault.Missing("blob", hash)
	}
	if err != nil {
		return nil, 0, fault.Down("blob.Get", err)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, fault.Down("blob.Get", err)
	}
	return f, info.Size(), nil
}

// Stat is the reference of a blob that exists.
func (s *Store) Stat(ctx context.Context, hash string) (Ref, error) {
	f, size, err := s.Get(ctx, hash)
	if err != nil {
		return Ref{}, err
	}
	f.Close()
	return Ref{Hash: hash, Size: size}, nil
}

// path is where a blob lies: on a shelf named by its first two digits.
func (s *Store) path(hash string) string { return filepath.Join(s.dir, hash[:2], hash[2:]) }

// valid reports whether a hash has the form of one, so that no other path is
// ever opened.
func valid(hash string) bool {
	return len(hash) == 2*sha256.Size && strings.Trim(hash, "0123456789abcdef") == ""
}

func name(sum hash.Hash) string { return hex.EncodeToString(sum.Sum(nil)) }

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if closed := d.Close(); err == nil {
		err = closed
	}
	return err
}

// source reads for Put: bounded, cancelled with its context, and remembering
// its own failure, so that a reader's fault is never taken for the disk's.
type source struct {
	ctx         context.Context
	r           io.Reader
	left, limit int64
	err         error
}

func (s *source) Read(p []byte) (int, error) {
	if s.err = s.ctx.Err(); s.err != nil {
		return 0, s.err
	}
	if int64(len(p)) > s.left+1 {
		p = p[:s.left+1]
	}
	n, err := s.r.Read(p)
	if s.left -= int64(n); s.left < 0 {
		err = fault.Bad("file", "too_large", "limit", strconv.FormatInt(s.limit, 10))
	}
	if err != nil && err != io.EOF { // io.Copy compares in the same way
		s.err = err
	}
	return n, err
}
