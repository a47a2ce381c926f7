package web

import (
	"errors"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/text"
)

// mergePage is the composite builder: sources left with what is used of them,
// paragraphs right with their marks, shares below. The text stands in the form
// until it is saved, so every step works without script too.
type mergePage struct {
	Frame
	Of      *filing.Filing // the composite that is changed; nil: one is made
	Sources []mergeSource
	Paras   []mergePara
	More    []filing.Filing // others on the desk that could be part of it
	Others  flow.Names
	Title   string
	Genre   string
	Mode    string // of the shares: text, equal, own
	Actions []org.Action
	Kept    bool // as it is saved: nothing was moved or typed since
	Figures []figureRow

	settled []filing.Settlement
	notes   map[string]string // typed beside figures that are not settled
	edges   []filing.Parent
	next    int // the key of the next paragraph
	sum     *big.Rat
}

func (*mergePage) template() string    { return "desk/merge" }
func (*mergePage) part() string        { return "builder" }
func (p *mergePage) names() flow.Names { return p.Others }

// Action is where the form goes.
func (p *mergePage) Action() string {
	if p.Of != nil {
		return "/filings/" + string(p.Of.ID) + "/compose"
	}
	return "/merge"
}

// May reports whether a verb is allowed on the composite.
func (p *mergePage) May(v string) bool { return org.Allowed(p.Actions, org.Verb(v)) }

// Modes are the ways to come to shares.
func (*mergePage) Modes() []string { return []string{"text", "equal", "own"} }

// mergeSource is one filing with its mark: a letter, a line style, a hue.
type mergeSource struct {
	flow.FilingView
	No     int // its place among the sources, 1 the first
	Letter string
	Hue    string
	Paras  []sourcePara
	Gave   int    // characters of it in the composite
	Share  string // as typed, or as it comes out
	Part   string // its share in hundredths, for reading
	From   string // of the bar, in thousandths
	Width  string
	Bad    string // why it cannot be part of a composite now
}

// sourcePara is a paragraph of a source, and in which of the composite's it is
// used.
type sourcePara struct {
	Take string // what a button says to take it
	Text string
	Used []int
}

// mergePara is a paragraph of the composite.
type mergePara struct {
	Key     string
	No      int
	Text    string
	Sources []int
	First   bool
	Last    bool
	Now     bool // has just been taken or moved
	Figures []figureRow
	Sums    []string // worked out: 120 + 200 = 320
}

// Has reports whether the paragraph has a source.
func (m mergePara) Has(no int) bool { return slices.Contains(m.Sources, no) }

// Sum is the shares added up, as a sentence: 3/7 + 4/7 = 1.
func (p *mergePage) Sum() string {
	if p.sum == nil {
		return ""
	}
	var parts []string
	for _, s := range p.Sources {
		parts = append(parts, s.Share)
	}
	return strings.Join(parts, " + ") + " = " + p.sum.RatString()
}

// Whole reports whether the shares are one.
func (p *mergePage) Whole() bool { return p.sum != nil && p.sum.Cmp(big.NewRat(1, 1)) == 0 }

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

// merge handles GET /merge, and shows what a form of it has become.
func (s *Server) merge(w http.ResponseWriter, r *http.Request) error {
	p := &mergePage{Frame: s.frame(r, "merge.head")}
	if p.Me == nil || !p.Me.Has(org.Editor) && !p.Me.Has(org.Chief) {
		return errNoPage
	}
	ids := picked(r)
	if len(ids) > flow.MaxParts {
		return fault.Bad("parts", "parts_count", "min", "2", "max", strconv.Itoa(flow.MaxParts))
	}
	for _, id := range ids {
		v, err := s.flow.Filing(r.Context(), actor(r), id)
		if err != nil {
			return err
		}
		p.source(v)
		for _, a := range v.Actions {
			if a.Verb == filing.Merge && !a.Allowed && len(a.Why) > 0 {
				p.Sources[len(p.Sources)-1].Bad = p.tongue.reason(a.Why[0], v.Names)
			}
		}
	}
	p.Mode = "text"
	if len(p.Sources) > 0 {
		first := p.Sources[0]
		p.Title, p.Genre, p.Others = first.Text.Title, first.Filing.Genre, first.Names
		for _, t := range text.Paragraphs(first.Text.Body) {
			p.add(len(p.Paras), mergePara{Text: t, Sources: []int{1}})
		}
		equal, err := s.flow.EqualShares(r.Context(), actor(r), first.Filing.Office)
		if err != nil {
			return err
		}
		if equal {
			p.Mode = "equal"
		}
	}
	if err := s.mergeable(r, p, ids); err != nil {
		return err
	}
	return s.built(w, r, p)
}

