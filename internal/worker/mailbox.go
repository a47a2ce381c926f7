package worker

import (
	"context"
	"errors"
	"sync"
	"time"
)

// fetchers is how many mailboxes are read at once; a message may be large.
const fetchers = 2

// Fetch looks into every mailbox whose time has come and tells how many letters
// came. One that fails holds up nobody but itself. Tests call it; Run has fetch.
func (w *Worker) Fetch(ctx context.Context) (came int, err error) {
	due, _, err := w.flow.DueMailboxes(ctx)
	if err != nil {
		return 0, err
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	room := make(chan struct{}, fetchers)
	for _, office := range due {
		room <- struct{}{}
		wg.Go(func() {
			n, ferr := w.flow.FetchMailbox(ctx, office)
			<-room
			mu.Lock()
			defer mu.Unlock()
			came += n
			err = errors.Join(err, ferr)
		})
	}
	wg.Wait()
	return came, err
}

// fetchEvery is how often the worker asks which mailbox is due.
const fetchEvery = 10 * time.Second

// fetch works until ctx ends. It has a goroutine of its own, because a mail
// server that is slow must not hold up the projections.
func (w *Worker) fetch(ctx context.Context) {
	for ctx.Err() == nil {
		if _, err := w.Fetch(ctx); err != nil && ctx.Err() == nil {
			w.log.Error("letters could not be fetched; it will be tried again", "err", err)
		}
		sleep(ctx, fetchEvery)
	}
}
