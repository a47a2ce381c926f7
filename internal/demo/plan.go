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
	morning := c.last.Add(7*time.Hour + 40*time.Minute)
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

// plan lays out the days: who writes when, the weekly issues, and the things
// that happen once or a few times.
func (c *city) plan() error {
	c.busy()
	c.planWriting()
	c.planMixing()
	c.planFlood()
	c.planSeries()
	c.planPress()
	c.planParked()
	calls := c.inAll(4, 2)
	for i := range calls {
		c.at(c.share(10+84*i/calls), func() error { return c.call(true) })
	}
	c.at(c.renaming().Add(7*time.Hour), c.rename)
	c.at(c.merging().Add(7*time.Hour), c.merge)
	return nil
}

// busy gives every unit its diligence.
func (c *city) busy() {
	for _, u := range c.units {
		if !u.Files() {
			continue
		}
		n := pick(c, []int{1, 2, 3, 3, 4, 4, 5, 6, 7, 9})
		switch {
		case u.Code == threeChecks:
			n = 9
		case u.Level == "department":
			n = c.between(1, 3)
		}
		c.diligent[u.Code] = n
	}
	c.enlist()
	for days := 61; days < c.w.Days; days += 61 {
		c.at(c.first.AddDate(0, 0, days), c.drift)
	}
}

// enlist makes the lot from which the next writer is drawn.
func (c *city) enlist() {
	c.writes = c.writes[:0]
	for _, u := range c.units {
		for range c.diligent[u.Code] {
			c.writes = append(c.writes, u)
		}
	}
}

// drift: every two months some units have a new reporter who writes more, and
// some fall off.
func (c *city) drift() error {
	for _, u := range c.units {
		n := c.diligent[u.Code]
		if n == 0 || u.Code == threeChecks {
			continue
		}
		switch {
		case c.chance(18):
			n += c.between(1, 3)
		case c.chance(15):
			n -= c.between(1, 2)
		}
		c.diligent[u.Code] = min(max(n, 1), 10)
	}
	c.enlist()
	return nil
}

// months are how much is written in each: floods in summer, the harvest, the end
// of the year; little around the spring festival.
var months = map[time.Month]int{1: 105, 2: 75, 3: 85, 4: 90, 5: 95, 6: 125, 7: 130, 8: 105, 9: 115, 10: 95, 11: 115, 12: 140}

