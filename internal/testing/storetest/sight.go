package storetest

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"xinshu/internal/delivery"
	"xinshu/internal/duty"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// sight compares every list with what org.Scope says of each object: a small
// world by chance, many people by chance, many questions by chance, every
// answer read page by page.
func sight(t *testing.T, w *world) {
	c := &crowd{w: w}
	c.settle()
	for range 60 {
		c.person = org.Scope{Person: w.who[0], Units: some(w.rng, w.units, 3), Desks: some(w.rng, w.units[:desks], 2)}
		w.view(func(tx *store.Tx) error {
			c.itemLists(t, tx)
			c.filingLists(t, tx)
			c.issueLists(t, tx)
			c.dutyLists(t, tx)
			return nil
		})
	}
	w.view(func(tx *store.Tx) error { c.counts(t, tx); return nil })
}

type crowd struct {
	w       *world
	items   []item.Item
	filings []filing.Filing
	issues  []issue.Issue
	copies  []delivery.Delivery
	duties  []duty.Duty
	beside  []item.Partner
	person  org.Scope
}

func pick[T any](r *rand.Rand, ts []T) T { return ts[r.IntN(len(ts))] }

func some[T any](r *rand.Rand, ts []T, most int) []T {
	ts = slices.Clone(ts)
	r.Shuffle(len(ts), func(i, j int) { ts[i], ts[j] = ts[j], ts[i] })
	return ts[:r.IntN(most+1)]
}

// settle makes the world. Moments repeat, so that cursors meet ties.
func (c *crowd) settle() {
	w, r := c.w, c.w.rng
	for range 60 {
		it := item.Item{Unit: w.unit(), State: pick(r, item.States), Writer: w.person(), Updated: r.Int64N(25) + 1}
		if r.IntN(4) == 0 {
			it.Office = pick(r, w.units[:desks])
		}
		if r.IntN(4) > 0 {
			it.Revision, it.Signed = 1, 1
		}
		c.items = append(c.items, w.item(it))
	}
	signed := slices.DeleteFunc(slices.Clone(c.items), func(i item.Item) bool { return i.Signed == 0 })
	for range 90 {
		f := filing.Filing{Item: pick(r, signed).ID, Office: pick(r, w.units[:desks]), Unit: w.unit(), State: pick(r, filing.States), Since: r.Int64N(25) + 1,
			Genre: pick(r, []string{"news", "problem"}), Holder: pick(r, append(w.who, ""))}
		if f.State == filing.Merged && len(c.filings) > 0 {
			f.MergedIn = pick(r, c.filings).ID
		} else if f.State == filing.Merged {
			f.State = filing.Filed
		}
		f = w.filing(f)
		if f.MergedIn != "" {
			w.update(func(tx *store.Tx) error {
				return tx.InsertParent(filing.Parent{Child: f.MergedIn, Parent: f.ID, Kind: filing.ByMerge, Num: 1, Den: 1})
			})
		}
		c.filings = append(c.filings, f)
	}
	for i, it := range c.items {
		for place, u := range some(r, w.units, i%3) {
			p := item.Partner{Item: it.ID, Unit: u, Place: place + 1, Num: 1, Den: 4, Asked: r.Int64N(2), Off: r.Int64N(2)}
			p.Since = p.Asked
			w.update(func(tx *store.Tx) error { return tx.PutPartner(p) })
			c.beside = append(c.beside, p)
		}
	}
	for n := range 20 {
		at := r.IntN(desks)
		i := w.issue(issue.Issue{Publication: w.pubs[at], Office: w.units[at], Year: 2026, Number: n + 1, State: pick(r, issue.States), Opened: int64(n + 1), PublishedAt: 9})
		c.issues = append(c.issues, i)
		for _, u := range some(r, w.units, 3) {
			d := delivery.Delivery{ID: ident.Delivery(w.id()), Issue: i.ID, Unit: u, Manner: "send", State: delivery.Sent}
			w.update(func(tx *store.Tx) error { return tx.InsertDelivery(&d) })
			c.copies = append(c.copies, d)
		}
	}
	for range 40 {
		f := pick(r, c.filings)
		d := duty.Duty{ID: ident.Duty(w.id()), Kind: duty.Instruction, Office: f.Office, Filing: f.ID, Item: f.Item, State: pick(r, duty.States), Given: r.Int64N(20) + 1, Due: r.Int64N(6)}
		if d.State != duty.Recorded || r.IntN(2) == 0 {
			d.Unit = w.unit()
		}
		w.update(func(tx *store.Tx) error { return tx.InsertDuty(&d) })
		c.duties = append(c.duties, d)
	}
}

