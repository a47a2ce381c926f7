package flow

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// PartnerOf names one unit that is to countersign, and its share; no share
// anywhere is as much as the lead for each.
type PartnerOf struct {
	Unit ident.Unit `json:"unit"`
	Num  int64      `json:"num,omitempty" doc:"Its share: 1 of 1/4; nothing for all is equal shares"`
	Den  int64      `json:"den,omitempty" doc:"… and 4. What is left is the lead's"`
}

// SetPartners says who stands behind an item beside its unit, in the order in
// which they are named, and who wrote it together.
type SetPartners struct {
	Partners []PartnerOf    `json:"partners" maxItems:"20"`
	Authors  []ident.Person `json:"authors,omitempty" maxItems:"20" doc:"People of the unit or of a partner who wrote it together"`
}

// SetPartners replaces both lists. A partner that has been asked already does not
// go silently: it is taken off, with a reason.
func (f *Flow) SetPartners(ctx context.Context, a Actor, id ident.Item, in SetPartners) (item.Item, error) {
	return do(ctx, f, call{a, "SetPartners", org.StageSubmit, []any{id, in}}, func(t *act) (item.Item, error) {
		it, c, err := t.itemCase(id)
		if err != nil {
			return it, err
		}
		if err := c.Refuse(item.SetPartners); err != nil {
			return it, err
		}
		t.as(it.Unit, org.Reporter, org.Signer)
		was, err := t.PartnersOf(id)
		if err != nil {
			return it, err
		}
		ps := make([]item.Partner, len(in.Partners))
		for i, p := range in.Partners {
			ps[i] = item.Partner{Item: id, Unit: p.Unit, Place: i + 1, Num: p.Num, Den: p.Den}
			if at := slices.IndexFunc(was, func(w item.Partner) bool { return w.Unit == p.Unit && w.Off == 0 }); at >= 0 {
				w := was[at]
				ps[i].Round, ps[i].Checks, ps[i].Asked, ps[i].Since, ps[i].Revision = w.Round, w.Checks, w.Asked, w.Since, w.Revision
			}
		}
		bad, err := t.badPartners(it, ps)
		if err != nil {
			return it, err
		}
		for _, w := range item.Live(was) {
			if w.Asked > 0 && !slices.ContainsFunc(ps, func(p item.Partner) bool { return p.Unit == w.Unit }) {
				bad = append(bad, fault.Field{Path: "partners", Code: "partner_asked", Params: fault.Pairs("unit", string(w.Unit))})
			}
		}
		more, err := t.badAuthors(it, ps, in.Authors)
		if err != nil {
			return it, err
		}
		if err := fault.Fields(append(bad, more...)); err != nil {
			return it, err
		}
		for _, w := range was {
			if w.Asked == 0 {
				if err := t.DropPartner(w); err != nil {
					return it, err
				}
			}
		}
		for _, p := range ps {
			if err := t.PutPartner(p); err != nil {
				return it, err
			}
		}
		it.Authors, it.Updated = in.Authors, t.Now()
		return it, t.SaveItem(&it)
	})
}

// badPartners says what is wrong with partners, all at once: by themselves, and
// as units that must be able to sign. One that was asked and merged since is
// signed for by the unit it went into.
func (t *act) badPartners(it item.Item, ps []item.Partner) ([]fault.Field, error) {
	bad := item.CheckPartners(it.Unit, ps)
	for i := range ps {
		code, pairs, err := t.unfit(it, ps[i])
		if err != nil {
			return nil, err
		}
		if code != "" {
			bad = append(bad, fault.Field{Path: "partners[" + strconv.Itoa(i) + "].unit", Code: code, Params: fault.Pairs(pairs...)})
		}
	}
	return bad, nil
}

func (t *act) unfit(it item.Item, p item.Partner) (code string, pairs []string, err error) {
	u, err := t.Unit(p.Unit)
	switch {
	case fault.Is(err, fault.NotFound):
		return "choose", []string{"value", string(p.Unit)}, nil
	case err != nil:
		return "", nil, err
	case u.Ended != 0 && u.Ended <= t.day && u.Successor == "":
		return "partner_ended", []string{"name", u.Label()}, nil
	case u.Ended != 0 && u.Ended <= t.day && p.Asked == 0:
		into, err := t.living(u.ID)
		if err != nil {
			return "", nil, err
		}
		heir, err := t.Unit(into)
		return "partner_merged", []string{"name", u.Label(), "into", heir.Label()}, err
	}
	checks, err := t.chainOf(p.Unit, it.Form, it.Genre)
	if err != nil {
		return "", nil, err
	}
	posts, err := t.stations(p.Unit, checks)
	if err != nil {
		return "", nil, err
	}
	for _, s := range posts {
		if len(s.People) == 0 {
			return "nobody_checks", []string{"name", u.Label(), "check", string(s.Check), "role", string(s.Check.Role())}, nil
		}
	}
	return "", nil, nil
}

