package flow

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// RecordQuery asks the record. What is empty does not matter.
type RecordQuery struct {
	Noun   string       `json:"noun" form:"noun"`
	ID     string       `json:"id" form:"id"`
	Actor  ident.Person `json:"actor" form:"actor"`
	Person string       `json:"person" form:"person"` // a login or a name, instead of Actor
	Office ident.Unit   `json:"office" form:"office"`
	Place  string       `json:"place" form:"place"` // a code or a name, instead of Office
	Kind   fact.Kind    `json:"kind" form:"kind"`
	From   string       `json:"from" form:"from"`   // 2026-11-22, that day included
	Until  string       `json:"until" form:"until"` // 2026-11-22, that day included
	Cursor string       `json:"cursor" form:"cursor"`
	Limit  int          `json:"limit" form:"limit"`
}

// Values are the filters as a query, for the next page and for an export.
func (q RecordQuery) Values() url.Values {
	v := url.Values{}
	for _, p := range [][2]string{{"noun", q.Noun}, {"id", q.ID}, {"actor", string(q.Actor)}, {"person", q.Person}, {"office", string(q.Office)}, {"place", q.Place}, {"kind", string(q.Kind)}, {"from", q.From}, {"until", q.Until}} {
		if p[1] != "" {
			v.Set(p[0], p[1])
		}
	}
	return v
}

// Act is a fact with the words to make a sentence of it: who, in which post,
// about what.
type Act struct {
	fact.Record
	Role     org.Role   `json:"role,omitempty"` // of the post in which it was done
	Unit     ident.Unit `json:"unit,omitempty"` // … and its unit
	Title    string     `json:"title,omitempty"`
	Revision int        `json:"revision,omitempty"`
	Reason   string     `json:"reason,omitempty"`
	Item     ident.Item `json:"item,omitempty"` // the item it belongs to, where that is known
}

// Record reads the record itself, newest first. Only an auditor may: he learns
// who did what to which title, and never a text.
func (f *Flow) Record(ctx context.Context, a Actor, q RecordQuery) (Page[Act], error) {
	return read(ctx, f, a, "Record", func(t *act) (Page[Act], error) {
		if err := t.audits(); err != nil {
			return Page[Act]{}, err
		}
		return t.record(q, bounded(q.Limit))
	})
}

// audits refuses everybody but an auditor.
func (t *act) audits() error {
	if t.actor.Scopes != nil {
		if err := t.actor.scoped(org.ScopeAudit); err != nil {
			return err
		}
	}
	if !t.isAuditor() {
		return fault.Deny(fault.Why("needs_post", "verb", "audit", "roles", string(org.Auditor)))
	}
	return nil
}

func (t *act) record(q RecordQuery, limit int) (pg Page[Act], err error) {
	sq := store.FactQuery{Noun: q.Noun, ID: q.ID, Kind: q.Kind, Limit: limit + 1}
	if sq.Before, _, err = unmark(q.Cursor); err != nil {
		return pg, err
	}
	if sq.Actor, err = t.somebody(q); err != nil {
		return pg, err
	}
	if sq.Office, err = t.someplace(q); err != nil {
		return pg, err
	}
	if sq.From, err = t.dayStart("from", q.From, 0); err != nil {
		return pg, err
	}
	if sq.Until, err = t.dayStart("until", q.Until, 1); err != nil {
		return pg, err
	}
	recs, err := t.FactsFind(sq)
	if err != nil {
		return pg, err
	}
	if len(recs) > limit {
		recs = recs[:limit]
		pg.Next = mark(recs[limit-1].Position, "p")
	}
	var ids naming
	if pg.Rows, err = t.acts(recs, &ids); err != nil {
		return pg, err
	}
	ids.person(sq.Actor)
	ids.unit(sq.Office)
	pg.Names, err = ids.names(t)
	return pg, err
}

