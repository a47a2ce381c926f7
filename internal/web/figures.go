package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/text"
)

// figureRow is a figure of a composite on which its sources do not agree, with
// what the form has for it.
type figureRow struct {
	flow.Difference
	Note string // typed and not yet settled
	Says []figureSaid
}

// figureSaid is what one source says, under its mark.
type figureSaid struct {
	text.Said
	Letter string
	Hue    string
	Unit   string
	Use    string // what the button says to take it
	Same   bool   // the text has it so
}

// Anchor is the place of its row on the page.
func (f figureRow) Anchor() string { return "fig-" + f.Key + "-" + strconv.Itoa(f.No) }

// Plain is the value without 万 and 亿 where it is written with them.
func (f figureSaid) Plain() string { return plainFigure(f.Written, f.Value, f.Said.Unit) }

// Plain is the text's own.
func (f figureRow) Plain() string { return plainFigure(f.Written, f.Value, f.Unit) }

func plainFigure(written, value, unit string) string {
	if plain := value + unit; !strings.Contains(strings.ReplaceAll(written, " ", ""), plain) {
		return plain
	}
	return ""
}

// weighFigures lays the paragraphs as they stand beside the sources.
func (p *mergePage) weighFigures() {
	body, _ := flow.Body(p.paragraphs())
	told := make([]text.Told, len(p.Sources))
	for i, s := range p.Sources {
		told[i] = text.Told{Name: s.Unit.Label(), Body: s.Text.Body}
	}
	w := flow.WeighFigures(text.Paragraphs(body), told, p.settled)
	places := p.places()
	p.Figures = nil
	for i := range p.Paras {
		p.Paras[i].Figures, p.Paras[i].Sums = nil, nil
	}
	for _, d := range w.Differences {
		row := figureRow{Difference: d, Note: p.notes[d.Key+"|"+d.Written]}
		for i, said := range d.Says {
			x := figureSaid{Said: said, Use: d.Key + "." + strconv.Itoa(d.No) + "." + strconv.Itoa(i), Same: said.Written == d.Written}
			if n := said.Source - 1; n < len(p.Sources) {
				x.Letter, x.Hue, x.Unit = p.Sources[n].Letter, p.Sources[n].Hue, p.Sources[n].Unit.Label()
			}
			row.Says = append(row.Says, x)
		}
		p.Figures = append(p.Figures, row)
		for _, n := range d.Paras {
			if n <= len(places) {
				m := &p.Paras[places[n-1][0]]
				m.Figures = append(m.Figures, row)
			}
		}
	}
	for _, s := range w.Worked {
		if s.Para <= len(places) {
			m := &p.Paras[places[s.Para-1][0]]
			m.Sums = append(m.Sums, s.Sum)
		}
	}
}

// places says of every paragraph of the text in which field of the form it
// stands, and as which of its lines: a field may hold none or several.
func (p *mergePage) places() [][2]int {
	var out [][2]int
	for i, m := range p.Paras {
		for k := range text.Paragraphs(text.Clean(m.Text)) {
			out = append(out, [2]int{i, k})
		}
	}
	return out
}

// OpenFigures counts the differences nobody has settled.
func (p *mergePage) OpenFigures() int {
	n := 0
	for _, f := range p.Figures {
		if f.Settled == nil {
			n++
		}
	}
	return n
}

// settledOf takes over what is settled in a composite as it is kept.
func (p *mergePage) settledOf(v flow.Composite) {
	for _, d := range v.Figures.Differences {
		if d.Settled != nil {
			p.settled = append(p.settled, *d.Settled)
		}
	}
}

// settledIn reads from a form what was settled, and the notes typed beside what
// was not.
func (p *mergePage) settledIn(form url.Values) {
	p.notes = map[string]string{}
	at := func(name string, i int) string {
		if vs := form[name]; i < len(vs) {
			return vs[i]
		}
		return ""
	}
	for i, key := range form["fk"] {
		p.notes[key+"|"+at("fa", i)] = at("fn", i)
	}
	if !form.Has("sk") && !form.Has("figures") {
		return
	}
	before := p.settled
	p.settled = []filing.Settlement{}
	for i, key := range form["sk"] {
		choice, err := strconv.Atoi(at("sc", i))
		if err != nil {
			choice = 0
		}
		p.settled = append(p.settled, filing.Settlement{Key: key, As: at("sa", i), Choice: choice, Note: at("sn", i)})
	}
	p.settled = filing.Stamp(p.settled, before, "", 0)
}

