package ops

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/score"
)

// Compared is the same facts under several rulebooks. The first is what the
// others are compared with.
type Compared struct {
	Rulebooks []ScoredBook      `json:"rulebooks"`
	Period    ScoredPeriod      `json:"period"`
	Classes   []ComparedClass   `json:"classes"`
	Warnings  [][]ScoredWarning `json:"warnings"` // by rulebook
}

// ComparedClass is a class, in the order of the first rulebook.
type ComparedClass struct {
	Class string         `json:"class"`
	Units []ComparedUnit `json:"units"`
}

// ComparedUnit is a unit's places.
type ComparedUnit struct {
	Unit   string          `json:"unit"`
	Name   string          `json:"name,omitempty"`
	Places []ComparedPlace `json:"places"` // by rulebook
}

// ComparedPlace is a place under one rulebook.
type ComparedPlace struct {
	Rank   int      `json:"rank"`
	Tied   bool     `json:"tied"`
	Points string   `json:"points"`
	Rises  int      `json:"rises"` // places against the first rulebook; falls are below nought
	Why    []Reason `json:"why,omitempty"`
}

// Reason is what moves a unit: what happened, or a clause that no single event
// stands behind. Points of two rulebooks cannot be set against each other, so
// Share does it: the part by which the unit is above the mean of its class, of
// that mean, under this rulebook less under the first. The shares of all reasons
// add up to how far the unit's standing moves.
type Reason struct {
	What   string   `json:"what"` // adopted smx, or the text of a clause
	Before string   `json:"before"`
	After  string   `json:"after"`
	Clause []string `json:"clauses"` // under both, the first rulebook's first
	Share  string   `json:"share"`

	share score.Points
}

// reasonsShown is how many reasons a place has at most.
const reasonsShown = 3

// causes are a unit's points by what brought them.
type causes struct {
	points  map[string]score.Points
	clauses map[string][]string
	order   []string
}

func (t *causes) add(what, clause string, p score.Points) {
	if _, there := t.points[what]; !there {
		t.order = append(t.order, what)
	}
	t.points[what] = t.points[what].Plus(p)
	if !slices.Contains(t.clauses[what], clause) {
		t.clauses[what] = append(t.clauses[what], clause)
	}
}

// tried is one rulebook's score, and how it came to be.
type tried struct {
	*Scored
	units   map[string]*causes
	classes map[string]*causes // all units of a class together
	total   map[string]score.Points
	size    map[string]int64 // how many they are
	class   map[string]string
	rank    map[string]ScoredUnit
}

// Compare scores the same facts by every rulebook.
func Compare(books []string, s Scoring) (*Compared, error) {
	if len(books) < 2 {
		return nil, fault.Bad("--rulebook", "two_rulebooks")
	}
	var opened []*score.Rulebook
	for _, name := range books {
		b, err := openBook(name)
		if err != nil {
			return nil, err
		}
		opened = append(opened, b)
	}
	f, err := readFacts(s.Events, s.Units)
	if err != nil {
		return nil, err
	}
	out := &Compared{Classes: []ComparedClass{}}
	var all []*tried
	for i, b := range opened {
		s.Rulebook = books[i]
		t := &tried{units: map[string]*causes{}, classes: map[string]*causes{}, size: map[string]int64{}, total: map[string]score.Points{}, class: map[string]string{}, rank: map[string]ScoredUnit{}}
		got, err := s.on(b, f, t.entry)
		if err != nil {
			return nil, err
		}
		t.over(got)
		all = append(all, t)
		out.Rulebooks, out.Warnings = append(out.Rulebooks, got.Rulebook), append(out.Warnings, got.Warnings)
	}
	first := all[0]
	out.Period = first.Period
	for _, c := range first.Classes {
		cc := ComparedClass{Class: c.Class}
		for _, u := range c.Units {
			cu := ComparedUnit{Unit: u.Unit, Name: u.Name}
			for _, t := range all {
				cu.Places = append(cu.Places, first.against(t, u.Unit))
			}
			cc.Units = append(cc.Units, cu)
		}
		out.Classes = append(out.Classes, cc)
	}
	out.late(all)
	return out, nil
}

