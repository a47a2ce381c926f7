package web

import (
	"net/http"
	"slices"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// linesPage is where a unit reports and who reports to it, and beside the lines
// who receives what is printed.
type linesPage struct {
	Frame
	View      flow.LinesView
	Receivers flow.ReceiversView
	More      string
}

func (*linesPage) template() string    { return "register/lines" }
func (p *linesPage) names() flow.Names { return p.View.Names }

// Mine reports whether the viewer may change a line.
func (p *linesPage) Mine(l org.Line) bool { return slices.Contains(p.View.Mine, l.ID) }

// lineRow is one line as a row of either table, named by its other end.
type lineRow struct {
	Page *linesPage
	Line org.Line
	Name string
}

// Line is a line for the template of a row.
func (p *linesPage) Line(l org.Line, name string) lineRow { return lineRow{p, l, name} }

// Today is the value of a date field.
func (p *linesPage) Today() string { return p.tongue.now().In(p.tongue.where).Format("2006-01-02") }

// OutCode and InCode stand in the form for a new line: into an office, out of
// any other unit.
func (p *linesPage) OutCode() string {
	if p.View.Unit.Office {
		return ""
	}
	return p.View.Unit.Code
}

// InCode is the other end.
func (p *linesPage) InCode() string {
	if p.View.Unit.Office {
		return p.View.Unit.Code
	}
	return ""
}

// lines handles GET /units/{id}/lines.
func (s *Server) lines(w http.ResponseWriter, r *http.Request) error {
	return s.showLines(w, r, ident.Unit(r.PathValue("id")))
}

func (s *Server) showLines(w http.ResponseWriter, r *http.Request, id ident.Unit) error {
	v, err := s.flow.Lines(r.Context(), actor(r), id, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	p := &linesPage{Frame: s.frame(r, "lines.head", "unit", v.Unit.Label()), View: v}
	if p.Receivers, err = s.flow.Receivers(r.Context(), actor(r), id); err != nil {
		return err
	}
	if v.Next != "" {
		p.More = query("/units/"+string(id)+"/lines", "after", v.Next)
	}
	return s.page(w, r, p)
}

// addLine handles POST /units/{id}/lines.
func (s *Server) addLine(w http.ResponseWriter, r *http.Request) error {
	id := ident.Unit(r.PathValue("id"))
	var in flow.DrawLine
	err := httpio.Form(r, &in)
	for _, x := range []struct {
		field string
		to    *ident.Unit
	}{{"unit", &in.Unit}, {"office", &in.Office}} {
		if err == nil {
			*x.to, err = s.unitCoded(r, x.field, r.PostFormValue(x.field+"_code"))
		}
		if err == nil && *x.to == "" {
			err = fault.Bad(x.field, "required")
		}
	}
	if err == nil {
		_, err = s.flow.DrawLine(once(r), actor(r), in)
	}
	if err != nil {
		return s.again(w, r, err, s.lines)
	}
	return s.seeOther(w, r, "/units/"+string(id)+"/lines", "register.line_drawn")
}

// changeLine handles POST /lines/{line}/change: its place in the order, or the
// day from which it no longer holds.
func (s *Server) changeLine(w http.ResponseWriter, r *http.Request) error {
	page := ident.Unit(r.PostFormValue("page"))
	var in flow.ChangeLine
	err := httpio.Form(r, &in)
	if err == nil {
		_, err = s.flow.ChangeLine(r.Context(), actor(r), ident.Line(r.PathValue("line")), in)
	}
	if err != nil {
		return s.again(w, r, err, func(w http.ResponseWriter, r *http.Request) error { return s.showLines(w, r, page) })
	}
	return s.seeOther(w, r, "/units/"+string(page)+"/lines", "register.line_saved")
}
