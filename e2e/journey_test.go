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

	issue := printed(t, editor)

	leader := signIn(t, "领导")
	leader.Go("/readings")
	leader.Follow(`a[href="` + issue + `/read"]`)
	leader.WaitText(deskText)
	leader.Type(`#box textarea[name="text"]`, order)
	leader.Click(`#box label:has(input[name="disclosed"])`)
	leader.Follow(`#box button.x-btn--main`)
	leader.WaitText(order)
	leader.Shot("journey-read")

	reporter.Go(item)
	reporter.Follow(`a[href$="/where"]`)
	reporter.WaitText("望岭县")
	for _, want := range []string{"起草", "签发", "签收", "采用", "印发", order} {
		if !reporter.Shows(want) {
			t.Errorf("the way of the item does not tell %q", want)
		}
	}
	if n := reporter.Count(".x-lanes__h"); n != 2 { // nothing has gone further up
		t.Errorf("levels on the way = %d, want the township and the county", n)
	}
	reporter.Shot("journey-where")
}

// printed takes what the editor adopted through an issue, approved by the chief
// and published, and gives the issue's address.
func printed(t *testing.T, editor *Page) string {
	t.Helper()
	editor.Go("/issues")
	editor.Follow(`form[action="/issues"] button.x-btn--main`)
	issue := editor.Path()
	row := `li:has(a[data-e2e="hit"])`
	editor.byText(deskText)
	editor.hit(row + ` form[action$="/place"] button`)
	editor.becomes(`document.querySelector("#composer [data-row]") !== null`)
	editor.Follow(`form[action$="/propose"] button`)

	chief := signIn(t, "主任")
	chief.Go("/issues?state=proposed")
	chief.Follow(`a[href="` + issue + `"]`)
	chief.WaitText(deskText)
	chief.Follow(`.x-bar a[href$="/approve"]`)
	chief.Follow(`form[action$="/approve"] button`)
	chief.Shot("journey-approved")

	editor.Go(issue)
	editor.Click(`a[href="#publish"]`)
	editor.Follow(`#publish form[action$="/publish"] button.x-btn--main`)
	editor.Shot("journey-published")
	return issue
}

// What goes to an office that is not on the site: handed over by fax, its notice
// typed in by one and confirmed by another.
func TestToAnOfficeOutside(t *testing.T) {
	chief := signIn(t, cityChief)
	chief.Go("/inbox?state=ready")
	chief.Follow(".x-inbox a.x-row__title")
	own := chief.Path()
	chief.Follow(`.x-bar a[href$="/forward"]`)
	chief.Shot("outside-forward")
	chief.Click(`.x-chips label:last-child`)
	chief.Follow(`form[action$="/forward"] button.x-btn--main`)
	if !strings.HasSuffix(chief.Path(), "/send") {
		t.Fatalf("after forwarding to an office outside the page is %s, want the one that says how it is sent", chief.Path())
	}
	chief.Shot("outside-send")
	chief.Click(`label:has(input[value="fax"])`)
	chief.Type("#f-proof", "对方值班室签收，回执第0071号")
	chief.Follow(`form[action$="/send"] button.x-btn--main`)
	away := chief.Path()

	chief.Follow(`a[href="` + away + `/outcome"]`)
	chief.Click(`label:has(input[value="adopted"])`)
	chief.Type("#f-name", "江岭要情")
	chief.Type("#f-issue", "第140期")
	chief.Set("#f-occurred", "2026-11-20T09:30")
	chief.Type("#f-proof", "采用情况通报，传真件存档")
	chief.Shot("outside-outcome")
	chief.Follow(`form[action$="/outcome"] button.x-btn--main`)
	if n := chief.Count(`button[name="confirm"]`); n != 0 {
		t.Errorf("buttons to confirm one's own entry = %d, want none", n)
	}

	editor := signIn(t, cityEditor)
	editor.Go(own)
	editor.Follow(`a[href="` + away + `"]`)
	editor.Follow(`a[href^="/outcomes/"]`)
	editor.Shot("outside-outcomes")
	editor.Follow(`button[name="confirm"][value="1"]`)
	editor.WaitText("已核对")
}
