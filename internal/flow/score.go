package flow

import (
	"context"
	"slices"
	"strconv"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/score"
	"xinshu/internal/store"
)

// Activate puts a rulebook in force.
type Activate struct {
	Office ident.Unit `json:"office" form:"office"`
	Body   string     `json:"body" form:"body"` // the rulebook's YAML
}

// RulebookView is the rulebook in force.
type RulebookView struct {
	Kept   store.KeptRulebook `json:"kept"`
	Parsed score.Rulebook     `json:"parsed"`
	Office org.Unit           `json:"office"`
}

// Activate checks a rulebook and puts it in force from its own date.
func (f *Flow) Activate(ctx context.Context, a Actor, in Activate) (RulebookView, error) {
	return do(ctx, f, call{a, "Activate", org.StageScore, in}, func(t *act) (v RulebookView, err error) {
		if err := t.need("activate", in.Office, org.Assessor); err != nil {
			return v, err
		}
		b, err := score.Parse([]byte(in.Body))
		if err != nil {
			return v, err
		}
		if bad := b.RunExamples(); len(bad) > 0 {
			return v, fault.Bad("examples", "example", "name", bad[0].Example, "who", bad[0].Who, "got", bad[0].Got, "want", bad[0].Want)
		}
		if v.Office, err = t.Unit(in.Office); err != nil {
			return v, err
		}
		if b.Office != v.Office.Code {
			return v, fault.Bad("office", "other_office", "value", b.Office, "want", v.Office.Code)
		}
		from, _ := org.ParseDate(b.From)
		until, _ := org.ParseDate(b.Until)
		v.Kept = store.KeptRulebook{ID: ident.Rulebook(t.Mint()), Office: in.Office, Title: b.Title, From: from, Until: until, Body: in.Body, Hash: hash("", in.Body), By: t.actor.Person, At: t.Now()}
		v.Parsed = *b
		if err := t.InsertRulebook(v.Kept); err != nil {
			return v, err
		}
		_, err = t.fact("rulebook", string(v.Kept.ID), 1, in.Office, score.Activated{Rulebook: v.Kept.ID, Office: in.Office, Title: b.Title, From: b.From, Until: b.Until, Hash: v.Kept.Hash})
		return v, err
	})
}

// Rulebook is the office's rulebook in force today.
func (f *Flow) Rulebook(ctx context.Context, a Actor, office ident.Unit) (RulebookView, error) {
	return read(ctx, f, a, "Rulebook", func(t *act) (v RulebookView, err error) {
		if v.Office, err = t.Unit(office); err != nil {
			return v, err
		}
		kept, ok, err := t.RulebookAt(office, t.day)
		if err != nil || !ok {
			if err == nil {
				err = fault.Missing("rulebook", string(office))
			}
			return v, err
		}
		b, err := score.Parse([]byte(kept.Body))
		if err != nil {
			return v, err
		}
		v.Kept, v.Parsed = kept, *b
		return v, nil
	})
}

// StandingView is a ranking by class.
type StandingView struct {
	Office    org.Unit         `json:"office"`
	Period    score.Period     `json:"period"`
	Rulebook  string           `json:"rulebook"`
	Standings []score.Standing `json:"standings"`
	Names     Names            `json:"names"`
}

// Standing ranks the units of an office in a period: "2026-11", "2026-Q4",
// "2026"; empty is this month.
func (f *Flow) Standing(ctx context.Context, a Actor, office ident.Unit, period string) (StandingView, error) {
	return read(ctx, f, a, "Standing", func(t *act) (StandingView, error) {
		v, _, err := t.standing(office, period)
		return v, err
	})
}

