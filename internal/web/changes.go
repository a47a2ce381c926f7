package web

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/csv"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/intake"
	"xinshu/internal/issue"
	"xinshu/internal/org"
)

// actsOf are the changes of a unit that have a page with a preview.
var actsOf = []org.Act{org.ActRename, org.ActMove, org.ActMerge, org.ActSplit, org.ActClose}

// changePage asks for a change of a unit, shows what it does, and lists what was
// done before.
type changePage struct {
	Frame
	View   flow.UnitView
	Act    org.Act
	In     flow.UnitChange
	Effect *flow.UnitEffect
	Past   flow.Page[flow.ChangeView]
}

func (*changePage) template() string { return "register/change" }
func (p *changePage) names() flow.Names {
	if p.Effect != nil {
		return p.Effect.Names
	}
	return p.View.Names
}

// Acts are what can be done.
func (*changePage) Acts() []org.Act { return actsOf }

// Today is the value of a date field.
func (p *changePage) Today() string { return p.tongue.now().In(p.tongue.where).Format("2006-01-02") }

// IntoCode is the code of the unit that takes over, as it was typed.
func (p *changePage) IntoCode() string {
	if p.Effect != nil && p.Effect.Into != nil {
		return p.Effect.Into.Code
	}
	return p.Or("into_code", "")
}

// Left reports whether a post of a merged unit ends and does not go along.
func (p *changePage) Left(id ident.Post) bool { return slices.Contains(p.In.Leave, id) }

// Says is the sentence of a warning.
func (p *changePage) Says(r fault.Reason) string { return p.tongue.reason(r, p.names()) }

// Mine reports whether a change of the list may be taken back by the viewer.
func (p *changePage) Mine(c flow.ChangeView) bool { return c.MayUndo && p.View.MayEdit }

// change handles GET /units/{id}/change: a form, or with fields the preview.
func (s *Server) change(w http.ResponseWriter, r *http.Request) error {
	id := ident.Unit(r.PathValue("id"))
	v, err := s.flow.Unit(r.Context(), actor(r), id, "")
	if err != nil {
		return err
	}
	p := &changePage{Frame: s.frame(r, "register.change_head", "unit", v.Unit.Label()), View: v, Act: org.ActRename}
	if act := org.Act(r.FormValue("act")); slices.Contains(actsOf, act) {
		p.Act = act
	}
	if p.Past, err = s.flow.UnitChanges(r.Context(), actor(r), id); err != nil {
		return err
	}
	if r.FormValue("from") != "" && p.Problem == nil {
		in, err := s.changeAsked(r)
		if err == nil {
			var e flow.UnitEffect
			e, err = s.flow.PreviewUnitChange(r.Context(), actor(r), id, in)
			p.Effect = &e
		}
		if err != nil {
			visitOf(r).problem = err
			p.Effect = nil
			p.Problem, p.typed = problemOf(err), r.Form
			if _, refused := fault.Refused(err); !refused {
				if _, bad := fault.BadFields(err); !bad {
					return err
				}
			}
		}
		p.In = in
	}
	return s.page(w, r, p)
}

// changeAsked reads a change from a form or an address.
func (s *Server) changeAsked(r *http.Request) (in flow.UnitChange, err error) {
	if err := r.ParseForm(); err != nil {
		return in, fault.Bad("form", "broken_utf8")
	}
	in = flow.UnitChange{Act: org.Act(r.Form.Get("act")), Name: r.Form.Get("name"), Short: r.Form.Get("short"), Code: r.Form.Get("code"), From: r.Form.Get("from"), KeepLines: r.Form.Get("keep_lines") != "", Digest: r.Form.Get("digest")}
	for _, x := range []struct {
		field string
		to    *ident.Unit
	}{{"parent", &in.Parent}, {"into", &in.Into}} {
		if *x.to, err = s.unitCoded(r, x.field, r.Form.Get(x.field+"_code")); err != nil {
			return in, err
		}
	}
	for _, id := range r.Form["posts"] {
		in.Posts = append(in.Posts, ident.Post(id))
	}
	for _, id := range r.Form["children"] {
		in.Children = append(in.Children, ident.Unit(id))
	}
	for _, id := range r.Form["leave"] {
		in.Leave = append(in.Leave, ident.Post(id))
	}
	for name, fate := range r.Form { // a choice for each post; what is not chosen moves
		if id, ok := strings.CutPrefix(name, "post-"); ok && slices.Contains(fate, string(flow.Ends)) {
			in.Leave = append(in.Leave, ident.Post(id))
		}
	}
	slices.Sort(in.Leave)
	return in, nil
}

