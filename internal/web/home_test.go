package web

import (
	"bytes"
	"encoding/json"
	"image/png"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// The manifest is in the language asked for, names nothing from the root of the
// host, and its pictures have the sizes it says.
func TestManifest(t *testing.T) {
	s := bare(t)
	s.cfg.Prefix = "/xinshu"
	for lang, name := range map[string]string{"zh-CN": "信枢", "en": "Xinshu", "xx": "信枢"} {
		w := httptest.NewRecorder()
		if err := s.manifest(w, httptest.NewRequest("GET", "/manifest.webmanifest?theme=dark&lang="+lang, nil)); err != nil {
			t.Fatal(err)
		}
		var m struct {
			ID, Name  string
			StartURL  string `json:"start_url"`
			Scope     string
			Theme     string `json:"theme_color"`
			Icons     []struct{ Src, Type, Sizes, Purpose string }
			Shortcuts []struct{ URL string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil {
			t.Fatal(err)
		}
		if m.Name != name || m.ID != "/xinshu/" || m.StartURL != "./" || m.Scope != "./" || m.Theme != ground("dark") {
			t.Errorf("in %s the manifest is %+v", lang, m)
		}
		masked := 0
		for _, i := range m.Icons {
			file := assets[strings.TrimPrefix(i.Src, "./static/")]
			if file.media != i.Type {
				t.Errorf("%s is %q, want %q", i.Src, file.media, i.Type)
			}
			if i.Type != "image/png" {
				continue
			}
			c, err := png.DecodeConfig(bytes.NewReader(file.body))
			if want := strconv.Itoa(c.Width) + "x" + strconv.Itoa(c.Height); err != nil || i.Sizes != want {
				t.Errorf("%s is %s (%v), said to be %s", i.Src, want, err, i.Sizes)
			}
			if i.Purpose == "maskable" {
				masked++
			}
		}
		if len(m.Icons) < 4 || masked == 0 {
			t.Errorf("icons = %+v, want 192, 512, one that may be cut round, one that scales", m.Icons)
		}
	}
	sheet, err := staticFiles.ReadFile("static/xinshu.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, theme := range []string{"light", "dark"} {
		if !bytes.Contains(sheet, []byte("--paper: "+ground(theme))) {
			t.Errorf("the sheet has no paper of %s", ground(theme))
		}
	}
}

// The worker keeps files that are there and all that the page without a network
// asks for; another program has another worker.
func TestWorker(t *testing.T) {
	s := bare(t)
	ask := func(h handler, path string) string {
		t.Helper()
		w := httptest.NewRecorder()
		if err := h(w, httptest.NewRequest("GET", path, nil)); err != nil {
			t.Fatal(err)
		}
		return w.Body.String()
	}
	first := ask(s.worker, "/sw.js")
	for _, lang := range languages {
		page := ask(s.offline, "/offline?lang="+lang+"&theme=dark&size=large")
		for _, m := range regexp.MustCompile(`(?:src|href)="(/static/[^"]+)"`).FindAllStringSubmatch(page, -1) {
			if !strings.Contains(first, m[1]) && !strings.HasSuffix(m[1], ".png") {
				t.Errorf("the page without a network asks for %s, which is not kept", m[1])
			}
		}
		for _, want := range []string{`lang="` + lang + `"`, `data-theme="dark"`, `data-size="large"`, `data-shell="1"`} {
			if !strings.Contains(page, want) {
				t.Errorf("the page without a network has no %s", want)
			}
		}
		for _, not := range []string{"data-me", "data-who", "data-token", "/sign-out"} {
			if strings.Contains(page, not) {
				t.Errorf("the page without a network has %s in it: it must know nobody", not)
			}
		}
	}
	s.cfg.Version = "2"
	if again := ask(s.worker, "/sw.js"); again == first {
		t.Error("another version has the same worker, want browsers to take the new one")
	}
}
