package web

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"slices"

	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// What lies on the home screen of a telephone: the manifest that puts it there,
// the worker that opens it without a network, and the one page it opens then.
// All of it is the same for everybody: nothing in it belongs to a person.

// shellFiles are what the page without a network is made of.
var shellFiles = []string{"xinshu.css", "xinshu.js", "outbox.js", "paste.js", "write.js", "mark.svg"}

// build is what this program shows, as a short name: a new build has another one,
// and the worker of the old build goes with everything it kept.
func build(version string) string {
	h := sha256.New()
	_, _ = io.WriteString(h, version+"\n") // a hash takes everything
	for _, files := range []fs.FS{staticFiles, templateFiles, messageFiles} {
		err := fs.WalkDir(files, ".", func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			body, err := fs.ReadFile(files, p)
			_, _ = io.WriteString(h, p+"\n"+string(body))
			return err
		})
		if err != nil {
			panic("web: the embedded files cannot be read: " + err.Error())
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// manifest handles GET /manifest.webmanifest. Browsers ask for it without a
// cookie, so language and theme stand in the address. What it names is named from
// where it lies itself: that holds below a prefix too.
func (s *Server) manifest(w http.ResponseWriter, r *http.Request) error {
	lang := r.FormValue("lang")
	if s.catalogs[lang] == nil {
		lang = languages[0]
	}
	t := s.tongue(lang)
	icon := func(name, media, sizes, purpose string) map[string]string {
		return map[string]string{"src": "." + staticPath(name), "type": media, "sizes": sizes, "purpose": purpose}
	}
	w.Header().Set("Content-Type", "application/manifest+json")
	w.Header().Set("Cache-Control", "no-cache")
	_, err := io.WriteString(w, asJSON(map[string]any{
		"id": s.cfg.Prefix + "/", "start_url": "./", "scope": "./", "display": "standalone", "lang": lang, "dir": "ltr",
		"name": t.say("home.name"), "short_name": t.say("site.name"), "description": t.say("home.description"),
		"theme_color": ground(r.FormValue("theme")), "background_color": ground(r.FormValue("theme")),
		"icons": []map[string]string{
			icon("mark.svg", "image/svg+xml", "any", "any"), icon("mark-192.png", "image/png", "192x192", "any"),
			icon("mark-512.png", "image/png", "512x512", "any"), icon("mark-mask-512.png", "image/png", "512x512", "maskable"),
		},
		"shortcuts": []map[string]string{{"name": t.say("write.head"), "url": "./items/new"}},
	}))
	if err != nil {
		return errDisconnect
	}
	return nil
}

// ground is the paper's colour in a theme, as the sheet has it.
func ground(theme string) string {
	if theme == "dark" {
		return "#16191b"
	}
	return "#ffffff"
}

// Ground is the colour of the browser's own bars around the page.
func (f *Frame) Ground() string { return ground(f.Theme) }

// worker handles GET /sw.js. It lies at the root because a worker serves what
// lies below it. Its first lines are this build's: when they change, browsers
// take the new one.
func (s *Server) worker(w http.ResponseWriter, _ *http.Request) error {
	files := make([]string, len(shellFiles))
	for i, name := range shellFiles {
		files[i] = staticPath(name)
	}
	said := map[string]string{}
	for _, lang := range languages {
		said[lang] = s.tongue(lang).say("home.nothing_here")
	}
	body, err := staticFiles.ReadFile("static/worker.js")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, err = io.WriteString(w, "const BUILD = "+asJSON(build(s.cfg.Version))+", SHELL = "+asJSON(files)+", SAID = "+asJSON(said)+";\n"+string(body))
	if err != nil {
		return errDisconnect
	}
	return nil
}

// offline handles GET /offline: the page to write on without a network, which the
// worker keeps. It knows nobody; whose texts it shows is decided where it opens.
func (s *Server) offline(w http.ResponseWriter, r *http.Request) error {
	v := *visitOf(r)
	v.signedIn = false
	if lang := r.FormValue("lang"); s.catalogs[lang] != nil {
		v.lang = lang
	}
	r = with(r, &v)
	p := &writePage{Frame: s.frame(r, "write.head"), Genre: "news"}
	p.Shell, p.Path = true, "/"
	if theme := r.FormValue("theme"); theme == "dark" || theme == "light" {
		p.Theme = theme
	}
	if size := r.FormValue("size"); size == "large" || size == "larger" {
		p.Size = size
	}
	p.Scripts = []string{"outbox.js", "paste.js", "write.js"}
	return s.page(w, r, p)
}

// who is what this device remembers of the person who uses it: enough to begin an
// item without a network. Signing out takes it away.
type who struct {
	Me    ident.Person `json:"me"`
	Name  string       `json:"name"`
	Units []whoUnit    `json:"units"`
}

type whoUnit struct {
	ID   ident.Unit `json:"id"`
	Name string     `json:"name"`
}

// Who is that as the page carries it, "" for strangers.
func (f *Frame) Who() string {
	if f.Me == nil {
		return ""
	}
	w := who{Me: f.Me.Person.ID, Name: f.Me.Person.Name, Units: []whoUnit{}}
	for _, u := range writesIn(*f.Me) {
		w.Units = append(w.Units, whoUnit{u.Unit, u.UnitName})
	}
	return asJSON(w)
}

// writesIn are the units for which somebody may write, the present one first.
func writesIn(me flow.Me) []flow.PostView {
	var out []flow.PostView
	for _, post := range me.Posts {
		if post.Role != org.Reporter && post.Role != org.Signer && post.Role != org.Reviewer {
			continue
		}
		if slices.ContainsFunc(out, func(u flow.PostView) bool { return u.Unit == post.Unit }) {
			continue
		}
		if post.Unit == me.Current.Unit {
			out = slices.Insert(out, 0, post)
			continue
		}
		out = append(out, post)
	}
	return out
}
