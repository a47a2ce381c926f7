package score_test

import (
	"encoding/json"
	"strings"
	"testing"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
	"xinshu/internal/score"
)

func points(t *testing.T, s string) score.Points {
	t.Helper()
	p, err := score.ParsePoints(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestParsePoints(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"3", "3"}, {"0.5", "0.5"}, {"-0.5", "-0.5"}, {"+2", "2"}, {"2.250", "2.25"}, {"1/3", "1/3"}, {"2/4", "0.5"}, {"7/8", "0.875"}, {" 1 ", "1"}, {"0", "0"}, {"1/7", "1/7"},
		{"0.0000001", "0.0000001"},
	} {
		if got := points(t, c.in).String(); got != c.want {
			t.Errorf("ParsePoints(%q) = %s, want %s", c.in, got, c.want)
		}
	}
	for _, in := range []string{"", " ", "三", "1e3", "1,5", "1/0", "1//3", "1.2.3", "1/2.5", "0x10", "--1", "1_000", "Inf", "NaN", strings.Repeat("9", 41), "."} {
		if p, err := score.ParsePoints(in); err == nil {
			t.Errorf("ParsePoints(%q) = %s, want an error", in, p)
		} else if !strings.Contains(err.Error(), "write 3, 0.5 or 1/3") {
			t.Errorf("ParsePoints(%q) = %v, want it to say how to write one", in, err)
		}
	}
}

// TestPointsAreExact: thirds add up to one, tenths to one, in any number.
func TestPointsAreExact(t *testing.T) {
	var sum score.Points
	for range 3 {
		sum = sum.Plus(score.Rat(1, 3))
	}
	if got := sum.String(); got != "1" {
		t.Errorf("1/3 + 1/3 + 1/3 = %s, want 1", got)
	}
	sum = score.Points{}
	for range 1000 {
		sum = sum.Plus(points(t, "0.1"))
	}
	if got := sum.String(); got != "100" {
		t.Errorf("0.1 a thousand times = %s, want 100", got)
	}
	if got := points(t, "5").Times(score.Rat(1, 3)).Times(points(t, "3")).String(); got != "5" {
		t.Errorf("5 × 1/3 × 3 = %s, want 5", got)
	}
	if !(score.Points{}).Zero() || points(t, "0.1").Zero() {
		t.Error("Zero() is wrong")
	}
}

func TestRound(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{{"11/3", 2, "3.67"}, {"1/3", 2, "0.33"}, {"0.005", 2, "0.01"}, {"-0.005", 2, "-0.01"}, {"0.125", 2, "0.13"}, {"2.5", 0, "3"}, {"-2.5", 0, "-3"}, {"3", 2, "3"}, {"1.999", 1, "2"}} {
		if got := points(t, c.in).Round(c.n).String(); got != c.want {
			t.Errorf("Round(%s, %d) = %s, want %s", c.in, c.n, got, c.want)
		}
	}
}

func TestPointsKeepTheirTextInJSON(t *testing.T) {
	b, err := json.Marshal(score.Rat(1, 3))
	if err != nil || string(b) != `"1/3"` {
		t.Errorf("JSON of 1/3 = %s %v, want its exact text", b, err)
	}
	var p score.Points
	if err := json.Unmarshal([]byte(`"2.50"`), &p); err != nil || p.String() != "2.5" {
		t.Errorf("2.50 from JSON = %s %v, want 2.5", p, err)
	}
	if err := json.Unmarshal([]byte(`"much"`), &p); err == nil {
		t.Error("much from JSON = nil, want an error")
	}
}

const head = "title: 办法\noffice: K1\nfrom: 2026-01-01\n"

func TestParseNamesThePlace(t *testing.T) {
	rule := "rules:\n  - {clause: 一, event: published, points: \"1\"}\n"
	for _, c := range []struct{ name, src, path, code string }{
		{"not YAML", "title: [\n", "line ", "yaml"},
		{"unknown key", head + "colour: red\n" + rule, "line 4:1", "yaml"},
		{"wrong type", head + "round: much\n" + rule, "line 4:8", "yaml"},
		{"no title", strings.Replace(head, "办法", "", 1) + rule, "title", "required"},
		{"no date", strings.Replace(head, "2026-01-01", "新年", 1) + rule, "from", "not_a_date"},
		{"ends before it begins", head + "until: 2025-12-31\n" + rule, "until", "not_a_date"},
		{"sharing", head + "sharing: fair\n" + rule, "sharing", "unknown_word"},
		{"rounding", head + "round: 7\n" + rule, "round", "out_of_range"},
		{"no rules", head, "rules", "required"},
		{"no clause", head + "rules:\n  - {event: published, points: \"1\"}\n", "rules[0].clause", "required"},
		{"logging in scores nothing", head + "rules:\n  - {clause: 一, event: signed_in, points: \"1\"}\n", "rules[0].event", "unknown_word"},
		{"level", head + "rules:\n  - {clause: 一, event: published, level: moon, points: \"1\"}\n", "rules[0].level", "unknown_level"},
		{"points", head + "rules:\n  - {clause: 一, event: published, points: 一分}\n", "rules[0].points", "not_a_number"},
		{"two where one is allowed", head + "one_rule: true\nrules:\n  - {clause: 一, event: published, points: \"1\"}\n  - {clause: 二, event: published, level: city, points: \"5\"}\n", "rules[1]", "two_rules"},
		{"expression", head + "rules:\n  - {clause: 一, event: adopted, points: lenght * 2}\n", "rules[0].points", "expression"},
		{"length", head + "rules:\n  - {clause: 一, event: adopted, length: 800, points: 2}\n", "rules[0].length", "not_a_length"},
		{"publication", head + "publications:\n  - {code: yq}\nrules:\n  - {clause: 一, event: adopted, publication: yy, points: 2}\n", "rules[0].publication", "unknown_publication"},
		{"measure", head + "period:\n  - {clause: 一, name: 月, measure: 上报, met: 1}\nmeasures:\n  - {name: 上报数, event: submitted}\n", "period[0].measure", "unknown_word"},
		{"too large", strings.Repeat("#", 1<<20+1), "rulebook", "too_large"},
	} {
		_, err := score.Parse([]byte(c.src))
		bad, _ := fault.BadFields(err)
		found := false
		for _, f := range bad {
			found = found || strings.HasPrefix(f.Path, c.path) && f.Code == c.code
		}
		if !found {
			t.Errorf("Parse: %s = %v, want %s %s", c.name, err, c.path, c.code)
		}
	}
	b, err := score.Parse([]byte(head + rule))
	if err != nil || b.Sharing != score.Split {
		t.Errorf("Parse of a good one = %+v %v, want sharing by split unless said otherwise", b, err)
	}
}

