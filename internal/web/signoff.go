package web

import (
	"net/http"
	"slices"
	"strconv"

	"xinshu/internal/fact"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/text"
)

// signOffsPage lists what waits for my check.
type signOffsPage struct {
	Frame
	Rows  []flow.Row
	Names flow.Names
	Just  *justSigned
}

func (*signOffsPage) template() string    { return "signoff/list" }
func (p *signOffsPage) names() flow.Names { return p.Names }

// signOffs handles GET /sign-offs.
func (s *Server) signOffs(w http.ResponseWriter, r *http.Request) error {
	v, err := s.flow.Workbench(r.Context(), actor(r))
	if err != nil {
		return err
	}
	rows := toSign(v.Mine)
	head := "signoffs.head"
	if len(rows) == 0 {
		head = "signoffs.head_none"
	}
	return s.page(w, r, &signOffsPage{Frame: s.frame(r, head, "n", len(rows)), Rows: rows, Names: v.Names, Just: s.justSigned(r)})
}

// justSigned is the check that was passed a moment ago, as long as it can be
// taken back: the page that comes next offers it.
type justSigned struct {
	Token string
	ID    ident.Item
	Title string
	Until int64
}

// justSigned reads which one the address names; nil when it stands by now.
func (s *Server) justSigned(r *http.Request) *justSigned {
	id := r.FormValue("signed")
	if !ident.Valid(id) {
		return nil
	}
	v, err := s.flow.Item(r.Context(), actor(r), ident.Item(id))
	if err != nil || v.UnsignUntil == 0 {
		return nil
	}
	return &justSigned{visitOf(r).formToken(), v.Item.ID, v.Item.Title, v.UnsignUntil}
}

// unsign handles POST /items/{id}/unsign: one's own check taken back.
func (s *Server) unsign(w http.ResponseWriter, r *http.Request) error {
	it, err := s.flow.Unsign(r.Context(), actor(r), ident.Item(r.PathValue("id")))
	if err != nil {
		return s.again(w, r, err, s.item)
	}
	return s.seeOther(w, r, "/items/"+string(it.ID)+"/sign-off", "item.unsigned", "title", it.Title)
}

func toSign(rows []flow.Row) []flow.Row {
	var out []flow.Row
	for _, row := range rows {
		if row.Noun == "item" && row.Next == item.SignOff {
			out = append(out, row)
		}
	}
	return out
}

// signOffPage is one item before a checker: what changed, sign or send back.
type signOffPage struct {
	Frame
	View    flow.ItemView
	Check   org.Check
	Base    int // compared with; 0 = nothing to compare
	Full    bool
	Changes int
	Title   []text.Span
	Diff    []text.Para
	At, Of  int // the place in the list
	Next    string
	Just    *justSigned
	Back    *flow.Step // when it was last sent back, and why
}

func (*signOffPage) template() string    { return "signoff/signoff" }
func (p *signOffPage) names() flow.Names { return p.View.Names }

// Steps is the chain as the page draws it.
func (p *signOffPage) Steps() []chainStep { return chain(p.View) }

// Own reports whether this check is the viewer's to pass.
func (p *signOffPage) Own() bool { return org.Allowed(p.View.Actions, item.SignOff) }

// Why says why it is not.
func (p *signOffPage) Why() string {
	if p.Own() {
		return ""
	}
	for _, a := range p.View.Actions {
		if a.Verb == item.SignOff && len(a.Why) > 0 {
			return p.tongue.reason(a.Why[0], p.View.Names)
		}
	}
	return ""
}

// Names are the chain's: who stands where.
func (p *signOffPage) Names() flow.Names { return p.View.Names }

// Retitled reports whether the title is among what changed.
func (p *signOffPage) Retitled() bool {
	return slices.ContainsFunc(p.Title, func(s text.Span) bool { return s.Op != text.Same })
}

// Mine reports whether the newest text is the viewer's own.
func (p *signOffPage) Mine() bool { return p.Me != nil && p.View.Text.By == p.Me.Person.ID }

// MayBypass reports whether the item leaves now and there are lines to go past.
func (p *signOffPage) MayBypass() bool {
	return p.View.Item.Urgent && !p.View.Aside && p.Last() && len(p.View.Lines) > 1
}

// Last reports whether the item leaves the unit with this check.
func (p *signOffPage) Last() bool { return p.Check == org.SignOffOK && len(partnersOf(p.View)) == 0 }

// MayEdit reports whether the checker may change the text: a partner's may not.
func (p *signOffPage) MayEdit() bool { return org.Allowed(p.View.Actions, item.Revise) }

