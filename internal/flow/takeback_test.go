package flow_test

import (
	"slices"
	"testing"
	"time"

	"xinshu/internal/duty"
	"xinshu/internal/fact"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/score"
	"xinshu/internal/store"
	"xinshu/internal/testing/storetest"
)

// An instruction names whom and by when; the unit sees it when the office passes
// it on, and until then, for ten minutes, its giver can take it back.
func TestAnInstructionIsTakenBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, fl := w.filed("T1", "批示的")
		ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), w.As("editor.K1"), fl.ID))
		leader := w.As("leader.K1")
		due := w.Clock.Now().Add(72 * time.Hour).UnixMicro()
		_, err := w.Flow.Instruct(w.Ctx(), leader, flow.Instruct{Filing: fl.ID, Text: "请研究。", Unit: w.ID("T4")})
		invalid(t, err, "unit", "unit_not_ours")
		_, err = w.Flow.Instruct(w.Ctx(), leader, flow.Instruct{Filing: fl.ID, Text: "请研究。", Due: 1})
		invalid(t, err, "due", "not_in_future")

		give := func() duty.Duty {
			return ok[duty.Duty](t)(w.Flow.Instruct(w.Ctx(), leader, flow.Instruct{Filing: fl.ID, Text: "请柳渡乡核实。", Unit: w.ID("T2"), Due: due, Disclosed: true}))
		}
		d := give()
		if d.State != duty.Recorded || d.Unit != w.ID("T2") || d.Due != due {
			t.Errorf("the duty = %+v, want T2's, recorded, with its date", d)
		}
		if _, err := w.Flow.Duty(w.Ctx(), w.As("reporter.T2"), d.ID); err == nil {
			t.Error("the unit reads an instruction that nobody has passed on")
		}
		_, err = w.Flow.TakeBack(w.Ctx(), w.As("followup.K1"), d.ID)
		refused(t, err, "not_your_instruction")
		ok[duty.Duty](t)(w.Flow.TakeBack(w.Ctx(), leader, d.ID))
		if _, err := w.Flow.Duty(w.Ctx(), leader, d.ID); err == nil {
			t.Error("an instruction that was taken back is still there")
		}
		if n := w.kinds(0); n[fact.InstructionGiven] != 1 || n[fact.InstructionTaken] != 1 {
			t.Errorf("facts = %v, want one of giving and one of taking back", n)
		}

		d = give()
		ok[duty.Duty](t)(w.Flow.PassOn(w.Ctx(), w.As("followup.K1"), d.ID, flow.PassOn{Unit: d.Unit, Due: d.Due}))
		_, err = w.Flow.TakeBack(w.Ctx(), leader, d.ID)
		refused(t, err, "wrong_state")
		d = give()
		w.Clock.Pass(duty.Regret + time.Second)
		_, err = w.Flow.TakeBack(w.Ctx(), leader, d.ID)
		refused(t, err, "regret_over")
		w.sound()
	})
}

// What was taken back earns nobody points: not the unit that wrote it, nor those
// whose text it was made from further down.
func TestWhatWasTakenBackIsNotScored(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, fl := w.filed("T1", "批示的")
		w.ready("K1", fl.ID, "批示的")
		w.published("K1", "k1", fl.ID)
		up := ok[filing.Filing](t)(w.Flow.Forward(w.Ctx(), w.As("chief.K1"), fl.ID, flow.Forward{Seen: 1}))
		ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), w.As("editor.C"), up.ID))
		d := ok[duty.Duty](t)(w.Flow.Instruct(w.Ctx(), w.As("leader.C"), flow.Instruct{Filing: up.ID, Text: "请研究。"}))
		ok[duty.Duty](t)(w.Flow.TakeBack(w.Ctx(), w.As("leader.C"), d.ID))
		w.drain()
		var events []score.Event
		err := w.Store.View(w.Ctx(), func(tx *store.Tx) error {
			records, err := tx.Facts(0, 10_000)
			for _, r := range records {
				es := ok[[]score.Event](t)(score.Events(r))
				events = append(events, es...)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if events = slices.DeleteFunc(events, func(e score.Event) bool { return e.Kind == score.Adopted }); len(events) != 4 { // given and taken back, at the city and as news at the county
			t.Errorf("events = %+v, want giving and taking back at two levels", events)
		}
		book := ok[*score.Rulebook](t)(score.Parse([]byte("title: 办法\noffice: K1\nfrom: 2026-01-01\nrules:\n  - {clause: 一, event: instructed, points: \"5\"}\n")))
		month, _ := score.ParsePeriod("2026-11")
		score.OnDays(events, func(int64) org.Date { return 20261116 })
		if entries := ok[[]score.Entry](t)(book.Earned(month, events[:2])); len(entries) == 0 {
			t.Error("giving earns nothing, want points to take away again")
		}
		if entries := ok[[]score.Entry](t)(book.Earned(month, events)); len(entries) != 0 {
			t.Errorf("entries = %+v, want none", entries)
		}
	})
}

// Whom an instruction speaks of is read out of its words, as people write.
func TestAddresseesAreReadFromTheWords(t *testing.T) {
	w := open(t, storetest.SQLite(t))
	_, fl := w.filed("T1", "批示的")
	ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), w.As("editor.K1"), fl.ID))
	for _, c := range []struct {
		words string
		want  []string
	}{
		{"", nil},
		{"请研究。", nil},
		{"请柳渡乡核实，青禾镇配合。", []string{"T2", "T1"}},
		{"双桅镇人民政府牵头。", []string{"T3"}},
		{"石澜县不归我们管。", nil},
	} {
		got := ok[flow.Addressees](t)(w.Flow.Addressees(w.Ctx(), w.As("leader.K1"), flow.Instruct{Filing: fl.ID, Text: c.words}))
		var ids []ident.Unit
		for _, u := range got.Named {
			ids = append(ids, u.ID)
		}
		var want []ident.Unit
		for _, code := range c.want {
			want = append(want, w.ID(code))
		}
		if !slices.Equal(ids, want) {
			t.Errorf("Addressees(%q) = %+v, want %v", c.words, got.Named, c.want)
		}
		if len(got.All) != 4 {
			t.Errorf("Addressees(%q) can go to %d, want the office and its three units", c.words, len(got.All))
		}
	}
	if _, err := w.Flow.Addressees(w.Ctx(), w.As("reporter.T1"), flow.Instruct{Filing: fl.ID}); err == nil {
		t.Error("a reporter is told whom a leader may ask, want a refusal")
	}
}
