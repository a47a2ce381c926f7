package score

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// Input is what a score is a function of, besides the rulebook and the events.
type Input struct {
	Register *Register
	Period   Period
	AsOf     org.Date // what happened later is not looked at; 0 looks at everything
	Closed   []Close
	Explain  func(Entry) // is told every entry of the period, in order; nil spares making them

	plain bool // the run of the period before does not look further back
}

// Close is a period that is final: what arrived after the day is scored in the
// period that was open when it came.
type Close struct {
	Period Period   `json:"period"`
	On     org.Date `json:"on"`
}

// Run is a score in the making: events are added in order of day and fact, and
// the result can be asked for at any time.
type Run struct {
	book   *Rulebook
	in     Input
	cal    calendar
	origin org.Date // events before it are not looked at
	before Period   // the period before, where a rule asks for gain
	now    Period   // memo of year
	daily  bool     // sums are kept by day, else by month

	accounts map[accountKey]*account
	order    []*account
	verdicts map[facets]*verdict
	used     [facetCount]bool // fields some row asks about
	items    map[ident.Item]*itemState
	undone   map[ident.Fact]bool       // events that are taken back later
	going    happening                 // the event that is on its way
	taken    map[ident.Fact]*happening // and what they were
	comps    map[string]int
	names    []string // of the components
	warned   map[string]int
	warnings []Warning
	books    map[org.Date]int // memo of bucket
	counted  int
	shadow   *Run // the period before, where an award is for the gain
	means    []bool
	best     map[ident.Item]Points // by item, where an award is for items
}

// Warning is something that does not stop a run and should be looked at.
type Warning struct {
	Code  string `json:"code"`
	Where string `json:"where"` // event, rule or unit
	Text  string `json:"text"`
	Times int    `json:"times"`
}

type accountKey struct {
	track string
	name  string
}

// account is what a unit, a person or a fee's receiver has.
type account struct {
	accountKey
	unit     ident.Unit
	comps    [][]Points // by component and bucket
	measures [][]Points // by measure and bucket
	seen     map[seenKey]bool
	strikes  []hit
	bars     []mark
	marks    []mark
	zeros    []zeroed
	settled  bool      // a copy that period rules work on
	kept     []booking // deductions that no zeroing makes good
	fees     []booking // by period rules; only in a settled copy
	entries  int
	scored   []int // items scored, by component, of the whole period
}

// seenKey is something that counts once.
type seenKey struct {
	measure int
	bucket  int
	what    string
}

// happening is an event on its way through the stages.
type happening struct {
	*Event
	f    facets
	day  org.Date // that it counts on
	late org.Date // the day it is about, where that day's period is closed
	rule *Rule    // that cut the item
	back bool     // counts back what was taken back
}

// name answers an expression.
func (h *happening) name(s string) any {
	switch s {
	case "points":
		return number{h.Given}
	case "length":
		return number{Whole(int64(h.Length))}
	case "contributors":
		return number{Whole(int64(max(1, len(h.Contributors))))}
	case "authors":
		return number{Whole(int64(len(h.Authors)))}
	case "age":
		return number{Whole(int64(h.Age))}
	case "month":
		return number{Whole(int64(h.day / 100 % 100))}
	case "day":
		return number{Whole(int64(h.Day % 100))}
	}
	if i := slices.Index(facetNames[:], s); i >= 0 {
		return h.f[i]
	}
	return nil
}

// Score runs the rulebook over events in any order.
func (b *Rulebook) Score(in Input, events []Event) (*Result, error) {
	r := b.Start(in)
	list := make([]*Event, 0, len(events))
	for i := range events {
		if e := &events[i]; e.Undoes != "" {
			r.undone[e.Undoes] = true
		}
		list = append(list, &events[i])
	}
	list = r.withoutUndone(list)
	for _, e := range r.inOrder(list) {
		if err := r.add(e); err != nil {
			return nil, err
		}
	}
	return r.Result()
}