// signOff handles GET /items/{id}/sign-off.
func (s *Server) signOff(w http.ResponseWriter, r *http.Request) error {
	id := ident.Item(r.PathValue("id"))
	v, err := s.flow.Item(r.Context(), actor(r), id)
	if err != nil {
		return err
	}
	if err := s.flow.Look(r.Context(), actor(r), id); err != nil {
		return err
	}
	p := &signOffPage{Frame: s.frame(r, ""), View: v, Check: v.Waiting, Full: r.FormValue("full") != ""}
	p.Head, p.Just = v.Item.Title, s.justSigned(r)
	p.Base = comparedWith(v, actor(r).Person)
	if n, err := strconv.Atoi(r.FormValue("base")); err == nil && n > 0 && n < v.Item.Revision {
		p.Base = n
	}
	if p.Base > 0 {
		before, err := s.flow.ItemText(r.Context(), actor(r), id, p.Base)
		if err != nil {
			return err
		}
		p.Title, p.Diff = titleSpans(before.Title, v.Text.Title), text.Diff(before.Body, v.Text.Body)
		for _, d := range p.Diff {
			if d.Changed() {
				p.Changes++
			}
		}
	}
	if err := s.placeInList(r, p, id); err != nil {
		return err
	}
	if v.Item.Round > 1 {
		if p.Back, err = s.lastSentBack(r, id); err != nil {
			return err
		}
	}
	return s.page(w, r, p)
}

// comparedWith is the revision a checker saw last: the one he passed or wrote,
// or that was sent back; 0 when he has seen none.
func comparedWith(v flow.ItemView, me ident.Person) int {
	base := 0
	for _, p := range v.Passed {
		if p.Person == me && p.Revision < v.Item.Revision {
			base = max(base, p.Revision)
		}
	}
	for _, rev := range v.Revisions {
		if rev.By == me && rev.Number < v.Item.Revision {
			base = max(base, rev.Number)
		}
	}
	for _, w := range v.Partners { // what this unit signed before it was edited
		if w.Signed != nil && w.Signed.Person == me && w.Signed.Revision < v.Text.Number {
			base = max(base, w.Signed.Revision)
		}
	}
	if v.Aside {
		return base
	}
	if base == 0 && v.Item.Revision > 1 && (v.Item.Round > 1 || len(v.Passed) > 0) {
		base = v.Item.Revision - 1
	}
	return base
}

// lastSentBack finds the reason the checkers gave last time.
func (s *Server) lastSentBack(r *http.Request, id ident.Item) (*flow.Step, error) {
	j, err := s.flow.Journey(r.Context(), actor(r), id)
	if err != nil {
		return nil, err
	}
	for i := range j.Steps {
		if st := j.Steps[len(j.Steps)-1-i]; st.Kind == string(fact.ItemSentBack) {
			return &st, nil
		}
	}
	return nil, nil
}

// placeInList says which of how many this is, and which comes next.
func (s *Server) placeInList(r *http.Request, p *signOffPage, id ident.Item) error {
	v, err := s.flow.Workbench(r.Context(), actor(r))
	if err != nil {
		return err
	}
	rows := toSign(v.Mine)
	p.Of = len(rows)
	for i, row := range rows {
		if row.ID != string(id) {
			continue
		}
		p.At = i + 1
		if i+1 < len(rows) {
			p.Next = "/items/" + rows[i+1].ID + "/sign-off"
		}
	}
	return nil
}

// signOffDo handles POST /items/{id}/sign-off.
func (s *Server) signOffDo(w http.ResponseWriter, r *http.Request) error {
	var in flow.SignOff
	if err := httpio.Form(r, &in); err != nil {
		return s.again(w, r, err, s.signOff)
	}
	it, err := s.flow.SignOff(r.Context(), actor(r), ident.Item(r.PathValue("id")), in)
	if err != nil {
		return s.again(w, r, err, s.signOff)
	}
	if it.State == item.Signed {
		return s.nextToSign(w, r, it, "item.signed")
	}
	return s.nextToSign(w, r, it, "item.checked")
}

// nextToSign leads to what waits next, and says what became of the one before;
// when nothing waits, to the item itself.
func (s *Server) nextToSign(w http.ResponseWriter, r *http.Request, it item.Item, done string) error {
	v, err := s.flow.Workbench(r.Context(), actor(r))
	if err != nil { // what was decided stands: only the way on is not known
		s.log.WarnContext(r.Context(), "what waits next is not known", "err", err)
	}
	said := ""
	if done != "item.sent_back" {
		said = "?signed=" + string(it.ID)
	}
	for _, row := range toSign(v.Mine) {
		if row.ID != string(it.ID) {
			return s.seeOther(w, r, "/items/"+row.ID+"/sign-off"+said, done+"_next", "title", it.Title)
		}
	}
	return s.seeOther(w, r, "/items/"+string(it.ID), done)
}

// sendBack handles POST /items/{id}/send-back.
func (s *Server) sendBack(w http.ResponseWriter, r *http.Request) error {
	var in flow.SendBack
	err := httpio.Form(r, &in)
	if err == nil {
		in.Due, err = s.when(r, "due")
	}
	var it item.Item
	if err == nil {
		it, err = s.flow.SendBack(r.Context(), actor(r), ident.Item(r.PathValue("id")), in)
	}
	if err != nil {
		return s.again(w, r, err, s.signOff)
	}
	return s.nextToSign(w, r, it, "item.sent_back")
}
