package flow

import (
	"context"
	"strconv"
	"time"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/ident"
)

// match is the version of a noun that a caller insists on.
type match struct {
	subject fact.Subject
	version int64
}

type matchCtx struct{}

// WithVersion makes the verbs called under ctx insist that an item, a filing or
// an issue is still at the version the caller saw, whatever a verb itself
// compares. If it is not, the refusal names who changed what since, and when.
func WithVersion(ctx context.Context, noun, id string, version int64) context.Context {
	return context.WithValue(ctx, matchCtx{}, match{fact.Subject{Noun: noun, ID: id}, version})
}

// guarded runs a verb under the version its caller insists on. A refusal of the
// verb itself goes first, so that nobody learns of changes to what he may not
// see.
func guarded[T any](ctx context.Context, t *act, fn func(t *act) (T, error)) (T, error) {
	m, ok := ctx.Value(matchCtx{}).(match)
	if !ok {
		return fn(t)
	}
	moved, err := t.moved(m)
	if err != nil {
		var zero T
		return zero, err
	}
	out, err := fn(t)
	if len(moved) > 0 && (err == nil || fault.Is(err, fault.Conflict) || fault.Is(err, fault.Invalid)) {
		var zero T
		return zero, fault.Clash(moved...)
	}
	return out, err
}

// moved says what happened since a version; nothing when it is the newest.
func (t *act) moved(m match) ([]fault.Reason, error) {
	var newest int64
	var place []ident.Unit
	switch m.subject.Noun {
	case "item":
		it, err := t.Item(ident.Item(m.subject.ID))
		if err != nil {
			return nil, err
		}
		newest, place = it.Version, []ident.Unit{it.Unit}
	case "filing":
		fl, err := t.Filing(ident.Filing(m.subject.ID))
		if err != nil {
			return nil, err
		}
		newest, place = fl.Version, []ident.Unit{fl.Office}
	case "issue":
		is, err := t.Tx.Issue(ident.Issue(m.subject.ID))
		if err != nil {
			return nil, err
		}
		newest, place = is.Version, []ident.Unit{is.Office}
	default:
		return nil, nil
	}
	if newest == m.version {
		return nil, nil
	}
	seen, now := strconv.FormatInt(m.version, 10), strconv.FormatInt(newest, 10)
	recs, err := t.FactsOf(m.subject.Noun, m.subject.ID)
	if err != nil {
		return nil, err
	}
	var out []fault.Reason
	for _, r := range recs {
		if r.SubjectV <= m.version {
			continue
		}
		why := fault.Why("changed_since", "seen", seen, "newest", now, "what", string(r.Kind), "when", time.UnixMicro(r.Recorded).In(t.f.cfg.Location).Format("2006-01-02 15:04:05"), "who", "")
		if t.colleague(place) {
			p, err := t.Person(r.Actor)
			if err != nil && !fault.Is(err, fault.NotFound) {
				return nil, err
			}
			why.Params["who"] = p.Name
		}
		out = append(out, why)
	}
	if len(out) == 0 { // a change without a fact of its own: somebody below or above it
		out = append(out, fault.Why("changed_since", "seen", seen, "newest", now, "what", "changed", "when", "", "who", ""))
	}
	return out, nil
}

// colleague reports whether the actor works in one of the units, and so may
// know who did it.
func (t *act) colleague(units []ident.Unit) bool {
	for _, u := range units {
		if t.actor.System || t.scope.Unit(u) || t.scope.Desk(u) {
			return true
		}
	}
	return false
}
