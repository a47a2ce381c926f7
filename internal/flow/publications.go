package flow

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
)

// Publications, their distribution lists, lines and classes, as tables that can
// be changed.

// ChangePublication is a publication as it is to be. Its office stays.
type ChangePublication struct {
	Code    string   `json:"code,omitempty" form:"code"`
	Name    string   `json:"name,omitempty" form:"name"`
	Columns []string `json:"columns,omitempty"`
	MaxBody *int     `json:"max_body,omitempty"`

	// ReprintDays is how long what was printed above is offered; 0 = not at all.
	ReprintDays *int           `json:"reprint_days,omitempty"`
	Until       string         `json:"until,omitempty" form:"until"` // first day on which nothing new appears
	Readers     []issue.ReadBy `json:"readers,omitempty"`            // in their order; nil: as they are
	Version     int64          `json:"version,omitempty" form:"version"`
}

// mayPublication: the chief of the office, or an administrator.
func (t *act) mayPublication(office ident.Unit) error {
	if err := t.need("found", office, org.Chief); err != nil {
		return t.mayRegister(office)
	}
	return nil
}

// ChangePublication changes a publication and, where one is given, its
// distribution list. A column that went stays on what was printed under it.
func (f *Flow) ChangePublication(ctx context.Context, a Actor, id ident.Publication, in ChangePublication) (issue.Publication, error) {
	return do(ctx, f, call{a, "ChangePublication", org.StageRegister, []any{id, in}}, func(t *act) (issue.Publication, error) {
		p, err := t.Publication(id)
		if err != nil {
			return p, err
		}
		if err := t.mayPublication(p.Office); err != nil {
			return p, err
		}
		if in.Version != 0 && in.Version != p.Version {
			return p, fault.Clash(fault.Why("changed_meanwhile", "noun", "publication", "id", string(id)))
		}
		set(&p.Code, strings.TrimSpace(in.Code))
		set(&p.Name, strings.TrimSpace(in.Name))
		if in.Columns != nil {
			p.Columns = in.Columns
		}
		if in.ReprintDays != nil {
			p.ReprintDays = *in.ReprintDays
		}
		if in.MaxBody != nil {
			p.MaxBody = *in.MaxBody
		}
		if in.Until != "" {
			if p.Until, err = t.since("until", in.Until); err != nil {
				return p, err
			}
			if p.Until < p.From {
				return p, fault.Bad("until", "ends_before")
			}
		}
		if err := t.publicationFits(p, in.Readers); err != nil {
			return p, err
		}
		readers := in.Readers
		if readers == nil {
			if readers, err = t.Readers(id); err != nil {
				return p, err
			}
		}
		for i := range readers {
			readers[i].Publication, readers[i].Order = id, i+1
		}
		return p, t.setReaders(&p, readers)
	})
}

func (t *act) publicationFits(p issue.Publication, readers []issue.ReadBy) error {
	bad := p.Check()
	if p.MaxBody < 0 {
		bad = append(bad, fault.Field{Path: "max_body", Code: "not_a_number", Params: fault.Pairs("value", strconv.Itoa(p.MaxBody))})
	}
	other, err := t.PublicationByCode(p.Office, p.Code)
	if err == nil && other.ID != p.ID {
		bad = append(bad, fault.Field{Path: "code", Code: "taken", Params: fault.Pairs("value", p.Code)})
	} else if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	seen := map[ident.Unit]bool{}
	for i, r := range readers {
		path := "readers[" + strconv.Itoa(i) + "]"
		if !slices.Contains(issue.Manners, r.Manner) {
			bad = append(bad, fault.Field{Path: path + ".manner", Code: "choose", Params: fault.Pairs("value", r.Manner)})
		}
		if seen[r.Unit] {
			bad = append(bad, fault.Field{Path: path, Code: "reader_twice"})
		}
		seen[r.Unit] = true
		u, err := t.Tx.Unit(r.Unit)
		if err != nil {
			return err
		}
		if u.Ended != 0 {
			bad = append(bad, fault.Field{Path: path, Code: "ended"})
		}
	}
	return fault.Fields(bad)
}

