// Package api is Xinshu as JSON under /api/v1: every verb and every list of
// flow, for other systems and for scripts.
//
// One file per stage holds the routes in the order of the flow; a route does
// nothing but name the verb. The OpenAPI 3.1 description is generated from the
// same code and served at /api/openapi.json.
//
// Guarantees: a request is somebody's only by its bearer token (no cookie is
// read here, so no page of a stranger can act for a signed-in person); whatever
// goes wrong is application/problem+json with a code, a sentence in the reader's
// language and a reference number that stands in the log beside the full error;
// bodies and pages are bounded; a POST with an Idempotency-Key has happened once
// however often it is sent; items and filings say which verbs are allowed and
// why the others are not.
//
// It decides nothing: permission, change and record are flow's. The tests run a
// store in a temporary folder, flow and auth behind an httptest server.
package api

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"xinshu/internal/auth"
	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/org"
)

// Bounds of a request.
const (
	maxJSON = 1 << 20 // an ordinary body
	maxText = 2 << 20 // a body that carries an item's text
	slow    = 30 * time.Second

	minKey, maxKey = 8, 128
)

// Config is what the edge is handed. Rand makes reference numbers.
type Config struct {
	Log       *slog.Logger
	Rand      io.Reader
	MaxUpload int64  // of one attachment; 0 = flow's default
	Prefix    string // the path everything lies below, "/xinshu"; empty = the root
}

// API is the JSON edge.
type API struct {
	flow *flow.Flow
	auth *auth.Auth
	cfg  Config
	mux  *http.ServeMux
	huma huma.API
	spec []byte

	pages     map[lang][]byte            // the documentation
	verbs     map[string]*huma.Operation // what a list of verbs may name
	verbNames []string
}

// New builds every route once.
func New(f *flow.Flow, a *auth.Auth, c Config) *API {
	if c.MaxUpload <= 0 {
		c.MaxUpload = flow.DefaultMaxUpload
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	x := &API{flow: f, auth: a, cfg: c, mux: http.NewServeMux()}
	x.huma = humago.New(x.mux, describe())
	if c.Prefix != "" {
		x.huma.OpenAPI().Servers = []*huma.Server{{URL: c.Prefix}}
	}
	x.registerRoutes()
	x.submitRoutes()
	x.signoffRoutes()
	x.deskRoutes()
	x.inboxRoutes()
	x.mailboxRoutes()
	x.editRoutes()
	x.issueRoutes()
	x.distributeRoutes()
	x.followupRoutes()
	x.scoreRoutes()
	x.workbenchRoutes()
	x.exportRoutes()
	x.recordRoutes()
	x.webhookRoutes()
	x.notifyRoutes()
	x.bulkRoutes()
	x.spec = x.describeAll()
	x.pages = map[lang][]byte{zh: x.drawDocs(zh), en: x.drawDocs(en)}
	return x
}

// Handler serves /api/v1/… and /api/openapi.json.
func (x *API) Handler() http.Handler { return http.HandlerFunc(x.serve) }

// call is what is known about one request before its verb runs.
type call struct {
	api    *API
	actor  flow.Actor
	lang   lang
	method string
	path   string
	trace  *httpio.Trace

	key     string // Idempotency-Key, if any
	version int64  // of what is read, for its ETag
}

type callCtx struct{}

func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callCtx{}).(*call); ok {
		return c
	}
	return &call{lang: zh}
}

