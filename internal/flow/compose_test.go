package flow_test

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/store"
	"xinshu/internal/testing/storetest"
)

const (
	clauseA = "青禾镇晚熟柑橘种植面积约1.2万亩，预计产量2.8万吨。"
	clauseB = "柳渡乡收购价每斤1.0—1.2元，全县到产地客商约60家。"
	clauseC = "双桅镇果农自建土窖贮果，抽查12户，平均损耗8%。"
)

// written is a filing of a unit with a text of its own, received by its desk.
func (w *world) written(unit, title, text string) filing.Filing {
	t := w.T
	t.Helper()
	it := ok[item.Item](t)(w.Flow.Draft(w.Ctx(), w.As("reporter."+unit), flow.Draft{Unit: w.ID(unit), Title: title, Body: text, Genre: "problem", Form: "single"}))
	ok[item.Item](t)(w.Flow.Submit(w.Ctx(), w.As("reporter."+unit), it.ID, flow.Submit{Seen: 1}))
	ok[item.Item](t)(w.Flow.SignOff(w.Ctx(), w.As("signer."+unit), it.ID, flow.SignOff{Seen: 1}))
	v := ok[flow.ItemView](t)(w.Flow.Item(w.Ctx(), w.As("reporter."+unit), it.ID))
	return ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), w.As("editor.K1"), v.Filings[0].ID))
}

// three are filings of the three townships.
func (w *world) three() []filing.Contribution {
	var out []filing.Contribution
	for i, c := range []string{clauseA, clauseB, clauseC} {
		out = append(out, filing.Contribution{Filing: w.written(fmt.Sprintf("T%d", i+1), "柑橘销售情况之"+string(rune('甲'+i)), c).ID})
	}
	return out
}

func sourcesOf(c flow.Composite) (out []string) {
	for _, p := range c.Paragraphs {
		out = append(out, strings.Trim(strings.Join(strings.Fields(fmt.Sprint(p.Sources)), "+"), "[]"))
	}
	return out
}

