package web

import (
	"html/template"
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
	"xinshu/internal/text"
)

// wherePage answers "where is my item": one sentence, one for every level, what
// comes next; then levels across and time down, my text beside theirs, and the
// points.
type wherePage struct {
	Frame
	flow.Journey
	Lanes  []lane
	Rows   []laneStep
	Said   string // the sentence
	After  string // and what has happened so far
	Levels []string
	Coming []coming
	Beside []beside
	ByNone bool // nobody has set a time for what comes next
}

func (*wherePage) template() string    { return "submit/where" }
func (p *wherePage) names() flow.Names { return p.Names }

// lane is one level's column.
type lane struct {
	Unit org.Unit
	Col  int
	Stay string // how long it lay there
}

// laneStep is one event in its column.
type laneStep struct {
	flow.Step
	Col   int
	Label string // the level's name, for the phone
	What  string
	Lay   string
	Place string // where in the issue
}

// coming is one thing that happens next.
type coming struct {
	Said string
	By   int64
	Lain string
}

// beside is one level's text beside the unit's own.
type beside struct {
	flow.LevelText
	Head, Note string
	Printed    []string
	Rows       []besideRow
	Below      []besideRow
	BelowHead  string
}

type besideRow struct {
	Mine   string
	Marked template.HTML
	Same   bool
	Title  bool
}

