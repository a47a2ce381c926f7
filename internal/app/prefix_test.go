package app_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"xinshu/internal/app"
)

var (
	addresses = regexp.MustCompile(`([a-z-]+)="(/[^"]*)"`)
	formToken = regexp.MustCompile(`name="form_token" value="([^"]+)"`)
)

// Somebody walks every page he can reach below /xinshu; no address on any of
// them, in no redirect and no cookie, leads out of it.
func TestNothingLeadsOutOfThePrefix(t *testing.T) {
	a := start(t, app.Config{PathPrefix: "/xinshu"})
	settle(t, a)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	base := strings.TrimSuffix(a.URL(), "/xinshu")
	c := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(r.URL.Path, "/xinshu/") {
			t.Errorf("redirected to %s, want it below /xinshu/", r.URL)
		}
		return nil
	}}
	_, door := ask(t, c, "GET", a.URL()+"/items/new", "")
	form := url.Values{"login": {"linxm"}, "password": {password}, "to": {"/items/new"}}
	if m := formToken.FindStringSubmatch(door); m != nil {
		form.Set("form_token", m[1])
	}
	res, page := ask(t, c, "POST", a.URL()+"/sign-in", form.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Origin", base)
	if res.StatusCode != 200 || res.Request.URL.Path != "/xinshu/items/new" {
		t.Fatalf("signed in at %s with %d, want /xinshu/items/new\n%s", res.Request.URL, res.StatusCode, page)
	}
	if u, err := url.Parse(base); err != nil || len(jar.Cookies(u)) != 0 {
		t.Errorf("cookies outside of the prefix = %v, want none", jar.Cookies(u))
	}
	seen, queue := map[string]bool{}, []string{"/xinshu/"}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		res, page := ask(t, c, "GET", base+path, "")
		if res.StatusCode == 404 || res.StatusCode >= 500 { // a refusal is a page too
			t.Errorf("GET %s = %d, want a page", path, res.StatusCode)
		}
		if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
			continue
		}
		for _, m := range addresses.FindAllStringSubmatch(page, -1) {
			if m[1] == "value" || m[1] == "content" || m[1] == "placeholder" {
				continue // read by us, not by the browser
			}
			if !strings.HasPrefix(m[2], "/xinshu/") {
				t.Errorf("%s has %s, want it below /xinshu/", path, m[0])
			}
			if to := strings.ReplaceAll(m[2], "&amp;", "&"); (m[1] == "href" || m[1] == "src") && !seen[to] {
				seen[to] = true
				queue = append(queue, to)
			}
		}
	}
	if len(seen) < 15 {
		t.Errorf("walked %d addresses, want a whole site: %v", len(seen), seen)
	}
	if res, said := ask(t, c, "GET", a.URL()+"/api/openapi.json", ""); res.StatusCode != 200 || !strings.Contains(said, `"url": "/xinshu"`) {
		t.Errorf("openapi.json = %d, want the prefix as its server", res.StatusCode)
	}
}
