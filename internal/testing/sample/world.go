// Package sample builds small worlds for tests: three levels of offices, a few
// townships, one person for each post. The larger world is the demo.
//
// Everything is entered through flow's verbs, so a sample cannot be in a state
// the product could not reach.
package sample

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"xinshu/internal/blob"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// Clock is a test's own time. Every reading moves it on a little, so that no two
// acts share a moment.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock begins at a working morning.
func NewClock() *Clock {
	return &Clock{now: time.Date(2026, 11, 16, 9, 0, 0, 0, time.FixedZone("CST", 8*3600))}
}

// Now reads the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Millisecond)
	return c.now
}

// Pass lets time go by.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Minter mints repeatable identifiers.
func Minter(c *Clock) *ident.Minter {
	return ident.NewMinter(c.Now, rand.NewChaCha8([32]byte{1}))
}

// World is a small province: its office, a city, two counties, four townships.
type World struct {
	T     testing.TB
	Flow  *flow.Flow
	Store *store.Store
	Clock *Clock
	Units map[string]org.Unit          // by code
	Pubs  map[string]issue.Publication // by code
	who   map[string]flow.Actor
	names map[string]ident.Person
}

// Units of the world: code, parent, name, short, level, office.
var units = []struct {
	code, parent, name, short string
	level                     org.Level
	office, outside           bool
}{
	{"P", "", "江岭省人民政府办公厅", "江岭省", org.Province, true, false},
	{"C", "P", "霁川市人民政府办公室", "霁川市", org.City, true, false},
	{"K1", "C", "望岭县人民政府办公室", "望岭县", org.County, true, false},
	{"K2", "C", "石澜县人民政府办公室", "石澜县", org.County, true, false},
	{"T1", "K1", "青禾镇人民政府", "青禾镇", org.Township, false, false},
	{"T2", "K1", "柳渡乡人民政府", "柳渡乡", org.Township, false, false},
	{"T3", "K1", "双桅镇人民政府", "双桅镇", org.Township, false, false},
	{"T4", "K2", "苇塘镇人民政府", "苇塘镇", org.Township, false, false},
	{"X", "", "江岭省委办公厅信息处", "省委办公厅", org.Province, true, true},
}

