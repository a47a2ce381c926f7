package api

import (
	"context"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// calendarRoutes are the working-day calendar, and the phrases of offices.
func (x *API) calendarRoutes() {
	f, reg := x.flow, org.StageRegister

	serve(x, get("/calendar", "calendar", "The working-day calendar: holidays and worked weekends of every year that is known"), func(ctx context.Context, a flow.Actor, _ *none) (flow.CalendarView, error) {
		return f.Calendar(ctx, a)
	})
	serve(x, put(reg, "/calendar/{year}", "set-calendar", "Enter a year of the working-day calendar, or replace it"), func(ctx context.Context, a flow.Actor, in *struct {
		Year int `path:"year" doc:"The year, 2027"`
		Body flow.SetCalendar
	}) (org.CalendarYear, error) {
		return f.SetCalendar(ctx, a, in.Year, in.Body)
	})
	serve(x, get("/working-day", "working-day", "The day so many working days later, and the years on the way that are unknown"), func(ctx context.Context, a flow.Actor, in *struct {
		From string `query:"from" maxLength:"10" doc:"First day, 2026-11-22"`
		Days int    `query:"days" minimum:"0" maximum:"250" doc:"How many working days"`
	}) (org.Counted, error) {
		from, ok := org.ParseDate(in.From)
		if in.From != "" && !ok {
			return org.Counted{}, fault.Bad("from", "not_a_date", "value", in.From)
		}
		return f.WorkingDay(ctx, a, from, in.Days)
	})
	serve(x, get("/offices/{id}/phrases", "phrases", "The words an office keeps at hand for instructions"), func(ctx context.Context, a flow.Actor, in *byID[ident.Unit]) (flow.PhrasesView, error) {
		return f.Phrases(ctx, a, in.ID)
	})
	serve(x, put(reg, "/offices/{id}/phrases", "set-phrases", "An office's own phrases; an empty list is the installation's again"), func(ctx context.Context, a flow.Actor, in *on[ident.Unit, flow.SetPhrases]) (org.Phrases, error) {
		return f.SetPhrases(ctx, a, in.ID, in.Body)
	})
}
