package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
)

// inboxPage is a desk's list; its filters are its address.
type inboxPage struct {
	Frame
	List   flow.Page[filing.Filing]
	Counts map[filing.State]int
	Unused int // ready, and neither adopted nor gone up
	State  []filing.State
	Asked  flow.FilingsQuery
	Days   int
	Likes  map[ident.Filing][]flow.Beside
	Saved  []flow.ViewCount
	Now    *flow.ViewCount // the saved view that is shown
	Units  []org.Unit      // that report here
	People []org.Person    // who can be given a filing
	Pubs   []issue.Publication
	Came   *filing.Lot // what the last verb came to
	Undo   bool        // … and whether it can be taken back
	Ask    org.Verb    // a verb that needs more before it is done
	Asking []askRow    // … and what it would be done to
	More   string
	Back   string // the list's address without what the last verb left in it
	Query  string // the part of it that a view keeps
	Manage bool
}

type askRow struct {
	ID    ident.Filing
	Title string
}

func (*inboxPage) template() string    { return "desk/inbox" }
func (p *inboxPage) names() flow.Names { return p.List.Names }

// States are the filters.
func (*inboxPage) States() []filing.State { return filing.States }

// Shown reports whether a state is among the filters.
func (p *inboxPage) Shown(s filing.State) bool { return slices.Contains(p.State, s) }

// Views are the ready-made filters above the list.
func (p *inboxPage) Views() []filing.State {
	return []filing.State{filing.Filed, filing.Received, filing.Editing, filing.Ready, filing.Held, filing.Outside}
}

// Count is how many lie in a state.
func (p *inboxPage) Count(s filing.State) int { return p.Counts[s] }

// Only reports whether the list shows just this state and nothing else narrows it.
func (p *inboxPage) Only(s filing.State) bool {
	return p.Now == nil && len(p.State) == 1 && p.State[0] == s && p.Narrowed() == 0
}

// OnlyUnused reports whether the list shows just what is finished and not used.
func (p *inboxPage) OnlyUnused() bool {
	return p.Now == nil && p.Asked.Unused && p.Narrowed() == 1
}

// Among is how many of the newest finished texts are looked through for those
// that are not used, when an office has more of them.
func (p *inboxPage) Among() int {
	if p.Asked.Unused && p.Counts[filing.Ready] > flow.UnusedAmong {
		return flow.UnusedAmong
	}
	return 0
}

// One is the single state that is shown, for what an empty list says.
func (p *inboxPage) One() string {
	if len(p.State) == 1 && p.Narrowed() == 0 {
		return string(p.State[0])
	}
	return "other"
}

// Narrowed counts the filters besides the state.
func (p *inboxPage) Narrowed() int {
	n := 0
	q := p.Asked
	for _, on := range []bool{q.Genre != "", q.Form != "", q.Unit != "", q.Holder != "", q.Urgent, q.Mine, q.Like, q.Unused, q.Words != "", p.Days > 0 || q.From != "" || q.Until != ""} {
		if on {
			n++
		}
	}
	return n
}

// Spans are the stretches of days to choose from.
func (*inboxPage) Spans() []int { return []int{1, 3, 7, 30, 90} }

// LikeWhy says by what a filing is like another.
func (p *inboxPage) LikeWhy(b flow.Beside) string {
	var why []string
	if b.ByTitle > 0 {
		why = append(why, p.tongue.say("inbox.like_title", "per", b.ByTitle))
	}
	if b.ByBody > 0 {
		why = append(why, p.tongue.say("inbox.like_body", "per", b.ByBody))
	}
	return strings.Join(why, p.tongue.say("list.and"))
}

// Beside are the filings whose titles or texts are like this one's.
func (p *inboxPage) Beside(id ident.Filing) []flow.Beside { return p.Likes[id] }

// Compare is where a filing is read beside those like it.
func (p *inboxPage) Compare(id ident.Filing) string {
	of := []string{"filing", string(id)}
	for _, b := range p.Likes[id] {
		of = append(of, "filing", string(b.ID))
	}
	return query("/inbox/compare", of...)
}

// UnitLabel is what the unit among the filters is called.
func (p *inboxPage) UnitLabel() string {
	for _, u := range p.Units {
		if u.ID == p.Asked.Unit {
			return u.Label()
		}
	}
	return string(p.Asked.Unit)
}

