package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"xinshu/internal/fault"
	"xinshu/internal/httpio"
)

// Problem is every answer that is not a success: RFC 9457 with the fields that
// must change, the reasons of a refusal and a reference number.
type Problem struct {
	Type    string       `json:"type" doc:"urn:xinshu: and the kind: invalid, not_found, denied, conflict, unavailable, internal"`
	Title   string       `json:"title"`
	Status  int          `json:"status"`
	Detail  string       `json:"detail,omitempty"`
	Errors  []FieldError `json:"errors,omitempty" doc:"What must change in the input"`
	Reasons []WhyNot     `json:"reasons,omitempty" doc:"Why it is refused"`
	Ref     string       `json:"ref,omitempty" doc:"Quote it when you ask; it stands in the log beside the error"`
}

// FieldError is one part of the input that must change.
type FieldError struct {
	Location string            `json:"location" doc:"body.title, query.limit, …"`
	Code     string            `json:"code"`
	Params   map[string]string `json:"params,omitempty"`
	Message  string            `json:"message"`
}

// WhyNot is one reason of a refusal.
type WhyNot struct {
	Code     string            `json:"code"`
	Params   map[string]string `json:"params,omitempty"`
	Until    int64             `json:"until,omitempty" doc:"Microseconds since 1970 UTC; absent when no end is known"`
	Override string            `json:"override,omitempty" doc:"The role that could decide otherwise"`
	Message  string            `json:"message"`
}

// Error, GetStatus and ContentType are what huma asks of an error.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is the status line.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is always the problem's own.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders says when to come again after what may pass.
func (p *Problem) GetHeaders() http.Header {
	if p.Status == http.StatusServiceUnavailable {
		return http.Header{"Retry-After": {"2"}}
	}
	return nil
}

// status is the one table from kinds to status codes.
var status = map[fault.Kind]int{
	fault.Invalid:     http.StatusUnprocessableEntity,
	fault.NotFound:    http.StatusNotFound,
	fault.Denied:      http.StatusForbidden,
	fault.Conflict:    http.StatusConflict,
	fault.Unavailable: http.StatusServiceUnavailable,
	fault.Internal:    http.StatusInternalServerError,
}

// problem says an error to the reader and keeps the whole of it in the log.
func (c *call) problem(err error) *Problem {
	e, ok := errors.AsType[*fault.Error](err)
	if !ok {
		e = &fault.Error{Kind: fault.Internal, Err: err}
	}
	p := &Problem{Type: "urn:xinshu:" + string(e.Kind), Status: status[e.Kind], Title: c.lang.say("kind_"+string(e.Kind), nil), Ref: c.ref()}
	if p.Status == 0 {
		p.Status = http.StatusInternalServerError
	}
	if httpio.StatusOf(err) == http.StatusTooManyRequests {
		p.Status, p.Title = http.StatusTooManyRequests, c.lang.say("too_many_requests_title", nil)
	}
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, c.field(c.place(f.Path), f.Code, f.Params))
	}
	if e.Kind != fault.Internal {
		for _, r := range e.Reasons {
			p.Reasons = append(p.Reasons, WhyNot{Code: r.Code, Params: r.Params, Until: r.Until, Override: r.Override, Message: c.lang.say(r.Code, r.Params)})
		}
	}
	if stale(e) {
		p.Status = http.StatusPreconditionFailed
	}
	p.sum(c.lang)
	c.logged(p, err)
	return p
}

// place puts a field of the verb's input where the client sent it.
func (c *call) place(path string) string {
	for _, root := range []string{"header.", "query.", "path.", "body."} {
		if strings.HasPrefix(path, root) {
			return path
		}
	}
	if path == "" || path == "method" {
		return path
	}
	if c.method == http.MethodGet {
		return "query." + path
	}
	return "body." + path
}

func (c *call) field(at, code string, params map[string]string) FieldError {
	return FieldError{Location: at, Code: code, Params: params, Message: c.lang.say(code, params)}
}

// sum makes the detail: every message, in order.
func (p *Problem) sum(l lang) {
	var all []string
	for _, r := range p.Reasons {
		all = append(all, r.Message)
	}
	for _, f := range p.Errors {
		all = append(all, f.Location+l.colon()+f.Message)
	}
	p.Detail = strings.Join(all, l.space())
	if p.Detail == "" {
		p.Detail = p.Title
	}
}

func (c *call) logged(p *Problem, err error) {
	if c.api == nil {
		return
	}
	level, what := slog.LevelInfo, any(p.codes()) // of a refusal only the codes: its parameters are what somebody wrote
	switch {
	case p.Status == http.StatusServiceUnavailable:
		level, what = slog.LevelWarn, err
	case p.Status >= 500:
		level, what = slog.LevelError, err
	}
	route := ""
	if c.trace != nil {
		route = c.trace.Route
	}
	c.api.cfg.Log.Log(context.Background(), level, "api: refused", "ref", p.Ref, "status", p.Status, "method", c.method, "route", route, "person", string(c.actor.Person), "err", what)
}

