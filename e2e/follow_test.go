package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

const (
	followTitle = "云溪乡提前检修水渠二十七公里"
	followBody  = "11月20日起，云溪乡组织劳力检修灌溉水渠27公里，清淤1.4万方，修复闸门9处。\n可保障明春3200亩稻田用水。\n还缺维修资金18万元，建议县水利局统筹。"
	followWhy   = "写上是哪几个村的渠。"
)

// A writer is told that a checker wants changes: the masthead counts it, the
// list says it in words, and it opens the item. The checker is led to what waits
// next.
func TestWriterIsToldAndCheckerGoesOn(t *testing.T) {
	reporter := signIn(t, "信息员")
	reporter.Go("/items/new")
	reporter.Type("#f-title", followTitle)
	reporter.Click(`label:has(input[name="genre"][value="news"])`)
	reporter.Type("#f-body", followBody)
	reporter.Follow(`button[name="do"][value="submit"]`)

	sent := false
	for _, role := range []string{"审核人", "保密审查员", "签发人"} {
		checker := signIn(t, role)
		checker.Go("/sign-offs")
		if sent || !checker.Shows(followTitle) {
			continue
		}
		checker.Shot("follow-sign-offs-" + role)
		checker.FollowText(followTitle)
		checker.Shot("follow-sign-off-" + role)
		checker.Click("#back summary")
		checker.Click(`label:has(input[name="reason"][value="no_figures"])`)
		checker.Set("#f-remark", followWhy)
		checker.Follow("#back button.x-btn--grave")
		if !checker.Shows("已退回") {
			t.Errorf("after sending back %s does not say so", checker.Path())
		}
		checker.Shot("follow-next-" + role)
		sent = true
	}
	if !sent {
		t.Fatal("nobody had it to check")
	}

	reporter.Go("/notifications?unread=1")
	for range 50 { // the projection follows within moments
		if reporter.Shows(followTitle) {
			break
		}
		reporter.Wait("#notices")
		reporter.Go("/notifications?unread=1")
	}
	if !reporter.Shows(followWhy) || !reporter.Shows("缺少数据") {
		t.Errorf("the notification does not say why: %s", reporter.Text("main"))
	}
	if reporter.Count("#notices b") != 1 {
		t.Error("the masthead counts nothing unread")
	}
	reporter.Shot("follow-notifications")
	reporter.FollowText(followTitle)
	if got := reporter.Path(); !strings.HasPrefix(got, "/items/") {
		t.Errorf("the notification opens %s, want the item", got)
	}
	reporter.Go("/notifications?unread=1")
	if reporter.Shows(followTitle) {
		t.Error("what was opened is still unread")
	}
	reporter.Go("/notifications/settings")
	reporter.Set("#f-from", "22:00")
	reporter.Set("#f-until", "07:00")
	reporter.FollowText("保存免打扰时间")
	if !reporter.Shows("记下了") {
		t.Errorf("the quiet hours were not kept: %s", reporter.Text("main"))
	}
	reporter.Shot("follow-settings")
	reporter.Go("/")
	reporter.Shot("follow-workbench")
}

// counter is a number on the workbench and where it leads.
type counter struct {
	Path string `json:"path"`
	N    int    `json:"n"`
}

// Each number on the workbench opens a list of that many rows, for everybody at
// the demo's door. (The tray is a part of its page, finished texts share
// their list with those that were adopted, and readings are counted among the
// newest fifty.)
func TestCountersOpenWhatTheyCount(t *testing.T) {
	for _, role := range []string{"信息员", "审核人", "保密审查员", "签发人", "编辑", "主任", "领导", "督查员"} {
		p := signIn(t, role)
		p.Go("/")
		counters, err := value(p, chromedp.Evaluate[[]counter](`Array.from(document.querySelectorAll(".x-strip a")).map(a => ({path: a.getAttribute("href"), n: parseInt(a.querySelector("b").textContent.replace(/\D/g, ""), 10)}))`))
		if err != nil {
			p.fail(err, "read the counters of %s", role)
		}
		for _, c := range counters {
			if c.Path == "/issues" || strings.Contains(c.Path, "state=ready") || strings.HasPrefix(c.Path, "/readings") {
				continue
			}
			p.Go(c.Path)
			rows := p.Count("tr[data-row]")
			for p.Count(".x-pager a[href*=after]") > 0 && rows <= c.N {
				p.Follow(".x-pager a[href*=after]")
				rows += p.Count("tr[data-row]")
			}
			if rows != c.N {
				t.Errorf("%s: the counter of %s says %d, the list has %d rows", role, c.Path, c.N, rows)
			}
		}
	}
}