// where handles GET /items/{id}/where.
func (s *Server) where(w http.ResponseWriter, r *http.Request) error {
	j, err := s.flow.Journey(r.Context(), actor(r), ident.Item(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := &wherePage{Frame: s.frame(r, "where.head"), Journey: j}
	p.lay()
	p.speak()
	p.tell()
	p.come()
	for _, b := range j.Texts {
		p.Beside = append(p.Beside, p.beside(b))
	}
	return s.page(w, r, p)
}

// maxLanes is how many columns the sheet has; higher levels share the last.
const maxLanes = 5

// lay gives each level its column and each step its place.
func (p *wherePage) lay() {
	w := p.tongue
	col := map[ident.Unit]int{}
	for _, u := range p.Journey.Levels { // the unit first
		c := min(len(p.Lanes)+1, maxLanes)
		col[u.ID] = c
		l := lane{Unit: u, Col: c}
		if st, found := p.LevelOf(u); found && c > 1 && st.Lay > 0 {
			l.Stay = w.say("where.lain_yet", "span", w.lain(st.Lay))
			if st.Decided != 0 {
				l.Stay = w.say("where.lain", "span", w.lain(st.Lay))
			}
		}
		p.Lanes = append(p.Lanes, l)
	}
	labels := map[ident.Unit]string{}
	for _, l := range p.Lanes {
		labels[l.Unit.ID] = l.Unit.Label()
	}
	for _, st := range p.Journey.Steps {
		c := col[st.Office]
		if c == 0 {
			c = 1
		}
		label := labels[st.Office]
		if u, known := p.Names.Units[st.Office]; label == "" && known {
			label = u.Label() // a partner: it stands in the unit's column
		}
		if label == "" {
			label = p.Unit.Label()
		}
		row := laneStep{Step: st, Col: c, Label: label, What: w.happened(st.Kind)}
		if st.Check != "" {
			row.What = w.say("signoff.pass", "check", w.word("check", st.Check))
		}
		if st.Lay >= int64(time.Minute/time.Microsecond) {
			row.Lay = w.say("where.lay", "span", w.lain(st.Lay))
		}
		if st.Name != "" {
			row.Place = w.printedAt(st.Name, st.Issue, st.Column, st.Slot)
		}
		p.Rows = append(p.Rows, row)
	}
}

// lain writes how many microseconds something lay.
func (w tongue) lain(us int64) string { return w.span(time.Duration(us) * time.Microsecond) }

// printedAt is where a text stands: the publication, its number, the column and
// the place.
func (w tongue) printedAt(name, label, column string, slot int) string {
	if label == "" {
		return w.title(name)
	}
	out := w.say("where.printed_in", "name", name, "issue", w.issueNo(label))
	if column != "" {
		out += w.say("where.column", "column", column)
	}
	if slot > 0 {
		out += w.say("where.slot", "n", slot)
	}
	return out
}

// Width is the class for the number of columns.
func (p *wherePage) Width() int { return min(len(p.Lanes), maxLanes) }

// speak makes the sentence on top and the one behind it.
func (p *wherePage) speak() {
	w := p.tongue
	switch {
	case p.Item.State == item.Draft:
		p.Said = w.say("where.draft")
	case p.Item.State == item.Withdrawn:
		p.Said = w.say("where.withdrawn", "moment", w.moment(p.Item.Updated))
	case p.Item.State == item.SentBack:
		p.Said = w.say("where.sent_back", "reason", w.term("reason", p.Item.Reason))
	case p.Item.State == item.Submitted:
		p.Said = w.say("where.submitted", "unit", p.Unit.Label())
	case len(p.Filings) == 0:
		p.Said = w.say("where.on_way")
	default:
		fl := p.highest()
		p.Said = w.say("where.now", "place", p.Names.UnitOn(fl.Office, fl.Filed), "what", w.word("state", "filing", fl.State), "moment", w.moment(fl.Since))
		if adopted := p.last("placement.adopted", "news.adopted"); adopted != nil && (fl.State == filing.Ready || fl.State == filing.Merged) {
			p.Said = w.say("where.adopted", "place", adopted.Label, "name", adopted.Name, "moment", w.moment(adopted.At))
		}
		if fl.State == filing.Declined {
			p.Said = w.say("where.declined", "place", p.Names.UnitOn(fl.Office, fl.Filed), "reason", w.term("reason", fl.Reason), "moment", w.moment(fl.Since))
		}
		if printed := p.last("placement.published", "news.published"); printed != nil {
			p.Said = w.say("where.printed", "place", printed.Label, "where", printed.Place, "moment", w.moment(printed.At))
		}
		if back := p.last("placement.recalled", "news.recalled"); back != nil {
			p.Said = w.say("where.recalled", "place", back.Label, "where", back.Place, "moment", w.moment(back.At))
		}
	}
	adopted, instructed := 0, 0
	for _, r := range p.Rows {
		switch r.Kind {
		case "placement.published", "news.published":
			adopted++
		case "placement.recalled", "news.recalled":
			adopted--
		case "instruction.given", "news.instructed":
			instructed++
		case "news.uninstructed":
			instructed--
		}
	}
	if adopted+instructed > 0 {
		p.After = w.say("where.so_far", "adopted", max(adopted, 0), "instructed", max(instructed, 0))
	}
}

// endings are what a level can have done, the strongest last: the sentence of a
// level speaks of that.
var endings = [][]string{
	{"filing.filed", "filing.reopened"}, {"filing.received"}, {"filing.held", "news.held"}, {"filing.merged"}, {"filing.declined", "news.declined"}, {"filing.returned", "news.returned"},
	{"filing.withdrawn"}, {"placement.adopted", "news.adopted"}, {"placement.published", "news.published"}, {"placement.recalled", "news.recalled"},
}

// tell makes the sentence of every level above the unit.
func (p *wherePage) tell() {
	w := p.tongue
	for _, l := range p.Lanes[min(1, len(p.Lanes)):] {
		var best *laneStep
		rank, adopted, places := -1, int64(0), []string{}
		for i := range p.Rows {
			r := &p.Rows[i]
			if r.Office != l.Unit.ID {
				continue
			}
			at := slices.IndexFunc(endings, func(ks []string) bool { return slices.Contains(ks, r.Kind) })
			if strings.HasSuffix(r.Kind, ".unadopted") { // and so it is as it was before
				best, rank, adopted = nil, -1, 0
				continue
			}
			if at == 7 && adopted == 0 {
				adopted = r.At
			}
			if at == 8 {
				places = append(places, r.Place)
			}
			if at >= rank && at >= 0 {
				best, rank = r, at
			}
		}
		p.Levels = append(p.Levels, p.levelSaid(l, best, rank, adopted, strings.Join(places, w.say("list.and"))))
	}
}

func (p *wherePage) levelSaid(l lane, r *laneStep, rank int, adopted int64, places string) string {
	w, place := p.tongue, l.Unit.Label()
	st, _ := p.LevelOf(l.Unit)
	if r == nil || rank <= 1 {
		if l.Unit.Outside {
			return w.say("where.level.outside", "place", place, "day", w.day(st.Came))
		}
		return w.say("where.level.waits", "place", place, "day", w.day(st.Came), "span", w.lain(st.Lay))
	}
	reason := ""
	if r.Reason != "" {
		reason = w.say("colon") + w.term("reason", r.Reason)
	}
	said := [...]string{2: "held", 3: "merged", 4: "declined", 5: "returned", 6: "withdrawn", 7: "adopted", 8: "printed", 9: "recalled"}[rank]
	if adopted == 0 {
		adopted = r.At
	}
	return w.say("where.level."+said, "place", place, "day", w.day(r.At), "adopted", w.day(adopted), "name", r.Name, "where", places, "reason", reason)
}

// come says what happens next and by when.
func (p *wherePage) come() {
	w := p.tongue
	p.ByNone = true
	for _, n := range p.Next {
		issueName := ""
		if n.Issue != "" {
			issueName = w.issueNo(n.Issue)
		}
		check := ""
		if n.Check != "" {
			check = w.word("check", n.Check)
		}
		c := coming{By: n.By, Said: w.say("where.next."+n.What, "place", p.Names.Unit(n.Office), "name", n.Name, "issue", issueName, "check", check)}
		if n.Since > 0 {
			c.Lain = w.since(n.Since)
		}
		p.ByNone = p.ByNone && n.By == 0
		p.Coming = append(p.Coming, c)
	}
}

// Unpaid says why something earned no points.
func (p *wherePage) Unpaid(u flow.Unscored) string {
	return p.tongue.say("where.unscored."+u.Why, "office", p.Names.Unit(u.Office))
}

// beside makes one level's text ready to read.
func (p *wherePage) beside(b flow.LevelText) beside {
	w := p.tongue
	place := p.Names.UnitOn(b.Office, b.Filed)
	out := beside{LevelText: b, Head: w.say("where.used", "office", place), Rows: besideRows(b.Rows), Below: besideRows(b.Below)}
	if b.Of > 0 && b.Share != "" {
		out.Head = w.say("where.used_composite", "office", place, "n", b.Of, "share", b.Share)
	}
	if b.Shown != flow.ShownText {
		out.Note = w.say("where.shown."+string(b.Shown), "office", place)
	}
	if b.Shown == flow.ShownSame {
		out.Rows = nil
	}
	if b.Against != "" {
		out.BelowHead = w.say("where.against", "office", place, "below", p.Names.Unit(b.Against))
	}
	for _, in := range b.Printed {
		said := w.printedAt(in.Name, in.Issue, in.Column, in.Slot) + w.say("comma") + w.day(in.At)
		if in.State != issue.Printed {
			said += w.say("comma") + w.word("state.placement", in.State)
		}
		if in.Notice != "" {
			said += w.say("colon") + in.Notice
		}
		out.Printed = append(out.Printed, said)
	}
	return out
}

func besideRows(rows []flow.LevelRow) []besideRow {
	var out []besideRow
	for i, r := range rows {
		ss := make([]text.Span, len(r.Pieces))
		for k, p := range r.Pieces {
			ss[k] = text.Span{Op: p.Op, Text: p.Text}
		}
		out = append(out, besideRow{Mine: r.Mine, Marked: spans(ss), Same: r.Mine == r.Theirs, Title: i == 0})
	}
	return out
}

// highest is the filing that got furthest.
func (p *wherePage) highest() filing.Filing {
	best := p.Filings[0]
	for _, fl := range p.Filings {
		if fl.Filed >= best.Filed && fl.State != filing.Merged && fl.State != filing.Withdrawn {
			best = fl
		}
	}
	return best
}

// last is the newest step of one of the kinds.
func (p *wherePage) last(kinds ...string) *laneStep {
	for i := range p.Rows {
		if r := &p.Rows[len(p.Rows)-1-i]; slices.Contains(kinds, r.Kind) {
			return r
		}
	}
	return nil
}

// happened is the phrase of a fact's or a news' kind.
func (w tongue) happened(kind string) string {
	if key := "fact." + kind; w.has(key) {
		return w.say(key)
	}
	if w.has(kind) { // news.KIND
		return w.say(kind)
	}
	return kind
}
