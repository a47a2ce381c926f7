// Package fault is the closed set of ways in which Xinshu says no.
//
// Every error that crosses a package boundary is one of six kinds. Edges turn a
// kind into a status code in one table; anything that is not a *fault.Error is
// internal, logged in full and shown to the user as one calm sentence with a
// reference number.
//
// A refusal (Denied or Conflict) carries its reasons as data: a code, its
// parameters, until when it holds and who could override it. A sentence is made
// from them only at the edge, in the reader's language. Invalid input carries
// the fields that must change.
//
// The package knows no HTTP, no SQL and no language.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind is one of the six ways to fail.
type Kind string

// The kinds, and nothing else.
const (
	Invalid     Kind = "invalid"     // the input must change; see Fields
	NotFound    Kind = "not_found"   // no such thing, or not one the actor may know of
	Denied      Kind = "denied"      // the rule or another person says no; see Reasons
	Conflict    Kind = "conflict"    // somebody else was first; see Reasons
	Unavailable Kind = "unavailable" // the disk, the database or a peer cannot just now
	Internal    Kind = "internal"    // our fault
)

// Field is one part of the input that must change.
type Field struct {
	Path   string            `json:"path"` // "title", "contributions[2].share", "line 17"
	Code   string            `json:"code"` // "required", "too_long", …
	Params map[string]string `json:"params,omitempty"`
}

// Reason is one cause of a refusal.
type Reason struct {
	Code     string            `json:"code"`
	Params   map[string]string `json:"params,omitempty"`
	Until    int64             `json:"until,omitempty"`    // microseconds UTC; 0 = no end known
	Override string            `json:"override,omitempty"` // the role that could decide otherwise
}

// Error is the one error type of the product.
type Error struct {
	Kind    Kind
	What    string // what was attempted, for the log: "flow.SignOff"
	Fields  []Field
	Reasons []Reason
	Err     error // the cause, for the log only
}

func (e *Error) Error() string {
	var b strings.Builder
	if e.What != "" {
		b.WriteString(e.What + ": ")
	}
	b.WriteString(string(e.Kind))
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " [%s %s%s]", f.Path, f.Code, params(f.Params))
	}
	for _, r := range e.Reasons {
		fmt.Fprintf(&b, " (%s%s)", r.Code, params(r.Params))
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

func params(m map[string]string) string {
	if len(m) == 0 {
		return ""
	}
	return fmt.Sprintf(" %v", m) // fmt prints maps in key order
}

func (e *Error) Unwrap() error { return e.Err }

// Bad is invalid input in one field. Params come in pairs: "max", "30".
func Bad(path, code string, pairs ...string) *Error {
	return &Error{Kind: Invalid, Fields: []Field{{Path: path, Code: code, Params: Pairs(pairs...)}}}
}

// Fields is invalid input in several fields; nil when there are none, so that
// a validator can end with `return fault.Fields(bad)`.
func Fields(bad []Field) error {
	if len(bad) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Fields: bad}
}

// Deny refuses with reasons.
func Deny(reasons ...Reason) *Error { return &Error{Kind: Denied, Reasons: reasons} }

// Clash says that the object is no longer in the state the actor saw.
func Clash(reasons ...Reason) *Error { return &Error{Kind: Conflict, Reasons: reasons} }

// Missing says there is no such thing.
func Missing(what, id string) *Error {
	return &Error{Kind: NotFound, Reasons: []Reason{Why("no_such_"+what, "id", id)}}
}

// Down wraps a failure of a disk, database or peer that may pass.
func Down(what string, err error) *Error { return &Error{Kind: Unavailable, What: what, Err: err} }

// Why makes a reason. Params come in pairs.
func Why(code string, pairs ...string) Reason { return Reason{Code: code, Params: Pairs(pairs...)} }

// Pairs makes a parameter map from "key", "value", … .
func Pairs(pairs ...string) map[string]string {
	if len(pairs) == 0 {
		return nil
	}
	m := make(map[string]string, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return m
}

// KindOf is the kind of any error; Internal for strangers, "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is of the kind.
func Is(err error, k Kind) bool { return err != nil && KindOf(err) == k }

// Refused returns the reasons of a refusal (Denied or Conflict).
func Refused(err error) ([]Reason, bool) {
	if e, ok := errors.AsType[*Error](err); ok && (e.Kind == Denied || e.Kind == Conflict) {
		return e.Reasons, true
	}
	return nil, false
}

// BadFields returns the fields of invalid input.
func BadFields(err error) ([]Field, bool) {
	if e, ok := errors.AsType[*Error](err); ok && e.Kind == Invalid {
		return e.Fields, true
	}
	return nil, false
}

// Wrap puts the call in front of an error, once, at a boundary:
//
//	defer fault.Wrap(&err, "flow.SignOff")
func Wrap(err *error, call string) {
	if *err == nil {
		return
	}
	if e, ok := errors.AsType[*Error](*err); ok {
		if e.What == "" {
			c := *e
			c.What = call
			*err = &c
		}
		return
	}
	*err = fmt.Errorf("%s: %w", call, *err)
}
