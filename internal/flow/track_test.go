package flow_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// tracked is a filing two editors of K1 worked on: three changes, the price by
// editor, the last sentence by chief, the title by editor.
func (w *world) tracked(t *testing.T) ident.Filing {
	t.Helper()
	_, fl := w.filed("T1", "关于柑橘收购价的报告")
	ed, chief := w.As("editor.K1"), w.As("chief.K1")
	ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), ed, fl.ID))
	first := strings.Replace(body, "每斤1.1元", "每斤1.2元", 1)
	ok[filing.Filing](t)(w.Flow.ReviseFiling(w.Ctx(), ed, fl.ID, flow.ReviseFiling{Title: "关于柑橘收购价走低的报告", Body: first, Note: "电话核实", Seen: 0}))
	ok[filing.Filing](t)(w.Flow.TakeOver(w.Ctx(), chief, fl.ID))
	ok[filing.Filing](t)(w.Flow.ReviseFiling(w.Ctx(), chief, fl.ID, flow.ReviseFiling{Title: "关于柑橘收购价走低的报告", Body: first + "\n县供销社已在联系冷库。", Seen: 1}))
	return fl.ID
}

func view(t *testing.T, w *world, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := w.Store.View(w.Ctx(), fn); err != nil {
		t.Fatal(err)
	}
}

func (w *world) recorded(t *testing.T, id ident.Filing) (n int) {
	t.Helper()
	view(t, w, func(tx *store.Tx) error {
		recs, err := tx.FactsOf("filing", string(id))
		n = len(recs)
		return err
	})
	return n
}

func (w *world) changes(t *testing.T, id ident.Filing) *flow.Tracking {
	t.Helper()
	return ok[flow.FilingView](t)(w.Flow.Filing(w.Ctx(), w.As("editor.K1"), id)).Tracking
}

// said writes changes as [part: struck→put, by whom].
func (w *world) said(t *testing.T, k *flow.Tracking) string {
	t.Helper()
	var out []string
	for _, c := range k.Changes {
		var by []string
		for _, p := range c.By {
			for _, login := range []string{"editor", "chief"} {
				if w.As(login+".K1").Person == p {
					by = append(by, login)
				}
			}
		}
		out = append(out, c.Part+": "+c.Struck+"→"+c.Put+" "+strings.Join(by, "+"))
	}
	return strings.Join(out, "; ")
}

func TestTrackedChanges(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, ed, chief := w.tracked(t), w.As("editor.K1"), w.As("chief.K1")
		k := w.changes(t, id)
		if got, want := w.said(t, k), "title: →走低 editor; body: 1.1→1.2 editor; body: →县供销社已在联系冷库。 chief"; got != want {
			t.Fatalf("changes = %s, want %s", got, want)
		}
		if k.Changes[1].Note != "电话核实" || k.Changes[1].At == 0 {
			t.Errorf("the change of the price has note %q at %d, want the revision's", k.Changes[1].Note, k.Changes[1].At)
		}
		// the editor does not hold the text, but may say that a change is well
		ok[filing.Filing](t)(w.Flow.AcceptChanges(w.Ctx(), ed, id, flow.Changes{Change: []string{k.Changes[1].ID}, Seen: 2}))
		if got, want := w.said(t, w.changes(t, id)), "title: →走低 editor; body: →县供销社已在联系冷库。 chief"; got != want {
			t.Errorf("changes after one was accepted = %s, want %s", got, want)
		}
		_, err := w.Flow.AcceptChanges(w.Ctx(), ed, id, flow.Changes{Change: []string{k.Changes[1].ID}, Seen: 2})
		refused(t, err, "change_answered")
		_, err = w.Flow.RejectChanges(w.Ctx(), ed, id, flow.Changes{All: true, Seen: 2})
		refused(t, err, "held_by")
		_, err = w.Flow.RejectChanges(w.Ctx(), chief, id, flow.Changes{All: true, Seen: 1})
		refused(t, err, "stale_revision")
		_, err = w.Flow.AcceptChanges(w.Ctx(), chief, id, flow.Changes{Seen: 2})
		invalid(t, err, "change", "choose")

		fl := ok[filing.Filing](t)(w.Flow.RejectChanges(w.Ctx(), chief, id, flow.Changes{By: chief.Person, Seen: 2}))
		v := ok[flow.FilingView](t)(w.Flow.Filing(w.Ctx(), chief, id))
		if want := strings.Replace(body, "每斤1.1元", "每斤1.2元", 1); fl.Revision != 3 || v.Text.Body != want || v.Text.Note != "rejected:1" {
			t.Errorf("after rejecting the chief's change text %d is %q (%s), want 3 and %q", fl.Revision, v.Text.Body, v.Text.Note, want)
		}
		if v.Raw.Body != body {
			t.Errorf("the raw text is %q", v.Raw.Body)
		}
		ok[filing.Filing](t)(w.Flow.AcceptChanges(w.Ctx(), chief, id, flow.Changes{By: ed.Person, Seen: 3}))
		if got := w.said(t, w.changes(t, id)); got != "" {
			t.Errorf("changes at the end = %s, want none", got)
		}
		var taken []filing.ChangesTaken
		view(t, w, func(tx *store.Tx) error {
			recs, err := tx.FactsOf("filing", string(id))
			for _, r := range recs {
				if r.Kind == fact.FilingSettled {
					var p filing.ChangesTaken
					if err := json.Unmarshal(r.Payload, &p); err != nil {
						return err
					}
					p.Text = ""
					taken = append(taken, p)
				}
			}
			return err
		})
		if want := []filing.ChangesTaken{{Revision: 2, Changes: 1, Left: 2}, {Revision: 3, Changes: 1}}; !slices.Equal(taken, want) {
			t.Errorf("facts of accepting = %+v, want %+v", taken, want)
		}
	})
}