// inOrder sorts events by the day they count on, then by fact. Most files are in
// that order already.
func (r *Run) inOrder(list []*Event) []*Event {
	type dated struct {
		day org.Date
		at  int // in the file
		*Event
	}
	days := make([]dated, len(list))
	sorted := true
	for i, e := range list {
		days[i] = dated{r.effective(e), i, e}
		if sorted && i > 0 {
			last := &days[i-1]
			sorted = last.day < days[i].day || last.day == days[i].day && last.Fact <= e.Fact
		}
	}
	if sorted {
		return list
	}
	slices.SortFunc(days, func(a, b dated) int {
		if a.day != b.day {
			return int(a.day) - int(b.day)
		}
		if c := cmp.Compare(a.Fact, b.Fact); c != 0 {
			return c
		}
		return a.at - b.at
	})
	for i := range days {
		list[i] = days[i].Event
	}
	return list
}

// withoutUndone leaves out what was taken back while its period was open: it
// never happened. What was taken back later is booked back.
func (r *Run) withoutUndone(list []*Event) []*Event {
	if len(r.undone) == 0 {
		return list
	}
	days := map[ident.Fact]org.Date{}
	for _, e := range list {
		if r.undone[e.Fact] {
			days[e.Fact] = r.effective(e)
		}
	}
	gone := map[ident.Fact]bool{}
	for _, e := range list {
		if day, ok := days[e.Undoes]; ok && e.Undoes != "" && (r.in.AsOf == 0 || e.Day <= r.in.AsOf) {
			arrived := max(e.Day, e.Arrived)
			if !slices.ContainsFunc(r.in.Closed, func(c Close) bool { return c.Period.Has(day) && arrived > c.On }) {
				gone[e.Undoes], gone[e.Fact] = true, true
			}
		}
	}
	return slices.DeleteFunc(list, func(e *Event) bool { return gone[e.Fact] })
}

// Start begins a run.
func (b *Rulebook) Start(in Input) *Run {
	r := &Run{book: b, in: in, accounts: map[accountKey]*account{}, verdicts: map[facets]*verdict{}, items: map[ident.Item]*itemState{}, undone: map[ident.Fact]bool{}, taken: map[ident.Fact]*happening{}, comps: map[string]int{}, warned: map[string]int{}, books: map[org.Date]int{}}
	if in.Register == nil {
		r.in.Register = NewRegister(nil)
	}
	r.cal, _ = parseYearStart(b.YearStarts)
	r.before = r.cal.before(in.Period)
	if !in.plain && slices.ContainsFunc(b.Awards, func(a Award) bool { return a.By == "gain" }) {
		r.shadow = b.Start(Input{Register: in.Register, Period: r.before, AsOf: in.AsOf, Closed: in.Closed, plain: true})
	}
	r.origin = r.cal.span(Year, in.Period.From).From
	if b.gains() { // of every month of the year, the first one too
		r.origin = r.cal.span(Year, prev(r.origin)).From
	}
	if b.weekly() {
		r.origin = r.cal.span(Week, r.origin).From // the week in which the year begins is judged whole, where it ends
	}
	r.daily = b.weekly() || r.cal.day != 1 || in.Period.From%100 != 1 || in.Period.Until%100 != 1
	for _, c := range b.componentNames() {
		r.comps[c] = len(r.names)
		r.names = append(r.names, c)
	}
	r.means = make([]bool, len(r.names))
	for _, c := range b.Components {
		r.means[r.comps[c.Name]] = c.Mean == "item"
	}
	if slices.ContainsFunc(b.Awards, func(a Award) bool { return a.By == "item" }) {
		r.best = map[ident.Item]Points{}
	}
	r.mask()
	for _, code := range r.in.Register.order {
		if r.in.Register.during(code, in.Period) {
			r.account(OfUnit, string(code))
		}
	}
	return r
}

// first is the day from which events are looked at.
func (r *Run) first() org.Date {
	if r.shadow != nil {
		return min(r.origin, r.shadow.first())
	}
	return r.origin
}

