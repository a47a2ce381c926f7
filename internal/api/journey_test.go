package api

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"

	"xinshu/internal/delivery"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

type obj = map[string]any

// From the township's draft to the county's printed issue, in JSON only.
func TestJourney(t *testing.T) {
	w := newWorld(t)
	const v1 = "/api/v1"

	it := want[item.Item](w, 201, "linxiaohe", "POST", v1+"/items", obj{"unit": w.town, "title": "石桥镇提前备水保春灌", "body": "全镇蓄水三百万方，疏通渠道十二公里。", "genre": "news", "form": "brief"})
	here := v1 + "/items/" + string(it.ID)
	it = want[item.Item](w, 200, "linxiaohe", "POST", here+"/revise", obj{"title": it.Title, "body": "全镇蓄水三百二十万方，疏通渠道十二公里。", "seen": 1})
	want[any](w, 204, "linxiaohe", "PUT", here+"/autosave", obj{"title": it.Title, "body": "还在写", "base": 2})
	it = want[item.Item](w, 200, "linxiaohe", "POST", here+"/submit", obj{"seen": 2})
	p := w.send(w.token["zhouguoping"], "POST", here+"/sign-off", obj{"seen": 1}).problem(t, 409)
	if p.Reasons[0].Code != "stale_revision" {
		t.Errorf("signing what was not read = %+v, want stale_revision", p.Reasons)
	}
	it = want[item.Item](w, 200, "zhouguoping", "POST", here+"/sign-off", obj{"seen": 2})
	if it.State != item.Signed {
		t.Fatalf("state = %s, want signed", it.State)
	}

	inbox := want[flow.Page[filing.Filing]](w, 200, "chenjing", "GET", v1+"/filings?state=filed&office="+string(w.county), nil)
	if len(inbox.Rows) != 1 || inbox.Rows[0].Item != it.ID {
		t.Fatalf("inbox = %+v, want the item", inbox.Rows)
	}
	desk := v1 + "/filings/" + string(inbox.Rows[0].ID)
	want[filing.Filing](w, 200, "chenjing", "POST", desk+"/receive", nil)
	want[filing.Filing](w, 200, "chenjing", "POST", desk+"/revise", obj{"title": "石桥镇提前备水保春灌", "body": "石桥镇蓄水三百二十万方。", "seen": 0})
	want[filing.Filing](w, 200, "chenjing", "POST", desk+"/mark-ready", obj{"seen": 1})
	placed := want[issue.Placement](w, 201, "chenjing", "POST", desk+"/adopt", obj{"publication": w.publication, "form": "brief", "seen": 1})

	number := want[issue.Issue](w, 201, "chenjing", "POST", v1+"/issues", obj{"publication": w.publication})
	press := v1 + "/issues/" + string(number.ID)
	want[issue.Placement](w, 200, "chenjing", "POST", v1+"/placements/"+string(placed.ID)+"/place", obj{"issue": number.ID, "column": "今日要情", "slot": 1})
	want[issue.Issue](w, 200, "chenjing", "POST", press+"/propose", nil)
	want[issue.Issue](w, 200, "gaoyuan", "POST", press+"/approve", nil)
	number = want[issue.Issue](w, 200, "gaoyuan", "POST", press+"/publish", obj{"dispatch": true})
	if number.State != issue.Published || number.Label() != "2026-1" {
		t.Errorf("issue = %s %s, want 2026-1 published", number.Label(), number.State)
	}

	view := want[flow.ItemView](w, 200, "linxiaohe", "GET", here, nil)
	at := slices.IndexFunc(view.Actions, func(a org.Action) bool { return a.Verb == item.Withdraw })
	if at < 0 || view.Actions[at].Allowed || view.Actions[at].Why[0].Code != "already_printed" {
		t.Errorf("actions = %+v, want withdraw refused as already_printed", view.Actions)
	}
	j := want[flow.Journey](w, 200, "linxiaohe", "GET", here+"/journey", nil)
	if !slices.ContainsFunc(j.Steps, func(s flow.Step) bool { return s.Office == w.county && strings.Contains(s.Kind, "published") }) {
		t.Errorf("journey = %+v, want it published at the county", j.Steps)
	}
	copies := want[flow.Page[flow.Reading]](w, 200, "linxiaohe", "GET", v1+"/deliveries", nil)
	if len(copies.Rows) != 1 || copies.Rows[0].Issue.ID != number.ID {
		t.Fatalf("deliveries = %+v, want the issue", copies.Rows)
	}
	got := want[delivery.Delivery](w, 200, "linxiaohe", "POST", v1+"/deliveries/"+string(copies.Rows[0].Delivery.ID)+"/confirm", nil)
	if got.State != delivery.Confirmed {
		t.Errorf("delivery = %s, want confirmed", got.State)
	}
	fv := want[flow.FilingView](w, 200, "chenjing", "GET", desk, nil)
	if fv.Raw.Body == fv.Text.Body || len(fv.Actions) == 0 || len(fv.Placements) != 1 {
		t.Errorf("filing = %+v, want raw and edited text, actions and a placement", fv)
	}
}

