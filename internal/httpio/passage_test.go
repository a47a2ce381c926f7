package httpio

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"xinshu/internal/fault"
)

// A proxy is believed, a reader who writes the same headers himself is not.
func TestForwarded(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for _, c := range []struct {
		name, peer string
		header     map[string]string
		want       string // address, host, https
	}{
		{"nobody says anything", "192.0.2.7:5", nil, "192.0.2.7:5 own http"},
		{"a reader lies about everything", "192.0.2.7:5", map[string]string{"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example", "Forwarded": "for=127.0.0.1;proto=https;host=evil.example"}, "192.0.2.7:5 own http"},
		{"a proxy", "10.0.0.1:5", map[string]string{"X-Forwarded-For": "192.0.2.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "xinshu.example:8443"}, "192.0.2.9:0 xinshu.example:8443 https"},
		{"a reader lies to a proxy that appends", "10.0.0.1:5", map[string]string{"X-Forwarded-For": "127.0.0.1, 10.0.0.9, 192.0.2.9"}, "192.0.2.9:0 own http"},
		{"two proxies", "10.0.0.1:5", map[string]string{"X-Forwarded-For": "127.0.0.1, 192.0.2.9, 10.0.0.2"}, "192.0.2.9:0 own http"},
		{"no address in the list", "10.0.0.1:5", map[string]string{"X-Forwarded-For": "192.0.2.9, unknown"}, "10.0.0.1:5 own http"},
		{"the standard's header", "[::1]:5", map[string]string{"Forwarded": `for=127.0.0.1, for="[2001:db8::9]:4711";proto=https;host=xinshu.example`}, "[2001:db8::9]:0 xinshu.example https"},
		{"the standard's header, written by the reader behind a proxy of the other family", "10.0.0.1:5", map[string]string{"Forwarded": "for=127.0.0.1;proto=https", "X-Forwarded-For": "192.0.2.9"}, "10.0.0.1:5 own http"},
		{"both families agree", "10.0.0.1:5", map[string]string{"Forwarded": "for=192.0.2.9;proto=https", "X-Forwarded-For": "192.0.2.9", "X-Forwarded-Proto": "https"}, "192.0.2.9:0 own https"},
		{"a host that is more than a host", "10.0.0.1:5", map[string]string{"X-Forwarded-For": "192.0.2.9", "X-Forwarded-Host": "a/../b?c"}, "192.0.2.9:0 own http"},
		{"a protocol there is not", "10.0.0.1:5", map[string]string{"X-Forwarded-For": "192.0.2.9", "X-Forwarded-Proto": "javascript"}, "192.0.2.9:0 own http"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr, r.Host = c.peer, "own"
		for k, v := range c.header {
			r.Header.Set(k, v)
		}
		trace := &Trace{}
		got := ""
		Forwarded(trusted, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			proto := "http"
			if HTTPS(r) {
				proto = "https"
			}
			got = r.RemoteAddr + " " + r.Host + " " + proto
			for k := range c.header {
				if r.Header.Get(k) != "" {
					t.Errorf("%s: the handler sees %s, want no such header", c.name, k)
				}
			}
		})).ServeHTTP(httptest.NewRecorder(), WithTrace(r, trace))
		if got != c.want {
			t.Errorf("%s: Forwarded = %s, want %s", c.name, got, c.want)
		}
		if trace.Peer != c.peer || trace.Proxied != (len(c.header) > 0) {
			t.Errorf("%s: trace = %+v, want peer %s and proxied %v", c.name, trace, c.peer, len(c.header) > 0)
		}
		for k, v := range c.header {
			if r.Header.Get(k) != v {
				t.Errorf("%s: the request itself was changed: %s = %q", c.name, k, r.Header.Get(k))
			}
		}
	}
}

func TestUnder(t *testing.T) {
	h := Under("/xinshu", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.RequestURI()) }))
	for _, c := range []struct{ path, want string }{
		{"/xinshu/items?a=b", "/items?a=b"}, {"/xinshu/", "/"}, {"/items", "/items"}, {"/xinshuitems", "/xinshuitems"},
		{"/xinshu/a%2Fb", "/a%2Fb"}, {"/healthz", "/healthz"},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", c.path, nil))
		if got := w.Body.String(); got != c.want {
			t.Errorf("Under(%s) = %s, want %s", c.path, got, c.want)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/xinshu?a=b", nil))
	if got := w.Header().Get("Location"); w.Code != 308 || got != "/xinshu/?a=b" {
		t.Errorf("Under(/xinshu) = %d to %s, want 308 to /xinshu/?a=b", w.Code, got)
	}
}

func TestLinks(t *testing.T) {
	page := `<a href="/items?to=/x">"/</a><form action="/search"><input name="to" value="/items"><button formaction="/a"><script src="/static/x.js"></script>` +
		`<a href="//other.example/">x</a><a href="#top">y</a><a href="/">z</a><p data-autosave="/items/1/autosave" data-k="/">href=&#34;/typed&#34;`
	want := `<a href="/x/items?to=/x">"/</a><form action="/x/search"><input name="to" value="/items"><button formaction="/x/a"><script src="/x/static/x.js"></script>` +
		`<a href="//other.example/">x</a><a href="#top">y</a><a href="/x/">z</a><p data-autosave="/x/items/1/autosave" data-k="/">href=&#34;/typed&#34;`
	answer := func(media, location string, parts ...string) *http.Response {
		w := httptest.NewRecorder()
		Links("/x", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			h := w.Header()
			h.Set("Content-Type", media)
			h.Set("Link", `</api/v1/items?cursor=a>; rel="next"`)
			http.SetCookie(w, &http.Cookie{Name: "xinshu", Value: "1", Path: "/", HttpOnly: true})
			if location != "" {
				h.Set("Location", location)
				h.Set("HX-Redirect", location)
				w.WriteHeader(http.StatusSeeOther)
			}
			for _, p := range parts {
				io.WriteString(w, p)
			}
		})).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		return w.Result()
	}
	for _, cut := range []int{0, 4, 9, len(page) / 2} { // however the page is written
		res := answer("text/html; charset=utf-8", "", page[:cut], page[cut:])
		if b, err := io.ReadAll(res.Body); err != nil || string(b) != want {
			t.Errorf("Links of a page cut at %d =\n%s\nwant\n%s", cut, b, want)
		}
		if got := res.Header.Get("Set-Cookie"); !strings.Contains(got, "; Path=/x/;") {
			t.Errorf("Set-Cookie = %s, want it below /x/", got)
		}
		if got := res.Header.Get("Link"); got != `</x/api/v1/items?cursor=a>; rel="next"` {
			t.Errorf("Link = %s, want it below /x", got)
		}
	}
	res := answer("text/plain", "", page)
	if b, err := io.ReadAll(res.Body); err != nil || string(b) != page {
		t.Errorf("Links of text = %s, want it untouched", b)
	}
	for to, want := range map[string]string{"/items/1": "/x/items/1", "https://other.example/": "https://other.example/", "//other.example/": "//other.example/"} {
		for _, name := range []string{"Location", "HX-Redirect"} {
			if got := answer("text/html", to).Header.Get(name); got != want {
				t.Errorf("%s %s = %s, want %s", name, to, got, want)
			}
		}
	}
}

