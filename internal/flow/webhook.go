package flow

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/courier"
	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// Carrier takes one message out of the house. courier.Courier is the one there is.
type Carrier interface {
	Check(path, url string) []fault.Field
	Post(ctx context.Context, m courier.Message) (courier.Answer, error)
}

// MaxWebhooks is how many subscriptions a unit has at most.
const MaxWebhooks = 10

// SecretPrefix marks the secrets that messages are signed with.
const SecretPrefix = "whs_"

// AddWebhook is a new subscription.
type AddWebhook struct {
	Name  string      `json:"name" form:"name" doc:"What it is for, up to 40 characters" maxLength:"200"`
	URL   string      `json:"url" form:"url" doc:"https, up to 500 characters" maxLength:"2000"`
	Kinds []fact.Kind `json:"kinds,omitempty" form:"kinds" doc:"Kinds of facts: item.signed, placement.published, …; empty: all the unit may see" maxItems:"100"`
}

// WebhookView is a subscription without its secret.
type WebhookView struct {
	ID       ident.Webhook `json:"id"`
	Unit     ident.Unit    `json:"unit"`
	Name     string        `json:"name"`
	URL      string        `json:"url"`
	Kinds    []fact.Kind   `json:"kinds,omitempty"`
	State    string        `json:"state"`            // active, paused, ended
	Reason   string        `json:"reason,omitempty"` // why it is paused: asked, failing
	Position int64         `json:"position"`         // the last fact that was taken, or did not concern it
	Attempts int           `json:"attempts"`         // failed ones since
	NextAt   int64         `json:"next_at,omitempty"`
	TakenAt  int64         `json:"taken_at,omitempty"` // when a message was last taken
	Made     int64         `json:"made"`
	MadeBy   ident.Person  `json:"made_by"`
	Version  int64         `json:"version"`
}

func viewWebhook(h store.Webhook) WebhookView {
	v := WebhookView{ID: h.ID, Unit: h.Unit, Name: h.Name, URL: h.URL, Kinds: h.Kinds, State: h.State, Reason: h.Reason, Position: h.Position, Attempts: h.Attempts, TakenAt: h.TakenAt, Made: h.Made, MadeBy: h.MadeBy, Version: h.Version}
	if h.State == store.WebhookActive && h.Attempts > 0 {
		v.NextAt = h.NextAt
	}
	return v
}

// WebhookTry is one attempt to deliver, as it is kept.
type WebhookTry = store.WebhookTry

// Notice is the body of a message: what happened and to what, never a text. Who
// acted is said only of the unit's own items and at its own desk.
type Notice struct {
	Webhook ident.Webhook     `json:"webhook"`
	Fact    fact.Record       `json:"fact"`
	IDs     map[string]string `json:"ids,omitempty"` // item, filing, unit, issue, …: what to ask for
	Test    bool              `json:"test,omitempty"`
}

