package flow

import (
	"context"
	"slices"

	"xinshu/internal/duty"
	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// Writing says what a unit's writer needs before an item exists: the lines and
// the limits, who will check it, and what is wanted of the unit now.
type Writing struct {
	Unit   org.Unit     `json:"unit"`
	Lines  []org.Line   `json:"lines"`
	Limits org.Rules    `json:"limits"`
	Checks []org.Check  `json:"checks"`
	Chain  []Station    `json:"chain"`
	Wanted []Wanted     `json:"wanted,omitempty"`
	Drafts int          `json:"drafts"` // the actor's own
	People []Colleagues `json:"people"` // who may be named as an author
	Names  Names        `json:"names"`
}

// Colleagues are the people of one unit.
type Colleagues struct {
	Unit   ident.Unit     `json:"unit"`
	People []ident.Person `json:"people"`
}

// Station is a check with the people who can pass it.
type Station struct {
	Check  org.Check      `json:"check"`
	People []ident.Person `json:"people,omitempty"`
}

// Wanted is something asked of the unit that is not answered yet.
type Wanted struct {
	Duty   ident.Duty `json:"duty"`
	Office ident.Unit `json:"office"`
	Text   string     `json:"text"`
	Due    int64      `json:"due,omitempty"`
}

// WritingQuery names the unit, and the form and genre that its chain may depend on.
type WritingQuery struct {
	Unit  ident.Unit
	Form  string
	Genre string

	Partners []ident.Unit // whose people may be named as authors too
}

// maxWanted bounds what is shown above a form.
const maxWanted = 6

// Writing is asked by the form.
func (f *Flow) Writing(ctx context.Context, a Actor, q WritingQuery) (Writing, error) {
	return read(ctx, f, a, "Writing", func(t *act) (v Writing, err error) {
		if !t.scope.Unit(q.Unit) {
			return v, fault.Missing("unit", string(q.Unit))
		}
		if v.Unit, err = t.Tx.Unit(q.Unit); err != nil {
			return v, err
		}
		if v.Lines, err = t.LinesOf(q.Unit, t.day); err != nil {
			return v, err
		}
		if v.Limits, err = t.limits(item.Item{}, v.Lines); err != nil {
			return v, err
		}
		if v.Checks, err = t.chainOf(q.Unit, q.Form, q.Genre); err != nil {
			return v, err
		}
		if v.Chain, err = t.stations(q.Unit, v.Checks); err != nil {
			return v, err
		}
		if v.Wanted, err = t.wanted(q.Unit); err != nil {
			return v, err
		}
		if v.People, err = t.colleagues(append([]ident.Unit{q.Unit}, q.Partners...)); err != nil {
			return v, err
		}
		mine, err := t.ItemList(t.scope, store.ItemQuery{Unit: q.Unit, States: []item.State{item.Draft}, Writer: t.actor.Person, Limit: benchRows})
		if err != nil {
			return v, err
		}
		v.Drafts = len(mine)
		v.Names, err = v.naming().names(t)
		return v, err
	})
}

// stations are the people who can pass each check of a unit, by their posts.
func (t *act) stations(unit ident.Unit, checks []org.Check) ([]Station, error) {
	posts, err := t.PostsIn(unit, t.day)
	if err != nil {
		return nil, err
	}
	out := make([]Station, len(checks))
	for i, c := range checks {
		out[i].Check = c
		for _, p := range posts {
			if p.Role == c.Role() && !slices.Contains(out[i].People, p.Person) {
				out[i].People = append(out[i].People, p.Person)
			}
		}
	}
	return out, nil
}

// colleagues are the people who hold posts in units, each once in a unit.
func (t *act) colleagues(units []ident.Unit) ([]Colleagues, error) {
	out := make([]Colleagues, len(units))
	for i, u := range units {
		posts, err := t.PostsIn(u, t.day)
		if err != nil {
			return nil, err
		}
		var ids naming
		for _, p := range posts {
			ids.person(p.Person)
		}
		out[i] = Colleagues{u, ids.people}
	}
	return out, nil
}

// wanted are the open duties of a unit, the most pressing first.
func (t *act) wanted(unit ident.Unit) ([]Wanted, error) {
	ds, err := t.DutyList(t.scope, store.DutyQuery{States: []duty.State{duty.PassedOn}, Unit: unit, Due: true, Limit: maxWanted})
	if err != nil {
		return nil, err
	}
	var out []Wanted
	for _, d := range ds {
		if err := t.opensDuties(d); err != nil {
			return nil, err
		}
		out = append(out, Wanted{Duty: d.ID, Office: d.Office, Text: d.Text, Due: d.Due})
	}
	return out, nil
}

func (v *Writing) naming() *naming {
	var ids naming
	ids.unit(v.Unit.ID)
	for _, l := range v.Lines {
		ids.unit(l.Office)
	}
	for _, s := range v.Chain {
		ids.person(s.People...)
	}
	for _, c := range v.People {
		ids.unit(c.Unit)
		ids.person(c.People...)
	}
	for _, w := range v.Wanted {
		ids.unit(w.Office)
	}
	return &ids
}