// The rule of sight, about one object.

func (c *crowd) seesItem(i item.Item) bool {
	return c.person.Unit(i.Unit) || c.person.Desk(i.Office) || slices.ContainsFunc(c.filings, func(f filing.Filing) bool {
		return f.Item == i.ID && c.person.Desk(f.Office)
	}) || slices.ContainsFunc(c.beside, func(p item.Partner) bool {
		return p.Item == i.ID && p.Asked > 0 && p.Off == 0 && c.person.Unit(p.Unit)
	})
}

func (c *crowd) seesFiling(f filing.Filing) bool {
	return c.person.Desk(f.Office) || c.person.Unit(f.Unit)
}

func (c *crowd) seesIssue(i issue.Issue) bool {
	return c.person.Desk(i.Office) || i.State == issue.Published && slices.ContainsFunc(c.copies, func(d delivery.Delivery) bool {
		return d.Issue == i.ID && c.person.Unit(d.Unit)
	})
}

func (c *crowd) seesDuty(d duty.Duty) bool { return d.Seen(c.person) }

// listing is one question put to a list, and the same question put to each
// object.
type listing[T any] struct {
	asked any
	all   []T
	keep  func(T) bool
	order func(a, b T) int
	page  func(last *T) ([]T, error)
}

// read reads the list to its end and compares it with the sorted choice of all.
func (l listing[T]) read(t *testing.T) {
	t.Helper()
	want := slices.DeleteFunc(slices.Clone(l.all), func(v T) bool { return !l.keep(v) })
	slices.SortFunc(want, l.order)
	var got []T
	for last := (*T)(nil); len(got) <= len(l.all); {
		some, err := l.page(last)
		if err != nil {
			t.Fatalf("list %+v = %v, want nil", l.asked, err)
		}
		if len(some) == 0 {
			break
		}
		got = append(got, some...)
		last = &got[len(got)-1]
	}
	equal(t, "list", got, want)
	if t.Failed() {
		t.Fatalf("… asked %+v", l.asked)
	}
}

func (c *crowd) itemLists(t *testing.T, tx *store.Tx) {
	r := c.w.rng
	q := store.ItemQuery{States: some(r, item.States, 3), Limit: 1 + r.IntN(9)}
	if r.IntN(2) == 0 {
		q.Unit = c.w.unit()
	}
	if r.IntN(3) == 0 {
		q.Writer = c.w.person()
	}
	listing[item.Item]{asked: []any{c.person, q}, all: c.items, keep: func(i item.Item) bool {
		return c.seesItem(i) && (len(q.States) == 0 || slices.Contains(q.States, i.State)) && (q.Unit == "" || i.Unit == q.Unit) && (q.Writer == "" || i.Writer == q.Writer)
	}, order: func(a, b item.Item) int {
		return cmp.Or(cmp.Compare(b.Updated, a.Updated), cmp.Compare(b.ID, a.ID))
	}, page: func(last *item.Item) ([]item.Item, error) {
		if last != nil {
			q.Before, q.BeforeID = last.Updated, string(last.ID)
		}
		return tx.ItemList(c.person, q)
	}}.read(t)
}

