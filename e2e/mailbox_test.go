package e2e

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"strconv"
	"strings"
	"testing"

	"xinshu/internal/flow"
	"xinshu/internal/testing/mailhouse"
)

// onePage is a PDF of one page with one line.
func onePage(line string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	text := "BT /F1 24 Tf 72 700 Td (" + line + ") Tj ET"
	for i, body := range []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
		fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(text), text), "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj%s endobj\n", i+1, body)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, xref)
	return b.Bytes()
}

// photo is a small picture of two colours.
func photo(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 640, 480))
	for y := range 480 {
		for x := range 640 {
			c := color.RGBA{60, 90, 120, 255}
			if y > 240 {
				c = color.RGBA{120, 100, 70, 255}
			}
			img.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withFiles is a message with a text and two files, as mail programs make it.
func withFiles(t *testing.T, subject, body string) string {
	t.Helper()
	word := func(s string) string { return "=?UTF-8?B?" + base64.StdEncoding.EncodeToString([]byte(s)) + "?=" }
	part := func(kind, name string, data []byte) string {
		return "--b0undary\r\nContent-Type: " + kind + "; name=\"" + word(name) + "\"\r\nContent-Disposition: attachment; filename=\"" + word(name) + "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString(data) + "\r\n"
	}
	return "Message-ID: <mailbox-e2e@x.cn>\r\nDate: Thu, 19 Nov 2026 16:20:00 +0800\r\nFrom: " + word("周满仓") + " <liudu@x.cn>\r\nTo: desk@x.cn\r\nSubject: " + word(subject) + "\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b0undary\r\n\r\n" +
		"--b0undary\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte(body)) + "\r\n" +
		part("application/pdf", "险情报告.pdf", onePage("EMBANKMENT REPORT")) + part("image/jpeg", "塌方现场.jpg", photo(t)) + "--b0undary--\r\n"
}

// The mailbox of an office, from the administrator who enters it to the filing that
// a message becomes: the form comes filled, the scan stands beside it, the person
// confirms the unit; it is in the inbox once and the message stays where it was.
func TestMailToFiling(t *testing.T) {
	const title, body = "柳渡口护岸又塌一处", "11月19日下午，柳渡口下游护岸塌方十二米，没有伤人。\n已经拉起警戒线，三人值守。"
	house := mailhouse.New(t)
	admin := signIn(t, "系统管理员")
	u, err := city.app.Flow.UnitByCode(t.Context(), flow.Actor{System: true}, "970121")
	if err != nil {
		t.Fatal(err)
	}
	at := "/units/" + string(u.ID) + "/mailbox"
	admin.Go(at)
	fill := func(password string) {
		admin.Type("#f-user", mailhouse.User)
		admin.Type("#f-password", password)
		admin.Type("#f-host", house.Host)
		admin.Set("#f-since", "2020-01-01")
		if admin.Count("details.x-twin[open] #f-port") == 0 {
			admin.Click("details.x-twin summary")
		}
		admin.Select("#f-tls", "none")
		admin.Type("#f-port", strconv.Itoa(house.Port))
		admin.Follow(`button[name="do"][value="set"]`)
	}
	fill("a wrong word")
	admin.Shot("mailbox-wrong-password")
	if !strings.Contains(admin.Text("main"), "密码") || house.Unseen() != 0 {
		t.Errorf("after a wrong password the page says %q", admin.Text("main"))
	}
	house.Lay(withFiles(t, title, body))
	fill(mailhouse.Password)
	admin.WaitText("1 封")
	admin.Shot("mailbox-set")
	admin.Accessible("a mailbox that is set")

	editor := signIn(t, "编辑")
	editor.Allow(`422|favicon`) // a scan by itself has no picture for its tab
	editor.Go("/letters")
	editor.Shot("mailbox-letters")
	editor.FollowText(title)
	letter := editor.Path()
	if got := eval[string](editor, `document.querySelector("#f-title").value + "|" + document.querySelector("#f-body").value + "|" + document.querySelector("#f-contact").value + "|" + document.querySelector("#f-proof").value`); got != title+"|"+body+"|周满仓|liudu@x.cn" {
		t.Errorf("the form is filled with %q", got)
	}
	editor.becomes(`[...document.querySelectorAll(".x-scan img")].every((x) => x.complete && x.naturalWidth === 640) && document.querySelectorAll(".x-scan img").length === 1`)
	if n := editor.Count(`iframe.x-scan__pages`); n != 1 {
		t.Errorf("the scan is shown in %d frames, want 1", n)
	}
	editor.Accessible("a letter with a scan")
	editor.Shot("mailbox-letter")

	// the scan by itself, for screens without room for it beside the form
	scan := eval[string](editor, `((a) => a.target + " " + a.getAttribute("href"))(document.querySelector('.x-scan a[target="_blank"]'))`)
	if scan != "_blank "+letter+"/files/1?view=1" {
		t.Errorf("the scan opens by %q, want a tab of its own", scan)
	}
	editor.Go(letter + "/files/1?view=1")
	editor.soon(`document.contentType === "application/pdf"`)
	editor.shot("mailbox-scan")

	editor.Go(letter)
	editor.Follow(`button[name="do"][value="enter"]`) // nobody said for which unit
	editor.WaitText("单位")
	if got := eval[string](editor, `document.querySelector("#f-body").value`); got != body {
		t.Errorf("after a refusal the form has %q, want what was in it", got)
	}
	editor.Type("#f-unit", eval[string](editor, `document.querySelector("#units option").value`))
	editor.struckTwice(`button[name="do"][value="enter"]`)
	editor.soon(`location.pathname.startsWith("/filings/")`)
	editor.WaitText(title)
	if said := editor.Text("main"); !strings.Contains(said, "险情报告.pdf") || !strings.Contains(said, "塌方现场.jpg") {
		t.Errorf("the filing's page has not both files: %q", said)
	}
	editor.Shot("mailbox-filing")
	editor.Go("/inbox?state=filed")
	if n := eval[int](editor, `[...document.querySelectorAll("[data-row] a")].filter((a) => a.textContent.includes("`+title+`")).length`); n != 1 {
		t.Errorf("rows of it in the inbox = %d, want 1", n)
	}
	editor.Go("/letters")
	editor.Follow(`form[action="/letters/look"] button`)
	if editor.Shows(title) {
		t.Error("the letter waits again after it was entered")
	}
	if all, unseen := house.All(), house.Unseen(); all != 1 || unseen != 0 {
		t.Errorf("in the mailbox are %d messages, %d unread, want the one, read", all, unseen)
	}
	admin.Go(at)
	admin.Click(`details.x-twin:has(button[value="end"]) summary`)
	admin.Follow(`button[name="do"][value="end"]`)
	admin.WaitText("停用")
}