// inbox handles GET /inbox.
func (s *Server) inbox(w http.ResponseWriter, r *http.Request) error {
	p := &inboxPage{Frame: s.frame(r, "inbox.head")}
	if p.Me == nil {
		return errNoPage
	}
	p.Scripts = []string{"inbox.js"}
	office := p.Me.Current.Unit
	saved, err := s.flow.Views(r.Context(), actor(r), office)
	if err != nil {
		return err
	}
	p.Saved = saved
	q := r.URL.Query()
	if r.Method == http.MethodPost { // the form is shown again over its own list
		if back, err := url.Parse(ourPath(r.PostFormValue("back"))); err == nil {
			q = back.Query()
		}
	}
	if err := s.inboxQuery(r, p, q); err != nil {
		return err
	}
	if wantsFile(r) {
		return s.inboxFile(w, r, p.Asked)
	}
	if err := s.inboxList(r, p); err != nil {
		return err
	}
	if did := q.Get("did"); did != "" && p.Problem == nil {
		if err := s.inboxCame(r, p, did); err != nil {
			return err
		}
	}
	return s.page(w, r, p)
}

// inboxQuery reads the filters: of the address, or of the view that the inbox
// opens with when the address has none.
func (s *Server) inboxQuery(r *http.Request, p *inboxPage, q url.Values) error {
	if len(q) == 0 || len(q) == 1 && q.Has("did") {
		for _, v := range p.Saved {
			if v.First {
				was := q.Get("did")
				q, _ = url.ParseQuery(v.Query)
				q.Set("view", v.ID)
				if was != "" {
					q.Set("did", was)
				}
			}
		}
	}
	for i, v := range p.Saved {
		if v.ID == q.Get("view") {
			p.Now = &p.Saved[i]
		}
	}
	v, err := s.flow.Unit(r.Context(), actor(r), p.Me.Current.Unit, "")
	if err != nil {
		return err
	}
	p.Units = reporting(v)
	for _, u := range p.Units { // typed by its name
		if name := q.Get("unit"); name != "" && (u.Label() == name || u.Name == name) {
			q.Set("unit", string(u.ID))
		}
	}
	for _, row := range v.People {
		if slices.ContainsFunc(row.Posts, func(x flow.PostView) bool { return x.Role == org.Editor || x.Role == org.Chief }) {
			p.People = append(p.People, row.Person)
		}
	}
	p.Pubs, p.Manage = v.Publications, q.Has("manage")
	p.Asked = s.flow.FilingsOf(q.Encode(), s.cfg.Clock().UnixMicro())
	p.Asked.Office, p.Asked.Cursor, p.Asked.Limit = p.Me.Current.Unit, q.Get("after"), 40
	p.Days, _ = strconv.Atoi(q.Get("days"))
	switch p.State = p.Asked.States; {
	case len(p.State) > 0:
	case p.Asked.Unused:
		p.State = []filing.State{filing.Ready}
	case p.Narrowed() == 0:
		p.State = []filing.State{filing.Filed}
	}
	p.Asked.States = p.State
	keep := url.Values{}
	for k, vs := range q {
		if k != "did" && k != "format" && k != "after" && k != "manage" {
			keep[k] = vs
		}
	}
	p.Back = "/inbox"
	if len(keep) > 0 {
		p.Back += "?" + keep.Encode()
	}
	keep.Del("view")
	p.Query = keep.Encode()
	return nil
}

// inboxList reads the rows, the counts and what is alike.
func (s *Server) inboxList(r *http.Request, p *inboxPage) (err error) {
	if p.List, err = s.flow.Filings(r.Context(), actor(r), p.Asked); err != nil {
		_, bad := fault.BadFields(err)
		if !bad || r.Method == http.MethodPost {
			return err
		}
		p.Problem = problemOf(err) // a filter that cannot be: said above an empty list
	}
	if p.Counts, err = s.flow.FilingCounts(r.Context(), actor(r), p.Asked.Office); err != nil {
		return err
	}
	if p.Unused, err = s.flow.Unused(r.Context(), actor(r), p.Asked.Office); err != nil {
		return err
	}
	if p.Likes, err = s.flow.Alike(r.Context(), actor(r), p.Asked.Office, p.List.Rows); err != nil {
		return err
	}
	if p.List.Next != "" {
		u, err := url.Parse(p.Back)
		if err != nil {
			return err
		}
		q := u.Query()
		q.Set("after", p.List.Next)
		p.More = "/inbox?" + q.Encode()
	}
	return nil
}

