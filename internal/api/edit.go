package api

import (
	"context"

	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

func (x *API) editRoutes() {
	f, stage := x.flow, org.StageEdit

	deskVerb(x, stage, "revise", "Save the desk's text of a filing; the raw text is never touched", f.ReviseFiling)
	silent(x, put(stage, "/filings/{id}/autosave", "autosave-filing", "Keep what is being typed; not yet a revision").texts(), func(ctx context.Context, a flow.Actor, in *on[ident.Filing, flow.Typed]) error {
		return f.Autosave(ctx, a, "filing", string(in.ID), in.Body)
	})
	deskDeed(x, stage, "take-over", "Take a text over from its holder; nothing typed is lost", f.TakeOver)
	deskVerb(x, stage, "mark-ready", "The edited text is finished", f.MarkReady)
}