func TestCompositeKeepsItsSources(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ed := w.As("editor.K1")
		parts := w.three()
		_, err := w.Flow.Merge(w.Ctx(), ed, flow.Merge{Office: w.ID("K1"), Parts: parts, Title: "三镇柑橘待售量大", Paragraphs: []flow.Paragraph{{Text: clauseA, Sources: []int{4}}}})
		invalid(t, err, "paragraphs", "not_a_source")
		comp := ok[filing.Filing](t)(w.Flow.Merge(w.Ctx(), ed, flow.Merge{Office: w.ID("K1"), Parts: parts, Title: "三镇柑橘待售量大",
			Paragraphs: []flow.Paragraph{{Text: clauseA + clauseB, Sources: []int{1, 2}}, {Text: clauseC, Sources: []int{3}}, {Text: "另据县供销社，全县现有空置冷库三座。"}}}))
		v := ok[flow.Composite](t)(w.Flow.Composite(w.Ctx(), ed, comp.ID))
		if got, want := sourcesOf(v), []string{"1+2", "3", ""}; !slices.Equal(got, want) {
			t.Errorf("sources as merged = %q, want %q", got, want)
		}
		// each has what it gave: the clauses are whole, so their lengths are the shares
		if want := []int{28, 29, 25}; !slices.Equal(v.Gave, want) {
			t.Errorf("characters given = %v, want %v", v.Gave, want)
		}
		for i, e := range v.Edges {
			if e.Share().Cmp(big.NewRat(int64(v.Gave[i]), 82)) != 0 {
				t.Errorf("share of source %d = %s, want %d/82", i+1, e.Share(), v.Gave[i])
			}
		}
		// the editor rewrites: sources follow
		comp = ok[filing.Filing](t)(w.Flow.ReviseFiling(w.Ctx(), ed, comp.ID, flow.ReviseFiling{Title: "三镇柑橘待售量大", Seen: comp.Revision,
			Body: clauseC + "\n青禾镇晚熟柑橘预计产量2.8万吨，柳渡乡收购价每斤1.0—1.2元。\n全县现有空置冷库三座，另据县供销社。\n县里正在协调。"}))
		v = ok[flow.Composite](t)(w.Flow.Composite(w.Ctx(), ed, comp.ID))
		if got, want := sourcesOf(v), []string{"3", "1+2", "", ""}; !slices.Equal(got, want) {
			t.Errorf("sources after rewriting = %q, want %q", got, want)
		}
		// shares are set by hand, and not once they were told with an adoption
		own := slices.Clone(parts)
		for i := range own {
			own[i].Num, own[i].Den = []int64{1, 1, 2}[i], 4
		}
		before := w.kinds(0)
		comp = ok[filing.Filing](t)(w.Flow.Compose(w.Ctx(), ed, comp.ID, flow.Compose{Title: comp.Title, Paragraphs: v.Paragraphs, Parts: own, Remark: "主要材料是双桅镇的", Seen: comp.Revision}))
		if n := w.kinds(0)[fact.FilingReshared] - before[fact.FilingReshared]; n != 1 {
			t.Errorf("facts of other shares = %d, want 1", n)
		}
		_, err = w.Flow.Compose(w.Ctx(), ed, comp.ID, flow.Compose{Title: comp.Title, Paragraphs: v.Paragraphs, Parts: own[:2], Seen: comp.Revision})
		invalid(t, err, "parts", "shares_not_whole")
		ok[filing.Filing](t)(w.Flow.MarkReady(w.Ctx(), ed, comp.ID, flow.MarkReady{Seen: comp.Revision}))
		p := ok[issue.Placement](t)(w.Flow.Adopt(w.Ctx(), ed, comp.ID, flow.Adopt{Publication: w.Pubs["k1"].ID, Seen: -1}))
		_, err = w.Flow.Compose(w.Ctx(), ed, comp.ID, flow.Compose{Title: comp.Title, Paragraphs: v.Paragraphs, Parts: []filing.Contribution{{Filing: parts[0].Filing, Num: 1, Den: 3}, {Filing: parts[1].Filing, Num: 1, Den: 3}, {Filing: parts[2].Filing, Num: 1, Den: 3}}, Seen: comp.Revision})
		refused(t, err, "shares_told")
		ok[issue.Placement](t)(w.Flow.Unadopt(w.Ctx(), ed, p.ID, flow.Remark{Remark: "先拆开"}))
		back := ok[[]filing.Filing](t)(w.Flow.Unmerge(w.Ctx(), ed, comp.ID))
		for _, b := range back {
			if b.State != filing.Received || b.MergedIn != "" {
				t.Errorf("a source came back as %s in %q, want received", b.State, b.MergedIn)
			}
		}
		if len(back) != 3 {
			t.Errorf("sources that came back = %d, want 3", len(back))
		}
		w.sound()
	})
}

// TestSharesOfAnyComposite: whatever the paragraphs are made of, their sources are
// among the parts and the shares are exactly one, as merged and after any edit.
func TestSharesOfAnyComposite(t *testing.T) {
	budget(t, "40")
	clauses := []string{clauseA, clauseB, clauseC, "县里正在协调。", "全县现有空置冷库三座，库容4200吨。"}
	rapid.Check(t, func(rt *rapid.T) {
		b := &bounded{TB: t}
		defer b.end()
		w := open(b, storetest.SQLite(b))
		ed := w.As("editor.K1")
		text := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) flow.Paragraph {
			var p flow.Paragraph
			for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(0, len(clauses)-1), 1, 3, rapid.ID).Draw(rt, "clauses") {
				p.Text += clauses[n]
			}
			p.Sources = rapid.SliceOfNDistinct(rapid.IntRange(1, 3), 0, 3, rapid.ID).Draw(rt, "sources")
			return p
		}), 1, 6)
		whole := func(what string, id ident.Filing) flow.Composite {
			v, err := w.Flow.Composite(w.Ctx(), ed, id)
			if err != nil {
				rt.Fatal(err)
			}
			sum := new(big.Rat)
			for _, e := range v.Edges {
				sum.Add(sum, e.Share())
			}
			if len(v.Edges) != 3 || sum.Cmp(big.NewRat(1, 1)) != 0 {
				rt.Fatalf("%s: %d shares are %s together, want three and 1", what, len(v.Edges), sum)
			}
			var of filing.Sourcing
			for _, p := range v.Paragraphs {
				of = append(of, p.Sources)
			}
			if !of.Sound(3) {
				rt.Fatalf("%s: sources %v are not among the three", what, of)
			}
			return v
		}
		comp, err := w.Flow.Merge(w.Ctx(), ed, flow.Merge{Office: w.ID("K1"), Parts: w.three(), Title: "综合", Paragraphs: text.Draw(rt, "text")})
		if err != nil {
			rt.Fatal(err)
		}
		whole("merged", comp.ID)
		body, _ := flow.Body(text.Draw(rt, "edited"))
		if comp, err = w.Flow.ReviseFiling(w.Ctx(), ed, comp.ID, flow.ReviseFiling{Title: "综合", Body: body, Seen: comp.Revision}); err != nil {
			rt.Fatal(err)
		}
		v := whole("edited", comp.ID)
		if len(v.Paragraphs) != strings.Count(body, "\n")+1 {
			rt.Fatalf("%d paragraphs have sources, the text has %d", len(v.Paragraphs), strings.Count(body, "\n")+1)
		}
	})
}

