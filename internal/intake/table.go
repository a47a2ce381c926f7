package intake

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"xinshu/internal/fault"
)

// TableOptions says what a table must have.
type TableOptions struct {
	Required []string          // columns without which the file is refused
	Rename   map[string]string // heading in the file → our name for the column
	Strict   bool              // every heading of Rename must be there, and names nothing twice
	Limit    int64             // most bytes after unpacking; 0 = 256 MB
}

const (
	defaultLimit = 256 << 20
	maxColumns   = 200
)

// Table is a table read row by row, columns by the names in its first line.
type Table struct {
	name     string
	rows     rowReader
	place    func(line int) string
	encoding func() Encoding
	close    func() error
	day      func(cell string) (time.Time, bool)
	loose    bool // rows may be shorter or longer than the heading
	columns  []string
	index    map[string]int
	done     error
}

// Row is one row, with the line it begins on.
type Row struct {
	Line  int
	cells []string
	index map[string]int
}

// Get is a cell without the blanks around it; "" for a column the file has not.
func (r Row) Get(column string) string {
	if i, ok := r.index[column]; ok && i < len(r.cells) {
		return strings.TrimSpace(r.cells[i])
	}
	return ""
}

// OpenTable reads the first line of r, which names the columns and shows what
// separates them: tabs, commas or semicolons. Headings are compared without
// regard to case.
func OpenTable(name string, r io.Reader, opt TableOptions) (*Table, error) {
	if opt.Limit == 0 {
		opt.Limit = defaultLimit
	}
	text, err := Decode(r, opt.Limit)
	if err != nil {
		return nil, inFile(name, err)
	}
	buffered := bufio.NewReaderSize(text, block)
	head, err := buffered.Peek(block)
	if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
		return nil, inFile(name, err)
	}
	first, _, _ := strings.Cut(strings.TrimLeft(string(head), "\r\n"), "\n")
	t := &Table{name: name, place: at, encoding: text.Encoding, close: func() error { return nil },
		day: func(string) (time.Time, bool) { return time.Time{}, false }}
	if comma := separator(first); comma == '\t' {
		t.rows = &tabRows{in: buffered}
	} else {
		quoted := csv.NewReader(buffered)
		quoted.Comma, quoted.FieldsPerRecord = comma, -1
		t.rows = commaRows{quoted}
	}
	header, line, err := t.rows.next()
	if errors.Is(err, io.EOF) {
		return nil, inFile(name, fault.Bad("file", "empty"))
	}
	if err != nil {
		return nil, t.refusal(err)
	}
	return t, t.setHeader(header, line, opt)
}

func (t *Table) setHeader(header []string, line int, opt TableOptions) error {
	if len(header) > maxColumns {
		return inFile(t.name, fault.Bad(t.place(line), "too_many_columns", "max", strconv.Itoa(maxColumns)))
	}
	renamed := make(map[string]string, len(opt.Rename))
	taken := map[string]bool{}
	for from, to := range opt.Rename {
		renamed[plainName(from)] = to
		taken[to] = opt.Strict
	}
	t.index = make(map[string]int, len(header))
	var bad []fault.Field
	seen := map[string]bool{}
	for i, h := range header {
		was := plainName(h)
		h = was
		if to, ok := renamed[was]; ok {
			h = to
		} else if taken[was] {
			h = "(" + was + ")" // the mapping names another column for it
		}
		t.columns = append(t.columns, h)
		if h == "" {
			continue
		}
		// Without a mapping every name may matter; with one, only those it names.
		if _, twice := t.index[h]; twice && (!opt.Strict || taken[h]) {
			bad = append(bad, fault.Field{Path: t.place(line), Code: "column_twice", Params: fault.Pairs("column", was)})
		}
		t.index[h], seen[was] = i, true
	}
	found := make([]string, 0, len(header))
	for _, h := range header {
		if h = strings.TrimSpace(h); h != "" {
			found = append(found, h)
		}
	}
	missing := func(column string) {
		bad = append(bad, fault.Field{Path: t.place(line), Code: "column_missing",
			Params: fault.Pairs("column", column, "near", fault.Near(column, found), "found", strings.Join(found, ", "))})
	}
	for _, from := range slices.Sorted(maps.Keys(opt.Rename)) {
		if opt.Strict && !seen[plainName(from)] {
			missing(from)
		}
	}
	for _, want := range opt.Required {
		if _, ok := t.index[want]; !ok && !taken[want] {
			missing(want)
		}
	}
	if err := fault.Fields(bad); err != nil {
		return inFile(t.name, err)
	}
	return nil
}

