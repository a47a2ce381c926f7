package web

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// TestChangePages: a change is looked at, confirmed, planned, undone; a person
// leaves; a sheet is looked at first.
func TestChangePages(t *testing.T) {
	w := newWorld(t)
	w.staff()
	admin := w.as("chengsy")
	town := "/units/" + string(w.town)
	look := admin.get(town + "/change?act=rename&from=2026-11-24&name=" + url.QueryEscape("青禾街道办事处"))
	look.reads(t, "the preview of a rename", "会带来什么", "青禾街道办事处", "办理：更名")
	digest := regexp.MustCompile(`name="digest" value="([0-9a-f]{64})"`).FindStringSubmatch(look.body)
	if digest == nil {
		t.Fatal("the preview has no digest to confirm")
	}
	form := url.Values{"act": {"rename"}, "name": {"青禾街道办事处"}, "from": {"2026-11-24"}, "digest": digest[1:]}
	admin.send(town+"/change?act=rename", town+"/change", form).reads(t, "renamed", "变更已办", "撤回")
	if got := admin.send(town+"/change?act=rename", town+"/change", form); got.status == 200 {
		t.Errorf("the same preview confirmed again = %d, want a refusal", got.status)
	}
	undo := regexp.MustCompile(`/changes/[0-9a-z]{26}/undo`).FindString(admin.get(town + "/change").body)
	admin.send(town+"/change", undo, url.Values{"unit": {string(w.town)}}).reads(t, "undone", "已撤回")
	if got := admin.get(town + "/change?act=merge&from=2026-11-24&into_code=000"); got.status == 200 || !strings.Contains(got.body, `value="000"`) {
		t.Errorf("a merge into no unit = %d, want a refusal that keeps the code", got.status)
	}

	people := admin.get("/people?role=reporter")
	people.reads(t, "people", "信息员")
	person := regexp.MustCompile(`/people/[0-9a-z]{26}`).FindString(people.body)
	leaving := admin.get(person + "?leave=all")
	leaving.reads(t, "the preview of leaving", "停用", "手上的事交给")
	digest = regexp.MustCompile(`name="digest" value="([0-9a-f]{64})"`).FindStringSubmatch(leaving.body)
	admin.send(person, person+"/leave", url.Values{"leave": {"1"}, "digest": digest[1:]}).reads(t, "left", "手上的事已移交", "已停用")
	admin.send(person, person, url.Values{"on": {"true"}}).reads(t, "let in again", "已保存")

	sheet := url.Values{"text": {"日期,事项,代码,名称\n2026-12-01,更名,nowhere,新名\n"}}
	admin.send("/registers/changes", "/registers/changes", sheet).reads(t, "a bad sheet", "不行 1")
	admin.get("/offices/"+string(w.county)+"/classes").reads(t, "classes", "组别")
	pub := regexp.MustCompile(`/publications/[0-9a-z]{26}`).FindString(admin.get("/publications").body)
	admin.get(pub).reads(t, "a publication", "发送名单")
	if got := w.as("linxm").get("/people"); got.status != 403 {
		t.Errorf("a reporter opening the people = %d, want 403", got.status)
	}
}

// TestRestrictPublicationPage marks a publication and takes the mark off again,
// each time with a reason that is in the record.
func TestRestrictPublicationPage(t *testing.T) {
	w := newWorld(t)
	page := "/publications/" + string(w.publication)
	chief := w.as("shenrg")
	if got := chief.send(page, page+"/restrict", url.Values{"on": {"true"}, "reason": {" "}}); got.status != 422 {
		t.Errorf("without a reason = %d, want 422", got.status)
	}
	chief.send(page, page+"/restrict", url.Values{"on": {"true"}, "reason": {"涉及未公开数据"}}).reads(t, "restricted", "已设定控制阅读", "沈若谷", "涉及未公开数据", "解除控制阅读")
	editor := w.as("heyz")
	if got := editor.get(page).reads(t, "the editor's page", "控制阅读"); strings.Contains(got.body, page+"/restrict") {
		t.Error("an editor is offered to take the mark off")
	}
	if got := editor.send("/tokens", page+"/restrict", url.Values{"reason": {"想看"}}); got.status != 403 {
		t.Errorf("an editor taking the mark off = %d, want 403", got.status)
	}
	free := chief.send(page, page+"/restrict", url.Values{"reason": {"数据已公布"}}).reads(t, "set free", "已解除控制阅读", "设定控制阅读")
	if strings.Contains(free.text(), "涉及未公开数据") {
		t.Error("the mark is still shown")
	}
}