// living is the unit whose people act for a unit today.
func (t *act) living(unit ident.Unit) (ident.Unit, error) {
	for range 20 { // a ring of successors would be a mistake of the register
		u, err := t.Unit(unit)
		if err != nil || u.Successor == "" || u.Ended == 0 || u.Ended > t.day {
			return unit, err
		}
		unit = u.Successor
	}
	return unit, nil
}

// badAuthors says whom an item cannot name: people who hold no post in the unit
// or in a partner.
func (t *act) badAuthors(it item.Item, ps []item.Partner, authors []ident.Person) (bad []fault.Field, err error) {
	if len(authors) > item.MaxAuthors {
		return []fault.Field{{Path: "authors", Code: "too_many", Params: fault.Pairs("max", strconv.Itoa(item.MaxAuthors))}}, nil
	}
	for i, who := range authors {
		code := ""
		_, err := t.Person(who)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		posts, perr := t.PostsOf(who, t.day)
		if perr != nil {
			return nil, perr
		}
		switch {
		case err != nil:
			code = "choose"
		case slices.Contains(authors[:i], who):
			code = "twice"
		case !slices.ContainsFunc(posts, func(p org.Post) bool {
			return p.Unit == it.Unit || slices.ContainsFunc(ps, func(q item.Partner) bool { return q.Unit == p.Unit })
		}):
			code = "author_elsewhere"
		}
		if code != "" {
			bad = append(bad, fault.Field{Path: "authors[" + strconv.Itoa(i) + "]", Code: code, Params: fault.Pairs("value", string(who), "person", string(who))})
		}
	}
	return bad, nil
}

// jointOf reads who stands behind an item: today, and in this round of checks.
func (t *act) jointOf(it item.Item) (with []item.Partner, j item.Joint, err error) {
	ps, err := t.PartnersOf(it.ID)
	if err != nil || len(ps) == 0 {
		return nil, j, err
	}
	j = item.Joint{Partners: ps}.Of(it)
	if j.Is() {
		j.By, err = t.CountersignsOf(it.ID, it.Round)
	}
	return item.Live(ps), j, err
}

// together fills in a case what partners have to do with it.
func (t *act) together(c *item.Case, passed []item.Passed) (err error) {
	if c.With, c.Joint, err = t.jointOf(*c.Item); err != nil {
		return err
	}
	if c.Item.State == item.Submitted {
		c.Waiting, _ = c.Item.Next(passed, c.Joint)
	}
	for _, p := range item.Live(c.Joint.Partners) {
		held := t.held(p.Unit)
		if b, passed := c.Joint.Newest(p.Unit); passed && b.Person == t.actor.Person && slices.Contains(held, b.Check.Role()) {
			c.Own, c.Now = &b, t.Now()
		}
		if c.Waiting != org.Countersign {
			continue
		}
		c.Beside = append(c.Beside, held...)
		if check, done := c.Joint.Waiting(p, c.Item.Revision); !done && slices.Contains(held, check.Role()) {
			c.Turn = append(c.Turn, p.Unit)
		}
	}
	return nil
}

// asPartner is the partner as which an actor sees an item, that has no other sight
// of it: the one that was shown the newest text.
func (t *act) asPartner(id ident.Item) (p item.Partner, ok bool, err error) {
	if len(t.scope.Units) == 0 {
		return p, false, nil
	}
	ps, err := t.PartnersOf(id)
	for _, q := range item.Live(ps) {
		if q.Asked > 0 && t.scope.Unit(q.Unit) && q.Revision > p.Revision {
			p, ok = q, true
		}
	}
	return p, ok, err
}

