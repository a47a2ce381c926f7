package storetest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// Run is the whole conformance suite; open makes an empty store.
func Run(t *testing.T, open func(t *testing.T) *store.Store) {
	t.Run("engine", func(t *testing.T) { Engine(t, open) })
	t.Run("record", func(t *testing.T) { Record(t, open) })
	t.Run("projections", func(t *testing.T) { Projections(t, open) })
	t.Run("nouns", func(t *testing.T) { Nouns(t, open) })
}

// Engine is the part of the suite about transactions.
func Engine(t *testing.T, open func(t *testing.T) *store.Store) {
	t.Run("ready", func(t *testing.T) {
		s := open(t)
		if err := s.Ready(t.Context()); err != nil || s.Node() == "" {
			t.Errorf("Ready() = %v on node %q, want nil and a name", err, s.Node())
		}
	})
	t.Run("all or nothing", func(t *testing.T) { allOrNothing(t, open(t)) })
	t.Run("a failed statement fails the transaction", func(t *testing.T) { failedStatement(t, open(t)) })
	t.Run("views write nothing", func(t *testing.T) { viewsOnlyRead(t, open(t)) })
	t.Run("nesting", func(t *testing.T) { nesting(t, open(t)) })
	t.Run("contexts", func(t *testing.T) { contexts(t, open(t)) })
	t.Run("one winner per version", func(t *testing.T) { oneWinner(t, open(t)) })
	t.Run("no write skew", func(t *testing.T) { noSkew(t, open(t)) })
	t.Run("frozen time", func(t *testing.T) { frozen(t, open(t)) })
	t.Run("once", func(t *testing.T) { onlyOnce(t, open(t)) })
}

func enter(code string) func(tx *store.Tx) error {
	return func(tx *store.Tx) error {
		return tx.InsertUnit(&org.Unit{ID: ident.Unit("unit-" + code), Code: code, Name: "单位" + code, Level: org.County})
	}
}

func do(t *testing.T, s *store.Store, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), fn); err != nil {
		t.Fatalf("Update() = %v, want nil", err)
	}
}

// there tells whether a unit was kept.
func there(t *testing.T, s *store.Store, code string) bool {
	t.Helper()
	var ok bool
	err := s.View(t.Context(), func(tx *store.Tx) error {
		_, err := tx.UnitByCode(code)
		ok = err == nil
		if fault.Is(err, fault.NotFound) {
			err = nil
		}
		return err
	})
	if err != nil {
		t.Fatalf("View() = %v, want nil", err)
	}
	return ok
}

func allOrNothing(t *testing.T, s *store.Store) {
	do(t, s, enter("kept"))
	refusal := errors.New("the rule says no")
	err := s.Update(t.Context(), func(tx *store.Tx) error { return errors.Join(enter("refused")(tx), refusal) })
	if !errors.Is(err, refusal) {
		t.Errorf("Update() = %v, want the callback's error", err)
	}
	func() {
		defer func() {
			if p := recover(); p != "a bug" {
				t.Errorf("recover() = %v, want the callback's panic", p)
			}
		}()
		_ = s.Update(t.Context(), func(tx *store.Tx) error {
			_ = enter("panicked")(tx)
			panic("a bug")
		})
	}()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_ = s.Update(t.Context(), func(tx *store.Tx) error {
			_ = enter("exited")(tx)
			runtime.Goexit()
			return nil
		})
	}()
	<-gone
	do(t, s, enter("after"))
	for code, want := range map[string]bool{"kept": true, "refused": false, "panicked": false, "exited": false, "after": true} {
		if got := there(t, s, code); got != want {
			t.Errorf("the unit %q is there = %v, want %v", code, got, want)
		}
	}
}

func failedStatement(t *testing.T, s *store.Store) {
	do(t, s, enter("first"))
	err := s.Update(t.Context(), func(tx *store.Tx) error {
		_ = enter("second")(tx)
		_ = enter("first")(tx) // a verb that overlooks an error must not commit half of its work
		return nil
	})
	reasons, _ := fault.Refused(err)
	if !fault.Is(err, fault.Conflict) || len(reasons) != 1 || reasons[0].Code != "already_exists" {
		t.Errorf("Update() = %v, want a conflict already_exists", err)
	}
	if there(t, s, "second") {
		t.Error("the unit \"second\" is there, want the whole transaction undone")
	}
}

func viewsOnlyRead(t *testing.T, s *store.Store) {
	if err := s.View(t.Context(), enter("viewed")); err == nil || !strings.Contains(err.Error(), "inside a View") {
		t.Errorf("View(insert) = %v, want a refusal", err)
	}
	var stolen *store.Tx
	_ = s.View(t.Context(), func(tx *store.Tx) error {
		stolen = tx
		before, err := tx.ChildCount("")
		if err != nil {
			return err
		}
		done := make(chan error)
		go func() { done <- s.Update(t.Context(), enter("meanwhile")) }()
		if err := <-done; err != nil {
			return err
		}
		after, err := tx.ChildCount("")
		if before != after {
			t.Errorf("ChildCount() in one View = %d, then %d, want one snapshot", before, after)
		}
		return err
	})
	if _, err := stolen.ChildCount(""); err == nil {
		t.Error("a Tx kept after its View answers, want an error")
	}
}

