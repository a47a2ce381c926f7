package api

import (
	"context"

	"xinshu/internal/filing"
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
	deskVerb(x, stage, "accept-changes", "Accept changes of the desk's text: named ones, all of one person, or all; the text stays as it is", f.AcceptChanges)
	deskVerb(x, stage, "reject-changes", "Undo changes of the desk's text: another revision without them", f.RejectChanges)
	deskVerb(x, stage, "revert", "Make an earlier text the newest again, as another revision; 0 is the raw text", f.Revert)
	serve(x, post(stage, "/filings/{id}/comments", "comment-filing", "Comment on a paragraph or a phrase, for the desk alone; @name mentions somebody").makes().texts(), func(ctx context.Context, a flow.Actor, in *on[ident.Filing, flow.WriteComment]) (filing.Comment, error) {
		return f.Comment(ctx, a, in.ID, in.Body)
	})
	serve(x, post(stage, "/filings/{id}/resolve-comment", "resolve-comment", "Settle a comment, or open it again"), func(ctx context.Context, a flow.Actor, in *on[ident.Filing, flow.Resolve]) (filing.Comment, error) {
		return f.ResolveComment(ctx, a, in.ID, in.Body)
	})
	serve(x, get("/filings/{id}/versions", "filing-versions", "All texts of a filing, newest first, and two of them side by side"), func(ctx context.Context, a flow.Actor, in *struct {
		ID   ident.Filing `path:"id"`
		From int          `query:"from" default:"-1" minimum:"-1" doc:"0 is the raw text, -1 the one before"`
		To   int          `query:"to" default:"-1" minimum:"-1" doc:"-1 is the newest"`
	}) (flow.Versions, error) {
		return f.Versions(ctx, a, in.ID, in.From, in.To)
	})
	serve(x, put(stage, "/filings/{id}/presence", "filing-presence", "Say that I am at a filing, and learn who else is; forgotten after half a minute"), func(ctx context.Context, a flow.Actor, in *on[ident.Filing, flow.Here]) (flow.Company, error) {
		return f.Here(ctx, a, in.ID, in.Body)
	})
	deskVerb(x, stage, "mark-ready", "The edited text is finished", f.MarkReady)
}
