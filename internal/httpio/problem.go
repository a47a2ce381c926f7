package httpio

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"xinshu/internal/fault"
)

// statuses is the one table from kinds to codes.
var statuses = map[fault.Kind]int{
	fault.Invalid:     http.StatusUnprocessableEntity,
	fault.NotFound:    http.StatusNotFound,
	fault.Denied:      http.StatusForbidden,
	fault.Conflict:    http.StatusConflict,
	fault.Unavailable: http.StatusServiceUnavailable,
	fault.Internal:    http.StatusInternalServerError,
}

// Status is the code for a kind of fault; 500 for a kind there is not.
func Status(k fault.Kind) int {
	if s, ok := statuses[k]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// StatusOf is the code for any error: that of its kind, but 413 for a body over
// its limit and 429 for who asked too often. It is 200 for nil.
func StatusOf(err error) int {
	if err == nil {
		return http.StatusOK
	}
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return http.StatusRequestEntityTooLarge
	}
	if e, ok := errors.AsType[*fault.Error](err); ok && len(e.Reasons) == 1 && e.Reasons[0].Code == tooMany {
		return http.StatusTooManyRequests
	}
	return Status(fault.KindOf(err))
}

// Tongue is what an edge knows of the reader: how to say a code in his language
// and under which reference the request is in the log.
type Tongue struct {
	// Say is the sentence for a code; "" where it has none. Besides the codes of
	// fields and reasons it is asked for "problem.KIND.title" and
	// "problem.KIND.detail".
	Say func(code string, params map[string]string) string
	Ref string
}

// ProblemDoc is a problem document of RFC 9457.
type ProblemDoc struct {
	Type    string          `json:"type"` // urn:xinshu:problem:KIND
	Title   string          `json:"title"`
	Status  int             `json:"status"`
	Detail  string          `json:"detail,omitempty"`
	Errors  []ProblemField  `json:"errors,omitempty"`
	Reasons []ProblemReason `json:"reasons,omitempty"`
	Ref     string          `json:"ref,omitempty"`
}

// ProblemField is one part of the input that must change.
type ProblemField struct {
	Location string            `json:"location"`
	Code     string            `json:"code"`
	Params   map[string]string `json:"params,omitempty"`
	Message  string            `json:"message"`
}

// ProblemReason is one cause of a refusal.
type ProblemReason struct {
	Code     string            `json:"code"`
	Params   map[string]string `json:"params,omitempty"`
	Until    string            `json:"until,omitempty"` // RFC 3339, UTC
	Override string            `json:"override,omitempty"`
	Message  string            `json:"message"`
}

// Error makes a document an error, for frameworks that carry one as such.
func (p *ProblemDoc) Error() string { return p.Title }

// GetStatus is the status code.
func (p *ProblemDoc) GetStatus() int { return p.Status }

// ContentType is the media type of a document, whatever the reader asked for.
func (p *ProblemDoc) ContentType(string) string { return "application/problem+json" }

// Describe makes the document of an error. Nothing of an internal error's own
// text is in it, nor of any error's cause.
func Describe(err error, t Tongue) *ProblemDoc {
	kind := fault.KindOf(err)
	p := &ProblemDoc{
		Type:   "urn:xinshu:problem:" + string(kind),
		Title:  t.say("problem."+string(kind)+".title", nil),
		Detail: t.say("problem."+string(kind)+".detail", fault.Pairs("ref", t.Ref)),
		Status: StatusOf(err),
		Ref:    t.Ref,
	}
	e, ok := errors.AsType[*fault.Error](err)
	if !ok || kind == fault.Internal {
		return p
	}
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, ProblemField{f.Path, f.Code, f.Params, t.say(f.Code, f.Params)})
	}
	for _, r := range e.Reasons {
		out := ProblemReason{Code: r.Code, Params: r.Params, Override: r.Override, Message: t.say(r.Code, r.Params)}
		if r.Until != 0 {
			out.Until = time.UnixMicro(r.Until).UTC().Format(time.RFC3339)
		}
		p.Reasons = append(p.Reasons, out)
	}
	return p
}

// Problem answers with an error.
func Problem(w http.ResponseWriter, r *http.Request, err error, t Tongue) {
	doc := Describe(err, t)
	if doc.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	_ = write(w, "application/problem+json", doc.Status, doc) // nobody is left to tell
}

// english has the sentences that serve when an edge has none.
var english = map[string]string{
	"problem.invalid.title":      "Something in the input must change",
	"problem.not_found.title":    "There is no such thing here",
	"problem.denied.title":       "This is not yours to do now",
	"problem.conflict.title":     "Somebody else was first",
	"problem.unavailable.title":  "The store cannot be reached just now",
	"problem.unavailable.detail": "Nothing was changed. Try again in a moment.",
	"problem.internal.title":     "Something went wrong on our side",
	"problem.internal.detail":    "Nothing was changed. The event is in the log under this reference.",
}

func (t Tongue) say(code string, params map[string]string) string {
	if t.Say != nil {
		if s := t.Say(code, params); s != "" {
			return s
		}
	}
	if s, ok := english[code]; ok {
		return s
	}
	if len(code) > 8 && code[:8] == "problem." {
		return "" // a detail is not owed
	}
	return code
}

// JSON answers with v. The document is made before the first byte goes out, so
// that an error of v leaves the answer free.
func JSON(w http.ResponseWriter, status int, v any) error {
	return write(w, "application/json", status, v)
}

func write(w http.ResponseWriter, mediaType string, status int, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(true) // harmless if a browser takes it for a page
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("encode %T: %w", v, err)
	}
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	_, err := w.Write(b.Bytes())
	return err
}
