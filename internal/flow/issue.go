package flow

import (
	"cmp"
	"context"
	"slices"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/text"
)

// OpenIssue begins the next number of a publication.
type OpenIssue struct {
	Publication ident.Publication `json:"publication" form:"publication"`
	Title       string            `json:"title,omitempty" form:"title"`
}

// OpenIssue begins the next number of a publication's year.
func (f *Flow) OpenIssue(ctx context.Context, a Actor, in OpenIssue) (issue.Issue, error) {
	return do(ctx, f, call{a, "OpenIssue", org.StageIssue, in}, func(t *act) (issue.Issue, error) {
		pub, err := t.Publication(in.Publication)
		if err != nil {
			return issue.Issue{}, err
		}
		if err := t.need("open", pub.Office, org.Editor, org.Chief); err != nil {
			return issue.Issue{}, err
		}
		if !t.day.In(pub.From, pub.Until) {
			return issue.Issue{}, fault.Bad("publication", "ended")
		}
		if err := fault.Fields(org.Text("title", in.Title, 0, org.MaxName)); err != nil {
			return issue.Issue{}, err
		}
		n, err := t.NextIssueNumber(pub.ID, t.day.Year())
		if err != nil {
			return issue.Issue{}, err
		}
		is := issue.Issue{ID: ident.Issue(t.Mint()), Publication: pub.ID, Office: pub.Office, Year: t.day.Year(), Number: n, State: issue.Open, Title: in.Title, OpenedBy: t.actor.Person, Opened: t.Now(), Updated: t.Now()}
		if err := t.InsertIssue(&is); err != nil {
			return is, err
		}
		_, err = t.fact("issue", string(is.ID), is.Version, is.Office, issue.Opened{Publication: pub.ID, Year: is.Year, Number: n})
		return is, err
	})
}

// Place puts an adopted text into an open issue, moves it there, or takes it
// back to the tray.
type Place struct {
	Issue  ident.Issue `json:"issue,omitempty" form:"issue"`
	Column string      `json:"column,omitempty" form:"column"`
	Slot   int         `json:"slot,omitempty" form:"slot"` // 1 = first; 0 = last

	// Before is the text it is put before, in place of a slot.
	Before ident.Placement `json:"before,omitempty" form:"before"`
}

// Place arranges a placement.
func (f *Flow) Place(ctx context.Context, a Actor, id ident.Placement, in Place) (issue.Placement, error) {
	return do(ctx, f, call{a, "Place", org.StageIssue, []any{id, in}}, func(t *act) (issue.Placement, error) {
		p, _, err := t.placement(id, issue.Place)
		if err != nil {
			return p, err
		}
		return p, t.place(&p, in)
	})
}

// place puts a placement where it is wanted.
func (t *act) place(p *issue.Placement, in Place) error {
	if in.Issue == "" {
		p.State, p.Issue, p.Column, p.Slot, p.Updated = issue.Tray, "", "", 0, t.Now()
		if err := t.SavePlacement(p); err != nil {
			return err
		}
		_, err := t.fact("placement", string(p.ID), p.Version, p.Office, issue.Put{})
		return err
	}
	is, err := t.Tx.Issue(in.Issue)
	if err != nil {
		return err
	}
	if is.Office != p.Office || is.Publication != p.Publication {
		return fault.Bad("issue", "other_publication")
	}
	if is.State != issue.Open {
		return fault.Deny(fault.Reason{Code: "issue_not_open", Params: fault.Pairs("issue", string(is.ID)), Override: string(org.Chief)})
	}
	pub, err := t.Publication(is.Publication)
	if err != nil {
		return err
	}
	if in.Column == "" {
		in.Column = pub.Columns[0]
	}
	if !slices.Contains(pub.Columns, in.Column) {
		return fault.Bad("column", "choose", "value", in.Column)
	}
	return t.arrange(p, is, in)
}