// unitCoded finds the unit that a field names by its code.
func (s *Server) unitCoded(r *http.Request, field, code string) (ident.Unit, error) {
	if code = strings.TrimSpace(code); code == "" {
		return "", nil
	}
	u, err := s.flow.UnitByCode(r.Context(), actor(r), code)
	if fault.Is(err, fault.NotFound) {
		return "", fault.Bad(field, "unknown_unit", "value", code)
	}
	return u.ID, err
}

// changeDo handles POST /units/{id}/change: the confirmation of a preview.
func (s *Server) changeDo(w http.ResponseWriter, r *http.Request) error {
	id := ident.Unit(r.PathValue("id"))
	in, err := s.changeAsked(r)
	if err == nil && in.Digest == "" {
		err = fault.Clash(fault.Why("preview_stale"))
	}
	var e flow.UnitEffect
	if err == nil {
		e, err = s.flow.ChangeUnitAs(once(r), actor(r), id, in)
	}
	if err != nil {
		return s.again(w, r, err, s.change)
	}
	key := "register.changed"
	if e.Later {
		key = "register.planned"
	}
	return s.seeOther(w, r, "/units/"+string(id)+"/change", key)
}

// undoChange handles POST /changes/{change}/undo.
func (s *Server) undoChange(w http.ResponseWriter, r *http.Request) error {
	c, err := s.flow.UndoChange(r.Context(), actor(r), r.PathValue("change"))
	if err != nil {
		unit := r.PostFormValue("unit")
		return s.again(w, r, err, func(w http.ResponseWriter, r *http.Request) error {
			r.SetPathValue("id", unit)
			return s.change(w, r)
		})
	}
	return s.seeOther(w, r, "/units/"+string(c.Unit)+"/change", "register.undone")
}

// peoplePage is the list of people.
type peoplePage struct {
	Frame
	Page  flow.Page[flow.PersonRow]
	Query flow.PeopleQuery
	More  string
}

func (*peoplePage) template() string { return "register/people" }

// Roles are what the list can be narrowed to.
func (*peoplePage) Roles() []org.Role { return org.Roles }

// people handles GET /people.
func (s *Server) people(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	in := flow.PeopleQuery{Text: q.Get("q"), Role: org.Role(q.Get("role")), Active: q.Get("active"), Cursor: q.Get("after")}
	if wantsFile(r) {
		return s.peopleFile(w, r, in)
	}
	pg, err := s.flow.PeopleList(r.Context(), actor(r), in)
	if err != nil {
		return err
	}
	p := &peoplePage{Frame: s.frame(r, "people.head"), Page: pg, Query: in}
	if pg.Next != "" {
		p.More = query("/people", "q", in.Text, "role", string(in.Role), "active", in.Active, "after", pg.Next)
	}
	return s.page(w, r, p)
}

// personPage is one person, with the preview of leaving once it is asked for.
type personPage struct {
	Frame
	View   flow.PersonView
	In     flow.Leave
	Leave  *flow.HandOver
	Asking bool
	Secret string // a new password, shown once
}

func (*personPage) template() string { return "register/person" }
func (p *personPage) names() flow.Names {
	if p.Leave != nil {
		return p.Leave.Names
	}
	return flow.Names{}
}

// Says is the sentence of a warning.
func (p *personPage) Says(r fault.Reason) string { return p.tongue.reason(r, p.names()) }

// Today is the value of a date field.
func (p *personPage) Today() string { return p.tongue.now().In(p.tongue.where).Format("2006-01-02") }

// Over reports whether a post has ended.
func (p *personPage) Over(o flow.PostView) bool {
	day, _ := org.ParseDate(p.Today())
	return o.Until != 0 && o.Until <= day
}

// person handles GET /people/{id}; with leave=… it shows what leaving does.
func (s *Server) person(w http.ResponseWriter, r *http.Request) error {
	return s.showPerson(w, r, &personPage{})
}

func (s *Server) showPerson(w http.ResponseWriter, r *http.Request, p *personPage) error {
	id := ident.Person(r.PathValue("id"))
	v, err := s.flow.PersonView(r.Context(), actor(r), id)
	if err != nil {
		return err
	}
	p.Frame, p.View = s.frame(r, ""), v
	p.Head = v.Person.Name
	if err := r.ParseForm(); err != nil {
		return fault.Bad("form", "broken_utf8")
	}
	p.Asking = r.Form.Get("leave") != ""
	if p.Asking && p.Problem == nil {
		p.In = leaveAsked(r)
		h, err := s.flow.PreviewLeave(r.Context(), actor(r), id, p.In)
		switch {
		case err == nil:
			p.Leave = &h
		case fault.KindOf(err) == fault.Invalid || fault.KindOf(err) == fault.Denied:
			p.Problem, p.typed = problemOf(err), r.Form
		default:
			return err
		}
	}
	return s.page(w, r, p)
}

