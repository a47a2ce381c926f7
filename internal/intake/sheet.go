package intake

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"xinshu/internal/fault"
)

// Bounds of a workbook.
const (
	maxWorkbook = 512 << 20 // as it lies on the disk
	maxUnpacked = 4 << 30
	maxRatio    = 200      // unpacked to packed; real registers stay below 60
	freeRatio   = 16 << 20 // below this unpacked size nobody counts
	maxHeading  = 30       // rows in which the heading is looked for
	inMemory    = 16 << 20 // a part larger than this is unpacked to a temporary file
	sheetRows   = 1 << 21  // lines of the nth sheet are counted from n times this
)

// SheetOptions say which sheet of a workbook is the table and what it must have.
type SheetOptions struct {
	TableOptions
	Sheet   string // "" = the first
	Heading int    // row of the heading; 0 = the first that has the columns
	Dir     string // for temporary files; "" = the system's
}

// OpenSheet reads a sheet of an XLSX workbook as a table, bounded in size and
// in how far it unpacks. A sheet that goes on in NAME 2, NAME 3, … is read on
// there. Cells come as they are stored: a date is a day number (see Table.Day), a
// formula its last result. A cell that is merged over several rows says the same
// in each of them, and so does a heading.
//
// Close it: large sheets are unpacked to temporary files.
func OpenSheet(name, file string, opt SheetOptions) (t *Table, err error) {
	if err := weigh(file); err != nil {
		return nil, inFile(name, err)
	}
	book, err := excelize.OpenFile(file, excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: inMemory, TmpDir: opt.Dir})
	if err != nil {
		return nil, inFile(name, fault.Bad("file", "not_a_sheet", "why", err.Error()))
	}
	defer func() {
		if err != nil {
			book.Close()
		}
	}()
	all := book.GetSheetList()
	if len(all) == 0 {
		return nil, inFile(name, fault.Bad("file", "empty"))
	}
	if opt.Sheet == "" {
		opt.Sheet = all[0]
	}
	if !slices.Contains(all, opt.Sheet) {
		return nil, inFile(name, fault.Bad("sheet", "no_such_sheet", "name", opt.Sheet, "found", strings.Join(all, ", ")))
	}
	s := &sheet{book: book, file: file, names: []string{opt.Sheet}}
	for n := 2; slices.Contains(all, opt.Sheet+" "+strconv.Itoa(n)); n++ {
		s.names = append(s.names, opt.Sheet+" "+strconv.Itoa(n))
	}
	props, err := book.GetWorkbookProps()
	if err != nil {
		return nil, inFile(name, fault.Bad("file", "not_a_sheet", "why", err.Error()))
	}
	from1904 := props.Date1904 != nil && *props.Date1904
	day := func(cell string) (time.Time, bool) { return sheetDay(cell, from1904) }
	t = &Table{name: name, rows: s, day: day, place: s.place, encoding: func() Encoding { return "xlsx" }, close: s.close, loose: true}
	if err := s.open(); err != nil {
		return nil, inFile(name, err)
	}
	heading, line, err := s.heading(opt)
	if errors.Is(err, io.EOF) {
		return nil, inFile(name, fault.Bad(s.place(1), "empty"))
	}
	if err != nil {
		return nil, inFile(name, err)
	}
	s.head = heading
	return t, t.setHeader(heading, line, opt.TableOptions)
}

// weigh looks at a workbook's table of contents before anything is unpacked.
func weigh(file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return fault.Bad("file", "cannot_read", "name", path.Base(file), "why", err.Error())
	}
	if info.Size() > maxWorkbook {
		return fault.Bad("file", "too_large", "limit", strconv.Itoa(maxWorkbook>>20)+" MB")
	}
	z, err := zip.OpenReader(file)
	if err != nil {
		return fault.Bad("file", "not_a_sheet", "why", err.Error())
	}
	defer z.Close()
	var unpacked uint64
	for _, part := range z.File {
		if unpacked += part.UncompressedSize64; unpacked > maxUnpacked {
			return fault.Bad("file", "too_large", "limit", strconv.Itoa(maxUnpacked>>20)+" MB")
		}
	}
	if ratio := unpacked / uint64(max(info.Size(), 1)); unpacked > freeRatio && ratio > maxRatio {
		return fault.Bad("file", "packed_too_tight", "ratio", strconv.FormatUint(ratio, 10))
	}
	return nil
}

// sheetDay is the calendar day that a spreadsheet keeps as a number.
func sheetDay(cell string, from1904 bool) (time.Time, bool) {
	n, err := strconv.ParseFloat(cell, 64)
	if err != nil || n < 1 || n >= 200_000 { // until 2447; 20261122 is a day as it stands
		return time.Time{}, false
	}
	t, err := excelize.ExcelDateToTime(n, from1904)
	return t, err == nil
}

