package api

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"xinshu/internal/auth"
	"xinshu/internal/blob"
	"xinshu/internal/courier"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
	"xinshu/internal/store"
	"xinshu/internal/worker"
)

// world is a county with one township, on a real store, behind a real server.
type world struct {
	*httptest.Server
	t      testing.TB
	api    *API
	flow   *flow.Flow
	worker *worker.Worker
	log    *logged
	token  map[string]string // by login, every scope

	city, county, town ident.Unit
	person             map[string]ident.Person
	publication        ident.Publication
}

// logged keeps the log for looking things up.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// ticking is a clock that moves a millisecond whenever it is read, so that
// lists have an order.
func ticking() func() time.Time {
	var mu sync.Mutex
	at := time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC)
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		at = at.Add(time.Millisecond)
		return at
	}
}

// seeded is randomness that repeats, safe for the server's goroutines.
type seeded struct {
	mu  sync.Mutex
	src *rand.ChaCha8
}

func (s *seeded) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.src.Read(p)
}

func newSeeded(n byte) *seeded { return &seeded{src: rand.NewChaCha8([32]byte{n})} }

var people = []struct {
	login, name, unit string
	roles             []org.Role
}{
	{"linxiaohe", "林小禾", "town", []org.Role{org.Reporter}},
	{"zhouguoping", "周国平", "town", []org.Role{org.Signer, org.Reporter}},
	{"chenjing", "陈静", "county", []org.Role{org.Editor}},
	{"gaoyuan", "高远", "county", []org.Role{org.Chief}},
	{"wubo", "吴波", "county", []org.Role{org.Assessor}},
	{"xuming", "徐明", "county", []org.Role{org.Admin}},
	{"sheninjing", "沈静", "county", []org.Role{org.Auditor}},
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, log: &logged{}, token: map[string]string{}, person: map[string]ident.Person{}}
	clock, dir := ticking(), t.TempDir()
	s, err := store.Open(t.Context(), store.Config{Dir: dir, Clock: clock, Mint: ident.NewMinter(clock, newSeeded(1)), Location: time.FixedZone("CST", 8*3600)})
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	blobs, err := blob.Open(dir + "/blobs")
	must(t, err)
	loopback := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	lock, err := courier.OpenLock(dir)
	must(t, err)
	w.flow = flow.New(s, flow.Config{Blobs: blobs, MaxUpload: 1 << 20, Rand: newSeeded(2), Courier: courier.New(courier.Config{Allow: loopback}),
		Boxes: courier.NewMailboxes(courier.MailboxConfig{Allow: loopback}), Lock: lock})
	w.worker = worker.New(s, w.flow, worker.Config{Clock: clock})
	w.api = New(w.flow, auth.New(s, auth.Config{Clock: clock, Rand: newSeeded(3)}), Config{Log: slog.New(slog.NewTextHandler(w.log, nil)), Rand: newSeeded(4), MaxUpload: 1 << 20})
	w.Server = httptest.NewServer(w.api.Handler())
	t.Cleanup(w.Close)
	w.settle()
	return w
}

