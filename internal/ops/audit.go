package ops

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/score"
)

// Audited is what the recomputation of published tables found.
type Audited struct {
	Rulebook string          `json:"rulebook,omitempty"`
	OK       bool            `json:"ok"`
	Notices  []AuditedNotice `json:"notices"`
}

// AuditedNotice is one table: the cells that were worked out again, those that do
// not follow, and what is odd and not wrong.
type AuditedNotice struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Period   string    `json:"period,omitempty"`
	Checked  int       `json:"checked"`
	Findings []Finding `json:"findings"`
	Notes    []string  `json:"notes"`
}

// Finding is a cell, or a number of the text, that does not follow.
type Finding struct {
	Code     string `json:"code"` // score, points, rank, order, top, rate, sum, rates, number
	Row      int    `json:"row,omitempty"`
	Unit     string `json:"unit,omitempty"`
	Column   string `json:"column"`
	Printed  string `json:"printed"`
	Computed string `json:"computed"`
	Why      string `json:"why"`
}

// maxCounted bounds the events that the counts of a table are turned into.
const maxCounted = 1 << 20

// audit is one table under audit.
type audit struct {
	*Notice
	out   AuditedNotice
	m     *Meaning
	book  *score.Rulebook
	count []string // columns of counts, in the order of the table
}

// Audit works a published table out again. Without a rulebook its scores are not
// recomputed; everything else is.
func Audit(notice, table, rulebook string) (*Audited, error) {
	list, err := ReadNotices(notice, table)
	if err != nil {
		return nil, err
	}
	out := &Audited{Rulebook: rulebook, OK: true}
	var book *score.Rulebook
	if rulebook != "" {
		if book, err = openBook(rulebook); err != nil {
			return nil, err
		}
	}
	for _, n := range list {
		n.named(book)
		a := &audit{Notice: n, m: n.Audit, book: book, out: AuditedNotice{ID: n.ID, Title: n.Title, Period: n.Period, Findings: []Finding{}, Notes: []string{}}}
		for _, c := range n.Columns {
			if _, counted := a.m.Counts[c]; counted {
				a.count = append(a.count, c)
			}
		}
		if a.numbers() {
			if err := a.scores(); err != nil {
				return nil, err
			}
			a.places()
			a.rates()
			a.sums()
		}
		out.OK = out.OK && len(a.out.Findings) == 0
		out.Notices = append(out.Notices, a.out)
	}
	return out, nil
}

// find notes a cell that does not follow; row -1 is a number of the text.
func (a *audit) find(code string, row int, column, computed, why string) {
	f := Finding{Code: code, Column: column, Computed: computed, Why: why}
	if row < 0 {
		f.Printed = fmt.Sprint(a.Totals[column])
	} else {
		f.Row, f.Unit, f.Printed = row+1, a.unit(row), a.at(row, column)
	}
	a.out.Findings = append(a.out.Findings, f)
}

func (a *audit) note(format string, args ...any) {
	a.out.Notes = append(a.out.Notes, fmt.Sprintf(format, args...))
}

// numbers finds cells that should be numbers and are none; the rest of the audit
// needs them.
func (a *audit) numbers() bool {
	columns := slices.Clone(a.count)
	if a.m.Score != "" {
		columns = append(columns, a.m.Score)
	}
	for _, s := range a.m.Sums {
		if s.Column != "" && !slices.Contains(columns, s.Column) {
			columns = append(columns, s.Column)
		}
	}
	for _, c := range columns {
		for i := range a.cells {
			if p, ok := a.number(i, c); !ok || p.Sign() < 0 && slices.Contains(a.count, c) {
				a.find("number", i, c, "", "is not a number that can be counted with")
			}
		}
	}
	return len(a.out.Findings) == 0
}

// scores turns the counts into events, runs the rulebook over them and compares.
func (a *audit) scores() error {
	if len(a.count) == 0 || a.m.Score == "" {
		return nil
	}
	if a.book == nil {
		a.linear()
		return nil
	}
	before := len(a.out.Findings)
	events, fact, err := a.events()
	if err != nil {
		return err
	}
	p, _ := a.book.PeriodOf(a.Period)
	brought := make([]map[string]score.Points, len(a.cells))
	var units []score.Unit
	for i := range a.cells {
		brought[i] = map[string]score.Points{}
		units = append(units, score.Unit{Code: code(i), Name: a.unit(i), Class: a.at(i, a.m.Class)})
	}
	res, err := a.book.Score(score.Input{Register: score.NewRegister(units), Period: p, Explain: func(e score.Entry) {
		if w, ok := fact[e.Fact]; ok && e.Track == score.OfUnit {
			brought[w.row][w.column] = brought[w.row][w.column].Plus(e.Points)
		}
	}}, events)
	if err != nil {
		return err
	}
	for i := range a.cells {
		at := slices.IndexFunc(res.Standings, func(s score.Standing) bool { return s.Unit == code(i) })
		a.compare(i, res.Standings[at].Points, brought[i])
	}
	if len(a.out.Findings) > before {
		if !slices.ContainsFunc(res.Standings, func(s score.Standing) bool { return !s.Points.Zero() }) {
			a.note("by this rulebook nothing of the table brings points: is it the one the notice was made by?")
		}
		if wrong := len(a.out.Findings) - before; 2*wrong > len(a.cells) { // else the rulebook is right and the cells are not
			a.linear()
		}
	}
	return nil
}

func code(row int) ident.Unit { return ident.Unit("r" + strconv.Itoa(row+1)) }

// counted is the cell an event was made of.
type counted struct {
	row    int
	column string
}

