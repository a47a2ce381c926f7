package score

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// mark is a word beside a unit: barred from an award, criticised, not qualified.
type mark struct {
	day   org.Date
	word  string
	cause string
}

// zeroed is a stretch of time in which nothing counts.
type zeroed struct {
	day       org.Date // of the cause
	period    Period
	component string // "" is all
	cause     string
	clause    string
	after     []booking // what is booked when everything else is gone
	acted     org.Date  // when there first was something to lose; from then on a base counts no more either
}

type booking struct {
	component string
	points    Points
	entry     Entry
}

// settle runs the period rules, strikes and bounds for one unit. It works on a
// copy of the account, so that more events can be added afterwards.
func (r *Run) settle(a *account) (*account, error) {
	c := *a
	c.settled = true
	c.comps = make([][]Points, len(a.comps))
	for i := range a.comps {
		c.comps[i] = slices.Clone(a.comps[i])
	}
	c.measures = make([][]Points, len(a.measures))
	for i := range a.measures {
		c.measures[i] = slices.Clone(a.measures[i])
	}
	c.strikes = slices.Clone(a.strikes)
	c.bars, c.marks, c.zeros, c.kept, c.fees = nil, nil, nil, nil, nil
	if a.track != OfUnit {
		return &c, nil
	}
	struck := make([]int, len(r.book.Strikes)) // hits already acted on, by strike
	for month := r.cal.span(Month, r.origin); month.From < r.in.Period.Until; month = r.cal.span(Month, month.Until) {
		ends := func(p Period) bool { return p.Until > month.From && p.Until <= month.Until }
		if err := r.periods(&c, month, ends); err != nil {
			return nil, err
		}
		until := min(month.Until, r.in.Period.Until)
		r.strikes(&c, until, struck)
		r.zeroes(&c, Period{From: month.From, Until: until})
	}
	return &c, nil
}

// periods runs the period rules whose week, month, quarter … ends in this month.
func (r *Run) periods(a *account, month Period, ends func(Period) bool) error {
	for i := range r.book.Period {
		p := &r.book.Period[i]
		day := month.From
		for {
			s := r.cal.span(p.Every, day)
			if s.Until > month.Until || s.Until > r.in.Period.Until {
				break
			}
			day = s.Until
			if !ends(s) || r.in.AsOf != 0 && s.Until > next(r.in.AsOf) || !r.book.InForce(prev(s.Until)) || s.From < r.origin || p.Every == Week && !r.book.InForce(s.From) {
				continue
			}
			u, known := r.in.Register.On(a.unit, prev(s.Until))
			if !known || !prev(s.Until).In(u.From, u.Until) || !p.Class.fits(u.Class) || !p.Unit.fits(string(a.unit)) {
				continue
			}
			if err := r.compare(a, p, s, u); err != nil {
				return fmt.Errorf("%s, unit %s, clause %s: %w", s.Label, a.unit, p.Clause, err)
			}
		}
	}
	return nil
}

// amount reads a measure of an account over a period; known is false for a ratio
// of nothing.
func (r *Run) amount(a *account, name string, p Period) (Points, bool) {
	i := r.book.measure(name)
	if i < 0 {
		return Points{}, false
	}
	if ratio := r.book.Measures[i].Ratio; ratio != nil {
		of, _ := r.amount(a, ratio.Of, p)
		to, _ := r.amount(a, ratio.To, p)
		return of.Over(to)
	}
	if r.book.Measures[i].Total {
		return r.whole(a, p), true
	}
	return r.sum(a.measures[i], p), true
}

func (b *Rulebook) measure(name string) int {
	return slices.IndexFunc(b.Measures, func(m Measure) bool { return m.Name == name })
}

// target is what the unit owes by a period rule.
func (r *Run) target(p *PeriodRule, s Period, u Unit) (Points, bool) {
	if p.PerHead.said() {
		return p.PerHead.fixed.Times(Whole(int64(u.Headcount))), true
	}
	if !p.Target.said() {
		return Points{}, true
	}
	if !r.book.named(p.Target.Text) {
		return p.Target.fixed, true
	}
	year := s.From.String()[:4]
	found, best := Points{}, -1
	for _, t := range r.book.Targets { // the unit's own number before its class's
		if t.Name != p.Target.Text || !t.Class.fits(u.Class) || !t.Unit.fits(string(u.Code)) || !t.Year.fits(year) {
			continue
		}
		if weight := 2*min(1, len(t.Unit)) + min(1, len(t.Year)); weight > best {
			found, best = t.Amount.fixed, weight
		}
	}
	return found, best >= 0
}

