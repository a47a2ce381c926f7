package delivery_test

import (
	"testing"

	"xinshu/internal/delivery"
	"xinshu/internal/org"
)

func TestConfirm(t *testing.T) {
	for _, c := range []struct {
		state delivery.State
		role  org.Role
		want  string
	}{
		{delivery.Sent, org.Leader, ""},
		{delivery.Sent, org.Reporter, ""},
		{delivery.Sent, org.Auditor, "needs_post"},
		{delivery.Confirmed, org.Leader, "wrong_state"},
		{delivery.Recalled, org.Leader, "wrong_state"},
	} {
		why := delivery.Lifecycle.Why(delivery.Confirm, c.state, []org.Role{c.role}, delivery.Case{})
		got := ""
		if len(why) > 0 {
			got = why[0].Code
		}
		if got != c.want {
			t.Errorf("Why(confirm, %s, %s) = %q, want %q", c.state, c.role, got, c.want)
		}
	}
}