func record(t *testing.T, p fact.Payload) fact.Record {
	t.Helper()
	b, digest, err := fact.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	return fact.Record{Fact: fact.Fact{ID: "f", Kind: p.FactKind(), Digest: digest, Occurred: 5, Recorded: 9}, Payload: b}
}

func TestEventsOfFacts(t *testing.T) {
	told := func(kind string, unit, desk ident.Unit) filing.Told {
		return filing.Told{News: filing.News{Kind: kind, Level: "city", Num: 1, Den: 3, Filing: "fl"}, Office: desk, Unit: unit, Item: "it"}
	}
	for _, c := range []struct {
		name string
		p    fact.Payload
		want int
	}{
		{"printed", issue.PrintedAs{Outlet: issue.Outlet{Unit: "T1", Office: "K1"}}, 1},
		{"the office's own composite printed", issue.PrintedAs{Outlet: issue.Outlet{Unit: "K1", Office: "K1", Own: true}}, 0},
		{"adopted only", issue.Adopted{Outlet: issue.Outlet{Unit: "T1", Office: "K1"}}, 0},
		{"recalled", issue.RecalledFor{Outlet: issue.Outlet{Unit: "T1", Office: "K1"}}, 1},
		{"news of printing above", told("published", "T1", "K1"), 1},
		{"news of an adoption above", told("adopted", "T1", "K1"), 0},
		{"news to the office itself", told("published", "K1", "K1"), 0},
		{"an item drafted", org.PersonEntered{}, 0},
	} {
		got, err := score.Events(record(t, c.p))
		if err != nil || len(got) != c.want {
			t.Errorf("Events: %s = %+v %v, want %d", c.name, got, err, c.want)
		}
	}
	es, _ := score.Events(record(t, told("published", "T1", "K1")))
	if e := es[0]; e.Num != 1 || e.Den != 3 || e.Recorded != 9 || e.Occurred != 5 || e.Desk != "K1" || e.Unit != "T1" {
		t.Errorf("event of news = %+v, want the share and both times", e)
	}
	if _, err := score.Events(fact.Record{Fact: fact.Fact{Kind: fact.NewsTold}, Payload: []byte("{")}); err == nil {
		t.Error("Events of a broken payload = nil, want an error")
	}
}

func TestParsePeriod(t *testing.T) {
	for _, c := range []struct {
		in          string
		from, until org.Date
		ok          bool
	}{
		{"2026", 20260101, 20270101, true},
		{"2026-Q1", 20260101, 20260401, true},
		{"2026-Q4", 20261001, 20270101, true},
		{"2026-11", 20261101, 20261201, true},
		{"2026-12", 20261201, 20270101, true},
		{"2026-13", 0, 0, false}, {"2026-Q5", 0, 0, false}, {"26", 0, 0, false}, {"2026-1", 0, 0, false}, {"0026", 0, 0, false}, {"", 0, 0, false}, {"2026-00", 0, 0, false}, {"2026-+1", 0, 0, false},
	} {
		p, ok := score.ParsePeriod(c.in)
		if ok != c.ok || ok && (p.From != c.from || p.Until != c.until) {
			t.Errorf("ParsePeriod(%q) = %s–%s %t, want %s–%s %t", c.in, p.From, p.Until, ok, c.from, c.until, c.ok)
		}
	}
}

// What can never fire is warned of: the office may mean it.
func TestARuleThatNeverFiresIsWarnedOf(t *testing.T) {
	b, err := score.Parse([]byte(head + "rules:\n  - {clause: 一, event: published, points: \"1\"}\n  - {clause: 二, event: published, level: city, points: \"5\"}\n"))
	if err != nil || len(b.Warnings) != 1 || b.Warnings[0].Code != "never_fires" || !strings.HasPrefix(b.Warnings[0].Where, "line 6, rules[1]") {
		t.Errorf("Parse = %+v %v, want a warning of the second rule in line 6", b.Warnings, err)
	}
}
