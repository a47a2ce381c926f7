package flow

import (
	"cmp"
	"context"
	"encoding/json"
	"math/big"
	"slices"

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
	Person ident.Person `json:"person,omitempty"`
	Reason string       `json:"reason,omitempty"`
	Remark string       `json:"remark,omitempty"`
	Outlet string       `json:"outlet,omitempty"`
	Name   string       `json:"name,omitempty"`
	Issue  string       `json:"issue,omitempty"`
	Who    string       `json:"who,omitempty"`
	Text   string       `json:"text,omitempty"`
	Share  string       `json:"share,omitempty"` // of this item in what happened, "1/3"
	Now    bool         `json:"now,omitempty"`
}

// Total is what an item earned by one office's rulebook.
type Total struct {
	Office org.Unit     `json:"office"`
	Points score.Points `json:"points"`
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
	Edited   *item.Revision  `json:"edited,omitempty"`
	EditedAt ident.Unit      `json:"edited_at,omitempty"`
	Points   []score.Entry   `json:"points,omitempty"`
	Totals   []Total         `json:"totals,omitempty"`
	Names    Names           `json:"names"`
}

// Journey reads an item's whole way.
func (f *Flow) Journey(ctx context.Context, a Actor, id ident.Item) (Journey, error) {
	return read(ctx, f, a, "Journey", func(t *act) (j Journey, err error) {
		it, _, err := t.itemCase(id)
		if err != nil {
			return j, err
		}
		j.Item = it
		if j.Unit, err = t.Tx.Unit(it.Unit); err != nil {
			return j, err
		}
		j.Levels = []org.Unit{j.Unit}
		if j.Mine, err = t.Revision("item", string(id), max(it.Signed, 1)); err != nil {
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
			if fl.Unit != it.Unit && !t.seesFiling(fl) {
				continue // further up: known by its news
			}
			if err := t.walk(&j, fl); err != nil {
				return j, err
			}
		}
		slices.SortStableFunc(j.Steps, func(a, b Step) int { return cmp.Compare(a.At, b.At) })
		if err := t.earned(&j); err != nil {
			return j, err
		}
		var ids naming
		ids.unit(it.Unit)
		for _, s := range j.Steps {
			ids.unit(s.Office)
			ids.person(s.Person)
		}
		j.Names, err = ids.names(t)
		return j, err
	})
}

// walk adds what happened to one filing and the news told to it.
func (t *act) walk(j *Journey, fl filing.Filing) error {
	j.Filings = append(j.Filings, fl)
	if err := t.level(j, fl.Office); err != nil {
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
			if err := t.level(j, child.Office); err != nil {
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
		if err := t.level(j, n.Office); err != nil {
			return err
		}
		share := ""
		if n.Num != n.Den {
			share = big.NewRat(n.Num, n.Den).RatString()
		}
		j.Steps = append(j.Steps, Step{At: n.Occurred, Level: org.Level(n.Level), Office: n.Office, Kind: "news." + n.Kind, Outlet: n.Outlet, Name: n.Name, Issue: n.Issue, Who: n.Who, Text: n.Text, Share: share})
	}
	p, err := t.placedOf(fl)
	if err != nil || !p.live && !p.printed && !p.forwarded || fl.Revision == 0 || j.Edited != nil {
		return err
	}
	rev, err := t.newest(fl)
	if err == nil {
		j.Edited, j.EditedAt = &rev, fl.Office
	}
	return err
}

func (t *act) level(j *Journey, office ident.Unit) error {
	if slices.ContainsFunc(j.Levels, func(u org.Unit) bool { return u.ID == office }) {
		return nil
	}
	u, err := t.Tx.Unit(office)
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
		s := Step{At: r.Occurred, Level: unit.Level, Office: unit.ID, Kind: string(r.Kind), Person: r.Actor}
		if r.Kind == fact.ItemSentBack {
			p, err := fact.Decode[item.SentBackWith](r)
			if err != nil {
				return nil, err
			}
			s.Reason, s.Remark = p.Reason, p.Remark
		}
		out = append(out, s)
	}
	return out, nil
}

// told are the desk's facts that those below learn of.
var told = []fact.Kind{fact.FilingFiled, fact.FilingReopened, fact.FilingReceived, fact.FilingHeld, fact.FilingDeclined, fact.FilingResumed, fact.FilingReturned, fact.FilingWithdrawn, fact.FilingForwarded, fact.FilingSent, fact.FilingsMerged, fact.FilingUnmerged, fact.FilingReady, fact.FilingConfirmed}

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
		s := Step{At: r.Occurred, Level: office.Level, Office: fl.Office, Kind: string(r.Kind), Person: r.Actor}
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
		s := Step{At: d.Given, Level: office.Level, Office: fl.Office, Kind: string(fact.InstructionGiven), Who: d.LeaderAs}
		if d.Disclosed || t.scope.Desk(fl.Office) {
			if err := t.opensDuties(d); err != nil {
				return nil, err
			}
			s.Text = d.Text
		}
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b Step) int { return cmp.Compare(a.At, b.At) })
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
		out = append(out, Step{At: r.Occurred, Level: office.Level, Office: office.ID, Kind: string(r.Kind), Person: r.Actor, Outlet: x.Outlet.Code, Name: x.Outlet.Name, Issue: x.Outlet.Issue, Remark: cmp.Or(x.Remark, x.Notice)})
	}
	return out, nil
}

// earned runs the rulebook of every office the item was filed at directly over
// what happened to this item.
func (t *act) earned(j *Journey) error {
	for _, fl := range j.Filings {
		if fl.Unit != j.Item.Unit {
			continue
		}
		from := t.f.DayOf(j.Item.Created)
		period := score.Period{From: from, Until: t.day + 1}
		entries, _, err := t.ledger(fl.Office, period)
		if err != nil {
			return err
		}
		var total score.Points
		n := 0
		for _, e := range entries {
			if e.Filing == fl.ID {
				j.Points = append(j.Points, e)
				total = total.Plus(e.Points)
				n++
			}
		}
		if n > 0 {
			office, err := t.Tx.Unit(fl.Office)
			if err != nil {
				return err
			}
			j.Totals = append(j.Totals, Total{Office: office, Points: total})
		}
	}
	return nil
}
