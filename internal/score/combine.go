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
	factor Points // what it keeps
	cut    bool
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
	points Points
	again  Points
	rule   *Rule
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

// policy is the first row that is about an event.
func (b *Rulebook) policy(h *happening, v *verdict) int {
	for _, i := range v.combine {
		if ok, err := b.Combine[i].holds(h); err == nil && ok {
			return i
		}
	}
	return -1
}

// apply books what a rule gives to one receiver, after what the item already has.
func (b *Rulebook) apply(r *Run, h *happening, v *verdict, rule *Rule, p part, points Points, how string) {
	e := r.entry(h, rule.Clause, rule.Text, how)
	if p.part.Cmp(Whole(1)) != 0 {
		points = points.Times(p.part)
		e.Arithmetic += " × " + p.part.fraction()
	}
	policy := b.policy(h, v)
	if h.Item == "" || rule.Item.said() || policy < 0 && !rule.Again.said() && len(rule.Unless) == 0 && !b.effects && !r.undone[h.Fact] {
		r.emit(p.to, rule.Component, points, e)
		return
	}
	st := r.items[h.Item]
	if st == nil {
		st = &itemState{factor: Whole(1)}
		r.items[h.Item] = st
	}
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
		g.list = append(g.list, contribution{h.Fact, points, again, rule})
	}
	got := g.total(b).Minus(before).Times(st.factor)
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
		if d := g.total(r.book).Minus(before).Times(st.factor); !d.Zero() {
			r.emit(g.to, g.component, d, r.entry(h, rule.Clause, rule.Text, d.String()))
		}
	}
}

// undo books back what an event had given in a period that is closed.
func (r *Run) undo(h *happening) {
	st := r.items[h.Item]
	if st == nil {
		return
	}
	r.rebook(st, h, func(c contribution) bool { return c.fact == h.Undoes })
}

// cut leaves an item what the rule says of its own points, those it has and those
// still to come. Two cuts do not add up: the deeper one stands.
func (r *Run) cut(h *happening, rule *Rule) {
	if h.Item == "" {
		return
	}
	st := r.items[h.Item]
	if st == nil {
		st = &itemState{factor: Whole(1)}
		r.items[h.Item] = st
	}
	factor := rule.Item.fixed
	if factor.Cmp(st.factor) >= 0 {
		return
	}
	for _, g := range st.groups {
		total := g.total(r.book)
		d := total.Times(factor).Minus(total.Times(st.factor))
		if !d.Zero() {
			r.emit(g.to, g.component, d, r.entry(h, rule.Clause, rule.Text, "−"+total.Times(st.factor).String()+" × (1 − "+factor.String()+")"))
		}
	}
	st.factor = factor
}
