package demo

import (
	"strings"
	"time"

	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
)

// sheet is one filing as its desk has it.
type sheet struct {
	id     ident.Filing
	paper  *paper // the unit's, where it came straight from a unit
	below  *sheet // the desk's below, where it was forwarded
	office string
	from   string // who filed it here
	title  string
	body   string
	rev    int
	added  string // what the office below adds when it lays this again
	genre  string
	form   string
	urgent bool
	again  bool // it was returned once
	lift   int  // how many offices up it is bound to go
	editor int  // which editor of the office
	placed *issue.Placement
	parts  int // of a composite
}

func (s *sheet) park() string {
	if s.paper == nil {
		return ""
	}
	return s.paper.park
}

func (s *sheet) planned() bool {
	return s.lift > 0 || s.parts > 0 || s.paper != nil && s.paper.smooth()
}

func (c *city) editorOf(s *sheet) flow.Actor { return c.as(s.office, "editor", s.editor) }

func (c *city) chiefOf(office string) flow.Actor { return c.as(office, "chief", 0) }

// arrive: the desk will take the sheet in a while.
func (c *city) arrive(s *sheet) {
	when := c.later(c.now(), c.between(15, 150))
	if s.urgent || s.planned() {
		when = c.now().Add(time.Duration(c.between(6, 18)) * time.Minute)
	}
	c.at(when, func() error { return c.receive(s) })
}

// receive takes a sheet in. At 望岭县 two editors share the work.
func (c *city) receive(s *sheet) error {
	s.editor = c.rng.IntN(2)
	c.tick()
	if _, err := c.w.Flow.Receive(c.ctx, c.editorOf(s), s.id); err != nil {
		return err
	}
	switch {
	case s.park() == "received":
		return nil
	case s.paper != nil && s.paper.blend != nil:
		s.paper.blend.sheets = append(s.paper.blend.sheets, s)
		return nil
	}
	if s.office == countyA && !s.planned() && c.chance(8) {
		s.editor = 1 - s.editor
		c.tick()
		if _, err := c.w.Flow.Assign(c.ctx, c.chiefOf(s.office), s.id, flow.Assign{To: c.editorOf(s).Person}); err != nil {
			return err
		}
	}
	when := c.later(c.now(), c.between(20, 300))
	if s.urgent || s.planned() {
		when = c.now().Add(time.Duration(c.between(8, 25)) * time.Minute)
	}
	c.at(when, func() error { return c.decide(s) })
	return nil
}

// decide is the desk's decision. A sheet that came back is mostly used.
func (c *city) decide(s *sheet) error {
	switch roll := c.rng.IntN(100); {
	case s.park() == "held":
		return c.hold(s)
	case s.planned() || s.urgent || s.again && roll < 60:
		return c.use(s)
	case roll < 33:
		return c.use(s)
	case roll < 45:
		return c.hold(s)
	case roll < 55 && !s.again && c.returnable(s):
		return c.giveBack(s)
	}
	return c.decline(s)
}

// returnable: what was entered by the desk itself or lies at two offices is
// settled by telephone.
func (c *city) returnable(s *sheet) bool {
	if s.paper != nil {
		return !s.paper.both && s.paper.id != ""
	}
	return s.below != nil
}

func (c *city) hold(s *sheet) error {
	why := pick(c, held)
	c.tick()
	_, err := c.w.Flow.Hold(c.ctx, c.editorOf(s), s.id, flow.Hold{Reason: why.reason, Remark: why.remark, Until: c.due(5)})
	if s.park() != "" || c.chance(4) {
		return err // forgotten: its day goes by
	}
	c.at(c.days(c.now(), c.between(4, 6)), func() error {
		if c.chance(55) {
			return c.decline(s)
		}
		c.tick()
		if _, err := c.w.Flow.Resume(c.ctx, c.editorOf(s), s.id); err != nil {
			return err
		}
		return c.use(s)
	})
	return err
}

func (c *city) decline(s *sheet) error {
	why := pick(c, declined)
	c.tick()
	_, err := c.w.Flow.Decline(c.ctx, c.editorOf(s), s.id, flow.Decline{Reason: why.reason, Remark: why.remark})
	return err
}

// giveBack returns a sheet: the unit mends its text, the office below its own.
func (c *city) giveBack(s *sheet) error {
	why := pick(c, returned)
	c.tick()
	_, err := c.w.Flow.Return(c.ctx, c.editorOf(s), s.id, flow.Return{Reason: why.reason, Remark: why.remark, Due: c.due(3)})
	when := c.days(c.now(), c.between(1, 2))
	if p := s.paper; p != nil && !c.quiet(p.unit) && c.chance(4) {
		return err // nobody mends it
	} else if p != nil {
		p.back = &why
		c.at(when, func() error { return c.mend(p) })
		return err
	}
	c.at(when, func() error {
		s.below.added, s.again = why.fix, true
		if err := c.lay(s.below, s.office); err != nil {
			return err
		}
		s.body = s.below.body
		c.arrive(s)
		return nil
	})
	return err
}

