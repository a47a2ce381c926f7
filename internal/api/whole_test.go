package api

import (
	"html"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/org"
)

// several files items of the township, each with a title of its own.
func (w *world) several(n int) (ids []string) {
	w.t.Helper()
	w.ownSignOff()
	for i := range n {
		f := want[flow.Filed](w, 201, "zhouguoping", "POST", "/api/v1/filings", obj{"unit": w.town, "title": "石桥镇第" + string(rune('一'+i)) + "条", "body": "正文", "genre": []string{"news", "problem"}[i%2], "form": "brief"})
		ids = append(ids, string(f.Filings[0].ID))
	}
	return ids
}

// A parameter that is misspelt is told which one was meant.
func TestListsAreClosed(t *testing.T) {
	w := newWorld(t)
	for query, near := range map[string]string{
		"items?stat=draft": "state", "items?state=drfat": "draft", "items?sort=udpated": "-updated", "items?genre=newz": "news", "filings?form=breif": "brief",
		"filings?sort=-sinse": "-since", "issues?publicatoin=1": "publication", "duties?state=answred": "answered", "units?parnet=1": "parent",
	} {
		p := w.send(w.token["chenjing"], "GET", "/api/v1/"+query, nil).problem(t, 422)
		if len(p.Errors) != 1 || p.Errors[0].Code != "not_one_of" || p.Errors[0].Params["near"] != near {
			t.Errorf("GET %s = %+v, want not_one_of near %s", query, p.Errors, near)
		}
	}
	for query, code := range map[string]string{"items?from=yesterday": "not_a_date", "items?from=2026-11-22&until=2026-11-01": "ends_before", "me?x=1": "unknown_field", "items?cursor=~1.x": "not_a_cursor", "items?sort=updated&cursor=1.x": "not_a_cursor"} {
		if p := w.send(w.token["chenjing"], "GET", "/api/v1/"+query, nil).problem(t, 422); p.Errors[0].Code != code {
			t.Errorf("GET %s = %+v, want %s", query, p.Errors, code)
		}
	}
}

// Pages are right under each order: everything once, in order.
func TestSortedPages(t *testing.T) {
	w := newWorld(t)
	made := w.several(7)
	for sort, wanted := range map[string][]string{"since": made, "-since": slices.Collect(backward(made)), "": slices.Collect(backward(made))} {
		var got []string
		for cursor := ""; ; {
			pg := want[flow.Page[filing.Filing]](w, 200, "chenjing", "GET", "/api/v1/filings?limit=2&state=filed&sort="+sort+"&cursor="+cursor, nil)
			for _, f := range pg.Rows {
				got = append(got, string(f.ID))
			}
			if cursor = pg.Next; cursor == "" {
				break
			}
		}
		if !slices.Equal(got, wanted) {
			t.Errorf("filings sorted by %q = %v, want %v", sort, got, wanted)
		}
	}
	if pg := want[flow.Page[filing.Filing]](w, 200, "chenjing", "GET", "/api/v1/filings?genre=problem&from=2026-11-22&until=2026-11-22", nil); len(pg.Rows) != 3 {
		t.Errorf("%d filings of the genre that day, want 3", len(pg.Rows))
	}
	if pg := want[flow.Page[flow.ItemRow]](w, 200, "chenjing", "GET", "/api/v1/items?from=2026-11-23", nil); len(pg.Rows) != 0 {
		t.Errorf("%d items from tomorrow on, want none", len(pg.Rows))
	}
}

func backward(ids []string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for _, id := range slices.Backward(ids) {
			if !yield(id) {
				return
			}
		}
	}
}

func TestBulk(t *testing.T) {
	w := newWorld(t)
	ids := w.several(3)
	in := Bulk{Entries: []BulkEntry{
		{Operation: "receive-filing", ID: ids[0]},
		{Operation: "recieve-filing", ID: ids[1]},
		{Operation: "receive-filing", ID: "00000000000000000000000000"},
		{Operation: "receive-filing", ID: "../items"},
		{Operation: "hold-filing", ID: ids[1], Body: []byte(`{"reasn":"x"}`)},
		{Operation: "receive-filing", ID: ids[2]},
		{Operation: "enter-unit", Body: []byte(`{"name":"x"}`)},
	}}
	const key = "bulk-2026-11-22/1"
	out := want[BulkResult](w, 200, "chenjing", "POST", "/api/v1/bulk", in, "Idempotency-Key", key)
	var got []int
	for _, d := range out.Results {
		got = append(got, d.Status)
		if (d.Problem == nil) != (d.Status < 400) || d.Problem != nil && (d.Problem.Detail == "" || d.Problem.Ref == "") {
			t.Errorf("entry %d = %+v, want an object or a whole problem", d.Index, d)
		}
	}
	if wanted := []int{200, 422, 404, 422, 422, 200, 403}; !slices.Equal(got[:6], wanted[:6]) || got[6] < 400 || out.Done != 2 || out.Refused != 5 {
		t.Errorf("results = %v (%d done), want %v", got, out.Done, wanted)
	}
	if near := out.Results[1].Problem.Errors[0].Params["near"]; near != "receive-filing" {
		t.Errorf("near = %q, want receive-filing", near)
	}
	again := want[BulkResult](w, 200, "chenjing", "POST", "/api/v1/bulk", in, "Idempotency-Key", key)
	if again.Done != 2 || string(again.Results[0].Object) != string(out.Results[0].Object) {
		t.Errorf("the same key gave %d done, %s, want the first answer", again.Done, again.Results[0].Object)
	}
	if other := want[BulkResult](w, 200, "chenjing", "POST", "/api/v1/bulk", Bulk{Entries: in.Entries[:1]}); other.Results[0].Problem == nil {
		t.Errorf("receiving twice without a key = %+v, want it refused", other.Results[0])
	}
	w.send(w.token["chenjing"], "POST", "/api/v1/bulk", Bulk{Entries: make([]BulkEntry, 101)}).problem(t, 422)
	w.send(w.token["chenjing"], "POST", "/api/v1/bulk", Bulk{}).problem(t, 422)
	reader := w.issue("chenjing", org.ScopeRead)
	r := w.send(reader, "POST", "/api/v1/bulk", Bulk{Entries: in.Entries[:1]})
	if r.StatusCode != 200 || !strings.Contains(string(r.body), "scope_missing") {
		t.Errorf("a bulk with a reader's token = %d %s, want the entry refused for its scope", r.StatusCode, r.body)
	}
}

