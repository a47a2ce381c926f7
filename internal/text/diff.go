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
	return render(raw, edited, trim(raw, edited, gather(raw, changes(raw, edited))))
}

// change is some kept text and what follows it: text struck out and put in. It
// says only where they lie, so that joining changes copies nothing: a paragraph
// may be as long as a whole text.
type change struct {
	from, del, delEnd int // in the raw text: kept from:del, struck out del:delEnd
	ins, insEnd       int // put in, in the edited text
	kept, out, in     int // runes of the three
}

func (c change) changed() bool { return c.delEnd > c.del || c.insEnd > c.ins }

// changes compares two paragraphs atom by atom.
func changes(raw, edited string) []change {
	var out []change
	var c change
	for _, e := range diff.Edits(atoms(raw), atoms(edited)) {
		if e.Op == diff.Match && c.changed() {
			out = append(out, c)
			c = change{from: c.delEnd, del: c.delEnd, delEnd: c.delEnd, ins: c.insEnd, insEnd: c.insEnd}
		}
		switch e.Op {
		case diff.Match:
			c.del += len(e.X)
			c.delEnd = c.del
			c.ins += len(e.Y)
			c.insEnd = c.ins
			c.kept += utf8.RuneCountInString(e.X)
		case diff.Delete:
			c.delEnd += len(e.X)
			c.out += utf8.RuneCountInString(e.X)
		case diff.Insert:
			c.insEnd += len(e.Y)
			c.in += utf8.RuneCountInString(e.Y)
		}
	}
	return append(out, c)
}

// gather joins neighbouring changes when what is kept between them is no longer
// than what changed on either side: a few characters that happen to recur in a
// rewritten clause are noise to the reader. A whole clause that was kept, ended
// by its own punctuation, always stays.
func gather(raw string, in []change) []change {
	var out []change
	for _, c := range in {
		for len(out) > 0 && c.changed() && noise(raw, out[len(out)-1], c) {
			prev := out[len(out)-1]
			out = out[:len(out)-1]
			c = change{prev.from, prev.del, c.delEnd, prev.ins, c.insEnd, prev.kept, prev.out + c.kept + c.out, prev.in + c.kept + c.in}
		}
		out = append(out, c)
	}
	return out
}

// trim gives back to the kept text what begins or ends both sides of a gathered
// change.
func trim(raw, edited string, in []change) []change {
	var out []change
	tail := 0 // bytes of kept text that ended the change before
	for _, c := range in {
		c.from -= tail
		x, y := atoms(raw[c.del:c.delEnd]), atoms(edited[c.ins:c.insEnd])
		for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
			c.del += len(x[0])
			c.ins += len(x[0])
			x, y = x[1:], y[1:]
		}
		tail = 0
		for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
			tail += len(x[len(x)-1])
			x, y = x[:len(x)-1], y[:len(y)-1]
		}
		c.delEnd -= tail
		c.insEnd -= tail
		out = append(out, c)
	}
	return append(out, change{from: len(raw) - tail, del: len(raw), delEnd: len(raw), ins: len(edited), insEnd: len(edited)})
}

// noise reports whether the kept text between prev's and c's changes is.
func noise(raw string, prev, c change) bool {
	if !prev.changed() || c.kept == 0 {
		return false
	}
	if c.kept > 4 && strings.ContainsAny(raw[c.from:c.del], "，。；：！？,;!?") {
		return false
	}
	return c.kept <= max(prev.out, prev.in) && c.kept <= max(c.out, c.in)
}

func render(raw, edited string, cs []change) []Span {
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
		add(Same, raw[c.from:c.del])
		add(Deleted, raw[c.del:c.delEnd])
		add(Inserted, edited[c.ins:c.insEnd])
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
