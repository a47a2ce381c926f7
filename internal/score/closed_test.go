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

// What the cases of a close are made of.
const (
	closedHead  = "title: 办法\noffice: K\nfrom: 2025-01-01\n"
	closedRates = "rules:\n  - {clause: 县, event: adopted, level: county, points: 5}\n  - {clause: 市, event: adopted, level: city, points: 10}\n  - {clause: 省, event: adopted, level: province, points: 20}\n"
)

// closes are the cases in which a policy looks back at a month that is closed.
var closes = []struct {
	name, book, before, after string
	january, february         []string
	total                     string // of both
}{
	{
		// The base of January was not earned when January was closed and is not earned
		// afterwards: its missing item counts in the month in which it came. The higher
		// rate of January is booked in February as the difference, the lower one as nothing.
		name: "highest only across a base of the month", book: closedHead + closedRates + "combine:\n  - {clause: 就高, event: adopted, keep: highest}\n" +
			"measures:\n  - {name: 上报, event: submitted}\nperiod:\n  - {clause: 基础, name: 基础, every: month, measure: 上报, target: 2, met: 10}\n",
		before:  "e1 i1 adopted 0105 county\n s1 i1 submitted 0106",
		after:   "e2 i1 adopted 0120>0210 province\n e3 i1 adopted 0108>0212 city\n s2 i2 submitted 0125>0211\n s3 i3 submitted 0220",
		january: []string{"e1 县 5"}, february: []string{"e2 省 15 about 2026-01-20", "e3 市 0 about 2026-01-08", " 基础 10"}, total: "30",
	},
	{
		// On the very day of closing it is still January's.
		name: "the day of closing", book: closedHead + closedRates,
		before:  "e1 i1 adopted 0105 county\n e2 i2 adopted 0131>0205 city",
		after:   "e3 i3 adopted 0131>0206 province",
		january: []string{"e1 县 5", "e2 市 10"}, february: []string{"e3 省 20 about 2026-01-31"}, total: "35",
	},
	{
		// Two misses, the second of January came after its close: February takes away what
		// the year had brought until then, January's ledger stands.
		name: "zero for the year", book: closedHead + closedRates + "strikes:\n  - {clause: 罚, name: 未完成, event: commission-missed, at: 2, zero: year}\n",
		before:  "e1 i1 adopted 0105 city\n m1 - commission-missed 0110",
		after:   "m2 - commission-missed 0128>0209\n e2 i2 adopted 0215 county",
		january: []string{"e1 市 10"}, february: []string{"e2 县 5", " 罚 -15"}, total: "0",
	},
	{
		// Half of what the item had is booked off, and half of what it still gets.
		name: "percent cut", book: closedHead + closedRates + "  - {clause: 迟, event: late, points: 0, item: 1/2}\n",
		before:  "e1 i1 adopted 0105 city\n e2 i2 adopted 0105 city",
		after:   "l1 i1 late 0110>0210\n e3 i1 adopted 0215 province",
		january: []string{"e1 市 10", "e2 市 10"}, february: []string{"l1 迟 0 about 2026-01-10", "l1 迟 -5 about 2026-01-10", "e3 省 10"}, total: "25",
	},
	{
		name: "false item", book: closedHead + closedRates + "  - {clause: 假, event: \"false\", points: -5, item: 0}\n",
		before:  "e1 i1 adopted 0105 city\n e2 i2 adopted 0105 city",
		after:   "f1 i1 false 0210",
		january: []string{"e1 市 10", "e2 市 10"}, february: []string{"f1 假 -5", "f1 假 -10"}, total: "5",
	},
	{
		// And when the reproach does not hold, all of it comes back.
		name: "false item taken back", book: closedHead + closedRates + "  - {clause: 假, event: \"false\", points: -5, item: 0}\nmeasures:\n  - {name: 失实, event: \"false\"}\n",
		before:  "e1 i1 adopted 0105 city\n f1 i1 false 0106",
		after:   "t1 i1 taken-back 0210 f1\n e2 i1 adopted 0211 county",
		january: []string{"e1 市 10", "f1 假 -5", "f1 假 -10"}, february: []string{"t1 假 10", "t1 假 5", "e2 县 5"}, total: "15",
	},
	{
		// Taken back before the close it never was; after it February books it back, and the
		// next highest stands again. What stands with no item comes back as well.
		name: "taken back", book: closedHead + closedRates + "  - {clause: 缺, event: commission-missed, points: -3}\ncombine:\n  - {clause: 就高, event: adopted, keep: highest}\n",
		before:  "e1 i1 adopted 0105 county\n e2 i1 adopted 0106 city\n e3 i2 adopted 0107 province\n t3 i2 taken-back 0120 e3\n m1 - commission-missed 0110",
		after:   "t2 i1 taken-back 0107>0210 e2\n tm - taken-back 0211 m1",
		january: []string{"e1 县 5", "e2 市 5", "m1 缺 -3"}, february: []string{"t2 市 -5 about 2026-01-07", "tm 缺 3"}, total: "5",
	},
	{
		// A miss that was taken back is not the first of two.
		name: "taken back and struck", book: closedHead + closedRates + "  - {clause: 缺, event: commission-missed, points: -3}\nstrikes:\n  - {clause: 罚, name: 未完成, event: commission-missed, at: 2, points: -50}\n",
		before:  "m1 - commission-missed 0110",
		after:   "tm - taken-back 0210 m1\n m2 - commission-missed 0220",
		january: []string{"m1 缺 -3"}, february: []string{"tm 缺 3", "m2 缺 -3"}, total: "-3",
	},
	{
		// A submission that was not adopted keeps its point until it is.
		name: "unless adopted", book: closedHead + closedRates + "  - {clause: 报, event: submitted, points: 1, unless: adopted}\n",
		before:  "s1 i1 submitted 0105\n s2 i2 submitted 0105",
		after:   "e1 i1 adopted 0131>0210 county",
		january: []string{"s1 报 1", "s2 报 1"}, february: []string{"e1 报 -1 about 2026-01-31", "e1 县 5 about 2026-01-31"}, total: "6",
	},
	{
		// Bad news of January that is known in February makes January nothing, and says so in
		// February; February keeps what it brought.
		name: "negative event", book: closedHead + closedRates + "strikes:\n  - {clause: 负, name: 负面, event: negative, at: 1, every: true, zero: month, within: month, points: -10}\n",
		before:  "e1 i1 adopted 0105 city",
		after:   "n1 - negative 0120>0210\n e2 i2 adopted 0215 county",
		january: []string{"e1 市 10"}, february: []string{"e2 县 5", " 负 -10", "n1 负 -10 about 2026-01-20"}, total: "-5",
	},
	{
		// The zero takes the base of January, which stands in its ledger, and February has none.
		name: "zero for the year with a base of the month", book: closedHead + closedRates + "  - {clause: 迟, event: late, points: -1, component: 基础}\n" +
			"components:\n  - {clause: 底, name: 基础, every: month, base: 6, floor: 0}\n" +
			"strikes:\n  - {clause: 罚, name: 未完成, event: commission-missed, at: 1, zero: year}\n",
		before:  "e1 i1 adopted 0105 city\n l1 - late 0110",
		after:   "m1 - commission-missed 0128>0209\n e2 i2 adopted 0215 county",
		january: []string{"e1 市 10", "l1 迟 -1", " 底 6"}, february: []string{"e2 县 5", " 罚 -5", " 罚 -15"}, total: "0",
	},
	{
		// What January's cap had cut off is not taken away a second time.
		name: "zero for the quarter with a cap of the month", book: closedHead + strings.ReplaceAll(closedRates, ", points", ", component: 采用, points") +
			"components:\n  - {clause: 顶, name: 采用, every: month, cap: 12}\n" +
			"strikes:\n  - {clause: 罚, name: 未完成, event: commission-missed, at: 1, zero: quarter, points: -4}\n",
		before:  "e1 i1 adopted 0105 province",
		after:   "m1 - commission-missed 0128>0209\n e2 i2 adopted 0215 county",
		january: []string{"e1 省 20", " 顶 -8"}, february: []string{"e2 县 5", " 罚 -17", "m1 罚 -4 about 2026-01-28"}, total: "-4",
	},
	{
		// The gain on a closed month is the gain on what was booked in it.
		name: "gain", book: closedHead + closedRates + "measures:\n  - {name: 分, points: true, event: adopted}\nperiod:\n  - {clause: 进, name: 进步, every: month, measure: 分, gain: 1}\n",
		before:  "e1 i1 adopted 0105 county",
		after:   "e2 i2 adopted 0120>0210 province",
		january: []string{"e1 县 5", " 进 5"}, february: []string{"e2 省 20 about 2026-01-20", " 进 15"}, total: "45",
	},
}

