package e2e

import (
	"bytes"
	"fmt"
	"html"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The harness is proved against a server of two pages before any journey
// relies on it.
func server(t *testing.T) *httptest.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><title>表</title>
<form method="post" action="/said"><label for="a">标题</label><input id="a" name="title" value="旧">
<select id="b" name="form"><option value="brief">简讯</option><option value="single">单条</option></select>
<button>报送</button> <button type="button" disabled>报送给谁</button></form>
<a href="/wide">宽页</a> <a href="/bad">坏页</a>`)
	})
	mux.HandleFunc("POST /said", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><meta name="viewport" content="width=device-width"><p id="said">%s/%s</p><p>已报送</p>`,
			html.EscapeString(r.FormValue("title")), html.EscapeString(r.FormValue("form")))
	})
	mux.HandleFunc("GET /bad", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><p id="x">坏</p>
<script>console.error("坏消息"); fetch("http://192.0.2.1/x").catch(() => {}); setTimeout(() => { document.body.id = "done"; throw new Error("掉了") })</script>`)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func TestHarnessWalks(t *testing.T) {
	shots := t.TempDir()
	t.Setenv("XINSHU_SHOTS", shots)
	p := Open(t, server(t).URL)
	p.Go("/")
	p.Type("#a", "青石镇早稻开镰")
	p.Select("#b", "single")
	p.Shot("form")
	p.FollowText("报送")
	p.Wait("#said")
	p.WaitText("已报送")
	if got, want := p.Text("#said"), "青石镇早稻开镰/single"; got != want {
		t.Errorf("Text(#said) = %q, want %q", got, want)
	}
	if got, want := p.Path(), "/said"; got != want {
		t.Errorf("Path() = %q, want %q", got, want)
	}
	if got, want := p.Count("p"), 2; got != want {
		t.Errorf("Count(p) = %d, want %d", got, want)
	}
	for name, width := range map[string]int{"form-1440.png": deskWidth, "form-390.png": phoneWidth} {
		b, err := os.ReadFile(filepath.Join(shots, name))
		if err != nil {
			t.Fatal(err)
		}
		config, err := png.DecodeConfig(bytes.NewReader(b))
		if err != nil || config.Width != width {
			t.Errorf("width of %s = %d (%v), want %d", name, config.Width, err, width)
		}
	}
}

func TestHarnessHearsABadPage(t *testing.T) {
	p := Open(t, server(t).URL)
	p.Go("/bad")
	p.Wait("#done")
	all := strings.Join(p.Problems(), "\n")
	for _, want := range []string{"坏消息", "192.0.2.1", "掉了"} {
		if !strings.Contains(all, want) {
			t.Errorf("Problems() = %q, want it to contain %q", all, want)
		}
	}
	p.Allow(".") // heard; this test wanted them
}

func TestPagesDoNotShareCookies(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		_, err := r.Cookie("who")
		http.SetCookie(w, &http.Cookie{Name: "who", Value: "one"})
		fmt.Fprintf(w, `<!doctype html><link rel="icon" href="data:,"><p id="known">%v</p>`, err == nil)
	})
	s := httptest.NewServer(mux)
	defer s.Close()
	one, two := Open(t, s.URL), Open(t, s.URL)
	one.Go("/")
	one.Go("/")
	two.Go("/")
	if a, b := one.Text("#known"), two.Text("#known"); a != "true" || b != "false" {
		t.Errorf("cookie known to (first page again, second page) = %s, %s, want true, false", a, b)
	}
}

func TestLeaves(t *testing.T) {
	for address, want := range map[string]bool{
		"http://127.0.0.1:8080/x": false, "http://localhost/x": false, "data:,": false, "http://[::1]:1/": false,
		"https://example.org/a.css": true, "http://192.0.2.1/": true, "ws://example.org/": true,
	} {
		if got := leaves(address); got != want {
			t.Errorf("leaves(%q) = %v, want %v", address, got, want)
		}
	}
}
