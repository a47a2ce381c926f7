package web

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"

	"xinshu/internal/auth"
	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
)

// Cookies: the session, and the language of somebody who is not signed in.
const (
	sessionCookie = SessionCookie
	langCookie    = "xinshu_lang"
	doneCookie    = "xinshu_done"
)

// SessionCookie is the name of the session's cookie, by which whoever counts
// requests tells readers apart.
const SessionCookie = "xinshu"

// visit is one request: who, in which language, and what went wrong with the
// form that is about to be shown again.
type visit struct {
	cookie    string
	session   auth.Session
	signedIn  bool
	lang      string
	reference string
	problem   error
	done      []string // what was done, said on the page that answers the script
}

type visitKey struct{}

func visitOf(r *http.Request) *visit {
	v, ok := r.Context().Value(visitKey{}).(*visit)
	if !ok {
		return &visit{lang: languages[0]}
	}
	return v
}

// actor is the person who is signed in, in the chosen post.
func actor(r *http.Request) flow.Actor {
	v := visitOf(r)
	return flow.Actor{Person: v.session.Person, Post: v.session.Post}
}

// stranger is a visit of whom nothing is known but the language he chose.
func (s *Server) stranger(r *http.Request) *visit {
	v := &visit{lang: languages[0], reference: httpio.TraceOf(r.Context()).Ref}
	if v.reference == "" {
		v.reference = httpio.NewRef(rand.Reader)
	}
	if c, err := r.Cookie(langCookie); err == nil && s.catalogs[c.Value] != nil {
		v.lang = c.Value
	}
	return v
}

// enter recognises the cookie. Somebody whose session ended is a stranger.
func (s *Server) enter(r *http.Request) (*visit, error) {
	v := s.stranger(r)
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return v, nil
	}
	recognise := s.auth.Session
	if r.URL.Path == countPath {
		recognise = s.auth.Glance // a page that is left open must not keep its session alive
	}
	sess, err := recognise(r.Context(), c.Value)
	if fault.Is(err, fault.Denied) || fault.Is(err, fault.NotFound) {
		return v, nil
	}
	if err != nil {
		return v, err
	}
	v.cookie, v.session, v.signedIn = c.Value, sess, true
	httpio.TraceOf(r.Context()).Person = string(sess.Person)
	if s.catalogs[sess.Locale] != nil {
		v.lang = sess.Locale
	}
	return v, nil
}

func with(r *http.Request, v *visit) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
}

// once makes the verb that a creating form calls happen once, however often its
// button is pressed.
func once(r *http.Request) context.Context {
	if key := r.PostFormValue("once"); ident.Valid(key) {
		return flow.WithKey(r.Context(), key)
	}
	return r.Context()
}

func setCookie(w http.ResponseWriter, r *http.Request, name, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: httpio.HTTPS(r), SameSite: http.SameSiteLaxMode})
}

// formToken is what every form of a page carries: the session's secret, and whose
// session it was. The latter outlasts the session, so that what a late form says
// is shown to nobody else.
func (v *visit) formToken() string {
	if !v.signedIn {
		return ""
	}
	return v.session.FormToken + "." + string(v.session.Person)
}

// writtenBy is the person in a form's token; "" where it names none.
func writtenBy(token string) ident.Person {
	_, who, _ := strings.Cut(token, ".")
	return ident.Person(who)
}

// formOK checks that a form was ours.
func formOK(r *http.Request, v *visit) bool {
	given := r.Header.Get("X-Form-Token")
	if given == "" {
		given = r.PostFormValue("form_token")
	}
	secret, _, _ := strings.Cut(given, ".")
	return v.session.FormOK(secret)
}
