package demo

import (
	"strconv"
	"strings"
	"time"

	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
)

// What 枕溪乡 is called after it became a town.
const (
	newName  = "枕溪镇人民政府"
	newShort = "枕溪镇"
)

// The office that is not on the system.
const (
	outsideName  = "江岭省委办公厅信息处"
	outsideShort = "省委办信息处"
)

func (c *city) date(t time.Time) string { return t.In(c.loc).Format("2006-01-02") }

// enterUnits enters the tree and the lines: to the government office above, from
// the city also to the outside office, from one township also straight to the
// city.
func (c *city) enterUnits() error {
	for _, u := range c.units {
		office := u.Level == "province" || u.Level == "city" || u.Level == "county"
		in := flow.EnterUnit{Code: u.Code, Name: u.Name, Short: u.Short, Level: org.Level(u.Level), Parent: c.ids[u.Parent], Office: office}
		if err := c.enterUnit(in); err != nil {
			return err
		}
		if u.Parent == "" {
			continue
		}
		if err := c.draw(u.Code, flow.DrawLine{Office: c.ids[u.Parent], Network: org.Government, Rank: 1}); err != nil {
			return err
		}
	}
	err := c.enterUnit(flow.EnterUnit{Code: outside, Name: outsideName, Short: outsideShort, Level: org.Province, Parent: c.ids[province], Office: true, Outside: true})
	if err != nil {
		return err
	}
	if err := c.draw(mainCity, flow.DrawLine{Office: c.ids[outside], Network: org.Party, Rank: 2}); err != nil {
		return err
	}
	return c.draw(direct, flow.DrawLine{Office: c.ids[mainCity], Network: org.Government, Rank: 2, Direct: true})
}

func (c *city) enterUnit(in flow.EnterUnit) error {
	c.tick()
	u, err := c.w.Flow.EnterUnit(c.ctx, system, in)
	c.ids[in.Code], c.codes[u.ID] = u.ID, in.Code
	return err
}

func (c *city) draw(code string, in flow.DrawLine) error {
	c.tick()
	in.Unit = c.ids[code]
	l, err := c.w.Flow.DrawLine(c.ctx, system, in)
	c.lines[code] = append(c.lines[code], l)
	return err
}

// enterPeople enters everybody with all posts. Those of the doors get the demo's
// password.
func (c *city) enterPeople() error {
	for i, name := range c.everybody() {
		c.tick()
		p, err := c.w.Flow.EnterPerson(c.ctx, system, flow.EnterPerson{Name: name, Login: login(c.posts, name), Phone: "66" + strconv.Itoa(21000+137*i)})
		if err != nil {
			return err
		}
		c.people[name] = p.ID
	}
	for _, p := range c.posts {
		c.tick()
		if _, err := c.w.Flow.HoldPost(c.ctx, system, flow.HoldPost{Person: c.people[p.Name], Unit: c.ids[p.Unit], Role: org.Role(p.Role), Title: p.Title}); err != nil {
			return err
		}
		key := p.Unit + " " + p.Role
		c.posted[key] = append(c.posted[key], c.people[p.Name])
	}
	if c.w.Auth == nil {
		return nil
	}
	for _, d := range doors {
		if err := c.w.Auth.SetPassword(c.ctx, c.as(d.unit, d.role, 0).Person, Password); err != nil {
			return err
		}
	}
	return nil
}

// bulletin is one publication: whose, what it is called, what is in it.
type bulletin struct {
	office, code, name string
	columns            []string
}

var columns = []string{"要情快报", "工作动态", "经验交流", "问题与建议", "社情民意"}

// special is the city's second publication: one text a number.
const special = "jczb"

// urgentReport is 望岭县's second publication, of the same kind.
const urgentReport = "wlzb"

var bulletins = []bulletin{
	{province, "jlxx", "江岭信息", []string{"市县要情", "工作动态", "经验交流", "问题与建议", "社情民意"}},
	{mainCity, "jcxx", "霁川信息", columns},
	{mainCity, special, "霁川专报", []string{"专报"}},
	{countyA, "wlxx", "望岭信息", columns},
	{countyB, "slxx", "石澜信息", columns},
	{countyC, "xiuxx", "岫溪信息", columns},
	{countyA, urgentReport, "望岭专报", []string{"专报"}},
	{"970124", "txxx", "棠溪信息", columns},
	{"970125", "fdxx", "枫渡信息", columns},
	{"970126", "zcxx", "梓川信息", columns},
}