// Every list and reading answers its owner.
func TestReadings(t *testing.T) {
	w := newWorld(t)
	office, town := string(w.county), string(w.town)
	for _, path := range []string{
		"/me", "/terms?list=reason", "/units", "/units?parent=" + office, "/units/named?prefix=" + "%E7%9F%B3", "/units/" + town, "/units/" + office + "/people",
		"/publications", "/tokens", "/items", "/filings", "/filings/counts?office=" + office, "/issues", "/offices/" + office + "/tray", "/deliveries", "/duties",
		"/offices/" + office + "/standing", "/offices/" + office + "/notice?period=2026-11", "/offices/" + office + "/ledger?unit=" + town, "/workbench", "/news", "/search?q=%E6%98%A5%E7%81%8C",
	} {
		login := "chenjing"
		if strings.Contains(path, "/standing") || strings.Contains(path, "/notice") || strings.Contains(path, "/ledger") {
			login = "wubo"
		}
		want[any](w, 200, login, "GET", "/api/v1"+path, nil)
	}
	want[any](w, 200, "sheninjing", "GET", "/api/v1/record?limit=5", nil)
}

func TestAttachment(t *testing.T) {
	w := newWorld(t)
	it := want[item.Item](w, 201, "linxiaohe", "POST", "/api/v1/items", obj{"unit": w.town, "title": "石桥镇", "body": "正文"})
	path := "/api/v1/items/" + string(it.ID) + "/attachments"
	png := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00"), make([]byte, 100)...)
	upload := func(name string, content []byte) reply {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		must(t, m.WriteField("caption", "现场"))
		part, err := m.CreateFormFile("file", name)
		must(t, err)
		_, err = part.Write(content)
		must(t, err)
		must(t, m.Close())
		return w.send(w.token["linxiaohe"], "POST", path, b.String(), "Content-Type", m.FormDataContentType())
	}

	r := upload("现场 1.png", png)
	if r.StatusCode != http.StatusCreated {
		t.Fatalf("upload = %d %s, want 201", r.StatusCode, r.body)
	}
	view := want[flow.ItemView](w, 200, "linxiaohe", "GET", "/api/v1/items/"+string(it.ID), nil)
	if len(view.Attachments) != 1 || view.Attachments[0].Name != "现场 1.png" || view.Attachments[0].Caption != "现场" {
		t.Fatalf("attachments = %+v, want the picture", view.Attachments)
	}
	at := "/api/v1/attachments/" + string(view.Attachments[0].ID)
	down := w.send(w.token["linxiaohe"], "GET", at, nil)
	if !bytes.Equal(down.body, png) || down.Header.Get("Content-Type") != "image/png" || !strings.Contains(down.Header.Get("Content-Disposition"), "filename*=UTF-8''%E7%8E%B0%E5%9C%BA%201.png") {
		t.Errorf("download = %d bytes, %v, want the picture as an attachment", len(down.body), down.Header)
	}
	w.send(w.token["gaoyuan"], "GET", at, nil).problem(t, 404) // a draft is the unit's own
	upload("表.xlsx", png).problem(t, 422)
	upload("大.png", append(slices.Clone(png), make([]byte, 3<<20)...)).problem(t, 422)
	w.send(w.token["linxiaohe"], "POST", path, "{}").problem(t, 422)
}
