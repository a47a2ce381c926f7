package flow_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
)

// stands is how an item stands in somebody's list, in short: "T1 check signoff
// signer.T1, K1 filed".
func (w *world) stands(login string, id ident.Item) string {
	w.T.Helper()
	w.drain()
	names := map[ident.Person]string{}
	for _, who := range w.Logins() {
		names[w.As(who).Person] = who
	}
	for _, r := range ok[flow.Page[flow.ItemRow]](w.T)(w.Flow.Items(w.Ctx(), w.As(login), flow.ItemsQuery{})).Rows {
		if r.ID != id {
			continue
		}
		var out []string
		for _, s := range r.Now {
			words := []string{w.code(s.Office), s.State, string(s.Check), s.Reason, s.Name, s.Issue}
			for _, p := range s.People {
				words = append(words, names[p])
			}
			for _, u := range s.Units {
				words = append(words, w.code(u))
			}
			if s.Since == 0 || s.Since > w.Clock.Now().UnixMicro() {
				w.T.Errorf("%s: since %d, want when it began", words, s.Since)
			}
			out = append(out, strings.Join(strings.Fields(strings.Join(words, " ")), " "))
		}
		return strings.Join(out, ", ")
	}
	return "not in the list"
}

func (w *world) stand(login string, id ident.Item, want string) {
	w.T.Helper()
	if got := w.stands(login, id); got != want {
		w.T.Errorf("for %s it stands %q, want %q", login, got, want)
	}
}

// TestListSaysWhoHasIt follows an item up two levels in the list of its unit, and
// of those who see less of it.
func TestListSaysWhoHasIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, rep := w.Ctx(), w.As("reporter.T1")
		it := ok[item.Item](t)(w.Flow.Draft(ctx, rep, flow.Draft{Unit: w.ID("T1"), Title: "柑橘滞销", Body: body, Genre: "problem", Form: "single"}))
		w.stand("reporter.T1", it.ID, "T1 finish reporter.T1")
		ok[item.Item](t)(w.Flow.Submit(ctx, rep, it.ID, flow.Submit{Seen: 1}))
		w.stand("reporter.T1", it.ID, "T1 check signoff signer.T1")
		ok[item.Item](t)(w.Flow.SendBack(ctx, w.As("signer.T1"), it.ID, flow.SendBack{Reason: "no_figures", Remark: "补数"}))
		w.stand("signer.T1", it.ID, "T1 correct reporter.T1")
		ok[item.Item](t)(w.Flow.Revise(ctx, rep, it.ID, flow.Revise{Title: "柑橘滞销", Body: body + "共3万吨。", Seen: 1}))
		ok[item.Item](t)(w.Flow.Resubmit(ctx, rep, it.ID, flow.Submit{Seen: 2}))
		ok[item.Item](t)(w.Flow.SignOff(ctx, w.As("signer.T1"), it.ID, flow.SignOff{Seen: 2}))
		w.stand("reporter.T1", it.ID, "K1 filed")
		fl := ok[flow.ItemView](t)(w.Flow.Item(ctx, rep, it.ID)).Filings[0]
		ed := w.As("editor.K1")
		ok[filing.Filing](t)(w.Flow.Receive(ctx, ed, fl.ID))
		ok[filing.Filing](t)(w.Flow.Return(ctx, ed, fl.ID, flow.Return{Reason: "no_figures", Remark: "补数"}))
		w.stand("reporter.T1", it.ID, "T1 correct reporter.T1, K1 returned no_figures")
		ok[item.Item](t)(w.Flow.Revise(ctx, rep, it.ID, flow.Revise{Title: "柑橘滞销", Body: body + "共3万吨。据果农说。", Seen: 2}))
		ok[item.Item](t)(w.Flow.Resubmit(ctx, rep, it.ID, flow.Submit{Seen: 3}))
		w.stand("reporter.T1", it.ID, "T1 check signoff signer.T1")
		w.stand("editor.K1", it.ID, "T1 check signoff") // not who is at it
		ok[item.Item](t)(w.Flow.SignOff(ctx, w.As("signer.T1"), it.ID, flow.SignOff{Seen: 3}))
		ok[filing.Filing](t)(w.Flow.Receive(ctx, ed, fl.ID))
		w.stand("reporter.T1", it.ID, "K1 received")
		ok[filing.Filing](t)(w.Flow.ReviseFiling(ctx, ed, fl.ID, flow.ReviseFiling{Title: "价低", Body: body + "\n县里的话。"}))
		w.stand("reporter.T1", it.ID, "K1 editing")
		fl = ok[filing.Filing](t)(w.Flow.MarkReady(ctx, ed, fl.ID, flow.MarkReady{Seen: 1}))
		w.stand("reporter.T1", it.ID, "K1 ready")
		w.Clock.Pass(time.Hour)
		w.published("K1", "k1", fl.ID)
		w.stand("reporter.T1", it.ID, "K1 published 望岭信息 2026-1")
		up := ok[filing.Filing](t)(w.Flow.Forward(ctx, w.As("chief.K1"), fl.ID, flow.Forward{Seen: 1}))
		ok[filing.Filing](t)(w.Flow.Receive(ctx, w.As("editor.C"), up.ID))
		w.stand("reporter.T1", it.ID, "K1 published 望岭信息 2026-1, C undecided") // what the city does inside is its own …
		w.stand("editor.K1", it.ID, "K1 published 望岭信息 2026-1, C received")    // … and whose filing it is there knows
		ok[filing.Filing](t)(w.Flow.Decline(ctx, w.As("editor.C"), up.ID, flow.Decline{Reason: "stale", Remark: "不用"}))
		w.stand("reporter.T1", it.ID, "K1 published 望岭信息 2026-1, C declined")
		w.sound()
	})
}

