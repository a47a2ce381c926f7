package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"xinshu/internal/flow"
	"xinshu/internal/org"
)

// BenchmarkEdge is what the edge itself costs a filing: everything from the
// request to the verb and back, without the verb. The verb refuses a foreign
// unit at once, so the difference to BenchmarkVerb is the edge.
func BenchmarkEdge(b *testing.B) {
	w := newWorld(b)
	body := filingBody(b)
	for b.Loop() {
		r := httptest.NewRequest("POST", "/api/v1/filings", bytes.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+w.token["linxiaohe"])
		r.Header.Set("Content-Type", "application/json")
		rec := httptest.NewRecorder()
		w.api.Handler().ServeHTTP(rec, r)
		if rec.Code != http.StatusForbidden {
			b.Fatalf("POST /api/v1/filings = %d %s, want 403", rec.Code, rec.Body)
		}
	}
}

// BenchmarkVerb is the same refusal without the edge.
func BenchmarkVerb(b *testing.B) {
	w := newWorld(b)
	var in flow.Draft
	if err := json.Unmarshal(filingBody(b), &in); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := w.flow.File(b.Context(), flow.Actor{Person: w.person["linxiaohe"], Scopes: org.Stages}, in); err == nil {
			b.Fatal("File = no error, want a refusal")
		}
	}
}

func filingBody(b *testing.B) []byte {
	b.Helper()
	body, err := json.Marshal(map[string]any{"unit": "elsewhere", "title": "石桥镇提前备水保春灌", "body": strings.Repeat("全镇蓄水三百二十万方，疏通渠道十二公里。", 30), "genre": "news", "form": "brief"})
	if err != nil {
		b.Fatal(err)
	}
	return body
}
