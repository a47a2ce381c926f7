// Package web is Xinshu's pages: server-rendered, in Chinese and English, one
// file and one template folder per stage of the flow.
//
// A handler decodes a request, calls one verb of flow as the person who is
// signed in, and either redirects to the page that shows the result or shows
// the form again with what has to change. Handlers return errors; one adapter
// (answer.go) turns a kind of error into a status and a page. A page is rendered
// to a buffer before anything is sent, and the last-resort error page is rendered
// when the server starts, so that half a page is never answered with 200.
//
// Every page has a struct, its template and its sentences in the catalogue; a
// test executes each template with its struct in both languages and fails on a
// sentence that is missing, unused, or there in one language only.
//
// Every form carries the session's token and is refused across origins. Pages
// work without script; xinshu.js adds keys, live lengths and autosave.
//
// The package decides nothing about who may do what: buttons and refusals come
// from flow as data. It touches no database.
//
// To test with it, open a store, make flow and auth, call New and drive Handler
// with net/http/httptest; see web_test.go.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"xinshu/internal/auth"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/org"
)

// Config is what the pages are handed besides the verbs.
type Config struct {
	Demo         bool   // offer one person per role at the door
	DevTemplates string // read templates from this folder on every request
	Log          *slog.Logger
	Clock        func() time.Time
	Version      string
	Node         string // what this installation calls itself, in the footer
	Prefix       string // the path everything lies below, "/xinshu"; empty = the root
}

// Server answers with pages.
type Server struct {
	flow *flow.Flow
	auth *auth.Auth
	cfg  Config
	log  *slog.Logger

	catalogs map[string]*catalog
	terms    atomic.Pointer[[]org.Term]
	sets     map[string]*set // by language
	calm     map[string][]byte

	cast     sync.Mutex
	demoCast []castMember
}

// New reads the catalogues and templates; a mistake in them stops the start.
func New(f *flow.Flow, a *auth.Auth, c Config) (*Server, error) {
	s := &Server{flow: f, auth: a, cfg: c, log: c.Log}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	var err error
	if s.catalogs, err = loadCatalogs(messageFiles); err != nil {
		return nil, err
	}
	defaults := org.Terms
	s.terms.Store(&defaults)
	if s.sets, err = s.parseAll(); err != nil {
		return nil, err
	}
	if s.calm, err = s.renderCalm(); err != nil {
		return nil, err
	}
	return s, nil
}

// Handler is the whole site.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, r := range s.routes() {
		mux.Handle(r.pattern, s.answer(r))
	}
	mux.Handle("/", s.answer(route{"/", func(http.ResponseWriter, *http.Request) error { return errNoPage }, anybody}))
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(s.answer(route{"", func(http.ResponseWriter, *http.Request) error { return errForeignForm }, anybody}))
	return httpio.Secure(httpio.Gzip(httpio.Links(s.cfg.Prefix, guard.Handler(mux))))
}

// tongue is the words of one language, as of now.
func (s *Server) tongue(lang string) tongue {
	c, ok := s.catalogs[lang]
	if !ok {
		c = s.catalogs[languages[0]]
	}
	return tongue{catalog: c, now: s.cfg.Clock, where: s.flow.Location(), terms: &s.terms}
}

// learnTerms reads the words that are data; the defaults serve until then.
func (s *Server) learnTerms(ctx context.Context) {
	var all []org.Term
	for _, list := range []string{"form", "genre", "reason", "channel", "network", "phrase"} {
		ts, err := s.flow.Terms(ctx, list)
		if err != nil {
			s.log.WarnContext(ctx, "words not read", "list", list, "error", err)
			return
		}
		all = append(all, ts...)
	}
	if len(all) > 0 {
		s.terms.Store(&all)
	}
}
