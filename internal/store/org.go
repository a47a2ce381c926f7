package store

import (
	"unicode/utf8"

	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// maxDepth bounds every walk up the tree: the levels of the country and a few
// departments under one another.
const maxDepth = 12

func scanUnit(r row) (u org.Unit, err error) {
	err = r.Scan(&u.ID, &u.Code, &u.Name, &u.Short, &u.Level, &u.Parent, &u.Office, &u.Outside, &u.Since, &u.Ended, &u.Successor, &u.Version)
	return u, err
}

// Unit reads a unit as it is now.
func (tx *Tx) Unit(id ident.Unit) (org.Unit, error) {
	return get(tx, "unit", string(id), "unit_get", scanUnit)
}

// UnitByCode reads a unit by its code.
func (tx *Tx) UnitByCode(code string) (org.Unit, error) {
	return get(tx, "unit", code, "unit_by_code", scanUnit)
}

// Units reads several units at once; unknown identifiers are left out.
func (tx *Tx) Units(ids []ident.Unit) (map[ident.Unit]org.Unit, error) {
	us, err := many(tx, "unit_get_all", scanUnit, setOf(ids))
	if err != nil {
		return nil, err
	}
	m := make(map[ident.Unit]org.Unit, len(us))
	for _, u := range us {
		m[u.ID] = u
	}
	return m, nil
}

// InsertUnit enters a unit.
func (tx *Tx) InsertUnit(u *org.Unit) error {
	return tx.insert(&u.Version, "unit_insert", u.ID, u.Code, u.Name, u.Short, u.Level, u.Parent, flag(u.Office), flag(u.Outside), u.Since, u.Ended, u.Successor)
}

// SaveUnit changes a unit; what it was belongs into InsertPast.
func (tx *Tx) SaveUnit(u *org.Unit) error {
	return tx.save("unit", string(u.ID), &u.Version, "unit_save", u.ID, u.Version, u.Code, u.Name, u.Short, u.Level, u.Parent, flag(u.Office), flag(u.Outside), u.Since, u.Ended, u.Successor)
}

// InsertPast keeps a former name and place.
func (tx *Tx) InsertPast(p org.Past) error {
	_, err := tx.exec("unit_past_insert", p.Unit, p.Name, p.Short, p.Level, p.Parent, p.From, p.Until)
	return err
}

// PastsOf reads a unit's former names and places, oldest first.
func (tx *Tx) PastsOf(id ident.Unit) ([]org.Past, error) {
	return many(tx, "unit_pasts", func(r row) (p org.Past, err error) {
		err = r.Scan(&p.Unit, &p.Name, &p.Short, &p.Level, &p.Parent, &p.From, &p.Until)
		return p, err
	}, id)
}

// Children lists the units directly under one, by code, after a code; parent ""
// lists the roots.
func (tx *Tx) Children(parent ident.Unit, after string, limit int) ([]org.Unit, error) {
	return many(tx, "unit_children", scanUnit, parent, after, bounded(limit))
}

// ChildCount counts them.
func (tx *Tx) ChildCount(parent ident.Unit) (int, error) {
	n, _, err := one(tx, "unit_child_count", scanInt, parent)
	return n, err
}

func scanInt(r row) (n int, err error) {
	err = r.Scan(&n)
	return n, err
}

// Ancestors lists the units above one, nearest first.
func (tx *Tx) Ancestors(id ident.Unit) ([]org.Unit, error) {
	return many(tx, "unit_ancestors", scanUnit, id, maxDepth)
}

// UnitsNamed finds units whose name, short name or code starts with a text, by
// code. Each of the three is a range on its index: 665,000 units answer at once.
func (tx *Tx) UnitsNamed(prefix string, limit int) ([]org.Unit, error) {
	if prefix == "" || !utf8.ValidString(prefix) {
		return nil, nil
	}
	return many(tx, "unit_named", scanUnit, prefix, prefix+string(utf8.MaxRune), bounded(limit))
}

// Offices lists the units that run a desk, by code.
func (tx *Tx) Offices() ([]org.Unit, error) { return many(tx, "unit_offices", scanUnit) }

func scanLine(r row) (l org.Line, err error) {
	err = r.Scan(&l.ID, &l.Unit, &l.Office, &l.Network, &l.Rank, &l.Direct, &l.From, &l.Until, &l.Version)
	return l, err
}

// InsertLine draws a reporting line.
func (tx *Tx) InsertLine(l *org.Line) error {
	return tx.insert(&l.Version, "line_insert", l.ID, l.Unit, l.Office, l.Network, l.Rank, flag(l.Direct), l.From, l.Until)
}

// SaveLine changes a line.
func (tx *Tx) SaveLine(l *org.Line) error {
	return tx.save("line", string(l.ID), &l.Version, "line_save", l.ID, l.Version, l.Unit, l.Office, l.Network, l.Rank, flag(l.Direct), l.From, l.Until)
}

// Line reads a line.
func (tx *Tx) Line(id ident.Line) (org.Line, error) {
	return get(tx, "line", string(id), "line_get", scanLine)
}

// LinesOf lists a unit's lines in force on a day, by rank; day 0 lists all.
func (tx *Tx) LinesOf(unit ident.Unit, day org.Date) ([]org.Line, error) {
	return many(tx, "lines_of", scanLine, unit, day)
}

// LinesTo lists the lines that end at an office, in force on a day (0: all),
// after a line.
func (tx *Tx) LinesTo(office ident.Unit, day org.Date, after string, limit int) ([]org.Line, error) {
	return many(tx, "lines_to", scanLine, office, day, after, bounded(limit))
}