// serve says who asks, then lets the route answer.
func (x *API) serve(w http.ResponseWriter, r *http.Request) {
	c := &call{api: x, lang: preferred(r.Header.Get("Accept-Language")), method: r.Method, path: r.URL.Path, trace: httpio.TraceOf(r.Context())}
	defer x.caught(w, c)
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if r.URL.Path == "/api/openapi.json" && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		h.Set("Content-Type", "application/openapi+json")
		h.Set("Cache-Control", "public, max-age=300")
		_, _ = w.Write(x.spec)
		return
	}
	if (r.Method == http.MethodGet || r.Method == http.MethodHead) && x.docs(w, r) {
		return
	}
	if err := httpio.TooMany(r); err != nil {
		c.write(w, c.problem(err))
		return
	}
	actor, err := x.who(r)
	if err != nil {
		p := c.problem(err)
		if p.Status == http.StatusForbidden { // auth refuses a token, not a deed
			p.Status, p.Title = http.StatusUnauthorized, c.lang.say("unauthorized", nil)
			h.Set("WWW-Authenticate", `Bearer realm="xinshu"`)
		}
		c.write(w, p)
		return
	}
	c.actor, c.trace.Person = actor, string(actor.Person)
	ctx := context.WithValue(r.Context(), callCtx{}, c)
	if r.Method == http.MethodPost {
		if key := r.Header.Get("Idempotency-Key"); key != "" {
			if !goodKey(key) {
				c.write(w, c.problem(fault.Bad("header.Idempotency-Key", "bad_key", "min", "8", "max", "128")))
				return
			}
			// A key belongs to one path, so that the same key on another
			// item is never taken for the same deed.
			c.key = key
			ctx = flow.WithKey(ctx, r.URL.Path+" "+key)
		}
	}
	if r.Method != http.MethodGet {
		if ctx, err = insist(ctx, r.URL.Path, r.Header.Get("If-Match")); err != nil {
			c.write(w, c.problem(err))
			return
		}
	}
	r = r.WithContext(ctx)
	handler, pattern := x.mux.Handler(r)
	if c.trace.Route = httpio.RouteOf(pattern); pattern == "" {
		x.noRoute(w, r, c, handler)
		return
	}
	if parts := strings.Split(strings.TrimPrefix(r.URL.Path, prefix+"/"), "/"); r.Method == http.MethodGet && len(parts) == 2 && nouns[parts[0]] != "" {
		x.tag(w, r, c)
		return
	}
	x.mux.ServeHTTP(w, r)
}

// who is the person the bearer token speaks for.
func (x *API) who(r *http.Request) (flow.Actor, error) {
	kind, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(kind, "Bearer") {
		token = ""
	}
	t, err := x.auth.Token(r.Context(), strings.TrimSpace(token))
	if err != nil {
		return flow.Actor{}, err
	}
	scopes := t.Scopes
	if scopes == nil {
		scopes = []org.Stage{} // nil would mean: all
	}
	return flow.Actor{Person: t.Person, Scopes: scopes}, nil
}

func goodKey(key string) bool {
	if len(key) < minKey || len(key) > maxKey {
		return false
	}
	for i := range len(key) {
		if key[i] < 0x21 || key[i] > 0x7e {
			return false
		}
	}
	return true
}

// noRoute says 404 or 405 in our own form; the mux knows which.
func (x *API) noRoute(w http.ResponseWriter, r *http.Request, c *call, handler http.Handler) {
	said := &statusOnly{header: http.Header{}}
	handler.ServeHTTP(said, r)
	p := c.problem(fault.Missing("path", r.URL.Path))
	if said.status == http.StatusMethodNotAllowed {
		allow := said.header.Get("Allow")
		w.Header().Set("Allow", allow)
		p = c.problem(fault.Bad("method", "method_not_allowed", "method", r.Method, "allowed", allow))
		p.Status = said.status
	}
	c.write(w, p)
}

type statusOnly struct {
	header http.Header
	status int
}

func (s *statusOnly) Header() http.Header         { return s.header }
func (s *statusOnly) Write(b []byte) (int, error) { return len(b), nil }
func (s *statusOnly) WriteHeader(n int)           { s.status = n }

// caught turns a panic into the calm sentence, with the stack in the log.
func (x *API) caught(w http.ResponseWriter, c *call) {
	v := recover()
	if v == nil {
		return
	}
	if v == http.ErrAbortHandler {
		panic(v)
	}
	c.write(w, c.problem(fmt.Errorf("panic: %v\n%s", v, debug.Stack())))
}

