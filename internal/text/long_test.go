package text_test

import (
	"strings"
	"testing"

	"xinshu/internal/text"
)

// One paragraph as long as a whole text may be, altered everywhere: the pieces
// still put together both sides, and the time grows with the length and not with
// its square.
func TestDiffOfOneVeryLongParagraph(t *testing.T) {
	var raw, edited strings.Builder
	for i := range 40_000 {
		raw.WriteString("一二三四五")
		if i%2 == 0 {
			edited.WriteString("六二三七五")
		} else {
			edited.WriteString("一八三四九")
		}
	}
	for _, c := range []struct{ name, raw, edited string }{
		{"altered everywhere", raw.String(), edited.String()},
		{"nothing in common", raw.String(), strings.Repeat("甲乙丙丁戊己庚辛", 25_000)},
	} {
		paras := text.Diff(c.raw, c.edited)
		var was, is strings.Builder
		for _, p := range paras {
			for _, s := range p.Spans {
				if s.Op != text.Inserted {
					was.WriteString(s.Text)
				}
				if s.Op != text.Deleted {
					is.WriteString(s.Text)
				}
			}
		}
		if was.String() != c.raw || is.String() != c.edited {
			t.Errorf("%s: the pieces do not put the texts together again", c.name)
		}
	}
}