// account finds or opens one.
func (r *Run) account(track, name string) *account {
	k := accountKey{track, name}
	a := r.accounts[k]
	if a == nil {
		a = &account{accountKey: k, comps: make([][]Points, len(r.names)), measures: make([][]Points, len(r.book.Measures)), scored: make([]int, len(r.names))}
		if track == OfUnit {
			a.unit = ident.Unit(name)
		}
		r.accounts[k] = a
		r.order = append(r.order, a)
	}
	return a
}

// bucket numbers the months, or the days, from the origin.
func (r *Run) bucket(d org.Date) int {
	if !r.daily {
		return (d.Year()-r.origin.Year())*12 + int(d)/100%100 - int(r.origin)/100%100
	}
	n, ok := r.books[d]
	if !ok {
		n = int(at(d).Sub(at(r.origin)).Hours() / 24)
		r.books[d] = n
	}
	return n
}

func put(series *[]Points, at int, p Points) {
	for len(*series) <= at {
		*series = append(*series, Points{})
	}
	(*series)[at] = (*series)[at].Plus(p)
}

// sum adds a series up over a period.
func (r *Run) sum(series []Points, p Period) (total Points) {
	from, until := max(0, r.bucket(max(p.From, r.origin))), r.bucket(prev(p.Until))
	for i := from; i <= until && i < len(series); i++ {
		total = total.Plus(series[i])
	}
	return total
}

// effective is the day an event counts on: its own, or that of its arrival where
// its own lies in a period that was closed by then.
func (r *Run) effective(e *Event) org.Date {
	if len(r.in.Closed) == 0 {
		return e.Day
	}
	day, arrived := e.Day, max(e.Day, e.Arrived)
	shut := func(c Close) bool { return c.Period.Has(day) && arrived > c.On }
	for i := slices.IndexFunc(r.in.Closed, shut); i >= 0; i = slices.IndexFunc(r.in.Closed, shut) {
		day = max(arrived, r.in.Closed[i].Period.Until)
	}
	return day
}

// year is the first day of the assessment year a day lies in.
func (r *Run) year(d org.Date) org.Date {
	if !r.now.Has(d) {
		r.now = r.cal.span(Year, d)
	}
	return r.now.From
}

// warn notes a thing once and counts it.
func (r *Run) warn(code, where, text string) {
	k := code + "\x00" + text
	if i, ok := r.warned[k]; ok {
		r.warnings[i].Times++
		return
	}
	r.warned[k] = len(r.warnings)
	r.warnings = append(r.warnings, Warning{Code: code, Where: where, Text: text, Times: 1})
}

// Add takes the next event in. What is taken back after its period was closed has
// to be known before it is added: Score sees to that.
func (r *Run) Add(e Event) error { return r.add(&e) }

// add keeps hold of the event only where it is taken back later.
func (r *Run) add(e *Event) error {
	if r.shadow != nil {
		if err := r.shadow.add(e); err != nil {
			return err
		}
	}
	h := &r.going
	if r.undone[e.Fact] {
		h = new(happening)
	}
	*h = happening{Event: e, day: r.effective(e)}
	if h.day != e.Day {
		h.late = e.Day
	}
	if h.day < r.origin || h.day >= r.in.Period.Until || r.in.AsOf != 0 && e.Day > r.in.AsOf || !r.book.InForce(h.day) {
		return nil
	}
	r.counted++
	if e.Kind == TakenBack {
		return r.undo(h)
	}
	u, known := r.in.Register.On(e.Unit, h.day)
	if !known && len(r.in.Register.order) > 0 {
		r.warn("unknown_unit", string(e.Fact), string(e.Unit))
	}
	h.f = facets{string(e.Kind), e.Outlet, e.Level, "", e.Form, e.Genre, e.Prominence, e.Attachments, e.Route, e.LeaderLevel, e.LeaderRank, e.Disposition, u.Class, string(e.Unit)}
	times := r.place(h)
	v := r.verdict(h)
	if r.undone[h.Fact] {
		r.taken[h.Fact] = h
	}
	if err := r.measure(h, v); err != nil {
		return err
	}
	r.strike(h, v)
	if e.Kind == ByHand {
		return r.byHand(h)
	}
	rule, points, how, err := r.rate(h, v, r.book.Rules, v.rules, times)
	if err != nil {
		return err
	}
	if rule != nil {
		parts, err := r.share(h, v)
		if err != nil {
			return err
		}
		for _, p := range parts {
			r.apply(h, v, p, fired{rule, points, how})
		}
		if rule.Item.said() {
			h.rule = rule
			r.cut(h, rule)
		}
	}
	if len(r.book.Fees) > 0 {
		return r.fee(h, v, times)
	}
	return nil
}

