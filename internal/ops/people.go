package ops

import (
	"context"
	"os"

	"xinshu/internal/auth"
	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/score"
	"xinshu/internal/store"
)

// NewPerson is a person entered at the machine.
type NewPerson struct {
	Login, Name, Locale, Password string
	UnitCode                      string
	Role                          org.Role
	Title                         string
}

// AddPerson enters a person with a post and a first password. It is how the
// first administrator of a new installation comes to be.
func AddPerson(ctx context.Context, f *flow.Flow, a *auth.Auth, in NewPerson) (org.Person, error) {
	var unit ident.Unit
	if in.UnitCode != "" {
		u, err := f.UnitByCode(ctx, System, in.UnitCode)
		if err != nil {
			return org.Person{}, err
		}
		unit = u.ID
	}
	if in.Role != "" && unit == "" {
		return org.Person{}, fault.Bad("--unit", "required")
	}
	if err := fault.Fields(auth.CheckPassword(in.Password)); err != nil {
		return org.Person{}, err
	}
	p, err := f.EnterPerson(ctx, System, flow.EnterPerson{Name: in.Name, Login: in.Login, Locale: in.Locale, Unit: unit, Role: in.Role, Title: in.Title})
	if err != nil {
		return p, err
	}
	return p, a.SetPassword(ctx, p.ID, in.Password)
}

// SetPassword gives a person a new password and ends every session.
func SetPassword(ctx context.Context, f *flow.Flow, a *auth.Auth, login, password string) error {
	p, err := f.PersonByLogin(ctx, System, login)
	if err != nil {
		return err
	}
	return a.SetPassword(ctx, p.ID, password)
}

// AddPost gives somebody another post.
func AddPost(ctx context.Context, f *flow.Flow, login, unitCode string, role org.Role, title string) (org.Post, error) {
	p, err := f.PersonByLogin(ctx, System, login)
	if err != nil {
		return org.Post{}, err
	}
	u, err := f.UnitByCode(ctx, System, unitCode)
	if err != nil {
		return org.Post{}, err
	}
	return f.HoldPost(ctx, System, flow.HoldPost{Person: p.ID, Unit: u.ID, Role: role, Title: title})
}

// People lists everybody by login.
func People(ctx context.Context, s *store.Store) (all []org.Person, err error) {
	err = s.View(ctx, func(tx *store.Tx) error {
		all = all[:0]
		after := ""
		for {
			page, err := tx.AllPeople(after, 500)
			if err != nil {
				return err
			}
			all = append(all, page...)
			if len(page) < 500 {
				return nil
			}
			after = page[len(page)-1].Login
		}
	})
	return all, err
}

// Empty reports whether there are no units yet: a new installation.
func Empty(ctx context.Context, f *flow.Flow) (bool, error) {
	pg, err := f.Branch(ctx, System, "", "", 1)
	return len(pg.Rows) == 0, err
}

// Activate puts the rulebook of a file in force at the office it names.
func Activate(ctx context.Context, f *flow.Flow, path string) (string, error) {
	body, err := os.ReadFile(path)
	if err != nil {
		return "", fault.Bad("file", "cannot_read", "name", path, "why", err.Error())
	}
	b, err := score.Parse(body)
	if err != nil {
		return "", err
	}
	office, err := f.UnitByCode(ctx, System, b.Office)
	if err != nil {
		return "", err
	}
	v, err := f.Activate(ctx, System, flow.Activate{Office: office.ID, Body: string(body)})
	return v.Kept.Title, err
}
