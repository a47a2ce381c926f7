package app

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
	"time"
)

// process is what the system counts about us.
type process struct {
	cpu        time.Duration
	resident   int64
	open, most uint64
}

func processNow() (p process, ok bool) {
	var used syscall.Rusage
	var files syscall.Rlimit
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil || syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files) != nil {
		return p, false
	}
	p.cpu, p.most = time.Duration(used.Utime.Nano()+used.Stime.Nano()), files.Cur
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return p, false
	}
	p.open = uint64(len(open))
	statm, err := os.ReadFile("/proc/self/statm")
	if fields := bytes.Fields(statm); err == nil && len(fields) > 1 {
		pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
		p.resident = pages * int64(os.Getpagesize())
		return p, err == nil
	}
	return p, false
}

// freeSpace is how many bytes a folder's disk can still take from this process.
func freeSpace(dir string) (uint64, bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil || s.Bsize < 0 {
		return 0, false
	}
	return s.Bavail * uint64(s.Bsize), true
}
