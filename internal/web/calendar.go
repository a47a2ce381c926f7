package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// calendarPage is the working-day calendar, newest year first.
type calendarPage struct {
	Frame
	View  flow.CalendarView
	Year  int // of the form
	Form  org.CalendarYear
	Sheet string // its days as they are pasted
}

func (*calendarPage) template() string    { return "register/calendar" }
func (p *calendarPage) names() flow.Names { return p.View.Names }

// Newest are the years, newest first.
func (p *calendarPage) Newest() []org.CalendarYear {
	var out []org.CalendarYear
	for i := range p.View.Years {
		out = append(out, p.View.Years[len(p.View.Years)-1-i])
	}
	return out
}

// BadDays are what is wrong with single rows.
func (p *calendarPage) BadDays() []string {
	return p.problems("source", "year")
}

// problems are what is wrong with a form, but for some of its fields.
func (f *Frame) problems(but ...string) []string {
	if f.Problem == nil {
		return nil
	}
	var out []string
	for _, e := range f.Problem.Fields {
		if !slices.Contains(but, e.Path) {
			out = append(out, e.Text)
		}
	}
	return out
}

// calendar handles GET /calendar; year says which the form is filled with.
func (s *Server) calendar(w http.ResponseWriter, r *http.Request) error {
	v, err := s.flow.Calendar(r.Context(), actor(r))
	if err != nil {
		return err
	}
	p := &calendarPage{Frame: s.frame(r, "calendar.head"), View: v}
	year := r.PathValue("year")
	if year == "" {
		year = r.FormValue("year")
	}
	if p.Year, err = strconv.Atoi(year); err != nil {
		p.Year = 0
		if n := len(v.Years); n > 0 {
			p.Year = v.Years[n-1].Year + 1
		}
	}
	p.Form.Year = p.Year
	for _, y := range v.Years {
		if y.Year == p.Year {
			p.Form = y
		}
	}
	var b strings.Builder
	for _, d := range p.Form.Days {
		kind := "休"
		if d.Work {
			kind = "班"
		}
		b.WriteString(d.Day.String() + "," + kind + "," + d.Name + "\n")
	}
	p.Sheet = b.String()
	return s.page(w, r, p)
}

// setCalendar handles POST /calendar/{year}.
func (s *Server) setCalendar(w http.ResponseWriter, r *http.Request) error {
	var in flow.SetCalendar
	err := httpio.Form(r, &in)
	year, numErr := strconv.Atoi(r.PathValue("year"))
	if numErr != nil {
		return errNoPage
	}
	if err == nil {
		_, err = s.flow.SetCalendar(r.Context(), actor(r), year, in)
	}
	if err != nil {
		return s.again(w, r, err, s.calendar)
	}
	return s.seeOther(w, r, "/calendar?year="+strconv.Itoa(year), "calendar.kept", "year", strconv.Itoa(year))
}

// phrasesPage is what an office keeps at hand for instructions.
type phrasesPage struct {
	Frame
	View flow.PhrasesView
}

func (*phrasesPage) template() string { return "register/phrases" }

// Lines are the phrases as they are typed, one a line.
func (p *phrasesPage) Lines() string { return strings.Join(p.View.Phrases.Phrases, "\n") }

// BadLines are what is wrong with them.
func (p *phrasesPage) BadLines() []string {
	return p.problems()
}

// phrases handles GET /offices/{id}/phrases.
func (s *Server) phrases(w http.ResponseWriter, r *http.Request) error {
	v, err := s.flow.Phrases(r.Context(), actor(r), ident.Unit(r.PathValue("id")))
	if err != nil {
		return err
	}
	return s.page(w, r, &phrasesPage{Frame: s.frame(r, "phrases.head"), View: v})
}

// setPhrases handles POST /offices/{id}/phrases.
func (s *Server) setPhrases(w http.ResponseWriter, r *http.Request) error {
	id := ident.Unit(r.PathValue("id"))
	version, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil {
		return errNoPage
	}
	in := flow.SetPhrases{Version: version}
	for line := range strings.Lines(r.PostFormValue("lines")) {
		if line = strings.TrimSpace(line); line != "" {
			in.Phrases = append(in.Phrases, line)
		}
	}
	if _, err := s.flow.SetPhrases(r.Context(), actor(r), id, in); err != nil {
		return s.again(w, r, err, s.phrases)
	}
	return s.seeOther(w, r, "/offices/"+string(id)+"/phrases", "phrases.kept")
}
