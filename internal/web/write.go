package web

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/intake"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/text"
)

// writePage is where an item is written and rewritten.
type writePage struct {
	Frame
	View   flow.ItemView // zero for a new one
	Needs  flow.Writing  // who will check it, and what is wanted now
	Unit   ident.Unit
	Units  []flow.PostView // where one could write
	Title  string
	Body   string
	Genre  string
	Form   string
	Phone  string
	Unsent *item.Autosave
	Near   []string // names of units that a partner is likely to be
	By     string   // who sent it back
	Taken  bool     // the text shown is what was typed last and not saved
}

func (*writePage) template() string { return "submit/write" }

func (p *writePage) names() flow.Names {
	if p.View.Item.ID == "" {
		return p.Needs.Names
	}
	return p.View.Names
}

// Action is where the form goes.
func (p *writePage) Action() string {
	if p.View.Item.ID == "" {
		return "/items"
	}
	return "/items/" + string(p.View.Item.ID) + "/edit"
}

// MaxTitle and MaxBody are the limits shown beside the fields.
func (p *writePage) MaxTitle() int { return maxTitleOf(p.Needs.Limits) }

// MaxBody is the longest body the first office takes.
func (p *writePage) MaxBody() int { return maxBodyOf(p.Needs.Limits) }

// Chosen reports whether a line is among those the item goes by.
func (p *writePage) Chosen(l org.Line, first bool) bool {
	was := slices.Contains(p.View.Item.Lines, l.ID) || len(p.View.Item.Lines) == 0 && first
	return p.Ticked("lines", string(l.ID), was)
}

// Office is what a line's office is called.
func (p *writePage) Office(l org.Line) string { return p.Needs.Names.Unit(l.Office) }

// First is the office whose limits and wishes stand on the page.
func (p *writePage) First() string {
	if len(p.Needs.Lines) == 0 {
		return ""
	}
	return p.Office(p.Needs.Lines[0])
}

// MayChoose reports whether lines and urgency can still be changed.
func (p *writePage) MayChoose() bool { return p.View.Item.State != item.Submitted }

// Last is the moment of the kept text that the page goes on from, -1 for none.
func (p *writePage) Last() int64 {
	if p.Unsent == nil {
		return -1
	}
	return p.Unsent.At
}

// Answers reports whether somebody reads what was changed: it was sent back, or it
// is a checker who writes.
func (p *writePage) Answers() bool {
	return p.View.Item.State == item.SentBack || p.View.Item.State == item.Submitted
}

// SendTo is what the main button does: to whom the text goes, and for which check.
func (p *writePage) SendTo() string {
	if len(p.Needs.Chain) == 0 {
		return p.tongue.say("write.submit")
	}
	first := p.Needs.Chain[0]
	check := p.tongue.word("check", string(first.Check))
	switch n := len(first.People); n {
	case 0:
		return p.tongue.say("write.send_check", "check", check)
	case 1:
		return p.tongue.say("write.send_one", "name", p.Needs.Names.Person(first.People[0]), "check", check)
	default:
		return p.tongue.say("write.send_many", "name", p.Needs.Names.Person(first.People[0]), "n", n, "check", check)
	}
}

// Lengths are the forms' lengths as the script reads them, with their names.
func (p *writePage) Lengths() string {
	type row struct {
		item.FormLength
		Name string `json:"name"`
	}
	var out []row
	for _, t := range p.tongue.list("form") {
		for _, f := range item.FormLengths {
			if f.Form == t.Code {
				out = append(out, row{f, p.tongue.term("form", f.Form)})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b row) int { return cmp.Compare(place(a.Form), place(b.Form)) })
	return asJSON(out)
}

func place(form string) int {
	return slices.IndexFunc(item.FormLengths, func(f item.FormLength) bool { return f.Form == form })
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "" // strings and numbers always marshal
	}
	return string(b)
}

