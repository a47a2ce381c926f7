package blob

import (
	"context"
	"io/fs"
	"path/filepath"
	"strings"

	"xinshu/internal/fault"
)

// Usage counts the blobs and their bytes, by the folder and not by the register:
// this is what the disk has to hold.
func (s *Store) Usage(ctx context.Context) (files int, bytes int64, err error) {
	err = filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return fault.Down("blob.Usage", err)
		}
		if d.IsDir() || strings.HasPrefix(d.Name(), unfinished) {
			return ctx.Err()
		}
		info, err := d.Info()
		if err != nil {
			return nil //nolint:nilerr // taken away meanwhile
		}
		files++
		bytes += info.Size()
		return nil
	})
	return files, bytes, err
}
