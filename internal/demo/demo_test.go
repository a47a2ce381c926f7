package demo

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"xinshu/internal/auth"
	"xinshu/internal/blob"
	"xinshu/internal/fact"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/score"
	"xinshu/internal/store"
)

// grown is a city in a store of its own.
type grown struct {
	store *store.Store
	flow  *flow.Flow
	facts []byte
	kinds map[fact.Kind]int
	last  int64 // when the last fact was recorded
}

var cst = time.FixedZone("CST", 8*3600)

func grow(t *testing.T, asOf time.Time, days, items int) grown {
	t.Helper()
	clock := NewClock(asOf)
	var seed [32]byte
	copy(seed[:], asOf.Format("20060102"))
	s, err := store.Open(t.Context(), store.Config{Dir: t.TempDir(), Clock: clock.Now, Mint: ident.NewMinter(clock.Now, rand.NewChaCha8(seed)), Location: cst, NoSync: true})
	if err != nil {
		t.Fatalf("store.Open = %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	blobs, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatalf("blob.Open = %v", err)
	}
	g := grown{store: s, flow: flow.New(s, flow.Config{Location: cst, Blobs: blobs}), kinds: map[fact.Kind]int{}}
	began := time.Now()
	err = Build(t.Context(), World{Flow: g.flow, Auth: auth.New(s, auth.Config{Clock: clock.Now, Rand: rand.NewChaCha8(seed)}), Clock: clock, AsOf: asOf, Days: days, Items: items})
	if err != nil {
		t.Fatalf("Build() = %v", err)
	}
	t.Logf("Build of %d days took %v", days, time.Since(began).Round(time.Millisecond))
	g.readFacts(t, asOf)
	return g
}

// project makes what rulebooks read.
func (g *grown) project(t *testing.T) {
	t.Helper()
	for n := 1; n > 0; {
		var err error
		n, err = g.store.Project(t.Context(), "events", 1000, func(px *store.Projection, recs []fact.Record) error {
			for _, r := range recs {
				events, err := score.Events(r)
				if err != nil {
					return err
				}
				for _, e := range events {
					if err := px.PutEvent(e); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatalf("Project(events) = %v", err)
		}
	}
}

// readFacts keeps the whole record as bytes and counts its kinds.
func (g *grown) readFacts(t *testing.T, asOf time.Time) {
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
				from, g.last = r.Position, r.Recorded
			}
		}
	})
	if err != nil {
		t.Fatalf("the record: %v", err)
	}
	g.facts = b.Bytes()
	if g.last > Moment(asOf, cst).UnixMicro() {
		t.Errorf("the last fact is of %s, want none after %s", time.UnixMicro(g.last).In(cst), Moment(asOf, cst))
	}
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
		{fact.ItemDrafted, 3000}, {fact.FilingFiled, 3000}, {fact.FilingReceived, 3000}, {fact.PlacementPublished, 1000}, {fact.IssuePublished, 200},
		{fact.InstructionGiven, 40}, {fact.DutyAccepted, 30}, {fact.DutyReturned, 3}, {fact.FilingsMerged, 15}, {fact.FilingForwarded, 400},
		{fact.OutcomeConfirmed, 10}, {fact.PlacementCorrected, 3}, {fact.PlacementRecalled, 2}, {fact.ItemWithdrawn, 6}, {fact.IssueSentBack, 3}, {fact.ItemSentBack, 200}, {fact.DeliveryConfirmed, 3000},
		{fact.FilingReturned, 150}, {fact.FilingHeld, 150}, {fact.FilingDeclined, 600}, {fact.ItemResubmitted, 200}, {fact.PublicationEntered, 10}, {fact.RulebookActivated, 8},
	} {
		if got := g.kinds[want.kind]; got < want.least {
			t.Errorf("facts of kind %s = %d, want at least %d", want.kind, got, want.least)
		}
	}
	g.project(t)
	g.tables(t)
	g.overdue(t)
	g.ranking(t)
	g.notices(t)
	g.mergedTownship(t)
	g.flood(t)
}

func (g *grown) unit(t *testing.T, code string) org.Unit {
	t.Helper()
	u, err := g.flow.UnitByCode(t.Context(), system, code)
	if err != nil {
		t.Fatalf("UnitByCode(%s) = %v", code, err)
	}
	return u
}

