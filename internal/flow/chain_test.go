package flow_test

import (
	"slices"
	"testing"
	"time"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
	"xinshu/internal/testing/sample"
)

// submitted is an item of T1 that was written and submitted.
func (w *world) submitted(title string) item.Item {
	t := w.T
	t.Helper()
	it := ok[item.Item](t)(w.Flow.Draft(w.Ctx(), w.As("reporter.T1"), flow.Draft{Unit: w.ID("T1"), Title: title, Body: body, Genre: "problem", Form: "single"}))
	return ok[item.Item](t)(w.Flow.Submit(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Submit{Seen: 1}))
}

func (w *world) chain(unit string, checks ...org.Check) {
	w.T.Helper()
	ok[org.Chain](w.T)(w.Flow.SetChain(w.Ctx(), sample.System, org.Chain{Unit: w.ID(unit), Checks: checks}))
}

func (w *world) waits(id ident.Item, want org.Check) {
	w.T.Helper()
	if v := ok[flow.ItemView](w.T)(w.Flow.Item(w.Ctx(), w.As("reporter.T1"), id)); v.Waiting != want {
		w.T.Errorf("waiting check = %q, want %q", v.Waiting, want)
	}
}

// signs passes a check by the person with the role in T1.
func (w *world) signs(role string, it item.Item) item.Item {
	w.T.Helper()
	return ok[item.Item](w.T)(w.Flow.SignOff(w.Ctx(), w.As(role+".T1"), it.ID, flow.SignOff{Seen: it.Revision}))
}

func TestChains(t *testing.T) {
	for _, c := range []struct {
		name   string
		checks []org.Check
	}{
		{"one", []org.Check{org.SignOffOK}},
		{"two", []org.Check{org.Review, org.SignOffOK}},
		{"three", []org.Check{org.Review, org.SecrecyOK, org.SignOffOK}},
	} {
		t.Run(c.name, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				w.chain("T1", c.checks...)
				it := w.submitted(c.name)
				for i, check := range c.checks {
					w.waits(it.ID, check)
					if check != org.SignOffOK {
						_, err := w.Flow.SignOff(w.Ctx(), w.As("signer.T1"), it.ID, flow.SignOff{Seen: 1})
						refused(t, err, "check_waits_for")
					}
					it = w.signs(string(check.Role()), it)
					if last := i == len(c.checks)-1; (it.State == item.Signed) != last {
						t.Errorf("state after check %d of %d = %s", i+1, len(c.checks), it.State)
					}
				}
				v := ok[flow.ItemView](t)(w.Flow.Item(w.Ctx(), w.As("reporter.T1"), it.ID))
				if len(v.Passed) != len(c.checks) || len(v.Filings) != 1 {
					t.Errorf("passed %d checks, %d filings, want %d and 1", len(v.Passed), len(v.Filings), len(c.checks))
				}
				w.sound()
			})
		})
	}
}

func TestAChainIsInheritedAndFrozenAtSubmission(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.chain("K1", org.Review, org.SignOffOK)
		it := w.submitted("上级的链")
		w.waits(it.ID, org.Review)
		w.chain("K1", org.SignOffOK) // from now on, not for what is on its way
		w.waits(it.ID, org.Review)
		it2 := w.submitted("新链")
		w.waits(it2.ID, org.SignOffOK)
		w.sound()
	})
}

