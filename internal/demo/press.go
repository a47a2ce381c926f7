package demo

import (
	"slices"
	"time"

	"xinshu/internal/delivery"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
)

// most is how many texts one number has; a special report has one.
const most = 9

var columnOf = map[string]int{"warning": 0, "news": 1, "practice": 2, "problem": 3, "proposal": 3, "concern": 4}

// press makes the next number of a publication out of its tray.
func (c *city) press(b bulletin) error {
	n := min(most, len(c.trays[b.code]))
	switch {
	case single(b.code):
		n = min(1, n)
	case n < 3 && c.w.Days > 60 && b.office != province:
		n = 0 // too thin for a number: it waits for the next day of printing
	}
	if n == 0 {
		return nil
	}
	texts := slices.Clone(c.trays[b.code][:n])
	c.trays[b.code] = c.trays[b.code][n:]
	is, err := c.arrange(b, texts)
	if err != nil {
		return err
	}
	if err := c.propose(b, is); err != nil {
		return err
	}
	c.at(c.now().Add(time.Duration(c.between(25, 80))*time.Minute), func() error { return c.approve(b, is, texts) })
	return nil
}

func (c *city) arrange(b bulletin, texts []*sheet) (ident.Issue, error) {
	in := flow.OpenIssue{Publication: c.pubs[b.code].ID}
	if single(b.code) {
		in.Title = texts[0].title
	}
	desk := c.as(b.office, "editor", 0)
	c.tick()
	is, err := c.w.Flow.OpenIssue(c.ctx, desk, in)
	if err != nil {
		return "", err
	}
	order := slices.Clone(texts)
	slices.SortStableFunc(order, func(x, y *sheet) int { return columnOf[x.genre] - columnOf[y.genre] })
	for _, s := range order {
		column := b.columns[min(columnOf[s.genre], len(b.columns)-1)]
		c.tick()
		p, err := c.w.Flow.Place(c.ctx, desk, s.placed.ID, flow.Place{Issue: is.ID, Column: column})
		if err != nil {
			return "", err
		}
		s.placed = &p
	}
	return is.ID, nil
}

func (c *city) propose(b bulletin, id ident.Issue) error {
	c.tick()
	_, err := c.w.Flow.Propose(c.ctx, c.as(b.office, "editor", 0), id)
	return err
}

// approve is the chief's hour: now and then a number goes back once.
func (c *city) approve(b bulletin, id ident.Issue, texts []*sheet) error {
	chief := c.chiefOf(b.office)
	if len(texts) > 3 && (c.chance(4) || !c.objected && !c.now().Before(c.share(35))) {
		c.objected = true
		c.tick()
		if _, err := c.w.Flow.SendBackIssue(c.ctx, chief, id, flow.Remark{Remark: sentAgain}); err != nil {
			return err
		}
		c.moveTo(c.now().Add(12 * time.Minute))
		last := texts[len(texts)-1]
		c.tick()
		if _, err := c.w.Flow.Place(c.ctx, c.as(b.office, "editor", 0), last.placed.ID, flow.Place{Issue: id, Column: b.columns[min(columnOf[last.genre], len(b.columns)-1)], Slot: 1}); err != nil {
			return err
		}
		if err := c.propose(b, id); err != nil {
			return err
		}
		c.moveTo(c.now().Add(15 * time.Minute))
	}
	c.tick()
	if _, err := c.w.Flow.ApproveIssue(c.ctx, chief, id); err != nil {
		return err
	}
	c.at(c.now().Add(time.Duration(c.between(8, 30))*time.Minute), func() error { return c.publish(b, id, texts) })
	return nil
}

// publish prints and sends out; readers confirm in the days that follow, most of
// them.
func (c *city) publish(b bulletin, id ident.Issue, texts []*sheet) error {
	desk := c.as(b.office, "editor", 0)
	c.tick()
	if _, err := c.w.Flow.PublishIssue(c.ctx, desk, id, flow.Publish{}); err != nil {
		return err
	}
	c.tick()
	copies, err := c.w.Flow.Dispatch(c.ctx, desk, id)
	if err != nil {
		return err
	}
	for _, d := range copies {
		if c.chance(95) {
			c.at(c.later(c.now(), c.between(20, 900)), func() error { return c.read(d) })
		}
	}
	c.printed[b.office] = append(c.recent(b.office), texts...)
	c.mistakes(b, texts)
	c.order(b, texts)
	return nil
}

// reads says who opens the post of a unit.
func (c *city) reads(code string) flow.Actor {
	for _, role := range []string{"leader", "reporter", "editor", "chief"} {
		if len(c.posted[code+" "+role]) > 0 {
			return c.as(code, role, 0)
		}
	}
	return flow.Actor{}
}

// read confirms a copy, unless it was called back before anybody opened it.
func (c *city) read(d delivery.Delivery) error {
	if c.recalled[d.Issue] {
		return nil
	}
	c.tick()
	_, err := c.w.Flow.Confirm(c.ctx, c.reads(c.codeOf(d.Unit)), d.ID)
	return err
}

// mistakes: in a quarter of a year one figure is corrected, and in half a year one
// text is called back.
func (c *city) mistakes(b bulletin, texts []*sheet) {
	if b.office == province || single(b.code) || len(texts) < 2 {
		return
	}
	fixes, recalls := c.inAll(1, 1), max(1, c.w.Days/180)
	if c.fixed < fixes && !c.now().Before(c.share((45+100*c.fixed)/fixes)) {
		for _, s := range texts {
			body, notice, ok := misprint(s.body)
			if !ok || s.placed == nil {
				continue
			}
			c.fixed++
			c.at(c.days(c.now(), 1), func() error {
				c.tick()
				_, err := c.w.Flow.Correct(c.ctx, c.chiefOf(b.office), s.placed.ID, flow.Correct{Title: s.title, Body: body, Notice: notice})
				return err
			})
			return
		}
	}
	if c.recalls < recalls && !c.now().Before(c.share((30+100*c.recalls)/recalls)) {
		c.recalls++
		c.at(c.later(c.now(), 700), func() error { return c.recall(b, texts[len(texts)-1]) })
	}
}

func (c *city) recall(b bulletin, s *sheet) error {
	c.tick()
	p, err := c.w.Flow.Recall(c.ctx, c.chiefOf(b.office), s.placed.ID, flow.Remark{Remark: "“" + s.title + "”一文" + recallWords})
	c.recalled[p.Issue] = true
	return err
}

// recent are the texts last printed by an office.
func (c *city) recent(office string) []*sheet {
	all := c.printed[office]
	return all[max(0, len(all)-12):]
}
