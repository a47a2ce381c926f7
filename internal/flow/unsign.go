package flow

import (
	"context"

	"xinshu/internal/fact"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// Unsign takes back the check that the actor himself passed last, within ten
// minutes and before anybody went on: no later check, no edit, no desk that has
// received what it filed, for a partner's no filing by the lead. A desk that receives in the same moment and this both
// write the filing's version, so one of the two hears that it came too late; a
// partner that countersigns and this both write the item's.
func (f *Flow) Unsign(ctx context.Context, a Actor, id ident.Item) (item.Item, error) {
	return do(ctx, f, call{a, "Unsign", org.StageSignOff, id}, func(t *act) (item.Item, error) {
		it, c, err := t.itemCase(id)
		if err != nil {
			return it, err
		}
		if err := c.Refuse(item.Unsign); err != nil {
			return it, err
		}
		if c.Own != nil {
			if err := t.uncountersign(&it, *c.Own); err != nil {
				return it, err
			}
			return t.asSeen(it, c.Aside)
		}
		t.as(it.Unit, c.Last.Check.Role())
		left := it.State == item.Signed
		if left {
			if err := t.layBack(it, *c.Last); err != nil {
				return it, err
			}
		}
		if err := t.unask(it, c.Joint, *c.Last); err != nil {
			return it, err
		}
		if err := t.DropPassed(*c.Last); err != nil {
			return it, err
		}
		it.State, it.Updated = item.Submitted, t.Now()
		if err := t.SaveItem(&it); err != nil {
			return it, err
		}
		_, err = t.fact("item", string(it.ID), it.Version, "", item.Unsigned{Check: c.Last.Check, Round: it.Round, Revision: it.Revision, Given: c.Last.At, Left: left})
		return it, err
	})
}

// uncountersign takes a partner's check back: it waits for that partner again.
func (t *act) uncountersign(it *item.Item, own item.Countersign) error {
	t.as(own.Unit, own.Check.Role())
	if err := t.DropCountersign(own); err != nil {
		return err
	}
	it.Updated = t.Now()
	if err := t.SaveItem(it); err != nil {
		return err
	}
	_, err := t.fact("item", string(it.ID), it.Version, "", item.Unsigned{Unit: own.Unit, Check: own.Check, Round: own.Round, Revision: own.Revision, Given: own.At})
	return err
}

// laidBy reports whether a check brought a filing to where it lies, or somebody
// has moved it since. In a first round everything that lives came of it.
func laidBy(fl filing.Filing, last item.Passed) bool {
	return fl.State != filing.Withdrawn && (last.Round == 1 || fl.Filed >= last.At || fl.Since >= last.At)
}

// reopenedBy tells a filing that lay there before from one that is new.
func reopenedBy(fl filing.Filing, last item.Passed) bool {
	return last.Round > 1 && fl.Filed < last.At
}

// untouched reports whether no desk has done anything about a filing yet. Of one
// that was reopened, how it lay before must still be known.
func (t *act) untouched(fl filing.Filing, last item.Passed) (bool, error) {
	if fl.State == filing.Outside {
		outs, err := t.OutcomesOf(fl.ID)
		return fl.SentBy == "" && len(outs) == 0, err
	}
	if fl.State != filing.Filed || !reopenedBy(fl, last) {
		return fl.State == filing.Filed, nil
	}
	d, found, err := t.DeedAt(fl.ID)
	return found && d.Verb == filing.Reopened && d.Version == fl.Version, err
}

// layBack ends the filings that a check bore, and returns again those that it
// reopened.
func (t *act) layBack(it item.Item, last item.Passed) error {
	fs, err := t.FilingsOf(it.ID)
	if err != nil {
		return err
	}
	for _, fl := range fs {
		if !laidBy(fl, last) {
			continue
		}
		d, _, err := t.DeedAt(fl.ID)
		if err != nil {
			return err
		}
		if reopenedBy(fl, last) && d.Before.State == filing.Returned {
			err = t.unreopen(fl, d)
		} else {
			err = t.end(fl, "")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// unreopen returns a filing to its unit again, with the reason that it had. The
// desk's own text stands as it stood; the one that came in between stays among
// its revisions.
func (t *act) unreopen(fl filing.Filing, d filing.Deed) error {
	if err := filing.Lifecycle.Refuse(filing.Unreopened, fl.State, nil, filing.Case{Filing: &fl}); err != nil {
		return err
	}
	if was := d.Before.Revision; was > 0 && fl.Revision > was {
		rev, err := t.Revision("filing", string(fl.ID), was)
		if err != nil {
			return err
		}
		fl.Revision++
		if _, err := t.saveText(item.Revision{Noun: "filing", Owner: string(fl.ID), Number: fl.Revision, Title: rev.Title, Body: rev.Body, Note: "reverted:" + item.Number(was)}); err != nil {
			return err
		}
	}
	d.Restore(&fl)
	fl.Raw, fl.Title, fl.Length, fl.Updated = d.Before.Raw, d.Before.Title, d.Before.Length, t.Now()
	if err := t.SaveFiling(&fl); err != nil {
		return err
	}
	_, err := t.fact("filing", string(fl.ID), fl.Version, fl.Office, filing.Undone{Verb: string(d.Verb), To: fl.State})
	return err
}

// Unsigned is a check that was taken back, and stands nowhere but in the record.
type Unsigned struct {
	Unit   ident.Unit   `json:"unit,omitempty"` // the partner, when it was its check
	Check  org.Check    `json:"check"`
	Person ident.Person `json:"person"`
	Given  int64        `json:"given"`
	At     int64        `json:"at"`
}

// unsigned lists the checks that were taken back in an item's round.
func (t *act) unsigned(it item.Item) ([]Unsigned, error) {
	if it.State != item.Submitted && it.State != item.Signed {
		return nil, nil
	}
	recs, err := t.FactsOf("item", string(it.ID))
	if err != nil {
		return nil, err
	}
	var out []Unsigned
	for _, r := range recs {
		if r.Kind != fact.ItemUnsigned {
			continue
		}
		p, err := fact.Decode[item.Unsigned](r)
		if err != nil {
			return nil, err
		}
		if p.Round == it.Round {
			out = append(out, Unsigned{Unit: p.Unit, Check: p.Check, Person: r.Actor, Given: p.Given, At: r.Occurred})
		}
	}
	return out, nil
}