// arrange gives a placement its slot and moves the others along.
func (t *act) arrange(p *issue.Placement, is issue.Issue, in Place) error {
	all, err := t.PlacementsIn(is.ID)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(q issue.Placement) bool { return q.ID == p.ID })
	at := in.Slot - 1
	if in.Before != "" {
		at = slices.IndexFunc(all, func(q issue.Placement) bool { return q.ID == in.Before })
	}
	if at < 0 || at > len(all) {
		at = len(all)
	}
	p.State, p.Issue, p.Column = issue.Arranged, is.ID, in.Column
	all = slices.Insert(all, at, *p)
	for i := range all {
		q := &all[i]
		if q.ID != p.ID && q.Slot == i+1 {
			continue
		}
		q.Slot, q.Updated = i+1, t.Now()
		if err := t.SavePlacement(q); err != nil {
			return err
		}
		if q.ID == p.ID {
			*p = *q
		}
	}
	_, err = t.fact("placement", string(p.ID), p.Version, p.Office, issue.Put{Issue: is.ID, Column: p.Column, Slot: p.Slot})
	return err
}

// press runs one verb on one issue.
func (f *Flow) press(ctx context.Context, on onIssue, fn func(t *act, is *issue.Issue, texts []issue.Placement) (fact.Payload, error)) (issue.Issue, error) {
	return do(ctx, f, call{on.actor, on.name, org.StageIssue, []any{on.id, on.in}}, func(t *act) (issue.Issue, error) {
		is, err := t.Tx.Issue(on.id)
		if err == nil && !t.actor.System && !t.scope.Desk(is.Office) {
			err = fault.Missing("issue", string(on.id))
		}
		if err != nil {
			return issue.Issue{}, err
		}
		texts, err := t.PlacementsIn(on.id)
		if err != nil {
			return is, err
		}
		c := issue.Case{Issue: &is, Actor: t.actor.Person, Placed: len(texts)}
		step, _ := issue.Lifecycle.Find(on.verb)
		held := t.held(is.Office)
		if t.actor.System {
			held = step.Roles
		}
		if err := issue.Lifecycle.Refuse(on.verb, is.State, held, c); err != nil {
			return is, err
		}
		t.as(is.Office, step.Roles...)
		p, err := fn(t, &is, texts)
		if err != nil {
			return is, err
		}
		is.State, is.Updated = cmp.Or(step.To, is.State), t.Now()
		if err := t.SaveIssue(&is); err != nil {
			return is, err
		}
		_, err = t.fact("issue", string(is.ID), is.Version, is.Office, p)
		return is, err
	})
}

func placementIDs(ps []issue.Placement) []ident.Placement {
	ids := make([]ident.Placement, len(ps))
	for i, p := range ps {
		ids[i] = p.ID
	}
	return ids
}

// Propose lays an issue before the chief editor.
func (f *Flow) Propose(ctx context.Context, a Actor, id ident.Issue) (issue.Issue, error) {
	return f.press(ctx, onIssue{a, "Propose", issue.Propose, id, nil}, func(t *act, is *issue.Issue, texts []issue.Placement) (fact.Payload, error) {
		is.Remark = ""
		return issue.ProposedWith{Texts: placementIDs(texts)}, nil
	})
}

// SendBackIssue opens an issue again, with the chief editor's reason.
func (f *Flow) SendBackIssue(ctx context.Context, a Actor, id ident.Issue, in Remark) (issue.Issue, error) {
	return f.press(ctx, onIssue{a, "SendBackIssue", issue.SendBack, id, in}, func(t *act, is *issue.Issue, _ []issue.Placement) (fact.Payload, error) {
		if err := fault.Fields(item.CheckRemark("remark", in.Remark, true)); err != nil {
			return nil, err
		}
		is.Remark, is.ApprovedBy, is.ApprovedAt = in.Remark, "", 0
		return issue.SentBackWith{Remark: in.Remark}, t.dropTime(*is)
	})
}

// ApproveIssue signs an issue. The texts are frozen here: what the chief editor
// read is what will be printed, whatever the desk types afterwards.
func (f *Flow) ApproveIssue(ctx context.Context, a Actor, id ident.Issue) (issue.Issue, error) {
	return f.press(ctx, onIssue{a, "ApproveIssue", issue.Approve, id, nil}, func(t *act, is *issue.Issue, texts []issue.Placement) (fact.Payload, error) {
		for i := range texts {
			p := &texts[i]
			fl, err := t.Filing(p.Filing)
			if err != nil {
				return nil, err
			}
			rev, err := t.newest(fl)
			if err != nil {
				return nil, err
			}
			p.Title, p.Body, p.Revision, p.Updated = rev.Title, rev.Body, fl.Revision, t.Now()
			if err := t.SavePlacement(p); err != nil {
				return nil, err
			}
		}
		is.ApprovedBy, is.ApprovedAt, is.Remark = t.actor.Person, t.Now(), ""
		return issue.ApprovedWith{Texts: placementIDs(texts)}, nil
	})
}