func TestLimiter(t *testing.T) {
	now := time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)
	l := NewLimiter(3, "xinshu", func() time.Time { return now })
	ask := func(address, path, token string) (wait int, h http.Header) {
		r := httptest.NewRequest("GET", path, nil)
		r.RemoteAddr = address
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
			r.AddCookie(&http.Cookie{Name: "xinshu", Value: token})
		}
		trace := &Trace{}
		w := httptest.NewRecorder()
		l.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if err := TooMany(r); err != nil {
				if got := StatusOf(err); got != 429 {
					t.Errorf("StatusOf(TooMany) = %d, want 429", got)
				}
				return
			}
			if strings.HasPrefix(token, "good") {
				TraceOf(r.Context()).Person = "p"
			}
		})).ServeHTTP(w, WithTrace(r, trace))
		return trace.Wait, w.Header()
	}
	for i := range 3 {
		if wait, h := ask("192.0.2.1:5", "/api/v1/me", "bad"+strings.Repeat("x", i)); wait != 0 || h.Get("RateLimit-Remaining") != []string{"2", "1", "0"}[i] || h.Get("RateLimit-Limit") != "3" {
			t.Errorf("request %d: wait %d, header %v, want it let in", i, wait, h)
		}
	}
	wait, h := ask("192.0.2.1:5", "/api/v1/me", "bad-another") // guessing tokens is not a way around
	if wait != 20 || h.Get("Retry-After") != "20" || h.Get("RateLimit-Reset") != "60" {
		t.Errorf("the fourth: wait %d, header %v, want 20 s", wait, h)
	}
	if wait, h := ask("192.0.2.2:5", "/items", ""); wait != 0 || h.Get("RateLimit-Limit") != "" {
		t.Errorf("a page for another address: wait %d, header %v, want it let in without figures", wait, h)
	}
	ask("192.0.2.2:5", "/items", "good-one")
	for i := range 3 { // the session is its own reader now, wherever it comes from
		if wait, _ := ask("192.0.2.1:9", "/items", "good-one"); wait != 0 {
			t.Errorf("request %d of a session from a busy address: wait %d, want 0", i, wait)
		}
	}
	if wait, _ := ask("192.0.2.3:9", "/items", "good-one"); wait == 0 {
		t.Error("a session that asked three times: let in, want it to wait")
	}
	now = now.Add(20 * time.Second)
	if wait, _ := ask("192.0.2.1:5", "/", ""); wait != 0 {
		t.Errorf("after the time it was told: wait %d, want 0", wait)
	}
	if wait, _ := ask("[2001:db8::1]:1", "/", ""); wait != 0 {
		t.Errorf("IPv6: wait %d, want 0", wait)
	}
	for range 2 {
		ask("[2001:db8::2]:1", "/", "")
	}
	if wait, _ := ask("[2001:db8::3]:1", "/", ""); wait == 0 {
		t.Error("four addresses of one subscriber's network: all let in, want the fourth to wait")
	}
}

