package web

import (
	"net/http"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/score"
)

// assessing is what the pages of one office's assessment share.
type assessing struct {
	Months []string
	At     ident.Unit // the office
	Now    string     // the period that is shown
}

// Pts writes points: exact, with a real minus.
func (assessing) Pts(p score.Points) string {
	if s := p.String(); strings.Contains(s, "/") {
		return strings.ReplaceAll(s, "-", "−")
	}
	return num(p)
}

// Address is a page of this office in a period.
func (a assessing) Address(page, period string) string {
	return query("/offices/"+string(a.At)+"/"+page, "period", period)
}

func (s *Server) assessing(office ident.Unit, period string) assessing {
	return assessing{Months: s.flow.Months(s.cfg.Clock().UnixMicro(), 12), At: office, Now: period}
}

func officeID(r *http.Request) ident.Unit { return ident.Unit(r.PathValue("id")) }

// rankingPage says why there is no ranking to see, where there is none.
type rankingPage struct{ Frame }

func (*rankingPage) template() string { return "score/ranking" }

// ranking handles GET /ranking: the table of the office that assesses the
// viewer's unit, or of the viewer's own office.
func (s *Server) ranking(w http.ResponseWriter, r *http.Request) error {
	p := &rankingPage{Frame: s.frame(r, "ranking.head")}
	if p.Me == nil || p.Me.Current.Unit == "" {
		return s.page(w, r, p)
	}
	unit := p.Me.Current.Unit
	if p.Me.Scope.Desk(unit) {
		if to, err := s.ranks(r, unit); to {
			http.Redirect(w, r, "/offices/"+string(unit)+"/standing", http.StatusSeeOther)
			return nil
		} else if err != nil {
			return err
		}
	}
	v, err := s.flow.Unit(r.Context(), actor(r), unit, "")
	if err != nil {
		return err
	}
	for _, l := range v.Lines {
		to, err := s.ranks(r, l.Office)
		if err != nil {
			return err
		}
		if to && p.Me.Scope.Unit(unit) {
			http.Redirect(w, r, "/offices/"+string(l.Office)+"/ledger/"+string(unit), http.StatusSeeOther)
			return nil
		}
	}
	return s.page(w, r, p)
}

// ranks reports whether the viewer may see an office's ranking.
func (s *Server) ranks(r *http.Request, office ident.Unit) (bool, error) {
	_, err := s.flow.Standing(r.Context(), actor(r), office, "")
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Denied) {
		return false, nil
	}
	return err == nil, err
}

// standingPage is a ranking by class: a chart that is a table, and the table.
type standingPage struct {
	Frame
	assessing
	flow.StandingView
	Classes []rankClass
}

func (*standingPage) template() string    { return "score/standing" }
func (p *standingPage) names() flow.Names { return p.Names }

// rankClass is the units that are compared with each other.
type rankClass struct {
	Name  string
	Rows  []score.Standing
	Chart rankChart
}

// rankChart is a bar for each unit: direct labels, no legend.
type rankChart struct {
	Height int
	Bars   []rankBar
}

// rankBar is one unit's row of the chart.
type rankBar struct {
	Rank          int
	Name, Points  string
	Y, Base       int
	X, Width, End int
	Mine, Minus   bool
}

const (
	chartStep  = 20
	chartLeft  = 112
	chartRight = 340 // where the longest bar ends
)

// classes groups a ranking and draws each class.
func (p *standingPage) classes() {
	for _, st := range p.Standings {
		n := len(p.Classes)
		if n == 0 || p.Classes[n-1].Name != st.Class {
			p.Classes = append(p.Classes, rankClass{Name: st.Class})
			n++
		}
		c := &p.Classes[n-1]
		c.Rows = append(c.Rows, st)
	}
	for i := range p.Classes {
		c := &p.Classes[i]
		most := 0.0
		for _, st := range c.Rows {
			most = max(most, magnitude(st.Points))
		}
		for j, st := range c.Rows {
			b := rankBar{Rank: st.Rank, Name: clipped(p.Names.Unit(st.Unit), 5), Points: p.Pts(st.Points), Y: 4 + j*chartStep, Base: 14 + j*chartStep, X: chartLeft, Mine: p.Mine(st.Unit), Minus: magnitude(st.Points) > 0 && st.Points.Cmp(score.Points{}) < 0}
			if most > 0 {
				b.Width = int(magnitude(st.Points) / most * (chartRight - chartLeft))
			}
			b.End = b.X + b.Width + 6
			c.Chart.Bars = append(c.Chart.Bars, b)
		}
		c.Chart.Height = 4 + len(c.Rows)*chartStep
	}
}

