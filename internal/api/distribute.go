package api

import (
	"context"

	"xinshu/internal/delivery"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
)

func (x *API) distributeRoutes() {
	f, stage := x.flow, org.StageDistribute

	serve(x, get("/deliveries", "deliveries", "Issues distributed to my units, newest first"), func(ctx context.Context, a flow.Actor, in *struct {
		State string     `query:"state" enum:"sent,confirmed,recalled" doc:"Only in this state"`
		Unit  ident.Unit `query:"unit" doc:"Of this unit"`
		Stretch
	}) (flow.Page[flow.Reading], error) {
		return page(f.Readings(ctx, a, flow.ReadingsQuery{State: delivery.State(in.State), Unit: in.Unit, Cursor: in.Cursor, Limit: in.Limit}))
	})
	serve(x, post(stage, "/issues/{id}/dispatch", "dispatch", "Send a published issue to its readers").makes(), func(ctx context.Context, a flow.Actor, in *byID[ident.Issue]) (list[delivery.Delivery], error) {
		return rows(f.Dispatch(ctx, a, in.ID))
	})
	serve(x, post(stage, "/deliveries/{id}/confirm", "confirm-delivery", "The reader has it"), func(ctx context.Context, a flow.Actor, in *byID[ident.Delivery]) (delivery.Delivery, error) {
		return f.Confirm(ctx, a, in.ID)
	})
	serve(x, post(stage, "/placements/{id}/recall", "recall", "Call a printed text back; its readers are told"), func(ctx context.Context, a flow.Actor, in *on[ident.Placement, flow.Remark]) (issue.Placement, error) {
		return f.Recall(ctx, a, in.ID, in.Body)
	})
}
