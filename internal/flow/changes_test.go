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
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
	"xinshu/internal/testing/sample"
)

func (w *world) kinds(since int) map[fact.Kind]int {
	w.T.Helper()
	n := map[fact.Kind]int{}
	w.drain()
	err := w.Store.View(w.Ctx(), func(tx *store.Tx) error {
		recs, err := tx.FactsFind(store.FactQuery{Limit: 200_000})
		for _, r := range recs[:max(0, len(recs)-since)] {
			n[r.Kind]++
		}
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return n
}

// TestAMergeInMidYear: drafts and people go along, the filing that lies at the
// desk stays the ended unit's, its news reach the successor's people, and its
// points stay where they were earned.
func TestAMergeInMidYear(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := w.Ctx(), w.As("admin.C")
		draft := ok[item.Item](t)(w.Flow.Draft(ctx, w.As("reporter.T2"), flow.Draft{Unit: w.ID("T2"), Title: "未报的稿", Body: "正文。", Genre: "news", Form: "single"}))
		_, fl := w.filed("T2", "合并前报的稿")
		in := flow.UnitChange{Act: org.ActMerge, Into: w.ID("T1")}
		e := ok[flow.UnitEffect](t)(w.Flow.PreviewUnitChange(ctx, admin, w.ID("T2"), in))
		if len(e.Items) != 1 || e.Items[0].ID != draft.ID || e.Items[0].Fate != flow.Moves {
			t.Errorf("items of the preview = %+v, want the draft, moving", e.Items)
		}
		if len(e.Filings) != 1 || e.Filings[0].N != 1 || e.Filings[0].Office != w.ID("K1") {
			t.Errorf("open filings of the preview = %+v, want one at K1", e.Filings)
		}
		if len(e.Posts) != 2 || e.Posts[0].To != w.ID("T1") || len(e.Lines) != 1 || e.Lines[0].Fate != flow.Ends {
			t.Errorf("posts %+v and lines %+v of the preview, want two going along and one ending", e.Posts, e.Lines)
		}
		if len(e.Classes) != 1 || len(e.Warnings) != 0 {
			t.Errorf("classes %+v, warnings %+v, want the unit's own class and no warning", e.Classes, e.Warnings)
		}
		before := w.facts()
		in.Digest = e.Digest
		done := ok[flow.UnitEffect](t)(w.Flow.ChangeUnitAs(ctx, admin, w.ID("T2"), in))
		if done.Digest != e.Digest {
			t.Error("what was done is not what was shown")
		}
		n := w.kinds(before)
		if n[fact.LineDrawn] != 1 || n[fact.PostHeld] != 4 || n[fact.ItemHandedOver] != 1 || n[fact.UnitEntered] != 1 {
			t.Errorf("facts = %v, want one line, four posts (two end, two begin), one item, one unit", n)
		}
		if it := ok[flow.ItemView](t)(w.Flow.Item(ctx, w.As("signer.T1"), draft.ID)); it.Item.Unit != w.ID("T1") {
			t.Errorf("the draft is with %s, want the successor", it.Item.Unit)
		}
		heir := w.As("signer.T1")
		bench := ok[flow.Workbench](t)(w.Flow.Workbench(ctx, heir))
		if !slices.ContainsFunc(bench.Others, func(r flow.Row) bool { return r.ID == string(fl.ID) && r.Unit == w.ID("T2") }) {
			t.Errorf("the heir's workbench = %+v, want what the merged unit filed, under its own name", bench.Others)
		}
		if pg := ok[flow.Page[filing.Filing]](t)(w.Flow.Filings(ctx, heir, flow.FilingsQuery{Unit: w.ID("T1")})); len(pg.Rows) != 1 || pg.Rows[0].ID != fl.ID {
			t.Errorf("the heir's filings = %+v, want the merged unit's", pg.Rows)
		}
		if pg := ok[flow.Page[flow.ItemRow]](t)(w.Flow.Items(ctx, heir, flow.ItemsQuery{Unit: w.ID("T1")})); len(pg.Rows) != 2 {
			t.Errorf("the heir's items = %+v, want the draft and what was filed", pg.Rows)
		}
		if pg := ok[flow.Page[filing.Filing]](t)(w.Flow.Filings(ctx, w.As("signer.T3"), flow.FilingsQuery{Unit: w.ID("T1")})); len(pg.Rows) != 0 {
			t.Errorf("somebody else's sight of it = %+v, want nothing", pg.Rows)
		}
		w.ready("K1", fl.ID, "合并前报的稿")
		w.published("K1", "k1", fl.ID)
		up := ok[filing.Filing](t)(w.Flow.Forward(ctx, w.As("chief.K1"), fl.ID, flow.Forward{Seen: 1}))
		w.ready("C", up.ID, "合并前报的稿")
		w.published("C", "c", up.ID)
		w.drain()
		v := ok[flow.FilingView](t)(w.Flow.Filing(ctx, w.As("signer.T1"), fl.ID))
		if v.Filing.Unit != w.ID("T2") {
			t.Errorf("the old filing's unit = %s, want what it was", v.Filing.Unit)
		}
		news := ok[flow.Page[flow.NewsRow]](t)(w.Flow.News(ctx, w.As("reporter.T1"), ""))
		if !slices.ContainsFunc(news.Rows, func(r flow.NewsRow) bool { return r.News.Filing == fl.ID }) {
			t.Error("the successor's reporter does not read the old filing's news")
		}
		w.score("T2", "6")
		w.sound()
	})
}

