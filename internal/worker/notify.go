package worker

import (
	"context"
	"time"
)

// Tell reminds units of what is due, and sends the copies of notifications whose
// time has come; it tells how many left the house. Tests call it; Run has tell.
func (w *Worker) Tell(ctx context.Context) (sent int, err error) {
	if _, err := w.flow.RemindDuties(ctx); err != nil {
		return 0, err
	}
	return w.flow.SendNotes(ctx)
}

// tellEvery is how often the clock is looked at: a reminder or the end of quiet
// hours may be that much late.
const tellEvery = 5 * time.Second

// tell works until ctx ends. It has a goroutine of its own, because a mail server
// that is slow must not hold up the projections.
func (w *Worker) tell(ctx context.Context) {
	for ctx.Err() == nil {
		if _, err := w.Tell(ctx); err != nil && ctx.Err() == nil {
			w.log.Error("notifications could not be sent; it will be tried again", "err", err)
		}
		sleep(ctx, tellEvery)
	}
}
