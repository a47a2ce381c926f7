package storetest

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// register is the lists of units, lines, people and posts.
func register(t *testing.T, w *world) {
	root, mid, leaf := w.units[0], w.units[3], w.units[4]
	w.update(func(tx *store.Tx) error {
		for child, parent := range map[ident.Unit]ident.Unit{mid: root, leaf: mid, w.units[5]: root} {
			u, err := tx.Unit(child)
			if err != nil {
				return err
			}
			u.Parent, u.Short = parent, "简称"+u.Code
			if err := tx.SaveUnit(&u); err != nil {
				return err
			}
		}
		return nil
	})
	codes := func(us []org.Unit) (cs []string) {
		for _, u := range us {
			cs = append(cs, u.Code)
		}
		return cs
	}
	w.view(func(tx *store.Tx) error {
		for _, c := range []struct {
			what string
			list func() ([]org.Unit, error)
			want []string
		}{
			{"Children(root)", func() ([]org.Unit, error) { return tx.Children(root, "", 10) }, []string{"u03", "u05"}},
			{"Children(root) after u03", func() ([]org.Unit, error) { return tx.Children(root, "u03", 10) }, []string{"u05"}},
			{"Children(root), one", func() ([]org.Unit, error) { return tx.Children(root, "", 1) }, []string{"u03"}},
			{"Children of nobody", func() ([]org.Unit, error) { return tx.Children("", "", 10) }, []string{"u00", "u01", "u02", "u06"}},
			{"Ancestors(leaf)", func() ([]org.Unit, error) { return tx.Ancestors(leaf) }, []string{"u03", "u00"}},
			{"Ancestors(root)", func() ([]org.Unit, error) { return tx.Ancestors(root) }, nil},
			{"UnitsNamed(第4)", func() ([]org.Unit, error) { return tx.UnitsNamed("第4", 10) }, []string{"u04"}},
			{"UnitsNamed(第), three", func() ([]org.Unit, error) { return tx.UnitsNamed("第", 3) }, []string{"u00", "u01", "u02"}},
			{"UnitsNamed(u0), by code", func() ([]org.Unit, error) { return tx.UnitsNamed("u0", 2) }, []string{"u00", "u01"}},
			{"UnitsNamed(简称u05), by short name", func() ([]org.Unit, error) { return tx.UnitsNamed("简称u05", 9) }, []string{"u05"}},
			{"UnitsNamed(%)", func() ([]org.Unit, error) { return tx.UnitsNamed("%", 9) }, nil},
			{"UnitsNamed()", func() ([]org.Unit, error) { return tx.UnitsNamed("", 9) }, nil},
			{"Offices()", tx.Offices, []string{"u00", "u01", "u02"}},
		} {
			got, err := c.list()
			if err != nil {
				return fmt.Errorf("%s: %w", c.what, err)
			}
			equal(t, c.what, codes(got), c.want)
		}
		if n, err := tx.ChildCount(root); err != nil || n != 2 {
			t.Errorf("ChildCount(root) = %d, %v, want 2", n, err)
		}
		us, err := tx.Units([]ident.Unit{root, leaf, "nobody"})
		if err != nil || len(us) != 2 || us[leaf].Parent != mid {
			t.Errorf("Units(root, leaf, nobody) = %v, %v, want two", us, err)
		}
		u, err := tx.UnitByCode("u04")
		if err != nil || u.ID != leaf {
			t.Errorf("UnitByCode(u04) = %v, %v, want the leaf", u, err)
		}
		if _, err := tx.UnitByCode("x"); !fault.Is(err, fault.NotFound) {
			t.Errorf("UnitByCode(x) = %v, want not_found", err)
		}
		return nil
	})
	pasts(t, w)
	lines(t, w)
	people(t, w)
}

func pasts(t *testing.T, w *world) {
	second, first := random[org.Past](w), random[org.Past](w)
	second.Unit, second.Until = w.units[6], 20240101
	first.Unit, first.Until = w.units[6], 20190101
	w.update(func(tx *store.Tx) error {
		if err := tx.InsertPast(second); err != nil {
			return err
		}
		return tx.InsertPast(first)
	})
	w.view(func(tx *store.Tx) error {
		got, err := tx.PastsOf(w.units[6])
		equal(t, "PastsOf()", got, []org.Past{first, second})
		return err
	})
}

