package ops

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/score"
)

// equation is a row of a table: so many of each column come to so much.
type equation struct {
	row  int
	left []score.Points
	sum  score.Points
	lead int
}

// linear looks for one rate for each column of counts with which every row comes
// out. Where there is none, two rows that exclude each other say so.
func (a *audit) linear() {
	var rows []equation
	for i := range a.cells {
		e := equation{row: i}
		for _, c := range a.count {
			p, _ := a.number(i, c)
			e.left = append(e.left, p)
		}
		e.sum, _ = a.number(i, a.m.Score)
		rows = append(rows, e)
	}
	filled := func(e equation) (n int) {
		for _, p := range e.left {
			if !p.Zero() {
				n++
			}
		}
		return n
	}
	slices.SortStableFunc(rows, func(x, y equation) int { return filled(x) - filled(y) })
	var base []equation
	for _, e := range rows {
		a.out.Checked++
		rest := equation{row: e.row, left: slices.Clone(e.left), sum: e.sum, lead: -1}
		var used []string
		for _, b := range base {
			if f := rest.left[b.lead]; !f.Zero() {
				rest.less(b, f)
				used = append(used, a.unit(b.row))
			}
		}
		for i, p := range rest.left {
			if rest.lead < 0 && !p.Zero() {
				rest.lead = i
			}
		}
		switch {
		case rest.lead >= 0:
			one, _ := score.Whole(1).Over(rest.left[rest.lead])
			for i := range rest.left {
				rest.left[i] = rest.left[i].Times(one)
			}
			rest.sum = rest.sum.Times(one)
			for i := range base {
				if f := base[i].left[rest.lead]; !f.Zero() {
					base[i].less(rest, f)
				}
			}
			base = append(base, rest)
		case !rest.sum.Zero():
			why := fmt.Sprintf("no rates for %s reproduce the scores: what %s has would make it %s here; the scores rest on something the table does not show (kinds of items, instructions, shares)",
				strings.Join(a.count, " and "), strings.Join(used, " and "), e.sum.Minus(rest.sum))
			if len(used) == 0 {
				why = "points, and nothing is counted for them"
			}
			if a.guessed {
				a.note("%s: %s", a.unit(e.row), why)
				return
			}
			a.find("rates", e.row, a.m.Score, e.sum.Minus(rest.sum).String(), why)
			return
		}
	}
	if len(base) == len(a.count) && len(rows) > len(base) {
		var says []string
		for i, c := range a.count {
			for _, b := range base {
				if b.lead == i {
					says = append(says, b.sum.String()+" for each of "+c)
				}
			}
		}
		a.note("every printed score follows from %s", strings.Join(says, " and "))
	}
}

// less takes f times another row away.
func (e *equation) less(b equation, f score.Points) {
	for i := range e.left {
		e.left[i] = e.left[i].Minus(b.left[i].Times(f))
	}
	e.sum = e.sum.Minus(b.sum.Times(f))
}

// places checks ranks, order, ties and how many are printed, class by class.
func (a *audit) places() {
	if a.m.Score == "" {
		return
	}
	var classes []string
	for i := range a.cells {
		if c := a.at(i, a.m.Class); !slices.Contains(classes, c) {
			classes = append(classes, c)
		}
	}
	for _, class := range classes {
		var rows []int
		for i := range a.cells {
			if a.at(i, a.m.Class) == class {
				rows = append(rows, i)
			}
		}
		a.class(class, rows)
	}
}

func (a *audit) points(row int) score.Points {
	p, _ := a.number(row, a.m.Score)
	return p
}

// class checks one.
func (a *audit) class(class string, rows []int) {
	ordered := a.m.Rank == "" && a.m.Order != "listed" || a.m.Order == "score"
	first := 0 // places before the table begins
	if n, err := strconv.Atoi(a.at(rows[0], a.m.Rank)); err == nil && n > 1 && !slices.ContainsFunc(rows, func(r int) bool { return a.at(r, a.m.Rank) == "1" }) {
		first = n - 1
	}
	tied := map[int][]string{}
	var shared []int
	for k, i := range rows {
		rank, same := 1+first, []string{}
		for _, j := range rows {
			switch c := a.points(j).Cmp(a.points(i)); {
			case c > 0:
				rank++
			case c == 0 && j != i:
				same = append(same, a.unit(j))
			}
		}
		if len(same) > 0 {
			if tied[rank] == nil {
				shared = append(shared, rank)
			}
			tied[rank] = append(tied[rank], a.unit(i))
		}
		if a.m.Rank != "" {
			a.out.Checked++
			if printed := a.at(i, a.m.Rank); printed != strconv.Itoa(rank) {
				why := "so many have more points"
				if len(same) > 0 {
					why = "the points of " + strings.Join(same, " and ") + " are the same, and equals share a place"
				}
				a.find("rank", i, a.m.Rank, strconv.Itoa(rank), why)
			}
		}
		if ordered && k > 0 {
			a.out.Checked++
			if prev := rows[k-1]; a.points(prev).Cmp(a.points(i)) < 0 {
				a.find("order", i, a.m.Score, "", "stands behind "+a.unit(prev)+", which has fewer ("+a.at(prev, a.m.Score)+")")
			}
		}
		if a.m.Top > 0 && rank > a.m.Top {
			a.find("top", i, a.m.Score, "", fmt.Sprintf("is place %d; the table prints the first %d", rank, a.m.Top))
		}
	}
	for _, rank := range shared {
		text := fmt.Sprintf("%s share place %d", strings.Join(tied[rank], " and "), rank)
		if class != "" {
			text = class + ": " + text
		}
		if a.m.Top > 0 && len(rows) > a.m.Top {
			text += fmt.Sprintf(", so %d are printed for the first %d", len(rows), a.m.Top)
		}
		a.note("%s", text)
	}
}