func (w *world) opened(pub string) issue.Issue {
	w.T.Helper()
	return ok[issue.Issue](w.T)(w.Flow.OpenIssue(w.Ctx(), w.As("editor.K1"), flow.OpenIssue{Publication: w.Pubs[pub].ID}))
}

func (w *world) issue(id ident.Issue) flow.IssueView {
	w.T.Helper()
	return ok[flow.IssueView](w.T)(w.Flow.Issue(w.Ctx(), w.As("editor.K1"), id))
}

func TestIssueComesOutAtItsTime(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ed, chief := w.As("editor.K1"), w.As("chief.K1")
		_, fl := w.filed("T1", "定时印发的一篇")
		fl = w.ready("K1", fl.ID, "定时印发的一篇")
		p := ok[issue.Placement](t)(w.Flow.Adopt(w.Ctx(), ed, fl.ID, flow.Adopt{Publication: w.Pubs["k1"].ID, Seen: -1}))
		is := w.opened("k1")
		at := func(d time.Duration) int64 { return w.Clock.Now().Add(d).UnixMicro() }
		_, err := w.Flow.ScheduleIssue(w.Ctx(), ed, is.ID, flow.ScheduleIssue{At: at(-time.Minute)})
		invalid(t, err, "at", "not_in_future")
		_, err = w.Flow.ScheduleIssue(w.Ctx(), ed, is.ID, flow.ScheduleIssue{})
		refused(t, err, "not_scheduled")
		_, err = w.Flow.ScheduleIssue(w.Ctx(), w.As("leader.K1"), is.ID, flow.ScheduleIssue{At: at(time.Hour)})
		refused(t, err, "needs_post")

		// placed and scheduled in one action; nothing happens before its time
		ok[issue.Issue](t)(w.Flow.ScheduleIssue(w.Ctx(), ed, is.ID, flow.ScheduleIssue{Texts: []ident.Placement{p.ID}, Column: "动态", At: at(time.Hour), Dispatch: true}))
		v := w.issue(is.ID)
		if len(v.Placed) != 1 || v.Placed[0].Placement.Column != "动态" || v.Schedule == nil || v.Issue.State != issue.Open {
			t.Fatalf("after scheduling: %d texts, schedule %v, %s", len(v.Placed), v.Schedule, v.Issue.State)
		}
		// its time comes before the chief has signed: the office is told why not
		w.Clock.Pass(2 * time.Hour)
		w.drain()
		if v = w.issue(is.ID); v.Issue.State != issue.Open || v.Schedule == nil || v.Schedule.Why != "wrong_state" {
			t.Fatalf("not approved by its time: %s, schedule %+v, want it open and told", v.Issue.State, v.Schedule)
		}
		row := func(as string) flow.Row {
			t.Helper()
			wb := ok[flow.Workbench](t)(w.Flow.Workbench(w.Ctx(), w.As(as)))
			for _, r := range slices.Concat(wb.Mine, wb.Others) {
				if r.ID == string(is.ID) {
					return r
				}
			}
			t.Fatalf("the workbench of %s has no row of the issue", as)
			return flow.Row{}
		}
		if r := row("editor.K1"); r.Why != "wrong_state" || r.Due == 0 {
			t.Errorf("the row on the workbench = %+v, want why it did not come out", r)
		}
		// sending back takes the time away
		ok[issue.Issue](t)(w.Flow.ScheduleIssue(w.Ctx(), ed, is.ID, flow.ScheduleIssue{At: at(time.Hour)}))
		ok[issue.Issue](t)(w.Flow.Propose(w.Ctx(), ed, is.ID))
		ok[issue.Issue](t)(w.Flow.ApproveIssue(w.Ctx(), chief, is.ID))
		ok[issue.Issue](t)(w.Flow.SendBackIssue(w.Ctx(), chief, is.ID, flow.Remark{Remark: "再核一个数"}))
		w.Clock.Pass(2 * time.Hour)
		w.drain()
		if v = w.issue(is.ID); v.Issue.State != issue.Open || v.Schedule != nil {
			t.Fatalf("sent back: %s, schedule %v, want it open without a time", v.Issue.State, v.Schedule)
		}
		// approved by its time, it comes out, in the name of who set it
		ok[issue.Issue](t)(w.Flow.Propose(w.Ctx(), ed, is.ID))
		ok[issue.Issue](t)(w.Flow.ApproveIssue(w.Ctx(), chief, is.ID))
		ok[issue.Issue](t)(w.Flow.ScheduleIssue(w.Ctx(), ed, is.ID, flow.ScheduleIssue{At: at(time.Hour), Dispatch: true}))
		w.drain()
		if v = w.issue(is.ID); v.Issue.State != issue.Approved {
			t.Fatalf("before its time: %s, want approved", v.Issue.State)
		}
		w.Clock.Pass(2 * time.Hour)
		w.drain() // as after a restart: nothing of it was in memory
		if v = w.issue(is.ID); v.Issue.State != issue.Published || v.Schedule != nil || len(v.Copies) != 2 {
			t.Fatalf("after its time: %s, schedule %v, %d copies, want it published to two", v.Issue.State, v.Schedule, len(v.Copies))
		}
		w.drain()
		n := 0
		w.view(func(tx *store.Tx) error {
			recs, err := tx.Facts(0, 10_000)
			for _, r := range recs {
				if r.Kind == fact.IssuePublished {
					n++
					if r.Actor != ed.Person || !strings.Contains(string(r.Payload), `"scheduled_by":"`+string(ed.Person)+`"`) {
						t.Errorf("published by %s with %s, want by the editor who set the time", r.Actor, r.Payload)
					}
				}
			}
			return err
		})
		if n != 1 {
			t.Errorf("publications = %d, want one", n)
		}
		w.sound()
	})
}

