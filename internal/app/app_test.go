package app_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"xinshu/internal/app"
)

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

func TestItAnswersOnceItCanWork(t *testing.T) {
	a, err := app.Start(t.Context(), app.Config{Dir: t.TempDir(), Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/api/v1/me": 401, "/nothing-here": 404} {
		if code, body := get(t, a.URL()+path); code != want {
			t.Errorf("GET %s = %d %.80q, want %d", path, code, body, want)
		}
	}
	if err := a.Close(); err != nil {
		t.Errorf("Close() = %v, want nil", err)
	}
}

func TestItOpensAgainAfterClosing(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		a, err := app.Open(t.Context(), app.Config{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatItCannotOpen(t *testing.T) {
	if _, err := app.Open(t.Context(), app.Config{}); err == nil || !strings.Contains(err.Error(), "--data") {
		t.Errorf("Open without a folder = %v, want it to say --data", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := app.Open(t.Context(), app.Config{Dir: file}); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("Open of a file = %v, want it named", err)
	}
	if _, err := app.Start(t.Context(), app.Config{Dir: t.TempDir(), Listen: "nowhere:x"}); err == nil || !strings.Contains(err.Error(), "--listen") {
		t.Errorf("Start on no address = %v, want it to say --listen", err)
	}
}

// TestTheDemoClearsOnlyItsOwn: a folder with other things in it stays as it is.
func TestTheDemoClearsOnlyItsOwn(t *testing.T) {
	dir := t.TempDir()
	mine := filepath.Join(dir, "thesis.txt")
	if err := os.WriteFile(mine, []byte("years of work"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := app.BuildDemo(context.Background(), app.Config{Dir: dir}, time.Date(2026, 11, 22, 0, 0, 0, 0, app.Shanghai()), nil)
	if err == nil || !strings.Contains(err.Error(), "other things") {
		t.Errorf("BuildDemo over somebody's folder = %v, want a refusal", err)
	}
	if b, err := os.ReadFile(mine); err != nil || string(b) != "years of work" {
		t.Errorf("the file after that = %q %v, want it untouched", b, err)
	}
}

func TestDemoDirIsOneADay(t *testing.T) {
	a, err := app.DemoDir("2026-11-22")
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := app.DemoDir("2026-11-23"); a == b || !strings.HasSuffix(a, "demo-2026-11-22") {
		t.Errorf("DemoDir = %s and %s, want one of each day", a, b)
	}
}