// use edits a sheet, marks it ready and adopts it.
func (c *city) use(s *sheet) error {
	if err := c.edit(s); err != nil || s.park() == "editing" {
		return err
	}
	c.moveTo(c.now().Add(time.Duration(c.between(2, 9)) * time.Minute))
	c.tick()
	if _, err := c.w.Flow.MarkReady(c.ctx, c.editorOf(s), s.id, flow.MarkReady{Seen: s.rev}); err != nil || s.park() == "ready" {
		return err
	}
	if err := c.adopt(s); err != nil {
		return err
	}
	return c.upwards(s)
}

func (c *city) edit(s *sheet) error {
	s.title, s.body = tighten(s.title, s.body)
	if s.office == mainCity && s.below != nil && s.parts == 0 {
		s.title = upward(c.name(s.from), s.title)
	}
	c.tick()
	fl, err := c.w.Flow.ReviseFiling(c.ctx, c.editorOf(s), s.id, flow.ReviseFiling{Title: s.title, Body: s.body, Note: pick(c, []string{"压缩", "改题、删套话", "核对数据后修改", ""}), Seen: s.rev})
	s.rev = fl.Revision
	return err
}

// adopt puts a ready sheet into a tray: what the city's leaders must see at once
// becomes a special report.
func (c *city) adopt(s *sheet) error {
	code := own(s.office)
	form := s.form
	if s.parts == 0 && s.park() == "" {
		switch {
		case s.office == mainCity && (s.form == "special" || s.urgent || s.genre == "warning" && c.chance(30)):
			code, form = special, "special"
		case s.office == countyA && (s.form == "special" || s.urgent && c.chance(60)):
			code, form = urgentReport, "special"
		}
	}
	c.tick()
	p, err := c.w.Flow.Adopt(c.ctx, c.editorOf(s), s.id, flow.Adopt{Publication: c.pubs[code].ID, Form: form, Seen: s.rev})
	if err != nil {
		return err
	}
	s.placed = &p
	if s.park() != "" {
		c.kept[code] = append(c.kept[code], s)
		return nil
	}
	c.trays[code] = append(c.trays[code], s)
	return nil
}

// upwards: from a county to the city and from the city to the province goes what
// is strong; now and then the city writes to the office outside.
func (c *city) upwards(s *sheet) error {
	if s.park() != "" || s.paper != nil && s.paper.both {
		return nil
	}
	up, percent := "", 0
	switch c.unit(s.office).Level {
	case "county":
		up, percent = mainCity, 28
	case "city":
		up, percent = province, 36
		if all := c.inAll(4, 4); c.outs < all && !c.now().Before(c.share(12+88*c.outs/all)) {
			up, percent = outside, 100
			c.outs++
		}
	default:
		return nil
	}
	if s.lift == 0 && !c.chance(percent) {
		return nil
	}
	if s.lift > 0 && up == outside {
		up = province
	}
	c.at(c.later(c.now(), c.between(15, 200)), func() error {
		if up == outside {
			return c.goOutside(s)
		}
		return c.lay(s, up)
	})
	return nil
}

// lay forwards a sheet to an office, over the chief's signature. One that had
// been returned from there is the same sheet again.
func (c *city) lay(s *sheet, up string) error {
	in := flow.Forward{Office: c.ids[up], Seen: s.rev}
	if s.added != "" {
		s.body += s.added // these words become a revision
		in.Body, s.added = s.body, ""
		s.rev++
	}
	c.tick()
	child, err := c.w.Flow.Forward(c.ctx, c.chiefOf(s.office), s.id, in)
	if err != nil || child.Version > 1 {
		return err
	}
	above := &sheet{id: child.ID, below: s, office: up, from: s.office, title: s.title, body: s.body, genre: s.genre, form: s.form, urgent: s.urgent, lift: max(0, s.lift-1), parts: s.parts}
	if up == outside {
		c.open = append(c.open, above)
		return nil
	}
	c.arrive(above)
	return nil
}

// goOutside writes to the office that is not on the system: forwarded, handed
// over, and a week later there is its notice, which a second person confirms.
func (c *city) goOutside(s *sheet) error {
	n := len(c.open)
	if err := c.lay(s, outside); err != nil {
		return err
	}
	above := c.open[n]
	desk := c.as(mainCity, "editor", 0)
	c.at(c.later(c.now(), 35), func() error {
		c.tick()
		_, err := c.w.Flow.Send(c.ctx, desk, above.id, flow.Send{Channel: pick(c, []string{"fax", "mail", "paper"}), Proof: "对方值班室签收，回执第" + digits(41+17*n) + "号"})
		return err
	})
	c.at(c.days(c.now(), 5), func() error { return c.outcome(above, n) })
	return nil
}

