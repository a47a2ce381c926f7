package flow_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"xinshu/internal/delivery"
	"xinshu/internal/duty"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
	"xinshu/internal/testing/storetest"
)

var update = flag.Bool("update", false, "write the golden file of the permission grid")

const gridHead = `# Who may do what, in which state, and why not.
#
# The unit is T1, its desk K1; C is the office above K1, K2 another county's desk, T2 another unit of K1.
# Each line is one verb: "allowed" or the reason, and who gets it, as unit:roles; "*" is everybody of the unit
# in the grid. Each refusal was given by the verb itself; attach, merge, confirm_outcome and arrange, which take more
# than one object or file to ask, are as the table says. Written by:
#
#	go test ./internal/flow -run TestPermissionGrid -update
`

// stander is somebody in the grid: a role and where it is held.
type stander struct{ unit, role string }

func (s stander) login() string { return s.role + "." + s.unit }

func standers() (all []stander) {
	for _, g := range []struct{ unit, roles string }{
		{"T1", "reporter reviewer secrecy signer"},
		{"K1", "editor editor2 chief leader followup assessor"},
		{"C", "editor chief leader followup assessor admin security auditor"},
		{"K2", "editor chief leader followup assessor"},
		{"T2", "reporter signer"},
	} {
		for r := range strings.FieldsSeq(g.roles) {
			all = append(all, stander{g.unit, r})
		}
	}
	return all
}

// cell is an object in one state: what its table says to somebody, and the
// verbs to ask.
type cell struct {
	noun, state, id string
	actions         func(a flow.Actor, s stander) ([]org.Action, error)
}

func TestPermissionGrid(t *testing.T) {
	p := &play{world: open(t, storetest.SQLite(t)), have: map[string][]string{}, code: map[ident.Unit]string{}}
	for code, u := range p.Units {
		p.code[u.ID] = code
	}
	var b strings.Builder
	b.WriteString(gridHead)
	for _, c := range slices.Concat(p.gridItems(), p.gridFilings(), p.gridPlacements(), p.gridIssues(), p.gridCopies(), p.gridDuties()) {
		fmt.Fprintf(&b, "\n%s %s\n", c.noun, c.state)
		for _, line := range p.lines(c) {
			b.WriteString("  " + line + "\n")
		}
	}
	p.sound()
	golden := filepath.Join("testdata", "grid.golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(want) {
		g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
		for i := range min(len(g), len(w)) {
			if g[i] != w[i] {
				t.Errorf("grid, line %d = %s\nwant %s", i+1, g[i], w[i])
			}
		}
		t.Error("the permission grid changed; if that is meant: go test ./internal/flow -run TestPermissionGrid -update")
	}
}

// lines asks everybody for every verb of an object.
func (p *play) lines(c cell) []string {
	var verbs []string
	who := map[string]map[string][]stander{} // verb -> outcome -> people
	for _, s := range standers() {
		as, err := c.actions(p.As(s.login()), s)
		hidden := fault.Is(err, fault.NotFound)
		if err != nil && !hidden {
			p.T.Fatal(err)
		}
		if hidden {
			as = p.asked(c)
		}
		for _, a := range as {
			v := string(a.Verb)
			if who[v] == nil {
				who[v] = map[string][]stander{}
				verbs = append(verbs, v)
			}
			outcome := p.outcome(c, s, a, hidden)
			who[v][outcome] = append(who[v][outcome], s)
		}
	}
	var out []string
	for _, v := range verbs {
		out = append(out, fmt.Sprintf("%-15s %s", v, grouped(who[v])))
	}
	return out
}

// asked are the verbs of a noun as an administrator of nothing would see them:
// all refused.
func (p *play) asked(c cell) []org.Action {
	switch c.noun {
	case "item":
		it := item.Item{}
		return item.Lifecycle.Actions("", nil, item.Case{Item: &it})
	case "filing":
		fl := filing.Filing{}
		return filing.Lifecycle.Actions("", nil, filing.Case{Filing: &fl})
	case "placement":
		q := issue.Placement{}
		return issue.PlaceLifecycle.Actions("", nil, issue.PlaceCase{Placement: &q})
	case "issue":
		return issue.Lifecycle.Actions("", nil, issue.Case{})
	case "delivery":
		return delivery.Lifecycle.Actions("", nil, delivery.Case{})
	}
	return duty.Lifecycle.Actions("", nil, duty.Case{Duty: &duty.Duty{}})
}

