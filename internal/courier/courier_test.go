package courier

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func local() *Courier {
	return New(Config{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Timeout: 2 * time.Second})
}

func TestPostSigns(t *testing.T) {
	var got *http.Request
	var body []byte
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(http.StatusAccepted)
		io.WriteString(w, "thanks")
	}))
	defer s.Close()
	a, err := local().Post(t.Context(), Message{URL: s.URL + "/hook", ID: "f1", At: 1700000000, Secret: "whs_x", Body: []byte(`{"a":1}`)})
	if err != nil || !a.Taken() || a.Body != "thanks" {
		t.Fatalf("Post = %+v, %v, want 202 thanks", a, err)
	}
	h := hmac.New(sha256.New, []byte("whs_x"))
	h.Write([]byte("1700000000." + string(body)))
	want := "t=1700000000,v1=" + hex.EncodeToString(h.Sum(nil))
	if got.Header.Get(SignatureHeader) != want || got.Header.Get(IDHeader) != "f1" || got.Header.Get("Content-Type") != "application/json" {
		t.Errorf("headers = %v, want the signature %s and the id", got.Header, want)
	}
}

func TestReachable(t *testing.T) {
	x := New(Config{})
	for addr, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1111": true,
		"127.0.0.1": false, "::1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false,
		"0.0.0.0": false, "::": false, "100.64.0.1": false, "198.18.0.1": false, "224.0.0.1": false, "255.255.255.255": false, "240.0.0.1": false,
		"fe80::1": false, "fc00::1": false, "ff02::1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false,
		"fe80::1%eth0": false,
	} {
		if got := x.reachable(netip.MustParseAddr(addr)); got != want {
			t.Errorf("reachable(%s) = %v, want %v", addr, got, want)
		}
	}
	if !local().reachable(netip.MustParseAddr("::ffff:127.0.0.1")) {
		t.Error("an allowed network written as IPv6 is refused, want it reached")
	}
}

func TestCheck(t *testing.T) {
	for url, want := range map[string]string{
		"https://hooks.example.cn/x": "", "https://8.8.8.8:8443/": "", "": "required", "http://hooks.example.cn/": "https_only", "ftp://a.cn/": "https_only",
		"https://": "not_an_address", "https://me:pw@a.cn/": "not_an_address", "https://a.cn/#x": "not_an_address", "https://a.cn/a b": "not_an_address", "https://例.cn/": "not_an_address",
		"https://127.0.0.1/": "closed_address", "https://[::1]/": "closed_address", "https://localhost/": "closed_address", "https://10.0.0.1/": "closed_address",
		"https://a.cn/" + strings.Repeat("a", MaxURL): "too_long", "http://127.0.0.1:80/": "https_only",
	} {
		got := ""
		if bad := New(Config{}).Check("url", url); bad != nil {
			got = bad[0].Code
		}
		if got != want {
			t.Errorf("Check(%q) = %q, want %q", url, got, want)
		}
	}
	if bad := local().Check("url", "http://127.0.0.1:80/"); bad != nil {
		t.Errorf("Check of an allowed address = %v, want nothing", bad)
	}
}

// A name that leads inside is refused when it is dialled, not when it is read.
func TestDialLooksAtTheResolvedAddress(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was reached") }))
	defer s.Close()
	x := New(Config{Timeout: time.Second})
	conn, err := x.client.Transport.(*http.Transport).DialContext(t.Context(), "tcp", strings.Replace(s.Listener.Addr().String(), "127.0.0.1", "localhost", 1))
	if err == nil {
		conn.Close()
	}
	if !errors.Is(err, ErrRefusedAddress) {
		t.Errorf("dialling localhost = %v, want it refused", err)
	}
	if _, err := x.Post(t.Context(), Message{URL: s.URL}); !errors.Is(err, ErrRefusedAddress) {
		t.Errorf("Post to %s = %v, want it refused", s.URL, err)
	}
}

func TestPostIsBounded(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }))
	defer elsewhere.Close()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		case "/long":
			for range 1000 {
				if _, err := w.Write([]byte(strings.Repeat("x", 10_000))); err != nil {
					return
				}
			}
		case "/slow":
			<-r.Context().Done()
		}
	}))
	defer s.Close()
	x := local()
	if a, err := x.Post(t.Context(), Message{URL: s.URL + "/away"}); err != nil || a.Status != 307 || a.Taken() {
		t.Errorf("Post to a redirect = %+v, %v, want 307, not taken", a, err)
	}
	if a, err := x.Post(t.Context(), Message{URL: s.URL + "/long"}); err != nil || !a.Taken() || len(a.Body) > 500 {
		t.Errorf("Post with a long answer = %d, %d bytes, %v, want it taken and cut", a.Status, len(a.Body), err)
	}
	hurried := New(Config{Allow: x.cfg.Allow, Timeout: 50 * time.Millisecond})
	if a, err := hurried.Post(t.Context(), Message{URL: s.URL + "/slow"}); err == nil || a.Status != 0 || err.Error() != "no answer in time" {
		t.Errorf("Post to a slow one = %+v, %v, want no answer in time", a, err)
	}
	gone, stop := context.WithCancel(t.Context())
	stop()
	if _, err := x.Post(gone, Message{URL: s.URL + "/slow"}); !errors.Is(err, context.Canceled) {
		t.Errorf("Post with an ended context = %v, want it cancelled", err)
	}
}
