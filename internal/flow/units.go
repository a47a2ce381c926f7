package flow

import (
	"context"
	"iter"
	"slices"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// UnitView is one unit with what hangs on it.
type UnitView struct {
	Unit         org.Unit            `json:"unit"`
	Pasts        []org.Past          `json:"pasts,omitempty"`
	Path         []org.Unit          `json:"path"` // root first, without the unit
	Children     []org.Unit          `json:"children"`
	Next         string              `json:"next,omitempty"`
	ChildCount   int                 `json:"child_count"`
	Lines        []org.Line          `json:"lines"`
	Below        []org.Line          `json:"below,omitempty"` // lines that lead to this office
	People       []PersonRow         `json:"people"`
	Rules        org.Rules           `json:"rules,omitzero"`
	Chains       []org.Chain         `json:"chains,omitempty"`
	Publications []issue.Publication `json:"publications,omitempty"`
	MayEdit      bool                `json:"may_edit"`
	Names        Names               `json:"names"`
}

// PersonRow is a person with the posts held.
type PersonRow struct {
	Person org.Person `json:"person"`
	Posts  []PostView `json:"posts"`
}

// BranchSize is how many children one page of a branch shows.
const BranchSize = 200

// Unit reads a unit and one page of its children; "" is above the roots.
func (f *Flow) Unit(ctx context.Context, a Actor, id ident.Unit, after string) (UnitView, error) {
	return read(ctx, f, a, "Unit", func(t *act) (v UnitView, err error) {
		if err := t.children(&v, id, after); err != nil || id == "" {
			return v, err
		}
		if v.Unit, err = t.Tx.Unit(id); err != nil {
			return v, err
		}
		above, err := t.Ancestors(id)
		if err != nil {
			return v, err
		}
		slices.Reverse(above)
		v.Path = above
		if v.Pasts, err = t.PastsOf(id); err != nil {
			return v, err
		}
		if v.Lines, err = t.LinesOf(id, t.day); err != nil {
			return v, err
		}
		if v.Chains, err = t.ChainsOf(id); err != nil {
			return v, err
		}
		if v.People, err = t.peopleIn(id); err != nil {
			return v, err
		}
		v.MayEdit = t.mayRegister(id) == nil
		var ids naming
		if v.Unit.Office {
			if v.Rules, err = t.Rules(id); err != nil {
				return v, err
			}
			if v.Publications, err = t.PublicationsOf(id); err != nil {
				return v, err
			}
			if v.Below, err = t.LinesTo(id, t.day, "", BranchSize); err != nil {
				return v, err
			}
		}
		for _, l := range append(slices.Clone(v.Lines), v.Below...) {
			ids.unit(l.Office, l.Unit)
		}
		for _, p := range v.Pasts {
			ids.unit(p.Parent)
		}
		ids.unit(v.Unit.Successor)
		v.Names, err = ids.names(t)
		return v, err
	})
}

func (t *act) children(v *UnitView, id ident.Unit, after string) error {
	kids, err := t.Children(id, after, BranchSize+1)
	if err != nil {
		return err
	}
	if len(kids) > BranchSize {
		kids = kids[:BranchSize]
		v.Next = kids[BranchSize-1].Code
	}
	v.Children = kids
	v.ChildCount, err = t.ChildCount(id)
	return err
}

// Branch is one page of a unit's children.
func (f *Flow) Branch(ctx context.Context, a Actor, parent ident.Unit, after string, limit int) (Page[org.Unit], error) {
	return read(ctx, f, a, "Branch", func(t *act) (Page[org.Unit], error) {
		limit = bounded(limit)
		kids, err := t.Children(parent, after, limit+1)
		pg := Page[org.Unit]{Rows: kids}
		if len(kids) > limit {
			pg.Rows = kids[:limit]
			pg.Next = kids[limit-1].Code
		}
		return pg, err
	})
}

// UnitsNamed finds units whose name, short name or code begins so.
func (f *Flow) UnitsNamed(ctx context.Context, a Actor, prefix string) ([]org.Unit, error) {
	return read(ctx, f, a, "UnitsNamed", func(t *act) ([]org.Unit, error) {
		if prefix == "" {
			return nil, nil
		}
		return t.Tx.UnitsNamed(prefix, 50)
	})
}

// People lists a unit's people with their posts there.
func (f *Flow) People(ctx context.Context, a Actor, unit ident.Unit) ([]PersonRow, error) {
	return read(ctx, f, a, "People", func(t *act) ([]PersonRow, error) { return t.peopleIn(unit) })
}

func (t *act) peopleIn(unit ident.Unit) ([]PersonRow, error) {
	posts, err := t.PostsIn(unit, t.day)
	if err != nil {
		return nil, err
	}
	views, err := t.postViews(posts)
	if err != nil {
		return nil, err
	}
	var ids naming
	for _, p := range posts {
		ids.person(p.Person)
	}
	people, err := t.Tx.People(ids.people)
	if err != nil {
		return nil, err
	}
	out := make([]PersonRow, 0, len(ids.people))
	for _, id := range ids.people {
		row := PersonRow{Person: people[id]}
		row.Person.Phone = t.phoneFor(unit, row.Person)
		for _, v := range views {
			if v.Person == id {
				row.Posts = append(row.Posts, v)
			}
		}
		out = append(out, row)
	}
	return out, nil
}

// phoneFor shows a telephone number only to those who work with the unit.
func (t *act) phoneFor(unit ident.Unit, p org.Person) string {
	if t.actor.System || t.scope.Unit(unit) || len(t.scope.Desks) > 0 {
		return p.Phone
	}
	return ""
}

// PublicationView is a publication with its readers.
type PublicationView struct {
	Publication issue.Publication `json:"publication"`
	Readers     []issue.ReadBy    `json:"readers"`
	Office      org.Unit          `json:"office"`
	MayEdit     bool              `json:"may_edit"`
	Names       Names             `json:"names"`
	Mark        *Mark             `json:"mark,omitempty"` // its reading is restricted: by whom, when and why
	MayRestrict bool              `json:"may_restrict"`
}

// Publications lists every publication of the installation.
func (f *Flow) Publications(ctx context.Context, a Actor) ([]PublicationView, error) {
	return read(ctx, f, a, "Publications", func(t *act) ([]PublicationView, error) {
		pubs, err := t.AllPublications()
		if err != nil {
			return nil, err
		}
		var out []PublicationView
		for _, p := range pubs {
			v := PublicationView{Publication: p, MayEdit: t.mayPublication(p.Office) == nil}
			if v.Office, err = t.Tx.Unit(p.Office); err != nil {
				return nil, err
			}
			if v.Readers, err = t.Readers(p.ID); err != nil {
				return nil, err
			}
			var ids naming
			for _, r := range v.Readers {
				ids.unit(r.Unit)
			}
			if v.Names, err = ids.names(t); err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	})
}

// Terms is one list of words that are data: form, genre, reason, channel, network.
func (f *Flow) Terms(ctx context.Context, list string) (out []org.Term, err error) {
	defer fault.Wrap(&err, "flow.Terms")
	err = f.store.View(ctx, func(tx *store.Tx) error {
		out, err = tx.Terms(list)
		return err
	})
	return out, err
}

// ImportUnits takes a whole file of units in one transaction: all or nothing, and
// a second run adds nothing. Only the operator at the machine may.
func (f *Flow) ImportUnits(ctx context.Context, a Actor, file, digest string, rows iter.Seq2[store.UnitRow, error], apply bool) (out store.Imported, err error) {
	defer fault.Wrap(&err, "flow.ImportUnits")
	if !a.System {
		return out, fault.Deny(fault.Why("operator_only"))
	}
	return f.store.ImportUnits(ctx, rows, apply, func(tx *store.Tx, added, changed int) error {
		t, err := f.begin(tx, a)
		if err != nil {
			return err
		}
		if added+changed == 0 {
			return nil
		}
		_, err = t.fact("units", digest, 0, "", org.UnitsImported{File: file, Digest: digest, Rows: added + changed, Added: added, Changed: changed})
		return err
	})
}

// UnitByCode finds a unit by its code.
func (f *Flow) UnitByCode(ctx context.Context, a Actor, code string) (org.Unit, error) {
	return read(ctx, f, a, "UnitByCode", func(t *act) (org.Unit, error) { return t.Tx.UnitByCode(code) })
}

// PersonByLogin finds a person, for the operator.
func (f *Flow) PersonByLogin(ctx context.Context, a Actor, login string) (org.Person, error) {
	return read(ctx, f, a, "PersonByLogin", func(t *act) (org.Person, error) {
		if !a.System {
			return org.Person{}, fault.Deny(fault.Why("operator_only"))
		}
		return t.Tx.PersonByLogin(strings.ToLower(strings.TrimSpace(login))) // as it is kept
	})
}
