package flow_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"xinshu/internal/duty"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// where reads an item's journey as its reporter.
func (w *world) where(login string, id ident.Item) flow.Journey {
	w.T.Helper()
	w.drain()
	return ok[flow.Journey](w.T)(w.Flow.Journey(w.Ctx(), w.As(login), id))
}

// shown are the levels' texts in short: "K1 text, C not_yet".
func (w *world) shown(j flow.Journey) string {
	var out []string
	for _, b := range j.Texts {
		out = append(out, w.code(b.Office)+" "+string(b.Shown))
	}
	return strings.Join(out, ", ")
}

func (w *world) code(id ident.Unit) string {
	for c, u := range w.Units {
		if u.ID == id {
			return c
		}
	}
	return string(id)
}

// next are the next steps in short: "K1 receive".
func (w *world) next(j flow.Journey) string {
	var out []string
	for _, n := range j.Next {
		out = append(out, w.code(n.Office)+" "+n.What)
	}
	return strings.Join(out, ", ")
}

func (w *world) reads(j flow.Journey, texts, next string) {
	w.T.Helper()
	if got := w.shown(j); got != texts {
		w.T.Errorf("texts = %q, want %q", got, texts)
	}
	if got := w.next(j); got != next {
		w.T.Errorf("next = %q, want %q", got, next)
	}
}

// hides checks that words are nowhere in what a reader gets.
func hides(t *testing.T, j flow.Journey, words string) {
	t.Helper()
	b, err := json.Marshal(j)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), words) {
		t.Errorf("the journey tells %q, which nobody has released", words)
	}
}

func kinds(j flow.Journey) string {
	var out []string
	for _, s := range j.Steps {
		out = append(out, s.Kind)
	}
	return strings.Join(out, " ")
}

// revised gives a received filing another text.
func (w *world) revised(office string, id ident.Filing, title, body string) {
	w.T.Helper()
	ed := w.As("editor." + office)
	ok[filing.Filing](w.T)(w.Flow.Receive(w.Ctx(), ed, id))
	ok[filing.Filing](w.T)(w.Flow.ReviseFiling(w.Ctx(), ed, id, flow.ReviseFiling{Title: title, Body: body}))
}

func TestWhereUpThreeLevels(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		it := ok[item.Item](t)(w.Flow.Draft(w.Ctx(), w.As("reporter.T1"), flow.Draft{Unit: w.ID("T1"), Title: "滞销", Body: body, Genre: "problem", Form: "single"}))
		w.reads(w.where("reporter.T1", it.ID), "", "T1 finish")
		it, f1 := w.filed("T1", "柑橘滞销")
		j := w.where("reporter.T1", it.ID)
		w.reads(j, "K1 not_yet", "K1 receive")
		if len(j.Unscored)+len(j.Points)+len(j.Totals) != 0 {
			t.Errorf("points of what nobody printed = %+v %+v", j.Points, j.Unscored)
		}
		w.Clock.Pass(26 * time.Hour)
		w.revised("K1", f1.ID, "柑橘收购价走低", body+"\n县里的话。")
		j = w.where("reporter.T1", it.ID)
		w.reads(j, "K1 not_yet", "K1 decide")
		hides(t, j, "县里的话")
		if i := slices.IndexFunc(j.Steps, func(s flow.Step) bool { return s.Kind == "filing.received" }); i < 0 || j.Steps[i].Lay < 26*3600e6 || j.Steps[i].Person == "" {
			t.Errorf("steps = %+v, want who received it after more than 26 hours", j.Steps)
		}
		ok[filing.Filing](t)(w.Flow.MarkReady(w.Ctx(), w.As("editor.K1"), f1.ID, flow.MarkReady{Seen: 1}))
		w.reads(w.where("reporter.T1", it.ID), "K1 not_yet", "K1 adopt")
		w.published("K1", "k1", f1.ID)
		j = w.where("reporter.T1", it.ID)
		w.reads(j, "K1 text", "")
		mine := j.Texts[0]
		if len(mine.Rows) != 4 || mine.Rows[0].Mine != "柑橘滞销" || mine.Rows[0].Theirs != "柑橘收购价走低" || mine.Rows[3].Theirs != "县里的话。" || mine.Rows[3].Pieces[0].Op != "inserted" || mine.Below != nil {
			t.Errorf("rows = %+v, want the title changed and a paragraph put in", mine.Rows)
		}
		if p := mine.Printed; len(p) != 1 || p[0].Name != "望岭信息" || p[0].Issue != "2026-1" || p[0].Slot != 1 {
			t.Errorf("printed = %+v, want the first text of number 1", p)
		}
		if j.Totals[0].Rulebook != "望岭县信息工作考核办法" || j.Points[0].Clause != "第三条第四项" {
			t.Errorf("points = %+v by %+v, want one with its clause and rulebook", j.Points, j.Totals)
		}
		f2 := ok[filing.Filing](t)(w.Flow.Forward(w.Ctx(), w.As("chief.K1"), f1.ID, flow.Forward{Seen: 1}))
		w.reads(w.where("reporter.T1", it.ID), "K1 text, C not_yet", "C decide_above")
		w.revised("C", f2.ID, "全市柑橘价低", body+"\n县里的话。\n市里的话。")
		ok[filing.Filing](t)(w.Flow.MarkReady(w.Ctx(), w.As("editor.C"), f2.ID, flow.MarkReady{Seen: 1}))
		ok[issue.Placement](t)(w.Flow.Adopt(w.Ctx(), w.As("editor.C"), f2.ID, flow.Adopt{Publication: w.Pubs["c2"].ID, Seen: -1}))
		j = w.where("reporter.T1", it.ID)
		w.reads(j, "K1 text, C not_yet", "C arrange")
		hides(t, j, "市里的话")
		if got := w.shown(w.where("editor.K1", it.ID)); got != "K1 text, C text" { // whose filing it is there
			t.Errorf("texts for the county = %q, want the city's, once it is adopted", got)
		}
		w.published("C", "c", f2.ID)
		j = w.where("reporter.T1", it.ID)
		w.reads(j, "K1 text, C text", "C arrange")
		if up := j.Texts[1]; up.Against != w.ID("K1") || len(up.Below) != 5 || up.Below[3].Pieces[0].Op != "same" || up.Rows[3].Pieces[0].Op != "inserted" {
			t.Errorf("the city's text = %+v, want it beside mine and beside the county's", up)
		}
		if st, found := j.LevelOf(w.Units["K1"]); !found || st.Kind != "placement.adopted" || st.Lay < 26*3600e6 {
			t.Errorf("stay at the county = %+v, want a day and more until it was adopted", st)
		}
		w.sound()
	})
}

