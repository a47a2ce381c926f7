package blob

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"xinshu/internal/fault"
)

const (
	hello     = "清溪镇防汛"
	otherHash = "a3b5c06a93a74bcd0c5c5f1bbd3f1ac3c5a9f6b63c44d0e7fbd5d52ee1c4a0aa" // of nothing kept here
	emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

func open(t *testing.T) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func put(t *testing.T, s *Store, content string) Ref {
	t.Helper()
	ref, err := s.Put(t.Context(), strings.NewReader(content), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// files lists all files of a store, by path below it.
func files(t *testing.T, s *Store) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(s.dir, func(p string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(s.dir, p)
			out = append(out, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPutAndGet(t *testing.T) {
	s := open(t)
	for _, content := range []string{hello, "", strings.Repeat("长", 100_000)} {
		ref := put(t, s, content)
		if again := put(t, s, content); again != ref {
			t.Errorf("Put of the same content = %v, want %v", again, ref)
		}
		r, size, err := s.Get(t.Context(), ref.Hash)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if string(got) != content || err != nil || size != int64(len(content)) || ref.Size != size {
			t.Errorf("Get = %d bytes, size %d, %v, want %d", len(got), size, err, len(content))
		}
		if _, err := r.Seek(0, io.SeekStart); err != nil {
			t.Errorf("Seek = %v", err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if got, err := s.Stat(t.Context(), ref.Hash); got != ref || err != nil {
			t.Errorf("Stat = %v, %v, want %v", got, err, ref)
		}
	}
	if ref := put(t, s, ""); ref.Hash != emptyHash {
		t.Errorf("hash of nothing = %s, want %s", ref.Hash, emptyHash)
	}
	if n := len(files(t, s)); n != 3 {
		t.Errorf("the store has %d files, want 3: %v", n, files(t, s))
	}
}

func TestGetWhatIsNotThere(t *testing.T) {
	s := open(t)
	for _, hash := range []string{otherHash, "", "../../etc/passwd", strings.Repeat("/", 64), strings.ToUpper(emptyHash)} {
		if _, _, err := s.Get(t.Context(), hash); !fault.Is(err, fault.NotFound) {
			t.Errorf("Get(%q) = %v, want not_found", hash, err)
		}
		if _, err := s.Stat(t.Context(), hash); !fault.Is(err, fault.NotFound) {
			t.Errorf("Stat(%q) = %v, want not_found", hash, err)
		}
	}
}

type brokenReader struct{ err error }

func (b brokenReader) Read([]byte) (int, error) { return 0, b.err }

func TestPutRefusesAndKeepsNothing(t *testing.T) {
	s := open(t)
	cut := errors.New("the line was cut")
	if _, err := s.Put(t.Context(), io.MultiReader(strings.NewReader("a"), brokenReader{cut}), 10); !errors.Is(err, cut) || fault.Is(err, fault.Unavailable) {
		t.Errorf("Put from a broken reader = %v, want its error", err)
	}
	if _, err := s.Put(t.Context(), strings.NewReader("12345"), 4); !fault.Is(err, fault.Invalid) {
		t.Errorf("Put over the limit = %v, want invalid", err)
	}
	if _, err := s.Put(t.Context(), strings.NewReader("1234"), 4); err != nil {
		t.Errorf("Put of exactly the limit = %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Put(ctx, strings.NewReader("abc"), 4); !errors.Is(err, context.Canceled) {
		t.Errorf("Put after the caller left = %v, want cancelled", err)
	}
	if got := files(t, s); len(got) != 1 {
		t.Errorf("files = %v, want the one blob", got)
	}
}

// fullFile is a file on a disk that is full: after room bytes, or when synced.
type fullFile struct {
	file
	room     int
	failSync bool
}

func (f *fullFile) Write(p []byte) (int, error) {
	if len(p) > f.room {
		n, _ := f.file.Write(p[:f.room])
		return n, &os.PathError{Op: "write", Path: f.Name(), Err: syscall.ENOSPC}
	}
	f.room -= len(p)
	return f.file.Write(p)
}

func (f *fullFile) Sync() error {
	if f.failSync {
		return syscall.EIO
	}
	return f.file.Sync()
}

func TestFullDisk(t *testing.T) {
	s := open(t)
	kept := put(t, s, hello)
	real := s.create
	for _, c := range []struct {
		name  string
		spoil func(file) file
		want  error
	}{
		{"no room", func(f file) file { return &fullFile{file: f, room: 5} }, syscall.ENOSPC},
		{"no sync", func(f file) file { return &fullFile{file: f, room: 1 << 20, failSync: true} }, syscall.EIO},
	} {
		s.create = func(dir string) (file, error) {
			f, err := real(dir)
			return c.spoil(f), err
		}
		_, err := s.Put(t.Context(), strings.NewReader("another text"), 1<<20)
		if !fault.Is(err, fault.Unavailable) || !errors.Is(err, c.want) {
			t.Errorf("%s: Put = %v, want unavailable because of %v", c.name, err, c.want)
		}
	}
	s.create = func(string) (file, error) { return nil, syscall.ENOSPC }
	if _, err := s.Put(t.Context(), strings.NewReader("another text"), 1<<20); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Put without room for a name = %v, want unavailable", err)
	}
	s.create = real
	if found, err := s.Check(t.Context(), kept.Hash); err != nil || found.State != Sound || len(files(t, s)) != 1 {
		t.Errorf("after a full disk: %v, %v, files %v, want the first blob and no other", found, err, files(t, s))
	}
	put(t, s, "another text")
}

func TestOpenClearsWhatACrashLeft(t *testing.T) {
	s := open(t)
	ref := put(t, s, hello)
	left := filepath.Join(s.dir, unfinished+"123")
	if err := os.WriteFile(left, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := files(t, s); len(got) != 1 {
		t.Errorf("files after Open = %v, want one", got)
	}
	if _, err := s.Stat(t.Context(), ref.Hash); err != nil {
		t.Errorf("Stat after Open = %v", err)
	}
}

func TestManyPutTheSame(t *testing.T) {
	s := open(t)
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			ref, err := s.Put(t.Context(), bytes.NewReader(bytes.Repeat([]byte{byte(i % 4)}, 5000)), 1<<20)
			if err != nil {
				t.Error(err)
				return
			}
			if found, err := s.Check(t.Context(), ref.Hash); err != nil || found.State != Sound {
				t.Errorf("Check right after Put = %v, %v", found, err)
			}
		})
	}
	wg.Wait()
	if got := files(t, s); len(got) != 4 {
		t.Errorf("files = %v, want 4", got)
	}
}

func TestVerify(t *testing.T) {
	s := open(t)
	sound, altered := put(t, s, hello), put(t, s, "to be altered")
	if err := os.WriteFile(s.path(altered.Hash), []byte("to be Altered"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "note.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	got := map[State]Finding{}
	err := s.Verify(t.Context(), func(f Finding) error {
		got[f.State] = f
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 || got[Sound].Hash != sound.Hash || got[Altered].Hash != altered.Hash || got[Altered].Content == altered.Hash ||
		filepath.Base(got[Strange].Path) != "note.txt" {
		t.Errorf("Verify found %v, want one sound, one altered, one strange", got)
	}
	put(t, s, "to be altered")
	if f, err := s.Check(t.Context(), altered.Hash); err != nil || f.State != Sound {
		t.Errorf("Check after the content was put again = %v, %v, want it sound", f, err)
	}
	if f, err := s.Check(t.Context(), otherHash); err != nil || f.State != Missing {
		t.Errorf("Check of what is not there = %v, %v, want missing", f, err)
	}
	stop := errors.New("enough")
	if err := s.Verify(t.Context(), func(Finding) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("Verify = %v, want the callback's error", err)
	}
}