// rate finds the rule that fires and works out what it gives.
func (r *Run) rate(h *happening, v *verdict, rules []Rule, candidates []int, times Points) (*Rule, Points, string, error) {
	for _, i := range candidates {
		rule := &rules[i]
		if ok, err := rule.holds(h); err != nil {
			return nil, Points{}, "", r.failed(h, rule.Clause, err)
		} else if !ok {
			continue
		}
		p, err := rule.Points.of(h.name)
		if err != nil {
			return nil, Points{}, "", r.failed(h, rule.Clause, err)
		}
		how := ""
		if r.in.Explain != nil {
			how = p.String()
			if rule.Points.expr != nil {
				how = rule.Points.Text + " = " + how
			}
		}
		if times.Cmp(Whole(1)) != 0 {
			p = p.Times(times)
			how += " × " + times.String()
		}
		for _, i := range v.adjust {
			a := &r.book.Adjust[i]
			if ok, err := a.holds(h); err != nil {
				return nil, Points{}, "", r.failed(h, a.Clause, err)
			} else if !ok {
				continue
			}
			if a.Times.said() {
				p = p.Times(a.Times.fixed)
				how += " × " + a.Times.fixed.String()
			}
			if a.Plus.said() {
				p = p.Plus(a.Plus.fixed)
				how += " + " + a.Plus.fixed.String()
			}
		}
		return rule, p, how, nil
	}
	return nil, Points{}, "", nil
}

func (r *Run) failed(h *happening, clause string, err error) error {
	return &EventError{Fact: h.Fact, Clause: clause, Err: err}
}

// EventError is an event a rulebook cannot score.
type EventError struct {
	Fact   ident.Fact
	Clause string
	Err    error
}

func (e *EventError) Error() string {
	return "event " + string(e.Fact) + ", clause " + e.Clause + ": " + e.Err.Error()
}

func (e *EventError) Unwrap() error { return e.Err }

// place looks the publication up: its level and group, and what it is scored like.
func (r *Run) place(h *happening) Points {
	one := Whole(1)
	b := r.book
	if len(b.Publications) == 0 || h.Outlet == "" {
		return one
	}
	p := b.byCode[h.Outlet]
	if p == nil {
		for _, o := range b.others {
			if o.Level == "" || o.Level == h.Level {
				p = o
				break
			}
		}
	}
	if p == nil {
		r.warn("unknown_publication", string(h.Fact), h.Outlet)
		return one
	}
	if h.f[facetLevel] == "" {
		h.f[facetLevel] = p.Level
	}
	h.f[facetGroup] = p.Group
	times := p.Times.or(one)
	if like := b.byCode[p.Like]; like != nil {
		h.f[facetPublication], h.f[facetGroup] = like.Code, like.Group
		if like.Level != "" {
			h.f[facetLevel] = like.Level
		}
	}
	return times
}

// part is one receiver and what it gets of the whole.
type part struct {
	to   *account
	part Points
}

// share divides an event among the units, then among the persons.
func (r *Run) share(h *happening, v *verdict) ([]part, error) {
	out, err := r.units(h, v)
	if err != nil {
		return nil, err
	}
	return append(out, r.persons(h, v)...), nil
}

