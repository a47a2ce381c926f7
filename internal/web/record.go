package web

import (
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
)

// recordPage is the record itself, for the auditor: filters, sentences, pages.
type recordPage struct {
	Frame
	Q       flow.RecordQuery
	List    flow.Page[flow.Act]
	More    string
	Printed bool
}

func (p *recordPage) template() string {
	if p.Printed {
		return "record/printed"
	}
	return "record/record"
}
func (p *recordPage) names() flow.Names { return p.List.Names }

// Stages groups what can have happened by the noun it is about.
func (*recordPage) Stages() []kindGroup { return kindGroups() }

func kindGroups() []kindGroup {
	var out []kindGroup
	for _, k := range fact.Kinds {
		noun, _, _ := strings.Cut(string(k.Kind), ".")
		if i := slices.IndexFunc(out, func(g kindGroup) bool { return g.Noun == noun }); i >= 0 {
			out[i].Kinds = append(out[i].Kinds, k.Kind)
			continue
		}
		out = append(out, kindGroup{noun, []fact.Kind{k.Kind}})
	}
	return out
}

// kindGroup is a noun with its kinds.
type kindGroup struct {
	Noun  string
	Kinds []fact.Kind
}

// nounWord is a noun's word; one that the catalogue has not heard of stays a code.
func (w tongue) nounWord(noun string) string {
	if key := "noun." + noun; w.has(key) {
		return w.say(key)
	}
	return noun
}

// Word is nounWord for the templates.
func (p *recordPage) Word(noun string) string { return p.tongue.nounWord(noun) }

// Word is nounWord for the templates.
func (p *factPage) Word(noun string) string { return p.tongue.nounWord(noun) }

// Happened is a kind in words.
func (p *recordPage) Happened(k fact.Kind) string { return p.tongue.happened(string(k)) }

// Happened is a kind in words.
func (p *factPage) Happened(k fact.Kind) string { return p.tongue.happened(string(k)) }

// Nouns are what most questions are about.
func (*recordPage) Nouns() []string { return recordNouns }

var recordNouns = []string{"item", "filing", "placement", "issue", "delivery", "duty", "unit", "person"}

// Who is the name that is asked about, typed or chosen.
func (p *recordPage) Who() string {
	if p.Q.Person == "" && p.Q.Actor != "" {
		return p.List.Names.Person(p.Q.Actor)
	}
	return p.Q.Person
}

// Where is the unit that is asked about, typed or chosen.
func (p *recordPage) Where() string {
	if p.Q.Place == "" && p.Q.Office != "" {
		return p.List.Names.Unit(p.Q.Office)
	}
	return p.Q.Place
}

