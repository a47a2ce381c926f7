package flow_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// item is an item as somebody sees it.
func (w *world) item(who string, it item.Item) flow.ItemView {
	w.T.Helper()
	v, err := w.Flow.Item(w.Ctx(), w.As(who), it.ID)
	if err != nil {
		w.T.Fatal(err)
	}
	return v
}

// TestACheckIsTakenBack walks the chain back from the signature to the review.
func TestACheckIsTakenBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.chain("T1", org.Review, org.SignOffOK)
		it := w.submitted("签早了")
		w.signs("reviewer", it)
		_, err := w.Flow.Unsign(w.Ctx(), w.As("signer.T1"), it.ID)
		refused(t, err, "no_check_of_yours")
		w.signs("signer", it)
		born := w.item("signer.T1", it)
		if born.UnsignUntil == 0 || len(born.Filings) != 1 {
			t.Fatalf("signed = until %d, %d filings, want a term and one", born.UnsignUntil, len(born.Filings))
		}
		_, err = w.Flow.Unsign(w.Ctx(), w.As("reviewer.T1"), it.ID)
		refused(t, err, "no_check_of_yours") // somebody went on
		_, err = w.Flow.Unsign(w.Ctx(), w.As("reporter.T1"), it.ID)
		refused(t, err, "needs_post")

		back := ok[item.Item](t)(w.Flow.Unsign(w.Ctx(), w.As("signer.T1"), it.ID))
		v := w.item("reporter.T1", it)
		if back.State != item.Submitted || v.Waiting != org.SignOffOK || len(v.Passed) != 1 || v.Filings[0].State != filing.Withdrawn {
			t.Errorf("taken back = %s, waits for %s, %d passed, filing %s; want it submitted for the signature, filing withdrawn", back.State, v.Waiting, len(v.Passed), v.Filings[0].State)
		}
		if len(v.Unsigned) != 1 || v.Unsigned[0].Person != w.As("signer.T1").Person || v.Unsigned[0].Check != org.SignOffOK {
			t.Errorf("unsigned = %+v, want the signature", v.Unsigned)
		}
		_, err = w.Flow.Receive(w.Ctx(), w.As("editor.K1"), born.Filings[0].ID)
		refused(t, err, "wrong_state")
		_, err = w.Flow.Unsign(w.Ctx(), w.As("signer.T1"), it.ID)
		refused(t, err, "no_check_of_yours")
		back = ok[item.Item](t)(w.Flow.Unsign(w.Ctx(), w.As("reviewer.T1"), it.ID)) // nobody above has acted any more
		if v := w.item("reviewer.T1", it); back.State != item.Submitted || v.Waiting != org.Review || len(v.Passed) != 0 {
			t.Errorf("the review taken back = %s, waits for %s, want the review", back.State, v.Waiting)
		}

		// signed anew, the same filing lies before the desk, since now
		w.signs("reviewer", it)
		w.signs("signer", it)
		v = w.item("signer.T1", it)
		if len(v.Filings) != 1 || v.Filings[0].ID != born.Filings[0].ID || v.Filings[0].State != filing.Filed || v.Filings[0].Since <= born.Filings[0].Since {
			t.Errorf("signed anew = %+v, want the same filing, lying there since later than %d", v.Filings, born.Filings[0].Since)
		}
		var kinds []string
		for _, s := range ok[flow.Journey](t)(w.Flow.Journey(w.Ctx(), w.As("reporter.T1"), it.ID)).Steps {
			kinds = append(kinds, s.Kind)
		}
		for _, k := range []fact.Kind{fact.ItemUnsigned, fact.FilingWithdrawn, fact.FilingReopened} {
			if !slices.Contains(kinds, string(k)) {
				t.Errorf("the item's way = %v, want %s in it", kinds, k)
			}
		}
		w.sound()
	})
}

