package score

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"xinshu/internal/org"
)

// Period is an assessment period: a month, a quarter, a year or what lies between
// two days.
type Period struct {
	From  org.Date `json:"from"`
	Until org.Date `json:"until"` // first day after
	Label string   `json:"label"` // 2026-11, 2026-Q4, 2026, 2026-01-01..2026-06-30
}

// Has reports whether a day lies inside.
func (p Period) Has(d org.Date) bool { return d >= p.From && d < p.Until }

// Last is the last day inside.
func (p Period) Last() org.Date { return prev(p.Until) }

// covers reports whether all of another period lies inside.
func (p Period) covers(o Period) bool { return p.From <= o.From && p.Until >= o.Until }

// ParsePeriod reads 2026, 2026-Q4, 2026-11 or 2026-01-01..2026-06-30 (both days
// belong to it).
func ParsePeriod(s string) (Period, bool) {
	p := Period{Label: s}
	if from, to, ok := strings.Cut(s, ".."); ok {
		first, ok := org.ParseDate(from)
		last, ok2 := org.ParseDate(to)
		p.From, p.Until = first, next(last)
		return p, ok && ok2 && first <= last
	}
	if len(s) < 4 {
		return p, false
	}
	y, err := strconv.Atoi(s[:4])
	if err != nil || y < 1950 || y > 2200 {
		return p, false
	}
	first, months := 1, 12
	switch {
	case len(s) == 4:
	case len(s) == 7 && s[4:6] == "-Q" && s[6] >= '1' && s[6] <= '4':
		first, months = int(s[6]-'1')*3+1, 3
	case len(s) == 7 && s[4] == '-':
		m, err := strconv.Atoi(s[5:])
		if err != nil || m < 1 || m > 12 || s[5] == '+' {
			return p, false
		}
		first, months = m, 1
	default:
		return p, false
	}
	p.From = org.Date(y*10000 + first*100 + 1)
	p.Until = plusMonths(p.From, months)
	return p, true
}

func at(d org.Date) time.Time {
	return time.Date(int(d)/10000, time.Month(int(d)/100%100), int(d)%100, 0, 0, 0, 0, time.UTC)
}

func dateOf(t time.Time) org.Date {
	return org.Date(t.Year()*10000 + int(t.Month())*100 + t.Day())
}

func next(d org.Date) org.Date { return dateOf(at(d).AddDate(0, 0, 1)) }
func prev(d org.Date) org.Date { return dateOf(at(d).AddDate(0, 0, -1)) }

// plusMonths moves a day of a month's beginning.
func plusMonths(d org.Date, n int) org.Date {
	return dateOf(at(d).AddDate(0, n, 0))
}

// The spans a rule can be about.
const (
	Week    = "week"
	Month   = "month"
	Quarter = "quarter"
	Half    = "half"
	Year    = "year"
)

var spans = []string{Week, Month, Quarter, Half, Year}

var monthsOf = map[string]int{Quarter: 3, Half: 6, Year: 12}

// calendar divides time as a rulebook does: its year may begin in November.
type calendar struct{ month, day int }

// span is the week, month, quarter … a day lies in. Quarters and halves are those
// of the rulebook's year; a month is a calendar month.
func (c calendar) span(every string, d org.Date) Period {
	switch every {
	case Week:
		t := at(d)
		monday := t.AddDate(0, 0, -((int(t.Weekday()) + 6) % 7))
		return Period{From: dateOf(monday), Until: dateOf(monday.AddDate(0, 0, 7)), Label: dateOf(monday).String()}
	case Month:
		from := d/100*100 + 1
		return Period{From: from, Until: plusMonths(from, 1), Label: from.String()[:7]}
	}
	months := monthsOf[every]
	from := org.Date(d.Year()*10000 + c.month*100 + c.day)
	if from > d {
		from -= 10000
	}
	until := plusMonths(from, months)
	n := 1
	for until <= d {
		from, until, n = until, plusMonths(until, months), n+1
	}
	label := from.String()[:4]
	switch every {
	case Quarter:
		label += "-Q" + strconv.Itoa(n)
	case Half:
		label += "-H" + strconv.Itoa(n)
	}
	return Period{From: from, Until: until, Label: label}
}

// before is the period of the same length right before.
func (c calendar) before(p Period) Period {
	for _, every := range spans[1:] {
		if s := c.span(every, p.From); s.From == p.From && s.Until == p.Until {
			return c.span(every, prev(p.From))
		}
	}
	days := int(at(p.Until).Sub(at(p.From)).Hours() / 24)
	from := dateOf(at(p.From).AddDate(0, 0, -days))
	return Period{From: from, Until: p.From, Label: fmt.Sprintf("%s..%s", from, prev(p.From))}
}

// parseYearStart reads 11-01.
func parseYearStart(s string) (calendar, bool) {
	if s == "" {
		return calendar{1, 1}, true
	}
	d, ok := org.ParseDate("2001-" + s)
	if !ok || len(s) != 5 {
		return calendar{}, false
	}
	return calendar{int(d) / 100 % 100, int(d) % 100}, int(d)%100 <= 28
}
