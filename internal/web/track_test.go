package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"xinshu/internal/flow"
	"xinshu/internal/ident"
)

// The desk by plain forms, without script: answer a change, comment, go back.
func TestTrackedChangesByForm(t *testing.T) {
	w := newWorld(t)
	w.filed(t, "柑橘收购价走低")
	he := w.as("heyz")
	at := regexp.MustCompile(`/filings/[0-9a-z]{26}`).FindString(he.get("/inbox").body)
	he.send(at, at+"/receive", nil)
	he.send(at+"/edit", at+"/edit", url.Values{"title": {"柑橘收购价走低了"}, "body": {body + "\n另请县里支持冷库。"}, "note": {"电话核实"}, "seen": {"0"}})
	v, err := w.flow.Filing(t.Context(), flow.Actor{Person: w.person["heyz"]}, ident.Filing(strings.TrimPrefix(at, "/filings/")))
	must(t, err)
	if n := len(v.Tracking.Changes); n != 2 {
		t.Fatalf("changes = %d, want 2", n)
	}
	first := v.Tracking.Changes[0].ID
	page := he.get(at).reads(t, "the desk", "电话核实", "2 处待答")
	for _, want := range []string{`data-change="` + first + `"`, `hx-boost="true"`} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the desk does not show %s", want)
		}
	}
	accept := url.Values{"do": {"accept"}, "change": {first}, "seen": {"1"}}
	he.send(at, at+"/changes", accept).reads(t, "accepting one of two", "已认可", "1 处待答")
	conflict := func(what, want string, form url.Values) {
		t.Helper()
		if got := he.send(at, at+"/changes", form); got.status != http.StatusConflict || !strings.Contains(got.text(), want) {
			t.Errorf("%s = %d, want a conflict that says %q\n%s", what, got.status, want, got.text())
		}
	}
	conflict("pressing twice", "已经有人处理过", accept)
	stale := url.Values{"do": {"reject"}, "all": {"true"}, "seen": {"0"}}
	conflict("a stale page", "对照第 0 稿和第 1 稿", stale)
	stale.Set("seen", "1")
	he.send(at, at+"/changes", stale).reads(t, "undoing the rest", "存为第 2 稿", "改动都答过了")

	he.send(at, at+"/comments", url.Values{"para": {"0"}, "quote": {"走低了"}, "text": {"<b>谁说的？"}, "seen": {"2"}}).reads(t, "commenting", "&lt;b&gt;谁说的？")
	he.send(at, at+"/revert", url.Values{"number": {"0"}, "seen": {"2"}}).reads(t, "going back", "存为第 3 稿", "原来说的是")
	he.get(at+"/versions").reads(t, "the texts", "退回原稿", "电话核实")
	if got := w.as("linxm").get(at); got.status != 200 || strings.Contains(got.body, "谁说的") || strings.Contains(got.body, "电话核实") {
		t.Errorf("the unit reads what the desk says to itself, or nothing (%d)", got.status)
	}
}

// The page's own script is answered with the page as it is then, and told who
// else is here.
func TestTheDeskAnswersItsScript(t *testing.T) {
	w := newWorld(t)
	w.filed(t, "柑橘收购价走低")
	he, chief := w.as("heyz"), w.as("shenrg")
	at := regexp.MustCompile(`/filings/[0-9a-z]{26}`).FindString(he.get("/inbox").body)
	he.send(at, at+"/receive", nil)
	he.send(at+"/edit", at+"/edit", url.Values{"title": {"柑橘收购价走低"}, "body": {body + "\n另请县里支持冷库。"}, "seen": {"0"}})
	script := func(b *browser, to string, form url.Values) answer {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.URL+to, strings.NewReader(form.Encode()))
		must(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", w.URL)
		req.Header.Set("HX-Request", "true")
		req.Header.Set("X-Form-Token", formToken.FindStringSubmatch(b.get(at).body)[1])
		return b.do(req)
	}
	me := string(w.person["heyz"])
	if got := script(he, at+"/here", url.Values{"doing": {"edit"}, "seen": {"1"}, "holder": {me}}); got.status != 200 || got.text() != "" {
		t.Errorf("alone at a filing = %d %q, want nothing said", got.status, got.text())
	}
	script(chief, at+"/here", url.Values{"doing": {"read"}, "seen": {"1"}}).reads(t, "the chief's page", "贺云舟也在改")
	script(he, at+"/autosave", url.Values{"title": {"柑橘收购价走低"}, "body": {"还没有存的。"}, "base": {"1"}})
	chief.send(at, at+"/take-over", nil)
	script(he, at+"/here", url.Values{"doing": {"edit"}, "seen": {"1"}, "holder": {me}}).reads(t, "the page it was taken from", "沈若谷接过去了", "您没存的文字另存为第 2 稿")
	got := script(chief, at+"/changes", url.Values{"do": {"accept"}, "all": {"true"}, "seen": {"3"}}).reads(t, "accepting by script", "已认可", "改动都答过了")
	if got.path != at+"/changes" || !strings.Contains(got.body, `id="work"`) {
		t.Errorf("the script is sent on to %s, want the page at once", got.path)
	}
}