// TestACheckStands refuses what came too late, or what somebody acted on.
func TestACheckStands(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		signer := w.As("signer.T1")
		it, fl := w.filed("T1", "过了时候")
		w.Clock.Pass(11 * time.Minute)
		refused(t, w.unchanged("taking a signature back late", func() error { _, err := w.Flow.Unsign(w.Ctx(), signer, it.ID); return err }), "check_stands")
		it, fl = w.filed("T1", "已经签收")
		ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), w.As("editor.K1"), fl.ID))
		refused(t, w.unchanged("taking back what a desk received", func() error { _, err := w.Flow.Unsign(w.Ctx(), signer, it.ID); return err }), "desk_has_it")
		ok[filing.Filing](t)(w.Flow.Undo(w.Ctx(), w.As("editor.K1"), fl.ID))
		ok[item.Item](t)(w.Flow.Unsign(w.Ctx(), signer, it.ID)) // the desk let go

		w.chain("T1", org.Review, org.SignOffOK)
		it = w.submitted("后来改过")
		w.signs("reviewer", it)
		ok[item.Item](t)(w.Flow.Revise(w.Ctx(), signer, it.ID, flow.Revise{Title: "后来改过", Body: body + "改", Seen: 1}))
		_, err := w.Flow.Unsign(w.Ctx(), w.As("reviewer.T1"), it.ID)
		refused(t, err, "no_check_of_yours")
		if _, err := w.Flow.Unsign(w.Ctx(), w.As("signer.T2"), it.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("another unit's = %v, want not found", err)
		}
		w.sound()
	})
}

// TestAReopenedFilingIsReturnedAgain takes back the signature under an answer to
// a return: the filing lies again as the desk had returned it, its text too.
func TestAReopenedFilingIsReturnedAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ed, rep := w.As("editor.K1"), w.As("reporter.T1")
		it, fl := w.filed("T1", "退过的")
		ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), ed, fl.ID))
		ok[filing.Filing](t)(w.Flow.ReviseFiling(w.Ctx(), ed, fl.ID, flow.ReviseFiling{Title: "编过的", Body: body, Seen: 0}))
		ok[filing.Filing](t)(w.Flow.Return(w.Ctx(), ed, fl.ID, flow.Return{Reason: "no_figures", Remark: "补数", Due: w.Clock.Now().Add(time.Hour).UnixMicro()}))
		lay := ok[flow.FilingView](t)(w.Flow.Filing(w.Ctx(), ed, fl.ID)).Filing
		answer := func() {
			ok[item.Item](t)(w.Flow.Revise(w.Ctx(), rep, it.ID, flow.Revise{Title: "退过的", Body: body + "补了", Seen: w.item("reporter.T1", it).Item.Revision}))
			ok[item.Item](t)(w.Flow.Resubmit(w.Ctx(), rep, it.ID, flow.Submit{}))
			w.signs("signer", w.item("signer.T1", it).Item)
		}
		answer()
		if now := ok[flow.FilingView](t)(w.Flow.Filing(w.Ctx(), ed, fl.ID)).Filing; now.State != filing.Filed || now.Raw != 2 {
			t.Fatalf("answered = %s with text %d, want filed with 2", now.State, now.Raw)
		}
		for range 2 { // taken back, signed again, taken back again
			ok[item.Item](t)(w.Flow.Unsign(w.Ctx(), w.As("signer.T1"), it.ID))
			v := ok[flow.FilingView](t)(w.Flow.Filing(w.Ctx(), ed, fl.ID))
			now := v.Filing
			if now.State != filing.Returned || now.Reason != lay.Reason || now.Remark != lay.Remark || now.Due != lay.Due || now.Raw != lay.Raw || now.Title != "编过的" || v.Text.Title != "编过的" {
				t.Errorf("taken back = %+v (text %q), want it as it lay: %+v", now, v.Text.Title, lay)
			}
			w.signs("signer", w.item("signer.T1", it).Item)
		}
		ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), ed, fl.ID))
		ok[filing.Filing](t)(w.Flow.Undo(w.Ctx(), ed, fl.ID))
		_, err := w.Flow.Unsign(w.Ctx(), w.As("signer.T1"), it.ID)
		refused(t, err, "desk_has_it") // how it lay is not known any more
		w.sound()
	})
}

