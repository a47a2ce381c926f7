package flow

import (
	"context"
	"slices"

	"xinshu/internal/delivery"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
)

// Receiver is one unit of a distribution table, and the people who sign there for
// what arrives. Manners go with the table's publications, "" for none.
type Receiver struct {
	Unit    ident.Unit     `json:"unit"`
	People  []ident.Person `json:"people,omitempty"`
	Manners []string       `json:"manners"`
}

// ReceiversView is who receives what: every publication of an office, or, of a
// unit without publications, those that reach it.
type ReceiversView struct {
	Unit         org.Unit            `json:"unit"`
	Publications []issue.Publication `json:"publications"`
	Rows         []Receiver          `json:"rows"`
	Names        Names               `json:"names"`
}

// Receivers reads the distribution lists as one table.
func (f *Flow) Receivers(ctx context.Context, a Actor, unit ident.Unit) (ReceiversView, error) {
	return read(ctx, f, a, "Receivers", func(t *act) (v ReceiversView, err error) {
		if v.Unit, err = t.Tx.Unit(unit); err != nil {
			return v, err
		}
		pubs, err := t.PublicationsOf(unit)
		if err != nil {
			return v, err
		}
		own := len(pubs) > 0
		if !own {
			rs, err := t.ReadingsOf(unit)
			if err != nil {
				return v, err
			}
			for _, r := range rs {
				p, err := t.Tx.Publication(r.Publication)
				if err != nil {
					return v, err
				}
				pubs = append(pubs, p)
			}
		}
		v.Publications = slices.DeleteFunc(pubs, func(p issue.Publication) bool { return p.Until != 0 && p.Until <= t.day })
		for i, p := range v.Publications {
			rs, err := t.Readers(p.ID)
			if err != nil {
				return v, err
			}
			for _, r := range rs {
				if own || r.Unit == unit {
					v.put(r, i)
				}
			}
		}
		var ids naming
		for i := range v.Rows {
			r := &v.Rows[i]
			if r.People, err = t.signsFor(r.Unit); err != nil {
				return v, err
			}
			ids.unit(r.Unit)
			ids.person(r.People...)
		}
		for _, p := range v.Publications {
			ids.unit(p.Office)
		}
		v.Names, err = ids.names(t)
		return v, err
	})
}

// put enters a place on the list of the nth publication.
func (v *ReceiversView) put(r issue.ReadBy, n int) {
	at := slices.IndexFunc(v.Rows, func(x Receiver) bool { return x.Unit == r.Unit })
	if at < 0 {
		at = len(v.Rows)
		v.Rows = append(v.Rows, Receiver{Unit: r.Unit, Manners: make([]string, len(v.Publications))})
	}
	v.Rows[at].Manners[n] = r.Manner
}

// signsFor are the people of a unit who may confirm a copy.
func (t *act) signsFor(unit ident.Unit) ([]ident.Person, error) {
	step, _ := delivery.Lifecycle.Find(delivery.Confirm)
	posts, err := t.PostsIn(unit, t.day)
	var who naming
	for _, p := range posts {
		if slices.Contains(step.Roles, p.Role) {
			who.person(p.Person)
		}
	}
	return who.people, err
}
