package api

import (
	"encoding/json"
	"errors"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

var update = flag.Bool("update", false, "write docs/openapi.json")

// operations walks every route of the description.
func operations(x *API, fn func(op *huma.Operation)) {
	paths := x.huma.OpenAPI().Paths
	names := make([]string, 0, len(paths))
	for p := range paths {
		names = append(names, p)
	}
	slices.Sort(names)
	for _, name := range names {
		p := paths[name]
		for _, op := range []*huma.Operation{p.Get, p.Post, p.Put, p.Delete, p.Patch} {
			if op != nil {
				fn(op)
			}
		}
	}
}

var inPath = regexp.MustCompile(`\{[a-z]+\}`)

// somewhere fills a path's parameters with what exists nowhere.
func somewhere(path string) string { return inPath.ReplaceAllString(path, "1") }

func TestEveryRouteNeedsAToken(t *testing.T) {
	w := newWorld(t)
	n := 0
	operations(w.api, func(op *huma.Operation) {
		n++
		for _, header := range []string{"", "Bearer ", "Bearer xs_nobodys", "Basic eDp5", w.token["chenjing"]} {
			r := w.send("", op.Method, somewhere(op.Path), nil, "Authorization", header)
			p := r.problem(t, http.StatusUnauthorized)
			if r.Header.Get("WWW-Authenticate") == "" || len(p.Reasons) != 1 || !strings.HasPrefix(p.Reasons[0].Code, "token_") {
				t.Errorf("%s %s with %q = %s, want a token's reason and WWW-Authenticate", op.Method, op.Path, header, r.body)
			}
		}
	})
	if n < 70 {
		t.Errorf("%d routes, want every verb and list (70 or more)", n)
	}
}

func TestEveryRouteNeedsItsScope(t *testing.T) {
	w := newWorld(t)
	read, audit := w.issue("chenjing", org.ScopeRead), w.issue("chenjing", org.ScopeAudit)
	operations(w.api, func(op *huma.Operation) {
		token, scope := audit, op.Tags[0]
		if scope == string(org.ScopeAudit) {
			token = read
		}
		p := w.send(token, op.Method, somewhere(op.Path), nil).problem(t, http.StatusForbidden)
		if len(p.Reasons) != 1 || p.Reasons[0].Code != "scope_missing" || p.Reasons[0].Params["scope"] != scope {
			t.Errorf("%s %s = %+v, want scope_missing %s", op.Method, op.Path, p.Reasons, scope)
		}
	})
}

func TestRevokedTokenIsRefusedAtOnce(t *testing.T) {
	w := newWorld(t)
	tokens := want[list[flow.TokenView]](w, 200, "chenjing", "GET", "/api/v1/tokens", nil)
	if len(tokens.Rows) != 1 {
		t.Fatalf("tokens = %+v, want one", tokens.Rows)
	}
	want[any](w, 204, "chenjing", "POST", "/api/v1/tokens/"+string(tokens.Rows[0].ID)+"/revoke", nil)
	p := w.send(w.token["chenjing"], "GET", "/api/v1/me", nil).problem(t, http.StatusUnauthorized)
	if p.Reasons[0].Code != "token_revoked" {
		t.Errorf("reasons = %+v, want token_revoked", p.Reasons)
	}
}

func TestProblems(t *testing.T) {
	w := newWorld(t)
	long := `{"title":"` + strings.Repeat("长", 800_000) + `"}`
	for _, c := range []struct {
		name, method, path, body string
		status                   int
		at, code                 string
	}{
		{"not JSON", "POST", "/api/v1/items", `{"title":`, 400, "body", "bad_json"},
		{"no body", "POST", "/api/v1/items", "", 400, "body", "required"},
		{"unknown field", "POST", "/api/v1/items", `{"titel":"x"}`, 422, "body.titel", "unknown_field"},
		{"wrong type", "POST", "/api/v1/items", `{"title":7}`, 422, "body.title", "wrong_type"},
		{"too large", "POST", "/api/v1/items", long, 413, "body", "body_too_large"},
		{"unknown field, quick", "POST", "/api/v1/filings", `{"titel":"x"}`, 422, "body.titel", "unknown_field"},
		{"wrong type, quick", "POST", "/api/v1/filings", `{"title":7}`, 422, "body.title", "wrong_type"},
		{"not JSON, quick", "POST", "/api/v1/filings", `{"title":`, 422, "body", "bad_json"},
		{"two values, quick", "POST", "/api/v1/filings", `{} {}`, 422, "body", "bad_json"},
		{"limit", "GET", "/api/v1/items?limit=201", "", 422, "query.limit", "too_big"},
		{"limit not a number", "GET", "/api/v1/items?limit=many", "", 422, "query.limit", "wrong_type"},
		{"cursor", "GET", "/api/v1/items?cursor=there", "", 422, "query.cursor", "not_a_cursor"},
		{"missing query", "GET", "/api/v1/search", "", 422, "query.q", "required"},
		{"the verb's own", "POST", "/api/v1/items", `{"unit":"` + string(w.town) + `","contact":"` + strings.Repeat("长", 61) + `"}`, 422, "body.contact", "too_long"},
		{"method", "DELETE", "/api/v1/items", "", 405, "method", "method_not_allowed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var body any
			if c.body != "" {
				body = c.body
			}
			p := w.send(w.token["linxiaohe"], c.method, c.path, body).problem(t, c.status)
			if len(p.Errors) != 1 || p.Errors[0].Location != c.at || p.Errors[0].Code != c.code || p.Errors[0].Message == c.code {
				t.Errorf("errors = %+v, want %s %s with a sentence", p.Errors, c.at, c.code)
			}
			if !strings.Contains(w.log.String(), "ref="+p.Ref) {
				t.Errorf("the log does not have %s", p.Ref)
			}
		})
	}
}

