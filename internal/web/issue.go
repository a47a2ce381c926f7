package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/delivery"
	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
)

// issuesPage lists issues by publication; a desk opens the next one here.
type issuesPage struct {
	Frame
	List        flow.Page[flow.IssueRow]
	Open        []issue.Publication // of which the viewer may begin an issue
	Publication ident.Publication
	State       issue.State
	More        string
	Waiting     int // adopted and not placed yet
}

func (*issuesPage) template() string    { return "issue/list" }
func (p *issuesPage) names() flow.Names { return p.List.Names }

// States are the filters.
func (*issuesPage) States() []issue.State { return issue.States }

// With is the list's address with one filter changed.
func (p *issuesPage) With(state issue.State) string {
	return query("/issues", "publication", string(p.Publication), "state", string(state))
}

// issues handles GET /issues.
func (s *Server) issues(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p := &issuesPage{Frame: s.frame(r, "issues.head"), Publication: ident.Publication(q.Get("publication")), State: issue.State(q.Get("state"))}
	if p.Me == nil {
		return errNoPage
	}
	in := flow.IssuesQuery{Publication: p.Publication, Cursor: q.Get("after"), Limit: 40}
	if p.State != "" {
		in.States = []issue.State{p.State}
	}
	var err error
	if p.List, err = s.flow.Issues(r.Context(), actor(r), in); err != nil {
		return err
	}
	if p.List.Next != "" {
		p.More = query("/issues", "publication", string(p.Publication), "state", string(p.State), "after", p.List.Next)
	}
	pubs, err := s.flow.Publications(r.Context(), actor(r))
	if err != nil {
		return err
	}
	for _, v := range pubs {
		if p.Me.HasAt(v.Office.ID, org.Editor) || p.Me.HasAt(v.Office.ID, org.Chief) {
			p.Open = append(p.Open, v.Publication)
		}
	}
	if len(p.Open) > 0 {
		if p.Waiting, err = s.flow.TrayCount(r.Context(), actor(r), p.Open[0].Office); err != nil {
			return err
		}
	}
	return s.page(w, r, p)
}

// trayPage lists what is adopted and waits for an issue.
type trayPage struct {
	Frame
	List flow.Page[flow.Placed]
	Pubs map[ident.Publication]string
	More string
}

func (*trayPage) template() string    { return "issue/tray" }
func (p *trayPage) names() flow.Names { return p.List.Names }

// Into is where a publication's open issues are, to place a text in one.
func (p *trayPage) Into(id ident.Publication) string {
	return query("/issues", "publication", string(id), "state", string(issue.Open))
}

// tray handles GET /tray.
func (s *Server) tray(w http.ResponseWriter, r *http.Request) error {
	p := &trayPage{Frame: s.frame(r, "tray.head"), Pubs: map[ident.Publication]string{}}
	if p.Me == nil {
		return errNoPage
	}
	var err error
	if p.List, err = s.flow.Tray(r.Context(), actor(r), flow.TrayQuery{Office: p.Me.Current.Unit, Cursor: r.FormValue("after"), Limit: 40}); err != nil {
		return err
	}
	if p.List.Next != "" {
		p.More = query("/tray", "after", p.List.Next)
	}
	pubs, err := s.flow.Publications(r.Context(), actor(r))
	if err != nil {
		return err
	}
	for _, v := range pubs {
		p.Pubs[v.Publication.ID] = v.Publication.Name
	}
	return s.page(w, r, p)
}

// openIssue handles POST /issues.
func (s *Server) openIssue(w http.ResponseWriter, r *http.Request) error {
	var in flow.OpenIssue
	err := httpio.Form(r, &in)
	var is issue.Issue
	if err == nil {
		is, err = s.flow.OpenIssue(once(r), actor(r), in)
	}
	if err != nil {
		return s.again(w, r, err, s.issues)
	}
	return s.seeOther(w, r, "/issues/"+string(is.ID), "issue.opened", "n", strconv.Itoa(is.Number))
}

// column is one heading of an issue with its texts.
type column struct {
	Name  string
	Texts []slot
}

// slot is one text in its place: its number as printed, the places of its
// neighbours.
type slot struct {
	flow.Placed
	No       int
	Up, Down spot // where a step leads; no column: nowhere
	Checks   []flow.Check
}

// spot is a place in an issue: in a column, before a text or at its end.
type spot struct {
	Column string
	Before ident.Placement
}

