package store

import (
	"errors"
	"os"
	"sync"
	"sync/atomic"

	"xinshu/internal/fault"
)

// syncer waits for the disk beside SQLite's writer, so that the writer runs the
// next batch meanwhile. COMMIT puts a batch into the write-ahead log
// (synchronous=NORMAL writes and does not wait); the syncer syncs the log, once
// for all batches that came while it was busy, and only then do their callers
// hear "saved". The log is read back as a prefix after a power cut, so a batch
// that is on the disk has all batches before it.
//
// Nobody outside learns of a batch before the disk has it: whoever was refused
// waits as well, facts wake their readers afterwards, and a View gives its
// answer only when the batches it may have seen are on the disk.
//
// After a sync that failed nobody knows what the disk has. Everything is refused
// from then on, and the next start reads what is there.
type syncer struct {
	s     *Store
	log   *os.File
	lazy  atomic.Bool // do not wait for the disk (Config.NoSync)
	queue chan outcome
	ended chan struct{}

	written atomic.Int64 // the last batch on its way into the log
	ahead   atomic.Int64 // outcomes in the queue or being settled

	mu     sync.Mutex
	some   *sync.Cond
	kept   int64 // the last batch the disk has
	broken error
}

// outcome is a batch whose COMMIT has ended.
type outcome struct {
	turns  []*turn
	err    error // why it was not saved
	number int64 // 0: it never came to the COMMIT
	facts  bool
}

// maxAhead is how many batches the writer may be ahead of the disk.
const maxAhead = 64

func newSyncer(s *Store, lazy bool) *syncer {
	d := &syncer{s: s, queue: make(chan outcome, maxAhead), ended: make(chan struct{})}
	d.some = sync.NewCond(&d.mu)
	d.lazy.Store(lazy)
	return d
}

// open finds the log, which is one file from the first connection to the last.
func (d *syncer) open(file string) (err error) {
	d.log, err = os.OpenFile(file, os.O_RDWR, 0)
	return err
}

// announce numbers a batch before its COMMIT makes it visible.
func (d *syncer) announce() int64 { return d.written.Add(1) }

// take brings a batch to the disk: here and now when nothing is before it and
// the writer has nothing else to do (one goroutine less to wake), otherwise on
// the syncer's goroutine. Only the writer calls it.
func (d *syncer) take(o outcome, busy bool) {
	if !busy && d.ahead.Load() == 0 {
		all := []outcome{o}
		d.settle(all, d.sync(all))
		return
	}
	d.ahead.Add(1)
	d.queue <- o
}

// serve is the syncer's goroutine. It ends when the queue is closed.
func (d *syncer) serve() {
	defer close(d.ended)
	for o := range d.queue {
		all := d.gather(o)
		d.settle(all, d.sync(all))
		d.ahead.Add(-int64(len(all)))
	}
}

// gather takes what else is waiting.
func (d *syncer) gather(first outcome) []outcome {
	all := []outcome{first}
	for {
		select {
		case o, open := <-d.queue:
			if !open {
				return all
			}
			all = append(all, o)
		default:
			return all
		}
	}
}

// sync waits for the disk if one of the batches was committed.
func (d *syncer) sync(all []outcome) error {
	d.mu.Lock()
	broken := d.broken
	d.mu.Unlock()
	if broken != nil || d.lazy.Load() {
		return broken
	}
	for _, o := range all {
		if o.number > 0 && o.err == nil {
			if err := d.s.count.timed(func() error { return syncData(d.log) }); err != nil {
				d.s.log.Error("the disk did not take what was written; nothing is accepted any more until a restart", "err", err)
				return down("store: sync", "disk_failed", err)
			}
			return nil
		}
	}
	return nil
}

// settle tells everybody what became of their batch.
func (d *syncer) settle(all []outcome, err error) {
	d.mu.Lock()
	d.broken = err
	for _, o := range all {
		d.kept = max(d.kept, o.number)
	}
	d.mu.Unlock()
	d.some.Broadcast()
	facts := false
	for _, o := range all {
		verdict := errors.Join(o.err, err)
		facts = facts || o.facts && verdict == nil
		for _, t := range o.turns {
			if t.err != nil && err == nil {
				t.done <- t.err // refused by its own callback, whatever became of the others
				continue
			}
			t.done <- verdict
		}
	}
	if facts {
		d.s.wake()
	}
}

// wait returns when the disk has every batch that can be seen now.
func (d *syncer) wait() error {
	seen := d.written.Load()
	d.mu.Lock()
	defer d.mu.Unlock()
	for d.kept < seen && d.broken == nil {
		d.some.Wait()
	}
	return d.broken
}

// sound tells whether the disk took everything so far.
func (d *syncer) sound() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.broken
}

// stop lets the last batches reach the disk. Who still waits is told.
func (d *syncer) stop() error {
	close(d.queue)
	<-d.ended
	if d.log == nil {
		return nil
	}
	err := d.log.Close()
	if fault.Is(d.sound(), fault.Unavailable) {
		return d.sound()
	}
	return err
}
