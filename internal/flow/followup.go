package flow

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"xinshu/internal/delivery"
	"xinshu/internal/duty"
	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// Instruct is a leader's written order on a filing or a printed text.
type Instruct struct {
	Filing    ident.Filing    `json:"filing,omitempty" form:"filing"`
	Placement ident.Placement `json:"placement,omitempty" form:"placement"`
	Text      string          `json:"text" form:"text"`
	Disclosed bool            `json:"disclosed,omitempty" form:"disclosed"` // those below may read the words
	Unit      ident.Unit      `json:"unit,omitempty" form:"unit"`           // who should act; the office passes it on
	Due       int64           `json:"due,omitempty" form:"due"`
}

// Instruct records an instruction. The office that laid the paper before the
// leader passes it on; those it came from are told that there is one.
func (f *Flow) Instruct(ctx context.Context, a Actor, in Instruct) (duty.Duty, error) {
	return do(ctx, f, call{a, "Instruct", org.StageFollowup, in}, func(t *act) (duty.Duty, error) {
		if err := fault.Fields(duty.CheckInstruction(in.Text)); err != nil {
			return duty.Duty{}, err
		}
		d := duty.Duty{ID: ident.Duty(t.Mint()), Kind: duty.Instruction, Text: in.Text, Disclosed: in.Disclosed, State: duty.Recorded, Leader: t.actor.Person, Given: t.Now(), Updated: t.Now(), Placement: in.Placement, Filing: in.Filing}
		if in.Placement != "" {
			p, err := t.Placement(in.Placement)
			if err != nil {
				return d, err
			}
			d.Filing, d.Issue = p.Filing, p.Issue
		}
		fl, err := t.Filing(d.Filing)
		if err != nil {
			return d, err
		}
		where, err := t.instructs(fl, d.Issue)
		if err != nil {
			return d, err
		}
		if in.Placement == "" { // a printed text stays open to instructions whatever its desk does
			c := filing.Case{Filing: &fl, Actor: t.actor.Person, Seen: -1}
			if err := filing.Lifecycle.Refuse(filing.Instruct, fl.State, t.held(where), c); err != nil {
				return d, err
			}
		}
		d.Office, d.Item = fl.Office, fl.Item
		if err := t.mayAct(fl.Office, cmp.Or(in.Unit, fl.Office), in.Due); err != nil {
			return d, err
		}
		d.Unit, d.Due = in.Unit, in.Due
		for _, p := range t.posts {
			if p.ID == t.post {
				d.LeaderAs = p.Title
			}
		}
		if err := t.InsertDuty(&d); err != nil {
			return d, err
		}
		return d, t.instructed(d, fl, where)
	})
}

// instructs finds where the leader stands: at the desk the filing lies at, or
// among the readers of the issue it was printed in.
func (t *act) instructs(fl filing.Filing, in ident.Issue) (ident.Unit, error) {
	roles := []org.Role{org.Leader, org.Followup}
	if err := t.need("instruct", fl.Office, roles...); err == nil {
		return fl.Office, nil
	}
	if in != "" {
		copies, err := t.DeliveriesOf(in)
		if err != nil {
			return "", err
		}
		for _, c := range copies {
			if c.State != delivery.Recalled && t.need("instruct", c.Unit, roles...) == nil {
				return c.Unit, nil
			}
		}
	}
	if !t.scope.Desk(fl.Office) {
		return "", fault.Missing("filing", string(fl.ID))
	}
	return "", fault.Deny(fault.Why("needs_post", "verb", "instruct", "roles", org.Join(roles)))
}