// planWriting spreads the items over the days: working days alike, weekends few.
func (c *city) planWriting() {
	total := 0
	weight := make([]int, c.w.Days-1)
	for i := range weight {
		if weight[i] = 10; c.works(c.first.AddDate(0, 0, i)) {
			weight[i] = c.between(10, 14) * months[c.first.AddDate(0, 0, i).Month()] / 10
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

// mixes are those of ninety days; a longer time has them again and again.
var mixes = []mix{
	{countyA, 15, []string{"flood", "citrus", "wages"}, []filing.Contribution{{Num: 1, Den: 2}, {Num: 1, Den: 4}, {Num: 1, Den: 4}}, 2},
	{countyC, 48, []string{"wages"}, []filing.Contribution{{Num: 2, Den: 5}, {Num: 2, Den: 5}, {Num: 1, Den: 5}}, 1},
	{countyB, 66, []string{"citrus", "flood", "straw", "wages"}, []filing.Contribution{{}, {}, {}}, 1},
	{countyA, 80, []string{"citrus", "ditch", "straw", "wages"}, []filing.Contribution{{Num: 1, Den: 3}, {Num: 1, Den: 3}, {Num: 1, Den: 3}}, 1},
	{"970124", 30, []string{"ditch", "flood", "wages"}, []filing.Contribution{{Num: 1, Den: 2}, {Num: 1, Den: 4}, {Num: 1, Den: 4}}, 1},
	{"970125", 58, []string{"straw", "citrus", "wages"}, []filing.Contribution{{}, {}, {}}, 1},
}

func (c *city) planMixing() {
	rounds := max(1, c.w.Days/90)
	for i := range rounds * len(mixes) {
		m := mixes[i%len(mixes)]
		day := c.share((m.percent + 100*(i/len(mixes))) / rounds)
		group := m.groups[len(m.groups)-1]
		for _, g := range m.groups {
			if len(c.inGroup(g, day.Month())) >= 3 {
				group = g
				break
			}
		}
		c.blend(day, i, &blend{mix: m, group: group})
	}
}

// blend lets as many townships as there are parts write of one matter on one
// morning, each in its own words; in the afternoon it becomes a composite.
func (c *city) blend(day time.Time, from int, b *blend) {
	texts, towns := c.inGroup(b.group, day.Month()), c.townships(b.county)
	for k := range b.parts {
		p := &paper{unit: towns[(k+from)%len(towns)], text: texts[(k+from)%len(texts)], blend: b, urgent: b.group == "flood"}
		c.at(day.Add(time.Duration(c.between(0, 50))*time.Minute), func() error { return c.begin(p) })
	}
	c.at(c.later(day, 360), func() error { return c.mixIn(b) })
}

// planFlood is the year's great flood: six townships of 望岭县 report the same
// morning's water, and two over the border tell it too late to be used.
func (c *city) planFlood() {
	for day := c.first.AddDate(0, 0, 15); day.Before(c.last.AddDate(0, 0, -15)); day = day.AddDate(0, 0, 1) {
		if day.Month() != time.July || day.Day() < 3 || !c.works(day) {
			continue
		}
		parts := []filing.Contribution{{Num: 1, Den: 4}, {Num: 1, Den: 4}, {Num: 1, Den: 8}, {Num: 1, Den: 8}, {Num: 1, Den: 8}, {Num: 1, Den: 8}}
		c.blend(day.Add(8*time.Hour+20*time.Minute), 0, &blend{mix: mix{county: countyA, parts: parts, lift: 2}, group: "flood"})
		for k, code := range []string{direct, "970123103"} {
			p := &paper{unit: code, text: c.inGroup("flood", day.Month())[4+k]}
			c.at(day.Add(time.Duration(34+k)*time.Hour), func() error { return c.begin(p) })
		}
		return
	}
}

// planSeries: one unit reports on one matter again and again until it is done.
func (c *city) planSeries() {
	homes := map[string]string{"bridge": twoChecks, "river": "970124102"}
	met := map[string]int{}
	for _, t := range c.texts {
		if t.Series == "" || c.w.Days < 120 {
			continue
		}
		p := &paper{unit: homes[t.Series], text: t, sure: true}
		c.at(c.share(24+len(met)*10+7*met[t.Series]), func() error { return c.begin(p) })
		met[t.Series]++
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
		if u.Parent == county && u.Level == "township" && u.Code != merged {
			out = append(out, u.Code)
		}
	}
	return out
}

// planPress plans the printing: counties at the end of the week, the city on Tuesdays and
// Thursdays with a special report on Wednesdays, the province on Wednesdays.
func (c *city) planPress() {
	days := map[string][]time.Weekday{"jlxx": {time.Wednesday}, "jcxx": {time.Tuesday, time.Thursday}, special: {time.Wednesday}, urgentReport: {time.Monday},
		"wlxx": {time.Friday}, "slxx": {time.Friday}, "xiuxx": {time.Friday}, "txxx": {time.Thursday}, "fdxx": {time.Thursday}, "zcxx": {time.Friday}}
	for i := range c.w.Days - 1 {
		day := c.first.AddDate(0, 0, i)
		for k, b := range bulletins {
			if n := i / 7 % 2; n != k%2 && c.w.Days > 60 && c.unit(b.office).Level == "county" && b.office != countyA {
				continue // the smaller counties print every other week
			}
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
		{"970124", []string{"tray", "tray", "received", "editing"}},
		{"970125", []string{"tray", "ready", "received", "held"}},
		{"970126", []string{"tray", "tray", "tray", "received"}},
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
	back := c.inAll(2, 2)
	for i := range back {
		c.at(c.share(20+70*i/back), func() error { c.taken++; return nil })
	}
}

// choose draws a text for a unit: in season, not written there for half a year,
// and the least used around it. The second result is whether there was one.
func (c *city) choose(u Unit) (Text, bool) {
	best, at := 1<<30, -1
	for i, t := range c.texts {
		if t.Series != "" || !t.Fits(u) || !t.InSeason(c.now().Month()) {
			continue
		}
		cost := 60*c.used[t.Slug+" "+u.Parent] + 6*c.used[t.Slug] + c.rng.IntN(60)
		if last, ok := c.wrote[t.Slug+" "+u.Code]; ok {
			if cost += 2000; c.now().Sub(last) < again {
				cost += stale
			}
		}
		if cost < best {
			best, at = cost, i
		}
	}
	if at < 0 {
		return Text{}, false
	}
	t := c.texts[at]
	c.used[t.Slug+" "+u.Parent]++
	c.used[t.Slug]++
	c.wrote[t.Slug+" "+u.Code] = c.now()
	return t, best < stale
}

// again is how long a unit waits before it writes of the same thing, stale what
// that costs in the choice: more than everything else.
const (
	again = 170 * 24 * time.Hour
	stale = 1 << 20
)

// digits is a small running number as text.
func digits(n int) string { return strconv.Itoa(n) }
