package api

import (
	"context"

	"xinshu/internal/duty"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// dutyVerb registers a verb on a duty.
func dutyVerb[B any](x *API, verb, doc string, fn func(ctx context.Context, a flow.Actor, id ident.Duty, in B) (duty.Duty, error)) {
	serve(x, post(org.StageFollowup, "/duties/{id}/"+verb, verb+"-duty", doc), func(ctx context.Context, a flow.Actor, in *on[ident.Duty, B]) (duty.Duty, error) {
		return fn(ctx, a, in.ID, in.Body)
	})
}

// DutyPlaces say whose duties a list has.
type DutyPlaces struct {
	Office ident.Unit `query:"office" doc:"Of this office"`
	Unit   ident.Unit `query:"unit" doc:"Of this unit"`
	Party  ident.Unit `query:"party" doc:"Given at this office, or passed on to this unit"`
}

func (p DutyPlaces) query(d Days) flow.DutiesQuery {
	return flow.DutiesQuery{Office: p.Office, Unit: p.Unit, Party: p.Party, From: d.From, Until: d.Until}
}

func (x *API) followupRoutes() {
	f := x.flow

	serve(x, get("/duties", "duties", "Instructions given at my desks or passed on to my units"), func(ctx context.Context, a flow.Actor, in *struct {
		State []string `query:"state" enum:"recorded,passed_on,answered,accepted"`
		DutyPlaces
		Sort string `query:"sort" enum:"due,-given,given" doc:"By default what is overdue, then by due date, then what no clock runs for, then what is done; or by when it was given, - is newest first"`
		Days
		Stretch
	}) (flow.Page[flow.DutyRow], error) {
		q := in.query(in.Days)
		q.States, q.Limit, q.Cursor = states[duty.State](in.State), in.Limit, in.Cursor
		if in.Sort == "" || in.Sort == "due" {
			return page(f.Duties(ctx, a, q))
		}
		var err error
		if q.Cursor, q.Oldest, err = place(in.Sort, in.Cursor); err != nil {
			return flow.Page[flow.DutyRow]{}, err
		}
		q.Given = true
		p, err := f.Duties(ctx, a, q)
		return turned(q.Oldest, p, err)
	})
	serve(x, get("/duties/counts", "duty-counts", "How many of those instructions are in each state"), func(ctx context.Context, a flow.Actor, in *struct {
		DutyPlaces
		Days
	}) (map[duty.State]int, error) {
		return f.DutyCounts(ctx, a, in.query(in.Days))
	})
	serve(x, get("/duties/{id}", "duty", "An instruction, its answer and allowed actions"), func(ctx context.Context, a flow.Actor, in *byID[ident.Duty]) (flow.DutyView, error) {
		return f.Duty(ctx, a, in.ID)
	})
	serve(x, post(org.StageFollowup, "/instructions", "instruct", "Record a leader's instruction on a filing or a printed text").makes(), func(ctx context.Context, a flow.Actor, in *with[flow.Instruct]) (duty.Duty, error) {
		return f.Instruct(ctx, a, in.Body)
	})
	serve(x, post(org.StageFollowup, "/duties/{id}/take-back", "take-back-duty", "Take an instruction back, within ten minutes of giving it and before it is passed on"), func(ctx context.Context, a flow.Actor, in *byID[ident.Duty]) (duty.Duty, error) {
		return f.TakeBack(ctx, a, in.ID)
	})
	dutyVerb(x, "pass-on", "Hand it to the unit that must act", f.PassOn)
	dutyVerb(x, "answer", "The unit reports back", f.Answer)
	dutyVerb(x, "accept", "Accept the answer", f.Accept)
	dutyVerb(x, "return", "Ask for a better answer", f.ReturnAnswer)
}
