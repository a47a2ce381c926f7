package flow

import (
	"context"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// ItemView is one item for its unit.
type ItemView struct {
	Item        item.Item         `json:"item"`
	Unit        org.Unit          `json:"unit"`
	Text        item.Revision     `json:"text"` // the newest
	Revisions   []item.Revision   `json:"revisions"`
	Passed      []item.Passed     `json:"passed"`
	Waiting     org.Check         `json:"waiting,omitempty"`
	Attachments []item.Attachment `json:"attachments,omitempty"`
	Unsaved     []item.Autosave   `json:"unsaved,omitempty"`
	Filings     []filing.Filing   `json:"filings,omitempty"`
	Lines       []org.Line        `json:"lines"`
	Actions     []org.Action      `json:"actions"`
	Limits      org.Rules         `json:"limits"`
	Restricted  bool              `json:"restricted,omitempty"` // whoever opens it is recorded
	Names       Names             `json:"names"`
}

// Item reads one item.
func (f *Flow) Item(ctx context.Context, a Actor, id ident.Item) (ItemView, error) {
	return read(ctx, f, a, "Item", func(t *act) (v ItemView, err error) {
		it, c, err := t.itemCase(id)
		if err != nil {
			return v, err
		}
		v.Item, v.Waiting = it, c.Waiting
		v.Actions = item.Lifecycle.Actions(it.State, c.Held, c)
		if v.Unit, err = t.Tx.Unit(it.Unit); err != nil {
			return v, err
		}
		if v.Text, err = t.Revision("item", string(id), it.Revision); err != nil {
			return v, err
		}
		if v.Restricted, err = t.opensItem(it, it.Revision); err != nil {
			return v, err
		}
		if v.Revisions, err = t.Revisions("item", string(id)); err != nil {
			return v, err
		}
		if v.Passed, err = t.PassedOf(id, 0); err != nil {
			return v, err
		}
		if v.Attachments, err = t.AttachmentsOf(id); err != nil {
			return v, err
		}
		if v.Unsaved, err = t.Autosaves("item", string(id)); err != nil {
			return v, err
		}
		if v.Lines, err = t.LinesOf(it.Unit, t.day); err != nil {
			return v, err
		}
		all, err := t.FilingsOf(id)
		if err != nil {
			return v, err
		}
		for _, fl := range all {
			if t.seesFiling(fl) {
				v.Filings = append(v.Filings, fl)
			}
		}
		if v.Limits, err = t.limits(it, v.Lines); err != nil {
			return v, err
		}
		v.Names, err = v.naming().names(t)
		return v, err
	})
}

func (v *ItemView) naming() *naming {
	var ids naming
	ids.unit(v.Item.Unit, v.Item.Office)
	ids.person(v.Item.Writer)
	ids.person(v.Item.Authors...)
	for _, r := range v.Revisions {
		ids.person(r.By)
	}
	for _, p := range v.Passed {
		ids.person(p.Person)
	}
	for _, s := range v.Unsaved {
		ids.person(s.Person)
	}
	for _, l := range v.Lines {
		ids.unit(l.Office)
	}
	for _, fl := range v.Filings {
		ids.unit(fl.Office, fl.Unit)
		ids.person(fl.Holder)
	}
	return &ids
}

// limits are the lengths that the first office of an item asks for.
func (t *act) limits(it item.Item, lines []org.Line) (org.Rules, error) {
	for _, l := range lines {
		if len(it.Lines) == 0 || l.ID == it.Lines[0] {
			return t.Rules(l.Office)
		}
	}
	return org.DefaultRules(""), nil
}

// Writing says what a unit's writer needs before an item exists: the lines and
// the limits.
type Writing struct {
	Unit   org.Unit    `json:"unit"`
	Lines  []org.Line  `json:"lines"`
	Limits org.Rules   `json:"limits"`
	Checks []org.Check `json:"checks"`
	Names  Names       `json:"names"`
}

// Writing is asked by an empty form.
func (f *Flow) Writing(ctx context.Context, a Actor, unit ident.Unit) (Writing, error) {
	return read(ctx, f, a, "Writing", func(t *act) (v Writing, err error) {
		if !t.scope.Unit(unit) {
			return v, fault.Missing("unit", string(unit))
		}
		if v.Unit, err = t.Tx.Unit(unit); err != nil {
			return v, err
		}
		if v.Lines, err = t.LinesOf(unit, t.day); err != nil {
			return v, err
		}
		if v.Limits, err = t.limits(item.Item{}, v.Lines); err != nil {
			return v, err
		}
		if v.Checks, err = t.chainOf(unit, "", ""); err != nil {
			return v, err
		}
		var ids naming
		for _, l := range v.Lines {
			ids.unit(l.Office)
		}
		v.Names, err = ids.names(t)
		return v, err
	})
}

// ItemText is one revision of an item.
func (f *Flow) ItemText(ctx context.Context, a Actor, id ident.Item, number int) (item.Revision, error) {
	return read(ctx, f, a, "ItemText", func(t *act) (item.Revision, error) {
		it, _, err := t.itemCase(id)
		if err != nil {
			return item.Revision{}, err
		}
		if _, err := t.opensItem(it, number); err != nil {
			return item.Revision{}, err
		}
		return t.Revision("item", string(id), number)
	})
}

// FilingText is one of a desk's revisions of a filing.
func (f *Flow) FilingText(ctx context.Context, a Actor, id ident.Filing, number int) (item.Revision, error) {
	return read(ctx, f, a, "FilingText", func(t *act) (item.Revision, error) {
		fl, err := t.Tx.Filing(id)
		if err == nil && !t.scope.Desk(fl.Office) {
			err = fault.Missing("filing", string(id))
		}
		if err != nil {
			return item.Revision{}, err
		}
		if _, err := t.opensFiling(fl, number); err != nil {
			return item.Revision{}, err
		}
		return t.Revision("filing", string(id), number)
	})
}

// ItemsQuery is a list of items.
type ItemsQuery struct {
	States []item.State `json:"states" form:"state"`
	Unit   ident.Unit   `json:"unit" form:"unit"`
	Mine   bool         `json:"mine" form:"mine"`
	Genre  string       `json:"genre" form:"genre"`
	Form   string       `json:"form" form:"form"`
	From   string       `json:"from" form:"from"` // days of the last change
	Until  string       `json:"until" form:"until"`
	Oldest bool         `json:"oldest" form:"oldest"`
	Cursor string       `json:"cursor" form:"cursor"`
	Limit  int          `json:"limit" form:"limit"`
}

// Items lists the items the actor may see, newest change first.
func (f *Flow) Items(ctx context.Context, a Actor, q ItemsQuery) (Page[item.Item], error) {
	return read(ctx, f, a, "Items", func(t *act) (pg Page[item.Item], err error) {
		sq := store.ItemQuery{States: q.States, Unit: q.Unit, Genre: q.Genre, Form: q.Form, Oldest: q.Oldest, Limit: bounded(q.Limit) + 1}
		if sq.From, sq.Until, err = f.between(q.From, q.Until); err != nil {
			return pg, err
		}
		if q.Mine {
			sq.Writer = a.Person
		}
		if sq.Before, sq.BeforeID, err = unmark(q.Cursor); err != nil {
			return pg, err
		}
		if pg.Rows, err = t.ItemList(t.scope, sq); err != nil {
			return pg, err
		}
		if len(pg.Rows) == sq.Limit {
			pg.Rows = pg.Rows[:sq.Limit-1]
			last := pg.Rows[len(pg.Rows)-1]
			pg.Next = mark(last.Updated, string(last.ID))
		}
		var ids naming
		for _, it := range pg.Rows {
			ids.unit(it.Unit)
			ids.person(it.Writer)
		}
		pg.Names, err = ids.names(t)
		return pg, err
	})
}
