package e2e

import "testing"

// Two people share one computer: what one has typed and not sent is kept for
// that one, and never shown to the other.
func TestUnsentTextIsNotTheNextPersons(t *testing.T) {
	p := signIn(t, "信息员")
	const typed = "还没有写完的一件事"
	write := func() {
		p.Go("/items/new")
		p.Wait("#f-title")
	}
	write()
	p.Allow("ERR_INTERNET_DISCONNECTED")
	p.unplug(true)
	p.Type("#f-title", typed)
	p.WaitText("网断了") // the device has it
	p.unplug(false)
	as := func(role string) {
		p.Go("/")
		p.Click("details.x-more summary")
		p.Follow(`form[action="/sign-out"] button`)
		p.FollowText(role)
		write()
	}
	offered := `#found .x-note button`
	as("签发人")
	if n := p.Count(offered); n != 0 {
		t.Errorf("the signer is offered %d unsent texts of the reporter, want none", n)
	}
	as("信息员")
	p.Click(offered)
	p.becomes(`document.querySelector("#f-title").value === "` + typed + `"`)
	if n := p.Count(offered); n != 0 {
		t.Errorf("offers after taking the text up again = %d, want none", n)
	}
}
