package flow_test

import (
	"strings"
	"testing"

	"xinshu/internal/duty"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/store"
	"xinshu/internal/testing/sample"
	"xinshu/internal/testing/storetest"
	"xinshu/internal/worker"
)

// world opens a sample on one engine with every projection at hand.
type world struct {
	*sample.World
	work *worker.Worker
}

// each runs a test on every engine.
func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	for _, e := range []struct {
		name   string
		config func(testing.TB) store.Config
	}{{"sqlite", storetest.SQLite}, {"postgres", storetest.Postgres}} {
		t.Run(e.name, func(t *testing.T) { test(t, open(t, e.config(t))) })
	}
}

// open builds the sample world in an empty store.
func open(t testing.TB, c store.Config) *world {
	t.Helper()
	clock := sample.NewClock()
	c.Clock, c.Mint, c.NoSync = clock.Now, sample.Minter(clock), true
	s := storetest.OpenWith(t, c)
	w := sample.New(t, s, clock)
	return &world{World: w, work: worker.New(s, w.Flow, worker.Config{Clock: clock.Now})}
}

const body = "今年以来，我镇晚熟柑橘收购价走低。\n果商开价每斤1.1元，低于成本。建议县里腾挪冷库4000吨。"

func ok[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// refused checks that a verb was refused for a reason.
func refused(t testing.TB, err error, code string) {
	t.Helper()
	why, isRefusal := fault.Refused(err)
	for _, r := range why {
		if r.Code == code {
			return
		}
	}
	if !isRefusal {
		t.Fatalf("error = %v, want a refusal for %q", err, code)
	}
	t.Fatalf("refused for %v, want %q", why, code)
}

// invalid checks that a field was named with a code.
func invalid(t testing.TB, err error, path, code string) {
	t.Helper()
	fields, _ := fault.BadFields(err)
	for _, f := range fields {
		if strings.HasPrefix(f.Path, path) && f.Code == code {
			return
		}
	}
	t.Fatalf("error = %v, want field %s with %s", err, path, code)
}

// filed takes an item of a unit to the desk above.
func (w *world) filed(unit, title string) (item.Item, filing.Filing) {
	t := w.T
	t.Helper()
	it := ok[item.Item](t)(w.Flow.Draft(w.Ctx(), w.As("reporter."+unit), flow.Draft{Unit: w.ID(unit), Title: title, Body: body, Genre: "problem", Form: "single"}))
	it = ok[item.Item](t)(w.Flow.Submit(w.Ctx(), w.As("reporter."+unit), it.ID, flow.Submit{Seen: 1}))
	it = ok[item.Item](t)(w.Flow.SignOff(w.Ctx(), w.As("signer."+unit), it.ID, flow.SignOff{Seen: 1}))
	v := ok[flow.ItemView](t)(w.Flow.Item(w.Ctx(), w.As("reporter."+unit), it.ID))
	if len(v.Filings) != 1 {
		t.Fatalf("filings of %s = %d, want 1", title, len(v.Filings))
	}
	return it, v.Filings[0]
}

// ready takes a filing to a finished text at its desk.
func (w *world) ready(office string, id ident.Filing, title string) filing.Filing {
	t := w.T
	t.Helper()
	ed := w.As("editor." + office)
	ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), ed, id))
	ok[filing.Filing](t)(w.Flow.ReviseFiling(w.Ctx(), ed, id, flow.ReviseFiling{Title: title, Body: body + "\n编者按。", Seen: 0}))
	return ok[filing.Filing](t)(w.Flow.MarkReady(w.Ctx(), ed, id, flow.MarkReady{Seen: 1}))
}

