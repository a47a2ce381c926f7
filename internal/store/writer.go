package store

import (
	"context"
	"errors"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"

	"xinshu/internal/fault"
)

// maxBatch is how many callers one COMMIT carries at most.
const maxBatch = 256

// writer is SQLite's one writer. Callers queue; it runs their callbacks one
// after the other on its own goroutine (handing the connection from goroutine
// to goroutine costs more than the work), each in a savepoint, and commits them
// together. A caller hears "saved" only when the disk has its batch (syncer.go).
// A panic goes on in the goroutine of the caller it belongs to.
//
// No statement inside a batch knows any caller's context.
type writer struct {
	s     *Store
	conn  *liteConn
	disk  *syncer
	queue chan *turn
	quit  chan struct{}
	ended chan struct{}
	once  sync.Once

	held     *turn // wants the connection without a batch
	position int64 // of the last committed fact
	memo     memo  // of the register
	batch    batch
}

// batch is what the callers of one COMMIT have in common.
type batch struct {
	turns   []*turn
	facts   []pending // of the callers so far, in order
	flushed int       // how many of them are in the tables
	births  births    // of the callers so far, not in the tables yet
	alone   bool      // … which is what happens now
	clash   bool      // a gathered row broke a constraint: run the callers one by one
	begun   bool
	err     error // why nothing of it can be saved
}

// turn is one caller's place in the queue.
type turn struct {
	fn       func(tx *Tx) error
	alone    func(c *liteConn) error // instead of fn: not in a batch
	state    atomic.Int32
	done     chan error // the verdict, when the disk has it
	err      error      // the callback's own refusal
	undone   bool       // its savepoint was rolled back
	saved    bool       // it took a savepoint
	flushed  int        // how many facts were in the tables then
	panicked any
	exited   bool
}

const (
	waiting int32 = iota
	running
	abandoned
)

func newWriter(s *Store, c *liteConn, d *syncer) *writer {
	return &writer{s: s, conn: c, disk: d, queue: make(chan *turn, maxBatch), quit: make(chan struct{}), ended: make(chan struct{})}
}

// start learns where the record ends and begins to serve.
func (w *writer) start() error {
	if err := w.remember(); err != nil {
		close(w.ended)
		return err
	}
	go w.disk.serve()
	go w.serve()
	return nil
}

// remember reads the last position from the table.
func (w *writer) remember() error {
	tx := &Tx{s: w.s, ctx: context.Background(), run: w.conn}
	last, _, err := one(tx, "position_last", scanInt64)
	w.position = last
	return err
}

// stop ends the writer and waits for the disk. A writer that never started is
// over already.
func (w *writer) stop() {
	w.once.Do(func() { close(w.quit) })
	<-w.ended
}

func (w *writer) alive() error {
	select {
	case <-w.ended:
		return down("store: the writer", "closed", nil)
	default:
		return w.disk.sound()
	}
}

// update queues a callback and waits for the disk.
func (w *writer) update(ctx context.Context, fn func(tx *Tx) error) error {
	if ctx.Err() != nil {
		return stopped(ctx)
	}
	if err := w.disk.sound(); err != nil {
		return err // what is written now could come back as something nobody was told
	}
	t := &turn{fn: fn, done: make(chan error, 1)}
	select {
	case w.queue <- t:
	case <-ctx.Done():
		return stopped(ctx)
	case <-w.ended:
		return down("store.Update", "closed", nil)
	}
	var err error
	select {
	case err = <-t.done:
	case <-ctx.Done():
		if t.state.CompareAndSwap(waiting, abandoned) {
			return stopped(ctx)
		}
		err = <-t.done // it has begun: what became of it must be told
	case <-w.ended:
		select {
		case err = <-t.done: // the last batch before the end
		default:
			return down("store.Update", "closed", nil)
		}
	}
	if t.panicked != nil {
		panic(t.panicked)
	}
	if t.exited {
		runtime.Goexit()
	}
	return err
}

// serve is the writer's goroutine.
func (w *writer) serve() {
	for {
		if t := w.held; t != nil {
			w.held = nil
			t.done <- t.alone(w.conn)
		}
		select {
		case t := <-w.queue:
			if t.alone != nil {
				w.held = t
				continue
			}
			w.batch = batch{facts: w.batch.facts[:0]}
			w.batch.err = w.conn.do("BEGIN IMMEDIATE")
			w.batch.begun = w.batch.err == nil
			w.carry(t)
		case <-w.quit:
			if err := w.disk.stop(); err != nil {
				w.s.log.Error("the last batches may not be on the disk", "err", err)
			}
			close(w.ended)
			return
		}
	}
}

