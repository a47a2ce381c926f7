package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"znkr.io/diff"
)

// Op says what became of a piece of text.
type Op string

// The three things that can happen.
const (
	Same     Op = "same"
	Deleted  Op = "deleted"
	Inserted Op = "inserted"
)

// Span is a piece of one paragraph.
type Span struct {
	Op   Op
	Text string
}

// Para is one paragraph before and after. A paragraph that was struck out has
// no Edited text, a new one no Raw text.
type Para struct {
	Raw, Edited string
	Spans       []Span
}

// Changed reports whether the paragraph differs.
func (p Para) Changed() bool { return p.Raw != p.Edited }

// Diff sets two versions side by side, paragraph by paragraph; blank lines do
// not count. Inside a pair the differences are gathered into phrases, so that
// an editor reads "this clause became that one" and not a scatter of characters.
func Diff(raw, edited string) []Para {
	var out []Para
	for _, p := range align(paragraphs(raw), paragraphs(edited)) {
		p.Spans = spans(p.Raw, p.Edited)
		out = append(out, p)
	}
	return out
}

func paragraphs(s string) []string {
	var out []string
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, "\r\n")
		if strings.TrimSpace(line) != "" {
			out = append(out, line)
		}
	}
	return out
}

func spans(raw, edited string) []Span {
	switch {
	case raw == edited:
		return []Span{{Same, raw}}
	case raw == "":
		return []Span{{Inserted, edited}}
	case edited == "":
		return []Span{{Deleted, raw}}
	}
	return render(trim(gather(changes(atoms(raw), atoms(edited)))))
}

// change is some kept text and what follows it: text struck out and put in.
type change struct{ same, del, ins string }

// changes compares two sequences of atoms.
func changes(x, y []string) []change {
	var out []change
	var c change
	for _, e := range diff.Edits(x, y) {
		if e.Op == diff.Match && c.del+c.ins != "" {
			out = append(out, c)
			c = change{}
		}
		switch e.Op {
		case diff.Match:
			c.same += e.X
		case diff.Delete:
			c.del += e.X
		case diff.Insert:
			c.ins += e.Y
		}
	}
	return append(out, c)
}

// gather joins neighbouring changes when what is kept between them is no longer
// than what changed on either side: a few characters that happen to recur in a
// rewritten clause are noise to the reader. A whole clause that was kept, ended
// by its own punctuation, always stays.
func gather(in []change) []change {
	var out []change
	for _, c := range in {
		for len(out) > 0 && c.del+c.ins != "" && noise(out[len(out)-1], c) {
			prev := out[len(out)-1]
			out = out[:len(out)-1]
			c = change{same: prev.same, del: prev.del + c.same + c.del, ins: prev.ins + c.same + c.ins}
		}
		out = append(out, c)
	}
	return out
}

// trim gives back to the kept text what begins or ends both sides of a gathered
// change.
func trim(in []change) []change {
	var out []change
	tail := "" // kept text that ended the change before
	for _, c := range in {
		c.same = tail + c.same
		x, y := atoms(c.del), atoms(c.ins)
		for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
			c.same += x[0]
			x, y = x[1:], y[1:]
		}
		tail = ""
		for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
			tail = x[len(x)-1] + tail
			x, y = x[:len(x)-1], y[:len(y)-1]
		}
		c.del, c.ins = strings.Join(x, ""), strings.Join(y, "")
		out = append(out, c)
	}
	return append(out, change{same: tail})
}

// noise reports whether the kept text between prev's and c's changes is.
func noise(prev, c change) bool {
	if prev.del+prev.ins == "" || c.same == "" {
		return false
	}
	n := utf8.RuneCountInString(c.same)
	if n > 4 && strings.ContainsAny(c.same, "，。；：！？,;!?") {
		return false
	}
	return n <= max(utf8.RuneCountInString(prev.del), utf8.RuneCountInString(prev.ins)) &&
		n <= max(utf8.RuneCountInString(c.del), utf8.RuneCountInString(c.ins))
}

func render(cs []change) []Span {
	var out []Span
	add := func(op Op, s string) {
		switch {
		case s == "":
		case len(out) > 0 && out[len(out)-1].Op == op:
			out[len(out)-1].Text += s
		default:
			out = append(out, Span{op, s})
		}
	}
	for _, c := range cs {
		add(Same, c.same)
		add(Deleted, c.del)
		add(Inserted, c.ins)
	}
	return out
}

// atoms cuts a paragraph into what is never split: numbers with their points,
// commas and signs (1,200.5%), words of letters, single characters.
func atoms(s string) []string {
	var out []string
	start, prev := 0, rune(0)
	for i, r := range s {
		if r == ',' && unicode.IsDigit(prev) && thousands(s[i+1:]) {
			continue // inside 1,200; prev stays a digit
		}
		if i > start && !(joined(prev) && joined(r)) {
			out = append(out, s[start:i])
			start = i
		}
		prev = r
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}

func joined(r rune) bool {
	if unicode.IsDigit(r) || strings.ContainsRune(".%％‰", r) {
		return true
	}
	return unicode.IsLetter(r) && !spaceless(r)
}
