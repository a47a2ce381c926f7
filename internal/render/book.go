package render

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// What a sheet can hold.
const (
	MaxSheetRows = 1_048_576 // with the heading
	MaxCell      = 32_767    // UTF-16 units
)

// book is an XLSX workbook whose sheets are written one after another straight
// into the archive. A library would keep the whole file until the end, or twice
// on the disk; what is needed of the format is six small parts. When a sheet is
// full the next begins with the same heading, named NAME 2, NAME 3, …
type book struct {
	zip     *zip.Writer
	sheet   *bufio.Writer
	name    string
	columns []string
	width   int
	most    int // rows of a sheet
	row     int // rows of this sheet
	sheets  int
}

func openBook(w io.Writer, name string, columns []string, most int) (*book, error) {
	b := &book{zip: zip.NewWriter(w), name: name, columns: columns, width: len(columns), most: most}
	return b, b.begin()
}

const (
	xmlHead   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainSpace = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	docTypes  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	pkgTypes  = "http://schemas.openxmlformats.org/package/2006/relationships"
	sheetType = "application/vnd.openxmlformats-officedocument.spreadsheetml."
)

// begin starts a sheet with its heading: bold, and standing still when the rows
// below are scrolled. Every cell is of the format "text", so that a code typed
// into one keeps its zeros.
func (b *book) begin() error {
	b.sheets++
	b.row = 0
	part, err := b.zip.Create("xl/worksheets/sheet" + strconv.Itoa(b.sheets) + ".xml")
	if err != nil {
		return err
	}
	b.sheet = bufio.NewWriterSize(part, 64<<10)
	b.sheet.WriteString(xmlHead + `<worksheet ` + mainSpace + `><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`)
	return b.cells(b.columns, 2)
}

func (b *book) end() error {
	b.sheet.WriteString(`</sheetData></worksheet>`)
	return b.sheet.Flush()
}

func (b *book) Write(r Row) error {
	if b.row == b.most {
		if err := b.end(); err != nil {
			return err
		}
		if err := b.begin(); err != nil {
			return err
		}
	}
	return b.cells(r.Cells(), 1)
}

// cells writes one row in a style.
func (b *book) cells(cells []string, style int) error {
	b.row++
	fmt.Fprintf(b.sheet, `<row r="%d">`, b.row)
	for i, c := range cells[:min(len(cells), b.width)] {
		if c == "" {
			continue
		}
		if longest(c) > MaxCell {
			return fmt.Errorf("render: row %d, column %s: a text of %d characters does not go into a cell", b.row, b.columns[i], utf8.RuneCountInString(c))
		}
		fmt.Fprintf(b.sheet, `<c r="%s%d" s="%d" t="inlineStr"><is><t xml:space="preserve">`, letters(i), b.row, style)
		if err := xml.EscapeText(b.sheet, []byte(escaped(c))); err != nil {
			return err
		}
		b.sheet.WriteString(`</t></is></c>`)
	}
	_, err := b.sheet.WriteString(`</row>`)
	return err
}

// Close writes the parts that say what the sheets are.
func (b *book) Close() error {
	if err := b.end(); err != nil {
		return err
	}
	var types, sheets, rels strings.Builder
	for i := range b.sheets {
		n := i + 1
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`, n, sheetType)
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, SheetName(b.name, n), n, n)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, n, docTypes, n)
	}
	for _, p := range []struct{ name, text string }{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="` + sheetType + `sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="` + sheetType + `styles+xml"/>` + types.String() + `</Types>`},
		{"_rels/.rels", `<Relationships xmlns="` + pkgTypes + `"><Relationship Id="rId1" Type="` + docTypes + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook ` + mainSpace + ` xmlns:r="` + docTypes + `"><sheets>` + sheets.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + pkgTypes + `">` + rels.String() + fmt.Sprintf(`<Relationship Id="rId%d" Type="%s/styles" Target="styles.xml"/>`, b.sheets+1, docTypes) + `</Relationships>`},
		{"xl/styles.xml", `<styleSheet ` + mainSpace + `><fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>`},
	} {
		part, err := b.zip.Create(p.name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(part, xmlHead+p.text); err != nil {
			return err
		}
	}
	return b.zip.Close()
}

// SheetName is the name of the nth sheet of a table.
func SheetName(name string, n int) string {
	if n == 1 {
		return name
	}
	return name + " " + strconv.Itoa(n)
}

// letters is a column's name: A, …, Z, AA, …
func letters(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}

var looksEscaped = regexp.MustCompile(`^_x[0-9A-Fa-f]{4}_`)

// escaped protects what a spreadsheet would read as one of its own escapes. The
// underscore between two of them belongs to both.
func escaped(s string) string {
	at := strings.Index(s, "_x")
	if at < 0 {
		return s
	}
	var b strings.Builder
	for at >= 0 {
		b.WriteString(s[:at])
		s = s[at:]
		if looksEscaped.MatchString(s) {
			b.WriteString("_x005F")
		}
		b.WriteByte('_')
		s = s[1:]
		at = strings.Index(s, "_x")
	}
	b.WriteString(s)
	return b.String()
}

func longest(s string) int {
	if len(s) <= MaxCell {
		return len(s)
	}
	return units(s)
}

// Parts cuts a text into pieces that go into a cell each, never inside a
// character and never beside white space, which some programs trim.
func Parts(s string) []string {
	if len(s) <= MaxCell {
		return []string{s}
	}
	var out []string
	n, from, cut := 0, 0, 0
	var before rune
	for i, r := range s {
		if i > from && !blank(r) && !blank(before) {
			cut = i
		}
		if n += utf16.RuneLen(r); n > MaxCell && cut > from {
			out = append(out, s[from:cut])
			n = units(s[cut:i]) + utf16.RuneLen(r)
			from = cut
		}
		before = r
	}
	return append(out, s[from:])
}

func units(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

func blank(r rune) bool { return strings.ContainsRune(" \n\t\u3000\u00a0", r) }
