package httpio

import (
	"bytes"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Under lets a whole site live below a path, "/xinshu", that its handlers know
// nothing of: they see their own paths. A proxy may have taken the prefix away
// already or not; both ways lead to the same page. The way back is Links.
func Under(prefix string, next http.Handler) http.Handler {
	if prefix == "" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == prefix && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
			to := url.URL{Path: prefix + "/", RawQuery: r.URL.RawQuery}
			http.Redirect(w, r, to.String(), http.StatusPermanentRedirect)
			return
		}
		path, cut := strings.CutPrefix(r.URL.Path, prefix)
		if !cut || path == "" || path[0] != '/' {
			next.ServeHTTP(w, r)
			return
		}
		own := *r
		u := *r.URL
		u.Path, u.RawPath = path, strings.TrimPrefix(u.RawPath, prefix)
		own.URL = &u
		next.ServeHTTP(w, &own)
	})
}

// Links puts the prefix before every address of the site that an answer names:
// in the header (Location, Link, the cookies' path) and, in a page, in the
// attributes that hold addresses. One rule over what is sent keeps the pages free
// of it and reaches links that are put together anywhere. It must stand inside
// Gzip, which would hide the page from it.
func Links(prefix string, next http.Handler) http.Handler {
	if prefix == "" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := &prefixer{ResponseWriter: w, prefix: prefix}
		next.ServeHTTP(p, r) // after a panic nothing is finished: the reader sees it was cut off
		p.finish()
	})
}

// prefixer changes the header when it goes out and holds a page back until it
// is whole.
type prefixer struct {
	http.ResponseWriter
	prefix string
	sent   bool
	status int
	page   *bytes.Buffer // nil if the body is no page
}

func (p *prefixer) WriteHeader(status int) {
	if status < 200 {
		p.ResponseWriter.WriteHeader(status)
		return
	}
	if p.sent {
		return
	}
	p.sent, p.status = true, status
	h := p.Header()
	for _, name := range []string{"Location", "Content-Location", "HX-Redirect"} {
		if to := h.Get(name); ours(to) {
			h.Set(name, p.prefix+to)
		}
	}
	for i, link := range h["Link"] {
		h["Link"][i] = strings.ReplaceAll(link, "</", "<"+p.prefix+"/")
	}
	for i, c := range h["Set-Cookie"] {
		h["Set-Cookie"][i] = strings.Replace(c, "; Path=/", "; Path="+p.prefix+"/", 1)
	}
	if mediaType, _, _ := mime.ParseMediaType(h.Get("Content-Type")); mediaType == "text/html" && h.Get("Content-Disposition") == "" {
		p.page = &bytes.Buffer{}
		return
	}
	p.ResponseWriter.WriteHeader(status)
}

func (p *prefixer) Write(b []byte) (int, error) {
	if !p.sent {
		if p.Header().Get("Content-Type") == "" {
			p.Header().Set("Content-Type", http.DetectContentType(b))
		}
		p.WriteHeader(http.StatusOK)
	}
	if p.page != nil {
		return p.page.Write(b)
	}
	return p.ResponseWriter.Write(b)
}

// Flush sends what there is, but of a page nothing: half a tag cannot be changed.
func (p *prefixer) Flush() {
	if p.page == nil {
		_ = http.NewResponseController(p.ResponseWriter).Flush() // one that cannot sends at the end
	}
}

// Unwrap lets http.ResponseController reach what is underneath.
func (p *prefixer) Unwrap() http.ResponseWriter { return p.ResponseWriter }

func (p *prefixer) finish() {
	if p.page == nil {
		return
	}
	body := prefixed(p.page.Bytes(), p.prefix)
	if p.Header().Get("Content-Length") != "" {
		p.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	p.ResponseWriter.WriteHeader(p.status)
	_, _ = p.ResponseWriter.Write(body) // nobody is left to tell
}

// ours reports whether an address is a path of this site.
func ours(to string) bool { return strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") }

// addressed are the attributes that hold an address.
var addressed = map[string]bool{"href": true, "src": true, "action": true, "formaction": true, "poster": true, "cite": true, "hx-get": true, "hx-post": true, "hx-push-url": true, "data-autosave": true, "data-href": true, "data-src": true, "data-url": true}

// prefixed changes the addresses of a page. In text a quotation mark is written
// &#34;, so that `href="/` is always an attribute and never what somebody typed.
func prefixed(page []byte, prefix string) []byte {
	const mark = `="/`
	out := make([]byte, 0, len(page)+len(page)/16)
	for {
		at := bytes.Index(page, []byte(mark))
		if at < 0 {
			return append(out, page...)
		}
		name := at
		for name > 0 && (page[name-1] >= 'a' && page[name-1] <= 'z' || page[name-1] == '-') {
			name--
		}
		out = append(out, page[:at+len(mark)-1]...)
		rest := page[at+len(mark):]
		if addressed[string(page[name:at])] && (len(rest) == 0 || rest[0] != '/') {
			out = append(out, prefix...)
		}
		page = page[at+len(mark)-1:]
	}
}
