package e2e

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"xinshu/internal/fact"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
)

// finished is a filing at the county's desk whose text is ready to be adopted.
func finished(t *testing.T, title string) (editor *Page, at string) {
	t.Helper()
	editor, at = atDesk(t, title)
	editor.Follow(`form[action$="/ready"] button`)
	editor.Wait(`.x-bar a[href$="/adopt"]`)
	return editor, at
}

// happened counts what the record says of one kind about a filing.
func happened(t *testing.T, at string, kind fact.Kind) (n int) {
	t.Helper()
	v, err := city.app.Flow.Filing(t.Context(), flow.Actor{System: true}, ident.Filing(strings.TrimPrefix(at, "/filings/")))
	if err != nil {
		t.Fatal(err)
	}
	for _, st := range v.Steps {
		if st.Kind == string(kind) {
			n++
		}
	}
	return n
}

// texts are what a filing's desk has written, the raw one left out.
func texts(t *testing.T, at string) (out []string) {
	t.Helper()
	v, err := city.app.Flow.Filing(t.Context(), flow.Actor{System: true}, ident.Filing(strings.TrimPrefix(at, "/filings/")))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range v.Revisions {
		full, err := city.app.Flow.FilingText(t.Context(), flow.Actor{Person: r.By}, v.Filing.ID, r.Number)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, full.Body)
	}
	return out
}

// struckTwice presses a button twice before anything is answered and waits for
// the page it leads to.
func (p *Page) struckTwice(selector string) {
	p.t.Helper()
	quoted, _ := json.Marshal(selector)
	born := eval[float64](p, `((b) => { b.click(); b.click(); return performance.timeOrigin })(document.querySelector(`+string(quoted)+`))`)
	then, _ := json.Marshal(born)
	p.soon(`performance.timeOrigin !== ` + string(then))
}

