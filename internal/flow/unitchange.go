package flow

import (
	"context"
	"encoding/json"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// ChangeUnitAs does to a unit what a preview showed: now, or, where the day is
// still to come, on its day. With the preview's digest it is refused when the
// situation is no longer the one that was seen.
func (f *Flow) ChangeUnitAs(ctx context.Context, a Actor, id ident.Unit, in UnitChange) (UnitEffect, error) {
	return do(ctx, f, call{a, "ChangeUnitAs", org.StageRegister, []any{id, in}}, func(t *act) (UnitEffect, error) {
		e, err := t.changeUnit(id, in)
		if err != nil {
			return UnitEffect{}, err
		}
		e.Names, err = e.naming().names(t)
		return *e, err
	})
}

func (t *act) changeUnit(id ident.Unit, in UnitChange) (*UnitEffect, error) {
	e, err := t.effect(id, in)
	if err != nil {
		return nil, err
	}
	if in.Digest != "" && in.Digest != e.Digest {
		return nil, fault.Clash(fault.Why("preview_stale"))
	}
	if len(e.Blocks) > 0 {
		return nil, fault.Deny(e.Blocks...)
	}
	in.Digest, in.Version = "", 0
	c, err := t.newChange(id, in.Act, e.Day, in)
	if err != nil {
		return nil, err
	}
	e.Change = c.ID
	if e.Later {
		c.State = org.Planned
		if err := t.InsertChange(&c); err != nil {
			return nil, err
		}
		_, err = t.fact("unit", string(id), e.Unit.Version, "", org.UnitPlanned{Change: c})
		return e, err
	}
	steps, err := t.carry(e)
	if err != nil {
		return nil, err
	}
	return e, t.keepChange(&c, steps)
}

// newChange writes down what was asked for.
func (t *act) newChange(id ident.Unit, what org.Act, day org.Date, in any) (org.Change, error) {
	asked, err := json.Marshal(in)
	return org.Change{ID: t.Mint(), Unit: id, Act: what, Day: day, Input: string(asked), Steps: "[]", By: t.actor.Person, Post: t.post, Made: t.Now()}, err
}

// keepChange keeps a change that is done, with what it touched.
func (t *act) keepChange(c *org.Change, steps []step) error {
	b, err := json.Marshal(steps)
	if err != nil {
		return err
	}
	c.State, c.Done, c.Steps = org.Done, t.Now(), string(b)
	if c.Version == 0 {
		return t.InsertChange(c)
	}
	return t.SaveChange(c)
}

// step is one row that a change touched: the version it left there, and the row
// before (nothing, where the change made it).
type step struct {
	Noun    string          `json:"noun"`
	ID      string          `json:"id"`
	Version int64           `json:"v"`
	Before  json.RawMessage `json:"before,omitempty"`
}

// carrying carries an effect out and remembers its steps.
type carrying struct {
	*act
	e     *UnitEffect
	steps []step
}

func (c *carrying) did(noun, id string, version int64, before any) error {
	s := step{Noun: noun, ID: id, Version: version}
	if before != nil {
		b, err := json.Marshal(before)
		if err != nil {
			return err
		}
		s.Before = b
	}
	c.steps = append(c.steps, s)
	return nil
}

// carry does what an effect says, and nothing else.
func (t *act) carry(e *UnitEffect) ([]step, error) {
	c := &carrying{act: t, e: e}
	for _, part := range []func() error{c.newUnit, c.children, c.lines, c.posts, c.items, c.partners, c.readers, c.unit} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	return c.steps, nil
}

// newUnit enters the second unit of a split.
func (c *carrying) newUnit() error {
	if c.e.New == nil {
		return nil
	}
	u := c.e.New
	u.ID = ident.Unit(c.Mint())
	if err := c.InsertUnit(u); err != nil {
		return err
	}
	was := pastOf(c.e.Unit, c.e.Day)
	if _, err := c.fact("unit", string(u.ID), u.Version, "", org.UnitEntered{Unit: *u, Was: &was, Change: "split"}); err != nil {
		return err
	}
	return c.did("unit", string(u.ID), u.Version, nil)
}

// successor is whom what moves goes to.
func (c *carrying) successor() ident.Unit {
	if c.e.New != nil {
		return c.e.New.ID
	}
	return c.e.After.Successor
}

func pastOf(u org.Unit, until org.Date) org.Past {
	return org.Past{Unit: u.ID, Name: u.Name, Short: u.Short, Level: u.Level, Parent: u.Parent, From: u.Since, Until: until}
}

// unit saves the unit itself, with its former self, last: the fact comes after
// what it brought about.
func (c *carrying) unit() error {
	if c.e.After == c.e.Unit {
		return nil
	}
	change := map[org.Act]string{org.ActMerge: "merged", org.ActClose: "closed", org.ActMove: "moved", org.ActRename: "renamed"}[c.e.Act]
	switch {
	case change != "":
	case c.e.After.Parent != c.e.Unit.Parent:
		change = "moved"
	case c.e.After.Name != c.e.Unit.Name:
		change = "renamed"
	default:
		change = "changed"
	}
	return c.saveUnit(&c.e.After, c.e.Unit, change)
}

func (c *carrying) saveUnit(u *org.Unit, was org.Unit, change string) error {
	past := pastOf(was, u.Since)
	if err := c.InsertPast(past); err != nil {
		return err
	}
	if err := c.SaveUnit(u); err != nil {
		return err
	}
	if _, err := c.fact("unit", string(u.ID), u.Version, "", org.UnitEntered{Unit: *u, Was: &past, Change: change}); err != nil {
		return err
	}
	return c.did("unit", string(u.ID), u.Version, was)
}

// children go under the unit that takes over.
func (c *carrying) children() error {
	for _, k := range c.e.Children {
		was := k
		k.Parent, k.Since = c.successor(), max(c.e.Day, k.Since)
		if err := c.saveUnit(&k, was, "moved"); err != nil {
			return err
		}
	}
	return nil
}

func (c *carrying) lines() error {
	for i, le := range c.e.Lines {
		l := le.Line
		if le.Fate == Ends {
			was, err := c.Line(l.ID)
			if err != nil {
				return err
			}
			if err := c.endLine(&l, l.Until); err != nil {
				return err
			}
			if err := c.did("line", string(l.ID), l.Version, was); err != nil {
				return err
			}
			continue
		}
		if l.Unit == "" {
			l.Unit = c.successor()
		}
		made, before, err := c.openLine(l)
		if err != nil {
			return err
		}
		c.e.Lines[i].Line = made
		if err := c.did("line", string(made.ID), made.Version, before); err != nil {
			return err
		}
	}
	return nil
}

// openLine draws a line, or takes one up again that began the same day and was
// ended by mistake: unit, office, network and first day are what a line is.
func (t *act) openLine(l org.Line) (made org.Line, before any, err error) {
	have, err := t.LinesOf(l.Unit, 0)
	if err != nil {
		return l, nil, err
	}
	for _, h := range have {
		if h.Office == l.Office && h.Network == l.Network && h.From == l.From {
			was := h
			h.Rank, h.Direct = l.Rank, l.Direct
			return h, was, t.endLine(&h, l.Until)
		}
	}
	l.ID = ident.Line(t.Mint())
	err = t.drawLine(&l)
	return l, nil, err
}

func (c *carrying) posts() error {
	for _, pe := range c.e.Posts {
		if pe.Fate == Stays {
			continue
		}
		was, o := pe.Post, pe.Post
		if err := c.endPost(&o, max(c.e.Day, o.From)); err != nil {
			return err
		}
		if err := c.did("post", string(o.ID), o.Version, was); err != nil {
			return err
		}
		if pe.Fate != Moves {
			continue
		}
		n := was
		n.ID, n.Version, n.Unit, n.From = ident.Post(c.Mint()), 0, c.successor(), max(c.e.Day, was.From)
		if err := c.InsertPost(&n); err != nil {
			return err
		}
		if _, err := c.fact("post", string(n.ID), n.Version, "", org.PostHeld{Post: n}); err != nil {
			return err
		}
		if err := c.did("post", string(n.ID), n.Version, nil); err != nil {
			return err
		}
	}
	return nil
}

// items that have not left the unit go along; their lines become the
// successor's lines to the same offices.
func (c *carrying) items() error {
	to := c.successor()
	for _, ie := range c.e.Items {
		if ie.Fate != Moves {
			continue
		}
		it, err := c.Item(ie.ID)
		if err != nil {
			return err
		}
		was := itemPlace{it.Unit, it.Writer, it.Lines}
		if it.Lines, err = c.sameLines(it.Lines, to); err != nil {
			return err
		}
		it.Unit = to
		if err := c.moveItem(&it, was); err != nil {
			return err
		}
		if err := c.leadMerged(it, c.mergedInto()); err != nil {
			return err
		}
		if err := c.did("item", string(it.ID), it.Version, was); err != nil {
			return err
		}
	}
	return nil
}

// partners: what the unit was to countersign goes the same way.
func (c *carrying) partners() error {
	if c.e.Act != org.ActMerge {
		return nil
	}
	return c.mergedPartner(c.e.Unit.ID, c.successor(), c.mergedInto())
}

// mergedInto is why a merger takes a partner off, as the record keeps it.
func (c *carrying) mergedInto() string {
	if c.e.Into == nil {
		return c.e.Unit.Name
	}
	return c.e.Unit.Name + " → " + c.e.Into.Name
}

// itemPlace is what a move changes of an item.
type itemPlace struct {
	Unit   ident.Unit   `json:"unit"`
	Writer ident.Person `json:"writer"`
	Lines  []ident.Line `json:"lines"`
}

func (t *act) moveItem(it *item.Item, was itemPlace) error {
	if err := t.MoveItem(it); err != nil {
		return err
	}
	_, err := t.fact("item", string(it.ID), it.Version, "", item.HandedOver{From: was.Unit, To: it.Unit, Was: was.Writer, Writer: it.Writer})
	return err
}

func (t *act) sameLines(old []ident.Line, to ident.Unit) ([]ident.Line, error) {
	have, err := t.LinesOf(to, t.day)
	if err != nil || len(old) == 0 {
		return nil, err
	}
	var out []ident.Line
	for _, id := range old {
		l, err := t.Line(id)
		if err != nil {
			return nil, err
		}
		for _, h := range have {
			if h.Office == l.Office && h.Network == l.Network {
				out = append(out, h.ID)
			}
		}
	}
	if len(out) == 0 && len(have) > 0 {
		out = []ident.Line{have[0].ID}
	}
	return out, nil
}

func (c *carrying) readers() error {
	for _, re := range c.e.Readers {
		before, err := c.Readers(re.Publication)
		if err != nil {
			return err
		}
		pub, err := c.Publication(re.Publication)
		if err != nil {
			return err
		}
		if err := c.setReaders(&pub, c.e.readers[re.Publication]); err != nil {
			return err
		}
		if err := c.did("readers", string(re.Publication), pub.Version, before); err != nil {
			return err
		}
	}
	return nil
}

// setReaders replaces a distribution list; the publication's version moves, so
// that two who change it at once meet.
func (t *act) setReaders(p *issue.Publication, rs []issue.ReadBy) error {
	if err := t.SetReaders(p.ID, rs); err != nil {
		return err
	}
	if err := t.SavePublication(p); err != nil {
		return err
	}
	_, err := t.fact("publication", string(p.ID), p.Version, p.Office, issue.Founded{Publication: *p, Readers: rs})
	return err
}
