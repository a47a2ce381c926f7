package flow

import (
	"context"
	"strconv"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
	"xinshu/internal/text"
)

// ImportRow is one item of a file: what the unit once filed, on which day.
type ImportRow struct {
	Line   int
	Source string // identity: a second run finds it
	Unit   string // unit code
	Title  string
	Body   string
	Genre  string
	Form   string
	Day    org.Date // 0 = today
}

// ImportItems takes items as filings of their units, all or nothing, in one
// transaction; a row whose source is already here is left out. Every line that
// is wrong is named. Only the operator at the machine may.
func (f *Flow) ImportItems(ctx context.Context, a Actor, file, digest string, rows []ImportRow, apply bool) (out store.Imported, err error) {
	defer fault.Wrap(&err, "flow.ImportItems")
	if !a.System {
		return out, fault.Deny(fault.Why("operator_only"))
	}
	run := f.store.Update
	if !apply {
		run = f.store.View
	}
	err = run(ctx, func(tx *store.Tx) error {
		t, err := f.begin(tx, a)
		if err != nil {
			return err
		}
		out, err = t.importItems(rows, apply)
		if err != nil || !apply || out.Added == 0 {
			return err
		}
		_, err = t.fact("items", digest, 0, "", org.ItemsImported{File: file, Digest: digest, Rows: out.Rows, Added: out.Added})
		return err
	})
	return out, err
}

// MaxImportErrors bounds how many wrong lines are named at once.
const MaxImportErrors = 100

type importer struct {
	*act
	lines map[string][]ident.Line // unit code -> first line
	units map[string]ident.Unit
	seen  map[string]int
	bad   []fault.Field
}

func (t *act) importItems(rows []ImportRow, apply bool) (out store.Imported, err error) {
	im := importer{act: t, lines: map[string][]ident.Line{}, units: map[string]ident.Unit{}, seen: map[string]int{}}
	fresh := make([]ImportRow, 0, len(rows))
	for _, r := range rows {
		out.Rows++
		ok, err := im.check(&r)
		if err != nil {
			return out, err
		}
		if ok {
			fresh = append(fresh, r)
		} else {
			out.Same++
		}
		if len(im.bad) >= MaxImportErrors {
			break
		}
	}
	if err := fault.Fields(im.bad); err != nil {
		return out, err
	}
	out.Added = len(fresh)
	if !apply {
		return out, nil
	}
	for _, r := range fresh {
		d := Draft{Unit: im.units[r.Unit], Title: r.Title, Body: r.Body, Genre: r.Genre, Form: r.Form, Lines: im.lines[r.Unit], Source: r.Source}
		if r.Day != 0 {
			d.day = t.f.start(r.Day)
		}
		if _, err := t.born(d, "import", nil); err != nil {
			return out, err
		}
	}
	return out, nil
}

// check looks one row over; ok is false for one that is already here.
func (im *importer) check(r *ImportRow) (ok bool, err error) {
	at := "line " + strconv.Itoa(r.Line)
	wrong := func(field string, fs []fault.Field) {
		for _, f := range fs {
			f.Path = at + ": " + field
			im.bad = append(im.bad, f)
		}
	}
	if was, twice := im.seen[r.Source]; twice && r.Source != "" {
		wrong("id", []fault.Field{{Code: "twice", Params: fault.Pairs("line", strconv.Itoa(was))}})
		return false, nil
	}
	im.seen[r.Source] = r.Line
	if r.Source != "" {
		if _, have, err := im.ItemBySource(r.Source); err != nil || have {
			return false, err
		}
	}
	r.Title, r.Body = cleaned(r.Title), cleaned(r.Body)
	wrong("title", org.Text("title", r.Title, 1, item.MaxTitle))
	wrong("body", org.Text("body", r.Body, 1, item.MaxBody))
	wrong("text", text.MarkingFields(text.Markings(r.Title, r.Body)))
	for _, c := range []struct{ list, code string }{{"genre", r.Genre}, {"form", r.Form}} {
		known, err := im.knows(c.list, c.code)
		if err != nil {
			return false, err
		}
		if !known {
			wrong(c.list, []fault.Field{{Code: "choose", Params: fault.Pairs("value", c.code)}})
		}
	}
	return true, im.unit(r, wrong)
}

func (im *importer) unit(r *ImportRow, wrong func(string, []fault.Field)) error {
	if _, known := im.units[r.Unit]; known {
		return nil
	}
	u, err := im.UnitByCode(r.Unit)
	if fault.Is(err, fault.NotFound) {
		wrong("unit", []fault.Field{{Code: "unknown_unit", Params: fault.Pairs("value", r.Unit)}})
		return nil
	}
	if err != nil {
		return err
	}
	ls, err := im.LinesOf(u.ID, im.day)
	if err != nil {
		return err
	}
	if len(ls) == 0 {
		wrong("unit", []fault.Field{{Code: "no_line", Params: fault.Pairs("unit", r.Unit)}})
		return nil
	}
	im.units[r.Unit], im.lines[r.Unit] = u.ID, []ident.Line{ls[0].ID}
	return nil
}

// LinesTo lists the codes of the units that report to an office, for an import
// that deals texts out to them.
func (f *Flow) LinesTo(ctx context.Context, a Actor, officeCode string) ([]string, error) {
	return read(ctx, f, a, "LinesTo", func(t *act) ([]string, error) {
		if !a.System {
			return nil, fault.Deny(fault.Why("operator_only"))
		}
		office, err := t.UnitByCode(officeCode)
		if err != nil {
			return nil, err
		}
		lines, err := t.Tx.LinesTo(office.ID, t.day, "", 10_000)
		if err != nil {
			return nil, err
		}
		var codes []string
		for _, l := range lines {
			u, err := t.Tx.Unit(l.Unit)
			if err != nil {
				return nil, err
			}
			codes = append(codes, u.Code)
		}
		return codes, nil
	})
}