// inboxCame reads what the last verb came to.
func (s *Server) inboxCame(r *http.Request, p *inboxPage, id string) error {
	came, err := s.flow.Came(r.Context(), actor(r), id)
	if fault.Is(err, fault.NotFound) {
		return nil // it was yesterday
	}
	if err != nil {
		return err
	}
	p.Came = &came
	p.Undo = came.Done > 0 && slices.Contains(filing.CanUndo, came.Verb) && s.cfg.Clock().UnixMicro()-came.At < filing.UndoFor
	return nil
}

// CameTitle is the title of the first that went.
func (p *inboxPage) CameTitle() string {
	for _, x := range p.Came.Results {
		if x.Done {
			return x.Title
		}
	}
	return ""
}

// WhyOf are the sentences of why one did not go.
func (p *inboxPage) WhyOf(row filing.LotRow) string {
	out := ""
	for _, why := range row.Why {
		out += p.tongue.reason(why, p.List.Names)
	}
	return out
}

// UndoLeft is how long the last verb can still be taken back.
func (p *inboxPage) UndoLeft() string {
	return p.tongue.span(time.UnixMicro(p.Came.At + filing.UndoFor).Sub(p.tongue.now()))
}

// Asks reports whether the verb that waits needs an input.
func (p *inboxPage) Asks(what string) bool {
	switch what {
	case "to":
		return p.Ask == filing.Assign
	case "publication":
		return p.Ask == filing.Adopt
	case "until":
		return p.Ask == filing.Hold || p.Ask == filing.Return
	}
	return p.Ask == filing.Hold || p.Ask == filing.Decline || p.Ask == filing.Return
}

// Grave marks the verbs that give a text back.
func (p *inboxPage) Grave() bool { return p.Ask == filing.Return || p.Ask == filing.Decline }

// asks are the verbs that need more than a press, with the input that tells
// whether it was given.
var asks = map[org.Verb]string{filing.Assign: "to", filing.Hold: "reason", filing.Decline: "reason", filing.Return: "reason", filing.Adopt: "publication"}

// inboxDo handles POST /inbox/do: one verb on everything ticked. A verb that
// needs a reason, a person or a publication asks for it once, above the list.
func (s *Server) inboxDo(w http.ResponseWriter, r *http.Request) error {
	ids := r.PostForm["filing"]
	switch do := r.PostFormValue("do"); {
	case len(ids) == 0 && do != "merge": // a text can be put together from nothing ticked
		return s.again(w, r, fault.Bad("filing", "choose"), s.inbox)
	case do == "merge":
		return s.seeOther(w, r, query("/merge", pairs("filing", ids)...), "")
	case do == "compare":
		return s.seeOther(w, r, query("/inbox/compare", pairs("filing", ids)...), "")
	case do == "forward" && len(ids) == 1:
		return s.seeOther(w, r, "/filings/"+url.PathEscape(ids[0])+"/forward", "")
	case do == "forward":
		return s.again(w, r, fault.Bad("filing", "one_only"), s.inbox)
	}
	in := flow.Together{}
	err := httpio.Form(r, &in)
	if err == nil {
		in.Until, err = s.when(r, "until")
	}
	if need := asks[in.Do]; err == nil && need != "" && !r.PostForm.Has(need) {
		return s.inboxAsk(w, r, nil)
	}
	var came filing.Lot
	if err == nil {
		came, err = s.flow.Together(r.Context(), actor(r), in)
	}
	if _, bad := fault.BadFields(err); bad && asks[in.Do] != "" {
		return s.inboxAsk(w, r, err)
	}
	if err != nil {
		return s.again(w, r, err, s.inbox)
	}
	back, perr := url.Parse(ourPath(r.PostFormValue("back")))
	if perr != nil {
		back = &url.URL{Path: "/inbox"}
	}
	q := back.Query()
	q.Set("did", came.ID)
	return s.seeOther(w, r, "/inbox?"+q.Encode(), "")
}