// outcome types in what the outside office's notice says. The last one still
// waits for its second person.
func (c *city) outcome(s *sheet, n int) error {
	in := flow.EnterOutcome{Kind: "adopted", Outlet: "jlyq", Name: "江岭要情", Issue: "第" + digits(112+9*n) + "期", Points: "20", Proof: "省委办公厅采用情况通报，传真件存档", Occurred: c.now().Add(-26 * time.Hour).UnixMicro()}
	if n%4 == 1 {
		in = flow.EnterOutcome{Kind: "instructed", Name: "江岭要情", Issue: "第" + digits(109+9*n) + "期", Who: "省委副秘书长", Proof: "省委办公厅批示抄告单", Occurred: in.Occurred}
	}
	if n%4 == 2 {
		in = flow.EnterOutcome{Kind: "declined", Proof: "对方编辑电话告知：同类情况已综合刊发", Occurred: in.Occurred}
	}
	c.tick()
	o, err := c.w.Flow.EnterOutcome(c.ctx, c.as(mainCity, "editor", 0), s.id, in)
	if err != nil || n == c.inAll(4, 4)-1 {
		return err
	}
	c.at(c.days(c.now(), 1), func() error {
		c.tick()
		_, err := c.w.Flow.DecideOutcome(c.ctx, c.chiefOf(mainCity), o.ID, flow.DecideOutcome{Confirm: true})
		return err
	})
	return nil
}

// call is something that came by telephone: the desk enters it, the unit says
// yes an hour later, unless it is this morning's.
func (c *city) call(settled bool) error {
	call := calls[c.phones%len(calls)]
	c.phones++
	county := c.unit(call.unit).Parent
	desk := c.as(county, "editor", 0)
	c.tick()
	filed, err := c.w.Flow.FileFor(c.ctx, desk, flow.FileFor{Office: c.ids[county], Unit: c.ids[call.unit], Title: call.title, Body: call.body, Genre: "news", Form: "brief",
		Contact: c.reporter(call.unit), Channel: "telephone", Proof: "县政府值班电话记录第" + digits(30+c.phones) + "号", At: c.now().Add(-6 * time.Minute).UnixMicro(), Urgent: true})
	if err != nil {
		return err
	}
	fl := filed.Filings[0]
	if settled {
		c.at(c.later(c.now(), 60), func() error {
			c.tick()
			_, err := c.w.Flow.ConfirmFiled(c.ctx, c.as(call.unit, "reporter", 0), filed.Item.ID)
			return err
		})
		c.arrive(&sheet{id: fl.ID, office: county, from: call.unit, title: call.title, body: call.body, genre: "news", form: "brief", urgent: true})
	}
	return nil
}

// blend is a composite in the making.
type blend struct {
	mix
	group  string
	sheets []*sheet
}

// mixIn makes the composite when all its parts have come, and sends it on.
func (c *city) mixIn(b *blend) error {
	if len(b.sheets) < len(b.parts) {
		c.at(c.later(c.now(), 60), func() error { return c.mixIn(b) })
		return nil
	}
	m := composites[b.group]
	var names, body []string
	parts := make([]filing.Contribution, len(b.parts))
	for i, s := range b.sheets {
		parts[i] = b.parts[i]
		parts[i].Filing = s.id
		names = append(names, c.name(s.from))
		first, _, _ := strings.Cut(s.body, "\n")
		body = append(body, "【"+c.name(s.from)+"】"+first)
	}
	title := strings.ReplaceAll(m.title, "%s", c.name(b.county))
	text := strings.ReplaceAll(m.lead, "%s", strings.Join(names, "、")) + "\n" + strings.Join(body, "\n") + "\n" + m.tail
	c.tick()
	fl, err := c.w.Flow.Merge(c.ctx, c.as(b.county, "editor", 0), flow.Merge{Office: c.ids[b.county], Parts: parts, Title: title, Body: text, Genre: b.sheets[0].genre})
	if err != nil {
		return err
	}
	s := &sheet{id: fl.ID, office: b.county, from: b.county, title: title, body: text, genre: fl.Genre, form: fl.Form, lift: b.lift, parts: len(parts)}
	c.at(c.later(c.now(), 40), func() error { return c.useMixed(s) })
	return nil
}

// useMixed: the composite needs no more editing.
func (c *city) useMixed(s *sheet) error {
	c.tick()
	if _, err := c.w.Flow.MarkReady(c.ctx, c.editorOf(s), s.id, flow.MarkReady{Seen: s.rev}); err != nil {
		return err
	}
	if err := c.adopt(s); err != nil {
		return err
	}
	return c.upwards(s)
}