// carry serves a caller and all who are waiting by then, and commits.
func (w *writer) carry(t *turn) {
	for ; t != nil; t = w.next() {
		if !t.state.CompareAndSwap(waiting, running) {
			continue // its caller gave up
		}
		w.batch.turns = append(w.batch.turns, t)
		if w.batch.err == nil {
			w.batch.err = w.turn(t)
		}
		if w.batch.err != nil {
			break
		}
	}
	w.commit()
}

// patience is how often the writer steps aside for goroutines that could run
// before it takes a batch to be complete: requests that are nearly there come
// along, and nobody waits for a clock. Without it more than half of the batches
// under load carried one caller.
const patience = 2

// next takes who is waiting, or nil.
func (w *writer) next() *turn {
	if len(w.batch.turns) >= maxBatch || w.batch.err != nil {
		return nil
	}
	for aside := 0; ; aside++ {
		select {
		case t := <-w.queue:
			if t.alone != nil {
				w.held = t
				return nil
			}
			return t
		default:
			if aside == patience {
				return nil
			}
			runtime.Gosched()
		}
	}
}

// turn runs one callback, in a savepoint from its first statement on. An error
// means that the whole batch is lost.
func (w *writer) turn(t *turn) error {
	tx := w.s.begin(context.Background(), w.conn, true)
	tx.before, tx.memo, tx.earlier = w.flush, &w.memo, w.batch.births
	tx.touch = func() error { return w.touch(t, tx) }
	if w.batch.clash { // run alone: everything at once
		if err := tx.touch(); err != nil {
			return err
		}
		tx.touch = nil
	}
	mark := len(w.batch.facts)
	w.call(t, tx, func() error { return w.settle(t, tx, mark) })
	return w.settle(t, tx, mark)
}

// touch puts what waits into the tables, the earlier callers' rows outside the
// turn's savepoint and its own inside.
func (w *writer) touch(t *turn, tx *Tx) error {
	if err := w.deliver(); err != nil {
		return err
	}
	t.flushed = w.batch.flushed
	if err := w.conn.do("SAVEPOINT turn"); err != nil {
		return err
	}
	t.saved = true
	own := tx.births
	tx.births = nil
	return tx.deliver(own)
}

// deliver writes the rows of the callers so far. A row that breaks a constraint
// breaks the batch: its callers are run again one by one.
func (w *writer) deliver() error {
	if len(w.batch.births) == 0 {
		return nil
	}
	tx := &Tx{s: w.s, ctx: context.Background(), run: w.conn, write: true}
	if err := tx.deliver(w.batch.births); err != nil {
		w.batch.clash = fault.Is(err, fault.Conflict) || fault.KindOf(err) == fault.Internal
		w.batch.err = err
		return err
	}
	w.batch.births = nil
	return nil
}

// call runs the callback whatever it does. A panic is kept for its caller. A
// callback that ends the goroutine, as a failing test does, ends this one; a
// new one settles its turn, finishes the batch and serves on.
func (w *writer) call(t *turn, tx *Tx, settle func() error) {
	returned := false
	defer func() {
		if returned {
			return
		}
		t.undone = true
		if t.panicked = recover(); t.panicked != nil {
			w.s.log.Error("a transaction's callback panicked", "panic", t.panicked, "stack", string(debug.Stack()))
			return
		}
		t.exited = true
		go func() {
			w.batch.err = settle()
			w.carry(w.next())
			w.serve()
		}()
	}()
	t.err = inside(tx, t.fn)
	t.undone = t.err != nil
	returned = true
}