func TestProblemReasons(t *testing.T) {
	w := newWorld(t)
	draft := map[string]any{"unit": w.town, "title": "石桥镇", "body": "正文"}

	p := w.send(w.token["chenjing"], "POST", "/api/v1/items", draft, "Accept-Language", "en-GB, zh;q=0.5").problem(t, 403)
	if p.Reasons[0].Code != "needs_post" || p.Reasons[0].Message != "To draft takes the post of reporter or signer or reviewer" {
		t.Errorf("reasons = %+v, want needs_post in English", p.Reasons)
	}
	p = w.send(w.token["chenjing"], "POST", "/api/v1/items", draft, "Accept-Language", "fr").problem(t, 403)
	if !strings.HasPrefix(p.Reasons[0].Message, "起草要由信息员") {
		t.Errorf("message = %q, want Chinese", p.Reasons[0].Message)
	}
	p = w.send(w.token["linxiaohe"], "GET", "/api/v1/items/00000000000000000000000000", nil).problem(t, 404)
	if p.Reasons[0].Code != "no_such_item" || !strings.Contains(p.Reasons[0].Message, "没有这样的信息") {
		t.Errorf("reasons = %+v, want no_such_item with a sentence", p.Reasons)
	}
	w.send(w.token["linxiaohe"], "GET", "/api/v1/nowhere", nil).problem(t, 404)
}

// What is our fault is said calmly, without its insides; the log has the whole.
func TestInternalProblem(t *testing.T) {
	w := newWorld(t)
	rec := httptest.NewRecorder()
	func() {
		c := &call{api: w.api, lang: en}
		defer w.api.caught(rec, c)
		panic("the pipes have burst")
	}()
	if rec.Code != 500 || strings.Contains(rec.Body.String(), "pipes") || !strings.Contains(rec.Body.String(), "The fault is ours") {
		t.Errorf("a panic = %d %s, want 500 and one calm sentence", rec.Code, rec.Body)
	}
	if !strings.Contains(w.log.String(), "the pipes have burst") {
		t.Errorf("log = %s, want the panic", w.log)
	}
	p := (&call{api: w.api}).problem(fault.Down("store", errors.New("no space left on device")))
	if p.Status != 503 || strings.Contains(p.Detail, "device") || p.GetHeaders().Get("Retry-After") == "" {
		t.Errorf("a full disk = %+v, want 503 with Retry-After and no insides", p)
	}
}

