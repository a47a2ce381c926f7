package e2e

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

const (
	deskTitle = "柳渡口两处护岸塌了"
	deskBody  = "11月19日，柳渡口两处护岸塌方，长约三十米。\n目前已拉警戒线，安排四人值守，情况基本稳定。\n请县里给予支持。"
	edited    = "11月19日，柳渡口两处护岸塌方，长32米。\n已拉警戒线，四人值守。\n建议县水利局当天派人勘查。"
)

// received is a filing at the county's desk that nobody has edited yet.
func received(t *testing.T) (editor *Page, at string) {
	t.Helper()
	reporter := signIn(t, "信息员")
	reporter.Go("/items/new")
	reporter.Type("#f-title", deskTitle)
	reporter.Click(`label:has(input[name="genre"][value="problem"])`)
	reporter.Type("#f-body", deskBody)
	reporter.Follow(`button[name="do"][value="submit"]`)
	for _, role := range []string{"审核人", "保密审查员", "签发人"} {
		checker := signIn(t, role)
		checker.Go("/sign-offs")
		if checker.Shows(deskTitle) {
			checker.FollowText(deskTitle)
			checker.Follow(`form[action$="/sign-off"] button.x-btn--main`)
		}
	}
	editor = signIn(t, "编辑")
	editor.Go("/inbox")
	editor.FollowText(deskTitle)
	at = editor.Path()
	editor.Follow(`form[action$="/receive"] button`)
	return editor, at
}

// letter sends a key to the page, not to a field.
func (p *Page) letter(key string) {
	p.t.Helper()
	if err := p.do(chromedp.KeyEvent(key)); err != nil {
		p.fail(err, "press %s", key)
	}
}

// offline takes the network away, or gives it back.
func (p *Page) offline(gone bool) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, stepLimit)
	defer cancel()
	if _, err := chromedp.Call(ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Offline: gone, DownloadThroughput: -1, UploadThroughput: -1}},
	}); err != nil {
		p.fail(err, "take the network away (%t)", gone)
	}
}

// signedOut ends the session as time does: the page knows nothing of it.
func (p *Page) signedOut() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, stepLimit)
	defer cancel()
	if _, err := chromedp.Call(ctx, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
		p.fail(err, "end the session")
	}
}

