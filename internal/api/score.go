package api

import (
	"context"

	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// NewRulebook is the text of a rulebook to activate.
type NewRulebook struct {
	Body string `json:"body" doc:"YAML, as docs/rulebook.md describes"`
}

// InForce is a rulebook as it holds at an office: the text people read and the
// rules it was read as.
type InForce struct {
	ID     ident.Rulebook `json:"id"`
	Office org.Unit       `json:"office"`
	Title  string         `json:"title"`
	From   org.Date       `json:"from"`
	Until  org.Date       `json:"until,omitempty"`
	Body   string         `json:"body"`
	Hash   string         `json:"hash"`
	By     ident.Person   `json:"by"`
	At     int64          `json:"at"`
	Rules  []Clause       `json:"rules"`
}

// Clause is one row of the rate table; empty fields match everything.
type Clause struct {
	Clause string   `json:"clause"`
	Text   string   `json:"text,omitempty"`
	Event  []string `json:"event" doc:"Any of these"`
	Level  []string `json:"level,omitempty"`
	Outlet []string `json:"outlet,omitempty" doc:"Codes of publications"`
	Form   []string `json:"form,omitempty"`
	Genre  []string `json:"genre,omitempty"`
	Points string   `json:"points" doc:"Exact: 3, 0.5 or 1/3; or an expression"`
}

func inForce(v flow.RulebookView, err error) (InForce, error) {
	k := v.Kept
	out := InForce{ID: k.ID, Office: v.Office, Title: k.Title, From: k.From, Until: k.Until, Body: k.Body, Hash: k.Hash, By: k.By, At: k.At, Rules: []Clause{}}
	for _, r := range v.Parsed.Rules {
		out.Rules = append(out.Rules, Clause{Clause: r.Clause, Text: r.Text, Event: r.Event, Level: r.Level, Outlet: r.Publication, Form: r.Form, Genre: r.Genre, Points: r.Points.Text})
	}
	return out, err
}

// InPeriod asks about an office in a period.
type InPeriod struct {
	ID     ident.Unit `path:"id"`
	Period string     `query:"period" maxLength:"10" doc:"2026-11, 2026-Q4 or 2026; empty: this month"`
}

func (x *API) scoreRoutes() {
	f := x.flow

	serve(x, get("/offices/{id}/rulebook", "rulebook", "The rulebook in force at an office"), func(ctx context.Context, a flow.Actor, in *byID[ident.Unit]) (InForce, error) {
		return inForce(f.Rulebook(ctx, a, in.ID))
	})
	serve(x, post(org.StageScore, "/offices/{id}/rulebook", "activate-rulebook", "Put a rulebook in force").makes().texts(), func(ctx context.Context, a flow.Actor, in *on[ident.Unit, NewRulebook]) (InForce, error) {
		return inForce(f.Activate(ctx, a, flow.Activate{Office: in.ID, Body: in.Body.Body}))
	})
	serve(x, get("/offices/{id}/standing", "standing", "The ranking of the units in their classes"), func(ctx context.Context, a flow.Actor, in *InPeriod) (flow.StandingView, error) {
		return f.Standing(ctx, a, in.ID, in.Period)
	})
	serve(x, get("/offices/{id}/ledger", "ledger", "A unit's points, each with its fact and clause"), func(ctx context.Context, a flow.Actor, in *struct {
		InPeriod
		Unit ident.Unit `query:"unit" required:"true"`
	}) (flow.LedgerView, error) {
		return f.Ledger(ctx, a, in.ID, in.Unit, in.Period)
	})
	serve(x, get("/offices/{id}/notice", "notice", "The month's notice: ranking, what was printed, who has nothing"), func(ctx context.Context, a flow.Actor, in *InPeriod) (flow.NoticeView, error) {
		return f.Notice(ctx, a, in.ID, in.Period)
	})
}