func (t *act) instructed(d duty.Duty, fl filing.Filing, where ident.Unit) error {
	u, err := t.Unit(where)
	if err != nil {
		return err
	}
	given := duty.Given{Duty: d.ID, Office: d.Office, Level: string(u.Level), Filing: fl.ID, Item: fl.Item, Unit: fl.Unit, Own: fl.Composite && fl.Unit == fl.Office, Genre: fl.Genre, Form: fl.Form, Title: fl.Title, Leader: d.Leader, As: d.LeaderAs, Text: hash("", d.Text), To: d.Unit, Due: d.Due}
	origin, err := t.fact("duty", string(d.ID), d.Version, d.Office, given)
	if err != nil {
		return err
	}
	n := filing.News{Origin: origin, Kind: "instructed", Office: d.Office, Level: string(u.Level), Form: fl.Form, Title: fl.Title, Who: d.LeaderAs, Occurred: t.Now()}
	if d.Disclosed {
		n.Text = d.Text
	}
	if d.Placement != "" {
		p, err := t.Placement(d.Placement)
		if err != nil {
			return err
		}
		o, err := t.outlet(p, fl)
		if err != nil {
			return err
		}
		n.Outlet, n.Name, n.Issue = o.Code, o.Name, o.Issue
	}
	return t.tell(fl, n)
}

// pursue runs one verb on one duty. place says in which unit the post is needed.
func (f *Flow) pursue(ctx context.Context, on onDuty, place func(duty.Duty) ident.Unit, fn func(t *act, d *duty.Duty) (fact.Payload, error)) (duty.Duty, error) {
	return do(ctx, f, call{on.actor, on.name, org.StageFollowup, []any{on.id, on.in}}, func(t *act) (duty.Duty, error) {
		d, err := t.Tx.Duty(on.id)
		if err == nil && !t.actor.System && !d.Seen(t.scope) {
			err = fault.Missing("duty", string(on.id))
		}
		if err != nil {
			return duty.Duty{}, err
		}
		at := place(d)
		if err := duty.Lifecycle.Refuse(on.verb, d.State, t.held(at), duty.Case{Duty: &d, Actor: t.actor.Person, Now: t.Now()}); err != nil {
			return d, err
		}
		step, _ := duty.Lifecycle.Find(on.verb)
		t.as(at, step.Roles...)
		p, err := fn(t, &d)
		if err != nil {
			return d, err
		}
		d.State, d.Updated = step.To, t.Now()
		if err := t.SaveDuty(&d); err != nil {
			return d, err
		}
		_, err = t.fact("duty", string(d.ID), d.Version, d.Office, p)
		return d, err
	})
}

func dutyOffice(d duty.Duty) ident.Unit { return d.Office }
func dutyUnit(d duty.Duty) ident.Unit   { return d.Unit }

// PassOn hands an instruction to the unit that must act.
type PassOn struct {
	Unit ident.Unit `json:"unit" form:"unit"`
	Due  int64      `json:"due,omitempty" form:"due"`
}

// PassOn hands an instruction to a unit that reports to the office, or to the
// office itself.
func (f *Flow) PassOn(ctx context.Context, a Actor, id ident.Duty, in PassOn) (duty.Duty, error) {
	return f.pursue(ctx, onDuty{a, "PassOn", duty.PassOn, id, in}, dutyOffice, func(t *act, d *duty.Duty) (fact.Payload, error) {
		if in.Unit == "" {
			return nil, fault.Bad("unit", "choose")
		}
		if err := t.mayAct(d.Office, in.Unit, in.Due); err != nil {
			return nil, err
		}
		d.Unit, d.Due, d.Remark = in.Unit, in.Due, ""
		return duty.PassedOnTo{Unit: in.Unit, Due: in.Due}, nil
	})
}

// Answer is what the unit did.
type Answer struct {
	Text string `json:"text" form:"text"`
}

// Answer reports what was done about an instruction.
func (f *Flow) Answer(ctx context.Context, a Actor, id ident.Duty, in Answer) (duty.Duty, error) {
	return f.pursue(ctx, onDuty{a, "Answer", duty.Answer, id, in}, dutyUnit, func(t *act, d *duty.Duty) (fact.Payload, error) {
		if err := fault.Fields(duty.CheckAnswer(in.Text)); err != nil {
			return nil, err
		}
		d.Answer, d.AnswerBy, d.AnswerAt = in.Text, t.actor.Person, t.Now()
		return duty.AnsweredWith{Unit: d.Unit, Text: hash("", in.Text)}, nil
	})
}

