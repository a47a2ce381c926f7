package auth

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// How long a session lasts.
const (
	Idle     = 12 * time.Hour     // without a request
	Absolute = 7 * 24 * time.Hour // in any case

	touchAfter = 5 * time.Minute // how exactly "without a request" is kept
)

// Session is a signed-in browser.
type Session struct {
	Person    ident.Person
	Post      ident.Post // the chosen post; "" = the first
	FormToken string     // must come back with every form
	Locale    string     // zh-CN or en
	Theme     string     // "", light or dark
	Size      string     // "", large, larger
	Expires   int64      // in any case, microseconds
}

// FormOK compares a form's token in constant time.
func (s Session) FormOK(given string) bool {
	return s.FormToken != "" && subtle.ConstantTimeCompare([]byte(given), []byte(s.FormToken)) == 1
}

func opened(s store.Session) Session {
	return Session{Person: s.Person, Post: s.Post, FormToken: s.Form, Locale: s.Locale, Theme: s.Theme, Size: s.Size, Expires: s.Expires}
}

// SignIn checks a login and password and begins a session. place is the address
// the request came from. Every failure says the same, whether the login is
// unknown, has no password or the password is wrong.
func (a *Auth) SignIn(ctx context.Context, login, password, place string) (cookie string, sess Session, err error) {
	defer fault.Wrap(&err, "auth.SignIn")
	login = strings.TrimSpace(login)
	var bad []fault.Field
	if login == "" {
		bad = append(bad, fault.Field{Path: "login", Code: "required"})
	}
	if password == "" {
		bad = append(bad, fault.Field{Path: "password", Code: "required"})
	}
	if len(bad) > 0 {
		return "", Session{}, fault.Fields(bad)
	}
	if len(login) > 4*org.MaxName || len(password) > 4*MaxPassword {
		return "", Session{}, wrongSignIn()
	}
	key := strings.ToLower(login) // as it is kept
	if err := a.mayTry(key, place); err != nil {
		return "", Session{}, err
	}
	person, ok, err := a.verify(ctx, key, password)
	if err != nil {
		a.honest(key, place) // our failure, not a guess
		return "", Session{}, err
	}
	if !ok {
		return "", Session{}, wrongSignIn()
	}
	a.honest(key, place)
	return a.begin(ctx, person.ID)
}

func wrongSignIn() error { return fault.Deny(fault.Why("wrong_sign_in")) }

// mayTry takes one try of the login and one of the place, or of neither.
func (a *Auth) mayTry(login, place string) error {
	now := a.now()
	wait, ok := a.byPlace.take(place, now)
	if ok {
		if wait, ok = a.byLogin.take(login, now); !ok {
			a.byPlace.giveBack(place, now)
		}
	}
	if ok {
		return nil
	}
	seconds := int64((wait + time.Second - 1) / time.Second)
	return fault.Deny(fault.Reason{Code: "too_many_attempts", Params: fault.Pairs("seconds", strconv.FormatInt(seconds, 10)),
		Until: now.Add(wait).UnixMicro(), Override: string(org.Security)})
}

func (a *Auth) honest(login, place string) {
	now := a.now()
	a.byLogin.giveBack(login, now)
	a.byPlace.giveBack(place, now)
}

// verify does the same work for every login: one read and one hash.
func (a *Auth) verify(ctx context.Context, login, password string) (person org.Person, ok bool, err error) {
	want, known := nobody, false
	err = a.view(ctx, func(tx *store.Tx) error {
		p, err := tx.PersonByLogin(login)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		text, err := tx.PasswordOf(p.ID)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if text == "" {
			return nil
		}
		parsed, err := parsePHC(text)
		if err != nil {
			return err
		}
		person, want, known = p, parsed, true
		return nil
	})
	if err != nil {
		return person, false, err
	}
	release, err := a.slot(ctx)
	if err != nil {
		return person, false, err
	}
	defer release()
	return person, want.matches(password) && known, nil
}

// SignInAs begins a session without a password: the demo's one-click people.
// Nothing but the demo may be wired to it.
func (a *Auth) SignInAs(ctx context.Context, person ident.Person) (cookie string, sess Session, err error) {
	defer fault.Wrap(&err, "auth.SignInAs")
	return a.begin(ctx, person)
}

// begin writes a new session; the cookie leaves here and is nowhere else.
func (a *Auth) begin(ctx context.Context, person ident.Person) (string, Session, error) {
	c, err := a.secret()
	if err != nil {
		return "", Session{}, err
	}
	f, err := a.secret()
	if err != nil {
		return "", Session{}, err
	}
	cookie := base64.RawURLEncoding.EncodeToString(c)
	now := a.now()
	s := store.Session{ID: Hash(cookie), Person: person, Form: base64.RawURLEncoding.EncodeToString(f),
		Created: now.UnixMicro(), Seen: now.UnixMicro(), Expires: now.Add(Absolute).UnixMicro()}
	err = a.store.Update(ctx, func(tx *store.Tx) error {
		p, err := active(tx, person)
		if err != nil {
			return err
		}
		s.Locale = p.Locale
		return tx.InsertSession(s)
	})
	if err != nil {
		return "", Session{}, err
	}
	return cookie, opened(s), nil
}

