package flow

import (
	"context"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/store"
	"xinshu/internal/text"
)

// Hit is one find.
type Hit struct {
	Noun   string     `json:"noun"`
	ID     string     `json:"id"`
	Title  string     `json:"title"`
	State  string     `json:"state"`
	Unit   ident.Unit `json:"unit"`
	Office ident.Unit `json:"office,omitempty"`
	At     int64      `json:"at"`
}

// Search finds items and filings by words among what the actor may see. noun
// narrows it to "item" or "filing"; "" is both.
func (f *Flow) Search(ctx context.Context, a Actor, q, noun string) (Page[Hit], error) {
	return read(ctx, f, a, "Search", func(t *act) (pg Page[Hit], err error) {
		if noun != "" && noun != "item" && noun != "filing" {
			return pg, fault.Bad("noun", "choose", "value", noun)
		}
		parsed, err := text.Query(q)
		if err != nil {
			return pg, err
		}
		hits, err := t.SearchDocs(t.scope, store.SearchQuery{FTS5: parsed.FTS5(), TSQuery: parsed.TSQuery(), Noun: noun, Limit: 20})
		if err != nil {
			return pg, err
		}
		var ids naming
		for _, h := range hits {
			ids.unit(h.Unit, h.Office)
			pg.Rows = append(pg.Rows, Hit{Noun: h.Noun, ID: h.ID, Title: h.Title, State: h.State, Unit: h.Unit, Office: h.Office, At: h.At})
		}
		pg.Names, err = ids.names(t)
		return pg, err
	})
}

// NewsRow is news with the item it is about.
type NewsRow struct {
	News  filing.News `json:"news"`
	Item  ident.Item  `json:"item"`
	Title string      `json:"title"` // the unit's own title
	Unit  ident.Unit  `json:"unit"`
}

// News lists what was told to the actor's units, newest first.
func (f *Flow) News(ctx context.Context, a Actor, cursor string) (Page[NewsRow], error) {
	return read(ctx, f, a, "News", func(t *act) (Page[NewsRow], error) { return t.news(cursor, 50) })
}

func (t *act) news(cursor string, limit int) (pg Page[NewsRow], err error) {
	before, _, err := unmark(cursor)
	if err != nil {
		return pg, err
	}
	ns, err := t.NewsFor(t.scope.Units, before, limit)
	if err != nil {
		return pg, err
	}
	var ids naming
	for _, n := range ns {
		fl, err := t.Tx.Filing(n.Filing)
		if err != nil {
			return pg, err
		}
		ids.unit(n.Office, fl.Unit)
		pg.Rows = append(pg.Rows, NewsRow{News: n, Item: fl.Item, Title: fl.Title, Unit: fl.Unit})
	}
	if len(ns) == limit {
		pg.Next = mark(ns[limit-1].At, string(ns[limit-1].ID))
	}
	pg.Names, err = ids.names(t)
	return pg, err
}

func (t *act) isAuditor() bool {
	if t.actor.System {
		return true
	}
	for _, p := range t.posts {
		if p.Role == org.Auditor {
			return true
		}
	}
	return false
}
