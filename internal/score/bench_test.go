package score_test

import (
	"fmt"
	"testing"

	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/score"
)

// fortyRules is a rulebook of forty rates, with sharing, highest-only inside a
// group, a monthly base and a cap.
func fortyRules(tb testing.TB) *score.Rulebook {
	tb.Helper()
	src := "title: 四十条\noffice: \"1\"\nfrom: 2020-01-01\nround: 1\npublications:\n"
	for i := range 10 {
		src += fmt.Sprintf("  - {code: p%d, level: %s, group: g%d}\n", i, []string{"county", "city", "province", "centre"}[i%4], i%3)
	}
	src += "rules:\n"
	for i := range 10 {
		for j, form := range []string{"brief", "single", "digest"} {
			src += fmt.Sprintf("  - {clause: c%d-%d, event: adopted, publication: p%d, form: %s, points: %d.5}\n", i, j, i, form, i+j)
		}
	}
	for i := range 10 {
		src += fmt.Sprintf("  - {clause: i%d, event: instructed, leader_level: %s, leader_rank: r%d, points: %d}\n", i, []string{"county", "city", "province", "centre"}[i%4], i%5, 2*i+1)
	}
	src += "  - {clause: s, event: submitted, points: \"0.1\"}\n"
	src += "combine:\n  - {clause: h, event: instructed, by: leader_level, keep: highest}\n"
	src += "measures:\n  - {name: 上报, event: submitted}\nperiod:\n  - {clause: b, name: 基础, every: month, measure: 上报, target: 8, met: 10}\ntotal: {cap: 100000}\n"
	b, err := score.Parse([]byte(src))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func manyEvents(n int) ([]score.Event, []score.Unit) {
	var units []score.Unit
	for i := range 3000 {
		units = append(units, score.Unit{Code: ident.Unit(fmt.Sprintf("u%04d", i)), Class: []string{"乡镇", "部门", "县区"}[i%3]})
	}
	forms := []string{"brief", "single", "digest"}
	levels := []string{"county", "city", "province", "centre"}
	events := make([]score.Event, n)
	for i := range events {
		e := &events[i]
		e.Fact, e.Item, e.Unit = ident.Fact(fmt.Sprintf("e%09d", i)), ident.Item(fmt.Sprintf("i%08d", i/2)), units[(i/2*7)%3000].Code
		e.Day = org.Date(20260101 + i*12/n*100 + i%28)
		switch i % 10 {
		case 0, 1, 2, 3, 4, 5:
			e.Kind = score.Submitted
		case 6, 7, 8:
			e.Kind, e.Outlet, e.Form = score.Adopted, fmt.Sprintf("p%d", i/10%10), forms[i/100%3]
			if i%50 == 6 {
				e.Contributors = []score.Share{{Unit: e.Unit, Part: score.Rat(1, 3), Said: true}, {Unit: units[(i*11+1)%3000].Code, Part: score.Rat(2, 3), Said: true}}
			}
		default:
			e.Kind, e.LeaderLevel, e.LeaderRank = score.Instructed, levels[i/10%4], fmt.Sprintf("r%d", i/10%5)
		}
	}
	return events, units
}

// BenchmarkFortyRules scores a million events of 3,000 units.
func BenchmarkFortyRules(b *testing.B) {
	book := fortyRules(b)
	events, units := manyEvents(1_000_000)
	reg := score.NewRegister(units)
	p, _ := score.ParsePeriod("2026")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := book.Score(score.Input{Register: reg, Period: p}, events); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*1e6/b.Elapsed().Seconds(), "events/s")
}
