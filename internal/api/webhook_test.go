package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"xinshu/internal/courier"
	"xinshu/internal/fact"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// message is what a receiver of webhooks got.
type message struct{ id, signature, body string }

// hooked is somebody's server behind a webhook.
func hooked(t *testing.T) (url string, came chan message) {
	t.Helper()
	came = make(chan message, 20)
	x := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var body json.RawMessage
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Errorf("a message is no JSON: %v", err)
		}
		came <- message{r.Header.Get(courier.IDHeader), r.Header.Get(courier.SignatureHeader), string(body)}
	}))
	t.Cleanup(x.Close)
	return x.URL + "/hook", came
}

func TestWebhooks(t *testing.T) {
	w := newWorld(t)
	url, came := hooked(t)
	list := "/api/v1/units/" + string(w.town) + "/webhooks"
	if got := want[webhookList](w, 200, "xuming", "GET", list, nil); len(got.Rows) != 0 {
		t.Errorf("webhooks = %+v, want none yet", got)
	}
	in := flow.AddWebhook{Name: "数据台", URL: url, Kinds: []fact.Kind{"item.drafted"}}
	made := want[NewWebhook](w, 201, "xuming", "POST", list, in, "Idempotency-Key", "webhook-one")
	id := made.Webhook.ID
	if !strings.HasPrefix(made.Secret, flow.SecretPrefix) || made.Webhook.State != "active" || made.Webhook.Unit != w.town {
		t.Errorf("made = %+v, want an active one of the township, with its secret", made)
	}
	if again := want[NewWebhook](w, 201, "xuming", "POST", list, in, "Idempotency-Key", "webhook-one"); again.Webhook.ID != id || again.Secret != "" {
		t.Errorf("the same key again = %+v, want %s without the secret", again, id)
	}
	if r := w.send(w.token["xuming"], "GET", list, nil); strings.Contains(string(r.body), made.Secret) {
		t.Errorf("the list tells the secret: %s", r.body)
	}
	if got := want[webhookList](w, 200, "xuming", "GET", list, nil); len(got.Rows) != 1 || got.Rows[0].ID != id {
		t.Errorf("webhooks = %+v, want the one", got)
	}

	one := "/api/v1/webhooks/" + string(id)
	if y := want[WebhookTry](w, 200, "xuming", "POST", one+"/test", nil); y.Status != 200 {
		t.Errorf("test = %+v, want it taken", y)
	}
	if m := <-came; !strings.Contains(m.body, `"test":true`) || !strings.HasPrefix(m.signature, "t=") {
		t.Errorf("the test message = %+v, want it marked and signed", m)
	}
	it := want[item.Item](w, 201, "linxiaohe", "POST", "/api/v1/items", flow.Draft{Unit: w.town, Title: "汛情", Body: "第一段", Genre: "news", Form: "single"})
	must(t, w.worker.Drain(t.Context()))
	_, err := w.worker.Webhooks(t.Context())
	must(t, err)
	first := <-came
	if !strings.Contains(first.body, string(it.ID)) || strings.Contains(first.body, "汛情") || strings.Contains(first.body, "第一段") {
		t.Errorf("message = %s, want the item's id and not its text", first.body)
	}
	v := want[WebhookTries](w, 200, "xuming", "GET", one, nil)
	if len(v.Tries) != 1 || string(v.Tries[0].Fact) != first.id || v.Tries[0].Status != 200 || v.Webhook.TakenAt == 0 {
		t.Fatalf("tries = %+v, want the one that was taken", v)
	}
	if y := want[WebhookTry](w, 200, "xuming", "POST", one+"/resend", flow.ResendWebhook{Fact: v.Tries[0].Fact}); y.Status != 200 {
		t.Errorf("resend = %+v, want it taken", y)
	}
	if m := <-came; m.id != first.id || m.body != first.body {
		t.Errorf("sent again = %+v, want the message as it was: %+v", m, first)
	}
	for _, step := range []struct{ do, state string }{{"pause", "paused"}, {"resume", "active"}, {"end", "ended"}} {
		if got := want[flow.WebhookView](w, 200, "xuming", "POST", one+"/"+step.do, nil); got.State != step.state {
			t.Errorf("%s = %+v, want it %s", step.do, got, step.state)
		}
	}
	for _, do := range []string{"resume", "test"} {
		w.send(w.token["xuming"], "POST", one+"/"+do, nil).problem(t, 409)
	}
}

