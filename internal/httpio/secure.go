package httpio

import (
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// policy lets a page load from its own site only. Nothing inline runs.
const policy = "default-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'"

// Secure sets the headers every answer carries. A handler may set its own over
// them; an answer without a Cache-Control of its own is not stored if it is a
// page or data.
func Secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY") // for browsers older than frame-ancestors
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		next.ServeHTTP(&unstored{ResponseWriter: w}, r)
	})
}

// unstored adds no-store to pages and data as their header goes out.
type unstored struct {
	http.ResponseWriter
	sent bool
}

func (u *unstored) WriteHeader(status int) {
	if !u.sent && status >= 200 {
		u.sent = true
		h := u.Header()
		mediaType, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
		page := mediaType == "" || mediaType == "text/html" || strings.HasSuffix(mediaType, "json")
		if page && h.Get("Cache-Control") == "" {
			h.Set("Cache-Control", "no-store")
		}
	}
	u.ResponseWriter.WriteHeader(status)
}

func (u *unstored) Write(p []byte) (int, error) {
	if !u.sent {
		u.WriteHeader(http.StatusOK)
	}
	return u.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach what is underneath.
func (u *unstored) Unwrap() http.ResponseWriter { return u.ResponseWriter }

// SafeRedirect sends the browser to a path of this site with 303; to the start
// page if target would lead anywhere else.
func SafeRedirect(w http.ResponseWriter, r *http.Request, target string) {
	if !SafePath(target) {
		target = "/"
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
}

// SafePath reports whether target is a path of this site, in the eyes of every
// browser: they take a backslash for a slash and drop tabs and line ends.
func SafePath(target string) bool {
	if target == "" || target[0] != '/' || strings.HasPrefix(target, "//") || strings.Contains(target, `\`) {
		return false
	}
	if !utf8.ValidString(target) || strings.ContainsFunc(target, unicode.IsControl) {
		return false
	}
	u, err := url.Parse(target)
	return err == nil && u.Scheme == "" && u.Host == "" && u.User == nil && !strings.HasPrefix(u.Path, "//") && !strings.Contains(u.Path, `\`)
}

// Attachment sets the headers under which an uploaded file is given out: to be
// saved under its name, not to be looked into and not to run.
func Attachment(w http.ResponseWriter, name, mediaType string) {
	name = fileName(name)
	plain := strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e || r == '"' || r == '%' || r == ';' {
			return '_'
		}
		return r
	}, name)
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Disposition", `attachment; filename="`+plain+`"; filename*=UTF-8''`+escape(name))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, no-store")
}

// Framed lets a document that Attachment has prepared be shown inside one of our
// own pages by the browser's reader. The reader does not work in a sandbox; a PDF
// is read in a process of the browser's own and has no way to our pages, and what
// is no PDF is not made one, because nobody may guess the type.
func Framed(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Disposition", "inline")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'")
	h.Set("X-Frame-Options", "SAMEORIGIN")
}

// fileName drops what no file name has, and what makes one look like another.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r == '/' || r == '\\' || r == utf8.RuneError:
			return '_'
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, name)
	if rs := []rune(name); len(rs) > 200 {
		name = string(rs[:100]) + "…" + string(rs[len(rs)-99:]) // the end says what kind it is
	}
	if strings.Trim(name, " .") == "" {
		return "file"
	}
	return name
}

// escape writes s as RFC 5987 wants it.
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("!#$&+-.^_`|~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	return b.String()
}
