package flow

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// EnterPerson is a new person, with a first post where one is named.
type EnterPerson struct {
	Name   string     `json:"name" form:"name"`
	Login  string     `json:"login" form:"login"`
	Locale string     `json:"locale,omitempty" form:"locale"`
	Phone  string     `json:"phone,omitempty" form:"phone"`
	Unit   ident.Unit `json:"unit,omitempty" form:"unit"`
	Role   org.Role   `json:"role,omitempty" form:"role"`
	Title  string     `json:"title,omitempty" form:"title"`
}

// EnterPerson enters a person.
func (f *Flow) EnterPerson(ctx context.Context, a Actor, in EnterPerson) (org.Person, error) {
	return do(ctx, f, call{a, "EnterPerson", org.StageRegister, in}, func(t *act) (org.Person, error) {
		if err := t.mayRegister(in.Unit); err != nil {
			return org.Person{}, err
		}
		p := org.Person{ID: ident.Person(t.Mint()), Name: strings.TrimSpace(in.Name), Login: strings.ToLower(strings.TrimSpace(in.Login)), Locale: in.Locale, Phone: in.Phone, Active: true}
		if p.Locale == "" {
			p.Locale = "zh-CN"
		}
		if err := fault.Fields(checkPerson(p)); err != nil {
			return p, err
		}
		if err := t.loginFree(p.Login); err != nil {
			return p, err
		}
		if err := t.InsertPerson(&p); err != nil {
			return p, err
		}
		if _, err := t.fact("person", string(p.ID), p.Version, "", org.PersonEntered{Person: p.ID, Name: p.Name, Login: p.Login, Active: true}); err != nil {
			return p, err
		}
		if in.Unit == "" {
			return p, nil
		}
		_, err := t.holdPost(HoldPost{Person: p.ID, Unit: in.Unit, Role: in.Role, Title: in.Title})
		return p, err
	})
}

func checkPerson(p org.Person) []fault.Field {
	bad := append(org.Text("name", p.Name, 1, org.MaxShort), org.Text("login", p.Login, 2, org.MaxCode)...)
	bad = append(bad, org.Text("phone", p.Phone, 0, org.MaxCode)...)
	if p.Locale != "zh-CN" && p.Locale != "en" {
		bad = append(bad, fault.Field{Path: "locale", Code: "choose", Params: fault.Pairs("value", p.Locale)})
	}
	if strings.ContainsAny(p.Login, " \t\n") {
		bad = append(bad, fault.Field{Path: "login", Code: "no_spaces"})
	}
	return bad
}

