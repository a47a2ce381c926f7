package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
)

// unitPage is one unit of the tree with everything that hangs on it, and at
// most one form: the change that is being made.
type unitPage struct {
	Frame
	View    flow.UnitView
	Do      string
	Named   []org.Unit // found by the beginning of a name
	Q       string
	More    string
	Changes []string         // what the viewer may do here
	Near    []org.Unit       // offered where another unit is named
	Folk    []flow.PersonRow // offered where a person is named
}

func (*unitPage) template() string    { return "register/unit" }
func (p *unitPage) names() flow.Names { return p.View.Names }

// Root reports whether this is the page above all units.
func (p *unitPage) Root() bool { return p.View.Unit.ID == "" }

// Levels, Roles, Networks and Checks are what forms choose from.
func (*unitPage) Levels() []org.Level { return org.Levels }

// Roles are what posts are for.
func (*unitPage) Roles() []org.Role { return org.Roles }

// Checks are what a chain is made of.
func (*unitPage) Checks() []org.Check { return []org.Check{org.Review, org.SecrecyOK, org.SignOffOK} }

// Manners are the ways an issue reaches a unit.
func (*unitPage) Manners() []string { return issue.Manners }

// Year is this one.
func (p *unitPage) Year() int { return p.tongue.now().In(p.tongue.where).Year() }

// Today is the value of a date field.
func (p *unitPage) Today() string { return p.tongue.now().In(p.tongue.where).Format("2006-01-02") }

// ParentCode is what stands in the form that moves a unit.
func (p *unitPage) ParentCode() string {
	if n := len(p.View.Path); n > 0 {
		return p.View.Path[n-1].Code
	}
	return ""
}

// Unlined reports whether nothing reported here can go anywhere yet.
func (p *unitPage) Unlined() bool { return !p.Root() && len(p.View.Lines) == 0 && len(p.View.Path) > 0 }

// units handles GET /units: the roots, and finding a unit by its name.
func (s *Server) units(w http.ResponseWriter, r *http.Request) error { return s.showUnit(w, r, "") }

// unit handles GET /units/{id}.
func (s *Server) unit(w http.ResponseWriter, r *http.Request) error {
	return s.showUnit(w, r, ident.Unit(r.PathValue("id")))
}

func (s *Server) showUnit(w http.ResponseWriter, r *http.Request, id ident.Unit) error {
	q := r.URL.Query()
	v, err := s.flow.Unit(r.Context(), actor(r), id, q.Get("after"))
	if err != nil {
		return err
	}
	if wantsFile(r) {
		return s.unitsFile(w, r, v.Unit)
	}
	p := &unitPage{Frame: s.frame(r, "units.head"), View: v, Do: q.Get("do"), Q: q.Get("q")}
	if r.Method == http.MethodPost {
		p.Do = r.PostFormValue("change")
	}
	base := "/units"
	if id != "" {
		p.Head, base = v.Unit.Name, "/units/"+string(id)
	}
	if v.Next != "" {
		p.More = query(base, "after", v.Next)
	}
	if p.Q != "" {
		if p.Named, err = s.flow.UnitsNamed(r.Context(), actor(r), p.Q); err != nil {
			return err
		}
	}
	p.Changes = changes(p)
	if !slices.Contains(p.Changes, p.Do) {
		p.Do = ""
	}
	if p.Do != "" {
		if err := s.nearby(r, p); err != nil {
			return err
		}
	}
	return s.page(w, r, p)
}

// changes are the forms that the viewer may open on a unit.
func changes(p *unitPage) []string {
	v := p.View
	if p.Root() || v.Unit.Ended != 0 {
		return nil
	}
	var out []string
	if v.MayEdit {
		out = append(out, "enter", "change", "merge", "split", "line", "person", "post", "chain")
	}
	chief := p.Me != nil && p.Me.HasAt(v.Unit.ID, org.Chief)
	if v.Unit.Office && (v.MayEdit || chief) {
		out = append(out, "publication", "rules")
	}
	if v.Unit.Office && (v.MayEdit || p.Me != nil && p.Me.HasAt(v.Unit.ID, org.Assessor)) {
		out = append(out, "class")
	}
	return out
}

