package issue_test

import (
	"strings"
	"testing"

	"xinshu/internal/issue"
	"xinshu/internal/org"
)

func TestPublicationCheck(t *testing.T) {
	for _, c := range []struct {
		name string
		p    issue.Publication
		want string
	}{
		{"as it should be", issue.Publication{Code: "k1", Name: "望岭信息", Columns: []string{"要情"}}, ""},
		{"empty", issue.Publication{}, "code required, name required, columns required"},
		{"a column without a name", issue.Publication{Code: "k1", Name: "望岭信息", Columns: []string{"要情", ""}}, "columns[1] required"},
		{"long name", issue.Publication{Code: "k1", Name: strings.Repeat("长", org.MaxName+1), Columns: []string{"要情"}}, "name too_long"},
	} {
		var got []string
		for _, f := range c.p.Check() {
			got = append(got, f.Path+" "+f.Code)
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("Check: %s = %q, want %q", c.name, s, c.want)
		}
	}
}

func TestLabel(t *testing.T) {
	if got := (issue.Issue{Year: 2026, Number: 49}).Label(); got != "2026-49" {
		t.Errorf("Label() = %q, want 2026-49", got)
	}
}

func TestPlaceStates(t *testing.T) {
	for _, c := range []struct {
		s             issue.PlaceState
		live, printed bool
	}{{issue.Tray, true, false}, {issue.Arranged, true, false}, {issue.Printed, true, true}, {issue.Corrected, true, true}, {issue.Recalled, false, true}, {issue.Gone, false, false}} {
		if c.s.Live() != c.live || c.s.WasPrinted() != c.printed {
			t.Errorf("%s: live %t, printed %t, want %t, %t", c.s, c.s.Live(), c.s.WasPrinted(), c.live, c.printed)
		}
	}
}

func TestGuards(t *testing.T) {
	chief := []org.Role{org.Chief}
	if why := issue.Lifecycle.Why(issue.Propose, issue.Open, chief, issue.Case{Issue: &issue.Issue{}}); len(why) != 1 || why[0].Code != "issue_empty" {
		t.Errorf("proposing an empty issue = %v, want issue_empty", why)
	}
	in := &issue.Placement{Issue: "i", State: issue.Arranged}
	if why := issue.PlaceLifecycle.Why(issue.Unadopt, in.State, chief, issue.PlaceCase{Placement: in}); len(why) != 1 || why[0].Code != "issue_not_open" {
		t.Errorf("unadopting out of a proposed issue = %v, want issue_not_open", why)
	}
	if why := issue.PlaceLifecycle.Why(issue.Unadopt, in.State, chief, issue.PlaceCase{Placement: in, IssueOpen: true}); len(why) != 0 {
		t.Errorf("unadopting out of an open issue = %v, want nothing against it", why)
	}
	if why := issue.Lifecycle.Why(issue.Approve, issue.Proposed, []org.Role{org.Editor}, issue.Case{Issue: &issue.Issue{}, Placed: 1}); len(why) != 1 || why[0].Code != "needs_post" {
		t.Errorf("an editor approving = %v, want needs_post", why)
	}
}
