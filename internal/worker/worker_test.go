package worker_test

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"time"

	"xinshu/internal/flow"
	"xinshu/internal/store"
	"xinshu/internal/testing/sample"
	"xinshu/internal/testing/storetest"
	"xinshu/internal/worker"
)

func world(t *testing.T) *sample.World {
	t.Helper()
	clock := sample.NewClock()
	c := storetest.SQLite(t)
	c.Clock, c.Mint, c.NoSync = clock.Now, sample.Minter(clock), true
	return sample.New(t, storetest.OpenWith(t, c), clock)
}

func draft(t *testing.T, w *sample.World, title string) {
	t.Helper()
	if _, err := w.Flow.Draft(w.Ctx(), w.As("reporter.T1"), flow.Draft{Unit: w.ID("T1"), Title: title, Body: "正文"}); err != nil {
		t.Fatal(err)
	}
}

// found counts the items whose words match.
func found(t *testing.T, w *sample.World, words string) int {
	t.Helper()
	pg, err := w.Flow.Search(w.Ctx(), w.As("reporter.T1"), words, "item")
	if err != nil {
		t.Fatal(err)
	}
	return len(pg.Rows)
}

func dump(t *testing.T, w *sample.World, name string) string {
	t.Helper()
	var b bytes.Buffer
	if err := w.Store.Dump(w.Ctx(), name, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestDrainCatchesUpAndSeals(t *testing.T) {
	w := world(t)
	k := worker.New(w.Store, w.Flow, worker.Config{Clock: w.Clock.Now})
	draft(t, w, "柑橘滞销")
	if n := found(t, w, "柑橘"); n != 0 {
		t.Errorf("found before any work = %d, want 0", n)
	}
	if err := k.Drain(w.Ctx()); err != nil {
		t.Fatal(err)
	}
	if n := found(t, w, "柑橘"); n != 1 {
		t.Errorf("found after draining = %d, want 1", n)
	}
	was := dump(t, w, "search")
	if err := k.Drain(w.Ctx()); err != nil {
		t.Fatal(err)
	}
	if got := dump(t, w, "search"); got != was {
		t.Error("draining again changed the index")
	}
	if n, err := w.Store.Seal(w.Ctx(), true); err != nil || n != 0 {
		t.Errorf("blocks left to seal after draining = %d %v, want none", n, err)
	}
	if err := w.Store.Verify(w.Ctx(), func(f store.Finding) { t.Errorf("verify: %+v", f) }); err != nil {
		t.Fatal(err)
	}
}

func TestAProjectionThatWasDroppedComesBackTheSame(t *testing.T) {
	w := world(t)
	k := worker.New(w.Store, w.Flow, worker.Config{Clock: w.Clock.Now})
	for _, title := range []string{"柑橘滞销", "汛期排查", "春耕备耕"} {
		draft(t, w, title)
	}
	if err := k.Drain(w.Ctx()); err != nil {
		t.Fatal(err)
	}
	was := dump(t, w, "search")
	if err := w.Store.Rebuild(w.Ctx(), "search"); err != nil {
		t.Fatal(err)
	}
	if n := found(t, w, "汛期"); n != 0 {
		t.Errorf("found in a dropped index = %d, want 0", n)
	}
	if err := k.Drain(w.Ctx()); err != nil {
		t.Fatal(err)
	}
	if got := dump(t, w, "search"); got != was {
		t.Errorf("rebuilt index = %d bytes, want the same %d", len(got), len(was))
	}
}

// TestRunFollowsTheRecord waits for the worker's own rounds, not for time: it
// reads its clock in each of them.
func TestRunFollowsTheRecord(t *testing.T) {
	w := world(t)
	round := make(chan struct{}, 1)
	clock := func() time.Time {
		select {
		case round <- struct{}{}:
		default:
		}
		return w.Clock.Now()
	}
	ctx, stop := context.WithCancel(w.Ctx())
	ended := make(chan struct{})
	k := worker.New(w.Store, w.Flow, worker.Config{Log: slog.New(slog.DiscardHandler), Clock: clock, Poll: 10 * time.Millisecond})
	go func() { defer close(ended); k.Run(ctx) }()
	draft(t, w, "柑橘滞销")
	for found(t, w, "柑橘") == 0 {
		<-round
	}
	stop()
	<-ended
}