func (w *world) view(fn func(tx *store.Tx) error) {
	w.T.Helper()
	if err := w.Store.View(w.Ctx(), fn); err != nil {
		w.T.Fatal(err)
	}
}

func TestOrderByNeighbours(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ed, is := w.As("editor.K1"), w.opened("k1")
		ids := map[string]ident.Placement{}
		for _, n := range []string{"一", "二", "三"} {
			_, fl := w.filed("T1", n)
			fl = w.ready("K1", fl.ID, n)
			p := ok[issue.Placement](t)(w.Flow.Adopt(w.Ctx(), ed, fl.ID, flow.Adopt{Publication: w.Pubs["k1"].ID, Seen: -1}))
			ok[issue.Placement](t)(w.Flow.Place(w.Ctx(), ed, p.ID, flow.Place{Issue: is.ID}))
			ids[n] = p.ID
		}
		order := func() (out string) {
			for _, p := range w.issue(is.ID).Placed {
				out += p.Title
			}
			return out
		}
		for _, c := range []struct{ move, before, want string }{
			{"三", "一", "三一二"}, {"三", "二", "一三二"}, {"一", "", "三二一"}, {"二", "二", "三一二"}, {"一", "三", "一三二"},
		} {
			ok[issue.Placement](t)(w.Flow.Place(w.Ctx(), ed, ids[c.move], flow.Place{Issue: is.ID, Before: ids[c.before]}))
			if got := order(); got != c.want {
				t.Errorf("%s before %q: %s, want %s", c.move, c.before, got, c.want)
			}
		}
		w.sound()
	})
}

