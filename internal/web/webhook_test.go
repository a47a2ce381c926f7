package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"xinshu/internal/flow"
)

// TestWebhookPages takes a subscription through its life: the secret is shown
// once, what came of each message can be read, one is sent again.
func TestWebhookPages(t *testing.T) {
	w := newWorld(t)
	var status, came atomic.Int64
	status.Store(500)
	ids := make(chan string, 20)
	x := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		came.Add(1)
		ids <- r.Header.Get("Xinshu-Id")
		rw.WriteHeader(int(status.Load()))
		_, _ = io.WriteString(rw, "对方的话")
	}))
	t.Cleanup(x.Close)
	admin := w.as("chengsy")
	list := "/units/" + string(w.town) + "/webhooks"
	admin.get("/units/"+string(w.town)).reads(t, "the unit", "推送")
	admin.get(list).reads(t, "nothing yet", "还没有推送", "信息", "稿件")
	if got := admin.send(list, list, url.Values{"name": {"数据台"}, "url": {"https://10.1.2.3/x"}, "kinds": {"item.drafted"}}); got.status != 422 || !strings.Contains(got.body, `value="https://10.1.2.3/x"`) || !strings.Contains(got.body, `value="item.drafted" checked`) {
		t.Errorf("an inner address = %d, want 422 with what was typed and ticked\n%s", got.status, got.text())
	}
	made := admin.send(list, list, url.Values{"name": {"数据台"}, "url": {x.URL + "/hook"}, "kinds": {"item.drafted"}}).reads(t, "made", "只在这里显示这一次", "数据台", "在推送")
	if !strings.Contains(made.body, flow.SecretPrefix) {
		t.Error("the page that made a webhook has no secret")
	}
	again := admin.get(list).reads(t, "the list", "数据台")
	if strings.Contains(again.body, flow.SecretPrefix) {
		t.Error("the secret is shown again")
	}
	one := regexp.MustCompile(`/webhooks/[0-9a-z]{26}`).FindString(again.body)
	admin.get(one).reads(t, "no tries", "还没有送过")

	_, err := w.flow.Draft(t.Context(), flow.Actor{Person: w.person["linxm"]}, flow.Draft{Unit: w.town, Title: title, Body: body, Genre: "news", Form: "single"})
	must(t, err)
	must(t, w.worker.Drain(t.Context()))
	_, err = w.worker.Webhooks(t.Context())
	must(t, err)
	admin.get(one).reads(t, "a failure", "连续 1 次没有送到", "对方没有收（500）", "再送", "对方的话")
	fact := regexp.MustCompile(`name="fact" value="([^"]+)"`).FindStringSubmatch(admin.get(one).body)
	if fact == nil {
		t.Fatal("a failed delivery cannot be sent again")
	}
	status.Store(200)
	before := <-ids
	admin.send(one, one+"/resend", url.Values{"fact": {fact[1]}}).reads(t, "sent again", "刚才那条", "已收下（200）")
	if after := <-ids; after != before {
		t.Errorf("sent again under %q, want %q", after, before)
	}
	if got := admin.send(one, one+"/resend", url.Values{"fact": {"00000000000000000000000000"}}); got.status != 404 {
		t.Errorf("a fact that was never sent = %d, want 404", got.status)
	}
	admin.send(one, one+"/resume", nil).reads(t, "now", "接着送了")
	admin.send(one, one+"/pause", nil).reads(t, "paused", "已暂停", "从停下的地方继续")
	admin.send(one, one+"/resume", nil).reads(t, "on again", "在推送")
	admin.send(one, one+"/test", nil).reads(t, "tested", "已收下（200）")
	sent := came.Load()
	admin.send(one, one+"/end", nil).reads(t, "ended", "已停用")
	if got := admin.send(list, one+"/test", nil); got.status != 409 || came.Load() != sent {
		t.Errorf("a test of an ended one = %d after %d messages, want 409 and no message", got.status, came.Load()-sent)
	}
	for path, want := range map[string]int{list: 403, one: 404} {
		if got := w.as("linxm").get(path); got.status != want {
			t.Errorf("GET %s as a reporter = %d, want %d", path, got.status, want)
		}
	}
	if got := w.as("linxm").send("/tokens", one+"/test", nil); got.status != 404 || came.Load() != sent {
		t.Errorf("a test by a reporter = %d, want 404 and no message", got.status)
	}
}
