package demo

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"xinshu/internal/auth"
	"xinshu/internal/fact"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// grown is a city in a store of its own.
type grown struct {
	store *store.Store
	flow  *flow.Flow
	facts []byte
	kinds map[fact.Kind]int
}

var cst = time.FixedZone("CST", 8*3600)

func grow(t *testing.T, asOf time.Time, days, items int) grown {
	t.Helper()
	clock := NewClock(asOf.AddDate(0, 0, -days))
	var seed [32]byte
	copy(seed[:], asOf.Format("20060102"))
	s, err := store.Open(t.Context(), store.Config{Dir: t.TempDir(), Clock: clock.Now, Mint: ident.NewMinter(clock.Now, rand.NewChaCha8(seed)), Location: cst, NoSync: true})
	if err != nil {
		t.Fatalf("store.Open = %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	g := grown{store: s, flow: flow.New(s, flow.Config{Location: cst}), kinds: map[fact.Kind]int{}}
	began := time.Now()
	err = Build(t.Context(), World{Flow: g.flow, Auth: auth.New(s, auth.Config{Clock: clock.Now, Rand: rand.NewChaCha8(seed)}), Clock: clock, AsOf: asOf, Days: days, Items: items})
	if err != nil {
		t.Fatalf("Build() = %v", err)
	}
	t.Logf("Build of %d days took %v", days, time.Since(began).Round(time.Millisecond))
	g.readFacts(t)
	return g
}

// readFacts keeps the whole record as bytes and counts its kinds.
func (g *grown) readFacts(t *testing.T) {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	err := g.store.View(t.Context(), func(tx *store.Tx) error {
		for from := int64(0); ; {
			recs, err := tx.Facts(from, 500)
			if err != nil || len(recs) == 0 {
				return err
			}
			for _, r := range recs {
				if err := enc.Encode(r); err != nil {
					return err
				}
				g.kinds[r.Kind]++
				from = r.Position
			}
		}
	})
	if err != nil {
		t.Fatalf("the record: %v", err)
	}
	g.facts = b.Bytes()
}

func (g *grown) verify(t *testing.T) {
	t.Helper()
	err := g.store.Verify(t.Context(), func(f store.Finding) { t.Errorf("Verify found %s at %s: %s", f.Check, f.Where, f.What) })
	if err != nil {
		t.Fatalf("Verify() = %v", err)
	}
}

var someDay = time.Date(2026, 11, 22, 0, 0, 0, 0, cst)

func TestSameDayGivesTheSameFacts(t *testing.T) {
	a, b := grow(t, someDay, 10, 50), grow(t, someDay, 10, 50)
	if !bytes.Equal(a.facts, b.facts) {
		al, bl := bytes.Split(a.facts, []byte("\n")), bytes.Split(b.facts, []byte("\n"))
		for i := range min(len(al), len(bl)) {
			if !bytes.Equal(al[i], bl[i]) {
				t.Fatalf("fact %d of two builds of one day:\n%s\n%s\nwant the same bytes", i+1, al[i], bl[i])
			}
		}
		t.Fatalf("two builds of one day have %d and %d facts, want the same", len(al), len(bl))
	}
	a.verify(t)
}

func TestSmallCityInAnySeason(t *testing.T) {
	for _, asOf := range []time.Time{time.Date(2027, 3, 6, 0, 0, 0, 0, cst), time.Date(2026, 7, 1, 0, 0, 0, 0, cst)} {
		g := grow(t, asOf, 12, 60)
		g.verify(t)
		if g.kinds[fact.PlacementPublished] == 0 {
			t.Errorf("published placements as of %s = 0, want some", asOf.Format("2006-01-02"))
		}
	}
}

func TestWholeCity(t *testing.T) {
	g := grow(t, someDay, DefaultDays, DefaultItems)
	g.verify(t)
	for _, want := range []struct {
		kind  fact.Kind
		least int
	}{
		{fact.ItemDrafted, 400}, {fact.FilingFiled, 400}, {fact.FilingReceived, 350}, {fact.PlacementPublished, 150}, {fact.IssuePublished, 40},
		{fact.InstructionGiven, 12}, {fact.DutyAccepted, 5}, {fact.DutyReturned, 1}, {fact.FilingsMerged, 3}, {fact.FilingForwarded, 50},
		{fact.OutcomeConfirmed, 3}, {fact.PlacementCorrected, 1}, {fact.PlacementRecalled, 1}, {fact.ItemWithdrawn, 1}, {fact.ItemSentBack, 20}, {fact.DeliveryConfirmed, 300},
	} {
		if got := g.kinds[want.kind]; got < want.least {
			t.Errorf("facts of kind %s = %d, want at least %d", want.kind, got, want.least)
		}
	}
	g.tables(t)
}

// tables looks at what lies on the desks on the last morning.
func (g *grown) tables(t *testing.T) {
	t.Helper()
	doors, err := Doors(t.Context(), g.flow)
	if err != nil {
		t.Fatalf("Doors() = %v", err)
	}
	if len(doors) != len(org.Roles) {
		t.Errorf("len(Doors()) = %d, want one per role, %d", len(doors), len(org.Roles))
	}
	for _, d := range doors {
		w, err := g.flow.Workbench(t.Context(), flow.Actor{Person: d.Person, Post: d.Post})
		if err != nil {
			t.Fatalf("Workbench of %s = %v", d.Login, err)
		}
		t.Logf("%-10s %-10s %s%s: mine %d, others %d, %v", d.Role, d.Login, d.Unit, d.Title, len(w.Mine), len(w.Others), w.Counters)
		switch d.Role {
		case org.Assessor, org.Admin, org.Security, org.Auditor: // their work is not on a list
		default:
			if len(w.Mine) == 0 {
				t.Errorf("Workbench of %s %s has nothing to do", d.Role, d.Name)
			}
		}
	}
	office := doors[4]
	units, err := g.flow.UnitsNamed(t.Context(), system, countyA)
	if err != nil || len(units) == 0 {
		t.Fatalf("UnitsNamed(%s) = %d units, %v", countyA, len(units), err)
	}
	counts, err := g.flow.FilingCounts(t.Context(), flow.Actor{Person: office.Person}, units[0].ID)
	if err != nil {
		t.Fatalf("FilingCounts() = %v", err)
	}
	for s, least := range map[filing.State]int{filing.Filed: 5, filing.Received: 3, filing.Editing: 2, filing.Ready: 2, filing.Held: 1, filing.Merged: 3, filing.Declined: 10} {
		if counts[s] < least {
			t.Errorf("filings %s at %s = %s, want at least %d", s, countyA, strconv.Itoa(counts[s]), least)
		}
	}
	items, err := g.flow.Items(t.Context(), flow.Actor{Person: doors[0].Person}, flow.ItemsQuery{States: []item.State{item.Draft, item.SentBack}})
	if err != nil || len(items.Rows) < 3 {
		t.Errorf("drafts and sent-back items of %s = %d, %v; want at least 3", doors[0].Name, len(items.Rows), err)
	}
}
