package worker

import (
	"context"
	"errors"
	"sync"
	"time"

	"xinshu/internal/ident"
)

// carriers is how many subscriptions are carried to at once.
const carriers = 8

// Webhooks carries facts to every subscription whose time has come, as far as
// each goes, and tells how many messages were taken. One that is slow holds up
// nobody but itself. Tests call it; Run has hook.
func (w *Worker) Webhooks(ctx context.Context) (int, error) {
	due, _, _, err := w.flow.DueWebhooks(ctx)
	if err != nil {
		return 0, err
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	taken := 0
	for _, id := range due {
		wg.Go(func() {
			n, cerr := w.flow.CarryWebhook(ctx, id)
			mu.Lock()
			defer mu.Unlock()
			taken += n
			err = errors.Join(err, cerr)
		})
	}
	wg.Wait()
	return taken, err
}

// hook carries facts to subscriptions until ctx ends. Each subscription that is
// under way has a goroutine of its own.
func (w *Worker) hook(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	done := make(chan ident.Webhook, carriers)
	busy := map[ident.Webhook]bool{}
	for ctx.Err() == nil {
		changed := w.store.Changed()
		due, active, next, err := w.flow.DueWebhooks(ctx)
		if err != nil && ctx.Err() == nil {
			w.log.Error("webhooks cannot be read; it will be tried again", "err", err)
		}
		left := false
		for _, id := range due {
			if busy[id] {
				continue
			}
			if len(busy) >= carriers {
				left = true
				continue
			}
			busy[id] = true
			wg.Go(func() {
				if _, err := w.flow.CarryWebhook(ctx, id); err != nil && ctx.Err() == nil {
					w.log.Error("a webhook could not be carried to; it will be tried again", "webhook", string(id), "err", err)
				}
				done <- id
			})
		}
		if active == 0 {
			changed = nil // nobody waits for facts: look for a new subscription now and then
		}
		wait := w.poll
		if next > 0 {
			wait = min(wait, max(time.UnixMicro(next).Sub(w.now()), 20*time.Millisecond))
		}
		for timer, on := time.After(wait), true; on; {
			select {
			case <-ctx.Done():
				on = false
			case id := <-done:
				delete(busy, id)
				on = !left // somebody waits for the place
			case <-changed:
				sleep(ctx, 50*time.Millisecond) // let a burst gather
				on = false
			case <-timer:
				on = false
			}
		}
	}
}