func of(list map[string]*causes, name string) *causes {
	t := list[name]
	if t == nil {
		t = &causes{points: map[string]score.Points{}, clauses: map[string][]string{}}
		list[name] = t
	}
	return t
}

// entry books an entry under what brought it.
func (t *tried) entry(e score.Entry) {
	if e.Track != score.OfUnit {
		return
	}
	what := cmp.Or(e.Rule, e.Clause)
	if e.Fact != "" {
		what = strings.TrimSpace(string(e.Kind) + " " + cmp.Or(e.Outlet, e.Level))
	}
	of(t.units, string(e.Unit)).add(what, e.Clause, e.Points)
}

// over adds the classes up once the units have their places.
func (t *tried) over(got *Scored) {
	t.Scored = got
	for _, c := range got.Classes {
		sum := of(t.classes, c.Class)
		t.size[c.Class] = int64(len(c.Units))
		for _, u := range c.Units {
			t.class[u.Unit], t.rank[u.Unit] = c.Class, u
			own := of(t.units, u.Unit)
			for _, what := range own.order {
				sum.add(what, "", own.points[what])
				t.total[c.Class] = t.total[c.Class].Plus(own.points[what])
			}
		}
	}
}

// late adds units that only a later rulebook lists.
func (c *Compared) late(all []*tried) {
	for i, t := range all[1:] {
		for _, class := range t.Classes {
			for _, u := range class.Units {
				if slices.ContainsFunc(all[:i+1], func(o *tried) bool { return o.rank[u.Unit].Unit != "" }) {
					continue
				}
				cu := ComparedUnit{Unit: u.Unit, Name: u.Name}
				for _, o := range all {
					cu.Places = append(cu.Places, all[0].against(o, u.Unit))
				}
				at := slices.IndexFunc(c.Classes, func(x ComparedClass) bool { return x.Class == class.Class })
				if at < 0 {
					at = len(c.Classes)
					c.Classes = append(c.Classes, ComparedClass{Class: class.Class})
				}
				c.Classes[at].Units = append(c.Classes[at].Units, cu)
			}
		}
	}
}

// above is how far a unit is above its class in one thing, as a part of the mean
// total; nothing is above a mean of nought.
func (t *tried) above(unit, what string) score.Points {
	class, listed := t.class[unit]
	if !listed {
		return score.Points{}
	}
	all, n, total := t.classes[class], t.size[class], t.total[class]
	if total.Sign() <= 0 {
		return score.Points{}
	}
	p, _ := t.units[unit].points[what].Times(score.Whole(n)).Minus(all.points[what]).Over(total)
	return p
}

// against is a unit's place under another rulebook.
func (t *tried) against(o *tried, unit string) ComparedPlace {
	after := o.rank[unit]
	p := ComparedPlace{Rank: after.Rank, Tied: after.Tied, Points: cmp.Or(after.Points, "0")}
	if o == t {
		return p
	}
	if before := t.rank[unit]; before.Rank > 0 && after.Rank > 0 {
		p.Rises = before.Rank - after.Rank
	}
	var whats []string // also what others got and this one did not moves it
	for _, side := range []*tried{t, o} {
		if class := side.classes[side.class[unit]]; class != nil {
			whats = append(whats, class.order...)
		}
	}
	var why []Reason
	for i, what := range whats {
		if slices.Contains(whats[:i], what) {
			continue
		}
		r := Reason{What: what, Clause: []string{}, share: o.above(unit, what).Minus(t.above(unit, what))}
		for _, side := range []*tried{t, o} {
			points := score.Points{}
			if u := side.units[unit]; u != nil {
				points = u.points[what]
				r.Clause = append(r.Clause, u.clauses[what]...)
			}
			r.Before, r.After = r.After, points.String()
		}
		r.Share = percent(r.share)
		if !r.share.Zero() {
			why = append(why, r)
		}
	}
	slices.SortStableFunc(why, func(a, b Reason) int { return distance(b.share).Cmp(distance(a.share)) })
	p.Why = why[:min(len(why), reasonsShown)]
	return p
}

