package e2e

import (
	"strings"
	"testing"
)

// An administrator has a unit's facts sent on to an address, looks at how that
// goes, and ends it.
func TestFactsAreSentOn(t *testing.T) {
	p := signIn(t, "系统管理员")
	p.Go("/units")
	p.FollowText("江岭省人民政府办公厅")
	p.FollowText("霁川市人民政府办公室")
	p.Follow(`a[href$="/webhooks"]`)
	p.Type("#f-name", "值班大屏")
	p.Type("#f-url", "https://hooks.example/xinshu")
	p.Follow(`form[action$="/webhooks"] button.x-btn--main`)
	if secret := p.Text(".x-secret"); !strings.HasPrefix(secret, "whs_") {
		t.Errorf("the secret shown once = %q, want one that begins with whs_", secret)
	}
	p.Shot("webhook-secret")
	p.Follow(`a[href^="/webhooks/"]`)
	p.Accessible("at a desk")
	p.AccessibleInEveryDress()
	p.Shot("webhook")
	p.Click(".x-twin summary")
	p.Follow(`form[action$="/end"] button`)
	if n := p.Count(`form[action$="/end"]`); n != 0 {
		t.Errorf("buttons that end what has ended = %d, want none", n)
	}
}
