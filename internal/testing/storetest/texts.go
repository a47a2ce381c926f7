package storetest

import (
	"errors"
	"fmt"
	"testing"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// texts is revisions, passed checks, attachments and what is typed only.
func texts(t *testing.T, w *world) {
	it := w.item(item.Item{Source: "旧系统/17"})
	var revs []item.Revision
	for n := range 3 {
		v := random[item.Revision](w)
		v.Noun, v.Owner, v.Number = "item", string(it.ID), n+1
		revs = append(revs, v)
		w.update(func(tx *store.Tx) error { return tx.InsertRevision(v) })
	}
	w.view(func(tx *store.Tx) error {
		got, err := tx.Revision("item", string(it.ID), 2)
		if err != nil || got != revs[1] {
			t.Errorf("Revision(2) = %+v, %v, want %+v", got, err, revs[1])
		}
		if got, err = tx.RevisionByID(revs[2].ID); err != nil || got != revs[2] {
			t.Errorf("RevisionByID() = %+v, %v, want %+v", got, err, revs[2])
		}
		if _, err = tx.Revision("item", string(it.ID), 9); !fault.Is(err, fault.NotFound) {
			t.Errorf("Revision(9) = %v, want not_found", err)
		}
		if _, err = tx.RevisionByID("nothing"); !fault.Is(err, fault.NotFound) {
			t.Errorf("RevisionByID(nothing) = %v, want not_found", err)
		}
		list, err := tx.Revisions("item", string(it.ID))
		want := append([]item.Revision(nil), revs...)
		for i := range want {
			want[i].Body = ""
		}
		equal(t, "Revisions()", list, want)
		if err != nil {
			return err
		}
		id, ok, err := tx.ItemBySource("旧系统/17")
		if err != nil || !ok || id != it.ID {
			t.Errorf("ItemBySource() = %v, %v, %v, want %v", id, ok, err, it.ID)
		}
		if _, ok, err = tx.ItemBySource(""); ok || err != nil {
			t.Errorf("ItemBySource(nothing) = %v, %v, want none", ok, err)
		}
		return nil
	})
	w.refused("a revision's number twice", fault.Conflict, func(tx *store.Tx) error {
		v := revs[0]
		v.ID = "another"
		return tx.InsertRevision(v)
	})
	passed(t, w, it.ID)
	attachments(t, w, it.ID)
	autosaves(t, w)
	deskWork(t, w)
}

// deskWork is what lies beside a filing's texts: what is settled of it, what the
// desk says about it, who is at it.
func deskWork(t *testing.T, w *world) {
	fl := w.filing(filing.Filing{Item: w.item(item.Item{}).ID, Office: w.units[0], Unit: w.units[3]})
	first, second := random[filing.Settled](w), random[filing.Settled](w)
	said := []filing.Comment{random[filing.Comment](w), random[filing.Comment](w)}
	first.Filing, second.Filing, first.Revision, second.Revision = fl.ID, fl.ID, 1, 2
	for i := range said {
		said[i].ID, said[i].Filing, said[i].Thread, said[i].Para, said[i].Revision = []string{"c1", "c2"}[i], fl.ID, "c1", i, 1
		said[i].ResolvedBy, said[i].ResolvedAt = "", 0
	}
	here := func(who int, at int64) filing.Presence {
		return filing.Presence{Person: w.who[who], Doing: filing.Typing, At: at}
	}
	w.update(func(tx *store.Tx) error {
		return errors.Join(tx.PutSettled(first), tx.PutSettled(second), tx.InsertComment(said[0]), tx.InsertComment(said[1]),
			tx.ResolveComment("c2", w.who[0], 9),
			tx.PutPresence(fl.ID, here(0, 10), 0), tx.PutPresence(fl.ID, here(1, 20), 0), tx.PutPresence(fl.ID, here(1, 40), 10))
	})
	said[1].ResolvedBy, said[1].ResolvedAt = w.who[0], 9
	w.view(func(tx *store.Tx) error {
		got, found, err := tx.Settled(fl.ID)
		if err != nil || !found || got != second {
			t.Errorf("Settled() = %+v, %t, %v, want %+v", got, found, err, second)
		}
		if _, found, err = tx.Settled("none"); err != nil || found {
			t.Errorf("Settled(none) = %t, %v, want nothing", found, err)
		}
		all, err := tx.CommentsOf(fl.ID)
		equal(t, "CommentsOf()", all, said)
		if err != nil {
			return err
		}
		at, err := tx.PresenceOf(fl.ID, 0) // the first was dropped as the second was heard of again
		equal(t, "PresenceOf()", at, []filing.Presence{here(1, 40)})
		return err
	})
}

func passed(t *testing.T, w *world, it ident.Item) {
	var ps []item.Passed
	for i, c := range []org.Check{org.Review, org.SecrecyOK, org.Review} {
		p := random[item.Passed](w)
		p.Item, p.Check, p.Round, p.At = it, c, 1+i/2, int64(i)
		ps = append(ps, p)
		w.update(func(tx *store.Tx) error { return tx.InsertPassed(p) })
	}
	w.view(func(tx *store.Tx) error {
		for round, want := range map[int][]item.Passed{0: ps, 1: ps[:2], 2: ps[2:], 3: nil} {
			got, err := tx.PassedOf(it, round)
			if err != nil {
				return err
			}
			equal(t, fmt.Sprintf("PassedOf(%d)", round), got, want)
		}
		return nil
	})
}

func attachments(t *testing.T, w *world, it ident.Item) {
	a := random[item.Attachment](w)
	a.Item = it
	w.update(func(tx *store.Tx) error { return tx.InsertAttachment(a) })
	w.view(func(tx *store.Tx) error {
		got, err := tx.AttachmentsOf(it)
		equal(t, "AttachmentsOf()", got, []item.Attachment{a})
		if err != nil {
			return err
		}
		one, err := tx.Attachment(a.ID)
		if one != a {
			t.Errorf("Attachment() = %+v, want %+v", one, a)
		}
		return err
	})
}

func autosaves(t *testing.T, w *world) {
	mine := item.Autosave{Noun: "filing", Owner: "f1", Person: w.who[0], Title: "题", Body: "新", Base: 3, At: 20}
	theirs := item.Autosave{Noun: "filing", Owner: "f1", Person: w.who[1], Title: "题二", Body: "文", Base: 2, At: 10}
	w.update(func(tx *store.Tx) error {
		first := mine
		first.Body, first.At = "旧", 5
		for _, a := range []item.Autosave{first, theirs, mine} {
			if err := tx.PutAutosave(a); err != nil {
				return err
			}
		}
		return nil
	})
	list := func(want ...item.Autosave) {
		t.Helper()
		w.view(func(tx *store.Tx) error {
			got, err := tx.Autosaves("filing", "f1")
			equal(t, "Autosaves()", got, want)
			return err
		})
	}
	list(mine, theirs)
	w.update(func(tx *store.Tx) error { return tx.DropAutosave("filing", "f1", w.who[0]) })
	list(theirs)
}

// chain is the edges between filings and the news that flows down along them.
func chain(t *testing.T, w *world) {
	it := w.item(item.Item{})
	var fs []filing.Filing
	for n := range 4 {
		fs = append(fs, w.filing(filing.Filing{Item: it.ID, Office: w.units[0], Unit: w.units[3+n/2], Filed: int64(n)}))
	}
	ps := []filing.Parent{
		{Child: fs[3].ID, Parent: fs[1].ID, Kind: filing.ByMerge, Num: 1, Den: 3, Order: 1},
		{Child: fs[3].ID, Parent: fs[0].ID, Kind: filing.ByMerge, Num: 2, Den: 3, Order: 2},
		{Child: fs[2].ID, Parent: fs[0].ID, Kind: filing.ByForward, Num: 1, Den: 1},
	}
	w.update(func(tx *store.Tx) error {
		for _, p := range ps {
			if err := tx.InsertParent(p); err != nil {
				return err
			}
		}
		return nil
	})
	parents := func(want ...filing.Parent) {
		t.Helper()
		w.view(func(tx *store.Tx) error {
			got, err := tx.ParentsOf(fs[3].ID)
			equal(t, "ParentsOf()", got, want)
			return err
		})
	}
	parents(ps[0], ps[1])
	w.view(func(tx *store.Tx) error {
		got, err := tx.ChildrenOf(fs[0].ID)
		if len(got) != 2 {
			t.Errorf("ChildrenOf() = %+v, want two", got)
		}
		all, _ := tx.FilingsOf(it.ID)
		equal(t, "FilingsOf()", all, fs)
		return err
	})
	w.update(func(tx *store.Tx) error { return tx.DropParents(fs[3].ID, filing.ByForward) })
	parents(ps[0], ps[1])
	w.update(func(tx *store.Tx) error { return tx.DropParents(fs[3].ID, filing.ByMerge) })
	parents()
	news(t, w, fs)
	outcomes(t, w, fs[0].ID)
}

func news(t *testing.T, w *world, fs []filing.Filing) {
	var told []filing.News
	for n := range 3 {
		v := random[filing.News](w)
		v.Filing, v.Num, v.Den, v.At, v.Occurred = fs[n].ID, 1, 2, int64(100+n), int64(10-n)
		told = append(told, v)
	}
	extra := random[filing.News](w)
	extra.Filing, extra.Num, extra.Den, extra.At, extra.Occurred = fs[0].ID, 1, 1, 300, 1
	for _, n := range append(told, extra, told[0]) {
		var fresh bool
		w.update(func(tx *store.Tx) (err error) { fresh, err = tx.PutNews(n); return err })
		if want := n != told[0] || fresh; fresh != want {
			t.Errorf("PutNews() = %v, want %v", fresh, want)
		}
	}
	w.update(func(tx *store.Tx) error {
		if fresh, err := tx.PutNews(extra); fresh || err != nil {
			t.Errorf("PutNews() of what was told = %v, %v, want false, nil", fresh, err)
		}
		return nil
	})
	w.refused("PutNews() to nobody", fault.NotFound, func(tx *store.Tx) error {
		lost := random[filing.News](w)
		lost.Num, lost.Den = 1, 1
		_, err := tx.PutNews(lost)
		return err
	})
	w.view(func(tx *store.Tx) error {
		got, err := tx.NewsOf(fs[0].ID)
		equal(t, "NewsOf()", got, []filing.News{extra, told[0]})
		if err != nil {
			return err
		}
		got, err = tx.NewsFor([]ident.Unit{w.units[3], w.units[4], w.units[3]}, 0, 10)
		equal(t, "NewsFor()", got, []filing.News{extra, told[2], told[1], told[0]})
		if err != nil {
			return err
		}
		got, err = tx.NewsFor([]ident.Unit{w.units[3]}, 300, 1)
		equal(t, "NewsFor() before 300, one", got, []filing.News{told[1]})
		return err
	})
}

func outcomes(t *testing.T, w *world, f ident.Filing) {
	o := random[filing.Outcome](w)
	o.Filing, o.Kind, o.State = f, "adopted", filing.OutcomeEntered
	w.update(func(tx *store.Tx) error { return tx.InsertOutcome(&o) })
	w.view(func(tx *store.Tx) error {
		got, err := tx.OutcomesOf(f)
		equal(t, "OutcomesOf()", got, []filing.Outcome{o})
		return err
	})
	w.refused("one's own outcome confirmed", fault.Internal, func(tx *store.Tx) error {
		own := o
		own.State, own.DecidedBy = filing.OutcomeConfirmed, own.EnteredBy
		return tx.SaveOutcome(&own)
	})
}

// numbers are the registers' and the issues'.
func numbers(t *testing.T, w *world) {
	next := func(kind string, office ident.Unit, year, want int) {
		t.Helper()
		w.update(func(tx *store.Tx) error {
			got, err := tx.NextNumber(kind, office, year)
			if got != want {
				t.Errorf("NextNumber(%s, %d) = %d, want %d", kind, year, got, want)
			}
			return err
		})
	}
	next("filing", w.units[0], 2026, 1)
	next("filing", w.units[0], 2026, 2)
	next("filing", w.units[0], 2027, 1)
	next("filing", w.units[1], 2026, 1)
	next("duty", w.units[0], 2026, 1)
	next("filing", w.units[0], 2026, 3)
	w.issue(issue.Issue{Year: 2026, Number: 1})
	w.issue(issue.Issue{Year: 2026, Number: 2})
	w.issue(issue.Issue{Year: 2027, Number: 1})
	w.view(func(tx *store.Tx) error {
		for year, want := range map[int]int{2025: 1, 2026: 3, 2027: 2} {
			if got, err := tx.NextIssueNumber(w.pubs[0], year); err != nil || got != want {
				t.Errorf("NextIssueNumber(%d) = %d, %v, want %d", year, got, err, want)
			}
		}
		return nil
	})
	w.refused("an issue's number twice", fault.Conflict, func(tx *store.Tx) error {
		return tx.InsertIssue(&issue.Issue{ID: "another", Publication: w.pubs[0], Office: w.units[0], Year: 2026, Number: 2, State: issue.Open})
	})
}