// sheet reads the rows of a sheet and of those it goes on in.
type sheet struct {
	book   *excelize.File
	file   string
	names  []string
	at     int // which of them
	rows   *excelize.Rows
	line   int    // row of the sheet
	merged []area // by their first row
	ahead  []area // those not yet reached
	inside []area // those the current row is in
	head   []string
	held   [][]string // rows read while the heading was looked for
	first  int        // row of held[0]
}

// area is one merged range, rows and columns from 1 and 0; text is what its
// first cell says.
type area struct {
	top, left, bottom, right int
	text                     string
}

func (s *sheet) close() error { return errors.Join(s.shut(), s.book.Close()) }

func (s *sheet) shut() error {
	if s.rows == nil {
		return nil
	}
	return s.rows.Close()
}

func (s *sheet) open() (err error) {
	if s.rows, err = s.book.Rows(s.names[s.at]); err != nil {
		return fault.Bad("file", "not_a_sheet", "why", err.Error())
	}
	s.line = 0
	s.merged, err = mergedAreas(s.file, s.names[s.at])
	slices.SortFunc(s.merged, func(a, b area) int { return a.top - b.top })
	s.ahead, s.inside = s.merged, nil
	return err
}

// place says where a line stands, for a person.
func (s *sheet) place(line int) string {
	return "sheet " + s.names[min(line/sheetRows, len(s.names)-1)] + ", row " + strconv.Itoa(line%sheetRows)
}

// read is the next row of the open sheet, empty ones too.
func (s *sheet) read() ([]string, error) {
	if !s.rows.Next() {
		if err := s.rows.Error(); err != nil {
			return nil, fault.Bad(s.place(s.at*sheetRows+s.line), "broken_sheet", "why", err.Error())
		}
		return nil, io.EOF
	}
	s.line++
	cells, err := s.rows.Columns()
	if err != nil {
		return nil, fault.Bad(s.place(s.at*sheetRows+s.line), "broken_sheet", "why", err.Error())
	}
	return s.fill(cells), nil
}

// fill lets merged cells say in every row what they say in their first.
func (s *sheet) fill(cells []string) []string {
	s.inside = slices.DeleteFunc(s.inside, func(m area) bool { return m.bottom < s.line })
	for _, m := range s.inside {
		for len(cells) <= m.left {
			cells = append(cells, "")
		}
		cells[m.left] = m.text
	}
	for len(s.ahead) > 0 && s.ahead[0].top <= s.line {
		m := s.ahead[0]
		s.ahead = s.ahead[1:]
		if m.top == s.line && m.bottom > m.top && m.left < len(cells) && cells[m.left] != "" {
			m.text = cells[m.left]
			s.inside = append(s.inside, m)
		}
	}
	return cells
}

// heading finds the row that names the columns, or takes the one it was told. A
// heading of two rows, the upper merged over several columns, gives the columns
// their lower names; UPPER/LOWER where a lower name stands twice.
func (s *sheet) heading(opt SheetOptions) ([]string, int, error) {
	want := slices.Clone(opt.Required)
	for theirs, ours := range opt.Rename {
		want = append(want, theirs)
		want = slices.DeleteFunc(want, func(w string) bool { return w == ours })
	}
	var rows [][]string
	limit := max(opt.Heading+1, maxHeading)
	for len(rows) < limit {
		cells, err := s.read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, 0, err
		}
		rows = append(rows, cells)
	}
	fullest, best := -1, 0
	for i := range rows {
		if opt.Heading > 0 && i != opt.Heading-1 {
			continue
		}
		names, deep := s.namesAt(rows, i)
		found, filled := 0, 0
		for _, n := range names {
			if n != "" {
				filled++
			}
		}
		for _, w := range want {
			if slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, strings.TrimSpace(w)) }) {
				found++
			}
		}
		if found == len(want) && filled > 0 {
			s.held, s.first = rows[i+deep:], i+deep+1
			return names, i + 1, nil
		}
		if score := found*1000 + filled; score > best || fullest < 0 {
			fullest, best = i, score
		}
	}
	if fullest < 0 {
		return nil, 0, io.EOF
	}
	names, deep := s.namesAt(rows, fullest) // the table will say which columns are missing
	s.held, s.first = rows[fullest+deep:], fullest+deep+1
	return names, fullest + 1, nil
}

// namesAt are the columns' names when the heading begins in row i, and of how
// many rows it is.
func (s *sheet) namesAt(rows [][]string, i int) (names []string, deep int) {
	upper := trimmed(rows[i])
	wide := false
	for _, m := range s.merged {
		if m.top == i+1 && m.right > m.left && m.bottom == i+1 {
			wide = true
		}
	}
	vertical := slices.ContainsFunc(s.merged, func(m area) bool { return m.top == i+1 && m.bottom == i+2 })
	if !wide || !vertical || i+1 >= len(rows) {
		return upper, 1
	}
	lower := trimmed(rows[i+1])
	for len(upper) < len(lower) {
		upper = append(upper, "")
	}
	for _, m := range s.merged {
		if m.top == i+1 && m.bottom == i+1 && m.left < len(upper) {
			for c := m.left + 1; c <= m.right && c < len(upper); c++ {
				upper[c] = upper[m.left]
			}
		}
	}
	names = slices.Clone(lower)
	for len(names) < len(upper) {
		names = append(names, upper[len(names)])
	}
	for c := range names {
		twice := slices.ContainsFunc(names[:c], func(n string) bool { return n == names[c] }) || slices.Contains(names[c+1:], names[c])
		if names[c] != "" && twice && c < len(upper) && upper[c] != "" && upper[c] != lower[min(c, len(lower)-1)] {
			names[c] = upper[c] + "/" + names[c]
		}
	}
	return names, 2
}