func TestIdempotency(t *testing.T) {
	w := newWorld(t)
	w.ownSignOff()
	in := map[string]any{"unit": w.town, "title": "石桥镇春灌备水", "body": "蓄水已满，渠道疏通。", "genre": "news", "form": "brief"}
	const key = "order-2026-11-22/1"
	first := want[flow.Filed](w, 201, "zhouguoping", "POST", "/api/v1/filings", in, "Idempotency-Key", key)
	again := want[flow.Filed](w, 201, "zhouguoping", "POST", "/api/v1/filings", in, "Idempotency-Key", key)
	if first.Item.ID != again.Item.ID || len(first.Filings) != 1 || first.Filings[0].ID != again.Filings[0].ID {
		t.Errorf("the same key gave %s and %s, want one item", first.Item.ID, again.Item.ID)
	}
	other := want[flow.Filed](w, 201, "zhouguoping", "POST", "/api/v1/filings", in, "Idempotency-Key", key+"2")
	if other.Item.ID == first.Item.ID {
		t.Errorf("another key gave the same item %s, want another", other.Item.ID)
	}
	in["title"] = "石桥镇春灌开闸"
	p := w.send(w.token["zhouguoping"], "POST", "/api/v1/filings", in, "Idempotency-Key", key).problem(t, 409)
	if p.Reasons[0].Code != "key_reused" {
		t.Errorf("reasons = %+v, want key_reused", p.Reasons)
	}
	for _, bad := range []string{"short", "with a space", strings.Repeat("k", 129), "钥匙钥匙"} {
		p := w.send(w.token["zhouguoping"], "POST", "/api/v1/filings", in, "Idempotency-Key", bad).problem(t, 422)
		if p.Errors[0].Code != "bad_key" || p.Errors[0].Location != "header.Idempotency-Key" {
			t.Errorf("key %q = %+v, want bad_key", bad, p.Errors)
		}
	}
	if pg := want[flow.Page[flow.ItemRow]](w, 200, "zhouguoping", "GET", "/api/v1/items", nil); len(pg.Rows) != 2 {
		t.Errorf("%d items, want 2", len(pg.Rows))
	} else if now := pg.Rows[0].Now; len(now) != 1 || now[0].State != "filed" || now[0].Since == 0 || pg.Names.Unit(now[0].Office) == string(now[0].Office) {
		t.Errorf("the newest stands %+v, want at the office above, by its name", now)
	}
}

// The same key on two items is two deeds.
func TestKeyBelongsToOnePath(t *testing.T) {
	w := newWorld(t)
	var ids []string
	for range 2 {
		it := want[item.Item](w, 201, "linxiaohe", "POST", "/api/v1/items", map[string]any{"unit": w.town, "title": "石桥镇", "body": "正文", "genre": "news", "form": "brief"})
		ids = append(ids, string(it.ID))
	}
	for _, id := range ids {
		it := want[item.Item](w, 200, "linxiaohe", "POST", "/api/v1/items/"+id+"/submit", map[string]any{"seen": 1}, "Idempotency-Key", "one-and-the-same")
		if string(it.ID) != id || it.State != item.Submitted {
			t.Errorf("submit %s = %s %s, want it submitted", id, it.ID, it.State)
		}
	}
}

