package store

import (
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// ExportQuery says which items leave as a file. All is the operator's sight,
// which no scope bounds.
type ExportQuery struct {
	All         bool
	Unit        ident.Unit
	Office      ident.Unit // items that lay at this desk
	Genre, Form string
	State       item.State
	From, Until int64 // begun at From or later, before Until; 0 = open
	Adopted     bool
	Publication string // code; with Adopted
	After       ident.Item
	Limit       int
}

// Kept is an item with its newest text.
type Kept struct {
	Item item.Item
	Hash string
	Body string
}

// ExportItems lists items with their texts in the order of their identifiers,
// which is the order they were begun in.
func (tx *Tx) ExportItems(sc org.Scope, q ExportQuery) ([]Kept, error) {
	return many(tx, "item_export", func(r row) (k Kept, err error) {
		k.Item, err = scanItem(scanMore{r, []any{&k.Hash, &k.Body}})
		return k, err
	}, setOf(sc.Units), setOf(sc.Desks), q.After, flag(q.All), q.Unit, q.Genre, q.Form, q.State, q.From, newest(q.Until),
		q.Office, flag(q.Adopted || q.Publication != ""), q.Publication, bounded(q.Limit))
}

// scanMore reads columns behind those that a scan function knows.
type scanMore struct {
	row
	more []any
}

func (s scanMore) Scan(dest ...any) error { return s.row.Scan(append(dest, s.more...)...) }

// AttachmentsIn lists the attachments of many items, item by item.
func (tx *Tx) AttachmentsIn(items []ident.Item) ([]item.Attachment, error) {
	return many(tx, "attachments_in", scanAttachment, setOf(items))
}

// FilingsIn lists the filings of many items, item by item.
func (tx *Tx) FilingsIn(items []ident.Item) ([]filing.Filing, error) {
	return many(tx, "filings_in", scanFiling, setOf(items))
}

// Outlet is one publication that took a filing, itself or in a composite.
type Outlet struct {
	Filing       ident.Filing
	Office       ident.Unit
	Publication  string // code
	Year, Number int    // of the issue; 0 while it has none
	State        string
}

// OutletsIn lists what took the filings of many items.
func (tx *Tx) OutletsIn(items []ident.Item) ([]Outlet, error) {
	return many(tx, "outlets_in", func(r row) (o Outlet, err error) {
		err = r.Scan(&o.Filing, &o.Office, &o.Publication, &o.Year, &o.Number, &o.State)
		return o, err
	}, setOf(items))
}

// ExportUnits lists units by code, after a code.
func (tx *Tx) ExportUnits(after string, limit int) ([]org.Unit, error) {
	return many(tx, "unit_export", scanUnit, after, bounded(limit))
}