// events are as many as the counts say, each about an item of its own, on the
// first day of the period on which the rulebook holds; what is left of a count
// that is no whole number is a shared item.
func (a *audit) events() ([]score.Event, map[ident.Fact]counted, error) {
	p, ok := a.book.PeriodOf(a.Period)
	if !ok {
		return nil, nil, fault.Bad(cmp.Or(a.ID, "notice")+": period", "not_a_period", "value", a.Period)
	}
	day := p.From
	if !a.book.InForce(day) {
		if day = p.Last(); !a.book.InForce(day) {
			return nil, nil, fault.Bad("--rulebook", "not_then", "from", a.book.From, "period", a.Period)
		}
	}
	var list []score.Event
	fact := map[ident.Fact]counted{}
	for i := range a.cells {
		for _, c := range a.count {
			k := a.m.Counts[c]
			left, _ := a.number(i, c)
			for n := 1; left.Sign() > 0; n++ {
				if len(list) == maxCounted {
					return nil, nil, fault.Bad(cmp.Or(a.ID, "notice"), "too_large", "limit", strconv.Itoa(maxCounted)+" events")
				}
				e := score.Event{Fact: ident.Fact(fmt.Sprintf("%d %s %07d", i+1, c, n)), Item: ident.Item(fmt.Sprintf("%d %s %d", i+1, c, n)), Unit: code(i), Day: day,
					Kind: score.EventKind(cmp.Or(k.Event, string(score.Adopted))), Outlet: k.Publication, Level: k.Level, Form: k.Form, Genre: k.Genre, LeaderLevel: k.LeaderLevel, LeaderRank: k.LeaderRank, Num: 1, Den: 1}
				if left.Cmp(score.Whole(1)) < 0 {
					if e.Num, e.Den, ok = left.Fraction(); !ok {
						return nil, nil, fault.Bad(cmp.Or(a.ID, "notice"), "not_a_number", "value", a.at(i, c))
					}
				}
				left = left.Minus(score.Whole(1))
				fact[e.Fact] = counted{i, c}
				list = append(list, e)
			}
		}
	}
	return list, fact, nil
}

// compare sets a row's printed points against those worked out.
func (a *audit) compare(row int, total score.Points, brought map[string]score.Points) {
	var parts []string
	for _, c := range a.count {
		parts = append(parts, fmt.Sprintf("%s %s → %s", c, cmp.Or(a.at(row, c), "0"), brought[c]))
		if points := a.m.Counts[c].Points; points != "" {
			a.out.Checked++
			if p, ok := a.number(row, points); !ok || p.Cmp(brought[c]) != 0 {
				a.find("points", row, points, brought[c].String(), fmt.Sprintf("%s of %s bring %s", cmp.Or(a.at(row, c), "0"), c, brought[c]))
			}
		}
	}
	printed, _ := a.number(row, a.m.Score)
	a.out.Checked++
	if printed.Cmp(total) == 0 {
		return
	}
	if a.book.Round < 0 && total.Round(decimals(a.at(row, a.m.Score))).Cmp(printed) == 0 {
		a.note("%s: %s is printed for %s", a.unit(row), a.at(row, a.m.Score), total)
		return
	}
	a.find("score", row, a.m.Score, total.String(), strings.Join(parts, ", ")+"; "+a.likely(row, printed.Minus(total), brought))
}

// likely says what the difference could come from.
func (a *audit) likely(row int, off score.Points, brought map[string]score.Points) string {
	for _, c := range a.count {
		n, _ := a.number(row, c)
		rate, ok := brought[c].Over(n)
		if !ok || rate.Zero() {
			continue
		}
		more, _ := off.Over(rate)
		if more.Round(0).Cmp(more) == 0 && n.Plus(more).Sign() >= 0 && distance(more).Cmp(score.Whole(20)) <= 0 {
			return fmt.Sprintf("as printed if %s were %s", c, n.Plus(more))
		}
	}
	var sum score.Points
	said := false
	for _, c := range a.count {
		if points := a.m.Counts[c].Points; points != "" {
			p, _ := a.number(row, points)
			sum, said = sum.Plus(p), true
		}
	}
	if printed, _ := a.number(row, a.m.Score); said && sum.Cmp(printed) == 0 {
		return "the sum of the printed parts: one of them is wrong"
	}
	return "no other count of one column gives what is printed"
}

// decimals is how many digits stand after the point.
func decimals(s string) int {
	_, after, _ := strings.Cut(strings.TrimSuffix(s, "%"), ".")
	return min(len(after), 6)
}

// Lines are the audit for a person at a terminal.
func (d *Audited) Lines() (out []string) {
	for _, n := range d.Notices {
		out = append(out, strings.TrimSpace(n.ID+"  "+n.Title+"  "+n.Period))
		for _, f := range n.Findings {
			where := f.Column
			if f.Unit != "" {
				where = f.Unit + ", " + f.Column
			}
			out = append(out, fmt.Sprintf("  %s: %s is printed, %s follows: %s", where, cmp.Or(f.Printed, "nothing"), cmp.Or(f.Computed, "nothing"), f.Why))
		}
		for _, s := range n.Notes {
			out = append(out, "  note: "+s)
		}
		out = append(out, fmt.Sprintf("  %d cells worked out again, %d findings", n.Checked, len(n.Findings)))
	}
	return out
}

func (d *Audited) table() (name string, columns []string, rows [][]string) {
	columns = []string{"notice", "code", "row", "unit", "column", "printed", "computed", "why"}
	for _, n := range d.Notices {
		for _, f := range n.Findings {
			row := ""
			if f.Row > 0 {
				row = strconv.Itoa(f.Row)
			}
			rows = append(rows, []string{n.ID, f.Code, row, f.Unit, f.Column, f.Printed, f.Computed, f.Why})
		}
	}
	return "audit", columns, rows
}
