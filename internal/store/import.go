package store

import (
	"context"
	"iter"
	"strconv"
	"time"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// UnitRow is one row of a file of units. Line is where it stands in the file,
// for the messages.
type UnitRow struct {
	Line   int
	Code   string
	Parent string // a code of the file or of a unit that is here already; "" = a root
	Name   string
	Level  string
}

// Imported says what a file of units would change, or has changed.
type Imported struct{ Rows, Added, Changed, Same int }

// maxBadRows bounds the list of mistakes: whoever mixed up two columns needs a
// handful of lines, not 665,000.
const maxBadRows = 100

// ImportUnits brings a file of units in, all or nothing. A unit is known by its
// code: one that is not here is added, one whose name, level or parent differ is
// changed and keeps its former self as a Past, the others stay as they are, so
// that a second run adds nothing. What a file does not say (short name, desk,
// dates) is not touched.
//
// apply=false only tells what would happen. Every mistake is a field of
// fault.Invalid whose path is the line. record runs at the end of the same
// transaction, to write its one fact; like the whole transaction it may run
// again.
func (s *Store) ImportUnits(ctx context.Context, rows iter.Seq2[UnitRow, error], apply bool, record func(tx *Tx, added, changed int) error) (done Imported, err error) {
	defer fault.Wrap(&err, "store.ImportUnits")
	f, err := readUnits(rows)
	if err != nil {
		return Imported{}, err
	}
	work := func(tx *Tx) error {
		f.restart()
		if err := f.compare(tx); err != nil {
			return err
		}
		if apply {
			if err := f.write(tx); err != nil {
				return err
			}
		}
		done = Imported{Rows: len(f.rows), Added: f.added, Changed: len(f.changes), Same: len(f.rows) - f.added - len(f.changes)}
		if !apply || record == nil {
			return nil
		}
		return record(tx, done.Added, done.Changed)
	}
	if apply {
		err = s.Update(ctx, work)
	} else {
		err = s.View(ctx, work)
	}
	if err != nil {
		return Imported{}, err
	}
	return done, nil
}

// unitFile is a file of units in memory: about 200 bytes a row.
type unitFile struct {
	rows    []unitRow
	byCode  map[string]int32
	outside map[string]org.Unit // parents that are not in the file
	changes []unitChange
	added   int
	bad     []fault.Field
}

type unitRow struct {
	UnitRow
	id   ident.Unit
	here bool // a unit of this code is in the store
}

// unitChange is a unit whose row says otherwise than the store.
type unitChange struct {
	row int32
	was org.Unit
}

// readUnits reads the rows and finds what is wrong with each by itself and with
// all of them together.
func readUnits(rows iter.Seq2[UnitRow, error]) (*unitFile, error) {
	f := &unitFile{byCode: map[string]int32{}}
	for r, err := range rows {
		if err != nil {
			return nil, err
		}
		f.check(r)
		if first, twice := f.byCode[r.Code]; twice {
			f.wrong(r.Line, "code_twice", "code", r.Code, "first", strconv.Itoa(f.rows[first].Line))
			continue
		}
		f.byCode[r.Code] = int32(len(f.rows))
		f.rows = append(f.rows, unitRow{UnitRow: r})
	}
	return f, fault.Fields(f.bad)
}

// check looks at one row alone.
func (f *unitFile) check(r UnitRow) {
	if len(f.bad) >= maxBadRows {
		return
	}
	u := org.Unit{Code: r.Code, Name: r.Name, Level: org.Level(r.Level)}
	for _, b := range u.Check() {
		params := fault.Pairs("field", b.Path)
		for k, v := range b.Params {
			params[k] = v
		}
		f.bad = append(f.bad, fault.Field{Path: lineOf(r.Line), Code: b.Code, Params: params})
	}
}

func (f *unitFile) wrong(line int, code string, pairs ...string) {
	if len(f.bad) < maxBadRows {
		f.bad = append(f.bad, fault.Field{Path: lineOf(line), Code: code, Params: fault.Pairs(pairs...)})
	}
}

func lineOf(n int) string { return "line " + strconv.Itoa(n) }

// restart forgets what an earlier run of the transaction found.
func (f *unitFile) restart() {
	f.changes, f.added, f.bad = nil, 0, nil
	f.outside = map[string]org.Unit{}
	for i := range f.rows {
		f.rows[i].id, f.rows[i].here = "", false
	}
}

// compare finds the rows' units in the store, gives the new ones an identifier,
// checks the tree that would result and then finds what differs. The store's
// units are walked twice, because keeping 665,000 of them costs more than
// reading them again.
func (f *unitFile) compare(tx *Tx) error {
	err := tx.each("unit_codes", nil, func(r row) (bool, error) {
		var id ident.Unit
		var code string
		if err := r.Scan(&id, &code); err != nil {
			return false, err
		}
		if i, ok := f.byCode[code]; ok {
			f.rows[i].id, f.rows[i].here = id, true
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	for i := range f.rows {
		if !f.rows[i].here {
			f.rows[i].id = ident.Unit(tx.Mint())
			f.added++
		}
	}
	if err := f.checkTree(tx); err != nil {
		return err
	}
	if err := fault.Fields(f.bad); err != nil || f.added == len(f.rows) {
		return err
	}
	return f.differ(tx)
}

// differ collects the units whose row says otherwise.
func (f *unitFile) differ(tx *Tx) error {
	return tx.each("unit_all", nil, func(r row) (bool, error) {
		u, err := scanUnit(r)
		if err != nil {
			return false, err
		}
		i, ok := f.byCode[u.Code]
		if !ok {
			return true, nil
		}
		says := &f.rows[i]
		if u.Name != says.Name || string(u.Level) != says.Level || u.Parent != f.parentID(says) {
			f.changes = append(f.changes, unitChange{i, u})
		}
		return true, nil
	})
}

// parentID is the unit above a row.
func (f *unitFile) parentID(r *unitRow) ident.Unit {
	if i, ok := f.byCode[r.Parent]; ok {
		return f.rows[i].id
	}
	return f.outside[r.Parent].ID // "" for a root
}

// write puts the new units down, many to a statement, and changes the others.
func (f *unitFile) write(tx *Tx) error {
	today := org.Date(0)
	if len(f.changes) > 0 {
		y, m, d := time.UnixMicro(tx.Now()).In(tx.s.location).Date()
		today = org.Date(y*10000 + int(m)*100 + d)
	}
	const width, batch = 12, 1024
	values := make([]any, 0, width*batch)
	flush := func() error {
		_, err := tx.execRows("unit_insert_rows", values)
		values = values[:0]
		return err
	}
	for i := range f.rows {
		r := &f.rows[i]
		if r.here {
			continue
		}
		values = append(values, string(r.id), r.Code, r.Name, "", r.Level, string(f.parentID(r)), int64(0), int64(0), int64(0), int64(0), "", int64(1))
		if len(values) == width*batch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	for _, c := range f.changes {
		if err := f.change(tx, c, today); err != nil {
			return err
		}
	}
	return nil
}

func (f *unitFile) change(tx *Tx, c unitChange, today org.Date) error {
	r, u := &f.rows[c.row], c.was
	err := tx.InsertPast(org.Past{Unit: u.ID, Name: u.Name, Short: u.Short, Level: u.Level, Parent: u.Parent, From: u.Since, Until: today})
	if err != nil {
		return err
	}
	u.Name, u.Level, u.Parent, u.Since = r.Name, org.Level(r.Level), f.parentID(r), today
	return tx.SaveUnit(&u)
}
