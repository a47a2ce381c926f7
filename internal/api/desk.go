package api

import (
	"context"

	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// deskVerb registers a verb that a desk does to a filing, with an input.
func deskVerb[B any](x *API, stage org.Stage, verb, doc string, fn func(ctx context.Context, a flow.Actor, id ident.Filing, in B) (filing.Filing, error)) {
	serve(x, post(stage, "/filings/{id}/"+verb, verb+"-filing", doc).texts(), func(ctx context.Context, a flow.Actor, in *on[ident.Filing, B]) (filing.Filing, error) {
		return fn(ctx, a, in.ID, in.Body)
	})
}

// deskDeed is a verb that needs no words.
func deskDeed(x *API, stage org.Stage, verb, doc string, fn func(ctx context.Context, a flow.Actor, id ident.Filing) (filing.Filing, error)) {
	serve(x, post(stage, "/filings/{id}/"+verb, verb+"-filing", doc), func(ctx context.Context, a flow.Actor, in *byID[ident.Filing]) (filing.Filing, error) {
		return fn(ctx, a, in.ID)
	})
}

func (x *API) deskRoutes() {
	f, stage := x.flow, org.StageDesk

	serve(x, get("/filings", "filings", "What lies at my desks and what my units filed"), func(ctx context.Context, a flow.Actor, in *struct {
		Office ident.Unit   `query:"office" doc:"Of this office"`
		State  []string     `query:"state" enum:"filed,received,editing,ready,held,declined,returned,merged,withdrawn,outside"`
		Genre  string       `query:"genre" doc:"A code of /terms?list=genre"`
		Form   string       `query:"form" doc:"A code of /terms?list=form"`
		Unit   ident.Unit   `query:"unit" doc:"Of this unit"`
		Mine   bool         `query:"mine" doc:"Only what I hold"`
		Holder ident.Person `query:"holder" doc:"Only what this person holds"`
		Urgent bool         `query:"urgent" doc:"Only what is urgent"`
		Unused bool         `query:"unused" doc:"Of what is ready, only what is neither adopted nor forwarded nor placed"`
		Words  string       `query:"words" maxLength:"100" doc:"In the title or the register number"`
		Like   bool         `query:"like" doc:"Only those whose title or text is like another's at the same office; one page"`
		Sort   string       `query:"sort" enum:"-since,since" doc:"By since when it lies in its state; - is newest first, which is the default"`
		Days
		Stretch
	}) (flow.Page[filing.Filing], error) {
		at, oldest, err := place(in.Sort, in.Cursor)
		if err == nil {
			err = x.worded(ctx, in.Genre, in.Form)
		}
		if err != nil {
			return flow.Page[filing.Filing]{}, err
		}
		p, err := f.Filings(ctx, a, flow.FilingsQuery{Office: in.Office, States: states[filing.State](in.State), Genre: in.Genre, Form: in.Form, Unit: in.Unit, Mine: in.Mine, Holder: in.Holder, Urgent: in.Urgent, Unused: in.Unused, Words: in.Words, Like: in.Like, From: in.From, Until: in.Until, Oldest: oldest, Cursor: at, Limit: in.Limit})
		return turned(oldest, p, err)
	})
	serve(x, get("/filings/counts", "filing-counts", "How many filings an office has in each state"), func(ctx context.Context, a flow.Actor, in *struct {
		Office ident.Unit `query:"office" required:"true"`
	}) (map[filing.State]int, error) {
		return f.FilingCounts(ctx, a, in.Office)
	})
	serve(x, get("/filings/{id}", "filing", "A filing with raw and edited text, differences, placements, news and allowed actions"), func(ctx context.Context, a flow.Actor, in *byID[ident.Filing]) (flow.FilingView, error) {
		return f.Filing(ctx, a, in.ID)
	})
	serve(x, get("/filings/{id}/revisions/{number}", "filing-text", "One of the desk's revisions of a filing, whole"), func(ctx context.Context, a flow.Actor, in *struct {
		ID     ident.Filing `path:"id"`
		Number int          `path:"number" minimum:"1"`
	}) (item.Revision, error) {
		return f.FilingText(ctx, a, in.ID, in.Number)
	})

	deskDeed(x, stage, "receive", "Take a filing onto the desk; it gets a register number", f.Receive)
	deskVerb(x, stage, "assign", "Give a filing to an editor", f.Assign)
	deskVerb(x, stage, "hold", "Keep it for later, with a reason", f.Hold)
	deskDeed(x, stage, "resume", "Take up a held or declined filing again", f.Resume)
	deskDeed(x, stage, "undo", "Take back what I just did to it, as long as nothing has happened since", f.Undo)
	deskVerb(x, stage, "decline", "Not use it, with a reason", f.Decline)
	deskVerb(x, stage, "return", "Give it back to the unit, with a reason", f.Return)
	serve(x, post(stage, "/filings/{id}/adopt", "adopt", "Adopt a filing into a publication's tray").makes(), func(ctx context.Context, a flow.Actor, in *on[ident.Filing, flow.Adopt]) (issue.Placement, error) {
		return f.Adopt(ctx, a, in.ID, in.Body)
	})
	serve(x, post(stage, "/placements/{id}/unadopt", "unadopt", "Take an adoption back before printing"), func(ctx context.Context, a flow.Actor, in *on[ident.Placement, flow.Remark]) (issue.Placement, error) {
		return f.Unadopt(ctx, a, in.ID, in.Body)
	})
	serve(x, post(stage, "/composites", "merge", "Merge filings into one composite, with shares").makes().texts(), func(ctx context.Context, a flow.Actor, in *with[flow.Merge]) (filing.Filing, error) {
		return f.Merge(ctx, a, in.Body)
	})
	serve(x, get("/composites/{id}", "composite", "A composite with its sources, the sources of every paragraph and the shares"), func(ctx context.Context, a flow.Actor, in *byID[ident.Filing]) (flow.Composite, error) {
		return f.Composite(ctx, a, in.ID)
	})
	serve(x, post(org.StageEdit, "/composites/{id}/compose", "compose", "Save a composite's text, paragraph by paragraph with its sources, and perhaps its shares").texts(), func(ctx context.Context, a flow.Actor, in *on[ident.Filing, flow.Compose]) (filing.Filing, error) {
		return f.Compose(ctx, a, in.ID, in.Body)
	})
	serve(x, post(stage, "/filings/{id}/unmerge", "unmerge", "Take a composite apart; its parts come back"), func(ctx context.Context, a flow.Actor, in *byID[ident.Filing]) (list[filing.Filing], error) {
		return rows(f.Unmerge(ctx, a, in.ID))
	})
	serve(x, post(stage, "/filings/{id}/forward", "forward", "Lay it before the next office up").makes().texts(), func(ctx context.Context, a flow.Actor, in *on[ident.Filing, flow.Forward]) (filing.Filing, error) {
		return f.Forward(ctx, a, in.ID, in.Body)
	})
	deskVerb(x, stage, "send", "Mark how a filing was handed to an office outside", f.Send)
	serve(x, post(stage, "/filings/{id}/outcomes", "enter-outcome", "Type in what an outside office did, from its notice").makes(), func(ctx context.Context, a flow.Actor, in *on[ident.Filing, flow.EnterOutcome]) (filing.Outcome, error) {
		return f.EnterOutcome(ctx, a, in.ID, in.Body)
	})
	serve(x, post(stage, "/outcomes/{id}/decide", "decide-outcome", "A second person confirms or rejects a typed-in outcome"), func(ctx context.Context, a flow.Actor, in *on[ident.Outcome, flow.DecideOutcome]) (filing.Outcome, error) {
		return f.DecideOutcome(ctx, a, in.ID, in.Body)
	})
}
