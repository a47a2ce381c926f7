package flow

import (
	"cmp"
	"slices"

	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// A list of items says of each row who has it, since when, and what was decided:
// in short what Journey tells at length, to the same readers. It is read for the
// whole page at once, never row by row.

// ItemRow is an item in a list.
type ItemRow struct {
	item.Item
	Now []Whereabouts `json:"now,omitempty"`
}

// Whereabouts is how an item stands in one place: its own unit, or an office that it
// was filed at or sent up to.
type Whereabouts struct {
	Office ident.Unit     `json:"office"` // the unit itself as long as its own people have it
	State  string         `json:"state" enum:"finish,check,correct,filed,received,editing,ready,held,declined,returned,merged,outside,undecided,adopted,published,recalled"`
	Since  int64          `json:"since"`
	Filed  int64          `json:"filed,omitempty"` // when it came there: the office bears the name of that day
	Check  org.Check      `json:"check,omitempty"`
	People []ident.Person `json:"people,omitempty"` // whose turn it is, for those of the unit
	Units  []ident.Unit   `json:"units,omitempty"`  // partners that have not countersigned
	Vacant bool           `json:"vacant,omitempty"` // nobody of the unit can pass the check
	Reason string         `json:"reason,omitempty"`
	Name   string         `json:"name,omitempty"` // of the publication
	Issue  string         `json:"issue,omitempty"`
}

// Where an item stands, beyond the states of a filing.
const (
	StandFinish    = "finish"
	StandCheck     = "check"
	StandCorrect   = "correct"
	StandUndecided = "undecided"
	StandAdopted   = "adopted"
	StandPublished = "published"
	StandRecalled  = "recalled"
)

// heavier orders decisions: what stands there is the heaviest of them.
var heavier = []string{string(filing.Held), string(filing.Declined), string(filing.Returned), StandAdopted, StandPublished, StandRecalled}

// itemRows makes the rows of a page of items, each as the actor may see it.
func (t *act) itemRows(its []item.Item) ([]ItemRow, error) {
	if len(its) == 0 {
		return nil, nil
	}
	ids := make([]ident.Item, len(its))
	for i, it := range its {
		ids[i] = it.ID
	}
	own, err := t.ownWhereabouts(its) // by the newest texts, which not everybody sees
	if err != nil {
		return nil, err
	}
	by, err := t.asSeenAll(its)
	if err != nil {
		return nil, err
	}
	traces, err := t.Traces(ids)
	if err != nil {
		return nil, err
	}
	of := map[ident.Item][]store.Trace{}
	for _, c := range traces {
		if c.Filing.Base != "" && !t.seesFiling(c.Filing) {
			continue // further up: known by its news
		}
		if p := by[c.Item]; p != nil && c.Of != "filing" && c.At < p.Asked && c.Made < p.Asked {
			continue // before the partner was asked
		}
		of[c.Item] = append(of[c.Item], c)
	}
	out := make([]ItemRow, len(its))
	for i, it := range its {
		out[i] = ItemRow{Item: it}
		if s, found := own[it.ID]; found {
			out[i].Now = append(out[i].Now, s)
		}
		if it.State != item.Withdrawn {
			out[i].Now = append(out[i].Now, whereabouts(it, of[it.ID])...)
		}
	}
	return out, nil
}

// ownWhereabouts are those of items that are with their own unit.
func (t *act) ownWhereabouts(its []item.Item) (map[ident.Item]Whereabouts, error) {
	out := map[ident.Item]Whereabouts{}
	var open []item.Item
	for _, it := range its {
		switch it.State {
		case item.Draft:
			out[it.ID] = Whereabouts{Office: it.Unit, State: StandFinish, Since: it.Created, People: []ident.Person{it.Writer}}
		case item.SentBack:
			out[it.ID] = Whereabouts{Office: it.Unit, State: StandCorrect, Since: it.Updated, People: []ident.Person{it.Writer}}
		case item.Submitted:
			open = append(open, it)
		}
	}
	if len(open) == 0 {
		return out, nil
	}
	var ids []ident.Item
	var units []ident.Unit
	for _, it := range open {
		ids, units = append(ids, it.ID), append(units, it.Unit)
	}
	slices.Sort(units)
	passed, err := t.PassedOfAll(ids)
	if err != nil {
		return nil, err
	}
	with, err := t.PartnersOfAll(ids)
	if err != nil {
		return nil, err
	}
	signed, err := t.CountersignsOfAll(ids)
	if err != nil {
		return nil, err
	}
	posts, err := t.PostsInAll(slices.Compact(units), t.day)
	if err != nil {
		return nil, err
	}
	for _, it := range open {
		j := item.Joint{Partners: with, By: signed}.Of(it)
		check, _ := it.Next(slices.DeleteFunc(slices.Clone(passed), func(p item.Passed) bool { return p.Item != it.ID }), j)
		s := Whereabouts{Office: it.Unit, State: StandCheck, Since: it.Updated, Check: check}
		if t.actor.System || t.scope.Unit(it.Unit) { // others learn the step, not who is at it
			s.turn(it, j, posts)
		}
		out[it.ID] = s
	}
	return out, nil
}

// turn names those of the unit, or the partners, that a check waits for.
func (s *Whereabouts) turn(it item.Item, j item.Joint, posts []org.Post) {
	switch s.Check {
	case org.ToFile: // whoever of the unit is first
	case org.Countersign:
		s.Units = j.Missing(it.Revision)
	default:
		for _, p := range posts {
			if p.Unit == it.Unit && p.Role == s.Check.Role() && !slices.Contains(s.People, p.Person) {
				s.People = append(s.People, p.Person)
			}
		}
		s.Vacant = len(s.People) == 0
	}
}

// traced is in which order traces are looked at.
var traced = []string{"filing", "forward", "placement", "news"}

// whereabouts are those of an item at the offices above, in the order in which it
// came to them.
func whereabouts(it item.Item, traces []store.Trace) []Whereabouts {
	slices.SortStableFunc(traces, func(a, b store.Trace) int {
		return cmp.Or(cmp.Compare(slices.Index(traced, a.Of), slices.Index(traced, b.Of)), cmp.Compare(a.Made, b.Made), cmp.Compare(a.At, b.At))
	})
	var out []Whereabouts
	began := map[ident.Unit]Whereabouts{} // before any decision
	var left []ident.Unit                 // where it lies no more
	for _, c := range traces {
		at := slices.IndexFunc(out, func(s Whereabouts) bool { return s.Office == c.Office })
		s, first := began[c.Office], at < 0
		if first {
			s = Whereabouts{Office: c.Office, State: StandUndecided, Since: c.Made, Filed: c.Made}
		}
		switch c.Of {
		case "filing":
			s.State, s.Since, s.Reason = c.State, c.At, c.Reason
			if gone(c, it) {
				left = append(left, c.Office)
				continue
			}
		case "forward":
			if !first || c.State == string(filing.Withdrawn) {
				continue
			}
			if c.State == string(filing.Outside) {
				s.State = c.State
			}
		}
		if first && slices.Contains(left, c.Office) {
			continue
		}
		if first {
			began[c.Office], out, at = s, append(out, s), len(out)
		}
		out[at].decide(c, s)
	}
	slices.SortStableFunc(out, func(a, b Whereabouts) int { return cmp.Compare(a.Filed, b.Filed) })
	return out
}

// gone reports whether a filing says nothing about the item any more: it was taken
// back, or the item came back from there and is on its way again.
func gone(c store.Trace, it item.Item) bool {
	return c.State == string(filing.Withdrawn) || c.State == string(filing.Returned) && c.Filing.Base == "" && it.State != item.SentBack
}

// decide takes a decision in: of a placement there, or as it was told.
func (s *Whereabouts) decide(c store.Trace, began Whereabouts) {
	state, since := c.State, c.Made
	switch {
	case c.Of == "placement" && (state == string(issue.Tray) || state == string(issue.Arranged)):
		state = StandAdopted
	case c.Of == "placement" && (state == string(issue.Printed) || state == string(issue.Corrected)):
		state, since = StandPublished, c.At
	case c.Of == "placement" && state == string(issue.Recalled):
		state, since = StandRecalled, c.At
	case c.Of == "news" && (state == "unadopted" && s.State == StandAdopted || state == "forwarded" && s.State == string(filing.Returned)):
		filed := s.Filed
		*s = began
		s.Filed = filed
		return
	case c.Of != "news":
		return
	}
	if now := slices.Index(heavier, state); now >= 0 && now >= slices.Index(heavier, s.State) {
		s.State, s.Since, s.Name, s.Issue, s.Reason = state, since, c.Name, c.Issue, ""
	}
}
