package store

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"xinshu/internal/fault"
)

// maxBatch is how many callers one COMMIT carries at most.
const maxBatch = 256

// writer is SQLite's one writer. Callers queue; it hands its connection to one
// after the other, each in a savepoint, and commits them together. A caller
// runs its callback on its own goroutine, so a panic or an Exit ends where it
// began; it hears "saved" only after the COMMIT of its batch.
//
// No statement inside a batch knows any caller's context.
type writer struct {
	s     *Store
	conn  *liteConn
	queue chan *turn
	quit  chan struct{}
	ended chan struct{}
	once  sync.Once

	held     *turn // wants the connection without a batch
	position int64 // of the last committed fact
	batch    batch
}

// batch is what the callers of one COMMIT have in common.
type batch struct {
	turns   []*turn
	facts   []pending // of the callers so far, in order
	flushed int       // how many of them are in the tables
}

// turn is one caller's place in the queue.
type turn struct {
	state atomic.Int32
	start chan *Tx   // the connection comes
	back  chan given // … and is given back
	done  chan error // the verdict, after the COMMIT
	err   error      // the caller's own refusal
	alone func(c *liteConn) error
}

// given is how a callback ended.
type given struct {
	err      error
	panicked bool
}

const (
	waiting int32 = iota
	running
	abandoned
)

func newWriter(s *Store, c *liteConn) *writer {
	return &writer{s: s, conn: c, queue: make(chan *turn, maxBatch), quit: make(chan struct{}), ended: make(chan struct{})}
}

// start learns where the record ends and begins to serve.
func (w *writer) start() error {
	if err := w.remember(); err != nil {
		close(w.ended)
		return err
	}
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

func (w *writer) stop() {
	w.once.Do(func() { close(w.quit) })
	<-w.ended
}

func (w *writer) alive() error {
	select {
	case <-w.ended:
		return down("store: the writer", "closed", nil)
	default:
		return nil
	}
}

// update queues a callback, runs it when its turn comes and waits for the disk.
func (w *writer) update(ctx context.Context, fn func(tx *Tx) error) error {
	if ctx.Err() != nil {
		return stopped(ctx)
	}
	t := &turn{start: make(chan *Tx, 1), back: make(chan given, 1), done: make(chan error, 1)}
	select {
	case w.queue <- t:
	case <-ctx.Done():
		return stopped(ctx)
	case <-w.ended:
		return down("store.Update", "closed", nil)
	}
	select {
	case tx := <-t.start:
		return t.take(tx, fn)
	case <-ctx.Done():
		if t.state.CompareAndSwap(waiting, abandoned) {
			return stopped(ctx)
		}
		return t.take(<-t.start, fn) // the turn came at the same moment
	case <-w.ended:
		return down("store.Update", "closed", nil)
	}
}

// take runs the callback and waits for the verdict. A nil Tx means that the
// batch could not even begin.
func (t *turn) take(tx *Tx, fn func(tx *Tx) error) error {
	if tx == nil {
		return <-t.done
	}
	returned := false
	defer func() {
		if !returned { // a panic, or the goroutine ends: roll back first, then let it go on
			t.back <- given{panicked: true}
			<-t.done
		}
	}()
	err := inside(tx, fn)
	returned = true
	t.back <- given{err: err}
	return <-t.done
}

// serve is the writer's goroutine.
func (w *writer) serve() {
	defer close(w.ended)
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
			w.carry(t)
		case <-w.quit:
			return
		}
	}
}

// carry serves one batch: the first caller and all who are waiting. It never
// waits for more to come.
func (w *writer) carry(first *turn) {
	w.batch.turns = w.batch.turns[:0]
	w.batch.facts = w.batch.facts[:0]
	w.batch.flushed = 0
	err := w.conn.do("BEGIN IMMEDIATE")
	begun := err == nil
	for t := first; t != nil; t = w.next() {
		if !t.state.CompareAndSwap(waiting, running) {
			continue // its caller gave up
		}
		w.batch.turns = append(w.batch.turns, t)
		if err != nil {
			t.start <- nil
			break
		}
		if err = w.serveTurn(t); err != nil {
			break
		}
	}
	if err == nil {
		err = w.flush()
	}
	if err == nil {
		err = w.conn.do("COMMIT")
	}
	if err != nil && begun {
		err = w.undo(err)
	}
	w.tell(err)
}

// next takes who is waiting now, or nil.
func (w *writer) next() *turn {
	if len(w.batch.turns) >= maxBatch {
		return nil
	}
	select {
	case t := <-w.queue:
		if t.alone != nil {
			w.held = t
			return nil
		}
		return t
	default:
		return nil
	}
}

// serveTurn hands the connection over and settles the caller's savepoint. An
// error means that the whole batch is lost.
func (w *writer) serveTurn(t *turn) error {
	if err := w.conn.do("SAVEPOINT turn"); err != nil {
		t.start <- nil
		return err
	}
	tx := w.s.begin(context.Background(), w.conn, true)
	tx.before = w.flush
	facts, flushed := len(w.batch.facts), w.batch.flushed
	t.start <- tx
	g := <-t.back
	if g.err == nil && !g.panicked {
		w.batch.facts = append(w.batch.facts, tx.facts...)
		return w.conn.do("RELEASE turn")
	}
	t.err = g.err
	w.batch.facts, w.batch.flushed = w.batch.facts[:facts], flushed
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

// undo ends a batch that cannot be committed and starts from what the disk has.
func (w *writer) undo(cause error) error {
	_ = w.conn.do("ROLLBACK") // the engine may have done it already
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

// tell gives every caller of the batch its verdict. Who was refused by its own
// callback hears that, whatever became of the others.
func (w *writer) tell(err error) {
	if err == nil && len(w.batch.facts) > 0 {
		w.position += int64(len(w.batch.facts))
		w.s.wake()
	}
	for _, t := range w.batch.turns {
		if t.err != nil {
			t.done <- t.err
			continue
		}
		t.done <- err
	}
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