// Kinds are the files that may be attached, by the ends of their names.
func (*writePage) Kinds() string { return strings.Join(intake.Kinds(), " ") }

// scriptWords are the sentences that only the page's script says.
var scriptWords = []string{
	"script.write.saved", "script.write.saving", "script.write.offline", "script.write.signed_out", "script.write.other_person", "script.write.elsewhere", "script.write.newer", "script.write.refused",
	"script.write.restored", "script.write.undo", "script.write.found", "script.write.take", "script.write.drop", "script.write.queued", "script.write.sending",
	"script.write.auto", "script.write.suggested", "script.write.chosen", "script.write.fits", "script.write.over", "script.write.most", "script.write.office_over",
	"script.write.file_kind", "script.write.file_large", "script.write.file_going", "script.write.file_failed", "script.write.file_shrunk", "script.write.again", "script.write.remove",
	"script.write.reading", "script.write.read", "script.write.read_ask", "script.write.replace", "script.write.append", "script.write.keep_file", "script.write.mine", "script.write.pasted", "script.write.pasted_tabs", "script.write.not_read",
	"script.write.note_macros", "script.write.note_tracked", "script.write.note_pictures", "script.write.note_numbers", "script.write.note_numbered", "script.write.note_tables", "script.write.note_cut",
	"script.write.offline_first", "script.write.no_room", "script.write.unsure", "script.write.waiting", "script.write.take_back", "script.write.went", "script.write.whole_page", "script.write.files_later",
}

// Words are these sentences as the script reads them.
func (p *writePage) Words() string {
	out := map[string]string{}
	for _, key := range scriptWords {
		out[key[len("script.write."):]] = p.tongue.text[key]
	}
	return asJSON(out)
}

// write handles GET /items/new.
func (s *Server) write(w http.ResponseWriter, r *http.Request) error {
	p := &writePage{Frame: s.frame(r, "write.head"), Genre: "news"}
	if p.Me == nil {
		return errNoPage
	}
	p.Unit = p.Me.Current.Unit
	p.Units = writesIn(*p.Me)
	if u := ident.Unit(p.Or("unit", r.URL.Query().Get("unit"))); u != "" {
		p.Unit = u
	} else if len(p.Units) > 0 && !slices.ContainsFunc(p.Units, func(u flow.PostView) bool { return u.Unit == p.Unit }) {
		p.Unit = p.Units[0].Unit
	}
	p.Phone = p.Me.Person.Phone
	return s.writing(w, r, p)
}

// rewrite handles GET /items/{id}/edit.
func (s *Server) rewrite(w http.ResponseWriter, r *http.Request) error {
	v, err := s.flow.Item(r.Context(), actor(r), ident.Item(r.PathValue("id")))
	if err != nil {
		return err
	}
	if v.Aside {
		return errNoPage // a partner signs or sends back; the text is the lead's
	}
	head := "write.head_again"
	if v.Item.State == item.Draft {
		head = "write.head"
	}
	p := &writePage{Frame: s.frame(r, head), View: v, Unit: v.Item.Unit,
		Title: v.Text.Title, Body: v.Text.Body, Genre: v.Item.Genre, Form: v.Item.Form, Phone: v.Item.Contact}
	if item.SuggestForm(v.Item.Length, v.Item.Genre).Form == p.Form {
		p.Form = "" // not chosen against the suggestion: it goes on following the text
	}
	for i, u := range v.Unsaved {
		if u.Person == actor(r).Person {
			p.Unsent = &v.Unsaved[i]
		}
	}
	// One's own newest words come first; the saved text is one step away. Typed on
	// an older text, they are offered and not put over a newer one.
	if u := p.Unsent; u != nil && (u.Title != p.Title || u.Body != p.Body) {
		asked := r.URL.Query().Get("unsaved")
		if p.Taken = asked == "1" || asked == "" && u.Base == v.Item.Revision; p.Taken {
			p.Title, p.Body = u.Title, u.Body
		}
	}
	if p.By, err = s.sentBackBy(r, v); err != nil {
		return err
	}
	return s.writing(w, r, p)
}

