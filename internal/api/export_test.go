package api

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"xinshu/internal/flow"
	"xinshu/internal/item"
)

// TestExportItems downloads a draft in each format, as its unit sees it and as
// another does not.
func TestExportItems(t *testing.T) {
	w := newWorld(t)
	unit := w.town
	it := want[item.Item](w, 201, "linxiaohe", "POST", "/api/v1/items", flow.Draft{Unit: unit, Title: "=汛情", Body: "第一段\n第二段", Genre: "news", Form: "single"})
	get := func(login, query string) reply {
		return w.send(w.token[login], "GET", "/api/v1/exports/items"+query, nil)
	}
	if r := get("linxiaohe", ""); !strings.HasPrefix(string(r.body), `{"id":"`+string(it.ID)+`"`) || !strings.Contains(r.Header.Get("Content-Disposition"), "items.jsonl") {
		t.Errorf("jsonl = %s %v, want the draft", r.body, r.Header)
	}
	r := get("linxiaohe", "?format=csv&state=draft")
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(r.body, []byte("\ufeff")))).ReadAll()
	must(t, err)
	if len(rows) != 2 || rows[1][3] != "'=汛情" || rows[1][4] != "第一段\n第二段" {
		t.Errorf("csv = %q, want the draft with its title as a text", rows)
	}
	x, err := excelize.OpenReader(bytes.NewReader(get("linxiaohe", "?format=xlsx").body))
	must(t, err)
	if got, err := x.GetCellValue("items", "D2"); err != nil || got != "=汛情" {
		t.Errorf("D2 = %q %v, want the title", got, err)
	}
	if r := get("gaoyuan", ""); len(r.body) != 0 {
		t.Errorf("another desk gets %s, want nothing", r.body)
	}
	for _, bad := range []string{"?format=pdf", "?unit=nowhere", "?from=soon", "?state=lost"} {
		get("linxiaohe", bad).problem(t, 422)
	}
}