func TestPrintedAboveIsOffered(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ed := w.As("editor.K1")
		_, fl := w.filed("T1", "市里刊用的一篇")
		fl = w.ready("K1", fl.ID, "市里刊用的一篇")
		up := ok[filing.Filing](t)(w.Flow.Forward(w.Ctx(), w.As("chief.K1"), fl.ID, flow.Forward{Office: w.ID("C"), Seen: -1}))
		up = w.ready("C", up.ID, "市里刊用的一篇")
		w.published("C", "c", up.ID)
		is := w.opened("k1")
		if n := len(w.issue(is.ID).Offers); n != 0 {
			t.Errorf("offers where the publication has no term = %d, want none", n)
		}
		days := 30
		ok[issue.Publication](t)(w.Flow.ChangePublication(w.Ctx(), w.As("chief.K1"), w.Pubs["k1"].ID, flow.ChangePublication{ReprintDays: &days}))
		v := w.issue(is.ID)
		if len(v.Offers) != 1 || v.Offers[0].Filing.ID != fl.ID || v.Offers[0].News.Name != "霁川信息" || v.Offers[0].From != "青禾镇" {
			t.Fatalf("offers = %+v, want the one the city printed", v.Offers)
		}
		w.Clock.Pass(31 * 24 * time.Hour)
		if n := len(w.issue(is.ID).Offers); n != 0 {
			t.Errorf("offers after the term = %d, want none", n)
		}
		days = 60
		ok[issue.Publication](t)(w.Flow.ChangePublication(w.Ctx(), w.As("chief.K1"), w.Pubs["k1"].ID, flow.ChangePublication{ReprintDays: &days}))
		ok[issue.Placement](t)(w.Flow.Reprint(w.Ctx(), ed, fl.ID, flow.Reprint{Issue: is.ID, Column: "动态"}))
		v = w.issue(is.ID)
		if len(v.Offers) != 0 || len(v.Placed) != 1 || v.Placed[0].Placement.Column != "动态" {
			t.Errorf("after taking it over: %d offers, %d texts, want it arranged and no longer offered", len(v.Offers), len(v.Placed))
		}
		w.sound()
	})
}

func TestChecksBeforePublishing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ed, is := w.As("editor.K1"), w.opened("k1")
		most := 20
		ok[issue.Publication](t)(w.Flow.ChangePublication(w.Ctx(), w.As("chief.K1"), w.Pubs["k1"].ID, flow.ChangePublication{MaxBody: &most}))
		var last filing.Filing
		for _, unit := range []string{"T1", "T2"} { // the same words twice
			_, fl := w.filed(unit, "晚熟柑橘待售量大")
			last = w.ready("K1", fl.ID, "晚熟柑橘待售量大")
			p := ok[issue.Placement](t)(w.Flow.Adopt(w.Ctx(), ed, last.ID, flow.Adopt{Publication: w.Pubs["k1"].ID, Seen: -1}))
			ok[issue.Placement](t)(w.Flow.Place(w.Ctx(), ed, p.ID, flow.Place{Issue: is.ID, Column: "要情"}))
		}
		ok[store.Mark](t)(w.Flow.RestrictItem(w.Ctx(), w.As("signer.T2"), last.Item, flow.Restrict{On: true, Reason: "涉及信访人"}))
		ok[filing.Filing](t)(w.Flow.ReviseFiling(w.Ctx(), ed, last.ID, flow.ReviseFiling{Title: "晚熟柑橘待售量大", Body: body, Seen: last.Revision}))
		var codes []string
		for _, c := range w.issue(is.ID).Checks {
			codes = append(codes, c.Code)
			if c.Code != "empty_column" && c.Params["title"] == "" {
				t.Errorf("check %s names no text", c.Code)
			}
		}
		want := []string{"still_edited", "near_same", "over_long", "over_long", "restricted", "empty_column"}
		if !slices.Equal(codes, want) {
			t.Errorf("checks = %v, want %v", codes, want)
		}
		// printed once, it is found when it is arranged again elsewhere
		_, fl := w.filed("T3", "又登一次")
		fl = w.ready("K1", fl.ID, "又登一次")
		w.published("K1", "k1", fl.ID)
		other := w.issue(is.ID).Publication
		again := ok[issue.Publication](t)(w.Flow.EnterPublication(w.Ctx(), w.As("chief.K1"), flow.EnterPublication{Office: other.Office, Code: "k1b", Name: "望岭专报", Columns: []string{"专报"}}))
		p := ok[issue.Placement](t)(w.Flow.Adopt(w.Ctx(), ed, fl.ID, flow.Adopt{Publication: again.ID, Seen: -1}))
		second := ok[issue.Issue](t)(w.Flow.OpenIssue(w.Ctx(), ed, flow.OpenIssue{Publication: again.ID}))
		ok[issue.Placement](t)(w.Flow.Place(w.Ctx(), ed, p.ID, flow.Place{Issue: second.ID}))
		cs := w.issue(second.ID).Checks
		if len(cs) != 1 || cs[0].Code != "printed_before" || cs[0].Issue == "" {
			t.Errorf("checks of what was printed before = %+v, want that it was", cs)
		}
		w.sound()
	})
}

