// Package worker does what follows from the record: it gives facts their
// positions (PostgreSQL), keeps the search index and the scoring events, seals
// blocks, carries facts to subscriptions (webhook.go), reminds units of what is
// due and sends people copies of their notifications (notify.go), and fetches
// letters out of the offices' mailboxes (mailbox.go). Each reads facts by cursor and writes only its own projection,
// so all of it can be stopped, dropped and caught up at any time.
//
// The worker never holds up an answer: between two rounds under load it rests
// longer than it worked.
//
// Drain runs everything to the end of the record once; tests and the demo use
// it instead of waiting.
package worker

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"xinshu/internal/fact"
	"xinshu/internal/flow"
	"xinshu/internal/score"
	"xinshu/internal/store"
)

// Batch is how many facts one round of a projection takes.
const Batch = 500

// Config is what the worker is handed.
type Config struct {
	Log   *slog.Logger
	Clock func() time.Time
	Poll  time.Duration // how long to wait at most for news of facts; 0 = 1 s
}

// Worker keeps the projections.
type Worker struct {
	store *store.Store
	flow  *flow.Flow
	log   *slog.Logger
	now   func() time.Time
	poll  time.Duration
}

// New takes the store and the verbs (for the text a document is made of).
func New(s *store.Store, f *flow.Flow, c Config) *Worker {
	w := &Worker{store: s, flow: f, log: c.Log, now: c.Clock, poll: c.Poll}
	if w.poll <= 0 {
		w.poll = time.Second
	}
	return w
}

// Run works until ctx ends. An error is logged and tried again: a projection
// that is behind is late, not wrong.
func (w *Worker) Run(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { w.hook(ctx) })
	wg.Go(func() { w.tell(ctx) })
	wg.Go(func() { w.fetch(ctx) })
	for ctx.Err() == nil {
		changed := w.store.Changed()
		began := w.now()
		more, err := w.round(ctx)
		if err != nil && ctx.Err() == nil {
			w.log.Error("worker round failed; it will be tried again", "err", err)
		}
		rest := min(16*w.now().Sub(began), 2*time.Second)
		if more && err == nil {
			sleep(ctx, rest)
			continue
		}
		select {
		case <-ctx.Done():
		case <-changed:
			sleep(ctx, max(rest, 20*time.Millisecond)) // let a burst gather
		case <-time.After(w.poll):
		}
	}
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// round does a stretch of everything; more says there is work left.
func (w *Worker) round(ctx context.Context) (more bool, err error) {
	if _, err := w.flow.DueChanges(ctx); err != nil {
		return false, err
	}
	if _, err := w.flow.DueIssues(ctx); err != nil {
		return false, err
	}
	if _, err := w.store.Sequence(ctx); err != nil {
		return false, err
	}
	more, err = w.project(ctx)
	_, serr := w.store.Seal(ctx, false)
	return more, errors.Join(err, serr)
}

// project does a stretch of every projection.
func (w *Worker) project(ctx context.Context) (more bool, err error) {
	for _, p := range []struct {
		name string
		fn   func(context.Context, *store.Projection, []fact.Record) error
	}{{"events", w.events}, {"search", w.search}, {"acts", w.acts}, {"notes", w.notes}} {
		n, perr := w.store.Project(ctx, p.name, Batch, func(px *store.Projection, recs []fact.Record) error { return p.fn(ctx, px, recs) })
		err = errors.Join(err, perr)
		more = more || n == Batch
	}
	return more, err
}

// CatchUp works the projections to the end of the record and seals nothing: a
// restored record stays as it was.
func (w *Worker) CatchUp(ctx context.Context) error {
	for {
		if more, err := w.project(ctx); err != nil || !more {
			return err
		}
	}
}

// Drain works to the end of the record and seals it, short blocks too.
func (w *Worker) Drain(ctx context.Context) error {
	for {
		more, err := w.round(ctx)
		if err != nil {
			return err
		}
		if !more {
			break
		}
	}
	_, err := w.store.Seal(ctx, true)
	return err
}

// events keeps what rulebooks score.
func (w *Worker) events(_ context.Context, px *store.Projection, recs []fact.Record) error {
	for _, r := range recs {
		evs, err := score.Events(r)
		if err != nil {
			return err
		}
		for _, e := range evs {
			if err := px.PutEvent(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// acts keeps the record by person, office and kind.
func (w *Worker) acts(_ context.Context, px *store.Projection, recs []fact.Record) error {
	return px.PutActs(recs)
}

// notes keeps who is told what.
func (w *Worker) notes(ctx context.Context, px *store.Projection, recs []fact.Record) error {
	ns, gone, err := w.flow.Noted(ctx, recs)
	if err != nil {
		return err
	}
	for _, n := range ns {
		if err := px.PutNote(n); err != nil {
			return err
		}
	}
	for _, n := range gone {
		if err := px.DropNote(n); err != nil {
			return err
		}
	}
	return nil
}

// search keeps the words of items and filings.
func (w *Worker) search(ctx context.Context, px *store.Projection, recs []fact.Record) error {
	docs, gone, err := w.flow.Indexed(ctx, recs)
	if err != nil {
		return err
	}
	for _, s := range gone {
		if err := px.DropDoc(s.Noun, s.ID); err != nil {
			return err
		}
	}
	for _, d := range docs {
		if err := px.PutDoc(d); err != nil {
			return err
		}
	}
	return nil
}
