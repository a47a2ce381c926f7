package e2e

import "testing"

// atDesk is a filing of the township at the county's desk, received.
func atDesk(t *testing.T, title string) (editor *Page, at string) {
	t.Helper()
	sent(t, title)
	reviewed(t, title)
	signer := signIn(t, "签发人")
	signer.Go("/sign-offs")
	signer.FollowText(title)
	signer.Follow(`form[action$="/sign-off"] button.x-btn--main`)
	editor = signIn(t, "编辑")
	editor.Go("/inbox?state=filed")
	editor.FollowText(title)
	at = editor.Path()
	editor.Follow(`form[action$="/receive"] button`)
	return editor, at
}

// The session ends while a reason is being written: it is shown, comes through
// the door, and one press sends it. Nothing is typed twice.
func TestAReasonOutlivesTheSession(t *testing.T) {
	p, at := atDesk(t, "青禾镇护坡监测装了传感器")
	p.Allow(`403`) // the browser's own remark
	p.Go(at + "/return")
	p.Click(`label:has(input[name="reason"][value="no_figures"])`)
	p.Type("#f-remark", "装了几处、花了多少钱，写上。")
	p.signedOut()
	p.Follow(`form[action$="/return"] button.x-btn--grave, form[action$="/return"] button.x-btn--main`)
	p.WaitText("装了几处、花了多少钱，写上。")
	p.WaitText("登录到期了")
	p.Shot("faults-session")
	p.Accessible("a form that came too late")
	p.FollowText("编辑")
	p.WaitText("装了几处、花了多少钱，写上。")
	p.Shot("faults-send-again")
	p.Follow("main form .x-btn--main")
	p.Go(at)
	p.WaitText("装了几处、花了多少钱，写上。")
	if p.Count(`form[action$="/receive"]`) > 0 || p.Count(`a[href$="/return"]`) > 0 {
		t.Error("the filing is still on the desk, want it returned")
	}
}