// somebody finds the person that is asked about.
func (t *act) somebody(q RecordQuery) (ident.Person, error) {
	who := strings.TrimSpace(q.Person)
	if who == "" {
		return q.Actor, nil
	}
	if p, err := t.PersonByLogin(who); err == nil || !fault.Is(err, fault.NotFound) {
		return p.ID, err
	}
	var found []org.Person
	for after := ""; ; {
		page, err := t.AllPeople(after, 1000)
		if err != nil {
			return "", err
		}
		if len(page) == 0 || len(found) > 1 {
			break
		}
		for _, p := range page {
			if p.Name == who {
				found = append(found, p)
			}
		}
		after = page[len(page)-1].Login
	}
	switch len(found) {
	case 0:
		return "", fault.Bad("person", "nobody_called", "value", who)
	case 1:
		return found[0].ID, nil
	}
	return "", fault.Bad("person", "several_called", "value", who, "first", found[0].Login, "second", found[1].Login)
}

// someplace finds the unit or office that is asked about.
func (t *act) someplace(q RecordQuery) (ident.Unit, error) {
	where := strings.TrimSpace(q.Place)
	if where == "" {
		return q.Office, nil
	}
	found, err := t.UnitsNamed(where, 20)
	if err != nil {
		return "", err
	}
	for _, u := range found {
		if u.Code == where || u.Name == where || u.Short == where {
			return u.ID, nil
		}
	}
	return "", fault.Bad("place", "no_unit_called", "value", where)
}

// dayStart is the first moment of a day that was typed, or of a day after it.
func (t *act) dayStart(field, day string, later int) (int64, error) {
	if day == "" {
		return 0, nil
	}
	at, err := time.ParseInLocation("2006-01-02", day, t.f.cfg.Location)
	if err != nil {
		return 0, fault.Bad(field, "not_a_date", "value", day)
	}
	return at.AddDate(0, 0, later).UnixMicro(), nil
}

// acts gives records their words. What a record is about is looked up once.
func (t *act) acts(recs []fact.Record, ids *naming) ([]Act, error) {
	out := make([]Act, 0, len(recs))
	posts, topics := map[ident.Post]org.Post{}, map[fact.Subject]topic{}
	for _, r := range recs {
		a := Act{Record: r}
		if r.Post != "" {
			p, known := posts[r.Post]
			if !known {
				var err error
				if p, err = t.Post(r.Post); err != nil && !fault.Is(err, fault.NotFound) {
					return nil, err
				}
				posts[r.Post] = p
			}
			a.Role, a.Unit = p.Role, p.Unit
		}
		about, known := topics[r.Subject]
		if !known {
			var err error
			if about, err = t.topic(r.Subject); err != nil && !fault.Is(err, fault.NotFound) {
				return nil, err
			}
			topics[r.Subject] = about
		}
		a.Title, a.Item = about.title, about.item
		a.Revision, a.Reason = said(r)
		ids.person(r.Actor)
		ids.unit(r.Office, a.Unit)
		out = append(out, a)
	}
	return out, nil
}

// said is the revision and the reason that a payload carries, if it does.
func said(r fact.Record) (revision int, reason string) {
	var x struct {
		Revision int    `json:"revision"`
		Number   int    `json:"number"`
		Reason   string `json:"reason"`
	}
	if len(r.Payload) == 0 || !strings.HasPrefix(string(r.Kind), "item.") && !strings.HasPrefix(string(r.Kind), "filing.") && !strings.HasPrefix(string(r.Kind), "text.") {
		return 0, ""
	}
	if json.Unmarshal(r.Payload, &x) != nil { // another field of the same name: nothing to say
		return 0, ""
	}
	return cmp.Or(x.Revision, x.Number), x.Reason
}

// topic is what a fact is about, by its name and never by its text.
type topic struct {
	title string
	item  ident.Item
}