func TestPages(t *testing.T) {
	w := newWorld(t)
	w.ownSignOff()
	made := map[string]bool{}
	for _, n := range []string{"一", "二", "三", "四", "五"} {
		f := want[flow.Filed](w, 201, "zhouguoping", "POST", "/api/v1/filings", map[string]any{"unit": w.town, "title": "石桥镇第" + n + "条", "body": "正文" + n, "genre": "news", "form": "brief"})
		made[string(f.Item.ID)] = true
	}
	var sizes []int
	cursor := ""
	for {
		pg := want[flow.Page[flow.ItemRow]](w, 200, "zhouguoping", "GET", "/api/v1/items?limit=2&state=signed&cursor="+cursor, nil)
		sizes = append(sizes, len(pg.Rows))
		for _, it := range pg.Rows {
			if !made[string(it.ID)] {
				t.Errorf("%s appears twice or is a stranger", it.ID)
			}
			delete(made, string(it.ID))
		}
		if cursor = pg.Next; cursor == "" {
			break
		}
	}
	if !slices.Equal(sizes, []int{2, 2, 1}) || len(made) != 0 {
		t.Errorf("pages of %v, %d missing, want [2 2 1] and none", sizes, len(made))
	}
	empty := w.send(w.token["zhouguoping"], "GET", "/api/v1/items?state=withdrawn", nil)
	if !strings.Contains(string(empty.body), `"rows":[]`) || strings.Contains(string(empty.body), `"next":"`) {
		t.Errorf("empty page = %s, want rows [] and no next", empty.body)
	}
}

func TestDescription(t *testing.T) {
	w := newWorld(t)
	r := w.send("", "GET", "/api/openapi.json", nil)
	if r.StatusCode != 200 || r.Header.Get("Content-Type") != "application/openapi+json" {
		t.Fatalf("GET /api/openapi.json = %d %s, want 200 without a token", r.StatusCode, r.Header.Get("Content-Type"))
	}
	var doc struct {
		OpenAPI    string `json:"openapi"`
		Components struct {
			Schemas map[string]any `json:"schemas"`
		} `json:"components"`
	}
	must(t, json.Unmarshal(r.body, &doc))
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("openapi = %q, want 3.1", doc.OpenAPI)
	}
	for _, m := range regexp.MustCompile(`"\$ref": "#/components/schemas/([^"]+)"`).FindAllSubmatch(r.body, -1) {
		if doc.Components.Schemas[string(m[1])] == nil {
			t.Errorf("$ref to %s, which is not there", m[1])
		}
	}
	ids := map[string]string{}
	operations(w.api, func(op *huma.Operation) {
		at := op.Method + " " + op.Path
		if was := ids[op.OperationID]; was != "" || op.OperationID == "" {
			t.Errorf("%s and %s share the operation id %q", at, was, op.OperationID)
		}
		ids[op.OperationID] = at
		if op.Summary == "" || len(op.Security) != 1 || op.Responses["default"] == nil && len(op.Responses) < 2 {
			t.Errorf("%s lacks a summary, its scope or its errors", at)
		}
		for _, name := range inPath.FindAllString(op.Path, -1) {
			if !slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.In == "path" && "{"+p.Name+"}" == name }) {
				t.Errorf("%s does not describe %s", at, name)
			}
		}
		key := slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.Name == "Idempotency-Key" })
		if key != (op.Method == http.MethodPost) {
			t.Errorf("%s describes Idempotency-Key = %v, want it on every POST", at, key)
		}
	})
}

// The description that is read without starting anything is the one that is
// served. To write it: go test ./internal/api -run TestDescriptionOnPaper -update
func TestDescriptionOnPaper(t *testing.T) {
	const file = "../../docs/openapi.json"
	w := newWorld(t)
	if *update {
		must(t, os.MkdirAll("../../docs", 0o755))
		must(t, os.WriteFile(file, w.api.spec, 0o644))
	}
	have, err := os.ReadFile(file)
	must(t, err)
	if string(have) != string(w.api.spec) {
		t.Errorf("docs/openapi.json is not what the code says; run this test with -update and look at the difference")
	}
}
