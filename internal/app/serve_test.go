package app_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"xinshu/internal/app"
	"xinshu/internal/flow"
	"xinshu/internal/org"
	"xinshu/internal/testing/storetest"
)

// log is what the program wrote, safe for many goroutines.
type log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *log) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func start(t *testing.T, c app.Config) *app.App {
	t.Helper()
	if c.Dir == "" {
		c.Dir = t.TempDir()
	}
	c.Listen = "127.0.0.1:0"
	a, err := app.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Errorf("Close() = %v, want nil", err)
		}
	})
	return a
}

// settle enters an office, a township and one person who writes and signs, and
// gives him a password and a token.
func settle(t *testing.T, a *app.App) (token string, body func(n int64) string) {
	t.Helper()
	ctx, sys, f := t.Context(), flow.Actor{System: true}, a.Flow
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	office, err := f.EnterUnit(ctx, sys, flow.EnterUnit{Code: "K", Name: "望岭县人民政府办公室", Level: org.County, Office: true})
	must(err)
	unit, err := f.EnterUnit(ctx, sys, flow.EnterUnit{Code: "T", Name: "青禾镇人民政府", Level: org.Township, Parent: office.ID})
	must(err)
	_, err = f.DrawLine(ctx, sys, flow.DrawLine{Unit: unit.ID, Office: office.ID, Network: org.Government})
	must(err)
	rules := org.DefaultRules(office.ID)
	rules.OwnSignOff = true
	_, err = f.SetRules(ctx, sys, office.ID, rules)
	must(err)
	p, err := f.EnterPerson(ctx, sys, flow.EnterPerson{Name: "林小满", Login: "linxm", Unit: unit.ID, Role: org.Reporter})
	must(err)
	_, err = f.HoldPost(ctx, sys, flow.HoldPost{Person: p.ID, Unit: unit.ID, Role: org.Signer})
	must(err)
	must(a.Auth.SetPassword(ctx, p.ID, password))
	token, _, err = f.IssueToken(ctx, flow.Actor{Person: p.ID}, flow.IssueToken{Name: "t", Days: 2, Scopes: []org.Stage{org.ScopeRead, org.StageSubmit, org.StageSignOff}})
	must(err)
	return token, func(n int64) string {
		b, err := json.Marshal(flow.Draft{Unit: unit.ID, Title: fmt.Sprintf("青禾镇晚熟柑橘收购价走低（第%d期）", n), Body: strings.Repeat("今年以来，全镇晚熟柑橘种植面积1.2万亩，多数种植户在观望。\n", 4), Genre: "problem", Form: "single"})
		if err != nil {
			panic(err)
		}
		return string(b)
	}
}

const password = "Ganju-1.2-wan-mu"