// AddWebhook begins to send a unit's facts to an address, from now on. The
// secret is shown once.
func (f *Flow) AddWebhook(ctx context.Context, a Actor, unit ident.Unit, in AddWebhook) (secret string, view WebhookView, err error) {
	if f.cfg.Courier == nil {
		return "", view, fault.Deny(fault.Why("no_courier"))
	}
	in.Name, in.URL = strings.TrimSpace(in.Name), strings.TrimSpace(in.URL)
	bad := org.Text("name", in.Name, 1, org.MaxTitle)
	bad = append(bad, f.cfg.Courier.Check("url", in.URL)...)
	known := make([]string, len(fact.Kinds))
	for i, k := range fact.Kinds {
		known[i] = string(k.Kind)
	}
	for i, k := range in.Kinds {
		if !slices.Contains(known, string(k)) {
			bad = append(bad, fault.Unknown("kinds["+strconv.Itoa(i)+"]", string(k), known...))
		}
	}
	if err := fault.Fields(bad); err != nil {
		return "", view, err
	}
	src := f.cfg.Rand
	if src == nil {
		src = rand.Reader
	}
	raw := make([]byte, 30)
	if _, err := io.ReadFull(src, raw); err != nil {
		return "", view, err
	}
	secret = SecretPrefix + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw))
	made := false
	view, err = do(ctx, f, call{a, "AddWebhook", org.StageRegister, []any{unit, in}}, func(t *act) (WebhookView, error) {
		made = true
		if _, err := t.Tx.Unit(unit); err != nil {
			return WebhookView{}, err
		}
		if err := t.mayRegister(unit); err != nil {
			return WebhookView{}, err
		}
		have, err := t.WebhooksOf(unit)
		if err != nil {
			return WebhookView{}, err
		}
		if len(slices.DeleteFunc(have, func(h store.Webhook) bool { return h.State == store.WebhookEnded })) >= MaxWebhooks {
			return WebhookView{}, fault.Clash(fault.Why("webhooks_full", "max", strconv.Itoa(MaxWebhooks)))
		}
		h := store.Webhook{ID: ident.Webhook(t.Mint()), Unit: unit, Name: in.Name, URL: in.URL, Kinds: in.Kinds, Secret: secret, State: store.WebhookActive, MadeBy: a.Person, Made: t.Now(), Updated: t.Now()}
		if h.Position, err = t.LastPosition(); err != nil {
			return WebhookView{}, err
		}
		if err := t.InsertWebhook(&h); err != nil {
			return WebhookView{}, err
		}
		return viewWebhook(h), t.webhookSet(h, "added")
	})
	if !made { // the same key again: the first answer had the secret, nobody is told it now
		secret = ""
	}
	return secret, view, err
}

func (t *act) webhookSet(h store.Webhook, change string) error {
	host := ""
	if u, err := url.Parse(h.URL); err == nil {
		host = u.Host
	}
	_, err := t.fact("webhook", string(h.ID), h.Version, h.Unit, org.WebhookSet{Webhook: h.ID, Unit: h.Unit, Name: h.Name, Host: host, Kinds: h.Kinds, Change: change})
	return err
}

// webhook loads a subscription for somebody who may manage it; nobody else
// learns that it exists.
func (t *act) webhook(id ident.Webhook) (store.Webhook, error) {
	h, err := t.Tx.Webhook(id)
	if err != nil {
		return h, err
	}
	if t.mayRegister(h.Unit) != nil {
		return store.Webhook{}, fault.Missing("webhook", string(id))
	}
	return h, nil
}

// Webhooks lists a unit's subscriptions for its administrators.
func (f *Flow) Webhooks(ctx context.Context, a Actor, unit ident.Unit) ([]WebhookView, error) {
	return read(ctx, f, a, "Webhooks", func(t *act) ([]WebhookView, error) {
		if _, err := t.Tx.Unit(unit); err != nil {
			return nil, err
		}
		if err := t.mayRegister(unit); err != nil {
			return nil, err
		}
		hs, err := t.WebhooksOf(unit)
		out := make([]WebhookView, len(hs))
		for i, h := range hs {
			out[i] = viewWebhook(h)
		}
		return out, err
	})
}

// WebhookTries is a subscription with its last attempts, newest first.
type WebhookTries struct {
	Webhook WebhookView        `json:"webhook"`
	Unit    org.Unit           `json:"unit"`
	Tries   []store.WebhookTry `json:"tries"`
}

// Webhook reads one subscription.
func (f *Flow) Webhook(ctx context.Context, a Actor, id ident.Webhook) (WebhookTries, error) {
	return read(ctx, f, a, "Webhook", func(t *act) (v WebhookTries, err error) {
		h, err := t.webhook(id)
		if err != nil {
			return v, err
		}
		v.Webhook = viewWebhook(h)
		if v.Unit, err = t.Tx.Unit(h.Unit); err != nil {
			return v, err
		}
		v.Tries, err = t.WebhookTries(id)
		if v.Tries == nil {
			v.Tries = []store.WebhookTry{}
		}
		return v, err
	})
}

// PauseWebhook stops sending; the place in the record is kept.
func (f *Flow) PauseWebhook(ctx context.Context, a Actor, id ident.Webhook) (WebhookView, error) {
	return f.setWebhook(ctx, call{a, "PauseWebhook", org.StageRegister, id}, id, store.WebhookPaused, "paused")
}

