package web

import (
	"bytes"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/text"
)

// deskRow is one paragraph of the desk: raw on the left, edited on the right, and
// what there is to answer about it.
type deskRow struct {
	Number int    // in the newest text, from 1; 0 is the title, -1 a paragraph that is gone
	Raw    string // "" for none
	Clean  string
	Marked template.HTML
	Groups []changeGroup
	Talk   []flow.Thread
}

// changeGroup is what the same revisions did in one paragraph: answered together,
// or one by one.
type changeGroup struct {
	By      []ident.Person
	At      int64
	Note    string
	Changes []flow.TextChange
}

// rowsOf sets a filing's texts side by side. Who is not at the desk sees what
// became of the text, and nothing of how.
func rowsOf(v flow.FilingView) []deskRow {
	if v.Tracking == nil {
		out := []deskRow{{Raw: v.Raw.Title, Clean: v.Text.Title, Marked: spans(titleSpans(v.Raw.Title, v.Text.Title))}}
		for i, p := range paired(text.Diff(v.Raw.Body, v.Text.Body)) {
			out = append(out, deskRow{Number: i + 1, Raw: p.Raw, Clean: p.Edited, Marked: spans(p.Spans)})
		}
		return out
	}
	k := v.Tracking
	title := deskRow{Raw: v.Raw.Title, Clean: v.Text.Title}
	for i, row := range k.Title {
		title.Marked += marked(row, k.In("title", i))
		title.Groups = append(title.Groups, grouped(k.In("title", i))...)
	}
	out := []deskRow{title}
	for _, r := range k.Rows {
		row := deskRow{Number: r.Number, Raw: r.Raw}
		if r.At >= 0 {
			cs := k.In("body", r.At)
			row.Clean, row.Marked, row.Groups = k.Body[r.At].Edited, marked(k.Body[r.At], cs), grouped(cs)
		}
		n := len(out) - 1 // a paragraph in the place of one that was struck out stands beside it
		if n > 0 && out[n].Number < 0 && row.Number > 0 && row.Raw == "" && out[n].Clean == "" {
			out[n].Number, out[n].Clean = row.Number, row.Clean
			out[n].Marked += row.Marked
			out[n].Groups = together(append(out[n].Groups, row.Groups...))
			continue
		}
		if row.Number == 0 {
			row.Number = -1
		}
		out = append(out, row)
	}
	for _, th := range v.Comments {
		for i := range out {
			if out[i].Number == th.Now && th.Now >= 0 {
				out[i].Talk = append(out[i].Talk, th)
			}
		}
	}
	return out
}

// marked writes a paragraph with its changes, each a place of its own that keys
// walk along and that can be named.
func marked(row text.Tracked, cs []flow.TextChange) template.HTML {
	var b strings.Builder
	for i, p := range row.Pieces {
		for _, c := range cs {
			if first, _ := c.Pieces(); first == i {
				b.WriteString(`<span class="x-change" id="c-` + c.ID + `" data-change="` + c.ID + `" tabindex="-1">`)
			}
		}
		op := text.Span{Op: p.Op, Text: p.Text}
		b.WriteString(string(spans([]text.Span{op})))
		for _, c := range cs {
			if _, last := c.Pieces(); last == i+1 {
				b.WriteString(`</span>`)
			}
		}
	}
	return template.HTML(b.String())
}

func grouped(cs []flow.TextChange) []changeGroup {
	var out []changeGroup
	for _, c := range cs {
		i := slices.IndexFunc(out, func(g changeGroup) bool { return slices.Equal(g.Changes[0].Revisions, c.Revisions) })
		if i < 0 {
			out = append(out, changeGroup{By: c.By, At: c.At, Note: c.Note, Changes: []flow.TextChange{c}})
			continue
		}
		out[i].Changes = append(out[i].Changes, c)
	}
	return out
}

// together joins groups of the same revisions: a paragraph and the one that came
// in its place are answered at once.
func together(gs []changeGroup) []changeGroup {
	var all []flow.TextChange
	for _, g := range gs {
		all = append(all, g.Changes...)
	}
	return grouped(all)
}

// waiting is what there is to answer on a filing as a whole.
type waiting struct {
	Changes int
	Open    int // comments
	Gone    []flow.Thread
	Paras   []int // that can be commented on; 0 is the title
	People  []changer
}

// changer is somebody with changes of his own.
type changer struct {
	Person ident.Person
	N      int
}

func waitingOf(v flow.FilingView) waiting {
	var out waiting
	if v.Tracking == nil {
		return out
	}
	out.Changes = len(v.Tracking.Changes)
	for _, c := range v.Tracking.Changes {
		if len(c.By) != 1 {
			continue
		}
		i := slices.IndexFunc(out.People, func(p changer) bool { return p.Person == c.By[0] })
		if i < 0 {
			i, out.People = len(out.People), append(out.People, changer{Person: c.By[0]})
		}
		out.People[i].N++
	}
	if len(out.People) == 1 && out.People[0].N == out.Changes {
		out.People = nil // "all" says it already
	}
	for _, th := range v.Comments {
		if th.ResolvedAt == 0 {
			out.Open++
		}
		if th.Now < 0 {
			out.Gone = append(out.Gone, th)
		}
	}
	for n := range len(text.Paragraphs(v.Text.Body)) + 1 {
		out.Paras = append(out.Paras, n)
	}
	return out
}