// lines and posts are in force on the first day and no more on the last.
func lines(t *testing.T, w *world) {
	from, to, other := w.units[6], w.units[1], w.units[2]
	ls := []org.Line{
		{Unit: from, Office: to, Network: org.Party, Rank: 2, From: 20250101, Until: 20260101},
		{Unit: from, Office: to, Network: org.Government, Rank: 1, From: 20250601},
		{Unit: from, Office: other, Network: org.Vertical, Rank: 1, Direct: true},
	}
	for i := range ls {
		ls[i].ID = ident.Line(fmt.Sprintf("line%d", i))
		w.update(func(tx *store.Tx) error { return tx.InsertLine(&ls[i]) })
	}
	w.view(func(tx *store.Tx) error {
		for day, want := range map[org.Date][]org.Line{
			20241231: {ls[2]}, 20250101: {ls[2], ls[0]}, 20250601: {ls[1], ls[2], ls[0]}, 20260101: {ls[1], ls[2]}, 0: {ls[1], ls[2], ls[0]},
		} {
			got, err := tx.LinesOf(from, day)
			if err != nil {
				return err
			}
			equal(t, fmt.Sprintf("LinesOf(%d)", day), got, want)
		}
		got, err := tx.LinesTo(to, 20250701, "", 9)
		equal(t, "LinesTo()", got, ls[:2])
		if err != nil {
			return err
		}
		got, err = tx.LinesTo(to, 20250701, "line0", 9)
		equal(t, "LinesTo() after line0", got, ls[1:2])
		return err
	})
	w.refused("the same line twice", fault.Conflict, func(tx *store.Tx) error {
		again := ls[1]
		again.ID = "another"
		return tx.InsertLine(&again)
	})
}

func people(t *testing.T, w *world) {
	p, u := w.who[0], w.units[2]
	posts := []org.Post{
		{ID: "post0", Person: p, Unit: u, Role: org.Editor, From: 20250101, Until: 20260101},
		{ID: "post1", Person: p, Unit: u, Role: org.Chief, Title: "主任", From: 20260101},
		{ID: "post2", Person: w.who[1], Unit: u, Role: org.Leader},
	}
	for i := range posts {
		w.update(func(tx *store.Tx) error { return tx.InsertPost(&posts[i]) })
	}
	w.view(func(tx *store.Tx) error {
		for day, want := range map[org.Date][]org.Post{20241231: nil, 20251231: posts[:1], 20260101: posts[1:2], 0: posts[:2]} {
			got, err := tx.PostsOf(p, day)
			if err != nil {
				return err
			}
			equal(t, fmt.Sprintf("PostsOf(%d)", day), got, want)
		}
		got, err := tx.PostsIn(u, 20260101)
		equal(t, "PostsIn()", got, posts[1:])
		if err != nil {
			return err
		}
		in, err := tx.PeopleIn(u, 0)
		if err != nil || len(in) != 2 || in[0].ID != p {
			t.Errorf("PeopleIn() = %v, %v, want two people, each once", in, err)
		}
		all, err := tx.AllPeople("login0", 1)
		if err != nil || len(all) != 1 || all[0].Login != "login1" {
			t.Errorf("AllPeople(after login0, one) = %v, %v, want login1", all, err)
		}
		some, err := tx.People([]ident.Person{p, "nobody"})
		if err != nil || len(some) != 1 || some[p].Login != "login0" {
			t.Errorf("People() = %v, %v, want one", some, err)
		}
		one, err := tx.PersonByLogin("login2")
		if err != nil || one.ID != w.who[2] {
			t.Errorf("PersonByLogin(login2) = %v, %v, want the third", one, err)
		}
		_, err = tx.PersonByLogin("LOGIN2")
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("PersonByLogin(LOGIN2) = %v, want not_found", err)
		}
		return nil
	})
	w.refused("a login twice", fault.Conflict, func(tx *store.Tx) error {
		return tx.InsertPerson(&org.Person{ID: "another", Name: "王二", Login: "login1"})
	})
}