// units divides an event among those who had a part in it.
func (r *Run) units(h *happening, v *verdict) ([]part, error) {
	one := Whole(1)
	how, each, clause := r.book.Sharing, Amount{}, ""
	for _, i := range v.share {
		s := &r.book.Share[i]
		ok, err := s.holds(h)
		if err != nil {
			return nil, r.failed(h, s.Clause, err)
		}
		if ok {
			how, each, clause = s.How, s.Each, s.Clause
			break
		}
	}
	var out []part
	var err error
	n := int64(len(h.Contributors))
	for i, c := range h.Contributors {
		p := one
		switch how {
		case Split:
			if p = c.Part; !c.Said {
				p = Rat(1, n)
			}
		case Equal:
			p = Rat(1, n)
		case Each:
			if n > 1 {
				p = each.fixed
			}
		case Lead:
			if i > 0 {
				p = each.fixed
			}
		}
		if out, err = r.credit(out, h, c.Unit, p); err != nil {
			return nil, err
		}
	}
	if n == 0 {
		p := one
		switch partial := h.Den > 0 && h.Num != h.Den; {
		case partial && how == Each:
			p = each.fixed
		case partial && how != Full:
			p = Rat(h.Num, h.Den)
		}
		if out, err = r.credit(out, h, h.Unit, p); err != nil {
			return nil, err
		}
	}
	if how == Split && n > 1 {
		sum, said := Points{}, false
		for _, c := range h.Contributors {
			sum, said = sum.Plus(c.Part), said || c.Said
		}
		if said && sum.Cmp(one) != 0 {
			return nil, r.failed(h, clause, &ShareError{Sum: sum})
		}
	}
	return out, nil
}

// ShareError is shares that do not make a whole.
type ShareError struct{ Sum Points }

func (e *ShareError) Error() string { return "the shares add up to " + e.Sum.String() + ", want 1" }

// credit adds the unit that gets what a unit earned.
func (r *Run) credit(out []part, h *happening, unit ident.Unit, p Points) ([]part, error) {
	own := part{r.account(OfUnit, string(unit)), p}
	u, ok := r.in.Register.On(unit, h.day)
	if !ok || u.Parent == "" {
		return append(out, own), nil
	}
	f := h.f
	f[facetClass], f[facetUnit] = u.Class, string(unit)
	for i := range r.book.Credit {
		c := &r.book.Credit[i]
		if !c.takes(&f) {
			continue
		}
		if ok, err := c.holds(h); err != nil {
			return nil, r.failed(h, c.Clause, err)
		} else if !ok {
			continue
		}
		if c.Keep {
			out = append(out, own)
		}
		return append(out, part{r.account(OfUnit, string(u.Parent)), p}), nil
	}
	return append(out, own), nil
}

// authors are the names that count.
func (r *Run) authors(h *happening) []string {
	if ps := r.book.Persons; ps != nil && ps.Most > 0 && len(h.Authors) > ps.Most {
		return h.Authors[:ps.Most]
	}
	return h.Authors
}

// persons are the named authors who count.
func (r *Run) persons(h *happening, v *verdict) []part {
	ps := r.book.Persons
	if ps == nil || !v.persons || len(h.Authors) == 0 {
		return nil
	}
	names := r.authors(h)
	if len(names) < len(h.Authors) {
		r.warn("too_many_authors", string(h.Fact), strconv.Itoa(ps.Most))
	}
	p := Whole(1)
	switch ps.How {
	case Equal:
		p = Rat(1, int64(len(names)))
	case Each:
		if len(names) > 1 {
			p = ps.Each.fixed
		}
	}
	var out []part
	for _, n := range names {
		out = append(out, part{r.account(OfPerson, n), p})
	}
	return out
}

// fee works out what is paid: to the authors in equal parts, or to the units as
// points are.
func (r *Run) fee(h *happening, v *verdict, times Points) error {
	rule, amount, how, err := r.rate(h, v, r.book.Fees, v.fees, times)
	if err != nil || rule == nil {
		return err
	}
	names := r.authors(h)
	if rule.To == "unit" || len(names) == 0 {
		parts, err := r.units(h, v)
		for _, p := range parts {
			r.apply(h, v, part{r.account(OfFee, p.to.name), p.part}, fired{rule, amount, how})
		}
		return err
	}
	for _, n := range names {
		r.apply(h, v, part{r.account(OfFee, n), Rat(1, int64(len(names)))}, fired{rule, amount, how})
	}
	return nil
}

