package web

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"regexp"
	"testing"
)

// TestVendored: the files of others are the ones that were looked at.
func TestVendored(t *testing.T) {
	list, err := os.ReadFile("vendored/README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| `([a-z.]+)` \\|.*`([a-z.A-Z]+)` \\| ([0-9a-f]{64}) \\|$").FindAllStringSubmatch(string(list), -1)
	listed := map[string]bool{}
	for _, row := range rows {
		file, licence, want := row[1], row[2], row[3]
		listed[file] = true
		body, err := os.ReadFile("static/" + file)
		if err != nil {
			t.Error(err)
			continue
		}
		sum := sha256.Sum256(body)
		if got := hex.EncodeToString(sum[:]); got != want {
			t.Errorf("static/%s = %s, listed as %s", file, got, want)
		}
		if _, err := os.Stat("vendored/" + licence); err != nil {
			t.Errorf("the licence of %s: %v", file, err)
		}
	}
	files, err := staticFiles.ReadDir("static")
	if err != nil {
		t.Fatal(err)
	}
	minified := regexp.MustCompile(`\.min\.`)
	for _, f := range files {
		if minified.MatchString(f.Name()) && !listed[f.Name()] {
			t.Errorf("static/%s is somebody else's and not listed in vendored/README.md", f.Name())
		}
	}
	if len(rows) == 0 {
		t.Error("vendored/README.md lists nothing")
	}
}