// Who filed a text sees neither the desk's changes nor what it says about them.
func TestChangesAreTheDesksOwn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.tracked(t)
		ok[filing.Comment](t)(w.Flow.Comment(w.Ctx(), w.As("editor.K1"), id, flow.WriteComment{Para: 1, Text: "有没有出处？", Seen: 2}))
		v := ok[flow.FilingView](t)(w.Flow.Filing(w.Ctx(), w.As("reporter.T1"), id))
		if v.Tracking != nil || len(v.Comments) > 0 || len(v.Revisions) > 0 {
			t.Errorf("the unit sees changes %v, comments %v, revisions %v", v.Tracking, v.Comments, v.Revisions)
		}
		_, err := w.Flow.Versions(w.Ctx(), w.As("reporter.T1"), id, -1, -1)
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("versions for the unit = %v, want not found", err)
		}
		_, err = w.Flow.Here(w.Ctx(), w.As("reporter.T1"), id, flow.Here{})
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("who is here, for the unit = %v, want not found", err)
		}
	})
}

func TestVersionsAndRevert(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, chief := w.tracked(t), w.As("chief.K1")
		v := ok[flow.Versions](t)(w.Flow.Versions(w.Ctx(), chief, id, 0, 1))
		if len(v.List) != 3 || v.List[0].Number != 2 || v.List[2].Number != 0 || v.From.Body != body || !org.Allowed(v.Actions, filing.Revert) {
			t.Errorf("versions = %+v", v)
		}
		_, err := w.Flow.Versions(w.Ctx(), chief, id, 0, 9)
		invalid(t, err, "number", "out_of_range")
		_, err = w.Flow.Revert(w.Ctx(), chief, id, flow.Revert{Number: 1, Seen: 1})
		refused(t, err, "stale_revision")
		ok[filing.Filing](t)(w.Flow.Revert(w.Ctx(), chief, id, flow.Revert{Number: 0, Seen: 2}))
		v = ok[flow.Versions](t)(w.Flow.Versions(w.Ctx(), chief, id, 0, -1))
		if v.B != 3 || v.To != v.From || v.List[0].Note != "reverted:0" || len(v.List) != 4 {
			t.Errorf("after going back to the raw text: %+v", v)
		}
		_, err = w.Flow.Revert(w.Ctx(), chief, id, flow.Revert{Number: 0, Seen: 3})
		refused(t, err, "same_text")
	})
}

func TestComments(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, ed, chief := w.tracked(t), w.As("editor.K1"), w.As("chief.K1")
		name := ok[flow.Me](t)(w.Flow.Me(w.Ctx(), chief)).Person.Name
		c := ok[filing.Comment](t)(w.Flow.Comment(w.Ctx(), ed, id, flow.WriteComment{Para: 2, Quote: "低于成本", Text: "@" + name + " 成本是多少？", Seen: 1}))
		if c.Quote != "低于成本" || c.Revision != 1 {
			t.Errorf("comment = %+v", c)
		}
		_, err := w.Flow.Comment(w.Ctx(), ed, id, flow.WriteComment{Para: 9, Text: "?", Seen: 2})
		invalid(t, err, "para", "out_of_range")
		_, err = w.Flow.Comment(w.Ctx(), ed, id, flow.WriteComment{Para: 1, Text: " ", Seen: 2})
		invalid(t, err, "text", "required")
		ok[filing.Comment](t)(w.Flow.Comment(w.Ctx(), chief, id, flow.WriteComment{Thread: c.ID, Text: "1.3元。", Seen: 2}))
		threads := func() []flow.Thread {
			return ok[flow.FilingView](t)(w.Flow.Filing(w.Ctx(), ed, id)).Comments
		}
		th := threads()
		if len(th) != 1 || len(th[0].Answers) != 1 || th[0].Now != 2 || th[0].Gone {
			t.Fatalf("threads = %+v", th)
		}
		// a paragraph comes before it and the phrase goes: it is found, and says so
		now := ok[flow.FilingView](t)(w.Flow.Filing(w.Ctx(), chief, id)).Text.Body
		now = "新的一段在前。\n" + strings.Replace(now, "，低于成本", "", 1)
		ok[filing.Filing](t)(w.Flow.ReviseFiling(w.Ctx(), chief, id, flow.ReviseFiling{Title: "题", Body: now, Seen: 2}))
		if th = threads(); th[0].Now != 3 || !th[0].Gone {
			t.Errorf("the comment is at %d, gone %t; want 3, true", th[0].Now, th[0].Gone)
		}
		for range 2 { // pressed twice
			ok[filing.Comment](t)(w.Flow.ResolveComment(w.Ctx(), chief, id, flow.Resolve{Comment: c.ID}))
		}
		if th = threads(); th[0].ResolvedBy != chief.Person {
			t.Errorf("resolved by %s", th[0].ResolvedBy)
		}
		ok[filing.Comment](t)(w.Flow.ResolveComment(w.Ctx(), ed, id, flow.Resolve{Comment: c.ID, Open: true}))
		var acts []string
		view(t, w, func(tx *store.Tx) error {
			recs, err := tx.FactsOf("filing", string(id))
			for _, r := range recs {
				var p filing.Commented
				if r.Kind != fact.FilingCommented {
					continue
				}
				if err := json.Unmarshal(r.Payload, &p); err != nil {
					return err
				}
				if strings.Contains(string(r.Payload), "成本") {
					t.Errorf("the record has the comment's words: %s", r.Payload)
				}
				acts = append(acts, p.Act)
				if mentioned := slices.Contains(p.Mentioned, chief.Person); mentioned != (len(acts) == 1) {
					t.Errorf("comment fact %d mentions %v", len(acts), p.Mentioned)
				}
			}
			return err
		})
		if want := []string{"written", "written", "resolved", "reopened"}; !slices.Equal(acts, want) {
			t.Errorf("facts of comments = %v, want %v", acts, want)
		}
	})
}

