package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// key sends keys to whatever has the focus.
func (p *Page) key(keys string) {
	p.t.Helper()
	if err := p.do(chromedp.KeyEvent(keys)); err != nil {
		p.fail(err, "press %q", keys)
	}
}

// pressThrough presses a key that leads to another page and waits for it.
func (p *Page) pressThrough(keys string) {
	p.t.Helper()
	if _, err := value(p, chromedp.WaitEvent(page.LoadEventFired, func(page.EventLoadEventFired) bool { return true }, chromedp.KeyEvent(keys))); err != nil {
		p.fail(err, "press %q", keys)
	}
}

// tabTo goes from stop to stop until one fits the selector; each stop on the way
// shows that it has the focus.
func (p *Page) tabTo(selector string) {
	p.t.Helper()
	for range 120 {
		p.key(kb.Tab)
		got, err := value(p, chromedp.Evaluate[string](fmt.Sprintf(`((e) => {
			if (e === document.body) return "nowhere";
			const marked = [e, e.nextElementSibling].filter(Boolean).map((x) => getComputedStyle(x));
			if (!marked.some((s) => (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none")) return "unseen: " + e.outerHTML.slice(0, 120);
			return e.matches(%q) ? "here" : "";
		})(document.activeElement)`, selector)))
		switch {
		case err != nil:
			p.fail(err, "tab to %s", selector)
		case got == "here":
			return
		case strings.HasPrefix(got, "unseen"):
			p.t.Errorf("on the way to %s the focus is %s", selector, got)
		}
	}
	p.fail(fmt.Errorf("120 stops and not there"), "tab to %s", selector)
}

// One writes and sends with keys alone, from the link that skips the menu to the
// button that sends.
func TestWritingWithKeysAlone(t *testing.T) {
	p := signIn(t, "信息员")
	p.Go("/items/new")
	p.tabTo(".x-skip")
	p.key(kb.Enter)
	p.tabTo("#f-title")
	p.key("青禾镇用键盘报来一件")
	p.tabTo(`input[name="genre"]`)
	p.key(" ")
	p.tabTo("#f-body")
	p.key("11月19日，青禾镇巡查发现一处塌方，已设警示。")
	p.tabTo(`button[name="do"][value="submit"]`)
	p.pressThrough(kb.Enter)
	p.WaitText("青禾镇用键盘报来一件")
	if !strings.HasPrefix(p.Path(), "/items/") || strings.HasSuffix(p.Path(), "/new") {
		t.Errorf("after sending the page is %s, want the item's", p.Path())
	}
}

// One reads and instructs with keys alone; the focus stays where one writes while
// the page reads whom the words speak of.
func TestInstructingWithKeysAlone(t *testing.T) {
	p := signIn(t, "领导")
	p.Go("/readings")
	p.tabTo(`a[href$="/read"]`)
	p.pressThrough(kb.Enter)
	p.tabTo("#f-text")
	p.key("请望岭县办。")
	p.Wait(`#whom [role="status"]`)
	if got := p.focused(); got != "f-text" {
		t.Errorf("after a part of the page was renewed the focus is at %q, want it where one writes", got)
	}
	p.tabTo(`button[name="phrase"]`)
	p.key(kb.Enter)
	p.tabTo("#f-unit")
	p.tabTo(`#box button.x-btn--main`)
	p.pressThrough(kb.Enter)
	p.WaitText("请望岭县办。")
	p.tabTo(`form[action$="/take-back"] button`)
	p.pressThrough(kb.Enter)
	p.WaitText("批示收回了")
}

// A dialog takes the focus, keeps it while one tabs, and gives it back.
func TestADialogKeepsTheFocus(t *testing.T) {
	p := signIn(t, "编辑")
	p.Go("/inbox")
	p.tabTo(".x-nav a")
	p.key("?")
	inside := `(() => document.querySelector("#keys").contains(document.activeElement))()`
	p.Wait("#keys")
	for range 4 {
		if yes, err := value(p, chromedp.Evaluate[bool](inside)); err != nil || !yes {
			t.Errorf("with the dialog open the focus is at %q (%v), want it inside", p.focused(), err)
		}
		p.key(kb.Tab)
	}
	p.key(kb.Escape)
	if yes, err := value(p, chromedp.Poll[bool](`document.activeElement.matches(".x-nav a")`)); err != nil || !yes {
		t.Errorf("after the dialog the focus is at %q (%v), want it where it was", p.focused(), err)
	}
}

// withoutScript turns scripts off for the pages to come.
func (p *Page) withoutScript() {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		p.fail(err, "turn scripts off")
	}
}

// Reading and the basic forms need no script: writing and sending, reading, a
// phrase, an order, taking it back.
func TestWithoutScript(t *testing.T) {
	p := signIn(t, "信息员")
	p.withoutScript()
	for _, path := range []string{"/", "/items", "/readings", "/ranking", "/units", "/news", "/search"} {
		p.Go(path)
		p.Wait("h1")
	}
	p.Go("/items/new")
	p.Type("#f-title", "青禾镇没有脚本也报来一件")
	p.Click(`label:has(input[name="genre"][value="news"])`)
	p.Type("#f-body", "11月19日，青禾镇集镇恢复供水。")
	p.Follow(`button[name="do"][value="submit"]`)
	p.Wait("h1")
	if got := p.Text("h1"); !strings.Contains(got, "没有脚本") {
		t.Errorf("after sending without script the page is %q, want the item", got)
	}

	leader := signIn(t, "领导")
	leader.withoutScript()
	leader.Go("/readings")
	leader.Follow(`a[href$="/read"]`)
	leader.Follow(`button[name="phrase"]:nth-child(2)`)
	leader.Follow(`#box button.x-btn--main`)
	last := `.x-ritem .x-note:last-of-type`
	if got := leader.Text(last); !strings.Contains(got, "结果报我") {
		t.Errorf("the order without script is %q, want the phrase", got)
	}
	leader.Follow(last + ` form[action$="/take-back"] button`)
	leader.Wait("#f-text")
}
