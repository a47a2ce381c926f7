package web

import (
	"context"
	"net/http"

	"xinshu/internal/auth"
	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
)

// Cookies: the session, and the language of somebody who is not signed in.
const (
	sessionCookie = "xinshu"
	langCookie    = "xinshu_lang"
	doneCookie    = "xinshu_done"
)

// visit is one request: who, in which language, and what went wrong with the
// form that is about to be shown again.
type visit struct {
	cookie    string
	session   auth.Session
	signedIn  bool
	lang      string
	reference string
	problem   error
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

// enter recognises the cookie. Somebody whose session ended is a stranger.
func (s *Server) enter(r *http.Request) (*visit, error) {
	v := &visit{lang: languages[0], reference: reference()}
	if c, err := r.Cookie(langCookie); err == nil && s.catalogs[c.Value] != nil {
		v.lang = c.Value
	}
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return v, nil
	}
	sess, err := s.auth.Session(r.Context(), c.Value)
	if fault.Is(err, fault.Denied) || fault.Is(err, fault.NotFound) {
		return v, nil
	}
	if err != nil {
		return v, err
	}
	v.cookie, v.session, v.signedIn = c.Value, sess, true
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
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https", SameSite: http.SameSiteLaxMode})
}

// formOK checks that a form was ours.
func formOK(r *http.Request, v *visit) bool {
	given := r.Header.Get("X-Form-Token")
	if given == "" {
		given = r.PostFormValue("form_token")
	}
	return v.session.FormOK(given)
}