// TestClosedMonth: where a policy looks back and the month it looks at is closed,
// that month's ledger keeps its bytes and the difference stands in February.
func TestClosedMonth(t *testing.T) {
	for _, c := range closes {
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

// TestWhatARunRefuses: a line scored by hand that the rulebook does not have or
// that lies beyond its range, and shares that do not make a whole, name the event.
func TestWhatARunRefuses(t *testing.T) {
	b, err := score.Parse([]byte("title: 办法\noffice: K\nfrom: 2026-01-01\nrules:\n  - {clause: 三, event: adopted, points: 3}\nmanual:\n  - {clause: 七, code: care, name: 不认真, min: -5, max: -1}\n"))
	if err != nil {
		t.Fatal(err)
	}
	year, _ := score.ParsePeriod("2026")
	for _, c := range []struct{ line, says string }{
		{"m1,,manual,2026-01-05,a,care,-6,", "event m1, clause 七: line care: -6 is outside -5..-1"},
		{"m1,,manual,2026-01-05,a,care,0,", "event m1, clause 七: line care: 0 is outside -5..-1"},
		{"m1,,manual,2026-01-05,a,cares,-2,", "event m1, clause : no line \"cares\" is scored by hand; the rulebook has: care"},
		{"e1,i1,adopted,2026-01-05,a,,,a:1/2|b:1/3", "event e1, clause : the shares add up to 5/6, want 1"},
	} {
		var events []score.Event
		err := score.ReadEvents(strings.NewReader("event,item,kind,date,unit,form,points,contributors\n"+c.line+"\n"), func(e *score.Event) error {
			events = append(events, *e)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Score(score.Input{Period: year}, events); err == nil || err.Error() != c.says {
			t.Errorf("Score(%s) = %v, want %s", c.line, err, c.says)
		}
	}
}

// TestSettlingChangesNothing: a strike that names an item is neither a scored item
// nor part of what the item earned, however often the result is asked for; and a
// period that ends inside a month comes to an end.
func TestSettlingChangesNothing(t *testing.T) {
	b, err := score.Parse([]byte("title: 办法\noffice: K\nfrom: 2026-01-01\nround: 0\nrules:\n  - {clause: 三, event: adopted, points: 3}\n" +
		"strikes:\n  - {clause: 九, name: 差错, event: error, at: 1, every: true, points: -1}\n" +
		"components:\n  - {name: \"\", mean: item}\nawards:\n  - {clause: 十, name: 好信息, top: 1, by: item}\n  - {clause: 十, name: 先进, top: 1}\n"))
	if err != nil {
		t.Fatal(err)
	}
	p, _ := score.ParsePeriod("2026-01-10..2026-02-14")
	r := b.Start(score.Input{Register: score.NewRegister([]score.Unit{{Code: "a"}, {Code: "b"}}), Period: p})
	for _, e := range []score.Event{
		{Fact: "e1", Kind: score.Adopted, Item: "i1", Unit: "a", Day: 20260110}, {Fact: "e2", Kind: score.Wrong, Item: "i2", Unit: "a", Day: 20260111},
		{Fact: "e3", Kind: score.Adopted, Item: "i3", Unit: "b", Day: 20260214}, {Fact: "e4", Kind: score.Adopted, Item: "i4", Unit: "b", Day: 20260215},
	} {
		if err := r.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 { // 甲 3 − 1 over one item, 乙 3 over one; two items of 3 tie, and a class need not have a name
		res, err := r.Result()
		if err != nil {
			t.Fatal(err)
		}
		for who, want := range map[string]string{"a": "2", "b": "3", "award:好信息": "i1,i3", "award:先进": "b"} {
			if got := res.Of(who); got != want {
				t.Errorf("%s is %s, want %s", who, got, want)
			}
		}
	}
}

// TestNewYearBeginsWithNothing: what an item had in December does not reach into
// January, also where a rule makes the run look at the year before.
func TestNewYearBeginsWithNothing(t *testing.T) {
	const book = "title: 办法\noffice: K\nfrom: 2025-01-01\nrules:\n  - {clause: 报, event: submitted, points: 1, unless: adopted}\n  - {clause: 用, event: adopted, points: 5, again: 2}\n" +
		"measures:\n  - {name: 采用, event: adopted, once: true}\nlists:\n  - {name: 零采用, measure: 采用, most: 0}\n"
	events := happened(t, "e2 i1 adopted 0110\n e3 i1 adopted 0111\n t1 i1 taken-back 0112 e1\n")
	events = append(events, score.Event{Fact: "s1", Item: "i1", Kind: score.Submitted, Unit: "a", Day: 20251220}, score.Event{Fact: "e1", Item: "i1", Kind: score.Adopted, Unit: "a", Day: 20251221})
	december := append([]score.Close{{Period: score.Period{From: 20251201, Until: 20260101, Label: "2025-12"}, On: 20260105}}, january...)
	for _, looksBack := range []string{"", "period:\n  - {clause: 进, name: 进步, every: month, measure: 采用, gain: 1}\n"} {
		b, err := score.Parse([]byte(book + looksBack))
		if err != nil {
			t.Fatal(err)
		}
		lines, _, res := ledger(t, b, "2026-01", december, events)
		if want := []string{"e2 用 5", "e3 用 2"}; !slices.Equal(lines, want) || res.Of("a#采用") != "1" {
			t.Errorf("January books %q with %s adopted, want %q and 1", lines, res.Of("a#采用"), want)
		}
		if !slices.ContainsFunc(res.Warnings, func(w score.Warning) bool { return w.Code == "nothing_to_take_back" && w.Where == "t1" }) {
			t.Errorf("taking back what stands in last year is not warned of: %v", res.Warnings)
		}
	}
}
