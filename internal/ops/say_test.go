package ops_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"xinshu/internal/fault"
	"xinshu/internal/ops"
)

func TestSayNamesThePlaceAndWhatToDo(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{fault.Bad("line 4", "required", "field", "name"), "line 4: name: is missing; fill it in"},
		{fault.Bad("line 4", "unknown_level", "field", "level", "value", "moon"), "line 4: level: unknown level moon; use province, city, county, township, village or department"},
		{fault.Bad("line 2", "ring", "code", "A", "parent", "B"), "line 2: A stands under itself by way of B; correct the parent"},
		{fault.Bad("line 2", "never_heard_of", "b", "2", "a", "1"), "line 2: never_heard_of a=1 b=2"},
		{fault.Deny(fault.Why("operator_only")), "only the operator at the machine may do this"},
		{fault.Missing("unit", "Q9"), "no unit has the code or identifier Q9"},
		{fmt.Errorf("open: %w", &fault.Error{Kind: fault.Unavailable, Reasons: []fault.Reason{fault.Why("disk_full")}}), "the disk is full; make room and try again. Everything that was acknowledged is safe"},
		{errors.New("something else"), "something else"},
	} {
		if got := strings.Join(ops.Say(c.err), "\n"); got != c.want {
			t.Errorf("Say(%v) = %q, want %q", c.err, got, c.want)
		}
	}
}