// Offered reports whether there is typed text that is not on the page.
func (p *writePage) Offered() bool {
	return p.Unsent != nil && !p.Taken && (p.Unsent.Title != p.Title || p.Unsent.Body != p.Body)
}

// writing adds what stands around both forms.
func (s *Server) writing(w http.ResponseWriter, r *http.Request, p *writePage) error {
	asked := r.URL.Query()
	genre := cmp.Or(asked.Get("genre"), p.Or("genre", p.Genre))
	form := cmp.Or(asked.Get("form"), p.Or("form", p.Form), item.SuggestForm(length(p.Or("body", p.Body)), genre).Form)
	needs, err := s.flow.Writing(r.Context(), actor(r), flow.WritingQuery{Unit: p.Unit, Form: form, Genre: genre, Partners: partnersOf(p.View)})
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if fault.Is(err, fault.NotFound) && p.View.Item.ID == "" {
		return err
	}
	p.Needs, p.Scripts = needs, []string{"outbox.js", "paste.js", "write.js"}
	if p.View.Item.ID != "" {
		p.Needs.Limits, p.Needs.Lines = p.View.Limits, p.View.Lines
		if len(p.View.Item.Checks) > 0 && p.View.Item.State == item.Submitted {
			p.Needs.Checks = p.View.Item.Checks
		}
	}
	if err := s.near(r, p); err != nil {
		return err
	}
	if r.Header.Get("HX-Request") != "" {
		return s.part(w, r, p, r.URL.Query().Get("part"))
	}
	return s.page(w, r, p)
}

// writeParts are the parts of the page that the script asks for by themselves.
var writeParts = []string{"sending", "attached"}

// part answers with one part of a page's template.
func (s *Server) part(w http.ResponseWriter, r *http.Request, p page, name string) error {
	if !slices.Contains(writeParts, name) {
		return errNoPage
	}
	f, v := p.frame(), visitOf(r)
	if n, ok := p.(named); ok {
		f.names = n.names()
	}
	var b bytes.Buffer
	if err := s.sets[v.lang].pages[p.template()].ExecuteTemplate(&b, name, p); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if _, err := w.Write(b.Bytes()); err != nil {
		return errDisconnect
	}
	return nil
}

// written is the form of both.
type written struct {
	Item    ident.Item   `form:"item"`
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
	Shell   bool         `form:"shell"`
	togetherIn
}

// form is the form as it would be suggested, where none was chosen.
func (in written) form() string {
	return cmp.Or(in.Form, item.SuggestForm(text.Runes(in.Body), in.Genre).Form)
}

// draft handles POST /items. The form's own key makes it one item, however often
// the form comes and whatever was added meanwhile.
func (s *Server) draft(w http.ResponseWriter, r *http.Request) error {
	var in written
	if err := httpio.Form(r, &in); err != nil {
		return s.again(w, r, err, s.write)
	}
	if text.Clean(in.Title) == "" && text.Clean(in.Body) == "" && !sendsFile(r) { // no draft that has neither a name nor a text
		bad := []fault.Field{{Path: "title", Code: "required"}}
		if in.Do == "submit" {
			bad = append(bad, fault.Field{Path: "body", Code: "required"})
		}
		return s.again(w, r, fault.Fields(bad), s.write)
	}
	it, err := s.save(r, in)
	if err != nil {
		return s.again(w, r, err, s.write)
	}
	r.SetPathValue("id", string(it.ID))
	if it, err = s.join(r, it, in.togetherIn); err != nil { // the text is kept: go on from there
		return s.again(w, r, err, s.rewrite)
	}
	return s.afterWriting(w, r, it, in.Do)
}