// settle enters the units, lines, people, tokens and the publication.
func (w *world) settle() {
	t, ctx, sys := w.t, w.t.Context(), flow.Actor{System: true}
	enter := func(in flow.EnterUnit) ident.Unit {
		u, err := w.flow.EnterUnit(ctx, sys, in)
		must(t, err)
		return u.ID
	}
	w.city = enter(flow.EnterUnit{Code: "33", Name: "青川市", Level: org.City, Office: true, From: "2020-01-01"})
	w.county = enter(flow.EnterUnit{Code: "3301", Name: "云岭县", Level: org.County, Parent: w.city, Office: true, From: "2020-01-01"})
	w.town = enter(flow.EnterUnit{Code: "330101", Name: "石桥镇", Level: org.Township, Parent: w.county, From: "2020-01-01"})
	for _, l := range []flow.DrawLine{{Unit: w.town, Office: w.county}, {Unit: w.county, Office: w.city}} {
		l.Network, l.Rank, l.From = org.Government, 1, "2020-01-01"
		_, err := w.flow.DrawLine(ctx, sys, l)
		must(t, err)
	}
	units := map[string]ident.Unit{"town": w.town, "county": w.county}
	for _, p := range people {
		entered, err := w.flow.EnterPerson(ctx, sys, flow.EnterPerson{Name: p.name, Login: p.login})
		must(t, err)
		for _, r := range p.roles {
			_, err := w.flow.HoldPost(ctx, sys, flow.HoldPost{Person: entered.ID, Unit: units[p.unit], Role: r, From: "2020-01-01"})
			must(t, err)
		}
		w.person[p.login] = entered.ID
		w.token[p.login] = w.issue(p.login, org.Stages...)
	}
	pub, err := w.flow.EnterPublication(ctx, sys, flow.EnterPublication{Office: w.county, Code: "YL", Name: "云岭信息", Columns: []string{"今日要情", "工作动态"}, Readers: []issue.ReadBy{{Unit: w.town, Manner: "issue", Order: 1}}})
	must(t, err)
	w.publication = pub.ID
}

// issue makes a token for a person, as the page does.
func (w *world) issue(login string, scopes ...org.Stage) string {
	w.t.Helper()
	secret, _, err := w.flow.IssueToken(w.t.Context(), flow.Actor{Person: w.person[login]}, flow.IssueToken{Name: "试用", Scopes: scopes, Days: 30})
	must(w.t, err)
	return secret
}

// ownSignOff lets the township's signer file in one request.
func (w *world) ownSignOff() {
	w.t.Helper()
	r := org.DefaultRules(w.county)
	r.OwnSignOff = true
	_, err := w.flow.SetRules(w.t.Context(), flow.Actor{System: true}, w.county, r)
	must(w.t, err)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// reply is an answer with its whole body.
type reply struct {
	*http.Response
	body []byte
}

func (w *world) send(token, method, path string, body any, header ...string) reply {
	w.t.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	default:
		enc, err := json.Marshal(body)
		must(w.t, err)
		r = bytes.NewReader(enc)
	}
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.URL+path, r)
	must(w.t, err)
	if r != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := w.Client().Do(req)
	must(w.t, err)
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	must(w.t, err)
	return reply{res, b}
}

// problem checks that an answer is a whole problem.
func (r reply) problem(t testing.TB, status int) Problem {
	t.Helper()
	var p Problem
	if err := json.Unmarshal(r.body, &p); err != nil {
		t.Fatalf("%s %s = %d %s, want a problem", r.Request.Method, r.Request.URL.Path, r.StatusCode, r.body)
	}
	if ct := r.Header.Get("Content-Type"); r.StatusCode != status || p.Status != status || ct != "application/problem+json" {
		t.Fatalf("%s %s = %d (status %d) %s %s, want %d application/problem+json", r.Request.Method, r.Request.URL.Path, r.StatusCode, p.Status, ct, r.body, status)
	}
	if p.Type == "" || p.Title == "" || p.Detail == "" || p.Ref == "" {
		t.Errorf("problem = %+v, want type, title, detail and ref", p)
	}
	return p
}

// want sends and decodes a success.
func want[T any](w *world, status int, login, method, path string, body any, header ...string) T {
	w.t.Helper()
	r := w.send(w.token[login], method, path, body, header...)
	var out T
	if r.StatusCode != status {
		w.t.Fatalf("%s %s as %s = %d %s, want %d", method, path, login, r.StatusCode, r.body, status)
	}
	if len(r.body) > 0 {
		if err := json.Unmarshal(r.body, &out); err != nil {
			w.t.Fatalf("%s %s = %s: %v", method, path, r.body, err)
		}
	}
	return out
}
