package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const scoreBook = `title: 试行考核办法
office: "000000"
from: 2023-01-01
publications:
  - {code: sjw, name: 市级网, level: city}
  - {code: smx, name: 省每日信息, level: province}
rules:
  - {clause: 一, text: 市级网, event: adopted, publication: sjw, points: 5}
  - {clause: 二, text: 省级, event: adopted, publication: smx, points: 10}
  - {clause: 三, text: 批示, event: instructed, points: 6}
share:
  - {clause: 四, event: adopted, how: split}
ranking: {classes: [部门, 乡镇]}
examples:
  - name: 市级两条、省级一条，5 + 5 + 10 = 20
    period: 2023-01
    events: |
      event,item,kind,date,unit,publication
      e1,i1,adopted,2023-01-05,a,sjw
      e2,i2,adopted,2023-01-06,a,sjw
      e3,i3,adopted,2023-01-07,a,smx
    expect: {a: "20"}
`

const scoreUnits = "code,name,class\na,水利局,部门\nb,公安局,部门\nc,民政局,部门\n"

const scoreEvents = `event,item,kind,date,unit,publication,contributors
e1,i1,adopted,2023-01-05,a,sjw,
e2,i2,adopted,2023-01-31,b,smx,
e3,i3,adopted,2023-03-31,a,sjw,a:1/3|c:2/3
e4,i4,adopted,2023-04-01,a,sjw,
e5,i5,instructed,2023-02-10,c,,
`

// scored are the three files and what is said before them.
func scored(t *testing.T, events string, more ...string) called {
	t.Helper()
	args := []string{"score", "run", "--rulebook", write(t, "book.yaml", scoreBook), "--events", write(t, "events.csv", events), "--units", write(t, "units.csv", scoreUnits), "--period", "2023-Q1"}
	return call(t, append(args, more...)...)
}

// TestScoreRun: a has 5 + 5/3, b 10, c 10/3 + 6; the month after is not in it.
func TestScoreRun(t *testing.T) {
	got := scored(t, scoreEvents, "--json").document(t, "score")
	class := got["classes"].([]any)[0].(map[string]any)
	var places []string
	for _, u := range class["units"].([]any) {
		u := u.(map[string]any)
		places = append(places, u["unit"].(string)+" "+u["points"].(string))
	}
	if s := strings.Join(places, ", "); class["class"] != "部门" || s != "b 10, c 28/3, a 20/3" {
		t.Errorf("class %v: %s, want 部门: b 10, c 28/3, a 20/3", class["class"], s)
	}
	table := scored(t, scoreEvents)
	table.want(t, done, "部门\n", "events outside 2023-Q1, which bring no points in it: 1")
	table.want(t, done, "  1     b     公安局  10", "the rulebook speaks of the class 乡镇, and no unit is in it")
	scored(t, scoreEvents, "--as-of", "2023-01-31").want(t, done, "as of 2023-01-31", "")
	again := scored(t, scoreEvents)
	if again.out != table.out {
		t.Errorf("the same files gave %q and %q, want the same bytes", table.out, again.out)
	}
}

func TestScoreExplains(t *testing.T) {
	got := scored(t, scoreEvents, "--explain", "a", "--json").document(t, "score")
	entries := got["entries"].([]any)
	if len(entries) != 2 {
		t.Fatalf("entries of a = %v, want two", entries)
	}
	e := entries[1].(map[string]any)
	for key, want := range map[string]any{"fact": "e3", "line": 4.0, "clause": "一", "rule": "市级网", "arithmetic": "5 × 1/3", "points": "5/3"} {
		if e[key] != want {
			t.Errorf("the entry of the shared item: %s = %v, want %v", key, e[key], want)
		}
	}
	scored(t, scoreEvents, "--explain", "水利局").want(t, done, "5 × 1/3", "")
	scored(t, scoreEvents, "--explain", "all").want(t, done, "5 × 2/3", "")
	scored(t, scoreEvents, "--explain", "d").want(t, wrong, "", "d has no points here; the nearest is")
}

// TestScoreClosed: January was closed on the 5th of February; what came on the
// 9th counts in February.
func TestScoreClosed(t *testing.T) {
	events := "event,item,kind,date,unit,publication,arrived\ne1,i1,adopted,2023-01-05,a,sjw,\ne2,i2,adopted,2023-01-20,a,sjw,2023-02-09\n"
	at := func(period string, more ...string) called {
		return call(t, append([]string{"score", "run", "--rulebook", write(t, "b.yaml", scoreBook), "--events", write(t, "e.csv", events), "--format", "csv", "--period", period}, more...)...)
	}
	at("2023-01").want(t, done, "a,a,10,10,2", "")
	at("2023-01", "--closed", "2023-01=2023-02-05").want(t, done, "a,a,5,5,1", "")
	at("2023-02", "--closed", "2023-01=2023-02-05").want(t, done, "a,a,5,5,1", "")
	at("2023-02", "--closed", "2023-01").want(t, wrong, "", "2023-01 does not close a period")
}

