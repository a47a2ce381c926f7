package score_test

import (
	"testing"

	"xinshu/internal/score"
)

// TestPartOfAComposite: what comes down the chain names a filing's part in what
// was printed and not the others; every way of sharing makes of it what it can.
func TestPartOfAComposite(t *testing.T) {
	year, _ := score.ParsePeriod("2026")
	const rest = "title: 办法\noffice: K\nfrom: 2026-01-01\nrules:\n  - {clause: 三, event: adopted, points: 10}\n" +
		"measures:\n  - {name: 篇数, event: adopted, fraction: true}\n  - {name: 次数, event: adopted}\n"
	for _, c := range []struct{ sharing, points string }{
		{"sharing: split\n", "10/3"}, {"sharing: equal\n", "10/3"}, {"sharing: full\n", "10"},
		{"share:\n  - {clause: 五, how: each, each: 1/2}\n", "5"}, // half of the rate, however many they are
	} {
		b, err := score.Parse([]byte(rest + c.sharing))
		if err != nil {
			t.Fatal(err)
		}
		res, err := b.Score(score.Input{Period: year}, []score.Event{{Fact: "e1", Kind: score.Adopted, Item: "i1", Unit: "a", Num: 1, Den: 3, Day: 20260105}})
		if err != nil {
			t.Fatal(err)
		}
		for who, want := range map[string]string{"a": c.points, "a#篇数": "1/3", "a#次数": "1"} {
			if got := res.Of(who); got != want {
				t.Errorf("%s: %s is %s, want %s", c.sharing, who, got, want)
			}
		}
	}
}
