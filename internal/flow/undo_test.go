package flow_test

import (
	"slices"
	"testing"

	"xinshu/internal/fact"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
)

// lies is a filing of T1 that lies at the desk of K1.
func (w *world) lies(title string) ident.Filing {
	w.T.Helper()
	_, fl := w.filed("T1", title)
	return fl.ID
}

// TestUndoPutsAFilingBack walks each verb that can be taken back there and back.
func TestUndoPutsAFilingBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, me := w.Ctx(), w.As("editor.K1")
		id := w.lies("柳渡乡山洪预警广播有四处不响")
		look := func() filing.Filing { return ok[flow.FilingView](t)(w.Flow.Filing(ctx, me, id)).Filing }
		deeds := []struct {
			name string
			do   func() (filing.Filing, error)
		}{
			{"receive", func() (filing.Filing, error) { return w.Flow.Receive(ctx, me, id) }},
			{"assign", func() (filing.Filing, error) {
				return w.Flow.Assign(ctx, me, id, flow.Assign{To: w.As("chief.K1").Person})
			}},
			{"hold", func() (filing.Filing, error) {
				return w.Flow.Hold(ctx, me, id, flow.Hold{Reason: "no_figures", Remark: "等数字"})
			}},
			{"decline", func() (filing.Filing, error) {
				return w.Flow.Decline(ctx, me, id, flow.Decline{Reason: "no_figures", Remark: "用过了"})
			}},
			{"ready", func() (filing.Filing, error) { return w.Flow.MarkReady(ctx, me, id, flow.MarkReady{Seen: -1}) }},
		}
		for _, d := range deeds {
			before := look()
			after := ok[filing.Filing](t)(d.do())
			back := ok[filing.Filing](t)(w.Flow.Undo(ctx, me, id))
			if back.State != before.State || back.Holder != before.Holder || back.Since != before.Since || back.Reason != before.Reason || back.ReceivedAt != before.ReceivedAt {
				t.Errorf("%s undone = %+v, want as before: %+v", d.name, back, before)
			}
			if back.Version <= after.Version {
				t.Errorf("%s undone has version %d, want a newer one than %d", d.name, back.Version, after.Version)
			}
			_, err := w.Flow.Undo(ctx, me, id)
			if before.State == filing.Filed {
				refused(t, err, "wrong_state")
				ok[filing.Filing](t)(w.Flow.Receive(ctx, me, id)) // the next deeds begin on the desk
				continue
			}
			refused(t, err, "nothing_to_undo")
		}
		if n := look().Number; n == "" {
			t.Error("the register number was taken back with the receipt; a number is given once")
		}
		w.sound()
	})
}

// TestUndoIsOnesOwnAndTheLast refuses another's deed and one that something
// followed.
func TestUndoIsOnesOwnAndTheLast(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, me, chief := w.Ctx(), w.As("editor.K1"), w.As("chief.K1")
		id := w.lies("全县冷库空置三座")
		ok[filing.Filing](t)(w.Flow.Receive(ctx, me, id))
		_, err := w.Flow.Undo(ctx, chief, id)
		refused(t, err, "nothing_to_undo")
		ok[filing.Filing](t)(w.Flow.Hold(ctx, chief, id, flow.Hold{Reason: "no_figures", Remark: "等数字"}))
		_, err = w.Flow.Undo(ctx, me, id)
		refused(t, err, "nothing_to_undo")
	})
}