// TestTheHeirMendsWhatCameBack: what the desk returned to a unit that has ended
// goes back to that desk by the line it came by, which has ended too.
func TestTheHeirMendsWhatCameBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.Ctx()
		it, fl := w.filed("T2", "合并前报的稿")
		in := flow.UnitChange{Act: org.ActMerge, Into: w.ID("T1")}
		in.Digest = ok[flow.UnitEffect](t)(w.Flow.PreviewUnitChange(ctx, w.As("admin.C"), w.ID("T2"), in)).Digest
		ok[flow.UnitEffect](t)(w.Flow.ChangeUnitAs(ctx, w.As("admin.C"), w.ID("T2"), in))
		ok[filing.Filing](t)(w.Flow.Receive(ctx, w.As("editor.K1"), fl.ID))
		ok[filing.Filing](t)(w.Flow.Return(ctx, w.As("editor.K1"), fl.ID, flow.Return{Reason: "no_figures", Remark: "管了几座？"}))
		heir := w.As("reporter.T1")
		ok[item.Item](t)(w.Flow.Revise(ctx, heir, it.ID, flow.Revise{Title: "合并前报的稿", Body: "管了12座。", Lines: it.Lines}))
		ok[item.Item](t)(w.Flow.Resubmit(ctx, heir, it.ID, flow.Submit{}))
		ok[item.Item](t)(w.Flow.SignOff(ctx, w.As("signer.T1"), it.ID, flow.SignOff{}))
		back := ok[flow.FilingView](t)(w.Flow.Filing(ctx, w.As("editor.K1"), fl.ID))
		if back.Filing.State != filing.Filed || back.Filing.Raw != 2 {
			t.Errorf("the filing after the heir's resubmission = %s of revision %d, want it filed again with 2", back.Filing.State, back.Filing.Raw)
		}
		w.sound()
	})
}

// TestAUnitOfTomorrow: it is in the register and begins nothing before its day.
func TestAUnitOfTomorrow(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := w.Ctx(), w.As("admin.C")
		day := w.Clock.Now().AddDate(0, 0, 1).Format(time.DateOnly)
		u := ok[org.Unit](t)(w.Flow.EnterUnit(ctx, admin, flow.EnterUnit{Code: "T9", Name: "新设镇", Level: org.Township, Parent: w.ID("K1"), From: day}))
		ok[org.Line](t)(w.Flow.DrawLine(ctx, admin, flow.DrawLine{Unit: u.ID, Office: w.ID("K1"), Network: org.Government}))
		ok[org.Post](t)(w.Flow.HoldPost(ctx, admin, flow.HoldPost{Person: w.As("reporter.T1").Person, Unit: u.ID, Role: org.Reporter}))
		begin := flow.Draft{Unit: u.ID, Title: "第一篇", Body: "正文。", Genre: "news", Form: "single"}
		_, err := w.Flow.Draft(ctx, w.As("reporter.T1"), begin)
		refused(t, err, "unit_not_yet")
		w.Clock.Pass(24 * time.Hour)
		ok[item.Item](t)(w.Flow.Draft(ctx, w.As("reporter.T1"), begin))
		w.sound()
	})
}

