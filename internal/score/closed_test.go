package score_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/score"
)

// january is closed on 5 February; what is recorded later about it is an entry of
// February that says which day it is about.
var january = []score.Close{{Period: score.Period{From: 20260101, Until: 20260201, Label: "2026-01"}, On: 20260205}}

// happened is an event of January or February 2026: "e1 i1 adopted 0105 county", with
// the day it was recorded behind an arrow where that is a later one: "0120>0210".
func happened(t testing.TB, lines string) (list []score.Event) {
	t.Helper()
	for line := range strings.Lines(lines) {
		w := strings.Fields(line)
		if len(w) == 0 {
			continue
		}
		day := func(s string) org.Date {
			d, ok := org.ParseDate("2026-" + s[:2] + "-" + s[2:])
			if !ok {
				t.Fatalf("%q is not a day", s)
			}
			return d
		}
		on, arrived, late := strings.Cut(w[3], ">")
		e := score.Event{Fact: ident.Fact(w[0]), Item: ident.Item(strings.Trim(w[1], "-")), Kind: score.EventKind(w[2]), Unit: "a", Day: day(on)}
		if late {
			e.Arrived = day(arrived)
		}
		if len(w) > 4 {
			e.Level = w[4]
			e.Undoes = ident.Fact(w[4])
		}
		if e.Kind != score.TakenBack {
			e.Undoes = ""
		}
		list = append(list, e)
	}
	return list
}

// ledger is what a period's run books, an entry a line, and the whole as bytes.
func ledger(t testing.TB, b *score.Rulebook, period string, closed []score.Close, events []score.Event) (lines []string, bytes string, res *score.Result) {
	t.Helper()
	p, _ := b.PeriodOf(period)
	var all []score.Entry
	res, err := b.Score(score.Input{Register: score.NewRegister([]score.Unit{{Code: "a", Class: "县"}}), Period: p, Closed: closed, Explain: func(e score.Entry) { all = append(all, e) }}, events)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		s := fmt.Sprintf("%s %s %s", e.Fact, e.Clause, e.Points)
		if e.Late != 0 {
			s += " about " + e.Late.String()
		}
		lines = append(lines, s)
	}
	js, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return lines, string(js), res
}

