package store

import (
	"cmp"
	"slices"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
)

// The chain of filings from township to centre: its edges, and what flows down
// along it.

func scanParent(r row) (p filing.Parent, err error) {
	err = r.Scan(&p.Child, &p.Parent, &p.Kind, &p.Num, &p.Den, &p.Order)
	return p, err
}

// InsertParent ties a filing to one it came from.
func (tx *Tx) InsertParent(p filing.Parent) error {
	_, err := tx.exec("parent_insert", p.Child, p.Parent, p.Kind, p.Num, p.Den, p.Order)
	return err
}

// ParentsOf lists what a filing came from, in the order of contribution.
func (tx *Tx) ParentsOf(child ident.Filing) ([]filing.Parent, error) {
	return many(tx, "parents_of", scanParent, child)
}

// ChildrenOf lists what came of a filing.
func (tx *Tx) ChildrenOf(parent ident.Filing) ([]filing.Parent, error) {
	return many(tx, "children_of", scanParent, parent)
}

// DropParents unties a filing: a merge taken apart. The facts keep it.
func (tx *Tx) DropParents(child ident.Filing, kind string) error {
	_, err := tx.exec("parents_drop", child, kind)
	return err
}

func scanNews(r row) (n filing.News, err error) {
	err = r.Scan(&n.ID, &n.Filing, &n.Via, &n.Origin, &n.Kind, &n.Office, &n.Level, &n.Outlet, &n.Name, &n.Issue, &n.Form,
		&n.Title, &n.Who, &n.Text, &n.Points, &n.Num, &n.Den, &n.Hops, &n.Occurred, &n.At)
	return n, err
}

// PutNews tells a filing what happened above; the same thing told twice is one,
// and inserted says whether it was new.
func (tx *Tx) PutNews(n filing.News) (inserted bool, err error) {
	rows, err := tx.exec("news_put", n.ID, n.Filing, n.Via, n.Origin, n.Kind, n.Office, n.Level, n.Outlet, n.Name, n.Issue, n.Form,
		n.Title, n.Who, n.Text, n.Points, n.Num, n.Den, n.Hops, n.Occurred, n.At)
	if err != nil || rows > 0 {
		return rows > 0, err
	}
	_, told, err := one(tx, "news_get", scanNews, n.ID)
	if err == nil && !told { // not a repetition, then: there is nobody to tell
		err = fault.Missing("filing", string(n.Filing))
	}
	return false, err
}

// NewsOf lists what a filing was told, as it happened.
func (tx *Tx) NewsOf(id ident.Filing) ([]filing.News, error) {
	return many(tx, "news_of", scanNews, id)
}

// Trace is one thing that tells where an item lies.
type Trace struct {
	Item     ident.Item
	Filing   filing.Filing // by which it is known: its identifier, office, unit and base
	Of       string        // filing, forward, placement or news
	Office   ident.Unit    // where
	State    string        // of the filing or the placement there, or the kind of news
	At, Made int64
	Reason   string
	Name     string // of the publication
	Issue    string // … and the issue
}

// Traces reads where some items lie and what became of them, in one go.
func (tx *Tx) Traces(items []ident.Item) ([]Trace, error) {
	return many(tx, "traces", func(r row) (c Trace, err error) {
		f := &c.Filing
		err = r.Scan(&c.Item, &f.ID, &f.Office, &f.Unit, &f.Base, &c.Of, &c.Office, &c.State, &c.At, &c.Made, &c.Reason, &c.Name, &c.Issue)
		return c, err
	}, setOf(items))
}

// NewsFor lists what was told to the filings of some units, newest first, told
// before a moment (0: until now).
func (tx *Tx) NewsFor(units []ident.Unit, before int64, limit int) ([]filing.News, error) {
	limit = bounded(limit)
	var found []filing.News
	for _, u := range units {
		some, err := many(tx, "news_for", scanNews, u, newest(before), limit)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	slices.SortFunc(found, func(a, b filing.News) int {
		return cmp.Or(cmp.Compare(b.At, a.At), cmp.Compare(b.ID, a.ID))
	})
	found = slices.CompactFunc(found, func(a, b filing.News) bool { return a.ID == b.ID })
	return found[:min(len(found), limit)], nil
}

func scanOutcome(r row) (o filing.Outcome, err error) {
	err = r.Scan(&o.ID, &o.Filing, &o.State, &o.Kind, &o.Outlet, &o.Name, &o.Issue, &o.Form, &o.Who, &o.Points, &o.Proof,
		&o.Occurred, &o.EnteredBy, &o.EnteredAt, &o.DecidedBy, &o.DecidedAt, &o.Version)
	return o, err
}

// InsertOutcome keeps what was typed from an outside office's notice.
func (tx *Tx) InsertOutcome(o *filing.Outcome) error {
	return tx.insert(&o.Version, "outcome_insert", o.ID, o.Filing, o.State, o.Kind, o.Outlet, o.Name, o.Issue, o.Form, o.Who, o.Points, o.Proof,
		o.Occurred, o.EnteredBy, o.EnteredAt, o.DecidedBy, o.DecidedAt)
}

// SaveOutcome changes it.
func (tx *Tx) SaveOutcome(o *filing.Outcome) error {
	return tx.save("outcome", string(o.ID), &o.Version, "outcome_save", o.ID, o.Version, o.State, o.Kind, o.Outlet, o.Name, o.Issue, o.Form, o.Who, o.Points, o.Proof,
		o.Occurred, o.EnteredBy, o.EnteredAt, o.DecidedBy, o.DecidedAt)
}

// Outcome reads one.
func (tx *Tx) Outcome(id ident.Outcome) (filing.Outcome, error) {
	return get(tx, "outcome", string(id), "outcome_get", scanOutcome)
}

// OutcomesOf lists a filing's outcomes as they were typed.
func (tx *Tx) OutcomesOf(id ident.Filing) ([]filing.Outcome, error) {
	return many(tx, "outcomes_of", scanOutcome, id)
}