// joinRound makes the partners part of the round that begins, each with its
// chain as it is now. What is wrong by now is named here, before anybody signs.
func (t *act) joinRound(it *item.Item, round int) (with item.Together, err error) {
	ps, err := t.PartnersOf(it.ID)
	if err != nil {
		return with, err
	}
	ps = item.Live(ps)
	if len(ps) == 0 {
		return item.Together{Authors: it.Authors}, nil
	}
	bad, err := t.badPartners(*it, ps)
	if err != nil {
		return with, err
	}
	more, err := t.badAuthors(*it, ps, it.Authors)
	if err != nil {
		return with, err
	}
	if err := fault.Fields(append(bad, more...)); err != nil {
		return with, err
	}
	for _, p := range ps {
		if p.Checks, err = t.chainOf(p.Unit, it.Form, it.Genre); err != nil {
			return with, err
		}
		p.Round = round
		if err := t.PutPartner(p); err != nil {
			return with, err
		}
	}
	return item.Together{Shares: item.SharesOf(it.Unit, ps), Authors: it.Authors}, nil
}

// ask lays a text that the lead has signed before its partners, all at once.
func (t *act) ask(it *item.Item, j item.Joint) error {
	asked := item.PartnersAsked{Round: it.Round, Revision: it.Revision}
	for _, p := range item.Live(j.Partners) {
		if _, done := j.Waiting(p, it.Revision); done {
			continue
		}
		p.Asked, p.Since, p.Revision = cmp.Or(p.Asked, t.Now()), t.Now(), it.Revision
		if err := t.PutPartner(p); err != nil {
			return err
		}
		asked.Partners = append(asked.Partners, item.AskedOf{Unit: p.Unit, Checks: p.Checks})
	}
	_, err := t.fact("item", string(it.ID), it.Version, "", asked)
	return err
}

// unask lets the request fall that a check had made of the partners. One that was
// asked by it for the first time sees the item no longer; one that was asked
// before sees again the text that it was asked about then.
func (t *act) unask(it item.Item, j item.Joint, last item.Passed) error {
	recs, err := t.FactsOf("item", string(it.ID))
	if err != nil {
		return err
	}
	for _, p := range item.Live(j.Partners) {
		if p.Since < last.At {
			continue
		}
		if p.Asked >= last.At {
			p.Asked, p.Since = 0, 0 // which text it was stays, for the title it was told
		} else if p.Since, p.Revision, err = askedBefore(recs, p.Unit, last.At); err != nil {
			return err
		}
		if err := t.PutPartner(p); err != nil {
			return err
		}
	}
	return nil
}

// askedBefore is when a partner was asked last before a moment, and about which
// text. A request that fell with its signature was none.
func askedBefore(recs []fact.Record, unit ident.Unit, at int64) (since int64, revision int, err error) {
	fell := map[int64]bool{}
	for _, r := range slices.Backward(recs) {
		if r.Kind == fact.ItemUnsigned {
			p, err := fact.Decode[item.Unsigned](r)
			if err != nil {
				return 0, 0, err
			}
			fell[p.Given] = p.Unit == ""
		}
		if r.Kind != fact.PartnersAsked || r.Occurred >= at || fell[r.Occurred] {
			continue
		}
		p, err := fact.Decode[item.PartnersAsked](r)
		if err != nil {
			return 0, 0, err
		}
		if slices.ContainsFunc(p.Partners, func(a item.AskedOf) bool { return a.Unit == unit }) {
			return r.Occurred, p.Revision, nil
		}
	}
	return 0, 0, nil
}

// countersign passes the checks that wait for the actor in partners; mostly it is
// one, but the signer of a unit that another was merged into signs for both.
func (t *act) countersign(it *item.Item, c item.Case, in SignOff) error {
	it.Updated = t.Now()
	if err := t.SaveItem(it); err != nil { // also so that an edit in the same moment cannot slip between
		return err
	}
	for _, p := range item.Live(c.Joint.Partners) {
		if !slices.Contains(c.Turn, p.Unit) {
			continue
		}
		check, _ := c.Joint.Waiting(p, it.Revision)
		t.as(p.Unit, check.Role())
		by := item.Countersign{Unit: p.Unit, Passed: item.Passed{Item: it.ID, Round: it.Round, Check: check, Revision: it.Revision, Person: t.actor.Person, Post: t.post, At: t.Now(), Remark: in.Remark}}
		if err := t.InsertCountersign(by); err != nil {
			return err
		}
		c.Joint.By = append(c.Joint.By, by)
		_, done := c.Joint.Waiting(p, it.Revision)
		if _, err := t.fact("item", string(it.ID), it.Version, "", item.CountersignedBy{Unit: p.Unit, Check: check, Round: it.Round, Revision: it.Revision, Done: done, Remark: in.Remark}); err != nil {
			return err
		}
	}
	return nil
}

