package intake

import (
	"encoding/base64"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

func gb18030(t testing.TB, s string) string {
	t.Helper()
	out, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestReadMail(t *testing.T) {
	const zh = "柳渡乡两处护岸塌方，约三十米。"
	b64 := base64.StdEncoding.EncodeToString
	for _, c := range []struct {
		name, raw, subject, body string
		files, left              int
	}{
		{"plain UTF-8", "From: =?UTF-8?B?" + b64([]byte("柳渡乡")) + "?= <LD@x.cn>\r\nSubject: =?UTF-8?B?" + b64([]byte("护岸塌方")) + "?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + zh, "护岸塌方", zh, 0, 0},
		{"GB2312 that is really GB18030, in base64", "From: ld@x.cn\r\nSubject: =?gb2312?B?" + b64([]byte(gb18030(t, "镕镇护岸"))) + "?=\r\nContent-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64([]byte(gb18030(t, zh+"镕"))), "镕镇护岸", zh + "镕", 0, 0},
		{"eight-bit headers without a charset", "From: ld@x.cn\r\nSubject: " + gb18030(t, "护岸塌方") + "\r\n\r\n" + gb18030(t, zh), "护岸塌方", zh, 0, 0},
		{"HTML only", "From: ld@x.cn\r\nSubject: a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<style>p{}</style><p>第一段&amp;<b>粗</b></p><script>alert(1)</script><p>第二段</p>", "a", "第一段&粗\n\n第二段", 0, 0},
		{"a script in the subject stays letters", "From: ld@x.cn\r\nSubject: <script>alert(1)</script>\r\n\r\nx", "<script>alert(1)</script>", "x", 0, 0},
		{"two bodies and a file", "From: ld@x.cn\r\nSubject: a\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n--i\r\n\r\nplain\r\n--i\r\nContent-Type: text/html\r\n\r\n<p>html\r\n--i--\r\n--o\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=\"..\\\\..\\\\a.png\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64([]byte("\x89PNG")) + "\r\n--o--\r\n", "a", "plain", 1, 0},
		{"broken off in the middle of a part", "From: ld@x.cn\r\nSubject: a\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n\r\nplain\r\n--o\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nhalf", "a", "plain", 1, 0},
		{"a boundary that never comes", "From: ld@x.cn\r\nSubject: a\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\nnothing", "a", "", 0, 0},
		{"an unknown charset", "From: ld@x.cn\r\nSubject: a\r\nContent-Type: text/plain; charset=x-own\r\n\r\n" + gb18030(t, zh), "a", zh, 0, 0},
		{"an empty file", "From: ld@x.cn\r\nSubject: a\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\n\r\n--o--\r\n", "a", "", 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := ReadMail(strings.NewReader(c.raw))
			if err != nil {
				t.Fatal(err)
			}
			if m.Subject != c.subject || strings.TrimSpace(m.Body) != c.body || len(m.Files) != c.files || len(m.Left) != c.left {
				t.Errorf("mail = %q, %q, %d files, %q left; want %q, %q, %d, %d", m.Subject, m.Body, len(m.Files), m.Left, c.subject, c.body, c.files, c.left)
			}
			if m.From != "ld@x.cn" {
				t.Errorf("from = %q, want ld@x.cn", m.From)
			}
			for _, f := range m.Files {
				if strings.ContainsAny(f.Name, `/\`) {
					t.Errorf("file name %q leads elsewhere", f.Name)
				}
			}
		})
	}
}

func TestReadMailRefuses(t *testing.T) {
	for name, raw := range map[string]string{"nothing": "", "no headers": "hello\r\n\r\nworld", "too large": "From: a@b\r\nSubject: a\r\n\r\n" + strings.Repeat("x", MaxMail)} {
		if _, err := ReadMail(strings.NewReader(raw)); err == nil {
			t.Errorf("%s: read, want refused", name)
		}
	}
}

func FuzzReadMail(f *testing.F) {
	f.Add("From: ld@x.cn\r\nSubject: a\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n\r\nplain\r\n--o--")
	f.Fuzz(func(t *testing.T, raw string) {
		m, err := ReadMail(strings.NewReader(raw))
		if err == nil && len(m.Files) > maxFiles {
			t.Errorf("%d files", len(m.Files))
		}
	})
}
