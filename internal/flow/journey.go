package flow

import (
	"cmp"
	"context"
	"encoding/json"
	"math/big"
	"slices"
	"strings"

	"xinshu/internal/duty"
	"xinshu/internal/fact"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/score"
)

// Step is one thing that happened to an item, as its unit may know it.
type Step struct {
	At     int64        `json:"at"`
	Level  org.Level    `json:"level"`
	Office ident.Unit   `json:"office"`
	Kind   string       `json:"kind"` // a fact's kind, or "news." and a news kind
	Check  org.Check    `json:"check,omitempty"`
	Person ident.Person `json:"person,omitempty"`
	Reason string       `json:"reason,omitempty"`
	Remark string       `json:"remark,omitempty"`
	Outlet string       `json:"outlet,omitempty"`
	Name   string       `json:"name,omitempty"`
	Issue  string       `json:"issue,omitempty"`
	Who    string       `json:"who,omitempty"`
	Text   string       `json:"text,omitempty"`
	Share  string       `json:"share,omitempty"`  // of this item in what happened, "1/3"
	Points string       `json:"points,omitempty"` // as an office outside announced
	Column string       `json:"column,omitempty"` // where in the issue it was printed
	Slot   int          `json:"slot,omitempty"`
	Lay    int64        `json:"lay,omitempty"` // microseconds that it had lain there until then

	fact ident.Fact // what it tells of, so that nothing is told twice
}

// Total is what an item earned by one office's rulebook.
type Total struct {
	Office   org.Unit     `json:"office"`
	Points   score.Points `json:"points"`
	Rulebook string       `json:"rulebook"`
	From     org.Date     `json:"from,omitempty"` // since when it is in force
}

// Unscored is something that could earn points and earned none.
type Unscored struct {
	Office   ident.Unit      `json:"office"` // whose rulebook would say
	Kind     score.EventKind `json:"kind"`
	Level    string          `json:"level"`
	Name     string          `json:"name,omitempty"`
	Issue    string          `json:"issue,omitempty"`
	Occurred int64           `json:"occurred"`
	Why      string          `json:"why" enum:"no_rulebook,no_rule"`
}

// Journey answers "where is my item": every level it reached, what was decided
// and why, the edited text beside the unit's own, what it earned.
type Journey struct {
	Item     item.Item       `json:"item"`
	Unit     org.Unit        `json:"unit"`
	Levels   []org.Unit      `json:"levels"` // the unit first, then the offices by the way the item took
	Steps    []Step          `json:"steps"`
	Filings  []filing.Filing `json:"filings"`
	Mine     item.Revision   `json:"mine"`
	Texts    []LevelText     `json:"texts,omitempty"` // what every office made of it
	Stays    []Stay          `json:"stays,omitempty"`
	Next     []NextStep      `json:"next,omitempty"`
	Points   []score.Entry   `json:"points,omitempty"`
	Totals   []Total         `json:"totals,omitempty"`
	Unscored []Unscored      `json:"unscored,omitempty"`
	Names    Names           `json:"names"`

	came map[ident.Unit]int64 // when it first lay at a level
}

// Journey reads an item's whole way.
func (f *Flow) Journey(ctx context.Context, a Actor, id ident.Item) (Journey, error) {
	return read(ctx, f, a, "Journey", func(t *act) (j Journey, err error) {
		it, c, err := t.itemCase(id)
		if err != nil {
			return j, err
		}
		j.Item, j.came = it, map[ident.Unit]int64{}
		shown := max(it.Signed, 1)
		var side aside
		if c.Aside != nil { // a partner sees no text but what it was asked about
			if side, err = t.asideOf(*c.Aside); err != nil {
				return j, err
			}
			if j.Item, err = side.item(t, it); err != nil {
				return j, err
			}
			shown = side.Revision
		}
		if j.Unit, err = t.unitOf(it); err != nil {
			return j, err
		}
		j.Levels = []org.Unit{j.Unit}
		if j.Mine, err = t.Revision("item", string(id), shown); err != nil {
			return j, err
		}
		if _, err := t.opensItem(it, j.Mine.Number); err != nil {
			return j, err
		}
		own, err := t.itemSteps(it, j.Unit)
		if err != nil {
			return j, err
		}
		j.Steps = own
		fs, err := t.FilingsOf(id)
		if err != nil {
			return j, err
		}
		for _, fl := range fs {
			if fl.Base != "" && !t.seesFiling(fl) {
				continue // further up: known by its news
			}
			if err := t.walk(&j, fl); err != nil {
				return j, err
			}
		}
		j.once()
		if c.Aside != nil { // … and nothing of before it was asked
			j.Steps = side.steps(j.Steps, it.Unit)
			for i := range j.Filings {
				j.Filings[i].Title, j.Filings[i].Length = j.Item.Title, j.Item.Length
			}
		} else { // what was made of it and what it earned is the lead's to read
			for _, part := range []func(*Journey) error{t.levelTexts, t.earned} {
				if err := part(&j); err != nil {
					return j, err
				}
			}
		}
		j.placed()
		j.stays(t.Now())
		if err := t.nextOf(&j, c.Waiting); err != nil {
			return j, err
		}
		j.Names, err = j.naming().names(t)
		return j, err
	})
}

