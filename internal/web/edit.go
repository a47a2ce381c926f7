package web

import (
	"net/http"

	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// editPage is the desk's own text of a filing, beside the raw one.
type editPage struct {
	Frame
	flow.FilingView
	Title  string
	Body   string
	Unsent *item.Autosave
	Others []item.Autosave // what colleagues have typed and not saved
	Behind *behind         // somebody saved meanwhile
}

func (*editPage) template() string    { return "edit/edit" }
func (p *editPage) names() flow.Names { return p.Names }

// May reports whether a verb is allowed.
func (p *editPage) May(v string) bool { return org.Allowed(p.Actions, org.Verb(v)) }

// Why says why the text cannot be edited, "" when it can.
func (p *editPage) Why() string {
	for _, a := range p.Actions {
		if a.Verb == "revise" && !a.Allowed && len(a.Why) > 0 {
			return p.tongue.reason(a.Why[0], p.Names)
		}
	}
	return ""
}

// NoteWord is a revision's note; the verbs' own are codes, some with a number.
func (f *Frame) NoteWord(note string) string {
	word, n := flow.NoteOf(note)
	if word == "reverted" && n == "0" {
		word = "reverted_raw"
	}
	if key := "edit.note." + word; f.tongue.has(key) {
		return f.tongue.say(key, "n", n)
	}
	return note
}

// edit handles GET /filings/{id}/edit.
func (s *Server) edit(w http.ResponseWriter, r *http.Request) error {
	v, err := s.flow.Filing(r.Context(), actor(r), filingID(r))
	if err != nil {
		return err
	}
	p := &editPage{Frame: s.frame(r, "edit.head", "title", v.Filing.Title), FilingView: v, Title: v.Text.Title, Body: v.Text.Body, Behind: s.behindOf(r, v)}
	p.Scripts = []string{"htmx.min.js", "desk.js"}
	for i, u := range v.Unsaved {
		switch {
		case u.Title == v.Text.Title && u.Body == v.Text.Body:
		case u.Person == actor(r).Person:
			p.Unsent = &v.Unsaved[i]
		default:
			p.Others = append(p.Others, u)
		}
	}
	if p.Unsent != nil && r.URL.Query().Get("unsaved") != "" {
		p.Title, p.Body = p.Unsent.Title, p.Unsent.Body
	}
	return s.page(w, r, p)
}

// editDo handles POST /filings/{id}/edit: save, or save and finish.
func (s *Server) editDo(w http.ResponseWriter, r *http.Request) error {
	var in flow.ReviseFiling
	if err := httpio.Form(r, &in); err != nil {
		return s.again(w, r, err, s.edit)
	}
	fl, err := s.flow.ReviseFiling(r.Context(), actor(r), filingID(r), in)
	if err != nil {
		return s.again(w, r, err, s.edit)
	}
	if r.PostFormValue("do") != "ready" {
		return s.seeOther(w, r, "/filings/"+string(fl.ID), "filing.revised")
	}
	if _, err := s.flow.MarkReady(r.Context(), actor(r), fl.ID, flow.MarkReady{Seen: fl.Revision}); err != nil {
		return s.again(w, r, err, s.edit)
	}
	return s.seeOther(w, r, "/filings/"+string(fl.ID), "filing.ready")
}

// autosaveFiling handles POST /filings/{id}/autosave, from the script.
func (s *Server) autosaveFiling(w http.ResponseWriter, r *http.Request) error {
	return s.autosave(w, r, "filing")
}

// takeOver handles POST /filings/{id}/take-over.
func (s *Server) takeOver(w http.ResponseWriter, r *http.Request) error {
	_, err := s.flow.TakeOver(r.Context(), actor(r), filingID(r))
	return s.did(w, r, err, "filing.taken")
}

// markReady handles POST /filings/{id}/ready.
func (s *Server) markReady(w http.ResponseWriter, r *http.Request) error {
	in := flow.MarkReady{Seen: -1}
	err := httpio.Form(r, &in)
	if err == nil {
		_, err = s.flow.MarkReady(r.Context(), actor(r), filingID(r), in)
	}
	return s.did(w, r, err, "filing.ready")
}
