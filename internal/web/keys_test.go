package web

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestEveryKeyStandsOnTheSheet compares what the scripts listen for and what the
// pages bind with the sheet that "?" opens.
func TestEveryKeyStandsOnTheSheet(t *testing.T) {
	sheet, err := fs.ReadFile(templateFiles, "templates/parts/masthead.html")
	if err != nil {
		t.Fatal(err)
	}
	_, keys, found := strings.Cut(string(sheet), `{{define "keys"}}`)
	if keys, _, _ = strings.Cut(keys, "{{end}}\n{{define"); !found {
		t.Fatal("there is no sheet of keys")
	}
	shown := map[string]bool{}
	for _, m := range regexp.MustCompile(`<kbd>([^<]+)</kbd>`).FindAllStringSubmatch(keys, -1) {
		shown[strings.ToLower(m[1])] = true
	}
	names := map[string]string{"escape": "esc", " ": `{{t "keys.space_key"}}`, "arrowup": "↑", "arrowdown": "↓", "arrowright": "→"}
	handled := map[string]string{}
	for _, w := range []struct {
		files fs.FS
		dir   string
		like  string
	}{
		{staticFiles, "static", `\bkey === '([^']+)'`},
		{staticFiles, "static", `event\.key === '([^']+)'`},
		{templateFiles, "templates", `data-key="([^"{]+)"`},
	} {
		err := fs.WalkDir(w.files, w.dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, ".min.js") || strings.HasSuffix(path, "write.js") {
				return err // write.js: Enter in the title goes on to the text
			}
			b, err := fs.ReadFile(w.files, path)
			for _, m := range regexp.MustCompile(w.like).FindAllStringSubmatch(string(b), -1) {
				handled[strings.ToLower(m[1])] = path
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	verbs, err := os.ReadFile("desk.go") // the desk's verbs stand in code
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`Key: "(.)"`).FindAllStringSubmatch(string(verbs), -1) {
		handled[m[1]] = "desk.go"
	}
	if len(handled) < 20 {
		t.Fatalf("only %d keys were found; the scripts are read wrongly: %v", len(handled), handled)
	}
	delete(handled, "tab") // the browser's own
	for key, where := range handled {
		if name := names[key]; name != "" {
			key = strings.ToLower(name)
		}
		if !shown[key] {
			t.Errorf("%s listens to %q, which is not on the sheet", where, key)
		}
	}
	for key := range shown {
		switch key {
		case "shift", "alt", "enter":
			continue
		}
		known := handled[key] != ""
		for raw, name := range names {
			known = known || strings.EqualFold(name, key) && handled[raw] != ""
		}
		if !known {
			t.Errorf("the sheet has %q, and nothing listens to it", key)
		}
	}
}