func (t *act) standing(office ident.Unit, period string) (v StandingView, entries []score.Entry, err error) {
	if v.Office, err = t.Unit(office); err != nil {
		return v, nil, err
	}
	if err := t.mayRank(office); err != nil {
		return v, nil, err
	}
	if v.Period, err = t.period(period); err != nil {
		return v, nil, err
	}
	entries, res, err := t.ledger(office, v.Period)
	if err != nil {
		return v, nil, err
	}
	v.Rulebook, v.Standings = res.Rulebook, res.Standings
	var ids naming
	for _, s := range v.Standings {
		ids.unit(s.Unit)
	}
	v.Names, err = ids.names(t)
	return v, entries, err
}

// mayRank: those who work at the office, and those whose unit it assesses.
func (t *act) mayRank(office ident.Unit) error {
	if t.actor.System || t.scope.Desk(office) {
		return nil
	}
	for _, u := range t.scope.Units {
		lines, err := t.LinesOf(u, t.day)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(lines, func(l org.Line) bool { return l.Office == office }) {
			return nil
		}
	}
	return fault.Missing("unit", string(office))
}

func (t *act) period(s string) (score.Period, error) {
	if s == "" {
		d := t.day.String()
		s = d[:7]
	}
	p, ok := score.ParsePeriod(s)
	if !ok {
		return p, fault.Bad("period", "not_a_period", "value", s)
	}
	return p, nil
}

// ledger runs the office's rulebook over its events of a period. Nothing is
// stored: the same facts and rulebook give the same entries every time.
func (t *act) ledger(office ident.Unit, p score.Period) (entries []score.Entry, res *score.Result, err error) {
	classes, err := t.Classes(office, p.From.Year())
	if err != nil {
		return nil, nil, err
	}
	var units []score.Unit
	targets := map[ident.Unit]string{}
	for _, c := range classes {
		units = append(units, score.Unit{Code: c.Unit, Class: c.Class})
		targets[c.Unit] = c.Target
	}
	kept, found, err := t.RulebookAt(office, min(t.day, lastDay(p)))
	if err != nil {
		return nil, nil, err
	}
	b := &score.Rulebook{} // without one everybody has nothing
	var events []score.Event
	if found {
		if b, err = score.Parse([]byte(kept.Body)); err != nil {
			return nil, nil, err
		}
		if events, err = t.Events(office, t.f.start(b.Since(p)), t.f.start(p.Until)); err != nil {
			return nil, nil, err
		}
	}
	in := score.Input{Register: score.NewRegister(units), Period: p, AsOf: t.day, Explain: func(e score.Entry) { entries = append(entries, e) }}
	if res, err = b.Score(in, score.OnDays(events, t.f.DayOf)); err != nil {
		return nil, nil, err
	}
	for i := range res.Standings {
		res.Standings[i].Target = targets[res.Standings[i].Unit]
	}
	return entries, res, nil
}

// lastDay is inside the period; rulebooks change at month ends, so its exact
// length does not matter here.
func lastDay(p score.Period) org.Date {
	last := p.Until - 1
	if int(last)%100 == 0 { // the first of a month: the 28th before lies in the period
		y, m := int(p.Until)/10000, int(p.Until)/100%100-1
		if m == 0 {
			y, m = y-1, 12
		}
		last = org.Date(y*10000 + m*100 + 28)
	}
	return last
}

// LedgerView is a unit's entries in a period.
type LedgerView struct {
	Office  org.Unit      `json:"office"`
	Unit    org.Unit      `json:"unit"`
	Period  score.Period  `json:"period"`
	Entries []score.Entry `json:"entries"`
	Total   score.Points  `json:"total"`
	Rank    int           `json:"rank"`
	Of      int           `json:"of"`
	Tied    bool          `json:"tied"`
	Names   Names         `json:"names"`

	Parts []score.ComponentPoints `json:"components,omitempty"` // where the rulebook has parts
	Marks []score.Noted           `json:"marks,omitempty"`
}