// soon waits for a script to be true as becomes does, by short questions: one to a
// page that is being put aside, to be come back to, is never answered.
func (p *Page) soon(script string) {
	p.t.Helper()
	limit, stop := context.WithTimeout(p.ctx, stepLimit)
	defer stop()
	for limit.Err() == nil {
		ctx, cancel := context.WithTimeout(limit, 2*time.Second)
		there, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.readyState === "complete" && (`+script+`)`))
		cancel()
		if err == nil && there {
			return
		}
		select {
		case <-limit.Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
	p.fail(limit.Err(), "wait until %s", script)
}

// sentTwice sends the form of the page twice at once, as a browser without our
// script does when its button is struck twice, and gives the two answers.
func (p *Page) sentTwice(selector string) (statuses, said []string) {
	p.t.Helper()
	quoted, _ := json.Marshal(selector)
	got := promised[[][]string](p, `((f) => { const body = new URLSearchParams(new FormData(f)); const go = () => fetch(f.action, {method: "POST", body, credentials: "same-origin"}).then((r) => r.text().then((page) => [String(r.status), (new DOMParser().parseFromString(page, "text/html").querySelector("#problem") || {textContent: ""}).textContent.replace(/\s+/g, " ").trim()])); return Promise.all([go(), go()]); })(document.querySelector(`+string(quoted)+`))`)
	for _, x := range got {
		statuses, said = append(statuses, x[0]), append(said, x[1])
	}
	return statuses, said
}

// back presses the browser's button that goes back and waits until the page of
// this path stands there.
func (p *Page) back(path string) {
	p.t.Helper()
	eval[bool](p, `(setTimeout(() => history.back(), 0), true)`)
	p.soon(`location.pathname === "` + path + `"`)
}

// Adopting: a button struck twice, and the browser's button that goes back to the
// form. It is adopted once, and what is shown says that it is.
func TestAdoptedOnce(t *testing.T) {
	editor, at := finished(t, "青禾镇渡口值守添了人手")
	editor.Allow(`409`)
	editor.Go(at + "/adopt")
	const adopt = `form[action$="/adopt"] button.x-btn--main`
	editor.struckTwice(adopt)
	editor.soon(`location.pathname === "` + at + `" && document.body.innerText.includes("已采用，进了待排稿")`)
	if n := happened(t, at, fact.PlacementMade); n != 1 {
		t.Errorf("after the button was struck twice it is adopted %d times, want once", n)
	}

	editor.back(at + "/adopt")
	editor.struckTwice(adopt)
	editor.soon(`location.pathname === "` + at + `" && document.body.innerText.includes("已采用，进了待排稿")`)
	if n := happened(t, at, fact.PlacementMade); n != 1 {
		t.Errorf("after going back and pressing again it is adopted %d times, want once", n)
	}

	editor.Go(at + "/adopt") // another form of the same thing
	editor.Follow(adopt)
	editor.WaitText("《望岭信息》已经采用过这一件")
	editor.Shot("faults-desk-adopted-before")
	if n := happened(t, at, fact.PlacementMade); n != 1 {
		t.Errorf("after another form it is adopted %d times, want once", n)
	}
}

// Returning: sent twice at once without our script, and once more by going back.
// The unit hears of it once, and the editor sees that it is done.
func TestReturnedOnce(t *testing.T) {
	const remark = "挪到哪里、为什么挪，写上。"
	editor, at := atDesk(t, "青禾镇水位观测点挪了地方")
	editor.Allow(`409`)
	editor.Go(at + "/return")
	editor.Click(`label:has(input[name="reason"][value="no_figures"])`)
	editor.Type("#f-remark", remark)
	if statuses, said := editor.sentTwice(`form[action$="/return"]`); statuses[0] != "200" || statuses[1] != "200" {
		t.Errorf("the form sent twice is answered %v %q, want both as done", statuses, said)
	}
	editor.Follow(`form[action$="/return"] .x-mbar button`)
	if editor.Path() != at {
		t.Errorf("pressed after that the page is %s, want %s", editor.Path(), at)
	}
	editor.WaitText(remark)
	if n := happened(t, at, fact.FilingReturned); n != 1 {
		t.Errorf("it is returned %d times, want once", n)
	}

	// on a form that was left open another reason is typed: too late, and said so
	editor.back(at + "/return")
	eval[bool](editor, `((f) => { f.value = "另外一句。"; return true })(document.querySelector("#f-remark"))`)
	editor.struckTwice(`form[action$="/return"] .x-mbar button`)
	editor.soon(`document.querySelector("#problem") !== null && document.querySelector("#f-remark").value === "另外一句。"`)
	if n := happened(t, at, fact.FilingReturned); n != 1 {
		t.Errorf("after the other reason it is returned %d times, want once", n)
	}
}

// A tab that was left open returns what another editor has adopted: refused with
// what happened and by whom, and the remark is still there.
func TestAStaleTabReturns(t *testing.T) {
	const remark = "早了三天，原因写清楚。"
	editor, at := finished(t, "青禾镇山塘放水早了三天")
	editor.Allow(`403|409`)
	editor.Go(at + "/return")
	editor.Click(`label:has(input[name="reason"][value="no_figures"])`)
	editor.Type("#f-remark", remark)
	chief := signIn(t, "主任")
	chief.Go(at + "/adopt")
	chief.Follow(`form[action$="/adopt"] button.x-btn--main`)
	name := eval[string](chief, `document.querySelector(".x-top details summary").textContent.trim().split(/\s/)[0]`)
	editor.Follow(`form[action$="/return"] .x-mbar button`)
	editor.WaitText("已经采用，先取消采用")
	editor.WaitText("最近一步：" + name)
	if got := eval[string](editor, `document.querySelector("#f-remark").value + document.querySelector('input[name="reason"]:checked').value`); got != remark+"no_figures" {
		t.Errorf("after the refusal the form has %q, want what was typed", got)
	}
	editor.Shot("faults-desk-stale-return")
	if n := happened(t, at, fact.FilingReturned); n != 0 {
		t.Errorf("it is returned %d times, want not at all", n)
	}
}

// Two editors write on one filing. Each sees the other; who saves second is told
// who was first, and has all he typed; both texts become versions.
func TestTwoEditorsOnOneFiling(t *testing.T) {
	const first, second = "编辑写的：护林员配了12部。", "主任写的：护林员配了15部。"
	editor, at := atDesk(t, "青禾镇护林员配了对讲机")
	chief := signIn(t, "主任")
	chief.Allow(`403|409`)
	editor.Go(at + "/edit")
	chief.Go(at + "/edit")
	chief.WaitText("也在改")
	editor.Type("#f-body", first)
	chief.Type("#f-body", second)
	editor.Follow(`button[name="do"][value="save"]`)
	editor.becomes(`location.pathname === "` + at + `"`)
	chief.Follow(`button[name="do"][value="save"]`)
	chief.WaitText("您看的是第 0 稿，现在已是第 1 稿")
	chief.WaitText("您写的都在，没有丢")
	if got := eval[string](chief, `document.querySelector("#f-body").value`); got != second {
		t.Errorf("after the refusal the text is %q, want what was typed", got)
	}
	chief.Shot("faults-desk-second-save")
	chief.Accessible("a save that came second")
	chief.Follow(`form[action$="/take-over"] button`)
	chief.Go(at + "/edit")
	chief.FollowText("接着那一份写")
	chief.becomes(`document.querySelector("#f-body").value === "` + second + `"`)
	chief.Follow(`button[name="do"][value="save"]`)
	chief.becomes(`location.pathname === "` + at + `"`)
	if got := texts(t, at); len(got) != 2 || !slices.Contains(got, first) || !slices.Contains(got, second) {
		t.Errorf("the versions are %q, want both", got)
	}
}

// The session ends while an editor writes: what he pressed is shown at the door,
// comes through it, and one press saves it, once.
func TestASessionEndsAtTheDesk(t *testing.T) {
	const typed = "到期以前打的，一个字也不少：镕喆堃䶮。"
	editor, at := atDesk(t, "青禾镇护坡草籽补种完了")
	editor.Allow(`403`)
	editor.Go(at + "/edit")
	editor.Type("#f-body", typed)
	editor.signedOut()
	editor.Follow(`button[name="do"][value="save"]`)
	editor.WaitText("登录到期了")
	editor.WaitText(typed)
	editor.Shot("faults-desk-session")
	editor.FollowText("编辑")
	editor.WaitText(typed)
	editor.Follow("main form .x-btn--main")
	editor.becomes(`location.pathname === "` + at + `"`)
	if got := texts(t, at); len(got) != 1 || got[0] != typed {
		t.Errorf("the versions are %q, want what was typed, once", got)
	}
}

// The network goes as the button is pressed: the page stays with all that is in
// it, says so, and saves when the network is back and the button is pressed again.
func TestNoNetworkAtTheDesk(t *testing.T) {
	const typed = "断网时写的：学校放假一天。"
	editor, at := atDesk(t, "青禾镇学校放了防汛假")
	editor.Allow(`ERR_INTERNET_DISCONNECTED|Failed to load`)
	editor.Go(at + "/edit")
	editor.Type("#f-body", typed)
	editor.Type("#f-note", "电话核过")
	editor.unplug(true)
	editor.Click(`button[name="do"][value="save"]`)
	editor.WaitText("网断了，写的先存在本机")
	editor.becomes(`!document.querySelector('button[name="do"][value="save"]').hasAttribute("aria-disabled")`)
	if got := eval[string](editor, `document.querySelector("#f-body").value + document.querySelector("#f-note").value`); got != typed+"电话核过" || editor.Path() != at+"/edit" {
		t.Errorf("without a network the page %s has %q, want what was typed", editor.Path(), got)
	}
	editor.shot("faults-desk-offline")
	if got := texts(t, at); len(got) != 0 {
		t.Errorf("the versions without a network are %q, want none", got)
	}
	editor.unplug(false)
	editor.becomes(`/已存/.test(document.querySelector("[data-autosaved]").textContent)`) // by itself
	editor.Follow(`button[name="do"][value="ready"]`)
	editor.becomes(`location.pathname === "` + at + `"`)
	editor.WaitText("已定稿")
	if got := texts(t, at); len(got) != 1 || got[0] != typed {
		t.Errorf("the versions are %q, want what was typed, once", got)
	}
	editor.Go(at + "/edit")
	if n := eval[int](editor, `Object.keys(localStorage).filter((k) => k.includes("/filings/")).length`); n != 0 {
		t.Errorf("texts left on the device = %d, want none", n)
	}
}
