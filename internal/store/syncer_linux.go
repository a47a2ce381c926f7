package store

import (
	"os"
	"syscall"
)

// syncData waits until the disk has a file's bytes and its length; the time of
// the last change may come later.
func syncData(f *os.File) error {
	for {
		if err := syscall.Fdatasync(int(f.Fd())); err != syscall.EINTR {
			return os.NewSyscallError("fdatasync", err)
		}
	}
}
