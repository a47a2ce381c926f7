package web

import (
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/text"
)

// itemsPage is the list of what my unit wrote.
type itemsPage struct {
	Frame
	List  flow.Page[item.Item]
	State string
	Mine  bool
	More  string
}

func (*itemsPage) template() string    { return "submit/items" }
func (p *itemsPage) names() flow.Names { return p.List.Names }

// States are the list's views.
func (*itemsPage) States() []item.State { return item.States }

// items handles GET /items: filters are in the address.
func (s *Server) items(w http.ResponseWriter, r *http.Request) error {
	q := flow.ItemsQuery{Mine: r.FormValue("mine") != "", Cursor: r.FormValue("after"), Limit: 40}
	state := r.FormValue("state")
	if state != "" {
		q.States = []item.State{item.State(state)}
	}
	list, err := s.flow.Items(r.Context(), actor(r), q)
	if err != nil {
		return err
	}
	p := &itemsPage{Frame: s.frame(r, "items.head"), List: list, State: state, Mine: q.Mine}
	if list.Next != "" {
		p.More = query("/items", "state", state, "mine", r.FormValue("mine"), "after", list.Next)
	}
	return s.page(w, r, p)
}

// writePage is where an item is written and rewritten.
type writePage struct {
	Frame
	View   flow.ItemView // zero for a new one
	Unit   ident.Unit
	Units  []flow.PostView // where one could write
	Lines  []org.Line
	Rules  org.Rules
	Checks []org.Check // that it will pass
	Title  string
	Body   string
	Genre  string
	Form   string
	Phone  string
	Unsent *item.Autosave
}

func (*writePage) template() string    { return "submit/write" }
func (p *writePage) names() flow.Names { return p.View.Names }

// Action is where the form goes.
func (p *writePage) Action() string {
	if p.View.Item.ID == "" {
		return "/items"
	}
	return "/items/" + string(p.View.Item.ID) + "/edit"
}

// MaxTitle and MaxBody are the limits shown beside the fields.
func (p *writePage) MaxTitle() int { return maxTitleOf(p.Rules) }

// MaxBody is the longest body the first office takes.
func (p *writePage) MaxBody() int { return maxBodyOf(p.Rules) }

// Chosen reports whether a line is among those the item goes by.
func (p *writePage) Chosen(l org.Line, first bool) bool {
	was := slices.Contains(p.View.Item.Lines, l.ID) || len(p.View.Item.Lines) == 0 && first
	return p.Ticked("lines", string(l.ID), was)
}

// Office is what a line's office is called.
func (p *writePage) Office(l org.Line) string { return p.View.Names.Unit(l.Office) }

// MayChoose reports whether lines and urgency can still be changed.
func (p *writePage) MayChoose() bool { return p.View.Item.State != item.Submitted }

// write handles GET /items/new.
func (s *Server) write(w http.ResponseWriter, r *http.Request) error {
	p := &writePage{Frame: s.frame(r, "write.head"), Genre: "news", Form: "single"}
	if p.Me == nil {
		return errNoPage
	}
	p.Unit = p.Me.Current.Unit
	for _, post := range p.Me.Posts {
		if post.Role == org.Reporter || post.Role == org.Signer || post.Role == org.Reviewer {
			if !slices.ContainsFunc(p.Units, func(u flow.PostView) bool { return u.Unit == post.Unit }) {
				p.Units = append(p.Units, post)
			}
		}
	}
	if u := ident.Unit(p.Or("unit", r.URL.Query().Get("unit"))); u != "" {
		p.Unit = u
	} else if len(p.Units) > 0 && !slices.ContainsFunc(p.Units, func(u flow.PostView) bool { return u.Unit == p.Unit }) {
		p.Unit = p.Units[0].Unit
	}
	p.Phone = p.Me.Person.Phone
	v, err := s.flow.Writing(r.Context(), actor(r), p.Unit)
	if err != nil {
		return err
	}
	p.Lines, p.Rules, p.Checks, p.View.Names = v.Lines, v.Limits, v.Checks, v.Names
	return s.page(w, r, p)
}

