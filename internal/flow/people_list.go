package flow

import (
	"context"
	"slices"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// PeopleQuery narrows the list of people.
type PeopleQuery struct {
	Text   string     `json:"q,omitempty"`
	Unit   ident.Unit `json:"unit,omitempty"`
	Role   org.Role   `json:"role,omitempty"`
	Active string     `json:"active,omitempty"` // yes, no; empty: all
	Cursor string     `json:"cursor,omitempty"`
	Limit  int        `json:"limit,omitempty"`
}

// mostPeople bounds how many rows one page of the list looks at.
const mostPeople = 4000

// PeopleList lists the people whom the actor administers, by login: those with a
// post in one of his units or below, and those without any.
func (f *Flow) PeopleList(ctx context.Context, a Actor, q PeopleQuery) (Page[PersonRow], error) {
	return read(ctx, f, a, "PeopleList", func(t *act) (pg Page[PersonRow], err error) {
		if !t.actor.System && !slices.ContainsFunc(t.posts, func(p org.Post) bool { return p.Role == org.Admin || p.Role == org.Security }) {
			return pg, fault.Deny(fault.Why("needs_post", "verb", "register", "roles", org.Join([]org.Role{org.Admin, org.Security})))
		}
		limit := bounded(q.Limit)
		sq := store.PeopleQuery{Text: strings.TrimSpace(q.Text), Unit: q.Unit, Role: q.Role, Active: map[string]int{"yes": 1, "no": 2}[q.Active], Day: t.day, After: q.Cursor, Limit: 200}
		known := map[ident.Unit]bool{}
		for seen := 0; seen < mostPeople; seen += sq.Limit {
			people, err := t.FindPeople(sq)
			if err != nil {
				return pg, err
			}
			for _, p := range people {
				sq.After = p.Login
				row, mine, err := t.personRow(p, known)
				if err != nil {
					return pg, err
				}
				if !mine {
					continue
				}
				if len(pg.Rows) == limit {
					pg.Next = pg.Rows[limit-1].Person.Login
					return pg, nil
				}
				pg.Rows = append(pg.Rows, row)
			}
			if len(people) < sq.Limit {
				return pg, nil
			}
		}
		pg.Next = sq.After
		return pg, nil
	})
}

// personRow is a person with the posts held, and whether the actor may see it.
func (t *act) personRow(p org.Person, known map[ident.Unit]bool) (row PersonRow, mine bool, err error) {
	posts, err := t.PostsOf(p.ID, 0)
	if err != nil {
		return row, false, err
	}
	now := slices.DeleteFunc(slices.Clone(posts), func(o org.Post) bool { return o.Until != 0 && o.Until <= t.day })
	row.Person = p
	if row.Posts, err = t.postViews(now); err != nil {
		return row, false, err
	}
	mine = len(posts) == 0 || t.actor.System
	for _, o := range posts {
		in, ok := known[o.Unit]
		if !ok {
			in = t.over(o.Unit, org.Admin, org.Security) == nil
			known[o.Unit] = in
		}
		mine = mine || in
	}
	return row, mine, nil
}

// over lets the holder of one of the roles in a unit, or in one above it.
func (t *act) over(unit ident.Unit, roles ...org.Role) error {
	if t.actor.System {
		return nil
	}
	above, err := t.Ancestors(unit)
	if err != nil {
		return err
	}
	for _, p := range t.posts {
		if slices.Contains(roles, p.Role) && (p.Unit == unit || slices.ContainsFunc(above, func(u org.Unit) bool { return u.ID == p.Unit })) {
			t.as(p.Unit, roles...)
			return nil
		}
	}
	return fault.Deny(fault.Why("needs_post", "verb", "register", "roles", org.Join(roles)))
}

// PersonView is one person with everything held, now, before and to come.
type PersonView struct {
	Person   org.Person `json:"person"`
	Posts    []PostView `json:"posts"`
	MayEdit  bool       `json:"may_edit"`
	MayReset bool       `json:"may_reset"`
}

// PersonView opens a person of the register.
func (f *Flow) PersonView(ctx context.Context, a Actor, id ident.Person) (PersonView, error) {
	return read(ctx, f, a, "PersonView", func(t *act) (v PersonView, err error) {
		if v.Person, err = t.Person(id); err != nil {
			return v, err
		}
		v.MayEdit, v.MayReset = t.mayPerson(id) == nil, t.mayReset(id) == nil
		if !v.MayEdit && !v.MayReset && id != a.Person {
			return v, fault.Missing("person", string(id))
		}
		posts, err := t.PostsOf(id, 0)
		if err != nil {
			return v, err
		}
		v.Posts, err = t.postViews(posts)
		return v, err
	})
}

// mayReset: passwords are the security officer's, of a unit of the person's or of
// one above.
func (t *act) mayReset(id ident.Person) error {
	posts, err := t.PostsOf(id, 0)
	if err != nil {
		return err
	}
	err = fault.Deny(fault.Why("needs_post", "verb", "register", "roles", string(org.Security)))
	if t.actor.System {
		return nil
	}
	for _, p := range posts {
		if e := t.over(p.Unit, org.Security); e == nil {
			return nil
		}
	}
	if len(posts) == 0 && slices.ContainsFunc(t.posts, func(p org.Post) bool { return p.Role == org.Security }) {
		return nil
	}
	return err
}

// EditPerson changes a person's name, login, language and telephone, or lets one
// who was switched off sign in again.
type EditPerson struct {
	Name    string `json:"name,omitempty" form:"name"`
	Login   string `json:"login,omitempty" form:"login"`
	Locale  string `json:"locale,omitempty" form:"locale"`
	Phone   string `json:"phone,omitempty" form:"phone"`
	On      bool   `json:"on,omitempty" form:"on"` // switch on again
	Version int64  `json:"version,omitempty" form:"version"`
}

// EditPerson changes a person; empty fields stay, but the telephone.
func (f *Flow) EditPerson(ctx context.Context, a Actor, id ident.Person, in EditPerson) (org.Person, error) {
	return do(ctx, f, call{a, "EditPerson", org.StageRegister, []any{id, in}}, func(t *act) (org.Person, error) {
		p, err := t.Person(id)
		if err != nil {
			return p, err
		}
		if err := t.mayPerson(id); err != nil {
			return p, err
		}
		if in.Version != 0 && in.Version != p.Version {
			return p, fault.Clash(fault.Why("changed_meanwhile", "noun", "person", "id", string(id)))
		}
		login := p.Login
		set(&p.Name, strings.TrimSpace(in.Name))
		set(&p.Login, strings.ToLower(strings.TrimSpace(in.Login)))
		set(&p.Locale, in.Locale)
		p.Phone = strings.TrimSpace(in.Phone)
		change := "edited"
		if in.On && !p.Active {
			p.Active, change = true, "on"
		}
		if err := fault.Fields(checkPerson(p)); err != nil {
			return p, err
		}
		if p.Login != login {
			if err := t.loginFree(p.Login); err != nil {
				return p, err
			}
		}
		return p, t.savePerson(&p, change)
	})
}

func (t *act) savePerson(p *org.Person, change string) error {
	if err := t.SavePerson(p); err != nil {
		return err
	}
	_, err := t.fact("person", string(p.ID), p.Version, "", org.PersonChanged{Person: p.ID, Name: p.Name, Login: p.Login, Active: p.Active, Change: change})
	return err
}

// ResetPassword keeps a new password's hash and ends every session of the
// person. Only a security officer may; the fact says that it was done, never
// what the password is.
func (f *Flow) ResetPassword(ctx context.Context, a Actor, id ident.Person, hashed string) (org.Person, error) {
	return do(ctx, f, call{a, "ResetPassword", org.StageRegister, id}, func(t *act) (org.Person, error) {
		p, err := t.Person(id)
		if err != nil {
			return p, err
		}
		if err := t.mayReset(id); err != nil {
			return p, err
		}
		if !p.Active {
			return p, fault.Deny(fault.Why("person_inactive", "name", p.Name))
		}
		if err := t.SetPassword(id, hashed); err != nil {
			return p, err
		}
		if err := t.DropSessionsOf(id); err != nil {
			return p, err
		}
		_, err = t.fact("person", string(id), p.Version, "", org.PersonChanged{Person: p.ID, Name: p.Name, Login: p.Login, Active: true, Change: "password"})
		return p, err
	})
}
