package org

import (
	"slices"
	"strings"

	"xinshu/internal/fault"
)

// Verb names what an actor does to a noun: the newsroom's own words.
type Verb string

// Stage names a verb's place in the flow; an API token's scopes are stages.
type Stage string

// The stages, in order, and the two scopes that are not stages.
const (
	StageRegister   Stage = "register"
	StageSubmit     Stage = "submit"
	StageSignOff    Stage = "signoff"
	StageDesk       Stage = "desk"
	StageEdit       Stage = "edit"
	StageIssue      Stage = "issue"
	StageDistribute Stage = "distribute"
	StageFollowup   Stage = "followup"
	StageScore      Stage = "score"
	ScopeRead       Stage = "read"
	ScopeAudit      Stage = "audit"
)

// Stages are all scopes a token may have.
var Stages = []Stage{ScopeRead, StageRegister, StageSubmit, StageSignOff, StageDesk, StageEdit, StageIssue, StageDistribute, StageFollowup, StageScore, ScopeAudit}

// Guard is one condition on a case C (a noun with its situation). Check returns
// nil when it holds and the reason when it does not.
type Guard[C any] struct {
	Name  string // for the diagram and the documents
	Check func(C) *fault.Reason
}

// Step is one row of a noun's lifecycle table: the verb, the states it may start
// from, the state it ends in, the posts that may do it, its guards. The table
// answers "which buttons do I show", "what does the API allow" and "draw me the
// diagram"; there is no other place where a state may change.
type Step[S ~string, C any] struct {
	Verb   Verb
	Stage  Stage
	From   []S    // empty: the verb makes the noun
	To     S      // "": unchanged, or decided by the verb (see Note)
	Roles  []Role // any of these, at the noun's place; empty: follows another noun
	Guards []Guard[C]
	Note   string
}

// Table is a noun's whole lifecycle.
type Table[S ~string, C any] []Step[S, C]

// Find is the row of a verb.
func (t Table[S, C]) Find(v Verb) (Step[S, C], bool) {
	for _, s := range t {
		if s.Verb == v {
			return s, true
		}
	}
	return Step[S, C]{}, false
}

// Why answers "may I?" with every reason why not: wrong post, wrong state, each
// guard that does not hold. Empty means: you may.
func (t Table[S, C]) Why(v Verb, state S, held []Role, c C) []fault.Reason {
	s, ok := t.Find(v)
	if !ok {
		return []fault.Reason{fault.Why("no_such_verb", "verb", string(v))}
	}
	var why []fault.Reason
	if len(s.Roles) > 0 && !holdsAny(held, s.Roles) {
		why = append(why, fault.Why("needs_post", "verb", string(v), "roles", Join(s.Roles)))
	}
	if len(s.From) > 0 && !slices.Contains(s.From, state) {
		why = append(why, fault.Why("wrong_state", "verb", string(v), "state", string(state), "from", Join(s.From)))
	}
	if len(why) > 0 {
		return why // guards speak about cases in which the step makes sense
	}
	for _, g := range s.Guards {
		if r := g.Check(c); r != nil {
			why = append(why, *r)
		}
	}
	return why
}

// Refuse is Why as an error: a wrong state is a conflict, the rest a denial.
func (t Table[S, C]) Refuse(v Verb, state S, held []Role, c C) error {
	why := t.Why(v, state, held, c)
	if len(why) == 0 {
		return nil
	}
	for _, r := range why {
		if r.Code == "wrong_state" || r.Code == "stale_revision" {
			return fault.Clash(why...)
		}
	}
	return fault.Deny(why...)
}

// Action is one verb as an edge shows it: allowed, or why not.
type Action struct {
	Verb    Verb           `json:"verb"`
	Stage   Stage          `json:"stage"`
	Allowed bool           `json:"allowed"`
	Why     []fault.Reason `json:"why,omitempty"`
}

// Actions lists every verb that a person may do to the noun (rows without roles
// follow other nouns and are left out).
func (t Table[S, C]) Actions(state S, held []Role, c C) []Action {
	var out []Action
	for _, s := range t {
		if len(s.Roles) == 0 || len(s.From) == 0 {
			continue
		}
		why := t.Why(s.Verb, state, held, c)
		out = append(out, Action{Verb: s.Verb, Stage: s.Stage, Allowed: len(why) == 0, Why: why})
	}
	return out
}

// Allowed picks one verb from a list of actions.
func Allowed(as []Action, v Verb) bool {
	for _, a := range as {
		if a.Verb == v {
			return a.Allowed
		}
	}
	return false
}

func holdsAny(held, want []Role) bool {
	return slices.ContainsFunc(want, func(r Role) bool { return slices.Contains(held, r) })
}

// Join writes a list of string-like values as "a|b".
func Join[T ~string](ts []T) string {
	ss := make([]string, len(ts))
	for i, t := range ts {
		ss[i] = string(t)
	}
	return strings.Join(ss, "|")
}
