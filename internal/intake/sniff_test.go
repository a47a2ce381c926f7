package intake

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
)

// zipped makes an archive with the named parts.
func zipped(t testing.TB, names ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		w, err := z.Create(n)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte("<x/>")); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const (
	pngHead = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
	jpgHead = "\xff\xd8\xff\xe0\x00\x10JFIF\x00"
	oleHead = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "\x00\x00\x00\x00\x00\x00\x00\x00"
	mp4Head = "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
	exeHead = "MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00"
)

func TestSniff(t *testing.T) {
	docx := zipped(t, "[Content_Types].xml", "_rels/.rels", "word/document.xml")
	xlsx := zipped(t, "[Content_Types].xml", "docProps/app.xml", "_rels/.rels", "xl/workbook.xml")
	longText := strings.Repeat("清溪镇防汛。\n", 1000)
	for _, c := range []struct{ name, content, want string }{
		{"通报.pdf", "%PDF-1.7\n", "application/pdf"},
		{"材料.DOCX", docx, office + "wordprocessingml.document"},
		{"台账.xlsx", xlsx, office + "spreadsheetml.sheet"},
		{"旧稿.doc", oleHead + strings.Repeat("\x00", 600), "application/msword"},
		{"旧表.xls", oleHead + strings.Repeat("\x00", 600), "application/vnd.ms-excel"},
		{"旧稿.wps", oleHead + strings.Repeat("\x00", 600), "application/vnd.ms-works"},
		{"说明.txt", "云河县清溪镇", "text/plain"},
		{"说明.txt", gb(t, "云河县清溪镇防汛工作情况"), "text/plain"},
		{"长文.txt", longText, "text/plain"},
		{"长文.txt", gb(t, "a"+longText), "text/plain"},
		{"表.csv", "code,name\n1,甲\n", "text/csv"},
		{"图.jpg", jpgHead, "image/jpeg"},
		{"图.png", pngHead, "image/png"},
		{"图.gif", "GIF89a\x01\x00\x01\x00", "image/gif"},
		{"图.webp", "RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"},
		{"录像.mp4", mp4Head, "video/mp4"},
		{`C:\我的文档\图.png`, pngHead, "image/png"},

		{"图.png", jpgHead, "file/content_mismatch"},
		{"说明.txt", "<!DOCTYPE html><script>alert(1)</script>", "file/content_mismatch"},
		{"图.png", `<svg xmlns="http://www.w3.org/2000/svg"/>`, "file/content_mismatch"},
		{"说明.txt", exeHead, "file/content_mismatch"},
		{"说明.txt", "安全\x00\x01\x02", "file/content_mismatch"},
		{"材料.docx", zipped(t, "a.txt"), "file/content_mismatch"},
		{"材料.docx", xlsx, "file/content_mismatch"},
		{"通报.pdf", docx, "file/content_mismatch"},
		{"说明.txt", gz(t, "a"), "file/content_mismatch"},
		{"页.html", "<html>", "file/kind_not_allowed"},
		{"图.svg", "<svg/>", "file/kind_not_allowed"},
		{"程序.exe", exeHead, "file/kind_not_allowed"},
		{"包.zip", zipped(t, "a.txt"), "file/kind_not_allowed"},
		{"没有后缀", "a", "file/kind_not_allowed"},
		{"空.txt", "", "file/empty"},
		{"fdp\u202etxt.pdf", "%PDF-1.7\n", "file/bad_name"},
		{strings.Repeat("长", 200) + ".pdf", "%PDF-1.7\n", "file/name_too_long"},
		{"", "a", "file/name_required"},
	} {
		head := []byte(c.content)
		if len(head) > SniffLen {
			head = head[:SniffLen]
		}
		got, err := Sniff(c.name, head, int64(len(c.content)))
		if err != nil {
			got = firstField(err)
		}
		if got != c.want {
			t.Errorf("Sniff(%q, %.20q) = %s, %v, want %s", c.name, c.content, got, err, c.want)
		}
	}
	if _, err := Sniff("图.png", []byte(pngHead), MaxUpload+1); firstField(err) != "file/too_large" {
		t.Errorf("Sniff of a file over the limit = %v, want too_large", err)
	}
}