// Accept closes an answered duty.
func (f *Flow) Accept(ctx context.Context, a Actor, id ident.Duty, in Remark) (duty.Duty, error) {
	return f.pursue(ctx, onDuty{a, "Accept", duty.Accept, id, in}, dutyOffice, func(t *act, d *duty.Duty) (fact.Payload, error) {
		if err := fault.Fields(duty.CheckRemark(in.Remark, false)); err != nil {
			return nil, err
		}
		d.Remark = in.Remark
		return duty.AcceptedAs{Remark: in.Remark}, nil
	})
}

// ReturnAnswer wants a better answer.
func (f *Flow) ReturnAnswer(ctx context.Context, a Actor, id ident.Duty, in Remark) (duty.Duty, error) {
	return f.pursue(ctx, onDuty{a, "ReturnAnswer", duty.Return, id, in}, dutyOffice, func(t *act, d *duty.Duty) (fact.Payload, error) {
		if err := fault.Fields(duty.CheckRemark(in.Remark, true)); err != nil {
			return nil, err
		}
		d.Remark = in.Remark
		return duty.ReturnedFor{Remark: in.Remark}, nil
	})
}

// OpenDuties are the states in which somebody must still do something.
var OpenDuties = []duty.State{duty.Recorded, duty.PassedOn, duty.Answered}

// DutiesQuery is a list of duties.
type DutiesQuery struct {
	States []duty.State `json:"states" form:"state"`
	Office ident.Unit   `json:"office" form:"office"`
	Unit   ident.Unit   `json:"unit" form:"unit"`
	Party  ident.Unit   `json:"party,omitempty" form:"party"` // asks or acts, with those merged into it
	From   string       `json:"from" form:"from"`             // days on which it was given
	Until  string       `json:"until" form:"until"`
	Given  bool         `json:"given,omitempty" form:"given"` // by when it was given, not by what is due first
	Oldest bool         `json:"oldest" form:"oldest"`         // then the first given first
	Cursor string       `json:"cursor" form:"cursor"`
	Limit  int          `json:"limit" form:"limit"`
}

// DutyRow is a duty with what it is about.
type DutyRow struct {
	duty.Duty
	Title string     `json:"title"`
	From  ident.Unit `json:"from"` // who filed what it is about
	Filed int64      `json:"filed"`
}

// Duties lists the duties the actor may see: what is overdue, then by due date,
// then what no clock runs for, then what is done.
func (f *Flow) Duties(ctx context.Context, a Actor, q DutiesQuery) (Page[DutyRow], error) {
	return read(ctx, f, a, "Duties", func(t *act) (pg Page[DutyRow], err error) {
		sq, err := t.dutyQuery(q)
		if err != nil {
			return pg, err
		}
		ds, err := t.DutyList(t.scope, sq)
		if err != nil {
			return pg, err
		}
		if len(ds) == sq.Limit {
			ds = ds[:sq.Limit-1]
			pg.Next = dutyMark(sq.Due, ds[len(ds)-1])
		}
		if err := t.opensDuties(ds...); err != nil {
			return pg, err
		}
		var ids naming
		for _, d := range ds {
			fl, err := t.Filing(d.Filing)
			if err != nil {
				return pg, err
			}
			pg.Rows = append(pg.Rows, DutyRow{Duty: d, Title: fl.Title, From: fl.Unit, Filed: fl.Filed})
			ids.unit(d.Office, d.Unit, fl.Unit)
			ids.person(d.Leader)
		}
		pg.Names, err = ids.names(t)
		return pg, err
	})
}

