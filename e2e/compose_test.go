package e2e

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// eval asks the page a question in its own words.
func eval[T any](p *Page, question string) T {
	p.t.Helper()
	v, err := value(p, chromedp.Evaluate[T](question))
	if err != nil {
		p.fail(err, "ask %s", question)
	}
	return v
}

// press strikes one key where the focus is, with what is held down meanwhile.
func (p *Page) press(key, code string, held int) {
	p.t.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
		ctx, cancel := context.WithTimeout(p.ctx, stepLimit)
		_, err := chromedp.Call(ctx, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: key, Code: code, Modifiers: int64(held)})
		cancel()
		if err != nil {
			p.fail(err, "press %s", key)
		}
	}
}

// drag takes what lies under one selector over what lies under another, and lets
// it go once it has made room for itself there.
func (p *Page) drag(from, to, landed string) {
	p.t.Helper()
	q, _ := json.Marshal([]string{from, to})
	at := eval[[]float64](p, `(([a, b]) => { const f = document.querySelector(a); f.scrollIntoView({block: "center"});
		const x = f.getBoundingClientRect(), y = document.querySelector(b).getBoundingClientRect();
		return [x.left + x.width / 2, x.top + x.height / 2, y.left + y.width / 3, y.top + 14] })(`+string(q)+`)`)
	mouse := func(kind input.DispatchMouseEventType, x, y float64) {
		ctx, cancel := context.WithTimeout(p.ctx, stepLimit)
		defer cancel()
		e := input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: input.MouseButtonLeft, Buttons: 1, ClickCount: 1}
		if _, err := chromedp.Call(ctx, input.DispatchMouseEvent, e); err != nil {
			p.fail(err, "drag %s to %s", from, to)
		}
	}
	mouse(input.DispatchMouseEventTypeMousePressed, at[0], at[1])
	for i := 1.0; i <= 8; i++ {
		mouse(input.DispatchMouseEventTypeMouseMoved, at[0]+(at[2]-at[0])*i/8, at[1]+(at[3]-at[1])*i/8)
	}
	for i, end := 0, time.Now().Add(stepLimit/2); p.Count(landed) == 0 && time.Now().Before(end); i++ {
		mouse(input.DispatchMouseEventTypeMouseMoved, at[2]+float64(i%2), at[3]-1) // a hand is never quite still
	}
	mouse(input.DispatchMouseEventTypeMouseReleased, at[2], at[3]-1)
}

// scripts switches the page's scripts on or off, as a reader may.
func (p *Page) scripts(on bool) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, stepLimit)
	defer cancel()
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on}); err != nil {
		p.fail(err, "switch scripts")
	}
}

const shift, alt = 8, 1

// hit clicks what may lie under the bar at the foot: it is brought to the middle
// first, as a reader scrolls.
func (p *Page) hit(selector string) {
	p.t.Helper()
	quoted, _ := json.Marshal(selector)
	eval[bool](p, `(document.querySelector(`+string(quoted)+`).scrollIntoView({block: "center"}), true)`)
	p.Click(selector)
}

// placed is the order of an issue, as it stands in the list and as on the sheet.
func placed(p *Page) (list, sheet string) {
	p.t.Helper()
	list = eval[string](p, `[...document.querySelectorAll("#composer [data-row]")].map((r) => r.dataset.id).join(" ")`)
	sheet = eval[string](p, `[...document.querySelectorAll(".x-proof__item")].map((x) => x.id.slice(2)).join(" ")`)
	return list, sheet
}