// ResumeWebhook goes on where it stopped: nothing that happened meanwhile is
// left out.
func (f *Flow) ResumeWebhook(ctx context.Context, a Actor, id ident.Webhook) (WebhookView, error) {
	return f.setWebhook(ctx, call{a, "ResumeWebhook", org.StageRegister, id}, id, store.WebhookActive, "resumed")
}

// EndWebhook stops sending for ever.
func (f *Flow) EndWebhook(ctx context.Context, a Actor, id ident.Webhook) (WebhookView, error) {
	return f.setWebhook(ctx, call{a, "EndWebhook", org.StageRegister, id}, id, store.WebhookEnded, "ended")
}

func (f *Flow) setWebhook(ctx context.Context, c call, id ident.Webhook, state, change string) (WebhookView, error) {
	return do(ctx, f, c, func(t *act) (WebhookView, error) {
		h, err := t.webhook(id)
		if err != nil {
			return WebhookView{}, err
		}
		if h.State == state && h.Attempts == 0 {
			return viewWebhook(h), nil
		}
		if h.State == store.WebhookEnded {
			return WebhookView{}, fault.Clash(fault.Why("webhook_ended"))
		}
		h.State, h.Reason, h.Attempts, h.NextAt, h.Updated = state, "", 0, 0, t.Now()
		if state == store.WebhookPaused {
			h.Reason = "asked"
		}
		if err := t.SaveWebhook(&h); err != nil {
			return WebhookView{}, err
		}
		return viewWebhook(h), t.webhookSet(h, change)
	})
}

// TestWebhook sends one message now, outside the order, and tells what came of
// it. It changes nothing of the subscription.
func (f *Flow) TestWebhook(ctx context.Context, a Actor, id ident.Webhook) (store.WebhookTry, error) {
	return f.aside(ctx, a, "TestWebhook", id, func(t *act, h store.Webhook) (Notice, error) {
		n := Notice{Webhook: h.ID, Test: true}
		n.Fact.ID = ident.Fact(ident.Hash("test", string(h.ID), strconv.FormatInt(t.Now(), 10)))
		n.Fact.Kind, n.Fact.Recorded, n.Fact.Occurred = fact.WebhookSet, t.Now(), t.Now()
		n.Fact.Subject = fact.Subject{Noun: "webhook", ID: string(h.ID)}
		return n, nil
	})
}

// ResendWebhook names the message that is sent once more: the fact of one of the
// last attempts.
type ResendWebhook struct {
	Fact ident.Fact `json:"fact" form:"fact" doc:"The fact of one of the last attempts"`
}

// ResendWebhook sends one of the last messages once more, outside the order, for
// a receiver that lost it. It has the id it had, and the subscription stays where
// it is.
func (f *Flow) ResendWebhook(ctx context.Context, a Actor, id ident.Webhook, in ResendWebhook) (store.WebhookTry, error) {
	return f.aside(ctx, a, "ResendWebhook", id, func(t *act, h store.Webhook) (Notice, error) {
		tries, err := t.WebhookTries(id)
		if err != nil {
			return Notice{}, err
		}
		for _, y := range tries {
			if y.Fact != in.Fact {
				continue
			}
			recs, err := t.Facts(y.Position-1, 1)
			if err != nil {
				return Notice{}, err
			}
			if len(recs) != 1 || recs[0].ID != y.Fact {
				break
			}
			n, wanted, err := t.notice(h, recs[0])
			if err == nil && !wanted {
				err = fault.Missing("fact", string(in.Fact))
			}
			return n, err
		}
		return Notice{}, fault.Missing("fact", string(in.Fact))
	})
}

// aside sends one message that write makes, outside the order. The network is
// touched after the transaction.
func (f *Flow) aside(ctx context.Context, a Actor, verb string, id ident.Webhook, write func(*act, store.Webhook) (Notice, error)) (store.WebhookTry, error) {
	if err := a.scoped(org.StageRegister); err != nil {
		return store.WebhookTry{}, err
	}
	var h store.Webhook
	var now int64
	n, err := read(ctx, f, a, verb, func(t *act) (n Notice, err error) {
		now = t.Now()
		if h, err = t.webhook(id); err != nil {
			return n, err
		}
		switch {
		case f.cfg.Courier == nil:
			return n, fault.Deny(fault.Why("no_courier"))
		case h.State == store.WebhookEnded:
			return n, fault.Clash(fault.Why("webhook_ended"))
		}
		return write(t, h)
	})
	if err != nil {
		return store.WebhookTry{}, err
	}
	return f.post(ctx, h, n, now), nil
}