// Session recognises a cookie. A missing, ended or foreign one is refused with
// the reason session_ended.
func (a *Auth) Session(ctx context.Context, cookie string) (sess Session, err error) {
	defer fault.Wrap(&err, "auth.Session")
	s, err := a.known(ctx, cookie)
	if err != nil {
		return Session{}, err
	}
	if now := a.micros(); now-s.Seen > touchAfter.Microseconds() {
		// A full disk must not sign people out: the session stays good, only
		// its idle clock is not wound up.
		_ = a.store.Update(ctx, func(tx *store.Tx) error { return tx.TouchSession(s.ID, now) })
	}
	return opened(s), nil
}

// Glance recognises a cookie as Session does, and leaves its idle clock alone: for
// what a page asks by itself, with nobody in front of it.
func (a *Auth) Glance(ctx context.Context, cookie string) (sess Session, err error) {
	defer fault.Wrap(&err, "auth.Glance")
	s, err := a.known(ctx, cookie)
	if err != nil {
		return Session{}, err
	}
	return opened(s), nil
}

// known reads the session of a cookie, if it still holds.
func (a *Auth) known(ctx context.Context, cookie string) (s store.Session, err error) {
	if cookie == "" {
		return s, ended()
	}
	now := a.micros()
	err = a.view(ctx, func(tx *store.Tx) error {
		s, err = tx.Session(Hash(cookie))
		if fault.Is(err, fault.NotFound) {
			return ended()
		}
		if err != nil {
			return err
		}
		if now >= s.Expires || now-s.Seen >= Idle.Microseconds() {
			return ended()
		}
		_, err := active(tx, s.Person)
		return err
	})
	return s, err
}

func ended() error { return fault.Deny(fault.Why("session_ended")) }

// SwitchPost chooses in which of one's posts one works.
func (a *Auth) SwitchPost(ctx context.Context, cookie string, post ident.Post) (err error) {
	defer fault.Wrap(&err, "auth.SwitchPost")
	day := a.today()
	return a.change(ctx, cookie, func(tx *store.Tx, s *store.Session) error {
		posts, err := tx.PostsOf(s.Person, day)
		if err != nil {
			return err
		}
		if post != "" && !slices.ContainsFunc(posts, func(p org.Post) bool { return p.ID == post }) {
			return fault.Bad("post", "not_your_post")
		}
		s.Post = post
		return nil
	})
}

// Prefs are how a person likes the pages. Empty fields stay as they are.
type Prefs struct {
	Locale string `json:"locale" form:"locale"`
	Theme  string `json:"theme" form:"theme"`
	Size   string `json:"size" form:"size"`
}

// What may be chosen.
var (
	Locales = []string{"zh-CN", "en"}
	Themes  = []string{"auto", "light", "dark"}
	Sizes   = []string{"normal", "large", "larger"}
)

// SetPrefs keeps them with the session.
func (a *Auth) SetPrefs(ctx context.Context, cookie string, in Prefs) (err error) {
	defer fault.Wrap(&err, "auth.SetPrefs")
	var bad []fault.Field
	for _, f := range []struct {
		path, value string
		known       []string
	}{{"locale", in.Locale, Locales}, {"theme", in.Theme, Themes}, {"size", in.Size, Sizes}} {
		if f.value != "" && !slices.Contains(f.known, f.value) {
			bad = append(bad, fault.Field{Path: f.path, Code: "unknown_word", Params: fault.Pairs("value", f.value, "known", strings.Join(f.known, ", "))})
		}
	}
	if len(bad) > 0 {
		return fault.Fields(bad)
	}
	return a.change(ctx, cookie, func(_ *store.Tx, s *store.Session) error {
		for to, v := range map[*string]string{&s.Locale: in.Locale, &s.Theme: in.Theme, &s.Size: in.Size} {
			if v != "" {
				*to = v
			}
		}
		return nil
	})
}

func (a *Auth) change(ctx context.Context, cookie string, fn func(tx *store.Tx, s *store.Session) error) error {
	if _, err := a.known(ctx, cookie); err != nil {
		return err
	}
	return a.store.Update(ctx, func(tx *store.Tx) error {
		s, err := tx.Session(Hash(cookie))
		if err != nil {
			return err
		}
		if err := fn(tx, &s); err != nil {
			return err
		}
		return tx.SaveSession(s)
	})
}

// SignOut ends the session of a cookie. An unknown one is already out.
func (a *Auth) SignOut(ctx context.Context, cookie string) (err error) {
	defer fault.Wrap(&err, "auth.SignOut")
	if cookie == "" {
		return nil
	}
	return a.store.Update(ctx, func(tx *store.Tx) error { return tx.DropSession(Hash(cookie)) })
}