func (t *act) topic(s fact.Subject) (topic, error) {
	switch s.Noun {
	case "item":
		it, err := t.Tx.Item(ident.Item(s.ID))
		return topic{it.Title, it.ID}, err
	case "filing":
		fl, err := t.Tx.Filing(ident.Filing(s.ID))
		return topic{fl.Title, fl.Item}, err
	case "placement":
		p, err := t.Placement(ident.Placement(s.ID))
		if err != nil {
			return topic{}, err
		}
		return t.topic(fact.Subject{Noun: "filing", ID: string(p.Filing)})
	case "duty":
		d, err := t.Tx.Duty(ident.Duty(s.ID))
		if err != nil {
			return topic{}, err
		}
		return t.topic(fact.Subject{Noun: "filing", ID: string(d.Filing)})
	case "delivery":
		d, err := t.Delivery(ident.Delivery(s.ID))
		if err != nil {
			return topic{}, err
		}
		return t.topic(fact.Subject{Noun: "issue", ID: string(d.Issue)})
	case "issue":
		is, err := t.Tx.Issue(ident.Issue(s.ID))
		if err != nil {
			return topic{}, err
		}
		p, err := t.Publication(is.Publication)
		return topic{title: p.Name + " " + strconv.Itoa(is.Year) + "-" + strconv.Itoa(is.Number)}, err
	case "publication":
		p, err := t.Publication(ident.Publication(s.ID))
		return topic{title: p.Name}, err
	case "unit", "office":
		u, err := t.Tx.Unit(ident.Unit(s.ID))
		return topic{title: u.Label()}, err
	case "person":
		p, err := t.Person(ident.Person(s.ID))
		return topic{title: p.Name}, err
	case "post":
		p, err := t.Post(ident.Post(s.ID))
		if err != nil {
			return topic{}, err
		}
		return t.topic(fact.Subject{Noun: "person", ID: string(p.Person)})
	}
	return topic{}, nil
}

// RecordAll hands over everything a query finds, newest first, in constant
// memory. That it was taken away is itself recorded, first. form says as what;
// begin is called once nothing can be refused any more.
func (f *Flow) RecordAll(ctx context.Context, a Actor, q RecordQuery, form string, begin func(), yield func(Act, Names) error) error {
	q.Cursor = ""
	stretch, err := f.Record(ctx, a, q)
	if err == nil {
		err = f.taken(ctx, a, form, q.Values().Encode())
	}
	if err != nil {
		return err
	}
	begin()
	for {
		for _, row := range stretch.Rows {
			if err := yield(row, stretch.Names); err != nil {
				return err
			}
		}
		if stretch.Next == "" {
			return nil
		}
		q.Cursor = stretch.Next
		stretch, err = read(ctx, f, a, "RecordAll", func(t *act) (Page[Act], error) {
			if err := t.audits(); err != nil {
				return Page[Act]{}, err
			}
			return t.record(q, recordStretch)
		})
		if err != nil {
			return err
		}
	}
}

// Taken as forms.
var RecordForms = []string{"csv", "jsonl"}

// recordHeads are the columns of a record as CSV; the first row.
var recordHeads = []string{"position", "recorded", "occurred", "kind", "person", "role", "unit", "office", "noun", "subject", "version", "title", "revision", "reason", "digest", "fact"}

// ExportRecord writes everything a query finds as CSV or JSON Lines. begin opens
// what is written to; it is not called when the question is refused.
func (f *Flow) ExportRecord(ctx context.Context, a Actor, q RecordQuery, form string, begin func() io.Writer) error {
	var w io.Writer
	var table *csv.Writer
	var lines *json.Encoder
	switch form {
	case "csv":
		err := f.RecordAll(ctx, a, q, form, func() {
			w = begin()
			_, _ = io.WriteString(w, "\ufeff") // so that spreadsheets read UTF-8; a failed write is seen below
			table = csv.NewWriter(w)
			_ = table.Write(recordHeads)
		}, func(row Act, n Names) error { return table.Write(row.cells(n, f.cfg.Location)) })
		if table != nil {
			table.Flush()
			err = cmp.Or(err, table.Error())
		}
		return err
	case "jsonl":
		return f.RecordAll(ctx, a, q, form, func() { lines = json.NewEncoder(begin()) }, func(row Act, _ Names) error { return lines.Encode(row) })
	}
	return fault.Bad("format", "choose", "value", form)
}

