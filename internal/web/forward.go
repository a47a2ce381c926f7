package web

import (
	"net/http"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// forwardPage lays a filing before an office above, in words that can be
// changed for it.
type forwardPage struct {
	Frame
	flow.FilingView
}

func (*forwardPage) template() string    { return "desk/forward" }
func (p *forwardPage) names() flow.Names { return p.Names }

// Why says why it cannot be forwarded, "" when it can.
func (p *forwardPage) Why() string { return refusal(&p.Frame, p.Actions, filing.Forward, p.Names) }

// Outside reports whether an office is not on this site.
func (p *forwardPage) Outside(l org.Line) bool { return p.Names.Units[l.Office].Outside }

// OfficeName is where a line leads.
func (p *forwardPage) OfficeName(l org.Line) string { return p.Names.Unit(l.Office) }

// refusal is the sentence of why a verb is not allowed; "" when it is.
func refusal(f *Frame, as []org.Action, v org.Verb, names flow.Names) string {
	for _, a := range as {
		if a.Verb == v && !a.Allowed && len(a.Why) > 0 {
			return f.tongue.reason(a.Why[0], names)
		}
	}
	return ""
}

// forward handles GET /filings/{id}/forward.
func (s *Server) forward(w http.ResponseWriter, r *http.Request) error {
	v, err := s.flow.Filing(r.Context(), actor(r), filingID(r))
	if err != nil {
		return err
	}
	return s.page(w, r, &forwardPage{Frame: s.frame(r, "forward.head", "title", v.Filing.Title), FilingView: v})
}

// forwardDo handles POST /filings/{id}/forward.
func (s *Server) forwardDo(w http.ResponseWriter, r *http.Request) error {
	in := flow.Forward{Seen: -1}
	err := httpio.Form(r, &in)
	var child filing.Filing
	if err == nil {
		child, err = s.flow.Forward(once(r), actor(r), filingID(r), in)
	}
	if err != nil {
		return s.again(w, r, err, s.forward)
	}
	if child.State == filing.Outside {
		return s.seeOther(w, r, "/filings/"+string(child.ID)+"/send", "filing.forwarded_outside")
	}
	return s.seeOther(w, r, "/filings/"+r.PathValue("id"), "filing.forwarded")
}

// outsidePage is what is done about a filing at an office that is not on this
// site: mark how it was sent, or type in what became of it.
type outsidePage struct {
	Frame
	flow.FilingView
	Verb string
}

func (*outsidePage) template() string    { return "desk/outside" }
func (p *outsidePage) names() flow.Names { return p.Names }

// Why says why it cannot be done, "" when it can.
func (p *outsidePage) Why() string {
	return refusal(&p.Frame, p.Actions, org.Verb(p.Verb), p.Names)
}

// Kinds are what an outside office can have done.
func (*outsidePage) Kinds() []string { return filing.OutcomeKinds }

func (s *Server) outside(w http.ResponseWriter, r *http.Request, verb, head string) error {
	v, err := s.flow.Filing(r.Context(), actor(r), filingID(r))
	if err != nil {
		return err
	}
	return s.page(w, r, &outsidePage{Frame: s.frame(r, head), FilingView: v, Verb: verb})
}

// sent handles GET /filings/{id}/send.
func (s *Server) sent(w http.ResponseWriter, r *http.Request) error {
	return s.outside(w, r, "send", "send.head")
}

// sendDo handles POST /filings/{id}/send.
func (s *Server) sendDo(w http.ResponseWriter, r *http.Request) error {
	var in flow.Send
	err := httpio.Form(r, &in)
	if err == nil {
		in.At, err = s.when(r, "at")
	}
	if err == nil {
		_, err = s.flow.Send(r.Context(), actor(r), filingID(r), in)
	}
	if err != nil {
		return s.again(w, r, err, s.sent)
	}
	return s.seeOther(w, r, "/filings/"+r.PathValue("id"), "filing.sent")
}

// outcome handles GET /filings/{id}/outcome.
func (s *Server) outcome(w http.ResponseWriter, r *http.Request) error {
	return s.outside(w, r, "enter_outcome", "outcome.head")
}

// outcomeDo handles POST /filings/{id}/outcome.
func (s *Server) outcomeDo(w http.ResponseWriter, r *http.Request) error {
	var in flow.EnterOutcome
	err := httpio.Form(r, &in)
	if err == nil {
		in.Occurred, err = s.when(r, "occurred")
	}
	if err == nil {
		_, err = s.flow.EnterOutcome(once(r), actor(r), filingID(r), in)
	}
	if err != nil {
		return s.again(w, r, err, s.outcome)
	}
	return s.seeOther(w, r, "/filings/"+r.PathValue("id")+"/outcomes", "outcome.entered")
}

// outcomesPage lists what outside offices did with a filing; a second person
// checks each.
type outcomesPage struct {
	Frame
	flow.FilingView
	At ident.Outcome // the one that was refused just now
}

func (*outcomesPage) template() string    { return "desk/outcomes" }
func (p *outcomesPage) names() flow.Names { return p.Names }

// MayDecide reports whether an outcome waits for the viewer's word.
func (p *outcomesPage) MayDecide(o filing.Outcome) bool {
	return o.State == filing.OutcomeEntered && org.Allowed(p.Actions, filing.DecideOutcome) && (p.Me == nil || o.EnteredBy != p.Me.Person.ID)
}

// Own reports whether the viewer typed it in himself.
func (p *outcomesPage) Own(o filing.Outcome) bool {
	return o.State == filing.OutcomeEntered && p.Me != nil && o.EnteredBy == p.Me.Person.ID
}

// outcomes handles GET /filings/{id}/outcomes.
func (s *Server) outcomes(w http.ResponseWriter, r *http.Request) error {
	return s.showOutcomes(w, r, filingID(r))
}

func (s *Server) showOutcomes(w http.ResponseWriter, r *http.Request, id ident.Filing) error {
	v, err := s.flow.Filing(r.Context(), actor(r), id)
	if err != nil {
		return err
	}
	return s.page(w, r, &outcomesPage{Frame: s.frame(r, "outcomes.head"), FilingView: v, At: ident.Outcome(r.PathValue("outcome"))})
}

// outcomeAt handles GET /outcomes/{outcome}: the list it stands in.
func (s *Server) outcomeAt(w http.ResponseWriter, r *http.Request) error {
	id := r.URL.Query().Get("filing")
	if !ident.Valid(id) {
		return fault.Missing("outcome", r.PathValue("outcome"))
	}
	http.Redirect(w, r, "/filings/"+id+"/outcomes#o-"+r.PathValue("outcome"), http.StatusSeeOther)
	return nil
}

// decideOutcome handles POST /outcomes/{outcome}.
func (s *Server) decideOutcome(w http.ResponseWriter, r *http.Request) error {
	var in flow.DecideOutcome
	err := httpio.Form(r, &in)
	at := ident.Filing(r.PostFormValue("filing"))
	if err == nil {
		_, err = s.flow.DecideOutcome(r.Context(), actor(r), ident.Outcome(r.PathValue("outcome")), in)
	}
	if err != nil {
		return s.again(w, r, err, func(w http.ResponseWriter, r *http.Request) error { return s.showOutcomes(w, r, at) })
	}
	done := "outcome.rejected"
	if in.Confirm {
		done = "outcome.confirmed"
	}
	return s.seeOther(w, r, ourPath("/filings/"+string(at)+"/outcomes"), done)
}