// codes are what is wrong, without a word of what was sent.
func (p *Problem) codes() string {
	var all []string
	for _, f := range p.Errors {
		all = append(all, f.Location+" "+f.Code)
	}
	for _, r := range p.Reasons {
		all = append(all, r.Code)
	}
	return strings.Join(all, ", ")
}

// write sends a problem outside of huma.
func (c *call) write(w http.ResponseWriter, p *Problem) {
	w.Header().Set("Content-Type", p.ContentType(""))
	maps.Copy(w.Header(), p.GetHeaders())
	w.WriteHeader(p.Status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(p) // the reader has gone; there is nobody to tell
}

// takeOver makes huma's own refusals ours. The hooks are variables of the
// library, set once per process; what a request needs comes with its context.
var takeOver = sync.OnceFunc(func() {
	huma.NewError = func(code int, msg string, errs ...error) huma.StatusError {
		return (&call{lang: zh}).library(code, msg, errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, code int, msg string, errs ...error) huma.StatusError {
		return callOf(ctx.Context()).library(code, msg, errs)
	}
})

// library translates what huma found wrong with a request's form.
func (c *call) library(code int, msg string, errs []error) *Problem {
	kind := fault.Invalid
	if code >= 500 {
		kind = fault.Internal
	}
	p := &Problem{Type: "urn:xinshu:" + string(kind), Title: c.lang.say("kind_"+string(kind), nil), Status: code, Ref: c.ref()}
	for _, err := range errs {
		var d huma.ErrorDetailer
		switch {
		case err == nil:
		case errors.As(err, &d):
			at := d.ErrorDetail()
			code, params := codeOf(at.Message)
			if field := params["at"]; field != "" {
				at.Location = strings.TrimSuffix(at.Location+"."+field, ".")
				delete(params, "at")
			}
			p.Errors = append(p.Errors, c.field(at.Location, code, params))
		default:
			code, params := codeOf(err.Error())
			p.Errors = append(p.Errors, c.field("", code, params))
		}
	}
	if len(p.Errors) == 0 && code < 500 {
		if code, params := codeOf(msg); code != "" {
			p.Errors = append(p.Errors, c.field("body", code, params))
		}
	}
	if kind == fault.Internal {
		p.Errors = nil
	}
	p.sum(c.lang)
	c.logged(p, errors.Join(append([]error{errors.New(msg)}, errs...)...))
	return p
}

// formWords are huma's and encoding/json's sentences and the codes they mean.
// The first group of a pattern names the field, the second the parameter.
var formWords = []struct {
	re    *regexp.Regexp
	code  string
	param string
}{
	{regexp.MustCompile(`^expected required property (\S+) to be present`), "required", ""},
	{regexp.MustCompile(`^required \w+ parameter is missing`), "required", ""},
	{regexp.MustCompile(`^request body is required`), "required", ""},
	{regexp.MustCompile(`^unexpected property`), "unknown_field", ""},
	{regexp.MustCompile(`unknown field "([^"]+)"`), "unknown_field", ""},
	{regexp.MustCompile(`^unknown query parameter`), "unknown_field", ""},
	{regexp.MustCompile(`^expected (?:number|integer|length|array length) (?:>=|>)() (\S+)`), "too_small", "min"},
	{regexp.MustCompile(`^expected (?:number|integer|length|array length) (?:<=|<)() (\S+)`), "too_big", "max"},
	{regexp.MustCompile(`^expected() (string|number|integer|boolean|array|object)`), "wrong_type", "want"},
	{regexp.MustCompile(`^invalid() (integer|float|boolean)`), "wrong_type", "want"},
	{regexp.MustCompile(`cannot unmarshal \S+ into Go struct field [^. ]+\.(\S+) of type (\S+)`), "wrong_type", "want"},
	{regexp.MustCompile(`cannot unmarshal() \S+ into Go value of type (\S+)`), "wrong_type", "want"},
	{regexp.MustCompile(`^request body is too large() limit=(\d+)`), "body_too_large", "max"},
	{regexp.MustCompile(`^request body read timeout`), "body_too_slow", ""},
	{regexp.MustCompile(`^unknown content type`), "not_json", ""},
	{regexp.MustCompile(`unable to marshal response`), "not_acceptable", ""},
}

func codeOf(msg string) (string, map[string]string) {
	for _, w := range formWords {
		m := w.re.FindStringSubmatch(msg)
		if m == nil {
			continue
		}
		params := map[string]string{}
		if len(m) > 1 && m[1] != "" {
			params["at"] = m[1]
		}
		if w.param != "" && len(m) > 2 {
			params[w.param] = m[2]
		}
		return w.code, params
	}
	return "bad_json", map[string]string{"what": msg}
}