// cells are a row of the CSV. A text that a spreadsheet would take for a formula
// is led by an apostrophe.
func (a Act) cells(n Names, where *time.Location) []string {
	at := func(us int64) string { return time.UnixMicro(us).In(where).Format(time.RFC3339) }
	num := func(v int64) string { return strconv.FormatInt(v, 10) }
	person, unit, office := "", "", ""
	if a.Actor != "" {
		person = n.Person(a.Actor)
	}
	if a.Unit != "" {
		unit = n.Unit(a.Unit)
	}
	if a.Office != "" {
		office = n.Unit(a.Office)
	}
	out := []string{num(a.Position), at(a.Recorded), at(a.Occurred), string(a.Kind), person, string(a.Role), unit, office, a.Subject.Noun, a.Subject.ID, num(a.SubjectV), a.Title, num(int64(a.Revision)), a.Reason, a.Digest, string(a.ID)}
	for i, s := range out {
		if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
			out[i] = "'" + s
		}
	}
	return out
}

const recordStretch = 1000

// taken records that an auditor, or somebody at the machine, takes a part of the
// record away.
func (f *Flow) taken(ctx context.Context, a Actor, form, asked string) error {
	_, err := do(ctx, f, call{a, "ExportRecord", org.ScopeAudit, []string{form, asked}}, func(t *act) (struct{}, error) {
		if err := t.audits(); err != nil {
			return struct{}{}, err
		}
		for _, p := range t.posts {
			if p.Role == org.Auditor && t.post == "" {
				t.post = p.ID
			}
		}
		who := string(t.actor.Person)
		if t.actor.System {
			who = f.store.Node() // somebody at the machine itself
		}
		_, err := t.fact("record", who, 0, "", org.RecordExported{Form: form, Asked: asked})
		return struct{}{}, err
	})
	return err
}

// FactView is one fact with what proves it.
type FactView struct {
	Act     Act         `json:"act"`
	Canon   string      `json:"canon"`            // the envelope as it is hashed
	Intact  bool        `json:"payload_intact"`   // the payload hashes to the digest, or was lawfully erased
	Block   *fact.Block `json:"block,omitempty"`  // none while it waits for a full block
	Sound   bool        `json:"block_sound"`      // the whole block hashes and is signed as it was sealed
	Broken  string      `json:"broken,omitempty"` // what is wrong with it otherwise
	Checked int64       `json:"checked"`          // when this was found out: now
	Next    int64       `json:"next,omitempty"`   // the position after it
	Names   Names       `json:"names"`
}

// Fact reads one fact and checks the block that seals it. For an auditor.
func (f *Flow) Fact(ctx context.Context, a Actor, position int64) (FactView, error) {
	key, err := f.store.SealKey(ctx)
	if err != nil {
		return FactView{}, err
	}
	return read(ctx, f, a, "Fact", func(t *act) (v FactView, err error) {
		if err := t.audits(); err != nil {
			return v, err
		}
		r, found, err := t.FactAt(position)
		if err == nil && !found {
			err = fault.Missing("fact", strconv.FormatInt(position, 10))
		}
		if err != nil {
			return v, err
		}
		var ids naming
		rows, err := t.acts([]fact.Record{r}, &ids)
		if err != nil {
			return v, err
		}
		v.Act, v.Canon, v.Checked = rows[0], string(r.Canon(position)), t.Now()
		v.Intact = len(r.Payload) == 0 || fact.Digest(r.Payload) == r.Digest
		if last, err := t.LastPosition(); err != nil {
			return v, err
		} else if position < last {
			v.Next = position + 1
		}
		b, sealed, err := t.BlockWith(position)
		if err != nil {
			return v, err
		}
		if sealed {
			v.Block = &b
			if v.Broken, err = t.checkBlock(b, key); err != nil {
				return v, err
			}
			v.Sound = v.Broken == ""
		}
		v.Names, err = ids.names(t)
		return v, err
	})
}

// checkBlock hashes a block anew and says what is wrong with it.
func (t *act) checkBlock(b fact.Block, key []byte) (string, error) {
	var prev fact.Block
	before, err := t.Blocks(b.Number-1, b.Number-1)
	if err != nil {
		return "", err
	}
	if len(before) == 1 {
		prev = before[0]
	}
	recs, err := t.Envelopes(b.First-1, int(b.Last-b.First+1))
	if err != nil {
		return "", err
	}
	chain := fact.Start(prev)
	for i := range recs {
		if err := chain.Add(&recs[i].Fact, recs[i].Position); err != nil {
			return err.Error(), nil
		}
	}
	if err := chain.Check(b, key); err != nil {
		return err.Error(), nil
	}
	return "", nil
}