// sendsFile reports whether a file came along with a form.
func sendsFile(r *http.Request) bool {
	return r.MultipartForm != nil && slices.ContainsFunc(r.MultipartForm.File["file"], func(h *multipart.FileHeader) bool { return h.Filename != "" })
}

// revise handles POST /items/{id}/edit.
func (s *Server) revise(w http.ResponseWriter, r *http.Request) error {
	var in written
	if err := httpio.Form(r, &in); err != nil {
		return s.again(w, r, err, s.rewrite)
	}
	in.Item = ident.Item(r.PathValue("id"))
	it, err := s.save(r, in)
	if err == nil {
		it, err = s.join(r, it, in.togetherIn)
	}
	if err != nil {
		return s.again(w, r, err, s.rewrite)
	}
	return s.afterWriting(w, r, it, in.Do)
}

// save makes the item or its next revision; what changes nothing is no revision.
func (s *Server) save(r *http.Request, in written) (item.Item, error) {
	ctx, a := r.Context(), actor(r)
	if err := s.ownPhone(r, &in); err != nil {
		return item.Item{}, err
	}
	if in.Item == "" {
		it, begun, err := s.begin(r, in)
		if err != nil || !begun {
			return it, err
		}
		in.Item = it.ID
	}
	v, err := s.flow.Item(ctx, a, in.Item)
	if err != nil || same(v, in) {
		return v.Item, err
	}
	return s.flow.Revise(ctx, a, in.Item, flow.Revise{Title: in.Title, Body: in.Body, Genre: in.Genre, Form: in.form(), Contact: in.Contact, Note: in.Note, Lines: in.Lines, Urgent: &in.Urgent, Seen: in.Seen})
}

// ownPhone adds what the page without a network does not know.
func (s *Server) ownPhone(r *http.Request, in *written) error {
	if !in.Shell || in.Contact != "" {
		return nil
	}
	me, err := s.flow.Me(r.Context(), actor(r))
	in.Contact = me.Person.Phone
	return err
}

func (s *Server) begin(r *http.Request, in written) (item.Item, bool, error) {
	key := r.PostFormValue("once")
	if !ident.Valid(key) {
		key = ""
	}
	return s.flow.Begin(r.Context(), actor(r), key, flow.Draft{Unit: in.Unit, Title: in.Title, Body: in.Body, Genre: in.Genre, Form: in.form(), Contact: in.Contact, Lines: in.Lines, Urgent: in.Urgent})
}

// same reports whether the form changes nothing, so that pressing "submit" does
// not make a revision nobody wrote.
func same(v flow.ItemView, in written) bool {
	it := v.Item
	return text.Clean(in.Title) == v.Text.Title && text.Clean(in.Body) == v.Text.Body && in.Genre == it.Genre && in.form() == it.Form &&
		in.Contact == it.Contact && in.Urgent == it.Urgent && (it.State == item.Submitted || slices.Equal(in.Lines, it.Lines))
}

// afterWriting uploads what came with the form and submits when that was the button.
func (s *Server) afterWriting(w http.ResponseWriter, r *http.Request, it item.Item, do string) error {
	if err := s.uploads(r, it.ID); err != nil {
		return s.again(w, r, err, s.rewrite)
	}
	path := "/items/" + string(it.ID)
	if do == "check" { // a checker's own text: he goes back to pass it
		return s.seeOther(w, r, path+"/sign-off", "item.text_saved")
	}
	if do != "submit" {
		return s.seeOther(w, r, path+"/edit", "item.saved")
	}
	if err := s.submitNow(r.Context(), actor(r), it); err != nil {
		return s.again(w, r, err, s.rewrite)
	}
	done := s.sentTo(r, it.ID)
	return s.seeOther(w, r, path, done[0], done[1:]...)
}