func nesting(t *testing.T, s *store.Store) {
	var inner error
	do(t, s, func(tx *store.Tx) error {
		inner = s.Update(t.Context(), enter("inner"))
		return nil
	})
	if inner == nil || !strings.Contains(inner.Error(), "inside a transaction") {
		t.Errorf("Update() in Update() = %v, want a refusal", inner)
	}
	if there(t, s, "inner") {
		t.Error("the inner unit is there, want nothing")
	}
}

func contexts(t *testing.T, s *store.Store) {
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Update(over, enter("late")); !fault.Is(err, fault.Unavailable) || !errors.Is(err, context.Canceled) {
		t.Errorf("Update(cancelled) = %v, want unavailable, cancelled", err)
	}
	if err := s.View(over, enter("late")); !fault.Is(err, fault.Unavailable) {
		t.Errorf("View(cancelled) = %v, want unavailable", err)
	}
	if there(t, s, "late") {
		t.Error("the unit \"late\" is there, want nothing")
	}
	// Many callers of whom half give up: the others never notice.
	const callers = 64
	var wg sync.WaitGroup
	errs := make([]error, callers)
	for i := range callers {
		wg.Go(func() {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if i%2 == 1 {
				time.AfterFunc(time.Duration(i)*20*time.Microsecond, cancel)
			}
			errs[i] = s.Update(ctx, enter(fmt.Sprintf("c%02d", i)))
		})
	}
	wg.Wait()
	for i, err := range errs {
		if i%2 == 0 && err != nil {
			t.Errorf("Update() of caller %d = %v, want nil", i, err)
		}
		if err == nil && !there(t, s, fmt.Sprintf("c%02d", i)) {
			t.Errorf("caller %d heard \"saved\", and nothing is there", i)
		}
	}
}

// oneWinner: of 64 who saw one version exactly one may save.
func oneWinner(t *testing.T, s *store.Store) {
	do(t, s, enter("cas"))
	for version := int64(1); version <= 5; version++ {
		var seen org.Unit
		_ = s.View(t.Context(), func(tx *store.Tx) (err error) { seen, err = tx.UnitByCode("cas"); return err })
		if seen.Version != version {
			t.Fatalf("UnitByCode().Version = %d, want %d", seen.Version, version)
		}
		var wg sync.WaitGroup
		errs := make([]error, 64)
		for i := range errs {
			wg.Go(func() {
				errs[i] = s.Update(t.Context(), func(tx *store.Tx) error {
					u := seen
					u.Name = fmt.Sprintf("改名%d", i)
					return tx.SaveUnit(&u)
				})
			})
		}
		wg.Wait()
		won := 0
		for i, err := range errs {
			switch {
			case err == nil:
				won++
			case !fault.Is(err, fault.Conflict):
				t.Errorf("SaveUnit() of caller %d = %v, want nil or a conflict", i, err)
			}
		}
		if won != 1 {
			t.Fatalf("%d of 64 saved version %d, want 1", won, version)
		}
	}
}

// noSkew: two verbs each of which is allowed only while the other has not
// happened, as a withdrawal and an adoption. Never both.
func noSkew(t *testing.T, s *store.Store) {
	for round := range 25 {
		a, b := fmt.Sprintf("a%d", round), fmt.Sprintf("b%d", round)
		do(t, s, enter(a))
		do(t, s, enter(b))
		end := func(mine, other string) error {
			return s.Update(t.Context(), func(tx *store.Tx) error {
				o, err := tx.UnitByCode(other)
				if err != nil {
					return err
				}
				if o.Ended != 0 {
					return fault.Clash(fault.Why("other_was_first"))
				}
				m, err := tx.UnitByCode(mine)
				if err != nil {
					return err
				}
				m.Ended = 20260302
				return tx.SaveUnit(&m)
			})
		}
		var errs [2]error
		var wg sync.WaitGroup
		wg.Go(func() { errs[0] = end(a, b) })
		wg.Go(func() { errs[1] = end(b, a) })
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("round %d: the two ended with %v and %v, want exactly one winner", round, errs[0], errs[1])
		}
	}
}

func frozen(t *testing.T, s *store.Store) {
	do(t, s, func(tx *store.Tx) error {
		if a, b := tx.Now(), tx.Now(); a != b || a <= 0 {
			t.Errorf("Now() = %d, then %d, want one moment", a, b)
		}
		if a, b := tx.Mint(), tx.Mint(); a >= b || !ident.Valid(a) {
			t.Errorf("Mint() = %s, then %s, want two identifiers in order", a, b)
		}
		return nil
	})
}

func onlyOnce(t *testing.T, s *store.Store) {
	keep := func(result string) error {
		return s.Update(t.Context(), func(tx *store.Tx) error {
			_, kept, found, err := tx.Once("p1", "key")
			if err != nil || found {
				if kept != "first" {
					t.Errorf("Once() = %q, want first", kept)
				}
				return err
			}
			return tx.KeepOnce("p1", "key", "hash", result)
		})
	}
	for _, result := range []string{"first", "second"} {
		if err := keep(result); err != nil {
			t.Errorf("KeepOnce(%s) = %v, want nil", result, err)
		}
	}
	if err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.KeepOnce("p1", "key", "hash", "again") }); !fault.Is(err, fault.Conflict) {
		t.Errorf("KeepOnce() of a kept key = %v, want a conflict", err)
	}
}
