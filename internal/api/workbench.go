package api

import (
	"context"

	"xinshu/internal/flow"
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
}
