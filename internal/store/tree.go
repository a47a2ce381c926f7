package store

import (
	"fmt"
	"slices"

	"xinshu/internal/org"
)

// What a file of units must be: a tree, together with the units that are here.

// checkTree finds unknown parents, parents that are not above, and rings.
func (f *unitFile) checkTree(tx *Tx) error {
	for i := range f.rows {
		r := &f.rows[i]
		if r.Parent == "" {
			continue
		}
		level, ok, err := f.levelOf(tx, r.Parent)
		if err != nil {
			return err
		}
		switch {
		case !ok:
			f.wrong(r.Line, "unknown_parent", "code", r.Code, "parent", r.Parent)
		case !above(level, org.Level(r.Level)):
			f.wrong(r.Line, "parent_not_above", "code", r.Code, "level", r.Level, "parent", r.Parent, "parent_level", string(level))
		}
	}
	if len(f.bad) > 0 {
		return nil // a tree with holes has no rings worth telling
	}
	return f.checkRings(tx)
}

// levelOf is the level that a code's unit will have.
func (f *unitFile) levelOf(tx *Tx, code string) (org.Level, bool, error) {
	if i, ok := f.byCode[code]; ok {
		return org.Level(f.rows[i].Level), true, nil
	}
	u, err := f.fromStore(tx, code)
	return u.Level, u.ID != "", err
}

// fromStore reads a unit that the file does not have, once.
func (f *unitFile) fromStore(tx *Tx, code string) (org.Unit, error) {
	u, seen := f.outside[code]
	if seen {
		return u, nil
	}
	u, _, err := one(tx, "unit_by_code", scanUnit, code)
	f.outside[code] = u
	return u, err
}

// above reports whether a unit of one level may stand over one of another.
// Departments stand beside the level they serve: anywhere under anything, with
// nothing but departments under them.
func above(parent, child org.Level) bool {
	if child == org.Department {
		return true
	}
	return parent != org.Department && slices.Index(org.Levels, parent) < slices.Index(org.Levels, child)
}

// checkRings walks up from departments: every other parent is strictly above, so
// a ring can only be one of departments.
func (f *unitFile) checkRings(tx *Tx) error {
	for i := range f.rows {
		r := &f.rows[i]
		if r.Level != string(org.Department) {
			continue
		}
		at := r.Parent
		for step := 0; at != ""; step++ {
			if at == r.Code || step > maxDepth {
				f.wrong(r.Line, "ring", "code", r.Code, "parent", r.Parent)
				break
			}
			if j, ok := f.byCode[at]; ok {
				at = f.rows[j].Parent
				continue
			}
			u, err := f.fromStore(tx, at)
			if err != nil {
				return err
			}
			if at, err = f.codeAbove(tx, u); err != nil {
				return err
			}
		}
	}
	return nil
}

// codeAbove is the code of a stored unit's parent.
func (f *unitFile) codeAbove(tx *Tx, u org.Unit) (string, error) {
	if u.Parent == "" {
		return "", nil
	}
	p, err := tx.Unit(u.Parent)
	if err != nil {
		return "", fmt.Errorf("the unit above %s: %w", u.Code, err)
	}
	f.outside[p.Code] = p
	return p.Code, nil
}