// TestAnOfficeMergedHandsItsLinesOn: whoever reported to it reports to the
// successor, whose desk works off what lies there.
func TestAnOfficeMergedHandsItsLinesOn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := w.Ctx(), w.As("admin.C")
		_, fl := w.filed("T4", "在石澜县的稿")
		_, err := w.Flow.ChangeUnitAs(ctx, admin, w.ID("K2"), flow.UnitChange{Act: org.ActMerge, Into: w.ID("T1")})
		refused(t, err, "into_needs_desk")
		ok[flow.UnitEffect](t)(w.Flow.ChangeUnitAs(ctx, admin, w.ID("K2"), flow.UnitChange{Act: org.ActMerge, Into: w.ID("K1")}))
		v := w.unit("T4")
		if v.Unit.Parent != w.ID("K1") || len(v.Lines) != 1 || v.Lines[0].Office != w.ID("K1") {
			t.Errorf("T4 = %+v with lines %+v, want it under K1 and reporting there", v.Unit, v.Lines)
		}
		editor := w.As("editor.K1")
		if pg := ok[flow.Page[filing.Filing]](t)(w.Flow.Filings(ctx, editor, flow.FilingsQuery{Office: w.ID("K1"), States: []filing.State{filing.Filed}})); len(pg.Rows) != 1 || pg.Rows[0].ID != fl.ID {
			t.Errorf("the successor's inbox = %+v, want what lay at the merged desk", pg.Rows)
		}
		if n := ok[map[filing.State]int](t)(w.Flow.FilingCounts(ctx, editor, w.ID("K1"))); n[filing.Filed] != 1 {
			t.Errorf("the successor's counts = %v, want one filed", n)
		}
		if b := ok[flow.Workbench](t)(w.Flow.Workbench(ctx, editor)); !slices.ContainsFunc(b.Mine, func(r flow.Row) bool { return r.ID == string(fl.ID) && r.Next == filing.Receive }) {
			t.Errorf("the successor's workbench = %+v, want the filing to receive", b.Mine)
		}
		got := ok[filing.Filing](t)(w.Flow.Receive(ctx, editor, fl.ID))
		if got.State != filing.Received {
			t.Errorf("the successor's desk received = %s", got.State)
		}
		w.filed("T4", "并入后的稿")
		w.sound()
	})
}

// TestADatedChangeWaitsForItsDay: the name is the old one until then.
func TestADatedChangeWaitsForItsDay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := w.Ctx(), w.As("admin.C")
		u := ok[org.Unit](t)(w.Flow.ChangeUnit(ctx, admin, w.ID("T1"), flow.ChangeUnit{Name: "青禾街道办事处", Short: "青禾街道", From: "2026-11-18"}))
		if u.Name != "青禾镇人民政府" || w.unit("T1").Unit.Name != "青禾镇人民政府" {
			t.Errorf("name before the day = %q, want the old one", u.Name)
		}
		cs := ok[flow.Page[flow.ChangeView]](t)(w.Flow.UnitChanges(ctx, admin, w.ID("T1")))
		if len(cs.Rows) != 1 || cs.Rows[0].State != org.Planned || !cs.Rows[0].MayUndo {
			t.Fatalf("planned = %+v, want one that can be taken back", cs.Rows)
		}
		if n := ok[int](t)(w.Flow.DueChanges(ctx)); n != 0 {
			t.Errorf("changes done before the day = %d, want 0", n)
		}
		w.Clock.Pass(48 * time.Hour)
		if n := ok[int](t)(w.Flow.DueChanges(ctx)); n != 1 {
			t.Errorf("changes done on the day = %d, want 1", n)
		}
		v := w.unit("T1")
		if v.Unit.Name != "青禾街道办事处" || v.Unit.Since != 20261118 || len(v.Pasts) != 1 {
			t.Errorf("unit on the day = %+v, want the new name since that day", v.Unit)
		}
		if old := org.NameOn(v.Unit, v.Pasts, 20251231); old.Name != "青禾镇人民政府" {
			t.Errorf("name on a day last year = %q, want the old one", old.Name)
		}
		// one that is no longer possible is kept as failed
		ok[flow.UnitEffect](t)(w.Flow.ChangeUnitAs(ctx, admin, w.ID("T2"), flow.UnitChange{Act: org.ActMerge, Into: w.ID("T3"), From: "2026-11-20"}))
		ok[flow.UnitEffect](t)(w.Flow.ChangeUnitAs(ctx, admin, w.ID("T3"), flow.UnitChange{Act: org.ActMerge, Into: w.ID("T1")}))
		w.Clock.Pass(72 * time.Hour)
		ok[int](t)(w.Flow.DueChanges(ctx))
		cs = ok[flow.Page[flow.ChangeView]](t)(w.Flow.UnitChanges(ctx, admin, w.ID("T2")))
		if cs.Rows[0].State != org.Failed || cs.Rows[0].Why != "ended" {
			t.Errorf("impossible change = %s %q, want failed because the other has ended", cs.Rows[0].State, cs.Rows[0].Why)
		}
		w.sound()
	})
}