// TestTogetherTellsOfEach does one verb to three filings of which one cannot.
// What was told of a deed that was taken back is not told any more: nobody reads
// that his text is declined while it lies on the desk again.
func TestUndoneIsNotToldAnyMore(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, me := w.Ctx(), w.As("editor.K1")
		it, fl := w.filed("T1", "收回的不采用")
		ok[filing.Filing](t)(w.Flow.Receive(ctx, me, fl.ID))
		for _, d := range []struct {
			who  string
			kind flow.NoteKind
			do   func() (filing.Filing, error)
		}{
			{"reporter.T1", flow.NoteHeld, func() (filing.Filing, error) {
				return w.Flow.Hold(ctx, me, fl.ID, flow.Hold{Reason: "no_figures", Remark: "等数字"})
			}},
			{"reporter.T1", flow.NoteDeclined, func() (filing.Filing, error) {
				return w.Flow.Decline(ctx, me, fl.ID, flow.Decline{Reason: "no_figures", Remark: "用过了"})
			}},
			{"chief.K1", flow.NoteHanded, func() (filing.Filing, error) {
				return w.Flow.Assign(ctx, me, fl.ID, flow.Assign{To: w.As("chief.K1").Person})
			}},
		} {
			ok[filing.Filing](t)(d.do())
			if got := w.told(d.who, it.ID); !slices.Contains(got, d.kind) {
				t.Errorf("%s was told %v, want %s", d.who, got, d.kind)
			}
			ok[filing.Filing](t)(w.Flow.Undo(ctx, me, fl.ID))
			if got := w.told(d.who, it.ID); slices.Contains(got, d.kind) {
				t.Errorf("%s is told %v after it was undone, want no %s", d.who, got, d.kind)
			}
		}
		ok[filing.Filing](t)(w.Flow.Decline(ctx, me, fl.ID, flow.Decline{Reason: "no_figures", Remark: "还是用过了"}))
		if got := w.told("reporter.T1", it.ID); !slices.Contains(got, flow.NoteDeclined) {
			t.Errorf("the reporter was told %v of a decline that stands, want it", got)
		}
		w.sound()
	})
}

func TestTogetherTellsOfEach(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, me := w.Ctx(), w.As("editor.K1")
		a, b, c := w.lies("金穗街道排查工资隐患"), w.lies("县气象局预报两次寒潮"), w.lies("竹隐乡老茶园改造")
		ok[filing.Filing](t)(w.Flow.Receive(ctx, me, b))
		got := ok[filing.Lot](t)(w.Flow.Together(ctx, me, flow.Together{Do: filing.Receive, Filings: []ident.Filing{a, b, c, a}}))
		if got.Done != 2 || got.Refused != 1 || len(got.Results) != 3 {
			t.Fatalf("together = %d done, %d refused of %d, want 2 and 1 of 3", got.Done, got.Refused, len(got.Results))
		}
		for _, r := range got.Results {
			if (r.Filing == b) == r.Done || r.Title == "" || !r.Done && r.Why[0].Code != "wrong_state" {
				t.Errorf("result = %+v", r)
			}
		}
		if kept := ok[filing.Lot](t)(w.Flow.Came(ctx, me, got.ID)); kept.Done != 2 || len(kept.Went()) != 2 {
			t.Errorf("kept = %+v, want what was answered", kept)
		}
		if _, err := w.Flow.Came(ctx, w.As("chief.K1"), got.ID); err == nil {
			t.Error("another person reads what came of it, want not found")
		}
		undone := ok[filing.Lot](t)(w.Flow.Together(ctx, me, flow.Together{Do: filing.Undo, Filings: got.Went()}))
		if undone.Done != 2 {
			t.Errorf("undone = %+v, want both", undone)
		}
		_, err := w.Flow.Together(ctx, me, flow.Together{Do: filing.Hold, Filings: []ident.Filing{b}})
		invalid(t, err, "reason", "choose")
		_, err = w.Flow.Together(ctx, me, flow.Together{Do: filing.Merge, Filings: []ident.Filing{b}})
		invalid(t, err, "do", "choose")
		kinds := map[string]int{}
		for _, id := range []ident.Filing{a, c} {
			for _, s := range ok[flow.FilingView](t)(w.Flow.Filing(ctx, me, id)).Steps {
				kinds[s.Kind]++
			}
		}
		if kinds[string(fact.FilingReceived)] != 2 || kinds[string(fact.FilingUndone)] != 2 {
			t.Errorf("steps = %v, want both the receipts and their undoing", kinds)
		}
	})
}

