package score

import (
	"slices"
	"strings"

	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// Keeping policies: what several points of one item come to.
const (
	KeepAll     = "all"
	KeepHighest = "highest"
	KeepFirst   = "first"
	KeepFactors = "factors" // the nth counts so much
)

// itemState is what an item has earned so far, where a later event can change it.
type itemState struct {
	year   org.Date // a new assessment year begins with nothing
	factor Points   // what it keeps
	cuts   []contribution
	kinds  []EventKind
	groups []*group
}

// group is the points of one item that are looked at together: the same account
// and what the policy says must be the same.
type group struct {
	to        *account
	policy    int // -1 is none
	key       string
	within    org.Date
	component string
	list      []contribution
}

type contribution struct {
	fact   ident.Fact
	kind   EventKind
	points Points
	again  Points
	rule   *Rule
}

// keeps is what is left of a group's points after a cut. A fee is not cut: what
// was paid for a false item is asked back by a person.
func (st *itemState) keeps(g *group) Points {
	if g.to.track == OfFee {
		return Whole(1)
	}
	return st.factor
}

// total is what a group's points come to.
func (g *group) total(b *Rulebook) (total Points) {
	keep, factors := KeepAll, []Amount(nil)
	if g.policy >= 0 {
		keep, factors = b.Combine[g.policy].Keep, b.Combine[g.policy].Factors
	}
	for i, c := range g.list {
		p := c.points
		if c.rule.Again.said() && slices.ContainsFunc(g.list[:i], func(d contribution) bool { return d.rule == c.rule }) {
			p = c.again
		}
		switch keep {
		case KeepAll:
			total = total.Plus(p)
		case KeepHighest:
			if i == 0 || p.Cmp(total) > 0 {
				total = p
			}
		case KeepFirst:
			if i == 0 {
				total = p
			}
		case KeepFactors:
			total = total.Plus(p.Times(factors[min(i, len(factors)-1)].fixed))
		}
	}
	return total
}

// earned is what events of one kind have a part in.
type earned struct {
	kind   EventKind
	points Points
}

// earned divides a group's points, times a factor, among the kinds of event that
// brought them, each what it added when it came.
func (g *group) earned(b *Rulebook, factor Points, sums []earned) []earned {
	list, before := g.list, Points{}
	for i, c := range list {
		upTo := *g
		upTo.list = list[:i+1]
		total := upTo.total(b)
		d := total.Minus(before).Times(factor)
		before = total
		k := slices.IndexFunc(sums, func(s earned) bool { return s.kind == c.kind })
		if k < 0 {
			k, sums = len(sums), append(sums, earned{kind: c.kind})
		}
		sums[k].points = sums[k].points.Plus(d)
	}
	return sums
}

// policy is the first row that is about an event.
func (b *Rulebook) policy(h *happening, v *verdict) int {
	for _, i := range v.combine {
		if ok, err := b.Combine[i].holds(h); err == nil && ok {
			return i
		}
	}
	return -1
}

// fired is a rule that an event set off, what it gives and how that came about.
type fired struct {
	rule   *Rule
	points Points
	how    string
}

// apply books what a rule gives to one receiver, after what the item already has.
func (r *Run) apply(h *happening, v *verdict, p part, by fired) {
	b, rule, points := r.book, by.rule, by.points
	e := r.entry(h, rule.Clause, rule.Text, by.how)
	if p.part.Cmp(Whole(1)) != 0 {
		points = points.Times(p.part)
		e.Arithmetic += " × " + p.part.fraction()
	}
	policy := b.policy(h, v)
	if h.Item == "" || rule.Item.said() || policy < 0 && !rule.Again.said() && len(rule.Unless) == 0 && !b.effects && !r.undone[h.Fact] {
		r.emit(p.to, rule.Component, points, e)
		r.remember(h, p.to, rule, points)
		return
	}
	st := r.item(h.Item, h.day)
	if !slices.Contains(st.kinds, h.Kind) {
		st.kinds = append(st.kinds, h.Kind)
		r.standDown(st, h)
	}
	again := Points{}
	if rule.Again.said() {
		again = rule.Again.fixed.Times(p.part)
	}
	g := st.group(r, h, p.to, policy, rule)
	before := g.total(b)
	if !slices.ContainsFunc(st.kinds, func(k EventKind) bool { return rule.Unless.has(string(k)) }) {
		g.list = append(g.list, contribution{h.Fact, h.Kind, points, again, rule})
	}
	got := g.total(b).Minus(before).Times(st.keeps(g))
	if got.Cmp(points) != 0 && r.in.Explain != nil {
		e.Arithmetic += " → " + got.String()
		if policy >= 0 {
			e.Arithmetic += " (" + b.Combine[policy].Clause + ")"
		}
	}
	r.emit(p.to, rule.Component, got, e)
}

func (st *itemState) group(r *Run, h *happening, to *account, policy int, rule *Rule) *group {
	key, component := "", rule.Component
	var within org.Date
	if policy >= 0 {
		c := &r.book.Combine[policy]
		var words []string
		for _, by := range c.By {
			if i := slices.Index(facetNames[:], by); i >= 0 {
				words = append(words, h.f[i])
			}
		}
		key = strings.Join(words, "\x00")
		every := c.Within
		if every == "" {
			every = Year
		}
		within = r.cal.span(every, h.day).From
	}
	for _, g := range st.groups {
		if g.to == to && g.policy == policy && g.key == key && g.within == within && (g.component == component || policy >= 0) {
			return g
		}
	}
	g := &group{to: to, policy: policy, key: key, within: within, component: component}
	st.groups = append(st.groups, g)
	return g
}

// fraction writes a share as people do.
func (p Points) fraction() string { return p.rat().RatString() }

// standDown takes back what only counted until such an event came.
func (r *Run) standDown(st *itemState, h *happening) {
	r.rebook(st, h, func(c contribution) bool { return c.rule.Unless.has(string(h.Kind)) })
}

// rebook drops contributions and books the difference.
func (r *Run) rebook(st *itemState, h *happening, gone func(contribution) bool) {
	for _, g := range st.groups {
		before := g.total(r.book)
		by := g.earned(r.book, st.keeps(g).Neg(), nil)
		var rule *Rule
		g.list = slices.DeleteFunc(g.list, func(c contribution) bool {
			if gone(c) {
				rule = c.rule
				return true
			}
			return false
		})
		if rule == nil {
			continue
		}
		if d := g.total(r.book).Minus(before).Times(st.keeps(g)); !d.Zero() {
			r.emit(g.to, g.component, d, r.entry(h, rule.Clause, rule.Text, d.String()), g.earned(r.book, st.keeps(g), by)...)
		}
	}
}

// item finds or opens an item's state in the year of a day.
func (r *Run) item(id ident.Item, d org.Date) *itemState {
	st, year := r.items[id], r.year(d)
	if st == nil || st.year != year {
		st = &itemState{year: year, factor: Whole(1)}
		r.items[id] = st
	}
	return st
}

// alone is where the points of an event stand that no other event looks at.
func alone(f ident.Fact) ident.Item { return "\x00" + ident.Item(f) }

// remember keeps what will be taken back later and stands with no item.
func (r *Run) remember(h *happening, to *account, rule *Rule, points Points) {
	if r.undone[h.Fact] {
		st := r.item(alone(h.Fact), h.day)
		st.groups = append(st.groups, &group{to: to, policy: -1, component: rule.Component, list: []contribution{{fact: h.Fact, kind: h.Kind, points: points, rule: rule}}})
	}
}

// undo books back what an event had given in a period that is closed, and what it
// had counted. What a strike has done by then stays done.
func (r *Run) undo(h *happening) error {
	was := r.taken[h.Undoes]
	if was == nil || r.year(was.day) != r.year(h.day) {
		r.warn("nothing_to_take_back", string(h.Fact), string(h.Undoes))
		return nil
	}
	mine := func(c contribution) bool { return c.fact == h.Undoes }
	for _, id := range []ident.Item{was.Item, alone(h.Undoes)} {
		if st := r.items[id]; st != nil {
			r.rebook(st, h, mine)
			if n := len(st.cuts); n > 0 {
				st.cuts = slices.DeleteFunc(st.cuts, mine)
				if len(st.cuts) < n {
					r.keep(st, h, was.rule)
				}
			}
		}
	}
	for _, a := range r.order {
		for i := range a.strikes {
			if a.strikes[i].fact == h.Undoes {
				a.strikes[i].undone = h.day
			}
		}
	}
	back := *was
	back.day, back.back = h.day, true
	return r.measure(&back, r.verdict(&back))
}

// cut leaves an item what the rule says of its own points, those it has and those
// still to come. Two cuts do not add up: the deeper one stands.
func (r *Run) cut(h *happening, rule *Rule) {
	if h.Item == "" {
		return
	}
	st := r.item(h.Item, h.day)
	st.cuts = append(st.cuts, contribution{fact: h.Fact, points: rule.Item.fixed})
	r.keep(st, h, rule)
}

// keep books what the cuts leave of an item's points.
func (r *Run) keep(st *itemState, h *happening, rule *Rule) {
	factor := Whole(1)
	for _, c := range st.cuts {
		if c.points.Cmp(factor) < 0 {
			factor = c.points
		}
	}
	if factor.Cmp(st.factor) == 0 {
		return
	}
	for _, g := range st.groups {
		if g.to.track == OfFee {
			continue
		}
		total := g.total(r.book)
		d := total.Times(factor).Minus(total.Times(st.factor))
		if !d.Zero() {
			r.emit(g.to, g.component, d, r.entry(h, rule.Clause, rule.Text, total.String()+" × "+factor.String()+" − "+total.Times(st.factor).String()), g.earned(r.book, factor.Minus(st.factor), nil)...)
		}
	}
	st.factor = factor
}