func TestLimiterForgets(t *testing.T) {
	now := time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC)
	l := NewLimiter(60, "xinshu", func() time.Time { return now })
	for i := range 3 * maxReaders {
		now = now.Add(time.Microsecond)
		l.Take(string(rune(i)) + "k")
	}
	if n := len(l.left); n > maxReaders {
		t.Errorf("readers remembered = %d, want at most %d", n, maxReaders)
	}
}

func TestRecorder(t *testing.T) {
	w := &Recorder{ResponseWriter: httptest.NewRecorder()}
	w.WriteHeader(http.StatusNotFound)
	io.WriteString(w, "abc")
	if w.Status != 404 || w.Bytes != 3 {
		t.Errorf("Recorder = %d, %d bytes, want 404 and 3", w.Status, w.Bytes)
	}
	w = &Recorder{ResponseWriter: httptest.NewRecorder()}
	io.WriteString(w, "")
	if w.Status != 200 {
		t.Errorf("Recorder after a Write = %d, want 200", w.Status)
	}
	if ref := NewRef(strings.NewReader("")); len(ref) != 8 {
		t.Errorf("NewRef without randomness = %q, want eight characters", ref)
	}
	if err := TooMany(httptest.NewRequest("GET", "/", nil)); err != nil || fault.KindOf(err) != "" {
		t.Errorf("TooMany without a trace = %v, want nil", err)
	}
}
