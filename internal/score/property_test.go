package score

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// The pieces a drawn rulebook is put together of. They look back at each other in
// every way the stages know.
var pieces = []struct {
	section string
	rows    []string
}{
	{"adjust", []string{"{clause: 版, event: adopted, prominence: front, times: 3/2}", "{clause: 图, attachments: photo, plus: 1/3}"}},
	{"combine", []string{"{clause: 就高, event: adopted, keep: highest, by: level}", "{clause: 就高, event: adopted, keep: highest}", "{clause: 首次, event: instructed, keep: first, within: month}", "{clause: 递减, event: instructed, keep: factors, factors: [1, 1/2, 1/3]}"}},
	{"share", []string{"{clause: 各半, event: instructed, how: each, each: 1/2}", "{clause: 主次, form: brief, how: lead, each: 1/7}", "{clause: 平分, how: equal}"}},
	{"credit", []string{"{clause: 归属, class: 点, level: city}", "{clause: 归属, unit: p, keep: true}"}},
	{"strikes", []string{"{clause: 迟三, name: 迟, event: late, at: 2, every: true, points: -7, mark: 通报, bar: 先进}", "{clause: 负, name: 负, event: negative, at: 1, within: month, every: true, zero: month, points: -10}", "{clause: 缺, name: 缺, event: commission-missed, at: 3, zero: year}", "{clause: 连, name: 连, missed: 月任务, at: 2, consecutive: true, points: -4}"}},
	{"persons", []string{"{clause: 个人, event: adopted, how: equal, most: 2}"}},
	{"fees", []string{"{clause: 稿酬, event: adopted, points: 50}", "{clause: 稿酬, event: instructed, points: 7, to: unit}"}},
	{"manual", []string{"{clause: 检查, code: check, name: 检查, min: -5, max: 5, component: 基础}"}},
	{"awards", []string{"{clause: 奖, name: 先进, top: 1}", "{clause: 奖, name: 好信息, top: 2, by: item}", "{clause: 奖, name: 进步, top: 1, by: gain}", "{clause: 奖, name: 个人, top: 1, by: person}"}},
	{"lists", []string{"{name: 零采用, measure: 采用, most: 0}"}},
}

const alwaysThere = `title: 办法
office: K
from: 2025-01-01
sharing: split
publications:
  - {code: x, level: county, group: 县}
  - {code: y, level: city, group: 市}
  - {level: city, like: y, times: 1/2}
measures:
  - {name: 上报, event: submitted}
  - {name: 采用, event: adopted, once: true, fraction: true}
  - {name: 率, ratio: {of: 采用, to: 上报}}
  - {name: 分, points: true}
  - {name: 刊, event: adopted, kinds: publication}
rules:
  - {clause: 报, event: submitted, points: 1/3, unless: adopted}
  - {clause: 县, event: adopted, level: county, points: 5, component: 采用}
  - {clause: 市, event: adopted, level: city, length: 800.., points: length / 100, component: 采用}
  - {clause: 市, event: adopted, level: city, points: 10, component: 采用}
  - {clause: 批, event: instructed, points: 10, again: 3}
  - {clause: 约, event: commissioned, points: 2.5}
  - {clause: 迟, event: late, points: -1, item: 1/2}
  - {clause: 假, event: "false", points: -5, item: 0}
period:
  - {clause: 月, name: 月任务, every: month, measure: 上报, target: 2, met: 10, each_missing: -0.1, each_over: 0.5, over_most: 1, component: 基础}
  - {clause: 季, name: 季积分, every: quarter, measure: 分, target: 40, ratio: 6, mark: 未达标, component: 基础}
  - {clause: 率, name: 采用率, every: quarter, measure: 率, target: 30%, missed: -1}
ranking: {then: [采用, 上报]}
`

