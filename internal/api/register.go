package api

import (
	"context"
	"slices"

	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
)

// Until ends a dated thing.
type Until struct {
	Until string `json:"until" doc:"First day on which it no longer holds, 2026-11-22; empty: today"`
}

// NewToken is a token with its secret, told once.
type NewToken struct {
	Secret string         `json:"secret" doc:"xs_…; it is not kept and cannot be shown again"`
	Token  flow.TokenView `json:"token"`
}

func (x *API) registerRoutes() {
	f, reg := x.flow, org.StageRegister

	serve(x, get("/me", "me", "Who am I, and in which posts"), func(ctx context.Context, a flow.Actor, _ *none) (flow.Me, error) {
		return f.Me(ctx, a)
	})
	serve(x, get("/terms", "terms", "Words that are data: forms, genres, reasons, channels, networks"), func(ctx context.Context, _ flow.Actor, in *struct {
		List string `query:"list" enum:"form,genre,reason,channel,network" required:"true"`
	}) (list[org.Term], error) {
		return rows(f.Terms(ctx, in.List))
	})

	serve(x, get("/units", "units", "The units directly under one, by code; without parent the roots"), func(ctx context.Context, a flow.Actor, in *struct {
		Parent ident.Unit `query:"parent"`
		Stretch
	}) (flow.Page[org.Unit], error) {
		return page(f.Branch(ctx, a, in.Parent, in.Cursor, in.Limit))
	})
	serve(x, get("/units/named", "units-named", "Units whose name, short name or code begins with a text"), func(ctx context.Context, a flow.Actor, in *struct {
		Prefix string `query:"prefix" required:"true" maxLength:"80"`
	}) (list[org.Unit], error) {
		return rows(f.UnitsNamed(ctx, a, in.Prefix))
	})
	serve(x, get("/units/{id}", "unit", "A unit with its path, children, lines, people and former names"), func(ctx context.Context, a flow.Actor, in *struct {
		ID    ident.Unit `path:"id"`
		After string     `query:"after" doc:"Children after this code"`
	}) (flow.UnitView, error) {
		return f.Unit(ctx, a, in.ID, in.After)
	})
	serve(x, get("/units/{id}/people", "unit-people", "Who holds a post in a unit"), func(ctx context.Context, a flow.Actor, in *struct {
		ID   ident.Unit `path:"id"`
		Role string     `query:"role" enum:"reporter,reviewer,secrecy,signer,editor,chief,leader,followup,assessor,admin,security,auditor" doc:"Who holds this post"`
	}) (list[flow.PersonRow], error) {
		ps, err := f.People(ctx, a, in.ID)
		if in.Role != "" {
			ps = slices.DeleteFunc(ps, func(p flow.PersonRow) bool {
				return !slices.ContainsFunc(p.Posts, func(q flow.PostView) bool { return string(q.Role) == in.Role })
			})
		}
		return rows(ps, err)
	})
	serve(x, post(reg, "/units", "enter-unit", "Enter a unit").makes(), func(ctx context.Context, a flow.Actor, in *with[flow.EnterUnit]) (org.Unit, error) {
		return f.EnterUnit(ctx, a, in.Body)
	})
	serve(x, post(reg, "/units/{id}/change", "change-unit", "Rename or move a unit; its past is kept"), func(ctx context.Context, a flow.Actor, in *on[ident.Unit, flow.ChangeUnit]) (org.Unit, error) {
		return f.ChangeUnit(ctx, a, in.ID, in.Body)
	})
	serve(x, post(reg, "/units/{id}/merge", "merge-unit", "Merge a unit into another"), func(ctx context.Context, a flow.Actor, in *on[ident.Unit, flow.MergeUnits]) (org.Unit, error) {
		return f.MergeUnits(ctx, a, in.ID, in.Body)
	})
	serve(x, post(reg, "/units/{id}/split", "split-unit", "Make a new unit beside one").makes(), func(ctx context.Context, a flow.Actor, in *on[ident.Unit, flow.SplitUnit]) (org.Unit, error) {
		return f.SplitUnit(ctx, a, in.ID, in.Body)
	})
	serve(x, post(reg, "/lines", "draw-line", "Draw a reporting line from a unit to an office").makes(), func(ctx context.Context, a flow.Actor, in *with[flow.DrawLine]) (org.Line, error) {
		return f.DrawLine(ctx, a, in.Body)
	})
	serve(x, post(reg, "/lines/{id}/end", "end-line", "End a reporting line"), func(ctx context.Context, a flow.Actor, in *on[ident.Line, Until]) (org.Line, error) {
		return f.EndLine(ctx, a, in.ID, in.Body.Until)
	})

	x.changeRoutes()
	x.peopleRoutes()
	x.officeRoutes()
}