func (s *Server) submitNow(ctx context.Context, a flow.Actor, it item.Item) error {
	in := flow.Submit{Seen: it.Revision}
	var err error
	switch it.State {
	case item.SentBack:
		_, err = s.flow.Resubmit(ctx, a, it.ID, in)
	case item.Submitted: // a checker's own edit, or the same form again: it lies there already
	default:
		_, err = s.flow.Submit(ctx, a, it.ID, in)
	}
	return err
}

// sendItem handles POST /items/send, from the script: save and submit, once, and
// say where it is. Whatever is refused comes again as a form, with its sentences.
func (s *Server) sendItem(w http.ResponseWriter, r *http.Request) error {
	var in written
	if err := httpio.Form(r, &in); err != nil {
		return err
	}
	ctx, key := r.Context(), sendKey(r, in)
	id, err := s.flow.MadeWith(ctx, actor(r), key)
	if err == nil && id == "" {
		var it item.Item
		if it, err = s.save(r, in); err == nil {
			it, err = s.join(r, it, in.togetherIn)
		}
		if err == nil {
			id, err = it.ID, s.submitNow(flow.WithKey(ctx, key), actor(r), it)
		}
	}
	if err != nil {
		return err
	}
	s.putDone(w, r, s.sentTo(r, id))
	return answerJSON(w, map[string]string{"id": string(id), "path": "/items/" + string(id)})
}

// sendKey names one sending: the form's key and what was written. The same again,
// because the answer was lost on the way, finds it done, however far the item has
// come since; other words under the same key are another sending.
func sendKey(r *http.Request, in written) string {
	once := r.PostFormValue("once")
	if !ident.Valid(once) {
		return ""
	}
	sum := sha256.Sum256([]byte(in.Title + "\x00" + in.Body + "\x00" + in.Note))
	return "send:" + once + ":" + hex.EncodeToString(sum[:12])
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
	ctx := r.Context()
	if r.Header.Get("HX-Request") != "" { // one file at a time, each with its key
		ctx = once(r)
	}
	_, err = s.flow.Attach(ctx, actor(r), id, flow.Upload{Name: h.Filename, Caption: r.PostFormValue("caption"), Size: h.Size, Body: f})
	return err
}

// attach handles POST /items/{id}/attach.
func (s *Server) attach(w http.ResponseWriter, r *http.Request) error {
	id := ident.Item(r.PathValue("id"))
	if err := s.uploads(r, id); err != nil {
		if r.Header.Get("HX-Request") != "" {
			return s.badWords(w, r, err)
		}
		return s.again(w, r, err, s.item)
	}
	if r.Header.Get("HX-Request") != "" {
		return s.rewrite(w, r)
	}
	return s.seeOther(w, r, "/items/"+string(id), "item.attached")
}

// detach handles POST /items/{id}/detach: a file comes off again. Without script
// the button sends the whole form: what was typed is kept first.
func (s *Server) detach(w http.ResponseWriter, r *http.Request) error {
	ctx, a, id := r.Context(), actor(r), ident.Item(r.PathValue("id"))
	if r.Header.Get("HX-Request") == "" && r.PostForm.Has("body") {
		var in flow.Typed
		if err := httpio.Form(r, &in); err != nil {
			return s.again(w, r, err, s.rewrite)
		}
		in.Last = 0
		if err := s.flow.Autosave(ctx, a, "item", string(id), in); err != nil {
			return s.again(w, r, err, s.rewrite)
		}
	}
	if _, err := s.flow.Detach(ctx, a, ident.Attachment(r.PostFormValue("attachment"))); err != nil && !fault.Is(err, fault.NotFound) {
		if r.Header.Get("HX-Request") != "" {
			return s.badWords(w, r, err)
		}
		return s.again(w, r, err, s.rewrite)
	}
	if r.Header.Get("HX-Request") != "" {
		return s.rewrite(w, r)
	}
	return s.seeOther(w, r, "/items/"+string(id)+"/edit", "item.detached")
}

