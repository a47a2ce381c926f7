package org_test

import (
	"slices"
	"strings"
	"testing"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

func TestParseDate(t *testing.T) {
	for _, c := range []struct {
		in   string
		want org.Date
		ok   bool
	}{
		{"2026-11-22", 20261122, true},
		{"20261122", 20261122, true},
		{" 2026-11-22 ", 20261122, true},
		{"2024-02-29", 20240229, true},
		{"2000-02-29", 20000229, true},
		{"2026-02-29", 0, false},
		{"1900-02-29", 0, false},
		{"2026-13-01", 0, false},
		{"2026-00-10", 0, false},
		{"2026-04-31", 0, false},
		{"2026-11-00", 0, false},
		{"1899-12-31", 0, false},
		{"2026-1-2", 0, false},
		{"二〇二六年", 0, false},
		{"", 0, false},
	} {
		if got, ok := org.ParseDate(c.in); ok != c.ok || ok && got != c.want {
			t.Errorf("ParseDate(%q) = %d %t, want %d %t", c.in, got, ok, c.want, c.ok)
		}
	}
	if got := org.Date(20260309).String(); got != "2026-03-09" {
		t.Errorf("String() = %q, want 2026-03-09", got)
	}
	if got := org.Date(0).String(); got != "" {
		t.Errorf("String() of an open date = %q, want nothing", got)
	}
}

func TestDateIn(t *testing.T) {
	for _, c := range []struct {
		d, from, until org.Date
		want           bool
	}{
		{20260101, 0, 0, true},
		{20260101, 20260101, 0, true},
		{20260101, 20260102, 0, false},
		{20260101, 0, 20260101, false}, // the end is the first day it no longer holds
		{20260101, 0, 20260102, true},
	} {
		if got := c.d.In(c.from, c.until); got != c.want {
			t.Errorf("%s.In(%s, %s) = %t, want %t", c.d, c.from, c.until, got, c.want)
		}
	}
}

func codes(fs []fault.Field) string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Path+" "+f.Code)
	}
	return strings.Join(out, ", ")
}

func TestText(t *testing.T) {
	for _, c := range []struct {
		s      string
		lo, hi int
		want   string
	}{
		{"四个汉字", 1, 4, ""},
		{"五个汉字了", 1, 4, "f too_long"},
		{"", 1, 4, "f required"},
		{"  \n ", 1, 4, "f required"},
		{"", 0, 4, ""},
		{"一", 2, 4, "f too_short"},
		{"断\xe4\xb8", 1, 4, "f broken_utf8"},
		{"零\x00字", 1, 4, "f broken_utf8"},
	} {
		if got := codes(org.Text("f", c.s, c.lo, c.hi)); got != c.want {
			t.Errorf("Text(%q, %d, %d) = %q, want %q", c.s, c.lo, c.hi, got, c.want)
		}
	}
	f := org.Text("f", "五个汉字了", 1, 4)[0]
	if f.Params["over"] != "1" || f.Params["max"] != "4" || f.Params["have"] != "5" {
		t.Errorf("parameters = %v, want how much it is over", f.Params)
	}
}

func TestUnitCheck(t *testing.T) {
	good := org.Unit{Code: "K1", Name: "望岭县", Level: org.County}
	for _, c := range []struct {
		name   string
		change func(u *org.Unit)
		want   string
	}{
		{"as it should be", func(*org.Unit) {}, ""},
		{"no code", func(u *org.Unit) { u.Code = "" }, "code required"},
		{"no name", func(u *org.Unit) { u.Name = "" }, "name required"},
		{"long short name", func(u *org.Unit) { u.Short = strings.Repeat("长", org.MaxShort+1) }, "short too_long"},
		{"level nobody knows", func(u *org.Unit) { u.Level = "prefecture" }, "level unknown_level"},
		{"outside without a desk", func(u *org.Unit) { u.Outside = true }, "outside outside_needs_office"},
	} {
		u := good
		c.change(&u)
		if got := codes(u.Check()); got != c.want {
			t.Errorf("Check() of a unit with %s = %q, want %q", c.name, got, c.want)
		}
	}
}

func TestCheckChain(t *testing.T) {
	for _, c := range []struct {
		in   []org.Check
		want string
	}{
		{[]org.Check{org.SignOffOK}, ""},
		{[]org.Check{org.Review, org.SignOffOK}, ""},
		{[]org.Check{org.SecrecyOK, org.SignOffOK}, ""},
		{[]org.Check{org.Review, org.SecrecyOK, org.SignOffOK}, ""},
		{nil, "checks chain_needs_signoff"},
		{[]org.Check{org.Review}, "checks chain_needs_signoff"},
		{[]org.Check{org.SignOffOK, org.Review}, "checks[1] chain_order"},
		{[]org.Check{org.Review, org.Review, org.SignOffOK}, "checks[1] chain_order"},
		{[]org.Check{"blessing", org.SignOffOK}, "checks[0] chain_order"},
	} {
		if got := codes(org.CheckChain(c.in)); got != c.want {
			t.Errorf("CheckChain(%v) = %q, want %q", c.in, got, c.want)
		}
	}
	for _, c := range []struct {
		check org.Check
		want  org.Role
	}{{org.Review, org.Reviewer}, {org.SecrecyOK, org.Secrecy}, {org.SignOffOK, org.Signer}} {
		if got := c.check.Role(); got != c.want {
			t.Errorf("%s.Role() = %s, want %s", c.check, got, c.want)
		}
	}
}

