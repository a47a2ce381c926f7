package ops

import (
	"os"
	"strconv"
	"strings"
	"syscall"
)

// Kinds of file systems the doctor minds.
const (
	onDisk = iota
	overNetwork
	inMemory
)

// fileSystems are the kernel's numbers (statfs(2)) of those people use.
var fileSystems = map[uint32]struct {
	name string
	kind int
}{
	0xef53: {"ext4", onDisk}, 0x58465342: {"xfs", onDisk}, 0x9123683e: {"btrfs", onDisk}, 0x2fc12fc1: {"zfs", onDisk},
	0x794c7630: {"overlay", onDisk}, 0xf2f52010: {"f2fs", onDisk},
	0x6969: {"NFS", overNetwork}, 0x517b: {"SMB", overNetwork}, 0xff534d42: {"CIFS", overNetwork}, 0xfe534d42: {"SMB2", overNetwork},
	0x00c36400: {"Ceph", overNetwork}, 0x5346414f: {"AFS", overNetwork}, 0x01021997: {"9p", overNetwork}, 0x0bd00bd0: {"Lustre", overNetwork},
	0x01021994: {"tmpfs", inMemory}, 0x858458f6: {"ramfs", inMemory},
}

func fileSystem(dir string) (name string, kind int) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return err.Error(), onDisk
	}
	if known, ok := fileSystems[uint32(st.Type)]; ok {
		return known.name, known.kind
	}
	return "file system " + strconv.FormatUint(uint64(uint32(st.Type)), 16), onDisk
}

// freeSpace is what this user may still write; -1 when nobody knows.
func freeSpace(dir string) int64 {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return -1
	}
	return int64(st.Bavail) * int64(st.Bsize)
}

// memory is what the machine or the container has; 0 when nobody knows.
func memory() int64 {
	var total int64
	if b, err := os.ReadFile("/proc/meminfo"); err == nil {
		for line := range strings.Lines(string(b)) {
			if f := strings.Fields(line); len(f) > 1 && f[0] == "MemTotal:" {
				kb, _ := strconv.ParseInt(f[1], 10, 64)
				total = kb << 10
			}
		}
	}
	if b, err := os.ReadFile("/sys/fs/cgroup/memory.max"); err == nil {
		if n, err := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64); err == nil && (total == 0 || n < total) {
			total = n
		}
	}
	return total
}

func openFiles() int64 {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return 0
	}
	return int64(min(l.Cur, 1<<40))
}