// An issue is composed by button, by key and by drag; the sheet beside it follows
// each change without the page being loaded anew.
func TestIssueComposer(t *testing.T) {
	p := signIn(t, "编辑")
	p.Allow("Applying inline style") // Sortable copies the dragged row with its style, and the policy strips it
	p.Go("/issues")
	p.Follow(`form[action="/issues"] button.x-btn--main`)
	if n := p.Count(`[data-tray] [data-id]`); n < 3 {
		t.Fatalf("the tray of the demo city has %d texts, want three at least", n)
	}
	eval[bool](p, `(window.same = true)`)
	for n := 1; n <= 3; n++ {
		p.hit(`[data-tray] [data-id] .x-placeform button`)
		p.becomes(`document.querySelectorAll("#composer.is-live [data-row]").length === ` + string(rune('0'+n)))
	}
	before, sheet := placed(p)
	if before != sheet {
		t.Errorf("the list has %s, the sheet %s", before, sheet)
	}
	ids := strings.Fields(before)

	// keys: J chooses, Shift+J moves, the mark on the sheet goes along
	p.press("j", "KeyJ", 0)
	p.becomes(`document.querySelector("#x-` + ids[0] + `").classList.contains("is-chosen")`)
	p.press("J", "KeyJ", shift)
	p.becomes(`(document.querySelectorAll("#composer.is-live [data-row]")[1] || document.body).dataset.id === "` + ids[0] + `"`)
	p.becomes(`document.activeElement.closest("#p-` + ids[0] + `") !== null`)
	p.press("K", "KeyK", shift)
	p.becomes(`(document.querySelectorAll("#composer.is-live [data-row]")[0] || document.body).dataset.id === "` + ids[0] + `"`)
	if !eval[bool](p, `document.querySelector("#x-`+ids[0]+`").classList.contains("is-chosen")`) {
		t.Error("the mark on the sheet is lost after moving by key")
	}

	// drag: the last one before the first, and one out of the tray
	p.drag(`#p-`+ids[2]+` .x-grip`, `#p-`+ids[0], `.x-slots[data-column] .sortable-ghost:first-child`)
	p.becomes(`(document.querySelectorAll("#composer.is-live [data-row]")[0] || document.body).dataset.id === "` + ids[2] + `"`)
	p.becomes(`(document.querySelector("#composer.is-live .x-proof__item") || document.body).id === "x-` + ids[2] + `"`)
	list, sheet := placed(p)
	if want := ids[2] + " " + ids[0] + " " + ids[1]; list != want || sheet != want {
		t.Errorf("after dragging: list %s, sheet %s, want %s", list, sheet, want)
	}
	if !eval[bool](p, `window.same === true`) {
		t.Error("the page was loaded anew, want its part alone to change")
	}
	p.Shot("issue-composer")

	// without script every step is a form
	p.scripts(false)
	p.Go(p.Path())
	p.Follow(`#down-` + ids[2])
	p.scripts(true)
	if list, _ = placed(p); list != ids[0]+" "+ids[2]+" "+ids[1] {
		t.Errorf("moved without script: %s, want %s second", list, ids[2])
	}
	p.Go(p.Path())

	// a time, the signature on a page of its own
	p.Set("#f-at", "2030-01-02T08:30")
	p.Follow(`#timing button`)
	p.WaitText("定于")
	p.Follow(`form[action$="/propose"] button`)
	at := p.Path()
	chief := signIn(t, "主任")
	chief.Go(at)
	chief.Follow(`.x-bar a[href$="/approve"]`)
	chief.Shot("issue-approve")
	chief.Follow(`form[action$="/approve"] button.x-btn--main`)
	chief.WaitText("已审签")
	chief.Shot("issue-timed")
}

// A composite is built paragraph by paragraph: taken from the left, moved, marked,
// with the shares following; and taken apart again.
func TestCompositeBuilder(t *testing.T) {
	p := signIn(t, "编辑")
	p.Allow("Applying inline style") // as above
	p.Go("/merge")
	eval[bool](p, `[0, 1].map((i) => document.querySelectorAll('input[name="add"]')[i].checked = true)[0]`)
	p.hit(`button[name="do"][value="more"]`)
	p.becomes(`document.querySelectorAll('#merge.is-live input[name="filing"]').length === 2`)
	keys := func() string {
		return eval[string](p, `[...document.querySelectorAll("[data-para]")].map((x) => x.dataset.para).join(" ")`)
	}
	// Alt+Right takes the first unused paragraph of the left, Alt+Up moves it
	n := p.Count("[data-para]")
	p.Click("#f-title")
	p.press("ArrowRight", "ArrowRight", alt)
	p.becomes(`document.querySelectorAll("#merge.is-live [data-para]").length === ` + strconv.Itoa(n+1))
	p.becomes(`document.activeElement.matches("[data-now]")`)
	taken := eval[string](p, `document.activeElement.closest("[data-para]").dataset.para`)
	p.press("ArrowUp", "ArrowUp", alt)
	p.becomes(`[...document.querySelectorAll("#merge.is-live [data-para]")].map((x) => x.dataset.para).indexOf("` + taken + `") === ` + strconv.Itoa(n-1))
	if !eval[bool](p, `document.querySelector("#merge .x-shares").innerText.includes("%")`) {
		t.Error("no shares are proposed")
	}
	// drag: the second before the first
	ks := strings.Fields(keys())
	p.drag(`[data-para="`+ks[1]+`"] .x-grip`, `[data-para="`+ks[0]+`"]`, `#paras .sortable-ghost:first-child`)
	p.becomes(`document.querySelector("#merge.is-live [data-para]") && document.querySelector("[data-para]").dataset.para === "` + ks[1] + `"`)
	p.becomes(`document.querySelector("#merge.is-live") !== null && !document.querySelector(".htmx-request")`)
	p.Shot("composite-builder")

	// without script: a paragraph goes down, another is taken
	p.scripts(false)
	p.Follow(`button[value="merge"]`)
	made := p.Path()
	p.scripts(false)
	p.Go(made + "/compose")
	p.Follow(`#down-` + strings.Fields(keys())[0])
	p.Follow(`button[value^="take:1:"]`)
	p.Follow(`button[name="do"][value="save"]`)
	p.scripts(true)
	p.Go(made + "/compose")
	p.Shot("composite-saved")
	p.Follow(`form[action$="/unmerge"] button`)
	p.WaitText("已拆开，2 件")
}
