package score

import (
	"fmt"
	"slices"
	"strconv"

	"xinshu/internal/org"
)

// check goes through the rulebook in the order it is written in.
func (c *checker) check() {
	b := c.b
	c.bad = append(c.bad, org.Text("title", b.Title, 1, org.MaxName)...)
	var ok bool
	if b.from, ok = org.ParseDate(b.From); !ok {
		c.add("from", "not_a_date", "value", b.From)
	}
	if b.Until != "" {
		if b.until, ok = org.ParseDate(b.Until); !ok || b.until <= b.from {
			c.add("until", "not_a_date", "value", b.Until)
		}
	}
	if _, ok := parseYearStart(b.YearStarts); !ok {
		c.add("year_starts", "not_a_date", "value", b.YearStarts)
	}
	c.word("sharing", &b.Sharing, Split, Equal, Full)
	c.word("round_by", &b.RoundBy, HalfUp, HalfEven, Down, Up)
	c.word("round_at", &b.RoundAt, "total", "component")
	c.word("visible", &b.Visible, "class", "own", "top", "all", "off")
	if b.Round < exact || b.Round > 6 {
		c.add("round", "out_of_range", "min", "0", "max", "6")
	}
	c.publications()
	c.targets()
	if len(b.Rules)+len(b.Fees)+len(b.Period)+len(b.Manual) == 0 {
		c.add("rules", "required")
	}
	c.rules("rules", b.Rules)
	c.rules("fees", b.Fees)
	c.changes()
	c.measures()
	c.periods()
	c.strikes()
	c.components()
	c.people()
	c.outcome()
	for i, e := range b.Examples {
		at := row("examples", i)
		if e.Name == "" {
			c.add(at+".name", "required")
		}
		if _, ok := ParsePeriod(e.Period); !ok {
			c.add(at+".period", "not_a_period", "value", e.Period)
		}
		if len(e.Expect) == 0 {
			c.add(at+".expect", "required")
		}
	}
}

func (c *checker) publications() {
	b := c.b
	b.byCode = map[string]*Publication{}
	for i := range b.Publications {
		p := &b.Publications[i]
		at := row("publications", i)
		if p.Level != "" && !org.Level(p.Level).Valid() {
			c.add(at+".level", "unknown_level", "value", p.Level)
		}
		c.amount(at+".times", &p.Times, nil)
		if p.Code == "" {
			b.others = append(b.others, p)
			continue
		}
		if b.byCode[p.Code] != nil {
			c.add(at+".code", "twice", "value", p.Code)
		}
		b.byCode[p.Code] = p
	}
	for i, p := range b.Publications {
		if p.Like != "" && b.byCode[p.Like] == nil {
			c.add(row("publications", i)+".like", "unknown_publication", "value", p.Like)
		}
	}
}

func (c *checker) targets() {
	for i := range c.b.Targets {
		t := &c.b.Targets[i]
		at := row("targets", i)
		if t.Name == "" {
			c.add(at+".name", "required")
		}
		c.number(at+".amount", &t.Amount)
	}
}

// rules checks a rate table: what can never fire is warned of, and refused where
// the rulebook says that only one rate may fire.
func (c *checker) rules(table string, rules []Rule) {
	for i := range rules {
		r := &rules[i]
		at := row(table, i)
		c.clause(at, r.Clause)
		if len(r.Event) == 0 {
			c.add(at+".event", "required")
		}
		c.match(at, &r.Match)
		if !r.Points.said() {
			c.add(at+".points", "not_a_number", "value", "")
		}
		c.amount(at+".points", &r.Points, eventWords)
		c.amount(at+".again", &r.Again, nil)
		c.amount(at+".item", &r.Item, nil)
		c.words(at+".unless", r.Unless, texts(EventKinds)...)
		c.b.effects = c.b.effects || r.Item.said() || len(r.Unless) > 0
		if table == "fees" {
			c.word(at+".to", &r.To, "author", "unit")
		}
		for j := range i {
			switch {
			case c.b.OneRule && rules[j].meets(&r.Match):
				c.add(at, "two_rules", "clause", r.Clause, "other", rules[j].Clause, "because", table+"["+strconv.Itoa(j)+"]")
			case rules[j].covers(&r.Match):
				c.warn(at, "never_fires", fmt.Sprintf("%s[%d] (%s) takes every event of it", table, j, rules[j].Clause))
			default:
				continue
			}
			break
		}
	}
}