// compose handles GET /filings/{id}/compose: the builder of a composite that is
// there.
func (s *Server) compose(w http.ResponseWriter, r *http.Request) error {
	v, err := s.flow.Composite(r.Context(), actor(r), filingID(r))
	if err != nil {
		return err
	}
	p := &mergePage{Frame: s.frame(r, "compose.head"), Of: &v.Filing, Others: v.Names, Title: v.Text.Title, Genre: v.Filing.Genre, Mode: "own", Actions: v.Actions, edges: v.Edges}
	for _, x := range v.Sources {
		p.source(x)
		for id, u := range x.Names.Units {
			p.Others.Units[id] = u
		}
	}
	for _, x := range v.Paragraphs {
		p.add(len(p.Paras), mergePara{Text: x.Text, Sources: x.Sources})
	}
	p.Kept = r.Method == http.MethodGet
	p.settledOf(v)
	return s.built(w, r, p)
}

// source adds a source with its mark.
func (p *mergePage) source(v flow.FilingView) {
	n := len(p.Sources)
	src := mergeSource{FilingView: v, No: n + 1, Letter: strconv.Itoa(n + 1), Hue: string("abcd"[n%4])}
	if letters := []rune(p.tongue.say("merge.letters")); n < len(letters) {
		src.Letter = string(letters[n])
	}
	for k, t := range text.Paragraphs(v.Text.Body) {
		src.Paras = append(src.Paras, sourcePara{Take: strconv.Itoa(n+1) + ":" + strconv.Itoa(k), Text: t})
	}
	p.Sources = append(p.Sources, src)
}

// add puts a paragraph at a place, under a key of its own.
func (p *mergePage) add(at int, m mergePara) {
	if m.Key == "" {
		p.next++
		m.Key = "n" + strconv.Itoa(p.next)
	}
	p.Paras = slices.Insert(p.Paras, min(max(at, 0), len(p.Paras)), m)
}

// built works out what the form says, does the step that was asked for, and
// shows the page.
func (s *Server) built(w http.ResponseWriter, r *http.Request, p *mergePage) error {
	p.Scripts = []string{"htmx.min.js", "sortable.min.js", "builder.js"}
	if r.Method == http.MethodPost {
		p.typed = r.PostForm
		p.typedIn(r.PostForm)
		p.step(r.PostFormValue("do"), r.PostFormValue("at"))
		p.settleStep(r.PostFormValue("do"))
	}
	p.weighFigures()
	for i := range p.Paras {
		m := &p.Paras[i]
		m.No, m.First, m.Last = i+1, i == 0, i == len(p.Paras)-1
	}
	p.weigh()
	return s.page(w, r, p)
}

// typedIn takes the paragraphs, marks and shares of a form in place of what is
// saved. A form without paragraphs has one body; its sources are found.
func (p *mergePage) typedIn(form url.Values) {
	switch {
	case len(form["p"]) > 0 || form.Has("shares") && (p.Of != nil || len(form["filing"]) > 0):
		p.Paras = nil
		marks := map[string][]int{}
		for _, m := range form["m"] {
			key, no, _ := strings.Cut(m, ":")
			if n, err := strconv.Atoi(no); err == nil && n >= 1 && n <= len(p.Sources) {
				marks[key] = append(marks[key], n)
			}
		}
		for i, t := range form["p"] {
			key := ""
			if i < len(form["k"]) {
				key = form["k"][i]
			}
			if n, err := strconv.Atoi(strings.TrimPrefix(key, "n")); err == nil {
				p.next = max(p.next, n)
			}
			p.Paras = append(p.Paras, mergePara{Key: key, Text: t, Sources: marks[key]})
		}
	case form.Has("body"):
		p.Paras = nil
		paras := text.Paragraphs(form.Get("body"))
		of := flow.Sourced(paras, p.bodies())
		for i, t := range paras {
			p.add(i, mergePara{Text: t, Sources: of[i]})
		}
	}
	if form.Get("title") != "" || len(form["filing"]) > 0 || p.Of != nil {
		p.Title, p.Genre = form.Get("title"), form.Get("genre")
	}
	if m := form.Get("shares"); slices.Contains(p.Modes(), m) {
		p.Mode = m
	} else if len(form["share"]) > 0 {
		p.Mode = "own"
	} else if form.Get("do") == "more" {
		p.Mode = "equal"
	}
	p.settledIn(form)
	for i := range p.Sources {
		if i < len(form["share"]) {
			p.Sources[i].Share = form["share"][i]
		}
	}
}

