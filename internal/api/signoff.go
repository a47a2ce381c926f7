package api

import (
	"context"

	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

func (x *API) signoffRoutes() {
	f, stage := x.flow, org.StageSignOff

	serve(x, post(stage, "/items/{id}/sign-off", "sign-off", "Pass the check that waits; the last one files the item"), func(ctx context.Context, a flow.Actor, in *on[ident.Item, flow.SignOff]) (item.Item, error) {
		return f.SignOff(ctx, a, in.ID, in.Body)
	})
	serve(x, post(stage, "/items/{id}/send-back", "send-back", "Send an item back to its writer, with a reason"), func(ctx context.Context, a flow.Actor, in *on[ident.Item, flow.SendBack]) (item.Item, error) {
		return f.SendBack(ctx, a, in.ID, in.Body)
	})
	serve(x, post(stage, "/items/{id}/file", "file-joint", "The lead files what all its partners have countersigned"), func(ctx context.Context, a flow.Actor, in *on[ident.Item, flow.SignOff]) (item.Item, error) {
		return f.FileJoint(ctx, a, in.ID, in.Body)
	})
	serve(x, post(stage, "/items/{id}/take-off-partner", "take-off-partner", "Take a partner off, with a reason that it is told"), func(ctx context.Context, a flow.Actor, in *on[ident.Item, flow.TakeOff]) (item.Item, error) {
		return f.TakeOffPartner(ctx, a, in.ID, in.Body)
	})
	serve(x, post(stage, "/items/{id}/unsign", "unsign", "Take back the check one passed oneself, within ten minutes and before anybody went on"), func(ctx context.Context, a flow.Actor, in *byID[ident.Item]) (item.Item, error) {
		return f.Unsign(ctx, a, in.ID)
	})
	serve(x, post(stage, "/items/{id}/confirm", "confirm-filed", "The unit confirms what a desk entered for it"), func(ctx context.Context, a flow.Actor, in *byID[ident.Item]) (item.Item, error) {
		return f.ConfirmFiled(ctx, a, in.ID)
	})
}