// ref is the request's number, for the reader to quote and for us to find in the
// log.
func (c *call) ref() string {
	if c.trace != nil && c.trace.Ref != "" {
		return c.trace.Ref
	}
	if c.api == nil || c.api.cfg.Rand == nil {
		return ""
	}
	return httpio.NewRef(c.api.cfg.Rand)
}

// route is one row of the table of routes.
type route struct {
	method string
	path   string // below /api/v1
	id     string // unique operation id
	doc    string
	scope  org.Stage
	status int   // of success; 0 = 200
	body   int64 // bound; 0 = maxJSON
	quick  bool  // decoded once, strictly, and checked by the verb alone
}

func get(path, id, doc string) route {
	return route{method: http.MethodGet, path: path, id: id, doc: doc, scope: org.ScopeRead}
}

func post(scope org.Stage, path, id, doc string) route {
	return route{method: http.MethodPost, path: path, id: id, doc: doc, scope: scope}
}

func put(scope org.Stage, path, id, doc string) route {
	return route{method: http.MethodPut, path: path, id: id, doc: doc, scope: scope}
}

// makes marks a route that creates something; texts one that carries a text.
func (r route) makes() route { r.status = http.StatusCreated; return r }
func (r route) texts() route { r.body = maxText; return r }

// answer is every successful body.
type answer[O any] struct{ Body O }

// serve registers one route.
func serve[I, O any](x *API, rt route, fn func(ctx context.Context, a flow.Actor, in *I) (O, error)) {
	huma.Register(x.huma, rt.operation(), func(ctx context.Context, in *I) (*answer[O], error) {
		c := callOf(ctx)
		out, err := fn(ctx, c.actor, in)
		if err != nil {
			return nil, c.problem(err)
		}
		c.version = versionOf(out)
		return &answer[O]{Body: out}, nil
	})
}

// silent registers a route that answers 204.
func silent[I any](x *API, rt route, fn func(ctx context.Context, a flow.Actor, in *I) error) {
	huma.Register(x.huma, rt.operation(), func(ctx context.Context, in *I) (*struct{}, error) {
		c := callOf(ctx)
		if err := fn(ctx, c.actor, in); err != nil {
			return nil, c.problem(err)
		}
		return nil, nil
	})
}

// scoped refuses early what flow would refuse too.
func (c *call) scoped(s org.Stage) error {
	if s != "" && !slices.Contains(c.actor.Scopes, s) {
		return fault.Deny(fault.Why("scope_missing", "scope", string(s)))
	}
	return nil
}

// The shapes of input. ID is the typed identifier in the path.
type (
	none             struct{}
	byID[ID ~string] struct {
		ID ID `path:"id"`
	}
	with[B any]           struct{ Body B }
	on[ID ~string, B any] struct {
		ID   ID `path:"id"`
		Body B
	}
	Stretch struct {
		Cursor string `query:"cursor" doc:"Where the last page ended: its \"next\""`
		Limit  int    `query:"limit" minimum:"1" maximum:"200" doc:"Rows of a page"`
	}
)

// page makes an empty list [] instead of null.
func page[T any](p flow.Page[T], err error) (flow.Page[T], error) {
	if p.Rows == nil {
		p.Rows = []T{}
	}
	return p, err
}

// list is a whole, bounded list.
type list[T any] struct {
	Rows []T `json:"rows"`
}

func rows[T any](ts []T, err error) (list[T], error) {
	if ts == nil {
		ts = []T{}
	}
	return list[T]{Rows: ts}, err
}

// states turns words of a query into a noun's states.
func states[S ~string](words []string) []S {
	out := make([]S, 0, len(words))
	for _, w := range words {
		if w != "" {
			out = append(out, S(w))
		}
	}
	return out
}