// ItemRecord is everything that happened to one item, on every desk, as far as
// the reader may see it, and who opened it where reading is restricted.
type ItemRecord struct {
	Item        item.Item       `json:"item"`
	Unit        org.Unit        `json:"unit"`
	Acts        []Act           `json:"acts"`           // newest first
	Whole       bool            `json:"whole"`          // every office's part; else what the reader's posts let him see
	Mark        *store.Mark     `json:"mark,omitempty"` // its own mark
	Restricted  bool            `json:"restricted"`     // by its own mark, or by what it was made of
	MayRestrict bool            `json:"may_restrict"`   // or lift, when it is marked
	SeesOpens   bool            `json:"sees_openings"`  // the item's signer, a chief editor who has it, the auditor
	Openings    []store.Opening `json:"openings,omitempty"`
	Names       Names           `json:"names"`
}

// ItemRecord reads an item's whole history. An auditor sees all of it; others
// what their posts let them see.
func (f *Flow) ItemRecord(ctx context.Context, a Actor, id ident.Item) (ItemRecord, error) {
	return read(ctx, f, a, "ItemRecord", func(t *act) (v ItemRecord, err error) {
		v.Whole = t.isAuditor() && t.audits() == nil
		if v.Item, err = t.Tx.Item(id); err != nil {
			return v, err
		}
		if !v.Whole {
			whole, p, err := t.sight(v.Item)
			if err != nil || !whole && p == nil {
				return ItemRecord{}, cmp.Or[error](err, fault.Missing("item", string(id)))
			}
			if p != nil {
				return t.recordAside(v.Item, *p)
			}
		}
		if v.Unit, err = t.unitOf(v.Item); err != nil {
			return v, err
		}
		if v.Restricted, err = t.restrictedItem(v.Item); err != nil {
			return v, err
		}
		m, marked, err := t.Restricted("item", string(id))
		if err != nil {
			return v, err
		}
		if marked {
			v.Mark = &m
		}
		h := history{act: t, v: &v, seen: map[fact.Subject]bool{}}
		if err := h.gather(); err != nil {
			return v, err
		}
		var ids naming
		ids.unit(v.Item.Unit)
		if marked {
			ids.unit(m.Unit)
			ids.person(m.Person)
		}
		for _, o := range v.Openings {
			ids.person(o.Person)
		}
		if v.Acts, err = t.acts(h.recs, &ids); err != nil {
			return v, err
		}
		v.Names, err = ids.names(t)
		return v, err
	})
}

// history gathers one item's record along its filings.
type history struct {
	*act
	v     *ItemRecord
	recs  []fact.Record
	seen  map[fact.Subject]bool
	chief bool // of a desk the item lies at
	opens []fact.Subject
}

// mostHistory bounds one item's record: a page a person can read.
const mostHistory = 2000

func (h *history) gather() error {
	if err := h.subject("item", string(h.v.Item.ID), nil); err != nil {
		return err
	}
	h.opens = append(h.opens, fact.Subject{Noun: "item", ID: string(h.v.Item.ID)})
	fs, err := h.FilingsOf(h.v.Item.ID)
	if err != nil {
		return err
	}
	for _, fl := range fs {
		if err := h.filing(fl, 0); err != nil {
			return err
		}
	}
	slices.SortStableFunc(h.recs, func(a, b fact.Record) int {
		return cmp.Or(cmp.Compare(b.Recorded, a.Recorded), cmp.Compare(b.Position, a.Position))
	})
	held := h.held(h.v.Item.Unit)
	signs := slices.Contains(held, org.Signer)
	h.v.SeesOpens = h.v.Whole || signs || h.chief
	h.v.MayRestrict = slices.ContainsFunc(held, func(r org.Role) bool { return slices.Contains(marksUnit, r) }) || h.marks(fs)
	if h.v.Mark != nil {
		h.v.MayRestrict = slices.ContainsFunc(h.held(h.v.Mark.Unit), func(r org.Role) bool { return slices.Contains(liftsMark, r) })
	}
	if !h.v.SeesOpens {
		h.recs = slices.DeleteFunc(h.recs, func(r fact.Record) bool { return r.Kind == fact.TextOpened })
		return nil
	}
	for _, s := range h.opens {
		os, err := h.Openings(s.Noun, s.ID, mostHistory)
		if err != nil {
			return err
		}
		h.v.Openings = append(h.v.Openings, os...)
	}
	slices.SortStableFunc(h.v.Openings, func(a, b store.Opening) int { return cmp.Compare(b.At, a.At) })
	return nil
}

