package soak

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// diskSize is the small disk's size: room for the database, its log (64 MB) and
// some thousand filings.
const diskSize = 160 << 20

// TestSoakFullDisk lets the disk run full and gives room again, at random
// moments under load. Nothing acknowledged may be lost, a refusal must say why,
// and with room again the same server must go on.
func TestSoakFullDisk(t *testing.T) {
	rounds := number("XINSHU_SOAK_ROUNDS", 20)
	r := newRig(t, smallDisk(t))
	address, stop := r.serve()
	refusals := 0
	for n := range rounds {
		ballast := r.fill(r.rng.IntN(400 << 10))
		refused := r.work(address, 50)
		for try := 0; refused == 0 && try < 20; try++ {
			refused = r.work(address, 50)
		}
		refusals += refused
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
		if refused := r.work(address, 10); refused > 0 {
			t.Fatalf("round %d: %d refusals with room again, want none", n, refused)
		}
		if n%10 == 9 { // start again with what is there, and with an empty log
			stop()
			r.check(r.all(), n%50 == 49)
			if r.used() > diskSize*3/4 {
				r.anew()
			}
			address, stop = r.serve()
		}
	}
	stop()
	r.check(r.all(), true)
	if refusals == 0 {
		t.Error("the disk never was full, want refusals")
	}
	t.Logf("%d times a full disk: %d filings acknowledged, %d refused, none lost, record sound", rounds, r.acknowledged+len(r.book.acked), refusals)
}

// smallDisk mounts one in memory. It takes a system's rights.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", diskSize)); err != nil {
		if os.Getenv("CI") != "" && os.Getuid() == 0 {
			t.Fatalf("mount a small disk: %v", err)
		}
		t.Skipf("a small disk can only be mounted as root: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount %s: %v", dir, err)
		}
	})
	return filepath.Join(dir, "data")
}

// used is how much of the disk is taken.
func (r *rig) used() int64 {
	var s syscall.Statfs_t
	if err := syscall.Statfs(r.dir, &s); err != nil {
		r.t.Fatal(err)
	}
	return int64(s.Blocks-s.Bfree) * s.Bsize
}

// fill takes all room but so many bytes.
func (r *rig) fill(leave int) string {
	r.t.Helper()
	name := filepath.Join(filepath.Dir(r.dir), "ballast")
	f, err := os.Create(name)
	if err != nil {
		r.t.Fatal(err)
	}
	defer f.Close()
	for {
		var s syscall.Statfs_t
		if err := syscall.Statfs(r.dir, &s); err != nil {
			r.t.Fatal(err)
		}
		free := int64(s.Bfree)*s.Bsize - int64(leave)
		if free <= 0 {
			return name
		}
		err := syscall.Fallocate(int(f.Fd()), 0, 0, free)
		if err == nil {
			return name
		}
		if !errors.Is(err, syscall.ENOSPC) { // the server wrote meanwhile: what is free now?
			r.t.Fatalf("fill the disk: %v", err)
		}
	}
}

// serve starts the server; stop ends it in order.
func (r *rig) serve() (address string, stop func()) {
	r.t.Helper()
	address = freeAddress(r.t)
	cmd := exec.Command(r.program, append([]string{"serve", "--listen", address, "--rate-limit", "0"}, r.flags...)...)
	if err := cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	var once sync.Once
	stop = func() {
		once.Do(func() {
			_ = cmd.Process.Signal(syscall.SIGTERM)
			_ = cmd.Wait()
		})
	}
	r.t.Cleanup(stop)
	if err := ready(r.t.Context(), address); err != nil {
		r.t.Fatalf("the server does not start: %v", err)
	}
	return address, stop
}

// work lets every client file so many times and tells how many were refused for
// want of something that comes back (503); such a key is asked again later.
func (r *rig) work(address string, each int) (refused int) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), time.Minute)
	defer cancel()
	var wg sync.WaitGroup
	var mu sync.Mutex
	for c := range clients {
		prefix := fmt.Sprintf("work-%d-%d", r.next, c)
		wg.Go(func() {
			for n := 0; n < each && ctx.Err() == nil; n++ {
				key, again := r.book.take()
				if !again {
					key = fmt.Sprintf("%s-%d", prefix, n)
				}
				id, err := r.post(r.http, address, key)
				if err == nil {
					if err := r.book.answered(key, id); err != nil {
						r.t.Error(err)
					}
					continue
				}
				r.book.lost(key)
				mu.Lock()
				refused++
				mu.Unlock()
				return
			}
		})
	}
	wg.Wait()
	r.next++
	return refused
}

// all are the keys acknowledged since the folder was made.
func (r *rig) all() (keys []string) {
	r.book.mu.Lock()
	defer r.book.mu.Unlock()
	for k := range r.book.acked {
		keys = append(keys, k)
	}
	return keys
}