// compare settles one period rule for one unit and one period.
func (r *Run) compare(a *account, p *PeriodRule, s Period, u Unit) error {
	done, known := r.amount(a, p.Measure, s)
	target, owed := r.target(p, s, u)
	if !owed {
		return nil // encouraged, not obliged
	}
	if !known {
		switch p.Empty {
		case "met":
			done = target
		case "missed":
		default:
			return nil
		}
	}
	day := prev(s.Until)
	missing, over := Points{}, Points{}
	if d := target.Minus(done); d.Sign() > 0 {
		missing = d
	} else {
		over = d.Neg()
	}
	met := missing.Zero()
	book := func(points Points, how string) {
		if points.Zero() {
			return
		}
		e := Entry{Day: day, Clause: p.Clause, Rule: cmp.Or(p.Text, p.Name), Arithmetic: how, Title: p.Name + " " + s.Label}
		if p.Fee {
			a.fees = append(a.fees, booking{p.Component, points, e})
			return
		}
		r.emit(a, p.Component, points, e)
	}
	state := fmt.Sprintf("%s %s/%s", p.Measure, done, target)
	switch {
	case met && p.Met.said():
		book(p.Met.fixed, state+": "+p.Met.Text)
	case !met && p.Missed.said():
		book(p.Missed.fixed, state+": "+p.Missed.Text)
	}
	if p.Ratio.said() {
		part, full := Whole(1), !met
		if full && !target.Zero() {
			part, _ = done.Over(target)
		}
		if part.Sign() > 0 {
			book(p.Ratio.fixed.Times(part), p.Ratio.Text+" × "+part.fraction())
		}
	}
	if p.EachMissing.said() && !met {
		d := p.EachMissing.fixed.Times(missing)
		how := fmt.Sprintf("%s: %s × %s", state, p.EachMissing.Text, missing)
		if p.MissingMost.said() && d.Cmp(p.MissingMost.fixed) < 0 {
			d, how = p.MissingMost.fixed, how+" → "+p.MissingMost.Text
		}
		book(d, how)
	}
	if p.EachOver.said() && !over.Zero() {
		d := p.EachOver.fixed.Times(over)
		how := fmt.Sprintf("%s: %s × %s", state, p.EachOver.Text, over)
		if p.OverMost.said() && d.Cmp(p.OverMost.fixed) > 0 {
			d, how = p.OverMost.fixed, how+" → "+p.OverMost.Text
		}
		book(d, how)
	}
	if p.Points.said() {
		d, err := p.Points.of(func(n string) any {
			switch n {
			case "done":
				return number{done}
			case "target":
				return number{target}
			case "missing":
				return number{missing}
			case "over":
				return number{over}
			case "headcount":
				return number{Whole(int64(u.Headcount))}
			case "class":
				return u.Class
			case "unit":
				return string(u.Code)
			}
			return nil
		})
		if err != nil {
			return err
		}
		book(d, state+": "+p.Points.Text)
	}
	if before := r.cal.before(s); p.Gain.said() && r.wasThere(u.Code, before) {
		last, _ := r.amount(a, p.Measure, before)
		if d := done.Minus(last); d.Sign() > 0 {
			book(p.Gain.fixed.Times(d), fmt.Sprintf("%s × (%s − %s)", p.Gain.Text, done, last))
		}
	}
	if !met {
		r.miss(a, p, s, day, state)
	}
	return nil
}

// wasThere reports whether a unit could earn all through a period: one founded
// since has gained nothing on it, nor has anybody where another rulebook held.
func (r *Run) wasThere(unit ident.Unit, p Period) bool {
	rows := r.in.Register.rows[unit]
	return r.book.InForce(p.From) && (len(r.in.Register.order) == 0 || slices.ContainsFunc(rows, func(u Unit) bool { return p.From.In(u.From, u.Until) }))
}

