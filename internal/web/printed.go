package web

import (
	"net/http"
	"strings"

	"xinshu/internal/delivery"
	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
)

// printedPage corrects a printed text, or calls it back. What its readers will
// see and who they are is shown before anything is sent.
type printedPage struct {
	Frame
	flow.Placed
	Verb    string
	Copies  []delivery.Delivery
	Who     flow.Names
	Shown   bool   // the readers' view stands below the form
	NewName string // the corrected title as it is now
	NewBody string
	Words   string // what readers are told: the notice, or the reason
}

func (*printedPage) template() string    { return "issue/printed" }
func (p *printedPage) names() flow.Names { return p.Who }

// Why says why it cannot be done, "" when it can.
func (p *printedPage) Why() string {
	return refusal(&p.Frame, p.Actions, org.Verb(p.Verb), p.Who)
}

// Have counts the readers who confirmed that they have it.
func (p *printedPage) Have() int {
	n := 0
	for _, c := range p.Copies {
		if c.ConfirmedAt != 0 {
			n++
		}
	}
	return n
}

func (s *Server) printed(w http.ResponseWriter, r *http.Request, verb, head string) error {
	v, err := s.flow.PlacementText(r.Context(), actor(r), ident.Placement(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := &printedPage{Frame: s.frame(r, head), Placed: v, Verb: verb, NewName: v.Title, NewBody: v.Body}
	if v.Placement.Correction != "" {
		p.NewName, p.NewBody, _ = strings.Cut(v.Placement.Correction, "\n")
	}
	if v.Placement.Issue != "" {
		is, err := s.flow.Issue(r.Context(), actor(r), v.Placement.Issue)
		if err != nil {
			return err
		}
		p.Copies, p.Who = is.Copies, is.Names
	}
	if r.Method == http.MethodPost {
		p.typed = r.PostForm
		p.NewName, p.NewBody = p.Or("title", p.NewName), p.Or("body", p.NewBody)
		p.Words = p.Val("notice") + p.Val("remark")
		p.Shown = p.Problem == nil
	}
	return s.page(w, r, p)
}

// shows reports whether a form of the page asks to see what readers will be told;
// one without words for them is refused as the verb would.
func shows(r *http.Request, field string) (bool, error) {
	if r.PostFormValue("do") != "show" {
		return false, nil
	}
	if strings.TrimSpace(r.PostFormValue(field)) == "" {
		return true, fault.Bad(field, "required")
	}
	return true, nil
}

// correct handles GET /placements/{id}/correct.
func (s *Server) correct(w http.ResponseWriter, r *http.Request) error {
	return s.printed(w, r, "correct", "correct.head")
}

// correctDo handles POST /placements/{id}/correct: shows what readers will see,
// then does it.
func (s *Server) correctDo(w http.ResponseWriter, r *http.Request) error {
	var in flow.Correct
	err := httpio.Form(r, &in)
	var p issue.Placement
	if err == nil {
		var show bool
		if show, err = shows(r, "notice"); show && err == nil {
			return s.correct(w, r)
		}
	}
	if err == nil {
		p, err = s.flow.Correct(r.Context(), actor(r), ident.Placement(r.PathValue("id")), in)
	}
	if err != nil {
		return s.again(w, r, err, s.correct)
	}
	return s.seeOther(w, r, "/issues/"+string(p.Issue), "issue.corrected")
}

// recall handles GET /placements/{id}/recall.
func (s *Server) recall(w http.ResponseWriter, r *http.Request) error {
	return s.printed(w, r, "recall", "recall.head")
}

// recallDo handles POST /placements/{id}/recall: shows what readers will see,
// then does it.
func (s *Server) recallDo(w http.ResponseWriter, r *http.Request) error {
	var in flow.Remark
	err := httpio.Form(r, &in)
	var p issue.Placement
	if err == nil {
		var show bool
		if show, err = shows(r, "remark"); show && err == nil {
			return s.recall(w, r)
		}
	}
	if err == nil {
		p, err = s.flow.Recall(r.Context(), actor(r), ident.Placement(r.PathValue("id")), in)
	}
	if err != nil {
		return s.again(w, r, err, s.recall)
	}
	return s.seeOther(w, r, "/issues/"+string(p.Issue), "issue.recalled")
}