// May reports whether a verb is allowed on the text.
func (s slot) May(v string) bool { return org.Allowed(s.Actions, org.Verb(v)) }

// Corrected is the corrected text of a printed one: title, then body.
func (s slot) Corrected() (out struct{ Title, Body string }) {
	out.Title, out.Body, _ = strings.Cut(s.Placement.Correction, "\n")
	return out
}

// columnsOf puts an issue's texts under their headings, in the order they are
// printed: by column, and within it by place.
func columnsOf(v flow.IssueView) []column {
	names := slices.Clone(v.Publication.Columns)
	for _, p := range v.Placed {
		if !slices.Contains(names, p.Placement.Column) {
			names = append(names, p.Placement.Column)
		}
	}
	var out []column
	no := 0
	for _, name := range names {
		c := column{Name: name}
		for _, p := range v.Placed {
			if p.Placement.Column != name {
				continue
			}
			no++
			x := slot{Placed: p, No: no}
			for _, ch := range v.Checks {
				if ch.Placement == p.Placement.ID {
					x.Checks = append(x.Checks, ch)
				}
			}
			c.Texts = append(c.Texts, x)
		}
		out = append(out, c)
	}
	for i := range out {
		out[i].steps(out, i)
	}
	return out
}

// steps finds where each text of a column goes by one step: past its neighbour,
// or over into the next column.
func (c column) steps(all []column, at int) {
	for i := range c.Texts {
		x := &c.Texts[i]
		switch {
		case i > 0:
			x.Up = spot{c.Name, c.Texts[i-1].Placement.ID}
		case at > 0:
			x.Up = spot{Column: all[at-1].Name}
		}
		switch {
		case i+2 < len(c.Texts):
			x.Down = spot{c.Name, c.Texts[i+2].Placement.ID}
		case i+1 < len(c.Texts):
			x.Down = spot{Column: c.Name}
		case at+1 < len(all):
			x.Down = spot{Column: all[at+1].Name}
			if next := all[at+1].Texts; len(next) > 0 {
				x.Down.Before = next[0].Placement.ID
			}
		}
	}
}

// issuePage is the composer: order left, checks and proof right, decisions at
// the foot.
type issuePage struct {
	Frame
	flow.IssueView
	Columns   []column
	Approving bool // the page on which it is read as printed and signed
}

func (p *issuePage) template() string {
	if p.Approving {
		return "issue/approve"
	}
	return "issue/issue"
}
func (*issuePage) part() string        { return "composer" }
func (p *issuePage) names() flow.Names { return p.Names }

// May reports whether a verb is allowed.
func (p *issuePage) May(v string) bool { return org.Allowed(p.Actions, org.Verb(v)) }

// WhyNot is why a verb is not; "" when it makes no sense here.
func (p *issuePage) WhyNot(v string) string { return p.whyNot(p.Actions, org.Verb(v), p.Names) }

// Editable reports whether texts can still be moved.
func (p *issuePage) Editable() bool { return p.Issue.State == issue.Open && p.May("arrange") }

// Printed reports whether readers have it.
func (p *issuePage) Printed() bool { return p.Issue.State == issue.Published }

// No is how the issue is printed.
func (p *issuePage) No() string { return p.tongue.issueNo(p.Issue.Label()) }

// Title names the issue.
func (p *issuePage) Title() string { return p.tongue.title(p.Publication.Name) + " " + p.No() }

// Length is how much the issue holds.
func (p *issuePage) Length() int {
	n := 0
	for _, t := range p.Placed {
		n += length(t.Body)
	}
	return n
}

// Said is the sentence of a check.
func (p *issuePage) Said(c flow.Check) string {
	params := map[string]string{}
	for k, v := range c.Params {
		params[k] = p.tongue.param(k, v, p.Names)
		if k == "issue_no" {
			params[k] = p.tongue.issueNo(v)
		}
	}
	return p.tongue.with("issue.check."+c.Code, params)
}

// Mend is where one sees to a check.
func (p *issuePage) Mend(c flow.Check) string {
	switch c.Code {
	case "still_edited", "over_long":
		return "/filings/" + string(c.Filing) + "/edit"
	case "printed_before":
		return "/issues/" + string(c.Issue) + "/read"
	case "near_same":
		return "#x-" + string(c.Placement)
	case "unsourced", "figures":
		return "/filings/" + string(c.Filing) + "/compose"
	case "empty_column":
		return ""
	}
	return "/filings/" + string(c.Filing)
}