// drawBook puts a rulebook together; without bounds every component is the plain
// sum of its entries.
func drawBook(rt *rapid.T, bounds bool) *Rulebook {
	text := alwaysThere
	for _, row := range []string{"{clause: 进, name: 进步, every: month, measure: 采用, gain: 2}", "{clause: 周, name: 周任务, every: week, measure: 上报, target: 1, missed: -0.2}", "{clause: 半, name: 半年分, every: half, measure: 分, target: 30, met: 3, zero: 基础}"} {
		if rapid.Bool().Draw(rt, row) {
			text = strings.Replace(text, "ranking:", "  - "+row+"\nranking:", 1)
		}
	}
	if rapid.Bool().Draw(rt, "november") {
		text += "year_starts: 11-01\n"
	}
	for _, p := range pieces {
		var rows []string
		for i, r := range p.rows {
			if rapid.Bool().Draw(rt, fmt.Sprint(p.section, i)) {
				rows = append(rows, r)
			}
		}
		switch {
		case len(rows) == 0 || p.section == "awards" && !slices.Contains(rows, p.rows[0]):
		case p.section == "persons":
			text += "persons: " + rows[0] + "\n"
		default:
			text += p.section + ":\n  - " + strings.Join(rows, "\n  - ") + "\n"
		}
	}
	if !strings.Contains(text, "awards:") {
		text = strings.ReplaceAll(text, ", bar: 先进", "")
	}
	if bounds && rapid.Bool().Draw(rt, "bounds") {
		text += "components:\n  - {name: 采用, every: month, floor: 0, cap: 33, times: 2/3}\n  - {name: 基础, base: 5, cap: 20, of: 20, into: 7}\ntotal: {floor: -3, cap: 60}\n"
	}
	b, err := Parse([]byte(text))
	if err != nil {
		rt.Fatalf("%v\n%s", err, text)
	}
	return b
}

var register = []Unit{
	{Code: "a", Class: "县", Headcount: 3}, {Code: "b", Class: "县"}, {Code: "c", Class: "局", Until: 20260301}, {Code: "c", Class: "县", From: 20260301},
	{Code: "p", Class: "点", Parent: "a"},
}

// drawEvents draws a winter: some are recorded late, some taken back.
func drawEvents(rt *rapid.T, takenBack bool) (list []Event) {
	one := func(name string, words ...string) string { return rapid.SampledFrom(words).Draw(rt, name) }
	days := func(name string, from org.Date, most int) org.Date {
		return dateOf(at(from).AddDate(0, 0, rapid.IntRange(0, most).Draw(rt, name)))
	}
	for i := range rapid.IntRange(0, 40).Draw(rt, "events") {
		e := Event{
			Fact: ident.Fact(fmt.Sprintf("e%02d", i)), Item: ident.Item(one("item", "", "i1", "i2", "i3", "i4")), Unit: ident.Unit(one("unit", "a", "b", "c", "p")),
			Kind:   EventKind(one("kind", "submitted", "submitted", "submitted", "adopted", "adopted", "adopted", "instructed", "commissioned", "commission-missed", "late", "false", "negative")),
			Outlet: one("publication", "", "x", "y", "z"), Level: one("level", "", "county", "city", "province"), Form: one("form", "", "brief"),
			Prominence: one("prominence", "", "front"), Attachments: one("attachments", "", "photo", "map|photo"), LeaderLevel: one("leader", "", "city"),
			Length: rapid.SampledFrom([]int{0, 799, 800, 1001}).Draw(rt, "length"), Day: days("day", 20251201, 140),
		}
		if rapid.IntRange(0, 3).Draw(rt, "late") == 0 {
			e.Arrived = days("arrived", e.Day, 50)
		}
		if rapid.IntRange(0, 2).Draw(rt, "shared") == 0 {
			names := rapid.Permutation([]ident.Unit{"a", "b", "c", "p"}).Draw(rt, "names")
			parts := rapid.SampledFrom([][]Points{{Whole(1)}, {Rat(1, 2), Rat(1, 2)}, {Rat(1, 3), Rat(2, 3)}, {Rat(1, 7), Rat(2, 7), Rat(4, 7)}, {{}, Rat(1, 4), Rat(1, 4), Rat(1, 2)}}).Draw(rt, "parts")
			for j, p := range parts {
				e.Contributors = append(e.Contributors, Share{Unit: names[j], Part: p, Said: true})
			}
		}
		e.Authors = rapid.SampledFrom([][]string{nil, {"张三"}, {"李四", "张三"}, {"王五", "张三", "李四"}}).Draw(rt, "authors")
		list = append(list, e)
	}
	if takenBack {
		for i := range len(list) {
			if e := list[i]; rapid.IntRange(0, 5).Draw(rt, "back") == 0 {
				list = append(list, Event{Fact: "t" + e.Fact, Item: e.Item, Kind: TakenBack, Unit: e.Unit, Day: days("back on", max(e.Day, e.Arrived), 60), Undoes: e.Fact})
			}
		}
	}
	return list
}

