package api

import (
	"context"

	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
)

// changeRoutes: each change of a unit can be looked at before it is made.
func (x *API) changeRoutes() {
	f, reg := x.flow, org.StageRegister

	serve(x, post(org.ScopeRead, "/units/{id}/preview", "preview-unit-change", "What a change of a unit would do; its digest confirms it"), func(ctx context.Context, a flow.Actor, in *on[ident.Unit, flow.UnitChange]) (flow.UnitEffect, error) {
		return f.PreviewUnitChange(ctx, a, in.ID, in.Body)
	})
	serve(x, post(reg, "/units/{id}/changes", "make-unit-change", "Rename, move, merge, split or close a unit, now or on a day"), func(ctx context.Context, a flow.Actor, in *on[ident.Unit, flow.UnitChange]) (flow.UnitEffect, error) {
		return f.ChangeUnitAs(ctx, a, in.ID, in.Body)
	})
	serve(x, get("/units/{id}/changes", "unit-changes", "What was done to a unit, and what is planned"), func(ctx context.Context, a flow.Actor, in *byID[ident.Unit]) (flow.Page[flow.ChangeView], error) {
		return page(f.UnitChanges(ctx, a, in.ID))
	})
	serve(x, post(reg, "/changes/{id}/undo", "undo-change", "Take a planned change back, or one of today on which nothing was built"), func(ctx context.Context, a flow.Actor, in *byID[string]) (org.Change, error) {
		return f.UndoChange(ctx, a, in.ID)
	})
	serve(x, post(reg, "/registers/changes", "change-sheet", "A sheet of changes of units, all or nothing; dry_run says what it would do"), func(ctx context.Context, a flow.Actor, in *with[flow.Sheet]) (flow.SheetEffect, error) {
		return f.ChangeSheet(ctx, a, in.Body)
	})

	x.leaveRoutes()
	x.tableRoutes()
}

// leaveRoutes: people, and what they hand over when they leave.
func (x *API) leaveRoutes() {
	f, reg := x.flow, org.StageRegister

	serve(x, get("/people", "people", "The people of the units one administers, by login"), func(ctx context.Context, a flow.Actor, in *struct {
		Text   string     `query:"q" maxLength:"80"`
		Unit   ident.Unit `query:"unit"`
		Role   org.Role   `query:"role"`
		Active string     `query:"active" enum:"yes,no"`
		Stretch
	}) (flow.Page[flow.PersonRow], error) {
		return page(f.PeopleList(ctx, a, flow.PeopleQuery{Text: in.Text, Unit: in.Unit, Role: in.Role, Active: in.Active, Cursor: in.Cursor, Limit: in.Limit}))
	})
	serve(x, get("/people/{id}", "person", "A person with the posts held, before and to come"), func(ctx context.Context, a flow.Actor, in *byID[ident.Person]) (flow.PersonView, error) {
		return f.PersonView(ctx, a, in.ID)
	})
	serve(x, post(reg, "/people/{id}/edit", "edit-person", "Change a person, or let one sign in again"), func(ctx context.Context, a flow.Actor, in *on[ident.Person, flow.EditPerson]) (org.Person, error) {
		return f.EditPerson(ctx, a, in.ID, in.Body)
	})
	serve(x, post(org.ScopeRead, "/people/{id}/leave/preview", "preview-leave", "What a person's leaving would do to the open work"), func(ctx context.Context, a flow.Actor, in *on[ident.Person, flow.Leave]) (flow.HandOver, error) {
		return f.PreviewLeave(ctx, a, in.ID, in.Body)
	})
	serve(x, post(reg, "/people/{id}/leave", "leave", "End a post or switch a person off, with hand-over of the open work"), func(ctx context.Context, a flow.Actor, in *on[ident.Person, flow.Leave]) (flow.HandOver, error) {
		return f.Leave(ctx, a, in.ID, in.Body)
	})
}

// tableRoutes: publications, lines and classes as they change over the years.
func (x *API) tableRoutes() {
	f, reg := x.flow, org.StageRegister

	serve(x, post(reg, "/publications/{id}/change", "change-publication", "Change a publication and its distribution list"), func(ctx context.Context, a flow.Actor, in *on[ident.Publication, flow.ChangePublication]) (issue.Publication, error) {
		return f.ChangePublication(ctx, a, in.ID, in.Body)
	})
	serve(x, post(reg, "/lines/{id}/change", "change-line", "Order a unit's lines, or end one by a day"), func(ctx context.Context, a flow.Actor, in *on[ident.Line, flow.ChangeLine]) (org.Line, error) {
		return f.ChangeLine(ctx, a, in.ID, in.Body)
	})
	serve(x, get("/units/{id}/lines", "unit-lines", "Where a unit reports and who reports to it, in force or to come"), func(ctx context.Context, a flow.Actor, in *struct {
		ID    ident.Unit `path:"id"`
		After string     `query:"after"`
	}) (flow.LinesView, error) {
		return f.Lines(ctx, a, in.ID, in.After)
	})
	serve(x, get("/units/{id}/receivers", "receivers", "Who receives what: the distribution lists of an office's publications as one table"), func(ctx context.Context, a flow.Actor, in *byID[ident.Unit]) (flow.ReceiversView, error) {
		return f.Receivers(ctx, a, in.ID)
	})
	serve(x, get("/offices/{id}/classes", "classes", "An office's classes and targets of a year"), func(ctx context.Context, a flow.Actor, in *struct {
		ID   ident.Unit `path:"id"`
		Year int        `query:"year"`
	}) (flow.ClassesView, error) {
		return f.Classes(ctx, a, in.ID, in.Year)
	})
	serve(x, post(reg, "/offices/{id}/classes/copy", "copy-classes", "Take over the classes and targets of the year before"), func(ctx context.Context, a flow.Actor, in *on[ident.Unit, CopiedYear]) (Copied, error) {
		n, err := f.CopyClasses(ctx, a, in.ID, in.Body.Year)
		return Copied{N: n}, err
	})
}

// CopiedYear is the year that is filled.
type CopiedYear struct {
	Year int `json:"year"`
}

// Copied says how many rows were taken over.
type Copied struct {
	N int `json:"n"`
}