func (x *API) peopleRoutes() {
	f, reg := x.flow, org.StageRegister

	serve(x, post(reg, "/people", "enter-person", "Enter a person, with a first post if a unit is named").makes(), func(ctx context.Context, a flow.Actor, in *with[flow.EnterPerson]) (org.Person, error) {
		return f.EnterPerson(ctx, a, in.Body)
	})
	serve(x, post(reg, "/posts", "hold-post", "Give a person a post").makes(), func(ctx context.Context, a flow.Actor, in *with[flow.HoldPost]) (org.Post, error) {
		return f.HoldPost(ctx, a, in.Body)
	})
	serve(x, post(reg, "/posts/{id}/end", "end-post", "End a post"), func(ctx context.Context, a flow.Actor, in *on[ident.Post, Until]) (org.Post, error) {
		return f.EndPost(ctx, a, in.ID, in.Body.Until)
	})

	serve(x, get("/tokens", "tokens", "My tokens, without their secrets"), func(ctx context.Context, a flow.Actor, _ *none) (list[flow.TokenView], error) {
		return rows(f.Tokens(ctx, a))
	})
	serve(x, post(reg, "/tokens", "issue-token", "Make a token for myself").makes(), func(ctx context.Context, a flow.Actor, in *with[flow.IssueToken]) (NewToken, error) {
		secret, t, err := f.IssueToken(ctx, a, in.Body)
		return NewToken{Secret: secret, Token: t}, err
	})
	silent(x, post(reg, "/tokens/{id}/revoke", "revoke-token", "Take a token back; it is refused from now on"), func(ctx context.Context, a flow.Actor, in *byID[ident.Token]) error {
		err := f.RevokeToken(ctx, a, in.ID)
		x.auth.Forget(in.ID)
		return err
	})
}

func (x *API) officeRoutes() {
	f, reg := x.flow, org.StageRegister

	serve(x, get("/publications", "publications", "Every publication with its office and readers"), func(ctx context.Context, a flow.Actor, in *struct {
		Office ident.Unit `query:"office" doc:"Of this office"`
	}) (list[flow.PublicationView], error) {
		ps, err := f.Publications(ctx, a)
		if in.Office != "" {
			ps = slices.DeleteFunc(ps, func(p flow.PublicationView) bool { return p.Publication.Office != in.Office })
		}
		return rows(ps, err)
	})
	serve(x, post(reg, "/publications", "enter-publication", "Found a publication").makes(), func(ctx context.Context, a flow.Actor, in *with[flow.EnterPublication]) (issue.Publication, error) {
		return f.EnterPublication(ctx, a, in.Body)
	})
	serve(x, put(reg, "/offices/{id}/rules", "set-rules", "What an office decides for itself and the units under it"), func(ctx context.Context, a flow.Actor, in *on[ident.Unit, org.Rules]) (org.Rules, error) {
		in.Body.Office = in.ID
		return f.SetRules(ctx, a, in.ID, in.Body)
	})
	serve(x, put(reg, "/offices/{id}/chain", "set-chain", "The one to three checks an item of the unit passes before it leaves"), func(ctx context.Context, a flow.Actor, in *on[ident.Unit, org.Chain]) (org.Chain, error) {
		in.Body.Unit = in.ID
		return f.SetChain(ctx, a, in.Body)
	})
	serve(x, put(reg, "/offices/{id}/classes", "set-class", "A unit's assessment class and target at an office for a year"), func(ctx context.Context, a flow.Actor, in *on[ident.Unit, org.Class]) (org.Class, error) {
		in.Body.Office = in.ID
		return f.SetClass(ctx, a, in.Body)
	})
	x.calendarRoutes()
}
