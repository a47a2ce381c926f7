package flow

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// The sheet of changes that comes once a year: units entered, closed, renamed,
// merged, split and moved, one a row, each from its day. It is done whole or not
// at all, and done twice it changes nothing.

// SheetRow is one row as it was written; Line is where it stands in the file.
type SheetRow struct {
	Line   int    `json:"line"`
	Day    string `json:"day"`
	Act    string `json:"act"`
	Code   string `json:"code"`
	Name   string `json:"name,omitempty"`
	Short  string `json:"short,omitempty"`
	Level  string `json:"level,omitempty"`
	Parent string `json:"parent,omitempty"` // codes from here on
	Into   string `json:"into,omitempty"`
	From   string `json:"from,omitempty"`
}

// Sheet is a file of changes.
type Sheet struct {
	File   string     `json:"file,omitempty"`
	Digest string     `json:"digest,omitempty"`
	Rows   []SheetRow `json:"rows"`
	DryRun bool       `json:"dry_run,omitempty"`
}

// What became of a row.
const (
	RowDone    = "done"
	RowPlanned = "planned"
	RowSame    = "same" // it is so already
	RowBad     = "bad"
)

// RowEffect is what one row does.
type RowEffect struct {
	SheetRow
	Result   string         `json:"result"`
	Unit     ident.Unit     `json:"unit,omitempty"`
	Was      string         `json:"was,omitempty"` // the unit's name before
	Lines    int            `json:"lines,omitempty"`
	Posts    int            `json:"posts,omitempty"`
	Items    int            `json:"items,omitempty"`
	Children int            `json:"children,omitempty"`
	Readers  int            `json:"readers,omitempty"`
	Warnings []fault.Reason `json:"warnings,omitempty"`
	Fields   []fault.Field  `json:"fields,omitempty"`
	Reasons  []fault.Reason `json:"reasons,omitempty"`
}

// SheetEffect is what a whole sheet does.
type SheetEffect struct {
	Rows    []RowEffect `json:"rows"`
	Done    int         `json:"done"`
	Planned int         `json:"planned"`
	Same    int         `json:"same"`
	Bad     int         `json:"bad"`
	DryRun  bool        `json:"dry_run"`
	Names   Names       `json:"names"`
}

// MaxSheet is the most rows of one sheet.
const MaxSheet = 2000

// errRollback ends a transaction that only looked.
var errRollback = errors.New("flow: nothing was to be kept")

// acts are the words of a sheet.
var acts = map[string]org.Act{
	"新设": org.ActEnter, "撤销": org.ActClose, "更名": org.ActRename, "合并": org.ActMerge, "拆分": org.ActSplit, "调整隶属": org.ActMove,
	"enter": org.ActEnter, "close": org.ActClose, "rename": org.ActRename, "merge": org.ActMerge, "split": org.ActSplit, "move": org.ActMove,
}

// ChangeSheet carries a sheet out. A dry run does all of it in a transaction that
// is then given up, so that it says exactly what would happen. A sheet with one
// bad row does nothing; the answer names every bad row.
func (f *Flow) ChangeSheet(ctx context.Context, a Actor, in Sheet) (out SheetEffect, err error) {
	defer fault.Wrap(&err, "flow.ChangeSheet")
	if len(in.Rows) == 0 {
		return out, fault.Bad("rows", "required")
	}
	if len(in.Rows) > MaxSheet {
		return out, fault.Bad("rows", "too_many_rows", "max", strconv.Itoa(MaxSheet))
	}
	seen, err := do(ctx, f, call{a, "ChangeSheet", org.StageRegister, in}, func(t *act) (SheetEffect, error) {
		e, err := t.sheet(in)
		out = e
		switch {
		case err != nil:
			return e, err
		case in.DryRun || e.Bad > 0:
			return e, errRollback
		case e.Done+e.Planned == 0:
			return e, nil
		}
		_, err = t.fact("sheet", t.Mint(), 1, "", org.SheetDone{File: in.File, Digest: in.Digest, Rows: len(in.Rows), Done: e.Done, Later: e.Planned})
		return e, err
	})
	switch {
	case errors.Is(err, errRollback) && !in.DryRun:
		return out, badRows(out)
	case errors.Is(err, errRollback):
		return out, nil
	case err != nil:
		return out, err
	}
	return seen, nil
}

