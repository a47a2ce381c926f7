package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
	"xinshu/internal/text"
)

// filingPage is the desk: raw beside edited, and every decision.
type filingPage struct {
	Frame
	flow.FilingView
	Rows    []deskRow // the title, then the raw and the edited body side by side
	Waiting waiting
	View    string // marked, clean (without the marks), or raw (on a telephone)
	Part    bool   // answers the page's own script: what was done is said inside
	Said    string
	Behind  *behind // somebody saved meanwhile
}

func (*filingPage) template() string    { return "desk/filing" }
func (p *filingPage) names() flow.Names { return p.Names }

// May reports whether a verb is allowed.
func (p *filingPage) May(v string) bool { return org.Allowed(p.Actions, org.Verb(v)) }

// WhyNot is why a verb is not, "" when it makes no sense here.
func (p *filingPage) WhyNot(v string) string { return p.whyNot(p.Actions, org.Verb(v), p.Names) }

// FiguresOf are the numbers of one kind of change.
func (p *filingPage) FiguresOf(kind string) []text.Move {
	var out []text.Move
	for _, m := range p.Figures {
		if m.Kind == kind {
			out = append(out, m)
		}
	}
	return out
}

// JustMerged reports whether the reader made this composite a moment ago and
// nothing happened to it since, so that it can be taken apart in one step.
func (p *filingPage) JustMerged() bool {
	f := p.Filing
	return f.Composite && f.Revision == 0 && p.Me != nil && f.Holder == p.Me.Person.ID && p.May("unmerge") && !p.May("undo") &&
		p.tongue.now().UnixMicro()-f.Filed < filing.UndoFor
}

// MergedLeft is how long the bar stays.
func (p *filingPage) MergedLeft() string {
	return p.tongue.span(time.UnixMicro(p.Filing.Filed + filing.UndoFor).Sub(p.tongue.now()))
}

// Edited reports whether the desk has a text of its own.
func (p *filingPage) Edited() bool { return p.Filing.Revision > 0 }

// decisionVerb is one button of the bar.
type decisionVerb struct {
	Verb  string
	Key   string // on the keyboard
	Path  string
	Post  bool
	Main  bool
	Grave bool
	Why   string // not allowed, and why
	Said  string // the first verb with the same why
}

// keptBack is one sentence for all verbs that it keeps back.
type keptBack struct{ Of, Verbs, Why string }

// Decisions are the bar's buttons in their order, those that make no sense here
// left out.
func (p *filingPage) Decisions() []decisionVerb {
	base := "/filings/" + string(p.Filing.ID) + "/"
	all := []decisionVerb{
		{Verb: "receive", Key: "s", Path: base + "receive", Post: true},
		{Verb: "take_over", Path: base + "take-over", Post: true},
		{Verb: "adopt", Key: "a", Path: base + "adopt"},
		{Verb: "mark_ready", Path: base + "ready", Post: true},
		{Verb: "revise", Key: "e", Path: base + "edit"},
		{Verb: "merge", Key: "m", Path: query("/merge", "filing", string(p.Filing.ID))},
		{Verb: "unmerge", Path: base + "unmerge", Post: true},
		{Verb: "hold", Key: "h", Path: base + "hold"},
		{Verb: "resume", Path: base + "resume", Post: true},
		{Verb: "undo", Key: "u", Path: base + "undo", Post: true},
		{Verb: "forward", Key: "f", Path: base + "forward"},
		{Verb: "send", Path: base + "send"},
		{Verb: "enter_outcome", Path: base + "outcome"},
		{Verb: "instruct", Path: base + "instruct"},
		{Verb: "return", Key: "r", Path: base + "return", Grave: true},
		{Verb: "decline", Key: "x", Path: base + "decline", Grave: true},
	}
	other := p.Me == nil || p.Filing.Holder != "" && p.Filing.Holder != p.Me.Person.ID && !p.May("revise")
	var out []decisionVerb
	for _, d := range all {
		switch {
		case d.Verb == "take_over" && !other, d.Verb == "merge" && p.Filing.Composite, d.Verb == "mark_ready" && other:
			continue // it is mine already; a composite has its own page; said once
		case p.May(d.Verb):
			d.Main = d.Verb == mainVerbs[p.Filing.State] && (d.Verb != "adopt" || !p.used())
			out = append(out, d)
		case d.Verb != "unmerge" && d.Verb != "undo":
			if d.Why = p.WhyNot(d.Verb); d.Why != "" {
				d.Said = d.Verb
				if i := slices.IndexFunc(out, func(o decisionVerb) bool { return o.Why == d.Why }); i >= 0 {
					d.Said = out[i].Verb
				}
				out = append(out, d)
			}
		}
	}
	return out
}

