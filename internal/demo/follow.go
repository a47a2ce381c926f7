package demo

import (
	"slices"

	"xinshu/internal/duty"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
)

// order: a leader reads the number that was just printed and writes on one text.
func (c *city) order(b bulletin, texts []*sheet) {
	all := c.inAll(12, 4) // before the last days
	if b.office == province || c.duties >= all || c.now().Before(c.share(100*c.duties/all)) {
		return
	}
	s := strongest(texts)
	if s.from == merged {
		return // nobody would be there to answer
	}
	n := c.duties
	c.duties++
	c.at(c.later(c.now(), c.between(40, 240)), func() error {
		d, err := c.instruct(b.office, s, n%4 != 3)
		if err != nil {
			return err
		}
		c.at(c.later(c.now(), c.between(15, 90)), func() error { return c.passOn(s, d, n) })
		return nil
	})
}

// strongest is the text that a leader stops at.
func strongest(texts []*sheet) *sheet {
	for _, genre := range []string{"warning", "concern", "problem", "proposal"} {
		if at := slices.IndexFunc(texts, func(s *sheet) bool { return s.genre == genre }); at >= 0 {
			return texts[at]
		}
	}
	return texts[0]
}

func (c *city) instruct(office string, s *sheet, disclosed bool) (ident.Duty, error) {
	words := orders[s.genre][c.said[s.genre]%len(orders[s.genre])]
	c.said[s.genre]++
	c.tick()
	d, err := c.w.Flow.Instruct(c.ctx, c.as(office, "leader", 0), flow.Instruct{Placement: s.placed.ID, Text: words, Disclosed: disclosed})
	return d.ID, err
}

func (c *city) passOn(s *sheet, id ident.Duty, n int) error {
	c.tick()
	_, err := c.w.Flow.PassOn(c.ctx, c.as(s.office, "followup", 0), id, flow.PassOn{Unit: c.ids[s.from], Due: c.due(8)})
	if err != nil {
		return err
	}
	if n%9 == 8 {
		return nil // this one is still asked for: its day has gone by
	}
	c.at(c.days(c.now(), c.between(2, 6)), func() error { return c.answer(s, id, n) })
	return nil
}

// answerer is who reports for the unit: of an office a colleague of the one who
// accepts.
func (c *city) answerer(s *sheet) flow.Actor {
	if c.unit(s.from).Files() {
		return c.as(s.from, "signer", 0)
	}
	return c.as(s.from, "editor", 0)
}

// thin answers come back once: the third and every eighth after it.
func thin(n int) bool { return n%8 == 2 }

// answer reports back.
func (c *city) answer(s *sheet, id ident.Duty, n int) error {
	text := answers[n%len(answers)]
	if thin(n) {
		text = thinAnswer
	}
	c.tick()
	d, err := c.w.Flow.Answer(c.ctx, c.answerer(s), id, flow.Answer{Text: text})
	if err != nil {
		return err
	}
	c.at(c.days(c.now(), 1), func() error { return c.closeDuty(s, d, n) })
	return nil
}

func (c *city) closeDuty(s *sheet, d duty.Duty, n int) error {
	who := c.as(s.office, "followup", 0)
	if d.AnswerBy == who.Person {
		who = c.as(s.office, "chief", 0)
	}
	c.tick()
	if !thin(n) {
		_, err := c.w.Flow.Accept(c.ctx, who, d.ID, flow.Remark{Remark: pick(c, []string{"办理到位，同意办结。", "已电话回访，属实，办结。", ""})})
		return err
	}
	if _, err := c.w.Flow.ReturnAnswer(c.ctx, who, d.ID, flow.Remark{Remark: returnedFor}); err != nil {
		return err
	}
	c.at(c.days(c.now(), 1), func() error { return c.answer(s, d.ID, n+1) })
	return nil
}