// settle keeps or rolls back a caller's savepoint.
func (w *writer) settle(t *turn, tx *Tx, facts int) error {
	if w.batch.err != nil {
		return w.batch.err // the tables could not be brought up to date
	}
	if !t.undone {
		w.batch.facts = append(w.batch.facts, tx.facts...)
		w.keep(tx.births)
		if !t.saved {
			return nil
		}
		return w.conn.do("RELEASE turn")
	}
	w.batch.facts = w.batch.facts[:facts]
	w.memo.forget()
	if !t.saved {
		return nil
	}
	w.batch.flushed = t.flushed
	if err := w.conn.do("ROLLBACK TO turn"); err != nil {
		// After a full disk or a failed read the engine may have rolled back
		// everything, the earlier callers' work too. Then the savepoint is
		// gone and the cause is the caller's error.
		if tx.failed != nil {
			return tx.failed
		}
		return err
	}
	return w.conn.do("RELEASE turn")
}

// keep adds a turn's waiting rows to the batch's.
func (w *writer) keep(b births) {
	if len(b) == 0 {
		return
	}
	if w.batch.births == nil {
		w.batch.births = births{}
	}
	for name, rows := range b {
		w.batch.births[name] = append(w.batch.births[name], rows...)
	}
}

// flush puts the batch's facts into the tables with the next positions.
func (w *writer) flush() error {
	b := &w.batch
	if b.flushed == len(b.facts) {
		return nil
	}
	tx := &Tx{s: w.s, ctx: context.Background(), run: w.conn, write: true}
	if err := tx.putFacts(b.facts[b.flushed:], w.position+int64(b.flushed)+1); err != nil {
		return err
	}
	b.flushed = len(b.facts)
	return nil
}

// commit ends the batch and hands it to the syncer, which gives every caller its
// verdict.
func (w *writer) commit() {
	b := &w.batch
	var number int64
	if b.err == nil {
		b.err = w.deliver()
	}
	if b.err == nil {
		b.err = w.flush()
	}
	if b.err == nil {
		number = w.disk.announce()
		b.err = w.conn.do("COMMIT")
	}
	if b.err != nil && b.clash && len(b.turns) > 0 && !b.alone {
		w.oneByOne()
		return
	}
	if b.err != nil {
		w.s.count.failed.Add(1)
		b.err = w.undo(b.err)
	} else {
		w.s.count.committed(len(b.turns), len(b.facts))
		w.position += int64(len(b.facts))
	}
	w.disk.take(outcome{b.turns, b.err, number, len(b.facts) > 0}, len(w.queue) > 0)
}

// oneByOne runs the callers of a batch again, each in a batch of its own and
// writing at once, because a gathered row broke a constraint and its caller has
// to be found.
func (w *writer) oneByOne() {
	if w.batch.begun {
		_ = w.conn.do("ROLLBACK")
	}
	w.memo.forget()
	turns := slices.Clone(w.batch.turns)
	if err := w.remember(); err != nil {
		w.s.log.Error("the last position cannot be read", "err", err)
	}
	for _, t := range turns {
		if t.panicked != nil || t.exited {
			w.disk.take(outcome{turns: []*turn{t}}, true)
			continue
		}
		t.err, t.undone, t.saved, t.flushed = nil, false, false, 0
		w.batch = batch{clash: true, alone: true}
		w.batch.err = w.conn.do("BEGIN IMMEDIATE")
		w.batch.begun = w.batch.err == nil
		w.batch.turns = append(w.batch.turns, t)
		if w.batch.err == nil {
			w.batch.err = w.turn(t)
		}
		w.commit()
	}
}

// undo ends a batch that cannot be committed and starts from what the disk has.
func (w *writer) undo(cause error) error {
	w.memo.forget()
	if w.batch.begun {
		_ = w.conn.do("ROLLBACK") // the engine may have done it already
	}
	cause = w.s.engine.translate("store: commit", cause)
	if !fault.Is(cause, fault.Unavailable) {
		cause = &fault.Error{Kind: fault.Unavailable, What: "store: commit", Reasons: []fault.Reason{fault.Why("not_saved")}, Err: cause}
	}
	w.s.log.Error("a batch was not saved", "callers", len(w.batch.turns), "err", cause)
	if err := w.remember(); err != nil {
		return errors.Join(cause, err)
	}
	return cause
}

// alone runs f on the writer's connection between two batches.
func (w *writer) alone(f func(c *liteConn) error) error {
	t := &turn{alone: f, done: make(chan error, 1)}
	select {
	case w.queue <- t:
	case <-w.ended:
		return down("store: the writer", "closed", nil)
	}
	select {
	case err := <-t.done:
		return err
	case <-w.ended:
		return down("store: the writer", "closed", nil)
	}
}
