package flow

import (
	"context"
	"slices"
	"strings"

	"xinshu/internal/duty"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
	"xinshu/internal/text"
)

// FilingEdge is a filing at the other end of an edge of the chain.
type FilingEdge struct {
	Parent filing.Parent `json:"parent"`
	Filing filing.Filing `json:"filing"`
}

// FilingView is one filing for the desk it lies at, or for who filed it.
type FilingView struct {
	Filing       filing.Filing       `json:"filing"`
	Item         item.Item           `json:"item"`
	Unit         org.Unit            `json:"unit"`
	Office       org.Unit            `json:"office"`
	Raw          item.Revision       `json:"raw"`
	Text         item.Revision       `json:"text"` // the newest
	Diff         []text.Para         `json:"-"`
	Figures      []text.Move         `json:"figures,omitempty"` // numbers that the desk changed, dropped or added
	Revisions    []item.Revision     `json:"revisions,omitempty"`
	Unsaved      []item.Autosave     `json:"unsaved,omitempty"`
	Attachments  []item.Attachment   `json:"attachments,omitempty"`
	Passed       []item.Passed       `json:"passed,omitempty"`
	Placements   []issue.Placement   `json:"placements,omitempty"`
	Parents      []FilingEdge        `json:"parents,omitempty"`
	Children     []FilingEdge        `json:"children,omitempty"`
	Outcomes     []filing.Outcome    `json:"outcomes,omitempty"`
	Duties       []duty.Duty         `json:"duties,omitempty"`
	News         []filing.News       `json:"news,omitempty"`
	Steps        []Step              `json:"steps,omitempty"`
	Actions      []org.Action        `json:"actions"`
	Publications []issue.Publication `json:"publications,omitempty"`
	Up           []org.Line          `json:"up,omitempty"` // where the office can forward it
	Editors      []org.Person        `json:"editors,omitempty"`
	Tracking     *Tracking           `json:"tracking,omitempty"` // the desk's changes, one by one
	Comments     []Thread            `json:"comments,omitempty"`
	AtDesk       bool                `json:"at_desk"`
	Restricted   bool                `json:"restricted,omitempty"` // whoever opens it is recorded
	Names        Names               `json:"names"`
}

// Filing reads one filing. Who filed it sees the decisions and, once something
// is adopted, the edited text; the desk's drafts are the desk's.
func (f *Flow) Filing(ctx context.Context, a Actor, id ident.Filing) (FilingView, error) {
	return read(ctx, f, a, "Filing", func(t *act) (v FilingView, err error) {
		fl, c, err := t.filingCase(id, -1)
		if err != nil {
			return v, err
		}
		v.Filing, v.AtDesk = fl, t.scope.Desk(fl.Office) || fl.State == filing.Outside || t.actor.System
		place := fl.Office
		if fl.State == filing.Outside {
			place = fl.Unit
		}
		v.Actions = filing.Lifecycle.Actions(fl.State, t.held(place), c)
		if v.Item, err = t.Tx.Item(fl.Item); err != nil {
			return v, err
		}
		if v.Unit, err = t.unitOn(fl.Unit, fl.Filed); err != nil {
			return v, err
		}
		if v.Office, err = t.unitOn(fl.Office, fl.Filed); err != nil {
			return v, err
		}
		if err := t.filingTexts(&v, c); err != nil {
			return v, err
		}
		if v.Restricted, err = t.opensFiling(fl, v.Text.Number); err != nil {
			return v, err
		}
		if err := t.filingChain(&v); err != nil {
			return v, err
		}
		if v.AtDesk {
			if err := t.filingDesk(&v); err != nil {
				return v, err
			}
		}
		v.Names, err = v.naming().names(t)
		return v, err
	})
}

func (t *act) filingTexts(v *FilingView, c filing.Case) (err error) {
	fl := v.Filing
	if v.Raw, err = t.rawOf(fl); err != nil {
		return err
	}
	v.Text = v.Raw
	if fl.Revision > 0 && (v.AtDesk || c.Placed || c.Printed) {
		if v.Text, err = t.newest(fl); err != nil {
			return err
		}
	}
	v.Diff = text.Diff(v.Raw.Title+"\n"+v.Raw.Body, v.Text.Title+"\n"+v.Text.Body)
	if v.Raw.Body != v.Text.Body {
		v.Figures = text.FiguresMoved(v.Raw.Body, v.Text.Body)
	}
	if v.Attachments, err = t.AttachmentsOf(fl.Item); err != nil {
		return err
	}
	v.Passed, err = t.PassedOf(fl.Item, 0)
	return err
}

