package demo

import (
	"slices"
	"strings"
	"time"

	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// paper is one item as its unit has it.
type paper struct {
	id     ident.Item
	unit   string
	text   Text
	title  string
	body   string
	rev    int
	checks []org.Check
	passed int // of the chain
	urgent bool
	blend  *blend // the composite it shall go into
	park   string // where it shall lie on the last morning
	both   bool   // filed by both lines
	sure   bool   // one of a series: every desk uses it
	laid   []ident.Filing
	back   *said // how it was sent back last
	again  bool  // it was sent back before
}

// smooth papers pass every check: something is planned for them.
func (p *paper) smooth() bool { return p.blend != nil || p.park != "" || p.sure }

// write is one item by whoever writes now.
func (c *city) write() error {
	for range 20 {
		u := pick(c, c.writes)
		if c.quiet(u.Code) {
			continue
		}
		t, fresh := c.choose(u)
		if !fresh {
			continue // this unit has written everything it knows
		}
		p := &paper{unit: u.Code, text: t, urgent: t.Genre == "warning" && c.chance(25), both: u.Code == direct && c.chance(45)}
		return c.begin(p)
	}
	return nil
}

// writeAt is an item for an office's desk that will stay there in a given state.
func (c *city) writeAt(office, park string) error {
	for range 40 {
		u := pick(c, c.writes)
		if u.Parent != office || u.Code == threeChecks || u.Code == twoChecks || u.Code == merged {
			continue
		}
		t, _ := c.choose(u)
		return c.begin(&paper{unit: u.Code, text: t, park: park})
	}
	return nil
}

func (c *city) fill(p *paper) error {
	v, err := ValuesOf(c.units, p.unit, c.now())
	if err != nil {
		return err
	}
	v.Unit = c.name(p.unit)
	p.title, p.body = p.text.Fill(v, c.rng)
	return nil
}

// begin drafts; the paper is submitted a little later, sometimes after the
// reporter has read it again.
func (c *city) begin(p *paper) error {
	if err := c.draft(p, c.chance(12)); err != nil {
		return err
	}
	wait := c.between(4, 45)
	if p.smooth() {
		wait = 3
	}
	c.at(c.now().Add(time.Duration(wait)*time.Minute), func() error { return c.submit(p) })
	return nil
}

// draft writes the first text. A hasty one lacks its last paragraph, which comes
// with a second revision.
func (c *city) draft(p *paper, hasty bool) error {
	if err := c.fill(p); err != nil {
		return err
	}
	body := p.body
	if at := strings.LastIndexByte(body, '\n'); hasty && at > 0 {
		body = body[:at]
	}
	in := flow.Draft{Unit: c.ids[p.unit], Title: p.title, Body: body, Genre: p.text.Genre, Form: p.text.Form, Contact: c.reporter(p.unit) + " " + phone(c), Urgent: p.urgent}
	if p.both {
		for _, l := range c.lines[p.unit] {
			in.Lines = append(in.Lines, l.ID)
		}
	}
	c.tick()
	it, err := c.w.Flow.Draft(c.ctx, c.as(p.unit, "reporter", 0), in)
	if err != nil {
		return err
	}
	p.id, p.rev = it.ID, it.Revision
	if c.chance(4) || p.sure {
		if err := c.attach(p); err != nil {
			return err
		}
	}
	if body == p.body {
		return nil
	}
	c.moveTo(c.now().Add(time.Duration(c.between(1, 3)) * time.Minute))
	return c.revise(p, c.as(p.unit, "reporter", 0), "补充")
}

// reporter is whom the desk may call.
func (c *city) reporter(unit string) string {
	return c.posts[slices.IndexFunc(c.posts, func(q Person) bool { return q.Unit == unit && q.Role == "reporter" })].Name
}

func (c *city) revise(p *paper, a flow.Actor, note string) error {
	c.tick()
	it, err := c.w.Flow.Revise(c.ctx, a, p.id, flow.Revise{Title: p.title, Body: p.body, Note: note, Seen: p.rev})
	p.rev = it.Revision
	return err
}

func (c *city) submit(p *paper) error {
	c.tick()
	send := c.w.Flow.Submit
	if p.back != nil {
		send, p.back, p.again = c.w.Flow.Resubmit, nil, true
	}
	it, err := send(c.ctx, c.as(p.unit, "reporter", 0), p.id, flow.Submit{Seen: p.rev})
	if err != nil {
		return err
	}
	p.checks, p.passed = it.Checks, 0
	c.nextCheck(p)
	return nil
}

// nextCheck: an urgent paper is carried into the room, others wait their turn.
func (c *city) nextCheck(p *paper) {
	when := c.later(c.now(), c.between(12, 190))
	if p.urgent || p.smooth() {
		when = c.now().Add(time.Duration(c.between(4, 14)) * time.Minute)
	}
	c.at(when, func() error { return c.check(p) })
}

// check is one checker's turn.
func (c *city) check(p *paper) error {
	check := p.checks[p.passed]
	who := c.as(p.unit, string(check.Role()), 0)
	if !p.smooth() && !p.again && c.chance(8) {
		return c.sendBack(p, who)
	}
	if !p.smooth() && len(p.checks) == 1 && c.chance(6) && shorten(p.title) != p.title {
		p.title = shorten(p.title)
		if err := c.revise(p, who, "题目改短"); err != nil {
			return err
		}
	}
	return c.pass(p, who)
}

func (c *city) pass(p *paper, who flow.Actor) error {
	in := flow.SignOff{Seen: p.rev}
	if c.chance(30) {
		in.Remark = pick(c, []string{"同意报送。", "情况属实，请报。", "同意。数据以站所核定为准。", "已核，可报。"})
	}
	c.tick()
	it, err := c.w.Flow.SignOff(c.ctx, who, p.id, in)
	if err != nil {
		return err
	}
	p.passed++
	if it.State != item.Signed {
		c.nextCheck(p)
		return nil
	}
	return c.signed(p)
}

// sendBack gives the paper back; the reporter mends it the next day.
func (c *city) sendBack(p *paper, who flow.Actor) error {
	s := pick(c, sentBack)
	p.back = &s
	c.tick()
	_, err := c.w.Flow.SendBack(c.ctx, who, p.id, flow.SendBack{Reason: s.reason, Remark: s.remark, Due: c.due(2)})
	if c.quiet(p.unit) || !c.chance(5) { // else nobody mends it and its day goes by
		c.at(c.days(c.now(), 1), func() error { return c.mend(p) })
	}
	return err
}

// due is the evening of a day a few working days ahead.
func (c *city) due(days int) int64 {
	return midnight(c.days(c.now(), days)).Add(18 * time.Hour).UnixMicro()
}

// mend does what the remark asked for and submits again.
func (c *city) mend(p *paper) error {
	p.body += p.back.fix
	if p.back.reason == "form" {
		p.title = shorten(p.title)
	}
	if err := c.revise(p, c.as(p.unit, "reporter", 0), "按退改意见修改"); err != nil {
		return err
	}
	c.moveTo(c.now().Add(2 * time.Minute))
	return c.submit(p)
}

// signed: the paper lies before its offices. Those that are new to it begin to
// deal with it; one that had returned it goes on.
func (c *city) signed(p *paper) error {
	if c.taken > 0 && !p.smooth() && !p.both && !p.again && len(p.laid) == 0 {
		c.taken--
		c.at(c.now().Add(9*time.Minute), func() error { return c.takeBack(p) })
		return nil
	}
	for i, l := range c.lines[p.unit] {
		if i > 0 && !p.both {
			break // without a choice an item goes by its unit's first line
		}
		fl, ok, err := c.laidAt(p, l.Office)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		s := &sheet{id: fl.ID, paper: p, office: c.codeOf(fl.Office), from: p.unit, title: p.title, body: p.body, rev: fl.Revision, genre: p.text.Genre, form: p.text.Form, urgent: p.urgent}
		if slices.Contains(p.laid, fl.ID) {
			s.again = true
		}
		p.laid = append(p.laid, fl.ID)
		c.arrive(s)
	}
	return nil
}

// laidAt finds what an office has of a paper, freshly filed.
func (c *city) laidAt(p *paper, office ident.Unit) (filing.Filing, bool, error) {
	desk := c.as(c.codeOf(office), "editor", 0)
	pg, err := c.w.Flow.Filings(c.ctx, desk, flow.FilingsQuery{Office: office, Unit: c.ids[p.unit], States: []filing.State{filing.Filed}, Limit: 6})
	at := slices.IndexFunc(pg.Rows, func(fl filing.Filing) bool { return fl.Item == p.id })
	if err != nil || at < 0 {
		return filing.Filing{}, false, err
	}
	return pg.Rows[at], true, nil
}

func (c *city) takeBack(p *paper) error {
	c.tick()
	_, err := c.w.Flow.Withdraw(c.ctx, c.as(p.unit, "reporter", 0), p.id, flow.Withdraw{Remark: pick(c, takenBack)})
	return err
}
