package flow

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"xinshu/internal/delivery"
	"xinshu/internal/duty"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// Placed is one text of an issue or of the tray.
type Placed struct {
	Placement issue.Placement `json:"placement"`
	Filing    filing.Filing   `json:"filing"`
	Title     string          `json:"title"`
	Body      string          `json:"body"` // frozen once approved, as edited before
	From      string          `json:"from"` // whose it is, as printed

	Restricted bool         `json:"restricted,omitempty"` // whoever opens it is recorded
	Actions    []org.Action `json:"actions,omitempty"`
}

// IssueView is one issue: for its desk while it is made, for its readers after.
type IssueView struct {
	Issue       issue.Issue         `json:"issue"`
	Publication issue.Publication   `json:"publication"`
	Office      org.Unit            `json:"office"`
	Placed      []Placed            `json:"placed"`
	Tray        []Placed            `json:"tray,omitempty"`
	Offers      []Offer             `json:"offers,omitempty"`   // printed above, and not here yet
	Schedule    *issue.Schedule     `json:"schedule,omitempty"` // when it comes out by itself
	Readers     []issue.ReadBy      `json:"readers,omitempty"`
	Copies      []delivery.Delivery `json:"copies,omitempty"`
	MyCopy      *delivery.Delivery  `json:"my_copy,omitempty"`
	Duties      []duty.Duty         `json:"duties,omitempty"`
	Checks      []Check             `json:"checks,omitempty"`
	Actions     []org.Action        `json:"actions"`
	AtDesk      bool                `json:"at_desk"`
	MayInstruct bool                `json:"may_instruct"`
	Restricted  bool                `json:"restricted,omitempty"` // whoever opens it is recorded
	Prev        ident.Issue         `json:"prev,omitempty"`
	Next        ident.Issue         `json:"next,omitempty"`
	Names       Names               `json:"names"`
}

// Issue reads one issue.
func (f *Flow) Issue(ctx context.Context, a Actor, id ident.Issue) (IssueView, error) {
	return read(ctx, f, a, "Issue", func(t *act) (v IssueView, err error) {
		if v.Issue, err = t.Tx.Issue(id); err != nil {
			return v, err
		}
		is := v.Issue
		v.AtDesk = t.actor.System || t.scope.Desk(is.Office)
		if v.Copies, err = t.DeliveriesOf(id); err != nil {
			return v, err
		}
		t.myCopy(&v)
		if !v.AtDesk && (is.State != issue.Published || v.MyCopy == nil) {
			return IssueView{}, fault.Missing("issue", string(id))
		}
		if v.Publication, err = t.Publication(is.Publication); err != nil {
			return v, err
		}
		if v.Office, err = t.unitOn(is.Office, cmp.Or(is.PublishedAt, t.Now())); err != nil {
			return v, err
		}
		if v.Readers, err = t.Readers(is.Publication); err != nil {
			return v, err
		}
		ps, err := t.PlacementsIn(id)
		if err != nil {
			return v, err
		}
		if v.Placed, err = t.placedTexts(ps); err != nil {
			return v, err
		}
		if v.Restricted, err = t.opensIssue(is); err != nil {
			return v, err
		}
		var ids naming
		if err := t.issueDesk(&v, &ids); err != nil {
			return v, err
		}
		if err := t.neighbours(&v); err != nil {
			return v, err
		}
		ids.unit(is.Office)
		ids.person(is.OpenedBy, is.ApprovedBy)
		for _, r := range v.Readers {
			ids.unit(r.Unit)
		}
		for _, c := range v.Copies {
			ids.unit(c.Unit)
			ids.person(c.ConfirmedBy)
		}
		v.Names, err = ids.names(t)
		return v, err
	})
}

// myCopy finds the actor's copy and whether an instruction may be written.
func (t *act) myCopy(v *IssueView) {
	lead := func(u ident.Unit) bool {
		rs := t.held(u)
		return slices.Contains(rs, org.Leader) || slices.Contains(rs, org.Followup)
	}
	printed := v.Issue.State == issue.Published
	v.MayInstruct = printed && lead(v.Issue.Office)
	for i, c := range v.Copies {
		if t.scope.Unit(c.Unit) && v.MyCopy == nil {
			v.MyCopy = &v.Copies[i]
		}
		v.MayInstruct = v.MayInstruct || printed && lead(c.Unit)
	}
}