// TestAMistakeIsUndoneTheSameDay: and not when something was built on it, nor
// the day after.
func TestAMistakeIsUndoneTheSameDay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := w.Ctx(), w.As("admin.C")
		ok[item.Item](t)(w.Flow.Draft(ctx, w.As("reporter.T2"), flow.Draft{Unit: w.ID("T2"), Title: "草稿", Body: "正文。", Genre: "news", Form: "single"}))
		was := w.unit("T2")
		merge := func() string {
			return ok[flow.UnitEffect](t)(w.Flow.ChangeUnitAs(ctx, admin, w.ID("T2"), flow.UnitChange{Act: org.ActMerge, Into: w.ID("T3")})).Change
		}
		id := merge()
		_, err := w.Flow.UndoChange(ctx, w.As("editor.K1"), id)
		refused(t, err, "needs_post")
		ok[org.Change](t)(w.Flow.UndoChange(ctx, admin, id))
		now := w.unit("T2")
		if now.Unit.Ended != 0 || len(now.Lines) != len(was.Lines) || len(now.People) != len(was.People) || len(now.Pasts) != 0 {
			t.Errorf("after the undo = %+v, %d lines, %d people, %d former names, want everything as before", now.Unit, len(now.Lines), len(now.People), len(now.Pasts))
		}
		w.filed("T2", "照旧报送")
		id = merge()
		for _, p := range w.unit("T3").People {
			if p.Person.ID == w.As("reporter.T2").Person {
				ok[org.Post](t)(w.Flow.EndPost(ctx, admin, p.Posts[0].ID, ""))
			}
		}
		_, err = w.Flow.UndoChange(ctx, admin, id)
		refused(t, err, "built_on")
		w.Clock.Pass(24 * time.Hour)
		_, err = w.Flow.UndoChange(ctx, admin, id)
		refused(t, err, "undo_too_late")
		w.sound()
	})
}

func TestAStalePreviewIsNotConfirmed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := w.Ctx(), w.As("admin.C")
		in := flow.UnitChange{Act: org.ActClose}
		e := ok[flow.UnitEffect](t)(w.Flow.PreviewUnitChange(ctx, admin, w.ID("T3"), in))
		ok[item.Item](t)(w.Flow.Draft(ctx, w.As("reporter.T3"), flow.Draft{Unit: w.ID("T3"), Title: "新稿", Body: "正文。", Genre: "news", Form: "single"}))
		in.Digest = e.Digest
		_, err := w.Flow.ChangeUnitAs(ctx, admin, w.ID("T3"), in)
		refused(t, err, "preview_stale")
		in.Digest = ""
		_, err = w.Flow.ChangeUnitAs(ctx, admin, w.ID("T3"), in)
		refused(t, err, "open_items")
		_, err = w.Flow.PreviewUnitChange(ctx, w.As("chief.K1"), w.ID("T3"), in)
		refused(t, err, "needs_post")
	})
}

