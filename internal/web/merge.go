package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// mergePage makes one composite of several filings: sources left, text right,
// shares below.
type mergePage struct {
	Frame
	Sources []mergeSource
	More    []filing.Filing // others on the desk that could be part of it
	Others  flow.Names
	Title   string
	Body    string
	Genre   string
}

func (*mergePage) template() string    { return "desk/merge" }
func (p *mergePage) names() flow.Names { return p.Others }

// mergeSource is one filing with its mark: a letter, a line style, a hue.
type mergeSource struct {
	flow.FilingView
	Letter string
	Hue    string
	Share  string
	Bad    string // why it cannot be part of a composite now
}

// Paras are the source's paragraphs.
func (s mergeSource) Paras() []string {
	return strings.FieldsFunc(s.Text.Body, func(r rune) bool { return r == '\n' })
}

// picked are the filings named by the address or the form, each once.
func picked(r *http.Request) []ident.Filing {
	names := r.URL.Query()["filing"]
	if r.Method == http.MethodPost {
		names = append(slices.Clone(r.PostForm["filing"]), r.PostForm["add"]...)
	}
	var out []ident.Filing
	for _, n := range names {
		if id := ident.Filing(n); !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// merge handles GET /merge.
func (s *Server) merge(w http.ResponseWriter, r *http.Request) error {
	p := &mergePage{Frame: s.frame(r, "merge.head")}
	if p.Me == nil || !p.Me.Has(org.Editor) && !p.Me.Has(org.Chief) {
		return errNoPage
	}
	ids := picked(r)
	if len(ids) > flow.MaxParts {
		return fault.Bad("parts", "parts_count", "min", "2", "max", strconv.Itoa(flow.MaxParts))
	}
	if r.Method == http.MethodPost {
		p.typed = r.PostForm
	}
	letters := []rune(p.tongue.say("merge.letters"))
	var bodies []string
	for i, id := range ids {
		v, err := s.flow.Filing(r.Context(), actor(r), id)
		if err != nil {
			return err
		}
		src := mergeSource{FilingView: v, Letter: strconv.Itoa(i + 1), Hue: string("abcd"[i%4]), Share: "1/" + strconv.Itoa(len(ids))}
		if i < len(letters) {
			src.Letter = string(letters[i])
		}
		if given := r.PostForm["share"]; i < len(given) {
			src.Share = given[i]
		}
		if r.PostFormValue("do") == "more" {
			src.Share = "1/" + strconv.Itoa(len(ids)) // another source: split equally anew
		}
		for _, a := range v.Actions {
			if a.Verb == filing.Merge && !a.Allowed && len(a.Why) > 0 {
				src.Bad = p.tongue.reason(a.Why[0], v.Names)
			}
		}
		p.Sources = append(p.Sources, src)
		bodies = append(bodies, v.Text.Body)
	}
	if len(p.Sources) > 0 {
		p.Title, p.Body, p.Genre, p.Others = p.Sources[0].Text.Title, strings.Join(bodies, "\n"), p.Sources[0].Filing.Genre, p.Sources[0].Names
	}
	if err := s.mergeable(r, p, ids); err != nil {
		return err
	}
	return s.page(w, r, p)
}

// mergeable lists what else lies on the desk.
func (s *Server) mergeable(r *http.Request, p *mergePage, ids []ident.Filing) error {
	office := p.Me.Current.Unit
	if len(p.Sources) > 0 {
		office = p.Sources[0].Filing.Office
	}
	list, err := s.flow.Filings(r.Context(), actor(r), flow.FilingsQuery{Office: office, States: []filing.State{filing.Received, filing.Editing, filing.Ready}, Limit: 24})
	if err != nil {
		return err
	}
	for _, f := range list.Rows {
		if !slices.Contains(ids, f.ID) && !f.Composite {
			p.More = append(p.More, f)
		}
	}
	if len(p.Sources) == 0 {
		p.Others = list.Names
		return nil
	}
	for id, u := range list.Names.Units {
		p.Others.Units[id] = u
	}
	return nil
}

// UnitOf is the label of a filing's unit.
func (p *mergePage) UnitOf(f filing.Filing) string { return p.Others.Unit(f.Unit) }

// mergeDo handles POST /merge: one more source, or the composite itself.
func (s *Server) mergeDo(w http.ResponseWriter, r *http.Request) error {
	if r.PostFormValue("do") == "more" {
		return s.merge(w, r)
	}
	in := flow.Merge{}
	err := httpio.Form(r, &in)
	var bad []fault.Field
	for i, id := range picked(r) {
		c := filing.Contribution{Filing: id}
		if given := r.PostForm["share"]; i < len(given) {
			var ok bool
			if c.Num, c.Den, ok = fraction(given[i]); !ok {
				bad = append(bad, fault.Field{Path: "share[" + strconv.Itoa(i) + "]", Code: "not_a_share", Params: fault.Pairs("value", given[i])})
			}
		}
		in.Parts = append(in.Parts, c)
	}
	if err == nil {
		err = fault.Fields(bad)
	}
	if err == nil && len(in.Parts) > 0 {
		var first flow.FilingView
		if first, err = s.flow.Filing(r.Context(), actor(r), in.Parts[0].Filing); err == nil {
			in.Office = first.Filing.Office
		}
	}
	var made filing.Filing
	if err == nil {
		made, err = s.flow.Merge(once(r), actor(r), in)
	}
	if err != nil {
		return s.again(w, r, err, s.merge)
	}
	return s.seeOther(w, r, "/filings/"+string(made.ID), "filing.merged", "n", strconv.Itoa(len(in.Parts)))
}

// fraction reads a share as people write it: 1/3, 40%, or nothing for an equal
// part.
func fraction(s string) (num, den int64, ok bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, 0, true
	}
	a, b := s, "100"
	if rest, percent := strings.CutSuffix(s, "%"); percent {
		a = strings.TrimSpace(rest)
	} else if a, b, ok = strings.Cut(s, "/"); !ok {
		a, b = s, "1"
	}
	num, err := strconv.ParseInt(strings.TrimSpace(a), 10, 32)
	den, err2 := strconv.ParseInt(strings.TrimSpace(b), 10, 32)
	return num, den, errors.Join(err, err2) == nil && num > 0 && den > 0
}

// unmerge handles POST /filings/{id}/unmerge.
func (s *Server) unmerge(w http.ResponseWriter, r *http.Request) error {
	parts, err := s.flow.Unmerge(r.Context(), actor(r), filingID(r))
	if err != nil {
		return s.again(w, r, err, s.filing)
	}
	return s.seeOther(w, r, "/inbox?state=received&state=editing&state=ready", "filing.unmerged", "n", strconv.Itoa(len(parts)))
}