func TestWhereOfACompositeCorrectedAndRecalled(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		it, a := w.filed("T1", "甲镇受淹")
		_, b := w.filed("T2", "乙乡受淹")
		ed, chief := w.As("editor.K1"), w.As("chief.K1")
		for _, id := range []ident.Filing{a.ID, b.ID} {
			ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), ed, id))
		}
		comp := ok[filing.Filing](t)(w.Flow.Merge(w.Ctx(), ed, flow.Merge{Office: w.ID("K1"), Parts: []filing.Contribution{{Filing: a.ID, Num: 2, Den: 3}, {Filing: b.ID, Num: 1, Den: 3}}, Title: "两乡镇受淹", Body: body + "\n乙乡的机密细节。"}))
		j := w.where("reporter.T1", it.ID)
		w.reads(j, "K1 not_yet, K1 not_yet", "K1 decide_above")
		hides(t, j, "乙乡的机密细节")
		ok[filing.Filing](t)(w.Flow.MarkReady(w.Ctx(), ed, comp.ID, flow.MarkReady{}))
		p := w.published("K1", "k1", comp.ID)
		j = w.where("reporter.T1", it.ID)
		w.reads(j, "K1 not_yet, K1 text", "")
		if c := j.Texts[1]; c.Of != 2 || c.Share != "2/3" || c.Title != "两乡镇受淹" || len(c.Rows) == 0 {
			t.Errorf("the composite = %+v, want it with my share of two", c)
		}
		ok[issue.Placement](t)(w.Flow.Correct(w.Ctx(), chief, p.ID, flow.Correct{Title: "两乡镇受淹（更正）", Body: body, Notice: "户数应为126户"}))
		j = w.where("reporter.T1", it.ID)
		if c := j.Texts[1]; c.Title != "两乡镇受淹（更正）" || c.Printed[0].Notice != "户数应为126户" {
			t.Errorf("the corrected composite = %+v, want what its readers have now", c)
		}
		hides(t, j, "乙乡的机密细节")
		ok[flow.Mark](t)(w.Flow.RestrictPublication(w.Ctx(), chief, w.Pubs["k1"].ID, flow.Restrict{On: true, Reason: "只供领导"}))
		j = w.where("reporter.T1", it.ID)
		w.reads(j, "K1 not_yet, K1 restricted", "")
		hides(t, j, "126户\",\"body")
		ok[issue.Placement](t)(w.Flow.Recall(w.Ctx(), chief, p.ID, flow.Remark{Remark: "数据有误"}))
		j = w.where("reporter.T1", it.ID)
		w.reads(j, "K1 not_yet, K1 recalled", "")
		if !strings.HasSuffix(kinds(j), "news.adopted news.published news.corrected news.recalled") {
			t.Errorf("steps = %s, want what became of the composite", kinds(j))
		}
		w.sound()
	})
}

func TestWhereWithdrawnReturnedAndSentAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		it, fl := w.filed("T1", "缺数的稿")
		ed, rep := w.As("editor.K1"), w.As("reporter.T1")
		ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), ed, fl.ID))
		due := w.Clock.Now().Add(48 * time.Hour).UnixMicro()
		ok[filing.Filing](t)(w.Flow.Return(w.Ctx(), ed, fl.ID, flow.Return{Reason: "no_figures", Remark: "补数", Due: due}))
		j := w.where("reporter.T1", it.ID)
		w.reads(j, "K1 not_yet", "T1 correct")
		if j.Next[0].By != due {
			t.Errorf("to be corrected by %d, want %d", j.Next[0].By, due)
		}
		ok[item.Item](t)(w.Flow.Revise(w.Ctx(), rep, it.ID, flow.Revise{Title: "有数的稿", Body: body + "共管12座。", Seen: 1}))
		ok[item.Item](t)(w.Flow.Resubmit(w.Ctx(), rep, it.ID, flow.Submit{Seen: 2}))
		j = w.where("reporter.T1", it.ID)
		w.reads(j, "K1 not_yet", "T1 check")
		if j.Next[0].Check != org.SignOffOK {
			t.Errorf("waits for %q, want the signer", j.Next[0].Check)
		}
		ok[item.Item](t)(w.Flow.SignOff(w.Ctx(), w.As("signer.T1"), it.ID, flow.SignOff{Seen: 2}))
		j = w.where("reporter.T1", it.ID)
		w.reads(j, "K1 not_yet", "K1 receive")
		if got := kinds(j); !strings.Contains(got, "filing.returned") || !strings.HasSuffix(got, "item.resubmitted item.checked item.signed filing.reopened") && !strings.Contains(got, "filing.reopened") {
			t.Errorf("steps = %s, want the return and that it came again", got)
		}
		ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), ed, fl.ID))
		ok[filing.Filing](t)(w.Flow.Hold(w.Ctx(), ed, fl.ID, flow.Hold{Reason: "waiting", Remark: "下期用", Until: due}))
		j = w.where("reporter.T1", it.ID)
		w.reads(j, "K1 not_yet", "K1 resume")
		if j.Next[0].By != due {
			t.Errorf("held until %d, want %d", j.Next[0].By, due)
		}
		ok[item.Item](t)(w.Flow.Withdraw(w.Ctx(), rep, it.ID, flow.Withdraw{Remark: "情况有变"}))
		j = w.where("reporter.T1", it.ID)
		w.reads(j, "", "")
		if !strings.HasSuffix(kinds(j), "item.withdrawn") && !strings.HasSuffix(kinds(j), "filing.withdrawn") {
			t.Errorf("steps = %s, want the end last", kinds(j))
		}
		w.sound()
	})
}

func TestWhereOutsideAndWithoutARulebook(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		it, f1 := w.filed("T4", "给外单位")
		w.ready("K2", f1.ID, "给外单位")
		w.published("K2", "k2", f1.ID)
		j := w.where("reporter.T4", it.ID)
		if len(j.Unscored) != 1 || j.Unscored[0].Why != "no_rulebook" || j.Unscored[0].Name != "石澜信息" || len(j.Totals) != 0 {
			t.Errorf("points = %+v, not scored = %+v, want to hear that there is no rulebook", j.Points, j.Unscored)
		}
		f2 := ok[filing.Filing](t)(w.Flow.Forward(w.Ctx(), w.As("chief.K2"), f1.ID, flow.Forward{Seen: 1}))
		w.ready("C", f2.ID, "给外单位")
		x := ok[filing.Filing](t)(w.Flow.Forward(w.Ctx(), w.As("chief.C"), f2.ID, flow.Forward{Office: w.ID("X"), Seen: 1}))
		j = w.where("reporter.T4", it.ID)
		w.reads(j, "K2 text, C not_yet, X outside", "X outcome")
		ok[filing.Filing](t)(w.Flow.Send(w.Ctx(), w.As("editor.C"), x.ID, flow.Send{Channel: "fax", Proof: "传真回执 0031"}))
		o := ok[filing.Outcome](t)(w.Flow.EnterOutcome(w.Ctx(), w.As("editor.C"), x.ID, flow.EnterOutcome{Kind: "adopted", Outlet: "px", Name: "每日要情", Issue: "2026-88", Points: "15", Proof: "11 月通报", Occurred: w.Clock.Now().UnixMicro()}))
		ok[filing.Outcome](t)(w.Flow.DecideOutcome(w.Ctx(), w.As("chief.C"), o.ID, flow.DecideOutcome{Confirm: true}))
		j = w.where("reporter.T4", it.ID)
		w.reads(j, "K2 text, C not_yet, X outside", "")
		if i := slices.IndexFunc(j.Steps, func(s flow.Step) bool { return s.Name == "每日要情" }); i < 0 || j.Steps[i].Points != "15" || j.Steps[i].Issue != "2026-88" {
			t.Errorf("steps = %+v, want the outcome with the announced points", j.Steps)
		}
		w.sound()
	})
}