// FileJoint lays what the lead and all its partners have signed before the
// offices. It is the lead's own act: it answers for the whole, and what may stand
// against it (its lines, their order) only the lead can put right.
func (f *Flow) FileJoint(ctx context.Context, a Actor, id ident.Item, in SignOff) (item.Item, error) {
	return do(ctx, f, call{a, "FileJoint", org.StageSignOff, []any{id, in}}, func(t *act) (item.Item, error) {
		it, c, err := t.itemCase(id)
		if err != nil {
			return it, err
		}
		c.Seen = in.Seen
		if err := c.Refuse(item.FileJoint); err != nil {
			return it, err
		}
		t.as(it.Unit, org.Reporter, org.Signer)
		return it, t.leaves(&it, in, &item.Together{Shares: item.SharesOf(it.Unit, c.With), Authors: it.Authors})
	})
}

// TakeOff names the partner, and why it is one no longer.
type TakeOff struct {
	Unit   ident.Unit `json:"unit" form:"unit"`
	Reason string     `json:"reason" form:"reason" doc:"The partner is told it"`
}

// TakeOffPartner takes a partner off. What it signed stays in the record; it is
// told why, and sees the item no longer.
func (f *Flow) TakeOffPartner(ctx context.Context, a Actor, id ident.Item, in TakeOff) (item.Item, error) {
	return do(ctx, f, call{a, "TakeOffPartner", org.StageSignOff, []any{id, in}}, func(t *act) (item.Item, error) {
		it, c, err := t.itemCase(id)
		if err != nil {
			return it, err
		}
		if err := c.Refuse(item.TakeOff); err != nil {
			return it, err
		}
		in.Reason = cleaned(in.Reason)
		bad := item.CheckRemark("reason", in.Reason, true)
		at := slices.IndexFunc(c.With, func(p item.Partner) bool { return p.Unit == in.Unit })
		if at < 0 {
			bad = append(bad, fault.Field{Path: "unit", Code: "choose", Params: fault.Pairs("value", string(in.Unit))})
		}
		if err := fault.Fields(bad); err != nil {
			return it, err
		}
		t.as(it.Unit, org.Signer, org.Reporter)
		it.Updated = t.Now()
		if err := t.SaveItem(&it); err != nil {
			return it, err
		}
		return it, t.takeOff(it, c.With[at], in.Reason)
	})
}

func (t *act) takeOff(it item.Item, p item.Partner, reason string) error {
	p.Off, p.Reason = t.Now(), reason
	if err := t.PutPartner(p); err != nil {
		return err
	}
	_, err := t.fact("item", string(it.ID), it.Version, "", item.PartnerOff{Unit: p.Unit, Round: p.Round, Asked: p.Asked > 0, Reason: reason})
	return err
}

// PartnerState is how far a partner is.
type PartnerState string

// The states of a partner, in this order.
const (
	PartnerChosen PartnerState = "chosen" // not asked yet: the lead's own checks come first
	PartnerAsked  PartnerState = "asked"  // the text lies before it
	PartnerStale  PartnerState = "stale"  // it signed an earlier text, and must sign the newest
	PartnerSigned PartnerState = "signed"
	PartnerIsOff  PartnerState = "off"
)

// PartnerView is a partner with how far it is and in whose hands.
type PartnerView struct {
	item.Partner
	State  PartnerState      `json:"state" enum:"chosen,asked,stale,signed,off"`
	Check  org.Check         `json:"check,omitempty" doc:"What waits in its own chain"`
	People []ident.Person    `json:"people,omitempty" doc:"Who can pass it"`
	Signed *item.Countersign `json:"signed,omitempty" doc:"Its newest signature in this round"`
}

// partnerViews lists the partners as they stand, with those taken off.
func (t *act) partnerViews(it item.Item, c item.Case) ([]PartnerView, error) {
	ps, err := t.PartnersOf(it.ID)
	if err != nil {
		return nil, err
	}
	var out []PartnerView
	for _, p := range ps {
		v := PartnerView{Partner: p, State: PartnerChosen}
		last, signed := c.Joint.Signed(p)
		if signed {
			v.Signed = &last
		}
		check, done := c.Joint.Waiting(p, it.Revision)
		switch {
		case p.Off != 0:
			v.State = PartnerIsOff
		case it.State != item.Submitted && it.State != item.Signed || p.Round != it.Round || len(p.Checks) == 0:
		case signed && done:
			v.State = PartnerSigned
		case signed:
			v.State = PartnerStale
		case c.Waiting == org.Countersign:
			v.State = PartnerAsked
		}
		if c.Waiting == org.Countersign && p.Off == 0 && !done {
			v.Check = check
			unit, err := t.living(p.Unit)
			if err != nil {
				return nil, err
			}
			who, err := t.stations(unit, []org.Check{check})
			if err != nil {
				return nil, err
			}
			v.People = who[0].People
		}
		out = append(out, v)
	}
	return out, nil
}