// step does one editing step: what a button, a key or a drag asked for.
func (p *mergePage) step(do, at string) {
	verb, arg, _ := strings.Cut(do, ":")
	i := slices.IndexFunc(p.Paras, func(m mergePara) bool { return m.Key == arg })
	after := slices.IndexFunc(p.Paras, func(m mergePara) bool { return m.Key == at }) + 1
	if after == 0 {
		after = len(p.Paras)
	}
	switch {
	case verb == "up" && i > 0:
		p.Paras[i-1], p.Paras[i] = p.Paras[i], p.Paras[i-1]
		p.Paras[i-1].Now = true
	case verb == "down" && i >= 0 && i+1 < len(p.Paras):
		p.Paras[i+1], p.Paras[i] = p.Paras[i], p.Paras[i+1]
		p.Paras[i+1].Now = true
	case verb == "drop" && i >= 0:
		p.Paras = slices.Delete(p.Paras, i, i+1)
	case verb == "own":
		p.add(after, mergePara{Now: true})
	case verb == "take":
		for _, s := range p.Sources {
			for _, x := range s.Paras {
				if x.Take == arg {
					if at == "^" { // dragged to the head
						after = 0
					}
					p.add(after, mergePara{Text: x.Text, Sources: []int{s.No}, Now: true})
				}
			}
		}
	}
}

func (p *mergePage) bodies() []string {
	out := make([]string, len(p.Sources))
	for i, s := range p.Sources {
		out[i] = s.Text.Body
	}
	return out
}

// paragraphs is the text as the verbs take it.
func (p *mergePage) paragraphs() []flow.Paragraph {
	out := make([]flow.Paragraph, len(p.Paras))
	for i, m := range p.Paras {
		out[i] = flow.Paragraph{Text: m.Text, Sources: m.Sources}
	}
	return out
}

// weigh works out what is used of each source, what each gave, and the shares.
func (p *mergePage) weigh() {
	if len(p.Sources) == 0 {
		return
	}
	words := make([]text.Stretches, len(p.Paras))
	for i, m := range p.Paras {
		words[i] = text.StretchesOf(m.Text)
	}
	body, of := flow.Body(p.paragraphs())
	gave := flow.Gave(text.Paragraphs(body), of, p.bodies())
	ids := make([]ident.Filing, len(p.Sources))
	for n := range p.Sources {
		s := &p.Sources[n]
		ids[n], s.Gave = s.Filing.ID, gave[n]
		for k := range s.Paras {
			x := &s.Paras[k]
			for i, m := range p.Paras {
				if in := words[i].In(x.Text); m.Has(s.No) && (in >= 8 || in > 0 && in*4 >= text.Runes(x.Text)) {
					x.Used = append(x.Used, i+1)
				}
			}
		}
	}
	p.shares(filing.Proposed(ids, gave))
}

// shares fills in the shares of the mode, and adds them up.
func (p *mergePage) shares(proposed []filing.Contribution) {
	n := len(p.Sources)
	if p.Kept && len(p.edges) == n {
		p.Mode = "own"
		for i, e := range p.edges {
			p.Sources[i].Share = e.Share().RatString()
		}
		switch {
		case !slices.ContainsFunc(p.edges, func(e filing.Parent) bool { return e.Share().Cmp(big.NewRat(1, int64(n))) != 0 }):
			p.Mode = "equal"
		case sameShares(p.edges, proposed):
			p.Mode = "text"
		}
	}
	p.sum = new(big.Rat)
	from := 0
	for i := range p.Sources {
		s := &p.Sources[i]
		switch p.Mode {
		case "text":
			s.Share = strconv.FormatInt(proposed[i].Num, 10) + "/" + strconv.FormatInt(proposed[i].Den, 10)
		case "equal":
			s.Share = "1/" + strconv.Itoa(n)
		}
		num, den, ok := fraction(s.Share)
		if !ok || den == 0 {
			p.sum = nil
			return
		}
		share := big.NewRat(num, den)
		p.sum.Add(p.sum, share)
		s.Part = new(big.Rat).Mul(share, big.NewRat(100, 1)).FloatString(1)
		width, _ := new(big.Rat).Mul(share, big.NewRat(1000, 1)).Float64()
		s.From, s.Width = strconv.Itoa(from), strconv.Itoa(max(int(width)-3, 1))
		from += int(width)
	}
}