func (c *crowd) filingLists(t *testing.T, tx *store.Tx) {
	r := c.w.rng
	q := store.FilingQuery{States: some(r, filing.States, 5), Limit: 1 + r.IntN(9), Oldest: r.IntN(2) == 0}
	if r.IntN(2) == 0 {
		q.Office = pick(r, c.w.units[:desks])
	}
	if r.IntN(3) == 0 {
		q.Unit = c.w.unit()
	}
	if r.IntN(4) == 0 {
		q.Holder = c.w.person()
	}
	if r.IntN(4) == 0 {
		q.Genre = "news"
	}
	if r.IntN(6) == 0 {
		q.States, q.MergedIn = nil, pick(r, c.filings).MergedIn
	}
	listing[filing.Filing]{asked: []any{c.person, q}, all: c.filings, keep: func(f filing.Filing) bool {
		return c.seesFiling(f) && (len(q.States) == 0 || slices.Contains(q.States, f.State)) && (q.Office == "" || f.Office == q.Office) &&
			(q.Unit == "" || f.Unit == q.Unit) && (q.Holder == "" || f.Holder == q.Holder) && (q.Genre == "" || f.Genre == q.Genre) &&
			(q.MergedIn == "" || f.MergedIn == q.MergedIn)
	}, order: func(a, b filing.Filing) int {
		o := cmp.Or(cmp.Compare(a.Since, b.Since), cmp.Compare(a.ID, b.ID))
		if q.Oldest {
			return o
		}
		return -o
	}, page: func(last *filing.Filing) ([]filing.Filing, error) {
		if last != nil {
			q.Before, q.BeforeID = last.Since, string(last.ID)
		}
		return tx.FilingList(c.person, q)
	}}.read(t)
}

func (c *crowd) issueLists(t *testing.T, tx *store.Tx) {
	r := c.w.rng
	q := store.IssueQuery{States: some(r, issue.States, 2), Limit: 1 + r.IntN(9)}
	switch r.IntN(3) {
	case 0:
		q.Office = pick(r, c.w.units[:desks])
	case 1:
		q.Publication = pick(r, c.w.pubs)
	}
	listing[issue.Issue]{asked: []any{c.person, q}, all: c.issues, keep: func(i issue.Issue) bool {
		return c.seesIssue(i) && (len(q.States) == 0 || slices.Contains(q.States, i.State)) && (q.Office == "" || i.Office == q.Office) && (q.Publication == "" || i.Publication == q.Publication)
	}, order: func(a, b issue.Issue) int {
		return cmp.Compare(b.Opened, a.Opened)
	}, page: func(last *issue.Issue) ([]issue.Issue, error) {
		if last != nil {
			q.Before = last.Opened
			if q.Before == 1 {
				return nil, nil // 0 would ask for the beginning again
			}
		}
		return tx.IssueList(c.person, q)
	}}.read(t)
}

func (c *crowd) dutyLists(t *testing.T, tx *store.Tx) {
	r := c.w.rng
	q := store.DutyQuery{States: some(r, duty.States, 2), Limit: 1 + r.IntN(9), Due: r.IntN(2) == 0}
	if r.IntN(3) == 0 {
		q.Office = pick(r, c.w.units[:desks])
	}
	if r.IntN(3) == 0 {
		q.Unit = c.w.unit()
	}
	if r.IntN(3) == 0 {
		q.Party = []ident.Unit{c.w.unit(), pick(r, c.w.units[:desks])}
	}
	keep := func(d duty.Duty) bool {
		return c.seesDuty(d) && (len(q.States) == 0 || slices.Contains(q.States, d.State)) && (q.Office == "" || d.Office == q.Office) && (q.Unit == "" || d.Unit == q.Unit) &&
			(len(q.Party) == 0 || slices.Contains(q.Party, d.Office) || slices.Contains(q.Party, d.Unit))
	}
	want := map[duty.State]int{}
	for _, d := range c.duties {
		if keep(d) {
			want[d.State]++
		}
	}
	if got, err := tx.DutyCounts(c.person, q); err != nil || !sameCounts(got, want) {
		t.Errorf("DutyCounts(%+v) = %v, %v, want %v", q, got, err, want)
	}
	listing[duty.Duty]{asked: []any{c.person, q}, all: c.duties, keep: keep, order: func(a, b duty.Duty) int {
		if !q.Due {
			return cmp.Or(cmp.Compare(b.Given, a.Given), cmp.Compare(b.ID, a.ID))
		}
		x, at := store.Pressing(a)
		y, bt := store.Pressing(b)
		by := cmp.Or(cmp.Compare(at, bt), cmp.Compare(a.ID, b.ID))
		if x == 3 {
			by = -by
		}
		return cmp.Or(cmp.Compare(x, y), by)
	}, page: func(last *duty.Duty) ([]duty.Duty, error) {
		if last != nil {
			q.Before, q.BeforeID = last.Given, string(last.ID)
			if q.Due {
				q.Lane, q.Before = store.Pressing(*last)
			}
		}
		return tx.DutyList(c.person, q)
	}}.read(t)
}

