package flow

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// Addressees are whom an instruction on a text can go to. Named are those its
// words speak of, in the order they are named.
type Addressees struct {
	All   []org.Unit `json:"all"`
	Named []org.Unit `json:"named,omitempty"`

	Phrases []string `json:"phrases,omitempty"` // the office's own; none: the installation's
}

// Addressees reads out of an instruction's words which units they speak of.
func (f *Flow) Addressees(ctx context.Context, a Actor, in Instruct) (Addressees, error) {
	return read(ctx, f, a, "Addressees", func(t *act) (out Addressees, err error) {
		var printed ident.Issue
		if in.Placement != "" {
			p, err := t.Placement(in.Placement)
			if err != nil {
				return out, err
			}
			in.Filing, printed = p.Filing, p.Issue
		}
		fl, err := t.Filing(in.Filing)
		if err != nil {
			return out, err
		}
		where, err := t.instructs(fl, printed)
		if err != nil {
			return out, err
		}
		if out.Phrases, err = t.phrasesFor(fl, where); err != nil {
			return out, err
		}
		office, err := t.Unit(fl.Office)
		if err != nil {
			return out, err
		}
		if out.All, err = t.candidates(office); err != nil {
			return out, err
		}
		out.Named = named(in.Text, out.All)
		return out, nil
	})
}

// named finds units by their name, their short name, or the short name without
// the place it begins with, as people write: 水利局 for 县水利局. A longer name
// hides the shorter ones inside it.
func named(words string, units []org.Unit) []org.Unit {
	type hit struct {
		unit    org.Unit
		at, end int
	}
	var hits []hit
	for _, u := range units {
		best := hit{at: -1}
		for _, name := range callings(u) {
			if at := strings.Index(words, name); at >= 0 && len(name) > best.end-best.at {
				best = hit{u, at, at + len(name)}
			}
		}
		if best.at >= 0 {
			hits = append(hits, best)
		}
	}
	hidden := func(h hit) bool {
		return slices.ContainsFunc(hits, func(o hit) bool { return o.at <= h.at && h.end <= o.end && o.end-o.at > h.end-h.at })
	}
	hits = slices.DeleteFunc(slices.Clone(hits), hidden)
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(a.at, b.at) })
	out := make([]org.Unit, len(hits))
	for i, h := range hits {
		out[i] = h.unit
	}
	return out
}

// callings are what a unit is called, at least two characters each.
func callings(u org.Unit) []string {
	out := []string{u.Name, u.Short}
	for _, name := range []string{u.Name, u.Short} {
		for _, place := range []string{"省", "市", "县", "区"} {
			if _, rest, ok := strings.Cut(name, place); ok {
				out = append(out, rest)
			}
		}
	}
	return slices.DeleteFunc(out, func(s string) bool { return len([]rune(s)) < 2 || s == "人民政府" })
}

// mayAct refuses a unit that does not report to the office, and a due date that
// is past.
func (t *act) mayAct(office, unit ident.Unit, due int64) error {
	if unit != office {
		lines, err := t.LinesOf(unit, t.day)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(lines, func(l org.Line) bool { return l.Office == office }) {
			return fault.Bad("unit", "unit_not_ours", "office", string(office))
		}
	}
	if due != 0 && due <= t.Now() {
		return fault.Bad("due", "not_in_future")
	}
	return nil
}

// candidates are whom an office can ask: itself, and the units that report to it.
func (t *act) candidates(office org.Unit) ([]org.Unit, error) {
	lines, err := t.LinesTo(office.ID, t.day, "", 200)
	if err != nil {
		return nil, err
	}
	out := []org.Unit{office}
	for _, l := range lines {
		u, err := t.Unit(l.Unit)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(out, func(x org.Unit) bool { return x.ID == u.ID }) {
			out = append(out, u)
		}
	}
	return out, nil
}