// TestComposedTwice: pressed twice, a composite is saved once and the second is told
// so; what differs in anything was typed on a text that is not the newest.
func TestComposedTwice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ed, ctx := w.As("editor.K1"), w.Ctx()
		parts := w.three()
		comp := ok[filing.Filing](t)(w.Flow.Merge(ctx, ed, flow.Merge{Office: w.ID("K1"), Parts: parts, Title: "三镇柑橘待售量大", Paragraphs: []flow.Paragraph{{Text: clauseA, Sources: []int{1}}, {Text: clauseB + clauseC, Sources: []int{2, 3}}}}))
		in := flow.Compose{Title: "三镇柑橘待售", Seen: comp.Revision, Remark: "主要材料是双桅镇的", Settled: []filing.Settlement{{Key: "柑橘", As: "2.8万吨", Choice: 1}},
			Paragraphs: []flow.Paragraph{{Text: clauseA, Sources: []int{1}}, {Text: clauseB, Sources: []int{2}}, {Text: clauseC}},
			Parts:      []filing.Contribution{{Filing: parts[0].Filing, Num: 1, Den: 2}, {Filing: parts[1].Filing, Num: 1, Den: 4}, {Filing: parts[2].Filing, Num: 1, Den: 4}}}
		first := ok[filing.Filing](t)(w.Flow.Compose(ctx, ed, comp.ID, in))
		w.Clock.Pass(time.Second)
		again := ok[filing.Filing](t)(w.Flow.Compose(ctx, ed, comp.ID, in))
		if again.Revision != first.Revision || again.Version != first.Version {
			t.Errorf("saved again it is text %d of version %d, want %d of %d", again.Revision, again.Version, first.Revision, first.Version)
		}
		other := func(change func(*flow.Compose)) flow.Compose {
			x := in
			x.Paragraphs, x.Parts, x.Settled = slices.Clone(in.Paragraphs), slices.Clone(in.Parts), slices.Clone(in.Settled)
			change(&x)
			return x
		}
		for what, x := range map[string]flow.Compose{
			"title":   other(func(x *flow.Compose) { x.Title = "另一个题目" }),
			"text":    other(func(x *flow.Compose) { x.Paragraphs[0].Text = clauseC }),
			"source":  other(func(x *flow.Compose) { x.Paragraphs[2].Sources = []int{3} }),
			"settled": other(func(x *flow.Compose) { x.Settled[0].Choice = 2 }),
			"shares":  other(func(x *flow.Compose) { x.Parts[0].Num, x.Parts[0].Den = 1, 4; x.Parts[1].Num, x.Parts[1].Den = 1, 2 }),
		} {
			_, err := w.Flow.Compose(ctx, ed, comp.ID, x)
			if _, stale := fault.Refused(err); !stale {
				t.Errorf("another %s on the old text = %v, want it refused", what, err)
			}
		}
		_, err := w.Flow.Compose(ctx, w.As("chief.K1"), comp.ID, in)
		if _, stale := fault.Refused(err); !stale {
			t.Errorf("the same by somebody else = %v, want it refused: he did not save it", err)
		}
		w.sound()
	})
}
