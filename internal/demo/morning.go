package demo

import (
	"time"

	"xinshu/internal/flow"
)

// morning sets the last day's tables: whoever walks in finds the post of the
// day, half-done work of his own, and something that waits for him.
func (c *city) morning() error {
	for _, part := range []func() error{c.post, c.waiting, c.unfinished, c.makingUp, c.openDuties, func() error { return c.call(false) }} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// breathe lets a moment pass.
func (c *city) breathe() { c.moveTo(c.now().Add(15 * time.Second)) }

func (c *city) townPaper(code string) (*paper, error) {
	c.breathe()
	t, _ := c.choose(c.unit(code))
	p := &paper{unit: code, text: t, urgent: t.Genre == "warning"}
	return p, c.draft(p, false)
}

func (c *city) send(p *paper) error {
	c.tick()
	it, err := c.w.Flow.Submit(c.ctx, c.as(p.unit, "reporter", 0), p.id, flow.Submit{Seen: p.rev})
	p.checks = it.Checks
	return err
}

// sign passes so many checks of the chain.
func (c *city) sign(p *paper, n int) error {
	for i := range min(n, len(p.checks)) {
		c.tick()
		if _, err := c.w.Flow.SignOff(c.ctx, c.as(p.unit, string(p.checks[i].Role()), 0), p.id, flow.SignOff{Seen: p.rev}); err != nil {
			return err
		}
	}
	return nil
}

// post is what came this morning and nobody has opened yet.
func (c *city) post() error {
	for _, code := range []string{threeChecks, "970121101", "970121103", "970121105", "970121801", "970122100", "970122103", direct, "970123103", "970124100", "970124801", "970125104", "970126106", "9701801", "9701803", "9701807"} {
		p, err := c.townPaper(code)
		if err != nil {
			return err
		}
		if err := c.send(p); err != nil {
			return err
		}
		if err := c.sign(p, 3); err != nil {
			return err
		}
	}
	return nil
}

// waiting is one paper before each check.
func (c *city) waiting() error {
	for _, w := range []struct {
		code   string
		passed int
	}{{threeChecks, 0}, {threeChecks, 1}, {threeChecks, 2}, {threeChecks, 2}, {twoChecks, 0}, {twoChecks, 1}, {"970122101", 0}, {"970123101", 0}, {"970124103", 0}, {"970125101", 0}, {"970126102", 0}, {"9701802", 0}} {
		p, err := c.townPaper(w.code)
		if err != nil {
			return err
		}
		if err := c.send(p); err != nil {
			return err
		}
		if err := c.sign(p, w.passed); err != nil {
			return err
		}
	}
	return nil
}

// unfinished is on the reporters' tables: drafts, one with words typed and not
// yet saved, and papers that came back.
func (c *city) unfinished() error {
	for i, code := range []string{threeChecks, threeChecks, "970121101", "970122100", "970123101", "970124105", "970125103", "970126107", "9701801"} {
		p, err := c.townPaper(code)
		if err != nil {
			return err
		}
		if i != 0 {
			continue
		}
		c.tick()
		in := flow.Typed{Title: p.title, Body: p.body + "\n下一步，将逐村核对", Base: p.rev}
		if err := c.w.Flow.Autosave(c.ctx, c.as(code, "reporter", 0), "item", string(p.id), in); err != nil {
			return err
		}
	}
	for i, code := range []string{threeChecks, "970121101", "970122101"} {
		p, err := c.townPaper(code)
		if err != nil {
			return err
		}
		if err := c.send(p); err != nil {
			return err
		}
		why := sentBack[i]
		c.tick()
		in := flow.SendBack{Reason: why.reason, Remark: why.remark, Due: c.due(1)}
		if _, err := c.w.Flow.SendBack(c.ctx, c.as(code, string(p.checks[0].Role()), 0), p.id, in); err != nil {
			return err
		}
	}
	return c.fromTheDesk()
}

// fromTheDesk is one paper that the county returned this morning.
func (c *city) fromTheDesk() error {
	p, err := c.townPaper(threeChecks)
	if err != nil {
		return err
	}
	if err := c.send(p); err != nil {
		return err
	}
	if err := c.sign(p, 3); err != nil {
		return err
	}
	v, err := c.w.Flow.Item(c.ctx, system, p.id)
	if err != nil {
		return err
	}
	desk := c.as(countyA, "editor", 0)
	id := v.Filings[0].ID
	c.tick()
	if _, err := c.w.Flow.Receive(c.ctx, desk, id); err != nil {
		return err
	}
	c.tick()
	_, err = c.w.Flow.Return(c.ctx, desk, id, flow.Return{Reason: returned[0].reason, Remark: returned[0].remark, Due: c.due(2)})
	return err
}

// makingUp: numbers in the making. 望岭县 has one open with texts, and more in
// the tray; 石澜县 has one before its chief; the city both.
func (c *city) makingUp() error {
	for _, m := range []struct {
		code    string
		texts   int
		propose bool
	}{{"txxx", 2, false}, {"fdxx", 2, true}, {"zcxx", 2, false}, {"wlxx", 3, false}, {"slxx", 3, true}, {"jcxx", 2, false}, {special, 1, true}, {"jlxx", 2, true}} {
		b := bulletinOf(m.code)
		texts := c.kept[m.code]
		texts = append(texts[:len(texts):len(texts)], c.trays[m.code]...)
		if len(texts) == 0 {
			continue
		}
		c.breathe()
		is, err := c.arrange(b, texts[:min(m.texts, len(texts))])
		if err != nil {
			return err
		}
		if m.propose {
			if err := c.propose(b, is); err != nil {
				return err
			}
		}
	}
	b := bulletinOf("wlxx")
	if len(c.kept["wlxx"]) < 5 {
		return nil
	}
	c.breathe()
	is, err := c.arrange(b, c.kept["wlxx"][3:5])
	if err != nil {
		return err
	}
	return c.propose(b, is)
}

func bulletinOf(code string) bulletin {
	for _, b := range bulletins {
		if b.code == code {
			return b
		}
	}
	return bulletin{}
}

// openDuties: at 望岭县 one instruction waits to be passed on, one lies with
// 青禾镇 or another unit, one is answered; at the city one lies with a county.
func (c *city) openDuties() error {
	for k, office := range []string{countyA, countyA, countyA, mainCity} {
		recent := c.recent(office)
		if len(recent) <= k {
			continue
		}
		s := recent[len(recent)-1-k]
		c.breathe()
		d, err := c.instruct(office, s, true)
		if err != nil {
			return err
		}
		if k == 0 {
			continue
		}
		c.tick()
		if _, err := c.w.Flow.PassOn(c.ctx, c.as(office, "followup", 0), d, flow.PassOn{Unit: c.ids[s.from], Due: c.due(6)}); err != nil {
			return err
		}
		if k != 2 {
			continue
		}
		c.tick()
		if _, err := c.w.Flow.Answer(c.ctx, c.answerer(s), d, flow.Answer{Text: answers[0]}); err != nil {
			return err
		}
	}
	return nil
}