// once orders the steps and keeps one of each fact: what a reader sees at the
// desk itself need not be told him as news too.
func (j *Journey) once() {
	slices.SortStableFunc(j.Steps, func(a, b Step) int { return cmp.Compare(a.At, b.At) })
	known := map[ident.Fact]bool{}
	for _, s := range j.Steps {
		if !strings.HasPrefix(s.Kind, "news.") {
			known[s.fact] = true
		}
	}
	j.Steps = slices.DeleteFunc(j.Steps, func(s Step) bool {
		news := strings.HasPrefix(s.Kind, "news.")
		return news && known[s.fact]
	})
}

// placed says at every printing where in the issue it stands.
func (j *Journey) placed() {
	for i := range j.Steps {
		s := &j.Steps[i]
		if s.Kind != string(fact.PlacementPublished) && s.Kind != "news.published" {
			continue
		}
		for _, b := range j.Texts {
			for _, p := range b.Printed {
				if b.Office == s.Office && p.Name == s.Name && p.Issue == s.Issue {
					s.Column, s.Slot = p.Column, p.Slot
				}
			}
		}
	}
}

func (j *Journey) naming() *naming {
	var ids naming
	ids.unit(j.Item.Unit)
	ids.person(j.Item.Writer)
	for _, s := range j.Steps {
		ids.unit(s.Office)
		ids.person(s.Person)
	}
	for _, b := range j.Texts {
		ids.unit(b.Office)
	}
	for _, n := range j.Next {
		ids.unit(n.Office)
	}
	for _, u := range j.Unscored {
		ids.unit(u.Office)
	}
	return &ids
}

// walk adds what happened to one filing and the news told to it.
func (t *act) walk(j *Journey, fl filing.Filing) error {
	j.Filings = append(j.Filings, fl)
	if err := t.level(j, fl.Office, fl.Filed); err != nil {
		return err
	}
	steps, err := t.deskSteps(fl)
	if err != nil {
		return err
	}
	j.Steps = append(j.Steps, steps...)
	kids, err := t.ChildrenOf(fl.ID)
	if err != nil {
		return err
	}
	for _, k := range kids { // it lies there already, whether or not that office has decided
		child, err := t.Filing(k.Child)
		if err != nil {
			return err
		}
		if k.Kind == filing.ByForward {
			if err := t.level(j, child.Office, child.Filed); err != nil {
				return err
			}
		}
	}
	news, err := t.NewsOf(fl.ID)
	if err != nil {
		return err
	}
	slices.SortStableFunc(news, func(a, b filing.News) int { return cmp.Compare(a.Occurred, b.Occurred) })
	for _, n := range news {
		if err := t.level(j, n.Office, n.Occurred); err != nil {
			return err
		}
		share := ""
		if n.Num != n.Den {
			share = big.NewRat(n.Num, n.Den).RatString()
		}
		at := n.Occurred
		if n.Kind == "uninstructed" {
			at = max(n.At, at) // it is dated by what it takes back, and happened later
		}
		j.Steps = append(j.Steps, Step{At: at, Level: org.Level(n.Level), Office: n.Office, Kind: "news." + n.Kind, Outlet: n.Outlet, Name: n.Name, Issue: n.Issue, Who: n.Who, Text: n.Text, Share: share, Points: n.Points, fact: n.Origin})
	}
	return nil
}

// level adds an office, by the name it had when the item got there.
func (t *act) level(j *Journey, office ident.Unit, at int64) error {
	if came := j.came[office]; came == 0 || at < came {
		j.came[office] = at
	}
	if slices.ContainsFunc(j.Levels, func(u org.Unit) bool { return u.ID == office }) {
		return nil
	}
	u, err := t.unitOn(office, at)
	if err == nil {
		j.Levels = append(j.Levels, u)
	}
	return err
}