// single says whether a publication has one text a number, for leaders alone.
func single(code string) bool { return code == special || code == urgentReport }

// own is the office's ordinary publication.
func own(office string) string {
	for _, b := range bulletins {
		if b.office == office {
			return b.code
		}
	}
	return ""
}

func (c *city) foundPublications() error {
	for _, b := range bulletins {
		c.tick()
		pub, err := c.w.Flow.EnterPublication(c.ctx, system, flow.EnterPublication{Office: c.ids[b.office], Code: b.code, Name: b.name, Columns: b.columns, MaxBody: 1500, Readers: c.readersOf(b)})
		if err != nil {
			return err
		}
		c.pubs[b.code] = pub
	}
	return nil
}

// readersOf: reported to the office's own leaders and the office above, sent
// beside, issued below. A special report goes to the leaders alone.
func (c *city) readersOf(b bulletin) []issue.ReadBy {
	rs := []issue.ReadBy{{Unit: c.ids[b.office], Manner: "report"}}
	if single(b.code) {
		return rs
	}
	if up := c.unit(b.office).Parent; up != "" {
		rs = append(rs, issue.ReadBy{Unit: c.ids[up], Manner: "report"})
	}
	for _, u := range c.units {
		if u.Parent == b.office && u.Code != merged { // its copies would lie unread after it ended
			rs = append(rs, issue.ReadBy{Unit: c.ids[u.Code], Manner: "issue"})
		}
	}
	return rs
}

// setRules sets what two county offices decided for themselves, the chains of
// two townships, and who competes with whom for which target.
func (c *city) setRules() error {
	f := c.w.Flow
	rules := []struct {
		code string
		org.Rules
	}{
		{countyC, org.Rules{LinesOrdered: true, MaxTitle: 40, MaxBody: 5000}},
		{countyB, org.Rules{ForwardSigned: true, MaxTitle: 40, MaxBody: 5000}},
	}
	for _, r := range rules {
		c.tick()
		if _, err := f.SetRules(c.ctx, system, c.ids[r.code], r.Rules); err != nil {
			return err
		}
	}
	chains := []struct {
		code   string
		checks []org.Check
	}{
		{threeChecks, []org.Check{org.Review, org.SecrecyOK, org.SignOffOK}},
		{twoChecks, []org.Check{org.SecrecyOK, org.SignOffOK}},
	}
	for _, ch := range chains {
		c.tick()
		if _, err := f.SetChain(c.ctx, system, org.Chain{Unit: c.ids[ch.code], Checks: ch.checks}); err != nil {
			return err
		}
	}
	targets := map[string]string{"city": "400", "county": "240", "township": "60", "department": "36"}
	for year := c.first.Year(); year <= c.last.Year(); year++ {
		for _, u := range c.units {
			if u.Class == "" {
				continue
			}
			c.tick()
			in := org.Class{Office: c.ids[u.Parent], Year: year, Unit: c.ids[u.Code], Class: classNames[u.Class], Target: targets[u.Class]}
			if _, err := f.SetClass(c.ctx, system, in); err != nil {
				return err
			}
		}
	}
	return nil
}

var classNames = map[string]string{"city": "设区市", "county": "县（区）", "township": "乡镇（街道）", "department": "部门"}

// activate puts every office's rulebook in force from the first day.
func (c *city) activate() error {
	for _, b := range []struct{ office, role, title string }{
		{province, "assessor", "江岭省政务信息工作考核办法"},
		{mainCity, "assessor", "霁川市政务信息工作考核办法"},
		{countyA, "assessor", "望岭县政务信息工作考核办法"},
		{countyB, "assessor", "石澜县政务信息工作考核办法"},
		{countyC, "assessor", "岫溪县政务信息工作考核办法"},
		{"970124", "assessor", "棠溪县政务信息工作考核办法"},
		{"970125", "assessor", "枫渡县政务信息工作考核办法"},
		{"970126", "assessor", "梓川区政务信息工作考核办法"},
	} {
		c.tick()
		in := flow.Activate{Office: c.ids[b.office], Body: c.rulebook(b.office, b.title)}
		if _, err := c.w.Flow.Activate(c.ctx, c.as(b.office, b.role, 0), in); err != nil {
			return err
		}
	}
	return nil
}