// TestClosedMonth: where a policy looks back and the month it looks at is closed,
// that month's ledger keeps its bytes and the difference stands in February.
func TestClosedMonth(t *testing.T) {
	const head = "title: 办法\noffice: K\nfrom: 2025-01-01\n"
	const rates = "rules:\n  - {clause: 县, event: adopted, level: county, points: 5}\n  - {clause: 市, event: adopted, level: city, points: 10}\n  - {clause: 省, event: adopted, level: province, points: 20}\n"
	for _, c := range []struct {
		name, book, before, after string
		january, february         []string
		total                     string // of both
	}{
		{
			// The base of January was not earned when January was closed and is not earned
			// afterwards: its missing item counts in the month in which it came. The higher
			// rate of January is booked in February as the difference, the lower one as nothing.
			name: "highest only across a base of the month", book: head + rates + "combine:\n  - {clause: 就高, event: adopted, keep: highest}\n" +
				"measures:\n  - {name: 上报, event: submitted}\nperiod:\n  - {clause: 基础, name: 基础, every: month, measure: 上报, target: 2, met: 10}\n",
			before:  "e1 i1 adopted 0105 county\n s1 i1 submitted 0106",
			after:   "e2 i1 adopted 0120>0210 province\n e3 i1 adopted 0108>0212 city\n s2 i2 submitted 0125>0211\n s3 i3 submitted 0220",
			january: []string{"e1 县 5"}, february: []string{"e2 省 15 about 2026-01-20", "e3 市 0 about 2026-01-08", " 基础 10"}, total: "30",
		},
		{
			// On the very day of closing it is still January's.
			name: "the day of closing", book: head + rates,
			before:  "e1 i1 adopted 0105 county\n e2 i2 adopted 0131>0205 city",
			after:   "e3 i3 adopted 0131>0206 province",
			january: []string{"e1 县 5", "e2 市 10"}, february: []string{"e3 省 20 about 2026-01-31"}, total: "35",
		},
		{
			// Two misses, the second of January came after its close: February takes away what
			// the year had brought until then, January's ledger stands.
			name: "zero for the year", book: head + rates + "strikes:\n  - {clause: 罚, name: 未完成, event: commission-missed, at: 2, zero: year}\n",
			before:  "e1 i1 adopted 0105 city\n m1 - commission-missed 0110",
			after:   "m2 - commission-missed 0128>0209\n e2 i2 adopted 0215 county",
			january: []string{"e1 市 10"}, february: []string{"e2 县 5", " 罚 -15"}, total: "0",
		},
		{
			// Half of what the item had is booked off, and half of what it still gets.
			name: "percent cut", book: head + rates + "  - {clause: 迟, event: late, points: 0, item: 1/2}\n",
			before:  "e1 i1 adopted 0105 city\n e2 i2 adopted 0105 city",
			after:   "l1 i1 late 0110>0210\n e3 i1 adopted 0215 province",
			january: []string{"e1 市 10", "e2 市 10"}, february: []string{"l1 迟 0 about 2026-01-10", "l1 迟 -5 about 2026-01-10", "e3 省 10"}, total: "25",
		},
		{
			name: "false item", book: head + rates + "  - {clause: 假, event: \"false\", points: -5, item: 0}\n",
			before:  "e1 i1 adopted 0105 city\n e2 i2 adopted 0105 city",
			after:   "f1 i1 false 0210",
			january: []string{"e1 市 10", "e2 市 10"}, february: []string{"f1 假 -5", "f1 假 -10"}, total: "5",
		},
		{
			// And when the reproach does not hold, all of it comes back.
			name: "false item taken back", book: head + rates + "  - {clause: 假, event: \"false\", points: -5, item: 0}\nmeasures:\n  - {name: 失实, event: \"false\"}\n",
			before:  "e1 i1 adopted 0105 city\n f1 i1 false 0106",
			after:   "t1 i1 taken-back 0210 f1\n e2 i1 adopted 0211 county",
			january: []string{"e1 市 10", "f1 假 -5", "f1 假 -10"}, february: []string{"t1 假 10", "t1 假 5", "e2 县 5"}, total: "15",
		},
		{
			// Taken back before the close it never was; after it February books it back, and the
			// next highest stands again. What stands with no item comes back as well.
			name: "taken back", book: head + rates + "  - {clause: 缺, event: commission-missed, points: -3}\ncombine:\n  - {clause: 就高, event: adopted, keep: highest}\n",
			before:  "e1 i1 adopted 0105 county\n e2 i1 adopted 0106 city\n e3 i2 adopted 0107 province\n t3 i2 taken-back 0120 e3\n m1 - commission-missed 0110",
			after:   "t2 i1 taken-back 0107>0210 e2\n tm - taken-back 0211 m1",
			january: []string{"e1 县 5", "e2 市 5", "m1 缺 -3"}, february: []string{"t2 市 -5 about 2026-01-07", "tm 缺 3"}, total: "5",
		},
		{
			// A miss that was taken back is not the first of two.
			name: "taken back and struck", book: head + rates + "  - {clause: 缺, event: commission-missed, points: -3}\nstrikes:\n  - {clause: 罚, name: 未完成, event: commission-missed, at: 2, points: -50}\n",
			before:  "m1 - commission-missed 0110",
			after:   "tm - taken-back 0210 m1\n m2 - commission-missed 0220",
			january: []string{"m1 缺 -3"}, february: []string{"tm 缺 3", "m2 缺 -3"}, total: "-3",
		},
		{
			// A submission that was not adopted keeps its point until it is.
			name: "unless adopted", book: head + rates + "  - {clause: 报, event: submitted, points: 1, unless: adopted}\n",
			before:  "s1 i1 submitted 0105\n s2 i2 submitted 0105",
			after:   "e1 i1 adopted 0131>0210 county",
			january: []string{"s1 报 1", "s2 报 1"}, february: []string{"e1 报 -1 about 2026-01-31", "e1 县 5 about 2026-01-31"}, total: "6",
		},
		{
			// Bad news of January that is known in February makes January nothing, and says so in
			// February; February keeps what it brought.
			name: "negative event", book: head + rates + "strikes:\n  - {clause: 负, name: 负面, event: negative, at: 1, every: true, zero: month, within: month, points: -10}\n",
			before:  "e1 i1 adopted 0105 city",
			after:   "n1 - negative 0120>0210\n e2 i2 adopted 0215 county",
			january: []string{"e1 市 10"}, february: []string{"e2 县 5", " 负 -10", "n1 负 -10 about 2026-01-20"}, total: "-5",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := score.Parse([]byte(c.book))
			if err != nil {
				t.Fatal(err)
			}
			before := happened(t, c.before)
			all := slices.Concat(before, happened(t, c.after))
			was, sealed, _ := ledger(t, b, "2026-01", nil, before)
			if !slices.Equal(was, c.january) {
				t.Errorf("January books %q, want %q", was, c.january)
			}
			if _, again, _ := ledger(t, b, "2026-01", january, all); again != sealed {
				t.Errorf("the closed January was\n%s\nand is\n%s", sealed, again)
			}
			now, _, _ := ledger(t, b, "2026-02", january, all)
			if !slices.Equal(now, c.february) {
				t.Errorf("February books %q, want %q", now, c.february)
			}
			both, _, res := ledger(t, b, "2026-01-01..2026-02-28", january, all)
			slices.Sort(both)
			months := slices.Sorted(slices.Values(slices.Concat(was, now)))
			if !slices.Equal(both, months) {
				t.Errorf("two months together book %q, want the two after each other: %q", both, months)
			}
			if got := res.Of("a"); got != c.total {
				t.Errorf("two months come to %s, want %s", got, c.total)
			}
		})
	}
}