// nearby offers the units and people that a form most likely means.
func (s *Server) nearby(r *http.Request, p *unitPage) error {
	p.Near = append(p.Near, p.View.Path...)
	p.Near = append(p.Near, p.View.Children...)
	for _, l := range p.View.Below {
		if u, ok := p.View.Names.Units[l.Unit]; ok && !slices.ContainsFunc(p.Near, func(x org.Unit) bool { return x.ID == u.ID }) {
			p.Near = append(p.Near, u)
		}
	}
	p.Folk = p.View.People
	parent := p.View.Unit.Parent
	if parent == "" {
		return nil
	}
	page, err := s.flow.Branch(r.Context(), actor(r), parent, "", 200)
	if err != nil {
		return err
	}
	for _, u := range page.Rows {
		if u.ID != p.View.Unit.ID {
			p.Near = append(p.Near, u)
		}
	}
	above, err := s.flow.People(r.Context(), actor(r), parent)
	p.Folk = append(slices.Clone(p.Folk), above...)
	return err
}

// unitNamed reads a field that names a unit by its code.
func (s *Server) unitNamed(r *http.Request, field string) (ident.Unit, error) {
	code := strings.TrimSpace(r.PostFormValue(field + "_code"))
	if code == "" {
		return "", nil
	}
	if before, _, ok := strings.Cut(code, " "); ok {
		code = before
	}
	u, err := s.flow.UnitByCode(r.Context(), actor(r), code)
	if fault.Is(err, fault.NotFound) {
		return "", fault.Bad(field, "unknown_unit", "value", code)
	}
	return u.ID, err
}

// changed finishes a change: the unit's page, or the form again.
func (s *Server) changed(w http.ResponseWriter, r *http.Request, err error, to ident.Unit) error {
	if err != nil {
		return s.again(w, r, err, func(w http.ResponseWriter, r *http.Request) error {
			return s.showUnit(w, r, ident.Unit(r.PathValue("id")))
		})
	}
	return s.seeOther(w, r, "/units/"+string(to), "register."+r.PostFormValue("change"))
}

// changeUnit handles POST /units/{id}: one of the changes, by its name.
func (s *Server) changeUnit(w http.ResponseWriter, r *http.Request) error {
	id := ident.Unit(r.PathValue("id"))
	do, ok := map[string]func(*http.Request, ident.Unit) (ident.Unit, error){
		"enter": s.enterUnit, "change": s.alterUnit, "merge": s.mergeUnits, "split": s.splitUnit, "line": s.drawLine, "person": s.enterPerson, "post": s.holdPost,
		"chain": s.setChain, "publication": s.enterPublication, "rules": s.setRules, "class": s.setClass,
	}[r.PostFormValue("change")]
	if !ok {
		return errNoPage
	}
	to, err := do(r, id)
	return s.changed(w, r, err, to)
}

func (s *Server) enterUnit(r *http.Request, id ident.Unit) (ident.Unit, error) {
	var in flow.EnterUnit
	if err := httpio.Form(r, &in); err != nil {
		return "", err
	}
	in.Parent = id
	u, err := s.flow.EnterUnit(once(r), actor(r), in)
	return u.ID, err
}

func (s *Server) alterUnit(r *http.Request, id ident.Unit) (ident.Unit, error) {
	// The parent is named by its code and the two marks are boxes, so the form
	// is read into what it has and not into the verb's own input.
	var in struct {
		Name    string    `form:"name"`
		Short   string    `form:"short"`
		Level   org.Level `form:"level"`
		Office  bool      `form:"office"`
		Outside bool      `form:"outside"`
		From    string    `form:"from"`
		Version int64     `form:"version"`
	}
	if err := httpio.Form(r, &in); err != nil {
		return id, err
	}
	parent, err := s.unitNamed(r, "parent")
	if err != nil {
		return id, err
	}
	_, err = s.flow.ChangeUnit(r.Context(), actor(r), id, flow.ChangeUnit{Name: in.Name, Short: in.Short, Parent: parent, Level: in.Level, Office: &in.Office, Outside: &in.Outside, From: in.From, Version: in.Version})
	return id, err
}