func (c *checker) changes() {
	b := c.b
	for i := range b.Adjust {
		a, at := &b.Adjust[i], row("adjust", i)
		c.clause(at, a.Clause)
		c.match(at, &a.Match)
		c.amount(at+".times", &a.Times, nil)
		c.amount(at+".plus", &a.Plus, nil)
		if !a.Times.said() && !a.Plus.said() {
			c.add(at+".times", "required")
		}
	}
	for i := range b.Combine {
		p, at := &b.Combine[i], row("combine", i)
		c.clause(at, p.Clause)
		c.match(at, &p.Match)
		c.words(at+".by", p.By, facetNames[:]...)
		c.word(at+".keep", &p.Keep, KeepAll, KeepHighest, KeepFirst, KeepFactors)
		c.word(at+".within", &p.Within, append([]string{""}, spans[1:]...)...)
		for j := range p.Factors {
			c.amount(fmt.Sprintf("%s.factors[%d]", at, j), &p.Factors[j], nil)
		}
		if (p.Keep == KeepFactors) != (len(p.Factors) > 0) {
			c.add(at+".factors", "required")
		}
	}
	for i := range b.Share {
		s, at := &b.Share[i], row("share", i)
		c.clause(at, s.Clause)
		c.match(at, &s.Match)
		c.word(at+".how", &s.How, Split, Equal, Full, Each, Lead)
		c.amount(at+".each", &s.Each, nil)
		if (s.How == Each || s.How == Lead) && !s.Each.said() {
			c.add(at+".each", "required")
		}
	}
	for i := range b.Credit {
		k := &b.Credit[i]
		c.clause(row("credit", i), k.Clause)
		c.match(row("credit", i), &k.Match)
		if len(k.Class)+len(k.Unit) == 0 {
			c.add(row("credit", i)+".class", "required")
		}
	}
}

func (c *checker) measures() {
	b := c.b
	for i := range b.Measures {
		m, at := &b.Measures[i], row("measures", i)
		if m.Name == "" {
			c.add(at+".name", "required")
		} else if b.measure(m.Name) < i {
			c.add(at+".name", "twice", "value", m.Name)
		}
		c.match(at, &m.Match)
		for j := range m.Weigh {
			c.match(fmt.Sprintf("%s.weigh[%d]", at, j), &m.Weigh[j].Match)
			c.number(fmt.Sprintf("%s.weigh[%d].as", at, j), &m.Weigh[j].As)
		}
		c.words(at+".component", m.Component, b.componentNames()...)
		if m.Kinds != "" && m.Kinds != Month {
			c.word(at+".kinds", &m.Kinds, append([]string{""}, facetNames[:]...)...)
		}
		if m.Ratio == nil {
			if len(m.Event) == 0 && !m.Points && !m.Total {
				c.add(at+".event", "required")
			}
			if m.Total && slices.ContainsFunc(b.Components, func(p Component) bool { return p.Mean == "item" }) {
				c.add(at+".total", "unknown_word", "value", "total", "known", "points")
			}
			continue
		}
		for field, name := range map[string]string{"of": m.Ratio.Of, "to": m.Ratio.To} {
			if k := b.measure(name); k < 0 || b.Measures[k].Ratio != nil {
				c.unknown(at+".ratio."+field, name)
			}
		}
	}
}

// unknown names a measure that is not there and what there is.
func (c *checker) unknown(path, name string) {
	var known []string
	for _, m := range c.b.Measures {
		known = append(known, m.Name)
	}
	c.word(path, &name, append([]string{""}, known...)...)
	if name == "" {
		c.add(path, "required")
	}
}

func (c *checker) periods() {
	b := c.b
	for i := range b.Period {
		p, at := &b.Period[i], row("period", i)
		c.clause(at, p.Clause)
		if p.Name == "" {
			c.add(at+".name", "required")
		}
		c.word(at+".every", &p.Every, append([]string{Month}, spans...)...)
		if b.measure(p.Measure) < 0 {
			c.unknown(at+".measure", p.Measure)
		}
		if p.Target.said() && !b.named(p.Target.Text) {
			if c.amount(at+".target", &p.Target, nil); p.Target.expr == nil && len(c.bad) > 0 && c.bad[len(c.bad)-1].Path == at+".target" {
				c.bad[len(c.bad)-1].Code = "unknown_target"
			}
		}
		says := false
		for field, a := range map[string]*Amount{"per_head": &p.PerHead, "met": &p.Met, "missed": &p.Missed, "ratio": &p.Ratio, "each_missing": &p.EachMissing, "missing_most": &p.MissingMost, "each_over": &p.EachOver, "over_most": &p.OverMost, "gain": &p.Gain} {
			c.amount(at+"."+field, a, nil)
			says = says || a.said() && field != "per_head"
		}
		c.amount(at+".points", &p.Points, periodWords)
		counted := slices.ContainsFunc(b.Strikes, func(s Strike) bool { return s.Missed.has(p.Name) })
		if !says && !p.Points.said() && p.Zero == "" && len(p.Bar) == 0 && p.Mark == "" && !counted {
			c.warn(at, "does_nothing", p.Name)
		}
		c.word(at+".empty", &p.Empty, "skip", "met", "missed")
		c.zero(at+".zero", p.Zero)
		c.bars(at+".bar", p.Bar)
	}
}