// DutyCounts counts the duties of a list by state; its own states do not narrow it.
func (f *Flow) DutyCounts(ctx context.Context, a Actor, q DutiesQuery) (map[duty.State]int, error) {
	return read(ctx, f, a, "DutyCounts", func(t *act) (map[duty.State]int, error) {
		q.States, q.Cursor = nil, ""
		sq, err := t.dutyQuery(q)
		if err != nil {
			return nil, err
		}
		return t.Tx.DutyCounts(t.scope, sq)
	})
}

func (t *act) dutyQuery(q DutiesQuery) (sq store.DutyQuery, err error) {
	sq = store.DutyQuery{States: q.States, Office: q.Office, Unit: q.Unit, Due: !q.Given, Oldest: q.Given && q.Oldest, Limit: bounded(q.Limit) + 1}
	if q.Party != "" {
		sq.Party = t.places(q.Party)
	}
	if sq.From, sq.Until, err = t.f.between(q.From, q.Until); err != nil {
		return sq, err
	}
	rest := q.Cursor
	if sq.Due && rest != "" {
		lane, after, ok := strings.Cut(rest, ".")
		if sq.Lane, err = strconv.Atoi(lane); err != nil || !ok || sq.Lane < 1 || sq.Lane > 3 {
			return sq, fault.Bad("cursor", "not_a_cursor")
		}
		rest = after
	}
	if sq.Before, sq.BeforeID, err = unmark(rest); err == nil && strings.Contains(sq.BeforeID, ".") {
		err = fault.Bad("cursor", "not_a_cursor") // of the other order
	}
	return sq, err
}

// dutyMark is a duty's place in its list; by due date it begins with the lane.
func dutyMark(due bool, d duty.Duty) string {
	if !due {
		return mark(d.Given, string(d.ID))
	}
	lane, at := store.Pressing(d)
	return strconv.Itoa(lane) + "." + mark(at, string(d.ID))
}

// DutyView is one duty for reading.
type DutyView struct {
	Duty       duty.Duty     `json:"duty"`
	Office     org.Unit      `json:"office"`
	Filing     filing.Filing `json:"filing"`
	Outlet     issue.Outlet  `json:"outlet,omitzero"`
	Actions    []org.Action  `json:"actions"`
	Candidates []org.Unit    `json:"candidates,omitempty"` // to whom it can be passed on
	Names      Names         `json:"names"`
}

// Duty reads one duty.
func (f *Flow) Duty(ctx context.Context, a Actor, id ident.Duty) (DutyView, error) {
	return read(ctx, f, a, "Duty", func(t *act) (v DutyView, err error) {
		if v.Duty, err = t.Tx.Duty(id); err != nil {
			return v, err
		}
		d := v.Duty
		if !t.actor.System && !d.Seen(t.scope) {
			return DutyView{}, fault.Missing("duty", string(id))
		}
		if err := t.opensDuties(d); err != nil {
			return v, err
		}
		if v.Office, err = t.Unit(d.Office); err != nil {
			return v, err
		}
		if v.Filing, err = t.Filing(d.Filing); err != nil {
			return v, err
		}
		for _, act := range duty.Lifecycle.Actions(d.State, t.held(d.Office), duty.Case{Duty: &d, Actor: a.Person, Now: t.Now()}) {
			if act.Verb == duty.Answer {
				why := duty.Lifecycle.Why(duty.Answer, d.State, t.held(d.Unit), duty.Case{Duty: &d, Actor: a.Person, Now: t.Now()})
				act.Allowed, act.Why = len(why) == 0, why
			}
			v.Actions = append(v.Actions, act)
		}
		var ids naming
		ids.unit(d.Office, d.Unit, v.Filing.Unit)
		ids.person(d.Leader, d.AnswerBy)
		if org.Allowed(v.Actions, duty.PassOn) {
			if v.Candidates, err = t.candidates(v.Office); err != nil {
				return v, err
			}
		}
		v.Names, err = ids.names(t)
		return v, err
	})
}