func drawPeriod(rt *rapid.T) Period {
	p, ok := ParsePeriod(rapid.SampledFrom([]string{"2026-01", "2026-02", "2026-Q1", "2026", "2026-01-10..2026-03-20"}).Draw(rt, "period"))
	if !ok {
		rt.Fatal("no period")
	}
	return p
}

// winter closes December, January and February.
var winter = []Close{{Period{20251201, 20260101, "2025-12"}, 20260105}, {Period{20260101, 20260201, "2026-01"}, 20260205}, {Period{20260201, 20260301, "2026-02"}, 20260306}}

// outcome is a run as bytes: the result and the ledger.
func outcome(rt *rapid.T, b *Rulebook, in Input, events []Event) (result, ledger string, entries []Entry, res *Result) {
	in.Register, in.Explain = NewRegister(register), func(e Entry) { entries = append(entries, e) }
	res, err := b.Score(in, events)
	if err != nil {
		rt.Fatal(err)
	}
	return asJSON(rt, res), asJSON(rt, entries), entries, res
}

// differs names the first line in which two texts part.
func differs(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d is %s, want %s\n%s", i+1, g[i], w[i], strings.Join(g[max(0, i-12):i], "\n"))
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

func asJSON(rt *rapid.T, v any) string {
	js, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		rt.Fatal(err)
	}
	return string(js)
}

// TestOrderNeverMatters: the order in which events stand in a file gives the same
// bytes, and nobody has to be told the entries for the points to be right.
func TestOrderNeverMatters(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b, events, in := drawBook(rt, true), drawEvents(rt, true), Input{Period: drawPeriod(rt), Closed: winter[:rapid.IntRange(0, 3).Draw(rt, "closed")]}
		res, ledger, _, _ := outcome(rt, b, in, events)
		res2, ledger2, _, _ := outcome(rt, b, in, rapid.Permutation(events).Draw(rt, "shuffled"))
		if res != res2 || ledger != ledger2 {
			rt.Fatalf("shuffled: %s, ledger %s", differs(res2, res), differs(ledger2, ledger))
		}
		in.Register = NewRegister(register)
		quiet, err := b.Score(in, events)
		if err != nil || asJSON(rt, quiet) != res {
			rt.Fatalf("without a ledger: %v %s", err, differs(asJSON(rt, quiet), res))
		}
	})
}

// TestEntriesMakeTheTotal: what a unit, a person and who is paid have is the sum of
// the entries one can open.
func TestEntriesMakeTheTotal(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b, events, in := drawBook(rt, true), drawEvents(rt, true), Input{Period: drawPeriod(rt), Closed: winter[:rapid.IntRange(0, 3).Draw(rt, "closed")]}
		_, ledger, entries, res := outcome(rt, b, in, events)
		sums := map[string]Points{}
		for _, e := range entries {
			k := e.Track + string(e.Unit) + e.Person
			sums[k] = sums[k].Plus(e.Points)
		}
		for track, list := range map[string][]Standing{OfUnit: res.Standings, OfPerson: res.Persons, OfFee: res.Fees} {
			for _, s := range list {
				if got := sums[track+string(s.Unit)+s.Person]; got.Cmp(s.Exact) != 0 {
					rt.Fatalf("the entries of %s %s%s come to %s, want %s\n%s", track, s.Unit, s.Person, got, s.Exact, ledger)
				}
			}
		}
	})
}