// behind is a page whose reader saw an older text than there is now.
type behind struct {
	Seen   int
	Newest item.Revision
}

// behindOf says who saved meanwhile, when that is why a form was refused.
func (s *Server) behindOf(r *http.Request, v flow.FilingView) *behind {
	seen, err := strconv.Atoi(r.PostFormValue("seen"))
	if visitOf(r).problem == nil || err != nil || seen < 0 || seen >= v.Filing.Revision {
		return nil
	}
	return &behind{Seen: seen, Newest: v.Text}
}

func anys(ss []string) []any {
	out := make([]any, len(ss))
	for i, s := range ss {
		out[i] = s
	}
	return out
}

// changes handles POST /filings/{id}/changes: accept or reject some of them.
func (s *Server) changes(w http.ResponseWriter, r *http.Request) error {
	var in flow.Changes
	if err := httpio.Form(r, &in); err != nil {
		return s.did(w, r, err, "")
	}
	if r.PostFormValue("do") == "reject" {
		fl, err := s.flow.RejectChanges(r.Context(), actor(r), filingID(r), in)
		return s.did(w, r, err, "filing.rejected", "n", item.Number(fl.Revision))
	}
	_, err := s.flow.AcceptChanges(r.Context(), actor(r), filingID(r), in)
	return s.did(w, r, err, "filing.accepted")
}

// comment handles POST /filings/{id}/comments.
func (s *Server) comment(w http.ResponseWriter, r *http.Request) error {
	var in flow.WriteComment
	err := httpio.Form(r, &in)
	if err == nil {
		_, err = s.flow.Comment(once(r), actor(r), filingID(r), in)
	}
	return s.did(w, r, err, "filing.commented")
}

// resolveComment handles POST /filings/{id}/comments/resolve.
func (s *Server) resolveComment(w http.ResponseWriter, r *http.Request) error {
	var in flow.Resolve
	err := httpio.Form(r, &in)
	if err == nil {
		_, err = s.flow.ResolveComment(r.Context(), actor(r), filingID(r), in)
	}
	if in.Open {
		return s.did(w, r, err, "filing.reopened_comment")
	}
	return s.did(w, r, err, "filing.resolved")
}

// versionsPage is a filing's texts, two of them side by side.
type versionsPage struct {
	Frame
	flow.Versions
	Paras []text.Para
}

func (*versionsPage) template() string    { return "edit/versions" }
func (p *versionsPage) names() flow.Names { return p.Names }

// May reports whether a verb is allowed.
func (p *versionsPage) May(v string) bool { return org.Allowed(p.Actions, org.Verb(v)) }

// Same reports whether the two texts read alike.
func (p *versionsPage) Same() bool { return p.From == p.To }

// versions handles GET /filings/{id}/versions.
func (s *Server) versions(w http.ResponseWriter, r *http.Request) error {
	number := func(name string) int {
		if n, err := strconv.Atoi(r.FormValue(name)); err == nil {
			return n
		}
		return -1
	}
	v, err := s.flow.Versions(r.Context(), actor(r), filingID(r), number("from"), number("to"))
	if err != nil {
		return err
	}
	return s.page(w, r, &versionsPage{Frame: s.frame(r, "versions.head", "title", v.Filing.Title), Versions: v, Paras: paired(v.Body)})
}

// revert handles POST /filings/{id}/revert.
func (s *Server) revert(w http.ResponseWriter, r *http.Request) error {
	var in flow.Revert
	err := httpio.Form(r, &in)
	var fl filing.Filing
	if err == nil {
		fl, err = s.flow.Revert(r.Context(), actor(r), filingID(r), in)
	}
	if err != nil {
		return s.again(w, r, err, s.versions)
	}
	return s.seeOther(w, r, "/filings/"+string(fl.ID), "filing.reverted", "n", item.Number(fl.Revision), "old", strconv.Itoa(in.Number))
}

// herePart is what an open page shows of the others, asked every ten seconds.
type herePart struct {
	Frame
	flow.Company
	Seen  int
	Mine  bool // the reader holds the text
	Was   bool // … and held it when he opened the page
	Typed bool // his page is the one to write on
}

func (*herePart) template() string    { return "desk/filing" } // whose parts it uses
func (p *herePart) names() flow.Names { return p.Names }

// here handles POST /filings/{id}/here, from the script.
func (s *Server) here(w http.ResponseWriter, r *http.Request) error {
	doing := r.PostFormValue("doing")
	c, err := s.flow.Here(r.Context(), actor(r), filingID(r), flow.Here{Doing: doing})
	if err != nil {
		return err
	}
	p := &herePart{Frame: s.emptyFrame(visitOf(r).lang), Company: c, Typed: doing == filing.Typing}
	me := string(actor(r).Person)
	p.Mine, p.Was = string(c.Filing.Holder) == me, r.PostFormValue("holder") == me
	if p.Seen, err = strconv.Atoi(r.PostFormValue("seen")); err != nil {
		p.Seen = c.Filing.Revision
	}
	var b bytes.Buffer
	if err := s.renderPart(&b, visitOf(r).lang, p, "here"); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "private, no-store")
	if _, err := w.Write(bytes.TrimSpace(b.Bytes())); err != nil {
		return errDisconnect
	}
	return nil
}
