package httpio

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"xinshu/internal/fault"
)

func TestStatus(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, 200},
		{fault.Bad("title", "required"), 422},
		{fault.Missing("item", "1"), 404},
		{fault.Deny(), 403},
		{fault.Clash(), 409},
		{fault.Down("store", errors.New("disk full")), 503},
		{errors.New("a bug"), 500},
		{&fault.Error{Kind: fault.Internal}, 500},
		{bodyFault(&http.MaxBytesError{Limit: 5}, "x"), 413},
	} {
		if got := StatusOf(c.err); got != c.want {
			t.Errorf("StatusOf(%v) = %d, want %d", c.err, got, c.want)
		}
	}
	if got := Status("no such kind"); got != 500 {
		t.Errorf("Status of an unknown kind = %d, want 500", got)
	}
}

func TestProblem(t *testing.T) {
	chinese := func(code string, params map[string]string) string {
		switch code {
		case "too_long":
			return "最多 " + params["max"] + " 字"
		case "signed_already":
			return "已经签发"
		case "problem.conflict.title":
			return "别人先了一步"
		}
		return ""
	}
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"fields", fault.Bad("title", "too_long", "max", "30"),
			`{"type":"urn:xinshu:problem:invalid","title":"Something in the input must change","status":422,"errors":[{"location":"title","code":"too_long","params":{"max":"30"},"message":"最多 30 字"}],"ref":"r1"}`},
		{"reasons", fault.Clash(fault.Reason{Code: "signed_already", Until: 1_700_000_000_000_000, Override: "signer"}),
			`{"type":"urn:xinshu:problem:conflict","title":"别人先了一步","status":409,"reasons":[{"code":"signed_already","until":"2023-11-14T22:13:20Z","override":"signer","message":"已经签发"}],"ref":"r1"}`},
		{"a code without a sentence", fault.Deny(fault.Why("odd")),
			`{"type":"urn:xinshu:problem:denied","title":"This is not yours to do now","status":403,"reasons":[{"code":"odd","message":"odd"}],"ref":"r1"}`},
		{"our own mistake says nothing", errors.New("secret table name"),
			`{"type":"urn:xinshu:problem:internal","title":"Something went wrong on our side","status":500,"detail":"Nothing was changed. The event is in the log under this reference.","ref":"r1"}`},
	} {
		w := httptest.NewRecorder()
		Problem(w, httptest.NewRequest("GET", "/", nil), c.err, Tongue{Say: chinese, Ref: "r1"})
		if got := strings.TrimSpace(w.Body.String()); got != c.want {
			t.Errorf("%s: Problem =\n%s\nwant\n%s", c.name, got, c.want)
		}
		if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
			t.Errorf("%s: Content-Type = %s, want application/problem+json", c.name, got)
		}
	}
}

func TestJSON(t *testing.T) {
	w := httptest.NewRecorder()
	if err := JSON(w, 201, map[string]string{"title": "<b>防汛"}); err != nil {
		t.Fatal(err)
	}
	var got map[string]string
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got["title"] != "<b>防汛" || w.Code != 201 {
		t.Errorf("JSON = %d %s, want 201 and the title", w.Code, w.Body)
	}
	if strings.Contains(w.Body.String(), "<") {
		t.Errorf("JSON = %s, want no raw <", w.Body)
	}
	w = httptest.NewRecorder()
	if err := JSON(w, 200, math.NaN()); err == nil || w.Body.Len() > 0 || len(w.Header()) > 0 {
		t.Errorf("JSON of what cannot be written = %v, %q, want an error and an untouched answer", err, w.Body)
	}
}
