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

func (x *API) followupRoutes() {
	f := x.flow

	serve(x, get("/duties", "duties", "Instructions given at my desks or passed on to my units"), func(ctx context.Context, a flow.Actor, in *struct {
		State  []string   `query:"state" enum:"recorded,passed_on,answered,accepted"`
		Office ident.Unit `query:"office" doc:"Of this office"`
		Unit   ident.Unit `query:"unit" doc:"Of this unit"`
		Sort   string     `query:"sort" enum:"-given,given" doc:"By when it was given; - is newest first, which is the default"`
		Days
		Stretch
	}) (flow.Page[duty.Duty], error) {
		at, oldest, err := place(in.Sort, in.Cursor)
		if err != nil {
			return flow.Page[duty.Duty]{}, err
		}
		p, err := f.Duties(ctx, a, flow.DutiesQuery{States: states[duty.State](in.State), Office: in.Office, Unit: in.Unit, From: in.From, Until: in.Until, Oldest: oldest, Cursor: at, Limit: in.Limit})
		return turned(oldest, p, err)
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