// SheetDay is the day on the sheet, written as print writes it: when it was
// printed, or will be.
func (p *issuePage) SheetDay() string {
	at := p.tongue.now().UnixMicro()
	switch {
	case p.Issue.PublishedAt != 0:
		at = p.Issue.PublishedAt
	case p.Schedule != nil && p.Schedule.FailedAt == 0:
		at = p.Schedule.At
	}
	d := p.tongue.at(at)
	return p.tongue.say("sheet.day", "y", d.Year(), "m", int(d.Month()), "d", d.Day())
}

// TimeInput is the time it comes out, as a field has it.
func (p *issuePage) TimeInput() string {
	if p.Schedule == nil || p.Schedule.FailedAt != 0 {
		return ""
	}
	return p.tongue.dayInput(p.Schedule.At)
}

// TimeWhy says why it did not come out at its time.
func (p *issuePage) TimeWhy() string { return p.tongue.timeWhy(p.Schedule.Why) }

func (w tongue) timeWhy(code string) string {
	if key := "timing.why." + code; w.has(key) {
		return w.say(key)
	}
	return w.say("timing.why.other", "code", code)
}

// Reach counts the units on the distribution list.
func (p *issuePage) Reach() int { return len(p.Readers) }

// Unsent reports whether somebody on the list has no copy.
func (p *issuePage) Unsent() bool {
	return slices.ContainsFunc(p.Readers, func(r issue.ReadBy) bool {
		return !slices.ContainsFunc(p.Copies, func(d delivery.Delivery) bool { return d.Unit == r.Unit })
	})
}

// Confirmed counts the receipts.
func (p *issuePage) Confirmed() int {
	n := 0
	for _, c := range p.Copies {
		if c.State == delivery.Confirmed {
			n++
		}
	}
	return n
}

// To are the units of one manner of distribution, as the imprint has them.
func (p *issuePage) To(manner string) string {
	var out []string
	for _, r := range p.Readers {
		if r.Manner == manner {
			out = append(out, p.Names.UnitOn(r.Unit, p.Issue.PublishedAt))
		}
	}
	return strings.Join(out, p.tongue.say("list.and"))
}

// Manners are those of the imprint that reach somebody.
func (p *issuePage) Manners() []string {
	return slices.DeleteFunc(slices.Clone(issue.Manners), func(m string) bool { return p.To(m) == "" })
}

func issueID(r *http.Request) ident.Issue { return ident.Issue(r.PathValue("id")) }

// issue handles GET /issues/{id}.
func (s *Server) issue(w http.ResponseWriter, r *http.Request) error {
	return s.showIssue(w, r, issueID(r))
}

func (s *Server) showIssue(w http.ResponseWriter, r *http.Request, id ident.Issue) error {
	v, err := s.flow.Issue(r.Context(), actor(r), id)
	if err != nil {
		return err
	}
	if !v.AtDesk {
		http.Redirect(w, r, "/issues/"+string(id)+"/read", http.StatusSeeOther)
		return nil
	}
	p := &issuePage{Frame: s.frame(r, ""), IssueView: v, Columns: columnsOf(v)}
	p.Head = p.Title()
	if p.Editable() {
		p.Scripts = []string{"htmx.min.js", "sortable.min.js", "issue.js"}
	}
	return s.page(w, r, p)
}

// approval handles GET /issues/{id}/approve: the issue as it will be printed, to
// sign or to send back, on any screen.
func (s *Server) approval(w http.ResponseWriter, r *http.Request) error {
	v, err := s.flow.Issue(r.Context(), actor(r), issueID(r))
	if err != nil {
		return err
	}
	if !v.AtDesk {
		return errNoPage
	}
	p := &issuePage{Frame: s.frame(r, ""), IssueView: v, Columns: columnsOf(v), Approving: true}
	p.Head = p.tongue.say("approve.head", "title", p.Title())
	return s.page(w, r, p)
}

// schedule handles POST /issues/{id}/schedule: the ticked texts go in, and the
// issue comes out at its time.
func (s *Server) schedule(w http.ResponseWriter, r *http.Request) error {
	var in flow.ScheduleIssue
	err := httpio.Form(r, &in)
	for _, id := range r.PostForm["text"] {
		in.Texts = append(in.Texts, ident.Placement(id))
	}
	if err == nil {
		in.At, err = s.when(r, "at")
	}
	if err == nil && in.At == 0 && len(in.Texts) > 0 {
		err = fault.Bad("at", "required")
	}
	if err == nil {
		_, err = s.flow.ScheduleIssue(r.Context(), actor(r), issueID(r), in)
	}
	if in.At == 0 {
		return s.pressed(w, r, err, "issue.unscheduled")
	}
	if err != nil {
		return s.again(w, r, err, s.issue)
	}
	return s.seeOther(w, r, "/issues/"+r.PathValue("id"), "issue.scheduled", "moment", s.tongue(visitOf(r).lang).moment(in.At))
}

