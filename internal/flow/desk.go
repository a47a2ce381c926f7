package flow

import (
	"context"
	"fmt"
	"slices"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// on is one verb called on one noun.
type on[I any] struct {
	actor Actor
	name  string
	verb  org.Verb
	id    I
	in    any
}

type (
	onFiling = on[ident.Filing]
	onIssue  = on[ident.Issue]
	onDuty   = on[ident.Duty]
)

// desk runs one verb on one filing: load, ask, change, save, record.
func desk[T any](ctx context.Context, f *Flow, on onFiling, fn func(t *act, fl *filing.Filing) (T, error)) (T, error) {
	stage := org.StageDesk
	if s, ok := filing.Lifecycle.Find(on.verb); ok {
		stage = s.Stage
	}
	return do(ctx, f, call{on.actor, on.name, stage, []any{on.id, on.in}}, func(t *act) (T, error) {
		var zero T
		seen := -1
		if s, ok := on.in.(interface{ seen() int }); ok {
			seen = s.seen()
		}
		fl, c, err := t.filingCase(on.id, seen)
		if err != nil {
			return zero, err
		}
		if err := t.at(on.verb, fl, c); err != nil {
			return zero, err
		}
		return fn(t, &fl)
	})
}

// move is desk for verbs that only change the filing and record one fact.
func (f *Flow) move(ctx context.Context, on onFiling, fn func(t *act, fl *filing.Filing) (fact.Payload, error)) (filing.Filing, error) {
	return desk(ctx, f, on, func(t *act, fl *filing.Filing) (filing.Filing, error) {
		before := *fl
		p, err := fn(t, fl)
		if err != nil {
			return *fl, err
		}
		step, _ := filing.Lifecycle.Find(on.verb)
		if err := t.settle(fl, step.To); err != nil {
			return *fl, err
		}
		if err := t.deed(on.verb, before, *fl); err != nil {
			return *fl, err
		}
		_, err = t.fact("filing", string(fl.ID), fl.Version, fl.Office, p)
		return *fl, err
	})
}

// Receive takes a filing onto the desk and gives it its register number.
func (f *Flow) Receive(ctx context.Context, a Actor, id ident.Filing) (filing.Filing, error) {
	return f.move(ctx, onFiling{a, "Receive", filing.Receive, id, id}, func(t *act, fl *filing.Filing) (fact.Payload, error) {
		if fl.Number == "" {
			year := t.day.Year()
			n, err := t.NextNumber("register", fl.Office, year)
			if err != nil {
				return nil, err
			}
			fl.Number = fmt.Sprintf("%d-%d", year, n)
		}
		fl.ReceivedAt, fl.Holder = t.Now(), t.actor.Person
		return filing.Receipt{Number: fl.Number, Unit: fl.Unit}, nil
	})
}

// Assign names the editor.
type Assign struct {
	To ident.Person `json:"to" form:"to"`
}

// Assign gives a filing to an editor of the office.
func (f *Flow) Assign(ctx context.Context, a Actor, id ident.Filing, in Assign) (filing.Filing, error) {
	return f.move(ctx, onFiling{a, "Assign", filing.Assign, id, in}, func(t *act, fl *filing.Filing) (fact.Payload, error) {
		posts, err := t.PostsOf(in.To, t.day)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(posts, func(p org.Post) bool { return p.Unit == fl.Office && (p.Role == org.Editor || p.Role == org.Chief) }) {
			return nil, fault.Bad("to", "not_at_desk")
		}
		fl.Holder, fl.Since = in.To, t.Now()
		return filing.Assigned{To: in.To}, nil
	})
}

// Hold keeps a filing, with a reason and a clock.
type Hold struct {
	Reason string `json:"reason" form:"reason"`
	Remark string `json:"remark" form:"remark"`
	Until  int64  `json:"until,omitempty" form:"until"`
}

// Hold keeps a filing for later.
func (f *Flow) Hold(ctx context.Context, a Actor, id ident.Filing, in Hold) (filing.Filing, error) {
	return f.move(ctx, onFiling{a, "Hold", filing.Hold, id, in}, func(t *act, fl *filing.Filing) (fact.Payload, error) {
		if err := t.reasonedUntil(in.Reason, in.Remark, "until", in.Until); err != nil {
			return nil, err
		}
		fl.Reason, fl.Remark, fl.Due = in.Reason, in.Remark, in.Until
		return filing.HeldBack{Reason: in.Reason, Remark: in.Remark, Until: in.Until}, nil
	})
}

// Decline does not use a filing, with a reason the unit will read.
type Decline struct {
	Reason string `json:"reason" form:"reason"`
	Remark string `json:"remark" form:"remark"`
}

// Decline does not use a filing.
func (f *Flow) Decline(ctx context.Context, a Actor, id ident.Filing, in Decline) (filing.Filing, error) {
	return f.decided(ctx, onFiling{a, "Decline", filing.Decline, id, in}, "declined", func(t *act, fl *filing.Filing) (fact.Payload, error) {
		if err := t.reasoned(in.Reason, in.Remark); err != nil {
			return nil, err
		}
		fl.Reason, fl.Remark, fl.Due = in.Reason, in.Remark, 0
		return filing.TurnedDown{Reason: in.Reason, Remark: in.Remark}, nil
	})
}

// decided is move for a decision that those below must learn of.
func (f *Flow) decided(ctx context.Context, on onFiling, news string, fn func(t *act, fl *filing.Filing) (fact.Payload, error)) (filing.Filing, error) {
	return desk(ctx, f, on, func(t *act, fl *filing.Filing) (filing.Filing, error) {
		before := *fl
		p, err := fn(t, fl)
		if err != nil {
			return *fl, err
		}
		step, _ := filing.Lifecycle.Find(on.verb)
		if err := t.settle(fl, step.To); err != nil {
			return *fl, err
		}
		if err := t.deed(on.verb, before, *fl); err != nil {
			return *fl, err
		}
		origin, err := t.fact("filing", string(fl.ID), fl.Version, fl.Office, p)
		if err != nil {
			return *fl, err
		}
		u, err := t.Unit(fl.Office)
		if err != nil {
			return *fl, err
		}
		return *fl, t.tell(*fl, filing.News{Origin: origin, Kind: news, Office: fl.Office, Level: string(u.Level), Title: fl.Title, Text: fl.Remark, Occurred: t.Now()})
	})
}

// Resume takes a held or declined filing up again.
func (f *Flow) Resume(ctx context.Context, a Actor, id ident.Filing) (filing.Filing, error) {
	return f.move(ctx, onFiling{a, "Resume", filing.Resume, id, id}, func(t *act, fl *filing.Filing) (fact.Payload, error) {
		was := fl.State
		fl.Reason, fl.Remark, fl.Due, fl.Holder = "", "", 0, t.actor.Person
		return filing.Resumed{From: was}, nil
	})
}

// Return gives a filing back, with a reason and perhaps a new date.
type Return struct {
	Reason string `json:"reason" form:"reason"`
	Remark string `json:"remark" form:"remark"`
	Due    int64  `json:"due,omitempty" form:"due"`
}

// Return gives a filing back to who filed it: the unit's item is sent back, or
// the office below finds its filing in hand again.
func (f *Flow) Return(ctx context.Context, a Actor, id ident.Filing, in Return) (filing.Filing, error) {
	return f.decided(ctx, onFiling{a, "Return", filing.Return, id, in}, "returned", func(t *act, fl *filing.Filing) (fact.Payload, error) {
		if err := t.reasonedUntil(in.Reason, in.Remark, "due", in.Due); err != nil {
			return nil, err
		}
		fl.Reason, fl.Remark, fl.Due, fl.Holder = in.Reason, in.Remark, in.Due, ""
		edges, err := t.ParentsOf(fl.ID)
		if err != nil {
			return nil, err
		}
		if len(edges) == 0 {
			it, err := t.Item(fl.Item)
			if err != nil {
				return nil, err
			}
			if it.State == item.Signed {
				if err := t.sendBack(&it, item.Case{}, SendBack(in)); err != nil {
					return nil, err
				}
			}
		}
		return filing.GivenBack{Reason: in.Reason, Remark: in.Remark, Due: in.Due}, nil
	})
}

// Adopt names the publication.
type Adopt struct {
	Publication ident.Publication `json:"publication" form:"publication"`
	Form        string            `json:"form,omitempty" form:"form"`
	Seen        int               `json:"seen" form:"seen"` // the desk revision; -1 = the newest
}

func (in Adopt) seen() int { return in.Seen }

// Adopt makes a placement in a publication's tray. One filing may be adopted by
// several publications.
func (f *Flow) Adopt(ctx context.Context, a Actor, id ident.Filing, in Adopt) (issue.Placement, error) {
	return desk(ctx, f, onFiling{a, "Adopt", filing.Adopt, id, in}, func(t *act, fl *filing.Filing) (issue.Placement, error) {
		return t.adopt(fl, in)
	})
}

func (t *act) adopt(fl *filing.Filing, in Adopt) (issue.Placement, error) {
	if in.Seen >= 0 && in.Seen != fl.Revision {
		return issue.Placement{}, stale(in.Seen, fl.Revision)
	}
	pub, err := t.Publication(in.Publication)
	if err != nil || pub.Office != fl.Office || !t.day.In(pub.From, pub.Until) {
		if err == nil || fault.Is(err, fault.NotFound) {
			err = fault.Bad("publication", "choose")
		}
		return issue.Placement{}, err
	}
	if in.Form == "" {
		in.Form = fl.Form
	}
	if ok, err := t.knows("form", in.Form); err != nil || !ok {
		if err == nil {
			err = fault.Bad("form", "choose", "value", in.Form)
		}
		return issue.Placement{}, err
	}
	ps, err := t.PlacementsOf(fl.ID)
	if err != nil {
		return issue.Placement{}, err
	}
	for _, p := range ps {
		if p.Publication == pub.ID && p.State.Live() {
			return p, fault.Clash(fault.Why("already_in_publication", "name", pub.Name))
		}
	}
	p := issue.Placement{ID: ident.Placement(t.Mint()), Filing: fl.ID, Office: fl.Office, Publication: pub.ID, Form: in.Form, State: issue.Tray, Revision: fl.Revision, Title: fl.Title, By: t.actor.Person, Made: t.Now(), Updated: t.Now()}
	if err := t.InsertPlacement(&p); err != nil {
		return p, err
	}
	// the filing's version moves too: an adoption and a withdrawal both write
	// it, so that only one of them can win
	if err := t.settle(fl, ""); err != nil {
		return p, err
	}
	o, err := t.outlet(p, *fl)
	if err != nil {
		return p, err
	}
	origin, err := t.fact("placement", string(p.ID), p.Version, p.Office, issue.Adopted{Outlet: o, Revision: p.Revision})
	if err != nil {
		return p, err
	}
	return p, t.tell(*fl, t.newsOf("adopted", origin, o))
}

func stale(seen, newest int) error {
	return fault.Clash(fault.Why("stale_revision", "seen", item.Number(seen), "newest", item.Number(newest)))
}

// Unadopt takes an adoption back before printing.
func (f *Flow) Unadopt(ctx context.Context, a Actor, id ident.Placement, in Remark) (issue.Placement, error) {
	return do(ctx, f, call{a, "Unadopt", org.StageDesk, []any{id, in}}, func(t *act) (issue.Placement, error) {
		p, fl, err := t.placement(id, issue.Unadopt)
		if err != nil {
			return p, err
		}
		if err := fault.Fields(item.CheckRemark("remark", in.Remark, false)); err != nil {
			return p, err
		}
		if err := t.unplace(&p, fl, in.Remark); err != nil {
			return p, err
		}
		return p, t.settle(&fl, "")
	})
}

// placement loads a placement at the actor's desk and asks its table.
func (t *act) placement(id ident.Placement, v org.Verb) (issue.Placement, filing.Filing, error) {
	p, err := t.Placement(id)
	if err == nil && !t.actor.System && !t.scope.Desk(p.Office) {
		err = fault.Missing("placement", string(id))
	}
	if err != nil {
		return issue.Placement{}, filing.Filing{}, err
	}
	c, err := t.placeCase(&p)
	if err != nil {
		return p, filing.Filing{}, err
	}
	if err := issue.PlaceLifecycle.Refuse(v, p.State, t.held(p.Office), c); err != nil {
		return p, filing.Filing{}, err
	}
	step, _ := issue.PlaceLifecycle.Find(v)
	t.as(p.Office, step.Roles...)
	fl, err := t.Filing(p.Filing)
	return p, fl, err
}
