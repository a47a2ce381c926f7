package flow

import (
	"context"
	"encoding/json"
	"slices"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
)

// Changes that wait for their day, and the undo of one that was a mistake.

// ChangeView is a change of a unit as a page lists it.
type ChangeView struct {
	org.Change
	Asked   UnitChange `json:"asked"`
	MayUndo bool       `json:"may_undo"` // planned, or done today
}

// UnitChanges lists what was done to a unit and what is planned, newest first.
func (f *Flow) UnitChanges(ctx context.Context, a Actor, id ident.Unit) (Page[ChangeView], error) {
	return read(ctx, f, a, "UnitChanges", func(t *act) (pg Page[ChangeView], err error) {
		if _, err := t.Tx.Unit(id); err != nil {
			return pg, err
		}
		cs, err := t.ChangesOf(id, 50)
		if err != nil {
			return pg, err
		}
		may := t.mayRegister(id) == nil
		return t.changeViews(cs, func(org.Change) bool { return may })
	})
}

// PlannedChanges lists every change that waits for its day, in units that the
// actor administers.
func (f *Flow) PlannedChanges(ctx context.Context, a Actor, after string) (Page[ChangeView], error) {
	return read(ctx, f, a, "PlannedChanges", func(t *act) (pg Page[ChangeView], err error) {
		cs, err := t.ChangesPlanned(after, 200)
		if err != nil {
			return pg, err
		}
		next := ""
		if len(cs) == 200 {
			next = cs[len(cs)-1].ID
		}
		cs = slices.DeleteFunc(cs, func(c org.Change) bool { return t.mayRegister(c.Unit) != nil })
		pg, err = t.changeViews(cs, func(org.Change) bool { return true })
		pg.Next = next
		return pg, err
	})
}

func (t *act) changeViews(cs []org.Change, may func(org.Change) bool) (pg Page[ChangeView], err error) {
	var ids naming
	for _, c := range cs {
		v := ChangeView{Change: c, MayUndo: may(c) && (c.State == org.Planned || c.State == org.Done && t.f.DayOf(c.Done) == t.day)}
		if err := json.Unmarshal([]byte(c.Input), &v.Asked); err != nil {
			return pg, err
		}
		ids.unit(c.Unit, v.Asked.Into, v.Asked.Parent)
		ids.person(c.By)
		pg.Rows = append(pg.Rows, v)
	}
	pg.Names, err = ids.names(t)
	return pg, err
}