func TestASplitTakesPeopleAndDraftsAlong(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := w.Ctx(), w.As("admin.C")
		second := w.Person("reporter2.T3", "T3", org.Reporter)
		draft := ok[item.Item](t)(w.Flow.Draft(ctx, second, flow.Draft{Unit: w.ID("T3"), Title: "随人走的稿", Body: "正文。", Genre: "news", Form: "single"}))
		var post ident.Post
		for _, p := range w.unit("T3").People {
			if p.Person.ID == second.Person {
				post = p.Posts[0].ID
			}
		}
		in := flow.UnitChange{Act: org.ActSplit, Code: "T9", Name: "双桅新区管理委员会", Posts: []ident.Post{post}}
		e := ok[flow.UnitEffect](t)(w.Flow.PreviewUnitChange(ctx, admin, w.ID("T3"), in))
		if !slices.ContainsFunc(e.Warnings, func(r fault.Reason) bool { return r.Code == "new_role_empty" }) {
			t.Errorf("warnings = %+v, want that nobody signs for the new unit", e.Warnings)
		}
		in.Digest = e.Digest
		done := ok[flow.UnitEffect](t)(w.Flow.ChangeUnitAs(ctx, admin, w.ID("T3"), in))
		if it := ok[flow.ItemView](t)(w.Flow.Item(ctx, second, draft.ID)); it.Item.Unit != done.New.ID {
			t.Errorf("the draft is with %s, want the new unit", it.Item.Unit)
		}
		if v := w.unit("T3"); len(v.Lines) != 1 || len(v.Pasts) != 0 {
			t.Errorf("the old unit = %+v, want it as it was", v)
		}
		w.sound()
	})
}

func TestWhoLeavesHandsOver(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := w.Ctx(), w.As("admin.C")
		_, fl := w.filed("T1", "在手的稿")
		ok[filing.Filing](t)(w.Flow.Receive(ctx, w.As("editor.K1"), fl.ID))
		ok[filing.Filing](t)(w.Flow.Assign(ctx, w.As("chief.K1"), fl.ID, flow.Assign{To: w.As("editor.K1").Person}))
		who, to := w.As("editor.K1").Person, w.As("editor2.K1").Person
		h := ok[flow.HandOver](t)(w.Flow.PreviewLeave(ctx, admin, who, flow.Leave{To: to}))
		if !h.Off || len(h.Posts) != 1 || len(h.Filings) != 1 || h.Filings[0].To != to || len(h.Warnings) != 0 {
			t.Errorf("preview = %+v, want one post, one filing to the colleague and no warning", h)
		}
		_, err := w.Flow.Leave(ctx, w.As("chief.K1"), who, flow.Leave{To: to})
		refused(t, err, "needs_post")
		_, err = w.Flow.Leave(ctx, admin, who, flow.Leave{To: to, Digest: "otherwise"})
		refused(t, err, "preview_stale")
		ok[flow.HandOver](t)(w.Flow.Leave(ctx, admin, who, flow.Leave{To: to, Digest: h.Digest}))
		if v := ok[flow.FilingView](t)(w.Flow.Filing(ctx, w.As("editor2.K1"), fl.ID)); v.Filing.Holder != to {
			t.Errorf("holder = %s, want the colleague", v.Filing.Holder)
		}
		if p := ok[flow.PersonView](t)(w.Flow.PersonView(ctx, admin, who)); p.Person.Active || p.Posts[0].Until == 0 {
			t.Errorf("person = %+v, want switched off without a post", p)
		}
		// the only signer of T2: said before, and the post goes to the reporter
		signer := w.As("signer.T2").Person
		h = ok[flow.HandOver](t)(w.Flow.PreviewLeave(ctx, admin, signer, flow.Leave{}))
		if len(h.Warnings) != 1 || h.Warnings[0].Code != "role_empty" {
			t.Errorf("warnings = %+v, want that T2 has no signer left", h.Warnings)
		}
		ok[flow.HandOver](t)(w.Flow.Leave(ctx, admin, signer, flow.Leave{To: w.As("reporter.T2").Person, Posts: true}))
		if len(w.unit("T2").People) != 1 || len(w.unit("T2").People[0].Posts) != 2 {
			t.Errorf("people of T2 = %+v, want the reporter with both posts", w.unit("T2").People)
		}
		w.sound()
	})
}

