package e2e

import (
	"strings"
	"testing"

	"xinshu/internal/flow"
	"xinshu/internal/org"
)

// joins signs in as somebody who is new in a unit of the demo. The demo's own
// signers hold posts in several townships: one password set twice would end the
// first session.
func joins(t *testing.T, unit string, role org.Role, name, login string) *Page {
	t.Helper()
	system := flow.Actor{System: true}
	p := Open(t, demoCity(t))
	u, err := city.app.Flow.UnitByCode(t.Context(), system, unit)
	if err != nil {
		t.Fatal(err)
	}
	who, err := city.app.Flow.EnterPerson(t.Context(), system, flow.EnterPerson{Name: name, Login: login, Unit: u.ID, Role: role})
	if err != nil {
		t.Fatal(err)
	}
	if err := city.app.Auth.SetPassword(t.Context(), who.ID, ownPassword); err != nil {
		t.Fatal(err)
	}
	p.Go("/sign-in")
	p.Type("#f-login", login)
	p.Type("#f-password", ownPassword)
	p.Follow(".x-door__form button")
	return p
}

// unitCalled is a unit's full name.
func unitCalled(t *testing.T, code string) string {
	t.Helper()
	u, err := city.app.Flow.UnitByCode(t.Context(), flow.Actor{System: true}, code)
	if err != nil {
		t.Fatal(err)
	}
	return u.Name
}

// An item of three townships: written with two partners, countersigned on a
// phone, edited so that a signature is stale, signed again and filed by the lead.
func TestPartners(t *testing.T) {
	const title, lead, second, third = "三乡镇界河淤积亟待清理", "970121101", "970121103", "970121105"
	reporter := joins(t, lead, org.Reporter, "苏砚秋", "lianhe-suyq")
	reporter.Go("/items/new")
	reporter.Type("#f-title", title)
	reporter.Type("#f-body", "界河下游最窄处不足八米，三乡镇两岸农田连年受淹。\n建议年内统一清淤。")
	reporter.Click("#f-together summary")
	reporter.Type("#f-partner-0", unitCalled(t, second))
	reporter.Type("#f-share-0", "1/4")
	reporter.Type("#f-partner-1", unitCalled(t, third))
	reporter.Type("#f-share-1", "25%")
	reporter.Shot("partners-write")
	reporter.Follow(`button[name="do"][value="submit"]`)
	item := reporter.Path()
	if !strings.HasPrefix(item, "/items/") {
		t.Fatalf("after submitting the page is %s, want the item's", item)
	}
	checks := func(p *Page) {
		t.Helper()
		p.Go(item + "/sign-off")
		p.Follow(`form[action$="/sign-off"] button.x-btn--main`)
	}
	signer := joins(t, lead, org.Signer, "纪怀远", "lianhe-jihy")
	checks(signer)

	signer.Go(item)
	signer.Wait(`#partners [data-state="asked"]`)
	one := joins(t, second, org.Signer, "路清和", "lianhe-luqh")
	one.phone()
	one.Go(item + "/sign-off")
	one.Wait(`#partners [data-state="asked"]`)
	one.Shot("partners-countersign")
	one.Follow(`form[action$="/sign-off"] button.x-btn--main`)
	signer.Go(item)
	signer.Wait(`#partners [data-state="signed"]`)

	signer.Go(item + "/edit")
	signer.Type("#f-title", title+"（补充）")
	signer.Follow(`button[name="do"][value="save"]:not(.x-vh)`)
	signer.Go(item)
	signer.Wait(`#partners [data-state="stale"]`)
	signer.Shot("partners-stale")
	checks(signer)
	checks(one)
	checks(joins(t, third, org.Signer, "谭明礼", "lianhe-tanml"))

	reporter.Go(item)
	reporter.Shot("partners-file")
	reporter.Follow(`form[action$="/file"] button`)
	reporter.WaitText("已签发")
	one.Go(item)
	one.WaitText(title + "（补充）")
	one.Shot("partners-filed")
}
