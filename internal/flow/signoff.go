package flow

import (
	"context"
	"slices"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// SignOff passes the check that waits, for the revision that was seen.
type SignOff struct {
	Seen   int    `json:"seen" form:"seen"`
	Remark string `json:"remark,omitempty" form:"remark"`
	Bypass bool   `json:"bypass,omitempty" form:"bypass"` // urgent: do not wait for the line that comes first
}

// SignOff passes the check that waits. The last check of the chain lays the item
// before the office of each of its lines, or reopens the filing that an office
// had returned.
func (f *Flow) SignOff(ctx context.Context, a Actor, id ident.Item, in SignOff) (item.Item, error) {
	return do(ctx, f, call{a, "SignOff", org.StageSignOff, []any{id, in}}, func(t *act) (item.Item, error) {
		it, c, err := t.itemCase(id)
		if err != nil {
			return it, err
		}
		c.Seen = in.Seen
		if err := c.Refuse(item.SignOff); err != nil {
			return it, err
		}
		if err := fault.Fields(item.CheckRemark("remark", in.Remark, false)); err != nil {
			return it, err
		}
		if c.Waiting == org.Countersign {
			if err := t.countersign(&it, c, in); err != nil {
				return it, err
			}
			return t.asSeen(it, c.Aside)
		}
		t.as(it.Unit, c.Waiting.Role())
		return it, t.pass(&it, c, in)
	})
}

func (t *act) pass(it *item.Item, c item.Case, in SignOff) error {
	check := c.Waiting
	err := t.InsertPassed(item.Passed{Item: it.ID, Round: it.Round, Check: check, Revision: it.Revision, Person: t.actor.Person, Post: t.post, At: t.Now(), Remark: in.Remark})
	if err != nil {
		return err
	}
	passed, err := t.PassedOf(it.ID, it.Round)
	if err != nil {
		return err
	}
	next, done := it.Next(passed, c.Joint)
	it.Updated = t.Now()
	if !done {
		if err := t.SaveItem(it); err != nil {
			return err
		}
		_, err = t.fact("item", string(it.ID), it.Version, "", item.Checked{Check: check, Round: it.Round, Revision: it.Revision, Remark: in.Remark})
		if err == nil && next == org.Countersign {
			err = t.ask(it, c.Joint)
		}
		return err
	}
	return t.leaves(it, in, nil)
}

// leaves is the item leaving its unit: its filings are born, or reopened. filed
// is set for a joint item, which the lead files after all have signed.
func (t *act) leaves(it *item.Item, in SignOff, filed *item.Together) error {
	bypassed, err := t.lineOrder(it, in.Bypass)
	if err != nil {
		return err
	}
	rev, err := t.Revision("item", string(it.ID), it.Revision)
	if err != nil {
		return err
	}
	var have []filing.Filing
	if it.Round > 1 || it.Signed > 0 {
		if have, err = t.FilingsOf(it.ID); err != nil {
			return err
		}
	}
	it.State, it.Signed, it.Updated = item.Signed, it.Revision, t.Now()
	if err := t.SaveItem(it); err != nil {
		return err
	}
	with := item.Together{Authors: it.Authors}
	var left fact.Payload = item.SignedOff{Round: it.Round, Revision: it.Revision, Text: rev.Hash, Bypassed: bypassed}
	if filed != nil {
		with = *filed
		left = item.FiledJointly{Round: it.Round, Revision: it.Revision, Text: rev.Hash, Bypassed: bypassed, Together: with}
	}
	if _, err := t.fact("item", string(it.ID), it.Version, "", left); err != nil {
		return err
	}
	_, err = t.layAll(it, rev, laying{have, with})
	return err
}

// lineOrder refuses a line of lower rank before an office that wants to be first
// has the item. An urgent matter may overtake; that is recorded.
func (t *act) lineOrder(it *item.Item, bypass bool) ([]string, error) {
	all, err := t.LinesOf(it.Unit, t.day)
	if err != nil || len(all) < 2 {
		return nil, err
	}
	have, err := t.FilingsOf(it.ID)
	if err != nil {
		return nil, err
	}
	var overtaken []string
	for _, first := range all {
		chosenBehind := slices.ContainsFunc(all, func(l org.Line) bool { return l.Rank > first.Rank && slices.Contains(it.Lines, l.ID) })
		reached := slices.Contains(it.Lines, first.ID) || slices.ContainsFunc(have, func(fl filing.Filing) bool { return fl.Office == first.Office && fl.State != filing.Withdrawn })
		if !chosenBehind || reached {
			continue
		}
		rules, err := t.Rules(first.Office)
		if err != nil {
			return nil, err
		}
		if !rules.LinesOrdered {
			continue
		}
		if !bypass || !it.Urgent {
			return nil, fault.Deny(fault.Reason{Code: "line_order", Params: fault.Pairs("office", string(first.Office)), Override: "urgent"})
		}
		overtaken = append(overtaken, string(first.ID))
	}
	return overtaken, nil
}

// layAll lays a signed item before the office of each of its lines; where it lay
// before, the same filing reopens.
func (t *act) layAll(it *item.Item, rev item.Revision, by laying) ([]filing.Filing, error) {
	var out []filing.Filing
	for _, id := range it.Lines {
		l, err := t.Line(id)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(by.have, func(fl filing.Filing) bool { return fl.Office == l.Office && fl.Unit == it.Unit })
		if at >= 0 {
			fl := by.have[at]
			if fl.State == filing.Returned || fl.State == filing.Withdrawn {
				if err := t.reopen(&fl, it, rev); err != nil {
					return nil, err
				}
			}
			out = append(out, fl)
			continue
		}
		fl, err := t.layWith(filing.Filing{Item: it.ID, Office: l.Office, Unit: it.Unit, Line: l.ID, Title: rev.Title, Genre: it.Genre, Form: it.Form, Length: it.Length, Raw: rev.Number, Urgent: it.Urgent, Channel: it.Channel, Filed: it.Updated}, by.with)
		if err != nil {
			return nil, err
		}
		out = append(out, fl)
	}
	return out, nil
}

// laying is what an item's filings are laid with: those that it has already, and
// who stands behind it.
type laying struct {
	have []filing.Filing
	with item.Together
}

// lay makes a filing at an office, Filed there, or Outside where the office is
// not on the system.
func (t *act) lay(fl filing.Filing, parents []filing.Parent) (filing.Filing, error) {
	return t.layWith(fl, item.Together{}, parents...)
}

// layWith is lay for what a unit files, with who stands behind it.
func (t *act) layWith(fl filing.Filing, with item.Together, parents ...filing.Parent) (filing.Filing, error) {
	office, err := t.Unit(fl.Office)
	if err != nil {
		return fl, err
	}
	if !office.Office {
		return fl, fault.Deny(fault.Why("no_desk", "unit", string(fl.Office)))
	}
	fl.ID = ident.Filing(t.Mint())
	if fl.State == "" {
		fl.State = filing.Filed
		if office.Outside {
			fl.State = filing.Outside
		}
	}
	if fl.Filed == 0 {
		fl.Filed = t.Now()
	}
	fl.Since, fl.Updated = fl.Filed, fl.Filed
	if err := t.InsertFiling(&fl); err != nil {
		return fl, err
	}
	laid := filing.Laid{Item: fl.Item, Unit: fl.Unit, Line: fl.Line, Genre: fl.Genre, Form: fl.Form, Channel: fl.Channel, Raw: fl.Raw, Length: fl.Length, Together: with}
	for _, p := range parents {
		p.Child = fl.ID
		if err := t.InsertParent(p); err != nil {
			return fl, err
		}
		laid.Parents = append(laid.Parents, p.Parent)
	}
	_, err = t.fact("filing", string(fl.ID), fl.Version, fl.Office, laid)
	return fl, err
}

// reopen brings a filing back to the same desk with the new text: one that was
// returned, or that ended with a signature that was taken back. How it lay is
// kept, for the signature that reopens it may be taken back too.
func (t *act) reopen(fl *filing.Filing, it *item.Item, rev item.Revision) error {
	if err := filing.Lifecycle.Refuse(filing.Reopened, fl.State, nil, filing.Case{Filing: fl}); err != nil {
		return err
	}
	was := *fl
	if fl.Revision > 0 {
		// the desk had edited it: what came back becomes the newest of its texts,
		// so that nothing of either is lost
		fl.Revision++
		if _, err := t.saveText(item.Revision{Noun: "filing", Owner: string(fl.ID), Number: fl.Revision, Title: rev.Title, Body: rev.Body, Note: "resubmitted"}); err != nil {
			return err
		}
	}
	fl.State, fl.Raw, fl.Title, fl.Length = filing.Filed, rev.Number, rev.Title, it.Length
	fl.Reason, fl.Remark, fl.Due, fl.Holder = "", "", 0, ""
	fl.Since, fl.Updated = t.Now(), t.Now()
	if was.State == filing.Withdrawn {
		office, err := t.Unit(fl.Office)
		if err != nil {
			return err
		}
		if office.Outside {
			fl.State = filing.Outside
		}
	}
	if err := t.SaveFiling(fl); err != nil {
		return err
	}
	if t.actor.Person != "" {
		if err := t.PutDeed(fl.ID, filing.Deed{Person: t.actor.Person, Verb: filing.Reopened, Version: fl.Version, At: t.Now(), Before: was}); err != nil {
			return err
		}
	}
	_, err := t.fact("filing", string(fl.ID), fl.Version, fl.Office, filing.Reopening{Raw: fl.Raw})
	return err
}

// SendBack has a reason, always.
type SendBack struct {
	Reason string `json:"reason" form:"reason"`
	Remark string `json:"remark" form:"remark"`
	Due    int64  `json:"due,omitempty" form:"due"`
}

// SendBack gives a submitted item back to its reporter.
func (f *Flow) SendBack(ctx context.Context, a Actor, id ident.Item, in SendBack) (item.Item, error) {
	return do(ctx, f, call{a, "SendBack", org.StageSignOff, []any{id, in}}, func(t *act) (item.Item, error) {
		it, c, err := t.itemCase(id)
		if err != nil {
			return it, err
		}
		if err := c.Refuse(item.SendBack); err != nil {
			return it, err
		}
		if err := t.reasonedUntil(in.Reason, in.Remark, "due", in.Due); err != nil {
			return it, err
		}
		from := it.Unit
		if c.Waiting == org.Countersign {
			from = c.Turn[0]
		}
		t.as(from, c.Waiting.Role())
		return it, t.sendBack(&it, c, in)
	})
}

func (t *act) sendBack(it *item.Item, c item.Case, in SendBack) error {
	var partner ident.Unit
	if len(c.Turn) > 0 {
		partner = c.Turn[0]
	}
	it.State, it.Reason, it.Remark, it.Due, it.Updated = item.SentBack, in.Reason, in.Remark, in.Due, t.Now()
	if err := t.SaveItem(it); err != nil {
		return err
	}
	_, err := t.fact("item", string(it.ID), it.Version, "", item.SentBackWith{Unit: partner, Check: c.Waiting, Reason: in.Reason, Remark: in.Remark, Due: in.Due})
	return err
}

// reasoned checks a reason from the list and a remark that says what to do.
func (t *act) reasoned(reason, remark string) error {
	return t.reasonedUntil(reason, remark, "", 0)
}

// reasonedUntil is reasoned with a moment that must lie ahead, 0 for none: what
// is asked for by yesterday would be overdue the moment it is sent.
func (t *act) reasonedUntil(reason, remark, field string, due int64) error {
	var bad []fault.Field
	ok, err := t.knows("reason", reason)
	if err != nil {
		return err
	}
	if !ok {
		bad = append(bad, fault.Field{Path: "reason", Code: "choose", Params: fault.Pairs("value", reason)})
	}
	bad = append(bad, item.CheckRemark("remark", remark, true)...)
	if due != 0 && due <= t.Now() {
		bad = append(bad, fault.Field{Path: field, Code: "not_in_future"})
	}
	return fault.Fields(bad)
}

// lastSubmitted is the revision that was last laid before the checks, and not
// taken back before anybody looked.
func lastSubmitted(recs []fact.Record) (int, error) {
	unsent := 0
	for _, r := range slices.Backward(recs) {
		switch r.Kind {
		case fact.ItemUnsent:
			unsent++
			continue
		case fact.ItemSubmitted, fact.ItemResubmitted:
			if unsent > 0 {
				unsent--
				continue
			}
		}
		switch r.Kind {
		case fact.ItemSubmitted:
			p, err := fact.Decode[item.SentUp](r)
			return p.Revision, err
		case fact.ItemResubmitted:
			p, err := fact.Decode[item.Resubmitted](r)
			return p.Revision, err
		case fact.ItemFiled:
			p, err := fact.Decode[item.FiledJointly](r)
			return p.Revision, err
		case fact.ItemSigned:
			p, err := fact.Decode[item.SignedOff](r)
			return p.Revision, err
		}
	}
	return 0, nil
}