// PublicationView opens one publication.
func (f *Flow) Publication(ctx context.Context, a Actor, id ident.Publication) (v PublicationView, err error) {
	return read(ctx, f, a, "Publication", func(t *act) (v PublicationView, err error) {
		if v.Publication, err = t.Tx.Publication(id); err != nil {
			return v, err
		}
		if v.Office, err = t.Tx.Unit(v.Publication.Office); err != nil {
			return v, err
		}
		if v.Readers, err = t.Readers(id); err != nil {
			return v, err
		}
		v.MayEdit = t.mayPublication(v.Publication.Office) == nil
		v.MayRestrict = t.need("restrict", v.Publication.Office, org.Chief) == nil
		var ids naming
		m, marked, err := t.Restricted("publication", string(id))
		if err != nil {
			return v, err
		}
		if marked {
			v.Mark = &m
			ids.unit(m.Unit)
			ids.person(m.Person)
		}
		for _, r := range v.Readers {
			ids.unit(r.Unit)
		}
		v.Names, err = ids.names(t)
		return v, err
	})
}

// ChangeLine is a line's rank and last day.
type ChangeLine struct {
	Rank   int    `json:"rank,omitempty" form:"rank"`
	Direct *bool  `json:"direct,omitempty"`
	Until  string `json:"until,omitempty" form:"until"` // first day on which it no longer holds
}

// ChangeLine orders a unit's lines anew, or ends one by a day.
func (f *Flow) ChangeLine(ctx context.Context, a Actor, id ident.Line, in ChangeLine) (org.Line, error) {
	return do(ctx, f, call{a, "ChangeLine", org.StageRegister, []any{id, in}}, func(t *act) (org.Line, error) {
		l, err := t.Line(id)
		if err != nil {
			return l, err
		}
		if err := t.mayRegister(l.Unit); err != nil {
			return l, err
		}
		if in.Rank != 0 {
			l.Rank = in.Rank
		}
		if l.Rank < 1 || l.Rank > 99 {
			return l, fault.Bad("rank", "out_of_range", "min", "1", "max", "99")
		}
		if in.Direct != nil {
			l.Direct = *in.Direct
		}
		until := l.Until
		if in.Until != "" {
			if until, err = t.since("until", in.Until); err != nil {
				return l, err
			}
			if until < l.From {
				return l, fault.Bad("until", "ends_before")
			}
		}
		return l, t.endLine(&l, until)
	})
}

// LinesView is every line that concerns a unit, in force or to come.
type LinesView struct {
	Unit    org.Unit   `json:"unit"`
	Up      []org.Line `json:"up"`
	Below   []org.Line `json:"below"`
	Next    string     `json:"next,omitempty"`
	MayEdit bool       `json:"may_edit"`
	// Mine are the lines that the reader may change: those of units he keeps.
	Mine  []ident.Line `json:"mine,omitempty"`
	Names Names        `json:"names"`
}

// Lines lists where a unit reports, and who reports to it.
func (f *Flow) Lines(ctx context.Context, a Actor, unit ident.Unit, after string) (LinesView, error) {
	return read(ctx, f, a, "Lines", func(t *act) (v LinesView, err error) {
		if v.Unit, err = t.Tx.Unit(unit); err != nil {
			return v, err
		}
		v.MayEdit = t.mayRegister(unit) == nil
		if v.Up, err = t.LinesOf(unit, 0); err != nil {
			return v, err
		}
		if v.Below, err = t.LinesTo(unit, 0, after, 200); err != nil {
			return v, err
		}
		if len(v.Below) == 200 {
			v.Next = string(v.Below[199].ID)
		}
		over := func(l org.Line) bool { return l.Until != 0 && l.Until <= t.day }
		v.Up, v.Below = slices.DeleteFunc(v.Up, over), slices.DeleteFunc(v.Below, over)
		var ids naming
		for _, l := range slices.Concat(v.Up, v.Below) {
			ids.unit(l.Unit, l.Office)
			if t.mayRegister(l.Unit) == nil {
				v.Mine = append(v.Mine, l.ID)
			}
		}
		v.Names, err = ids.names(t)
		return v, err
	})
}