func leaveAsked(r *http.Request) flow.Leave {
	return flow.Leave{Post: ident.Post(r.Form.Get("post")), To: ident.Person(r.Form.Get("to")), Posts: r.Form.Get("posts") != "", Until: r.Form.Get("until"), Digest: r.Form.Get("digest")}
}

// leave handles POST /people/{id}/leave: the confirmation of what was shown.
func (s *Server) leave(w http.ResponseWriter, r *http.Request) error {
	id := ident.Person(r.PathValue("id"))
	if err := r.ParseForm(); err != nil {
		return fault.Bad("form", "broken_utf8")
	}
	in := leaveAsked(r)
	if in.Digest == "" {
		return s.again(w, r, fault.Clash(fault.Why("preview_stale")), s.person)
	}
	if _, err := s.flow.Leave(once(r), actor(r), id, in); err != nil {
		return s.again(w, r, err, s.person)
	}
	return s.seeOther(w, r, "/people/"+string(id), "register.left")
}

// editPerson handles POST /people/{id}.
func (s *Server) editPerson(w http.ResponseWriter, r *http.Request) error {
	var in flow.EditPerson
	err := httpio.Form(r, &in)
	id := ident.Person(r.PathValue("id"))
	if err == nil {
		_, err = s.flow.EditPerson(r.Context(), actor(r), id, in)
	}
	if err != nil {
		return s.again(w, r, err, s.person)
	}
	return s.seeOther(w, r, "/people/"+string(id), "register.person_saved")
}

// resetPassword handles POST /people/{id}/password: a new one, shown once.
func (s *Server) resetPassword(w http.ResponseWriter, r *http.Request) error {
	raw := make([]byte, 10)
	if _, err := rand.Read(raw); err != nil {
		return fault.Down("web: randomness", err)
	}
	plain := strings.ToLower(base32.StdEncoding.EncodeToString(raw))
	hashed, err := s.auth.HashPassword(r.Context(), plain)
	if err != nil {
		return err
	}
	if _, err := s.flow.ResetPassword(r.Context(), actor(r), ident.Person(r.PathValue("id")), hashed); err != nil {
		return s.again(w, r, err, s.person)
	}
	return s.showPerson(w, r, &personPage{Secret: plain})
}

// sheetPage takes the yearly sheet of changes and shows what it does.
type sheetPage struct {
	Frame
	Effect  *flow.SheetEffect
	Planned flow.Page[flow.ChangeView]
	Text    string // the sheet as it was read, for the confirmation
	File    string
}

func (*sheetPage) template() string { return "register/sheet" }
func (p *sheetPage) names() flow.Names {
	if p.Effect != nil {
		return p.Effect.Names
	}
	return p.Planned.Names
}

// Wrong is the sentence of what is wrong with a row.
func (p *sheetPage) Wrong(e flow.RowEffect) string {
	var out []string
	for _, f := range e.Fields {
		out = append(out, p.tongue.badField(f))
	}
	for _, r := range slices.Concat(e.Reasons, e.Warnings) {
		out = append(out, p.tongue.reason(r, p.names()))
	}
	return strings.Join(out, " ")
}

// sheet handles GET /registers/changes.
func (s *Server) sheet(w http.ResponseWriter, r *http.Request) error {
	return s.showSheet(w, r, &sheetPage{})
}

func (s *Server) showSheet(w http.ResponseWriter, r *http.Request, p *sheetPage) error {
	p.Frame = s.frame(r, "sheet.head")
	var err error
	if p.Planned, err = s.flow.PlannedChanges(r.Context(), actor(r), ""); err != nil {
		return err
	}
	return s.page(w, r, p)
}

// sheetDo handles POST /registers/changes: the text of a sheet, first to look at
// and then, confirmed, to carry out.
func (s *Server) sheetDo(w http.ResponseWriter, r *http.Request) error {
	in, err := sheetAsked(r)
	p := &sheetPage{Text: r.PostFormValue("text")}
	if err == nil && in.File != "" {
		p.File, p.Text = in.File, sheetText(in)
	}
	if err != nil {
		return s.again(w, r, err, s.sheet)
	}
	in.DryRun = r.PostFormValue("confirm") == ""
	e, err := s.flow.ChangeSheet(once(r), actor(r), in)
	if err != nil {
		return s.again(w, r, err, s.sheet)
	}
	if !in.DryRun {
		return s.seeOther(w, r, "/registers/changes", "register.sheet", "n", strconv.Itoa(e.Done+e.Planned))
	}
	p.Effect = &e
	return s.showSheet(w, r, p)
}