// TestMonthsMakeTheQuarter: without bounds, which look at a whole period, the
// ledgers of three months one after the other are the ledger of the quarter.
func TestMonthsMakeTheQuarter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b, events, closed := drawBook(rt, false), drawEvents(rt, true), winter[:rapid.IntRange(0, 3).Draw(rt, "closed")]
		lines := func(periods ...string) (list []string) {
			for _, s := range periods {
				p, _ := ParsePeriod(s)
				_, _, entries, _ := outcome(rt, b, Input{Period: p, Closed: closed}, events)
				for _, e := range entries {
					list = append(list, asJSON(rt, e))
				}
			}
			slices.Sort(list)
			return list
		}
		if months, quarter := lines("2026-01", "2026-02", "2026-03"), lines("2026-Q1"); !slices.Equal(months, quarter) {
			rt.Fatalf("the months against the quarter: %s", differs(strings.Join(months, "\n"), strings.Join(quarter, "\n")))
		}
	})
}

// TestAskingInBetween: a run can be asked for its result after every event, and
// has then what a new run of those events has.
func TestAskingInBetween(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b, events := drawBook(rt, true), drawEvents(rt, false)
		in := Input{Period: drawPeriod(rt), Closed: winter[:rapid.IntRange(0, 3).Draw(rt, "closed")], Register: NewRegister(register)}
		r := b.Start(in)
		slices.SortStableFunc(events, func(a, b Event) int { return int(r.effective(&a)) - int(r.effective(&b)) })
		for i, e := range events {
			if err := r.Add(e); err != nil {
				rt.Fatal(err)
			}
			if rapid.IntRange(0, 4).Draw(rt, "ask") > 0 {
				continue
			}
			got, err := r.Result()
			if err != nil {
				rt.Fatal(err)
			}
			want, err := b.Score(in, events[:i+1])
			if err != nil {
				rt.Fatal(err)
			}
			if asJSON(rt, got) != asJSON(rt, want) {
				rt.Fatalf("after %d events: %s", i+1, differs(asJSON(rt, got), asJSON(rt, want)))
			}
		}
	})
}

// TestClosedPeriodNeverChanges: whatever is recorded after the close, the ledger
// of a closed month keeps its bytes, and so does its result.
func TestClosedPeriodNeverChanges(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b, all := drawBook(rt, true), drawEvents(rt, true)
		n := rapid.IntRange(1, 2).Draw(rt, "month")
		in := Input{Period: winter[n].Period, Closed: winter[:n]}
		inTime := slices.DeleteFunc(slices.Clone(all), func(e Event) bool { return max(e.Day, e.Arrived) > winter[n].On })
		res, ledger, _, _ := outcome(rt, b, in, inTime)
		in.Closed = winter
		res2, ledger2, _, _ := outcome(rt, b, in, all)
		if ledger != ledger2 {
			rt.Fatalf("the closed month books: %s", differs(ledger2, ledger))
		}
		if res != res2 {
			rt.Fatalf("the closed month is: %s", differs(res2, res))
		}
	})
}