// ask sends a request and reads the whole answer.
func ask(t *testing.T, c *http.Client, method, url, body string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := c.Do(req)
	if err != nil {
		t.Fatalf("%s %s = %v", method, url, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

// stay does not follow redirects.
var stay = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func TestTheNumberOfAnErrorFindsItsLine(t *testing.T) {
	kept := &log{}
	a := start(t, app.Config{Log: kept.logger()})
	for _, c := range []struct{ path, route string }{{"/nothing-here?q=secret-word", `route=/`}, {"/api/v1/me?q=secret-word", `route=""`}, {"/api/v1/none?q=secret-word", `route=""`}} {
		res, body := ask(t, stay, "GET", a.URL()+c.path, "")
		ref := res.Header.Get("X-Request-Id")
		if len(ref) != 8 || !strings.Contains(body, ref) {
			t.Errorf("GET %s: X-Request-Id %q is not in the answer:\n%s", c.path, ref, body)
		}
		if n := strings.Count(kept.String(), "ref="+ref); n < 2 {
			t.Errorf("GET %s: %d lines of the log have %s, want the refusal and the request", c.path, n, ref)
		}
	}
	if strings.Contains(kept.String(), "secret-word") {
		t.Errorf("the log has a query:\n%s", kept)
	}
	token, _ := settle(t, a)
	_, _ = ask(t, stay, "GET", a.URL()+"/api/v1/items", "", "Authorization", "Bearer "+token)
	if !regexp.MustCompile(`msg=request ref=\w+ method=GET route=/api/v1/items status=200 ms=[\d.]+ person=\w{26}`).MatchString(kept.String()) {
		t.Errorf("no line of the request in\n%s", kept)
	}
}

func TestMetrics(t *testing.T) {
	a := start(t, app.Config{})
	token, body := settle(t, a)
	if res, said := ask(t, stay, "POST", a.URL()+"/api/v1/filings", body(1), "Authorization", "Bearer "+token, "Content-Type", "application/json"); res.StatusCode != 201 {
		t.Fatalf("POST /filings = %d %s", res.StatusCode, said)
	}
	res, text := ask(t, stay, "GET", a.URL()+"/metrics", "")
	if res.StatusCode != 200 {
		t.Fatalf("GET /metrics = %d %s", res.StatusCode, text)
	}
	for _, want := range []string{
		`xinshu_http_request_duration_seconds_count{method="POST",route="/api/v1/filings",status="2xx"} 1`,
		`xinshu_store_up{engine="sqlite"} 1`, "xinshu_projection_behind_facts{projection=\"search\"}", "xinshu_data_free_bytes ", "go_goroutines ", "process_resident_memory_bytes ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("/metrics has no %s:\n%s", want, text)
		}
	}
	line := regexp.MustCompile(`^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [-+.0-9eInf]+)$`)
	for l := range strings.Lines(text) {
		if !line.MatchString(strings.TrimSuffix(l, "\n")) {
			t.Errorf("/metrics has a line that is none: %q", l)
		}
	}
	if res, _ := ask(t, stay, "GET", a.URL()+"/metrics", "", "X-Forwarded-For", "127.0.0.1"); res.StatusCode != 404 {
		t.Errorf("GET /metrics through a proxy = %d, want 404", res.StatusCode)
	}
	names := exported(text)
	dashboard, err := os.ReadFile("../../deploy/grafana-xinshu.json")
	if err != nil {
		t.Fatal(err)
	}
	var any map[string]any
	if err := json.Unmarshal(dashboard, &any); err != nil {
		t.Errorf("the dashboard is no JSON: %v", err)
	}
	found := regexp.MustCompile(`\b(xinshu|go|process)_[a-z_]+`).FindAllString(string(dashboard), -1)
	if len(found) < 15 {
		t.Errorf("the dashboard shows %d figures, want a whole page", len(found))
	}
	for _, name := range found {
		if !names[name] {
			t.Errorf("the dashboard shows %s, which /metrics does not have", name)
		}
	}
	alarms, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range regexp.MustCompile(`\bxinshu_[a-z_]+`).FindAllString(string(alarms), -1) {
		if !names[name] {
			t.Errorf("docs/operations.md watches %s, which /metrics does not have", name)
		}
	}
}

func exported(text string) map[string]bool {
	names := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^(?:# TYPE )?([a-z_]+)[ {]`).FindAllStringSubmatch(text, -1) {
		names[m[1]] = true
	}
	return names
}

func TestMetricsOnTheirOwnAddress(t *testing.T) {
	a := start(t, app.Config{MetricsListen: "127.0.0.1:0"})
	if res, _ := ask(t, stay, "GET", a.URL()+"/metrics", ""); res.StatusCode != 404 {
		t.Errorf("GET /metrics on the main address = %d, want 404", res.StatusCode)
	}
	if res, text := ask(t, stay, "GET", a.MetricsURL(), ""); res.StatusCode != 200 || !exported(text)["xinshu_store_up"] {
		t.Errorf("GET %s = %d %.100s, want the figures", a.MetricsURL(), res.StatusCode, text)
	}
	if res, _ := ask(t, stay, "GET", strings.TrimSuffix(a.MetricsURL(), "metrics"), ""); res.StatusCode != 404 {
		t.Errorf("another page there = %d, want 404", res.StatusCode)
	}
}

// Clients file while the program stops; whatever was acknowledged is there after
// the next start.
func TestStoppingLosesNothing(t *testing.T) {
	dir := t.TempDir()
	a, err := app.Start(t.Context(), app.Config{Dir: dir, Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	token, body := settle(t, a)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var serial atomic.Int64
	acked := map[string]bool{}
	enough := make(chan struct{})
	for range 8 {
		wg.Go(func() {
			for {
				req, err := http.NewRequestWithContext(context.Background(), "POST", a.URL()+"/api/v1/filings", strings.NewReader(body(serial.Add(1))))
				if err != nil {
					t.Error(err)
					return
				}
				req.Header.Set("Authorization", "Bearer "+token)
				req.Header.Set("Content-Type", "application/json")
				res, err := http.DefaultClient.Do(req)
				if err != nil {
					return // it is gone
				}
				var got struct {
					Item struct{ ID string } `json:"item"`
				}
				err = json.NewDecoder(res.Body).Decode(&got)
				res.Body.Close()
				if res.StatusCode != http.StatusCreated {
					t.Errorf("POST while stopping = %d, want 201 or no connection", res.StatusCode)
					return
				}
				if err != nil || got.Item.ID == "" {
					t.Errorf("an acknowledged filing has no item: %v", err)
					return
				}
				mu.Lock()
				acked[got.Item.ID] = true
				if len(acked) == 40 {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	over := make(chan struct{})
	go func() { wg.Wait(); close(over) }()
	select {
	case <-enough:
	case <-over:
		t.Fatalf("the clients ended after %d filings", len(acked))
	}
	if err := a.Close(); err != nil {
		t.Errorf("Close under load = %v, want nil", err)
	}
	<-over
	b := start(t, app.Config{Dir: dir})
	for id := range acked {
		if res, said := ask(t, stay, "GET", b.URL()+"/api/v1/items/"+id, "", "Authorization", "Bearer "+token); res.StatusCode != 200 {
			t.Errorf("GET of the acknowledged item %s = %d %s, want 200", id, res.StatusCode, said)
		}
	}
}

// line is a connection to the database that can be cut and mended.
type line struct {
	net.Listener
	to    string
	mu    sync.Mutex
	cut   bool
	conns map[net.Conn]bool
}

func newLine(t *testing.T, to string) *line {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &line{Listener: ln, to: to, conns: map[net.Conn]bool{}}
	go l.carry()
	t.Cleanup(func() { l.set(true); ln.Close() })
	return l
}

func (l *line) carry() {
	for {
		near, err := l.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", l.to)
		if err != nil || !l.keep(near, far) {
			near.Close()
			continue
		}
		go func() { io.Copy(far, near); far.Close() }()
		go func() { io.Copy(near, far); near.Close() }()
	}
}

func (l *line) keep(near, far net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut {
		far.Close()
		return false
	}
	l.conns[near], l.conns[far] = true, true
	return true
}

func (l *line) set(cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = cut
	if cut {
		for c := range l.conns {
			c.Close()
		}
		clear(l.conns)
	}
}

func TestTheDatabaseGoesAwayAndComesBack(t *testing.T) {
	address, err := url.Parse(storetest.Postgres(t).Postgres)
	if err != nil {
		t.Fatal(err)
	}
	l := newLine(t, address.Host)
	address.Host = l.Addr().String()
	a := start(t, app.Config{Postgres: address.String()})
	token, body := settle(t, a)
	file := func(n int64) (*http.Response, string) {
		return ask(t, stay, "POST", a.URL()+"/api/v1/filings", body(n), "Authorization", "Bearer "+token, "Content-Type", "application/json")
	}
	if res, said := file(1); res.StatusCode != 201 {
		t.Fatalf("POST /filings = %d %s, want 201", res.StatusCode, said)
	}
	for round := range int64(3) {
		l.set(true)
		if res, said := file(10 + round); res.StatusCode != 503 || res.Header.Get("Retry-After") == "" || !strings.Contains(said, res.Header.Get("X-Request-Id")) {
			t.Errorf("POST without a database = %d %v %s, want 503 with Retry-After and its number", res.StatusCode, res.Header, said)
		}
		res, page := ask(t, stay, "GET", a.URL()+"/items", "", "Cookie", "xinshu=anything")
		if res.StatusCode != 503 || res.Header.Get("Retry-After") == "" || !strings.Contains(page, "过一会儿再试") {
			t.Errorf("a page without a database = %d %s, want 503 and what to do", res.StatusCode, page)
		}
		for path, want := range map[string]int{"/readyz": 503, "/healthz": 200} {
			if res, _ := ask(t, stay, "GET", a.URL()+path, ""); res.StatusCode != want {
				t.Errorf("GET %s without a database = %d, want %d", path, res.StatusCode, want)
			}
		}
		if _, text := ask(t, stay, "GET", a.URL()+"/metrics", ""); !strings.Contains(text, `xinshu_store_up{engine="postgres"} 0`) {
			t.Errorf("/metrics without a database does not say so:\n%s", text)
		}
		l.set(false)
		if res, said := file(20 + round); res.StatusCode != 201 {
			t.Errorf("POST after it came back = %d %s, want 201 without a restart", res.StatusCode, said)
		}
		if res, _ := ask(t, stay, "GET", a.URL()+"/readyz", ""); res.StatusCode != 200 {
			t.Errorf("GET /readyz after it came back = %d, want 200", res.StatusCode)
		}
	}
}

// certificate writes a self-signed pair for a name.
func certificate(t *testing.T, dir, name string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "EC PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

func TestTLS(t *testing.T) {
	dir, kept := t.TempDir(), &log{}
	cert, key := certificate(t, dir, "first")
	a := start(t, app.Config{TLSCert: cert, TLSKey: key, Log: kept.logger()})
	client := func(least uint16) *http.Client {
		return &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MaxVersion: least}}}
	}
	name := func() string {
		res, _ := ask(t, client(0), "GET", a.URL()+"/sign-in", "")
		if got := res.Header.Get("Strict-Transport-Security"); got == "" {
			t.Error("no Strict-Transport-Security over TLS")
		}
		return res.TLS.PeerCertificates[0].Subject.CommonName
	}
	if got := name(); got != "first" {
		t.Errorf("certificate = %s, want first", got)
	}
	if res, _ := ask(t, client(0), "GET", a.URL()+"/language?to=en", ""); !strings.Contains(res.Request.URL.Scheme+strings.Join(res.Header["Set-Cookie"], ""), "https") {
		t.Errorf("redirected to %s, want to stay on https", res.Request.URL)
	}
	if _, err := client(tls.VersionTLS11).Get(a.URL()); err == nil {
		t.Error("TLS 1.1 was accepted, want 1.2 at least")
	}
	if err := os.WriteFile(key, []byte("half written"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := name(); got != "first" || !strings.Contains(kept.String(), "the one before goes on") {
		t.Errorf("while the new pair is incomplete: %s, want first and a line in the log", got)
	}
	certificate(t, dir, "second certificate")
	if got := name(); got != "second certificate" {
		t.Errorf("after the files changed: %s, want the second", got)
	}
	for _, c := range []app.Config{{TLSCert: cert}, {TLSCert: cert, TLSKey: filepath.Join(dir, "none")}} {
		c.Dir, c.Listen = t.TempDir(), "127.0.0.1:0"
		if b, err := app.Start(t.Context(), c); err == nil {
			t.Errorf("Start with half a pair = nil, want an error: %v", b.Close())
		}
	}
}

func TestOnlyATrustedProxyIsBelieved(t *testing.T) {
	lie := []string{"X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "https", "Cookie", "xinshu_done=x"}
	secure := func(c app.Config) bool {
		a := start(t, c)
		res, _ := ask(t, stay, "GET", a.URL()+"/language?to=en", "", lie...)
		cookies := strings.Join(res.Header["Set-Cookie"], " ")
		if !strings.Contains(cookies, "xinshu_lang=en") {
			t.Fatalf("no cookie in %v", res.Header)
		}
		strict := res.Header.Get("Strict-Transport-Security") != ""
		if strict != strings.Contains(cookies, "Secure") {
			t.Errorf("Strict-Transport-Security %v and cookies %s do not agree", strict, cookies)
		}
		return strict
	}
	if secure(app.Config{}) {
		t.Error("a reader who writes X-Forwarded-Proto himself is taken at his word")
	}
	if !secure(app.Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}) {
		t.Error("a trusted proxy is not believed")
	}
}

func TestWhoAsksTooOftenWaits(t *testing.T) {
	a := start(t, app.Config{RateLimit: 5})
	token, _ := settle(t, a)
	for n := range 8 {
		res, said := ask(t, stay, "GET", a.URL()+"/api/v1/me", "", "Authorization", "Bearer "+token, "Accept-Language", "en")
		want := http.StatusOK
		if n >= 6 { // the first was counted by the address, before the token had proved good
			want = http.StatusTooManyRequests
		}
		if res.StatusCode != want || res.Header.Get("RateLimit-Limit") != "5" {
			t.Errorf("request %d = %d %v %s, want %d", n, res.StatusCode, res.Header, said, want)
		}
		if want == 429 && (res.Header.Get("Retry-After") == "" || res.Header.Get("Content-Type") != "application/problem+json" || !strings.Contains(said, "too_many_requests")) {
			t.Errorf("refused with %v %s, want a problem and when to come again", res.Header, said)
		}
	}
	var page string
	var res *http.Response
	for range 6 {
		res, page = ask(t, stay, "GET", a.URL()+"/sign-in", "")
	}
	if res.StatusCode != 429 || !strings.Contains(page, "点得太快了") || res.Header.Get("Retry-After") == "" {
		t.Errorf("a page asked for too often = %d %s, want 429 and what to do", res.StatusCode, page)
	}
	if res, _ := ask(t, stay, "GET", a.URL()+"/healthz", ""); res.StatusCode != 200 {
		t.Errorf("GET /healthz = %d, want it outside the limit", res.StatusCode)
	}
}