// sheetAsked reads the sheet: an uploaded file, known by what is in it, or the
// text that was pasted.
func sheetAsked(r *http.Request) (flow.Sheet, error) {
	if r.MultipartForm != nil && len(r.MultipartForm.File["file"]) == 1 {
		if h := r.MultipartForm.File["file"][0]; h.Filename != "" || h.Size > 0 {
			return sheetUploaded(h)
		}
	}
	return flow.ReadSheet(r.PostFormValue("file_name"), strings.NewReader(r.PostFormValue("text")))
}

// maxSheetFile bounds an uploaded sheet: two thousand rows are far smaller, and
// what a workbook can unpack to is bounded by it.
const maxSheetFile = 1 << 20

func sheetUploaded(h *multipart.FileHeader) (in flow.Sheet, err error) {
	if h.Size > maxSheetFile {
		return in, fault.Bad("file", "too_large", "max", "1 MB")
	}
	from, err := h.Open()
	if err != nil {
		return in, fault.Down("web: uploaded sheet", err)
	}
	defer from.Close()
	head := make([]byte, 4)
	if n, err := io.ReadFull(from, head); err != nil && n == 0 {
		return in, fault.Bad("file", "empty")
	}
	if _, err := from.Seek(0, io.SeekStart); err != nil {
		return in, fault.Down("web: uploaded sheet", err)
	}
	if string(head) != "PK\x03\x04" { // a workbook is a ZIP archive; anything else is text in columns
		return flow.ReadSheet(h.Filename, from)
	}
	tmp, err := os.CreateTemp("", "sheet-*.xlsx")
	if err != nil {
		return in, fault.Down("web: uploaded sheet", err)
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	if _, err := io.Copy(tmp, from); err != nil {
		return in, fault.Down("web: uploaded sheet", err)
	}
	t, err := intake.OpenSheet(h.Filename, tmp.Name(), intake.SheetOptions{TableOptions: flow.SheetColumns()})
	if err != nil {
		return in, err
	}
	defer t.Close()
	return flow.ReadSheetRows(h.Filename, t)
}

// sheetText writes a sheet as the text that the confirmation sends: what is
// carried out is what was shown, wherever it came from.
func sheetText(in flow.Sheet) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Write([]string{"day", "act", "code", "name", "short", "level", "parent", "into", "from"})
	for _, x := range in.Rows {
		w.Write([]string{x.Day, x.Act, x.Code, x.Name, x.Short, x.Level, x.Parent, x.Into, x.From})
	}
	w.Flush()
	return b.String()
}

// publicationPage changes one publication and its distribution list.
type publicationPage struct {
	Frame
	View flow.PublicationView
}

func (*publicationPage) template() string    { return "register/publication" }
func (p *publicationPage) names() flow.Names { return p.View.Names }

// Manners are the ways an issue reaches a unit.
func (*publicationPage) Manners() []string { return issue.Manners }

// List is the distribution list as lines that can be edited: code, manner.
func (p *publicationPage) List() string {
	var out []string
	for _, r := range p.View.Readers {
		out = append(out, p.View.Names.Units[r.Unit].Code+" "+p.tongue.word("manner", r.Manner)+" "+p.View.Names.Unit(r.Unit))
	}
	return strings.Join(out, "\n")
}