// magnitude is for drawing only; every figure that is read stays exact.
func magnitude(p score.Points) float64 {
	a, b, fraction := strings.Cut(strings.TrimPrefix(p.String(), "-"), "/")
	x, err := strconv.ParseFloat(a, 64)
	if err != nil {
		return 0
	}
	if d, err := strconv.ParseFloat(b, 64); fraction && err == nil && d != 0 {
		x /= d
	}
	return x
}

func clipped(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// Mine reports whether a unit is one of the viewer's.
func (p *standingPage) Mine(u ident.Unit) bool { return p.Me != nil && p.Me.Scope.Unit(u) }

// Opens reports whether the viewer may open a unit's ledger.
func (p *standingPage) Opens(u ident.Unit) bool {
	return p.Me != nil && (p.Me.Scope.Desk(p.Office.ID) || p.Me.Scope.Unit(u))
}

// LedgerOf is where a unit's total is opened.
func (p *standingPage) LedgerOf(u ident.Unit) string { return p.Address("ledger/"+string(u), p.Now) }

// standing handles GET /offices/{id}/standing.
func (s *Server) standing(w http.ResponseWriter, r *http.Request) error {
	v, err := s.flow.Standing(r.Context(), actor(r), officeID(r), r.URL.Query().Get("period"))
	if err != nil {
		return err
	}
	p := &standingPage{Frame: s.frame(r, "standing.head", "office", v.Office.Label()), assessing: s.assessing(v.Office.ID, v.Period.Label), StandingView: v}
	p.classes()
	if wantsFile(r) {
		return s.standingFile(w, r, p)
	}
	return s.page(w, r, p)
}

// ledgerPage opens a unit's total down to fact, rule, clause and arithmetic.
type ledgerPage struct {
	Frame
	assessing
	flow.LedgerView
	Clauses []clauseSum
}

func (*ledgerPage) template() string    { return "score/ledger" }
func (p *ledgerPage) names() flow.Names { return p.Names }

// clauseSum is what one clause brought.
type clauseSum struct {
	Clause, Rule string
	N            int
	Points       score.Points
}

func (p *ledgerPage) sum() {
	at := map[string]int{}
	for _, e := range p.Entries {
		i, ok := at[e.Clause]
		if !ok {
			i = len(p.Clauses)
			at[e.Clause] = i
			p.Clauses = append(p.Clauses, clauseSum{Clause: e.Clause, Rule: e.Rule})
		}
		p.Clauses[i].N++
		p.Clauses[i].Points = p.Clauses[i].Points.Plus(e.Points)
	}
}

// Place is where an entry's text can be seen by the viewer; "" when it cannot.
func (p *ledgerPage) Place(e score.Entry) string {
	switch {
	case p.Me == nil, e.Filing == "":
		return ""
	case p.Me.Scope.Desk(e.Desk):
		return "/filings/" + string(e.Filing)
	case p.Me.Scope.Unit(e.Unit):
		return "/items/" + string(e.Item) + "/where"
	}
	return ""
}

// Signed writes a movement with its sign.
func (p *ledgerPage) Signed(x score.Points) string {
	if x.Cmp(score.Points{}) > 0 {
		return "+" + p.Pts(x)
	}
	return p.Pts(x)
}

// How writes an entry's arithmetic with a real minus.
func (*ledgerPage) How(e score.Entry) string { return strings.ReplaceAll(e.Arithmetic, "-", "−") }

// Audits reports whether the viewer reads the record itself.
func (p *ledgerPage) Audits() bool { return p.Me != nil && p.Me.Has(org.Auditor) }

// ledger handles GET /offices/{id}/ledger/{unit}.
func (s *Server) ledger(w http.ResponseWriter, r *http.Request) error {
	v, err := s.flow.Ledger(r.Context(), actor(r), officeID(r), ident.Unit(r.PathValue("unit")), r.URL.Query().Get("period"))
	if err != nil {
		return err
	}
	p := &ledgerPage{Frame: s.frame(r, "ledger.head", "unit", v.Unit.Label()), assessing: s.assessing(v.Office.ID, v.Period.Label), LedgerView: v}
	p.sum()
	return s.page(w, r, p)
}

// noticePage is the month's notice, made to be printed.
type noticePage struct {
	Frame
	assessing
	flow.NoticeView
	Rows []noticeRow
}

func (*noticePage) template() string    { return "score/notice" }
func (p *noticePage) names() flow.Names { return p.Names }

// noticeRow is one unit's line of the notice.
type noticeRow struct {
	score.Standing
	Count flow.UnitCount
	First bool // of its class
}

// notice handles GET /offices/{id}/notice.
func (s *Server) notice(w http.ResponseWriter, r *http.Request) error {
	v, err := s.flow.Notice(r.Context(), actor(r), officeID(r), r.URL.Query().Get("period"))
	if err != nil {
		return err
	}
	p := &noticePage{Frame: s.frame(r, "notice.head", "office", v.Office.Name, "period", s.tongue(visitOf(r).lang).period(v.Period.Label)), assessing: s.assessing(v.Office.ID, v.Period.Label), NoticeView: v}
	class := ""
	for i, st := range v.Standings {
		row := noticeRow{Standing: st, First: i == 0 || st.Class != class}
		if i < len(v.Counts) {
			row.Count = v.Counts[i]
		}
		class = st.Class
		p.Rows = append(p.Rows, row)
	}
	return s.page(w, r, p)
}

// rulebookPage reads the rulebook in force and puts another in force.
type rulebookPage struct {
	Frame
	assessing
	Office   org.Unit
	Book     flow.RulebookView
	Has      bool
	MayWrite bool
	Body     string
	BadLines []badLine
	Ranked   bool // the viewer may see what it makes
}

func (*rulebookPage) template() string { return "score/rulebook" }

// badLine is a line of what was pasted that cannot be read.
type badLine struct {
	No   int
	Text string
}

// rulebook handles GET /offices/{id}/rulebook.
func (s *Server) rulebook(w http.ResponseWriter, r *http.Request) error {
	u, err := s.flow.Unit(r.Context(), actor(r), officeID(r), "")
	if err != nil {
		return err
	}
	p := &rulebookPage{Frame: s.frame(r, "rulebook.head", "office", u.Unit.Label()), assessing: s.assessing(u.Unit.ID, ""), Office: u.Unit}
	p.MayWrite = p.Me != nil && p.Me.HasAt(u.Unit.ID, org.Assessor)
	v, err := s.flow.Rulebook(r.Context(), actor(r), u.Unit.ID)
	switch {
	case err == nil:
		p.Book, p.Has, p.Body = v, true, v.Kept.Body
	case !fault.Is(err, fault.NotFound):
		return err
	}
	if p.Ranked, err = s.ranks(r, u.Unit.ID); err != nil {
		return err
	}
	p.Body = p.Or("body", p.Body)
	p.markLines(r)
	return s.page(w, r, p)
}

// markLines finds the lines that the problem names.
func (p *rulebookPage) markLines(r *http.Request) {
	bad, _ := fault.BadFields(visitOf(r).problem)
	lines := strings.Split(strings.ReplaceAll(p.Body, "\r\n", "\n"), "\n")
	for _, b := range bad {
		place, ok := strings.CutPrefix(b.Path, "line ")
		if !ok {
			continue
		}
		no, _, _ := strings.Cut(place, ":")
		if n, err := strconv.Atoi(no); err == nil && n >= 1 && n <= len(lines) {
			p.BadLines = append(p.BadLines, badLine{n, lines[n-1]})
		}
	}
}

// activate handles POST /offices/{id}/rulebook.
func (s *Server) activate(w http.ResponseWriter, r *http.Request) error {
	var in flow.Activate
	err := httpio.Form(r, &in)
	in.Office = officeID(r)
	if err == nil {
		_, err = s.flow.Activate(once(r), actor(r), in)
	}
	if err != nil {
		return s.again(w, r, err, s.rulebook)
	}
	return s.seeOther(w, r, "/offices/"+r.PathValue("id")+"/rulebook", "rulebook.activated")
}