// TestUnsigningRacesTheDesk lets the desk receive and the signer take back in the
// same moment: exactly one of them has done it, on either engine.
func TestUnsigningRacesTheDesk(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range 12 {
			it, fl := w.filed("T1", "同时")
			var got [2]error
			var both sync.WaitGroup
			both.Go(func() { _, got[0] = w.Flow.Unsign(w.Ctx(), w.As("signer.T1"), it.ID) })
			both.Go(func() { _, got[1] = w.Flow.Receive(w.Ctx(), w.As("editor.K1"), fl.ID) })
			both.Wait()
			now := ok[flow.FilingView](t)(w.Flow.Filing(w.Ctx(), w.As("editor.K1"), fl.ID)).Filing.State
			state := w.item("reporter.T1", it).Item.State
			switch {
			case got[0] == nil && got[1] != nil && now == filing.Withdrawn && state == item.Submitted:
			case got[0] != nil && got[1] == nil && now == filing.Received && state == item.Signed:
			default:
				t.Errorf("taken back: %v, received: %v, filing %s, item %s; want exactly one of the two", got[0], got[1], now, state)
			}
			for _, err := range got {
				if why, _ := fault.Refused(err); err != nil && len(why) == 0 {
					t.Errorf("the one that came second = %v, want a reason", err)
				}
			}
		}
		w.sound()
	})
}

// TestTheRequestOfPartnersFalls takes back the lead's signature that had asked
// partners: until one of them goes on, they are asked no longer, and told so.
func TestTheRequestOfPartnersFalls(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		lead := w.As("signer.T1")
		it := w.asked("界河清淤签早了")
		if got := w.told("signer.T2", it.ID); !slices.Equal(got, []flow.NoteKind{flow.NoteToCountersign}) {
			t.Fatalf("a partner was told %v, want to countersign", got)
		}
		if until := w.item("signer.T1", it).UnsignUntil; until == 0 {
			t.Fatal("the lead's signature has no term in which it can be taken back")
		}
		ok[item.Item](t)(w.Flow.Unsign(w.Ctx(), lead, it.ID))
		w.waits(it.ID, org.SignOffOK)
		if got := w.partners(it.ID); got != "T2 chosen T3 chosen" {
			t.Errorf("partners = %s, want none asked", got)
		}
		if got := w.told("signer.T2", it.ID); !slices.Equal(got, []flow.NoteKind{flow.NoteUnasked}) {
			t.Errorf("a partner was told %v, want that it is not asked any more", got)
		}
		for _, n := range ok[flow.Page[flow.Notification]](t)(w.Flow.Notifications(w.Ctx(), w.As("signer.T2"), flow.NotesQuery{})).Rows {
			if n.Item == it.ID && (n.Title != "界河清淤签早了" || n.Office != w.ID("T1")) {
				t.Errorf("a partner was told of %q by %s, want the title it knew and the lead", n.Title, n.Office)
			}
		}
		if _, err := w.Flow.Item(w.Ctx(), w.As("signer.T2"), it.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("the item for a partner = %v, want not found", err)
		}
		if mine := w.mine("signer.T2"); len(mine) != 0 {
			t.Errorf("workbench of a partner = %v, want nothing", mine)
		}

		// asked anew, about another text; one passes, and then it stands
		ok[item.Item](t)(w.Flow.Revise(w.Ctx(), lead, it.ID, flow.Revise{Title: "界河清淤", Body: body + "改", Seen: 1}))
		w.passes("signer.T1", it.ID)
		w.passes("signer.T2", it.ID)
		refused(t, w.unchanged("taking back what a partner went on with", func() error { _, err := w.Flow.Unsign(w.Ctx(), lead, it.ID); return err }), "partner_went_on")

		// an edit asks again; taken back, the partners see what they were asked about before
		ok[item.Item](t)(w.Flow.Revise(w.Ctx(), lead, it.ID, flow.Revise{Title: "界河清淤再改", Body: body + "再改", Seen: 2}))
		w.passes("signer.T1", it.ID)
		ok[item.Item](t)(w.Flow.Unsign(w.Ctx(), lead, it.ID))
		for _, who := range []string{"signer.T2", "signer.T3"} {
			if v := ok[flow.ItemView](t)(w.Flow.Item(w.Ctx(), w.As(who), it.ID)); v.Text.Number != 2 || v.Item.Title != "界河清淤" {
				t.Errorf("%s sees text %d, called %s; want the one it was asked about before", who, v.Text.Number, v.Item.Title)
			}
		}
		// asked about that once more in vain, they see the same still: what fell was no request
		ok[item.Item](t)(w.Flow.Revise(w.Ctx(), lead, it.ID, flow.Revise{Title: "界河清淤三改", Body: body + "三改", Seen: 3}))
		w.passes("signer.T1", it.ID)
		ok[item.Item](t)(w.Flow.Unsign(w.Ctx(), lead, it.ID))
		if v := ok[flow.ItemView](t)(w.Flow.Item(w.Ctx(), w.As("signer.T2"), it.ID)); v.Text.Number != 2 || v.Item.Title != "界河清淤" {
			t.Errorf("after a second request that fell signer.T2 sees text %d, called %s; want text 2", v.Text.Number, v.Item.Title)
		}
		if got := w.partners(it.ID); got != "T2 stale T3 chosen" {
			t.Errorf("partners = %s, want T2's signature stale", got)
		}
		for _, who := range []string{"signer.T1", "signer.T2", "signer.T3"} {
			w.passes(who, it.ID)
		}
		ok[item.Item](t)(w.Flow.FileJoint(w.Ctx(), w.As("reporter.T1"), it.ID, flow.SignOff{Seen: 4}))
		refused(t, w.unchanged("taking back what was filed jointly", func() error { _, err := w.Flow.Unsign(w.Ctx(), lead, it.ID); return err }), "filed_jointly")
		w.sound()
	})
}