func TestAChangeSheet(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := w.Ctx(), w.As("admin.C")
		rows := []flow.SheetRow{
			{Line: 2, Day: "2026-11-16", Act: "新设", Code: "T8", Name: "望岭经济开发区", Parent: "K1", Level: "township"},
			{Line: 3, Day: "2026-11-16", Act: "更名", Code: "T1", Name: "青禾街道办事处"},
			{Line: 4, Day: "2026-11-16", Act: "合并", Code: "T2", Into: "T8"},
			{Line: 5, Day: "2026-11-16", Act: "拆分", Code: "T7", Name: "双桅新区", From: "T3"},
			{Line: 6, Day: "2026-12-01", Act: "调整隶属", Code: "T4", Parent: "K1"},
		}
		before := w.facts()
		dry := ok[flow.SheetEffect](t)(w.Flow.ChangeSheet(ctx, admin, flow.Sheet{Rows: rows, DryRun: true}))
		if dry.Done != 4 || dry.Planned != 1 || dry.Bad != 0 || dry.Rows[2].Posts != 2 || w.facts() != before {
			t.Errorf("dry run = %+v, want four done, one planned, two posts with the merger, and no fact", dry)
		}
		wrong := append(slices.Clone(rows), flow.SheetRow{Line: 7, Act: "裁撤", Code: "T1"}, flow.SheetRow{Line: 8, Act: "撤销", Code: "nowhere"})
		err := w.unchanged("a sheet with two bad rows", func() error {
			_, err := w.Flow.ChangeSheet(ctx, admin, flow.Sheet{Rows: wrong})
			return err
		})
		invalid(t, err, "line 7", "unknown_act")
		invalid(t, err, "line 8", "unknown_unit")
		_, err = w.Flow.ChangeSheet(ctx, w.As("chief.C"), flow.Sheet{Rows: rows})
		invalid(t, err, "line 2", "row_refused")
		done := ok[flow.SheetEffect](t)(w.Flow.ChangeSheet(ctx, admin, flow.Sheet{Rows: rows}))
		for i, r := range done.Rows {
			d := dry.Rows[i]
			if r.Result != d.Result || r.Lines != d.Lines || r.Posts != d.Posts || r.Items != d.Items {
				t.Errorf("line %d done = %+v, want what the dry run said: %+v", r.Line, r, d)
			}
		}
		before = w.facts()
		again := ok[flow.SheetEffect](t)(w.Flow.ChangeSheet(ctx, admin, flow.Sheet{Rows: rows}))
		if again.Same != 5 || w.facts() != before {
			t.Errorf("second run = %+v, want five rows that are so already and no fact", again)
		}
		w.sound()
	})
}

func TestPublicationsClassesAndLinesChange(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := w.Ctx(), w.As("admin.C")
		pub := w.Pubs["k1"]
		p := ok[issue.Publication](t)(w.Flow.ChangePublication(ctx, w.As("chief.K1"), pub.ID, flow.ChangePublication{Name: "望岭快报", Columns: []string{"头条"}, Version: pub.Version, Readers: []issue.ReadBy{{Unit: w.ID("T3"), Manner: "issue"}, {Unit: w.ID("T1"), Manner: "send"}}}))
		v := ok[flow.PublicationView](t)(w.Flow.Publication(ctx, admin, pub.ID))
		if p.Name != "望岭快报" || len(v.Readers) != 2 || v.Readers[0].Unit != w.ID("T1") {
			t.Errorf("publication = %+v, readers %+v, want the new name and the two in the order of the imprint", p, v.Readers)
		}
		_, err := w.Flow.ChangePublication(ctx, admin, pub.ID, flow.ChangePublication{Name: "后来", Version: pub.Version})
		refused(t, err, "changed_meanwhile")
		_, err = w.Flow.ChangePublication(ctx, w.As("editor.K1"), pub.ID, flow.ChangePublication{Name: "越权"})
		refused(t, err, "needs_post")
		_, err = w.Flow.ChangePublication(ctx, admin, pub.ID, flow.ChangePublication{Readers: []issue.ReadBy{{Unit: w.ID("T1"), Manner: "send"}, {Unit: w.ID("T1"), Manner: "issue"}}})
		invalid(t, err, "readers[1]", "reader_twice")
		if n := ok[int](t)(w.Flow.CopyClasses(ctx, w.As("assessor.K1"), w.ID("K1"), 2027)); n != 3 {
			t.Errorf("classes taken over = %d, want 3", n)
		}
		if n := ok[int](t)(w.Flow.CopyClasses(ctx, admin, w.ID("K1"), 2027)); n != 0 {
			t.Errorf("taken over again = %d, want 0", n)
		}
		_, err = w.Flow.CopyClasses(ctx, w.As("assessor.K2"), w.ID("K1"), 2027)
		refused(t, err, "needs_post")
		if c := ok[flow.ClassesView](t)(w.Flow.Classes(ctx, w.As("assessor.K1"), w.ID("K1"), 2027)); len(c.Rows) != 3 || c.Last != 3 || !c.MayEdit {
			t.Errorf("classes of 2027 = %+v", c)
		}
		line := w.unit("T1").Lines[0]
		l := ok[org.Line](t)(w.Flow.ChangeLine(ctx, admin, line.ID, flow.ChangeLine{Rank: 2, Until: "2026-12-31"}))
		if l.Rank != 2 || l.Until != 20261231 || len(w.unit("T1").Lines) != 1 {
			t.Errorf("line = %+v, want the second, in force to the end of the year", l)
		}
		_, err = w.Flow.ChangeLine(ctx, w.As("chief.K1"), line.ID, flow.ChangeLine{Rank: 1})
		refused(t, err, "needs_post")
		w.sound()
	})
}

