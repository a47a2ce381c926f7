package demo

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"strings"
	"unicode/utf16"

	"xinshu/internal/flow"
)

// attach keeps one small file with a draft: real files, made here, so that
// whoever opens one sees something.
func (c *city) attach(p *paper) error {
	c.files++
	in := flow.Upload{}
	var body []byte
	var err error
	switch p.kindOfFile(c.files) {
	case "png":
		in.Name, in.Caption = "现场照片.png", c.name(p.unit)+"现场"
		body, err = c.photograph(c.files % 8)
	case "docx":
		in.Name, in.Caption = "情况说明.docx", "盖章前的文字稿"
		body, err = wordFile(p.title, p.body)
	case "pdf":
		in.Name, in.Caption = "附件.pdf", ""
		body = pdfFile([]string{p.title, c.name(p.unit) + "  " + c.date(c.now())})
	default:
		in.Name, in.Caption = "分村统计.txt", "各村核对过的数"
		body = []byte(c.villageTable(p))
	}
	if err != nil {
		return err
	}
	in.Size, in.Body = int64(len(body)), bytes.NewReader(body)
	c.tick()
	_, err = c.w.Flow.Attach(c.ctx, c.as(p.unit, "reporter", 0), p.id, in)
	return err
}

// kindOfFile: what happened has a photograph, what is argued has papers.
func (p *paper) kindOfFile(n int) string {
	if p.text.Genre == "warning" || p.text.Genre == "news" {
		return []string{"png", "png", "txt"}[n%3]
	}
	return []string{"docx", "pdf", "txt"}[n%3]
}

func (c *city) villageTable(p *paper) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\r\n填报单位：%s  填报日期：%s\r\n\r\n村名\t户数\t人数\r\n", p.title, c.name(p.unit), c.date(c.now()))
	households, people := 0, 0
	for _, k := range c.rng.Perm(len(villages))[:6] {
		n := c.between(3, 40)
		m := n*3 + c.between(-3, 6)
		households, people = households+n, people+m
		fmt.Fprintf(&b, "%s\t%d\t%d\r\n", villages[k], n, m)
	}
	fmt.Fprintf(&b, "合计\t%d\t%d\r\n", households, people)
	return b.String()
}

// photograph is one of a few, each drawn once.
func (c *city) photograph(n int) (b []byte, err error) {
	if b = c.photos[n]; b == nil {
		b, err = picture(uint64(n))
		c.photos[n] = b
	}
	return b, err
}

// picture is a landscape: sky, two ranges of hills, a river, the grain of a
// cheap telephone.
func picture(seed uint64) ([]byte, error) {
	const width, height = 200, 134
	rng := rand.New(rand.NewPCG(seed, 7))
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	phase, wave := rng.Float64()*6, 20+rng.Float64()*14
	for x := range width {
		far := 46 + 10*math.Sin(float64(x)/wave+phase) + 5*math.Sin(float64(x)/9)
		near := 74 + 12*math.Sin(float64(x)/(wave*1.4)+2*phase)
		bank := 102 + 6*math.Sin(float64(x)/40+phase)
		for y := range height {
			at := color.NRGBA{R: 176, G: 190, B: 200, A: 255}
			switch v := float64(y); {
			case v > bank:
				at = color.NRGBA{R: 148, G: 122, B: 84, A: 255}
			case v > near:
				at = color.NRGBA{R: 74, G: 110, B: 62, A: 255}
			case v > far:
				at = color.NRGBA{R: 112, G: 138, B: 128, A: 255}
			}
			grain := rng.IntN(13) - 6 - y/12
			img.SetNRGBA(x, y, color.NRGBA{R: shade(at.R, grain), G: shade(at.G, grain), B: shade(at.B, grain), A: 255})
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}

func shade(v uint8, by int) uint8 { return uint8(min(max(int(v)+by, 0), 255)) }

// wordFile is the smallest document that a word processor opens.
func wordFile(title, body string) ([]byte, error) {
	var text strings.Builder
	for _, line := range append([]string{title}, strings.Split(body, "\n")...) {
		text.WriteString("<w:p><w:r><w:t>" + html.EscapeString(line) + "</w:t></w:r></w:p>")
	}
	const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`
	parts := []struct{ name, text string }{
		{"[Content_Types].xml", head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{"_rels/.rels", head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/document.xml", head + `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + text.String() + `</w:body></w:document>`},
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.Create(p.name)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(p.text)); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}

// pdfFile is one page of lines in the typeface that readers bring for Chinese.
func pdfFile(lines []string) []byte {
	var page strings.Builder
	page.WriteString("BT /F1 14 Tf 72 760 Td 26 TL")
	for _, line := range lines {
		page.WriteString(" <")
		for _, u := range utf16.Encode([]rune(line)) {
			fmt.Fprintf(&page, "%04X", u)
		}
		page.WriteString("> Tj T*")
	}
	page.WriteString(" ET")
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", page.Len(), page.String()),
		"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
		"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 7 0 R >>",
		"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	starts := make([]int, len(objects))
	for i, o := range objects {
		starts[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	at := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, n := range starts {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, at)
	return b.Bytes()
}