// TestViewsAreOnesOwnOrTheOffices keeps, counts, renames and forgets.
func TestViewsAreOnesOwnOrTheOffices(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, me, chief, office := w.Ctx(), w.As("editor.K1"), w.As("chief.K1"), w.ID("K1")
		id := w.lies("双桅镇柑橘冷库爆满")
		w.lies("柑橘冷库爆满果农盼扩容")
		ok[filing.Filing](t)(w.Flow.Receive(ctx, me, id))
		mine := ok[filing.View](t)(w.Flow.SaveView(ctx, me, flow.SaveView{Office: office, Name: "柑橘", Query: "words=柑橘&after=x&state=filed&state=received"}))
		ok[filing.View](t)(w.Flow.SaveView(ctx, me, flow.SaveView{Office: office, Name: "相像的", Query: "like=1", Shared: true}))
		_, err := w.Flow.SaveView(ctx, me, flow.SaveView{Office: office, Name: "柑橘"})
		invalid(t, err, "name", "taken")
		if vs := ok[[]flow.ViewCount](t)(w.Flow.Views(ctx, me, office)); len(vs) != 2 || vs[0].Count != 2 || vs[1].Count != 2 || vs[1].Query != "state=filed&state=received&words=%E6%9F%91%E6%A9%98" {
			t.Errorf("views = %+v, want the office's and mine, each with two rows", vs)
		}
		if vs := ok[[]flow.ViewCount](t)(w.Flow.Views(ctx, chief, office)); len(vs) != 1 {
			t.Errorf("another's views = %+v, want the shared one", vs)
		}
		if _, err := w.Flow.DropView(ctx, chief, mine.ID); err == nil {
			t.Error("another drops my view, want not found")
		}
		ok[string](t)(w.Flow.OpenWith(ctx, me, office, mine.ID))
		other := ok[filing.View](t)(w.Flow.SaveView(ctx, me, flow.SaveView{Office: office, Name: "另一个"}))
		_, err = w.Flow.RenameView(ctx, me, other.ID, "柑橘")
		invalid(t, err, "name", "taken")
		ok[filing.View](t)(w.Flow.RenameView(ctx, me, other.ID, "另一个")) // as it is called already
		ok[filing.View](t)(w.Flow.DropView(ctx, me, other.ID))
		ok[filing.View](t)(w.Flow.RenameView(ctx, me, mine.ID, "柑橘的事"))
		if vs := ok[[]flow.ViewCount](t)(w.Flow.Views(ctx, me, office)); !vs[1].First || vs[1].Name != "柑橘的事" {
			t.Errorf("view = %+v, want it renamed and first", vs[1])
		}
		ok[filing.View](t)(w.Flow.DropView(ctx, me, mine.ID))
		if vs := ok[[]flow.ViewCount](t)(w.Flow.Views(ctx, me, office)); len(vs) != 1 {
			t.Errorf("views after dropping = %d, want 1", len(vs))
		}
	})
}

// Latin letters are found however they are written, on either engine.
func TestWordsInATitleAreFoundInAnyCase(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, fl := w.filed("T1", "乡镇 WiFi 覆盖100%了_")
		for words, want := range map[string]int{"wifi": 1, "WIFI 覆盖": 1, "100%了_": 1, "1_0%": 0, "wi-fi": 0} {
			pg := ok[flow.Page[filing.Filing]](t)(w.Flow.Filings(w.Ctx(), w.As("editor.K1"), flow.FilingsQuery{Office: w.ID("K1"), Words: words}))
			if len(pg.Rows) != want || want == 1 && pg.Rows[0].ID != fl.ID {
				t.Errorf("words %q find %d, want %d", words, len(pg.Rows), want)
			}
		}
	})
}
