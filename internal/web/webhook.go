package web

import (
	"html/template"
	"net/http"
	"slices"
	"strings"

	"xinshu/internal/courier"
	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// webhooksPage lists where a unit's facts are sent on to; a new one's secret is
// shown once.
type webhooksPage struct {
	Frame
	Unit   org.Unit
	Path   []org.Unit
	Rows   []flow.WebhookView
	Secret string
	Made   flow.WebhookView
	Again  bool // the same form came twice: its secret was shown the first time
}

func (*webhooksPage) template() string { return "register/webhooks" }

// State is how a subscription does.
func (p *webhooksPage) State(h flow.WebhookView) template.HTML { return p.tongue.webhookLight(h) }

// What is the kinds a subscription takes, in words.
func (p *webhooksPage) What(h flow.WebhookView) string { return p.tongue.webhookKinds(h) }

// Offered are the kinds to choose from, by what they are about.
func (*webhooksPage) Offered() []kindGroup {
	return slices.DeleteFunc(kindGroups(), func(g kindGroup) bool { return !slices.Contains(sentNouns, g.Noun) })
}

// sentNouns are what the kinds begin with that can go to a subscription.
var sentNouns = []string{"item", "filing", "outcome", "placement", "issue", "delivery", "instruction", "duty", "unit", "webhook"}

// Word is a noun's word, Happened a kind's.
func (p *webhooksPage) Word(noun string) string     { return p.tongue.nounWord(noun) }
func (p *webhooksPage) Happened(k fact.Kind) string { return p.tongue.happened(string(k)) }

// webhookPage is one subscription with its last attempts.
type webhookPage struct {
	Frame
	View flow.WebhookTries
	Sent *flow.WebhookTry // what came of the message that was just sent
}

func (*webhookPage) template() string { return "register/webhook" }

// State is how the subscription does.
func (p *webhookPage) State() template.HTML { return p.tongue.webhookLight(p.View.Webhook) }

// What is the kinds it takes, in words.
func (p *webhookPage) What() string { return p.tongue.webhookKinds(p.View.Webhook) }

// Happened is a kind in words.
func (p *webhookPage) Happened(k fact.Kind) string { return p.tongue.happened(string(k)) }

// Result is what came of an attempt.
func (p *webhookPage) Result(y flow.WebhookTry) template.HTML {
	switch {
	case (courier.Answer{Status: y.Status}).Taken():
		return lamp("done", p.tongue.say("webhooks.taken", "status", y.Status))
	case y.Status != 0:
		return lamp("late", p.tongue.say("webhooks.refused", "status", y.Status))
	}
	return lamp("late", p.tongue.say("webhooks.no_answer"))
}

func (w tongue) webhookLight(h flow.WebhookView) template.HTML {
	switch {
	case h.State == "ended":
		return lamp("off", w.say("webhooks.ended"))
	case h.State == "paused" && h.Reason == "failing":
		return lamp("late", w.say("webhooks.gave_up"))
	case h.State == "paused":
		return lamp("held", w.say("webhooks.paused"))
	case h.Attempts > 0:
		return lamp("soon", w.say("webhooks.failing", "n", h.Attempts))
	}
	return lamp("due", w.say("webhooks.active"))
}

func (w tongue) webhookKinds(h flow.WebhookView) string {
	if len(h.Kinds) == 0 {
		return w.say("webhooks.all_kinds")
	}
	out := make([]string, len(h.Kinds))
	for i, k := range h.Kinds {
		out[i] = w.happened(string(k))
	}
	return strings.Join(out, w.say("list.and"))
}

// webhooks handles GET /units/{id}/webhooks.
func (s *Server) webhooks(w http.ResponseWriter, r *http.Request) error {
	return s.showWebhooks(w, r, &webhooksPage{})
}

func (s *Server) showWebhooks(w http.ResponseWriter, r *http.Request, p *webhooksPage) error {
	p.Frame = s.frame(r, "webhooks.head")
	id := ident.Unit(r.PathValue("id"))
	v, err := s.flow.Unit(r.Context(), actor(r), id, "")
	if err != nil {
		return err
	}
	p.Unit, p.Path = v.Unit, v.Path
	if p.Rows, err = s.flow.Webhooks(r.Context(), actor(r), id); err != nil {
		return err
	}
	return s.page(w, r, p)
}

// addWebhook handles POST /units/{id}/webhooks: the answer is the one page with
// the secret.
func (s *Server) addWebhook(w http.ResponseWriter, r *http.Request) error {
	var in flow.AddWebhook
	err := httpio.Form(r, &in)
	p := &webhooksPage{}
	if err == nil {
		p.Secret, p.Made, err = s.flow.AddWebhook(once(r), actor(r), ident.Unit(r.PathValue("id")), in)
	}
	if err != nil {
		return s.again(w, r, err, s.webhooks)
	}
	p.Again = p.Secret == ""
	return s.showWebhooks(w, r, p)
}

// webhook handles GET /webhooks/{id}.
func (s *Server) webhook(w http.ResponseWriter, r *http.Request) error {
	return s.showWebhook(w, r, nil)
}

func (s *Server) showWebhook(w http.ResponseWriter, r *http.Request, sent *flow.WebhookTry) error {
	v, err := s.flow.Webhook(r.Context(), actor(r), ident.Webhook(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := &webhookPage{Frame: s.frame(r, ""), View: v, Sent: sent}
	p.Head = v.Webhook.Name
	return s.page(w, r, p)
}

// webhookDo handles POST /webhooks/{id}/{do}: pause, resume, end, test or resend.
func (s *Server) webhookDo(w http.ResponseWriter, r *http.Request) error {
	id, do := ident.Webhook(r.PathValue("id")), r.PathValue("do")
	var sent flow.WebhookTry
	var err error
	switch do {
	case "pause":
		_, err = s.flow.PauseWebhook(r.Context(), actor(r), id)
	case "resume":
		_, err = s.flow.ResumeWebhook(r.Context(), actor(r), id)
	case "end":
		_, err = s.flow.EndWebhook(r.Context(), actor(r), id)
	case "test":
		sent, err = s.flow.TestWebhook(r.Context(), actor(r), id)
	case "resend":
		sent, err = s.flow.ResendWebhook(r.Context(), actor(r), id, flow.ResendWebhook{Fact: ident.Fact(r.PostFormValue("fact"))})
	default:
		err = fault.Missing("page", "")
	}
	if err != nil {
		return s.again(w, r, err, s.webhook)
	}
	if sent.Fact != "" {
		return s.showWebhook(w, r, &sent)
	}
	return s.seeOther(w, r, "/webhooks/"+string(id), "webhook."+do)
}
