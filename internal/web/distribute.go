package web

import (
	"net/http"

	"xinshu/internal/duty"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
)

// readingsPage lists what was distributed to the viewer's units.
type readingsPage struct {
	Frame
	List flow.Page[flow.Reading]
	More string
}

func (*readingsPage) template() string    { return "distribute/readings" }
func (p *readingsPage) names() flow.Names { return p.List.Names }

// No is how an issue is printed.
func (p *readingsPage) No(r flow.Reading) string { return p.tongue.issueNo(r.Issue.Label()) }

// readings handles GET /readings.
func (s *Server) readings(w http.ResponseWriter, r *http.Request) error {
	list, err := s.flow.Readings(r.Context(), actor(r), r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	p := &readingsPage{Frame: s.frame(r, "readings.head"), List: list}
	if list.Next != "" {
		p.More = query("/readings", "after", list.Next)
	}
	return s.page(w, r, p)
}

// readPage is an issue as its readers have it: one text after another, a box
// for an instruction, the receipt.
type readPage struct {
	Frame
	flow.IssueView
	Columns []column
	On      ident.Placement // on which text the box stands
}

func (*readPage) template() string    { return "distribute/read" }
func (p *readPage) names() flow.Names { return p.Names }

// No is how the issue is printed.
func (p *readPage) No() string { return p.tongue.issueNo(p.Issue.Label()) }

// When it was printed.
func (p *readPage) When() int64 {
	if p.Issue.PublishedAt != 0 {
		return p.Issue.PublishedAt
	}
	return p.Issue.Updated
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

// read handles GET /issues/{id}/read.
func (s *Server) read(w http.ResponseWriter, r *http.Request) error {
	v, err := s.flow.Issue(r.Context(), actor(r), issueID(r))
	if err != nil {
		return err
	}
	p := &readPage{Frame: s.frame(r, ""), IssueView: v, Columns: columnsOf(v), On: ident.Placement(r.FormValue("on"))}
	if given := r.PostFormValue("placement"); given != "" {
		p.On = ident.Placement(given)
	}
	p.Head = p.tongue.title(v.Publication.Name) + " " + p.No()
	return s.page(w, r, p)
}

// instructIssue handles POST /issues/{id}/instruct: on one of its texts.
func (s *Server) instructIssue(w http.ResponseWriter, r *http.Request) error {
	var in flow.Instruct
	err := httpio.Form(r, &in)
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