func TestACheckersOwnEditIsHisRevision(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.chain("T1", org.Review, org.SignOffOK)
		it := w.submitted("原题")
		_, err := w.Flow.Revise(w.Ctx(), w.As("signer.T1"), it.ID, flow.Revise{Title: "抢改", Body: body, Seen: 1})
		refused(t, err, "check_waits_for")
		it = ok[item.Item](t)(w.Flow.Revise(w.Ctx(), w.As("reviewer.T1"), it.ID, flow.Revise{Title: "审核改过的题", Body: body, Seen: 1}))
		if it.State != item.Submitted || it.Revision != 2 {
			t.Errorf("after a checker's edit = %s, revision %d, want submitted, 2", it.State, it.Revision)
		}
		_, err = w.Flow.SignOff(w.Ctx(), w.As("reviewer.T1"), it.ID, flow.SignOff{Seen: 1})
		refused(t, err, "stale_revision")
		it = w.signs("reviewer", it)
		it = w.signs("signer", it)
		v := ok[flow.ItemView](t)(w.Flow.Item(w.Ctx(), w.As("reporter.T1"), it.ID))
		if v.Item.Signed != 2 || v.Revisions[1].By != w.As("reviewer.T1").Person || v.Filings[0].Title != "审核改过的题" {
			t.Errorf("signed revision %d by %s, filed %q, want the reviewer's second", v.Item.Signed, v.Revisions[1].By, v.Filings[0].Title)
		}
		first := ok[item.Revision](t)(w.Flow.ItemText(w.Ctx(), w.As("reporter.T1"), it.ID, 1))
		if first.Title != "原题" {
			t.Errorf("first text = %q, want it as it was", first.Title)
		}
		w.sound()
	})
}

func TestALaterEditMakesTheSecrecyReviewStale(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.chain("T1", org.Review, org.SecrecyOK, org.SignOffOK)
		it := w.submitted("涉密审查")
		it = w.signs("reviewer", it)
		it = w.signs("secrecy", it)
		w.waits(it.ID, org.SignOffOK)
		it = ok[item.Item](t)(w.Flow.Revise(w.Ctx(), w.As("signer.T1"), it.ID, flow.Revise{Title: "签发时改", Body: body, Seen: 1}))
		w.waits(it.ID, org.SecrecyOK)
		_, err := w.Flow.SignOff(w.Ctx(), w.As("signer.T1"), it.ID, flow.SignOff{Seen: 2})
		refused(t, err, "check_waits_for")
		it = w.signs("secrecy", it)
		w.waits(it.ID, org.SignOffOK)
		if it = w.signs("signer", it); it.State != item.Signed || it.Signed != 2 {
			t.Errorf("after passing again = %s of revision %d, want signed of 2", it.State, it.Signed)
		}
		w.sound()
	})
}

func TestSendingBackAtEachStep(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.chain("T1", org.Review, org.SecrecyOK, org.SignOffOK)
		roles := []string{"reviewer", "secrecy", "signer"}
		for at, role := range roles {
			it := w.submitted("退" + role)
			for _, r := range roles[:at] {
				it = w.signs(r, it)
			}
			_, err := w.Flow.SendBack(w.Ctx(), w.As(role+".T1"), it.ID, flow.SendBack{Reason: "no_figures"})
			invalid(t, err, "remark", "required")
			_, err = w.Flow.SendBack(w.Ctx(), w.As(role+".T1"), it.ID, flow.SendBack{Reason: "because", Remark: "不行"})
			invalid(t, err, "reason", "choose")
			_, err = w.Flow.SendBack(w.Ctx(), w.As(role+".T1"), it.ID, flow.SendBack{Reason: "no_figures", Remark: "补数", Due: w.Clock.Now().UnixMicro()})
			invalid(t, err, "due", "not_in_future")
			v := ok[flow.ItemView](t)(w.Flow.Item(w.Ctx(), w.As("reporter.T1"), it.ID))
			if len(v.Chain) != 3 || !slices.Contains(v.Chain[at].People, w.As(role+".T1").Person) {
				t.Errorf("the chain of what waits for the %s = %v, want three stations with their people", role, v.Chain)
			}
			if other := roles[(at+1)%3]; other != role {
				_, err = w.Flow.SendBack(w.Ctx(), w.As(other+".T1"), it.ID, flow.SendBack{Reason: "no_figures", Remark: "补数"})
				refused(t, err, "check_waits_for")
			}
			it = ok[item.Item](t)(w.Flow.SendBack(w.Ctx(), w.As(role+".T1"), it.ID, flow.SendBack{Reason: "no_figures", Remark: "补数", Due: w.Clock.Now().Add(time.Hour).UnixMicro()}))
			if it.State != item.SentBack || it.Remark != "补数" || it.Due == 0 {
				t.Errorf("sent back by the %s = %s %q, want sent back with the remark and a date", role, it.State, it.Remark)
			}
			it = ok[item.Item](t)(w.Flow.Revise(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Revise{Title: "补了" + role, Body: body, Seen: 1}))
			it = ok[item.Item](t)(w.Flow.Resubmit(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Submit{Seen: 2}))
			w.waits(it.ID, org.Review) // a new round begins at the beginning
		}
		w.sound()
	})
}