// joint: what other units have asked this one to countersign.
func (b *bench) joint() error {
	if !b.is(org.Reporter, org.Reviewer, org.Secrecy, org.Signer) {
		return nil
	}
	var its []item.Item
	for _, unit := range b.at {
		some, err := b.ItemList(b.scope, store.ItemQuery{Unit: unit, Joint: true, States: []item.State{item.Submitted}, Limit: benchRows})
		if err != nil {
			return err
		}
		for _, it := range some {
			if !slices.Contains(b.at, it.Unit) && !slices.ContainsFunc(its, func(o item.Item) bool { return o.ID == it.ID }) {
				its = append(its, it)
			}
		}
	}
	for _, it := range its {
		_, c, err := b.itemCase(it.ID)
		if err != nil {
			return err
		}
		row := Row{Noun: "item", ID: string(it.ID), Title: it.Title, Unit: it.Unit, State: string(it.State), Since: it.Updated, Genre: it.Genre, Urgent: it.Urgent, Meta: string(c.Waiting), Office: it.Unit}
		if c.Aside != nil && c.Aside.Revision < it.Revision {
			rev, err := b.Revision("item", string(it.ID), c.Aside.Revision)
			if err != nil {
				return err
			}
			row.Title = rev.Title
		}
		at := slices.IndexFunc(c.Joint.Partners, func(p item.Partner) bool { return p.Off == 0 && slices.Contains(b.at, p.Unit) })
		if c.Waiting != org.Countersign || at < 0 {
			b.w.Others = append(b.w.Others, row) // the lead has it
			continue
		}
		row.Since = c.Joint.Partners[at].Since
		check, done := c.Joint.Waiting(c.Joint.Partners[at], it.Revision)
		switch {
		case slices.ContainsFunc(c.Turn, func(u ident.Unit) bool { return slices.Contains(b.at, u) }):
			row.Next, row.Office = item.SignOff, ""
			b.w.Mine = append(b.w.Mine, row)
			continue
		case done: // others have it
			row.Office = c.Joint.Missing(it.Revision)[0]
		default:
			row.Role, row.Office = check.Role(), ""
		}
		b.w.Others = append(b.w.Others, row)
	}
	return nil
}

// leads completes the row of an item that waits for its partners, or for being
// filed, on the lead's own workbench.
func (b *bench) leads(row Row, it item.Item, waiting org.Check, j item.Joint) {
	row.Holder, row.Role, row.Meta = "", "", string(waiting)
	if waiting == org.ToFile {
		if row.Next = item.FileJoint; b.is(org.Reporter, org.Signer) {
			b.w.Mine = append(b.w.Mine, row)
			return
		}
		row.Role = org.Reporter
	} else {
		row.Office = j.Missing(it.Revision)[0]
	}
	b.w.Others = append(b.w.Others, row)
}

// mergedPartner follows a unit into the one it was merged into: what it was to
// countersign, and had not been asked yet, is asked of its heir. Where the heir
// leads the item or is a partner itself, one signature is enough.
func (t *act) mergedPartner(from, into ident.Unit, reason string) error {
	ps, err := t.OpenPartners(from)
	if err != nil {
		return err
	}
	for _, p := range ps {
		it, err := t.Item(p.Item)
		if err != nil {
			return err
		}
		all, err := t.PartnersOf(p.Item)
		if err != nil {
			return err
		}
		there := it.Unit == into || slices.ContainsFunc(all, func(q item.Partner) bool { return q.Unit == into && q.Off == 0 })
		switch {
		case p.Asked > 0 && there:
			err = t.takeOff(it, p, reason)
		case p.Asked > 0: // the heir's people sign for it
		default:
			if err = t.DropPartner(p); err == nil && !there {
				p.Unit = into
				err = t.PutPartner(p)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// leadMerged drops a partner that has become the lead by a merger.
func (t *act) leadMerged(it item.Item, reason string) error {
	ps, err := t.PartnersOf(it.ID)
	if err != nil {
		return err
	}
	for _, p := range item.Live(ps) {
		if p.Unit != it.Unit {
			continue
		}
		if p.Asked == 0 {
			return t.DropPartner(p)
		}
		return t.takeOff(it, p, reason)
	}
	return nil
}