// TestUnsigningRacesAPartner lets a partner countersign and the lead take back in
// the same moment: exactly one of them has done it, on either engine.
func TestUnsigningRacesAPartner(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for range 6 {
			it := w.asked("同时会签")
			var got [2]error
			var both sync.WaitGroup
			both.Go(func() { _, got[0] = w.Flow.Unsign(w.Ctx(), w.As("signer.T1"), it.ID) })
			both.Go(func() { _, got[1] = w.Flow.SignOff(w.Ctx(), w.As("signer.T2"), it.ID, flow.SignOff{Seen: 1}) })
			both.Wait()
			waits, partners := w.item("reporter.T1", it).Waiting, w.partners(it.ID)
			switch {
			case got[0] == nil && got[1] != nil && waits == org.SignOffOK && partners == "T2 chosen T3 chosen":
			case got[0] != nil && got[1] == nil && waits == org.Countersign && partners == "T2 signed T3 asked":
			default:
				t.Errorf("taken back: %v, countersigned: %v, waits for %s, partners %s; want exactly one of the two", got[0], got[1], waits, partners)
			}
		}
		w.sound()
	})
}

// TestAPartnerTakesItsSignatureBack: within ten minutes and before the lead files,
// whoever countersigned takes it back; it waits for his unit again, and the others'
// signatures stand.
func TestAPartnerTakesItsSignatureBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.Ctx()
		it := w.asked("会签签早了")
		unsign := func(who string) error { _, err := w.Flow.Unsign(ctx, w.As(who), it.ID); return err }
		refused(t, w.unchanged("who has signed nothing", func() error { return unsign("signer.T3") }), "needs_post")
		w.passes("signer.T2", it.ID)
		if got := w.item("signer.T3", it).UnsignUntil; got != 0 {
			t.Errorf("another partner may take back until %d, want never", got)
		}
		refused(t, w.unchanged("another partner", func() error { return unsign("signer.T3") }), "needs_post")
		refused(t, w.unchanged("a reporter of the partner", func() error { return unsign("reporter.T2") }), "needs_post")
		w.passes("signer.T3", it.ID)
		w.waits(it.ID, org.ToFile)
		if got := w.told("reporter.T1", it.ID); !slices.Equal(got, []flow.NoteKind{flow.NoteToFile}) {
			t.Errorf("the lead was told %v, want to file", got)
		}
		if got := w.item("signer.T2", it).UnsignUntil; got == 0 {
			t.Error("a partner's signature has no term in which it can be taken back")
		}
		if got := ok[item.Item](t)(w.Flow.Unsign(ctx, w.As("signer.T2"), it.ID)); got.Title != "会签签早了" {
			t.Errorf("taken back = %+v, want the item as the partner sees it", got)
		}
		w.waits(it.ID, org.Countersign)
		if got := w.partners(it.ID); got != "T2 asked T3 signed" {
			t.Errorf("partners = %s, want T2 asked again and T3's signature standing", got)
		}
		if got := w.told("reporter.T1", it.ID); !slices.Equal(got, []flow.NoteKind{flow.NoteUnsigned}) {
			t.Errorf("the lead was told %v, want that a signature was taken back, and not to file", got)
		}
		if want := string(it.ID) + " sign_off"; !slices.Contains(w.mine("signer.T2"), want) {
			t.Errorf("workbench of the partner = %v, want %s", w.mine("signer.T2"), want)
		}
		if got := w.told("signer.T3", it.ID); len(got) != 0 {
			t.Errorf("the other partner was told %v, want nothing", got)
		}
		_, err := w.Flow.FileJoint(ctx, w.As("reporter.T1"), it.ID, flow.SignOff{Seen: 1})
		refused(t, err, "partners_missing")
		steps := ok[flow.Journey](t)(w.Flow.Journey(ctx, w.As("reporter.T1"), it.ID)).Steps
		if s := steps[len(steps)-1]; s.Kind != string(fact.ItemUnsigned) || s.Office != w.ID("T2") {
			t.Errorf("the last step = %+v, want the signature taken back, at T2", s)
		}

		w.passes("signer.T2", it.ID)
		w.Clock.Pass(11 * time.Minute)
		refused(t, w.unchanged("after ten minutes", func() error { return unsign("signer.T2") }), "check_stands")
		ok[item.Item](t)(w.Flow.FileJoint(ctx, w.As("reporter.T1"), it.ID, flow.SignOff{Seen: 1}))
		refused(t, w.unchanged("after it was filed", func() error { return unsign("signer.T2") }), "filed_jointly")
		w.sound()
	})
}

// TestAPartnersReviewIsTakenBack: of a partner's own chain only the newest check
// can be taken back, and nobody is told that the lead has called it off.
func TestAPartnersReviewIsTakenBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.chain("T2", org.Review, org.SignOffOK)
		w.Person("reviewer.T2", "T2", org.Reviewer)
		it := w.asked("会签先审")
		w.passes("reviewer.T2", it.ID)
		if got := w.told("signer.T2", it.ID); !slices.Equal(got, []flow.NoteKind{flow.NoteToCountersign}) {
			t.Errorf("the signer was told %v, want to countersign", got)
		}
		ok[item.Item](t)(w.Flow.Unsign(w.Ctx(), w.As("reviewer.T2"), it.ID))
		if got := w.told("signer.T2", it.ID); len(got) != 0 {
			t.Errorf("the signer was told %v, want nothing as long as the review waits", got)
		}
		w.passes("reviewer.T2", it.ID)
		w.passes("signer.T2", it.ID)
		refused(t, w.unchanged("a review behind the signature", func() error { _, err := w.Flow.Unsign(w.Ctx(), w.As("reviewer.T2"), it.ID); return err }), "needs_post")
		w.sound()
	})
}
