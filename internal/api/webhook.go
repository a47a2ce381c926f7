package api

import (
	"context"

	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// NewWebhook is a subscription with its secret, told once.
type NewWebhook struct {
	Secret  string           `json:"secret" doc:"whs_…; messages are signed with it, and it cannot be shown again"`
	Webhook flow.WebhookView `json:"webhook"`
}

// WebhookTry is one attempt to deliver.
type WebhookTry struct {
	Fact     ident.Fact `json:"fact"`
	Kind     string     `json:"kind"`
	Position int64      `json:"position,omitempty"`
	At       int64      `json:"at"`
	Status   int        `json:"status" doc:"What was answered; 0: nothing"`
	Problem  string     `json:"problem,omitempty"`
	Answer   string     `json:"answer,omitempty" doc:"The first characters of the answer"`
}

// WebhookTries is a subscription with its last attempts, newest first.
type WebhookTries struct {
	Webhook flow.WebhookView `json:"webhook"`
	Tries   []WebhookTry     `json:"tries"`
}

func (x *API) webhookRoutes() {
	f, reg := x.flow, org.StageRegister

	serve(x, get("/units/{id}/webhooks", "webhooks", "Where a unit's facts are sent on to; for its administrators"), func(ctx context.Context, a flow.Actor, in *byID[ident.Unit]) (list[flow.WebhookView], error) {
		return rows(f.Webhooks(ctx, a, in.ID))
	})
	serve(x, post(reg, "/units/{id}/webhooks", "add-webhook", "Send a unit's facts on to an address, signed; the secret is shown once").makes(), func(ctx context.Context, a flow.Actor, in *on[ident.Unit, flow.AddWebhook]) (NewWebhook, error) {
		secret, v, err := f.AddWebhook(ctx, a, in.ID, in.Body)
		return NewWebhook{Secret: secret, Webhook: v}, err
	})
	serve(x, get("/webhooks/{id}", "webhook", "A subscription with its last deliveries"), func(ctx context.Context, a flow.Actor, in *byID[ident.Webhook]) (WebhookTries, error) {
		v, err := f.Webhook(ctx, a, in.ID)
		out := WebhookTries{Webhook: v.Webhook, Tries: []WebhookTry{}}
		for _, y := range v.Tries {
			out.Tries = append(out.Tries, WebhookTry{y.Fact, string(y.Kind), y.Position, y.At, y.Status, y.Problem, y.Answer})
		}
		return out, err
	})
	serve(x, post(reg, "/webhooks/{id}/test", "test-webhook", "Send one test message now and tell what was answered"), func(ctx context.Context, a flow.Actor, in *byID[ident.Webhook]) (WebhookTry, error) {
		y, err := f.TestWebhook(ctx, a, in.ID)
		return WebhookTry{y.Fact, string(y.Kind), y.Position, y.At, y.Status, y.Problem, y.Answer}, err
	})
	serve(x, post(reg, "/webhooks/{id}/resend", "resend-webhook", "Send one of the last messages once more, under the id it had, and tell what was answered"), func(ctx context.Context, a flow.Actor, in *on[ident.Webhook, flow.ResendWebhook]) (WebhookTry, error) {
		y, err := f.ResendWebhook(ctx, a, in.ID, in.Body)
		return WebhookTry{y.Fact, string(y.Kind), y.Position, y.At, y.Status, y.Problem, y.Answer}, err
	})
	serve(x, post(reg, "/webhooks/{id}/pause", "pause-webhook", "Stop sending for now; the place in the record is kept"), func(ctx context.Context, a flow.Actor, in *byID[ident.Webhook]) (flow.WebhookView, error) {
		return f.PauseWebhook(ctx, a, in.ID)
	})
	serve(x, post(reg, "/webhooks/{id}/resume", "resume-webhook", "Go on where it stopped; what happened meanwhile is sent too"), func(ctx context.Context, a flow.Actor, in *byID[ident.Webhook]) (flow.WebhookView, error) {
		return f.ResumeWebhook(ctx, a, in.ID)
	})
	serve(x, post(reg, "/webhooks/{id}/end", "end-webhook", "Stop sending for ever"), func(ctx context.Context, a flow.Actor, in *byID[ident.Webhook]) (flow.WebhookView, error) {
		return f.EndWebhook(ctx, a, in.ID)
	})
}
