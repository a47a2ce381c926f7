package render

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"

	"xinshu/internal/fault"
)

// Format is a kind of table.
type Format string

// The formats.
const (
	JSONL Format = "jsonl"
	CSV   Format = "csv"
	XLSX  Format = "xlsx"
)

// Formats lists them.
var Formats = []Format{JSONL, CSV, XLSX}

// Media is the format's media type.
func (f Format) Media() string {
	switch f {
	case CSV:
		return "text/csv; charset=utf-8"
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	default:
		return "application/x-ndjson"
	}
}

// FormatOf is the format a name's ending says, whether gzipped or not.
func FormatOf(name string) (f Format, gzipped, ok bool) {
	name = strings.ToLower(name)
	name, gzipped = strings.CutSuffix(name, ".gz")
	for _, f := range Formats {
		if strings.HasSuffix(name, "."+string(f)) {
			return f, gzipped, !gzipped || f != XLSX
		}
	}
	return "", gzipped, false
}

// Row is one row of a table: an object for JSON lines, cells for the others, in
// the order of the table's columns. Cells beyond the columns are not looked at.
type Row interface{ Cells() []string }

// Table takes rows. Whoever opened it closes it, or what was written is not
// whole.
type Table interface {
	Write(Row) error
	Close() error
}

// Open begins a table of these columns. Name is what the sheets are called.
func Open(w io.Writer, f Format, name string, columns []string) (Table, error) {
	switch f {
	case JSONL:
		b := bufio.NewWriterSize(w, 64<<10)
		enc := json.NewEncoder(b)
		enc.SetEscapeHTML(false)
		return &lines{b, enc}, nil
	case CSV:
		b := bufio.NewWriterSize(w, 64<<10)
		if _, err := b.WriteString("\ufeff"); err != nil { // by which a spreadsheet knows UTF-8
			return nil, err
		}
		t := &commas{csv.NewWriter(b), b, len(columns)}
		return t, t.out.Write(columns)
	case XLSX:
		return openBook(w, name, columns, MaxSheetRows)
	}
	return nil, fault.Bad("format", "unknown_format", "value", string(f), "known", "jsonl, csv, xlsx")
}

type lines struct {
	buf *bufio.Writer
	enc *json.Encoder
}

func (l *lines) Write(r Row) error { return l.enc.Encode(r) }
func (l *lines) Close() error      { return l.buf.Flush() }

type commas struct {
	out   *csv.Writer
	buf   *bufio.Writer
	width int
}

func (c *commas) Write(r Row) error {
	cells := r.Cells()
	row := make([]string, c.width)
	for i := range min(len(cells), c.width) {
		row[i] = Calm(cells[i])
	}
	return c.out.Write(row)
}

func (c *commas) Close() error {
	c.out.Flush()
	if err := c.out.Error(); err != nil {
		return err
	}
	return c.buf.Flush()
}

// Calm writes a cell so that a spreadsheet takes it for a text: an apostrophe
// goes before what it would run. Before apostrophes that stand before such a
// text too, so that taking one off always gives the text back.
func Calm(cell string) string {
	rest := strings.TrimLeft(cell, "'")
	if rest != "" && strings.ContainsRune("=+-@＝＋－＠\t\r", firstRune(rest)) {
		return "'" + cell
	}
	return cell
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}