func TestWhereOfInstructions(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		it, f1 := w.filed("T1", "要批的稿")
		w.ready("K1", f1.ID, "要批的稿")
		w.published("K1", "k1", f1.ID)
		f2 := ok[filing.Filing](t)(w.Flow.Forward(w.Ctx(), w.As("chief.K1"), f1.ID, flow.Forward{Seen: 1}))
		w.ready("C", f2.ID, "要批的稿")
		p := w.published("C", "c", f2.ID)
		d := ok[duty.Duty](t)(w.Flow.Instruct(w.Ctx(), w.As("leader.C"), flow.Instruct{Placement: p.ID, Text: "只给办公室看的话。"}))
		j := w.where("reporter.T1", it.ID)
		hides(t, j, "只给办公室看的话")
		if len(j.Unscored) != 0 || !strings.Contains(kinds(j), "news.instructed") {
			t.Errorf("steps = %s, not scored = %+v; want the instruction, scored", kinds(j), j.Unscored)
		}
		had := len(j.Points)
		ok[duty.Duty](t)(w.Flow.TakeBack(w.Ctx(), w.As("leader.C"), d.ID))
		j = w.where("reporter.T1", it.ID)
		if len(j.Points) != had-1 || len(j.Unscored) != 0 || !strings.HasSuffix(kinds(j), "news.instructed news.uninstructed") {
			t.Errorf("after it was taken back: %s, points %+v, not scored %+v", kinds(j), j.Points, j.Unscored)
		}
		k := ok[duty.Duty](t)(w.Flow.Instruct(w.Ctx(), w.As("leader.K1"), flow.Instruct{Filing: f1.ID, Text: "请青禾镇抓紧。", Disclosed: true}))
		due := w.Clock.Now().Add(72 * time.Hour).UnixMicro()
		ok[duty.Duty](t)(w.Flow.PassOn(w.Ctx(), w.As("followup.K1"), k.ID, flow.PassOn{Unit: w.ID("T1"), Due: due}))
		j = w.where("reporter.T1", it.ID)
		if i := slices.IndexFunc(j.Next, func(n flow.NextStep) bool { return n.What == "answer" }); i < 0 || j.Next[i].Office != w.ID("T1") || j.Next[i].By != due {
			t.Errorf("next = %+v, want my answer by its day", j.Next)
		}
		if i := slices.IndexFunc(j.Steps, func(s flow.Step) bool { return s.Text == "请青禾镇抓紧。" }); i < 0 || !strings.Contains(kinds(j), "duty.passed_on") {
			t.Errorf("steps = %s, want the disclosed words and that it was passed on", kinds(j))
		}
		w.sound()
	})
}

func TestWhereAfterTheUnitWasMerged(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		it, fl := w.filed("T2", "并乡前的稿")
		w.ready("K1", fl.ID, "并乡前的稿")
		w.published("K1", "k1", fl.ID)
		w.Clock.Pass(24 * time.Hour)
		ok[flow.UnitEffect](t)(w.Flow.ChangeUnitAs(w.Ctx(), w.As("admin.C"), w.ID("T2"), flow.UnitChange{Act: org.ActMerge, Into: w.ID("T1")}))
		j := w.where("reporter.T1", it.ID)
		w.reads(j, "K1 text", "")
		if j.Unit.Label() != "柳渡乡" || len(j.Points) != 1 || len(j.Levels) != 2 {
			t.Errorf("journey = unit %q, levels %d, points %+v; want it whole under its own name", j.Unit.Label(), len(j.Levels), j.Points)
		}
		w.sound()
	})
}
