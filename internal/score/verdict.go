package score

import (
	"strconv"

	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// verdict is the rows of the rulebook that are about events with certain words.
// It is worked out once for every combination of words that occurs: a rulebook of
// forty rules is a look-up, not forty questions.
type verdict struct {
	rules, fees, adjust, combine, share, strikes []int
	measures                                     []counted
	persons                                      bool
}

// counted is a measure and the rows that say what an event weighs in it.
type counted struct {
	measure int
	weigh   []int
}

// mask notes which words some row asks about; the others are left out of the key.
func (r *Run) mask() {
	for _, m := range r.book.matches() {
		for i, want := range m.fields() {
			r.used[i] = r.used[i] || len(want) > 0
		}
	}
}

// matches are all rows that ask about events.
func (b *Rulebook) matches() (all []*Match) {
	for i := range b.Rules {
		all = append(all, &b.Rules[i].Match)
	}
	for i := range b.Fees {
		all = append(all, &b.Fees[i].Match)
	}
	for i := range b.Adjust {
		all = append(all, &b.Adjust[i].Match)
	}
	for i := range b.Combine {
		all = append(all, &b.Combine[i].Match)
	}
	for i := range b.Share {
		all = append(all, &b.Share[i].Match)
	}
	for i := range b.Strikes {
		all = append(all, &b.Strikes[i].Match)
	}
	for i := range b.Credit {
		all = append(all, &b.Credit[i].Match)
	}
	for i := range b.Measures {
		all = append(all, &b.Measures[i].Match)
		for j := range b.Measures[i].Weigh {
			all = append(all, &b.Measures[i].Weigh[j].Match)
		}
	}
	if b.Persons != nil {
		all = append(all, &b.Persons.Match)
	}
	return all
}

func (r *Run) verdict(h *happening) *verdict {
	key := h.f
	for i, used := range r.used {
		if !used {
			key[i] = ""
		}
	}
	if v := r.verdicts[key]; v != nil {
		return v
	}
	v, b := &verdict{}, r.book
	pick := func(n int, row func(int) *Match) (list []int) {
		for i := range n {
			if row(i).takes(&key) {
				list = append(list, i)
			}
		}
		return list
	}
	v.rules = firsts(pick(len(b.Rules), func(i int) *Match { return &b.Rules[i].Match }), func(i int) *Match { return &b.Rules[i].Match })
	v.fees = firsts(pick(len(b.Fees), func(i int) *Match { return &b.Fees[i].Match }), func(i int) *Match { return &b.Fees[i].Match })
	v.adjust = pick(len(b.Adjust), func(i int) *Match { return &b.Adjust[i].Match })
	v.combine = pick(len(b.Combine), func(i int) *Match { return &b.Combine[i].Match })
	v.share = pick(len(b.Share), func(i int) *Match { return &b.Share[i].Match })
	for i := range b.Strikes {
		if len(b.Strikes[i].Event) > 0 && b.Strikes[i].takes(&key) {
			v.strikes = append(v.strikes, i)
		}
	}
	for i := range b.Measures {
		m := &b.Measures[i]
		if m.Ratio == nil && !m.Points && !m.Total && m.takes(&key) {
			v.measures = append(v.measures, counted{i, pick(len(m.Weigh), func(j int) *Match { return &m.Weigh[j].Match })})
		}
	}
	v.persons = b.Persons != nil && b.Persons.takes(&key)
	r.verdicts[key] = v
	return v
}

// firsts ends a list of candidates at the first that asks for nothing more.
func firsts(list []int, row func(int) *Match) []int {
	for n, i := range list {
		if !row(i).conditional() {
			return list[:n+1]
		}
	}
	return list
}

// measure counts an event in every measure it belongs to, for every unit that had
// a part in it.
func (r *Run) measure(h *happening, v *verdict) error {
	for _, c := range v.measures {
		m := &r.book.Measures[c.measure]
		if ok, err := m.holds(h); err != nil {
			return r.failed(h, m.Name, err)
		} else if !ok {
			continue
		}
		weight := Whole(1)
		for _, j := range c.weigh {
			if ok, err := m.Weigh[j].holds(h); err != nil {
				return r.failed(h, m.Name, err)
			} else if ok {
				weight = m.Weigh[j].As.fixed
				break
			}
		}
		n := int64(len(h.Contributors))
		if n == 0 {
			if m.Fraction && h.Den > 0 {
				weight = weight.Times(Rat(h.Num, h.Den))
			}
			r.count(h, c.measure, r.account(OfUnit, string(h.Unit)), weight)
			continue
		}
		for _, s := range h.Contributors {
			w := weight
			if m.Fraction && s.Said {
				w = w.Times(s.Part)
			} else if m.Fraction {
				w = w.Times(Rat(1, n))
			}
			r.count(h, c.measure, r.account(OfUnit, string(s.Unit)), w)
		}
	}
	return nil
}

func (r *Run) count(h *happening, measure int, a *account, w Points) {
	m, at := &r.book.Measures[measure], r.bucket(h.day)
	what := ""
	switch {
	case m.Once:
		what = string(h.Item)
	case m.Kinds == Month:
		what = strconv.Itoa(int(h.day / 100))
	case m.Kinds != "":
		what = h.f[facetOf(m.Kinds)]
	}
	if h.back {
		if what != "" { // whether something else brought it in too is not kept
			return
		}
		w = w.Neg()
	}
	if what != "" {
		k := seenKey{measure, int(r.year(h.day)), what}
		if a.seen[k] {
			return
		}
		if a.seen == nil {
			a.seen = map[seenKey]bool{}
		}
		a.seen[k] = true
	}
	put(&a.measures[measure], at, w)
}

func facetOf(name string) int {
	for i, n := range facetNames {
		if n == name {
			return i
		}
	}
	return -1
}

// hit is a failure that a strike rule counts.
type hit struct {
	strike int
	fact   ident.Fact
	undone org.Date // when it was taken back; it counts no more from then on
	day    org.Date
	about  org.Date // the day it happened, where that day's period is closed
	span   org.Date // of a missed period rule: where it began
	event  *Entry
}

// strike notes a failure; it is counted at the end of the month.
func (r *Run) strike(h *happening, v *verdict) {
	for _, i := range v.strikes {
		s := &r.book.Strikes[i]
		if ok, err := s.holds(h); err != nil || !ok {
			continue
		}
		a := r.account(OfUnit, string(h.Unit))
		e := r.entry(h, s.Clause, s.Text, "")
		a.strikes = append(a.strikes, hit{strike: i, fact: h.Fact, day: h.day, about: h.Day, event: &e})
	}
}
