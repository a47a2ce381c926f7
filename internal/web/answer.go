package web

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/httpio"
)

// access says who may ask for a route at all; what a person may do there is
// flow's decision.
type access int

const (
	anybody  access = iota // also somebody who is not signed in
	signedIn               // with a session; forms with its token
)

// handler answers a request or says why not.
type handler func(http.ResponseWriter, *http.Request) error

type route struct {
	pattern string
	handle  handler
	access  access
}

var (
	errNoPage      = fault.Missing("page", "")
	errForeignForm = fault.Deny(fault.Why("foreign_form"))
	errStaleForm   = fault.Deny(fault.Why("stale_form"))
	errDisconnect  = errors.New("the reader went away")
)

// Bounds of a body: a form, a form with a file, and what of it stays in memory.
const (
	maxForm   = 4 << 20
	maxUpload = 64 << 20
	inMemory  = 8 << 20
)

// answer is the one adapter between handlers and HTTP. A panic becomes the error
// page, with the stack in the log under the number on the page.
func (s *Server) answer(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		httpio.TraceOf(r.Context()).Route = httpio.RouteOf(rt.pattern)
		if err := httpio.TooMany(r); err != nil {
			s.fail(w, with(r, s.stranger(r)), err)
			return
		}
		v, err := s.enter(r)
		r = with(r, v)
		defer func() {
			if broken := recover(); broken != nil {
				if broken == http.ErrAbortHandler {
					panic(broken)
				}
				s.fail(w, r, fmt.Errorf("panic: %v\n%s", broken, debug.Stack()))
			}
		}()
		if err == nil {
			err = s.admit(w, r, rt)
		}
		if err == nil {
			err = rt.handle(w, r)
		}
		if err != nil && !errors.Is(err, errAnswered) && !errors.Is(err, errDisconnect) {
			s.fail(w, r, err)
		}
	})
}

// errAnswered ends a request that has its answer already.
var errAnswered = errors.New("answered")

// admit sends strangers to the door and refuses forms that are not ours.
func (s *Server) admit(w http.ResponseWriter, r *http.Request, rt route) error {
	v := visitOf(r)
	write := r.Method == http.MethodPost
	if write {
		if err := readForm(w, r); err != nil {
			return err
		}
	}
	if rt.access == anybody {
		return nil
	}
	if !v.signedIn {
		if write {
			err := fault.Deny(fault.Why("sign_in_first"))
			if keeps(r) {
				return s.keep(w, r, err)
			}
			return err
		}
		to := "/sign-in"
		if r.URL.Path != "/" {
			to += "?to=" + url.QueryEscape(r.URL.RequestURI())
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return errAnswered
	}
	if write && !formOK(r, v) {
		return s.stale(w, r, rt)
	}
	return nil
}

// stale refuses a form from before another sign-in. What was written comes back on
// the page with its new token, to be sent once more by whoever wrote it: nothing
// is done, and another person is not shown it.
func (s *Server) stale(w http.ResponseWriter, r *http.Request, rt route) error {
	show := map[string]handler{"POST /items": s.write, "POST /items/{id}/edit": s.rewrite, "POST /filings/{id}/edit": s.edit}[rt.pattern]
	if show == nil && keeps(r) { // a form of one step: it is shown, and sent again by one press
		return s.keep(w, r, errStaleForm)
	}
	if show == nil || partial(r) || r.PostFormValue("writer") != string(visitOf(r).session.Person) {
		return errStaleForm
	}
	if err := s.again(w, r, fault.Deny(fault.Why("stale_writing")), show); err != nil {
		return err
	}
	return errAnswered
}

// readForm reads a form once, bounded, so that a body that is too large is
// refused as such and not as a form without its token.
func readForm(w http.ResponseWriter, r *http.Request) error {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
		return r.ParseMultipartForm(inMemory)
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	return r.ParseForm()
}

// page renders to a buffer and then answers.
func (s *Server) page(w http.ResponseWriter, r *http.Request, p page) error {
	f := p.frame()
	status := http.StatusOK
	if f.Problem != nil {
		status = httpio.Status(f.Problem.Kind)
	}
	return s.send(w, r, status, p)
}

// partial reports whether a script asks, which puts the answer into the page.
func partial(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }

func (s *Server) send(w http.ResponseWriter, r *http.Request, status int, p page) error {
	v := visitOf(r)
	f := p.frame()
	if n, ok := p.(named); ok {
		f.names = n.names()
	}
	if f.Problem != nil {
		f.Problem.speak(f)
	}
	f.Done = cmp.Or(s.takeDone(w, r), f.Done)
	f.Part = partial(r)
	var b bytes.Buffer
	if err := s.render(&b, v.lang, p); err != nil {
		return fmt.Errorf("render %s: %w", p.template(), err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", v.lang)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Vary", "Cookie, HX-Request")
	w.WriteHeader(status)
	if _, err := w.Write(b.Bytes()); err != nil {
		return errDisconnect
	}
	return nil
}

// again shows the form a verb refused, with the reasons on it and everything
// that was typed. Anything but a refusal or bad input goes to the error page.
func (s *Server) again(w http.ResponseWriter, r *http.Request, err error, show handler) error {
	_, refused := fault.Refused(err)
	_, bad := fault.BadFields(err)
	if !refused && !bad {
		return err
	}
	visitOf(r).problem = err
	if serr := show(w, r); serr != nil {
		return errors.Join(err, serr)
	}
	return nil
}

// fail answers with the error page; internal ones are logged in full and shown
// as one calm sentence with the number under which they are in the log.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	v := visitOf(r)
	kind := fault.KindOf(err)
	status := httpio.StatusOf(err)
	if tooBig, ok := errors.AsType[*http.MaxBytesError](err); ok {
		kind, status = fault.Invalid, http.StatusRequestEntityTooLarge
		err = fault.Bad("form", "too_large", "max", strconv.FormatInt(tooBig.Limit>>20, 10)+" MB")
	}
	s.logFailure(r, v, status, err)
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	if partial(r) { // the page is gone: the whole of this takes its place
		w.Header().Set("HX-Retarget", "body")
		w.Header().Set("HX-Reswap", "innerHTML")
	}
	p := &errorPage{Frame: s.frame(r, ""), Kind: calmWord(kind, err), Reference: v.reference}
	p.Head = p.tongue.say("error." + p.Kind + ".head")
	if kind == fault.Invalid || kind == fault.Denied || kind == fault.Conflict {
		p.Problem = problemOf(err)
	}
	if serr := s.send(w, r, status, p); serr == nil || errors.Is(serr, errDisconnect) {
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusInternalServerError)
	if _, werr := w.Write(bytes.ReplaceAll(s.calm[v.lang], []byte(calmGap), []byte(v.reference))); werr != nil {
		s.log.DebugContext(r.Context(), "the reader went away", "error", werr)
	}
}

// logFailure keeps an error where the number on the page leads to: the whole of
// it, but of a refusal only the codes, whose parameters are what somebody wrote.
func (s *Server) logFailure(r *http.Request, v *visit, status int, err error) {
	level, what := slog.LevelError, any(err)
	if status < http.StatusInternalServerError {
		level, what = slog.LevelInfo, codesOf(err)
	} else if status == http.StatusServiceUnavailable {
		level = slog.LevelWarn
	}
	s.log.Log(r.Context(), level, "a page failed", "ref", v.reference, "method", r.Method, "route", httpio.TraceOf(r.Context()).Route, "status", status, "person", string(v.session.Person), "err", what)
}

// codesOf are what is wrong, without a word of what was sent.
func codesOf(err error) string {
	e, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return ""
	}
	codes := []string{string(e.Kind)}
	for _, f := range e.Fields {
		codes = append(codes, f.Path+" "+f.Code)
	}
	for _, r := range e.Reasons {
		codes = append(codes, r.Code)
	}
	return strings.Join(codes, ", ")
}

