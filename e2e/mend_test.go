package e2e

import "testing"

// A writing form that was opened, touched and left leaves nothing behind.
func TestAnEmptyFormLeavesNoDraft(t *testing.T) {
	p := signIn(t, "信息员")
	drafts := func() int {
		t.Helper()
		p.Go("/items?state=draft&mine=1")
		return p.Count("a.x-row__title")
	}
	before := drafts()
	p.Go("/items/new")
	p.Click(`label:has(input[name="genre"][value="problem"])`)
	p.Type("#f-title", "  ")
	p.Type("#f-title", "")
	if after := drafts(); after != before {
		t.Errorf("drafts after a form was opened and left = %d, want %d", after, before)
	}
}

// What is wrong is red until the field is being put right; then it stays readable
// and is no longer red, in the form and at the door.
func TestAMistakeTurnsQuiet(t *testing.T) {
	p := signIn(t, "信息员")
	p.Allow("422|403")
	p.Go("/items/new")
	p.Type("#f-title", "只有题目")
	p.Follow(`#bar button[value="submit"]`)
	p.Wait(".x-field--bad #f-body")
	p.Shot("mistake-red")
	p.Type("#f-body", "正文补上了。")
	p.becomes(`document.querySelectorAll(".x-field--bad #f-body").length === 0 && document.querySelector(".x-field--mended .x-field__error.is-quiet") !== null && document.querySelector("#problem").classList.contains("is-quiet")`)
	p.Shot("mistake-quiet")
	p.Accessible("a mistake that is put right")

	door := Open(t, demoCity(t))
	door.Allow("422|403|401")
	door.Go("/sign-in")
	door.Type("#f-login", "nobody")
	door.Type("#f-password", "not the password")
	door.Follow(".x-door__form button")
	door.Wait("#problem")
	door.Type("#f-password", "another one")
	door.becomes(`document.querySelector("#problem").classList.contains("is-quiet")`)
	door.shot("mistake-door")
}