// published adopts a ready filing and prints it in a new issue.
func (w *world) published(office, pub string, id ident.Filing) issue.Placement {
	t := w.T
	t.Helper()
	ed, chief := w.As("editor."+office), w.As("chief."+office)
	p := ok[issue.Placement](t)(w.Flow.Adopt(w.Ctx(), ed, id, flow.Adopt{Publication: w.Pubs[pub].ID, Seen: -1}))
	is := ok[issue.Issue](t)(w.Flow.OpenIssue(w.Ctx(), ed, flow.OpenIssue{Publication: w.Pubs[pub].ID}))
	ok[issue.Placement](t)(w.Flow.Place(w.Ctx(), ed, p.ID, flow.Place{Issue: is.ID}))
	ok[issue.Issue](t)(w.Flow.Propose(w.Ctx(), ed, is.ID))
	ok[issue.Issue](t)(w.Flow.ApproveIssue(w.Ctx(), chief, is.ID))
	ok[issue.Issue](t)(w.Flow.PublishIssue(w.Ctx(), ed, is.ID, flow.Publish{Dispatch: true}))
	return p
}

func (w *world) drain() {
	w.T.Helper()
	if err := w.work.Drain(w.Ctx()); err != nil {
		w.T.Fatal(err)
	}
}

// sound checks the record and every invariant.
func (w *world) sound() {
	w.T.Helper()
	w.drain()
	if err := w.Store.Verify(w.Ctx(), func(f store.Finding) { w.T.Errorf("verify: %+v", f) }); err != nil {
		w.T.Fatal(err)
	}
}

// score is a unit's total at the county this month.
func (w *world) score(unit, want string) {
	w.T.Helper()
	w.drain()
	v := ok[flow.LedgerView](w.T)(w.Flow.Ledger(w.Ctx(), w.As("reporter."+unit), w.ID("K1"), w.ID(unit), "2026-11"))
	if v.Total.String() != want {
		for _, e := range v.Entries {
			w.T.Logf("%s %s %s = %s", e.Kind, e.Clause, e.Arithmetic, e.Points)
		}
		w.T.Errorf("total of %s = %s, want %s", unit, v.Total, want)
	}
}

func TestFromTownshipToProvince(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		it, f1 := w.filed("T1", "青禾镇晚熟柑橘滞销")
		w.ready("K1", f1.ID, "青禾镇柑橘收购价走低")
		w.published("K1", "k1", f1.ID)
		f2 := ok[filing.Filing](t)(w.Flow.Forward(w.Ctx(), w.As("chief.K1"), f1.ID, flow.Forward{Seen: 1}))
		w.ready("C", f2.ID, "望岭县柑橘收购价走低")
		w.published("C", "c", f2.ID)
		f3 := ok[filing.Filing](t)(w.Flow.Forward(w.Ctx(), w.As("chief.C"), f2.ID, flow.Forward{Office: w.ID("P"), Seen: 1}))
		w.ready("P", f3.ID, "柑橘收购价走低值得关注")
		p := w.published("P", "p", f3.ID)
		ok[duty.Duty](t)(w.Flow.Instruct(w.Ctx(), w.As("leader.P"), flow.Instruct{Placement: p.ID, Text: "请农业农村厅研究。", Disclosed: true}))
		w.score("T1", "24") // county 1 + city 5 + province 10 + provincial instruction 8
		j := ok[flow.Journey](t)(w.Flow.Journey(w.Ctx(), w.As("reporter.T1"), it.ID))
		if len(j.Levels) != 4 {
			t.Errorf("levels reached = %d, want township, county, city, province", len(j.Levels))
		}
		if len(j.Texts) != 3 || j.Texts[0].Title != "青禾镇柑橘收购价走低" {
			t.Errorf("texts beside mine = %+v, want the county's, the city's and the province's", j.Texts)
		}
		st := ok[flow.StandingView](t)(w.Flow.Standing(w.Ctx(), w.As("assessor.K1"), w.ID("K1"), "2026-11"))
		if st.Standings[0].Unit != w.ID("T1") || st.Standings[0].Rank != 1 || !st.Standings[1].Tied || st.Standings[1].Rank != 2 || st.Standings[2].Rank != 2 {
			t.Errorf("standing = %+v, want T1 first and two tied second", st.Standings)
		}
		w.sound()
	})
}