// Two at one filing: who changed what, answered by key and by button without
// losing one's place; a comment; who is here; the text taken over while the other
// was typing; back to an earlier text.
func TestEditingDesk(t *testing.T) {
	editor, at := received(t)
	editor.Go(at + "/edit")
	editor.Type("#f-body", edited)
	editor.Type("#f-note", "09:10 电话核实")
	editor.Follow(`button[name="do"][value="save"]`)
	editor.Wait("[data-change]")
	changes := editor.Count("[data-change]")
	if changes < 3 {
		t.Fatalf("changes = %d, want several", changes)
	}
	editor.Shot("desk-marked")

	editor.letter("j")
	editor.letter("j")
	editor.becomes(`document.querySelectorAll("[data-change]")[1] === document.activeElement`)
	editor.letter("y")
	editor.becomes(`document.querySelectorAll("[data-change]").length === ` + strconv.Itoa(changes-1))
	editor.becomes(`document.activeElement === document.querySelectorAll("[data-change]")[1]`)
	if editor.Path() != at {
		t.Errorf("after an answer the page is %s, want %s", editor.Path(), at)
	}
	editor.letter("n")
	editor.becomes(`document.querySelectorAll("[data-change]").length === ` + strconv.Itoa(changes-2))
	editor.WaitText("已改回，存为第 2 稿")
	editor.letter("k")
	editor.letter("c")
	editor.becomes(`document.activeElement.id === "f-text"`)
	editor.Type("#f-text", "长度有没有量过？")
	editor.Click(`#talk form button`)
	editor.WaitText("长度有没有量过？")
	editor.Shot("desk-comment")
	for _, fault := range editor.broken() {
		t.Errorf("the desk: %s", fault)
	}

	// a stale page, and two at once
	other := signIn(t, "主任")
	other.Allow(`409|403`)
	editor.Allow(`409|403`)
	other.Go(at)
	other.WaitText("也在看")
	editor.Go(at + "/edit")
	other.Go(at)
	other.WaitText("也在改")
	other.Shot("desk-presence")

	typed := edited + "\n还没有存的一段。"
	editor.Type("#f-body", typed)
	editor.becomes(`document.querySelector("[data-autosaved]").textContent !== ""`)
	other.Follow(`form[action$="/take-over"] button`)
	editor.WaitText("接过去了")
	editor.WaitText("您没存的文字另存为第 3 稿")
	editor.Shot("desk-taken")
	editor.Follow(`button[name="do"][value="save"]`) // refused, and nothing of it is lost
	if got, err := value(editor, chromedp.Evaluate[string](`document.querySelector("#f-body").value`)); err != nil || got != typed {
		t.Errorf("what was typed is %q (%v), want %q", got, err, typed)
	}
	editor.WaitText("第 4 稿")
	editor.Shot("desk-refused")

	other.Go(at + "/versions?from=0&to=1")
	other.Shot("desk-versions")
	for _, fault := range other.broken() {
		t.Errorf("the texts: %s", fault)
	}
	other.Follow(`form[action$="/revert"] button`)
	other.WaitText("已退回第 1 稿，存为第 5 稿")
	other.Click(`#answer button[value="accept"].x-btn`)
	other.WaitText("改动都答过了")
	other.becomes(`document.querySelectorAll("[data-change]").length === 0`)

	// in the dark, in English, on paper
	other.Click(`.x-top details summary`)
	other.Follow(`button[name="theme"][value="dark"]`)
	other.Click(`.x-top details summary`)
	other.Follow(`button[name="locale"][value="en"]`)
	other.Go(at + "/versions?from=1&to=2")
	other.Shot("desk-versions-dark-en")
	editor.Go(at)
	editor.Print()
	editor.shot("desk-paper")
	editor.Screen()
	other.Go(at)
	other.WaitText("is reading this too")
	other.Shot("desk-dark-en")
}

// The session ends, the network goes, a book is pasted: what was typed stays.
func TestNothingTypedIsLost(t *testing.T) {
	editor, at := received(t)
	editor.Allow(`403|422|413|ERR_INTERNET_DISCONNECTED|Failed to fetch|Failed to load`)
	editor.Go(at + "/edit")
	long := strings.Repeat("护岸塌方。", 40_000) // 200,000 characters
	editor.Set("#f-body", long)
	editor.becomes(`document.querySelector("[data-autosaved]").textContent !== ""`)
	editor.Go(at + "/edit?unsaved=1")
	if got, err := value(editor, chromedp.Evaluate[int](`document.querySelector("#f-body").value.length`)); err != nil || got != 200_000 {
		t.Errorf("kept characters = %d (%v), want 200000", got, err)
	}

	editor.Set("#f-body", deskBody+"\n断网时写的。")
	editor.offline(true)
	editor.becomes(`document.querySelector("[data-autosaved]").className === "x-warn"`)
	editor.offline(false)
	editor.Go(at + "/edit")
	editor.ClickText("上次写到一半的还在本机")
	editor.becomes(`document.querySelector("#f-body").value.includes("断网时写的。")`)

	editor.signedOut()
	editor.Follow(`button[name="do"][value="save"]`)
	editor.Shot("desk-expired")
	editor.Go("/sign-in")
	editor.FollowText("编辑")
	editor.Go(at + "/edit")
	editor.ClickText("上次写到一半的还在本机")
	editor.becomes(`document.querySelector("#f-body").value.includes("断网时写的。")`)
	editor.Follow(`button[name="do"][value="save"]`)
	if got := editor.Path(); got != at {
		t.Errorf("after saving the page is %s, want %s", got, at)
	}
	editor.Go(at + "/edit")
	if editor.Shows("上次写到一半的还在本机") {
		t.Error("what is saved is still offered from this device")
	}
}
