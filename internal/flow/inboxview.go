package flow

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// Views of the inbox: a list's filters under a name. They are how somebody
// likes to look at his work and no fact.

// SaveView names the list that is shown.
type SaveView struct {
	Office ident.Unit `json:"office"`
	Name   string     `json:"name" form:"name"`
	Query  string     `json:"query" form:"query" doc:"The list's address after the question mark"`
	Shared bool       `json:"shared,omitempty" form:"shared" doc:"For everybody at the office"`
}

// maxViews bounds what one person, or one office, keeps.
const maxViews = 30

// viewKeys are the filters a view may have.
var viewKeys = []string{"state", "genre", "form", "unit", "holder", "urgent", "unused", "mine", "like", "words", "from", "until", "days", "order"}

// SaveView keeps a list under a name.
func (f *Flow) SaveView(ctx context.Context, a Actor, in SaveView) (filing.View, error) {
	return do(ctx, f, call{a, "SaveView", org.StageDesk, in}, func(t *act) (filing.View, error) {
		if err := t.need("receive", in.Office, org.Editor, org.Chief); err != nil {
			return filing.View{}, err
		}
		in.Name = strings.TrimSpace(in.Name)
		if err := fault.Fields(org.Text("name", in.Name, 1, 20)); err != nil {
			return filing.View{}, err
		}
		q, err := viewQuery(in.Query)
		if err != nil {
			return filing.View{}, err
		}
		v := filing.View{ID: t.Mint(), Office: in.Office, Name: in.Name, Query: q, By: t.actor.Person, At: t.Now()}
		if !in.Shared {
			v.Person = t.actor.Person
		}
		n, err := t.viewsBeside(v)
		if err != nil {
			return v, err
		}
		if n >= maxViews {
			return v, fault.Bad("name", "too_many", "max", strconv.Itoa(maxViews))
		}
		return v, t.InsertView(v)
	})
}

// viewsBeside counts the other views of whose a view is, and refuses a name that
// one of them has.
func (t *act) viewsBeside(v filing.View) (n int, err error) {
	have, err := t.ViewsOf(v.Office, t.actor.Person)
	for _, h := range have {
		if h.Person != v.Person || h.ID == v.ID {
			continue
		}
		if n++; h.Name == v.Name {
			return n, fault.Bad("name", "taken", "value", v.Name)
		}
	}
	return n, err
}

// viewQuery keeps what a list is filtered by and drops the rest of an address.
func viewQuery(s string) (string, error) {
	q, err := url.ParseQuery(s)
	if err != nil || len(s) > 2000 {
		return "", fault.Bad("query", "choose")
	}
	for k := range q {
		if !slices.Contains(viewKeys, k) {
			q.Del(k)
		}
	}
	return q.Encode(), nil
}

// ownView loads a view the actor may change: his own, or his office's.
func (t *act) ownView(id string) (filing.View, error) {
	v, err := t.Tx.View(id)
	if err != nil || v.Person != "" && v.Person != t.actor.Person || !t.scope.Desk(v.Office) {
		if err == nil || fault.Is(err, fault.NotFound) {
			err = fault.Missing("view", id)
		}
		return filing.View{}, err
	}
	return v, t.need("receive", v.Office, org.Editor, org.Chief)
}

// RenameView gives a view another name.
func (f *Flow) RenameView(ctx context.Context, a Actor, id, name string) (filing.View, error) {
	return do(ctx, f, call{a, "RenameView", org.StageDesk, []any{id, name}}, func(t *act) (filing.View, error) {
		v, err := t.ownView(id)
		if err != nil {
			return v, err
		}
		v.Name = strings.TrimSpace(name)
		if err := fault.Fields(org.Text("name", v.Name, 1, 20)); err != nil {
			return v, err
		}
		if _, err := t.viewsBeside(v); err != nil {
			return v, err
		}
		return v, t.Tx.RenameView(id, v.Name)
	})
}

// DropView forgets a view.
func (f *Flow) DropView(ctx context.Context, a Actor, id string) (filing.View, error) {
	return do(ctx, f, call{a, "DropView", org.StageDesk, id}, func(t *act) (filing.View, error) {
		v, err := t.ownView(id)
		if err != nil {
			return v, err
		}
		return v, t.Tx.DropView(id)
	})
}

// OpenWith says which view the actor's inbox opens with; "" is the plain list.
func (f *Flow) OpenWith(ctx context.Context, a Actor, office ident.Unit, id string) (string, error) {
	return do(ctx, f, call{a, "OpenWith", org.StageDesk, []any{office, id}}, func(t *act) (string, error) {
		if err := t.need("receive", office, org.Editor, org.Chief); err != nil {
			return "", err
		}
		if id != "" {
			if _, err := t.ownView(id); err != nil {
				return "", err
			}
		}
		return id, t.PutFirstView(t.actor.Person, office, id)
	})
}

// ViewCount is a view with how many rows it has now.
type ViewCount struct {
	filing.View
	Count int  `json:"count"`
	More  bool `json:"more,omitempty"` // … or more
	First bool `json:"first,omitempty"`
}

// countMost is where a view's count stops.
const countMost = 99

// Views lists a person's views at an office with their counts.
func (f *Flow) Views(ctx context.Context, a Actor, office ident.Unit) ([]ViewCount, error) {
	return read(ctx, f, a, "Views", func(t *act) ([]ViewCount, error) {
		if !t.scope.Desk(office) {
			return nil, nil
		}
		vs, err := t.ViewsOf(office, t.actor.Person)
		if err != nil {
			return nil, err
		}
		first, err := t.FirstView(t.actor.Person, office)
		if err != nil {
			return nil, err
		}
		out := make([]ViewCount, 0, len(vs))
		for _, v := range vs {
			c := ViewCount{View: v, First: v.ID == first}
			q := t.f.FilingsOf(v.Query, t.Now())
			q.Office = office
			rows, err := t.filingRows(q, countMost+1)
			if err != nil && !fault.Is(err, fault.Invalid) {
				return nil, err
			}
			c.Count, c.More = min(len(rows), countMost), len(rows) > countMost
			out = append(out, c)
		}
		return out, nil
	})
}

// FilingsOf reads a list's filters from its address. days counts back from
// today, which is what a view that is kept means by it.
func (f *Flow) FilingsOf(query string, now int64) FilingsQuery {
	v, err := url.ParseQuery(query)
	if err != nil {
		return FilingsQuery{}
	}
	q := FilingsQuery{Genre: v.Get("genre"), Form: v.Get("form"), From: v.Get("from"), Until: v.Get("until"), Unit: ident.Unit(v.Get("unit")), Holder: ident.Person(v.Get("holder")),
		Mine: v.Get("mine") != "", Urgent: v.Get("urgent") != "", Unused: v.Get("unused") != "", Like: v.Get("like") != "", Words: v.Get("words"), Oldest: v.Get("order") == "oldest"}
	for _, st := range v["state"] {
		if slices.Contains(filing.States, filing.State(st)) {
			q.States = append(q.States, filing.State(st))
		}
	}
	if n, err := strconv.Atoi(v.Get("days")); err == nil && n > 0 && n <= 3660 && q.From == "" {
		q.From = f.DayOf(now - int64(n-1)*24*3600*1_000_000).String()
	}
	return q
}