func TestCompositeSharesAdoptedTwiceAbove(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var parts []filing.Contribution
		for _, u := range []string{"T1", "T2", "T3"} {
			_, fl := w.filed(u, "洪水"+u)
			ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), w.As("editor.K1"), fl.ID))
			parts = append(parts, filing.Contribution{Filing: fl.ID})
		}
		comp := ok[filing.Filing](t)(w.Flow.Merge(w.Ctx(), w.As("editor.K1"), flow.Merge{Office: w.ID("K1"), Parts: parts, Title: "三乡镇受淹", Body: body}))
		ok[filing.Filing](t)(w.Flow.MarkReady(w.Ctx(), w.As("editor.K1"), comp.ID, flow.MarkReady{}))
		w.published("K1", "k1", comp.ID)
		up := ok[filing.Filing](t)(w.Flow.Forward(w.Ctx(), w.As("chief.K1"), comp.ID, flow.Forward{}))
		w.ready("C", up.ID, "望岭县三乡镇受淹")
		w.published("C", "c", up.ID)
		w.published("C", "c2", up.ID)
		for _, u := range []string{"T1", "T2", "T3"} {
			w.score(u, "3.67") // (1 + 5 + 5) / 3, rounded once at the total
		}
		_, err := w.Flow.Unmerge(w.Ctx(), w.As("editor.K1"), comp.ID)
		refused(t, err, "already_adopted")
		w.sound()
	})
}

func TestUnmergeBringsTheSourcesBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, a := w.filed("T1", "甲")
		_, b := w.filed("T2", "乙")
		for _, id := range []ident.Filing{a.ID, b.ID} {
			ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), w.As("editor.K1"), id))
		}
		comp := ok[filing.Filing](t)(w.Flow.Merge(w.Ctx(), w.As("editor.K1"), flow.Merge{Office: w.ID("K1"), Parts: []filing.Contribution{{Filing: a.ID, Num: 2, Den: 3}, {Filing: b.ID, Num: 1, Den: 3}}, Title: "合", Body: body}))
		back := ok[[]filing.Filing](t)(w.Flow.Unmerge(w.Ctx(), w.As("editor.K1"), comp.ID))
		for _, fl := range back {
			if fl.State != filing.Received || fl.MergedIn != "" {
				t.Errorf("source after unmerging = %s in %q, want received in nothing", fl.State, fl.MergedIn)
			}
		}
		w.sound()
	})
}

func TestReturnAndResubmission(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		it, fl := w.filed("T1", "缺数的稿")
		ed := w.As("editor.K1")
		ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), ed, fl.ID))
		_, err := w.Flow.Return(w.Ctx(), ed, fl.ID, flow.Return{Reason: "no_figures"})
		invalid(t, err, "remark", "required")
		ok[filing.Filing](t)(w.Flow.Return(w.Ctx(), ed, fl.ID, flow.Return{Reason: "no_figures", Remark: "管了几座、花了多少钱？"}))
		_, err = w.Flow.Resubmit(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Submit{})
		refused(t, err, "nothing_changed")
		ok[item.Item](t)(w.Flow.Revise(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Revise{Title: "有数的稿", Body: body + "共管12座。", Seen: 1}))
		ok[item.Item](t)(w.Flow.Resubmit(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Submit{Seen: 2}))
		ok[item.Item](t)(w.Flow.SignOff(w.Ctx(), w.As("signer.T1"), it.ID, flow.SignOff{Seen: 2}))
		v := ok[flow.FilingView](t)(w.Flow.Filing(w.Ctx(), ed, fl.ID))
		if v.Filing.State != filing.Filed || v.Text.Title != "有数的稿" {
			t.Errorf("the same filing = %s %q, want filed again with the new text", v.Filing.State, v.Text.Title)
		}
		w.sound()
	})
}