// badWords answers the script with the sentences of a refusal; what is not one is
// left to the error page.
func (s *Server) badWords(w http.ResponseWriter, r *http.Request, err error) error {
	p := problemOf(err)
	if p.err == nil || len(p.err.Fields)+len(p.err.Reasons) == 0 {
		return err
	}
	f := s.frame(r, "")
	p.speak(&f)
	said := []string{}
	for _, b := range p.Fields {
		said = append(said, b.Text)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(httpio.Status(p.Kind))
	_, _ = io.WriteString(w, asJSON(map[string]any{"said": append(said, p.Reasons...)})) // nobody is left to tell
	return nil
}

func answerJSON(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if _, err := io.WriteString(w, asJSON(v)); err != nil {
		return errDisconnect
	}
	return nil
}

// readDocument handles POST /items/read: the title and body of a .docx or .txt.
func (s *Server) readDocument(w http.ResponseWriter, r *http.Request) error {
	if r.MultipartForm == nil || len(r.MultipartForm.File["file"]) != 1 {
		return fault.Bad("file", "required")
	}
	h := r.MultipartForm.File["file"][0]
	f, err := h.Open()
	if err != nil {
		return err
	}
	defer f.Close()
	d, err := s.flow.Unpack(r.Context(), actor(r), flow.Upload{Name: h.Filename, Size: h.Size, Body: f})
	if err != nil {
		return s.badWords(w, r, err)
	}
	return answerJSON(w, d)
}

// kept answers the script that saves.
type kept struct {
	Item     ident.Item `json:"item"`
	Revision int        `json:"revision"`
	At       int64      `json:"at"`
	Clock    string     `json:"clock"`
}

// autosaveNew handles POST /items/autosave: a draft comes into being with the
// first words, once however often they are sent; a form nothing is in makes none.
func (s *Server) autosaveNew(w http.ResponseWriter, r *http.Request) error {
	var in written
	if err := httpio.Form(r, &in); err != nil {
		return err
	}
	if text.Clean(in.Title) == "" && text.Clean(in.Body) == "" && r.PostFormValue("file") == "" {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	if err := s.ownPhone(r, &in); err != nil {
		return err
	}
	it, begun, err := s.begin(r, in)
	if err != nil {
		return err
	}
	k := flow.Kept{At: -1, Revision: it.Revision}
	if begun {
		k, err = s.flow.Keep(r.Context(), actor(r), "item", string(it.ID), flow.Typed{Title: in.Title, Body: in.Body, Base: it.Revision})
	}
	if err != nil {
		return err
	}
	return answerJSON(w, kept{it.ID, k.Revision, k.At, s.nowClock(r)})
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
	k, err := s.flow.Keep(r.Context(), actor(r), noun, r.PathValue("id"), in)
	if why, ok := fault.Refused(err); ok && why[0].Code == "typed_elsewhere" {
		return s.typedElsewhere(w, r, why[0])
	}
	if err != nil {
		return err
	}
	return answerJSON(w, kept{ident.Item(r.PathValue("id")), k.Revision, k.At, s.nowClock(r)})
}

// typedElsewhere tells the script when the other window saved.
func (s *Server) typedElsewhere(w http.ResponseWriter, r *http.Request, why fault.Reason) error {
	at, err := strconv.ParseInt(why.Params["at"], 10, 64)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusConflict)
	_, _ = io.WriteString(w, asJSON(kept{At: at, Clock: s.tongue(visitOf(r).lang).clock(at)})) // nobody is left to tell
	return nil
}

// nowClock is what the office's clock shows: the device's may be wrong.
func (s *Server) nowClock(r *http.Request) string {
	return s.tongue(visitOf(r).lang).clock(s.cfg.Clock().UnixMicro())
}

// session handles GET /session: who is signed in, and the token for his forms.
// A page that has stood open for long asks it after somebody signed in again.
func (s *Server) session(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	if !v.signedIn {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return answerJSON(w, map[string]string{"me": string(v.session.Person), "token": v.formToken()})
}