// outcome is "allowed", or the verb's own reason. What the table refuses is
// tried: the verb must refuse it too, and for a reason the table gave.
func (p *play) outcome(c cell, s stander, a org.Action, hidden bool) string {
	if a.Allowed && !hidden {
		return "allowed"
	}
	said := "not_found"
	if !hidden {
		said = a.Why[0].Code
	}
	at := slices.IndexFunc(moves, func(m verb) bool { return m.noun == c.noun && m.name == a.Verb })
	if at < 0 {
		return said // a verb on several objects at once, or one that follows another
	}
	p.at = p.newestFact()
	was := p.at
	err := moves[at].run(p, p.As(s.login()), p.look(c.noun, c.id), choice{N: 8})
	if err == nil || p.newestFact() != was {
		p.T.Fatalf("%s of a %s %s by %s = %v, though its table says %s", a.Verb, c.state, c.noun, s.login(), err, said)
	}
	if fault.Is(err, fault.NotFound) {
		return "not_found"
	}
	why, isRefusal := fault.Refused(err)
	if !isRefusal || !hidden && !slices.ContainsFunc(a.Why, func(r fault.Reason) bool { return r.Code == why[0].Code }) {
		p.T.Errorf("%s of a %s %s by %s = %v, want the table's reason %s", a.Verb, c.state, c.noun, s.login(), err, said)
	}
	return why[0].Code
}