func distance(p score.Points) score.Points {
	if p.Sign() < 0 {
		return p.Neg()
	}
	return p
}

// percent is a share with one decimal and its sign.
func percent(p score.Points) string {
	s := p.Times(score.Whole(100)).Round(1).String() + "%"
	if p.Sign() > 0 {
		s = "+" + s
	}
	return s
}

func (p ComparedPlace) place() string { return ScoredUnit{Rank: p.Rank, Tied: p.Tied}.place() }

// moved is rises or falls, as it is printed.
func (p ComparedPlace) moved() string {
	switch {
	case p.Rises > 0:
		return "up " + strconv.Itoa(p.Rises)
	case p.Rises < 0:
		return "down " + strconv.Itoa(-p.Rises)
	}
	return "same"
}

func (r Reason) String() string {
	clauses := strings.Join(slices.Compact(r.Clause), ", ")
	return fmt.Sprintf("%s: %s → %s (%s; clause %s)", r.What, r.Before, r.After, r.Share, clauses)
}

// Lines are the comparison for a person at a terminal.
func (c *Compared) Lines() []string {
	var out []string
	for i, b := range c.Rulebooks {
		out = append(out, fmt.Sprintf("%c  %s (%s)", 'A'+i, b.Title, b.File))
	}
	out = append(out, "period "+c.Period.Label)
	for _, class := range c.Classes {
		out = append(out, "", cmp.Or(class.Class, "(no class)"))
		head := []string{"unit", "name"}
		for i := range c.Rulebooks {
			head = append(head, fmt.Sprintf("%c rank", 'A'+i), fmt.Sprintf("%c points", 'A'+i))
			if i > 0 {
				head = append(head, "")
			}
		}
		rows := [][]string{head}
		for _, u := range class.Units {
			cells := []string{u.Unit, u.Name}
			for i, p := range u.Places {
				cells = append(cells, p.place(), p.Points)
				if i > 0 {
					cells = append(cells, p.moved())
				}
			}
			rows = append(rows, cells)
		}
		out = append(out, aligned(rows)...)
		for _, u := range class.Units {
			for i, p := range u.Places {
				if p.Rises == 0 {
					continue
				}
				out = append(out, fmt.Sprintf("  %s under %c, %s:", cmp.Or(u.Name, u.Unit), 'A'+i, p.moved()))
				for _, r := range p.Why {
					out = append(out, "    "+r.String())
				}
			}
		}
	}
	return out
}

// Said are the warnings of every rulebook as lines.
func (c *Compared) Said() (lines []string) {
	for i, list := range c.Warnings {
		for _, line := range (&Scored{Warnings: list}).Said() {
			lines = append(lines, c.Rulebooks[i].File+": "+line)
		}
	}
	return lines
}

func (c *Compared) table() (name string, columns []string, rows [][]string) {
	columns = []string{"class", "unit", "name", "rulebook", "rank", "tied", "points", "rises", "why"}
	for _, class := range c.Classes {
		for _, u := range class.Units {
			for i, p := range u.Places {
				var why []string
				for _, r := range p.Why {
					why = append(why, r.String())
				}
				rows = append(rows, []string{class.Class, u.Unit, u.Name, c.Rulebooks[i].File, strconv.Itoa(p.Rank), yes(p.Tied), p.Points, strconv.Itoa(p.Rises), strings.Join(why, "; ")})
			}
		}
	}
	return "comparison", columns, rows
}
