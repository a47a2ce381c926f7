package api

import (
	"context"

	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

func (x *API) submitRoutes() {
	f, stage := x.flow, org.StageSubmit

	serve(x, get("/items", "items", "Items I may see, newest first"), func(ctx context.Context, a flow.Actor, in *struct {
		State []string   `query:"state" enum:"draft,submitted,sent_back,signed,withdrawn"`
		Unit  ident.Unit `query:"unit" doc:"Of this unit"`
		Genre string     `query:"genre" doc:"A code of /terms?list=genre"`
		Form  string     `query:"form" doc:"A code of /terms?list=form"`
		Mine  bool       `query:"mine" doc:"Only what I wrote"`
		Sort  string     `query:"sort" enum:"-updated,updated" doc:"By the last change; - is newest first, which is the default"`
		Days
		Stretch
	}) (flow.Page[flow.ItemRow], error) {
		at, oldest, err := place(in.Sort, in.Cursor)
		if err == nil {
			err = x.worded(ctx, in.Genre, in.Form)
		}
		if err != nil {
			return flow.Page[flow.ItemRow]{}, err
		}
		p, err := f.Items(ctx, a, flow.ItemsQuery{States: states[item.State](in.State), Unit: in.Unit, Mine: in.Mine, Genre: in.Genre, Form: in.Form, From: in.From, Until: in.Until, Oldest: oldest, Cursor: at, Limit: in.Limit})
		return turned(oldest, p, err)
	})
	serve(x, get("/units/{id}/writing", "writing", "What a writer of the unit needs before an item exists: lines, limits, checks with their people, what is wanted"), func(ctx context.Context, a flow.Actor, in *struct {
		ID    ident.Unit `path:"id"`
		Genre string     `query:"genre" doc:"A code of /terms?list=genre"`
		Form  string     `query:"form" doc:"A code of /terms?list=form"`
	}) (flow.Writing, error) {
		return f.Writing(ctx, a, flow.WritingQuery{Unit: in.ID, Form: in.Form, Genre: in.Genre})
	})
	serve(x, get("/items/{id}", "item", "An item with its text, checks, filings and allowed actions"), func(ctx context.Context, a flow.Actor, in *byID[ident.Item]) (flow.ItemView, error) {
		return f.Item(ctx, a, in.ID)
	})
	serve(x, get("/items/{id}/revisions/{number}", "item-text", "One revision of an item, whole"), func(ctx context.Context, a flow.Actor, in *struct {
		ID     ident.Item `path:"id"`
		Number int        `path:"number" minimum:"1"`
	}) (item.Revision, error) {
		return f.ItemText(ctx, a, in.ID, in.Number)
	})
	serve(x, get("/items/{id}/journey", "journey", "Where is my item: every level it reached, and its points"), func(ctx context.Context, a flow.Actor, in *byID[ident.Item]) (flow.Journey, error) {
		return f.Journey(ctx, a, in.ID)
	})

	serve(x, post(stage, "/items", "draft", "Begin an item; a draft may be unfinished").makes().texts(), func(ctx context.Context, a flow.Actor, in *with[flow.Draft]) (item.Item, error) {
		return f.Draft(ctx, a, in.Body)
	})
	file := post(stage, "/filings", "file", "File in one request: draft, submit and every check, by one who holds all the posts").makes().texts()
	file.quick = true
	serve(x, file, func(ctx context.Context, a flow.Actor, in *with[flow.Draft]) (flow.Filed, error) {
		return f.File(ctx, a, in.Body)
	})
	serve(x, post(org.StageDesk, "/filings/for-unit", "file-for", "A desk enters for a unit what came by telephone, fax or on paper").makes().texts(), func(ctx context.Context, a flow.Actor, in *with[flow.FileFor]) (flow.Filed, error) {
		return f.FileFor(ctx, a, in.Body)
	})
	serve(x, post(stage, "/items/{id}/revise", "revise", "Save another text of an item").texts(), func(ctx context.Context, a flow.Actor, in *on[ident.Item, flow.Revise]) (item.Item, error) {
		return f.Revise(ctx, a, in.ID, in.Body)
	})
	serve(x, put(stage, "/items/{id}/partners", "set-partners", "Say which units countersign an item, with which shares, and who wrote it together"), func(ctx context.Context, a flow.Actor, in *on[ident.Item, flow.SetPartners]) (item.Item, error) {
		return f.SetPartners(ctx, a, in.ID, in.Body)
	})
	silent(x, put(stage, "/items/{id}/autosave", "autosave-item", "Keep what is being typed; not yet a revision").texts(), func(ctx context.Context, a flow.Actor, in *on[ident.Item, flow.Typed]) error {
		return f.Autosave(ctx, a, "item", string(in.ID), in.Body)
	})
	x.attachmentRoutes()
	serve(x, post(stage, "/items/{id}/submit", "submit", "Lay an item before the unit's checks"), func(ctx context.Context, a flow.Actor, in *on[ident.Item, flow.Submit]) (item.Item, error) {
		return f.Submit(ctx, a, in.ID, in.Body)
	})
	serve(x, post(stage, "/items/{id}/resubmit", "resubmit", "Send a returned item again, with a new revision"), func(ctx context.Context, a flow.Actor, in *on[ident.Item, flow.Submit]) (item.Item, error) {
		return f.Resubmit(ctx, a, in.ID, in.Body)
	})
	serve(x, post(stage, "/items/{id}/unsend", "unsend", "Take a sending to the checks back before anybody looked at it"), func(ctx context.Context, a flow.Actor, in *byID[ident.Item]) (item.Item, error) {
		return f.Unsend(ctx, a, in.ID)
	})
	serve(x, post(stage, "/attachments/{id}/remove", "detach", "Take a file off an item that no desk has seen with it"), func(ctx context.Context, a flow.Actor, in *byID[ident.Attachment]) (item.Attachment, error) {
		return f.Detach(ctx, a, in.ID)
	})
	serve(x, post(stage, "/items/{id}/withdraw", "withdraw", "Take an item back, unless it is printed"), func(ctx context.Context, a flow.Actor, in *on[ident.Item, flow.Withdraw]) (item.Item, error) {
		return f.Withdraw(ctx, a, in.ID, in.Body)
	})
}