func trimmed(cells []string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = strings.Join(strings.Fields(c), "") // a heading may be broken over lines
		if ascii(c) {
			out[i] = strings.Join(strings.Fields(c), " ")
		}
	}
	return out
}

func ascii(s string) bool { return strings.IndexFunc(s, func(r rune) bool { return r > 0x7e }) < 0 }

// next is the next row that says anything.
func (s *sheet) next() ([]string, int, error) {
	for {
		var cells []string
		line := s.line
		if len(s.held) > 0 {
			cells, line = s.held[0], s.first
			s.held, s.first = s.held[1:], s.first+1
		} else {
			var err error
			if cells, err = s.read(); errors.Is(err, io.EOF) && s.at+1 < len(s.names) {
				if err := s.onward(); err != nil {
					return nil, 0, err
				}
				continue
			} else if err != nil {
				return nil, 0, err
			}
			line = s.line
		}
		if slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
			return cells, s.at*sheetRows + line, nil
		}
	}
}

// onward goes to the sheet in which the table continues; its heading must be
// the same.
func (s *sheet) onward() error {
	if err := s.shut(); err != nil {
		return err
	}
	s.at++
	if err := s.open(); err != nil {
		return err
	}
	cells, err := s.read()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err == nil && !slices.Equal(trimmed(cells), s.head) {
		err = fault.Bad(s.place(s.at*sheetRows+1), "other_heading", "want", strings.Join(s.head, ", "))
	}
	return err
}

// mergedAreas reads where cells of a sheet are merged. It is asked of the file
// itself, because the library would hold the whole sheet in memory for it.
func mergedAreas(file, name string) ([]area, error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return nil, fault.Bad("file", "not_a_sheet", "why", err.Error())
	}
	defer z.Close()
	part := partOf(&z.Reader, name)
	if part == "" {
		return nil, nil // the library found it by another way; nothing is merged then
	}
	f, err := z.Open(part)
	if err != nil {
		return nil, fault.Bad("file", "not_a_sheet", "why", err.Error())
	}
	defer f.Close()
	return scanMerged(f)
}

// scanMerged looks for <mergeCell ref="A1:C2"/> without parsing the rows before.
func scanMerged(r io.Reader) ([]area, error) {
	const most = 10_000
	mark := []byte("mergeCell ref=\"")
	var out []area
	buf := make([]byte, 0, 2*block)
	for {
		n, err := io.ReadFull(r, buf[len(buf):len(buf)+block])
		buf = buf[:len(buf)+n]
		last := err != nil
		for len(out) < most {
			i := bytes.Index(buf, mark)
			if i < 0 {
				break
			}
			rest := buf[i+len(mark):]
			end := bytes.IndexByte(rest, '"')
			if end < 0 && !last && len(rest) < 64 {
				break // cut; the next block has the rest
			}
			if end >= 0 && end < 64 {
				if a, ok := areaOf(string(rest[:end])); ok {
					out = append(out, a)
				}
			}
			buf = append(buf[:0], rest...)
		}
		if last {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return out, nil
			}
			return nil, fault.Bad("file", "not_a_sheet", "why", err.Error())
		}
		if keep := len(mark) + 64; len(buf) > keep {
			buf = append(buf[:0], buf[len(buf)-keep:]...)
		}
	}
}

func areaOf(ref string) (area, bool) {
	from, to, ok := strings.Cut(ref, ":")
	left, top, err := excelize.CellNameToCoordinates(from)
	right, bottom, err2 := excelize.CellNameToCoordinates(to)
	return area{top: top, left: left - 1, bottom: bottom, right: right - 1}, ok && err == nil && err2 == nil
}

// partOf is the part of the archive that holds a sheet.
func partOf(z *zip.Reader, name string) string {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var rels struct {
		All []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if !parsePart(z, "xl/workbook.xml", &book) || !parsePart(z, "xl/_rels/workbook.xml.rels", &rels) {
		return ""
	}
	for _, s := range book.Sheets {
		for _, r := range rels.All {
			if s.Name == name && r.ID == s.ID {
				if strings.HasPrefix(r.Target, "/") {
					return strings.TrimPrefix(r.Target, "/")
				}
				return path.Join("xl", r.Target)
			}
		}
	}
	return ""
}

func parsePart(z *zip.Reader, name string, v any) bool {
	f, err := z.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	return xml.NewDecoder(io.LimitReader(f, inMemory)).Decode(v) == nil
}