// settleStep does what a button beside a figure asked for: take a source's, keep
// one's own, look at it again.
func (p *mergePage) settleStep(do string) {
	verb, arg, _ := strings.Cut(do, ":")
	if verb != "use" && verb != "keep" && verb != "open" {
		return
	}
	p.weighFigures()
	key, rest, _ := strings.Cut(arg, ".")
	no, which, _ := strings.Cut(rest, ".")
	row, ok := p.figure(key, no)
	if !ok {
		return
	}
	mine := func(s filing.Settlement) bool { return s.Key == row.Key && s.As == row.Written }
	note := p.notes[row.Key+"|"+row.Written]
	switch verb {
	case "open":
		if row.Settled != nil {
			p.notes[row.Key+"|"+row.Written] = row.Settled.Note
		}
		p.settled = slices.DeleteFunc(p.settled, mine)
	case "keep":
		p.settled = append(slices.DeleteFunc(p.settled, mine), filing.Settlement{Key: row.Key, As: row.Written, Note: note})
	case "use":
		i, err := strconv.Atoi(which)
		if err != nil || i < 0 || i >= len(row.Says) {
			return
		}
		said := row.Says[i]
		p.rewrite(row, said.Written)
		p.settled = append(slices.DeleteFunc(p.settled, func(s filing.Settlement) bool { return mine(s) || s.Key == row.Key && s.As == said.Written }),
			filing.Settlement{Key: row.Key, As: said.Written, Choice: said.Source, Note: note})
	}
}

func (p *mergePage) figure(key, no string) (figureRow, bool) {
	for _, f := range p.Figures {
		if f.Key == key && strconv.Itoa(f.No) == no {
			return f, true
		}
	}
	for _, f := range p.Figures {
		if f.Key == key {
			return f, true
		}
	}
	return figureRow{}, false
}

// rewrite puts a source's figure in place of the text's, in every paragraph
// that has it.
func (p *mergePage) rewrite(row figureRow, written string) {
	if row.Written == written {
		return
	}
	for range len(row.Paras) {
		places := p.places()
		n := row.Paras[0]
		if n > len(places) {
			return
		}
		m, line := &p.Paras[places[n-1][0]], places[n-1][1]
		lines := text.Paragraphs(text.Clean(m.Text))
		rs := []rune(lines[line])
		from, to := row.Span()
		if to > len(rs) || strings.TrimSpace(string(rs[from:to])) != row.Written {
			return
		}
		lines[line] = string(rs[:from]) + written + string(rs[to:])
		m.Text, m.Now = strings.Join(lines, "\n"), true
		p.weighFigures()
		next := slices.IndexFunc(p.Figures, func(f figureRow) bool { return f.Key == row.Key && f.Written == row.Written })
		if next < 0 {
			return
		}
		row = p.Figures[next]
	}
}

// settledNow is what is kept with the text: what was settled of the differences
// it still has, and each note that was typed beside one.
func (p *mergePage) settledNow() []filing.Settlement {
	p.weighFigures()
	out := []filing.Settlement{}
	for _, f := range p.Figures {
		switch note := strings.TrimSpace(f.Note); {
		case f.Settled != nil:
			out = append(out, *f.Settled)
		case note != "":
			out = append(out, filing.Settlement{Key: f.Key, As: f.Written, Note: note})
		}
	}
	return out
}

// Chosen is the mark of the source whose figure was taken, "" for none.
func (p *mergePage) Chosen(s filing.Settlement) string {
	if s.Choice < 1 || s.Choice > len(p.Sources) {
		return ""
	}
	return p.Sources[s.Choice-1].Letter
}
