package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

const tabletWidth, tabletHeight = 834, 1112

// A leader reads one text after another, taps a phrase, sees whom the words speak
// of, gives the order, takes it back and finds the words still there.
func TestALeaderReadsAndInstructs(t *testing.T) {
	p := signIn(t, "领导")
	p.Go("/readings")
	p.Follow(`a[href$="/read"]`)
	first := p.Path()
	p.Wait("#box")
	title := p.Text(".x-rtitle")
	if n := p.Count(".x-ritem"); n != 1 {
		t.Errorf("texts on the leader's page = %d, want one at a time", n)
	}
	if p.Count(`.x-rstep a[rel="next"][href^="?on="]`) > 0 {
		p.Follow(`.x-rstep a[rel="next"]`)
		if got := p.Text(".x-rtitle"); got == title {
			t.Errorf("the next text is %q again", got)
		}
		p.Follow(`.x-rstep a[rel="prev"]`)
		if got := p.Text(".x-rtitle"); got != title {
			t.Errorf("back again the text is %q, want %q", got, title)
		}
	}

	unit, err := value(p, chromedp.Evaluate[string](`document.querySelector("#f-unit optgroup option:nth-child(2)").textContent`))
	if err != nil {
		t.Fatal(err)
	}
	p.Type("#f-text", "请"+unit+"核实。")
	p.Wait(`#whom [role="status"]`) // read from the words, without leaving the page
	if got := p.chosen("#f-unit"); got != unit {
		t.Errorf("whom it goes to = %q, want %s, of whom the words speak", got, unit)
	}
	if got := p.focused(); got != "f-text" {
		t.Errorf("while the words are read the focus is at %q, want it where one writes", got)
	}
	p.Click(`button[name="phrase"]:nth-child(2)`)
	if got := p.focused(); got != "f-text" {
		t.Errorf("after a phrase the focus is at %q, want it where one writes", got)
	}
	p.Click(".x-chips label:nth-child(2)")
	p.Shot("reading-box")
	p.tablet("reading-box")
	p.dressed("size", "large", func() { p.Shot("reading-large") })
	p.Follow(`#box button.x-btn--main`)
	p.WaitText("收回批示")
	said := p.Text(".x-ritem .x-note:last-of-type .x-hand")
	if !strings.Contains(said, unit) || !strings.Contains(said, "结果报我") {
		t.Errorf("the order reads %q, want the words and the phrase", said)
	}
	p.Shot("reading-given")

	last := `.x-ritem .x-note:last-of-type form[action$="/take-back"]`
	path, err := value(p, chromedp.Evaluate[string](`document.querySelector(`+"`"+last+"`"+`).getAttribute("action")`))
	if err != nil {
		t.Fatal(err)
	}
	p.Follow(last + ` button`)
	p.WaitText("批示收回了")
	words, err := value(p, chromedp.Evaluate[string](`document.getElementById("f-text").value`))
	if err != nil || words != said {
		t.Errorf("after taking back the box has %q (%v), want %q", words, err, said)
	}
	p.Go(first)
	if p.Count(`form[action="`+path+`"]`) != 0 {
		t.Error("what was taken back is still on the page")
	}
}

// chosen is the text of the chosen option.
func (p *Page) chosen(selector string) string {
	p.t.Helper()
	got, err := value(p, chromedp.Evaluate[string](fmt.Sprintf(`document.querySelector(%q).selectedOptions[0].text`, selector)))
	if err != nil {
		p.fail(err, "read what is chosen in %s", selector)
	}
	return got
}

// focused is the id of the element that has the focus, or its kind.
func (p *Page) focused() string {
	p.t.Helper()
	got, err := value(p, chromedp.Evaluate[string](`document.activeElement.id || document.activeElement.tagName`))
	if err != nil {
		p.fail(err, "find the focus")
	}
	return got
}

// tablet takes a picture as a tablet shows the page.
func (p *Page) tablet(name string) {
	p.t.Helper()
	if err := p.do(chromedp.EmulateViewport(tabletWidth, tabletHeight, chromedp.EmulateTouch)); err != nil {
		p.fail(err, "turn to a tablet")
	}
	p.shot(fmt.Sprintf("%s-%d", name, tabletWidth))
	if err := p.do(chromedp.EmulateViewport(deskWidth, deskHeight)); err != nil {
		p.fail(err, "turn back to the desk")
	}
}