// audience says whose fact a fact is, and what it is about. The rule is the
// paths' own: a unit knows of what it wrote and filed and of decisions about it;
// an office knows of everything at its desk; a desk's own drafts are the desk's.
// It looks only at what never changes, so that the answer is the same whenever it
// is asked. What is not named here goes to nobody.
func (t *act) audience(r fact.Record) (who []ident.Unit, ids map[string]string, err error) {
	id := r.Subject.ID
	ids = map[string]string{r.Subject.Noun: id}
	switch r.Subject.Noun {
	case "item":
		it, err := t.Tx.Item(ident.Item(id))
		ids["unit"] = string(it.Unit)
		return []ident.Unit{it.Unit, it.Office}, ids, err
	case "filing":
		return t.filingAudience(r, ident.Filing(id), ids)
	case "placement":
		p, err := t.Placement(ident.Placement(id))
		if err != nil {
			return nil, nil, err
		}
		ids["publication"] = string(p.Publication)
		if p.Issue != "" {
			ids["issue"] = string(p.Issue)
		}
		return t.filingAudience(r, p.Filing, ids)
	case "outcome":
		o, err := t.Outcome(ident.Outcome(id))
		if err != nil {
			return nil, nil, err
		}
		return t.filingAudience(r, o.Filing, ids)
	case "issue":
		is, err := t.Tx.Issue(ident.Issue(id))
		ids["publication"] = string(is.Publication)
		return []ident.Unit{is.Office}, ids, err
	case "delivery":
		d, err := t.Delivery(ident.Delivery(id))
		if err != nil {
			return nil, nil, err
		}
		ids["issue"], ids["unit"] = string(d.Issue), string(d.Unit)
		is, err := t.Tx.Issue(d.Issue)
		return []ident.Unit{d.Unit, is.Office}, ids, err
	case "duty":
		d, err := t.Duty(ident.Duty(id))
		ids["filing"], ids["item"] = string(d.Filing), string(d.Item)
		who = []ident.Unit{d.Office}
		if r.Kind != fact.InstructionGiven {
			who = append(who, d.Unit)
		}
		return who, ids, err
	case "unit", "webhook":
		return []ident.Unit{r.Office, ident.Unit(ids["unit"])}, ids, nil
	}
	return nil, nil, nil
}

// deskOnly are steps inside a desk.
var deskOnly = []fact.Kind{fact.FilingAssigned, fact.FilingRevised, fact.FilingTaken, fact.FilingReady, fact.FilingSettled, fact.FilingCommented, fact.PlacementArranged}

func (t *act) filingAudience(r fact.Record, id ident.Filing, ids map[string]string) ([]ident.Unit, map[string]string, error) {
	fl, err := t.Tx.Filing(id)
	if err != nil {
		return nil, nil, err
	}
	ids["filing"], ids["item"], ids["unit"], ids["office"] = string(fl.ID), string(fl.Item), string(fl.Unit), string(fl.Office)
	if slices.Contains(deskOnly, r.Kind) {
		return []ident.Unit{fl.Office}, ids, nil
	}
	return []ident.Unit{fl.Office, fl.Unit}, ids, nil
}

// notice makes the message of a fact for a subscription; false when it is not
// for it.
func (t *act) notice(h store.Webhook, r fact.Record) (Notice, bool, error) {
	if len(h.Kinds) > 0 && !slices.Contains(h.Kinds, r.Kind) || r.Kind == fact.TextOpened {
		return Notice{}, false, nil // who read what stays in the house
	}
	who, ids, err := t.audience(r)
	if fault.Is(err, fault.NotFound) {
		return Notice{}, false, nil
	}
	if err != nil || !slices.Contains(who, h.Unit) {
		return Notice{}, false, err
	}
	r.Payload = nil
	if r.Subject.Noun != "item" && r.Office != h.Unit {
		r.Actor, r.Post = "", ""
	}
	return Notice{Webhook: h.ID, Fact: r, IDs: ids}, true, nil
}
