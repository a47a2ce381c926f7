package store

import (
	"strings"

	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// What the register's larger changes keep and look at: previews, dated changes
// of units, people who hand their work over.

func scanChange(r row) (c org.Change, err error) {
	err = r.Scan(&c.ID, &c.Unit, &c.Act, &c.Day, &c.State, &c.Input, &c.Steps, &c.Why, &c.By, &c.Post, &c.Made, &c.Done, &c.Version)
	return c, err
}

// InsertChange keeps a change of a unit.
func (tx *Tx) InsertChange(c *org.Change) error {
	return tx.insert(&c.Version, "change_insert", c.ID, c.Unit, c.Act, c.Day, c.State, c.Input, c.Steps, c.Why, c.By, c.Post, c.Made, c.Done)
}

// SaveChange says what became of it.
func (tx *Tx) SaveChange(c *org.Change) error {
	return tx.save("change", c.ID, &c.Version, "change_save", c.ID, c.Version, c.State, c.Steps, c.Why, c.Done)
}

// Change reads one.
func (tx *Tx) Change(id string) (org.Change, error) {
	return get(tx, "change", id, "change_get", scanChange)
}

// ChangesOf lists a unit's, newest first.
func (tx *Tx) ChangesOf(unit ident.Unit, limit int) ([]org.Change, error) {
	return many(tx, "changes_of", scanChange, unit, bounded(limit))
}

// ChangesDue lists the planned ones whose day has come, by day.
func (tx *Tx) ChangesDue(day org.Date, limit int) ([]org.Change, error) {
	return many(tx, "changes_due", scanChange, day, bounded(limit))
}

// ChangesPlanned lists those that wait, after one.
func (tx *Tx) ChangesPlanned(after string, limit int) ([]org.Change, error) {
	return many(tx, "changes_planned", scanChange, after, bounded(limit))
}

// Heir is a merged unit and whose matter it is now.
type Heir struct{ Unit, Heir ident.Unit }

// Heirs lists the units that were merged into these, at once or by steps, and
// ended by the day.
func (tx *Tx) Heirs(units []ident.Unit, day org.Date) ([]Heir, error) {
	if len(units) == 0 {
		return nil, nil
	}
	return many(tx, "unit_heirs", func(r row) (h Heir, err error) { return h, r.Scan(&h.Unit, &h.Heir) }, setOf(units), day)
}

// DropPast forgets a former name that was a mistake of the same day.
func (tx *Tx) DropPast(p org.Past) error {
	_, err := tx.exec("unit_past_drop", p.Unit, p.From, p.Until, p.Name, p.Parent)
	return err
}

// PastsOfAll reads several units' former names, each unit's oldest first.
func (tx *Tx) PastsOfAll(ids []ident.Unit) (map[ident.Unit][]org.Past, error) {
	ps, err := many(tx, "unit_pasts_all", func(r row) (p org.Past, err error) {
		err = r.Scan(&p.Unit, &p.Name, &p.Short, &p.Level, &p.Parent, &p.From, &p.Until)
		return p, err
	}, setOf(ids))
	if err != nil || len(ps) == 0 {
		return nil, err
	}
	m := map[ident.Unit][]org.Past{}
	for _, p := range ps {
		m[p.Unit] = append(m[p.Unit], p)
	}
	return m, nil
}

// OpenItems lists a unit's items that have not left it, or came back; of one
// writer, or of all.
func (tx *Tx) OpenItems(unit ident.Unit, writer ident.Person, limit int) ([]item.Item, error) {
	return many(tx, "items_open", scanItem, unit, writer, limit)
}

// MoveItem gives an item that is with its unit to another unit or writer.
func (tx *Tx) MoveItem(it *item.Item) error {
	return tx.save("item", string(it.ID), &it.Version, "item_move", it.ID, it.Version, it.Unit, it.Writer, setOf(it.Lines))
}

// HeldFilings lists the open filings in somebody's hands.
func (tx *Tx) HeldFilings(holder ident.Person, limit int) ([]filing.Filing, error) {
	return many(tx, "filings_held", scanFiling, holder, limit)
}

// OpenFilings counts a unit's open filings by office and state.
func (tx *Tx) OpenFilings(unit ident.Unit) ([]OfficeCount, error) {
	return many(tx, "filings_open_from", func(r row) (c OfficeCount, err error) { return c, r.Scan(&c.Office, &c.State, &c.N) }, unit)
}

// OfficeCount is how many filings of a state lie at an office.
type OfficeCount struct {
	Office ident.Unit   `json:"office"`
	State  filing.State `json:"state"`
	N      int          `json:"n"`
}

// OpenDuties counts the instructions that a unit must still see through.
func (tx *Tx) OpenDuties(unit ident.Unit) (int, error) {
	n, _, err := one(tx, "duties_open_of", scanInt, unit)
	return n, err
}

// ReadingsOf lists the distribution lists that name a unit.
func (tx *Tx) ReadingsOf(unit ident.Unit) ([]issue.ReadBy, error) {
	return many(tx, "readings_of", func(r row) (b issue.ReadBy, err error) {
		err = r.Scan(&b.Publication, &b.Unit, &b.Manner, &b.Order)
		return b, err
	}, unit)
}

// ClassesOf lists a unit's classes of a year, by office.
func (tx *Tx) ClassesOf(unit ident.Unit, year int) ([]org.Class, error) {
	return many(tx, "classes_of", func(r row) (c org.Class, err error) {
		err = r.Scan(&c.Office, &c.Year, &c.Unit, &c.Class, &c.Target)
		return c, err
	}, unit, year)
}

// PeopleQuery narrows the list of people. After is the last login seen.
type PeopleQuery struct {
	Text   string
	Unit   ident.Unit
	Role   org.Role
	Active int // 1 = only the active, 2 = only the others
	Day    org.Date
	After  string
	Limit  int
}

// FindPeople lists people by login.
func (tx *Tx) FindPeople(q PeopleQuery) ([]org.Person, error) {
	text := q.Text
	if text != "" {
		text = "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text) + "%"
	}
	return many(tx, "people_find", scanPerson, text, q.Unit, q.Role, q.Active, q.Day, q.After, bounded(q.Limit))
}