// DueChanges carries out what was planned for today or before, each in its own
// transaction and in the name of whoever planned it. One that the situation no
// longer allows is kept as failed, with the reason.
func (f *Flow) DueChanges(ctx context.Context) (n int, err error) {
	system := Actor{System: true}
	due, err := read(ctx, f, system, "DueChanges", func(t *act) ([]org.Change, error) { return t.ChangesDue(t.day, 200) })
	if err != nil {
		return 0, err
	}
	for _, c := range due {
		_, err := do(ctx, f, call{Actor{Person: c.By, Post: c.Post, System: true}, "DueChanges", org.StageRegister, nil}, func(t *act) (struct{}, error) {
			return struct{}{}, t.due(c.ID)
		})
		if k := fault.KindOf(err); k == fault.Denied || k == fault.Invalid || k == fault.Conflict || k == fault.NotFound {
			err = f.failed(ctx, c.ID, err)
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// due does one planned change.
func (t *act) due(id string) error {
	c, err := t.Change(id)
	if err != nil || c.State != org.Planned {
		return err // another replica was first
	}
	var in UnitChange
	if err := json.Unmarshal([]byte(c.Input), &in); err != nil {
		return err
	}
	in.From = c.Day.String()
	e, err := t.effect(c.Unit, in)
	if err != nil {
		return err
	}
	if len(e.Blocks) > 0 {
		return fault.Deny(e.Blocks...)
	}
	steps, err := t.carry(e)
	if err != nil {
		return err
	}
	return t.keepChange(&c, steps)
}

// failed keeps why a planned change could not be done.
func (f *Flow) failed(ctx context.Context, id string, why error) error {
	_, err := do(ctx, f, call{Actor{System: true}, "DueChanges", org.StageRegister, nil}, func(t *act) (struct{}, error) {
		c, err := t.Change(id)
		if err != nil || c.State != org.Planned {
			return struct{}{}, err
		}
		c.State, c.Why = org.Failed, codeOf(why)
		return struct{}{}, t.settleChange(&c)
	})
	return err
}

func (t *act) settleChange(c *org.Change) error {
	c.Done = t.Now()
	if err := t.SaveChange(c); err != nil {
		return err
	}
	_, err := t.fact("unit", string(c.Unit), c.Version, "", org.UnitPlanned{Change: *c})
	return err
}

// UndoChange takes a planned change back, or a done one on the day it was done,
// as long as nothing has been built on it: every row it touched must still be as
// it left it.
func (f *Flow) UndoChange(ctx context.Context, a Actor, id string) (org.Change, error) {
	return do(ctx, f, call{a, "UndoChange", org.StageRegister, id}, func(t *act) (org.Change, error) {
		c, err := t.Change(id)
		if err != nil {
			return c, err
		}
		if err := t.mayRegister(c.Unit); err != nil {
			return c, err
		}
		switch {
		case c.State == org.Planned:
			c.State = org.Cancelled
			return c, t.settleChange(&c)
		case c.State != org.Done || t.f.DayOf(c.Done) != t.day:
			return c, fault.Deny(fault.Why("undo_too_late"))
		}
		var steps []step
		if err := json.Unmarshal([]byte(c.Steps), &steps); err != nil {
			return c, err
		}
		for _, s := range slices.Backward(steps) {
			if err := t.undo(s, c.Day); err != nil {
				return c, err
			}
		}
		c.State = org.Undone
		return c, t.settleChange(&c)
	})
}

func built(noun string) error { return fault.Deny(fault.Why("built_on", "noun", noun)) }

// undo puts one row back as it was before.
func (t *act) undo(s step, day org.Date) error {
	switch s.Noun {
	case "unit":
		return t.undoUnit(s, day)
	case "line":
		l, err := t.Line(ident.Line(s.ID))
		if err != nil {
			return err
		}
		if l.Version != s.Version {
			return built("line")
		}
		if s.Before == nil {
			return t.endLine(&l, max(l.From, day))
		}
		var was org.Line // a fresh one: what was empty is not written
		if err := json.Unmarshal(s.Before, &was); err != nil {
			return err
		}
		was.Version = l.Version
		return t.endLine(&was, was.Until)
	case "post":
		p, err := t.Post(ident.Post(s.ID))
		if err != nil {
			return err
		}
		if p.Version != s.Version {
			return built("post")
		}
		if s.Before == nil {
			return t.endPost(&p, max(p.From, day))
		}
		var was org.Post
		if err := json.Unmarshal(s.Before, &was); err != nil {
			return err
		}
		was.Version = p.Version
		return t.endPost(&was, was.Until)
	case "item":
		return t.undoItem(s)
	case "readers":
		return t.undoReaders(s)
	}
	return nil
}

func (t *act) undoUnit(s step, day org.Date) error {
	u, err := t.Tx.Unit(ident.Unit(s.ID))
	if err != nil {
		return err
	}
	if u.Version != s.Version {
		return built("unit")
	}
	if s.Before == nil {
		if err := t.unused(u.ID); err != nil {
			return err
		}
		u.Ended = max(day, u.Since)
		if err := t.SaveUnit(&u); err != nil {
			return err
		}
		_, err = t.fact("unit", string(u.ID), u.Version, "", org.UnitEntered{Unit: u, Change: "undone"})
		return err
	}
	var was org.Unit
	if err := json.Unmarshal(s.Before, &was); err != nil {
		return err
	}
	if err := t.DropPast(pastOf(was, u.Since)); err != nil {
		return err
	}
	was.Version = u.Version
	if err := t.SaveUnit(&was); err != nil {
		return err
	}
	_, err = t.fact("unit", string(u.ID), was.Version, "", org.UnitEntered{Unit: was, Change: "undone"})
	return err
}

// unused refuses when the unit that a change made has begun to work.
func (t *act) unused(id ident.Unit) error {
	its, err := t.OpenItems(id, "", 1)
	if err != nil {
		return err
	}
	fs, err := t.OpenFilings(id)
	if err != nil {
		return err
	}
	posts, err := t.PostsIn(id, t.day)
	if err != nil {
		return err
	}
	lines, err := t.LinesOf(id, t.day)
	if err != nil {
		return err
	}
	kids, err := t.ChildCount(id)
	if err == nil && len(its)+len(fs)+len(posts)+len(lines)+kids > 0 {
		err = built("unit")
	}
	return err
}

func (t *act) undoItem(s step) error {
	it, err := t.Item(ident.Item(s.ID))
	if err != nil {
		return err
	}
	if it.Version != s.Version {
		return built("item")
	}
	now := itemPlace{it.Unit, it.Writer, it.Lines}
	var was itemPlace
	if err := json.Unmarshal(s.Before, &was); err != nil {
		return err
	}
	it.Unit, it.Writer, it.Lines = was.Unit, was.Writer, was.Lines
	return t.moveItem(&it, now)
}

func (t *act) undoReaders(s step) error {
	p, err := t.Publication(ident.Publication(s.ID))
	if err != nil {
		return err
	}
	if p.Version != s.Version {
		return built("publication")
	}
	var was []issue.ReadBy
	if err := json.Unmarshal(s.Before, &was); err != nil {
		return err
	}
	return t.setReaders(&p, was)
}