// calmWord is under which word the catalogue has the page for an error: its kind,
// but not "nothing was saved" where nobody knows, or where nothing was tried.
func calmWord(kind fault.Kind, err error) string {
	if e, ok := errors.AsType[*fault.Error](err); ok && len(e.Reasons) == 1 {
		switch e.Reasons[0].Code {
		case "perhaps_saved":
			return "perhaps"
		case "too_many_requests":
			return "too_many"
		}
	}
	return string(kind)
}

// errorPage is the adapter's own page.
type errorPage struct {
	Frame
	Kind      string
	Reference string
}

func (*errorPage) template() string { return "error/error" }

// seeOther goes on to the page that shows the result, with one line on it: the
// sentence done.KEY with its parameters.
func (s *Server) seeOther(w http.ResponseWriter, r *http.Request, to, key string, pairs ...string) error {
	if key != "" {
		s.putDone(w, r, append([]string{key}, pairs...))
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// leadOn is seeOther after a form that a script may have sent for a part of its
// page: the script is told to go on too, and does not put the next page into this one.
func (s *Server) leadOn(w http.ResponseWriter, r *http.Request, to, key string, pairs ...string) error {
	if !partial(r) {
		return s.seeOther(w, r, to, key, pairs...)
	}
	s.putDone(w, r, append([]string{key}, pairs...))
	w.Header().Set("HX-Redirect", to)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// putDone leaves the line in a cookie for the next page. It is sealed with the
// session's own token, so that nobody else can put words on the page.
func (s *Server) putDone(w http.ResponseWriter, r *http.Request, parts []string) {
	body, err := json.Marshal(parts)
	if err != nil {
		return // strings always marshal
	}
	seal := doneSeal(visitOf(r), body)
	setCookie(w, r, doneCookie, base64.RawURLEncoding.EncodeToString(append(seal, body...)), 60)
}

func doneSeal(v *visit, body []byte) []byte {
	m := hmac.New(sha256.New, []byte("done:"+v.session.FormToken))
	m.Write(body)
	return m.Sum(nil)[:16]
}

// takeDone reads the line and clears it.
func (s *Server) takeDone(w http.ResponseWriter, r *http.Request) string {
	c, err := r.Cookie(doneCookie)
	if err != nil {
		return ""
	}
	setCookie(w, r, doneCookie, "", -1)
	v := visitOf(r)
	raw, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || len(raw) < 16 || !hmac.Equal(raw[:16], doneSeal(v, raw[16:])) {
		return ""
	}
	var parts []string
	if json.Unmarshal(raw[16:], &parts) != nil || len(parts) == 0 {
		return ""
	}
	return s.tongue(v.lang).with("done."+parts[0], fault.Pairs(parts[1:]...))
}
