package flow

import (
	"context"

	"xinshu/internal/duty"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// TakeBack undoes an instruction within ten minutes, by who gave it and before
// it is passed on. The duty is gone, because nobody has seen it who would have to
// act; that it was given and taken back stays in the record, and those it came
// from are told.
func (f *Flow) TakeBack(ctx context.Context, a Actor, id ident.Duty) (duty.Duty, error) {
	return do(ctx, f, call{a, "TakeBack", org.StageFollowup, id}, func(t *act) (duty.Duty, error) {
		d, err := t.Tx.Duty(id)
		if err == nil && !t.scope.Desk(d.Office) && d.Leader != t.actor.Person {
			err = fault.Missing("duty", string(id))
		}
		if err != nil {
			return duty.Duty{}, err
		}
		fl, err := t.Filing(d.Filing)
		if err != nil {
			return d, err
		}
		where, err := t.instructs(fl, d.Issue)
		if err != nil {
			return d, err
		}
		if err := duty.Lifecycle.Refuse(duty.TakeBack, d.State, t.held(where), duty.Case{Duty: &d, Actor: t.actor.Person, Now: t.Now()}); err != nil {
			return d, err
		}
		u, err := t.Unit(where)
		if err != nil {
			return d, err
		}
		if err := t.DropDuty(&d); err != nil {
			return d, err
		}
		taken := duty.TakenBack{Duty: d.ID, Office: d.Office, Filing: fl.ID, Unit: fl.Unit, Own: fl.Composite && fl.Unit == fl.Office, Level: string(u.Level), Given: d.Given, Text: hash("", d.Text)}
		origin, err := t.fact("duty", string(d.ID), d.Version, d.Office, taken)
		if err != nil {
			return d, err
		}
		return d, t.tell(fl, filing.News{Origin: origin, Kind: "uninstructed", Office: d.Office, Level: string(u.Level), Form: fl.Form, Title: fl.Title, Who: d.LeaderAs, Occurred: d.Given})
	})
}