// marks reports whether the actor may mark the item at a desk it lies at.
func (h *history) marks(fs []filing.Filing) bool {
	return slices.ContainsFunc(fs, func(fl filing.Filing) bool {
		return slices.ContainsFunc(h.held(fl.Office), func(r org.Role) bool { return slices.Contains(marksDesk, r) })
	})
}

// subject adds one subject's facts; kinds, where given, are those to take.
func (h *history) subject(noun, id string, kinds []fact.Kind) error {
	s := fact.Subject{Noun: noun, ID: id}
	if h.seen[s] || len(h.recs) > mostHistory {
		return nil
	}
	h.seen[s] = true
	recs, err := h.FactsOf(noun, id)
	if err != nil {
		return err
	}
	for _, r := range recs {
		if kinds == nil || slices.Contains(kinds, r.Kind) {
			h.recs = append(h.recs, r)
		}
	}
	return nil
}

// filing adds a filing, what grew from it, and everything above it that the
// reader may see.
func (h *history) filing(fl filing.Filing, depth int) error {
	if depth > maxHistory || !h.v.Whole && !h.seesFiling(fl) {
		return nil
	}
	desk := h.v.Whole || h.scope.Desk(fl.Office)
	h.chief = h.chief || slices.Contains(h.held(fl.Office), org.Chief)
	h.opens = append(h.opens, fact.Subject{Noun: "filing", ID: string(fl.ID)})
	kinds := append(slices.Clone(told), fact.NewsTold)
	if desk {
		kinds = nil
	}
	if err := h.subject("filing", string(fl.ID), kinds); err != nil {
		return err
	}
	if err := h.printed(fl, desk); err != nil {
		return err
	}
	ds, err := h.DutiesOf(fl.ID)
	if err != nil {
		return err
	}
	for _, d := range ds {
		if desk || d.Seen(h.scope) {
			h.opens = append(h.opens, fact.Subject{Noun: "duty", ID: string(d.ID)})
			if err := h.subject("duty", string(d.ID), nil); err != nil {
				return err
			}
		}
	}
	up, err := h.ChildrenOf(fl.ID)
	if err != nil {
		return err
	}
	for _, e := range up {
		child, err := h.Filing(e.Child)
		if err != nil {
			return err
		}
		if err := h.filing(child, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// printed adds where a filing was placed, the issues and their copies.
func (h *history) printed(fl filing.Filing, desk bool) error {
	ps, err := h.PlacementsOf(fl.ID)
	if err != nil {
		return err
	}
	for _, p := range ps {
		kinds := []fact.Kind{fact.PlacementMade, fact.PlacementGone, fact.PlacementPublished, fact.PlacementCorrected, fact.PlacementRecalled}
		if desk {
			kinds = nil
		}
		if err := h.subject("placement", string(p.ID), kinds); err != nil {
			return err
		}
		if !desk || p.Issue == "" {
			continue
		}
		if err := h.subject("issue", string(p.Issue), nil); err != nil {
			return err
		}
		copies, err := h.DeliveriesOf(p.Issue)
		if err != nil {
			return err
		}
		for _, c := range copies {
			if err := h.subject("delivery", string(c.ID), nil); err != nil {
				return err
			}
		}
	}
	if !desk {
		return nil
	}
	outs, err := h.OutcomesOf(fl.ID)
	for _, o := range outs {
		if err := h.subject("outcome", string(o.ID), nil); err != nil {
			return err
		}
	}
	return err
}