func TestETag(t *testing.T) {
	w := newWorld(t)
	id := w.several(1)[0]
	here := "/api/v1/filings/" + id
	first := w.send(w.token["chenjing"], "GET", here, nil)
	tag := first.Header.Get("ETag")
	if !strings.HasPrefix(tag, `"v1-`) {
		t.Fatalf("ETag = %s, want version 1", tag)
	}
	for _, have := range []string{tag, "W/" + tag, `"other", ` + tag} {
		if r := w.send(w.token["chenjing"], "GET", here, nil, "If-None-Match", have); r.StatusCode != http.StatusNotModified || len(r.body) > 0 {
			t.Errorf("If-None-Match %s = %d, %d bytes, want 304 and nothing", have, r.StatusCode, len(r.body))
		}
	}
	want[filing.Filing](w, 200, "chenjing", "POST", here+"/receive", nil, "If-Match", tag)
	if r := w.send(w.token["chenjing"], "GET", here, nil, "If-None-Match", tag); r.StatusCode != 200 || r.Header.Get("ETag") == tag {
		t.Errorf("after a change = %d %s, want 200 with another tag", r.StatusCode, r.Header.Get("ETag"))
	}
	p := w.send(w.token["gaoyuan"], "POST", here+"/hold", obj{"reason": "waiting", "remark": "等数据"}, "If-Match", tag, "Accept-Language", "en").problem(t, 412)
	if len(p.Reasons) != 1 || p.Reasons[0].Code != "changed_since" || p.Reasons[0].Params["who"] != "陈静" || p.Reasons[0].Params["what"] != "filing.received" || p.Reasons[0].Params["when"] == "" {
		t.Errorf("reasons = %+v, want who received it and when", p.Reasons)
	}
	if f := want[flow.FilingView](w, 200, "chenjing", "GET", here, nil); f.Filing.State != filing.Received {
		t.Errorf("state = %s, want it still received", f.Filing.State)
	}
	if p := w.send(w.token["linxiaohe"], "POST", here+"/hold", obj{}, "If-Match", tag).problem(t, 403); p.Reasons[0].Code != "needs_post" {
		t.Errorf("somebody without the post = %+v, want that said first", p.Reasons)
	}
	w.send(w.token["chenjing"], "POST", here+"/hold", obj{}, "If-Match", "7").problem(t, 422)
	w.send(w.token["chenjing"], "POST", "/api/v1/items", obj{}, "If-Match", tag).problem(t, 422)
}

// Every parameter and field that is described in English is described in Chinese
// too, on the page as well, and no sentence is kept that nothing says.
func TestDocsSpeakChinese(t *testing.T) {
	w := newWorld(t)
	page := string(w.send("", "GET", "/api/v1/docs?lang=zh", nil).body)
	said := map[string]bool{}
	operations(w.api, func(op *huma.Operation) {
		e := w.api.docsOp(op, en)
		for _, f := range slices.Concat(e.Params, e.Body) {
			if f.Doc == "" {
				continue
			}
			said[f.Doc] = true
			if about[f.Doc] == "" {
				t.Errorf("%s: %s %s has no Chinese for %q; put it into about", op.OperationID, f.In, f.Name, f.Doc)
			}
			if strings.Contains(page, ">"+html.EscapeString(f.Doc)+"<") {
				t.Errorf("%s: the Chinese page says %q", op.OperationID, f.Doc)
			}
		}
		if summaries[op.OperationID] == "" {
			t.Errorf("%s has no Chinese summary; put it into summaries", op.OperationID)
		}
	})
	if len(said) == 0 {
		t.Error("nothing is described")
	}
	for english := range about {
		if !said[english] {
			t.Errorf("about has %q, which nothing says", english)
		}
	}
}

// The page has every operation in both languages, and nothing from elsewhere.
func TestDocs(t *testing.T) {
	w := newWorld(t)
	for lang, word := range map[string]string{"zh": "错误代码", "en": "Fault codes"} {
		r := w.send("", "GET", "/api/v1/docs?lang="+lang, nil)
		page := string(r.body)
		if r.StatusCode != 200 || !strings.Contains(page, word) || strings.Contains(page, "<script") || strings.Contains(page, `src="http`) {
			t.Errorf("docs in %s = %d, want the page without scripts", lang, r.StatusCode)
		}
		operations(w.api, func(op *huma.Operation) {
			if !strings.Contains(page, `id="op-`+op.OperationID+`"`) {
				t.Errorf("docs in %s lack %s", lang, op.OperationID)
			}
		})
	}
	for id := range summaries {
		found := false
		operations(w.api, func(op *huma.Operation) { found = found || op.OperationID == id })
		if !found {
			t.Errorf("there is a Chinese summary of %s, which is no operation", id)
		}
	}
	if r := w.send("", "GET", "/api/v1/docs.css", nil); r.StatusCode != 200 || strings.Contains(string(r.body), "url(") {
		t.Errorf("docs.css = %d, want it without remote assets", r.StatusCode)
	}
}
