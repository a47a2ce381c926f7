package worker_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"xinshu/internal/duty"
	"xinshu/internal/flow"
	"xinshu/internal/store"
	"xinshu/internal/testing/sample"
	"xinshu/internal/worker"
)

// must keeps a verb's answer where nothing else may come of it.
func must[T any](t *testing.T, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// atDesk files an item of T1 with the county.
func atDesk(t *testing.T, w *sample.World, title string) flow.ItemView {
	t.Helper()
	it := submitted(t, w, title)
	it, err := w.Flow.SignOff(w.Ctx(), w.As("signer.T1"), it.ID, flow.SignOff{Seen: 1})
	must(t, it, err)
	v, err := w.Flow.Item(w.Ctx(), w.As("reporter.T1"), it.ID)
	must(t, v, err)
	fl, err := w.Flow.Receive(w.Ctx(), w.As("editor.K1"), v.Filings[0].ID)
	must(t, fl, err)
	return v
}

// ordered is a leader's instruction, passed on to T1 with so much time.
func ordered(t *testing.T, w *sample.World, title string, in time.Duration) duty.Duty {
	t.Helper()
	v := atDesk(t, w, title)
	d, err := w.Flow.Instruct(w.Ctx(), w.As("leader.K1"), flow.Instruct{Filing: v.Filings[0].ID, Text: "请青禾镇抓紧。", Disclosed: true})
	must(t, d, err)
	d, err = w.Flow.PassOn(w.Ctx(), w.As("followup.K1"), d.ID, flow.PassOn{Unit: w.ID("T1"), Due: w.Clock.Now().Add(in).UnixMicro()})
	return must(t, d, err)
}

// reminders are what the signer was told of duties that run out, oldest first.
func reminders(t *testing.T, w *sample.World) string {
	t.Helper()
	var out []string
	for _, k := range slices.Backward(kindsOf(t, w, "signer.T1")) {
		if k == flow.NoteDue || k == flow.NoteOverdue {
			out = append(out, string(k))
		}
	}
	return strings.Join(out, " ")
}

func TestRemindersComeOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, c store.Config) {
		w, k, _ := told(t, c)
		d := ordered(t, w, "堤坝", 72*time.Hour)
		looks := func(when, want string) {
			t.Helper()
			for range 2 { // the clock is looked at every few seconds
				tell(t, w, k)
			}
			if got := reminders(t, w); got != want {
				t.Errorf("%s the unit was told %q, want %q", when, got, want)
			}
		}
		looks("three days before", "")
		w.Clock.Pass(49 * time.Hour)
		looks("a day before", "duty_due")
		k = worker.New(w.Store, w.Flow, worker.Config{Clock: w.Clock.Now, Poll: time.Millisecond})
		looks("after a restart", "duty_due")
		w.Clock.Pass(-20 * time.Hour)
		looks("with the clock set back", "duty_due")
		w.Clock.Pass(44 * time.Hour)
		looks("when it is late", "duty_due duty_overdue")
		w.Clock.Pass(-10 * time.Hour)
		looks("with the clock set back before its time", "duty_due duty_overdue")
		w.Clock.Pass(10 * time.Hour)
		k = worker.New(w.Store, w.Flow, worker.Config{Clock: w.Clock.Now, Poll: time.Millisecond})
		looks("late, after a restart", "duty_due duty_overdue")
		put, err := w.Flow.PassOn(w.Ctx(), w.As("followup.K1"), d.ID, flow.PassOn{Unit: w.ID("T1"), Due: w.Clock.Now().Add(72 * time.Hour).UnixMicro()})
		must(t, put, err)
		looks("put off", "duty_due duty_overdue")
		w.Clock.Pass(50 * time.Hour)
		looks("a day before the new date", "duty_due duty_overdue duty_due")
		ans, err := w.Flow.Answer(w.Ctx(), w.As("reporter.T1"), d.ID, flow.Answer{Text: "已办好。"})
		must(t, ans, err)
		w.Clock.Pass(50 * time.Hour)
		looks("answered", "duty_due duty_overdue duty_due")
	})
}

// A machine that slept over both moments says what is true now, and that once.
func TestAClockThatJumpsOverBothReminders(t *testing.T) {
	onBoth(t, func(t *testing.T, c store.Config) {
		w, k, _ := told(t, c)
		ordered(t, w, "堤坝", 72*time.Hour)
		tell(t, w, k)
		w.Clock.Pass(100 * time.Hour)
		tell(t, w, k)
		tell(t, w, k)
		if got := reminders(t, w); got != "duty_overdue" {
			t.Errorf("the unit was told %q, want that it is late, and not that it will be", got)
		}
	})
}

// An instruction that was taken back leaves nothing to wonder about, at the desk
// and below, and the record makes the same notes again.
func TestAnInstructionTakenBackIsNotTold(t *testing.T) {
	onBoth(t, func(t *testing.T, c store.Config) {
		w, k, _ := told(t, c)
		v := atDesk(t, w, "堤坝")
		fl := v.Filings[0]
		up, err := w.Flow.MarkReady(w.Ctx(), w.As("editor.K1"), fl.ID, flow.MarkReady{})
		must(t, up, err)
		up, err = w.Flow.Forward(w.Ctx(), w.As("chief.K1"), fl.ID, flow.Forward{})
		must(t, up, err)
		up, err = w.Flow.Receive(w.Ctx(), w.As("editor.C"), up.ID)
		must(t, up, err)
		here, err := w.Flow.Instruct(w.Ctx(), w.As("leader.K1"), flow.Instruct{Filing: fl.ID, Text: "请核实。"})
		must(t, here, err)
		above, err := w.Flow.Instruct(w.Ctx(), w.As("leader.C"), flow.Instruct{Filing: up.ID, Text: "请核实。"})
		must(t, above, err)
		stays, err := w.Flow.Instruct(w.Ctx(), w.As("leader.C"), flow.Instruct{Filing: up.ID, Text: "请落实。"})
		must(t, stays, err)
		tell(t, w, k)
		orders := func(who string) (n int) {
			for _, k := range kindsOf(t, w, who) {
				if k == flow.NoteOrdered {
					n++
				}
			}
			return n
		}
		if n, m := orders("reporter.T1"), orders("chief.K1"); n != 3 || m != 2 {
			t.Fatalf("instructions told to the township = %d, to the county = %d; want 3 and 2", n, m)
		}
		gone, err := w.Flow.TakeBack(w.Ctx(), w.As("leader.C"), above.ID)
		must(t, gone, err)
		tell(t, w, k)
		if n, m := orders("reporter.T1"), orders("chief.K1"); n != 2 || m != 1 {
			t.Errorf("after the city took one back: township %d, county %d; want 2 and 1", n, m)
		}
		gone, err = w.Flow.TakeBack(w.Ctx(), w.As("leader.K1"), here.ID)
		must(t, gone, err)
		tell(t, w, k)
		if n := orders("reporter.T1"); n != 1 {
			t.Errorf("after the county took its own back: %d, want the one that stands", n)
		}
		var before, after strings.Builder
		if err := w.Store.Dump(w.Ctx(), "notes", &before); err != nil {
			t.Fatal(err)
		}
		if err := w.Store.Rebuild(w.Ctx(), "notes"); err != nil {
			t.Fatal(err)
		}
		if err := k.Drain(w.Ctx()); err != nil {
			t.Fatal(err)
		}
		if err := w.Store.Dump(w.Ctx(), "notes", &after); err != nil {
			t.Fatal(err)
		}
		if before.String() != after.String() {
			t.Errorf("made again =\n%s\nwant\n%s", after.String(), before.String())
		}
	})
}