// overdue: somewhere a day has gone by, on a desk and with a duty.
func (g *grown) overdue(t *testing.T) {
	t.Helper()
	late := map[string]int{}
	for _, code := range []string{countyA, countyB, countyC, "970124", "970125", "970126", mainCity} {
		editor := g.holder(t, code, org.Editor)
		w, err := g.flow.Workbench(t.Context(), editor)
		if err != nil {
			t.Fatalf("Workbench of the editor of %s = %v", code, err)
		}
		for _, r := range append(w.Mine, w.Others...) {
			if r.Due != 0 && r.Due < g.last {
				late[r.Noun]++
			}
		}
	}
	if late["filing"] == 0 || late["duty"] == 0 {
		t.Errorf("overdue on the desks = %v, want filings and duties", late)
	}
}

// holder is somebody in a post.
func (g *grown) holder(t *testing.T, code string, role org.Role) flow.Actor {
	t.Helper()
	rows, err := g.flow.People(t.Context(), system, g.unit(t, code).ID)
	if err != nil {
		t.Fatalf("People(%s) = %v", code, err)
	}
	for _, r := range rows {
		for _, p := range r.Posts {
			if p.Role == role {
				return flow.Actor{Person: r.Person.ID, Post: p.ID}
			}
		}
	}
	t.Fatalf("nobody is %s in %s", role, code)
	return flow.Actor{}
}

// notices: every closed month has one at the city and at the province, with
// points by their own rulebooks.
func (g *grown) notices(t *testing.T) {
	t.Helper()
	for _, code := range []string{province, mainCity, countyA} {
		office := g.unit(t, code)
		for month := someDay.AddDate(0, -11, -21); month.Before(someDay.AddDate(0, 0, -21)); month = month.AddDate(0, 1, 0) {
			v, err := g.flow.Notice(t.Context(), system, office.ID, month.Format("2006-01"))
			if err != nil {
				t.Fatalf("Notice(%s, %s) = %v", code, month.Format("2006-01"), err)
			}
			if len(v.Printed) == 0 || v.Rulebook == "" || len(v.Standings) == 0 {
				t.Errorf("Notice(%s, %s) has %d printed entries by %q for %d units, want some", code, month.Format("2006-01"), len(v.Printed), v.Rulebook, len(v.Standings))
			}
		}
	}
}

// mergedTownship: the unit has ended, and what it filed is still its own.
func (g *grown) mergedTownship(t *testing.T) {
	t.Helper()
	u, into := g.unit(t, merged), g.unit(t, mergedInto)
	if u.Ended == 0 || u.Successor != into.ID {
		t.Errorf("%s ended on %v in favour of %s, want a day and %s", u.Name, u.Ended, u.Successor, into.ID)
	}
	desk := g.holder(t, countyB, org.Editor)
	pg, err := g.flow.Filings(t.Context(), desk, flow.FilingsQuery{Office: g.unit(t, countyB).ID, Unit: u.ID, Limit: 50})
	if err != nil || len(pg.Rows) < 5 {
		t.Errorf("filings of %s at its office = %d, %v; want at least 5", u.Name, len(pg.Rows), err)
	}
	for _, fl := range pg.Rows {
		if fl.State == filing.Filed || fl.State == filing.Received || fl.State == filing.Editing {
			t.Errorf("a filing of %s is still %s, want it settled before the merging", u.Name, fl.State)
		}
	}
}