// issueDesk adds what only the desk sees: tray, checks, actions, duties. Readers
// see the duties they gave themselves.
func (t *act) issueDesk(v *IssueView, ids *naming) error {
	for _, p := range v.Placed {
		ds, err := t.DutiesOf(p.Filing.ID)
		if err != nil {
			return err
		}
		for _, d := range ds {
			if d.Issue == v.Issue.ID && (v.AtDesk || d.Leader == t.actor.Person) {
				if err := t.opensDuties(d); err != nil {
					return err
				}
				v.Duties = append(v.Duties, d)
				ids.person(d.Leader)
				ids.unit(d.Unit)
			}
		}
	}
	if !v.AtDesk {
		v.Copies = slices.DeleteFunc(slices.Clone(v.Copies), func(c delivery.Delivery) bool { return !t.scope.Unit(c.Unit) })
		return nil
	}
	c := issue.Case{Issue: &v.Issue, Actor: t.actor.Person, Placed: len(v.Placed)}
	v.Actions = issue.Lifecycle.Actions(v.Issue.State, t.held(v.Issue.Office), c)
	var err error
	if v.Checks, err = t.checks(v); err != nil {
		return err
	}
	for _, ch := range v.Checks {
		ids.unit(ident.Unit(ch.Params["unit"]))
	}
	if s, found, err := t.Tx.Schedule(v.Issue.ID); err != nil {
		return err
	} else if found {
		v.Schedule = &s
		ids.person(s.By)
	}
	if v.Issue.State != issue.Open {
		return nil
	}
	if v.Offers, err = t.offers(v.Publication); err != nil {
		return err
	}
	for _, o := range v.Offers {
		ids.unit(o.News.Office)
	}
	tray, err := t.Tx.Tray(v.Issue.Office)
	if err != nil {
		return err
	}
	tray = slices.DeleteFunc(tray, func(p issue.Placement) bool { return p.Publication != v.Issue.Publication })
	v.Tray, err = t.placedTexts(tray)
	return err
}

// placedTexts gives each placement its text and its sources.
func (t *act) placedTexts(ps []issue.Placement) ([]Placed, error) {
	out := make([]Placed, 0, len(ps))
	for _, p := range ps {
		fl, err := t.Tx.Filing(p.Filing)
		if err != nil {
			return nil, err
		}
		x := Placed{Placement: p, Filing: fl, Title: p.Title, Body: p.Body}
		if !p.State.WasPrinted() && p.Body == "" {
			rev, err := t.newest(fl)
			if err != nil {
				return nil, err
			}
			x.Title, x.Body = rev.Title, rev.Body
		}
		if x.Restricted, err = t.opensFiling(fl, fl.Revision); err != nil {
			return nil, err
		}
		if x.From, err = t.printedFrom(fl); err != nil {
			return nil, err
		}
		c, err := t.placeCase(&p)
		if err != nil {
			return nil, err
		}
		x.Actions = issue.PlaceLifecycle.Actions(p.State, t.held(p.Office), c)
		out = append(out, x)
	}
	return out, nil
}

// printedFrom names the sources as they are printed: the units of a composite in
// their order, or the unit that filed it, by the names they had then.
func (t *act) printedFrom(fl filing.Filing) (string, error) {
	from := []filing.Filing{fl}
	if fl.Composite {
		edges, err := t.ParentsOf(fl.ID)
		if err != nil {
			return "", err
		}
		from = nil
		for _, e := range edges {
			p, err := t.Tx.Filing(e.Parent)
			if err != nil {
				return "", err
			}
			from = append(from, p)
		}
	}
	var names []string
	for _, p := range from {
		u, err := t.unitOn(p.Unit, p.Filed)
		if err != nil {
			return "", err
		}
		if !slices.Contains(names, u.Label()) {
			names = append(names, u.Label())
		}
		if err := t.partnersNamed(p, &names); err != nil {
			return "", err
		}
	}
	return strings.Join(names, " "), nil
}

// partnersNamed adds the units that stand behind a filing beside the one that
// laid it, in their order. An office above names the office below, as before.
func (t *act) partnersNamed(fl filing.Filing, names *[]string) error {
	if fl.Base != "" {
		return nil
	}
	ps, err := t.PartnersOf(fl.Item)
	if err != nil {
		return err
	}
	for _, p := range item.Live(ps) {
		u, err := t.unitOn(p.Unit, fl.Filed)
		if err != nil {
			return err
		}
		if !slices.Contains(*names, u.Label()) {
			*names = append(*names, u.Label())
		}
	}
	return nil
}

// unitOn is a unit as it was called at a moment: a filing of 2024 shows the
// name of 2024.
func (t *act) unitOn(id ident.Unit, at int64) (org.Unit, error) {
	u, err := t.Tx.Unit(id)
	if day := t.f.DayOf(at); err == nil && day < u.Since {
		pasts, err := t.PastsOf(id)
		return org.NameOn(u, pasts, day), err
	}
	return u, err
}

// neighbours are the issues before and after, as the actor may read them.
func (t *act) neighbours(v *IssueView) error {
	list, err := t.IssueList(t.scope, store.IssueQuery{Publication: v.Issue.Publication, Limit: 200})
	if err != nil {
		return err
	}
	at := slices.IndexFunc(list, func(i issue.Issue) bool { return i.ID == v.Issue.ID })
	if at > 0 {
		v.Next = list[at-1].ID
	}
	if at >= 0 && at+1 < len(list) {
		v.Prev = list[at+1].ID
	}
	return nil
}