// office is what an office sets: classes, rules, chains, words, rulebooks.
func office(t *testing.T, w *world) {
	o, u := w.units[0], w.units[4]
	class := org.Class{Office: o, Year: 2026, Unit: u, Class: "一类", Target: "37.5"}
	first := org.Chain{Unit: u, Checks: []org.Check{org.SignOffOK}}
	special := org.Chain{Unit: u, Form: "special", Checks: []org.Check{org.Review, org.SecrecyOK, org.SignOffOK}}
	w.update(func(tx *store.Tx) error {
		for _, c := range []org.Class{{Office: o, Year: 2026, Unit: u, Class: "二类"}, {Office: o, Year: 2025, Unit: u, Class: "三类"}, class} {
			if err := tx.SetClass(c); err != nil {
				return err
			}
		}
		if err := tx.SaveChain(&first); err != nil {
			return err
		}
		if err := tx.SaveChain(&org.Chain{Unit: u, Form: "special", Checks: []org.Check{org.SignOffOK}}); err != nil {
			return err
		}
		return tx.SaveChain(&special)
	})
	w.refused("SaveChain() of a version that is gone", fault.Conflict, func(tx *store.Tx) error {
		old := special
		old.Version = 1
		return tx.SaveChain(&old)
	})
	w.view(func(tx *store.Tx) error {
		cs, err := tx.Classes(o, 2026)
		equal(t, "Classes(2026)", cs, []org.Class{class})
		if err != nil {
			return err
		}
		if special.Version != 2 {
			t.Errorf("SaveChain() of one that was there left version %d, want 2", special.Version)
		}
		chains, err := tx.ChainsOf(u)
		equal(t, "ChainsOf()", chains, []org.Chain{first, special})
		return err
	})
	officeRules(t, w, o)
	terms(t, w)
	rulebooks(t, w, o)
}

func officeRules(t *testing.T, w *world, o ident.Unit) {
	var rules org.Rules
	w.update(func(tx *store.Tx) (err error) {
		if rules, err = tx.Rules(o); err != nil || rules != org.DefaultRules(o) {
			t.Errorf("Rules() of an office without = %+v, %v, want the defaults", rules, err)
		}
		rules.OwnSignOff, rules.MaxTitle = true, 30
		return tx.SaveRules(&rules)
	})
	w.refused("SaveRules() when somebody else set some first", fault.Conflict, func(tx *store.Tx) error {
		late := org.DefaultRules(o)
		return tx.SaveRules(&late)
	})
	rules.LinesOrdered, rules.ForwardSigned, rules.MaxBody = true, true, 900
	w.update(func(tx *store.Tx) error { v := rules; return tx.SaveRules(&v) })
	rules.Version = 2
	w.view(func(tx *store.Tx) error {
		got, err := tx.Rules(o)
		if got != rules {
			t.Errorf("Rules() = %+v, want %+v", got, rules)
		}
		return err
	})
}

func terms(t *testing.T, w *world) {
	extra := org.Term{List: "genre", Code: "own", Zh: "本地", En: "Local", Order: 9, Off: true}
	w.update(func(tx *store.Tx) error {
		if err := tx.SaveTerm(org.Term{List: "genre", Code: "own", Zh: "旧", En: "Old", Order: 1}); err != nil {
			return err
		}
		return tx.SaveTerm(extra)
	})
	w.view(func(tx *store.Tx) error {
		want := slices.DeleteFunc(slices.Clone(org.Terms), func(x org.Term) bool { return x.List != "genre" })
		got, err := tx.Terms("genre")
		equal(t, "Terms(genre)", got, append(want, extra))
		if err != nil {
			return err
		}
		all, err := tx.Terms("")
		if len(all) != len(org.Terms)+1 {
			t.Errorf("Terms() has %d words, want %d", len(all), len(org.Terms)+1)
		}
		return err
	})
}

func rulebooks(t *testing.T, w *world, o ident.Unit) {
	var ks []store.KeptRulebook
	for i, d := range [][2]org.Date{{20250101, 20260101}, {20260101, 0}, {20260101, 0}, {20270101, 0}} {
		k := store.KeptRulebook{ID: ident.Rulebook(fmt.Sprintf("book%d", i)), Office: o, Title: "办法", From: d[0], Until: d[1], Body: "条款", Hash: "h", By: w.who[0], At: int64(i + 1)}
		ks = append(ks, k)
		w.update(func(tx *store.Tx) error { return tx.InsertRulebook(k) })
	}
	w.view(func(tx *store.Tx) error {
		for day, want := range map[org.Date]*store.KeptRulebook{20241231: nil, 20250101: &ks[0], 20251231: &ks[0], 20260101: &ks[2], 20261231: &ks[2], 20270101: &ks[3]} {
			got, ok, err := tx.RulebookAt(o, day)
			if err != nil {
				return err
			}
			if ok != (want != nil) || ok && !reflect.DeepEqual(got, *want) {
				t.Errorf("RulebookAt(%d) = %+v, %v, want %+v", day, got, ok, want)
			}
		}
		got, err := tx.RulebooksOf(o)
		equal(t, "RulebooksOf()", got, []store.KeptRulebook{ks[3], ks[2], ks[1], ks[0]})
		return err
	})
}