// miss is what a missed target brings besides points.
func (r *Run) miss(a *account, p *PeriodRule, s Period, day org.Date, state string) {
	for _, w := range p.Bar {
		a.bars = append(a.bars, mark{day, w, p.Name + " " + s.Label + " " + state})
	}
	if p.Mark != "" {
		a.marks = append(a.marks, mark{day, p.Mark, p.Name + " " + s.Label + " " + state})
	}
	if p.Zero != "" {
		a.zeros = append(a.zeros, r.zero(p.Zero, s, day, p.Name+" "+state, p.Clause))
	}
	for i := range r.book.Strikes {
		if r.book.Strikes[i].Missed.has(p.Name) {
			a.strikes = append(a.strikes, hit{strike: i, day: day, about: day, span: s.From, event: &Entry{Day: day, Title: p.Name + " " + s.Label}})
		}
	}
}

// zero is the stretch a word means; own is that of the rule which says it.
func (r *Run) zero(word string, own Period, about org.Date, cause, clause string) zeroed {
	z := zeroed{day: about, period: own, cause: cause, clause: clause}
	switch {
	case word == "period":
	case slices.Contains(spans, word):
		z.period = r.cal.span(word, about)
	default:
		z.component = word
	}
	return z
}

// strikes acts on the nth failure.
func (r *Run) strikes(a *account, until org.Date, acted []int) {
	for i := range r.book.Strikes {
		s := &r.book.Strikes[i]
		var hits []hit
		for _, h := range a.strikes {
			if h.strike == i && h.day < until {
				hits = append(hits, h)
			}
		}
		slices.SortStableFunc(hits, func(x, y hit) int { return int(x.day) - int(y.day) })
		if s.Consecutive { // a month that misses two targets is one missed month
			hits = slices.CompactFunc(hits, func(x, y hit) bool { return x.span == y.span })
		}
		for n := acted[i]; n < len(hits); n++ {
			count := r.nth(s, hits, n)
			if count == s.At || s.Every && count > 0 && count%s.At == 0 {
				r.punish(a, s, hits[n], count)
			}
		}
		acted[i] = len(hits)
	}
}

// nth counts the failures up to one, inside its year or in a row.
func (r *Run) nth(s *Strike, hits []hit, at int) int {
	every := cmp.Or(s.Within, Year)
	count := 0
	for n := at; n >= 0; n-- {
		if r.cal.span(every, hits[n].day).From != r.cal.span(every, hits[at].day).From {
			break
		}
		if s.Consecutive && n < at && next(hits[n].day) != hits[n+1].span {
			break
		}
		if hits[n].undone != 0 && hits[n].undone <= hits[at].day {
			continue
		}
		count++
	}
	return count
}

func (r *Run) punish(a *account, s *Strike, h hit, count int) {
	cause := fmt.Sprintf("%s × %d", s.Name, count)
	var after []booking
	if s.Points.said() {
		e := *h.event
		e.Day, e.Clause, e.Rule, e.Arithmetic = h.day, s.Clause, cmp.Or(s.Text, s.Name), cause+": "+s.Points.Text
		if s.Zero != "" {
			after = append(after, booking{s.Component, s.Points.fixed, e})
		} else {
			r.emit(a, s.Component, s.Points.fixed, e)
		}
	}
	for _, w := range s.Bar {
		a.bars = append(a.bars, mark{h.day, w, cause})
	}
	if s.Mark != "" {
		a.marks = append(a.marks, mark{h.day, s.Mark, cause})
	}
	if s.Zero != "" {
		z := r.zero(s.Zero, r.cal.span(cmp.Or(s.Within, Year), h.about), h.about, cause, s.Clause)
		z.day, z.after = h.day, after
		a.zeros = append(a.zeros, z)
	}
}