func (s *Server) mergeUnits(r *http.Request, id ident.Unit) (ident.Unit, error) {
	into, err := s.unitNamed(r, "into")
	if err == nil && into == "" {
		err = fault.Bad("into", "required")
	}
	if err != nil {
		return id, err
	}
	_, err = s.flow.MergeUnits(r.Context(), actor(r), id, flow.MergeUnits{Into: into, From: r.PostFormValue("from")})
	return into, err
}

func (s *Server) splitUnit(r *http.Request, id ident.Unit) (ident.Unit, error) {
	var in flow.SplitUnit
	if err := httpio.Form(r, &in); err != nil {
		return id, err
	}
	u, err := s.flow.SplitUnit(once(r), actor(r), id, in)
	return u.ID, err
}

func (s *Server) drawLine(r *http.Request, id ident.Unit) (ident.Unit, error) {
	var in flow.DrawLine
	if err := httpio.Form(r, &in); err != nil {
		return id, err
	}
	var err error
	if in.Office, err = s.unitNamed(r, "office"); err == nil && in.Office == "" {
		err = fault.Bad("office", "required")
	}
	if err != nil {
		return id, err
	}
	in.Unit = id
	_, err = s.flow.DrawLine(once(r), actor(r), in)
	return id, err
}

func (s *Server) enterPerson(r *http.Request, id ident.Unit) (ident.Unit, error) {
	var in flow.EnterPerson
	if err := httpio.Form(r, &in); err != nil {
		return id, err
	}
	in.Unit = id
	_, err := s.flow.EnterPerson(once(r), actor(r), in)
	return id, err
}

func (s *Server) holdPost(r *http.Request, id ident.Unit) (ident.Unit, error) {
	var in flow.HoldPost
	if err := httpio.Form(r, &in); err != nil {
		return id, err
	}
	in.Unit = id
	_, err := s.flow.HoldPost(once(r), actor(r), in)
	return id, err
}

func (s *Server) setChain(r *http.Request, id ident.Unit) (ident.Unit, error) {
	c := org.Chain{Unit: id, Form: r.PostFormValue("form"), Genre: r.PostFormValue("genre")}
	for _, one := range r.PostForm["checks"] {
		c.Checks = append(c.Checks, org.Check(one))
	}
	_, err := s.flow.SetChain(r.Context(), actor(r), c)
	return id, err
}

func (s *Server) enterPublication(r *http.Request, id ident.Unit) (ident.Unit, error) {
	in := flow.EnterPublication{Office: id, Code: r.PostFormValue("code"), Name: r.PostFormValue("name")}
	for c := range strings.FieldsFuncSeq(r.PostFormValue("columns_list"), func(r rune) bool { return strings.ContainsRune("\r\n、，,;；", r) }) {
		if c = strings.TrimSpace(c); c != "" {
			in.Columns = append(in.Columns, c)
		}
	}
	n, err := number(r, "max_body")
	if err != nil {
		return id, err
	}
	in.MaxBody = n
	for _, unit := range r.PostForm["reader"] {
		in.Readers = append(in.Readers, issue.ReadBy{Unit: ident.Unit(unit), Manner: r.PostFormValue("manner")})
	}
	_, err = s.flow.EnterPublication(once(r), actor(r), in)
	return id, err
}

func (s *Server) setRules(r *http.Request, id ident.Unit) (ident.Unit, error) {
	was, err := s.flow.Unit(r.Context(), actor(r), id, "")
	if err != nil {
		return id, err
	}
	in := was.Rules
	ticked := func(name string) bool { return slices.Contains(r.PostForm[name], "1") } // an empty one stands before each box
	in.OwnSignOff, in.LinesOrdered, in.ForwardSigned, in.EqualShares = ticked("own_sign_off"), ticked("lines_ordered"), ticked("forward_adopted"), ticked("equal_shares")
	if in.MaxTitle, err = number(r, "max_title"); err != nil {
		return id, err
	}
	if in.MaxBody, err = number(r, "max_body"); err != nil {
		return id, err
	}
	_, err = s.flow.SetRules(r.Context(), actor(r), id, in)
	return id, err
}

