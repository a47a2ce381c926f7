package store

import (
	"xinshu/internal/fact"
	"xinshu/internal/ident"
)

// The states of a subscription.
const (
	WebhookActive = "active"
	WebhookPaused = "paused"
	WebhookEnded  = "ended"
)

// Webhook is a subscription to facts: where they are sent, and how far that is.
type Webhook struct {
	ID      ident.Webhook
	Unit    ident.Unit // whose sight it has
	Name    string
	URL     string
	Kinds   []fact.Kind // empty: all
	Secret  string
	State   string
	Reason  string // why it is paused: asked, failing
	MadeBy  ident.Person
	Made    int64
	Updated int64
	Version int64

	// The carrier's own: they change with Turn, not with Version.
	Position int64 // the last fact that was taken, or did not concern it
	Attempts int   // failed ones since
	NextAt   int64 // not before
	Turn     int64
	TakenAt  int64
}

func scanWebhook(r row) (h Webhook, err error) {
	err = r.Scan(&h.ID, &h.Unit, &h.Name, &h.URL, listOf(&h.Kinds), &h.Secret, &h.State, &h.Reason, &h.Position, &h.Attempts, &h.NextAt, &h.Turn, &h.TakenAt, &h.MadeBy, &h.Made, &h.Updated, &h.Version)
	return h, err
}

// InsertWebhook keeps a subscription.
func (tx *Tx) InsertWebhook(h *Webhook) error {
	return tx.insert(&h.Version, "webhook_insert", h.ID, h.Unit, h.Name, h.URL, setOf(h.Kinds), h.Secret, h.State, h.Reason, h.Position, h.Attempts, h.NextAt, h.Turn, h.TakenAt, h.MadeBy, h.Made, h.Updated)
}

// SaveWebhook changes its state; where it leads and whose it is stays.
func (tx *Tx) SaveWebhook(h *Webhook) error {
	return tx.save("webhook", string(h.ID), &h.Version, "webhook_save", h.ID, h.Version, h.State, h.Reason, h.Attempts, h.NextAt, h.Updated)
}

// Webhook reads a subscription.
func (tx *Tx) Webhook(id ident.Webhook) (Webhook, error) {
	return get(tx, "webhook", string(id), "webhook_get", scanWebhook)
}

// WebhooksOf lists a unit's subscriptions, oldest first.
func (tx *Tx) WebhooksOf(unit ident.Unit) ([]Webhook, error) {
	return many(tx, "webhooks_of", scanWebhook, unit)
}

// ActiveWebhooks lists those that are sent to.
func (tx *Tx) ActiveWebhooks() ([]Webhook, error) {
	return many(tx, "webhooks_active", scanWebhook)
}

// ClaimWebhook takes a subscription for one carrier until a moment; false says
// that another was faster, or that it is no longer active.
func (tx *Tx) ClaimWebhook(h *Webhook, until int64) (bool, error) {
	n, err := tx.exec("webhook_claim", h.ID, h.Turn, until)
	if n == 1 {
		h.Turn, h.NextAt = h.Turn+1, until
	}
	return n == 1, err
}

// MoveWebhook keeps how far it is; false says that the claim was lost meanwhile.
func (tx *Tx) MoveWebhook(h *Webhook) (bool, error) {
	n, err := tx.exec("webhook_move", h.ID, h.Turn, h.Position, h.Attempts, h.NextAt, h.TakenAt)
	if n == 1 {
		h.Turn++
	}
	return n == 1, err
}

// WebhookTry is one attempt.
type WebhookTry struct {
	Webhook  ident.Webhook `json:"webhook"`
	Turn     int64         `json:"turn"`
	Fact     ident.Fact    `json:"fact"`
	Kind     fact.Kind     `json:"kind"`
	Position int64         `json:"position"`
	At       int64         `json:"at"`
	Status   int           `json:"status"` // 0 = no answer
	Problem  string        `json:"problem,omitempty"`
	Answer   string        `json:"answer,omitempty"`
}

// KeptTries is how many attempts of one subscription are kept.
const KeptTries = 50

// PutWebhookTry keeps an attempt and drops those that are too old to matter.
func (tx *Tx) PutWebhookTry(y WebhookTry) error {
	if _, err := tx.exec("webhook_try_insert", y.Webhook, y.Turn, y.Fact, y.Kind, y.Position, y.At, y.Status, y.Problem, y.Answer); err != nil {
		return err
	}
	_, err := tx.exec("webhook_tries_drop", y.Webhook, y.Turn-2*KeptTries)
	return err
}

// WebhookTries lists the last attempts, newest first.
func (tx *Tx) WebhookTries(id ident.Webhook) ([]WebhookTry, error) {
	return many(tx, "webhook_tries", func(r row) (y WebhookTry, err error) {
		err = r.Scan(&y.Webhook, &y.Turn, &y.Fact, &y.Kind, &y.Position, &y.At, &y.Status, &y.Problem, &y.Answer)
		return y, err
	}, id, KeptTries)
}
