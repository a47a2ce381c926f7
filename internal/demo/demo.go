package demo

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"xinshu/internal/auth"
	"xinshu/internal/flow"
)

// Defaults of a World: a year, and with what is planned besides more than 3,000
// items.
const (
	DefaultDays  = 365
	DefaultItems = 2840
)

// Password is every demo person's, for those who want to see the sign-in page
// work; the one-click doors need none.
const Password = "clear-river-lamps"

// World is what the city is grown in.
type World struct {
	Flow     *flow.Flow
	Auth     *auth.Auth                         // gives the people of the doors their password; nil: none
	Clock    *Clock                             // the clock the store was opened with
	AsOf     time.Time                          // the last day, where the installation is
	Days     int                                // 0 = DefaultDays
	Items    int                                // about so many written in the course of days, besides what is planned; 0 = DefaultItems
	Seed     uint64                             // 0 = drawn from AsOf
	Progress func(done, total int, what string) // called once a day of the city's; may be nil
}

// Clock is the simulated clock. It is safe for many goroutines.
type Clock struct{ micros atomic.Int64 }

// NewClock is the clock to open the store with for a city that ends on asOf. It
// starts well before that city's first day: identifiers carry their time of
// birth, so nothing may be minted later than life begins.
func NewClock(asOf time.Time) *Clock {
	c := &Clock{}
	c.Set(asOf.AddDate(0, 0, -DefaultDays-60))
	return c
}

// Now is what the clock shows.
func (c *Clock) Now() time.Time { return time.UnixMicro(c.micros.Load()) }

// Set moves the clock.
func (c *Clock) Set(t time.Time) { c.micros.Store(t.UnixMicro()) }

// Moment is when the city stands still: in the morning of its last day, with
// the post just in and everybody's table laid.
func Moment(asOf time.Time, loc *time.Location) time.Time {
	y, m, d := asOf.In(loc).Date()
	return time.Date(y, m, d, 9, 20, 0, 0, loc)
}

// Build grows the city through flow's verbs into an empty store. It runs on one
// goroutine and takes time from the clock and chance from the seed alone: the
// same day gives the same facts.
func Build(ctx context.Context, w World) error {
	if w.Days <= 0 {
		w.Days = DefaultDays
	}
	if w.Items <= 0 {
		w.Items = DefaultItems
	}
	c, err := newCity(ctx, w)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	for _, part := range []struct {
		what string
		do   func() error
	}{
		{"units", c.enterUnits}, {"people", c.enterPeople}, {"publications", c.foundPublications}, {"rules", c.setRules}, {"rulebooks", c.activate},
		{"plan", c.plan}, {"life", c.live}, {"last morning", c.morning},
	} {
		if err := part.do(); err != nil {
			return fmt.Errorf("demo: %s, %s: %w", part.what, c.now().Format("2006-01-02 15:04"), err)
		}
	}
	c.moveTo(c.end)
	c.progress(w.Days)
	return nil
}
