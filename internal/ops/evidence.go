package ops

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
)

// Evidence writes sealed blocks into a new or empty folder, with the script that
// checks them. A folder that holds something is left alone; what fails half-way
// is taken away again, so that half an export is never checked as a whole one.
func Evidence(ctx context.Context, f *flow.Flow, dir string, from, until int64) (rep flow.EvidenceReport, err error) {
	defer fault.Wrap(&err, "ops.Evidence")
	there, err := os.ReadDir(dir)
	made := errors.Is(err, os.ErrNotExist)
	if err != nil && !made {
		return rep, fault.Bad("folder", "cannot_read", "name", dir, "why", err.Error())
	}
	if len(there) > 0 {
		return rep, fault.Bad("folder", "folder_not_empty", "name", dir)
	}
	var file *os.File
	var written []string
	shut := func() error {
		if file == nil {
			return nil
		}
		err := errors.Join(file.Sync(), file.Close())
		file = nil
		return err
	}
	rep, err = f.Evidence(ctx, System, from, until, func(name string) (io.Writer, error) {
		if err := shut(); err != nil {
			return nil, err
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return nil, err
		}
		var err error
		file, err = os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
		written = append(written, path)
		return file, err
	})
	err = errors.Join(err, shut())
	if err != nil {
		for _, path := range written {
			err = errors.Join(err, os.Remove(path))
		}
		_ = os.Remove(filepath.Join(dir, "signatures")) // only when empty
		if made {
			_ = os.Remove(dir)
		}
	}
	return rep, err
}
