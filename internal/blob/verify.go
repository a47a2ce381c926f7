package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"xinshu/internal/fault"
)

// State is what a check found.
type State string

// The states of a blob.
const (
	Sound   State = "sound"
	Altered State = "altered" // its bytes are not what its name says
	Missing State = "missing" // asked for and not there
	Strange State = "strange" // a file in the folder that is no blob
)

// Finding is one checked blob.
type Finding struct {
	Ref     // as it is now; Hash is the name it goes by
	State   State
	Content string // the hash of what is really in it; "" if missing or strange
	Path    string // where it lies
}

// Verify reads every blob and tells fn of each in the order of their names. An
// error of fn, of the context or of the disk ends it.
func (s *Store) Verify(ctx context.Context, fn func(Finding) error) error {
	return filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return fault.Down("blob.Verify", err)
		}
		if d.IsDir() || strings.HasPrefix(d.Name(), unfinished) {
			return ctx.Err()
		}
		hash := filepath.Base(filepath.Dir(path)) + d.Name()
		if !valid(hash) || path != s.path(hash) {
			return fn(Finding{State: Strange, Path: path})
		}
		found, err := s.Check(ctx, hash)
		if err != nil {
			return err
		}
		return fn(found)
	})
}

// Check reads one blob, for instance each that a register refers to.
func (s *Store) Check(ctx context.Context, hash string) (Finding, error) {
	found := Finding{Ref: Ref{Hash: hash}, State: Missing}
	if !valid(hash) {
		return found, nil
	}
	found.Path = s.path(hash)
	f, err := os.Open(found.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return found, nil
	}
	if err != nil {
		return found, fault.Down("blob.Check", err)
	}
	defer f.Close()
	sum := sha256.New()
	src := &source{ctx: ctx, r: f, left: 1 << 62, limit: 1 << 62}
	if found.Size, err = io.Copy(sum, src); err != nil {
		if ctx.Err() != nil {
			return found, ctx.Err()
		}
		return found, fault.Down("blob.Check", err)
	}
	found.Content, found.State = name(sum), Sound
	if found.Content != hash {
		found.State = Altered
	}
	return found, nil
}
