package store

import (
	"context"
	"slices"
	"sync/atomic"
	"time"
)

// Stats are figures about the store since it was opened, for whoever watches it.
type Stats struct {
	Engine   string // sqlite or postgres
	Commits  uint64 // transactions that were committed; on SQLite each carries several callers
	Failed   uint64 // commits that were not saved
	Facts    uint64 // recorded
	Retries  uint64 // transactions run again because they collided (PostgreSQL)
	Asked    uint64 // statements that read
	Waiting  int    // callers in the writer's queue (SQLite), or holding a connection (PostgreSQL)
	Room     int    // of that at most
	Callers  Tally  // of one commit
	Syncs    Tally  // seconds the disk took for one sync (SQLite)
	DiskGone bool   // a sync failed: nothing is accepted until a restart
}

// Tally counts values by size.
type Tally struct {
	Count  uint64
	Sum    float64
	Bounds []float64
	Upto   []uint64 // how many were at most the bound of the same place
}

// Behind tells how far what follows from the record is behind it.
type Behind struct {
	Last        int64            // position of the last fact
	Sealed      int64            // … that is in a sealed block
	Projections map[string]int64 // positions each has still to read
}

// counters are the Stats while they grow. The paths that count are the busiest
// of all, so nothing here takes a lock.
type counters struct {
	commits, failed, facts, retries, asked atomic.Uint64
	callers, syncs                         tally
	timer                                  func() time.Time // nil: the disk is not timed
}

// tally is a Tally while it grows. Values are whole: callers, microseconds.
type tally struct {
	bounds []int64
	counts []atomic.Uint64
	sum    atomic.Int64
}

func newTally(bounds ...int64) tally {
	return tally{bounds: bounds, counts: make([]atomic.Uint64, len(bounds)+1)}
}

func (t *tally) add(v int64) {
	at, _ := slices.BinarySearch(t.bounds, v)
	t.counts[at].Add(1)
	t.sum.Add(v)
}

// read gives the counts in units of the given size.
func (t *tally) read(unit float64) (out Tally) {
	for i := range t.counts {
		out.Count += t.counts[i].Load()
		if i < len(t.bounds) {
			out.Bounds = append(out.Bounds, float64(t.bounds[i])/unit)
			out.Upto = append(out.Upto, out.Count)
		}
	}
	out.Sum = float64(t.sum.Load()) / unit
	return out
}

const second = 1e6 // in microseconds

func newCounters(timer func() time.Time) *counters {
	return &counters{
		callers: newTally(1, 2, 4, 8, 16, 32, 64, 128, maxBatch),
		syncs:   newTally(100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000),
		timer:   timer,
	}
}

// committed counts a commit of so many callers and facts.
func (c *counters) committed(callers, facts int) {
	c.commits.Add(1)
	c.facts.Add(uint64(facts))
	c.callers.add(int64(callers))
}

// timed runs a sync and counts how long it took.
func (c *counters) timed(sync func() error) error {
	if c.timer == nil {
		return sync()
	}
	began := c.timer()
	err := sync()
	c.syncs.add(c.timer().Sub(began).Microseconds())
	return err
}

// Stats are the figures just now.
func (s *Store) Stats() Stats {
	c := s.count
	out := Stats{
		Commits: c.commits.Load(), Failed: c.failed.Load(), Facts: c.facts.Load(), Retries: c.retries.Load(), Asked: c.asked.Load(),
		Callers: c.callers.read(1), Syncs: c.syncs.read(second),
	}
	s.engine.stats(&out)
	return out
}

func (l *lite) stats(out *Stats) {
	out.Engine, out.Waiting, out.Room = "sqlite", len(l.writer.queue), cap(l.writer.queue)
	out.DiskGone = l.writer.disk.sound() != nil
}

func (r *replica) stats(out *Stats) {
	pool := r.db.Stats()
	out.Engine, out.Waiting, out.Room = "postgres", pool.InUse, pool.MaxOpenConnections
}

// Behind reads how far the projections and the seal have come.
func (s *Store) Behind(ctx context.Context) (b Behind, err error) {
	type cursor struct {
		name     string
		position int64
	}
	err = s.View(ctx, func(tx *Tx) error {
		if b.Last, err = tx.LastPosition(); err != nil {
			return err
		}
		block, _, err := one(tx, "block_last", scanBlock)
		if err != nil {
			return err
		}
		cursors, err := many(tx, "cursors", func(r row) (c cursor, err error) { return c, r.Scan(&c.name, &c.position) })
		if err != nil {
			return err
		}
		b.Sealed, b.Projections = block.Last, map[string]int64{}
		for _, name := range Projections {
			b.Projections[name] = b.Last
		}
		for _, c := range cursors {
			b.Projections[c.name] = max(0, b.Last-c.position)
		}
		return nil
	})
	return b, err
}
