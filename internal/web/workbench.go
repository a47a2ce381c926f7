package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// workbenchPage is a person's own page: what is his to do, most urgent first,
// and what others hold for him.
type workbenchPage struct {
	Frame
	View     flow.Workbench
	Counters []counterLink
	Groups   []workGroup
	Total    int
	Posts    []postWait
}

// postWait is another post of the person's, and how much waits there.
type postWait struct {
	flow.PostView
	N int
}

func (*workbenchPage) template() string        { return "workbench/workbench" }
func (p *workbenchPage) names() flow.Names     { return p.View.Names }
func (p *workbenchPage) Holds(r flow.Row) bool { return p.Me != nil && r.Holder == p.Me.Person.ID }

// PostName is a post as its holder knows it.
func (p *workbenchPage) PostName(w postWait) string {
	what := w.Title
	if what == "" {
		what = p.tongue.word("role", w.Role)
	}
	return w.UnitShort + " · " + what
}

// Here is the post that this workbench is of: a phone's masthead has no room for it.
func (p *workbenchPage) Here() string { return p.PostName(postWait{p.Me.Current, 0}) }

// counterLink is a counter with the list behind it.
type counterLink struct {
	flow.Counter
	Path string
}

// workGroup is one part of the table: first these, today, later.
type workGroup struct {
	Key  string
	Rows []flow.Row
}

// workbench handles GET /.
func (s *Server) workbench(w http.ResponseWriter, r *http.Request) error {
	v, err := s.flow.Workbench(r.Context(), actor(r))
	if err != nil {
		return err
	}
	p := &workbenchPage{Frame: s.frame(r, "workbench.head", "n", len(v.Mine)), View: v, Total: len(v.Mine)}
	p.Scripts = append(p.Scripts, "outbox.js") // what waits on this device goes out from here too
	for _, c := range v.Counters {
		p.Counters = append(p.Counters, counterLink{c, counterPath(c.Code, v.Me.Current.Unit)})
	}
	p.Groups = s.grouped(v.Mine)
	if p.Me != nil {
		if p.Posts, err = s.elsewhere(r, *p.Me); err != nil {
			return err
		}
	}
	return s.page(w, r, p)
}

// elsewhere counts what waits in the person's posts in other units; a workbench
// is of a unit, so posts in the same one need no second look.
func (s *Server) elsewhere(r *http.Request, me flow.Me) ([]postWait, error) {
	var out []postWait
	for _, post := range me.Posts {
		if post.Unit == me.Current.Unit || slices.ContainsFunc(out, func(o postWait) bool { return o.Unit == post.Unit }) {
			continue
		}
		a := actor(r)
		a.Post = post.ID
		v, err := s.flow.Workbench(r.Context(), a)
		if err != nil {
			return nil, err
		}
		out = append(out, postWait{post, len(v.Mine)})
	}
	return out, nil
}

// counterPaths lead from a counter to its list.
var counterPaths = map[string]string{
	"item.draft": "/items?state=draft", "item.sent_back": "/items?state=sent_back", "item.submitted": "/items?state=submitted", "item.signed": "/items?state=signed",
	"filing.filed": "/inbox?state=filed", "filing.received": "/inbox?state=received", "filing.editing": "/inbox?state=editing", "filing.ready": "/inbox?state=ready&unused=1", "filing.held": "/inbox?state=held",
	"tray": "/tray", "duty.open": "/duties?state=open", "delivery.sent": "/readings?state=sent",
}

// counterPath is the list behind a counter. A workbench is of one unit, so its
// lists are too, whatever other posts the person holds.
func counterPath(code string, unit ident.Unit) string {
	p, ok := counterPaths[code]
	switch {
	case !ok:
		return "/"
	case unit != "" && strings.Contains(p, "?") && !strings.HasPrefix(p, "/inbox"):
		return p + "&unit=" + string(unit)
	}
	return p
}

