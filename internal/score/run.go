package score

import (
	"slices"
	"strconv"

	"xinshu/internal/duty"
	"xinshu/internal/fact"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
)

// EventKind is what can be scored: editorial outcomes only.
type EventKind string

// The scoring events of this engine.
const (
	Published  EventKind = "published"  // printed in a publication
	Instructed EventKind = "instructed" // a leader wrote an instruction on it
	Recalled   EventKind = "recalled"   // called back after printing
)

// takenBack undoes an Instructed event of the same filing; no rule can name it.
const takenBack EventKind = "taken_back"

// EventKinds is the closed list of what a rule can name.
var EventKinds = []EventKind{Published, Instructed, Recalled}

func (k EventKind) valid() bool { return slices.Contains(EventKinds, k) }

// Event is a fact as a rulebook sees it: what happened to one filing at one
// assessing office's desk, here or above.
type Event struct {
	Fact     ident.Fact   `json:"fact"`
	Kind     EventKind    `json:"kind"`
	Desk     ident.Unit   `json:"desk"` // the assessing office
	Unit     ident.Unit   `json:"unit"` // whose points they are
	Item     ident.Item   `json:"item"`
	Filing   ident.Filing `json:"filing"`
	Level    string       `json:"level"`  // where it happened
	Outlet   string       `json:"outlet"` // publication code
	Name     string       `json:"name"`
	Issue    string       `json:"issue"`
	Form     string       `json:"form"`
	Genre    string       `json:"genre"`
	Title    string       `json:"title"`
	Num      int64        `json:"num"` // the share of this filing in what happened
	Den      int64        `json:"den"`
	Occurred int64        `json:"occurred"`
	Recorded int64        `json:"recorded"`
}

// Events reads a record's scoring events; none for most facts. The office's own
// texts earn nobody points directly: a composite's points go down as news to
// the filings it was made of.
func Events(r fact.Record) ([]Event, error) {
	switch r.Kind {
	case fact.PlacementPublished:
		p, err := fact.Decode[issue.PrintedAs](r)
		return ofOutlet(r, Published, p.Outlet), err
	case fact.PlacementRecalled:
		p, err := fact.Decode[issue.RecalledFor](r)
		return ofOutlet(r, Recalled, p.Outlet), err
	case fact.InstructionGiven:
		p, err := fact.Decode[duty.Given](r)
		if err != nil || p.Own || p.Unit == "" {
			return nil, err
		}
		return []Event{{Fact: r.ID, Kind: Instructed, Desk: p.Office, Unit: p.Unit, Item: p.Item, Filing: p.Filing, Level: p.Level, Form: p.Form, Genre: p.Genre, Title: p.Title, Num: 1, Den: 1, Occurred: r.Occurred, Recorded: r.Recorded}}, nil
	case fact.InstructionTaken:
		p, err := fact.Decode[duty.TakenBack](r)
		if err != nil || p.Own || p.Unit == "" {
			return nil, err
		}
		return []Event{{Fact: r.ID, Kind: takenBack, Desk: p.Office, Unit: p.Unit, Filing: p.Filing, Level: p.Level, Num: 1, Den: 1, Occurred: p.Given, Recorded: p.Given}}, nil
	case fact.NewsTold:
		p, err := fact.Decode[filing.Told](r)
		k, ok := newsKinds[p.News.Kind]
		if err != nil || !ok || p.Unit == "" || p.Unit == p.Office {
			return nil, err
		}
		n := p.News
		if k == takenBack { // stands where the instruction stands, also across the end of a month
			r.Recorded = r.Occurred
		}
		return []Event{{Fact: r.ID, Kind: k, Desk: p.Office, Unit: p.Unit, Item: p.Item, Filing: n.Filing, Level: n.Level, Outlet: n.Outlet, Name: n.Name, Issue: n.Issue, Form: n.Form, Genre: p.Genre, Title: n.Title, Num: n.Num, Den: n.Den, Occurred: r.Occurred, Recorded: r.Recorded}}, nil
	}
	return nil, nil
}

var newsKinds = map[string]EventKind{"published": Published, "instructed": Instructed, "recalled": Recalled, "uninstructed": takenBack}

func ofOutlet(r fact.Record, k EventKind, o issue.Outlet) []Event {
	if o.Own || o.Unit == "" {
		return nil
	}
	return []Event{{Fact: r.ID, Kind: k, Desk: o.Office, Unit: o.Unit, Item: o.Item, Filing: o.Filing, Level: o.Level, Outlet: o.Code, Name: o.Name, Issue: o.Issue, Form: o.Form, Genre: o.Genre, Title: o.Title, Num: 1, Den: 1, Occurred: r.Occurred, Recorded: r.Recorded}}
}

// Entry is one point movement with the fact and the clause that made it.
type Entry struct {
	Desk       ident.Unit   `json:"desk"`
	Unit       ident.Unit   `json:"unit"`
	Item       ident.Item   `json:"item"`
	Filing     ident.Filing `json:"filing"`
	Fact       ident.Fact   `json:"fact"`
	Kind       EventKind    `json:"kind"`
	Clause     string       `json:"clause"`
	Rule       string       `json:"rule"`
	Points     Points       `json:"points"`
	Arithmetic string       `json:"arithmetic"` // "3 × 1/3"
	Level      string       `json:"level"`
	Outlet     string       `json:"outlet"`
	Name       string       `json:"name"`
	Issue      string       `json:"issue"`
	Title      string       `json:"title"`
	Day        org.Date     `json:"day"` // of recording: what comes late lands in the open period
	Occurred   int64        `json:"occurred"`
}