// Uncalm takes off the apostrophe that keeps a spreadsheet from running a cell.
func Uncalm(cell string) string {
	rest := strings.TrimLeft(cell, "'")
	if rest == cell || rest == "" {
		return cell
	}
	if r, _ := utf8.DecodeRuneInString(rest); strings.ContainsRune("=+-@＝＋－＠\t\r", r) {
		return cell[1:]
	}
	return cell
}

func plainName(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// Close lets go of what the table holds.
func (t *Table) Close() error { return t.close() }

// Day is the calendar day that the table keeps as a number, as workbooks do.
func (t *Table) Day(cell string) (time.Time, bool) { return t.day(cell) }

// Place says where a line of the table stands, for a person.
func (t *Table) Place(line int) string { return t.place(line) }

// Has reports whether the table has a column.
func (t *Table) Has(column string) bool { _, ok := t.index[column]; return ok }

// Columns are the names of the columns, in the file's order, as Get knows them.
func (t *Table) Columns() []string { return t.columns }

// Encoding is how the file was written; final after io.EOF.
func (t *Table) Encoding() Encoding { return t.encoding() }

// Next is the next row, io.EOF after the last. Empty lines are passed over. A
// row with more or fewer cells than the first line has is refused, and after
// any error there are no more rows.
func (t *Table) Next() (Row, error) {
	if t.done != nil {
		return Row{}, t.done
	}
	cells, line, err := t.rows.next()
	if errors.Is(err, io.EOF) {
		t.done = io.EOF
		return Row{}, t.done
	}
	if err != nil {
		t.done = t.refusal(err)
		return Row{}, t.done
	}
	if len(cells) != len(t.columns) && !t.loose {
		t.done = inFile(t.name, fault.Bad(at(line), "ragged_row",
			"want", strconv.Itoa(len(t.columns)), "got", strconv.Itoa(len(cells))))
		return Row{}, t.done
	}
	return Row{Line: line, cells: cells, index: t.index}, nil
}

// refusal names the line of what the table reader could not read.
func (t *Table) refusal(err error) error {
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		return inFile(t.name, fault.Bad(at(e.StartLine), "bad_quotes"))
	}
	return inFile(t.name, err)
}

// rowReader reads the cells of one row and the line it begins on.
type rowReader interface {
	next() (cells []string, line int, err error)
}

// commaRows reads cells that may be quoted and hold line breaks.
type commaRows struct{ *csv.Reader }

func (c commaRows) next() ([]string, int, error) {
	cells, err := c.Read()
	if err != nil {
		return nil, 0, err
	}
	line, _ := c.FieldPos(0)
	return cells, line, nil
}

// tabRows reads one row a line. A quote is a character like any other, unless
// it stands around the whole cell as spreadsheets write it: an open one cannot
// swallow the rows below.
type tabRows struct {
	in   *bufio.Reader
	line int
}

func (r *tabRows) next() ([]string, int, error) {
	for {
		s, err := r.in.ReadString('\n') // Text bounds the length of a line
		if err != nil && (s == "" || !errors.Is(err, io.EOF)) {
			return nil, 0, err
		}
		r.line++
		s = strings.TrimRight(s, "\r\n")
		if s == "" {
			continue
		}
		cells := strings.Split(s, "\t")
		if strings.Contains(s, `"`) {
			for i, c := range cells {
				if n := len(c); n >= 2 && c[0] == '"' && c[n-1] == '"' {
					cells[i] = strings.ReplaceAll(c[1:n-1], `""`, `"`)
				}
			}
		}
		return cells, r.line, nil
	}
}

// separator is what occurs most in the first line; a tab wins a draw.
func separator(header string) rune {
	best, count := '\t', strings.Count(header, "\t")
	for _, r := range ",;" {
		if n := strings.Count(header, string(r)); n > count {
			best, count = r, n
		}
	}
	if count == 0 {
		return ',' // one column
	}
	return best
}

// inFile adds the file's name to a refusal; other errors pass as they are.
func inFile(name string, err error) error {
	e, ok := errors.AsType[*fault.Error](err)
	if !ok || name == "" {
		return err
	}
	named := *e
	named.Fields = nil
	for _, f := range e.Fields {
		params := fault.Pairs("file", name)
		for k, v := range f.Params {
			params[k] = v
		}
		f.Params = params
		named.Fields = append(named.Fields, f)
	}
	return &named
}