func TestOrderedLines(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		second := w.Line("T1", "K2", org.Party, 2)
		r := org.DefaultRules(w.ID("K1"))
		r.LinesOrdered = true
		ok[org.Rules](t)(w.Flow.SetRules(w.Ctx(), sample.System, w.ID("K1"), r))
		write := func(urgent bool, lines ...ident.Line) item.Item {
			it := ok[item.Item](t)(w.Flow.Draft(w.Ctx(), w.As("reporter.T1"), flow.Draft{Unit: w.ID("T1"), Title: "走第二条线", Body: body, Genre: "problem", Form: "single", Lines: lines, Urgent: urgent}))
			return ok[item.Item](t)(w.Flow.Submit(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Submit{Seen: 1}))
		}
		it := write(false, second.ID)
		_, err := w.Flow.SignOff(w.Ctx(), w.As("signer.T1"), it.ID, flow.SignOff{Seen: 1})
		refused(t, err, "line_order")
		_, err = w.Flow.SignOff(w.Ctx(), w.As("signer.T1"), it.ID, flow.SignOff{Seen: 1, Bypass: true})
		refused(t, err, "line_order") // nothing urgent about it
		urgent := write(true, second.ID)
		_, err = w.Flow.SignOff(w.Ctx(), w.As("signer.T1"), urgent.ID, flow.SignOff{Seen: 1})
		refused(t, err, "line_order")
		ok[item.Item](t)(w.Flow.SignOff(w.Ctx(), w.As("signer.T1"), urgent.ID, flow.SignOff{Seen: 1, Bypass: true}))
		var signed item.SignedOff
		err = w.Store.View(w.Ctx(), func(tx *store.Tx) error {
			recs, err := tx.FactsOf("item", string(urgent.ID))
			for _, rec := range recs {
				if rec.Kind == fact.ItemSigned {
					if signed, err = fact.Decode[item.SignedOff](rec); err != nil {
						return err
					}
				}
			}
			return err
		})
		if err != nil || len(signed.Bypassed) != 1 {
			t.Errorf("overtaken lines in the record = %v %v, want the first line", signed.Bypassed, err)
		}
		w.sound()
	})
}