// grouped puts rows under "first", "today" and "later"; their order stays.
func (s *Server) grouped(rows []flow.Row) []workGroup {
	now := s.cfg.Clock()
	end := time.Date(now.In(s.flow.Location()).Year(), now.In(s.flow.Location()).Month(), now.In(s.flow.Location()).Day()+1, 0, 0, 0, 0, s.flow.Location())
	groups := []workGroup{{Key: "first"}, {Key: "today"}, {Key: "later"}}
	for _, row := range rows {
		at := 2
		due := time.UnixMicro(row.Due)
		switch {
		case row.Urgent || row.Due != 0 && due.Sub(now) < soon:
			at = 0
		case row.Noun == "delivery": // an issue to read does not bury what others wait for
		case row.Due == 0 || due.Before(end):
			at = 1
		}
		groups[at].Rows = append(groups[at].Rows, row)
	}
	var out []workGroup
	for _, g := range groups {
		if len(g.Rows) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// Kept are the pages of who keeps the house: nothing is ever laid on his
// workbench, his work lies behind the menu.
func (p *workbenchPage) Kept() (out []navItem) {
	if p.Me == nil || !slices.ContainsFunc([]org.Role{org.Admin, org.Security, org.Auditor}, p.Me.Has) {
		return nil
	}
	for _, n := range p.Nav {
		if slices.Contains([]string{"people", "units", "record"}, n.Key) {
			out = append(out, n)
		}
	}
	return out
}

// RowPath is where a row's action is done.
func (p *workbenchPage) RowPath(r flow.Row) string {
	switch r.Noun {
	case "item":
		switch r.Next {
		case item.SignOff:
			return "/items/" + r.ID + "/sign-off"
		case item.FileJoint:
			return "/items/" + r.ID
		case item.Submit, item.Resubmit:
			return "/items/" + r.ID + "/edit"
		}
		return "/items/" + r.ID
	case "delivery":
		return "/issues/" + r.ID + "/read"
	case "issue":
		if r.Next == issue.Approve {
			return "/issues/" + r.ID + "/approve"
		}
		return "/issues/" + r.ID
	case "duty":
		return "/duties/" + r.ID
	}
	switch {
	case r.Next == "" && r.Meta != "":
		return "/items/" + r.Meta + "/where" // what we filed, at an office above
	case r.Next == filing.Revise:
		return "/filings/" + r.ID + "/edit"
	}
	return "/filings/" + r.ID
}

// Note is the row's own grey word: the check that waits, a remark, a number.
func (p *workbenchPage) Note(r flow.Row) string {
	switch {
	case r.Meta == "":
		return ""
	case r.Noun == "item" && (r.Next == item.SignOff || r.Meta == string(org.Countersign) || r.Meta == string(org.ToFile)):
		return p.tongue.word("check", r.Meta)
	case r.Noun == "duty":
		return p.tongue.say("workbench.written_on", "title", r.Meta)
	case r.Why != "":
		return p.tongue.issueNo(r.Meta) + " " + p.tongue.say("workbench.not_out", "why", p.tongue.timeWhy(r.Why))
	case r.Noun == "issue" && r.Due != 0:
		return p.tongue.issueNo(r.Meta) + " " + p.tongue.say("workbench.comes_out")
	case r.Noun == "issue" || r.Noun == "delivery":
		return p.tongue.issueNo(r.Meta)
	case r.Noun == "filing" && ident.Valid(r.Meta):
		return ""
	}
	return r.Meta
}

// Button is what the row's button says.
func (p *workbenchPage) Button(r flow.Row) string {
	if r.Noun == "delivery" {
		return p.tongue.say("workbench.read")
	}
	switch r.Next { // these open the text; nothing is sent or signed yet
	case item.SignOff:
		return p.tongue.say("signoffs.open")
	case item.Submit:
		return p.tongue.say("workbench.write_on")
	case item.Resubmit:
		return p.tongue.say("workbench.mend")
	}
	return p.tongue.word("verb", r.Next)
}

// HeldBy is in whose hands a row is: a person, a role, an office.
func (p *workbenchPage) HeldBy(r flow.Row) string {
	switch {
	case p.Holds(r):
		return p.tongue.say("me")
	case r.Holder != "":
		return p.View.Names.Person(r.Holder)
	case r.Noun == "delivery" || r.Next == item.FileJoint && r.Role == "": // whoever of us is first
		return p.tongue.say("unit.ours")
	case p.Me != nil && slices.Contains(r.People, p.Me.Person.ID):
		return p.tongue.say("me")
	case r.Next == item.SignOff && len(r.People) == 0 && r.Role == "": // a partner's turn, on his own workbench
		return p.tongue.say("me")
	case len(r.People) == 1:
		return p.tongue.say("workbench.one_of_role", "name", p.View.Names.Person(r.People[0]), "role", p.tongue.word("role", r.Role))
	case len(r.People) > 1:
		return p.tongue.say("workbench.many_of_role", "name", p.View.Names.Person(r.People[0]), "role", p.tongue.word("role", r.Role), "n", len(r.People))
	case r.Role != "":
		return p.tongue.word("role", r.Role)
	case r.Noun == "duty" && r.Unit != "":
		return p.View.Names.Unit(r.Unit)
	case r.Office != "" && (p.Me == nil || r.Office != p.Me.Current.Unit):
		return p.View.Names.UnitOn(r.Office, r.Filed)
	}
	return ""
}

// Solid reports whether a row's button is the solid one: those of the first
// group, or the top row where nothing presses.
func (p *workbenchPage) Solid(key string, i int) bool {
	return key == "first" || i == 0 && len(p.Groups) > 0 && p.Groups[0].Key == key
}
