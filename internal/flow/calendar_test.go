package flow_test

import (
	"slices"
	"testing"

	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/org"
)

func TestACalendarYearIsEntered(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := w.Ctx(), w.As("admin.C")
		if got := ok[org.Counted](t)(w.Flow.WorkingDay(ctx, w.As("reporter.T1"), 20261231, 1)); got.Day != 20270101 || !slices.Equal(got.Unknown, []int{2027}) {
			t.Errorf("a day on into 2027 = %+v, want the plain week and that the year is unknown", got)
		}
		in := flow.SetCalendar{Source: "国办通知", CSV: "2027-01-01,休,元旦"}
		_, err := w.Flow.SetCalendar(ctx, w.As("reporter.T1"), 2027, in)
		refused(t, err, "needs_post")
		_, err = w.Flow.SetCalendar(ctx, admin, 2027, flow.SetCalendar{Source: "国办通知", CSV: "2027-01-04,班"})
		invalid(t, err, "days[0]", "works_anyway")
		y := ok[org.CalendarYear](t)(w.Flow.SetCalendar(ctx, admin, 2027, in))
		_, err = w.Flow.SetCalendar(ctx, admin, 2027, in) // as nobody had entered it
		if err == nil {
			t.Error("a year was replaced by somebody who had not seen it")
		}
		in.Version = y.Version
		ok[org.CalendarYear](t)(w.Flow.SetCalendar(ctx, admin, 2027, in))
		if got := ok[org.Counted](t)(w.Flow.WorkingDay(ctx, w.As("reporter.T1"), 20261231, 1)); got.Day != 20270104 || len(got.Unknown) != 0 {
			t.Errorf("a day on over New Year 2027 = %+v, want Monday the 4th, known", got)
		}
		v := ok[flow.CalendarView](t)(w.Flow.Calendar(ctx, admin))
		if len(v.Years) != 4 || !v.MayEdit || v.Years[3].By == "" {
			t.Errorf("calendar = %+v, want three years that came and the one entered", v.Years)
		}
		w.sound()
	})
}

func TestAnOfficeHasItsOwnPhrases(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, leader, k1 := w.Ctx(), w.As("leader.K1"), w.ID("K1")
		v := ok[flow.PhrasesView](t)(w.Flow.Phrases(ctx, leader, k1))
		if v.Own || len(v.Phrases.Phrases) != 5 || !v.MayEdit {
			t.Errorf("phrases = %+v, want the installation's five, to be changed", v)
		}
		_, err := w.Flow.SetPhrases(ctx, w.As("reporter.T1"), k1, flow.SetPhrases{Phrases: []string{"阅。"}})
		if err == nil {
			t.Error("a reporter changed the county's phrases")
		}
		_, err = w.Flow.SetPhrases(ctx, leader, k1, flow.SetPhrases{Phrases: []string{"阅。", "阅。"}})
		invalid(t, err, "phrases[1]", "twice")
		p := ok[org.Phrases](t)(w.Flow.SetPhrases(ctx, leader, k1, flow.SetPhrases{Phrases: []string{" 阅。 ", "", "请办。"}}))
		_, fl := w.filed("T1", "稿")
		ok[filing.Filing](t)(w.Flow.Receive(ctx, w.As("editor.K1"), fl.ID))
		whom := ok[flow.Addressees](t)(w.Flow.Addressees(ctx, leader, flow.Instruct{Filing: fl.ID}))
		if !slices.Equal(whom.Phrases, []string{"阅。", "请办。"}) {
			t.Errorf("phrases in the box = %q, want the office's own", whom.Phrases)
		}
		ok[org.Phrases](t)(w.Flow.SetPhrases(ctx, leader, k1, flow.SetPhrases{Version: p.Version}))
		if v = ok[flow.PhrasesView](t)(w.Flow.Phrases(ctx, leader, k1)); v.Own || len(v.Phrases.Phrases) != 5 {
			t.Errorf("phrases after the own were taken away = %+v, want the installation's", v)
		}
		w.sound()
	})
}
