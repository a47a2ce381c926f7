package ops_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xinshu/internal/ops"
)

const notices = "testdata/notices"

// audited works a table out again; from and to change its text first.
func audited(t *testing.T, id, rulebook string, change ...string) ops.AuditedNotice {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(notices, id+".json"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(body)
	for i := 0; i < len(change); i += 2 {
		if !strings.Contains(text, change[i]) {
			t.Fatalf("%s does not have %s", id, change[i])
		}
		text = strings.Replace(text, change[i], change[i+1], 1)
	}
	file := filepath.Join(t.TempDir(), id+".json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if rulebook != "" {
		rulebook = filepath.Join(notices, rulebook)
	}
	got, err := ops.Audit(file, "", rulebook)
	if err != nil {
		t.Fatal(err)
	}
	if n := got.Notices[0]; got.OK != (len(n.Findings) == 0) {
		t.Errorf("ok = %t with %d findings", got.OK, len(n.Findings))
	}
	return got.Notices[0]
}

// says is the findings and the notes, a line each.
func says(n ops.AuditedNotice) string {
	return strings.Join((&ops.Audited{Notices: []ops.AuditedNotice{n}}).Lines(), "\n")
}

// TestAudit: what is printed in five published tables and follows, and what does
// not. T1: five scores, ten parts, five ranks, three sums. T4: thirteen rates, one
// in the text, two sums.
func TestAudit(t *testing.T) {
	for _, c := range []struct {
		id, rulebook      string
		checked, findings int
		want              []string
	}{
		{"T1", "T1.yaml", 23, 0, nil},
		{"T1", "", 18 - 5, 0, []string{"every printed score follows from 5 for each of 市级网采用条数 and 10 for each of 呼伦贝尔市网采用条数"}},
		{"T4", "", 16, 0, []string{"7 rates are printed with more digits", "57.10%"}},
		{"T5", "", 11, 2, []string{"956 is printed, 961 follows", "no rates for 市政府办采用 and 省政府办采用 reproduce the scores", "达县政府办公室 and 渠县政府办公室 share place 3"}},
		{"T8", "", 14, 0, []string{"一类: 经济技术开发区管委会 and 科技和工业信息化局 share place 3, so 4 are printed for the first 3"}},
		{"T9", "", 1, 1, []string{"99 is printed, 105 follows", "counted once for each"}},
	} {
		got := audited(t, c.id, c.rulebook)
		if len(got.Findings) != c.findings || got.Checked != c.checked {
			t.Errorf("%s with %q: %d cells, %d findings, want %d and %d:\n%s", c.id, c.rulebook, got.Checked, len(got.Findings), c.checked, c.findings, says(got))
		}
		for _, want := range c.want {
			if !strings.Contains(says(got), want) {
				t.Errorf("%s says\n%s\nwant %q", c.id, says(got), want)
			}
		}
	}
}

// TestAuditFindsWhatIsChanged: one cell is altered, and it is named with the
// reason.
func TestAuditFindsWhatIsChanged(t *testing.T) {
	for _, c := range []struct {
		id, rulebook, from, to string
		want                   string
	}{
		{"T1", "T1.yaml", `30, 205]`, `30, 210]`, "1-3月得分: 210 is printed, 205 follows: 市级网采用条数 35 → 175, 呼伦贝尔市网采用条数 3 → 30; as printed if 市级网采用条数 were 36"},
		{"T1", "T1.yaml", `175, 3`, `170, 3`, "市级网采用得分: 170 is printed, 175 follows"},
		{"T1", "T1.yaml", `30, 205]`, `30, 205.5]`, "205.5 is printed, 205 follows"},
		{"T1", "T1.yaml", `["2", "水利局"`, `["3", "水利局"`, "水利局, 排名: 3 is printed, 2 follows: so many have more points"},
		{"T1", "T1.yaml", `"部门报送": 1165`, `"部门报送": 1156`, "报送: 2000 is printed, 1991 follows"},
		{"T4", "", `"57.10%"`, `"57.2%"`, "采纳率: 57.2% is printed, 57.1% follows: 16 of 28"},
		{"T4", "", `"36.40%"`, `"36.3%"`, "it was cut off instead of rounded"},
		{"T4", "", `"57.10%"`, `"57.14%"`, "rounded to another number of digits"},
		{"T4", "", `0, 0, "0"`, `0, 0, "100%"`, "100% is printed, 0 follows: 0 of 0"},
		{"T4", "", `"52.8%"`, `"58.2%"`, "采发率: 58.2% is printed, 52.8% follows: 159 of 301"},
		{"T4", "", `47, 20`, `470, 20`, "报送: 301 is printed, 658 follows"},
		{"T8", "", `["一类", 3, "科技和工业信息化局", 160]`, `["一类", 4, "科技和工业信息化局", 160]`, "4 is printed, 3 follows: the points of 经济技术开发区管委会 are the same, and equals share a place"},
		{"T8", "", `"司法局", 75.9`, `"司法局", 77`, "医疗保障局, 名次: 2 is printed, 3 follows"},
		{"T8", "", `["三类", 3, "国动办", 30.7]`, `["三类", 3, "国动办", 30.7], ["三类", 4, "甲局", 1]`, "is place 4; the table prints the first 3"},
		{"T5", "", `"宣汉县政府办公室", 151, 5, 308`, `"宣汉县政府办公室", 151, 5, 208`, "大竹县政府办公室, 得分: 290 is printed, nothing follows: stands behind 宣汉县政府办公室, which has fewer (208)"},
		{"T8", "", `"温泉街道", 152`, `"温泉街道", "一五二"`, "一五二 is printed, nothing follows: is not a number"},
	} {
		got := audited(t, c.id, c.rulebook, c.from, c.to)
		if !strings.Contains(says(got), c.want) || len(got.Findings) == 0 {
			t.Errorf("%s with %s says\n%s\nwant %q", c.id, c.to, says(got), c.want)
		}
	}
}

// TestAuditWithoutAMapping reads a table as it was published: what its columns
// are is taken from their names, and from the names of the publications.
func TestAuditWithoutAMapping(t *testing.T) {
	bare := func(id string) ops.AuditedNotice { return audited(t, id, "", `"audit": {`, `"said": {`) }
	if got := says(bare("T9")); !strings.Contains(got, "99 is printed, 105 follows") {
		t.Errorf("T9 says\n%s\nwant 105 against 99", got)
	}
	if got := bare("T4"); got.Checked != 13 || len(got.Findings) != 0 {
		t.Errorf("T4 says\n%s\nwant its 13 rates", says(got))
	}
	if got := bare("T5"); len(got.Findings) != 0 || !strings.Contains(says(got), "note: 通川区政府办公室: no rates for") {
		t.Errorf("T5 says\n%s\nwant the rates as a note", says(got))
	}
	if got := audited(t, "T1", "T1.yaml", `"audit": {`, `"said": {`); got.Checked != 20 || len(got.Findings) != 0 {
		t.Errorf("T1 says\n%s\nwant 20 cells that follow", says(got))
	}
	if got := audited(t, "T1", "T1.yaml", `"audit": {`, `"said": {`, `30, 205]`, `30, 206]`); len(got.Findings) != 1 {
		t.Errorf("T1 with another score says\n%s\nwant it found", says(got))
	}
}

// TestAuditRefuses what cannot be read, and what speaks of columns that are not
// there.
func TestAuditRefuses(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{`{`, "cannot be read as a notice"},
		{`[]`, "the wrong kind of value (array)"},
		{`{"tables":[]}`, "there is no table in it"},
		{`{"tables":[null]}`, "one of its tables is null"},
		{`{"id":"X","columns":["单位"],"rows":[]}`, "X: it has no columns or no rows"},
		{`{"id":"X","columns":["单位"],"rows":[["甲",1]]}`, "row 1 has 2 cells, the table has 1 columns"},
		{`{"id":"X","columns":["单位"],"rows":[[{}]]}`, "{} is neither a text nor a number"},
		{`{"id":"X","columns":["单位","得分"],"rows":[["甲",1]],"audit":{"sum":[]}}`, `unknown field "sum"`},
		{`{"id":"X","columns":["单位","得分"],"rows":[["甲",1]],"audit":{"score":"得份"}}`, "audit speaks of the column 得份; the nearest is"},
		{`{"id":"X","columns":["单位","得分"],"rows":[["甲",1]],"audit":{"sums":[{"text":"条数","column":"得分"}]}}`, "audit speaks of the total 条数"},
		{`{"id":"X","columns":["单位","得分"],"rows":[["甲",1]],"totals_in_text":{"条数":1},"audit":{"sums":[{"text":"条数","column":"得分","rows":"1..9"}]}}`, "the rows 1..9"},
		{`{"id":"X","columns":["单位","率"],"rows":[["甲",1]],"audit":{"rates":{"率":{"of":"x","to":"y"}}}}`, "speaks of the column x"},
	} {
		file := filepath.Join(t.TempDir(), "x.json")
		if err := os.WriteFile(file, []byte(c.body), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := ops.Audit(file, "", "")
		if err == nil || !strings.Contains(strings.Join(ops.Say(err), "\n"), c.want) {
			t.Errorf("Audit(%s) = %v, want %q", c.body, err, c.want)
		}
	}
	for _, c := range []struct{ from, to, want string }{
		{`"2023-Q1"`, `"2022-Q1"`, "holds from 2023-01-01 and not in 2022-Q1"},
		{`"2023-Q1"`, `"一季度"`, "is not a period"},
	} {
		body, err := os.ReadFile(filepath.Join(notices, "T1.json"))
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "x.json")
		if err := os.WriteFile(file, []byte(strings.Replace(string(body), c.from, c.to, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ops.Audit(file, "", filepath.Join(notices, "T1.yaml")); err == nil || !strings.Contains(strings.Join(ops.Say(err), "\n"), c.want) {
			t.Errorf("Audit with the period %s = %v, want %q", c.to, err, c.want)
		}
	}
}
