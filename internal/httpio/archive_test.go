package httpio_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"xinshu/internal/httpio"
)

func TestArchive(t *testing.T) {
	refusal := errors.New("no")
	w := httptest.NewRecorder()
	if err := httpio.Archive(w, "a.zip", "a", func(func(string) (io.Writer, error)) error { return refusal }); !errors.Is(err, refusal) || len(w.Header()) > 0 {
		t.Errorf("Archive() refused at once = %v with headers %v, want the refusal and nothing sent", err, w.Header())
	}
	one := func(create func(string) (io.Writer, error)) error {
		f, err := create("one.txt")
		if err != nil {
			return err
		}
		_, err = io.WriteString(f, "一")
		return err
	}
	w = httptest.NewRecorder()
	if err := httpio.Archive(w, "a.zip", "a", one); err != nil {
		t.Fatalf("Archive() = %v, want nil", err)
	}
	z, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
	if err != nil || len(z.File) != 1 || z.File[0].Name != "a/one.txt" {
		t.Errorf("the archive = %v, %v, want a/one.txt in it", z, err)
	}
	defer func() {
		if got := recover(); got != http.ErrAbortHandler {
			t.Errorf("Archive() broken on the way panicked with %v, want the connection broken off", got)
		}
	}()
	_ = httpio.Archive(httptest.NewRecorder(), "a.zip", "a", func(create func(string) (io.Writer, error)) error {
		return errors.Join(one(create), refusal)
	})
}