func TestWithdrawalRacingAnAdoption(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range 8 {
			it, fl := w.filed("T2", "抢")
			w.ready("K1", fl.ID, "抢")
			type result struct{ err error }
			adopted, withdrawn := make(chan result), make(chan result)
			go func() {
				_, err := w.Flow.Adopt(w.Ctx(), w.As("editor.K1"), fl.ID, flow.Adopt{Publication: w.Pubs["k1"].ID, Seen: -1})
				adopted <- result{err}
			}()
			go func() {
				_, err := w.Flow.Withdraw(w.Ctx(), w.As("reporter.T2"), it.ID, flow.Withdraw{Remark: "情况有变"})
				withdrawn <- result{err}
			}()
			a, d := <-adopted, <-withdrawn
			if d.err != nil {
				t.Fatalf("withdrawal = %v, want it to win or to end the adoption", d.err)
			}
			v := ok[flow.FilingView](t)(w.Flow.Filing(w.Ctx(), w.As("editor.K1"), fl.ID))
			for _, p := range v.Placements {
				if p.State.Live() {
					t.Errorf("adoption (err %v) is alive after the withdrawal", a.err)
				}
			}
		}
		w.sound()
	})
}

func TestOfficeOutside(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		it, f1 := w.filed("T1", "给外单位")
		w.ready("K1", f1.ID, "给外单位")
		f2 := ok[filing.Filing](t)(w.Flow.Forward(w.Ctx(), w.As("chief.K1"), f1.ID, flow.Forward{Seen: 1}))
		w.ready("C", f2.ID, "给外单位")
		x := ok[filing.Filing](t)(w.Flow.Forward(w.Ctx(), w.As("chief.C"), f2.ID, flow.Forward{Office: w.ID("X"), Seen: 1}))
		if x.State != filing.Outside {
			t.Fatalf("filing at an office outside = %s, want outside", x.State)
		}
		ok[filing.Filing](t)(w.Flow.Send(w.Ctx(), w.As("editor.C"), x.ID, flow.Send{Channel: "fax", Proof: "传真回执 0031"}))
		o := ok[filing.Outcome](t)(w.Flow.EnterOutcome(w.Ctx(), w.As("editor.C"), x.ID, flow.EnterOutcome{Kind: "adopted", Outlet: "px", Name: "每日要情", Issue: "2026-88", Points: "15", Proof: "11 月通报", Occurred: w.Clock.Now().UnixMicro()}))
		_, err := w.Flow.DecideOutcome(w.Ctx(), w.As("editor.C"), o.ID, flow.DecideOutcome{Confirm: true})
		refused(t, err, "second_person")
		ok[filing.Outcome](t)(w.Flow.DecideOutcome(w.Ctx(), w.As("chief.C"), o.ID, flow.DecideOutcome{Confirm: true}))
		w.score("T1", "10")
		j := ok[flow.Journey](t)(w.Flow.Journey(w.Ctx(), w.As("reporter.T1"), it.ID))
		found := false
		for _, s := range j.Steps {
			found = found || s.Kind == "news.published" && s.Name == "每日要情"
		}
		if !found {
			t.Errorf("the township's journey = %+v, want the outside office's adoption as news", j.Steps)
		}
		w.sound()
	})
}

func TestRecallTellsEverybody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, fl := w.filed("T1", "要召回")
		w.ready("K1", fl.ID, "要召回")
		p := w.published("K1", "k1", fl.ID)
		_, err := w.Flow.Withdraw(w.Ctx(), w.As("reporter.T1"), fl.Item, flow.Withdraw{Remark: "错了"})
		refused(t, err, "already_printed")
		ok[issue.Placement](t)(w.Flow.Correct(w.Ctx(), w.As("chief.K1"), p.ID, flow.Correct{Title: "更正", Body: body, Notice: "第二段户数应为126户"}))
		ok[issue.Placement](t)(w.Flow.Recall(w.Ctx(), w.As("chief.K1"), p.ID, flow.Remark{Remark: "数据有误"}))
		rd := ok[flow.Page[flow.Reading]](t)(w.Flow.Readings(w.Ctx(), w.As("reporter.T1"), flow.ReadingsQuery{}))
		if len(rd.Rows) != 1 || rd.Rows[0].Delivery.State != "recalled" {
			t.Errorf("the reader's copies = %+v, want one recalled", rd.Rows)
		}
		w.sound()
	})
}