func TestScoreFormats(t *testing.T) {
	dir := t.TempDir()
	scored(t, scoreEvents, "--format", "csv").want(t, done, "unit,部门,2,,c,民政局,28/3,28/3,2", "")
	for _, name := range []string{"s.csv", "s.xlsx", "s.json", "s.txt"} {
		file := filepath.Join(dir, name)
		scored(t, scoreEvents, "--out", file).want(t, done, "", "")
		body, err := os.ReadFile(file)
		if err != nil || len(body) == 0 {
			t.Errorf("--out %s = %d bytes, %v; want the score", name, len(body), err)
		}
		if name == "s.json" && !json.Valid(body) {
			t.Errorf("%s = %s, want JSON", name, body)
		}
	}
	scored(t, scoreEvents, "--out", filepath.Join(dir, "s.csv")).want(t, wrong, "", "is there already")
	scored(t, scoreEvents, "--format", "xlsx").want(t, wrong, "", "--out: is missing")
	scored(t, scoreEvents, "--format", "jsn").want(t, wrong, "", "the nearest is json")
}

// TestScoreRefuses: one thing that is wrong with a file is named with its line,
// and nothing else is said.
func TestScoreRefuses(t *testing.T) {
	head := "event,item,kind,date,unit,publication,contributors,points\n"
	for _, c := range []struct{ events, want string }{
		{head + "e1,i1,adopted,2023-02-29,a,sjw,,\n", `events.csv:2: column date: "2023-02-29" is not a date`},
		{head + "e1,i1,adoptd,2023-02-20,a,sjw,,\n", `do you mean "adopted"?`},
		{head + "e1,i1,adopted,2023-02-20,a,sjw,,十\n", `events.csv:2: column points: "十" is not a number`},
		{head + "e1,i1,adopted,2023-02-20,a,sjw,a:1/3|b:1/3,\n", "events.csv:2: event e1, clause 四: the shares add up to 2/3, want 1"},
		{head + "e1,i1,adopted,2023-02-20,a,sjw,,\ne1,i2,adopted,2023-02-21,a,sjw,,\n", `events.csv:3: column event: "e1" stands on line 2 too`},
		{"event,item,knid,date,unit\n", `do you mean "kind"?`},
		{head + strings.Repeat("e,i,adopted,2023-02-20,a,sjw,,\n", 1) + strings.Repeat("\n", 5) + "f,i\n", "events.csv:8: wrong number of fields"},
		{"", "the file is empty"},
	} {
		got := scored(t, c.events)
		got.want(t, wrong, "", c.want)
		if got.out != "" || strings.Count(got.err, "\n") != 1 {
			t.Errorf("said %q and %q, want one line of error", got.out, got.err)
		}
	}
	scored(t, scoreEvents+"e9,i9,adopted,2023-02-01,z,sjw,\n").want(t, done, "(no class)", "")
	scored(t, scoreEvents+"e9,i9,adopted,2023-02-01,z,smy,\n").want(t, done, "", "the rulebook has no publication smy, first on line 7; the nearest is smx")
	scored(t, scoreEvents+"e9,i9,adopted,2023-02-01,z,smy,\n").want(t, done, "", "the units file has no unit z, first on line 7")
	call(t, "score", "run", "--rulebook", "R05", "--events", filepath.Join(t.TempDir(), "none.csv"), "--period", "2007").want(t, wrong, "", "none.csv: cannot be read: no such file")
	call(t, "score", "run", "--rulebook", "R99", "--events", "x", "--period", "2007").want(t, wrong, "", "R99: is no file and no shipped rulebook")
	call(t, "score", "run", "--rulebook", "R05", "--events", "x", "--period", "2007-13").want(t, wrong, "", "2007-13 is not a period")
	call(t, "score", "run", "--rulebook", "R05", "--events", "x", "--json").want(t, wrong, `"errors":["--period: is missing`, "")
	call(t, "score", "dance").want(t, usage, "", "usage: xinshu score")
}

func TestScoreCheck(t *testing.T) {
	good := write(t, "good.yaml", scoreBook)
	call(t, "score", "check", good, "R05").want(t, done, "good.yaml: ok, 3 rules, 1 examples come out", "")
	for _, c := range []struct{ from, to, want string }{
		{"clause: 一, text: 市级网, event: adopted", "clause: 一, text: 市级网, event: adoptd", "bad.yaml:8:35: rules[0].event: adoptd is not known here; use one of"},
		{"clause: 一, text: 市级网, event: adopted", "clause: 一, text: 市级网, event: adoptd", "the nearest is adopted"},
		{"publication: smx", "publication: smy", "rules[1].publication: there is no publication smy in the rulebook; the nearest is smx"},
		{"points: 6", "points: 6 *", "rules[2].points: in 6 *"},
		{"from: 2023-01-01", "from: 2023-02-30", "bad.yaml:3:7: from: 2023-02-30 is not a date"},
		{"ranking:", "rankng:", `unknown field "rankng"; the nearest is ranking`},
		{`a: "20"`, `a: "25"`, "a has 20, want 25"},
		{"how: split", "how: splitt", "the nearest is split"},
	} {
		got := call(t, "score", "check", good, write(t, "bad.yaml", strings.Replace(scoreBook, c.from, c.to, 1)))
		got.want(t, wrong, c.want, "")
		got.want(t, wrong, "good.yaml: ok", "")
	}
	doc := call(t, "score", "check", write(t, "bad.yaml", strings.Replace(scoreBook, "points: 5", "points: five", 1)), "--json")
	doc.want(t, wrong, `"line":8`, "")
	call(t, "score", "check", write(t, "empty.yaml", "")).want(t, wrong, "the file is empty", "")
	call(t, "score", "check", write(t, "strange.yaml", "\x00\x01\xff\xff\xfe")).want(t, wrong, "is neither UTF-8 nor GB18030", "")
	call(t, "score", "check", "nowhere.yaml").want(t, wrong, "nowhere.yaml: cannot be read", "")
	call(t, "score", "check").want(t, usage, "", "usage: xinshu score")
}