// Ledger opens a unit's total down to the facts. A unit sees its own; the desk
// of the assessing office sees everybody's.
func (f *Flow) Ledger(ctx context.Context, a Actor, office, unit ident.Unit, period string) (LedgerView, error) {
	return read(ctx, f, a, "Ledger", func(t *act) (v LedgerView, err error) {
		if !t.actor.System && !t.scope.Desk(office) && !t.scope.Unit(unit) {
			return v, fault.Missing("unit", string(unit))
		}
		st, entries, err := t.standing(office, period)
		if err != nil {
			return v, err
		}
		v.Office, v.Period, v.Names = st.Office, st.Period, st.Names
		if v.Unit, err = t.Unit(unit); err != nil {
			return v, err
		}
		class := ""
		for _, s := range st.Standings {
			if s.Unit == unit {
				v.Rank, v.Tied, v.Total, class, v.Marks = s.Rank, s.Tied, s.Points, s.Class, s.Marks
				if len(s.Components) > 1 {
					v.Parts = s.Components
				}
			}
		}
		for _, s := range st.Standings {
			if s.Class == class {
				v.Of++
			}
		}
		v.Entries = slices.DeleteFunc(entries, func(e score.Entry) bool { return e.Unit != unit })
		return v, nil
	})
}

// UnitCount is how much a unit did in a period.
type UnitCount struct {
	Unit       ident.Unit `json:"unit"`
	Submitted  int        `json:"submitted"`
	Published  int        `json:"published"`
	Instructed int        `json:"instructed"`
}

// NoticeView is the month's notice (通报): ranking, counts, the annex of what was
// printed, and who had nothing.
type NoticeView struct {
	StandingView
	Printed []score.Entry `json:"printed"`
	Zero    []ident.Unit  `json:"zero"`
	Counts  []UnitCount   `json:"counts"`
}

// Notice makes a period's notice.
func (f *Flow) Notice(ctx context.Context, a Actor, office ident.Unit, period string) (NoticeView, error) {
	return read(ctx, f, a, "Notice", func(t *act) (v NoticeView, err error) {
		var entries []score.Entry
		if v.StandingView, entries, err = t.standing(office, period); err != nil {
			return v, err
		}
		counts := map[ident.Unit]*UnitCount{}
		for _, s := range v.Standings {
			counts[s.Unit] = &UnitCount{Unit: s.Unit}
		}
		filed, err := t.FactsFind(store.FactQuery{Kind: fact.FilingFiled, Office: office, From: t.f.start(v.Period.From), Until: t.f.start(v.Period.Until), Limit: 200_000})
		if err != nil {
			return v, err
		}
		if err := countFiled(filed, counts); err != nil {
			return v, err
		}
		for _, e := range entries {
			c := counts[e.Unit]
			if c == nil { // a person's, a fee, a unit of no class that has nothing
				continue
			}
			switch e.Kind {
			case score.Adopted:
				c.Published++
				v.Printed = append(v.Printed, e)
			case score.Instructed:
				c.Instructed++
			}
		}
		for _, s := range v.Standings {
			v.Counts = append(v.Counts, *counts[s.Unit])
			if s.Class != "" && counts[s.Unit].Published == 0 {
				v.Zero = append(v.Zero, s.Unit)
			}
		}
		return v, nil
	})
}

// Months are the last n periods for a page's choice, newest first.
func (f *Flow) Months(now int64, n int) []string {
	d := int(f.DayOf(now))
	y, m := d/10000, d/100%100
	var out []string
	for range n {
		mm := strconv.Itoa(m)
		if m < 10 {
			mm = "0" + mm
		}
		out = append(out, strconv.Itoa(y)+"-"+mm)
		if m--; m == 0 {
			y, m = y-1, 12
		}
	}
	return out
}

func countFiled(recs []fact.Record, counts map[ident.Unit]*UnitCount) error {
	for _, r := range recs {
		p, err := fact.Decode[filing.Laid](r)
		if err != nil {
			return err
		}
		if c := counts[p.Unit]; c != nil {
			c.Submitted++
		}
	}
	return nil
}
