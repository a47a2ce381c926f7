package score

import (
	"cmp"
	"fmt"
	"slices"

	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// Result is a score: every unit in its class, the persons, the fees, what is
// proposed and what should be looked at.
type Result struct {
	Rulebook  string     `json:"rulebook"`
	Period    Period     `json:"period"`
	Standings []Standing `json:"standings"`
	Persons   []Standing `json:"persons,omitempty"`
	Fees      []Standing `json:"fees,omitempty"`
	Awards    []Proposal `json:"awards,omitempty"`
	Lists     []Named    `json:"lists,omitempty"`
	Warnings  []Warning  `json:"warnings,omitempty"`
	Events    int        `json:"events"`
}

// Standing is a unit's place in its class, or a person's.
type Standing struct {
	Unit       ident.Unit        `json:"unit,omitempty"`
	Person     string            `json:"person,omitempty"`
	Name       string            `json:"name,omitempty"`
	Class      string            `json:"class"`
	Entries    int               `json:"entries"`
	Points     Points            `json:"points"`
	Exact      Points            `json:"exact"` // before it was rounded
	Target     string            `json:"target,omitempty"`
	Rank       int               `json:"rank"` // 0: listed, not ranked
	Tied       bool              `json:"tied"`
	Components []ComponentPoints `json:"components,omitempty"`
	Measures   []MeasureValue    `json:"measures,omitempty"`
	Marks      []Noted           `json:"marks,omitempty"`

	by   Points
	then []Points
	bars []mark
	gain Points
	here bool // in the register, where there is one
}

// ComponentPoints is a component's points.
type ComponentPoints struct {
	Name   string `json:"name"`
	Earned Points `json:"earned"` // before base, bounds and weight
	Points Points `json:"points"`
}

// MeasureValue is a measure's value; a ratio of nothing is not known.
type MeasureValue struct {
	Name  string `json:"name"`
	Value Points `json:"value"`
	Known bool   `json:"known"`
}

// Noted is a word beside a unit and why it stands there.
type Noted struct {
	Word  string `json:"word"`
	Cause string `json:"cause"`
}

// Proposal is an award the rulebook proposes and a person decides.
type Proposal struct {
	Award  string   `json:"award"`
	Clause string   `json:"clause"`
	Class  string   `json:"class,omitempty"`
	Who    string   `json:"who"` // unit, person or item
	Points Points   `json:"points"`
	Tied   bool     `json:"tied"`
	Asks   []string `json:"asks,omitempty"`
	Barred string   `json:"barred,omitempty"` // why it is not proposed though its points would do
}

// Named is a list of units: those with nothing.
type Named struct {
	Name   string       `json:"name"`
	Clause string       `json:"clause,omitempty"`
	Units  []ident.Unit `json:"units"`
}

// Result settles the period. More events can be added afterwards.
func (r *Run) Result() (*Result, error) {
	res := &Result{Rulebook: r.book.Title, Period: r.in.Period, Events: r.counted}
	fees := map[string]*Standing{}
	fee := func(name string) *Standing {
		if fees[name] == nil {
			fees[name] = &Standing{Person: name, Name: name}
		}
		return fees[name]
	}
	for _, a := range r.order {
		switch a.track {
		case OfUnit:
			s, err := r.settle(a)
			if err != nil {
				return nil, err
			}
			res.Standings = append(res.Standings, r.standing(s))
			for _, b := range s.fees {
				r.pay(fee(string(a.unit)), a, b)
			}
		case OfPerson:
			st := Standing{Person: a.name, Name: a.name, Entries: a.entries, Exact: r.all(a)}
			st.Points = r.round(st.Exact)
			res.Persons = append(res.Persons, st)
		case OfFee:
			st := fee(a.name)
			st.Exact, st.Entries = st.Exact.Plus(r.all(a)), st.Entries+a.entries
		}
	}
	for _, st := range fees {
		st.Points = r.round(st.Exact)
		res.Fees = append(res.Fees, *st)
	}
	if r.shadow != nil {
		last, err := r.shadow.Result()
		if err != nil {
			return nil, err
		}
		before := map[ident.Unit]Points{}
		for _, s := range last.Standings {
			before[s.Unit] = s.Exact
		}
		for i := range res.Standings {
			s := &res.Standings[i]
			if r.wasThere(s.Unit, r.before) {
				s.gain = s.Exact.Minus(before[s.Unit])
			}
		}
	}
	r.rank(res.Standings)
	rankAll(res.Persons)
	slices.SortFunc(res.Fees, func(a, b Standing) int { return cmp.Compare(a.Person, b.Person) })
	r.awards(res)
	r.lists(res)
	res.Warnings = slices.Clone(r.warnings)
	return res, nil
}

// all adds up an account's components.
func (r *Run) all(a *account) (total Points) {
	for c := range r.names {
		total = total.Plus(r.sum(a.comps[c], r.in.Period))
	}
	return total
}

// pay books money a period rule gave or took.
func (r *Run) pay(st *Standing, a *account, b booking) {
	if !r.in.Period.Has(b.entry.Day) {
		return
	}
	st.Exact, st.Entries = st.Exact.Plus(b.points), st.Entries+1
	if r.in.Explain != nil {
		e := b.entry
		e.Track, e.Person, e.Component, e.Points = OfFee, a.name, b.component, b.points
		r.in.Explain(e)
	}
}

func (r *Run) round(p Points) Points { return p.RoundBy(r.book.Round, r.book.RoundBy) }

// standing makes a unit's total of its components.
func (r *Run) standing(a *account) Standing {
	last := prev(r.in.Period.Until)
	u, known := r.in.Register.On(a.unit, last)
	st := Standing{Unit: a.unit, Name: cmp.Or(u.Name, string(a.unit)), Class: u.Class, Entries: a.entries}
	for c, name := range r.names {
		earned := r.sum(a.comps[c], r.in.Period)
		points := earned
		if i := slices.IndexFunc(r.book.Components, func(x Component) bool { return x.Name == name }); i >= 0 {
			points = r.bounded(a, &r.book.Components[i], c, r.in.Period)
		}
		if r.book.RoundAt == "component" {
			points = r.round(points)
		}
		st.Components = append(st.Components, ComponentPoints{name, earned, points})
		st.Exact = st.Exact.Plus(points)
	}
	if t := r.book.Total; t != nil {
		st.Exact = r.bound(a, t, st.Exact, r.in.Period, 0)
	}
	st.Points = r.round(st.Exact)
	for i := range r.book.Measures {
		v, ok := r.amount(a, r.book.Measures[i].Name, r.in.Period)
		st.Measures = append(st.Measures, MeasureValue{r.book.Measures[i].Name, v, ok})
	}
	for _, m := range a.marks {
		if r.in.Period.Has(m.day) {
			st.Marks = append(st.Marks, Noted{m.word, m.cause})
		}
	}
	for _, m := range a.bars {
		if m.day < r.in.Period.Until && m.day >= r.cal.span(Year, r.in.Period.From).From {
			st.bars = append(st.bars, m)
		}
	}
	st.here = known || len(r.in.Register.order) == 0
	st.by = st.Exact
	if r.book.RoundAt != "component" {
		st.by = st.Points
	}
	if r.book.Ranking.By != "" {
		st.by, _ = r.amount(a, r.book.Ranking.By, r.in.Period)
	}
	for _, m := range r.book.Ranking.Then {
		v, _ := r.amount(a, m, r.in.Period)
		st.then = append(st.then, v)
	}
	return st
}

// whole is the total of a stretch of time, told to nobody.
func (r *Run) whole(a *account, p Period) (total Points) {
	quiet := *r
	quiet.in.Explain = nil
	for at, name := range r.names {
		points := r.sum(a.comps[at], p)
		if i := slices.IndexFunc(r.book.Components, func(x Component) bool { return x.Name == name }); i >= 0 {
			points = quiet.bounded(a, &r.book.Components[i], at, p)
		}
		if r.book.RoundAt == "component" {
			points = r.round(points)
		}
		total = total.Plus(points)
	}
	if t := r.book.Total; t != nil {
		total = quiet.bound(a, t, total, p, 0)
	}
	return total
}

// bounded applies a component's bounds to each of its spans inside the period.
func (r *Run) bounded(a *account, c *Component, at int, p Period) (total Points) {
	if c.Every == "" {
		return r.bound(a, c, r.sum(a.comps[at], p), p, a.scored[at])
	}
	for day := p.From; day < p.Until; {
		s := r.cal.span(c.Every, day)
		day = s.Until
		part := Period{From: max(s.From, p.From), Until: min(s.Until, p.Until), Label: s.Label}
		total = total.Plus(r.bound(a, c, r.sum(a.comps[at], part), part, 0))
	}
	return total
}

// bound is base, mean, floor, cap, weight and conversion, in this order; every
// step that changes something is told as an entry.
func (r *Run) bound(a *account, c *Component, p Points, span Period, items int) Points {
	name := c.Name
	if c == r.book.Total {
		name = ""
	}
	tell := func(to Points, how string) {
		d := to.Minus(p)
		p = to
		if d.Zero() || r.in.Explain == nil {
			return
		}
		r.in.Explain(Entry{Track: a.track, Unit: a.unit, Component: name, Clause: c.Clause, Rule: cmp.Or(c.Text, name), Points: d, Arithmetic: how, Title: span.Label, Day: prev(span.Until)})
	}
	switch {
	case c.Mean == "item" && items > 1:
		to, _ := p.Over(Whole(int64(items)))
		tell(to, fmt.Sprintf("%s / %d", p, items))
	case c.Mean == Month:
		if n := r.months(a, span); n > 1 {
			to, _ := p.Over(Whole(int64(n)))
			tell(to, fmt.Sprintf("%s / %d", p, n))
		}
	}
	nought := a.nought(name, span)
	if c.Base.said() && !nought {
		tell(p.Plus(c.Base.fixed), p.String()+" + "+c.Base.Text)
	}
	if c.Floor.said() && !nought && p.Cmp(c.Floor.fixed) < 0 {
		tell(c.Floor.fixed, p.String()+" → "+c.Floor.Text)
	}
	if c.Cap.said() && p.Cmp(c.Cap.fixed) > 0 {
		tell(c.Cap.fixed, p.String()+" → "+c.Cap.Text)
	}
	if c.Times.said() {
		tell(p.Times(c.Times.fixed), p.String()+" × "+c.Times.Text)
	}
	if c.Into.said() {
		part, _ := p.Over(c.Of.fixed)
		to := part.Times(c.Into.fixed)
		if to.Cmp(c.Into.fixed) > 0 {
			to = c.Into.fixed
		}
		tell(to, fmt.Sprintf("%s / %s × %s", p, c.Of.Text, c.Into.Text))
	}
	return p
}

// months counts those of a span in which the unit was there and which have begun.
func (r *Run) months(a *account, p Period) (n int) {
	for s := r.cal.span(Month, p.From); s.From < p.Until; s = r.cal.span(Month, s.Until) {
		if r.in.AsOf != 0 && s.From > r.in.AsOf {
			break
		}
		if len(r.in.Register.rows[a.unit]) == 0 || r.in.Register.during(a.unit, s) {
			n++
		}
	}
	return n
}

// rank orders the units of each class; ties share a rank and the next is skipped.
// Classes stand as the rulebook lists them, else by name; ties by unit, so that the
// same input gives the same bytes.
func (r *Run) rank(list []Standing) {
	k := r.book.Ranking
	place := func(class string) int {
		if i := slices.Index(k.Classes, class); i >= 0 {
			return i
		}
		return len(k.Classes)
	}
	equal := func(a, b *Standing) int {
		if c := b.by.Cmp(a.by); c != 0 {
			return c
		}
		for i := range a.then {
			if c := b.then[i].Cmp(a.then[i]); c != 0 {
				return c
			}
		}
		return 0
	}
	slices.SortFunc(list, func(a, b Standing) int {
		return cmp.Or(cmp.Compare(place(a.Class), place(b.Class)), cmp.Compare(a.Class, b.Class), equal(&a, &b), cmp.Compare(a.Unit, b.Unit))
	})
	first := 0
	for i := range list {
		s := &list[i]
		if k.Apart.has(s.Class) {
			continue
		}
		switch {
		case i == 0 || list[i-1].Class != s.Class:
			first, s.Rank = i, 1
		case equal(&list[i-1], s) == 0:
			s.Rank, s.Tied, list[i-1].Tied = list[i-1].Rank, true, true
		default:
			s.Rank = i - first + 1
		}
	}
}

// rankAll orders persons, all of one class.
func rankAll(list []Standing) {
	slices.SortFunc(list, func(a, b Standing) int {
		return cmp.Or(b.Points.Cmp(a.Points), cmp.Compare(a.Person, b.Person))
	})
	for i := range list {
		list[i].Rank = i + 1
		if i > 0 && list[i].Points.Cmp(list[i-1].Points) == 0 {
			list[i].Rank, list[i].Tied, list[i-1].Tied = list[i-1].Rank, true, true
		}
	}
}

// candidate is somebody who could get an award.
type candidate struct {
	who    string
	points Points
	barred string
}

// awards proposes what the rulebook's own rules say. Who ties with the last place
// is proposed too and marked: that is for a person to decide.
func (r *Run) awards(res *Result) {
	for i := range r.book.Awards {
		a := &r.book.Awards[i]
		switch a.By {
		case "person":
			var list []candidate
			for _, p := range res.Persons {
				list = append(list, candidate{who: p.Person, points: p.Points})
			}
			r.propose(res, a, "", list)
		case "item":
			var list []candidate
			for item, p := range r.best {
				list = append(list, candidate{who: string(item), points: p})
			}
			r.propose(res, a, "", list)
		default:
			var class string
			var list []candidate
			for j := range res.Standings {
				s := &res.Standings[j]
				if s.Class != class {
					r.propose(res, a, class, list)
					class, list = s.Class, nil
				}
				if !s.here || !a.Class.fits(s.Class) {
					continue
				}
				list = append(list, candidate{string(s.Unit), r.awarded(a, s), barred(a, s)})
			}
			r.propose(res, a, class, list)
		}
	}
}

func (r *Run) awarded(a *Award, s *Standing) Points {
	switch a.By {
	case "", "total":
		return s.Points // as published: who ties in the notice ties here
	case "gain":
		return s.gain
	}
	for _, m := range s.Measures {
		if m.Name == a.By {
			return m.Value
		}
	}
	return Points{}
}

func barred(a *Award, s *Standing) string {
	for _, b := range s.bars {
		if b.word == "all" || b.word == a.Name {
			return b.cause
		}
	}
	return ""
}

func (r *Run) propose(res *Result, a *Award, class string, list []candidate) {
	slices.SortFunc(list, func(x, y candidate) int { return cmp.Or(y.points.Cmp(x.points), cmp.Compare(x.who, y.who)) })
	given, from := 0, len(res.Awards)
	var last Points
	for _, c := range list {
		if c.points.Sign() <= 0 || a.Least.said() && c.points.Cmp(a.Least.fixed) < 0 {
			break
		}
		if given >= a.Top && c.points.Cmp(last) != 0 {
			break
		}
		if c.barred == "" {
			given++
			last = c.points
		}
		res.Awards = append(res.Awards, Proposal{Award: a.Name, Clause: a.Clause, Class: class, Who: c.who, Points: c.points, Asks: a.Asks, Barred: c.barred})
	}
	if given > a.Top {
		for i := from; i < len(res.Awards); i++ {
			p := &res.Awards[i]
			p.Tied = p.Barred == "" && p.Points.Cmp(last) == 0
		}
	}
}

// lists names the units of which a measure says no more than the rulebook allows.
func (r *Run) lists(res *Result) {
	for i := range r.book.Lists {
		l := &r.book.Lists[i]
		n := Named{Name: l.Name, Clause: l.Clause, Units: []ident.Unit{}}
		at := r.book.measure(l.Measure)
		for _, s := range res.Standings {
			if !s.here || !l.Class.fits(s.Class) {
				continue
			}
			if v := s.Measures[at]; v.Value.Cmp(l.Most.fixed) <= 0 {
				n.Units = append(n.Units, s.Unit)
			}
		}
		res.Lists = append(res.Lists, n)
	}
}

// InForce reports whether the rulebook holds on a day.
func (b *Rulebook) InForce(d org.Date) bool { return d.In(b.from, b.until) }