// badRows is a sheet's refusal: each field's path is the line.
func badRows(e SheetEffect) error {
	var bad []fault.Field
	for _, r := range e.Rows {
		line := "line " + strconv.Itoa(r.Line)
		for _, b := range r.Fields {
			params := fault.Pairs("column", b.Path)
			for k, v := range b.Params {
				params[k] = v
			}
			bad = append(bad, fault.Field{Path: line, Code: b.Code, Params: params})
		}
		for _, w := range r.Reasons {
			bad = append(bad, fault.Field{Path: line, Code: "row_refused", Params: fault.Pairs("why", w.Code)})
		}
	}
	return fault.Fields(bad)
}

// sheet does every row; a refused one is told and the others are still tried, so
// that all mistakes are seen at once.
func (t *act) sheet(in Sheet) (SheetEffect, error) {
	e := SheetEffect{DryRun: in.DryRun}
	var ids naming
	for _, r := range in.Rows {
		re, err := t.sheetRow(r)
		re.SheetRow = r
		if err != nil {
			if k := fault.KindOf(err); k != fault.Invalid && k != fault.Denied && k != fault.Conflict && k != fault.NotFound {
				return e, err
			}
			re.Result = RowBad
			re.Fields, _ = fault.BadFields(err)
			if fe, ok := errors.AsType[*fault.Error](err); ok {
				re.Reasons = fe.Reasons
			}
		}
		switch re.Result {
		case RowBad:
			e.Bad++
		case RowSame:
			e.Same++
		case RowPlanned:
			e.Planned++
		default:
			e.Done++
		}
		ids.unit(re.Unit)
		for _, w := range slices.Concat(re.Warnings, re.Reasons) {
			ids.unit(ident.Unit(w.Params["unit"]), ident.Unit(w.Params["office"]))
		}
		e.Rows = append(e.Rows, re)
	}
	var err error
	e.Names, err = ids.names(t)
	return e, err
}

// coded finds a unit that a column names by its code.
func (t *act) coded(column, code string) (org.Unit, error) {
	if code = strings.TrimSpace(code); code == "" {
		return org.Unit{}, fault.Bad(column, "required")
	}
	u, err := t.UnitByCode(code)
	if fault.Is(err, fault.NotFound) {
		err = fault.Bad(column, "unknown_unit", "value", code)
	}
	return u, err
}

// sheetRow does one row.
func (t *act) sheetRow(r SheetRow) (RowEffect, error) {
	what, ok := acts[strings.ToLower(strings.TrimSpace(r.Act))]
	if !ok {
		return RowEffect{}, fault.Bad("act", "unknown_act", "value", r.Act)
	}
	day, err := t.since("day", r.Day)
	if err != nil {
		return RowEffect{}, err
	}
	if what == org.ActEnter {
		return t.enterRow(r, day)
	}
	in := UnitChange{Act: what, From: day.String()}
	column, code := "code", r.Code
	if what == org.ActSplit {
		column, code = "from", r.From
		in.Code, in.Name, in.Short = r.Code, r.Name, r.Short
	}
	u, err := t.coded(column, code)
	if err != nil {
		return RowEffect{}, err
	}
	switch what {
	case org.ActRename:
		in.Name, in.Short = strings.TrimSpace(r.Name), r.Short
	case org.ActMove:
		above, err := t.coded("parent", r.Parent)
		if err != nil {
			return RowEffect{}, err
		}
		in.Parent = above.ID
	case org.ActMerge:
		into, err := t.coded("into", r.Into)
		if err != nil {
			return RowEffect{}, err
		}
		in.Into = into.ID
	}
	re := RowEffect{Unit: u.ID, Was: u.Name}
	same, err := t.soAlready(u, in, day)
	if err != nil || same {
		re.Result = RowSame
		return re, err
	}
	e, err := t.changeUnit(u.ID, in)
	if err != nil {
		return re, err
	}
	re.count(e)
	return re, nil
}