func (c *checker) zero(path, word string) {
	c.word(path, &word, append(append([]string{"", "period"}, spans...), c.b.componentNames()...)...)
}

func (c *checker) bars(path string, bars Many) {
	known := []string{"all"}
	for _, a := range c.b.Awards {
		known = append(known, a.Name)
	}
	c.words(path, bars, known...)
}

func (c *checker) strikes() {
	b := c.b
	var names []string
	for _, p := range b.Period {
		names = append(names, p.Name)
	}
	for i := range b.Strikes {
		s, at := &b.Strikes[i], row("strikes", i)
		c.clause(at, s.Clause)
		if s.Name == "" {
			c.add(at+".name", "required")
		}
		if (len(s.Event) == 0) == (len(s.Missed) == 0) {
			c.add(at+".event", "required")
		}
		c.match(at, &s.Match)
		c.words(at+".missed", s.Missed, names...)
		c.word(at+".within", &s.Within, append([]string{Year}, spans...)...)
		if s.At < 1 {
			c.add(at+".at", "out_of_range", "min", "1", "max", "1000")
			s.At = 1
		}
		c.amount(at+".points", &s.Points, nil)
		c.zero(at+".zero", s.Zero)
		c.bars(at+".bar", s.Bar)
	}
}

func (c *checker) components() {
	b := c.b
	bounds := func(at string, p *Component) {
		c.word(at+".every", &p.Every, append([]string{""}, spans[1:]...)...)
		c.word(at+".mean", &p.Mean, "", "item", Month)
		for field, a := range map[string]*Amount{"base": &p.Base, "floor": &p.Floor, "cap": &p.Cap, "times": &p.Times, "of": &p.Of, "into": &p.Into} {
			c.amount(at+"."+field, a, nil)
		}
		if p.Into.said() != p.Of.said() || p.Of.said() && p.Of.fixed.Sign() <= 0 {
			c.add(at+".of", "required")
		}
		if p.Mean == "item" && (p.Every != "" || p.Name == "" && p == b.Total) {
			c.add(at+".mean", "unknown_word", "value", p.Mean, "known", Month)
		}
	}
	for i := range b.Components {
		at := row("components", i)
		if slices.ContainsFunc(b.Components[:i], func(o Component) bool { return o.Name == b.Components[i].Name }) {
			c.add(at+".name", "twice", "value", b.Components[i].Name)
		}
		bounds(at, &b.Components[i])
	}
	if b.Total != nil {
		bounds("total", b.Total)
	}
	for i := range b.Manual {
		m, at := &b.Manual[i], row("manual", i)
		c.clause(at, m.Clause)
		if m.Code == "" {
			c.add(at+".code", "required")
		}
		c.amount(at+".min", &m.Min, nil)
		c.amount(at+".max", &m.Max, nil)
	}
}

func (c *checker) people() {
	p := c.b.Persons
	if p == nil {
		return
	}
	c.clause("persons", p.Clause)
	c.match("persons", &p.Match)
	c.word("persons.how", &p.How, Equal, Full, Each)
	c.amount("persons.each", &p.Each, nil)
	if p.How == Each && !p.Each.said() {
		c.add("persons.each", "required")
	}
}

func (c *checker) outcome() {
	b := c.b
	if b.Ranking.By != "" && b.measure(b.Ranking.By) < 0 {
		c.unknown("ranking.by", b.Ranking.By)
	}
	for _, m := range b.Ranking.Then {
		if b.measure(m) < 0 {
			c.unknown("ranking.then", m)
		}
	}
	for i := range b.Awards {
		a, at := &b.Awards[i], row("awards", i)
		c.clause(at, a.Clause)
		if a.Name == "" {
			c.add(at+".name", "required")
		}
		if a.Top < 1 {
			c.add(at+".top", "out_of_range", "min", "1", "max", "1000")
		}
		if !slices.Contains([]string{"", "total", "gain", "item", "person"}, a.By) && b.measure(a.By) < 0 {
			c.unknown(at+".by", a.By)
		}
		c.amount(at+".least", &a.Least, nil)
	}
	for i := range b.Lists {
		l, at := &b.Lists[i], row("lists", i)
		if l.Name == "" {
			c.add(at+".name", "required")
		}
		if b.measure(l.Measure) < 0 {
			c.unknown(at+".measure", l.Measure)
		}
		c.amount(at+".most", &l.Most, nil)
	}
}

func row(table string, i int) string { return table + "[" + strconv.Itoa(i) + "]" }