// TrayQuery is a list of what waits for an issue at an office.
type TrayQuery struct {
	Office ident.Unit `json:"office" form:"office"`
	Cursor string     `json:"cursor" form:"cursor"`
	Limit  int        `json:"limit" form:"limit"`
}

// Tray lists what is adopted at an office and waits for an issue, with those of
// the offices merged into it; what waits longest comes first.
func (f *Flow) Tray(ctx context.Context, a Actor, q TrayQuery) (Page[Placed], error) {
	return read(ctx, f, a, "Tray", func(t *act) (pg Page[Placed], err error) {
		if !t.actor.System && !t.scope.Desk(q.Office) {
			return pg, fault.Missing("unit", string(q.Office))
		}
		after, id, err := unmark(q.Cursor)
		if err != nil {
			return pg, err
		}
		limit := bounded(q.Limit)
		var ps []issue.Placement
		for _, o := range t.places(q.Office) {
			some, err := t.TrayPage(o, after, id, limit+1)
			if err != nil {
				return pg, err
			}
			ps = append(ps, some...)
		}
		ps = stretch(ps, true, limit+1, func(p issue.Placement) (int64, string) { return p.Made, string(p.ID) })
		if len(ps) > limit {
			ps = ps[:limit]
			pg.Next = mark(ps[limit-1].Made, string(ps[limit-1].ID))
		}
		if pg.Rows, err = t.placedTexts(ps); err != nil {
			return pg, err
		}
		var ids naming
		for _, p := range pg.Rows {
			ids.unit(p.Filing.Unit)
		}
		pg.Names, err = ids.names(t)
		return pg, err
	})
}

// TrayCount counts what the tray has.
func (f *Flow) TrayCount(ctx context.Context, a Actor, office ident.Unit) (int, error) {
	return read(ctx, f, a, "TrayCount", func(t *act) (int, error) {
		if !t.actor.System && !t.scope.Desk(office) {
			return 0, fault.Missing("unit", string(office))
		}
		return t.Tx.TrayCount(t.places(office))
	})
}

// IssuesQuery is a list of issues.
type IssuesQuery struct {
	Publication ident.Publication `json:"publication" form:"publication"`
	Office      ident.Unit        `json:"office" form:"office"`
	States      []issue.State     `json:"states" form:"state"`
	From        string            `json:"from" form:"from"` // days on which it was opened
	Until       string            `json:"until" form:"until"`
	Oldest      bool              `json:"oldest" form:"oldest"`
	Cursor      string            `json:"cursor" form:"cursor"`
	Limit       int               `json:"limit" form:"limit"`
}

// IssueRow is an issue with its publication's name.
type IssueRow struct {
	issue.Issue
	Name string `json:"name"`
}

// Issues lists the issues the actor may see, newest first.
func (f *Flow) Issues(ctx context.Context, a Actor, q IssuesQuery) (Page[IssueRow], error) {
	return read(ctx, f, a, "Issues", func(t *act) (pg Page[IssueRow], err error) {
		sq := store.IssueQuery{Publication: q.Publication, Office: q.Office, States: q.States, Oldest: q.Oldest, Limit: bounded(q.Limit) + 1}
		if sq.From, sq.Until, err = f.between(q.From, q.Until); err != nil {
			return pg, err
		}
		if sq.Before, sq.BeforeID, err = unmark(q.Cursor); err != nil {
			return pg, err
		}
		list, err := t.IssueList(t.scope, sq)
		if err != nil {
			return pg, err
		}
		if len(list) == sq.Limit {
			list = list[:sq.Limit-1]
			pg.Next = mark(list[len(list)-1].Opened, string(list[len(list)-1].ID))
		}
		var ids naming
		for _, is := range list {
			pub, err := t.Publication(is.Publication)
			if err != nil {
				return pg, err
			}
			ids.unit(is.Office)
			pg.Rows = append(pg.Rows, IssueRow{Issue: is, Name: pub.Name})
		}
		pg.Names, err = ids.names(t)
		return pg, err
	})
}

// PlacementText is the text of one placement, for correcting it.
func (f *Flow) PlacementText(ctx context.Context, a Actor, id ident.Placement) (Placed, error) {
	return read(ctx, f, a, "PlacementText", func(t *act) (Placed, error) {
		p, err := t.Placement(id)
		if err == nil && !t.actor.System && !t.scope.Desk(p.Office) {
			err = fault.Missing("placement", string(id))
		}
		if err != nil {
			return Placed{}, err
		}
		out, err := t.placedTexts([]issue.Placement{p})
		if err != nil {
			return Placed{}, err
		}
		return out[0], nil
	})
}