// New builds the world in a store.
func New(t testing.TB, s *store.Store, c *Clock) *World {
	t.Helper()
	b, err := blob.Open(filepath.Join(t.TempDir(), "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	w := &World{T: t, Store: s, Clock: c, Units: map[string]org.Unit{}, Pubs: map[string]issue.Publication{}, who: map[string]flow.Actor{}, names: map[string]ident.Person{}}
	w.Flow = flow.New(s, flow.Config{Location: time.FixedZone("CST", 8*3600), Blobs: b})
	return w.build()
}

// On builds the world behind a flow that already runs, in a whole app for one.
func On(t testing.TB, f *flow.Flow, s *store.Store, c *Clock) *World {
	t.Helper()
	w := &World{T: t, Store: s, Flow: f, Clock: c, Units: map[string]org.Unit{}, Pubs: map[string]issue.Publication{}, who: map[string]flow.Actor{}, names: map[string]ident.Person{}}
	return w.build()
}

func (w *World) build() *World {
	for _, u := range units {
		got, err := w.Flow.EnterUnit(w.Ctx(), System, flow.EnterUnit{Code: u.code, Name: u.name, Short: u.short, Level: u.level, Parent: w.Units[u.parent].ID, Office: u.office, Outside: u.outside})
		w.must(err)
		w.Units[u.code] = got
	}
	for _, l := range [][2]string{{"T1", "K1"}, {"T2", "K1"}, {"T3", "K1"}, {"T4", "K2"}, {"K1", "C"}, {"K2", "C"}, {"C", "P"}} {
		w.Line(l[0], l[1], org.Government, 1)
	}
	w.Line("C", "X", org.Party, 2)
	for _, code := range []string{"T1", "T2", "T3", "T4"} {
		w.Person("reporter."+code, code, org.Reporter)
		w.Person("signer."+code, code, org.Signer)
	}
	w.Person("reviewer.T1", "T1", org.Reviewer)
	w.Person("secrecy.T1", "T1", org.Secrecy)
	for _, code := range []string{"K1", "K2", "C", "P"} {
		for _, r := range []org.Role{org.Editor, org.Chief, org.Leader, org.Followup, org.Assessor} {
			w.Person(string(r)+"."+code, code, r)
		}
		w.Person("editor2."+code, code, org.Editor)
	}
	for _, r := range []org.Role{org.Admin, org.Security, org.Auditor} {
		w.Person(string(r)+".C", "C", r)
	}
	for _, p := range []struct{ office, code, name string }{{"K1", "k1", "望岭信息"}, {"K2", "k2", "石澜信息"}, {"C", "c", "霁川信息"}, {"C", "c2", "霁川专报"}, {"P", "p", "江岭信息"}} {
		pub, err := w.Flow.EnterPublication(w.Ctx(), System, flow.EnterPublication{Office: w.Units[p.office].ID, Code: p.code, Name: p.name, Columns: []string{"要情", "动态"}, Readers: []issue.ReadBy{{Unit: w.Units[p.office].ID, Manner: "send"}, {Unit: w.Units["T1"].ID, Manner: "issue"}}})
		w.must(err)
		w.Pubs[p.code] = pub
	}
	for _, code := range []string{"T1", "T2", "T3"} {
		_, err := w.Flow.SetClass(w.Ctx(), System, org.Class{Office: w.Units["K1"].ID, Year: 2026, Unit: w.Units[code].ID, Class: "乡镇", Target: "20"})
		w.must(err)
	}
	_, err := w.Flow.Activate(w.Ctx(), System, flow.Activate{Office: w.Units["K1"].ID, Body: Rulebook})
	w.must(err)
	return w
}

// System is the operator at the machine.
var System = flow.Actor{System: true}

// Rulebook is the county's.
const Rulebook = `title: 望岭县信息工作考核办法
office: K1
from: 2026-01-01
sharing: split
round: 2
rules:
  - {clause: "第三条第一项", text: 省级采用, event: published, level: province, points: "10"}
  - {clause: "第三条第二项", text: 市级采用, event: published, level: city, points: "5"}
  - {clause: "第三条第三项", text: 县级采用简讯, event: published, level: county, form: brief, points: "0.5"}
  - {clause: "第三条第四项", text: 县级采用, event: published, level: county, points: "1"}
  - {clause: "第四条", text: 省级批示, event: instructed, level: province, points: "8"}
  - {clause: "第四条", text: 领导批示, event: instructed, points: "2"}
`

// Ctx is the test's context.
func (w *World) Ctx() context.Context { return w.T.Context() }

func (w *World) must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

// Line draws a reporting line.
func (w *World) Line(unit, office string, n org.Network, rank int) org.Line {
	w.T.Helper()
	l, err := w.Flow.DrawLine(w.Ctx(), System, flow.DrawLine{Unit: w.Units[unit].ID, Office: w.Units[office].ID, Network: n, Rank: rank})
	w.must(err)
	return l
}

// Person enters somebody under the given login.
func (w *World) Person(login, unit string, role org.Role) flow.Actor {
	w.T.Helper()
	p, err := w.Flow.EnterPerson(w.Ctx(), System, flow.EnterPerson{Name: login, Login: login, Unit: w.Units[unit].ID, Role: role, Title: string(role)})
	w.must(err)
	w.who[login] = flow.Actor{Person: p.ID}
	w.names[login] = p.ID
	return w.who[login]
}

// As is the actor with the login.
func (w *World) As(login string) flow.Actor {
	w.T.Helper()
	a, ok := w.who[login]
	if !ok {
		w.T.Fatalf("nobody has the login %q", login)
	}
	return a
}

// Logins lists everybody.
func (w *World) Logins() []string {
	var out []string
	for l := range w.who {
		out = append(out, l)
	}
	return out
}

// ID is a unit's identifier.
func (w *World) ID(code string) ident.Unit { return w.Units[code].ID }