// mainVerbs are what usually comes next: the solid button.
var mainVerbs = map[filing.State]string{
	filing.Filed: "receive", filing.Received: "revise", filing.Editing: "mark_ready", filing.Ready: "adopt",
	filing.Held: "resume", filing.Declined: "resume", filing.Outside: "enter_outcome",
}

// MainVerb is the verb of the solid button.
func (p *filingPage) MainVerb() string {
	for _, d := range p.Decisions() {
		if d.Main {
			return d.Verb
		}
	}
	return ""
}

// Refused says why verbs are dashed, each reason once.
func (p *filingPage) Refused() []keptBack {
	var out []keptBack
	for _, d := range p.Decisions() {
		if d.Why == "" {
			continue
		}
		verb := p.tongue.word("verb", d.Verb)
		if i := slices.IndexFunc(out, func(k keptBack) bool { return k.Of == d.Said }); i >= 0 {
			out[i].Verbs += p.tongue.say("list.and") + verb
			continue
		}
		out = append(out, keptBack{d.Verb, verb, d.Why})
	}
	return out
}

// used reports whether a publication has it already; another one can still take it.
func (p *filingPage) used() bool { return slices.ContainsFunc(p.Placements, p.Live) }

// PublicationName is what a placement's publication is called.
func (p *filingPage) PublicationName(id ident.Publication) string {
	for _, pub := range p.Publications {
		if pub.ID == id {
			return pub.Name
		}
	}
	return string(id)
}