func (s *Server) setClass(r *http.Request, id ident.Unit) (ident.Unit, error) {
	year, err := number(r, "year")
	if err != nil {
		return id, err
	}
	unit, err := s.unitNamed(r, "unit")
	if err == nil && unit == "" {
		err = fault.Bad("unit", "required")
	}
	if err != nil {
		return id, err
	}
	_, err = s.flow.SetClass(r.Context(), actor(r), org.Class{Office: id, Year: year, Unit: unit, Class: strings.TrimSpace(r.PostFormValue("class")), Target: strings.TrimSpace(r.PostFormValue("target"))})
	return id, err
}

// number reads a field of a whole number; empty is nothing.
func number(r *http.Request, field string) (int, error) {
	v := strings.TrimSpace(r.PostFormValue(field))
	if v == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 {
		return 0, fault.Bad(field, "not_a_number", "value", v)
	}
	return n, nil
}

// endLine handles POST /lines/{line}/end.
func (s *Server) endLine(w http.ResponseWriter, r *http.Request) error {
	_, err := s.flow.EndLine(r.Context(), actor(r), ident.Line(r.PathValue("line")), r.PostFormValue("until"))
	unit := ident.Unit(r.PostFormValue("unit"))
	if err != nil {
		return s.again(w, r, err, func(w http.ResponseWriter, r *http.Request) error { return s.showUnit(w, r, unit) })
	}
	return s.seeOther(w, r, ourPath("/units/"+string(unit)), "register.line_ended")
}

// publicationsPage lists every publication with its readers.
type publicationsPage struct {
	Frame
	Rows []flow.PublicationView
}

func (*publicationsPage) template() string { return "register/publications" }

// publications handles GET /publications.
func (s *Server) publications(w http.ResponseWriter, r *http.Request) error {
	rows, err := s.flow.Publications(r.Context(), actor(r))
	if err != nil {
		return err
	}
	return s.page(w, r, &publicationsPage{Frame: s.frame(r, "publications.head"), Rows: rows})
}

// tokensPage lists the viewer's tokens; a new one's secret is shown once.
type tokensPage struct {
	Frame
	Rows   []flow.TokenView
	Secret string
	Made   flow.TokenView
	Again  bool // the same form came twice: its secret was shown the first time
}

func (*tokensPage) template() string { return "register/tokens" }

// Scopes are what a token may be given.
func (*tokensPage) Scopes() []org.Stage { return org.Stages }

// Dead reports whether a token no longer opens anything.
func (p *tokensPage) Dead(t flow.TokenView) bool {
	return t.Revoked != 0 || t.Expires < p.tongue.now().UnixMicro()
}

// ScopeNames writes a token's scopes.
func (p *tokensPage) ScopeNames(t flow.TokenView) string {
	var out []string
	for _, s := range t.Scopes {
		out = append(out, p.tongue.word("scope", s))
	}
	return strings.Join(out, p.tongue.say("list.and"))
}

// tokens handles GET /tokens.
func (s *Server) tokens(w http.ResponseWriter, r *http.Request) error {
	return s.showTokens(w, r, &tokensPage{})
}

func (s *Server) showTokens(w http.ResponseWriter, r *http.Request, p *tokensPage) error {
	p.Frame = s.frame(r, "tokens.head")
	var err error
	if p.Rows, err = s.flow.Tokens(r.Context(), actor(r)); err != nil {
		return err
	}
	return s.page(w, r, p)
}

// issueToken handles POST /tokens: the answer is the one page with the secret.
func (s *Server) issueToken(w http.ResponseWriter, r *http.Request) error {
	var in flow.IssueToken
	err := httpio.Form(r, &in)
	p := &tokensPage{}
	if err == nil {
		p.Secret, p.Made, err = s.flow.IssueToken(once(r), actor(r), in)
	}
	if err != nil {
		return s.again(w, r, err, s.tokens)
	}
	p.Again = p.Secret == ""
	return s.showTokens(w, r, p)
}

// revokeToken handles POST /tokens/{id}/revoke.
func (s *Server) revokeToken(w http.ResponseWriter, r *http.Request) error {
	if err := s.flow.RevokeToken(r.Context(), actor(r), ident.Token(r.PathValue("id"))); err != nil {
		return s.again(w, r, err, s.tokens)
	}
	return s.seeOther(w, r, "/tokens", "token.revoked")
}
