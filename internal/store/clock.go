package store

import (
	"log/slog"
	"sync"
	"time"
)

// noticeable is how far a clock must go back before somebody is told; less is
// a time service at work.
const noticeable = time.Minute

// watch is the clock of the record, which never goes back. When the machine's
// clock is set back, or the last run recorded moments that this clock has not
// reached, the record's time goes on at half speed until the clock has caught
// up: moments stay in order, identifiers sort by birth, leases still end, and a
// clock that was wrong for an hour is forgotten after two.
type watch struct {
	clock func() time.Time
	log   *slog.Logger

	mu     sync.Mutex
	latest time.Time // the newest moment shown
	real   time.Time // what the clock said when it was found behind; zero when it is not
	from   time.Time // what was shown then
	told   bool
}

// startAt keeps the record from going back behind what it has already. A record
// that is ahead of the clock goes on a millisecond later, because identifiers of
// one millisecond are in order only within one run.
func (w *watch) startAt(recorded int64) {
	w.mu.Lock()
	if t := time.UnixMicro(recorded); t.After(w.latest) {
		w.latest = t.Add(time.Millisecond)
	}
	w.mu.Unlock()
	w.now()
}

func (w *watch) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := w.clock().Round(0) // the wall's time: the monotonic reading hides a clock that was set back
	if !t.Before(w.latest) {
		if w.told {
			w.log.Info("the clock has caught up with the record", "clock", t)
		}
		w.latest, w.real, w.told = t, time.Time{}, false
		return t
	}
	if w.real.IsZero() || t.Before(w.real) {
		w.real, w.from = t, w.latest
		if gap := w.latest.Sub(t); gap >= noticeable && !w.told {
			w.told = true
			w.log.Warn("the clock went back; the record's time goes on slowly until it has caught up. Set the clock right", "clock", t, "record", w.latest, "gap", gap.String())
		}
	}
	w.latest = w.from.Add(t.Sub(w.real) / 2)
	return w.latest
}
