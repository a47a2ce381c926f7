package flow_test

import (
	"strings"
	"testing"

	"xinshu/internal/filing"
	"xinshu/internal/flow"
)

// A page asks who is here every ten seconds: what that reads must not grow with
// the texts and the comments of a filing.
func TestPresenceReadsNoTexts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ed := w.As("editor.K1")
		_, fl := w.filed("T1", "只问在不在")
		ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), ed, fl.ID))
		ask := func() flow.Company { return ok[flow.Company](t)(w.Flow.Here(w.Ctx(), ed, fl.ID, flow.Here{})) }
		said, texts := 0, 0
		work := func() {
			texts++
			ok[filing.Filing](t)(w.Flow.ReviseFiling(w.Ctx(), ed, fl.ID, flow.ReviseFiling{Title: "只问在不在", Body: body + strings.Repeat("又改。", texts), Seen: texts - 1}))
			said++
			ok[filing.Comment](t)(w.Flow.Comment(w.Ctx(), ed, fl.ID, flow.WriteComment{Text: "再核一遍。"}))
		}
		work()
		ask()
		few := testing.AllocsPerRun(20, func() { ask() })
		for range 40 {
			work()
		}
		ask()
		many := testing.AllocsPerRun(20, func() { ask() })
		if many > few*1.3+20 {
			t.Errorf("asking allocates %.0f times with 41 texts and comments and %.0f with one: it reads them", many, few)
		}
		c := ask()
		if c.Newest.Number != texts || c.Newest.Body != "" || c.Comments != said {
			t.Errorf("company = text %d (%q), %d comments; want text %d without its words, %d comments", c.Newest.Number, c.Newest.Body, c.Comments, texts, said)
		}
	})
}