func TestPresence(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id, ed, chief := w.tracked(t), w.As("editor.K1"), w.As("chief.K1")
		ok[flow.Company](t)(w.Flow.Here(w.Ctx(), chief, id, flow.Here{Doing: filing.Typing}))
		c := ok[flow.Company](t)(w.Flow.Here(w.Ctx(), ed, id, flow.Here{}))
		if len(c.Others) != 1 || c.Others[0].Person != chief.Person || c.Others[0].Doing != filing.Typing {
			t.Fatalf("others = %+v, want the chief, editing", c.Others)
		}
		if c.Filing.Holder != chief.Person || c.Newest.Number != 2 || c.Names.Person(chief.Person) == "" {
			t.Errorf("company = %+v", c)
		}
		w.Clock.Pass(31e9)
		if c = ok[flow.Company](t)(w.Flow.Here(w.Ctx(), ed, id, flow.Here{})); len(c.Others) != 0 {
			t.Errorf("after half a minute others = %+v, want nobody", c.Others)
		}
		// what is taken over is told to whom it was taken from
		before := w.recorded(t, id)
		ok[filing.Filing](t)(w.Flow.TakeOver(w.Ctx(), ed, id))
		if err := w.Flow.Autosave(w.Ctx(), ed, "filing", string(id), flow.Typed{Title: "题", Body: "没有存的。", Base: 2}); err != nil {
			t.Fatal(err)
		}
		ok[filing.Filing](t)(w.Flow.TakeOver(w.Ctx(), chief, id))
		if c = ok[flow.Company](t)(w.Flow.Here(w.Ctx(), ed, id, flow.Here{Doing: filing.Typing})); c.Kept != 3 || c.Filing.Holder != chief.Person {
			t.Errorf("kept = %d, holder %s; want 3 and the chief", c.Kept, c.Filing.Holder)
		}
		if got := w.recorded(t, id) - before; got != 2 {
			t.Errorf("facts = %d, want the two of taking over", got)
		}
	})
}

// A button pressed twice, or an answer lost on the way: one text, and no refusal.
func TestTheSameTextIsSavedOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, fl := w.filed("T1", "关于柑橘收购价的报告")
		ed := w.As("editor.K1")
		ok[filing.Filing](t)(w.Flow.Receive(w.Ctx(), ed, fl.ID))
		in := flow.ReviseFiling{Title: "柑橘价低", Body: body, Note: "改题", Seen: 0}
		for range 2 {
			if got := ok[filing.Filing](t)(w.Flow.ReviseFiling(w.Ctx(), ed, fl.ID, in)); got.Revision != 1 {
				t.Errorf("revision = %d, want 1", got.Revision)
			}
		}
		in.Body += "\n再添一段。"
		_, err := w.Flow.ReviseFiling(w.Ctx(), ed, fl.ID, in)
		refused(t, err, "stale_revision")
		v := ok[flow.FilingView](t)(w.Flow.Filing(w.Ctx(), ed, fl.ID))
		if len(v.Revisions) != 1 || len(v.Unsaved) != 1 || v.Unsaved[0].Body != in.Body {
			t.Errorf("revisions %d, unsaved %+v; want one, and what was typed kept", len(v.Revisions), v.Unsaved)
		}
	})
}
