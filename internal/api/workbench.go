package api

import (
	"context"

	"xinshu/internal/fact"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

func (x *API) workbenchRoutes() {
	f := x.flow

	serve(x, get("/workbench", "workbench", "What waits for me, most urgent first, and what others hold for me"), func(ctx context.Context, a flow.Actor, _ *none) (flow.Workbench, error) {
		return f.Workbench(ctx, a)
	})
	serve(x, get("/news", "news", "What happened above to what my units filed"), func(ctx context.Context, a flow.Actor, in *struct {
		Cursor string `query:"cursor" doc:"Where the last page ended: its \"next\""`
	}) (flow.Page[flow.NewsRow], error) {
		return page(f.News(ctx, a, in.Cursor))
	})
	serve(x, get("/search", "search", "Find items and filings by words; two characters are enough"), func(ctx context.Context, a flow.Actor, in *struct {
		Q    string `query:"q" required:"true" maxLength:"200"`
		Noun string `query:"noun" enum:"item,filing"`
	}) (flow.Page[flow.Hit], error) {
		return page(f.Search(ctx, a, in.Q, in.Noun))
	})
	record := get("/record", "record", "The record of facts, newest first; for an auditor, with the scopes audit and read")
	record.scope = org.ScopeAudit
	serve(x, record, func(ctx context.Context, a flow.Actor, in *struct {
		Noun   string       `query:"noun"`
		ID     string       `query:"id"`
		Actor  ident.Person `query:"actor"`
		Office ident.Unit   `query:"office"`
		Kind   fact.Kind    `query:"kind" doc:"item.signed, placement.published, …"`
		Stretch
	}) (flow.Page[fact.Record], error) {
		return page(f.Record(ctx, a, flow.RecordQuery{Noun: in.Noun, ID: in.ID, Actor: in.Actor, Office: in.Office, Kind: in.Kind, Cursor: in.Cursor, Limit: in.Limit}))
	})
}