// webhookList is a list of webhooks.
type webhookList struct {
	Rows []flow.WebhookView `json:"rows"`
}

func TestWebhookRefusals(t *testing.T) {
	w := newWorld(t)
	url, came := hooked(t)
	list := "/api/v1/units/" + string(w.town) + "/webhooks"
	for _, c := range []struct {
		in   any
		want string
	}{
		{flow.AddWebhook{Name: "x", URL: "https://10.0.0.1/"}, "body.url closed_address"},
		{flow.AddWebhook{Name: "x", URL: "https://[::1]/"}, "body.url closed_address"},
		{flow.AddWebhook{Name: "x", URL: "https://localhost/"}, "body.url closed_address"},
		{flow.AddWebhook{Name: "x", URL: "http://xinshu.example/"}, "body.url https_only"},
		{flow.AddWebhook{Name: "x", URL: "https://user:word@xinshu.example/"}, "body.url not_an_address"},
		{flow.AddWebhook{URL: url}, "body.name required"},
		{flow.AddWebhook{Name: "x", URL: url, Kinds: []fact.Kind{"item.singed"}}, "body.kinds[0] not_one_of"},
		{map[string]any{"name": "x", "url": url, "secret": "mine"}, "body.secret unknown_field"},
	} {
		p := w.send(w.token["xuming"], "POST", list, c.in).problem(t, 422)
		var got []string
		for _, f := range p.Errors {
			got = append(got, f.Location+" "+f.Code)
		}
		if !slices.Contains(got, c.want) {
			t.Errorf("%+v = %q, want %q", c.in, got, c.want)
		}
	}
	made := want[NewWebhook](w, 201, "xuming", "POST", list, flow.AddWebhook{Name: "x", URL: url})
	one := "/api/v1/webhooks/" + string(made.Webhook.ID)
	w.send(w.token["xuming"], "POST", one+"/resend", flow.ResendWebhook{Fact: ident.Fact(strings.Repeat("0", 26))}).problem(t, 404)

	// Nobody but the unit's administrators learns that it exists; what is above
	// an administrator's unit is not theirs either.
	for _, login := range []string{"linxiaohe", "chenjing", "gaoyuan", "sheninjing"} {
		w.send(w.token[login], "GET", list, nil).problem(t, 403)
		w.send(w.token[login], "POST", list, flow.AddWebhook{Name: "x", URL: url}).problem(t, 403)
		w.send(w.token[login], "GET", one, nil).problem(t, 404)
		for _, do := range []string{"test", "pause", "resume", "end"} {
			w.send(w.token[login], "POST", one+"/"+do, nil).problem(t, 404)
		}
		w.send(w.token[login], "POST", one+"/resend", flow.ResendWebhook{Fact: "x"}).problem(t, 404)
	}
	city := "/api/v1/units/" + string(w.city) + "/webhooks"
	w.send(w.token["xuming"], "GET", city, nil).problem(t, 403)
	w.send(w.token["xuming"], "POST", city, flow.AddWebhook{Name: "x", URL: url}).problem(t, 403)
	_, above, err := w.flow.AddWebhook(t.Context(), flow.Actor{System: true}, w.city, flow.AddWebhook{Name: "市", URL: url})
	must(t, err)
	w.send(w.token["xuming"], "GET", "/api/v1/webhooks/"+string(above.ID), nil).problem(t, 404)
	w.send(w.token["xuming"], "POST", "/api/v1/webhooks/"+string(above.ID)+"/end", nil).problem(t, 404)

	// A token without the scope changes nothing, whoever holds it.
	reading := w.issue("xuming", org.ScopeRead)
	w.send(reading, "POST", one+"/end", nil).problem(t, 403)
	w.send("", "GET", list, nil).problem(t, 401)
	if len(came) != 0 {
		t.Errorf("%d messages went out, want none", len(came))
	}
}