// inboxAsk shows the list with the question a verb has.
func (s *Server) inboxAsk(w http.ResponseWriter, r *http.Request, err error) error {
	visitOf(r).problem = err
	p := &inboxPage{Frame: s.frame(r, "inbox.head"), Ask: org.Verb(r.PostFormValue("do"))}
	if p.Me == nil {
		return errNoPage
	}
	p.typed = r.PostForm
	p.Scripts = []string{"inbox.js"}
	back, perr := url.Parse(ourPath(r.PostFormValue("back")))
	if perr != nil {
		back = &url.URL{Path: "/inbox"}
	}
	var verr error
	if p.Saved, verr = s.flow.Views(r.Context(), actor(r), p.Me.Current.Unit); verr != nil {
		return verr
	}
	if err := errors.Join(s.inboxQuery(r, p, back.Query()), s.inboxList(r, p)); err != nil {
		return err
	}
	for _, id := range r.PostForm["filing"] {
		row := askRow{ID: ident.Filing(id)}
		if i := slices.IndexFunc(p.List.Rows, func(f filing.Filing) bool { return string(f.ID) == id }); i >= 0 {
			row.Title = p.List.Rows[i].Title
		}
		p.Asking = append(p.Asking, row)
	}
	return s.page(w, r, p)
}

func pairs(name string, values []string) []string {
	var out []string
	for _, v := range values {
		out = append(out, name, v)
	}
	return out
}

// saveView handles POST /inbox/views: the list that is shown gets a name.
func (s *Server) saveView(w http.ResponseWriter, r *http.Request) error {
	var in flow.SaveView
	if err := httpio.Form(r, &in); err != nil {
		return err
	}
	me, err := s.flow.Me(r.Context(), actor(r))
	if err != nil {
		return err
	}
	in.Office = me.Current.Unit
	v, err := s.flow.SaveView(r.Context(), actor(r), in)
	if err != nil {
		return s.again(w, r, err, s.inbox)
	}
	return s.seeOther(w, r, "/inbox?"+v.Query+"&view="+v.ID, "view.saved", "name", v.Name)
}

// changeView handles POST /inbox/views/{id}: another name, gone, or the one the
// inbox opens with.
func (s *Server) changeView(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	me, err := s.flow.Me(r.Context(), actor(r))
	if err != nil {
		return err
	}
	done, name := "view.renamed", ""
	switch r.PostFormValue("do") {
	case "drop":
		var v filing.View
		v, err = s.flow.DropView(r.Context(), actor(r), id)
		done, name = "view.dropped", v.Name
	case "first":
		done = "view.first"
		_, err = s.flow.OpenWith(r.Context(), actor(r), me.Current.Unit, id)
	case "plain":
		done = "view.plain"
		_, err = s.flow.OpenWith(r.Context(), actor(r), me.Current.Unit, "")
	default:
		var v filing.View
		v, err = s.flow.RenameView(r.Context(), actor(r), id, r.PostFormValue("name"))
		name = v.Name
	}
	if err != nil {
		return s.again(w, r, err, s.inbox)
	}
	return s.seeOther(w, r, "/inbox?manage=1", done, "name", name)
}

// comparePage lays filings that seem to tell of the same event side by side.
type comparePage struct {
	Frame
	Rows []flow.FilingView
}

func (*comparePage) template() string { return "desk/compare" }

// Merge is where they become one.
func (p *comparePage) Merge() string {
	var ids []string
	for _, v := range p.Rows {
		ids = append(ids, string(v.Filing.ID))
	}
	return query("/merge", pairs("filing", ids)...)
}

// maxCompared is how many fit beside each other.
const maxCompared = 4

// compare handles GET /inbox/compare.
func (s *Server) compare(w http.ResponseWriter, r *http.Request) error {
	p := &comparePage{Frame: s.frame(r, "compare.head")}
	ids := r.URL.Query()["filing"]
	for _, id := range ids[:min(len(ids), maxCompared)] {
		v, err := s.flow.Filing(r.Context(), actor(r), ident.Filing(id))
		if err != nil {
			return err
		}
		p.Rows = append(p.Rows, v)
	}
	if len(p.Rows) == 0 {
		return errNoPage
	}
	return s.page(w, r, p)
}