// grouped writes outcomes and who gets them, the allowed first.
func grouped(by map[string][]stander) string {
	var keys []string
	for k := range by {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int {
		if (a == "allowed") != (b == "allowed") {
			if a == "allowed" {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	total := map[string]int{}
	for _, s := range standers() {
		total[s.unit]++
	}
	var out []string
	for _, k := range keys {
		roles := map[string][]string{}
		var order []string
		for _, s := range by[k] {
			if roles[s.unit] == nil {
				order = append(order, s.unit)
			}
			roles[s.unit] = append(roles[s.unit], s.role)
		}
		var who []string
		for _, u := range order {
			if len(roles[u]) == total[u] {
				who = append(who, u+":*")
			} else {
				who = append(who, u+":"+strings.Join(roles[u], ","))
			}
		}
		out = append(out, k+" "+strings.Join(who, " "))
	}
	return strings.Join(out, " | ")
}

func (p *play) itemCell(state string, id ident.Item) cell {
	return cell{"item", state, string(id), func(a flow.Actor, _ stander) ([]org.Action, error) {
		v, err := p.Flow.Item(p.Ctx(), a, id)
		return v.Actions, err
	}}
}

func (p *play) gridItems() []cell {
	t := p.T
	rep, sign := p.As("reporter.T1"), p.As("signer.T1")
	draft := func() item.Item {
		return ok[item.Item](t)(p.Flow.Draft(p.Ctx(), rep, flow.Draft{Unit: p.ID("T1"), Title: "稿", Body: body, Genre: "problem", Form: "single"}))
	}
	back := p.submitted("退改的")
	ok[item.Item](t)(p.Flow.SendBack(p.Ctx(), sign, back.ID, flow.SendBack{Reason: "no_figures", Remark: "补数"}))
	gone := draft()
	ok[item.Item](t)(p.Flow.Withdraw(p.Ctx(), rep, gone.ID, flow.Withdraw{}))
	signed, _ := p.filed("T1", "签发的")
	printed, fl := p.filed("T1", "印发的")
	p.ready("K1", fl.ID, "印发的")
	p.published("K1", "k1", fl.ID)
	by := ok[flow.Filed](t)(p.Flow.FileFor(p.Ctx(), p.As("editor.K1"), flow.FileFor{Office: p.ID("K1"), Unit: p.ID("T1"), Title: "代录的", Body: body, Genre: "news", Form: "brief", Channel: "fax"}))
	own := ok[item.Item](t)(p.Flow.Draft(p.Ctx(), sign, flow.Draft{Unit: p.ID("T1"), Title: "签发人写的", Body: body, Genre: "problem", Form: "single"}))
	ok[item.Item](t)(p.Flow.Submit(p.Ctx(), sign, own.ID, flow.Submit{}))
	return []cell{
		p.itemCell("draft", draft().ID), p.itemCell("submitted, waits for the signature", p.submitted("送审的").ID), p.itemCell("submitted, written by the signer", own.ID), p.itemCell("sent_back, unchanged", back.ID),
		p.itemCell("signed", signed.ID), p.itemCell("signed, printed", printed.ID), p.itemCell("signed, entered by the desk", by.Item.ID), p.itemCell("withdrawn", gone.ID),
	}
}

func (p *play) filingCell(state string, id ident.Filing) cell {
	return cell{"filing", state, string(id), func(a flow.Actor, _ stander) ([]org.Action, error) {
		v, err := p.Flow.Filing(p.Ctx(), a, id)
		return v.Actions, err
	}}
}

func (p *play) received(unit, title string) ident.Filing {
	_, fl := p.filed(unit, title)
	return ok[filing.Filing](p.T)(p.Flow.Receive(p.Ctx(), p.As("editor.K1"), fl.ID)).ID
}

func (p *play) gridFilings() []cell {
	t, ed := p.T, p.As("editor.K1")
	_, filed := p.filed("T1", "新到的")
	editing, held, declined, returned := p.received("T1", "在编的"), p.received("T1", "留用的"), p.received("T1", "不用的"), p.received("T1", "退的")
	ok[filing.Filing](t)(p.Flow.ReviseFiling(p.Ctx(), ed, editing, flow.ReviseFiling{Title: "编", Body: body}))
	ok[filing.Filing](t)(p.Flow.Hold(p.Ctx(), ed, held, flow.Hold{Reason: "waiting", Remark: "等数"}))
	ok[filing.Filing](t)(p.Flow.Decline(p.Ctx(), ed, declined, flow.Decline{Reason: "stale", Remark: "过时"}))
	ok[filing.Filing](t)(p.Flow.Return(p.Ctx(), ed, returned, flow.Return{Reason: "no_figures", Remark: "补数"}))
	_, ready := p.filed("T1", "定稿的")
	p.ready("K1", ready.ID, "定稿的")
	_, adopted := p.filed("T1", "采用的")
	p.ready("K1", adopted.ID, "采用的")
	ok[issue.Placement](t)(p.Flow.Adopt(p.Ctx(), ed, adopted.ID, flow.Adopt{Publication: p.Pubs["k1"].ID, Seen: -1}))
	_, printed := p.filed("T1", "印过的")
	p.ready("K1", printed.ID, "印过的")
	p.published("K1", "k1", printed.ID)
	parts := []filing.Contribution{{Filing: p.received("T1", "并一")}, {Filing: p.received("T1", "并二")}}
	comp := ok[filing.Filing](t)(p.Flow.Merge(p.Ctx(), ed, flow.Merge{Office: p.ID("K1"), Parts: parts, Title: "综合", Body: body}))
	goneItem, gone := p.filed("T1", "撤的")
	ok[item.Item](t)(p.Flow.Withdraw(p.Ctx(), p.As("reporter.T1"), goneItem.ID, flow.Withdraw{Remark: "不报了"}))
	_, low := p.filed("T1", "往外的")
	p.ready("K1", low.ID, "往外的")
	up := ok[filing.Filing](t)(p.Flow.Forward(p.Ctx(), p.As("chief.K1"), low.ID, flow.Forward{Seen: 1}))
	p.ready("C", up.ID, "往外的")
	out := ok[filing.Filing](t)(p.Flow.Forward(p.Ctx(), p.As("chief.C"), up.ID, flow.Forward{Office: p.ID("X"), Seen: 1}))
	return []cell{
		p.filingCell("filed", filed.ID), p.filingCell("received, held by editor", p.received("T1", "签收的")), p.filingCell("editing, held by editor", editing), p.filingCell("ready", ready.ID),
		p.filingCell("ready, adopted", adopted.ID), p.filingCell("ready, printed", printed.ID), p.filingCell("ready, forwarded", low.ID), p.filingCell("held", held), p.filingCell("declined", declined), p.filingCell("returned", returned),
		p.filingCell("merged", parts[0].Filing), p.filingCell("editing, a composite", comp.ID), p.filingCell("withdrawn", gone.ID), p.filingCell("outside, sent by C", out.ID),
	}
}

// heldAt are the roles of somebody in the grid at a place.
func (p *play) heldAt(s stander, place ident.Unit) []org.Role {
	if p.ID(s.unit) != place {
		return nil
	}
	return []org.Role{org.Role(strings.TrimSuffix(s.role, "2"))}
}

// placeCell has no reading of its own: the table is asked with the grid's roles,
// for those who work at the desk.
func (p *play) placeCell(state string, id ident.Placement, issueOpen bool) cell {
	return cell{"placement", state, string(id), func(_ flow.Actor, s stander) (as []org.Action, err error) {
		p.view(func(tx *store.Tx) error {
			q, terr := tx.Placement(id)
			if s.unit != "K1" {
				err = fault.Missing("placement", string(id))
			}
			as = issue.PlaceLifecycle.Actions(q.State, p.heldAt(s, q.Office), issue.PlaceCase{Placement: &q, IssueOpen: issueOpen})
			return terr
		})
		return as, err
	}}
}

// adopted makes a placement, in an issue where one is wanted.
func (p *play) adopted(title string, arranged bool) (issue.Placement, issue.Issue) {
	t, ed := p.T, p.As("editor.K1")
	_, fl := p.filed("T1", title)
	p.ready("K1", fl.ID, title)
	q := ok[issue.Placement](t)(p.Flow.Adopt(p.Ctx(), ed, fl.ID, flow.Adopt{Publication: p.Pubs["k1"].ID, Seen: -1}))
	if !arranged {
		return q, issue.Issue{}
	}
	is := ok[issue.Issue](t)(p.Flow.OpenIssue(p.Ctx(), ed, flow.OpenIssue{Publication: p.Pubs["k1"].ID}))
	return ok[issue.Placement](t)(p.Flow.Place(p.Ctx(), ed, q.ID, flow.Place{Issue: is.ID})), is
}

func (p *play) printed(title string) issue.Placement {
	_, fl := p.filed("T1", title)
	p.ready("K1", fl.ID, title)
	return p.published("K1", "k1", fl.ID)
}

func (p *play) gridPlacements() []cell {
	t, ed, chief := p.T, p.As("editor.K1"), p.As("chief.K1")
	tray, _ := p.adopted("待排", false)
	gone, _ := p.adopted("取消", false)
	ok[issue.Placement](t)(p.Flow.Unadopt(p.Ctx(), ed, gone.ID, flow.Remark{}))
	arranged, _ := p.adopted("排入", true)
	before, is := p.adopted("送审签", true)
	ok[issue.Issue](t)(p.Flow.Propose(p.Ctx(), ed, is.ID))
	corrected, recalled := p.printed("更正"), p.printed("收回")
	ok[issue.Placement](t)(p.Flow.Correct(p.Ctx(), chief, corrected.ID, flow.Correct{Title: "更正", Body: body, Notice: "有误"}))
	ok[issue.Placement](t)(p.Flow.Recall(p.Ctx(), chief, recalled.ID, flow.Remark{Remark: "有误"}))
	return []cell{
		p.placeCell("tray", tray.ID, false), p.placeCell("arranged", arranged.ID, true), p.placeCell("arranged, its issue proposed", before.ID, false),
		p.placeCell("published", p.printed("印发").ID, false), p.placeCell("corrected", corrected.ID, false), p.placeCell("recalled", recalled.ID, false), p.placeCell("gone", gone.ID, false),
	}
}

func (p *play) issueCell(state string, id ident.Issue) cell {
	return cell{"issue", state, string(id), func(a flow.Actor, s stander) ([]org.Action, error) {
		v, err := p.Flow.Issue(p.Ctx(), a, id)
		if err == nil && !v.AtDesk { // a reader reads; the desk's verbs are not his to know
			err = fault.Missing("issue", string(id))
		}
		return v.Actions, err
	}}
}

func (p *play) gridIssues() []cell {
	t, ed, chief := p.T, p.As("editor.K1"), p.As("chief.K1")
	empty := ok[issue.Issue](t)(p.Flow.OpenIssue(p.Ctx(), ed, flow.OpenIssue{Publication: p.Pubs["k1"].ID}))
	_, opened := p.adopted("一", true)
	_, proposed := p.adopted("二", true)
	ok[issue.Issue](t)(p.Flow.Propose(p.Ctx(), ed, proposed.ID))
	_, approved := p.adopted("三", true)
	ok[issue.Issue](t)(p.Flow.Propose(p.Ctx(), ed, approved.ID))
	ok[issue.Issue](t)(p.Flow.ApproveIssue(p.Ctx(), chief, approved.ID))
	return []cell{p.issueCell("open, empty", empty.ID), p.issueCell("open", opened.ID), p.issueCell("proposed", proposed.ID), p.issueCell("approved", approved.ID), p.issueCell("published", p.issueOf(p.printed("四")))}
}

func (p *play) issueOf(q issue.Placement) (id ident.Issue) {
	p.view(func(tx *store.Tx) error {
		now, err := tx.Placement(q.ID)
		id = now.Issue
		return err
	})
	return id
}

func (p *play) gridCopies() []cell {
	copyOf := func(q issue.Placement) (id ident.Delivery) {
		p.view(func(tx *store.Tx) error {
			ds, err := tx.DeliveriesOf(p.issueOf(q))
			for _, d := range ds {
				if d.Unit == p.ID("T1") {
					id = d.ID
				}
			}
			return err
		})
		return id
	}
	at := func(state delivery.State, id ident.Delivery) cell {
		return cell{"delivery", string(state) + ", to T1", string(id), func(_ flow.Actor, s stander) ([]org.Action, error) {
			if s.unit != "T1" {
				return nil, fault.Missing("delivery", string(id))
			}
			return delivery.Lifecycle.Actions(state, p.heldAt(s, p.ID("T1")), delivery.Case{}), nil
		}}
	}
	confirmed, recalled := p.printed("签收的期"), p.printed("收回的期")
	ok[delivery.Delivery](p.T)(p.Flow.Confirm(p.Ctx(), p.As("reporter.T1"), copyOf(confirmed)))
	ok[issue.Placement](p.T)(p.Flow.Recall(p.Ctx(), p.As("chief.K1"), recalled.ID, flow.Remark{Remark: "有误"}))
	return []cell{at(delivery.Sent, copyOf(p.printed("发出的期"))), at(delivery.Confirmed, copyOf(confirmed)), at(delivery.Recalled, copyOf(recalled))}
}

func (p *play) gridDuties() []cell {
	t := p.T
	_, fl := p.filed("T1", "批示的")
	ok[filing.Filing](t)(p.Flow.Receive(p.Ctx(), p.As("editor.K1"), fl.ID))
	upTo := func(n int) ident.Duty {
		d := ok[duty.Duty](t)(p.Flow.Instruct(p.Ctx(), p.As("leader.K1"), flow.Instruct{Filing: fl.ID, Text: "请研究。"}))
		for i, act := range []func() (duty.Duty, error){
			func() (duty.Duty, error) {
				return p.Flow.PassOn(p.Ctx(), p.As("followup.K1"), d.ID, flow.PassOn{Unit: p.ID("T1")})
			},
			func() (duty.Duty, error) {
				return p.Flow.Answer(p.Ctx(), p.As("reporter.T1"), d.ID, flow.Answer{Text: "已办"})
			},
			func() (duty.Duty, error) {
				return p.Flow.Accept(p.Ctx(), p.As("followup.K1"), d.ID, flow.Remark{})
			},
		} {
			if i < n {
				ok[duty.Duty](t)(act())
			}
		}
		return d.ID
	}
	var out []cell
	for n, state := range []string{"recorded", "passed_on to T1", "answered by T1", "accepted"} {
		id := upTo(n)
		out = append(out, cell{"duty", state, string(id), func(a flow.Actor, _ stander) ([]org.Action, error) {
			v, err := p.Flow.Duty(p.Ctx(), a, id)
			return v.Actions, err
		}})
	}
	return out
}