func TestScoreRulebooks(t *testing.T) {
	call(t, "score", "rulebooks").want(t, done, "R05-lianyungang-2007", "")
	text := call(t, "score", "rulebooks", "R05")
	text.want(t, done, "title: 连云港市政务信息工作考核办法", "")
	call(t, "score", "check", write(t, "mine.yaml", text.out)).want(t, done, "ok", "")
	call(t, "score", "rulebooks", "R99").want(t, wrong, "", "R99: is no file and no shipped rulebook")
	if list := call(t, "score", "rulebooks", "--json").document(t, "score")["rulebooks"].([]any); len(list) < 30 {
		t.Errorf("%d rulebooks, want at least 30", len(list))
	}
}

// TestScoreCompare: under the first a has 2 × 5 = 10, b 10, c 6; where a
// provincial item counts 30 and a city item 2, a has 4, b 30, c 6: a falls from
// the first place, shared with b, to the third, and c rises to the second.
func TestScoreCompare(t *testing.T) {
	events := "event,item,kind,date,unit,publication\ne1,i1,adopted,2023-01-05,a,sjw\ne2,i2,adopted,2023-01-06,a,sjw\ne3,i3,adopted,2023-01-31,b,smx\ne4,i4,instructed,2023-02-10,c,\n"
	other := strings.NewReplacer("points: 5}", "points: 2}", "points: 10}", "points: 30}").Replace(scoreBook)
	args := []string{"score", "compare", "--rulebook", write(t, "old.yaml", scoreBook), "--rulebook", write(t, "new.yaml", other), "--events", write(t, "e.csv", events), "--units", write(t, "u.csv", scoreUnits), "--period", "2023-Q1"}
	got := call(t, append(args, "--json")...).document(t, "score")
	want := map[string]string{"a": "1 10, 3 4, -2", "b": "1 10, 1 30, 0", "c": "3 6, 2 6, 1"}
	for _, u := range got["classes"].([]any)[0].(map[string]any)["units"].([]any) {
		u := u.(map[string]any)
		p, q := u["places"].([]any)[0].(map[string]any), u["places"].([]any)[1].(map[string]any)
		if s := fmt.Sprintf("%v %v, %v %v, %v", p["rank"], p["points"], q["rank"], q["points"], q["rises"]); s != want[u["unit"].(string)] {
			t.Errorf("%v = %s, want %s", u["unit"], s, want[u["unit"].(string)])
		}
	}
	// The city items of a: 10 against a mean of 10/3 in a mean total of 26/3 is
	// 20/26 above; 4 against 4/3 in 40/3 is 8/40; that is 20 - 76.92… = -56.9 %.
	table := call(t, args...)
	table.want(t, done, "水利局 under B, down 2:\n    adopted sjw: 10 → 4 (-56.9%; clause 一)", "")
	table.want(t, done, "  民政局 under B, up 1:", "")
	call(t, append(args, "--format", "csv")...).want(t, done, "部门,a,水利局,new.yaml,3,,4,'-2,adopted sjw: 10 → 4", "")
	call(t, args[:4]...).want(t, wrong, "", "say it at least twice")
}

func TestScoreAudit(t *testing.T) {
	notice := func(id string) string { return filepath.Join("..", "..", "internal", "ops", "testdata", "notices", id) }
	call(t, "score", "audit", "--notice", notice("T1.json"), "--rulebook", notice("T1.yaml")).want(t, done, "23 cells worked out again, 0 findings", "")
	call(t, "score", "audit", "--notice", notice("T5.json")).want(t, wrong, "956 is printed, 961 follows", "")
	call(t, "score", "audit", "--notice", notice("T9.json"), "--format", "csv").want(t, wrong, "T9,sum,,,条数,99,105,", "")
	got := call(t, "score", "audit", "--notice", notice("T9.json"), "--json")
	got.want(t, wrong, `{"verb":"score","ok":false,"notices":[{"id":"T9",`, "")
	call(t, "score", "audit", "--notice", "none.json").want(t, wrong, "", "none.json: cannot be read")
	call(t, "score", "audit").want(t, wrong, "", "--notice: is missing")
}
