package web

import (
	"net/http"
	"slices"

	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/text"
)

// wherePage answers "where is my item": one sentence, then levels across and
// time down, my text beside theirs, and the points.
type wherePage struct {
	Frame
	flow.Journey
	Lanes []lane
	Rows  []laneStep
	Said  string // the sentence
	After string // and what has happened so far
	Title []text.Span
	Diff  []text.Para
}

func (*wherePage) template() string    { return "submit/where" }
func (p *wherePage) names() flow.Names { return p.Names }

// lane is one level's column.
type lane struct {
	Unit org.Unit
	Col  int
}

// laneStep is one event in its column.
type laneStep struct {
	flow.Step
	Col   int
	Label string // the level's name, for the phone
	What  string
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
	if j.Edited != nil {
		p.Title, p.Diff = titleSpans(j.Mine.Title, j.Edited.Title), text.Diff(j.Mine.Body, j.Edited.Body)
	}
	return s.page(w, r, p)
}

// maxLanes is how many columns the sheet has; higher levels share the last.
const maxLanes = 5

// lay gives each level its column and each step its place.
func (p *wherePage) lay() {
	col := map[ident.Unit]int{}
	for _, u := range p.Levels { // the unit first
		c := min(len(p.Lanes)+1, maxLanes)
		col[u.ID] = c
		p.Lanes = append(p.Lanes, lane{u, c})
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
		if label == "" {
			label = p.Unit.Label()
		}
		p.Rows = append(p.Rows, laneStep{Step: st, Col: c, Label: label, What: p.tongue.happened(st.Kind)})
	}
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
		p.Said = w.say("where.now", "place", p.Names.Unit(fl.Office), "what", w.word("state", "filing", fl.State), "moment", w.moment(fl.Since))
		if adopted := p.last("placement.adopted", "news.adopted"); adopted != nil && fl.State == filing.Ready {
			p.Said = w.say("where.adopted", "place", adopted.Label, "name", adopted.Name, "moment", w.moment(adopted.At))
		}
		if fl.State == filing.Declined {
			p.Said = w.say("where.declined", "place", p.Names.Unit(fl.Office), "reason", w.term("reason", fl.Reason), "moment", w.moment(fl.Since))
		}
		if printed := p.last("placement.published", "news.published"); printed != nil {
			p.Said = w.say("where.printed", "place", printed.Label, "name", printed.Name, "issue", w.issueNo(printed.Issue), "moment", w.moment(printed.At))
		}
	}
	adopted, instructed := 0, 0
	for _, r := range p.Rows {
		switch r.Kind {
		case "placement.published", "news.published":
			adopted++
		case "instruction.given", "news.instructed":
			instructed++
		}
	}
	if adopted+instructed > 0 {
		p.After = w.say("where.so_far", "adopted", adopted, "instructed", instructed)
	}
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