func sameShares(edges []filing.Parent, parts []filing.Contribution) bool {
	for i, e := range edges {
		if e.Share().Cmp(big.NewRat(parts[i].Num, parts[i].Den)) != 0 {
			return false
		}
	}
	return true
}

// parts are the shares as the verbs take them; what is no share is named.
func (p *mergePage) parts() ([]filing.Contribution, error) {
	var out []filing.Contribution
	var bad []fault.Field
	for i, s := range p.Sources {
		c := filing.Contribution{Filing: s.Filing.ID}
		var ok bool
		if c.Num, c.Den, ok = fraction(s.Share); !ok {
			bad = append(bad, fault.Field{Path: "share[" + strconv.Itoa(i) + "]", Code: "not_a_share", Params: fault.Pairs("value", s.Share)})
		}
		out = append(out, c)
	}
	return out, fault.Fields(bad)
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

// Rows is how high a field is to hold a paragraph.
func (*mergePage) Rows(t string) int { return text.Runes(t)/34 + 2 }

// UnitOf is the label of a filing's unit.
func (p *mergePage) UnitOf(f filing.Filing) string { return p.Others.UnitOn(f.Unit, f.Filed) }

// saves are what the form's own buttons ask for; everything else is a step.
func saves(r *http.Request) bool {
	do := r.PostFormValue("do")
	return do == "" || do == "merge" || do == "save"
}

// mergeDo handles POST /merge: a step, one more source, or the composite itself.
func (s *Server) mergeDo(w http.ResponseWriter, r *http.Request) error {
	if !saves(r) {
		return s.merge(w, r)
	}
	in := flow.Merge{}
	err := httpio.Form(r, &in)
	p := &mergePage{Frame: s.frame(r, "")}
	for _, id := range picked(r) {
		var v flow.FilingView
		if err == nil {
			if v, err = s.flow.Filing(r.Context(), actor(r), id); err == nil {
				p.source(v)
			}
		}
	}
	if err == nil && len(p.Sources) > 0 {
		in.Office, p.Mode = p.Sources[0].Filing.Office, "text"
		p.typedIn(r.PostForm)
		p.weigh()
		in.Paragraphs, in.Settled = p.paragraphs(), p.settledNow()
		in.Parts, err = p.parts()
	}
	var made filing.Filing
	if err == nil {
		made, err = s.flow.Merge(once(r), actor(r), in)
	}
	if err != nil {
		return s.again(w, r, err, s.merge)
	}
	return s.leadOn(w, r, "/filings/"+string(made.ID), "filing.merged", "n", strconv.Itoa(len(in.Parts)))
}

// composeDo handles POST /filings/{id}/compose: a step, or the text with its
// sources and shares.
func (s *Server) composeDo(w http.ResponseWriter, r *http.Request) error {
	if !saves(r) {
		return s.compose(w, r)
	}
	v, err := s.flow.Composite(r.Context(), actor(r), filingID(r))
	if err != nil {
		return err
	}
	p := &mergePage{Frame: s.frame(r, ""), Mode: "own"}
	for _, x := range v.Sources {
		p.source(x)
	}
	p.settledOf(v)
	p.typedIn(r.PostForm)
	p.weigh()
	in := flow.Compose{}
	if err = httpio.Form(r, &in); err == nil {
		in.Paragraphs, in.Settled = p.paragraphs(), p.settledNow()
		in.Parts, err = p.parts()
	}
	if err == nil {
		_, err = s.flow.Compose(r.Context(), actor(r), filingID(r), in)
	}
	if err != nil {
		return s.again(w, r, err, s.compose)
	}
	return s.seeOther(w, r, "/filings/"+r.PathValue("id")+"/compose", "filing.composed")
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
