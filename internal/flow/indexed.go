package flow

import (
	"context"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/store"
	"xinshu/internal/text"
)

// Indexed makes the search documents of everything that a stretch of the record
// touched: a filing for its desk and for who filed it, an item for its unit as
// long as it has not left; each once, as it reads now. A signed item is found
// through its filings, so its own document is gone.
func (f *Flow) Indexed(ctx context.Context, recs []fact.Record) (docs []store.Doc, gone []fact.Subject, err error) {
	defer fault.Wrap(&err, "flow.Indexed")
	err = f.store.View(ctx, func(tx *store.Tx) error {
		docs, gone = docs[:0], gone[:0]
		t, err := f.begin(tx, Actor{System: true})
		if err != nil {
			return err
		}
		seen := map[fact.Subject]bool{}
		for _, r := range recs {
			if seen[r.Subject] || r.Subject.Noun != "item" && r.Subject.Noun != "filing" {
				continue
			}
			seen[r.Subject] = true
			d, err := t.doc(r.Subject)
			switch {
			case err != nil && !fault.Is(err, fault.NotFound):
				return err
			case err != nil || d.ID == "":
				gone = append(gone, r.Subject)
			default:
				docs = append(docs, d)
			}
		}
		return nil
	})
	return docs, gone, err
}

func (t *act) doc(s fact.Subject) (store.Doc, error) {
	if s.Noun == "item" {
		it, err := t.Tx.Item(ident.Item(s.ID))
		if err != nil || it.State == item.Signed {
			return store.Doc{}, err
		}
		rev, err := t.Revision("item", s.ID, it.Revision)
		return docOf(s, it, rev), err
	}
	fl, err := t.Tx.Filing(ident.Filing(s.ID))
	if err != nil {
		return store.Doc{}, err
	}
	rev, err := t.newest(fl)
	return docOfFiling(s, fl, rev), err
}

func docOf(s fact.Subject, it item.Item, rev item.Revision) store.Doc {
	return store.Doc{Noun: s.Noun, ID: s.ID, Unit: it.Unit, Office: it.Office, Title: rev.Title, State: string(it.State), At: it.Created, Tokens: text.IndexText(rev.Title, rev.Body)}
}

func docOfFiling(s fact.Subject, fl filing.Filing, rev item.Revision) store.Doc {
	return store.Doc{Noun: s.Noun, ID: s.ID, Unit: fl.Unit, Office: fl.Office, Title: rev.Title, State: string(fl.State), At: fl.Filed, Tokens: text.IndexText(rev.Title, rev.Body)}
}
