package flow

import (
	"context"
	"slices"

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
	Chain       []Station         `json:"chain,omitempty"`    // while it waits for checks: who can pass each
	Unsigned    []Unsigned        `json:"unsigned,omitempty"` // checks of this round that were taken back
	Attachments []item.Attachment `json:"attachments,omitempty"`
	Unsaved     []item.Autosave   `json:"unsaved,omitempty"`
	Filings     []filing.Filing   `json:"filings,omitempty"`
	Lines       []org.Line        `json:"lines"`
	Actions     []org.Action      `json:"actions"`
	Limits      org.Rules         `json:"limits"`
	Restricted  bool              `json:"restricted,omitempty"`   // whoever opens it is recorded
	UnsignUntil int64             `json:"unsign_until,omitempty"` // until when the actor may take his own check back
	Partners    []PartnerView     `json:"partners,omitempty"`
	Shares      []item.Share      `json:"shares,omitempty"` // of the lead and its partners
	Aside       bool              `json:"aside,omitempty"`  // seen as a partner: no text newer than the one it was asked about
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
		v.Actions = c.Actions()
		if v.Unit, err = t.unitOf(it); err != nil {
			return v, err
		}
		newest := it.Revision
		if c.Aside != nil {
			newest = c.Aside.Revision
		}
		if v.Text, err = t.Revision("item", string(id), newest); err != nil {
			return v, err
		}
		if v.Restricted, err = t.opensItem(it, newest); err != nil {
			return v, err
		}
		if v.Revisions, err = t.Revisions("item", string(id)); err != nil {
			return v, err
		}
		if v.Passed, err = t.PassedOf(id, 0); err != nil {
			return v, err
		}
		if v.Unsigned, err = t.unsigned(it); err != nil {
			return v, err
		}
		if org.Allowed(v.Actions, item.Unsign) {
			v.UnsignUntil = c.Given().At + item.UnsignFor
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
		if v.Partners, err = t.partnerViews(it, c); err != nil {
			return v, err
		}
		if it.State == item.Submitted {
			if v.Chain, err = t.stations(it.Unit, it.Checks); err != nil {
				return v, err
			}
		}
		v.Shares = item.SharesOf(it.Unit, c.With)
		if v.Aside = c.Aside != nil; v.Aside {
			if err := v.forPartner(t, *c.Aside); err != nil {
				return v, err
			}
		}
		v.Names, err = v.naming().names(t)
		return v, err
	})
}

// forPartner keeps to what a partner was shown: no newer text, nothing that
// somebody types, and not what the lead's checkers wrote to each other.
func (v *ItemView) forPartner(t *act, p item.Partner) error {
	s, err := t.asideOf(p)
	if err != nil {
		return err
	}
	if v.Item, err = s.item(t, v.Item); err != nil {
		return err
	}
	v.Unsaved, v.Attachments = nil, s.files(v.Attachments)
	v.Revisions = slices.DeleteFunc(v.Revisions, func(r item.Revision) bool { return !s.shows(r.Number) })
	for i := range v.Passed {
		v.Passed[i].Remark = ""
	}
	for i, w := range v.Partners {
		if w.Off < p.Asked {
			v.Partners[i].Reason = "" // before this one was asked
		}
	}
	return nil
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
	for _, s := range v.Chain {
		ids.person(s.People...)
	}
	for _, w := range v.Partners {
		ids.unit(w.Unit)
		ids.person(w.People...)
		if w.Signed != nil {
			ids.person(w.Signed.Person)
		}
	}
	for _, s := range v.Unsaved {
		ids.person(s.Person)
	}
	for _, u := range v.Unsigned {
		ids.person(u.Person)
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

// ItemText is one revision of an item.
func (f *Flow) ItemText(ctx context.Context, a Actor, id ident.Item, number int) (item.Revision, error) {
	return read(ctx, f, a, "ItemText", func(t *act) (item.Revision, error) {
		it, c, err := t.itemCase(id)
		if err == nil && c.Aside != nil {
			var s aside
			if s, err = t.asideOf(*c.Aside); err == nil && !s.shows(number) {
				err = fault.Missing("revision", item.Number(number))
			}
		}
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
func (f *Flow) Items(ctx context.Context, a Actor, q ItemsQuery) (Page[ItemRow], error) {
	return read(ctx, f, a, "Items", func(t *act) (pg Page[ItemRow], err error) {
		sq := store.ItemQuery{States: q.States, Genre: q.Genre, Form: q.Form, Oldest: q.Oldest, Limit: bounded(q.Limit) + 1}
		if sq.From, sq.Until, err = f.between(q.From, q.Until); err != nil {
			return pg, err
		}
		if q.Mine {
			sq.Writer = a.Person
		}
		if sq.Before, sq.BeforeID, err = unmark(q.Cursor); err != nil {
			return pg, err
		}
		its, err := t.itemsOf(q.Unit, sq)
		if err != nil {
			return pg, err
		}
		if len(its) == sq.Limit {
			its = its[:sq.Limit-1]
			last := its[len(its)-1]
			pg.Next = mark(last.Updated, string(last.ID))
		}
		if pg.Rows, err = t.itemRows(its); err != nil {
			return pg, err
		}
		var ids naming
		for _, r := range pg.Rows {
			ids.unit(r.Unit)
			ids.person(r.Writer)
			for _, s := range r.Now {
				ids.unit(s.Office)
				ids.unit(s.Units...)
				ids.person(s.People...)
			}
		}
		pg.Names, err = ids.names(t)
		return pg, err
	})
}

// itemsOf lists a unit's items, "" for any, with those of the units merged into
// it: one stretch of the list, in its order.
func (t *act) itemsOf(unit ident.Unit, q store.ItemQuery) (out []item.Item, err error) {
	for _, q.Unit = range t.places(unit) {
		some, err := t.ItemList(t.scope, q)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return stretch(out, q.Oldest, q.Limit, func(it item.Item) (int64, string) { return it.Updated, string(it.ID) }), nil
}

// unitOf is an item's unit as it was called when the item left it; what is still
// with its unit bears the name of today.
func (t *act) unitOf(it item.Item) (org.Unit, error) {
	fs, err := t.FilingsOf(it.ID)
	if err != nil {
		return org.Unit{}, err
	}
	for _, fl := range fs {
		if fl.Unit == it.Unit {
			return t.unitOn(it.Unit, fl.Filed)
		}
	}
	return t.Tx.Unit(it.Unit)
}
