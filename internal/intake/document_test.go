package intake

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"xinshu/internal/fault"
)

// docx packs parts, by name and content, into a document.
func docx(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i+1 < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err == nil {
			_, err = io.WriteString(w, parts[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const wordHead = `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`
const wordFoot = `</w:body></w:document>`

func TestReadDocx(t *testing.T) {
	for _, c := range []struct{ name, body, want, notes string }{
		{"paragraphs", `<w:p><w:r><w:t>青禾镇启动</w:t></w:r><w:r><w:t xml:space="preserve">清淤 </w:t></w:r></w:p><w:p/><w:p><w:r><w:t>镕喆堃䶮 &lt;b&gt;</w:t></w:r></w:p>`, "青禾镇启动清淤 ||镕喆堃䶮 <b>", ""},
		{"tracked changes", `<w:p><w:r><w:t>投入</w:t></w:r><w:del><w:r><w:delText>10</w:delText><w:t>十</w:t></w:r></w:del><w:ins><w:r><w:t>12</w:t></w:r></w:ins><w:r><w:t>万元</w:t></w:r></w:p>`, "投入12万元", "tracked"},
		{"a moved sentence", `<w:p><w:moveFrom><w:r><w:t>旧处</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>新处</w:t></w:r></w:moveTo></w:p>`, "新处", "tracked"},
		{"a paragraph mark deleted", `<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前半</w:t></w:r></w:p><w:p><w:r><w:t>后半</w:t></w:r></w:p>`, "前半后半", "tracked"},
		{"a table", `<w:p><w:r><w:t>表</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>村</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>亩</w:t></w:r></w:p><w:p><w:r><w:t>数</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p/></w:tc><w:tc><w:p><w:r><w:t>26</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>删掉的行</w:t></w:r></w:p></w:tc></w:tr></w:tbl>`, "表|村　亩 数|　26", "tables,tracked"},
		{"breaks, tabs and field codes", `<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>`, "甲 乙|丙", ""},
		{"a picture, automatic numbers", `<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:drawing/></w:r><w:r><w:t>一项</w:t></w:r></w:p>`, "一项", "numbers,pictures"},
	} {
		d, err := ReadDocument("稿.DOCX", docx(t, "[Content_Types].xml", "<Types/>", "word/document.xml", wordHead+c.body+wordFoot))
		slices.Sort(d.Notes)
		if got, notes := strings.Join(d.Lines, "|"), strings.Join(d.Notes, ","); err != nil || got != c.want || notes != c.notes {
			t.Errorf("ReadDocument of %s = %q, notes %q, %v; want %q, notes %q", c.name, got, notes, err, c.want, c.notes)
		}
	}
}

// The numbers that the program shows are in the text, as it shows them.
func TestReadDocxNumbers(t *testing.T) {
	para := func(props, text string) string {
		return `<w:p><w:pPr>` + props + `</w:pPr><w:r><w:t>` + text + `</w:t></w:r></w:p>`
	}
	num := func(list, level string) string {
		return `<w:numPr><w:ilvl w:val="` + level + `"/><w:numId w:val="` + list + `"/></w:numPr>`
	}
	lvl := func(at, start, format, shown, more string) string {
		return `<w:lvl w:ilvl="` + at + `">` + more + `<w:start w:val="` + start + `"/><w:numFmt w:val="` + format + `"/><w:lvlText w:val="` + shown + `"/></w:lvl>`
	}
	numbering := `<w:numbering xmlns:w="x"><w:abstractNum w:abstractNumId="7">` + lvl("0", "1", "chineseCountingThousand", "%1、", `<w:pStyle w:val="head"/>`) +
		lvl("1", "1", "chineseCounting", "（%2）", "") + lvl("2", "1", "decimal", "%2.%3", "") + `</w:abstractNum>
<w:abstractNum w:abstractNumId="8">` + lvl("0", "9", "decimal", "%1.", "") + lvl("1", "1", "bullet", "\uf0b7", "") + lvl("2", "1", "hebrew1", "%3", "") + `</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num></w:numbering>`
	styles := `<w:styles xmlns:w="x"><w:style w:styleId="head"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style><w:style w:styleId="own"><w:basedOn w:val="head"/></w:style></w:styles>`
	for _, c := range []struct{ name, body, want, notes string }{
		{"three levels", para(num("1", "0"), "投入") + para(num("1", "1"), "钱") + para(num("1", "1"), "人") + para(num("1", "2"), "村") + para(num("1", "0"), "成效") + para(num("1", "1"), "亩"),
			"一、投入|（一）钱|（二）人|二.1 村|二、成效|（一）亩", "numbered"},
		{"between plain paragraphs", para(num("2", "0"), "甲") + para("", "平文") + para(num("2", "0"), "乙") + para(num("2", "1"), "点"), "9. 甲|平文|10. 乙|• 点", "numbered"},
		{"by its style, and one that says no", para(`<w:pStyle w:val="head"/>`, "甲") + para(`<w:pStyle w:val="own"/>`, "乙") + para(`<w:pStyle w:val="head"/>`+num("0", "0"), "丙"), "一、甲|二、乙|丙", "numbered"},
		{"begun anew", para(num("1", "0"), "甲") + para(num("1", "0"), "乙") + para(num("3", "0"), "丙"), "一、甲|二、乙|一、丙", "numbered"},
		{"a kind nobody here writes", para(num("2", "2"), "甲"), "甲", "numbers"},
		{"a list that is not there", para(num("99", "0"), "甲"), "甲", "numbers"},
		{"dots alone", para(num("2", "1"), "甲"), "• 甲", ""},
		{"a numbered paragraph deleted", para(num("1", "0"), "甲") + `<w:p><w:pPr>` + num("1", "0") + `<w:rPr><w:del/></w:rPr></w:pPr><w:del><w:r><w:delText>没了</w:delText></w:r></w:del></w:p>` + para(num("1", "0"), "乙"), "一、甲|二、乙", "numbered,tracked"},
	} {
		d, err := ReadDocument("稿.docx", docx(t, "word/document.xml", wordHead+c.body+wordFoot, "word/numbering.xml", numbering, "word/styles.xml", styles))
		slices.Sort(d.Notes)
		if got, notes := strings.Join(d.Lines, "|"), strings.Join(d.Notes, ","); err != nil || got != c.want || notes != c.notes {
			t.Errorf("ReadDocument of %s = %q, notes %q, %v; want %q, notes %q", c.name, got, notes, err, c.want, c.notes)
		}
	}
	for n, want := range map[int]string{1: "一", 10: "十", 11: "十一", 20: "二十", 103: "一百零三", 110: "一百一十", 1001: "一千零一", 2030: "二千零三十"} {
		if got, _ := han(n); got != want {
			t.Errorf("han(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestReadDocxBesideTheText(t *testing.T) {
	page := `<w:hdr><w:p><w:r><w:t>机密★5年</w:t></w:r></w:p></w:hdr>`
	d, err := ReadDocument("a.docx", docx(t, "word/vbaProject.bin", "MZ", "word/header1.xml", page, "word/document.xml", wordHead+wordFoot))
	if err != nil || !slices.Equal(d.Apart, []string{"机密★5年"}) || !slices.Contains(d.Notes, NoteMacros) || len(d.Lines) != 0 {
		t.Errorf("ReadDocument = %+v, %v; want the header apart, and a word about the macros", d, err)
	}
}

func TestReadTxt(t *testing.T) {
	const said = "题目\r\n　　正文镕喆堃䶮\r\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(said)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(said)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string]string{"UTF-8": said, "UTF-8 with its mark": "\ufeff" + said, "GB18030": gb, "UTF-16": wide} {
		d, err := ReadDocument("稿.txt", []byte(b))
		title, body := d.Heading()
		if err != nil || title != "题目" || body != "　　正文镕喆堃䶮" {
			t.Errorf("ReadDocument in %s = %q, %q, %v; want the title and the line under it", name, title, body, err)
		}
	}
}

func TestHeading(t *testing.T) {
	for _, c := range []struct{ text, title, body string }{
		{"\n \n题目\n正文。", "题目", "正文。"},
		{"没有题目的一句话。\n第二句。", "", "没有题目的一句话。\n第二句。"},
		{strings.Repeat("长", 61) + "\n正文", "", strings.Repeat("长", 61) + "\n正文"},
		{"", "", ""},
	} {
		if title, body := (Document{Lines: strings.Split(c.text, "\n")}).Heading(); title != c.title || body != c.body {
			t.Errorf("Heading of %.20q = %.20q, %.20q, want %.20q, %.20q", c.text, title, body, c.title, c.body)
		}
	}
}

// What is no document, or was built to hurt, is refused and not half read.
func TestWhatIsNoDocument(t *testing.T) {
	bomb := wordHead + "<w:p><w:r><w:t>" + strings.Repeat("炸", 12<<20) + "</w:t></w:r></w:p>" + wordFoot
	for _, c := range []struct {
		name, file, code string
		b                []byte
	}{
		{"another kind", "稿.pdf", "not_readable", []byte("%PDF")},
		{"no archive", "稿.docx", "not_a_document", []byte("PK\x03\x04 broken")},
		{"an archive of something else", "稿.docx", "not_a_document", docx(t, "a.txt", "x")},
		{"broken XML", "稿.docx", "not_a_document", docx(t, "word/document.xml", wordHead+"<w:p>")},
		{"an entity", "稿.docx", "not_a_document", docx(t, "word/document.xml", `<!DOCTYPE a [<!ENTITY x "y">]>`+wordHead+"<w:p><w:r><w:t>&x;</w:t></w:r></w:p>"+wordFoot)},
		{"elements without end", "稿.docx", "not_a_document", docx(t, "word/document.xml", strings.Repeat("<w:p>", 100_000))},
		{"a bomb", "稿.docx", "too_large", docx(t, "word/document.xml", bomb)},
		{"broken text", "稿.txt", "bad_encoding", []byte("好\xff\xfe\xfd好")},
	} {
		d, err := ReadDocument(c.file, c.b)
		bad, ok := fault.BadFields(err)
		if !ok || bad[0].Code != c.code {
			t.Errorf("ReadDocument of %s = %d lines, %v, want it refused as %s", c.name, len(d.Lines), err, c.code)
		}
	}
}

func FuzzDocument(f *testing.F) {
	f.Add(docx(f, "word/document.xml", wordHead+`<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>甲</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>`+wordFoot))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := ReadDocument("a.docx", b)
		if err == nil && len(d.Lines) > maxDocLines {
			t.Fatalf("%d lines, want at most %d", len(d.Lines), maxDocLines)
		}
	})
}