// Publish may dispatch at once.
type Publish struct {
	Dispatch bool `json:"dispatch" form:"dispatch"`
}

// PublishIssue prints an approved issue: its placements are published, everybody
// they came from is told, and copies go out if asked.
func (f *Flow) PublishIssue(ctx context.Context, a Actor, id ident.Issue, in Publish) (issue.Issue, error) {
	return f.press(ctx, onIssue{a, "PublishIssue", issue.Publish, id, in}, func(t *act, is *issue.Issue, texts []issue.Placement) (fact.Payload, error) {
		return t.publish(is, texts, in, "")
	})
}

// publish prints an issue's texts. A time that was set for it has done its duty,
// also when somebody was quicker.
func (t *act) publish(is *issue.Issue, texts []issue.Placement, in Publish, scheduledBy ident.Person) (fact.Payload, error) {
	is.PublishedAt = t.Now()
	for i := range texts {
		if err := t.print(&texts[i]); err != nil {
			return nil, err
		}
	}
	if err := t.DropSchedule(is.ID); err != nil {
		return nil, err
	}
	if in.Dispatch {
		if _, err := t.dispatch(*is); err != nil {
			return nil, err
		}
	}
	return issue.PublishedWith{Year: is.Year, Number: is.Number, Texts: placementIDs(texts), ScheduledBy: scheduledBy}, nil
}

func (t *act) print(p *issue.Placement) error {
	if err := issue.PlaceLifecycle.Refuse("print", p.State, nil, issue.PlaceCase{Placement: p}); err != nil {
		return err
	}
	fl, err := t.Filing(p.Filing)
	if err != nil {
		return err
	}
	p.State, p.Updated = issue.Printed, t.Now()
	if err := t.SavePlacement(p); err != nil {
		return err
	}
	if err := t.settle(&fl, ""); err != nil {
		return err
	}
	o, err := t.outlet(*p, fl)
	if err != nil {
		return err
	}
	origin, err := t.fact("placement", string(p.ID), p.Version, p.Office, issue.PrintedAs{Outlet: o, Text: hash(p.Title, p.Body)})
	if err != nil {
		return err
	}
	return t.tell(fl, t.newsOf("published", origin, o))
}

// Correct has the corrected text and what readers are told.
type Correct struct {
	Title  string `json:"title" form:"title"`
	Body   string `json:"body" form:"body"`
	Notice string `json:"notice" form:"notice"`
}

// Correct corrects a printed text. What was printed stays as it was; the
// correction stands beside it.
func (f *Flow) Correct(ctx context.Context, a Actor, id ident.Placement, in Correct) (issue.Placement, error) {
	return do(ctx, f, call{a, "Correct", org.StageIssue, []any{id, in}}, func(t *act) (issue.Placement, error) {
		p, fl, err := t.placement(id, issue.Correct)
		if err != nil {
			return p, err
		}
		in.Title, in.Body = cleaned(in.Title), cleaned(in.Body)
		bad := append(item.CheckText(in.Title, in.Body, 0, 0), org.Text("notice", in.Notice, 1, item.MaxRemark)...)
		if err := fault.Fields(append(bad, text.MarkingFields(text.Markings(in.Title, in.Body))...)); err != nil {
			return p, err
		}
		p.State, p.Correction, p.Remark, p.Updated = issue.Corrected, in.Title+"\n"+in.Body, in.Notice, t.Now()
		if err := t.SavePlacement(&p); err != nil {
			return p, err
		}
		o, err := t.outlet(p, fl)
		if err != nil {
			return p, err
		}
		origin, err := t.fact("placement", string(p.ID), p.Version, p.Office, issue.CorrectedTo{Outlet: o, Text: hash(in.Title, in.Body), Notice: in.Notice})
		if err != nil {
			return p, err
		}
		n := t.newsOf("corrected", origin, o)
		n.Text = in.Notice
		return p, t.tell(fl, n)
	})
}