// itemSteps reads the unit's side of the record.
func (t *act) itemSteps(it item.Item, unit org.Unit) ([]Step, error) {
	recs, err := t.FactsOf("item", string(it.ID))
	if err != nil {
		return nil, err
	}
	var out []Step
	for _, r := range recs {
		if r.Kind == fact.ItemRevised || r.Kind == fact.TextOpened || r.Kind == fact.TextRestricted {
			continue
		}
		s := Step{At: r.Occurred, Level: unit.Level, Office: unit.ID, Kind: string(r.Kind), Person: r.Actor, fact: r.ID}
		if r.Kind == fact.ItemSentBack {
			p, err := fact.Decode[item.SentBackWith](r)
			if err != nil {
				return nil, err
			}
			s.Reason, s.Remark = p.Reason, p.Remark
			s.Office = cmp.Or(p.Unit, s.Office)
		}
		if r.Kind == fact.ItemChecked {
			p, err := fact.Decode[item.Checked](r)
			if err != nil {
				return nil, err
			}
			s.Check = p.Check
		}
		if err := s.partner(r); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// partner puts a step where it happened: in a partner, not in the lead.
func (s *Step) partner(r fact.Record) error {
	switch r.Kind {
	case fact.PartnerSigned:
		p, err := fact.Decode[item.CountersignedBy](r)
		if err != nil {
			return err
		}
		s.Office, s.Remark = p.Unit, p.Remark
	case fact.ItemUnsigned:
		p, err := fact.Decode[item.Unsigned](r)
		if err != nil {
			return err
		}
		s.Office = cmp.Or(p.Unit, s.Office)
	case fact.PartnerTakenOff:
		p, err := fact.Decode[item.PartnerOff](r)
		if err != nil {
			return err
		}
		s.Office, s.Remark = p.Unit, p.Reason
	}
	return nil
}

// told are the desk's facts that those below learn of.
var told = []fact.Kind{fact.FilingFiled, fact.FilingReopened, fact.FilingReceived, fact.FilingHeld, fact.FilingDeclined, fact.FilingResumed, fact.FilingUndone, fact.FilingReturned, fact.FilingWithdrawn, fact.FilingForwarded, fact.FilingSent, fact.FilingsMerged, fact.FilingUnmerged, fact.FilingReady, fact.FilingConfirmed}

// deskSteps reads one filing's record and its placements'.
func (t *act) deskSteps(fl filing.Filing) ([]Step, error) {
	office, err := t.Tx.Unit(fl.Office)
	if err != nil {
		return nil, err
	}
	recs, err := t.FactsOf("filing", string(fl.ID))
	if err != nil {
		return nil, err
	}
	var out []Step
	for _, r := range recs {
		if !slices.Contains(told, r.Kind) {
			continue
		}
		s := Step{At: r.Occurred, Level: office.Level, Office: fl.Office, Kind: string(r.Kind), Person: r.Actor, fact: r.ID}
		var why struct{ Reason, Remark string }
		if len(r.Payload) > 0 {
			if err := json.Unmarshal(r.Payload, &why); err != nil {
				return nil, err
			}
		}
		s.Reason, s.Remark = why.Reason, why.Remark
		out = append(out, s)
	}
	places, err := t.PlacementsOf(fl.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range places {
		steps, err := t.placeSteps(p, office)
		if err != nil {
			return nil, err
		}
		out = append(out, steps...)
	}
	orders, err := t.DutiesOf(fl.ID)
	if err != nil {
		return nil, err
	}
	for _, d := range orders {
		steps, err := t.orderSteps(d, office)
		if err != nil {
			return nil, err
		}
		out = append(out, steps...)
	}
	slices.SortStableFunc(out, func(a, b Step) int { return cmp.Compare(a.At, b.At) })
	return out, nil
}

// orderSteps are an instruction, for whoever may know of it, and what came of it
// for those whose duty it is.
func (t *act) orderSteps(d duty.Duty, office org.Unit) ([]Step, error) {
	recs, err := t.FactsOf("duty", string(d.ID))
	if err != nil {
		return nil, err
	}
	var out []Step
	for _, r := range recs {
		s := Step{At: r.Occurred, Level: office.Level, Office: d.Office, Kind: string(r.Kind), Person: r.Actor, fact: r.ID}
		switch r.Kind {
		case fact.InstructionGiven:
			s.Person, s.Who = "", d.LeaderAs
			if d.Disclosed || t.scope.Desk(d.Office) {
				if err := t.opensDuties(d); err != nil {
					return nil, err
				}
				s.Text = d.Text
			}
		case fact.DutyPassedOn, fact.DutyAnswered, fact.DutyAccepted, fact.DutyReturned:
			if !t.actor.System && !d.Seen(t.scope) {
				continue
			}
		default:
			continue
		}
		out = append(out, s)
	}
	return out, nil
}

func (t *act) placeSteps(p issue.Placement, office org.Unit) ([]Step, error) {
	recs, err := t.FactsOf("placement", string(p.ID))
	if err != nil {
		return nil, err
	}
	var out []Step
	for _, r := range recs {
		if r.Kind == fact.PlacementArranged {
			continue
		}
		var x struct {
			Outlet issue.Outlet `json:"outlet"`
			Remark string       `json:"remark"`
			Notice string       `json:"notice"`
		}
		if len(r.Payload) > 0 {
			if err := json.Unmarshal(r.Payload, &x); err != nil {
				return nil, err
			}
		}
		out = append(out, Step{At: r.Occurred, Level: office.Level, Office: office.ID, Kind: string(r.Kind), Person: r.Actor, Outlet: x.Outlet.Code, Name: x.Outlet.Name, Issue: x.Outlet.Issue, Remark: cmp.Or(x.Remark, x.Notice), fact: r.ID})
	}
	return out, nil
}

// earned runs the rulebook of every office the item was filed at directly over
// what happened to this item. It reads the item's own facts, so that it costs
// the same however much an office has to score.
func (t *act) earned(j *Journey) error {
	for _, fl := range j.Filings {
		if fl.Base != "" {
			continue
		}
		events, err := t.eventsOf(fl)
		if err != nil {
			return err
		}
		if err := t.scored(j, fl, events); err != nil {
			return err
		}
	}
	return nil
}

// eventsOf are the scoring events of one filing, in the order they were recorded.
func (t *act) eventsOf(fl filing.Filing) ([]score.Event, error) {
	recs, err := t.FactsOf("filing", string(fl.ID))
	if err != nil {
		return nil, err
	}
	more := func(noun, id string) error {
		some, err := t.FactsOf(noun, id)
		recs = append(recs, some...)
		return err
	}
	ps, err := t.PlacementsOf(fl.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range ps {
		if err := more("placement", string(p.ID)); err != nil {
			return nil, err
		}
	}
	ds, err := t.DutiesOf(fl.ID) // one that was taken back is not there, and earned nothing
	if err != nil {
		return nil, err
	}
	for _, d := range ds {
		if err := more("duty", string(d.ID)); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(recs, func(a, b fact.Record) int { return cmp.Compare(a.Recorded, b.Recorded) })
	var out []score.Event
	for _, r := range recs {
		es, err := score.Events(r)
		if err != nil {
			return nil, err
		}
		for _, e := range es {
			if e.Filing == fl.ID {
				out = append(out, e)
			}
		}
	}
	return out, nil
}

// scored runs each month's events by the rulebook of that month, as the ledger
// does, and says honestly what earned nothing.
func (t *act) scored(j *Journey, fl filing.Filing, events []score.Event) error {
	var total Total
	n := 0
	for len(events) > 0 {
		month := t.f.DayOf(events[0].Recorded)/100*100 + 1
		end := slices.IndexFunc(events, func(e score.Event) bool { return t.f.DayOf(e.Recorded)/100 != month/100 })
		if end < 0 {
			end = len(events)
		}
		some := events[:end]
		events = events[end:]
		kept, found, err := t.RulebookAt(fl.Office, min(t.day, month+27))
		if err != nil {
			return err
		}
		var entries []score.Entry
		if found {
			b, err := score.Parse([]byte(kept.Body))
			if err != nil {
				return err
			}
			month, _ := score.ParsePeriod(month.String()[:7])
			if entries, err = b.Earned(month, score.OnDays(some, t.f.DayOf)); err != nil {
				return err
			}
			total.Rulebook, total.From = kept.Title, kept.From
		}
		for _, e := range entries {
			j.Points = append(j.Points, e)
			total.Points = total.Points.Plus(e.Points)
			n++
		}
		t.unscored(j, some, entries, found)
	}
	if n == 0 {
		return nil
	}
	office, err := t.Tx.Unit(fl.Office)
	if err == nil {
		total.Office = office
		j.Totals = append(j.Totals, total)
	}
	return err
}

// unscored lists what happened and fired no rule.
func (t *act) unscored(j *Journey, events []score.Event, entries []score.Entry, found bool) {
	for i, e := range events {
		if !slices.Contains(score.EventKinds, e.Kind) || e.Kind == score.Recalled || slices.ContainsFunc(entries, func(x score.Entry) bool { return x.Fact == e.Fact }) {
			continue
		}
		undone := slices.ContainsFunc(events[i+1:], func(x score.Event) bool {
			return !slices.Contains(score.EventKinds, x.Kind) && x.Occurred == e.Occurred && x.Level == e.Level
		})
		if undone {
			continue // the instruction was taken back
		}
		why := "no_rule"
		if !found {
			why = "no_rulebook"
		}
		j.Unscored = append(j.Unscored, Unscored{Office: e.Desk, Kind: e.Kind, Level: e.Level, Name: e.Name, Issue: e.Issue, Occurred: e.Occurred, Why: why})
	}
}
