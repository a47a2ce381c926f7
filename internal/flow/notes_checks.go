package flow

import (
	"maps"
	"slices"

	"xinshu/internal/fact"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// queue is in whose hands an item is before it leaves its unit, as its facts tell
// it one after the other.
type queue struct {
	unit   ident.Unit
	checks []org.Check
	passed []org.Check
	joint  bool
	with   int      // how many partners there are
	asked  []asking // those the signed text lies before; nil: not asked
}

// asking is one partner that is asked.
type asking struct {
	unit   ident.Unit
	checks []org.Check
	passed []org.Check
}

// summons is an address that is told to act, and for what.
type summons struct {
	who  string
	kind NoteKind
}

// next is the check of a chain that comes first among those not passed.
func nextOf(checks, passed []org.Check) (org.Check, bool) {
	for _, c := range checks {
		if !slices.Contains(passed, c) {
			return c, true
		}
	}
	return "", false
}

// waits is who must act now: a checker of the unit, the partners that have not
// countersigned, or who files what all have signed.
func (q *queue) waits() (out []summons) {
	if c, ok := nextOf(q.checks, q.passed); ok {
		return []summons{{inPost(q.unit, c.Role()), NoteToCheck}}
	}
	if !q.joint || q.asked == nil && q.with > 0 {
		return nil
	}
	for _, a := range q.asked {
		if c, ok := nextOf(a.checks, a.passed); ok {
			out = append(out, summons{inPost(a.unit, c.Role()), NoteToCountersign})
		}
	}
	if len(out) == 0 {
		out = []summons{{inPost(q.unit, org.Reporter), NoteToFile}}
	}
	return out
}

// take follows one fact. moved is false for one that changes nothing here; fresh
// means that everybody is told anew.
func (q *queue) take(r fact.Record) (moved, fresh bool, err error) {
	switch r.Kind {
	case fact.ItemSubmitted:
		p, err := fact.Decode[item.SentUp](r)
		q.unit, q.checks = p.Unit, p.Checks
		q.begin(p.Together)
		return true, true, err
	case fact.ItemResubmitted:
		p, err := fact.Decode[item.Resubmitted](r)
		q.begin(p.Together)
		return true, true, err
	case fact.ItemHandedOver:
		p, err := fact.Decode[item.HandedOver](r)
		q.unit = p.To
		return false, false, err
	case fact.ItemChecked:
		p, err := fact.Decode[item.Checked](r)
		q.passed = append(slices.Clone(q.passed), p.Check)
		return true, false, err
	case fact.ItemUnsigned:
		p, err := fact.Decode[item.Unsigned](r)
		if p.Unit != "" {
			q.uncountersigned(p)
			return true, false, err
		}
		if p.Left {
			q.passed = q.checks // what was signed had passed them all
		}
		q.passed, q.asked = slices.DeleteFunc(slices.Clone(q.passed), func(c org.Check) bool { return c == p.Check }), nil
		return true, false, err
	case fact.ItemSigned, fact.ItemFiled, fact.ItemSentBack, fact.ItemWithdrawn, fact.ItemUnsent:
		q.passed, q.joint, q.asked = q.checks, false, nil
		return true, false, nil
	}
	return q.takePartner(r)
}

// uncountersigned is a partner's check that waits for it again.
func (q *queue) uncountersigned(p item.Unsigned) {
	for i, a := range q.asked {
		if at := slices.Index(a.passed, p.Check); a.unit == p.Unit && at >= 0 {
			q.asked[i].passed = slices.Delete(slices.Clone(a.passed), at, at+1)
		}
	}
}

// begin is a new round of checks, with the partners that are named in it.
func (q *queue) begin(with item.Together) {
	q.passed, q.asked = nil, nil
	q.with = max(len(with.Shares)-1, 0) // the first is the lead's own
	q.joint = q.with > 0
}

// takePartner follows what partners do, and the edits that make signatures stale.
func (q *queue) takePartner(r fact.Record) (moved, fresh bool, err error) {
	switch r.Kind {
	case fact.ItemRevised:
		p, err := fact.Decode[item.Revised](r)
		if err != nil || p.Check == "" || !q.joint {
			return false, false, err
		}
		q.passed, q.asked = reviewOnly(q.passed), nil
		return true, false, nil
	case fact.PartnersAsked:
		p, err := fact.Decode[item.PartnersAsked](r)
		was := q.asked
		q.asked = []asking{}
		for _, a := range p.Partners {
			now := asking{unit: a.Unit, checks: a.Checks}
			if i := slices.IndexFunc(was, func(b asking) bool { return b.unit == a.Unit }); i >= 0 {
				now.passed = reviewOnly(was[i].passed)
			}
			q.asked = append(q.asked, now)
		}
		return true, false, err
	case fact.PartnerSigned:
		p, err := fact.Decode[item.CountersignedBy](r)
		for i, a := range q.asked {
			if a.unit == p.Unit {
				q.asked[i].passed = append(slices.Clone(a.passed), p.Check)
			}
		}
		return true, false, err
	case fact.PartnerTakenOff:
		p, err := fact.Decode[item.PartnerOff](r)
		q.with--
		q.asked = slices.DeleteFunc(q.asked, func(a asking) bool { return a.unit == p.Unit })
		return true, false, err
	}
	return false, false, nil
}

// reviewOnly is what of a chain outlasts an edit.
func reviewOnly(passed []org.Check) []org.Check {
	return slices.DeleteFunc(slices.Clone(passed), func(c org.Check) bool { return c != org.Review })
}

// checks tells who must act now, and takes back what those before were told: what
// was checked, sent back or withdrawn waits for nobody.
func (n *noting) checks(id ident.Item) error {
	recs, err := n.upTo("item", string(id))
	if err != nil {
		return err
	}
	var q queue
	told := map[string]summons{} // who has been told what
	by := map[string]int64{}     // … and by which fact
	for _, r := range recs {
		moved, fresh, err := q.take(r)
		if err != nil {
			return err
		}
		if !moved {
			continue
		}
		now, here := q.waits(), r.Position == n.r.Position
		for _, who := range slices.Sorted(maps.Keys(told)) {
			if !fresh && slices.ContainsFunc(now, func(s summons) bool { return s.who == who }) {
				continue
			}
			if here {
				n.gone = append(n.gone, store.Note{Who: who, Position: by[who]})
			}
			if here && r.Kind == fact.ItemUnsigned && q.asked == nil && told[who].kind == NoteToCountersign {
				if err := n.tell(NoteUnasked, noteBody{"item", string(id), id}, who); err != nil {
					return err
				}
			}
			delete(told, who)
		}
		for _, s := range now {
			if _, still := told[s.who]; still {
				continue
			}
			told[s.who], by[s.who] = s, r.Position
			if here {
				if err := n.tell(s.kind, noteBody{"item", string(id), id}, s.who); err != nil {
					return err
				}
			}
		}
		if here {
			return nil
		}
	}
	return nil
}

// partnerOff tells a partner that it is one no longer, unless it never knew.
func (n *noting) partnerOff() error {
	p, err := fact.Decode[item.PartnerOff](n.r)
	if err != nil {
		return err
	}
	if err := n.checks(ident.Item(n.r.Subject.ID)); err != nil || !p.Asked {
		return err
	}
	return n.tell(NotePartnerOff, noteBody{"item", n.r.Subject.ID, ident.Item(n.r.Subject.ID)}, inPost(p.Unit, org.Reporter), inPost(p.Unit, org.Signer))
}

// behind are the reporters of the partners that stand behind an item, as the
// record has it when its unit filed it.
func (n *noting) behind(id ident.Item, lead ident.Unit) (who []string, err error) {
	recs, err := n.upTo("item", string(id))
	if err != nil {
		return nil, err
	}
	for _, r := range slices.Backward(recs) {
		if r.Kind != fact.ItemFiled {
			continue
		}
		p, err := fact.Decode[item.FiledJointly](r)
		if err != nil {
			return nil, err
		}
		for i, s := range p.Shares {
			if i == 0 && s.Unit != lead {
				return nil, nil // an office further up
			}
			if i > 0 {
				who = append(who, inPost(s.Unit, org.Reporter))
			}
		}
		return who, nil
	}
	return nil, nil
}
