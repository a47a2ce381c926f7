package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// sent is an item of the township that has been sent to its checks.
func sent(t *testing.T, title string) {
	t.Helper()
	p := signIn(t, "信息员")
	p.Go("/items/new")
	p.Type("#f-title", title)
	p.Click(`label:has(input[name="genre"][value="problem"])`)
	p.Type("#f-body", "11月19日，青禾镇巡查发现两处护坡开裂，已经设警示。")
	p.Follow(`button[name="do"][value="submit"]`)
}

// reviewed brings items through the checks before the signature.
func reviewed(t *testing.T, titles ...string) {
	t.Helper()
	for _, role := range []string{"审核人", "保密审查员"} {
		checker := signIn(t, role)
		for _, title := range titles {
			checker.Go("/sign-offs")
			if checker.Shows(title) {
				checker.FollowText(title)
				checker.Follow(`form[action$="/sign-off"] button.x-btn--main`)
			}
		}
	}
}

// cursorTo goes down a list by J until the row with a title has the focus.
func (p *Page) cursorTo(title string) {
	p.t.Helper()
	for range 60 {
		p.key("j")
		at, err := value(p, chromedp.Evaluate[bool](fmt.Sprintf(`!!document.activeElement.closest("[data-row]") && document.activeElement.closest("[data-row]").innerText.includes(%q)`, title)))
		if err != nil {
			p.fail(err, "walk to %q", title)
		}
		if at {
			return
		}
	}
	p.fail(fmt.Errorf("60 rows and not there"), "walk to %q", title)
}

// A signer works with keys alone: opens one, signs it, takes it back from the page
// that comes next, sends it back with a reason, signs the other.
func TestSigningWithKeysAlone(t *testing.T) {
	first, second := "青禾镇两处护坡开裂已设警示", "青禾镇第二批冬修水利开工"
	sent(t, first)
	sent(t, second)
	reviewed(t, first, second)
	p := signIn(t, "签发人")
	p.Go("/sign-offs")
	p.cursorTo(first)
	p.pressThrough(kb.Enter)
	p.WaitText(first)
	at := p.Path()
	p.pressThrough("s")
	p.Wait(".x-undo")
	if got := p.Path(); !strings.Contains(got, "?signed=") || strings.HasPrefix(got, at) {
		t.Errorf("after signing the page is %s, want the next one, which knows what was signed", got)
	}
	p.Shot("signoff-undo")
	p.Accessible("a signature that can be taken back")
	p.pressThrough("u")
	p.WaitText("的审签收回了")
	if got := p.Path(); got != at {
		t.Errorf("taken back, the page is %s, want %s again", got, at)
	}
	p.Shot("signoff-taken-back")
	p.key("r")
	if in, err := value(p, chromedp.Evaluate[bool](`document.getElementById("back").open && document.getElementById("back").contains(document.activeElement)`)); err != nil || !in {
		t.Fatalf("R left the focus at %q (%v), want it where the reason is chosen", p.focused(), err)
	}
	p.key(" ")
	p.tabTo("#f-remark")
	p.key("开裂多长、谁在看，写上。")
	p.tabTo("#back button")
	p.pressThrough(kb.Enter)
	p.WaitText("退")
	p.Go("/sign-offs")
	p.cursorTo(second)
	p.pressThrough(kb.Enter)
	p.pressThrough("s")
	p.WaitText(second)

	writer := signIn(t, "信息员")
	writer.Go(strings.TrimSuffix(at, "/sign-off"))
	writer.WaitText("开裂多长、谁在看，写上。")
}

// A checker corrects a word on a telephone: the one button keeps it and leads back.
func TestCheckerCorrectsOnAPhone(t *testing.T) {
	title := "青禾镇夜间助农直通车开通"
	sent(t, title)
	p := signIn(t, "审核人")
	p.phone()
	p.Go("/sign-offs")
	p.FollowText(title)
	p.FollowText("我来改")
	p.Type("#f-body", "11月20日起，青禾镇夜间助农直通车每晚9点发车，途经6个村。")
	p.Follow("#bar .x-btn--main")
	p.WaitText("还没有签")
	p.WaitText("途经6个村")
	p.Shot("signoff-own-text")
	p.Follow(`form[action$="/sign-off"] button.x-btn--main`)
	p.Wait(".x-undo")
}

// Without script the mistake is taken back too, on a telephone.
func TestTakingASignatureBackWithoutScript(t *testing.T) {
	title := "青禾镇老街消防通道打通"
	sent(t, title)
	reviewed(t, title)
	p := signIn(t, "签发人")
	p.withoutScript()
	p.Go("/sign-offs")
	p.FollowText(title)
	p.Follow(`form[action$="/sign-off"] button.x-btn--main`)
	p.Follow(`.x-undo button`)
	p.Wait(`form[action$="/sign-off"] button.x-btn--main`)
	if !p.Shows("没有报出去") {
		t.Error("the page does not say that nothing was filed")
	}
}
