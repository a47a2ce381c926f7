package api

import (
	"context"

	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
)

// issueDeed is a verb on an issue that needs no words.
func issueDeed(x *API, verb, doc string, fn func(ctx context.Context, a flow.Actor, id ident.Issue) (issue.Issue, error)) {
	serve(x, post(org.StageIssue, "/issues/{id}/"+verb, verb+"-issue", doc), func(ctx context.Context, a flow.Actor, in *byID[ident.Issue]) (issue.Issue, error) {
		return fn(ctx, a, in.ID)
	})
}

func (x *API) issueRoutes() {
	f, stage := x.flow, org.StageIssue

	serve(x, get("/issues", "issues", "Issues of my desks, and published ones distributed to my units"), func(ctx context.Context, a flow.Actor, in *struct {
		Publication ident.Publication `query:"publication" doc:"Of this publication"`
		Office      ident.Unit        `query:"office" doc:"Of this office"`
		State       []string          `query:"state" enum:"open,proposed,approved,published"`
		Sort        string            `query:"sort" enum:"-opened,opened" doc:"By when it was opened; - is newest first, which is the default"`
		Days
		Stretch
	}) (flow.Page[flow.IssueRow], error) {
		at, oldest, err := place(in.Sort, in.Cursor)
		if err != nil {
			return flow.Page[flow.IssueRow]{}, err
		}
		p, err := f.Issues(ctx, a, flow.IssuesQuery{Publication: in.Publication, Office: in.Office, States: states[issue.State](in.State), From: in.From, Until: in.Until, Oldest: oldest, Cursor: at, Limit: in.Limit})
		return turned(oldest, p, err)
	})
	serve(x, get("/issues/{id}", "issue", "An issue with what it carries, its readers and allowed actions"), func(ctx context.Context, a flow.Actor, in *byID[ident.Issue]) (flow.IssueView, error) {
		return f.Issue(ctx, a, in.ID)
	})
	serve(x, get("/offices/{id}/tray", "tray", "What is adopted and waits for an issue, the longest waiting first"), func(ctx context.Context, a flow.Actor, in *struct {
		ID ident.Unit `path:"id"`
		Stretch
	}) (flow.Page[flow.Placed], error) {
		return page(f.Tray(ctx, a, flow.TrayQuery{Office: in.ID, Cursor: in.Cursor, Limit: in.Limit}))
	})
	serve(x, get("/placements/{id}", "placement", "An adopted text as it is in its publication, frozen once printed"), func(ctx context.Context, a flow.Actor, in *byID[ident.Placement]) (flow.Placed, error) {
		return f.PlacementText(ctx, a, in.ID)
	})

	serve(x, post(stage, "/issues", "open-issue", "Open the next issue of a publication").makes(), func(ctx context.Context, a flow.Actor, in *with[flow.OpenIssue]) (issue.Issue, error) {
		return f.OpenIssue(ctx, a, in.Body)
	})
	serve(x, post(stage, "/placements/{id}/place", "place", "Give an adopted text its column and slot, or put it back into the tray"), func(ctx context.Context, a flow.Actor, in *on[ident.Placement, flow.Place]) (issue.Placement, error) {
		return f.Place(ctx, a, in.ID, in.Body)
	})
	serve(x, post(stage, "/filings/{id}/reprint", "reprint", "Take what an office above printed over into an issue").makes(), func(ctx context.Context, a flow.Actor, in *on[ident.Filing, flow.Reprint]) (issue.Placement, error) {
		return f.Reprint(ctx, a, in.ID, in.Body)
	})
	serve(x, post(stage, "/issues/{id}/schedule", "schedule-issue", "Put texts into an issue and set the time at which it is published; at 0 takes the time away"), func(ctx context.Context, a flow.Actor, in *on[ident.Issue, flow.ScheduleIssue]) (issue.Issue, error) {
		return f.ScheduleIssue(ctx, a, in.ID, in.Body)
	})
	issueDeed(x, "propose", "Lay an issue before the chief editor", f.Propose)
	serve(x, post(stage, "/issues/{id}/send-back", "send-back-issue", "Send an issue back to the desk, with a remark"), func(ctx context.Context, a flow.Actor, in *on[ident.Issue, flow.Remark]) (issue.Issue, error) {
		return f.SendBackIssue(ctx, a, in.ID, in.Body)
	})
	issueDeed(x, "approve", "Approve an issue", f.ApproveIssue)
	serve(x, post(stage, "/issues/{id}/publish", "publish-issue", "Publish an approved issue; it is frozen from then on"), func(ctx context.Context, a flow.Actor, in *on[ident.Issue, flow.Publish]) (issue.Issue, error) {
		return f.PublishIssue(ctx, a, in.ID, in.Body)
	})
	serve(x, post(stage, "/placements/{id}/correct", "correct", "Correct a printed text; both texts are kept").texts(), func(ctx context.Context, a flow.Actor, in *on[ident.Placement, flow.Correct]) (issue.Placement, error) {
		return f.Correct(ctx, a, in.ID, in.Body)
	})
}
