package ops

import (
	"context"

	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// NewToken is an API token to be issued at the machine.
type NewToken struct {
	Login, Name string
	Scopes      []string
	Days        int
}

// IssuedToken has the secret, which nobody can read a second time.
type IssuedToken struct {
	Secret string `json:"token"`
	Login  string `json:"login"`
	flow.TokenView
}

// HeldToken is a token with the login of its person.
type HeldToken struct {
	Login string `json:"login"`
	flow.TokenView
}

// IssueToken makes an API token for a person and returns its secret, once.
func IssueToken(ctx context.Context, f *flow.Flow, in NewToken) (IssuedToken, error) {
	p, err := f.PersonByLogin(ctx, System, in.Login)
	if err != nil {
		return IssuedToken{}, err
	}
	ask := flow.IssueToken{Name: in.Name, Days: in.Days}
	for _, s := range in.Scopes {
		ask.Scopes = append(ask.Scopes, org.Stage(s))
	}
	secret, view, err := f.IssueToken(ctx, flow.Actor{Person: p.ID}, ask)
	return IssuedToken{secret, p.Login, view}, err
}

// Tokens lists the tokens of one person, or of everybody when no login is named.
func Tokens(ctx context.Context, f *flow.Flow, s *store.Store, login string) (all []HeldToken, err error) {
	var people []org.Person
	if login != "" {
		p, err := f.PersonByLogin(ctx, System, login)
		if err != nil {
			return nil, err
		}
		people = append(people, p)
	} else if people, err = People(ctx, s); err != nil {
		return nil, err
	}
	for _, p := range people {
		views, err := f.Tokens(ctx, flow.Actor{Person: p.ID})
		if err != nil {
			return nil, err
		}
		for _, v := range views {
			all = append(all, HeldToken{p.Login, v})
		}
	}
	return all, nil
}

// RevokeToken ends a token at once.
func RevokeToken(ctx context.Context, f *flow.Flow, id string) error {
	return f.RevokeToken(ctx, System, ident.Token(id))
}