func (t *act) filingChain(v *FilingView) (err error) {
	id := v.Filing.ID
	if v.Placements, err = t.PlacementsOf(id); err != nil {
		return err
	}
	if v.News, err = t.NewsOf(id); err != nil {
		return err
	}
	up, err := t.ParentsOf(id)
	if err != nil {
		return err
	}
	if v.Parents, err = t.edges(up, func(p filing.Parent) ident.Filing { return p.Parent }); err != nil {
		return err
	}
	down, err := t.ChildrenOf(id)
	if err != nil {
		return err
	}
	if v.Children, err = t.edges(down, func(p filing.Parent) ident.Filing { return p.Child }); err != nil {
		return err
	}
	v.Steps, err = t.deskSteps(v.Filing)
	return err
}

// edges loads the filings at the other ends that the actor may see.
func (t *act) edges(ps []filing.Parent, end func(filing.Parent) ident.Filing) ([]FilingEdge, error) {
	var out []FilingEdge
	for _, p := range ps {
		fl, err := t.Tx.Filing(end(p))
		if err != nil {
			return nil, err
		}
		if t.seesFiling(fl) {
			out = append(out, FilingEdge{Parent: p, Filing: fl})
		}
	}
	return out, nil
}

func (t *act) filingDesk(v *FilingView) (err error) {
	fl := v.Filing
	if v.Revisions, err = t.Revisions("filing", string(fl.ID)); err != nil {
		return err
	}
	if v.Unsaved, err = t.Autosaves("filing", string(fl.ID)); err != nil {
		return err
	}
	if v.Outcomes, err = t.OutcomesOf(fl.ID); err != nil {
		return err
	}
	if v.Duties, err = t.DutiesOf(fl.ID); err != nil {
		return err
	}
	if err := t.opensDuties(v.Duties...); err != nil {
		return err
	}
	if v.Publications, err = t.PublicationsOf(fl.Office); err != nil {
		return err
	}
	if v.Up, err = t.LinesOf(fl.Office, t.day); err != nil {
		return err
	}
	if v.Editors, err = t.deskPeople(fl.Office); err != nil {
		return err
	}
	if v.Tracking, err = t.tracking(fl, v.Raw); err != nil {
		return err
	}
	v.Comments, err = t.threads(fl, v.Text)
	return err
}

func (v *FilingView) naming() *naming {
	var ids naming
	ids.unit(v.Filing.Unit, v.Filing.Office, v.Item.Unit)
	ids.person(v.Filing.Holder, v.Item.Writer)
	ids.person(v.Item.Authors...)
	for _, r := range v.Revisions {
		ids.person(r.By)
	}
	for _, c := range v.Comments {
		ids.person(c.By, c.ResolvedBy)
		for _, r := range c.Answers {
			ids.person(r.By)
		}
	}
	for _, p := range v.Passed {
		ids.person(p.Person)
	}
	for _, s := range v.Unsaved {
		ids.person(s.Person)
	}
	for _, e := range append(v.Parents[:len(v.Parents):len(v.Parents)], v.Children...) {
		ids.unit(e.Filing.Unit, e.Filing.Office)
	}
	for _, n := range v.News {
		ids.unit(n.Office)
	}
	for _, l := range v.Up {
		ids.unit(l.Office)
	}
	for _, o := range v.Outcomes {
		ids.person(o.EnteredBy, o.DecidedBy)
	}
	for _, d := range v.Duties {
		ids.person(d.Leader)
		ids.unit(d.Unit)
	}
	for _, s := range v.Steps {
		ids.person(s.Person)
		ids.unit(s.Office)
	}
	return &ids
}

// FilingsQuery is a list of filings.
type FilingsQuery struct {
	Office ident.Unit     `json:"office" form:"office"`
	States []filing.State `json:"states" form:"state"`
	Genre  string         `json:"genre" form:"genre"`
	Form   string         `json:"form" form:"form"`
	From   string         `json:"from" form:"from"` // days since when it lies there
	Until  string         `json:"until" form:"until"`
	Unit   ident.Unit     `json:"unit" form:"unit"`
	Mine   bool           `json:"mine" form:"mine"`
	Holder ident.Person   `json:"holder,omitempty" form:"holder"`
	Urgent bool           `json:"urgent,omitempty" form:"urgent"`
	Unused bool           `json:"unused,omitempty" form:"unused"` // of what is ready, only what is not adopted and did not go up
	Words  string         `json:"words,omitempty" form:"words"`   // in the title, or of the register number
	Like   bool           `json:"like,omitempty" form:"like"`     // only those whose title is like another's
	Oldest bool           `json:"oldest" form:"oldest"`
	Cursor string         `json:"cursor" form:"cursor"`
	Limit  int            `json:"limit" form:"limit"`
}

