package render_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"xinshu/internal/render"
)

type cells []string

func (c cells) Cells() []string { return c }

// nasty are texts that a file of tables is known to spoil.
var nasty = []string{
	"", "平常的一句话", "=1+1", "+86", "-", "@cmd", "＝全角", "'=quoted", "''+twice", "'just an apostrophe", "two\nlines\n\nand a third", `say "so", he said`, "a,b;c\td",
	"𠮷野家在𣲘河边", "０１２３ＡＢ　全角", "<b>&amp;</b> ]]>", "_x0041_ and _x0041_x0042_ and __x0041_", "007", "1E5", "2026-11-22", "true", "🇨🇳👩‍👩‍👧", strings.Repeat("长", 32_767),
}

func written(t *testing.T, f render.Format, columns []string, rows ...[]string) []byte {
	t.Helper()
	var b bytes.Buffer
	tab, err := render.Open(&b, f, "items", columns)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := tab.Write(cells(r)); err != nil {
			t.Fatal(err)
		}
	}
	if err := tab.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAWorkbookIsReadBackWhole(t *testing.T) {
	file := written(t, render.XLSX, []string{"a", "b"}, pairs()...)
	x, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := x.GetRows("items")
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(nasty)+1 || rows[0][0] != "a" || rows[0][1] != "b" {
		t.Fatalf("%d rows, heading %q; want %d rows and a, b", len(rows), rows[0], len(nasty)+1)
	}
	for i, want := range nasty {
		got := ""
		if len(rows[i+1]) > 1 {
			got = rows[i+1][1]
		}
		if got != want {
			t.Errorf("row %d = %.60q, want %.60q", i+2, got, want)
		}
		at := fmt.Sprintf("B%d", i+2)
		if f, err := x.GetCellFormula("items", at); err != nil || f != "" {
			t.Errorf("%s is a formula %q, want a text", at, f)
		}
		if kind, err := x.GetCellType("items", at); want != "" && (err != nil || kind != excelize.CellTypeInlineString) {
			t.Errorf("%s is of type %v, want a text", at, kind)
		}
	}
}

func pairs() (rows [][]string) {
	for _, s := range nasty {
		rows = append(rows, []string{"x", s})
	}
	return rows
}

func TestCSVNeverRuns(t *testing.T) {
	file := written(t, render.CSV, []string{"a", "b"}, pairs()...)
	if !bytes.HasPrefix(file, []byte("\ufeffa,b\n")) {
		t.Errorf("begins %q, want the mark of UTF-8 and the heading", file[:10])
	}
	rows, err := csv.NewReader(bytes.NewReader(file[3:])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range nasty {
		got := rows[i+1][1]
		if strings.ContainsAny(got[:min(len(got), 1)], "=+-@") || strings.HasPrefix(got, "＝") {
			t.Errorf("cell %q could be run", got)
		}
		if strings.TrimPrefix(got, "'") != want && got != want {
			t.Errorf("cell = %q, want %q with at most one apostrophe more", got, want)
		}
	}
}

func TestJSONL(t *testing.T) {
	got := string(written(t, render.JSONL, nil, []string{"<a>", "二"}))
	if want := "[\"<a>\",\"二\"]\n"; got != want {
		t.Errorf("line = %q, want %q", got, want)
	}
}

func TestFormatOf(t *testing.T) {
	for name, want := range map[string]string{"a.jsonl": "jsonl false true", "A.CSV.gz": "csv true true", "b.xlsx": "xlsx false true", "b.xlsx.gz": "xlsx true false", "c.doc": " false false"} {
		f, zipped, ok := render.FormatOf(name)
		if got := fmt.Sprint(f, " ", zipped, " ", ok); got != want {
			t.Errorf("FormatOf(%s) = %s, want %s", name, got, want)
		}
	}
	if _, err := render.Open(nil, "pdf", "x", nil); err == nil {
		t.Error("Open(pdf) = nil, want it refused")
	}
}

func TestParts(t *testing.T) {
	for _, s := range []string{"", "短", strings.Repeat("字", 32_767), strings.Repeat("字", 32_768), strings.Repeat("𠮷", 50_000), strings.Repeat("一行文字。\n\n", 30_000), strings.Repeat("a", 200_000)} {
		parts := render.Parts(s)
		if strings.Join(parts, "") != s {
			t.Errorf("Parts of %d characters do not join to the text", utf8.RuneCountInString(s))
		}
		for i, p := range parts {
			n := 0
			for _, r := range p {
				n += 1 + map[bool]int{true: 1}[r > 0xffff]
			}
			if n > render.MaxCell || !utf8.ValidString(p) || i > 0 && strings.TrimSpace(p) != p && i < len(parts)-1 {
				t.Errorf("part %d has %d units, valid %t, want at most %d and no blank at its ends", i, n, utf8.ValidString(p), render.MaxCell)
			}
		}
	}
}

// nothing takes what is written.
type nothing struct{ n int64 }

func (w *nothing) Write(p []byte) (int, error) { w.n += int64(len(p)); return len(p), nil }

// TestManyRowsNeedTheMemoryOfOne writes two hundred thousand rows of a workbook.
func TestManyRowsNeedTheMemoryOfOne(t *testing.T) {
	out := &nothing{}
	tab, err := render.Open(out, render.XLSX, "items", []string{"a"})
	if err != nil {
		t.Fatal(err)
	}
	row := cells{strings.Repeat("文", 20)}
	var before, after runtime.MemStats
	for i := range 200_000 {
		if i == 1000 {
			runtime.GC()
			runtime.ReadMemStats(&before)
		}
		if err := tab.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if err := tab.Close(); err != nil {
		t.Fatal(err)
	}
	if grew := int64(after.HeapInuse) - int64(before.HeapInuse); grew > 8<<20 {
		t.Errorf("memory grew by %d KB over 200,000 rows, want less than 8 MB", grew>>10)
	}
}
