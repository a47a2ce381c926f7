package web

import (
	"net/http"
	"slices"

	"xinshu/internal/duty"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// dutiesPage lists instructions and how far they have come.
type dutiesPage struct {
	Frame
	List  flow.Page[duty.Duty]
	State duty.State
}

func (*dutiesPage) template() string    { return "followup/duties" }
func (p *dutiesPage) names() flow.Names { return p.List.Names }

// States are the filters.
func (*dutiesPage) States() []duty.State { return duty.States }

// duties handles GET /duties.
func (s *Server) duties(w http.ResponseWriter, r *http.Request) error {
	p := &dutiesPage{Frame: s.frame(r, "duties.head"), State: duty.State(r.URL.Query().Get("state"))}
	var q flow.DutiesQuery
	switch {
	case p.State == dutiesOpen:
		q.States = []duty.State{duty.Recorded, duty.PassedOn, duty.Answered}
	case p.State != "":
		q.States = []duty.State{p.State}
	}
	var err error
	if p.List, err = s.flow.Duties(r.Context(), actor(r), q); err != nil {
		return err
	}
	if unit := ident.Unit(r.URL.Query().Get("unit")); unit != "" { // of one unit: what it must do, and what it asked
		p.List.Rows = slices.DeleteFunc(p.List.Rows, func(d duty.Duty) bool { return d.Unit != unit && d.Office != unit })
	}
	return s.page(w, r, p)
}

// dutiesOpen is every state in which somebody must still do something.
const dutiesOpen duty.State = "open"

// dutyPage is one instruction: what was written, who must act, what came back.
type dutyPage struct {
	Frame
	flow.DutyView
}

func (*dutyPage) template() string    { return "followup/duty" }
func (p *dutyPage) names() flow.Names { return p.Names }

// May reports whether a verb is allowed.
func (p *dutyPage) May(v string) bool { return org.Allowed(p.Actions, org.Verb(v)) }

// Why is why a verb that makes sense here is not allowed.
func (p *dutyPage) Why(v string) string { return p.whyNot(p.Actions, org.Verb(v), p.Names) }

// Refused are the verbs that make sense here and are not allowed.
func (p *dutyPage) Refused() []string {
	return slices.DeleteFunc([]string{"pass_on", "answer", "accept"}, func(v string) bool { return p.May(v) || p.Why(v) == "" })
}

// Wide reports whether the office's own page of the text is the viewer's.
func (p *dutyPage) Wide() bool { return p.Me != nil && p.Me.Scope.Desk(p.Duty.Office) }

func dutyID(r *http.Request) ident.Duty { return ident.Duty(r.PathValue("id")) }

// duty handles GET /duties/{id}.
func (s *Server) duty(w http.ResponseWriter, r *http.Request) error {
	v, err := s.flow.Duty(r.Context(), actor(r), dutyID(r))
	if err != nil {
		return err
	}
	return s.page(w, r, &dutyPage{Frame: s.frame(r, "duty.head"), DutyView: v})
}

func (s *Server) pursued(w http.ResponseWriter, r *http.Request, err error, key string) error {
	if err != nil {
		return s.again(w, r, err, s.duty)
	}
	return s.seeOther(w, r, "/duties/"+r.PathValue("id"), key)
}

// passOn handles POST /duties/{id}/pass-on.
func (s *Server) passOn(w http.ResponseWriter, r *http.Request) error {
	var in flow.PassOn
	err := httpio.Form(r, &in)
	if err == nil {
		in.Due, err = s.when(r, "due")
	}
	if err == nil {
		_, err = s.flow.PassOn(r.Context(), actor(r), dutyID(r), in)
	}
	return s.pursued(w, r, err, "duty.passed_on")
}

// answerDuty handles POST /duties/{id}/answer.
func (s *Server) answerDuty(w http.ResponseWriter, r *http.Request) error {
	var in flow.Answer
	err := httpio.Form(r, &in)
	if err == nil {
		_, err = s.flow.Answer(r.Context(), actor(r), dutyID(r), in)
	}
	return s.pursued(w, r, err, "duty.answered")
}

// accept handles POST /duties/{id}/accept.
func (s *Server) accept(w http.ResponseWriter, r *http.Request) error {
	var in flow.Remark
	err := httpio.Form(r, &in)
	if err == nil {
		_, err = s.flow.Accept(r.Context(), actor(r), dutyID(r), in)
	}
	return s.pursued(w, r, err, "duty.accepted")
}

// returnAnswer handles POST /duties/{id}/return.
func (s *Server) returnAnswer(w http.ResponseWriter, r *http.Request) error {
	var in flow.Remark
	err := httpio.Form(r, &in)
	if err == nil {
		_, err = s.flow.ReturnAnswer(r.Context(), actor(r), dutyID(r), in)
	}
	return s.pursued(w, r, err, "duty.returned")
}

// MyName is the viewer's name.
func (f *Frame) MyName() string {
	if f.Me == nil {
		return ""
	}
	return f.Me.Person.Name
}
