package item_test

import (
	"strings"
	"testing"

	"xinshu/internal/item"
	"xinshu/internal/org"
)

func TestWaiting(t *testing.T) {
	three := []org.Check{org.Review, org.SecrecyOK, org.SignOffOK}
	p := func(round int, c org.Check, rev int) item.Passed {
		return item.Passed{Round: round, Check: c, Revision: rev}
	}
	for _, c := range []struct {
		name   string
		it     item.Item
		passed []item.Passed
		want   org.Check
		done   bool
	}{
		{"nothing yet", item.Item{Checks: three, Round: 1, Revision: 1}, nil, org.Review, false},
		{"reviewed", item.Item{Checks: three, Round: 1, Revision: 1}, []item.Passed{p(1, org.Review, 1)}, org.SecrecyOK, false},
		{"an edit leaves the review standing", item.Item{Checks: three, Round: 1, Revision: 2}, []item.Passed{p(1, org.Review, 1)}, org.SecrecyOK, false},
		{"an edit makes the secrecy review stale", item.Item{Checks: three, Round: 1, Revision: 2}, []item.Passed{p(1, org.Review, 1), p(1, org.SecrecyOK, 1)}, org.SecrecyOK, false},
		{"passed again", item.Item{Checks: three, Round: 1, Revision: 2}, []item.Passed{p(1, org.Review, 1), p(1, org.SecrecyOK, 1), p(1, org.SecrecyOK, 2)}, org.SignOffOK, false},
		{"all", item.Item{Checks: three, Round: 1, Revision: 1}, []item.Passed{p(1, org.Review, 1), p(1, org.SecrecyOK, 1), p(1, org.SignOffOK, 1)}, "", true},
		{"an earlier round does not count", item.Item{Checks: three, Round: 2, Revision: 2}, []item.Passed{p(1, org.Review, 1), p(1, org.SecrecyOK, 1), p(1, org.SignOffOK, 1)}, org.Review, false},
		{"no chain", item.Item{Round: 1}, nil, "", true},
	} {
		if got, done := c.it.Waiting(c.passed); got != c.want || done != c.done {
			t.Errorf("Waiting: %s = %q %t, want %q %t", c.name, got, done, c.want, c.done)
		}
	}
}

func TestCheckText(t *testing.T) {
	for _, c := range []struct {
		title, body string
		maxT, maxB  int
		want        string
	}{
		{"题目", "正文", 0, 0, ""},
		{"", "", 0, 0, "title required, body required"},
		{"题目", "正文五个字", 0, 4, "body too_long"},
		{"五个字题目", "正文", 4, 0, "title too_long"},
		{"两\n行", "正文", 0, 0, "title one_line"},
		{strings.Repeat("长", item.MaxTitle+1), "正文", 9999, 0, "title too_long"}, // an office cannot allow more than the product
		{"断\xff", "正文", 0, 0, "title broken_utf8"},
	} {
		var got []string
		for _, f := range item.CheckText(c.title, c.body, c.maxT, c.maxB) {
			got = append(got, f.Path+" "+f.Code)
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("CheckText(%.12q, %.12q, %d, %d) = %q, want %q", c.title, c.body, c.maxT, c.maxB, s, c.want)
		}
	}
	if bad := item.CheckDraft("", ""); len(bad) != 0 {
		t.Errorf("CheckDraft of nothing = %v, want nothing wrong: a draft may be unfinished", bad)
	}
}

// TestGuards asks the table about cases, without any verb around it.
func TestGuards(t *testing.T) {
	it := func(s item.State) *item.Item {
		return &item.Item{State: s, Revision: 3, Writer: "w", Authors: nil}
	}
	signer, secrecy := []org.Role{org.Signer}, []org.Role{org.Secrecy}
	for _, c := range []struct {
		name string
		verb org.Verb
		held []org.Role
		c    item.Case
		want string
	}{
		{"sign", item.SignOff, signer, item.Case{Item: it(item.Submitted), Actor: "s", Waiting: org.SignOffOK, Seen: 3}, ""},
		{"sign what was not seen", item.SignOff, signer, item.Case{Item: it(item.Submitted), Actor: "s", Waiting: org.SignOffOK, Seen: 2}, "stale_revision"},
		{"sign one's own", item.SignOff, signer, item.Case{Item: it(item.Submitted), Actor: "w", Waiting: org.SignOffOK}, "own_item"},
		{"sign one's own where allowed", item.SignOff, signer, item.Case{Item: it(item.Submitted), Actor: "w", Waiting: org.SignOffOK, OwnSign: true}, ""},
		{"sign out of turn", item.SignOff, signer, item.Case{Item: it(item.Submitted), Actor: "s", Waiting: org.SecrecyOK}, "check_waits_for"},
		{"secrecy reviews one's own", item.SignOff, secrecy, item.Case{Item: it(item.Submitted), Actor: "w", Waiting: org.SecrecyOK}, ""},
		{"edit out of turn", item.Revise, secrecy, item.Case{Item: it(item.Submitted), Waiting: org.Review}, "check_waits_for"},
		{"edit a draft", item.Revise, signer, item.Case{Item: it(item.Draft)}, ""},
		{"resubmit unchanged", item.Resubmit, signer, item.Case{Item: it(item.SentBack), SentAt: 3}, "nothing_changed"},
		{"resubmit changed", item.Resubmit, signer, item.Case{Item: it(item.SentBack), SentAt: 2}, ""},
		{"withdraw printed", item.Withdraw, signer, item.Case{Item: it(item.Signed), Printed: true}, "already_printed"},
		{"confirm one's own", item.Confirm, signer, item.Case{Item: it(item.Signed)}, "nothing_to_confirm"},
	} {
		c.c.Held = c.held
		why := item.Lifecycle.Why(c.verb, c.c.Item.State, c.held, c.c)
		got := ""
		if len(why) > 0 {
			got = why[0].Code
		}
		if got != c.want {
			t.Errorf("Why: %s = %q, want %q", c.name, got, c.want)
		}
	}
}
