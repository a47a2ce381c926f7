package web

import (
	"cmp"
	"net/http"
	"slices"

	"xinshu/internal/delivery"
	"xinshu/internal/duty"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
)

// readingsPage lists what was distributed to the viewer's units.
type readingsPage struct {
	Frame
	List  flow.Page[flow.Reading]
	State delivery.State
	Unit  ident.Unit
	More  string
}

func (*readingsPage) template() string    { return "distribute/readings" }
func (p *readingsPage) names() flow.Names { return p.List.Names }

// No is how an issue is printed.
func (p *readingsPage) No(r flow.Reading) string { return p.tongue.issueNo(r.Issue.Label()) }

// States are the filters.
func (*readingsPage) States() []delivery.State { return delivery.States }

// With is the list's address with another state.
func (p *readingsPage) With(state delivery.State) string {
	return query("/readings", "state", string(state), "unit", string(p.Unit))
}

// readings handles GET /readings.
func (s *Server) readings(w http.ResponseWriter, r *http.Request) error {
	q := flow.ReadingsQuery{State: delivery.State(r.FormValue("state")), Unit: ident.Unit(r.FormValue("unit")), Cursor: r.FormValue("after")}
	list, err := s.flow.Readings(r.Context(), actor(r), q)
	if err != nil {
		return err
	}
	p := &readingsPage{Frame: s.frame(r, "readings.head"), List: list, State: q.State, Unit: q.Unit}
	if list.Next != "" {
		p.More = query("/readings", "state", string(q.State), "unit", string(q.Unit), "after", list.Next)
	}
	return s.page(w, r, p)
}

// readPage is an issue as its readers have it: one text after another, and the
// receipt. Whoever may instruct reads one text at a time, so that the box beside
// it is always about the text that is there.
type readPage struct {
	Frame
	flow.IssueView
	Columns []column
	On      ident.Placement // on which text the box stands; "" shows the whole issue
	Box     box
}

func (*readPage) template() string    { return "distribute/read" }
func (p *readPage) names() flow.Names { return p.Names }
func (p *readPage) inBox() *box       { return &p.Box }

// Arranges reports whether the viewer works on the issue's desk page: a leader of
// the same office reads, and the way there would lead him off.
func (p *readPage) Arranges() bool {
	return p.AtDesk && p.Me != nil && (p.Me.Has(org.Editor) || p.Me.Has(org.Chief))
}

// No is how the issue is printed.
func (p *readPage) No() string { return p.tongue.issueNo(p.Issue.Label()) }

// When it was printed.
func (p *readPage) When() int64 {
	if p.Issue.PublishedAt != 0 {
		return p.Issue.PublishedAt
	}
	return p.Issue.Updated
}

// Shown reports whether a text stands on the page.
func (p *readPage) Shown(id ident.Placement) bool { return p.On == "" || p.On == id }

// texts are all of the issue's, in the order they are printed.
func (p *readPage) texts() []slot {
	var out []slot
	for _, c := range p.Columns {
		out = append(out, c.Texts...)
	}
	return out
}

// at is the place of the text that is shown; -1 with the whole issue.
func (p *readPage) at() int {
	return slices.IndexFunc(p.texts(), func(x slot) bool { return x.Placement.ID == p.On })
}

// Before and After are the neighbours of the text that is shown.
func (p *readPage) Before() *slot { return p.neighbour(-1) }
func (p *readPage) After() *slot  { return p.neighbour(+1) }

func (p *readPage) neighbour(step int) *slot {
	all, i := p.texts(), p.at()
	if i < 0 || i+step < 0 || i+step >= len(all) {
		return nil
	}
	return &all[i+step]
}

// OnTitle is what the text that is shown is called.
func (p *readPage) OnTitle() string {
	if i := p.at(); i >= 0 {
		return p.texts()[i].Title
	}
	return ""
}

// Boxed reports whether the box stands beside the text.
func (p *readPage) Boxed() bool {
	i := p.at()
	return p.MayInstruct && i >= 0 && p.texts()[i].Placement.State != issue.Recalled
}

// DutiesOn are the instructions on one text that the viewer may see.
func (p *readPage) DutiesOn(id ident.Placement) []duty.Duty {
	var out []duty.Duty
	for _, d := range p.Duties {
		if d.Placement == id {
			out = append(out, d)
		}
	}
	return out
}

// reading is the page of an issue, at one of its texts or whole.
func (s *Server) reading(r *http.Request, id ident.Issue, on ident.Placement) (*readPage, error) {
	v, err := s.flow.Issue(r.Context(), actor(r), id)
	if err != nil {
		return nil, err
	}
	p := &readPage{Frame: s.frame(r, ""), IssueView: v, Columns: columnsOf(v), On: on}
	p.Head = p.tongue.title(v.Publication.Name) + " " + p.No()
	if p.at() < 0 {
		p.On = ""
	}
	if all := p.texts(); p.On == "" && v.MayInstruct && len(all) > 0 && r.FormValue("whole") == "" {
		p.On = all[0].Placement.ID
	}
	if p.Boxed() {
		p.Scripts = boxScripts
		p.Box, err = s.boxOf(r, "/issues/"+string(id)+"/instruct", flow.Instruct{Placement: p.On})
	}
	return p, err
}

// read handles GET /issues/{id}/read.
func (s *Server) read(w http.ResponseWriter, r *http.Request) error {
	p, err := s.reading(r, issueID(r), ident.Placement(cmp.Or(r.PostFormValue("placement"), r.FormValue("on"))))
	if err != nil {
		return err
	}
	return s.page(w, r, p)
}

// instructIssue handles POST /issues/{id}/instruct: on one of its texts.
func (s *Server) instructIssue(w http.ResponseWriter, r *http.Request) error {
	in, err := s.order(r)
	if done, derr := s.drafted(w, r, func() (boxPage, error) { return s.reading(r, issueID(r), in.Placement) }); done {
		return derr
	}
	in.Filing = ""
	if err == nil {
		_, err = s.flow.Instruct(once(r), actor(r), in)
	}
	if err != nil {
		return s.again(w, r, err, s.read)
	}
	return s.seeOther(w, r, query("/issues/"+r.PathValue("id")+"/read", "on", string(in.Placement))+"#p-"+string(in.Placement), "duty.given")
}

// confirmCopy handles POST /deliveries/{id}/confirm.
func (s *Server) confirmCopy(w http.ResponseWriter, r *http.Request) error {
	d, err := s.flow.Confirm(r.Context(), actor(r), ident.Delivery(r.PathValue("id")))
	if err != nil {
		return s.again(w, r, err, s.readings)
	}
	return s.seeOther(w, r, "/issues/"+string(d.Issue)+"/read", "delivery.confirmed")
}
