package e2e

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// axeSource are the rules of axe-core. They come into a page through the
// browser's own door for debuggers, which the policy of the page does not
// govern: nothing has to be loosened for them.
//
//go:embed testdata/axe.min.js
var axeSource string

// The levels of WCAG 2.2 that the pages keep.
const axeRules = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]`

// The rules are the ones that were looked at.
func TestAxeIsTheListedOne(t *testing.T) {
	list, err := os.ReadFile("testdata/README.md")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(axeSource))
	if got := hex.EncodeToString(sum[:]); !strings.Contains(string(list), "| "+got+" |") {
		t.Errorf("testdata/axe.min.js has the sum %s, which testdata/README.md does not list", got)
	}
}

// A rule that finds nothing anywhere proves nothing: it is shown a page with
// faults first.
func TestAxeFindsFaults(t *testing.T) {
	p := Open(t, server(t).URL)
	p.Go("/wrong")
	p.Allow("404") // the page of the two that is not there is the browser's plainest
	if _, err := value(p, chromedp.Evaluate[bool](`(() => {
		document.documentElement.innerHTML = "<head></head><body><img src='data:,'><input><p><a href='#x'></a></p></body>"; return true })()`)); err != nil {
		t.Fatal(err)
	}
	all := strings.Join(p.broken(), "\n")
	for _, want := range []string{"document-title", "html-has-lang", "image-alt", "label", "link-name"} {
		if !strings.Contains(all, want+":") {
			t.Errorf("axe on a page without it all = %q, want %s in it", all, want)
		}
	}
}

// broken runs the rules over the page as it stands and gives each that is
// broken with the places where it is.
func (p *Page) broken() []string {
	p.t.Helper()
	there, err := value(p, chromedp.Evaluate[bool](`!!window.axe`))
	if err == nil && !there {
		_, err = value(p, chromedp.Evaluate[bool](axeSource+"\n;true"))
	}
	if err != nil {
		p.fail(err, "bring the rules into the page")
	}
	found, err := value(p, chromedp.Evaluate[string](`axe.run(document, {runOnly: `+axeRules+`, resultTypes: ["violations"]}).then((r) => JSON.stringify(r.violations.map((v) =>
		v.id + ": " + v.help + "\n" + v.nodes.slice(0, 4).map((n) => "    " + n.target.join(" ") + "  " + n.html.slice(0, 160) + "\n      " +
			n.any.concat(n.all, n.none).map((c) => c.message).join("; ").slice(0, 300)).join("\n") + (v.nodes.length > 4 ? "\n    and " + (v.nodes.length - 4) + " more" : ""))))`,
		chromedp.EvalAwaitPromise))
	var out []string
	if err == nil {
		err = json.Unmarshal([]byte(found), &out)
	}
	if err != nil {
		p.fail(err, "run the rules over the page")
	}
	return out
}

// Accessible fails the test (but goes on) for each rule the page breaks.
func (p *Page) Accessible(as string) {
	p.t.Helper()
	for _, rule := range p.broken() {
		p.t.Errorf("%s, %s: %s", p.Path(), as, rule)
	}
}

// AccessibleInEveryDress looks the page over at a desk and on a telephone, in
// the dark, and in large print.
func (p *Page) AccessibleInEveryDress() {
	p.t.Helper()
	p.dressed("theme", "dark", func() { p.Accessible("dark") })
	p.onTelephone(func() {
		p.Accessible("telephone")
		p.dressed("size", "large", func() { p.Accessible("telephone, large print") })
	})
}

// dressed shows the page in another theme or size for a while.
func (p *Page) dressed(what, how string, do func()) {
	p.t.Helper()
	set := func(to string) {
		if _, err := value(p, chromedp.Evaluate[bool](fmt.Sprintf(`(() => { document.documentElement.dataset[%q] = %q; return true })()`, what, to))); err != nil {
			p.fail(err, "show in %s %s", what, how)
		}
	}
	set(how)
	do()
	set("")
}

// onTelephone shows the page at a telephone's width for a while.
func (p *Page) onTelephone(do func()) {
	p.t.Helper()
	if err := p.do(chromedp.EmulateViewport(phoneWidth, phoneHeight, chromedp.EmulateMobile, chromedp.EmulateTouch)); err != nil {
		p.fail(err, "turn to a telephone")
	}
	do()
	if err := p.do(chromedp.EmulateViewport(deskWidth, deskHeight)); err != nil {
		p.fail(err, "turn back to the desk")
	}
}