func (r *RowEffect) count(e *UnitEffect) {
	r.Result = RowDone
	if e.Later {
		r.Result = RowPlanned
	}
	r.Lines, r.Children, r.Readers, r.Warnings = len(e.Lines), len(e.Children), len(e.Readers), e.Warnings
	for _, p := range e.Posts {
		if p.Fate != Stays {
			r.Posts++
		}
	}
	for _, i := range e.Items {
		if i.Fate == Moves {
			r.Items++
		}
	}
	if e.New != nil && e.New.ID != "" {
		r.Unit = e.New.ID
	}
}

// soAlready recognises a row that was carried out, or planned, before.
func (t *act) soAlready(u org.Unit, in UnitChange, day org.Date) (bool, error) {
	if in.Act == org.ActSplit {
		n, err := t.UnitByCode(strings.TrimSpace(in.Code))
		if fault.Is(err, fault.NotFound) {
			return t.plannedAlready(u, in, day)
		}
		return err == nil && n.Name == strings.TrimSpace(in.Name), err
	}
	switch {
	case in.Act == org.ActRename && u.Name == in.Name, in.Act == org.ActMove && u.Parent == in.Parent,
		in.Act == org.ActMerge && u.Ended != 0 && u.Successor == in.Into, in.Act == org.ActClose && u.Ended != 0 && u.Successor == "":
		return true, nil
	}
	pasts, err := t.PastsOf(u.ID)
	if err != nil {
		return false, err
	}
	for _, p := range pasts {
		if p.From == day && (in.Act == org.ActRename && p.Name == in.Name || in.Act == org.ActMove && p.Parent == in.Parent) {
			return true, nil
		}
	}
	return t.plannedAlready(u, in, day)
}

func (t *act) plannedAlready(u org.Unit, in UnitChange, day org.Date) (bool, error) {
	cs, err := t.ChangesOf(u.ID, 50)
	return slices.ContainsFunc(cs, func(c org.Change) bool {
		return c.State == org.Planned && c.Act == in.Act && c.Day == day
	}), err
}

// enterRow enters a unit. Where the sheet does not say the level, it is that of
// the units already under the same one.
func (t *act) enterRow(r SheetRow, day org.Date) (RowEffect, error) {
	above, err := t.coded("parent", r.Parent)
	if err != nil {
		return RowEffect{}, err
	}
	if u, err := t.UnitByCode(strings.TrimSpace(r.Code)); err == nil {
		if pasts, perr := t.PastsOf(u.ID); perr != nil {
			return RowEffect{}, perr
		} else if u.Name == strings.TrimSpace(r.Name) || slices.ContainsFunc(pasts, func(p org.Past) bool { return p.Name == strings.TrimSpace(r.Name) }) {
			return RowEffect{Unit: u.ID, Was: u.Name, Result: RowSame}, nil
		}
	}
	level := org.Level(strings.ToLower(strings.TrimSpace(r.Level)))
	if level == "" {
		kids, err := t.Children(above.ID, "", 1)
		if err != nil {
			return RowEffect{}, err
		}
		if len(kids) == 0 {
			return RowEffect{}, fault.Bad("level", "required")
		}
		level = kids[0].Level
	}
	u, err := t.enterUnit(EnterUnit{Code: r.Code, Name: r.Name, Short: r.Short, Level: level, Parent: above.ID, From: day.String()})
	return RowEffect{Unit: u.ID, Result: RowDone}, err
}
