package score

import (
	"slices"

	"xinshu/internal/duty"
	"xinshu/internal/fact"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
)

// Events reads a record's scoring events; none for most facts. The office's own
// texts earn nobody points directly: a composite's points go down as news to
// the filings it was made of.
func Events(r fact.Record) ([]Event, error) {
	switch r.Kind {
	case fact.PlacementPublished:
		p, err := fact.Decode[issue.PrintedAs](r)
		return ofOutlet(r, Adopted, p.Outlet), err
	case fact.PlacementRecalled:
		p, err := fact.Decode[issue.RecalledFor](r)
		return ofOutlet(r, Recalled, p.Outlet), err
	case fact.InstructionGiven:
		p, err := fact.Decode[duty.Given](r)
		if err != nil || p.Own || p.Unit == "" {
			return nil, err
		}
		return []Event{{Fact: r.ID, Kind: Instructed, Desk: p.Office, Unit: p.Unit, Item: p.Item, Filing: p.Filing, Level: p.Level, LeaderLevel: p.Level, Form: p.Form, Genre: p.Genre, Title: p.Title, Num: 1, Den: 1, Occurred: r.Occurred, Recorded: r.Recorded}}, nil
	case fact.InstructionTaken:
		p, err := fact.Decode[duty.TakenBack](r)
		if err != nil || p.Own || p.Unit == "" {
			return nil, err
		}
		return []Event{{Fact: r.ID, Kind: TakenBack, Desk: p.Office, Unit: p.Unit, Filing: p.Filing, Level: p.Level, Num: 1, Den: 1, Occurred: p.Given, Recorded: p.Given}}, nil
	case fact.NewsTold:
		p, err := fact.Decode[filing.Told](r)
		k, ok := newsKinds[p.News.Kind]
		if err != nil || !ok || p.Unit == "" || p.Unit == p.Office {
			return nil, err
		}
		n := p.News
		if k == TakenBack { // stands where the instruction stands, also across the end of a month
			r.Recorded = r.Occurred
		}
		leader := ""
		if k == Instructed {
			leader = n.Level
		}
		return []Event{{Fact: r.ID, Kind: k, Desk: p.Office, Unit: p.Unit, LeaderLevel: leader, Item: p.Item, Filing: n.Filing, Level: n.Level, Outlet: n.Outlet, Name: n.Name, Issue: n.Issue, Form: n.Form, Genre: p.Genre, Title: n.Title, Num: n.Num, Den: n.Den, Occurred: r.Occurred, Recorded: r.Recorded}}, nil
	}
	return nil, nil
}

// OnDays gives events of the record their days and pairs what was taken back with
// what it undoes: an instruction is named by its desk, filing, level and moment.
func OnDays(events []Event, dayOf func(int64) org.Date) []Event {
	for i := range events {
		e := &events[i]
		e.Day = dayOf(e.Recorded)
		if e.Kind != TakenBack {
			continue
		}
		for _, g := range slices.Backward(events[:i]) {
			if g.Kind == Instructed && g.Desk == e.Desk && g.Filing == e.Filing && g.Level == e.Level && g.Occurred == e.Occurred {
				e.Undoes, e.Item = g.Fact, g.Item
				break
			}
		}
	}
	return events
}

// Earned is what events bring by themselves, without a unit's targets and bounds:
// the entries that name a fact.
func (b *Rulebook) Earned(p Period, events []Event) (out []Entry, err error) {
	_, err = b.Score(Input{Period: p, Explain: func(e Entry) {
		if e.Fact != "" && e.Track == OfUnit {
			out = append(out, e)
		}
	}}, events)
	return out, err
}

// Since is the first day whose events a score of a period can depend on.
func (b *Rulebook) Since(p Period) org.Date { return b.Start(Input{Period: p}).first() }

var newsKinds = map[string]EventKind{"published": Adopted, "instructed": Instructed, "recalled": Recalled, "uninstructed": TakenBack}

func ofOutlet(r fact.Record, k EventKind, o issue.Outlet) []Event {
	if o.Own || o.Unit == "" {
		return nil
	}
	return []Event{{Fact: r.ID, Kind: k, Desk: o.Office, Unit: o.Unit, Item: o.Item, Filing: o.Filing, Level: o.Level, Outlet: o.Code, Name: o.Name, Issue: o.Issue, Form: o.Form, Genre: o.Genre, Title: o.Title, Num: 1, Den: 1, Occurred: r.Occurred, Recorded: r.Recorded}}
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
