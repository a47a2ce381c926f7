package storetest

import (
	"testing"

	"xinshu/internal/fact"
	"xinshu/internal/store"
)

// figures: what the store counts about itself, and how far what follows from the
// record is behind.
func figures(t *testing.T, s *store.Store) {
	before := s.Stats()
	for i := range 3 {
		do(t, s, func(tx *store.Tx) error {
			_, err := tx.Record(about("figures", int64(i+1)), note{"x"})
			return err
		})
	}
	number(t, s)
	after := s.Stats()
	if got := after.Facts - before.Facts; got != 3 {
		t.Errorf("Stats().Facts grew by %d, want 3", got)
	}
	if got := after.Commits - before.Commits; got < 3 {
		t.Errorf("Stats().Commits grew by %d, want at least 3", got)
	}
	if c := after.Callers; c.Count != after.Commits || c.Sum < float64(c.Count) || len(c.Bounds) != len(c.Upto) {
		t.Errorf("Stats().Callers = %+v of %d commits, want one count each", c, after.Commits)
	}
	if after.Engine == "" || after.Room == 0 || after.DiskGone {
		t.Errorf("Stats() = %+v, want an engine with room and a disk", after)
	}
	b, err := s.Behind(t.Context())
	if err != nil || b.Last != 3 || b.Sealed != 0 || b.Projections["search"] != 3 || b.Projections["events"] != 3 {
		t.Fatalf("Behind() = %+v, %v, want everything three behind", b, err)
	}
	if _, err := s.Project(t.Context(), "events", 2, func(*store.Projection, []fact.Record) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Seal(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if b, err := s.Behind(t.Context()); err != nil || b.Sealed != 3 || b.Projections["search"] != 3 || b.Projections["events"] != 1 {
		t.Errorf("Behind() = %+v, %v, want it sealed and events one behind", b, err)
	}
}