func TestFiledForAUnitByTelephone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := flow.FileFor{Office: w.ID("K1"), Unit: w.ID("T1"), Title: "电话报来的稿", Body: body, Genre: "news", Form: "brief", Channel: "telephone", Proof: "十六日九点 柳渡乡 值班员"}
		for _, c := range []struct {
			name, path, code string
			change           func(in *flow.FileFor)
		}{
			{"another county's township", "unit", "unit_not_ours", func(in *flow.FileFor) { in.Unit = w.ID("T4") }},
			{"over the web", "channel", "choose", func(in *flow.FileFor) { in.Channel = "web" }},
			{"by pigeon", "channel", "choose", func(in *flow.FileFor) { in.Channel = "pigeon" }},
			{"no title", "title", "required", func(in *flow.FileFor) { in.Title = "" }},
		} {
			bad := in
			c.change(&bad)
			_, err := w.Flow.FileFor(w.Ctx(), w.As("editor.K1"), bad)
			invalid(t, err, c.path, c.code)
		}
		_, err := w.Flow.FileFor(w.Ctx(), w.As("leader.K1"), in)
		refused(t, err, "needs_post")
		got := ok[flow.Filed](t)(w.Flow.FileFor(w.Ctx(), w.As("editor.K1"), in))
		if len(got.Filings) != 1 || got.Filings[0].Channel != "telephone" || !got.Item.ByOffice || got.Item.Confirmed {
			t.Errorf("filed for T1 = %+v, want one filing by telephone, not confirmed", got)
		}
		_, err = w.Flow.ConfirmFiled(w.Ctx(), w.As("reviewer.T1"), got.Item.ID)
		refused(t, err, "needs_post")
		if it := ok[item.Item](t)(w.Flow.ConfirmFiled(w.Ctx(), w.As("signer.T1"), got.Item.ID)); !it.Confirmed {
			t.Error("after confirming = not confirmed")
		}
		_, err = w.Flow.ConfirmFiled(w.Ctx(), w.As("signer.T1"), got.Item.ID)
		refused(t, err, "nothing_to_confirm")
		ed := w.As("editor.K1")
		ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), ed, got.Filings[0].ID))
		ok[filing.Filing](t)(w.Flow.Return(w.Ctx(), ed, got.Filings[0].ID, flow.Return{Reason: "no_figures", Remark: "补数"}))
		_, err = w.Flow.Resubmit(w.Ctx(), w.As("reporter.T1"), got.Item.ID, flow.Submit{})
		refused(t, err, "nothing_changed")
		w.sound()
	})
}

func TestTakingOverKeepsWhatTheOtherHadTyped(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, fl := w.filed("T1", "两人编")
		ed, other := w.As("editor.K1"), w.As("editor2.K1")
		ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), ed, fl.ID))
		ok[filing.Filing](t)(w.Flow.ReviseFiling(w.Ctx(), ed, fl.ID, flow.ReviseFiling{Title: "编一", Body: body, Seen: 0}))
		if err := w.Flow.Autosave(w.Ctx(), ed, "filing", string(fl.ID), flow.Typed{Title: "编二还没存", Body: body, Base: 1}); err != nil {
			t.Fatal(err)
		}
		_, err := w.Flow.ReviseFiling(w.Ctx(), other, fl.ID, flow.ReviseFiling{Title: "抢编", Body: body, Seen: 1})
		refused(t, err, "held_by")
		v := ok[flow.FilingView](t)(w.Flow.Filing(w.Ctx(), other, fl.ID))
		if len(v.Unsaved) != 2 {
			t.Errorf("unsaved texts = %d, want both editors'", len(v.Unsaved))
		}
		got := ok[filing.Filing](t)(w.Flow.TakeOver(w.Ctx(), other, fl.ID))
		if got.Holder != other.Person || got.Revision != 3 {
			t.Errorf("after taking over: holder %s, revision %d, want mine and 3", got.Holder, got.Revision)
		}
		kept := ok[item.Revision](t)(w.Flow.FilingText(w.Ctx(), other, fl.ID, 2))
		if kept.Title != "编二还没存" || kept.By != ed.Person || kept.Note != "unsaved" {
			t.Errorf("kept text = %q by %s (%s), want the other's, under his name", kept.Title, kept.By, kept.Note)
		}
		if v := ok[flow.FilingView](t)(w.Flow.Filing(w.Ctx(), other, fl.ID)); v.Text.Title != "编一" {
			t.Errorf("newest text = %q, want the last saved one", v.Text.Title)
		}
		_, err = w.Flow.TakeOver(w.Ctx(), other, fl.ID)
		refused(t, err, "already_yours")
		_, err = w.Flow.ReviseFiling(w.Ctx(), ed, fl.ID, flow.ReviseFiling{Title: "迟了", Body: body, Seen: 1})
		if !fault.Is(err, fault.Denied) && !fault.Is(err, fault.Conflict) {
			t.Errorf("the former holder's save = %v, want a refusal", err)
		}
		w.sound()
	})
}
