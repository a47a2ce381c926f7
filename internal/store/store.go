package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"runtime"
	"sync"
	"time"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
)

// Config says where the data lies and what time it is.
type Config struct {
	Dir      string           // SQLite's data folder; used when Postgres is empty
	Postgres string           // URL of a PostgreSQL database
	Clock    func() time.Time // a transaction asks once
	Mint     *ident.Minter
	Log      *slog.Logger     // nil is silence
	Location *time.Location   // for callers (Location); no SQL knows it
	Readers  int              // connections for View; 0 means 4 on SQLite, 16 on PostgreSQL
	Backups  string           // folder for the copy before an upgrade; empty = Dir/backups
	Timer    func() time.Time // measures how long the disk takes, see Stats; nil = not measured
	NoSync   bool             // SQLite writes without waiting for the disk until Sync; only for building a folder anew
}

// Store is an open database. It is safe for many goroutines.
type Store struct {
	sql      *catalog
	engine   engine
	watch    *watch
	mint     *ident.Minter
	log      *slog.Logger
	location *time.Location
	node     string
	dir      string // "" on PostgreSQL
	count    *counters
	lease    string // who this process is when it asks for a lease

	closing sync.Once
	mu      sync.Mutex
	changed chan struct{}
	index   sync.Mutex // one projection at a time writes index.db
	sealing sync.Mutex // one sealer in this process
}

// engine is what the two databases do differently. It has two implementations,
// lite and replica, and translates their errors into faults.
type engine interface {
	update(ctx context.Context, fn func(tx *Tx) error) error
	view(ctx context.Context, fn func(tx *Tx) error) error
	project(ctx context.Context, fn func(tx *Tx) error) error // the transaction of a projection
	sequence(ctx context.Context) (int, error)
	translate(what string, err error) error
	ready(ctx context.Context) error
	sync(ctx context.Context) error
	stats(out *Stats)
	close() error
}

// Open opens the data folder or the database, brings its schema forward and
// refuses one that is newer than this program.
func Open(ctx context.Context, c Config) (_ *Store, err error) {
	defer fault.Wrap(&err, "store.Open")
	if c.Clock == nil || c.Mint == nil {
		return nil, errors.New("a clock and a minter are needed")
	}
	s := &Store{watch: &watch{clock: c.Clock}, mint: c.Mint, log: c.Log, location: c.Location, dir: c.Dir, changed: make(chan struct{}), count: newCounters(c.Timer)}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.location == nil {
		s.location = time.UTC
	}
	s.watch.log = s.log
	s.lease = s.mint.New()
	if c.Postgres != "" {
		s.dir = ""
		err = s.openPostgres(ctx, c)
	} else {
		err = s.openSQLite(ctx, c)
	}
	if err != nil {
		return nil, err
	}
	if err := s.introduce(ctx); err != nil {
		return nil, errors.Join(err, s.engine.close())
	}
	return s, nil
}

// introduce starts the record's clock, gives a new installation its node name,
// once, and brings the words of the lists that it does not have yet. The usual
// start writes nothing.
func (s *Store) introduce(ctx context.Context) error {
	name := func(tx *Tx) (err error) {
		s.node, _, err = one(tx, "installation_get", scanString, "node")
		return err
	}
	var recorded int64
	if err := s.View(ctx, func(tx *Tx) (err error) {
		if recorded, _, err = one(tx, "recorded_last", scanInt64); err != nil {
			return err
		}
		return name(tx)
	}); err != nil {
		return err
	}
	s.watch.startAt(recorded)
	if s.node == "" {
		err := s.Update(ctx, func(tx *Tx) error {
			if _, err := tx.exec("installation_keep", "node", tx.Mint()); err != nil {
				return err
			}
			return name(tx) // another replica may have been first
		})
		if err != nil {
			return err
		}
	}
	return s.seedTerms(ctx)
}

// Close ends the writer and the readers. Callers that wait are refused. Closing
// again does nothing.
func (s *Store) Close() (err error) {
	s.closing.Do(func() { err = s.engine.close() })
	return err
}

// Update runs fn in one transaction that writes. fn may run more than once, so
// it must do nothing but use its Tx. An Update inside another transaction would
// wait for itself; it is refused.
func (s *Store) Update(ctx context.Context, fn func(tx *Tx) error) error {
	if nested() {
		return errors.New("store: an Update inside a transaction; use the Tx that is there")
	}
	return s.engine.update(ctx, fn)
}

// View runs fn on one snapshot.
func (s *Store) View(ctx context.Context, fn func(tx *Tx) error) error {
	return s.engine.view(ctx, fn)
}

// Sync makes everything durable after a build without waiting (NoSync) and
// returns to waiting for the disk at every commit.
func (s *Store) Sync(ctx context.Context) error { return s.engine.sync(ctx) }

// Ready tells whether the store can read and write just now.
func (s *Store) Ready(ctx context.Context) error { return s.engine.ready(ctx) }

// Location is the installation's time zone, kept here for those who write dates.
func (s *Store) Location() *time.Location { return s.location }

// Node is the installation's own name in the facts it records.
func (s *Store) Node() string { return s.node }

// Changed returns a channel that closes when facts were committed, or given
// their positions, after this call. A worker takes the channel first, works,
// and then waits for it.
func (s *Store) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

func (s *Store) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.changed)
	s.changed = make(chan struct{})
}

// begin makes the Tx of one call; its moment is now.
func (s *Store) begin(ctx context.Context, run session, write bool) *Tx {
	return &Tx{s: s, ctx: ctx, run: run, now: s.watch.now(), write: write}
}

// inside runs a callback. It is never inlined, so that nested can see it on the
// stack.
//
//go:noinline
func inside(tx *Tx, fn func(tx *Tx) error) error {
	defer func() { tx.over = true }()
	if err := fn(tx); err != nil {
		return err
	}
	return tx.failed
}

var insideEntry = reflect.ValueOf(inside).Pointer()

// nested tells whether this goroutine already is inside a callback. The stack
// cannot lie about it, while a context is easily mixed up.
func nested() bool {
	var pcs [96]uintptr
	for _, pc := range pcs[:runtime.Callers(3, pcs[:])] {
		if f := runtime.FuncForPC(pc - 1); f != nil && f.Entry() == insideEntry {
			return true
		}
	}
	return false
}

// down is a failure that may pass, with a reason a page can show.
func down(what, code string, err error, pairs ...string) error {
	return &fault.Error{Kind: fault.Unavailable, What: what, Reasons: []fault.Reason{fault.Why(code, pairs...)}, Err: err}
}

// stopped is the end of a caller's context before its work began.
func stopped(ctx context.Context) error {
	return &fault.Error{Kind: fault.Unavailable, What: "store", Reasons: []fault.Reason{fault.Why("stopped")}, Err: fmt.Errorf("gave up before the transaction began: %w", context.Cause(ctx))}
}