// rates works printed rates out again, in the rows and in the text.
func (a *audit) rates() {
	zeros := []string{}
	for _, name := range sortedKeys(a.m.Rates) {
		r := a.m.Rates[name]
		if !slices.Contains(a.Columns, name) {
			a.rate(-1, name, fmt.Sprint(a.Totals[name]), a.text[r.Of], a.text[r.To])
			continue
		}
		for i := range a.cells {
			of, ok := a.number(i, r.Of)
			to, ok2 := a.number(i, r.To)
			if !ok || !ok2 {
				a.find("rate", i, name, "", r.Of+" or "+r.To+" is no number")
				continue
			}
			printed := a.at(i, name)
			a.rate(i, name, printed, of, to)
			if d := decimals(printed); d > r.Decimals && strings.HasSuffix(strings.TrimSuffix(printed, "%"), "0") {
				zeros = append(zeros, printed)
			}
		}
	}
	if len(zeros) > 0 {
		a.note("%d rates are printed with more digits than they are worked out to: %s", len(zeros), strings.Join(zeros, ", "))
	}
}

// rate checks one.
func (a *audit) rate(row int, column, printed string, of, to score.Points) {
	r := a.m.Rates[column]
	a.out.Checked++
	got, err := score.ParsePoints(printed)
	q, ok := of.Over(to)
	if !ok {
		want := r.Empty
		if want == "" {
			want = "0"
		}
		if of.Zero() && (printed == want || r.Empty == "" && (printed == "" || printed == "-" || err == nil && got.Zero())) {
			return
		}
		a.find("rate", row, column, want, fmt.Sprintf("%s of %s", of, to))
		return
	}
	percent := func(decimals int, how string) score.Points {
		p, _ := q.Times(score.Whole(100)).RoundBy(decimals, how).Over(score.Whole(100))
		return p
	}
	how := r.Round
	if how == "" {
		how = score.HalfUp
	}
	want := percent(r.Decimals, how)
	if err == nil && got.Cmp(want) == 0 {
		return
	}
	why := fmt.Sprintf("%s of %s", of, to)
	inverse, _ := to.Over(of)
	switch {
	case err != nil:
		why += "; what is printed is no number"
	case got.Cmp(percent(r.Decimals, score.Down)) == 0:
		why += "; it was cut off instead of rounded"
	case got.Cmp(percent(r.Decimals, score.Up)) == 0:
		why += "; it was rounded up"
	case got.Cmp(percent(0, how)) == 0, got.Cmp(percent(2, how)) == 0, got.Cmp(percent(1, how)) == 0:
		why += "; it was rounded to another number of digits"
	case got.Cmp(q.Round(2)) == 0 || got.Cmp(want.Times(score.Whole(100))) == 0:
		why += "; the per cent sign is missing"
	case !of.Zero() && got.Round(3).Cmp(inverse.Round(3)) == 0:
		why += "; the two counts were taken the other way round"
	}
	a.find("rate", row, column, want.Times(score.Whole(100)).String()+"%", why)
}

// sums checks totals of the text against columns and against each other.
func (a *audit) sums() {
	for _, s := range a.m.Sums {
		a.out.Checked++
		var sum score.Points
		from, names := "", []string{}
		if s.Column != "" {
			first, last, _ := a.span(s.Rows)
			for i := first - 1; i < last; i++ {
				p, _ := a.number(i, s.Column)
				sum = sum.Plus(p)
			}
			from = fmt.Sprintf("rows %d to %d of %s add up to %s", first, last, s.Column, sum)
		}
		for _, name := range a.totals() {
			for _, want := range s.Of {
				begin, many := strings.CutSuffix(want, "*")
				if name == want || many && strings.HasPrefix(name, begin) && name != s.Text {
					sum = sum.Plus(a.text[name])
					names = append(names, name+" "+a.text[name].String())
				}
			}
		}
		if len(names) > 0 {
			from = strings.TrimPrefix(from+" with ", " with ") + strings.Join(names, " + ")
		}
		said := a.text[s.Text]
		switch c := sum.Cmp(said); {
		case c == 0, c < 0 && s.Least:
		case c > 0 && s.Column != "":
			a.find("sum", -1, s.Text, sum.String(), from+": more than the text says; a composite of several sources is counted once for each of them, or the text counts otherwise")
		case c < 0 && s.Column != "":
			a.find("sum", -1, s.Text, sum.String(), from+": fewer than the text says; rows are left out, or the text counts otherwise")
		default:
			a.find("sum", -1, s.Text, sum.String(), from)
		}
	}
}