// flood: one composite has six parts, each from another township.
func (g *grown) flood(t *testing.T) {
	t.Helper()
	desk := g.holder(t, countyA, org.Editor)
	most := 0
	for cursor := ""; ; {
		pg, err := g.flow.Filings(t.Context(), desk, flow.FilingsQuery{Office: g.unit(t, countyA).ID, States: []filing.State{filing.Merged}, Cursor: cursor, Limit: 100})
		if err != nil {
			t.Fatalf("Filings(merged) = %v", err)
		}
		days := map[string]map[ident.Unit]bool{}
		for _, fl := range pg.Rows {
			day := time.UnixMicro(fl.Since).In(cst).Format(time.DateOnly)
			if days[day] == nil {
				days[day] = map[ident.Unit]bool{}
			}
			days[day][fl.Unit] = true
			most = max(most, len(days[day]))
		}
		if cursor = pg.Next; cursor == "" {
			break
		}
	}
	if most < 6 {
		t.Errorf("townships merged into one composite on one day = %d at most, want 6", most)
	}
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
		case org.Admin, org.Security, org.Auditor: // their work is the register and the record, not a list
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

// ranking: the county's year has points, from composites in shares too.
func (g *grown) ranking(t *testing.T) {
	t.Helper()
	units, err := g.flow.UnitsNamed(t.Context(), system, countyA)
	if err != nil {
		t.Fatalf("UnitsNamed(%s) = %v", countyA, err)
	}
	v, err := g.flow.Notice(t.Context(), system, units[0].ID, "2026")
	if err != nil {
		t.Fatalf("Notice() = %v", err)
	}
	scored, shared := 0, 0
	for _, s := range v.Standings {
		if !s.Points.Zero() {
			scored++
		}
	}
	for _, e := range v.Printed {
		if strings.Contains(e.Arithmetic, "×") {
			shared++
		}
	}
	if scored < 14 || shared < 12 {
		t.Errorf("units with points = %d and shared entries = %d at %s, want at least 14 and 12", scored, shared, countyA)
	}
}

func TestTightenAlwaysEdits(t *testing.T) {
	texts := mustTexts(t)
	units := mustUnits(t)
	rng := rand.New(rand.NewPCG(1, 2))
	for _, x := range texts {
		for _, u := range units {
			if !x.Fits(u) {
				continue
			}
			v, err := ValuesOf(units, u.Code, someDay)
			if err != nil {
				t.Fatalf("ValuesOf(%s) = %v", u.Code, err)
			}
			title, body := x.Fill(v, rng)
			edited, shorter := tighten(title, body)
			if shorter == body && edited == title {
				t.Errorf("tighten(%q) changed nothing, want an edit", title)
			}
			if len(shorter) > len(body) || edited == "" || 3*len(shorter) < len(body) {
				t.Errorf("tighten(%q) gave %q with %d of %d bytes, want a shorter text that is still the text", title, edited, len(shorter), len(body))
			}
			break
		}
	}
}

func TestShortenKeepsTheFact(t *testing.T) {
	for in, want := range map[string]string{
		"青禾镇强降雨致河水漫堤 群众已转移安置": "青禾镇强降雨致河水漫堤 群众已转移安置",
		"关于建立报表“准入清单”的建议":     "建议建立报表“准入清单”",
	} {
		if got := shorten(in); got != want {
			t.Errorf("shorten(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMisprintSaysWhatIsWrong(t *testing.T) {
	body, notice, ok := misprint("转移群众86户264人。")
	if !ok || body != "转移群众89户264人。" || notice != "正文中“86户”应为“89户”，特此更正。" {
		t.Errorf("misprint() = %q, %q, %v", body, notice, ok)
	}
	if _, _, ok := misprint("没有数字"); ok {
		t.Error("misprint() of a text without figures = true, want false")
	}
}

func TestHalfWayATownshipBecomesATown(t *testing.T) {
	g := grow(t, someDay, 20, 60)
	units, err := g.flow.UnitsNamed(t.Context(), system, renamed)
	if err != nil || len(units) != 1 {
		t.Fatalf("UnitsNamed(%s) = %d units, %v", renamed, len(units), err)
	}
	v, err := g.flow.Unit(t.Context(), system, units[0].ID, "")
	if err != nil {
		t.Fatalf("Unit(%s) = %v", renamed, err)
	}
	if v.Unit.Name != newName || len(v.Pasts) != 1 || v.Pasts[0].Short != "枕溪乡" {
		t.Errorf("unit %s is %s with pasts %v, want %s, once 枕溪乡", renamed, v.Unit.Name, v.Pasts, newName)
	}
}

func TestAClockThatIsTooLateIsRefused(t *testing.T) {
	clock := NewClock(someDay)
	clock.Set(someDay)
	if _, err := newCity(t.Context(), World{Flow: flow.New(nil, flow.Config{Location: cst}), Clock: clock, AsOf: someDay, Days: 10}); err == nil {
		t.Error("newCity() with a clock after the first day = nil, want an error")
	}
}