// publication handles GET /publications/{id}.
func (s *Server) publication(w http.ResponseWriter, r *http.Request) error {
	v, err := s.flow.Publication(r.Context(), actor(r), ident.Publication(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := &publicationPage{Frame: s.frame(r, ""), View: v}
	p.Head = v.Publication.Name
	return s.page(w, r, p)
}

// changePublication handles POST /publications/{id}.
func (s *Server) changePublication(w http.ResponseWriter, r *http.Request) error {
	var in flow.ChangePublication
	err := httpio.Form(r, &in)
	id := ident.Publication(r.PathValue("id"))
	if err == nil {
		in.Columns = split(r.PostFormValue("columns_list"))
		var n int
		if n, err = number(r, "max_body"); err == nil {
			in.MaxBody = &n
			if r.PostForm.Has("reprint_days") {
				var days int
				if days, err = number(r, "reprint_days"); err != nil {
					return s.again(w, r, err, s.publication)
				}
				in.ReprintDays = &days
			}
			in.Readers, err = s.readersTyped(r)
		}
	}
	if err == nil {
		_, err = s.flow.ChangePublication(r.Context(), actor(r), id, in)
	}
	if err != nil {
		return s.again(w, r, err, s.publication)
	}
	return s.seeOther(w, r, "/publications/"+string(id), "register.publication_saved")
}

// restrictPublication handles POST /publications/{id}/restrict.
func (s *Server) restrictPublication(w http.ResponseWriter, r *http.Request) error {
	var in flow.Restrict
	if err := httpio.Form(r, &in); err != nil {
		return err
	}
	id := r.PathValue("id")
	if _, err := s.flow.RestrictPublication(r.Context(), actor(r), ident.Publication(id), in); err != nil {
		return s.again(w, r, err, s.publication)
	}
	done := "restricted"
	if !in.On {
		done = "set_free"
	}
	return s.seeOther(w, r, "/publications/"+id, done)
}

// readersTyped reads the distribution list: a line each, a unit's code and the
// manner in either language; what follows is for the reader's eye.
func (s *Server) readersTyped(r *http.Request) ([]issue.ReadBy, error) {
	out := []issue.ReadBy{}
	for i, line := range strings.Split(r.PostFormValue("readers"), "\n") {
		parts := strings.Fields(line)
		if len(parts) == 0 {
			continue
		}
		path := "readers[" + strconv.Itoa(i+1) + "]"
		u, err := s.flow.UnitByCode(r.Context(), actor(r), parts[0])
		if fault.Is(err, fault.NotFound) {
			return nil, fault.Bad(path, "unknown_unit", "value", parts[0])
		}
		if err != nil {
			return nil, err
		}
		manner := ""
		for _, m := range issue.Manners {
			if len(parts) > 1 && (parts[1] == m || s.tongue("zh-CN").word("manner", m) == parts[1] || s.tongue("en").word("manner", m) == parts[1]) {
				manner = m
			}
		}
		if manner == "" {
			return nil, fault.Bad(path, "choose", "value", strings.Join(parts[1:], " "))
		}
		out = append(out, issue.ReadBy{Unit: u.ID, Manner: manner})
	}
	return out, nil
}

// split takes a list of words apart.
func split(s string) []string {
	out := []string{}
	for c := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune("\r\n、，,;；", r) }) {
		if c = strings.TrimSpace(c); c != "" {
			out = append(out, c)
		}
	}
	return out
}

// classesPage is an office's classes and targets of a year.
type classesPage struct {
	Frame
	View flow.ClassesView
}

func (*classesPage) template() string    { return "register/classes" }
func (p *classesPage) names() flow.Names { return p.View.Names }

// Before and After are the years beside the one that is shown.
func (p *classesPage) Before() int { return p.View.Year - 1 }

// After is the year after the one that is shown.
func (p *classesPage) After() int { return p.View.Year + 1 }

// classes handles GET /offices/{id}/classes.
func (s *Server) classes(w http.ResponseWriter, r *http.Request) error {
	year, err := strconv.Atoi(r.FormValue("year"))
	if err != nil && r.FormValue("year") != "" {
		return fault.Bad("year", "not_a_number", "value", r.FormValue("year"))
	}
	v, err := s.flow.Classes(r.Context(), actor(r), ident.Unit(r.PathValue("id")), year)
	if err != nil {
		return err
	}
	return s.page(w, r, &classesPage{Frame: s.frame(r, "classes.head", "office", v.Office.Label(), "year", v.Year), View: v})
}

// classesDo handles POST /offices/{id}/classes: one row, or the year before.
func (s *Server) classesDo(w http.ResponseWriter, r *http.Request) error {
	id := ident.Unit(r.PathValue("id"))
	year, err := number(r, "year")
	n := 1
	if err == nil && r.PostFormValue("copy") != "" {
		n, err = s.flow.CopyClasses(r.Context(), actor(r), id, year)
	} else if err == nil {
		_, err = s.flow.SetClass(r.Context(), actor(r), org.Class{Office: id, Year: year, Unit: ident.Unit(r.PostFormValue("unit")), Class: strings.TrimSpace(r.PostFormValue("class")), Target: strings.TrimSpace(r.PostFormValue("target"))})
	}
	if err != nil {
		return s.again(w, r, err, s.classes)
	}
	return s.seeOther(w, r, query("/offices/"+string(id)+"/classes", "year", strconv.Itoa(year)), "register.classes", "n", strconv.Itoa(n))
}

// ParentCode is the code of the superior that a move was asked for.
func (p *changePage) ParentCode() string {
	if p.Effect == nil {
		return ""
	}
	return p.Effect.Names.Units[p.Effect.After.Parent].Code
}