// filing handles GET /filings/{id}.
func (s *Server) filing(w http.ResponseWriter, r *http.Request) error {
	v, err := s.flow.Filing(r.Context(), actor(r), ident.Filing(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := &filingPage{Frame: s.frame(r, ""), FilingView: v, View: "marked", Part: r.Header.Get("HX-Request") != "", Behind: s.behindOf(r, v)}
	if view := r.FormValue("view"); view == "clean" || view == "raw" {
		p.View = view
	}
	p.Scripts = []string{"htmx.min.js", "desk.js"}
	p.Head = v.Filing.Title
	p.Rows, p.Waiting = rowsOf(v), waitingOf(v)
	if done := visitOf(r).done; len(done) > 0 {
		p.Said = p.tongue.say("done."+done[0], anys(done[1:])...)
	}
	return s.page(w, r, p)
}

// did finishes a verb on a filing: back to its page, or the page again with why not.
// The page's own script gets the page at once, as it is now.
func (s *Server) did(w http.ResponseWriter, r *http.Request, err error, key string, pairs ...string) error {
	if err != nil {
		return s.again(w, r, err, s.filing)
	}
	if r.Header.Get("HX-Request") != "" {
		visitOf(r).done = append([]string{key}, pairs...)
		return s.filing(w, r)
	}
	return s.seeOther(w, r, "/filings/"+r.PathValue("id"), key, pairs...)
}

func filingID(r *http.Request) ident.Filing { return ident.Filing(r.PathValue("id")) }

// receive handles POST /filings/{id}/receive.
func (s *Server) receive(w http.ResponseWriter, r *http.Request) error {
	_, err := s.flow.Receive(r.Context(), actor(r), filingID(r))
	return s.did(w, r, err, "filing.received")
}

// assign handles POST /filings/{id}/assign.
func (s *Server) assign(w http.ResponseWriter, r *http.Request) error {
	var in flow.Assign
	err := httpio.Form(r, &in)
	if err == nil {
		_, err = s.flow.Assign(r.Context(), actor(r), filingID(r), in)
	}
	return s.did(w, r, err, "filing.assigned")
}

// resume handles POST /filings/{id}/resume.
func (s *Server) resume(w http.ResponseWriter, r *http.Request) error {
	_, err := s.flow.Resume(r.Context(), actor(r), filingID(r))
	return s.did(w, r, err, "filing.resumed")
}

// undo handles POST /filings/{id}/undo.
func (s *Server) undo(w http.ResponseWriter, r *http.Request) error {
	_, err := s.flow.Undo(r.Context(), actor(r), filingID(r))
	return s.did(w, r, err, "filing.undone")
}

// decisionPage asks for the reason, or the publication, of one decision.
type decisionPage struct {
	Frame
	flow.FilingView
	Verb string
}

func (*decisionPage) template() string    { return "desk/decision" }
func (p *decisionPage) names() flow.Names { return p.Names }

// Why says why the decision cannot be taken, "" when it can.
func (p *decisionPage) Why() string {
	for _, a := range p.Actions {
		if string(a.Verb) == p.Verb && !a.Allowed && len(a.Why) > 0 {
			return p.tongue.reason(a.Why[0], p.Names)
		}
	}
	return ""
}

// Last is what was done to the filing last: whoever is refused learns what came
// between.
func (p *decisionPage) Last() *laneStep {
	for i := len(p.Steps) - 1; i >= 0; i-- {
		if st := p.Steps[i]; st.Person != "" {
			return &laneStep{Step: st, What: p.tongue.happened(st.Kind)}
		}
	}
	return nil
}

// Grave marks the decisions that give a text back.
func (p *decisionPage) Grave() bool { return p.Verb == "return" || p.Verb == "decline" }

// decision handles GET /filings/{id}/hold, decline, return and adopt.
func (s *Server) decision(w http.ResponseWriter, r *http.Request) error {
	v, err := s.flow.Filing(r.Context(), actor(r), filingID(r))
	if err != nil {
		return err
	}
	verb := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	return s.page(w, r, &decisionPage{Frame: s.frame(r, "decision.head."+verb, "title", v.Filing.Title), FilingView: v, Verb: verb})
}

func (s *Server) decided(w http.ResponseWriter, r *http.Request, err error, key string) error {
	if err != nil {
		return s.again(w, r, err, s.decision)
	}
	return s.seeOther(w, r, "/filings/"+r.PathValue("id"), key)
}

// hold handles POST /filings/{id}/hold.
func (s *Server) hold(w http.ResponseWriter, r *http.Request) error {
	var in flow.Hold
	err := httpio.Form(r, &in)
	if err == nil {
		in.Until, err = s.when(r, "until")
	}
	if err == nil {
		_, err = s.flow.Hold(once(r), actor(r), filingID(r), in)
	}
	return s.decided(w, r, err, "filing.held")
}

// decline handles POST /filings/{id}/decline.
func (s *Server) decline(w http.ResponseWriter, r *http.Request) error {
	var in flow.Decline
	err := httpio.Form(r, &in)
	if err == nil {
		_, err = s.flow.Decline(once(r), actor(r), filingID(r), in)
	}
	return s.decided(w, r, err, "filing.declined")
}

// returnFiling handles POST /filings/{id}/return.
func (s *Server) returnFiling(w http.ResponseWriter, r *http.Request) error {
	var in flow.Return
	err := httpio.Form(r, &in)
	if err == nil {
		in.Due, err = s.when(r, "due")
	}
	if err == nil {
		_, err = s.flow.Return(once(r), actor(r), filingID(r), in)
	}
	return s.decided(w, r, err, "filing.returned")
}

// adopt handles POST /filings/{id}/adopt.
func (s *Server) adopt(w http.ResponseWriter, r *http.Request) error {
	in := flow.Adopt{Seen: -1}
	err := httpio.Form(r, &in)
	if err == nil {
		_, err = s.flow.Adopt(once(r), actor(r), filingID(r), in)
	}
	return s.decided(w, r, err, "filing.adopted")
}

// unadopt handles POST /placements/{id}/unadopt; back names the page it came from.
func (s *Server) unadopt(w http.ResponseWriter, r *http.Request) error {
	var in flow.Remark
	if err := httpio.Form(r, &in); err != nil {
		return err
	}
	p, err := s.flow.Unadopt(r.Context(), actor(r), ident.Placement(r.PathValue("id")), in)
	if err != nil {
		return err
	}
	back := "/filings/" + string(p.Filing)
	if b := r.PostFormValue("back"); b != "" {
		back = ourPath(b)
	}
	return s.seeOther(w, r, back, "filing.unadopted")
}

// fileForPage is where the desk enters what came by telephone or on paper.
type fileForPage struct {
	Frame
	Units []org.Unit
	Rules org.Rules
}

func (*fileForPage) template() string { return "desk/filefor" }

// MaxTitle and MaxBody are the office's limits.
func (p *fileForPage) MaxTitle() int { return maxTitleOf(p.Rules) }

// MaxBody is the longest body the office takes.
func (p *fileForPage) MaxBody() int { return maxBodyOf(p.Rules) }

// fileFor handles GET /filings/new.
func (s *Server) fileFor(w http.ResponseWriter, r *http.Request) error {
	p := &fileForPage{Frame: s.frame(r, "filefor.head")}
	if p.Me == nil {
		return errNoPage
	}
	if err := s.filedFor(r, p); err != nil {
		return err
	}
	return s.page(w, r, p)
}

// filedFor reads the units that report to the office, and its limits.
func (s *Server) filedFor(r *http.Request, p *fileForPage) error {
	v, err := s.flow.Unit(r.Context(), actor(r), p.Me.Current.Unit, "")
	if err != nil {
		return err
	}
	p.Units, p.Rules = reporting(v), v.Rules
	return nil
}

// reporting are the units that report to an office, each once.
func reporting(v flow.UnitView) (out []org.Unit) {
	for _, l := range v.Below {
		if u, ok := v.Names.Units[l.Unit]; ok && !slices.ContainsFunc(out, func(x org.Unit) bool { return x.ID == u.ID }) {
			out = append(out, u)
		}
	}
	return out
}

// fileForForm reads the form. The unit may be typed by its name.
func (s *Server) fileForForm(r *http.Request) (in flow.FileFor, err error) {
	if err = httpio.Form(r, &in); err == nil {
		in.At, err = s.when(r, "at")
	}
	if err != nil {
		return in, err
	}
	p := &fileForPage{Frame: s.frame(r, "")}
	if p.Me == nil {
		return in, errNoPage
	}
	in.Office = p.Me.Current.Unit
	if err := s.filedFor(r, p); err != nil {
		return in, err
	}
	in.Unit, err = unitMeant(p.Units, string(in.Unit))
	return in, err
}

// unitMeant finds the unit that was typed: by its name, or by a part of it that no
// other name has.
func unitMeant(units []org.Unit, typed string) (ident.Unit, error) {
	typed = strings.TrimSpace(typed)
	if ident.Valid(typed) {
		return ident.Unit(typed), nil
	}
	var near []ident.Unit
	for _, u := range units {
		if typed == u.Name || typed == u.Label() {
			return u.ID, nil
		}
		if strings.Contains(u.Name, typed) {
			near = append(near, u.ID)
		}
	}
	if len(near) != 1 || typed == "" {
		return "", fault.Bad("unit", "choose")
	}
	return near[0], nil
}

// UnitLabel is what a unit is called, or what was typed.
func (p *fileForPage) UnitLabel(id string) string {
	for _, u := range p.Units {
		if string(u.ID) == id {
			return u.Label()
		}
	}
	return id
}

// fileForDo handles POST /filings.
func (s *Server) fileForDo(w http.ResponseWriter, r *http.Request) error {
	in, err := s.fileForForm(r)
	if err != nil {
		return s.again(w, r, err, s.fileFor)
	}
	out, err := s.flow.FileFor(once(r), actor(r), in)
	if err != nil {
		return s.again(w, r, err, s.fileFor)
	}
	if len(out.Filings) == 0 {
		return s.seeOther(w, r, "/inbox", "filing.filed_for")
	}
	return s.seeOther(w, r, "/filings/"+string(out.Filings[0].ID), "filing.filed_for")
}

// Timeline is what happened on this desk, the newest first.
func (p *filingPage) Timeline() []laneStep {
	out := make([]laneStep, 0, len(p.Steps))
	for i := range p.Steps {
		st := p.Steps[len(p.Steps)-1-i]
		out = append(out, laneStep{Step: st, What: p.tongue.happened(st.Kind)})
	}
	return out
}

// Live reports whether a placement still stands.
func (*filingPage) Live(p issue.Placement) bool { return p.State.Live() }