// TestFilesMerge: a file cut in two and read one half after the other, in either
// order, and the same events a line of JSON each give the same bytes.
func TestFilesMerge(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b, events, in := drawBook(rt, true), drawEvents(rt, true), Input{Period: drawPeriod(rt)}
		var rows, lines []string
		for _, e := range events {
			row := rowOf(&e)
			var s strings.Builder
			w := csv.NewWriter(&s)
			if err := w.Write(row); err != nil {
				rt.Fatal(err)
			}
			w.Flush()
			rows = append(rows, s.String())
			obj := map[string]string{}
			for i, v := range row {
				obj[EventColumns[i]] = v
			}
			js, err := json.Marshal(obj)
			if err != nil {
				rt.Fatal(err)
			}
			lines = append(lines, string(js)+"\n")
		}
		read := func(files ...string) (list []Event) {
			for _, f := range files {
				if err := ReadEvents(strings.NewReader(f), func(e *Event) error { list = append(list, *e); return nil }); err != nil {
					rt.Fatalf("%v in\n%s", err, f)
				}
			}
			return list
		}
		head, cut := strings.Join(EventColumns[:20], ",")+"\n", rapid.IntRange(0, len(rows)).Draw(rt, "cut")
		res, ledger, _, _ := outcome(rt, b, in, read(head+strings.Join(rows, "")))
		first, second := head+strings.Join(rows[:cut], ""), head+strings.Join(rows[cut:], "")
		sets := [][]Event{read(first, second), read(second, first)}
		if len(lines) > 0 {
			sets = append(sets, read(strings.Join(lines, "")))
		}
		for i, set := range sets {
			res2, ledger2, _, _ := outcome(rt, b, in, set)
			if res != res2 || ledger != ledger2 {
				rt.Fatalf("way %d of reading: %s", i, differs(res2, res))
			}
		}
	})
}

// rowOf writes an event as a line of a file does; what a file has no column for is
// left out.
func rowOf(e *Event) []string {
	var shares []string
	for _, s := range e.Contributors {
		shares = append(shares, string(s.Unit)+":"+s.Part.rat().RatString())
	}
	length := ""
	if e.Length > 0 {
		length = fmt.Sprint(e.Length)
	}
	return []string{string(e.Fact), string(e.Item), string(e.Kind), e.Day.String(), string(e.Unit), e.Outlet, e.Level, e.Form, e.Genre, length, e.Prominence, e.Attachments, e.Route, e.LeaderLevel, e.LeaderRank, e.Disposition,
		strings.Join(shares, "|"), strings.Join(e.Authors, "|"), e.Given.String(), e.Note + string(e.Undoes)}
}

// TestSharesMakeTheWhole: however an item is divided, its parts make the rate
// again, exactly.
func TestSharesMakeTheWhole(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		how := rapid.SampledFrom([]string{Split, Equal}).Draw(rt, "how")
		rate := Rat(rapid.Int64Range(-10000, 10000).Draw(rt, "rate"), rapid.Int64Range(1, 1000).Draw(rt, "over"))
		b, err := Parse([]byte("title: 办法\noffice: K\nfrom: 2026-01-01\nsharing: " + how + "\nrules:\n  - {clause: 一, event: adopted, points: " + rate.rat().RatString() + "}\n"))
		if err != nil {
			rt.Fatal(err)
		}
		e := Event{Fact: "e", Item: "i", Kind: Adopted, Unit: "u0", Day: 20260105}
		n := rapid.IntRange(1, 9).Draw(rt, "n")
		weights := rapid.SliceOfN(rapid.Int64Range(1, 1e6), n, n).Draw(rt, "weights")
		var all int64
		for _, w := range weights {
			all += w
		}
		said := rapid.Bool().Draw(rt, "said")
		for i, w := range weights {
			s := Share{Unit: ident.Unit(fmt.Sprint("u", i))}
			if said {
				s.Part, s.Said = Rat(w, all), true
			}
			e.Contributors = append(e.Contributors, s)
		}
		res, err := b.Score(Input{Period: Period{From: 20260101, Until: 20260201}}, []Event{e})
		if err != nil {
			rt.Fatal(err)
		}
		var sum Points
		for _, s := range res.Standings {
			sum = sum.Plus(s.Exact)
		}
		if sum.Cmp(rate) != 0 {
			rt.Fatalf("%d parts make %s, want %s", n, sum, rate)
		}
	})
}

