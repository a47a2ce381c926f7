package score_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"xinshu/internal/score"
)

// TestPaper: docs/rulebook.md says what the engine takes. Every YAML of it is a
// rulebook, or a part of one, that parses without a warning and whose examples
// come out; every shape has a section, in order, with lines that say it and a
// folder that works it out; no column and no kind of event is left out.
func TestPaper(t *testing.T) {
	b, err := os.ReadFile("../../docs/rulebook.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(page, -1) {
		src := block[1]
		if !strings.HasPrefix(src, "title:") {
			src = "title: 节选\noffice: \"330822\"\nfrom: 2026-01-01\n" + src
		}
		book, err := score.Parse([]byte(src))
		if err != nil {
			t.Errorf("%s\n%v", block[1], err)
			continue
		}
		for _, w := range book.Warnings {
			t.Errorf("%s\n%s: %s", block[1], w.Where, w.Text)
		}
		for _, f := range book.RunExamples() {
			t.Error(f)
		}
	}
	sections := regexp.MustCompile(`(?m)^#### S(\d+) `).FindAllStringSubmatchIndex(page, -1)
	for i, s := range sections {
		end := len(page)
		if i+1 < len(sections) {
			end = sections[i+1][0]
		}
		name := page[s[2]:s[3]]
		if name != fmt.Sprint(i+1) {
			t.Fatalf("section %d is S%s", i+1, name)
		}
		if !strings.Contains(page[s[0]:end], "```yaml") {
			t.Errorf("S%s has no lines that say it", name)
		}
		if dirs, err := filepath.Glob(fmt.Sprintf("testdata/shapes/S%02d-*", i+1)); err != nil || len(dirs) == 0 {
			t.Errorf("S%s has a section and no folder that works it out", name)
		}
	}
	if dirs := shapeFolders(t); len(sections) < 76 || !strings.HasPrefix(filepath.Base(dirs[len(dirs)-1]), fmt.Sprintf("S%02d-", len(sections))) {
		t.Errorf("the page has %d sections, the last folder is %s", len(sections), dirs[len(dirs)-1])
	}
	for _, c := range score.EventColumns {
		if !strings.Contains(page, "| `"+c+"` |") {
			t.Errorf("the column %s is not explained", c)
		}
	}
	for _, c := range score.UnitColumns {
		if !strings.Contains(page, "`"+c+"`") {
			t.Errorf("the column %s of a units file is not named", c)
		}
	}
	for _, k := range score.EventKinds {
		if !strings.Contains(page, "`"+string(k)+"`") {
			t.Errorf("the kind %s is not named", k)
		}
	}
}
