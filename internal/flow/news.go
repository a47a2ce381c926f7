package flow

import (
	"math/big"

	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
)

// tell carries news from a filing down to everything it came from, hop by hop:
// one row and one fact per edge, each with the share this parent had in what
// happened. The identity of a hop is hash(origin fact, edge), so news told twice
// is told once.
func (t *act) tell(from filing.Filing, n filing.News) error {
	edges, err := t.ParentsOf(from.ID)
	if err != nil {
		return err
	}
	if n.Num == 0 {
		n.Num, n.Den = 1, 1
	}
	for _, e := range edges {
		parent, err := t.Filing(e.Parent)
		if err != nil {
			return err
		}
		hop := n
		share := new(big.Rat).Mul(big.NewRat(n.Num, n.Den), e.Share())
		hop.ID = filing.NewsID(n.Origin, e.Child, e.Parent)
		hop.Filing, hop.Via, hop.Hops, hop.At = e.Parent, e.Child, n.Hops+1, t.Now()
		hop.Num, hop.Den = share.Num().Int64(), share.Denom().Int64()
		fresh, err := t.PutNews(hop)
		if err != nil {
			return err
		}
		if !fresh {
			continue
		}
		told := filing.Told{News: hop, Office: parent.Office, Unit: parent.Unit, Item: parent.Item, Genre: parent.Genre}
		if _, err := t.past(n.Occurred, about("filing", string(parent.ID), parent.Version, parent.Office), told); err != nil {
			return err
		}
		if err := t.tell(parent, hop); err != nil {
			return err
		}
	}
	return nil
}

// newsOf begins news of something that just happened to a placement.
func (t *act) newsOf(kind string, origin ident.Fact, o issue.Outlet) filing.News {
	return filing.News{Origin: origin, Kind: kind, Office: o.Office, Level: o.Level, Outlet: o.Code, Name: o.Name, Issue: o.Issue, Form: o.Form, Title: o.Title, Occurred: t.Now()}
}

// outlet says where a placement stands, as facts and news need it.
func (t *act) outlet(p issue.Placement, fl filing.Filing) (issue.Outlet, error) {
	pub, err := t.Publication(p.Publication)
	if err != nil {
		return issue.Outlet{}, err
	}
	o := issue.Outlet{Placement: p.ID, Filing: fl.ID, Item: fl.Item, Unit: fl.Unit, Own: fl.Composite && fl.Unit == fl.Office, Office: p.Office, Level: string(pub.Level), Code: pub.Code, Name: pub.Name, Form: p.Form, Genre: fl.Genre, Title: p.Title}
	if p.Issue != "" {
		is, err := t.Tx.Issue(p.Issue)
		if err != nil {
			return o, err
		}
		o.Issue = is.Label()
	}
	return o, nil
}

// newest is a filing's newest text: the desk's own, else what it came with.
func (t *act) newest(fl filing.Filing) (item.Revision, error) {
	if fl.Revision > 0 {
		return t.Revision("filing", string(fl.ID), fl.Revision)
	}
	return t.rawOf(fl)
}

// rawOf is the text a filing came with: the item's, or the office below's.
func (t *act) rawOf(fl filing.Filing) (item.Revision, error) {
	if fl.Base != "" {
		return t.RevisionByID(fl.Base)
	}
	return t.Revision("item", string(fl.Item), fl.Raw)
}

// placed looks at a filing's placements and those of everything made from it.
type placed struct {
	live      bool // here
	printed   bool // here
	printedUp bool // here or in anything made from it
	forwarded bool // a living child by forward
}

func (t *act) placedOf(fl filing.Filing) (placed, error) {
	var p placed
	ps, err := t.PlacementsOf(fl.ID)
	if err != nil {
		return p, err
	}
	for _, x := range ps {
		p.live = p.live || x.State.Live()
		p.printed = p.printed || x.State.WasPrinted()
	}
	p.printedUp = p.printed
	kids, err := t.ChildrenOf(fl.ID)
	if err != nil {
		return p, err
	}
	for _, k := range kids {
		child, err := t.Filing(k.Child)
		if err != nil {
			return p, err
		}
		if k.Kind == filing.ByForward && child.State != filing.Withdrawn && child.State != filing.Returned && child.State != filing.Declined {
			p.forwarded = true
		}
		up, err := t.placedOf(child)
		if err != nil {
			return p, err
		}
		p.printedUp = p.printedUp || up.printedUp
	}
	return p, nil
}

// above fills in what became of an item at the desks it lies at and beyond.
func (t *act) above(c *item.Case) error {
	fs, err := t.FilingsOf(c.Item.ID)
	if err != nil {
		return err
	}
	for _, fl := range fs {
		c.Merged = c.Merged || fl.State == filing.Merged
		p, err := t.placedOf(fl)
		if err != nil {
			return err
		}
		c.Printed = c.Printed || p.printedUp
		if c.Last != nil && c.Taken == "" && laidBy(fl, *c.Last) {
			free, err := t.untouched(fl, *c.Last)
			if err != nil {
				return err
			}
			if !free {
				c.Taken = fl.Office
			}
		}
	}
	return nil
}
