package e2e

import (
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
)

// Where an item is that went further up: every level's sentence, what comes
// next, each level's text beside one's own at both widths, and on paper.
func TestWhereIsMyItem(t *testing.T) {
	p := signIn(t, "信息员")
	p.Go("/news")
	p.Follow(`tr[data-row] a[href$="/where"]`)
	p.Wait("#h-levels")
	p.Wait("#h-next")
	p.Wait(".x-both")
	for _, s := range []string{"x-lanes__h", "x-ev"} {
		if p.Count("."+s) < 2 {
			t.Errorf("there are %d of .%s, want the unit and the levels above", p.Count("."+s), s)
		}
	}
	if p.Count("section[aria-labelledby=h-levels] li") != p.Count(".x-lanes__h")-1 {
		t.Errorf("levels that are spoken of = %d, want one for each of the columns but the unit's", p.Count("section[aria-labelledby=h-levels] li"))
	}
	if p.Count(".x-both form, .x-both textarea") != 0 {
		t.Error("something can be typed beside the text, want it for reading only")
	}
	p.Shot("where")
	// mine and theirs: side by side at a desk, one under the other on a telephone
	const below = `(() => { const m = document.querySelector(".x-both__t.x-both__mine"), t = document.querySelector(".x-both__t.x-both__theirs");
		return !m || m.offsetParent === null || t.getBoundingClientRect().left === m.getBoundingClientRect().left; })()`
	if p.Count(".x-both__t") > 0 {
		for width, want := range map[int]bool{deskWidth: false, phoneWidth: true} {
			if err := p.do(chromedp.EmulateViewport(int64(width), phoneHeight)); err != nil {
				p.fail(err, "turn to %d", width)
			}
			p.becomes(`innerWidth === ` + strconv.Itoa(width))
			if got, err := value(p, chromedp.Evaluate[bool](below)); err != nil || got != want {
				t.Errorf("at %d the texts stand one under the other: %v (%v), want %v", width, got, err, want)
			}
		}
	}
	p.Print()
	p.shot("where-paper")
	p.Screen()
}