// drawPoints draws small and huge numbers and what they come to with each other.
func drawPoints(rt *rapid.T, name string) (Points, *big.Rat) {
	edge := rapid.SampledFrom([]int64{1<<63 - 1, -1 << 63, 1 << 62, -1 << 62, 1<<62 - 1, 1<<62 + 1, -1<<62 - 1, 1 << 32})
	side := rapid.OneOf(rapid.Int64Range(-12, 12), rapid.Int64(), edge, edge)
	n := side.Draw(rt, name)
	d := rapid.OneOf(rapid.Just(int64(1)), rapid.Just(int64(1)), rapid.Int64Range(1, 12), rapid.Int64Range(1, 1<<63-1)).Draw(rt, name+" over")
	p, r := Rat(n, d), big.NewRat(n, d)
	if rapid.IntRange(0, 3).Draw(rt, name+" huge") == 0 {
		f := side.Draw(rt, name+" by")
		p, r = p.Times(Whole(f)), r.Mul(r, new(big.Rat).SetInt64(f))
	}
	return p, r
}

// TestPointsAreRationals: the two words of a number never show: every operation is
// that of exact fractions, also where it needs more than two words.
func TestPointsAreRationals(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		for range 20 {
			calculate(rt)
		}
	})
}

// calculate does with two drawn numbers all that can be done with them.
func calculate(rt *rapid.T) {
	p, a := drawPoints(rt, "p")
	q, b := drawPoints(rt, "q")
	same := func(op string, got Points, want *big.Rat) {
		if got.rat().Cmp(want) != 0 {
			rt.Fatalf("%s %s %s = %s, want %s", a, op, b, got, want)
		}
		if back, err := ParsePoints(got.String()); len(got.String()) <= 40 && (err != nil || back.Cmp(got) != 0) {
			rt.Fatalf("%s read back is %s, %v", got, back, err)
		}
		if got.Sign() != want.Sign() || got.Zero() != (want.Sign() == 0) {
			rt.Fatalf("%s has sign %d, want %d", got, got.Sign(), want.Sign())
		}
	}
	same("+", p.Plus(q), new(big.Rat).Add(a, b))
	same("−", p.Minus(q), new(big.Rat).Sub(a, b))
	same("×", p.Times(q), new(big.Rat).Mul(a, b))
	same("negated", p.Neg(), new(big.Rat).Neg(a))
	if over, ok := p.Over(q); ok != (b.Sign() != 0) {
		rt.Fatalf("%s / %s: %t", a, b, ok)
	} else if ok {
		same("/", over, new(big.Rat).Quo(a, b))
	}
	if p.Cmp(q) != a.Cmp(b) || q.Cmp(p) != -a.Cmp(b) {
		rt.Fatalf("%s against %s = %d, want %d", a, b, p.Cmp(q), a.Cmp(b))
	}
	decimals := rapid.IntRange(0, 6).Draw(rt, "decimals")
	unit := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil))
	for _, how := range []string{HalfUp, HalfEven, Down, Up} {
		got := p.RoundBy(decimals, how).rat()
		off := new(big.Rat).Sub(got, a)
		most := unit
		if how == HalfUp || how == HalfEven {
			most = new(big.Rat).Mul(unit, big.NewRat(1, 2))
		}
		steps := new(big.Rat).Quo(got, unit)
		if !steps.IsInt() || off.Abs(off).Cmp(most) > 0 || how != HalfUp && how != HalfEven && off.Cmp(unit) == 0 ||
			how == Down && new(big.Rat).Abs(got).Cmp(new(big.Rat).Abs(a)) > 0 || how == Up && new(big.Rat).Abs(got).Cmp(new(big.Rat).Abs(a)) < 0 {
			rt.Fatalf("%s to %d decimals %s = %s", a, decimals, how, got)
		}
	}
}