// Score makes the entry of one event; ok is false where no rule fires.
func (b *Rulebook) Score(e Event, day org.Date) (Entry, bool) {
	for _, r := range b.Rules {
		if !r.matches(e) {
			continue
		}
		points, how := r.rate, r.rate.String()
		if e.Num != e.Den && b.Sharing == Split {
			share := Rat(e.Num, e.Den)
			points, how = points.Times(share), how+" × "+share.fraction()
		}
		return Entry{Desk: e.Desk, Unit: e.Unit, Item: e.Item, Filing: e.Filing, Fact: e.Fact, Kind: e.Kind, Clause: r.Clause, Rule: r.Text, Points: points, Arithmetic: how,
			Level: e.Level, Outlet: e.Outlet, Name: e.Name, Issue: e.Issue, Title: e.Title, Day: day, Occurred: e.Occurred}, true
	}
	return Entry{}, false
}

func (p Points) fraction() string { return p.rat().RatString() }

// Run scores events in order. dayOf turns a moment into a calendar day where
// the office is.
func (b *Rulebook) Run(events []Event, dayOf func(int64) org.Date) []Entry {
	var out []Entry
	for _, e := range events {
		day := dayOf(e.Recorded)
		if !b.InForce(day) {
			continue
		}
		if e.Kind == takenBack {
			out = without(out, e)
			continue
		}
		if en, ok := b.Score(e, day); ok {
			out = append(out, en)
		}
	}
	return out
}

// without drops the newest instruction that an event takes back.
func without(entries []Entry, e Event) []Entry {
	for i, en := range slices.Backward(entries) {
		if en.Kind == Instructed && en.Desk == e.Desk && en.Filing == e.Filing && en.Level == e.Level && en.Occurred == e.Occurred {
			return slices.Delete(entries, i, i+1)
		}
	}
	return entries
}

// Standing is a unit's place in its class.
type Standing struct {
	Unit    ident.Unit `json:"unit"`
	Class   string     `json:"class"`
	Entries int        `json:"entries"`
	Points  Points     `json:"points"`
	Target  string     `json:"target,omitempty"`
	Rank    int        `json:"rank"`
	Tied    bool       `json:"tied"`
}

// Rank orders the units of each class by rounded total; every unit of the class
// is there, with nothing if it earned nothing. Ties share a rank, the next is
// skipped. Classes and ties are ordered by name and unit for repeatable bytes.
func Rank(entries []Entry, classes []org.Class, round int) []Standing {
	byUnit := map[ident.Unit]*Standing{}
	var list []*Standing
	for _, c := range classes {
		s := &Standing{Unit: c.Unit, Class: c.Class, Target: c.Target}
		byUnit[c.Unit] = s
		list = append(list, s)
	}
	for _, e := range entries {
		s := byUnit[e.Unit]
		if s == nil {
			s = &Standing{Unit: e.Unit}
			byUnit[e.Unit] = s
			list = append(list, s)
		}
		s.Points = s.Points.Plus(e.Points)
		s.Entries++
	}
	for _, s := range list {
		s.Points = s.Points.Round(round)
	}
	slices.SortFunc(list, func(a, b *Standing) int {
		if a.Class != b.Class {
			return cmpText(a.Class, b.Class)
		}
		if c := b.Points.Cmp(a.Points); c != 0 {
			return c
		}
		return cmpText(string(a.Unit), string(b.Unit))
	})
	out := make([]Standing, len(list))
	for i, s := range list {
		switch {
		case i == 0 || list[i-1].Class != s.Class:
			s.Rank = 1
		case s.Points.Cmp(list[i-1].Points) == 0:
			s.Rank, s.Tied = list[i-1].Rank, true
			out[i-1].Tied = true
		default:
			first := i
			for first > 0 && list[first-1].Class == s.Class {
				first--
			}
			s.Rank = i - first + 1
		}
		out[i] = *s
	}
	return out
}

func cmpText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Activated is the fact that puts a rulebook in force.
type Activated struct {
	Rulebook ident.Rulebook `json:"rulebook"`
	Office   ident.Unit     `json:"office"`
	Title    string         `json:"title"`
	From     string         `json:"from"`
	Until    string         `json:"until,omitempty"`
	Hash     string         `json:"hash"`
}

// FactKind of the payload.
func (Activated) FactKind() fact.Kind { return fact.RulebookActivated }

// Period is an assessment period: a month, a quarter or a year.
type Period struct {
	From  org.Date `json:"from"`
	Until org.Date `json:"until"` // first day after
	Label string   `json:"label"` // 2026-11, 2026-Q4, 2026
}

// ParsePeriod reads 2026, 2026-Q4 or 2026-11.
func ParsePeriod(s string) (Period, bool) {
	p := Period{Label: s}
	if len(s) < 4 {
		return p, false
	}
	y, err := strconv.Atoi(s[:4])
	if err != nil || y < 1950 || y > 2200 {
		return p, false
	}
	first, months := 1, 12
	switch {
	case len(s) == 4:
	case len(s) == 7 && s[4:6] == "-Q" && s[6] >= '1' && s[6] <= '4':
		first, months = int(s[6]-'1')*3+1, 3
	case len(s) == 7 && s[4] == '-':
		m, err := strconv.Atoi(s[5:])
		if err != nil || m < 1 || m > 12 || s[5] == '+' {
			return p, false
		}
		first, months = m, 1
	default:
		return p, false
	}
	end := first + months
	p.From = org.Date(y*10000 + first*100 + 1)
	if end > 12 {
		p.Until = org.Date((y+1)*10000 + 101)
	} else {
		p.Until = org.Date(y*10000 + end*100 + 1)
	}
	return p, true
}
