package api

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"xinshu/internal/org"
)

// The description as a page, in Chinese and English, made once from the same
// OpenAPI document that is served: no script, no asset from anywhere else.

//go:embed docs.html
var docsHTML string

//go:embed docs.css
var docsCSS []byte

type docsPage struct {
	EN     bool
	Base   string // the path everything lies below
	Stages []docsStage
	Codes  []docsCode
}

type docsStage struct {
	ID, Name string
	Ops      []docsOp
}

type docsOp struct {
	ID, Method, Path, Summary, Scope, Curl string
	Params, Body                           []docsField
}

type docsField struct{ Name, In, Type, Limits, Doc string }

type docsCode struct{ Code, ZH, EN string }

// T chooses a sentence.
func (p docsPage) T(zh, en string) string {
	if p.EN {
		return en
	}
	return zh
}

var stageNames = map[org.Stage][2]string{
	org.StageRegister: {"登记", "register"}, org.StageSubmit: {"报送", "submit"}, org.StageSignOff: {"审签", "sign-off"}, org.StageDesk: {"收稿", "desk"},
	org.StageEdit: {"编辑", "edit"}, org.StageIssue: {"编排", "issue"}, org.StageDistribute: {"分发", "distribute"}, org.StageFollowup: {"督办", "follow-up"},
	org.StageScore: {"考核", "score"}, org.ScopeRead: {"读取", "read"}, org.ScopeAudit: {"审计", "audit"},
}

// docs answers /api/v1/docs and its style sheet; false when the path is another.
func (x *API) docs(w http.ResponseWriter, r *http.Request) bool {
	h := w.Header()
	switch r.URL.Path {
	case prefix + "/docs.css":
		h.Set("Content-Type", "text/css; charset=utf-8")
		h.Set("Cache-Control", "public, max-age=300")
		_, _ = w.Write(docsCSS)
	case prefix + "/docs":
		l := preferred(r.Header.Get("Accept-Language"))
		switch r.URL.Query().Get("lang") {
		case "en":
			l = en
		case "zh":
			l = zh
		}
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("Vary", "Accept-Language")
		_, _ = w.Write(x.pages[l])
	default:
		return false
	}
	return true
}

// drawDocs makes the page in a language.
func (x *API) drawDocs(l lang) []byte {
	p := docsPage{EN: l == en, Base: x.cfg.Prefix}
	by := map[string][]docsOp{}
	paths := x.huma.OpenAPI().Paths
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		at := paths[path]
		for _, op := range []*huma.Operation{at.Get, at.Post, at.Put} {
			if op != nil && len(op.Tags) > 0 {
				by[op.Tags[0]] = append(by[op.Tags[0]], x.docsOp(op, l))
			}
		}
	}
	for _, s := range org.Stages {
		if ops := by[string(s)]; len(ops) > 0 {
			name := stageNames[s][l]
			if name == "" {
				name = string(s)
			}
			p.Stages = append(p.Stages, docsStage{ID: string(s), Name: name, Ops: ops})
		}
	}
	for _, code := range slices.Sorted(maps.Keys(messages)) {
		p.Codes = append(p.Codes, docsCode{code, messages[code][zh], messages[code][en]})
	}
	var b bytes.Buffer
	if err := template.Must(template.New("docs").Parse(docsHTML)).Execute(&b, p); err != nil {
		panic("api: the documentation cannot be written: " + err.Error()) // found by any test that starts the API
	}
	return b.Bytes()
}

func (x *API) docsOp(op *huma.Operation, l lang) docsOp {
	d := docsOp{ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: op.Summary, Scope: op.Tags[0]}
	if s := summaries[op.OperationID]; l == zh && s != "" {
		d.Summary = s
	}
	for _, p := range op.Parameters {
		d.Params = append(d.Params, x.field(p.Name, p.In, p.Schema, p.Required, described(p.Description, l)))
	}
	example := map[string]any{}
	if op.RequestBody != nil {
		for media, m := range op.RequestBody.Content {
			s := x.resolved(m.Schema)
			for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
				if name == "$schema" {
					continue
				}
				f := s.Properties[name]
				d.Body = append(d.Body, x.field(name, "body", f, slices.Contains(s.Required, name), described(f.Description, l)))
				example[name] = sampleOf(x.resolved(f))
			}
			d.Curl = x.curl(op, media, example)
		}
	}
	if d.Curl == "" {
		d.Curl = x.curl(op, "", nil)
	}
	return d
}

// described is a description in a language.
func described(english string, l lang) string {
	if s := about[english]; l == zh && s != "" {
		return s
	}
	return english
}

func (x *API) resolved(s *huma.Schema) *huma.Schema {
	if s == nil {
		return &huma.Schema{}
	}
	if s.Ref != "" {
		if to := x.huma.OpenAPI().Components.Schemas.SchemaFromRef(s.Ref); to != nil {
			return to
		}
	}
	return s
}

func (x *API) field(name, in string, s *huma.Schema, required bool, doc string) docsField {
	s = x.resolved(s)
	f := docsField{Name: name, In: in, Type: s.Type, Doc: doc}
	var limits []string
	enum := s.Enum
	if s.Items != nil {
		item := x.resolved(s.Items)
		enum, f.Type = item.Enum, "["+item.Type+"]"
	}
	if required {
		limits = append(limits, "*")
	}
	if len(enum) > 0 {
		limits = append(limits, strings.ReplaceAll(strings.Trim(fmt.Sprint(enum), "[]"), " ", " | "))
	}
	for _, n := range []struct {
		mark string
		v    *int
	}{{"≥ ", s.MinLength}, {"≤ ", s.MaxLength}, {"≥ ", s.MinItems}, {"≤ ", s.MaxItems}} {
		if n.v != nil {
			limits = append(limits, n.mark+fmt.Sprint(*n.v))
		}
	}
	if s.Minimum != nil {
		limits = append(limits, "≥ "+fmt.Sprint(*s.Minimum))
	}
	if s.Maximum != nil {
		limits = append(limits, "≤ "+fmt.Sprint(*s.Maximum))
	}
	f.Limits = strings.Join(limits, ", ")
	return f
}

func sampleOf(s *huma.Schema) any {
	switch s.Type {
	case "integer", "number":
		return 1
	case "boolean":
		return false
	case "array":
		return []any{}
	case "object":
		return map[string]any{}
	}
	return "…"
}

// curl is an example request.
func (x *API) curl(op *huma.Operation, media string, body map[string]any) string {
	at := strings.NewReplacer("{id}", "$ID", "{number}", "1").Replace(x.cfg.Prefix + op.Path)
	out := "curl -sS -H \"Authorization: Bearer $XINSHU_TOKEN\""
	if op.Method != http.MethodGet {
		out += " -X " + op.Method
	}
	if op.Method == http.MethodPost {
		out += " -H \"Idempotency-Key: $KEY\""
	}
	switch media {
	case "":
	case "application/json":
		b, err := json.Marshal(body)
		if err != nil {
			return ""
		}
		out += " \\\n  -H \"Content-Type: application/json\" -d '" + string(b) + "'"
	default:
		out += " \\\n  -F file=@FILE"
	}
	return out + " \\\n  \"$XINSHU_URL" + at + "\""
}