// rate is one row of a rulebook.
type rate struct{ text, event, level, outlet, form, points string }

// rates are an office's rows: its own publication first, then what the levels
// above print, then instructions, then what was called back.
func rates(office string) []rate {
	rows := []rate{
		{"省委《江岭要情》采用", "published", "province", "jlyq", "", "20"},
		{"省《江岭信息》采用综合稿", "published", "province", "jlxx", "composite", "18"},
		{"省《江岭信息》采用", "published", "province", "jlxx", "", "15"},
	}
	if office == province {
		return append(rows, rate{"省领导批示", "instructed", "province", "", "", "20"}, rate{"省信息撤回", "recalled", "province", "", "", "-5"})
	}
	rows = append(rows,
		rate{"市《霁川专报》采用", "published", "city", special, "", "10"},
		rate{"市《霁川信息》采用简讯", "published", "city", "jcxx", "brief", "3"},
		rate{"市《霁川信息》采用综合稿", "published", "city", "jcxx", "composite", "8"},
		rate{"市《霁川信息》采用", "published", "city", "jcxx", "", "5"})
	if office == countyA {
		rows = append(rows, rate{"县《望岭专报》采用", "published", "county", urgentReport, "", "4"})
	}
	if office != mainCity {
		code := own(office)
		rows = append(rows,
			rate{"本县信息采用简讯", "published", "county", code, "brief", "1"},
			rate{"本县信息采用专报", "published", "county", code, "special", "4"},
			rate{"本县信息采用调研", "published", "county", code, "research", "4"},
			rate{"本县信息采用综合稿", "published", "county", code, "composite", "4.5"},
			rate{"本县信息采用", "published", "county", code, "", "2"})
	}
	rows = append(rows,
		rate{"省领导批示", "instructed", "province", "", "", "20"},
		rate{"市领导批示", "instructed", "city", "", "", "10"})
	if office != mainCity {
		rows = append(rows,
			rate{"县领导批示", "instructed", "county", "", "", "5"},
			rate{"本县信息撤回", "recalled", "county", "", "", "-2"})
	}
	return append(rows, rate{"市信息撤回", "recalled", "city", "", "", "-5"})
}

func (c *city) rulebook(office, title string) string {
	var b strings.Builder
	b.WriteString("title: " + title + "\noffice: \"" + office + "\"\nfrom: " + c.date(c.first) + "\nsharing: split\nround: 2\nrules:\n")
	for i, r := range rates(office) {
		b.WriteString("  - clause: 第" + strconv.Itoa(i+1) + "条\n    text: " + r.text + "\n    event: " + r.event + "\n    level: " + r.level + "\n")
		if r.outlet != "" {
			b.WriteString("    outlet: " + r.outlet + "\n")
		}
		if r.form != "" {
			b.WriteString("    form: " + r.form + "\n")
		}
		b.WriteString("    points: \"" + r.points + "\"\n")
	}
	return b.String()
}

// rename makes a township a town; what it filed before keeps the old name.
func (c *city) rename() error {
	c.tick()
	_, err := c.w.Flow.ChangeUnit(c.ctx, system, c.ids[renamed], flow.ChangeUnit{Name: newName, Short: newShort, From: c.date(c.now())})
	return err
}

// merge ends a township in favour of its neighbour; what it filed stays its own.
func (c *city) merge() error {
	c.tick()
	_, err := c.w.Flow.MergeUnits(c.ctx, system, c.ids[merged], flow.MergeUnits{Into: c.ids[mergedInto], From: c.date(c.now())})
	return err
}

func (c *city) codeOf(id ident.Unit) string { return c.codes[id] }