func TestMatchTakesTheMostParticularChain(t *testing.T) {
	all := []org.Check{org.Review, org.SignOffOK}
	brief := []org.Check{org.SignOffOK}
	warning := []org.Check{org.SecrecyOK, org.SignOffOK}
	chains := []org.Chain{{Checks: all}, {Genre: "warning", Checks: warning}, {Form: "brief", Checks: brief}}
	for _, c := range []struct {
		form, genre string
		want        []org.Check
	}{{"single", "news", all}, {"single", "warning", warning}, {"brief", "news", brief}, {"brief", "warning", brief}} {
		if got, ok := org.Match(chains, c.form, c.genre); !ok || !slices.Equal(got, c.want) {
			t.Errorf("Match(%s, %s) = %v %t, want %v", c.form, c.genre, got, ok, c.want)
		}
	}
	if _, ok := org.Match(chains[1:2], "single", "news"); ok {
		t.Error("Match of a chain for another genre = true, want false")
	}
}

func TestScopeOf(t *testing.T) {
	s := org.ScopeOf("p", []org.Post{{Unit: "T1", Role: org.Reporter}, {Unit: "T1", Role: org.Signer}, {Unit: "K1", Role: org.Editor}, {Unit: "C", Role: org.Admin}})
	for _, c := range []struct {
		unit string
		u, d bool
	}{{"T1", true, false}, {"K1", true, true}, {"C", false, false}, {"T2", false, false}, {"", false, false}} {
		if got := s.Unit(ident.Unit(c.unit)); got != c.u {
			t.Errorf("Unit(%q) = %t, want %t", c.unit, got, c.u)
		}
		if got := s.Desk(ident.Unit(c.unit)); got != c.d {
			t.Errorf("Desk(%q) = %t, want %t", c.unit, got, c.d)
		}
	}
	if len(s.Units) != 2 {
		t.Errorf("Units = %v, want each once", s.Units)
	}
}

type lamp string

func table() org.Table[lamp, bool] {
	guard := org.Guard[bool]{Name: "there is power", Check: func(power bool) *fault.Reason {
		if !power {
			return &fault.Reason{Code: "no_power"}
		}
		return nil
	}}
	return org.Table[lamp, bool]{
		{Verb: "make", To: "off"},
		{Verb: "light", From: []lamp{"off"}, To: "on", Roles: []org.Role{org.Editor}, Guards: []org.Guard[bool]{guard}},
		{Verb: "burn_out", From: []lamp{"on"}, To: "dead"},
	}
}

func TestTableSaysEveryReasonWhyNot(t *testing.T) {
	tb := table()
	editor := []org.Role{org.Editor}
	for _, c := range []struct {
		name  string
		verb  org.Verb
		state lamp
		held  []org.Role
		power bool
		want  string
		kind  fault.Kind
	}{
		{"all well", "light", "off", editor, true, "", ""},
		{"no post", "light", "off", nil, true, "needs_post", fault.Denied},
		{"wrong state", "light", "on", editor, true, "wrong_state", fault.Conflict},
		{"both", "light", "on", nil, true, "needs_post wrong_state", fault.Conflict},
		{"guard", "light", "off", editor, false, "no_power", fault.Denied},
		{"guards are silent where the step makes no sense", "light", "on", editor, false, "wrong_state", fault.Conflict},
		{"no such verb", "fly", "off", editor, true, "no_such_verb", fault.Denied},
		{"a row that follows another noun asks no post", "burn_out", "on", nil, true, "", ""},
	} {
		var got []string
		for _, r := range tb.Why(c.verb, c.state, c.held, c.power) {
			got = append(got, r.Code)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("Why: %s = %q, want %q", c.name, s, c.want)
		}
		if k := fault.KindOf(tb.Refuse(c.verb, c.state, c.held, c.power)); k != c.kind {
			t.Errorf("Refuse: %s = %q, want %q", c.name, k, c.kind)
		}
	}
	as := tb.Actions("off", editor, true)
	if len(as) != 1 || as[0].Verb != "light" || !org.Allowed(as, "light") || org.Allowed(as, "burn_out") {
		t.Errorf("Actions = %+v, want the one button", as)
	}
}

func TestTermsHaveOneCodeOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, w := range org.Terms {
		k := w.List + "/" + w.Code
		if seen[k] {
			t.Errorf("term %s is there twice", k)
		}
		seen[k] = true
		if w.Zh == "" || w.En == "" {
			t.Errorf("term %s = %q, %q, want both languages", k, w.Zh, w.En)
		}
	}
}