// TestListOfACompositeAndOfPartners: what became of a composite is known by its
// news; a unit asked to countersign learns the step and nothing from inside.
func TestListOfACompositeAndOfPartners(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, ed := w.Ctx(), w.As("editor.K1")
		it, a := w.filed("T1", "甲镇受淹")
		_, b := w.filed("T2", "乙乡受淹")
		for _, id := range []ident.Filing{a.ID, b.ID} {
			ok[filing.Filing](t)(w.Flow.Receive(ctx, ed, id))
		}
		comp := ok[filing.Filing](t)(w.Flow.Merge(ctx, ed, flow.Merge{Office: w.ID("K1"), Parts: []filing.Contribution{{Filing: a.ID, Num: 1, Den: 2}, {Filing: b.ID, Num: 1, Den: 2}}, Title: "两乡镇受淹", Body: body}))
		w.stand("reporter.T1", it.ID, "K1 merged")
		ok[filing.Filing](t)(w.Flow.MarkReady(ctx, ed, comp.ID, flow.MarkReady{}))
		p := ok[issue.Placement](t)(w.Flow.Adopt(ctx, ed, comp.ID, flow.Adopt{Publication: w.Pubs["k1"].ID, Seen: -1}))
		w.stand("reporter.T1", it.ID, "K1 adopted 望岭信息")
		ok[issue.Placement](t)(w.Flow.Unadopt(ctx, w.As("chief.K1"), p.ID, flow.Remark{Remark: "换一期"}))
		w.stand("reporter.T1", it.ID, "K1 merged")
		p = w.published("K1", "k1", comp.ID)
		ok[issue.Placement](t)(w.Flow.Recall(ctx, w.As("chief.K1"), p.ID, flow.Remark{Remark: "数据有误"}))
		w.stand("reporter.T1", it.ID, "K1 recalled 望岭信息 2026-1")

		joint := w.joint("两镇一乡清淤", 4, 5)
		ok[item.Item](t)(w.Flow.Submit(ctx, w.As("reporter.T1"), joint.ID, flow.Submit{Seen: 1}))
		w.stand("signer.T2", joint.ID, "not in the list")
		w.passes("signer.T1", joint.ID)
		w.stand("reporter.T1", joint.ID, "T1 check countersign T2 T3")
		w.stand("signer.T2", joint.ID, "T1 check countersign")
		w.passes("signer.T2", joint.ID)
		w.stand("reporter.T1", joint.ID, "T1 check countersign T3")
		w.sound()
	})
}

// TestListAsksOnce: a longer page takes no more statements than a short one.
func TestListAsksOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		cost := func() (int, uint64) {
			w.drain()
			least := ^uint64(0)
			n := 0
			for range 3 { // somebody else may ask at the same time
				before := w.Store.Stats().Asked
				n = len(ok[flow.Page[flow.ItemRow]](t)(w.Flow.Items(w.Ctx(), w.As("reporter.T1"), flow.ItemsQuery{})).Rows)
				least = min(least, w.Store.Stats().Asked-before)
			}
			return n, least
		}
		some := func(n int) {
			for i := range n {
				_, fl := w.filed("T1", fmt.Sprint("报出的第", i, "件"))
				w.ready("K1", fl.ID, "编过的")
				w.published("K1", "k1", fl.ID)
				it := ok[item.Item](t)(w.Flow.Draft(w.Ctx(), w.As("reporter.T1"), flow.Draft{Unit: w.ID("T1"), Title: "在审的", Body: body, Genre: "problem", Form: "single"}))
				ok[item.Item](t)(w.Flow.Submit(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Submit{Seen: 1}))
			}
		}
		some(1)
		few, asked := cost()
		some(5)
		many, then := cost()
		if few != 2 || many != 12 || asked == 0 || then != asked {
			t.Errorf("%d rows took %d statements, %d rows %d; want as many", few, asked, many, then)
		}
	})
}
