package flow

import (
	"context"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// Remark is a verb's only input where one sentence is all it takes.
type Remark struct {
	Remark string `json:"remark" form:"remark"`
}

// Withdraw is the unit taking its item back.
type Withdraw = Remark

// Withdraw takes an item back, with every filing of it here and above, unless
// something of it is printed, or stands in a composite or in an issue that is
// already before the chief editor: then the office must let go of it first.
func (f *Flow) Withdraw(ctx context.Context, a Actor, id ident.Item, in Withdraw) (item.Item, error) {
	return do(ctx, f, call{a, "Withdraw", org.StageSubmit, []any{id, in}}, func(t *act) (item.Item, error) {
		it, c, err := t.itemCase(id)
		if err != nil {
			return it, err
		}
		if it.State != item.Signed && it.State != item.Draft { // a sent-back item may have other filings alive
			if err := t.above(&c); err != nil {
				return it, err
			}
		}
		if err := item.Lifecycle.Refuse(item.Withdraw, it.State, c.Held, c); err != nil {
			return it, err
		}
		if it.Office != "" { // its sources would be left in nothing
			return it, fault.Deny(fault.Reason{Code: "composite_unmerge_first", Override: string(org.Editor)})
		}
		if err := fault.Fields(item.CheckRemark("remark", in.Remark, it.State == item.Signed)); err != nil {
			return it, err
		}
		t.as(it.Unit, org.Reporter, org.Signer)
		fs, err := t.FilingsOf(id)
		if err != nil {
			return it, err
		}
		for _, fl := range fs {
			if err := t.end(fl, in.Remark); err != nil {
				return it, err
			}
		}
		it.State, it.Remark, it.Updated = item.Withdrawn, in.Remark, t.Now()
		if err := t.SaveItem(&it); err != nil {
			return it, err
		}
		_, err = t.fact("item", string(it.ID), it.Version, "", item.TakenBack{Unit: it.Unit, Remark: in.Remark})
		return it, err
	})
}

// end closes one filing of a withdrawn item.
func (t *act) end(fl filing.Filing, remark string) error {
	if fl.State == filing.Withdrawn {
		return nil
	}
	if fl.State == filing.Merged {
		return fault.Deny(fault.Reason{Code: "in_composite", Params: fault.Pairs("office", string(fl.Office), "filing", string(fl.MergedIn)), Override: string(org.Editor)})
	}
	ps, err := t.PlacementsOf(fl.ID)
	if err != nil {
		return err
	}
	for _, p := range ps {
		if p.State.Live() {
			if err := t.unplace(&p, fl, remark); err != nil {
				return err
			}
		}
	}
	was := fl.State
	if err := filing.Lifecycle.Refuse(filing.EndWithdrawn, was, nil, filing.Case{Filing: &fl, Seen: -1}); err != nil {
		return err
	}
	fl.State, fl.Remark, fl.Since, fl.Updated = filing.Withdrawn, remark, t.Now(), t.Now()
	if err := t.SaveFiling(&fl); err != nil {
		return err
	}
	_, err = t.fact("filing", string(fl.ID), fl.Version, fl.Office, filing.Ended{Item: fl.Item, From: was})
	return err
}

// unplace takes an adoption back before printing.
func (t *act) unplace(p *issue.Placement, fl filing.Filing, remark string) error {
	c, err := t.placeCase(p)
	if err != nil {
		return err
	}
	if p.Issue != "" && !c.IssueOpen {
		return fault.Deny(fault.Reason{Code: "issue_not_open", Params: fault.Pairs("issue", string(p.Issue)), Override: string(org.Chief)})
	}
	o, err := t.outlet(*p, fl)
	if err != nil {
		return err
	}
	p.State, p.Issue, p.Slot, p.Remark, p.Updated = issue.Gone, "", 0, remark, t.Now()
	if err := t.SavePlacement(p); err != nil {
		return err
	}
	origin, err := t.fact("placement", string(p.ID), p.Version, p.Office, issue.Unadopted{Outlet: o, Remark: remark})
	if err != nil {
		return err
	}
	return t.tell(fl, t.newsOf("unadopted", origin, o))
}

// placeCase is a placement with its situation.
func (t *act) placeCase(p *issue.Placement) (issue.PlaceCase, error) {
	c := issue.PlaceCase{Placement: p, Actor: t.actor.Person}
	if p.Issue != "" {
		is, err := t.Tx.Issue(p.Issue)
		if err != nil {
			return c, err
		}
		c.IssueOpen = is.State == issue.Open
	}
	return c, nil
}

// filingCase loads a filing whose desk the actor works at, with its situation.
func (t *act) filingCase(id ident.Filing, seen int) (filing.Filing, filing.Case, error) {
	fl, err := t.Filing(id)
	if err != nil {
		return fl, filing.Case{}, err
	}
	if !t.seesFiling(fl) {
		return filing.Filing{}, filing.Case{}, fault.Missing("filing", string(id))
	}
	c := filing.Case{Filing: &fl, Actor: t.actor.Person, Seen: seen}
	p, err := t.placedOf(fl)
	if err != nil {
		return fl, c, err
	}
	c.Placed, c.Printed, c.Forwarded = p.live, p.printed, p.forwarded
	if c.Deed, err = t.undoable(fl); err != nil {
		return fl, c, err
	}
	rules, err := t.Rules(fl.Office)
	c.NeedAdopt = rules.ForwardSigned
	return fl, c, err
}

func (t *act) seesFiling(fl filing.Filing) bool {
	return t.actor.System || t.scope.Desk(fl.Office) || t.scope.Unit(fl.Unit)
}

// at checks one desk verb and remembers the post. An outside filing is worked at
// the desk that sent it.
func (t *act) at(v org.Verb, fl filing.Filing, c filing.Case) error {
	place := fl.Office
	if fl.State == filing.Outside {
		place = fl.Unit
	}
	if err := filing.Lifecycle.Refuse(v, fl.State, t.held(place), c); err != nil {
		return err
	}
	step, _ := filing.Lifecycle.Find(v)
	t.as(place, step.Roles...)
	return nil
}

// settle saves a filing that changed state.
func (t *act) settle(fl *filing.Filing, to filing.State) error {
	if to != "" && to != fl.State {
		fl.State, fl.Since = to, t.Now()
	}
	fl.Updated = t.Now()
	return t.SaveFiling(fl)
}