// zeroes books away what a stretch of time has earned: in the month of the cause
// everything since the stretch began, also what stands in months that are closed,
// and in every later month of the stretch what that month brought. The ledger of a
// year is so the ledgers of its months one after the other.
func (r *Run) zeroes(a *account, month Period) {
	for i := range a.zeros {
		z := &a.zeros[i]
		first := month.Has(z.day)
		if !first && (month.From <= z.day || month.From >= z.period.Until) {
			continue
		}
		if !slices.ContainsFunc(a.zeros[:i], z.same) {
			r.wipe(a, z, Period{From: z.period.From, Until: min(z.period.Until, month.Until), Label: z.period.Label}, prev(month.Until))
		}
		if first {
			for _, b := range z.after {
				r.emit(a, b.component, b.points, b.entry)
				a.kept = append(a.kept, b)
			}
		}
	}
}

func (z *zeroed) same(o zeroed) bool { return o.period == z.period && o.component == z.component }

// wipe books the opposite of what a stretch comes to, where that is something
// good. A deduction that came with a zeroing is not made good by it.
func (r *Run) wipe(a *account, z *zeroed, p Period, day org.Date) {
	got := make([]Points, len(r.names))
	var worth Points
	for c, name := range r.names {
		if z.component != "" && z.component != name {
			continue
		}
		var w Points
		got[c], w = r.stands(a, z, c, p)
		worth = worth.Plus(w)
	}
	if worth.Sign() <= 0 {
		return
	}
	if z.acted == 0 {
		z.acted = day
	}
	for c, name := range r.names {
		if !got[c].Zero() {
			r.emit(a, name, got[c].Neg(), Entry{Day: day, Clause: z.clause, Rule: z.cause, Arithmetic: "0 − " + got[c].String(), Title: p.Label})
		}
	}
}

// stands is what a component has in a stretch of time, the deductions of zeroings
// left out: settled with its bounds where its own spans are over; and what it is
// worth, with base and floor of the span that runs, where the zero takes all of that.
func (r *Run) stands(a *account, z *zeroed, at int, p Period) (got, worth Points) {
	var before, kept Points
	for _, b := range a.kept {
		if r.comps[b.component] == at && p.Has(b.entry.Day) {
			kept = kept.Plus(b.points)
		}
	}
	i := slices.IndexFunc(r.book.Components, func(x Component) bool { return x.Name == r.names[at] })
	if i < 0 {
		got = r.sum(a.comps[at], p).Minus(kept)
		return got, got
	}
	c, now := &r.book.Components[i], r.in.Period
	if c.Every != "" {
		now = r.cal.span(c.Every, prev(p.Until))
		if now.From > p.From {
			quiet := *r
			quiet.in.Explain = nil
			before = quiet.bounded(a, c, at, Period{From: p.From, Until: now.From})
			p.From = now.From
		}
	}
	got = r.sum(a.comps[at], p).Minus(kept)
	worth = got
	if z.period.covers(now) {
		worth = worth.Plus(c.Base.fixed)
		if c.Floor.said() && worth.Cmp(c.Floor.fixed) < 0 {
			worth = c.Floor.fixed
		}
	}
	return got.Plus(before), worth.Plus(before)
}

// nought reports whether a span of a component is taken away whole.
func (a *account) nought(component string, span Period) bool {
	return slices.ContainsFunc(a.zeros, func(z zeroed) bool {
		return z.acted > 0 && z.acted < span.Until && (z.component == "" || z.component == component) && z.period.covers(span)
	})
}

// componentNames are those declared and those that rows name, in that order.
func (b *Rulebook) componentNames() []string {
	var names []string
	add := func(n string) {
		if !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	for _, c := range b.Components {
		add(c.Name)
	}
	for _, r := range b.Rules {
		add(r.Component)
	}
	for _, r := range b.Fees {
		add(r.Component)
	}
	for _, p := range b.Period {
		add(p.Component)
	}
	for _, s := range b.Strikes {
		add(s.Component)
	}
	for _, m := range b.Manual {
		add(m.Component)
	}
	add("")
	return names
}

func (b *Rulebook) gains() bool {
	return slices.ContainsFunc(b.Period, func(p PeriodRule) bool { return p.Gain.said() })
}

func (b *Rulebook) weekly() bool {
	return slices.ContainsFunc(b.Period, func(p PeriodRule) bool { return p.Every == Week })
}

// named reports whether a target of this name is on the list.
func (b *Rulebook) named(name string) bool {
	return slices.ContainsFunc(b.Targets, func(t Target) bool { return t.Name == name && strings.TrimSpace(name) != "" })
}