// counts compares the numbers beside the lists.
func (c *crowd) counts(t *testing.T, tx *store.Tx) {
	units := c.w.units[2:5]
	items, filings := map[item.State]int{}, map[filing.State]int{}
	for _, i := range c.items {
		if slices.Contains(units, i.Unit) {
			items[i.State]++
		}
	}
	for _, f := range c.filings {
		if f.Office == c.w.units[1] {
			filings[f.State]++
		}
	}
	got, err := tx.ItemCounts(units)
	if err != nil || !sameCounts(got, items) {
		t.Errorf("ItemCounts() = %v, %v, want %v", got, err, items)
	}
	have, err := tx.FilingCounts(c.w.units[1])
	if err != nil || !sameCounts(have, filings) {
		t.Errorf("FilingCounts() = %v, %v, want %v", have, err, filings)
	}
	one, err := tx.FilingCounts(c.w.units[1], filing.Ready)
	if err != nil || one[filing.Ready] != filings[filing.Ready] || len(one) > 1 {
		t.Errorf("FilingCounts(ready) = %v, %v, want %d", one, err, filings[filing.Ready])
	}
	c.unused(t, tx)
}

// unused compares what waits to be adopted with what the placements and the
// filings above say, one by one.
func (c *crowd) unused(t *testing.T, tx *store.Tx) {
	some, none := 0, 0
	for _, office := range c.w.units {
		at := org.Scope{Desks: []ident.Unit{office}}
		got, err := tx.FilingList(at, store.FilingQuery{Office: office, States: []filing.State{filing.Ready}, Unused: true})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := tx.UnusedCount(office); err != nil || n != len(got) {
			t.Errorf("UnusedCount(%s) = %d, %v, but %d are listed", office, n, err, len(got))
		}
		if none, err := tx.FilingList(org.Scope{Units: []ident.Unit{office}}, store.FilingQuery{States: []filing.State{filing.Ready}, Unused: true}); err != nil || len(none) != 0 {
			t.Errorf("who has no desk at %s is shown %v, %v of what waits there", office, none, err)
		}
		for _, f := range c.filings {
			if f.Office != office || f.State != filing.Ready {
				continue
			}
			want := true
			ps, err := tx.PlacementsOf(f.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range ps {
				want = want && !p.State.Live()
			}
			up, err := tx.ChildrenOf(f.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range up {
				g, err := tx.Filing(e.Child)
				if err != nil {
					t.Fatal(err)
				}
				want = want && (e.Kind != filing.ByForward || g.State == filing.Withdrawn || g.State == filing.Returned || g.State == filing.Declined)
			}
			if has := slices.ContainsFunc(got, func(x filing.Filing) bool { return x.ID == f.ID }); has != want {
				t.Errorf("FilingList(%s, unused) has %s = %v, want %v", office, f.ID, has, want)
			}
			if want {
				some++
			} else {
				none++
			}
		}
	}
	if some == 0 {
		t.Errorf("%d ready filings wait and %d are used: nothing was compared", some, none)
	}
}

func sameCounts[K comparable](a, b map[K]int) bool {
	if len(a) != len(b) {
		return false
	}
	for k, n := range a {
		if b[k] != n {
			return false
		}
	}
	return true
}
