package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// A number that does not add up is settled in the builder by keyboard alone; a
// button struck twice makes one composite; whoever comes late with the same
// filings is told, and loses no word.
func TestFiguresByKeyboard(t *testing.T) {
	p := signIn(t, "编辑")
	p.Go("/merge")
	ids := eval[[]string](p, `[...document.querySelectorAll('input[name="add"]')].slice(0, 2).map((x) => x.value)`)
	if len(ids) != 2 {
		t.Fatalf("the desk offers %d filings, want 2", len(ids))
	}
	at := "/merge?filing=" + strings.Join(ids, "&filing=")
	p.Go(at)
	late := signIn(t, "编辑")
	late.Go(at)
	const said = "共转移群众320人，其中青禾镇120人、柳渡乡180人。"
	late.Allow("409|422")
	typed := `((b) => { b.focus(); b.value = "` + said + `"; b.dispatchEvent(new Event("input", {bubbles: true})); return true })(document.querySelector("#merge.is-live .x-comp__t"))`
	p.becomes(`document.querySelector("#merge.is-live") !== null`)
	eval[bool](p, typed)
	enter := func(selector string) {
		t.Helper()
		p.becomes(`((x) => { if (!x) return false; x.focus(); return document.activeElement === x && x.tabIndex >= 0 })(document.querySelector('` + selector + `'))`)
		p.key(kb.Enter)
	}
	enter(`.x-bar button[value="still"]`)
	p.becomes(`document.querySelectorAll('#merge.is-live #figures button[value^="keep:"]').length === 1`)
	p.WaitText("120 + 180 = 300") // the sum is worked out
	p.Shot("composite-figures")
	enter(`#figures button[value^="keep:"]`)
	p.becomes(`document.querySelector('#merge.is-live #figures input[name="sk"]') !== null`)
	if got := p.focused(); !strings.HasPrefix(got, "open-") {
		t.Errorf("after settling the focus is at %q, want it in the row of the figure", got)
	}
	// the button struck twice, before the first answer is there
	p.becomes(`((x) => { x.focus(); return document.activeElement === x })(document.querySelector('.x-bar button[value="merge"]'))`)
	p.pressThrough(kb.Enter + kb.Enter)
	p.Wait(".x-undo")
	made := p.Path()
	p.Shot("composite-just-made")

	// the other tab still has both
	late.becomes(`document.querySelector("#merge.is-live") !== null`)
	eval[bool](late, typed)
	eval[bool](late, `(document.querySelector('.x-bar button[value="merge"]').click(), true)`)
	late.becomes(`document.querySelector("#merge.is-live #problem") !== null`)
	if got := eval[string](late, `document.querySelector(".x-comp__t").value`); got != said {
		t.Errorf("after the refusal the text is %q, want what was typed", got)
	}
	late.Shot("composite-too-late")

	// what was settled, as a program reads it
	p.Go("/tokens")
	p.Type("#f-name", "读合稿")
	eval[bool](p, `(document.querySelector('input[name="scopes"][value="read"]').checked = true)`)
	p.Follow(`form[action="/tokens"] button.x-btn--main`)
	read := `JSON.parse((() => { const x = new XMLHttpRequest(); x.open("GET", "/api/v1/composites/` + strings.TrimPrefix(made, "/filings/") + `", false); x.setRequestHeader("Authorization", "Bearer " + document.querySelector(".x-secret").textContent.trim()); x.send(); return x.responseText; })()).figures.differences.map((d) => d.written + " " + (d.settled ? d.settled.as : "")).join("; ")`
	if got := eval[string](p, read); got != "320人 320人" {
		t.Errorf("the program reads %q, want 320人 settled as it is written", got)
	}
	p.Go(made)
	p.becomes(`((x) => { x.focus(); return document.activeElement === x })(document.querySelector(".x-undo button"))`)
	p.pressThrough(kb.Enter)
	p.WaitText("已拆开，2 件")
}
