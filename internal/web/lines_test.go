package web

import (
	"bytes"
	"html"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestLinesPage: the lines of an office, one changed, one ended, one drawn; who
// receives what stands beside them.
func TestLinesPage(t *testing.T) {
	w := newWorld(t)
	w.staff()
	admin := w.as("chengsy")
	path := "/units/" + string(w.county) + "/lines"
	page := admin.get(path)
	page.reads(t, "an office's lines", "报往", "报来", "谁收什么", "新画一条", "签收人")
	line := regexp.MustCompile(`/lines/([0-9a-z]{26})/change`).FindString(page.body)
	if line == "" {
		t.Fatal("no line can be changed by the administrator")
	}
	admin.send(path, line, url.Values{"page": {string(w.county)}, "rank": {"7"}}).reads(t, "a line in another order", "线路已变更")
	if got := admin.get(path); !strings.Contains(got.body, `value="7"`) {
		t.Error("the line's new place in the order is not on the page")
	}
	if got := admin.send(path, line, url.Values{"page": {string(w.county)}, "rank": {"100"}}); got.status != 422 && got.status != 400 {
		t.Errorf("a line's rank of 100 = %d, want it refused", got.status)
	}
	admin.send(path, line, url.Values{"page": {string(w.county)}, "until": {"2026-11-30"}}).reads(t, "a line that ends", "线路已变更", "11 月 30 日")
	if got := admin.send(path, path, url.Values{"unit_code": {"nowhere"}, "office_code": {"nowhere"}, "network": {"party"}}); !strings.Contains(got.body, "nowhere") || got.status == 200 {
		t.Errorf("a line from no unit = %d, want a refusal that keeps the code", got.status)
	}
	if got := w.as("linxm").get(path); got.status != 200 || strings.Contains(got.body, "/change\"") {
		t.Errorf("a reporter reads the lines = %d, want them without a way to change them", got.status)
	}
}

// TestEndingALine: the unit's page says what will be no more before a line ends,
// keeps the day that was refused, and ends it on the day that was named.
func TestEndingALine(t *testing.T) {
	w := newWorld(t)
	w.staff()
	admin := w.as("chengsy")
	path := "/units/" + string(w.town)
	page := admin.get(path)
	page.reads(t, "a unit's lines", "不能再按这条线路往", "已经报上去的照办", "停用这条线路")
	end := regexp.MustCompile(`/lines/([0-9a-z]{26})/end`).FindStringSubmatch(page.body)
	if end == nil {
		t.Fatal("no line can be ended by the administrator")
	}
	button := regexp.MustCompile(`<details([^>]*)><summary[^>]*>停用`)
	if m := button.FindStringSubmatch(page.body); m == nil || m[1] != "" {
		t.Errorf("the way to end a line = %q, want it folded away", m)
	}
	refused := admin.send(path, end[0], url.Values{"unit": {string(w.town)}, "line": {end[1]}, "until": {"someday"}})
	if m := button.FindStringSubmatch(refused.body); refused.status == 200 || m == nil || m[1] != " open" || !strings.Contains(refused.body, `name="until" value="someday"`) {
		t.Errorf("an end on no day = %d, %q; want it refused, open, with what was typed", refused.status, m)
	}
	admin.send(path, end[0], url.Values{"unit": {string(w.town)}, "line": {end[1]}, "until": {"2026-12-01"}}).reads(t, "a line that ends", "渠道已停用", "12 月 1 日")
	if got := w.as("linxm").get(path); strings.Contains(got.body, "/end\"") {
		t.Error("a reporter is offered to end a line")
	}
}

// upload sends a file by the form of a page.
func (b *browser) upload(from, to, name string, file []byte) answer {
	b.w.t.Helper()
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	must(b.w.t, parts.WriteField("form_token", formToken.FindStringSubmatch(b.get(from).body)[1]))
	must(b.w.t, parts.WriteField("text", ""))
	part, err := parts.CreateFormFile("file", name)
	must(b.w.t, err)
	_, err = part.Write(file)
	must(b.w.t, err)
	must(b.w.t, parts.Close())
	req, err := http.NewRequestWithContext(b.w.t.Context(), http.MethodPost, b.w.URL+to, &body)
	must(b.w.t, err)
	req.Header.Set("Content-Type", parts.FormDataContentType())
	return b.do(req)
}

// TestAnUploadedSheet: a workbook and a file of commas, whatever they are called,
// give the preview that pasted text gives, and what is confirmed is what was
// shown; what is no sheet is refused.
func TestAnUploadedSheet(t *testing.T) {
	w := newWorld(t)
	w.staff()
	admin := w.as("chengsy")
	const path = "/registers/changes"
	book := excelize.NewFile()
	defer book.Close()
	for i, row := range [][]any{{"日期", "事项", "代码", "名称"}, {"2026-12-01", "更名", "nowhere", "新名"}} {
		must(t, book.SetSheetRow("Sheet1", "A"+strconv.Itoa(i+1), &row))
	}
	var xlsx bytes.Buffer
	must(t, book.Write(&xlsx))
	for name, file := range map[string][]byte{"变更.xlsx": xlsx.Bytes(), "变更.csv": xlsx.Bytes(), "变更表.csv": []byte("日期,事项,代码,名称\n2026-12-01,更名,nowhere,新名\n")} {
		admin.upload(path, path, name, file).reads(t, "the preview of "+name, "不行 1", "nowhere", "新名")
	}
	code := regexp.MustCompile(`<span>([^<]+)</span><span>乡镇`).FindStringSubmatch(admin.get("/units/" + string(w.town)).body)
	if code == nil {
		t.Fatal("the town's page does not say its code")
	}
	shown := admin.upload(path, path, "变更表.csv", []byte("日期,事项,代码,名称\n2026-12-01,更名,"+code[1]+",\"青禾,街道\"\n"))
	shown.reads(t, "the preview of a rename", "到期办")
	text := regexp.MustCompile(`name="text" value="([^"]*)"`).FindStringSubmatch(shown.body)
	if text == nil {
		t.Fatal("the preview has nothing to confirm")
	}
	admin.send(path, path, url.Values{"confirm": {"1"}, "text": {html.UnescapeString(text[1])}}).reads(t, "carried out", "变更表已办：1 项")
	for name, file := range map[string][]byte{"空.csv": {}, "坏.xlsx": []byte("PK\x03\x04 not an archive"), "大.csv": bytes.Repeat([]byte("日期,事项,代码\n"), 1<<17)} {
		if got := admin.upload(path, path, name, file); got.status < 400 || got.status >= 500 {
			t.Errorf("%s uploaded = %d, want it refused", name, got.status)
		}
	}
}

// TestAMergeAsksOfEachPost: every post moves unless it is left, and the act is
// held to what was shown.
func TestAMergeAsksOfEachPost(t *testing.T) {
	w := newWorld(t)
	w.staff()
	admin := w.as("chengsy")
	path := "/units/" + string(w.town) + "/change"
	ask := path + "?act=merge&from=2026-11-24&into_code="
	code := regexp.MustCompile(`<span>([^<]+)</span><span>县`).FindStringSubmatch(admin.get("/units/" + string(w.county)).body)
	if code == nil {
		t.Fatal("the county's page does not say its code")
	}
	ask += code[1]
	page := admin.get(ask)
	page.reads(t, "the preview of a merge", "随并入走的岗位", "随迁")
	post := regexp.MustCompile(`name="(post-[0-9a-z]{26})" value="moves" checked`).FindStringSubmatch(page.body)
	if post == nil {
		t.Fatal("a post of the merged unit does not move by default")
	}
	digest := regexp.MustCompile(`name="digest" value="([0-9a-f]{64})"`)
	all := digest.FindStringSubmatch(page.body)
	left := admin.get(ask + "&" + post[1] + "=ends")
	left.reads(t, "the preview with a post left", "终止")
	one := digest.FindStringSubmatch(left.body)
	if all == nil || one == nil || all[1] == one[1] || !strings.Contains(left.body, `name="leave" value="`+strings.TrimPrefix(post[1], "post-")) {
		t.Fatal("a post that is left does not change the preview")
	}
	form := url.Values{"act": {"merge"}, "from": {"2026-11-24"}, "into_code": {code[1]}, "digest": all[1:], "leave": {strings.TrimPrefix(post[1], "post-")}}
	if got := admin.send(path, path, form); got.status == 200 {
		t.Errorf("another choice than was shown = %d, want a refusal", got.status)
	}
	form.Set("digest", one[1])
	admin.send(path, path, form).reads(t, "merged", "变更已办")
}