// ClassesView is an office's classes and targets of a year.
type ClassesView struct {
	Office  org.Unit    `json:"office"`
	Year    int         `json:"year"`
	Rows    []org.Class `json:"rows"`
	Without []org.Unit  `json:"without,omitempty"` // that report here and have no class
	Last    int         `json:"last"`              // how many rows the year before has
	MayEdit bool        `json:"may_edit"`
	Names   Names       `json:"names"`
}

// mayClass: the assessor of the office, or an administrator.
func (t *act) mayClass(office ident.Unit) error {
	if err := t.need("class", office, org.Assessor); err != nil {
		return t.mayRegister(office)
	}
	return nil
}

// Classes lists an office's classes and targets of a year; 0 is this one.
func (f *Flow) Classes(ctx context.Context, a Actor, office ident.Unit, year int) (ClassesView, error) {
	return read(ctx, f, a, "Classes", func(t *act) (v ClassesView, err error) {
		if v.Office, err = t.Tx.Unit(office); err != nil {
			return v, err
		}
		v.MayEdit = t.mayClass(office) == nil
		if !v.MayEdit {
			if err := t.mayRank(office); err != nil {
				return v, err
			}
		}
		if v.Year = year; year == 0 {
			v.Year = t.day.Year()
		}
		if v.Rows, err = t.Tx.Classes(office, v.Year); err != nil {
			return v, err
		}
		last, err := t.Tx.Classes(office, v.Year-1)
		if err != nil {
			return v, err
		}
		v.Last = len(last)
		var ids naming
		for _, c := range v.Rows {
			ids.unit(c.Unit)
		}
		below, err := t.LinesTo(office, t.day, "", BranchSize)
		if err != nil {
			return v, err
		}
		var without naming
		for _, l := range below {
			if !slices.Contains(ids.units, l.Unit) {
				without.unit(l.Unit)
			}
		}
		us, err := t.Units(without.units)
		if err != nil {
			return v, err
		}
		for _, id := range without.units {
			v.Without = append(v.Without, us[id])
		}
		v.Names, err = ids.names(t)
		return v, err
	})
}

// CopyClasses takes over the classes and targets of the year before, for units
// that have none yet and are still there. Done twice it adds nothing.
func (f *Flow) CopyClasses(ctx context.Context, a Actor, office ident.Unit, year int) (int, error) {
	return do(ctx, f, call{a, "CopyClasses", org.StageRegister, []any{office, year}}, func(t *act) (int, error) {
		if err := t.mayClass(office); err != nil {
			return 0, err
		}
		if year < 1900 || year > 9999 {
			return 0, fault.Bad("year", "out_of_range", "min", "1900", "max", "9999")
		}
		have, err := t.Tx.Classes(office, year)
		if err != nil {
			return 0, err
		}
		last, err := t.Tx.Classes(office, year-1)
		if err != nil {
			return 0, err
		}
		n := 0
		for _, c := range last {
			u, err := t.Tx.Unit(c.Unit)
			if err != nil {
				return n, err
			}
			if u.Ended != 0 || slices.ContainsFunc(have, func(h org.Class) bool { return h.Unit == c.Unit }) {
				continue
			}
			c.Year = year
			if err := t.Tx.SetClass(c); err != nil {
				return n, err
			}
			if _, err := t.fact("unit", string(c.Unit), 0, office, org.ClassSet{Class: c}); err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	})
}