// rewrite handles GET /items/{id}/edit.
func (s *Server) rewrite(w http.ResponseWriter, r *http.Request) error {
	v, err := s.flow.Item(r.Context(), actor(r), ident.Item(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := &writePage{Frame: s.frame(r, "write.head_again"), View: v, Unit: v.Item.Unit, Lines: v.Lines, Rules: v.Limits, Checks: v.Item.Checks,
		Title: v.Text.Title, Body: v.Text.Body, Genre: v.Item.Genre, Form: v.Item.Form, Phone: v.Item.Contact}
	for i, u := range v.Unsaved {
		if u.Person == actor(r).Person && (u.Title != v.Text.Title || u.Body != v.Text.Body) {
			p.Unsent = &v.Unsaved[i]
		}
	}
	if p.Unsent != nil && r.URL.Query().Get("unsaved") != "" {
		p.Title, p.Body = p.Unsent.Title, p.Unsent.Body
	}
	return s.page(w, r, p)
}

// written is the form of both.
type written struct {
	Unit    ident.Unit   `form:"unit"`
	Title   string       `form:"title"`
	Body    string       `form:"body"`
	Genre   string       `form:"genre"`
	Form    string       `form:"form"`
	Contact string       `form:"contact"`
	Note    string       `form:"note"`
	Lines   []ident.Line `form:"lines"`
	Urgent  bool         `form:"urgent"`
	Seen    int          `form:"seen"`
	Do      string       `form:"do"`
}

// draft handles POST /items.
func (s *Server) draft(w http.ResponseWriter, r *http.Request) error {
	var in written
	if err := httpio.Form(r, &in); err != nil {
		return s.again(w, r, err, s.write)
	}
	it, err := s.flow.Draft(once(r), actor(r), flow.Draft{Unit: in.Unit, Title: in.Title, Body: in.Body, Genre: in.Genre, Form: in.Form, Contact: in.Contact, Lines: in.Lines, Urgent: in.Urgent})
	if err != nil {
		return s.again(w, r, err, s.write)
	}
	r.SetPathValue("id", string(it.ID))
	return s.afterWriting(w, r, it, in.Do)
}

// revise handles POST /items/{id}/edit.
func (s *Server) revise(w http.ResponseWriter, r *http.Request) error {
	var in written
	if err := httpio.Form(r, &in); err != nil {
		return s.again(w, r, err, s.rewrite)
	}
	id := ident.Item(r.PathValue("id"))
	v, err := s.flow.Item(r.Context(), actor(r), id)
	if err != nil {
		return err
	}
	it := v.Item
	if !same(v, in) {
		it, err = s.flow.Revise(r.Context(), actor(r), id, flow.Revise{Title: in.Title, Body: in.Body, Genre: in.Genre, Form: in.Form, Contact: in.Contact, Note: in.Note, Lines: in.Lines, Urgent: &in.Urgent, Seen: in.Seen})
		if err != nil {
			return s.again(w, r, err, s.rewrite)
		}
	}
	return s.afterWriting(w, r, it, in.Do)
}

// same reports whether the form changes nothing, so that pressing "submit" does
// not make a revision nobody wrote.
func same(v flow.ItemView, in written) bool {
	it := v.Item
	return text.Clean(in.Title) == v.Text.Title && text.Clean(in.Body) == v.Text.Body && in.Genre == it.Genre && in.Form == it.Form &&
		in.Contact == it.Contact && in.Urgent == it.Urgent && (it.State == item.Submitted || slices.Equal(in.Lines, it.Lines))
}

// afterWriting uploads what came with the form and submits when that was the button.
func (s *Server) afterWriting(w http.ResponseWriter, r *http.Request, it item.Item, do string) error {
	if err := s.uploads(r, it.ID); err != nil {
		return s.again(w, r, err, s.rewrite)
	}
	path := "/items/" + string(it.ID)
	if do != "submit" {
		return s.seeOther(w, r, path+"/edit", "item.saved")
	}
	if err := s.submitNow(r.Context(), actor(r), it); err != nil {
		return s.again(w, r, err, s.rewrite)
	}
	return s.seeOther(w, r, path, "item.submitted")
}

func (s *Server) submitNow(ctx context.Context, a flow.Actor, it item.Item) error {
	in := flow.Submit{Seen: it.Revision}
	var err error
	switch it.State {
	case item.SentBack:
		_, err = s.flow.Resubmit(ctx, a, it.ID, in)
	case item.Submitted: // a checker's own edit: it lies there already
	default:
		_, err = s.flow.Submit(ctx, a, it.ID, in)
	}
	return err
}

// uploads attaches the files of a form.
func (s *Server) uploads(r *http.Request, id ident.Item) error {
	if r.MultipartForm == nil {
		return nil
	}
	for _, h := range r.MultipartForm.File["file"] {
		if h.Size == 0 && h.Filename == "" {
			continue
		}
		if err := s.upload(r, id, h); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) upload(r *http.Request, id ident.Item, h *multipart.FileHeader) error {
	f, err := h.Open()
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = s.flow.Attach(r.Context(), actor(r), id, flow.Upload{Name: h.Filename, Caption: r.PostFormValue("caption"), Size: h.Size, Body: f})
	return err
}

// autosaveItem handles POST /items/{id}/autosave, from the script.
func (s *Server) autosaveItem(w http.ResponseWriter, r *http.Request) error {
	return s.autosave(w, r, "item")
}

func (s *Server) autosave(w http.ResponseWriter, r *http.Request, noun string) error {
	var in flow.Typed
	if err := httpio.Form(r, &in); err != nil {
		return err
	}
	if err := s.flow.Autosave(r.Context(), actor(r), noun, r.PathValue("id"), in); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// itemPage shows an item with its chain of checks, revisions and files.
type itemPage struct {
	Frame
	flow.ItemView
}

func (*itemPage) template() string    { return "submit/item" }
func (p *itemPage) names() flow.Names { return p.Names }

// May reports whether a verb is allowed.
func (p *itemPage) May(v string) bool { return org.Allowed(p.Actions, org.Verb(v)) }

// WhyNot is the sentence why a verb is not, "" when it makes no sense here.
func (p *itemPage) WhyNot(v string) string { return p.whyNot(p.Actions, org.Verb(v), p.Names) }

// Steps is the chain as the page draws it.
func (p *itemPage) Steps() []chainStep { return chain(p.ItemView) }

// chainStep is one station of an item before it leaves the unit.
type chainStep struct {
	Key    string // check.KEY, or write
	State  string // done, now, ""
	Person ident.Person
	At     int64
	Since  int64 // how long it has been waiting here
	Remark string
}

// chain lists who wrote it, each check and its passer, and the office.
func chain(v flow.ItemView) []chainStep {
	it := v.Item
	first := chainStep{Key: "write", State: "done", Person: it.Writer, At: v.Text.At}
	if it.State == item.Draft || it.State == item.SentBack {
		first.State = "now"
	}
	out := []chainStep{first}
	checks := it.Checks
	if len(checks) == 0 {
		checks = org.DefaultChain
	}
	for _, c := range checks {
		step := chainStep{Key: string(c)}
		for _, p := range v.Passed {
			if p.Round == it.Round && p.Check == c && it.State != item.SentBack {
				step = chainStep{Key: string(c), State: "done", Person: p.Person, At: p.At, Remark: p.Remark}
			}
		}
		if it.State == item.Submitted && v.Waiting == c {
			step.State, step.Since = "now", it.Updated
		}
		out = append(out, step)
	}
	office := chainStep{Key: "office"}
	if it.State == item.Signed {
		office.State = "now"
	}
	return append(out, office)
}

// item handles GET /items/{id}.
func (s *Server) item(w http.ResponseWriter, r *http.Request) error {
	v, err := s.flow.Item(r.Context(), actor(r), ident.Item(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := &itemPage{Frame: s.frame(r, ""), ItemView: v}
	p.Head = v.Item.Title
	if p.Head == "" {
		p.Head = p.tongue.say("item.untitled")
	}
	return s.page(w, r, p)
}

// submit handles POST /items/{id}/submit, from the item's own page.
func (s *Server) submit(w http.ResponseWriter, r *http.Request) error {
	id := ident.Item(r.PathValue("id"))
	v, err := s.flow.Item(r.Context(), actor(r), id)
	if err != nil {
		return err
	}
	if err := s.submitNow(r.Context(), actor(r), v.Item); err != nil {
		return s.again(w, r, err, s.rewrite)
	}
	return s.seeOther(w, r, "/items/"+string(id), "item.submitted")
}

// attach handles POST /items/{id}/attach.
func (s *Server) attach(w http.ResponseWriter, r *http.Request) error {
	id := ident.Item(r.PathValue("id"))
	if err := s.uploads(r, id); err != nil {
		return s.again(w, r, err, s.item)
	}
	return s.seeOther(w, r, "/items/"+string(id), "item.attached")
}

// withdraw handles POST /items/{id}/withdraw.
func (s *Server) withdraw(w http.ResponseWriter, r *http.Request) error {
	var in flow.Withdraw
	if err := httpio.Form(r, &in); err != nil {
		return s.again(w, r, err, s.item)
	}
	id := ident.Item(r.PathValue("id"))
	if _, err := s.flow.Withdraw(r.Context(), actor(r), id, in); err != nil {
		return s.again(w, r, err, s.item)
	}
	return s.seeOther(w, r, "/items/"+string(id), "item.withdrawn")
}

// confirmFiled handles POST /items/{id}/confirm: yes, the desk entered it right.
func (s *Server) confirmFiled(w http.ResponseWriter, r *http.Request) error {
	id := ident.Item(r.PathValue("id"))
	if _, err := s.flow.ConfirmFiled(r.Context(), actor(r), id); err != nil {
		return s.again(w, r, err, s.item)
	}
	return s.seeOther(w, r, "/items/"+string(id), "item.confirmed")
}

// revisionPage shows one saved text against the one before.
type revisionPage struct {
	Frame
	Item   item.Item
	Text   item.Revision
	Before int
	Title  []text.Span
	Diff   []text.Para
	Names  flow.Names
}

func (*revisionPage) template() string    { return "submit/revision" }
func (p *revisionPage) names() flow.Names { return p.Names }

// revision handles GET /items/{id}/revisions/{number}.
func (s *Server) revision(w http.ResponseWriter, r *http.Request) error {
	id := ident.Item(r.PathValue("id"))
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil {
		return errNoPage
	}
	v, err := s.flow.Item(r.Context(), actor(r), id)
	if err != nil {
		return err
	}
	this, err := s.flow.ItemText(r.Context(), actor(r), id, number)
	if err != nil {
		return err
	}
	p := &revisionPage{Frame: s.frame(r, "revision.head", "n", number), Item: v.Item, Text: this, Names: v.Names}
	before := item.Revision{Title: this.Title, Body: this.Body}
	if number > 1 {
		p.Before = number - 1
		if before, err = s.flow.ItemText(r.Context(), actor(r), id, number-1); err != nil {
			return err
		}
	}
	p.Title, p.Diff = titleSpans(before.Title, this.Title), text.Diff(before.Body, this.Body)
	return s.page(w, r, p)
}

// titleSpans compares two titles.
func titleSpans(raw, edited string) []text.Span {
	var out []text.Span
	for _, d := range text.Diff(raw, edited) {
		out = append(out, d.Spans...)
	}
	return out
}

// paired sets a paragraph that was struck out beside the one that was written
// in its place, so that eyes move sideways only.
func paired(ps []text.Para) []text.Para {
	var out []text.Para
	for _, p := range ps {
		if n := len(out) - 1; n >= 0 && out[n].Edited == "" && out[n].Raw != "" && p.Raw == "" {
			out[n].Edited = p.Edited
			out[n].Spans = append(out[n].Spans, p.Spans...)
			continue
		}
		out = append(out, p)
	}
	return out
}

// attachment handles GET /attachments/{id}: to be saved, never to run here.
func (s *Server) attachment(w http.ResponseWriter, r *http.Request) error {
	a, body, err := s.flow.OpenAttachment(r.Context(), actor(r), ident.Attachment(r.PathValue("id")))
	if err != nil {
		return err
	}
	defer body.Close()
	httpio.Attachment(w, a.Name, a.Media)
	w.Header().Set("Content-Length", strconv.FormatInt(a.Size, 10))
	if _, err := io.Copy(w, body); err != nil {
		return errDisconnect
	}
	return nil
}

// whyNot is the sentence of the first reason against a verb. A verb that does
// not belong to the state is left out rather than shown dashed.
func (f *Frame) whyNot(as []org.Action, v org.Verb, names flow.Names) string {
	for _, a := range as {
		if a.Verb != v || a.Allowed || len(a.Why) == 0 {
			continue
		}
		if slices.ContainsFunc(a.Why, func(r fault.Reason) bool { return r.Code == "wrong_state" || r.Code == "needs_post" }) {
			return ""
		}
		return f.tongue.reason(a.Why[0], names)
	}
	return ""
}
