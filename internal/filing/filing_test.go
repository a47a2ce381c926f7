package filing_test

import (
	"math/big"
	"testing"

	"xinshu/internal/filing"
	"xinshu/internal/org"
)

func TestShares(t *testing.T) {
	c := func(num, den int64) filing.Contribution { return filing.Contribution{Filing: "f", Num: num, Den: den} }
	for _, tc := range []struct {
		name string
		in   []filing.Contribution
		want []string // nil: refused
	}{
		{"none said: equal", []filing.Contribution{c(0, 0), c(0, 0), c(0, 0)}, []string{"1/3", "1/3", "1/3"}},
		{"main source more", []filing.Contribution{c(2, 3), c(1, 3)}, []string{"2/3", "1/3"}},
		{"decimals", []filing.Contribution{c(50, 100), c(25, 100), c(25, 100)}, []string{"1/2", "1/4", "1/4"}},
		{"not whole", []filing.Contribution{c(1, 3), c(1, 3)}, nil},
		{"more than whole", []filing.Contribution{c(1, 1), c(1, 1)}, nil},
		{"one left blank", []filing.Contribution{c(1, 2), c(0, 0)}, nil},
		{"negative", []filing.Contribution{c(3, 2), c(-1, 2)}, nil},
		{"nothing by nothing", []filing.Contribution{c(1, 0), c(1, 1)}, nil},
		{"nothing", []filing.Contribution{c(0, 1), c(1, 1)}, nil},
	} {
		got, ok := filing.Shares(tc.in)
		if ok != (tc.want != nil) {
			t.Errorf("Shares: %s = %t, want %t", tc.name, ok, tc.want != nil)
			continue
		}
		sum := new(big.Rat)
		for i, w := range tc.want {
			r := filing.Parent{Num: got[i].Num, Den: got[i].Den}.Share()
			sum.Add(sum, r)
			if r.RatString() != w {
				t.Errorf("Shares: %s, part %d = %s, want %s", tc.name, i, r.RatString(), w)
			}
		}
		if ok && sum.RatString() != "1" {
			t.Errorf("Shares: %s add up to %s, want 1", tc.name, sum.RatString())
		}
	}
}

func TestSharesLeaveTheInputAlone(t *testing.T) {
	in := []filing.Contribution{{Filing: "a"}, {Filing: "b"}}
	filing.Shares(in)
	if in[0].Den != 0 {
		t.Errorf("input after Shares = %+v, want it unchanged", in[0])
	}
}

func TestNewsIDIsOriginAndEdge(t *testing.T) {
	a := filing.NewsID("fact", "child", "parent")
	if got := filing.NewsID("fact", "child", "parent"); got != a {
		t.Error("the same hop told twice has two identities")
	}
	for _, b := range []string{string(filing.NewsID("other", "child", "parent")), string(filing.NewsID("fact", "other", "parent")), string(filing.NewsID("fact", "child", "other")), string(filing.NewsID("fact", "parent", "child"))} {
		if b == string(a) {
			t.Error("two hops have one identity")
		}
	}
}

func TestGuards(t *testing.T) {
	fl := func(s filing.State) *filing.Filing { return &filing.Filing{State: s, Revision: 2, Holder: "me"} }
	other := fl(filing.Editing)
	other.Holder = "somebody"
	comp := fl(filing.Editing)
	comp.Composite = true
	editor, chief := []org.Role{org.Editor}, []org.Role{org.Chief}
	for _, tc := range []struct {
		name string
		verb org.Verb
		held []org.Role
		c    filing.Case
		want string
	}{
		{"revise", filing.Revise, editor, filing.Case{Filing: fl(filing.Editing), Actor: "me", Seen: 2}, ""},
		{"revise another's", filing.Revise, editor, filing.Case{Filing: other, Actor: "me", Seen: 2}, "held_by"},
		{"revise a stale text", filing.Revise, editor, filing.Case{Filing: fl(filing.Editing), Actor: "me", Seen: 1}, "stale_revision"},
		{"revise what is printed", filing.Revise, editor, filing.Case{Filing: fl(filing.Ready), Actor: "me", Seen: -1, Printed: true}, "already_printed"},
		{"decline what is adopted", filing.Decline, editor, filing.Case{Filing: fl(filing.Ready), Actor: "me", Placed: true}, "already_adopted"},
		{"return what lies above", filing.Return, editor, filing.Case{Filing: fl(filing.Ready), Actor: "me", Forwarded: true}, "already_forwarded"},
		{"return a composite", filing.Return, editor, filing.Case{Filing: comp, Actor: "me"}, "composite_unmerge_first"},
		{"unmerge what is none", filing.Unmerge, editor, filing.Case{Filing: fl(filing.Editing), Actor: "me"}, "not_composite"},
		{"unmerge", filing.Unmerge, editor, filing.Case{Filing: comp, Actor: "me"}, ""},
		{"an editor forwards", filing.Forward, editor, filing.Case{Filing: fl(filing.Ready), Actor: "me"}, "needs_post"},
		{"forward before adopting, where asked", filing.Forward, chief, filing.Case{Filing: fl(filing.Ready), Actor: "me", NeedAdopt: true}, "adopt_first"},
		{"forward", filing.Forward, chief, filing.Case{Filing: fl(filing.Ready), Actor: "me", NeedAdopt: true, Placed: true}, ""},
	} {
		why := filing.Lifecycle.Why(tc.verb, tc.c.Filing.State, tc.held, tc.c)
		got := ""
		if len(why) > 0 {
			got = why[0].Code
		}
		if got != tc.want {
			t.Errorf("Why: %s = %q, want %q", tc.name, got, tc.want)
		}
	}
}