func TestThePeopleList(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, admin := w.Ctx(), w.As("admin.C")
		pg := ok[flow.Page[flow.PersonRow]](t)(w.Flow.PeopleList(ctx, admin, flow.PeopleQuery{Text: "T1"}))
		if len(pg.Rows) != 4 {
			t.Errorf("people with T1 in the login = %d, want 4", len(pg.Rows))
		}
		if pg = ok[flow.Page[flow.PersonRow]](t)(w.Flow.PeopleList(ctx, admin, flow.PeopleQuery{Role: org.Leader})); len(pg.Rows) != 3 {
			t.Errorf("leaders below the city = %d, want 3 and not the province's", len(pg.Rows))
		}
		if pg = ok[flow.Page[flow.PersonRow]](t)(w.Flow.PeopleList(ctx, admin, flow.PeopleQuery{Text: "%"})); len(pg.Rows) != 0 {
			t.Errorf("people with %% in the name = %d, want 0", len(pg.Rows))
		}
		first := ok[flow.Page[flow.PersonRow]](t)(w.Flow.PeopleList(ctx, admin, flow.PeopleQuery{Limit: 3}))
		next := ok[flow.Page[flow.PersonRow]](t)(w.Flow.PeopleList(ctx, admin, flow.PeopleQuery{Limit: 3, Cursor: first.Next}))
		if len(first.Rows) != 3 || len(next.Rows) != 3 || next.Rows[0].Person.Login <= first.Next {
			t.Errorf("pages = %+v, %+v, want three each, one after the other", first, next)
		}
		_, err := w.Flow.PeopleList(ctx, w.As("chief.C"), flow.PeopleQuery{})
		refused(t, err, "needs_post")
		who := w.As("reporter.T1").Person
		p := ok[org.Person](t)(w.Flow.EditPerson(ctx, admin, who, flow.EditPerson{Name: "穆清和", Phone: "1"}))
		if p.Name != "穆清和" || p.Login != "reporter.t1" {
			t.Errorf("edited = %+v", p)
		}
		_, err = w.Flow.EditPerson(ctx, admin, w.As("chief.P").Person, flow.EditPerson{Name: "越权"})
		refused(t, err, "needs_post")
		_, err = w.Flow.EditPerson(ctx, admin, who, flow.EditPerson{Login: "signer.T1"})
		invalid(t, err, "login", "taken")
		_, err = w.Flow.ResetPassword(ctx, admin, who, "hash")
		refused(t, err, "needs_post")
		ok[org.Person](t)(w.Flow.ResetPassword(ctx, w.As("security.C"), who, "hash"))
		ok[org.Person](t)(w.Flow.ResetPassword(ctx, sample.System, who, "hash"))
	})
}
