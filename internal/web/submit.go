package web

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"

	"xinshu/internal/fact"
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
	List  flow.Page[flow.ItemRow]
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
	q := flow.ItemsQuery{Unit: ident.Unit(r.FormValue("unit")), Mine: r.FormValue("mine") != "", Cursor: r.FormValue("after"), Limit: 40}
	state := r.FormValue("state")
	if state != "" {
		q.States = []item.State{item.State(state)}
	}
	if wantsFile(r) {
		return s.itemsFile(w, r, q)
	}
	list, err := s.flow.Items(r.Context(), actor(r), q)
	if err != nil {
		return err
	}
	p := &itemsPage{Frame: s.frame(r, "items.head"), List: list, State: state, Mine: q.Mine}
	p.Scripts = []string{"outbox.js"} // what waits on this device goes out from here too
	if list.Next != "" {
		p.More = query("/items", "state", state, "unit", r.FormValue("unit"), "mine", r.FormValue("mine"), "after", list.Next)
	}
	return s.page(w, r, p)
}

// itemPage shows an item with its chain of checks, revisions and files.
type itemPage struct {
	Frame
	flow.ItemView
	By string // who sent it back
}

func (*itemPage) template() string    { return "submit/item" }
func (p *itemPage) names() flow.Names { return p.Names }

// May reports whether a verb is allowed.
func (p *itemPage) May(v string) bool { return org.Allowed(p.Actions, org.Verb(v)) }

// Just is the viewer's own check of this item, while it can be taken back.
func (p *itemPage) Just() *justSigned {
	if p.UnsignUntil == 0 {
		return nil
	}
	return &justSigned{p.Token, p.Item.ID, p.Item.Title, p.UnsignUntil}
}

// WhyNot is the sentence why a verb is not, "" when it makes no sense here.
func (p *itemPage) WhyNot(v string) string { return p.whyNot(p.Actions, org.Verb(v), p.Names) }

// Joint is the item as the list of partners reads it.
func (p *itemPage) Joint() struct{ View flow.ItemView } {
	return struct{ View flow.ItemView }{p.ItemView}
}

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
	Signed int             // of the partners …
	Of     int             // … how many there are; 0 = not the partners' station
	Taken  []flow.Unsigned // given and taken back
	People []ident.Person  // not passed yet: who can
}

// chain lists who wrote it, each check and its passer, and the office.
func chain(v flow.ItemView) []chainStep {
	it := v.Item
	first := chainStep{Key: "write", State: "done", Person: it.Writer, At: writtenAt(v)}
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
		for _, u := range v.Unsigned {
			if u.Check == c && u.Unit == "" {
				step.Taken = append(step.Taken, u)
			}
		}
		if it.State == item.Submitted && v.Waiting == c {
			step = chainStep{Key: string(c), State: "now", Since: it.Updated}
		}
		if step.State != "done" {
			step.People = canPass(v, c)
		}
		out = append(out, step)
	}
	out = append(out, jointSteps(v)...)
	office := chainStep{Key: "office"}
	if it.State == item.Signed {
		office.State = "now"
	}
	return append(out, office)
}

// writtenAt is when the writer last wrote: a checker's own edit is not his.
func writtenAt(v flow.ItemView) int64 {
	at := v.Item.Created
	for _, rev := range v.Revisions {
		if rev.By == v.Item.Writer {
			at = max(at, rev.At)
		}
	}
	return at
}

// canPass are the people who can pass a check of an item that waits.
func canPass(v flow.ItemView, c org.Check) []ident.Person {
	for _, s := range v.Chain {
		if s.Check == c {
			return s.People
		}
	}
	return nil
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
	if p.By, err = s.sentBackBy(r, v); err != nil {
		return err
	}
	return s.page(w, r, p)
}

// sentBackBy names who sent an item back: a checker of the unit, a partner, an office.
func (s *Server) sentBackBy(r *http.Request, v flow.ItemView) (string, error) {
	it := v.Item
	if it.State != item.SentBack || v.Aside {
		return "", nil
	}
	j, err := s.flow.Journey(r.Context(), actor(r), it.ID)
	if err != nil {
		return "", err
	}
	for i := range j.Steps {
		switch st := j.Steps[len(j.Steps)-1-i]; {
		case st.Kind == string(fact.ItemSentBack) && st.Office == it.Unit:
			return j.Names.Person(st.Person), nil
		case st.Kind == string(fact.ItemSentBack), st.Kind == string(fact.FilingReturned):
			return j.Names.Unit(st.Office), nil
		}
	}
	return "", nil
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
	done := s.sentTo(r, id)
	return s.seeOther(w, r, "/items/"+string(id), done[0], done[1:]...)
}

// unsend handles POST /items/{id}/unsend: back from the chain before anybody looked.
func (s *Server) unsend(w http.ResponseWriter, r *http.Request) error {
	id := ident.Item(r.PathValue("id"))
	if _, err := s.flow.Unsend(r.Context(), actor(r), id); err != nil {
		return s.again(w, r, err, s.item)
	}
	return s.seeOther(w, r, "/items/"+string(id)+"/edit", "item.unsent")
}

// withdraw handles POST /items/{id}/withdraw.
func (s *Server) withdraw(w http.ResponseWriter, r *http.Request) error {
	return toItem(s, w, r, s.flow.Withdraw, "item.withdrawn")
}

// toItem does with an item what its page's form says, and shows it again.
func toItem[I any](s *Server, w http.ResponseWriter, r *http.Request, do func(context.Context, flow.Actor, ident.Item, I) (item.Item, error), done string) error {
	var in I
	id := ident.Item(r.PathValue("id"))
	err := httpio.Form(r, &in)
	if err == nil {
		_, err = do(r.Context(), actor(r), id, in)
	}
	if err != nil {
		return s.again(w, r, err, s.item)
	}
	return s.seeOther(w, r, "/items/"+string(id), done)
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
