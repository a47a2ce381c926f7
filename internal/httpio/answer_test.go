package httpio

import (
	"compress/gzip"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestSafeRedirect(t *testing.T) {
	for _, c := range []struct{ target, want string }{
		{"/items/1?tab=log#top", "/items/1?tab=log#top"},
		{"/", "/"},
		{"/search?q=%E9%98%B2&to=https://a.example/", "/search?q=%E9%98%B2&to=https://a.example/"},
		{"", "/"},
		{"items", "/"},
		{"//evil.example", "/"},
		{"///evil.example", "/"},
		{`/\evil.example`, "/"},
		{`\\evil.example`, "/"},
		{"/%5cevil.example", "/"},
		{"/%2fevil.example", "/"},
		{"https://evil.example/", "/"},
		{"javascript:alert(1)", "/"},
		{"/\t/evil.example", "/"},
		{"/a\r\nSet-Cookie: a=b", "/"},
		{"/\x00", "/"},
		{"/\xff", "/"},
		{" /a", "/"},
	} {
		w := httptest.NewRecorder()
		SafeRedirect(w, httptest.NewRequest("POST", "/sign-in", nil), c.target)
		if got := w.Header().Get("Location"); got != c.want || w.Code != http.StatusSeeOther {
			t.Errorf("SafeRedirect(%q) = %d to %q, want 303 to %q", c.target, w.Code, got, c.want)
		}
	}
}

// Wherever a browser is sent, it stays.
func FuzzSafeRedirect(f *testing.F) {
	for _, s := range []string{"/a", "//a", `/\a`, "/..//a.example", "/.//a.example", "/%2e%2e//a", "http:a"} {
		f.Add(s)
	}
	base := &url.URL{Scheme: "https", Host: "xinshu.example", Path: "/sign-in"}
	f.Fuzz(func(t *testing.T, target string) {
		w := httptest.NewRecorder()
		SafeRedirect(w, httptest.NewRequest("POST", "/sign-in", nil), target)
		to, err := base.Parse(w.Header().Get("Location"))
		if err != nil || to.Host != base.Host || to.Scheme != base.Scheme {
			t.Fatalf("SafeRedirect(%q) leads to %v, %v", target, to, err)
		}
	})
}

func TestAttachment(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"防汛通报.pdf", "防汛通报.pdf"},
		{"a b;c\"d%.txt", "a b;c\"d%.txt"},
		{"../../etc/passwd", ".._.._etc_passwd"},
		{"a\r\nSet-Cookie: x=y.txt", "aSet-Cookie: x=y.txt"},
		{"fdp\u202etxt.exe", "fdptxt.exe"},
		{"", "file"},
		{"..", "file"},
		{strings.Repeat("长", 300) + ".pdf", strings.Repeat("长", 100) + "…" + strings.Repeat("长", 95) + ".pdf"},
	} {
		w := httptest.NewRecorder()
		Attachment(w, c.name, "application/pdf")
		kind, params, err := mime.ParseMediaType(w.Header().Get("Content-Disposition"))
		if err != nil || kind != "attachment" || params["filename"] != c.want {
			t.Errorf("Attachment(%q) = %s %q, %v, want %q", c.name, kind, params["filename"], err, c.want)
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Content-Type") != "application/pdf" {
			t.Errorf("Attachment(%q) has headers %v", c.name, w.Header())
		}
	}
}

func TestSecure(t *testing.T) {
	answer := func(contentType, cache string) http.Header {
		w := httptest.NewRecorder()
		Secure(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			if cache != "" {
				w.Header().Set("Cache-Control", cache)
			}
			io.WriteString(w, "a")
		})).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		return w.Result().Header
	}
	h := answer("text/html; charset=utf-8", "")
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'",
		"Referrer-Policy":         "same-origin", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	for _, c := range []struct{ contentType, cache, want string }{
		{"application/problem+json", "", "no-store"}, {"text/css", "", ""}, {"text/html", "private", "private"}, {"text/css", "max-age=9", "max-age=9"},
	} {
		if got := answer(c.contentType, c.cache).Get("Cache-Control"); got != c.want {
			t.Errorf("Cache-Control of %s with %q = %q, want %q", c.contentType, c.cache, got, c.want)
		}
	}
}

func TestGzip(t *testing.T) {
	long := strings.Repeat("云河县清溪镇防汛。", 400)
	for _, c := range []struct {
		name, method, accept, contentType, body string
		status                                  int
		want                                    bool
	}{
		{"a page", "GET", "gzip, br", "text/html; charset=utf-8", long, 200, true},
		{"data", "GET", "br;q=1, gzip;q=0.5", "application/problem+json", long, 422, true},
		{"type not said", "GET", "gzip", "", long, 200, true},
		{"short", "GET", "gzip", "text/html", "short", 200, false},
		{"refused by the reader", "GET", "gzip;q=0", "text/html", long, 200, false},
		{"not asked for", "GET", "", "text/html", long, 200, false},
		{"packed already", "GET", "gzip", "image/png", long, 200, false},
		{"a part", "GET", "gzip", "text/html", long, 206, false},
		{"nothing", "POST", "gzip", "text/html", "", 303, false},
	} {
		h := Gzip(Secure(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if c.contentType != "" {
				w.Header().Set("Content-Type", c.contentType)
			}
			w.Header().Set("ETag", `"1"`)
			w.WriteHeader(c.status)
			for i := 0; i < len(c.body); i += 700 {
				io.WriteString(w, c.body[i:min(len(c.body), i+700)])
			}
		})))
		r := httptest.NewRequest(c.method, "/", nil)
		r.Header.Set("Accept-Encoding", c.accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		res := w.Result()
		squeezed := res.Header.Get("Content-Encoding") == "gzip"
		var body io.Reader = res.Body
		if squeezed {
			z, err := gzip.NewReader(res.Body)
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			body = z
		}
		got, err := io.ReadAll(body)
		if string(got) != c.body || err != nil || squeezed != c.want || res.StatusCode != c.status {
			t.Errorf("%s: %d, squeezed %v, %d bytes, %v, want %d, %v, %d bytes", c.name, res.StatusCode, squeezed, len(got), err, c.status, c.want, len(c.body))
		}
		if res.Header.Get("Vary") != "Accept-Encoding" || squeezed != strings.HasPrefix(res.Header.Get("ETag"), "W/") {
			t.Errorf("%s: headers %v", c.name, res.Header)
		}
	}
}

func TestGzipSendsWhatIsFlushed(t *testing.T) {
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	Gzip(Secure(http.HandlerFunc(func(hw http.ResponseWriter, _ *http.Request) {
		hw.Header().Set("Content-Type", "text/plain")
		io.WriteString(hw, "first")
		if err := http.NewResponseController(hw).Flush(); err != nil {
			t.Errorf("Flush = %v", err)
		}
		if w.Body.Len() == 0 || !w.Flushed {
			t.Error("nothing was sent by Flush")
		}
	}))).ServeHTTP(w, r)
}