// reprint handles POST /filings/{id}/reprint: what was printed above goes into
// an issue.
func (s *Server) reprint(w http.ResponseWriter, r *http.Request) error {
	var in flow.Reprint
	err := httpio.Form(r, &in)
	if err == nil {
		_, err = s.flow.Reprint(r.Context(), actor(r), filingID(r), in)
	}
	if err != nil {
		return s.again(w, r, err, func(w http.ResponseWriter, r *http.Request) error { return s.showIssue(w, r, in.Issue) })
	}
	return s.seeOther(w, r, "/issues/"+string(in.Issue), "issue.reprinted")
}

// place handles POST /placements/{id}/place: into an issue, to another place in
// it, or back to the tray.
func (s *Server) place(w http.ResponseWriter, r *http.Request) error {
	var in flow.Place
	err := httpio.Form(r, &in)
	at := in.Issue
	if at == "" {
		at = ident.Issue(r.PostFormValue("of"))
	}
	var p issue.Placement
	if err == nil {
		p, err = s.flow.Place(r.Context(), actor(r), ident.Placement(r.PathValue("id")), in)
	}
	if err != nil {
		return s.again(w, r, err, func(w http.ResponseWriter, r *http.Request) error { return s.showIssue(w, r, at) })
	}
	to := "/issues"
	if ident.Valid(string(at)) {
		to += "/" + string(at)
	}
	if in.Issue == "" {
		return s.seeOther(w, r, to, "issue.unplaced")
	}
	if partial(r) {
		return s.seeOther(w, r, to, "issue.placed", "column", p.Column)
	}
	return s.seeOther(w, r, to+"#p-"+string(p.ID), "")
}

func (s *Server) pressed(w http.ResponseWriter, r *http.Request, err error, key string) error {
	if err != nil && r.PostFormValue("from") == "approve" {
		return s.again(w, r, err, s.approval)
	}
	if err != nil {
		return s.again(w, r, err, s.issue)
	}
	return s.seeOther(w, r, "/issues/"+r.PathValue("id"), key)
}

// propose handles POST /issues/{id}/propose.
func (s *Server) propose(w http.ResponseWriter, r *http.Request) error {
	_, err := s.flow.Propose(r.Context(), actor(r), issueID(r))
	return s.pressed(w, r, err, "issue.proposed")
}

// approve handles POST /issues/{id}/approve.
func (s *Server) approve(w http.ResponseWriter, r *http.Request) error {
	_, err := s.flow.ApproveIssue(r.Context(), actor(r), issueID(r))
	return s.pressed(w, r, err, "issue.approved")
}

// sendBackIssue handles POST /issues/{id}/send-back.
func (s *Server) sendBackIssue(w http.ResponseWriter, r *http.Request) error {
	var in flow.Remark
	err := httpio.Form(r, &in)
	if err == nil {
		_, err = s.flow.SendBackIssue(r.Context(), actor(r), issueID(r), in)
	}
	return s.pressed(w, r, err, "issue.sent_back")
}

// publish handles POST /issues/{id}/publish.
func (s *Server) publish(w http.ResponseWriter, r *http.Request) error {
	var in flow.Publish
	err := httpio.Form(r, &in)
	if err == nil {
		_, err = s.flow.PublishIssue(r.Context(), actor(r), issueID(r), in)
	}
	return s.pressed(w, r, err, "issue.published")
}

// dispatch handles POST /issues/{id}/dispatch.
func (s *Server) dispatch(w http.ResponseWriter, r *http.Request) error {
	copies, err := s.flow.Dispatch(r.Context(), actor(r), issueID(r))
	if err == nil && len(copies) == 0 {
		err = fault.Clash(fault.Why("nobody_left"))
	}
	if err != nil {
		return s.again(w, r, err, s.issue)
	}
	return s.seeOther(w, r, "/issues/"+r.PathValue("id"), "issue.dispatched", "n", strconv.Itoa(len(copies)))
}