// byHand books a line somebody scored.
func (r *Run) byHand(h *happening) error {
	for i := range r.book.Manual {
		m := &r.book.Manual[i]
		if m.Code != h.Form {
			continue
		}
		if m.Min.said() && h.Given.Cmp(m.Min.fixed) < 0 || m.Max.said() && h.Given.Cmp(m.Max.fixed) > 0 {
			return r.failed(h, m.Clause, &RangeError{Line: m.Code, Points: h.Given, Min: m.Min.Text, Max: m.Max.Text})
		}
		how := h.Given.String()
		if h.Note != "" {
			how += " (" + h.Note + ")"
		}
		to := r.account(OfUnit, string(h.Unit))
		r.emit(to, m.Component, h.Given, r.entry(h, m.Clause, m.Name, how))
		r.remember(h, to, &Rule{Clause: m.Clause, Text: m.Name, Component: m.Component}, h.Given)
		return nil
	}
	var known []string
	for _, m := range r.book.Manual {
		known = append(known, m.Code)
	}
	return r.failed(h, "", &RangeError{Line: h.Form, Known: strings.Join(known, ", ")})
}

// RangeError is a line scored by hand that the rulebook does not have, or beyond
// what it allows.
type RangeError struct {
	Line     string
	Points   Points
	Min, Max string
	Known    string
}

func (e *RangeError) Error() string {
	if e.Min == "" && e.Max == "" {
		return "no line " + strconv.Quote(e.Line) + " is scored by hand; the rulebook has: " + e.Known
	}
	return "line " + e.Line + ": " + e.Points.String() + " is outside " + e.Min + ".." + e.Max
}

// entry fills in what an entry takes from its event.
func (r *Run) entry(h *happening, clause, text, how string) Entry {
	if r.in.Explain == nil {
		return Entry{Day: h.day, Item: h.Item, Kind: h.Kind}
	}
	return Entry{Desk: h.Desk, Item: h.Item, Filing: h.Filing, Fact: h.Fact, Kind: h.Kind, Clause: clause, Rule: text, Arithmetic: how,
		Level: h.Level, Outlet: h.Outlet, Name: h.Name, Issue: h.Issue, Title: h.Title, Day: h.day, Late: h.late, Occurred: h.Occurred}
}

// emit books points on an account: nothing else does. What they were earned by
// matters to measures: a cut takes from the adoptions it cuts.
func (r *Run) emit(a *account, component string, p Points, e Entry, by ...earned) {
	c := r.comps[component]
	put(&a.comps[c], r.bucket(e.Day), p)
	for i := range r.book.Measures {
		m := &r.book.Measures[i]
		switch {
		case !m.Points || !m.Component.fits(component):
		case len(m.Event) == 0 || by == nil && m.Event.has(string(e.Kind)):
			put(&a.measures[i], r.bucket(e.Day), p)
		default:
			for _, b := range by {
				if m.Event.has(string(b.kind)) {
					put(&a.measures[i], r.bucket(e.Day), b.points)
				}
			}
		}
	}
	if !r.in.Period.Has(e.Day) {
		return
	}
	a.entries++
	if e.Item != "" && a.track == OfUnit && !a.settled { // a strike is not what the item earned
		if r.means[c] {
			if k := (seenKey{-1 - c, 0, string(e.Item)}); !a.seen[k] {
				if a.seen == nil {
					a.seen = map[seenKey]bool{}
				}
				a.seen[k] = true
				a.scored[c]++
			}
		}
		if r.best != nil {
			r.best[e.Item] = r.best[e.Item].Plus(p)
		}
	}
	if r.in.Explain == nil {
		return
	}
	e.Track, e.Component, e.Points = a.track, component, p
	if a.track == OfUnit {
		e.Unit = a.unit
	} else {
		e.Person = a.name
	}
	r.in.Explain(e)
}
