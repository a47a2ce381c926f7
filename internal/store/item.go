package store

import (
	"slices"

	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

func scanItem(r row) (it item.Item, err error) {
	err = r.Scan(&it.ID, &it.Unit, &it.State, &it.Genre, &it.Form, &it.Title, &it.Length, &it.Revision, &it.Signed,
		listOf(&it.Lines), listOf(&it.Authors), &it.Contact, &it.Channel, &it.Urgent, listOf(&it.Checks), &it.Round,
		&it.Reason, &it.Remark, &it.Due, &it.Office, &it.ByOffice, &it.Confirmed, &it.Source, &it.Writer,
		&it.Created, &it.Updated, &it.Version)
	return it, err
}

// InsertItem enters an item.
func (tx *Tx) InsertItem(it *item.Item) error {
	it.Version = 1
	return tx.bear("item_insert", it.ID, it.Unit, it.State, it.Genre, it.Form, it.Title, it.Length, it.Revision, it.Signed,
		setOf(it.Lines), setOf(it.Authors), it.Contact, it.Channel, flag(it.Urgent), setOf(it.Checks), it.Round,
		it.Reason, it.Remark, it.Due, it.Office, flag(it.ByOffice), flag(it.Confirmed), it.Source, it.Writer,
		it.Created, it.Updated, it.Version)
}

// SaveItem changes an item. Its unit, the office that made it, its source, its
// writer and its birth are what it is, and stay.
func (tx *Tx) SaveItem(it *item.Item) error {
	return tx.save("item", string(it.ID), &it.Version, "item_save", it.ID, it.Version, it.State, it.Genre, it.Form, it.Title, it.Length, it.Revision, it.Signed,
		setOf(it.Lines), setOf(it.Authors), it.Contact, it.Channel, flag(it.Urgent), setOf(it.Checks), it.Round,
		it.Reason, it.Remark, it.Due, flag(it.ByOffice), flag(it.Confirmed), it.Updated)
}

// Item reads an item.
func (tx *Tx) Item(id ident.Item) (item.Item, error) {
	return get(tx, "item", string(id), "item_get", scanItem)
}

// ItemBySource finds the item that an imported file called by this name.
func (tx *Tx) ItemBySource(source string) (ident.Item, bool, error) {
	if source == "" {
		return "", false, nil
	}
	return one(tx, "item_by_source", func(r row) (id ident.Item, err error) {
		err = r.Scan(&id)
		return id, err
	}, source)
}

// ItemQuery narrows a list of items. The cursor is the last row seen: its
// Updated and ID.
type ItemQuery struct {
	States   []item.State // empty: all
	Unit     ident.Unit
	Joint    bool // those that Unit was asked to countersign, in place of its own
	Writer   ident.Person
	Genre    string
	Form     string
	From     int64 // changed at or after; 0: whenever
	Until    int64 // changed before; 0: whenever
	Before   int64
	BeforeID string
	Oldest   bool // oldest change first; the cursor then runs forward
	Limit    int
}

// ItemList lists the items a person sees, newest change first or last.
//
// Every place an item can be seen from is one range of one index, read no
// further than the page is long, and the ranges are merged here: the same plan
// on both engines, whatever the planner thinks of the person's sight.
func (tx *Tx) ItemList(sc org.Scope, q ItemQuery) ([]item.Item, error) {
	if len(q.States) == 0 {
		q.States = item.States
	}
	q.Limit = bounded(q.Limit)
	var found []item.Item
	at, id := keyset(q.Before, q.BeforeID, q.Oldest)
	list := func(name string, place ident.Unit, states ...string) error {
		if q.Oldest {
			name += "_oldest"
		}
		for _, st := range states {
			some, err := many(tx, name, scanItem, setOf(sc.Units), setOf(sc.Desks), place, st, q.Writer, at, id, q.Limit, q.Genre, q.Form, earliest(q.From), newest(q.Until))
			if err != nil {
				return err
			}
			found = append(found, some...)
		}
		return nil
	}
	each := texts(q.States)
	var err error
	if q.Joint {
		err = list("item_list_joint", q.Unit, setOf(each))
	} else if q.Unit != "" {
		err = list("item_list_unit", q.Unit, each...)
	} else {
		err = tx.itemsSeen(sc, each, list)
	}
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, ordered(q.Oldest, func(it item.Item) (int64, string) { return it.Updated, string(it.ID) }))
	found = slices.CompactFunc(found, func(a, b item.Item) bool { return a.ID == b.ID })
	return found[:min(len(found), q.Limit)], nil
}

// fewFilings is where a desk's items are cheaper to find by walking all items
// newest first than by walking the desk's filings: beyond it at least one item
// in a few hundred is the desk's.
const fewFilings = 6000

// itemsSeen walks the four reasons of sees_item.
func (tx *Tx) itemsSeen(sc org.Scope, states []string, list func(name string, place ident.Unit, states ...string) error) error {
	for _, u := range sc.Units {
		if err := list("item_list_unit", u, states...); err != nil {
			return err
		}
		if err := list("item_list_joint", u, setOf(states)); err != nil {
			return err
		}
	}
	for _, d := range sc.Desks {
		if err := list("item_list_office", d, states...); err != nil {
			return err
		}
		n, _, err := one(tx, "filing_few", scanInt, d, fewFilings+1)
		if err != nil {
			return err
		}
		if n > fewFilings {
			err = list("item_list_desk", d, states...)
		} else {
			err = list("item_list_few", d, setOf(states))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func texts[T ~string](ts []T) []string {
	out := make([]string, len(ts))
	for i, t := range ts {
		out[i] = string(t)
	}
	return out
}

// ItemCounts counts units' items by state; a state without items is left out.
func (tx *Tx) ItemCounts(units []ident.Unit) (map[item.State]int, error) {
	return counts[item.State](tx, "item_counts", setOf(units))
}

// counts reads (word, number) rows.
func counts[K ~string](tx *Tx, name string, args ...any) (map[K]int, error) {
	type pair struct {
		k K
		n int
	}
	ps, err := many(tx, name, func(r row) (p pair, err error) {
		err = r.Scan(&p.k, &p.n)
		return p, err
	}, args...)
	if err != nil {
		return nil, err
	}
	m := make(map[K]int, len(ps))
	for _, p := range ps {
		m[p.k] = p.n
	}
	return m, nil
}
