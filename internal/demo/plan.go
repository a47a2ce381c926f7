package demo

import (
	"container/heap"
	"slices"
	"strconv"
	"time"

	"xinshu/internal/filing"
)

// at plans something.
func (c *city) at(t time.Time, do func() error) {
	c.seq++
	heap.Push(&c.queue, event{at: t, seq: c.seq, do: do})
}

// live lets everything planned happen, up to the last morning. What was planned
// for later stays undone: that is what lies on the desks.
func (c *city) live() error {
	morning := c.last.Add(8 * time.Hour)
	day := 0
	for len(c.queue) > 0 && c.queue[0].at.Before(morning) {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		e := heap.Pop(&c.queue).(event)
		for n := int(e.at.Sub(c.first).Hours()/24) + 1; day < n; {
			day++
			c.progress(day)
		}
		c.moveTo(e.at)
		if err := e.do(); err != nil {
			return err
		}
	}
	c.queue = nil
	c.moveTo(morning)
	return nil
}

// plan lays out the ninety days: who writes when, the weekly issues, and the few
// things that happen once.
func (c *city) plan() error {
	c.busy()
	c.planWriting()
	c.planMixing()
	c.planPress()
	c.planParked()
	for _, percent := range []int{18, 52} {
		c.at(c.share(percent), c.call)
	}
	c.at(c.renaming().Add(7*time.Hour), c.rename)
	return nil
}

// busy gives every unit its diligence.
func (c *city) busy() {
	for _, u := range c.units {
		if !u.Files() {
			continue
		}
		n := c.between(2, 6)
		switch {
		case u.Code == threeChecks:
			n = 7
		case u.Level == "department":
			n = c.between(1, 2)
		}
		for range n {
			c.writes = append(c.writes, u)
		}
	}
}

// planWriting spreads the items over the days: working days alike, weekends few.
func (c *city) planWriting() {
	total := 0
	weight := make([]int, c.w.Days-1)
	for i := range weight {
		if weight[i] = 1; c.works(c.first.AddDate(0, 0, i)) {
			weight[i] = c.between(10, 14)
		}
		total += weight[i]
	}
	sum, done := 0, 0
	for i, w := range weight {
		sum += w
		day := c.first.AddDate(0, 0, i)
		for n := c.w.Items * sum / total; done < n; done++ {
			minute := c.between(8*60+10, 11*60+40)
			if c.chance(55) {
				minute = c.between(14*60+5, 17*60+40)
			}
			c.at(day.Add(time.Duration(minute)*time.Minute+time.Duration(c.rng.IntN(60))*time.Second), c.write)
		}
	}
}

// mix is a composite that is bound to be made.
type mix struct {
	county  string
	percent int      // when
	groups  []string // the first that is in season
	parts   []filing.Contribution
	lift    int // how many offices up it goes
}

var mixes = []mix{
	{countyA, 15, []string{"flood", "citrus", "wages"}, []filing.Contribution{{Num: 1, Den: 2}, {Num: 1, Den: 4}, {Num: 1, Den: 4}}, 2},
	{countyC, 48, []string{"wages"}, []filing.Contribution{{Num: 2, Den: 5}, {Num: 2, Den: 5}, {Num: 1, Den: 5}}, 1},
	{countyB, 66, []string{"citrus", "flood", "wages"}, []filing.Contribution{{}, {}, {}}, 1},
	{countyA, 80, []string{"citrus", "wages"}, []filing.Contribution{{Num: 1, Den: 3}, {Num: 1, Den: 3}, {Num: 1, Den: 3}}, 1},
}

func (c *city) planMixing() {
	for i, m := range mixes {
		day := c.share(m.percent)
		group := m.groups[len(m.groups)-1]
		for _, g := range m.groups {
			if len(c.inGroup(g, day.Month())) >= 3 {
				group = g
				break
			}
		}
		texts := c.inGroup(group, day.Month())
		towns := c.townships(m.county)
		b := &blend{mix: m, group: group}
		for k := range m.parts {
			p := &paper{unit: towns[(k+i)%len(towns)], text: texts[k%len(texts)], blend: b, urgent: group == "flood"}
			c.at(day.Add(time.Duration(c.between(0, 50))*time.Minute), func() error { return c.begin(p) })
		}
		c.at(c.later(day, 360), func() error { return c.mixIn(b) })
	}
}

func (c *city) inGroup(group string, m time.Month) []Text {
	var out []Text
	for _, t := range c.texts {
		if t.Group == group && t.InSeason(m) {
			out = append(out, t)
		}
	}
	return out
}

func (c *city) townships(county string) []string {
	var out []string
	for _, u := range c.units {
		if u.Parent == county && u.Level == "township" {
			out = append(out, u.Code)
		}
	}
	return out
}

// planPress plans the printing: counties on Fridays, the city on Tuesdays and
// Thursdays with a special report on Wednesdays, the province on Wednesdays.
func (c *city) planPress() {
	days := map[string][]time.Weekday{"jlxx": {time.Wednesday}, "jcxx": {time.Tuesday, time.Thursday}, special: {time.Wednesday},
		"wlxx": {time.Friday}, "slxx": {time.Friday}, "xiuxx": {time.Friday}}
	for i := range c.w.Days - 1 {
		day := c.first.AddDate(0, 0, i)
		for k, b := range bulletins {
			if c.works(day) && slices.Contains(days[b.code], day.Weekday()) {
				c.at(day.Add(15*time.Hour+time.Duration(7*k+c.between(0, 6))*time.Minute), func() error { return c.press(b) })
			}
		}
	}
}

// planParked plans the papers that shall lie on the desks on the last morning:
// where, and how far each has come.
func (c *city) planParked() {
	tables := []struct {
		office string
		parks  []string
	}{
		{countyA, []string{"tray", "tray", "tray", "tray", "tray", "tray", "tray", "tray", "ready", "ready", "editing", "editing", "received", "received", "received", "held"}},
		{countyB, []string{"tray", "tray", "tray", "received", "received", "editing"}},
		{countyC, []string{"tray", "tray", "received", "held"}},
		{mainCity, []string{"tray", "tray", "tray", "editing", "received", "ready"}},
	}
	for _, t := range tables {
		for i, park := range t.parks {
			day := c.before(1 + (len(t.parks)-i)/6)
			if day.Before(c.first) {
				day = c.first
			}
			minute := 8*60 + 20 + i*11
			c.at(day.Add(time.Duration(minute)*time.Minute), func() error { return c.writeAt(t.office, park) })
		}
	}
	for i := range takenBack {
		c.at(c.share(30+40*i), func() error { c.taken++; return nil })
	}
}

// choose draws a text for a unit: in season, not yet written there, and the
// least used around it.
func (c *city) choose(u Unit) (Text, bool) {
	best, at := 1<<30, -1
	for i, t := range c.texts {
		if !t.Fits(u) || !t.InSeason(c.now().Month()) {
			continue
		}
		cost := 1000*c.used[t.Slug+" "+u.Code] + 100*c.used[t.Slug+" "+u.Parent] + 20*c.used[t.Slug] + c.rng.IntN(20)
		if cost < best {
			best, at = cost, i
		}
	}
	if at < 0 {
		return Text{}, false
	}
	t := c.texts[at]
	for _, key := range []string{t.Slug + " " + u.Code, t.Slug + " " + u.Parent, t.Slug} {
		c.used[key]++
	}
	return t, best < 1000
}

// digits is a small running number as text.
func digits(n int) string { return strconv.Itoa(n) }
