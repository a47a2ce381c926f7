package web

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"xinshu/internal/flow"
	"xinshu/internal/ident"
)

// sheet reads a CSV file without its head.
func sheet(t *testing.T, a answer) [][]string {
	t.Helper()
	if a.status != 200 {
		t.Fatalf("GET %s = %d, want 200\n%s", a.path, a.status, a.text())
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\ufeff"))).ReadAll()
	must(t, err)
	return rows[1:]
}

// fileOf is the address of the list as a file, as the page has it.
func fileOf(t *testing.T, page answer, format string) string {
	t.Helper()
	for _, m := range regexp.MustCompile(`href="([^"]+)" download`).FindAllStringSubmatch(page.body, -1) {
		to := strings.ReplaceAll(m[1], "&amp;", "&")
		if u, err := url.Parse(to); err == nil && u.Query().Get("format") == format {
			return to
		}
	}
	t.Fatalf("%s has no file as %s", page.path, format)
	return ""
}

// TestListsAsFiles: a file has every row of the filtered list, over all its
// pages, and nothing else.
func TestListsAsFiles(t *testing.T) {
	w := newWorld(t)
	writer := flow.Actor{Person: w.person["linxm"]}
	const many = filePage + 5
	var last ident.Item
	for i := range many {
		it, err := w.flow.Draft(t.Context(), writer, flow.Draft{Unit: w.town, Title: fmt.Sprintf("=第%d条", i), Body: body, Genre: "news", Form: "single"})
		must(t, err)
		last = it.ID
	}
	_, err := w.flow.Draft(t.Context(), flow.Actor{Person: w.person["luqc"]}, flow.Draft{Unit: w.other, Title: "别的乡", Body: body, Genre: "news", Form: "single"})
	must(t, err)
	_, err = w.flow.Withdraw(t.Context(), writer, last, flow.Withdraw{})
	must(t, err)

	b := w.as("linxm")
	page := b.get("/items?state=draft")
	if rows := sheet(t, b.get(fileOf(t, page, "csv"))); len(rows) != many-1 || rows[0][2] != fmt.Sprintf("'=第%d条", many-2) || rows[0][1] != "草稿" {
		t.Errorf("drafts as a file = %d rows, first %q, want %d, the newest first and harmless", len(rows), rows[0], many-1)
	}
	next := regexp.MustCompile(`href="(/items\?[^"]*after=[^"]*)"`).FindStringSubmatch(page.body)
	if next == nil {
		t.Fatal("the list has one page only")
	}
	second := b.get(strings.ReplaceAll(next[1], "&amp;", "&"))
	if rows := sheet(t, b.get(fileOf(t, second, "csv"))); len(rows) != many-1 {
		t.Errorf("the file of the second page = %d rows, want all %d", len(rows), many-1)
	}
	lines := b.get("/items?format=jsonl")
	if n := strings.Count(lines.body, "\n"); n != many || strings.Contains(lines.body, "别的乡") || strings.Contains(lines.body, "收购价格低") {
		t.Errorf("all as JSON lines = %d, want %d, none of another unit and no text", n, many)
	}
	var one map[string]string
	must(t, json.NewDecoder(strings.NewReader(lines.body)).Decode(&one))
	if one["id"] == "" || one["unit"] != "青禾镇" {
		t.Errorf("a line = %v, want id and unit", one)
	}
	if x := b.get("/items?format=xlsx"); !bytes.HasPrefix([]byte(x.body), []byte("PK")) {
		t.Errorf("xlsx = %d, want a workbook", x.status)
	}
	if x := b.get("/items?format=pdf"); x.status != 422 {
		t.Errorf("pdf = %d, want 422", x.status)
	}
}

// TestOtherListsAsFiles: inbox, people and units, each only to who may see them.
func TestOtherListsAsFiles(t *testing.T) {
	w := newWorld(t)
	_, err := w.flow.FileFor(t.Context(), flow.Actor{Person: w.person["heyz"]}, flow.FileFor{Office: w.county, Unit: w.town, Title: title, Body: body, Genre: "news", Form: "single", Channel: "telephone"})
	must(t, err)
	editor, admin, reporter := w.as("heyz"), w.as("chengsy"), w.as("linxm")
	rows := sheet(t, editor.get("/inbox?format=csv&state=received&state=filed&state=editing"))
	if len(rows) != 1 || rows[0][3] != title || rows[0][4] != "青禾镇" {
		t.Errorf("the inbox = %q, want the one filing", rows)
	}
	if rows := sheet(t, editor.get("/inbox?format=csv&state=declined")); len(rows) != 0 {
		t.Errorf("declined ones = %q, want none", rows)
	}
	if rows := sheet(t, admin.get(fileOf(t, admin.get("/people?role=editor"), "csv"))); len(rows) != 2 || rows[0][3] != "编辑" {
		t.Errorf("editors = %q, want the two", rows)
	}
	if got := reporter.get("/people?format=csv"); got.status != 403 {
		t.Errorf("people for a reporter = %d, want 403", got.status)
	}
	county := "/units/" + string(w.county)
	if rows := sheet(t, reporter.get(fileOf(t, reporter.get(county), "csv"))); len(rows) != 2 || rows[0][0] != "970121100" {
		t.Errorf("units under the county = %q, want the two", rows)
	}
	if rows := sheet(t, reporter.get(fileOf(t, reporter.get("/units?q=望岭县柳渡"), "csv"))); len(rows) != 1 || rows[0][2] != "柳渡乡" {
		t.Errorf("units found = %q, want the one", rows)
	}
}