// loginFree refuses the name of somebody else.
func (t *act) loginFree(login string) error {
	_, err := t.PersonByLogin(login)
	if err == nil {
		return fault.Bad("login", "taken", "value", login)
	}
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// HoldPost gives a person a post.
type HoldPost struct {
	Person ident.Person `json:"person" form:"person"`
	Unit   ident.Unit   `json:"unit" form:"unit"`
	Role   org.Role     `json:"role" form:"role"`
	Title  string       `json:"title,omitempty" form:"title"`
	From   string       `json:"from,omitempty" form:"from"`
	Until  string       `json:"until,omitempty" form:"until"`
}

// HoldPost gives a person a post in a unit, dated. The three administrators'
// posts exclude each other: nobody holds two of them.
func (f *Flow) HoldPost(ctx context.Context, a Actor, in HoldPost) (org.Post, error) {
	return do(ctx, f, call{a, "HoldPost", org.StageRegister, in}, func(t *act) (org.Post, error) {
		if err := t.mayRegister(in.Unit); err != nil {
			return org.Post{}, err
		}
		return t.holdPost(in)
	})
}

var thirds = []org.Role{org.Admin, org.Security, org.Auditor}

func (t *act) holdPost(in HoldPost) (org.Post, error) {
	from, err := optionalDate("from", in.From)
	if err != nil {
		return org.Post{}, err
	}
	until, err := optionalDate("until", in.Until)
	if err != nil {
		return org.Post{}, err
	}
	bad := org.Text("title", in.Title, 0, org.MaxTitle)
	if !in.Role.Valid() {
		bad = append(bad, fault.Field{Path: "role", Code: "choose", Params: fault.Pairs("value", string(in.Role))})
	}
	if until != 0 && until <= from {
		bad = append(bad, fault.Field{Path: "until", Code: "ends_before"})
	}
	if err := fault.Fields(bad); err != nil {
		return org.Post{}, err
	}
	if _, err := t.Tx.Unit(in.Unit); err != nil {
		return org.Post{}, err
	}
	if _, err := t.Person(in.Person); err != nil {
		return org.Post{}, err
	}
	have, err := t.PostsOf(in.Person, t.day)
	if err != nil {
		return org.Post{}, err
	}
	for _, p := range have {
		if p.Unit == in.Unit && p.Role == in.Role {
			return p, fault.Clash(fault.Why("already_held", "role", string(in.Role)))
		}
		if p.Role != in.Role && slices.Contains(thirds, p.Role) && slices.Contains(thirds, in.Role) {
			return p, fault.Deny(fault.Why("three_administrators", "have", string(p.Role), "want", string(in.Role)))
		}
	}
	p := org.Post{ID: ident.Post(t.Mint()), Person: in.Person, Unit: in.Unit, Role: in.Role, Title: in.Title, From: from, Until: until}
	if err := t.InsertPost(&p); err != nil {
		return p, err
	}
	_, err = t.fact("post", string(p.ID), p.Version, "", org.PostHeld{Post: p})
	return p, err
}

func (t *act) endPost(p *org.Post, until org.Date) error {
	p.Until = until
	if err := t.SavePost(p); err != nil {
		return err
	}
	_, err := t.fact("post", string(p.ID), p.Version, "", org.PostHeld{Post: *p})
	return err
}

// EndPost ends a post on a day.
func (f *Flow) EndPost(ctx context.Context, a Actor, id ident.Post, until string) (org.Post, error) {
	return do(ctx, f, call{a, "EndPost", org.StageRegister, []any{id, until}}, func(t *act) (org.Post, error) {
		p, err := t.Post(id)
		if err != nil {
			return p, err
		}
		if err := t.mayRegister(p.Unit); err != nil {
			return p, err
		}
		d, err := t.since("until", until)
		if err != nil {
			return p, err
		}
		if d < p.From {
			return p, fault.Bad("until", "ends_before")
		}
		return p, t.endPost(&p, d)
	})
}

// IssueToken is a person's new API token.
type IssueToken struct {
	Name   string      `json:"name" form:"name"`
	Scopes []org.Stage `json:"scopes" form:"scopes"`
	Days   int         `json:"days" form:"days"`
}

// MaxTokenDays bounds a token's life.
const MaxTokenDays = 366

// TokenView is a token without its secret.
type TokenView struct {
	ID      ident.Token `json:"id"`
	Name    string      `json:"name"`
	Scopes  []org.Stage `json:"scopes"`
	Created int64       `json:"created"`
	Expires int64       `json:"expires"`
	Revoked int64       `json:"revoked,omitempty"`
	Used    int64       `json:"used,omitempty"`
}

func viewToken(k store.Token) TokenView {
	return TokenView{ID: k.ID, Name: k.Name, Scopes: k.Scopes, Created: k.Created, Expires: k.Expires, Revoked: k.Revoked, Used: k.Used}
}

// TokenPrefix marks our tokens, so that a leaked one is recognised.
const TokenPrefix = "xs_"

// IssueToken makes a token for the actor; the secret is shown once and only its
// hash is kept.
func (f *Flow) IssueToken(ctx context.Context, a Actor, in IssueToken) (secret string, view TokenView, err error) {
	bad := org.Text("name", in.Name, 1, org.MaxTitle)
	if len(in.Scopes) == 0 {
		bad = append(bad, fault.Field{Path: "scopes", Code: "required"})
	}
	for i, s := range in.Scopes {
		if !slices.Contains(org.Stages, s) {
			bad = append(bad, fault.Field{Path: "scopes[" + strconv.Itoa(i) + "]", Code: "choose", Params: fault.Pairs("value", string(s))})
		}
	}
	if in.Days < 1 || in.Days > MaxTokenDays {
		bad = append(bad, fault.Field{Path: "days", Code: "out_of_range", Params: fault.Pairs("min", "1", "max", strconv.Itoa(MaxTokenDays))})
	}
	if err := fault.Fields(bad); err != nil {
		return "", view, err
	}
	if a.Scopes != nil {
		return "", view, fault.Deny(fault.Why("token_makes_no_token"))
	}
	src := f.cfg.Rand
	if src == nil {
		src = rand.Reader
	}
	raw := make([]byte, 20)
	if _, err := io.ReadFull(src, raw); err != nil {
		return "", view, err
	}
	secret = TokenPrefix + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw))
	sum := sha256.Sum256([]byte(secret))
	made := false
	view, err = do(ctx, f, call{a, "IssueToken", org.StageRegister, in}, func(t *act) (TokenView, error) {
		made = true
		k := store.Token{ID: ident.Token(t.Mint()), Hash: hex.EncodeToString(sum[:]), Person: a.Person, Name: in.Name, Scopes: in.Scopes, Created: t.Now(), Expires: t.Now() + int64(in.Days)*int64(24*time.Hour/time.Microsecond)}
		if err := t.InsertToken(k); err != nil {
			return TokenView{}, err
		}
		_, err := t.fact("token", string(k.ID), 1, "", org.TokenIssued{Token: k.ID, Person: a.Person, Name: k.Name, Scopes: k.Scopes, Expires: k.Expires})
		return viewToken(k), err
	})
	if !made { // the same key again: the first answer had the secret, nobody has it now
		secret = ""
	}
	return secret, view, err
}

// Tokens lists the actor's own tokens.
func (f *Flow) Tokens(ctx context.Context, a Actor) ([]TokenView, error) {
	return read(ctx, f, a, "Tokens", func(t *act) ([]TokenView, error) {
		ks, err := t.TokensOf(a.Person)
		out := make([]TokenView, len(ks))
		for i, k := range ks {
			out[i] = viewToken(k)
		}
		return out, err
	})
}

// RevokeToken ends a token: one's own, or, for a security officer, anybody's.
func (f *Flow) RevokeToken(ctx context.Context, a Actor, id ident.Token) error {
	_, err := do(ctx, f, call{a, "RevokeToken", org.StageRegister, id}, func(t *act) (struct{}, error) {
		var none struct{}
		k, err := t.Token(id)
		if err != nil {
			return none, err
		}
		security := slices.ContainsFunc(t.posts, func(p org.Post) bool { return p.Role == org.Security })
		if k.Person != a.Person && !security && !a.System {
			return none, fault.Missing("token", string(id))
		}
		if k.Revoked != 0 {
			return none, nil
		}
		if err := t.Tx.RevokeToken(id, t.Now()); err != nil {
			return none, err
		}
		_, err = t.fact("token", string(id), 2, "", org.TokenRevoked{Token: id, Person: k.Person})
		return none, err
	})
	return err
}