// Take is the address of an export of what is filtered.
func (p *recordPage) Take(path, format string) string {
	v := p.Q.Values()
	if format != "" {
		v.Set("format", format)
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// Asked is the filters in words, for the printed view.
func (p *recordPage) Asked() string {
	var parts []string
	for _, x := range []string{p.Who(), p.Where(), p.asked("fact", string(p.Q.Kind)), p.asked("noun", p.Q.Noun)} {
		if x != "" {
			parts = append(parts, x)
		}
	}
	if p.Q.From != "" || p.Q.Until != "" {
		parts = append(parts, p.Q.From+" – "+p.Q.Until)
	}
	return strings.Join(parts, p.tongue.say("comma"))
}

func (p *recordPage) asked(family, code string) string {
	if key := family + "." + code; p.tongue.has(key) {
		return p.tongue.say(key)
	}
	return code
}

// Said is a fact in a sentence: who, in which post, did what to which title.
func (p *recordPage) Said(a flow.Act) string { return p.tongue.actSaid(a, p.List.Names) }

// actSaid makes the sentence of a fact.
func (w tongue) actSaid(a flow.Act, names flow.Names) string {
	who := w.say("record.machine")
	if a.Actor != "" {
		who = names.Person(a.Actor)
	}
	if a.Role != "" {
		who = w.say("record.in_post", "who", who, "unit", names.UnitOn(a.Unit, a.Occurred), "role", w.word("role", a.Role))
	}
	about := ""
	if a.Title != "" {
		about = w.title(a.Title)
	}
	if a.Revision > 0 {
		about += w.say("record.revision", "n", a.Revision)
	}
	said := w.say("record.said", "who", who, "what", w.happened(string(a.Kind)), "about", about)
	if a.Reason != "" {
		reason := w.term("reason", a.Reason)
		said += w.say("colon") + reason
	}
	return strings.TrimSpace(said)
}

// Place is where the thing itself can be looked at.
func actPlace(a flow.Act) string {
	if a.Item != "" {
		return "/items/" + string(a.Item) + "/record"
	}
	return ""
}

// Place is actPlace for the template.
func (*recordPage) Place(a flow.Act) string { return actPlace(a) }

// record handles GET /record and GET /record/print.
func (s *Server) record(w http.ResponseWriter, r *http.Request) error {
	p := &recordPage{Frame: s.frame(r, "record.head"), Printed: r.URL.Path == "/record/print"}
	if err := httpio.Form(r, &p.Q); err != nil {
		return err
	}
	p.Q.Noun = strings.TrimSpace(p.Q.Noun)
	if p.Printed {
		p.Plain, p.Q.Limit = true, printedRecord
	}
	list, err := s.flow.Record(r.Context(), actor(r), p.Q)
	if fault.Is(err, fault.Invalid) {
		p.Problem, p.Printed, p.Plain = problemOf(err), false, false
		return s.page(w, r, p)
	}
	if err != nil {
		return err
	}
	p.List = list
	if list.Next != "" {
		v := p.Q.Values()
		v.Set("cursor", list.Next)
		p.More = "/record?" + v.Encode()
	}
	return s.page(w, r, p)
}

// printedRecord is how many facts one printed view holds.
const printedRecord = 200

// factPage is one fact with what proves it.
type factPage struct {
	Frame
	flow.FactView
}

func (*factPage) template() string    { return "record/fact" }
func (p *factPage) names() flow.Names { return p.Names }

// Said is the sentence; Payload what the fact carries, as text.
func (p *factPage) Said() string    { return p.tongue.actSaid(p.Act, p.Names) }
func (p *factPage) Payload() string { return string(p.Act.Payload) }

// Place is where its item's record is.
func (p *factPage) Place() string { return actPlace(p.Act) }

// recordFact handles GET /record/{position}.
func (s *Server) recordFact(w http.ResponseWriter, r *http.Request) error {
	position, err := strconv.ParseInt(r.PathValue("position"), 10, 64)
	if err != nil {
		return fault.Missing("fact", r.PathValue("position"))
	}
	v, err := s.flow.Fact(r.Context(), actor(r), position)
	if err != nil {
		return err
	}
	return s.page(w, r, &factPage{Frame: s.frame(r, "record.fact_head", "n", position), FactView: v})
}

// itemRecordPage is everything that happened to one item.
type itemRecordPage struct {
	Frame
	flow.ItemRecord
	Auditor bool
}

func (*itemRecordPage) template() string    { return "record/item" }
func (p *itemRecordPage) names() flow.Names { return p.Names }

// Said is a fact in a sentence.
func (p *itemRecordPage) Said(a flow.Act) string { return p.tongue.actSaid(a, p.Names) }

// Opened is a text that was opened, in words.
func (p *itemRecordPage) Opened(o flow.Opening) string {
	said := p.tongue.nounWord(o.Noun)
	if o.Revision > 0 {
		said += p.tongue.say("record.revision", "n", o.Revision)
	}
	return said
}

// itemRecord handles GET /items/{id}/record.
func (s *Server) itemRecord(w http.ResponseWriter, r *http.Request) error {
	v, err := s.flow.ItemRecord(r.Context(), actor(r), ident.Item(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := &itemRecordPage{Frame: s.frame(r, "record.item_head"), ItemRecord: v}
	p.Auditor = v.Whole
	return s.page(w, r, p)
}

// restrictItem handles POST /items/{id}/restrict.
func (s *Server) restrictItem(w http.ResponseWriter, r *http.Request) error {
	var in flow.Restrict
	if err := httpio.Form(r, &in); err != nil {
		return err
	}
	id := r.PathValue("id")
	if _, err := s.flow.RestrictItem(r.Context(), actor(r), ident.Item(id), in); err != nil {
		return s.again(w, r, err, s.itemRecord)
	}
	done := "restricted"
	if !in.On {
		done = "set_free"
	}
	return s.seeOther(w, r, "/items/"+id+"/record", done)
}

// recordExport handles GET /record/export. What fails after the first byte cuts
// the connection, so that half a file is never taken for a whole one.
func (s *Server) recordExport(w http.ResponseWriter, r *http.Request) error {
	var q flow.RecordQuery
	if err := httpio.Form(r, &q); err != nil {
		return err
	}
	form, begun := r.URL.Query().Get("format"), false
	err := s.flow.ExportRecord(r.Context(), actor(r), q, form, func() io.Writer {
		begun = true
		httpio.Attachment(w, "record."+form, map[string]string{"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}[form])
		return w
	})
	if err != nil && begun {
		panic(http.ErrAbortHandler)
	}
	return err
}

// evidence handles GET /record/evidence: sealed blocks as an archive with the
// recipe that checks them.
func (s *Server) evidence(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		From  int64 `form:"from"`
		Until int64 `form:"until"`
	}
	if err := httpio.Form(r, &in); err != nil {
		return err
	}
	return httpio.Archive(w, "evidence.zip", "evidence", func(create func(string) (io.Writer, error)) error {
		_, err := s.flow.Evidence(r.Context(), actor(r), in.From, in.Until, create)
		return err
	})
}
