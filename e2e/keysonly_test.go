package e2e

import (
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// kept checks that a part of the page which came anew has not taken the focus away.
func (p *Page) kept(after string) {
	p.t.Helper()
	if got := p.focused(); got == "BODY" {
		p.t.Errorf("after %s the focus is nowhere, want it on the page", after)
	}
}

// onFirst opens the first text of a list by keys and says how many there were.
func (p *Page) onFirst(list string) {
	p.t.Helper()
	p.Go(list)
	p.Wait("[data-row]")
	p.key("j")
	p.becomes(`document.activeElement.closest("[data-row]") !== null`)
	p.pressThrough(kb.Enter)
	if !strings.HasPrefix(p.Path(), "/filings/") {
		p.t.Fatalf("Enter on a row leads to %s, want the filing", p.Path())
	}
}

// adopted takes one text from the inbox to a publication without a mouse.
func (p *Page) adopted() {
	p.t.Helper()
	p.onFirst("/inbox?state=filed&order=oldest")
	at := p.Path()
	p.pressThrough("s")
	p.Wait(`.x-bar a[href$="/edit"]`)
	p.pressThrough("e")
	p.tabTo("#f-title")
	p.key(kb.End + "（改过）")
	p.tabTo("#f-body")
	p.key("据核实，")
	p.tabTo(`button[name="do"][value="save"]`)
	p.pressThrough(kb.Enter)
	p.Wait("[data-change]")
	for left := p.Count("[data-change]"); left > 0; left-- {
		p.key("j")
		p.becomes(`document.activeElement.matches("[data-change]")`)
		p.key("y")
		p.becomes(`document.querySelectorAll("[data-change]").length < ` + strconv.Itoa(left) + ` && document.activeElement !== document.body`)
		left = p.Count("[data-change]") + 1
	}
	p.tabTo(`form[action$="/ready"] button`)
	p.pressThrough(kb.Enter)
	p.Wait(`.x-bar a[href$="/adopt"]`)
	p.pressThrough("a")
	p.tabTo(`form[action$="/adopt"] button.x-btn--main`)
	p.pressThrough(kb.Enter)
	if got := p.Path(); got != at {
		p.t.Errorf("after adopting the page is %s, want %s", got, at)
	}
	p.Wait(`form[action$="/unadopt"]`)
}

// From the inbox to the printed issue without a mouse: taken in, edited, answered,
// adopted, laid out, proposed, approved, published.
func TestFromInboxToIssueWithKeysAlone(t *testing.T) {
	p := signIn(t, "编辑")
	p.adopted()
	p.adopted()
	p.Go("/issues")
	p.tabTo(`form[action="/issues"] button.x-btn--main`)
	p.pressThrough(kb.Enter)
	at := p.Path()
	for n := 1; n <= 2; n++ {
		p.tabTo(`[data-tray] .x-placeform button`)
		p.key(kb.Enter)
		p.becomes(`document.querySelectorAll("#composer.is-live [data-row]").length === ` + strconv.Itoa(n))
		p.kept("a text is placed")
	}
	list, _ := placed(p)
	ids := strings.Fields(list)
	p.press("j", "KeyJ", 0)
	p.becomes(`document.activeElement.closest("#p-` + ids[0] + `") !== null`)
	p.press("J", "KeyJ", shift)
	p.becomes(`(document.querySelectorAll("#composer.is-live [data-row]")[1] || document.body).dataset.id === "` + ids[0] + `"`)
	p.becomes(`document.activeElement.closest("#p-` + ids[0] + `") !== null`)
	p.pressThrough("s")

	chief := signIn(t, "主任")
	chief.Go(at)
	chief.tabTo(`.x-bar a[href$="/approve"]`)
	chief.pressThrough(kb.Enter)
	chief.tabTo(`form[action$="/approve"] button.x-btn--main`)
	chief.pressThrough(kb.Enter)
	chief.WaitText("已审签")
	p.Go(at)
	p.tabTo(`a[href="#publish"]`)
	p.key(kb.Enter)
	p.becomes(`document.querySelector("#publish").contains(document.activeElement)`)
	p.tabTo(`#publish button.x-btn--main`)
	p.pressThrough(kb.Enter)
	p.Wait(`.x-bar a[href$="/read"]`)
}

// What an editor decides against is decided by keys as well: held for now, given
// back with a reason, two made one and taken apart.
func TestDecidingWithKeysAlone(t *testing.T) {
	p := signIn(t, "编辑")
	p.onFirst("/inbox?state=received&order=oldest")
	p.pressThrough("h")
	p.tabTo(`#f-reason input`)
	p.key(" ")
	p.tabTo("#f-remark")
	p.key("等统计局的数")
	p.tabTo(`form[action$="/hold"] button`)
	p.pressThrough(kb.Enter)
	p.WaitText("等统计局的数")

	p.onFirst("/inbox?state=received&order=oldest")
	p.pressThrough("r")
	p.tabTo(`#f-reason input`)
	p.key(" ")
	p.tabTo("#f-remark")
	p.key("请补上时间和地点")
	p.tabTo(`form[action$="/return"] button`)
	p.pressThrough(kb.Enter)
	p.WaitText("请补上时间和地点")

	p.Go("/inbox?state=received&order=oldest")
	for range 2 {
		p.key("j")
		p.key(" ")
	}
	p.pressThrough("m")
	p.Wait("#merge.is-live")
	p.tabTo(`.x-bar button[value="still"]`)
	p.key(kb.Enter)
	p.becomes(`document.querySelector("#merge.is-live") !== null && document.querySelector(".htmx-request") === null && document.activeElement !== document.body`)
	p.tabTo(`.x-bar button[value="merge"]`)
	p.pressThrough(kb.Enter)
	p.Wait(".x-undo")
	p.pressThrough("u")
	p.WaitText("已拆开，2 件")
	p.key("?")
	p.becomes(`document.querySelector("#keys").contains(document.activeElement)`)
	p.key(kb.Escape)
	p.becomes(`!document.querySelector("#keys").contains(document.activeElement)`)
}
