package flow

import (
	"slices"

	"xinshu/internal/duty"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// NextStep is what an item waits for, and by when where somebody has said so.
type NextStep struct {
	What   string     `json:"what" enum:"finish,check,correct,receive,decide,resume,ready,adopt,arrange,approve,print,decide_above,outcome,answer,pass_on"`
	Office ident.Unit `json:"office"`
	Check  org.Check  `json:"check,omitempty"`
	Name   string     `json:"name,omitempty"` // of the publication
	Issue  string     `json:"issue,omitempty"`
	Since  int64      `json:"since,omitempty"`
	By     int64      `json:"by,omitempty"`
}

// nextOf says what happens next to an item, as far as its reader may know: at
// the unit, at every desk it lies at, and for an instruction that waits for an
// answer.
func (t *act) nextOf(j *Journey, waiting org.Check) error {
	it := j.Item
	add := func(n NextStep) { j.Next = append(j.Next, n) }
	switch it.State {
	case item.Draft:
		add(NextStep{What: "finish", Office: it.Unit, Since: it.Created})
	case item.Submitted:
		add(NextStep{What: "check", Office: it.Unit, Check: waiting, Since: it.Updated})
	case item.SentBack:
		n := NextStep{What: "correct", Office: it.Unit, Since: it.Updated}
		for _, fl := range j.Filings {
			if fl.State == filing.Returned {
				n.By = max(n.By, fl.Due)
			}
		}
		add(n)
	}
	if it.State == item.Withdrawn {
		return nil
	}
	for _, fl := range j.Filings {
		if err := t.nextAt(j, fl, 0); err != nil {
			return err
		}
	}
	return nil
}

// nextAt looks at one desk and at what it sent on.
func (t *act) nextAt(j *Journey, fl filing.Filing, depth int) error {
	add := func(n NextStep) {
		if n.Office == "" {
			n.Office = fl.Office
		}
		if !slices.ContainsFunc(j.Next, func(o NextStep) bool {
			return o.What == n.What && o.Office == n.Office && o.Name == n.Name && o.Issue == n.Issue
		}) {
			j.Next = append(j.Next, n)
		}
	}
	if depth > maxHistory {
		return nil
	}
	known := depth == 0 || t.seesFiling(fl) // what a desk further up does inside is its own
	switch {
	case fl.State == filing.Outside:
		if !slices.ContainsFunc(j.Steps, func(s Step) bool { return s.Office == fl.Office && s.Kind != "news.forwarded" }) {
			add(NextStep{What: "outcome", Since: fl.Filed})
		}
	case fl.State == filing.Merged, fl.State == filing.Withdrawn, fl.State == filing.Declined, fl.State == filing.Returned:
	case !known:
		decided, err := t.decidedAbove(j, fl)
		if err != nil {
			return err
		}
		if !decided {
			add(NextStep{What: "decide_above", Since: fl.Filed})
		}
	case fl.State == filing.Filed:
		add(NextStep{What: "receive", Since: fl.Filed})
	case fl.State == filing.Received, fl.State == filing.Editing:
		add(NextStep{What: "decide", Since: fl.Since})
	case fl.State == filing.Held:
		add(NextStep{What: "resume", Since: fl.Since, By: fl.Due})
	}
	if err := t.nextPlaces(fl, known, add); err != nil {
		return err
	}
	if err := t.nextDuties(fl, add); err != nil {
		return err
	}
	kids, err := t.ChildrenOf(fl.ID)
	if err != nil {
		return err
	}
	for _, k := range kids {
		child, err := t.Filing(k.Child)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(j.Filings, func(o filing.Filing) bool { return o.ID == child.ID }) {
			continue
		}
		if !slices.ContainsFunc(j.Levels, func(u org.Unit) bool { return u.ID == child.Office }) {
			continue // nobody was told that it lies there
		}
		if err := t.nextAt(j, child, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// decidedAbove reports whether news of a decision at that office was told.
func (t *act) decidedAbove(j *Journey, fl filing.Filing) (bool, error) {
	if slices.ContainsFunc(j.Steps, func(s Step) bool {
		return s.Office == fl.Office && s.At > fl.Filed && slices.Contains(decisions, s.Kind)
	}) {
		return true, nil
	}
	kids, err := t.ChildrenOf(fl.ID)
	return len(kids) > 0, err // sent on, and that was told
}

// nextPlaces follows adoptions to the issue they come out in.
func (t *act) nextPlaces(fl filing.Filing, known bool, add func(NextStep)) error {
	ps, err := t.PlacementsOf(fl.ID)
	if err != nil {
		return err
	}
	open := false
	for _, p := range ps {
		open = open || p.State.Live()
		if p.State != issue.Tray && p.State != issue.Arranged {
			continue
		}
		pub, err := t.Publication(p.Publication)
		if err != nil {
			return err
		}
		n := NextStep{What: "arrange", Name: pub.Name, Since: p.Updated}
		if p.Issue != "" && known {
			is, err := t.Tx.Issue(p.Issue)
			if err != nil {
				return err
			}
			n.What, n.Issue = "approve", is.Label()
			if is.State == issue.Approved {
				n.What, n.Since = "print", is.ApprovedAt
			}
			s, found, err := t.Tx.Schedule(is.ID)
			if err != nil {
				return err
			}
			if found && s.FailedAt == 0 {
				n.By = s.At
			}
		}
		add(n)
	}
	if known && fl.State == filing.Ready && !open {
		p, err := t.placedOf(fl)
		if err == nil && !p.forwarded {
			add(NextStep{What: "adopt", Since: fl.Since})
		}
		return err
	}
	return nil
}

// nextDuties are the instructions whose duty the reader may see.
func (t *act) nextDuties(fl filing.Filing, add func(NextStep)) error {
	ds, err := t.DutiesOf(fl.ID)
	if err != nil {
		return err
	}
	for _, d := range ds {
		if !t.actor.System && !d.Seen(t.scope) {
			continue
		}
		switch d.State {
		case duty.Recorded:
			add(NextStep{What: "pass_on", Since: d.Given, By: d.Due})
		case duty.PassedOn:
			add(NextStep{What: "answer", Office: d.Unit, Since: d.Updated, By: d.Due})
		}
	}
	return nil
}
