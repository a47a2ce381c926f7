package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

//go:embed templates
var templateFiles embed.FS

// page is a struct that knows its template: "submit/write". Every page embeds
// Frame, which is what the layout needs.
type page interface {
	template() string
	frame() *Frame
}

// parted pages have a part that a script may ask for by itself, after a form of
// it was sent: the template of that name, which the whole page has in it too.
type parted interface{ part() string }

// set is every page's template in one language: layout and parts, then one file.
type set struct{ pages map[string]*template.Template }

func (s *Server) files() fs.FS {
	if s.cfg.DevTemplates != "" {
		return os.DirFS(s.cfg.DevTemplates)
	}
	sub, err := fs.Sub(templateFiles, "templates")
	if err != nil {
		panic("web: the embedded templates cannot be read: " + err.Error())
	}
	return sub
}

func (s *Server) parseAll() (map[string]*set, error) {
	out := map[string]*set{}
	for _, lang := range languages {
		one, err := s.parse(lang)
		if err != nil {
			return nil, err
		}
		out[lang] = one
	}
	return out, nil
}

func (s *Server) parse(lang string) (*set, error) {
	files := s.files()
	shared, err := template.New("layout").Funcs(s.tongue(lang).funcs()).ParseFS(files, "layout.html", "parts/*.html")
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(files, "*/*.html")
	if err != nil {
		return nil, err
	}
	out := &set{pages: map[string]*template.Template{}}
	for _, name := range names {
		if strings.HasPrefix(name, "parts/") {
			continue
		}
		t, err := shared.Clone()
		if err != nil {
			return nil, err
		}
		if _, err := t.ParseFS(files, name); err != nil {
			return nil, err
		}
		out.pages[strings.TrimSuffix(name, path.Ext(name))] = t
	}
	return out, nil
}

// render executes a page's template into w.
func (s *Server) render(w io.Writer, lang string, p page) error {
	if q, ok := p.(parted); ok && p.frame().Part {
		return s.renderPart(w, lang, p, q.part())
	}
	return s.renderPart(w, lang, p, "layout.html")
}

// renderPart executes one part of a page, with the page's own struct.
func (s *Server) renderPart(w io.Writer, lang string, p page, part string) error {
	sets := s.sets
	if s.cfg.DevTemplates != "" {
		one, err := s.parse(lang)
		if err != nil {
			return err
		}
		sets = map[string]*set{lang: one}
	}
	one, ok := sets[lang]
	if !ok {
		return fmt.Errorf("no templates for %q", lang)
	}
	t, ok := one.pages[p.template()]
	if !ok {
		known := make([]string, 0, len(one.pages))
		for name := range one.pages {
			known = append(known, name)
		}
		slices.Sort(known)
		return fmt.Errorf("no template %q among %s", p.template(), strings.Join(known, ", "))
	}
	return t.ExecuteTemplate(w, part, p)
}

// renderCalm makes the last resort when the server starts: the error page with
// a gap where the reference number goes.
func (s *Server) renderCalm() (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, lang := range languages {
		p := &errorPage{Frame: s.emptyFrame(lang), Kind: "internal", Reference: calmGap}
		p.Head = p.tongue.say("error.internal.head")
		var b bytes.Buffer
		if err := s.render(&b, lang, p); err != nil {
			return nil, err
		}
		out[lang] = b.Bytes()
	}
	return out, nil
}

const calmGap = "0000000000"