// Filings lists filings the actor may see.
func (f *Flow) Filings(ctx context.Context, a Actor, q FilingsQuery) (Page[filing.Filing], error) {
	return read(ctx, f, a, "Filings", func(t *act) (pg Page[filing.Filing], err error) {
		limit := bounded(q.Limit)
		if q.Like { // looked for among the newest; such a list has one page
			limit, q.Cursor = 200, ""
		}
		if pg.Rows, err = t.filingRows(q, limit+1); err != nil {
			return pg, err
		}
		if len(pg.Rows) == limit+1 {
			pg.Rows = pg.Rows[:limit]
			last := pg.Rows[len(pg.Rows)-1]
			pg.Next = mark(last.Since, string(last.ID))
		}
		if q.Like {
			pg.Next = ""
		}
		var ids naming
		for _, fl := range pg.Rows {
			ids.unit(fl.Unit, fl.Office)
			ids.person(fl.Holder)
		}
		pg.Names, err = ids.names(t)
		return pg, err
	})
}

// filingRows lists the filings that a query names, up to a limit.
func (t *act) filingRows(q FilingsQuery, limit int) (rows []filing.Filing, err error) {
	sq := store.FilingQuery{States: q.States, Genre: q.Genre, Form: q.Form, Holder: q.Holder, Urgent: q.Urgent, Unused: q.Unused, Words: strings.TrimSpace(q.Words), Oldest: q.Oldest, Limit: limit}
	if err := fault.Fields(org.Text("words", sq.Words, 0, 100)); err != nil {
		return nil, err
	}
	if q.Unused && len(sq.States) == 0 {
		sq.States = []filing.State{filing.Ready}
	}
	if q.Unused && slices.ContainsFunc(sq.States, func(s filing.State) bool { return s != filing.Ready }) {
		return nil, fault.Bad("unused", "only_ready")
	}
	if sq.From, sq.Until, err = t.f.between(q.From, q.Until); err != nil {
		return nil, err
	}
	if q.Mine {
		sq.Holder = t.actor.Person
	}
	if sq.Before, sq.BeforeID, err = unmark(q.Cursor); err != nil {
		return nil, err
	}
	if rows, err = t.filingsAt(q.Office, q.Unit, sq); err != nil || !q.Like {
		return rows, err
	}
	return t.onlyAlike(q.Office, rows)
}

// filingsAt lists the filings at an office and from a unit, each "" for any, with
// those of the units merged into them: one stretch of the list, in its order.
func (t *act) filingsAt(office, unit ident.Unit, q store.FilingQuery) (out []filing.Filing, err error) {
	for _, q.Office = range t.places(office) {
		for _, q.Unit = range t.places(unit) {
			some, err := t.FilingList(t.scope, q)
			if err != nil {
				return nil, err
			}
			out = append(out, some...)
		}
	}
	return stretch(out, q.Oldest, q.Limit, func(fl filing.Filing) (int64, string) { return fl.Since, string(fl.ID) }), nil
}

// FilingCounts counts a desk's filings by state.
func (f *Flow) FilingCounts(ctx context.Context, a Actor, office ident.Unit) (map[filing.State]int, error) {
	return read(ctx, f, a, "FilingCounts", func(t *act) (map[filing.State]int, error) {
		if !t.actor.System && !t.scope.Desk(office) {
			return nil, fault.Missing("unit", string(office))
		}
		return t.countsAt(office)
	})
}

func (t *act) countsAt(office ident.Unit, states ...filing.State) (map[filing.State]int, error) {
	sum := map[filing.State]int{}
	for _, o := range t.places(office) {
		n, err := t.Tx.FilingCounts(o, states...)
		if err != nil {
			return nil, err
		}
		for s, k := range n {
			sum[s] += k
		}
	}
	return sum, nil
}

// UnusedAmong is how many of the newest ready filings of an office are looked
// through for those that are not used.
const UnusedAmong = store.UnusedAmong

// Unused counts what is ready at a desk and neither adopted nor gone up: as many
// as the list of them has.
func (f *Flow) Unused(ctx context.Context, a Actor, office ident.Unit) (int, error) {
	return read(ctx, f, a, "Unused", func(t *act) (int, error) {
		if !t.actor.System && !t.scope.Desk(office) {
			return 0, fault.Missing("unit", string(office))
		}
		return t.unusedAt(office)
	})
}

func (t *act) unusedAt(office ident.Unit) (sum int, err error) {
	for _, o := range t.places(office) {
		n, err := t.UnusedCount(o)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}
