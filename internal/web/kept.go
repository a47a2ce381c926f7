package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"xinshu/internal/httpio"
	"xinshu/internal/ident"
)

// keptForm is a form that came without its session: too late, or after somebody
// signed in anew. It is not taken and not lost: it is shown, goes along through
// the door, and one press sends it again.
type keptForm struct {
	To    string       // where it was sent
	Body  string       // its fields, encoded
	By    ident.Person // who wrote it: nobody else is shown it
	Texts []keptText
}

// keptText is one thing that somebody wrote in it.
type keptText struct{ Field, Text string }

// sentences are the fields in which people write sentences; p is a paragraph of a
// composite.
var sentences = []string{"title", "body", "p", "remark", "text", "note", "notice", "reply", "why", "caption", "lines"}

// keptFrom takes a form apart. What only its page knew stays behind: its token.
func keptFrom(to string, by ident.Person, form url.Values) *keptForm {
	k := &keptForm{To: to, By: by}
	fields := url.Values{}
	for name, values := range form {
		if name != "form_token" {
			fields[name] = values
		}
	}
	k.Body = fields.Encode()
	for _, name := range sentences {
		for _, v := range fields[name] {
			if strings.TrimSpace(v) != "" {
				k.Texts = append(k.Texts, keptText{name, v})
			}
		}
	}
	return k
}

// Fields are its fields one by one, in an order that stays.
func (k *keptForm) Fields() (out []keptText) {
	fields, err := url.ParseQuery(k.Body)
	if err != nil {
		return nil
	}
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, v := range fields[name] {
			out = append(out, keptText{name, v})
		}
	}
	return out
}

// Back is the page it was filled in on, or near it.
func (k *keptForm) Back() string {
	at := k.To
	if i := strings.LastIndexByte(at, '/'); i > 0 {
		at = at[:i]
	}
	return at
}

// keptPage shows a form that can be sent again, to somebody who is signed in.
type keptPage struct {
	Frame
	Kept *keptForm
}

func (*keptPage) template() string { return "signin/kept" }

// keeps reports whether a refused form is one that its writer can send again: a
// plain one of a page, neither a file nor what a script sends by itself.
func keeps(r *http.Request) bool {
	return r.Method == http.MethodPost && !partial(r) && r.Header.Get("X-Form-Token") == "" && strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
}

// keep answers a form that came without its session, with err as the reason.
func (s *Server) keep(w http.ResponseWriter, r *http.Request, err error) error {
	k := keptFrom(r.URL.Path, writtenBy(r.PostFormValue("form_token")), r.PostForm)
	if v := visitOf(r); v.signedIn && k.By == v.session.Person {
		return s.sendAgain(w, r, k, http.StatusForbidden)
	} else if v.signedIn { // another's, or nobody's
		return err
	}
	p := &signInPage{Frame: s.frame(r, "kept.head"), Kept: k, To: k.Back()} // its own words say why; the reason would say it twice
	p.Path = "/sign-in"
	if s.cfg.Demo {
		cast, cerr := s.findCast(r)
		if cerr != nil {
			return cerr
		}
		p.Cast = cast
	}
	if serr := s.send(w, r, httpio.StatusOf(err), p); serr != nil {
		return serr
	}
	return errAnswered
}

// sendAgain shows the form with the token of the session that is there now.
func (s *Server) sendAgain(w http.ResponseWriter, r *http.Request, k *keptForm, status int) error {
	p := &keptPage{Frame: s.frame(r, "kept.again"), Kept: k}
	if err := s.send(w, r, status, p); err != nil {
		return err
	}
	return errAnswered
}

// keptThrough is the form that came along through the door.
func keptThrough(r *http.Request) *keptForm {
	to := ourPath(r.PostFormValue("kept_to"))
	fields, err := url.ParseQuery(r.PostFormValue("kept"))
	if r.PostFormValue("kept_to") == "" || to == "/" || err != nil {
		return nil
	}
	return keptFrom(to, ident.Person(r.PostFormValue("kept_by")), fields)
}
