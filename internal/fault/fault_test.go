package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"xinshu/internal/fault"
)

func TestKindOf(t *testing.T) {
	for _, c := range []struct {
		err  error
		want fault.Kind
	}{
		{nil, ""},
		{errors.New("a stranger"), fault.Internal},
		{fault.Bad("title", "required"), fault.Invalid},
		{fmt.Errorf("wrapped: %w", fault.Deny(fault.Why("own_item"))), fault.Denied},
		{fault.Clash(fault.Why("stale_revision")), fault.Conflict},
		{fault.Missing("item", "x"), fault.NotFound},
		{fault.Down("read", errors.New("disk")), fault.Unavailable},
	} {
		if got := fault.KindOf(c.err); got != c.want {
			t.Errorf("KindOf(%v) = %q, want %q", c.err, got, c.want)
		}
		if c.err != nil && !fault.Is(c.err, c.want) {
			t.Errorf("Is(%v, %s) = false, want true", c.err, c.want)
		}
	}
	if fault.Is(nil, "") {
		t.Error("Is(nil, \"\") = true, want false: nil is no failure of any kind")
	}
}

func TestFieldsOfNothingIsNoError(t *testing.T) {
	if err := fault.Fields(nil); err != nil {
		t.Errorf("Fields(nil) = %v, want nil", err)
	}
}

func TestErrorText(t *testing.T) {
	err := &fault.Error{Kind: fault.Invalid, What: "flow.Draft", Fields: []fault.Field{{Path: "title", Code: "too_long", Params: fault.Pairs("over", "3", "max", "40")}}, Err: errors.New("cause")}
	if got, want := err.Error(), "flow.Draft: invalid [title too_long map[max:40 over:3]]: cause"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
	if got, want := fault.Deny(fault.Why("own_item")).Error(), "denied (own_item)"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
}

func TestRefusedAndBadFields(t *testing.T) {
	for _, c := range []struct {
		err             error
		refused, fields bool
	}{
		{fault.Deny(fault.Why("a")), true, false},
		{fault.Clash(fault.Why("a")), true, false},
		{fault.Bad("a", "b"), false, true},
		{fault.Missing("item", "x"), false, false},
		{errors.New("x"), false, false},
	} {
		if _, got := fault.Refused(c.err); got != c.refused {
			t.Errorf("Refused(%v) = %t, want %t", c.err, got, c.refused)
		}
		if _, got := fault.BadFields(c.err); got != c.fields {
			t.Errorf("BadFields(%v) = %t, want %t", c.err, got, c.fields)
		}
	}
}

// TestWrap: the innermost boundary names the call, and the kind survives.
func TestWrap(t *testing.T) {
	call := func(inner error) (err error) {
		defer fault.Wrap(&err, "flow.Outer")
		return inner
	}
	shared := fault.Deny(fault.Why("x"))
	err := call(shared)
	if got := err.Error(); got != "flow.Outer: denied (x)" {
		t.Errorf("wrapped = %q, want the call in front", got)
	}
	if shared.What != "" {
		t.Error("Wrap changed the error it was given; another caller may hold it")
	}
	if got := call(err).Error(); got != "flow.Outer: denied (x)" {
		t.Errorf("wrapped twice = %q, want the first call only", got)
	}
	cause := errors.New("boom")
	if err := call(cause); !errors.Is(err, cause) || fault.KindOf(err) != fault.Internal {
		t.Errorf("a stranger wrapped = %v of kind %s, want the cause, internal", err, fault.KindOf(err))
	}
	if err := call(nil); err != nil {
		t.Errorf("Wrap(nil) = %v, want nil", err)
	}
}
