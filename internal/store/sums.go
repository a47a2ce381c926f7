package store

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"xinshu/internal/fact"
)

// Facts, texts and files are checked by what they say; the tables of the present
// are not, and SQLite would read a changed byte in a name as that name. So a
// server that stops in order leaves the sums of its files beside them, and the
// next start takes them away. Whoever checks a folder at rest compares first.
//
// After a crash there are no sums, and Verify says only what the content says.
const sumsFile = "xinshu.sums"

// sumChunk is how much one sum stands for: small enough to name the place.
const sumChunk = 1 << 20

// sums is the file's content.
type sums struct {
	Files []fileSums `json:"files"`
	Own   string     `json:"own"` // of the files above
}

type fileSums struct {
	Name   string   `json:"name"`
	Size   int64    `json:"size"`
	Chunks []string `json:"chunks"` // SHA-256 of each megabyte
}

// seal makes the sum of the sums.
func (s *sums) seal() (string, error) {
	b, err := json.Marshal(s.Files)
	return fact.Digest(b), err
}

// dropSums takes the sums away before anything is changed.
func dropSums(dir string) error {
	err := os.Remove(filepath.Join(dir, sumsFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// keepSums writes the sums of a folder in which everything is closed. Where a
// log is left over, somebody else still has the files open: no sums then.
func keepSums(dir string) error {
	var s sums
	for _, name := range []string{mainFile, indexFile} {
		if log, err := os.Stat(filepath.Join(dir, name+"-wal")); err == nil && log.Size() > 0 {
			return nil
		}
		f, err := sumsOf(dir, name)
		if err != nil {
			return err
		}
		s.Files = append(s.Files, f)
	}
	own, err := s.seal()
	if err != nil {
		return err
	}
	s.Own = own
	b, err := json.Marshal(&s)
	if err != nil {
		return err
	}
	half := filepath.Join(dir, sumsFile+".partial")
	if err := os.RemoveAll(half); err != nil {
		return err
	}
	// On the disk before it has its name: an empty file after a power cut would say
	// that the sums were altered.
	err = writeSynced(half, func(w io.Writer) error {
		_, err := w.Write(append(b, '\n'))
		return err
	})
	if err != nil {
		return err
	}
	return os.Rename(half, filepath.Join(dir, sumsFile))
}

func sumsOf(dir, name string) (s fileSums, err error) {
	s.Name = name
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return s, err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, sumChunk)
	for {
		h := sha256.New()
		n, err := io.CopyN(h, r, sumChunk)
		if n > 0 {
			s.Size += n
			s.Chunks = append(s.Chunks, hex.EncodeToString(h.Sum(nil)))
		}
		if err == io.EOF {
			return s, nil
		}
		if err != nil {
			return s, err
		}
	}
}

// CheckFiles compares the files of a folder at rest with the sums of its last
// orderly stop. kept is false when there are none to compare with.
func CheckFiles(dir string, report func(Finding)) (kept bool, err error) {
	b, err := os.ReadFile(filepath.Join(dir, sumsFile))
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var was sums
	err = json.Unmarshal(b, &was)
	if own, e := was.seal(); err != nil || e != nil || own != was.Own || string(b[len(b)-1:]) != "\n" || !canonical(b, &was) {
		report(Finding{"file", sumsFile, "the sums themselves were altered; nothing can be said of the files by them"})
		return true, nil
	}
	for _, f := range was.Files {
		is, err := sumsOf(dir, f.Name)
		if err != nil {
			report(Finding{"file", f.Name, fmt.Sprintf("cannot be read: %v", err)})
			continue
		}
		if is.Size != f.Size {
			report(Finding{"file", f.Name, fmt.Sprintf("has %d bytes, had %d when the server stopped", is.Size, f.Size)})
		}
		for i := range min(len(is.Chunks), len(f.Chunks)) {
			if is.Chunks[i] != f.Chunks[i] {
				report(Finding{"file", fmt.Sprintf("%s, bytes from %d on", f.Name, int64(i)*sumChunk), "not what was there when the server stopped: altered, or damaged on the disk"})
			}
		}
	}
	return true, nil
}

// canonical tells whether the bytes are the ones this program writes: a changed
// letter in a name that nobody reads is a change too.
func canonical(b []byte, s *sums) bool {
	again, err := json.Marshal(s)
	return err == nil && string(b) == string(again)+"\n"
}
