package store_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"strings"
	"testing"
	"time"

	"xinshu/internal/fact"
	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/store"
	"xinshu/internal/testing/storetest"
)

// TestTheRecordNeverGoesBack: a clock that is set back by hours, while the
// program runs and before it starts again, moves no recorded time back; the
// positions and the seal stay whole, somebody is told, and once the clock has
// caught up the record follows it again.
func TestTheRecordNeverGoesBack(t *testing.T) {
	for name, config := range map[string]func(testing.TB) store.Config{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) { neverBack(t, config(t)) })
	}
}

func neverBack(t *testing.T, c store.Config) {
	clock := storetest.NewClock()
	var log bytes.Buffer
	c.Log = slog.New(slog.NewTextHandler(&log, nil))
	open := func() *store.Store {
		t.Helper()
		c.Clock, c.Mint = clock.Now, ident.NewMinter(clock.Now, rand.Reader)
		s, err := store.Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	ids := []ident.Fact{}
	record := func(s *store.Store) {
		t.Helper()
		var id ident.Fact
		err := s.Update(t.Context(), func(tx *store.Tx) (err error) {
			id, err = tx.Record(fact.Fact{Subject: fact.Subject{Noun: "unit", ID: "file"}, SubjectV: int64(len(ids) + 1)}, org.UnitsImported{Added: 1})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	s := open()
	record(s)
	clock.Advance(-3 * time.Hour)
	for range 3 {
		clock.Advance(time.Second)
		record(s)
	}
	if !strings.Contains(log.String(), "the clock went back") {
		t.Errorf("log = %q, want it to say that the clock went back", log.String())
	}
	if _, err := s.Sequence(t.Context()); err != nil { // the worker does it at once
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	clock.Advance(-24 * time.Hour)
	log.Reset()
	s = open()
	t.Cleanup(func() { _ = s.Close() })
	if !strings.Contains(log.String(), "the clock went back") {
		t.Errorf("log after the start = %q, want it to say that the clock went back", log.String())
	}
	record(s)
	clock.Advance(48 * time.Hour)
	record(s)
	if !strings.Contains(log.String(), "caught up") {
		t.Errorf("log = %q, want it to say that the clock has caught up", log.String())
	}
	checkOrder(t, s, clock.Now(), len(ids))
	for i := 1; i < len(ids); i++ {
		if ids[i] <= ids[i-1] {
			t.Errorf("identifier %d = %s, want one after %s", i, ids[i], ids[i-1])
		}
	}
}

func checkOrder(t *testing.T, s *store.Store, now time.Time, want int) {
	t.Helper()
	if _, err := s.Sequence(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Seal(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	var recs []fact.Record
	if err := s.View(context.WithoutCancel(t.Context()), func(tx *store.Tx) (err error) {
		recs, err = tx.Facts(0, 100)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(recs) != want {
		t.Fatalf("facts = %d, want %d", len(recs), want)
	}
	for i := 1; i < len(recs); i++ {
		if recs[i].Recorded < recs[i-1].Recorded {
			t.Errorf("position %d recorded %d, want not before %d", recs[i].Position, recs[i].Recorded, recs[i-1].Recorded)
		}
	}
	if got := recs[len(recs)-1].Recorded; got != now.UnixMicro() {
		t.Errorf("the last fact, after the clock caught up = %d, want the clock's %d", got, now.UnixMicro())
	}
	if err := s.Verify(t.Context(), func(f store.Finding) { t.Errorf("Verify found %+v, want nothing", f) }); err != nil {
		t.Fatal(err)
	}
}
