package flow

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"xinshu/internal/courier"
	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/store"
)

// How facts are carried to subscriptions: each has its own place in the record
// and goes forward one taken message at a time, so that the order is the
// record's, and nothing is left out. Whoever stops in between sends the same
// message again (at least once); the receiver knows it by its id. The network is
// never touched inside a transaction.
const (
	lease      = int64(2 * time.Minute / time.Microsecond) // longer than an exchange takes; then another may take over
	firstPause = 10 * time.Second
	longest    = 24 * time.Hour
	carryBatch = 200
	farBehind  = 2000 // facts that did not concern it, before the place is written down
)

// backoff is how long to wait after the n-th failure in a row; false when that
// was the last one.
func backoff(n int) (time.Duration, bool) {
	d := firstPause
	for range n - 1 {
		if d == longest {
			return 0, false
		}
		d = min(2*d, longest)
	}
	return d, true
}

// DueWebhooks are the subscriptions to be carried to now, how many are active,
// and when the next of them is due (0: at the next fact).
func (f *Flow) DueWebhooks(ctx context.Context) (due []ident.Webhook, active int, next int64, err error) {
	defer fault.Wrap(&err, "flow.DueWebhooks")
	if f.cfg.Courier == nil {
		return nil, 0, 0, nil
	}
	err = f.store.View(ctx, func(tx *store.Tx) error {
		hs, err := tx.ActiveWebhooks()
		if err != nil {
			return err
		}
		due, active, next = nil, len(hs), 0
		for _, h := range hs {
			switch {
			case h.NextAt <= tx.Now():
				due = append(due, h.ID)
			case next == 0 || h.NextAt < next:
				next = h.NextAt
			}
		}
		return nil
	})
	return due, active, next, err
}

// CarryWebhook takes one subscription as far as it goes now and tells how many
// messages were taken. A message that is refused ends it until its time comes
// again.
func (f *Flow) CarryWebhook(ctx context.Context, id ident.Webhook) (taken int, err error) {
	defer fault.Wrap(&err, "flow.CarryWebhook")
	h, notices, end, err := f.lookAhead(ctx, id)
	if err != nil || h.ID == "" {
		return 0, err
	}
	if len(notices) == 0 && end-h.Position < farBehind {
		f.passedBy.Store(id, end)
		return 0, nil
	}
	c := errand{f: f, h: h}
	if err := c.claim(ctx); err != nil || !c.mine {
		return 0, err
	}
	for c.mine {
		for _, n := range notices {
			ok, err := c.send(ctx, n)
			if err != nil || !ok {
				return taken, err
			}
			taken++
			if !c.mine {
				return taken, nil
			}
		}
		c.h.Position = max(c.h.Position, end)
		f.passedBy.Store(id, c.h.Position)
		was := end
		if _, notices, end, err = f.lookAhead(ctx, id); err != nil {
			return taken, err
		}
		if end <= was {
			break
		}
	}
	c.h.NextAt = 0
	return taken, c.move(ctx)
}

// lookAhead reads what follows in the record: the messages for the subscription
// and how far it looked.
func (f *Flow) lookAhead(ctx context.Context, id ident.Webhook) (h store.Webhook, out []Notice, end int64, err error) {
	err = f.store.View(ctx, func(tx *store.Tx) error {
		out = nil
		t, err := f.begin(tx, Actor{System: true})
		if err != nil {
			return err
		}
		if h, err = t.Tx.Webhook(id); err != nil {
			return err
		}
		end = h.Position
		if far, ok := f.passedBy.Load(id); ok {
			end = max(end, far.(int64))
		}
		recs, err := t.Facts(end, carryBatch)
		if err != nil {
			return err
		}
		for _, r := range recs {
			n, wanted, err := t.notice(h, r)
			if err != nil {
				return err
			}
			if wanted {
				out = append(out, n)
			}
			end = r.Position
		}
		return nil
	})
	return h, out, end, err
}

// errand is one subscription in the hands of one carrier.
type errand struct {
	f    *Flow
	h    store.Webhook
	now  int64
	mine bool
}

