package api

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
)

// What all lists share: a closed set of parameters, days, sorting, and cursors
// that belong to one order.

// Days narrow a list to a stretch of days, both of them included.
type Days struct {
	From  string `query:"from" maxLength:"10" doc:"First day, 2026-11-22"`
	Until string `query:"until" maxLength:"10" doc:"Last day, 2026-11-22"`
}

// known refuses a parameter that the operation has not, and a value outside of
// its closed list, with the nearest right one: what is misspelt must not be
// taken for "all".
func known(h huma.Context) error {
	u := h.URL()
	if u.RawQuery == "" {
		return nil
	}
	q := u.Query()
	var names []string
	params := map[string]*huma.Param{}
	for _, p := range h.Operation().Parameters {
		if p.In == "query" {
			names = append(names, p.Name)
			params[p.Name] = p
		}
	}
	var bad []fault.Field
	for _, name := range slices.Sorted(maps.Keys(q)) {
		p, ok := params[name]
		switch {
		case !ok && len(names) == 0:
			bad = append(bad, fault.Field{Path: "query." + name, Code: "unknown_field"})
		case !ok:
			bad = append(bad, fault.Unknown("query."+name, name, names...))
		default:
			bad = append(bad, outside(p, q[name])...)
		}
	}
	return fault.Fields(bad)
}

// outside are the values that are not in a parameter's closed list.
func outside(p *huma.Param, values []string) (bad []fault.Field) {
	s := p.Schema
	if s == nil {
		return nil
	}
	enum := s.Enum
	if s.Items != nil {
		enum = s.Items.Enum
		values = strings.Split(strings.Join(values, ","), ",")
	}
	if len(enum) == 0 {
		return nil
	}
	words := make([]string, 0, len(enum))
	for _, e := range enum {
		if w, ok := e.(string); ok {
			words = append(words, w)
		}
	}
	for _, v := range values {
		if v != "" && !slices.Contains(words, v) {
			bad = append(bad, fault.Unknown("query."+p.Name, v, words...))
		}
	}
	return bad
}

// forward marks the cursors of lists that run from the oldest on, so that the
// cursor of one order is never taken for a place in the other.
const forward = "~"

// place reads a cursor under a sort: the flow's own cursor and whether the list
// runs from the oldest on.
func place(sort, cursor string) (string, bool, error) {
	oldest := sort != "" && !strings.HasPrefix(sort, "-")
	rest, marked := strings.CutPrefix(cursor, forward)
	if cursor != "" && marked != oldest {
		return "", oldest, fault.Bad("query.cursor", "not_a_cursor")
	}
	return rest, oldest, nil
}

// turned is page for a list that may run either way.
func turned[T any](oldest bool, p flow.Page[T], err error) (flow.Page[T], error) {
	p, err = page(p, err)
	if oldest && p.Next != "" {
		p.Next = forward + p.Next
	}
	return p, err
}

// term refuses a word that is not in the installation's list of them.
func (x *API) term(ctx context.Context, list, value string) error {
	if value == "" {
		return nil
	}
	ts, err := x.flow.Terms(ctx, list)
	if err != nil {
		return err
	}
	codes := make([]string, len(ts))
	for i, t := range ts {
		codes[i] = t.Code
	}
	if slices.Contains(codes, value) {
		return nil
	}
	return fault.Fields([]fault.Field{fault.Unknown("query."+list, value, codes...)})
}

// worded refuses a genre or a form that nobody has heard of.
func (x *API) worded(ctx context.Context, genre, form string) error {
	if err := x.term(ctx, "genre", genre); err != nil {
		return err
	}
	return x.term(ctx, "form", form)
}
