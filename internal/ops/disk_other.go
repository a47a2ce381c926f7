//go:build !linux

package ops

// Kinds of file systems the doctor minds.
const (
	onDisk = iota
	overNetwork
	inMemory
)

// Elsewhere than on Linux these are not known, and the doctor leaves them out.

func fileSystem(string) (name string, kind int) { return "not known on this system", onDisk }
func freeSpace(string) int64                    { return -1 }
func memory() int64                             { return 0 }
func openFiles() int64                          { return 0 }

// HandOver is for systems where a service has a user of its own beside root.
func HandOver(string) error { return nil }
