package web

import (
	"net"
	"net/http"
	"net/url"

	"xinshu/internal/auth"
	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// signInPage is the door.
type signInPage struct {
	Frame
	To   string
	Kept *keptForm // what came too late, and waits for whoever signs in
	Cast []castMember
}

func (*signInPage) template() string { return "signin/signin" }

// castMember is one person at the demo's door.
type castMember struct {
	Person ident.Person
	Post   ident.Post
	Name   string
	Role   org.Role
	Unit   string
	Title  string
	level  org.Level
}

// signIn handles GET /sign-in.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) error {
	p := &signInPage{Frame: s.frame(r, "signin.head"), To: ourPath(r.FormValue("to")), Kept: keptThrough(r)}
	p.Path = "/sign-in"
	if s.cfg.Demo {
		cast, err := s.findCast(r)
		if err != nil {
			return err
		}
		p.Cast = cast
	}
	return s.page(w, r, p)
}

// signInDo handles POST /sign-in.
func (s *Server) signInDo(w http.ResponseWriter, r *http.Request) error {
	place, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		place = r.RemoteAddr
	}
	cookie, _, err := s.auth.SignIn(r.Context(), r.PostFormValue("login"), r.PostFormValue("password"), place)
	if err != nil {
		return s.again(w, r, err, s.signIn)
	}
	return s.welcome(w, r, cookie)
}

// demoSignIn handles POST /demo/sign-in: one click, no password, in the demo only.
func (s *Server) demoSignIn(w http.ResponseWriter, r *http.Request) error {
	if !s.cfg.Demo {
		return errNoPage
	}
	cookie, _, err := s.auth.SignInAs(r.Context(), ident.Person(r.PostFormValue("person")))
	if err != nil {
		return s.again(w, r, err, s.signIn)
	}
	if post := ident.Post(r.PostFormValue("post")); post != "" {
		if err := s.auth.SwitchPost(r.Context(), cookie, post); err != nil {
			return s.again(w, r, err, s.signIn)
		}
	}
	return s.welcome(w, r, cookie)
}

func (s *Server) welcome(w http.ResponseWriter, r *http.Request, cookie string) error {
	s.learnTerms(r.Context())
	setCookie(w, r, sessionCookie, cookie, int(auth.Absolute.Seconds()))
	if c, err := r.Cookie(langCookie); err == nil {
		if err := s.auth.SetPrefs(r.Context(), cookie, auth.Prefs{Locale: c.Value}); err != nil && !fault.Is(err, fault.Invalid) {
			return err
		}
	}
	if k := keptThrough(r); k != nil {
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: cookie})
		v, err := s.enter(r)
		if err != nil {
			return err
		}
		if k.By == v.session.Person { // another's is not shown
			return s.sendAgain(w, with(r, v), k, http.StatusOK)
		}
	}
	return s.seeOther(w, r, ourPath(r.PostFormValue("to")), "")
}

// signOut handles POST /sign-out.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.auth.SignOut(r.Context(), visitOf(r).cookie); err != nil {
		return err
	}
	setCookie(w, r, sessionCookie, "", -1)
	return s.seeOther(w, r, "/sign-in", "")
}

// language handles GET /language for those who are not signed in.
func (s *Server) language(w http.ResponseWriter, r *http.Request) error {
	if to := r.FormValue("to"); s.catalogs[to] != nil {
		setCookie(w, r, langCookie, to, 365*24*3600)
	}
	return s.seeOther(w, r, "/sign-in", "")
}

// prefs handles POST /prefs: language, theme, size of print.
func (s *Server) prefs(w http.ResponseWriter, r *http.Request) error {
	in := auth.Prefs{Locale: r.PostFormValue("locale"), Theme: r.PostFormValue("theme"), Size: r.PostFormValue("size")}
	if err := s.auth.SetPrefs(r.Context(), visitOf(r).cookie, in); err != nil {
		return err
	}
	if in.Locale != "" {
		setCookie(w, r, langCookie, in.Locale, 365*24*3600)
	}
	return s.seeOther(w, r, ourPath(r.PostFormValue("to")), "")
}

// switchPost handles POST /post.
func (s *Server) switchPost(w http.ResponseWriter, r *http.Request) error {
	if err := s.auth.SwitchPost(r.Context(), visitOf(r).cookie, ident.Post(r.PostFormValue("post"))); err != nil {
		return err
	}
	return s.seeOther(w, r, "/", "")
}

// castUnits bounds the walk through the demo's tree.
const castUnits = 80

// findCast picks one person for each role, once; higher units first.
func (s *Server) findCast(r *http.Request) ([]castMember, error) {
	s.cast.Lock()
	defer s.cast.Unlock()
	if len(s.demoCast) == len(org.Roles) {
		return s.demoCast, nil // while the demo is still growing, look again
	}
	found := map[org.Role]castMember{}
	queue := []ident.Unit{""}
	for n := 0; len(queue) > 0 && n < castUnits; n++ {
		id := queue[0]
		queue = queue[1:]
		v, err := s.flow.Unit(r.Context(), flow.Actor{System: true}, id, "")
		if err != nil {
			return nil, err
		}
		for _, c := range v.Children {
			queue = append(queue, c.ID)
		}
		for _, row := range v.People {
			for _, p := range row.Posts {
				m := castMember{row.Person.ID, p.ID, row.Person.Name, p.Role, p.UnitName, p.Title, p.Level}
				old, there := found[p.Role]
				if !there || better(m, old) {
					found[p.Role] = m
				}
			}
		}
	}
	s.demoCast = nil
	for _, role := range org.Roles {
		if m, ok := found[role]; ok {
			s.demoCast = append(s.demoCast, m)
		}
	}
	return s.demoCast, nil
}

// better prefers the people of one journey: a township writes and signs, the
// county above it edits, prints, reads and scores.
func better(m, old castMember) bool { return fits(m) && !fits(old) }

func fits(m castMember) bool {
	switch m.Role {
	case org.Reporter, org.Reviewer, org.Secrecy, org.Signer:
		return m.level == org.Township
	}
	return m.level == org.County
}

// ourPath is a path of this site, or the start page.
func ourPath(to string) string {
	if !httpio.SafePath(to) {
		return "/"
	}
	return to
}

// query makes an address with its parameters: pairs of names and values, empty
// ones left out.
func query(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Add(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
