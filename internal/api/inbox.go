package api

import (
	"context"

	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// The inbox: one verb on many filings, and views.
func (x *API) inboxRoutes() {
	f, stage := x.flow, org.StageDesk
	serve(x, post(stage, "/filings/together", "together", "One verb on many filings: each by itself, what went and what did not").texts(), func(ctx context.Context, a flow.Actor, in *with[flow.Together]) (filing.Lot, error) {
		return f.Together(ctx, a, in.Body)
	})
	serve(x, get("/inbox-views", "inbox-views", "The views kept for an inbox, with how many rows each has now"), func(ctx context.Context, a flow.Actor, in *struct {
		Office ident.Unit `query:"office" required:"true"`
	}) (list[flow.ViewCount], error) {
		return rows(f.Views(ctx, a, in.Office))
	})
	serve(x, post(stage, "/inbox-views", "save-inbox-view", "Keep a list's filters under a name").makes(), func(ctx context.Context, a flow.Actor, in *with[flow.SaveView]) (filing.View, error) {
		return f.SaveView(ctx, a, in.Body)
	})
	serve(x, post(stage, "/inbox-views/{id}/rename", "rename-inbox-view", "Give a view another name"), func(ctx context.Context, a flow.Actor, in *on[string, newName]) (filing.View, error) {
		return f.RenameView(ctx, a, in.ID, in.Body.Name)
	})
	serve(x, post(stage, "/inbox-views/{id}/drop", "drop-inbox-view", "Forget a view"), func(ctx context.Context, a flow.Actor, in *byID[string]) (filing.View, error) {
		return f.DropView(ctx, a, in.ID)
	})
	serve(x, get("/letters", "letters", "What came by mail, on paper or as a picture and waits to be entered"), func(ctx context.Context, a flow.Actor, in *struct {
		Office ident.Unit `query:"office" required:"true"`
		Cursor string     `query:"cursor" doc:"Where the last page ended: its \"next\""`
	}) (flow.Page[filing.Letter], error) {
		return f.Letters(ctx, a, in.Office, in.Cursor)
	})
	serve(x, get("/letters/{id}", "letter", "One letter with its text and files"), func(ctx context.Context, a flow.Actor, in *byID[string]) (filing.Letter, error) {
		return f.Letter(ctx, a, in.ID)
	})
	serve(x, post(stage, "/letters/{id}/enter", "enter-letter", "Enter a letter for a unit; its files come along").makes().texts(), func(ctx context.Context, a flow.Actor, in *on[string, flow.FileFor]) (flow.Filed, error) {
		return f.EnterLetter(ctx, a, in.ID, in.Body)
	})
	serve(x, post(stage, "/letters/{id}/drop", "drop-letter", "Put a letter aside; nothing is entered"), func(ctx context.Context, a flow.Actor, in *byID[string]) (filing.Letter, error) {
		return f.DropLetter(ctx, a, in.ID)
	})
	serve(x, post(stage, "/inbox-views/first", "open-inbox-with", "Which view my inbox opens with; empty is the plain list"), func(ctx context.Context, a flow.Actor, in *with[openWith]) (openWith, error) {
		id, err := f.OpenWith(ctx, a, in.Body.Office, in.Body.View)
		return openWith{Office: in.Body.Office, View: id}, err
	})
}

type openWith struct {
	Office ident.Unit `json:"office"`
	View   string     `json:"view,omitempty"`
}

type newName struct {
	Name string `json:"name"`
}
