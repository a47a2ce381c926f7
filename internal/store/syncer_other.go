//go:build !linux

package store

import "os"

// syncData waits until the disk has a file's bytes and its length.
func syncData(f *os.File) error { return f.Sync() }