func (c *errand) claim(ctx context.Context) error {
	return c.f.store.Update(ctx, func(tx *store.Tx) (err error) {
		h, err := tx.Webhook(c.h.ID)
		if err != nil {
			return err
		}
		c.now, c.mine = tx.Now(), false
		if h.Turn != c.h.Turn || h.State != store.WebhookActive || h.NextAt > c.now {
			return nil // another was faster, or it was paused
		}
		c.mine, err = tx.ClaimWebhook(&h, c.now+lease)
		c.h = h
		return err
	})
}

// move writes down how far it is. It does so even when the house is closing: what
// was taken should not be sent again.
func (c *errand) move(ctx context.Context) error {
	h := c.h
	return c.f.store.Update(context.WithoutCancel(ctx), func(tx *store.Tx) (err error) {
		c.h = h
		c.now = tx.Now()
		c.mine, err = tx.MoveWebhook(&c.h)
		return err
	})
}

// send carries one message and writes down what came of it.
func (c *errand) send(ctx context.Context, n Notice) (bool, error) {
	y := c.f.post(ctx, c.h, n, c.now)
	if y.Status == 0 && ctx.Err() != nil {
		c.h.NextAt = 0 // the house is closing: not the receiver's failure
		return false, c.move(ctx)
	}
	ok := y.Status >= 200 && y.Status < 300
	h := c.h
	err := c.f.store.Update(context.WithoutCancel(ctx), func(tx *store.Tx) (err error) {
		c.h, c.now = h, tx.Now()
		wait, again := time.Duration(0), true
		if ok {
			c.h.Position, c.h.Attempts, c.h.TakenAt, c.h.NextAt = n.Fact.Position, 0, c.now, c.now+lease
		} else {
			c.h.Attempts++
			wait, again = backoff(c.h.Attempts)
			c.h.NextAt = c.now + int64(wait/time.Microsecond)
		}
		if c.mine, err = tx.MoveWebhook(&c.h); err != nil || !c.mine {
			return err
		}
		y.Turn, y.At = c.h.Turn, c.now
		if err := tx.PutWebhookTry(y); err != nil {
			return err
		}
		if !again {
			return c.giveUp(tx)
		}
		cur, err := tx.Webhook(c.h.ID)
		c.mine = cur.State == store.WebhookActive // paused meanwhile: no further
		return err
	})
	if ok && err == nil {
		c.f.passedBy.Store(c.h.ID, c.h.Position)
	}
	return ok, err
}

// giveUp pauses a subscription that has failed for days; its administrators see
// it, and nothing is lost when they let it go on.
func (c *errand) giveUp(tx *store.Tx) error {
	t, err := c.f.begin(tx, Actor{System: true})
	if err != nil {
		return err
	}
	h, err := t.Tx.Webhook(c.h.ID)
	if err != nil || h.State != store.WebhookActive {
		return err
	}
	h.State, h.Reason, h.NextAt, h.Updated = store.WebhookPaused, "failing", 0, t.Now()
	if err := t.SaveWebhook(&h); err != nil {
		return err
	}
	return t.webhookSet(h, "failing")
}

// post sends one message and describes what came of it.
func (f *Flow) post(ctx context.Context, h store.Webhook, n Notice, now int64) store.WebhookTry {
	y := store.WebhookTry{Webhook: h.ID, Turn: h.Turn, Fact: n.Fact.ID, Kind: n.Fact.Kind, Position: n.Fact.Position, At: now}
	body, err := json.Marshal(n)
	if err != nil {
		y.Problem = err.Error()
		return y
	}
	a, err := f.cfg.Courier.Post(ctx, courier.Message{URL: h.URL, ID: string(n.Fact.ID), At: now / 1e6, Secret: h.Secret, Body: body})
	y.Status, y.Answer = a.Status, a.Body
	switch {
	case err != nil:
		y.Status, y.Problem = 0, err.Error()
	case !a.Taken():
		y.Problem = "answered " + strconv.Itoa(a.Status)
	}
	return y
}
