package score

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"xinshu/internal/ident"
)

// TestZeroAcrossMonths: a zeroing meets bases, floors and caps of the month. The
// months' ledgers one after the other are the quarter's, their entries add up to its
// total, and from the cause on nothing good is left in what was zeroed.
func TestZeroAcrossMonths(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		bounds := func(name string) string {
			s := ""
			for _, b := range []string{"base: 5", "floor: 0", "cap: 8"} {
				if rapid.Bool().Draw(rt, name+b) {
					s += ", " + b
				}
			}
			return s
		}
		zero := rapid.SampledFrom([]string{"month", "quarter", "half", "year", "甲"}).Draw(rt, "zero")
		b, err := Parse([]byte("title: 办法\noffice: K\nfrom: 2025-01-01\nrules:\n  - {clause: 用, event: adopted, points: 7, component: 甲}\n  - {clause: 迟, event: late, points: -3, component: 甲}\n  - {clause: 约, event: commissioned, points: 1/3, component: 乙}\n" +
			"strikes:\n  - {clause: 罚, name: 负, event: negative, at: 1, every: true, zero: " + zero + ", points: -10, component: 罚}\n" +
			"components:\n  - {name: 甲, every: month" + bounds("甲") + "}\n  - {name: 乙, every: month" + bounds("乙") + "}\n"))
		if err != nil {
			rt.Fatal(err)
		}
		var events []Event
		for i := range rapid.IntRange(0, 12).Draw(rt, "events") {
			kind := rapid.SampledFrom([]EventKind{Adopted, Adopted, Late, Commissioned, Negative}).Draw(rt, "kind")
			events = append(events, Event{Fact: ident.Fact(fmt.Sprintf("e%02d", i)), Kind: kind, Unit: "a", Day: dateOf(at(20260101).AddDate(0, 0, rapid.IntRange(0, 89).Draw(rt, "day")))})
		}
		run := func(periods ...string) (lines []string, sum Points, res *Result) {
			for _, s := range periods {
				p, _ := ParsePeriod(s)
				res, err = b.Score(Input{Register: NewRegister([]Unit{{Code: "a"}}), Period: p, Explain: func(e Entry) {
					sum = sum.Plus(e.Points)
					lines = append(lines, fmt.Sprint(e.Day, e.Fact, e.Component, e.Clause, e.Points))
				}}, events)
				if err != nil {
					rt.Fatal(err)
				}
			}
			slices.Sort(lines)
			return lines, sum, res
		}
		months, sum, _ := run("2026-01", "2026-02", "2026-03")
		quarter, _, res := run("2026-Q1")
		if !slices.Equal(months, quarter) {
			rt.Fatalf("the months book\n%s\nwant what the quarter does:\n%s", strings.Join(months, "\n"), strings.Join(quarter, "\n"))
		}
		total := res.Standings[0].Exact
		if sum.Cmp(total) != 0 {
			rt.Fatalf("the months' entries come to %s, want %s", sum, total)
		}
		strikes := 0
		for _, e := range events {
			if e.Kind == Negative {
				strikes++
			}
		}
		if strikes == 0 || zero == "month" {
			return
		}
		what := total
		if zero == "甲" {
			parts := res.Standings[0].Components
			what = parts[slices.IndexFunc(parts, func(p ComponentPoints) bool { return p.Name == "甲" })].Points
		} else {
			what = what.Plus(Whole(int64(10 * strikes)))
		}
		if what.Sign() > 0 {
			rt.Fatalf("%s is left of what was zeroed\n%s", what, strings.Join(quarter, "\n"))
		}
	})
}
