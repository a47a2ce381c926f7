package flow

import (
	"cmp"
	"context"
	"iter"
	"strconv"
	"strings"
	"time"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// ExportQuery says which items leave as a file. Units and offices are named by
// their codes.
type ExportQuery struct {
	Unit        string     `json:"unit" form:"unit"`
	Below       bool       `json:"below" form:"below"` // with Unit: everything under it too
	Office      string     `json:"office" form:"office"`
	From        string     `json:"from" form:"from"` // days, both included
	Until       string     `json:"until" form:"until"`
	State       item.State `json:"state" form:"state"`
	Genre       string     `json:"genre" form:"genre"`
	Form        string     `json:"form" form:"form"`
	Adopted     bool       `json:"adopted" form:"adopted"`
	Publication string     `json:"publication" form:"publication"` // code
}

// exportPage is how many texts are in memory at once. A text can have 600 KB.
const exportPage = 100

// Export hands out the items the actor may see, each with its newest text, in
// the order they were begun. It reads page by page, each on a snapshot of its
// own, so that a slow reader holds nothing up and a million items need the
// memory of a hundred. A wrong query is refused before the first row.
func (f *Flow) Export(ctx context.Context, a Actor, q ExportQuery) (iter.Seq2[item.Entry, error], error) {
	x := exporter{f: f, under: map[ident.Unit]bool{}, codes: map[ident.Unit]org.Unit{}}
	var err error
	x.q, err = read(ctx, f, a, "Export", func(t *act) (store.ExportQuery, error) { return x.ask(t, q) })
	if err != nil {
		return nil, err
	}
	return func(yield func(item.Entry, error) bool) {
		for {
			page, err := read(ctx, f, a, "Export", x.page)
			if err != nil {
				yield(item.Entry{}, err)
				return
			}
			x.q.After = x.last
			for _, e := range page {
				if !yield(e, nil) {
					return
				}
			}
			if x.done {
				return
			}
		}
	}, nil
}

// exporter is one export: its question, how far it is, and the units it met.
type exporter struct {
	f     *Flow
	q     store.ExportQuery
	below ident.Unit
	under map[ident.Unit]bool
	codes map[ident.Unit]org.Unit
	last  ident.Item // of the page just read
	done  bool
}

// ask turns codes and days into what the store asks by.
func (x *exporter) ask(t *act, q ExportQuery) (out store.ExportQuery, err error) {
	out = store.ExportQuery{All: t.actor.System, Genre: q.Genre, Form: q.Form, State: q.State, Adopted: q.Adopted, Publication: q.Publication, Limit: exportPage}
	var bad []fault.Field
	for _, c := range []struct {
		path, code string
		into       *ident.Unit
	}{{"unit", q.Unit, &out.Unit}, {"office", q.Office, &out.Office}} {
		if c.code == "" {
			continue
		}
		u, err := t.UnitByCode(c.code)
		if fault.Is(err, fault.NotFound) {
			bad = append(bad, fault.Field{Path: c.path, Code: "unknown_unit", Params: fault.Pairs("value", c.code)})
			continue
		}
		if err != nil {
			return out, err
		}
		*c.into = u.ID
	}
	for _, c := range []struct{ list, code string }{{"genre", q.Genre}, {"form", q.Form}} {
		if c.code == "" {
			continue
		}
		terms, err := t.Terms(c.list) // one that is switched off has old items
		if err != nil {
			return out, err
		}
		bad = append(bad, unlisted(c.list, c.code, terms, func(w org.Term) string { return w.Code })...)
	}
	if q.State != "" {
		bad = append(bad, unlisted("state", string(q.State), item.States, func(s item.State) string { return string(s) })...)
	}
	if q.Below && q.Unit == "" {
		bad = append(bad, fault.Field{Path: "unit", Code: "required"})
	}
	from, err := optionalDate("from", q.From)
	if err != nil {
		return out, err
	}
	until, err := optionalDate("until", q.Until)
	if err != nil {
		return out, err
	}
	if from != 0 {
		out.From = t.f.start(from)
	}
	if until != 0 {
		out.Until = time.UnixMicro(t.f.start(until)).In(t.f.cfg.Location).AddDate(0, 0, 1).UnixMicro()
	}
	if q.Below {
		x.below, out.Unit = out.Unit, ""
	}
	return out, fault.Fields(bad)
}

// unlisted refuses a word that is not on its list, with the list.
func unlisted[T any](path, value string, list []T, word func(T) string) []fault.Field {
	known := make([]string, len(list))
	for i, v := range list {
		known[i] = word(v)
		if known[i] == value {
			return nil
		}
	}
	return []fault.Field{{Path: path, Code: "unknown_word", Params: fault.Pairs("value", value, "known", strings.Join(known, ", "))}}
}

// page reads the next items with all that goes with them.
func (x *exporter) page(t *act) ([]item.Entry, error) {
	kept, err := t.ExportItems(t.scope, x.q)
	if err != nil {
		return nil, err
	}
	x.done = len(kept) < exportPage
	if len(kept) == 0 {
		return nil, nil
	}
	x.last = kept[len(kept)-1].Item.ID
	var ids []ident.Item
	var wanted []store.Kept
	for _, k := range kept {
		ok, err := x.isBelow(t, k.Item.Unit)
		if err != nil {
			return nil, err
		}
		if ok {
			ids, wanted = append(ids, k.Item.ID), append(wanted, k)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	with, err := x.gather(t, ids)
	if err != nil {
		return nil, err
	}
	if err := x.asSeen(t, wanted, with); err != nil {
		return nil, err
	}
	out := make([]item.Entry, len(wanted))
	for i, k := range wanted {
		if _, err := t.opensItem(k.Item, k.Item.Revision); err != nil {
			return nil, err
		}
		if out[i], err = x.entry(t, k, with); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// asSeen puts in the place of what a partner sees from the side the text and the
// files that it was shown.
func (x *exporter) asSeen(t *act, wanted []store.Kept, with around) error {
	its := make([]item.Item, len(wanted))
	for i, k := range wanted {
		its[i] = k.Item
	}
	by, err := t.asides(its)
	if err != nil {
		return err
	}
	for i, k := range wanted {
		p := by[k.Item.ID]
		if p == nil {
			continue
		}
		s, err := t.asideOf(*p)
		if err != nil {
			return err
		}
		k.Body, k.Hash = s.text.Body, s.text.Hash
		if k.Item, err = s.item(t, k.Item); err != nil {
			return err
		}
		wanted[i] = k
		files, err := t.AttachmentsOf(k.Item.ID)
		if err != nil {
			return err
		}
		with.files[k.Item.ID] = nil
		for _, a := range s.files(files) {
			with.files[k.Item.ID] = append(with.files[k.Item.ID], fileOf(a))
		}
	}
	return nil
}

// isBelow walks up from a unit, once for each.
func (x *exporter) isBelow(t *act, u ident.Unit) (bool, error) {
	if x.below == "" || u == x.below {
		return true, nil
	}
	if is, known := x.under[u]; known {
		return is, nil
	}
	above, err := t.Ancestors(u)
	if err != nil {
		return false, err
	}
	is := false
	for _, a := range above {
		is = is || a.ID == x.below
	}
	x.under[u] = is
	return is, nil
}

// around is what belongs to the items of a page.
type around struct {
	files   map[ident.Item][]item.File
	desks   map[ident.Item][]filing.Filing
	outlets map[ident.Filing][]store.Outlet
}

func (x *exporter) gather(t *act, ids []ident.Item) (around, error) {
	w := around{map[ident.Item][]item.File{}, map[ident.Item][]filing.Filing{}, map[ident.Filing][]store.Outlet{}}
	files, err := t.AttachmentsIn(ids)
	if err != nil {
		return w, err
	}
	for _, a := range files {
		w.files[a.Item] = append(w.files[a.Item], fileOf(a))
	}
	fs, err := t.FilingsIn(ids)
	if err != nil {
		return w, err
	}
	for _, fl := range fs {
		if t.actor.System || t.seesFiling(fl) {
			w.desks[fl.Item] = append(w.desks[fl.Item], fl)
		}
	}
	outlets, err := t.OutletsIn(ids)
	if err != nil {
		return w, err
	}
	for _, o := range outlets {
		w.outlets[o.Filing] = append(w.outlets[o.Filing], o)
	}
	return w, nil
}

func (x *exporter) entry(t *act, k store.Kept, w around) (e item.Entry, err error) {
	it := k.Item
	u, err := x.unit(t, it.Unit)
	if err != nil {
		return e, err
	}
	e = item.Entry{ID: string(it.ID), Source: item.Home, Unit: u.Code, UnitName: u.Name, Title: it.Title, Body: k.Body, Genre: it.Genre, Form: it.Form,
		Date: x.f.DayOf(it.Created).String(), Created: x.f.moment(it.Created), State: it.State, Urgent: it.Urgent, Contact: it.Contact,
		Channel: it.Channel, Hash: k.Hash, Attachments: w.files[it.ID]}
	if it.Source != "" { // what another system or an earlier file called it
		var named bool
		if e.Source, e.ID, named = strings.Cut(it.Source, ":"); !named {
			e.Source, e.ID = "", it.Source
		}
	}
	if it.Office != "" {
		o, err := x.unit(t, it.Office)
		if err != nil {
			return e, err
		}
		e.Office = o.Code
	}
	first := int64(0)
	for _, fl := range w.desks[it.ID] {
		o, err := x.unit(t, fl.Office)
		if err != nil {
			return e, err
		}
		if first == 0 || fl.Filed < first {
			first = fl.Filed
		}
		e.Filings = append(e.Filings, item.Desk{Office: o.Code, Number: fl.Number, State: string(fl.State), Filed: x.f.moment(fl.Filed)})
		for _, out := range w.outlets[fl.ID] {
			o, err := x.unit(t, out.Office)
			if err != nil {
				return e, err
			}
			e.Adopted = append(e.Adopted, item.Outlet{Office: o.Code, Publication: out.Publication, Issue: number(out), State: out.State})
		}
	}
	if first != 0 {
		e.Filed = x.f.moment(first)
	}
	return e, nil
}

func fileOf(a item.Attachment) item.File {
	return item.File{Hash: a.Hash, Name: a.Name, Media: a.Media, Size: a.Size, Caption: a.Caption}
}

func number(o store.Outlet) string {
	if o.Number == 0 {
		return ""
	}
	return strconv.Itoa(o.Year) + "-" + strconv.Itoa(o.Number)
}

// unit reads a unit once for the whole export.
func (x *exporter) unit(t *act, id ident.Unit) (org.Unit, error) {
	if u, known := x.codes[id]; known {
		return u, nil
	}
	u, err := t.Tx.Unit(id)
	if err != nil {
		return u, err
	}
	u.Code = cmp.Or(u.Code, string(u.ID))
	x.codes[id] = u
	return u, nil
}

// moment writes a moment as files have it: the office's clock, to the
// microsecond.
func (f *Flow) moment(micros int64) string {
	return time.UnixMicro(micros).In(f.cfg.Location).Format("2006-01-02T15:04:05.999999Z07:00")
}
