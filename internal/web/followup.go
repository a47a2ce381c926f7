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

// dutiesPage lists instructions and how far they have come, what is overdue first.
type dutiesPage struct {
	Frame
	List   flow.Page[flow.DutyRow]
	Counts map[duty.State]int
	State  duty.State
	Unit   ident.Unit // it asks or acts; "": whoever
	More   string
}

func (*dutiesPage) template() string    { return "followup/duties" }
func (p *dutiesPage) names() flow.Names { return p.List.Names }

// States are the filters: what is open, then each state by itself.
func (*dutiesPage) States() []duty.State { return append([]duty.State{dutiesOpen}, duty.States...) }

// Count is how many there are behind a filter; "" is all.
func (p *dutiesPage) Count(state duty.State) int {
	n := 0
	for st, k := range p.Counts {
		if state == "" || st == state || state == dutiesOpen && slices.Contains(flow.OpenDuties, st) {
			n += k
		}
	}
	return n
}

// With is the list's address with another state.
func (p *dutiesPage) With(state duty.State) string {
	return query("/duties", "state", string(state), "unit", string(p.Unit))
}

// About is where the viewer reads what a duty is about: at his desk, or as what
// his unit filed; "" where neither is his.
func (p *dutiesPage) About(d flow.DutyRow) string {
	switch {
	case p.Me == nil:
		return ""
	case p.Me.Scope.Desk(d.Office):
		return "/filings/" + string(d.Filing)
	case p.Me.Scope.Unit(d.From):
		return "/items/" + string(d.Item) + "/where"
	}
	return ""
}

// duties handles GET /duties.
func (s *Server) duties(w http.ResponseWriter, r *http.Request) error {
	p := &dutiesPage{Frame: s.frame(r, "duties.head"), State: duty.State(r.FormValue("state")), Unit: ident.Unit(r.FormValue("unit"))}
	q := flow.DutiesQuery{Party: p.Unit, Cursor: r.FormValue("after"), Limit: 40}
	switch {
	case p.State == dutiesOpen:
		q.States = flow.OpenDuties
	case p.State != "":
		q.States = []duty.State{p.State}
	}
	var err error
	if p.List, err = s.flow.Duties(r.Context(), actor(r), q); err != nil {
		return err
	}
	if p.Counts, err = s.flow.DutyCounts(r.Context(), actor(r), q); err != nil {
		return err
	}
	if p.List.Next != "" {
		p.More = query("/duties", "state", string(p.State), "unit", string(p.Unit), "after", p.List.Next)
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
