package intake

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"xinshu/internal/fault"
)

// Document is the text of a stranger's .docx or .txt: paragraphs without their
// looks, a table's row as one line.
type Document struct {
	Lines []string
	Apart []string // headers, footers and notes: not the text, but marks may stand there
	Notes []string // what its writer should know: NoteMacros …

	size int
}

// What is said of a document that was read.
const (
	NoteMacros   = "macros"   // it carries macros; they were left alone
	NoteTracked  = "tracked"  // it has tracked changes; the text is as if all were accepted
	NotePictures = "pictures" // it has pictures, which are no text
	NoteNumbered = "numbered" // its automatic numbers are in the text as they were shown
	NoteNumbers  = "numbers"  // automatic numbers of a kind we do not know; they are not in the text
	NoteTables   = "tables"   // it has tables; each row is a line
	NoteCut      = "cut"      // it is longer than any text may be; the rest was left out
)

// Notes lists them.
var Notes = []string{NoteMacros, NoteTracked, NotePictures, NoteNumbered, NoteNumbers, NoteTables, NoteCut}

// Bounds of a document.
const (
	MaxDocument = 20 << 20 // as it came
	maxPart     = 32 << 20 // one part unpacked
	maxParts    = 4000
	maxDocLines = 20_000
	maxDocBytes = 2 << 20 // of text
	maxNesting  = 500
	maxTight    = 300 // a part packed tighter than this is a trap
	maxDocTitle = 60  // the longest first line that is taken for a title, in runes

	// between stands between the cells of a row. A tab would become a blank when
	// the text is kept, and the columns would run together.
	between = "\u3000"
)

// ReadDocument reads a .docx or a .txt, which the end of its name says.
func ReadDocument(name string, body []byte) (Document, error) {
	switch strings.ToLower(path.Ext(name)) {
	case ".docx", ".docm":
		return readDocx(body)
	case ".txt":
		return readTxt(body)
	}
	return Document{}, fault.Bad("file", "not_readable", "name", path.Base(name))
}

// Heading splits a document into its title, "" if its first line is none, and
// the rest.
func (d Document) Heading() (title, body string) {
	lines := d.Lines
	at := slices.IndexFunc(lines, func(l string) bool { return strings.TrimSpace(l) != "" })
	if at < 0 {
		return "", ""
	}
	first := strings.TrimSpace(lines[at])
	if utf8.RuneCountInString(first) <= maxDocTitle && !strings.ContainsAny(first, "。；;") {
		return first, strings.Join(lines[at+1:], "\n")
	}
	return "", strings.Join(lines[at:], "\n")
}

func readTxt(body []byte) (d Document, err error) {
	t, err := Decode(bytes.NewReader(body), MaxDocument)
	if err != nil {
		return d, err
	}
	all, err := io.ReadAll(t)
	if err != nil {
		return d, err
	}
	for line := range strings.Lines(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(all))) {
		if strings.Contains(strings.TrimSpace(line), "\t") {
			d.note(NoteTables)
		}
		d.add(strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "\t", between))
	}
	return d, nil
}

// add appends a line within the bounds.
func (d *Document) add(line string) {
	if len(d.Lines) >= maxDocLines || d.size+len(line) > maxDocBytes {
		d.note(NoteCut)
		return
	}
	d.size += len(line)
	d.Lines = append(d.Lines, line)
}

func (d *Document) note(n string) {
	if !slices.Contains(d.Notes, n) {
		d.Notes = append(d.Notes, n)
	}
}

func readDocx(body []byte) (d Document, err error) {
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil || len(z.File) > maxParts {
		return d, fault.Bad("file", "not_a_document")
	}
	main := false
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		switch {
		case name == "word/document.xml":
			main = true
			if err := d.part(f, readNumbering(z.File)); err != nil {
				return d, err
			}
		case strings.HasSuffix(name, "vbaproject.bin"):
			d.note(NoteMacros)
		case strings.HasPrefix(name, "word/header"), strings.HasPrefix(name, "word/footer"), name == "word/footnotes.xml", name == "word/endnotes.xml":
			var apart Document
			if err := apart.part(f, nil); err != nil {
				return d, err
			}
			d.Apart = append(d.Apart, apart.Lines...)
		}
	}
	if !main {
		return d, fault.Bad("file", "not_a_document")
	}
	return d, nil
}

// part reads one part of the archive, as far as it may unpack.
func (d *Document) part(f *zip.File, nums *numbering) error {
	r, err := f.Open()
	if err != nil {
		return fault.Bad("file", "not_a_document")
	}
	defer r.Close()
	limit := min(maxPart, max(1<<20, int64(f.CompressedSize64)*maxTight))
	err = (&walk{d: d, nums: nums}).read(&bounded{r: r, left: limit, limit: limit})
	if _, ours := fault.BadFields(err); err == nil || ours {
		return err
	}
	return fault.Bad("file", "not_a_document")
}

// walk goes through a part's elements by their local names: the two namespaces
// of the format (of 2006 and the strict one) use the same.
type walk struct {
	d     *Document
	nums  *numbering // nil where numbers are of no interest
	depth int
	skip  int // inside something that is no text, so many elements deep
	props int // inside the properties of a paragraph
	row   int // inside the properties of a row
	text  int // inside a run's text

	paras  []*para // open paragraphs; a text box stands inside one
	joined string  // of a paragraph whose mark was deleted: the next one goes on with it
	join   bool
	tables int
	cells  []string
	gone   bool // the row was deleted
}

// para is an open paragraph and what it says of its number.
type para struct {
	strings.Builder
	numbered           bool
	list, level, style string
}

var errNested = errors.New("nested too deep")

func (w *walk) read(r io.Reader) error {
	dec := xml.NewDecoder(r)
	for {
		tok, err := dec.RawToken()
		if errors.Is(err, io.EOF) {
			if w.depth != 0 {
				return io.ErrUnexpectedEOF
			}
			return nil
		}
		if err != nil {
			return err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			if w.depth++; w.depth > maxNesting {
				return errNested
			}
			w.start(tok.Name.Local, tok.Attr)
		case xml.EndElement:
			if w.depth--; w.depth < 0 {
				return io.ErrUnexpectedEOF
			}
			w.end(tok.Name.Local)
		case xml.CharData:
			if w.skip == 0 && w.text > 0 {
				w.write(string(tok))
			}
		}
	}
}

func (w *walk) write(s string) {
	if n := len(w.paras); n > 0 && w.paras[n-1].Len() < maxDocBytes {
		w.paras[n-1].WriteString(s)
	}
}

func (w *walk) start(name string, attrs []xml.Attr) {
	if w.skip > 0 {
		w.skip++
		return
	}
	switch name {
	case "p":
		w.paras = append(w.paras, &para{})
	case "pPr":
		w.props++
	case "trPr":
		w.row++
	case "t":
		w.text++
	case "del", "moveFrom":
		w.d.note(NoteTracked)
		switch {
		case w.row > 0:
			w.gone = true
		case w.props > 0:
			w.join = true
		}
		w.skip = 1
	case "ins", "moveTo":
		w.d.note(NoteTracked)
	case "Fallback", "instrText", "delText", "delInstrText", "rPrChange", "pPrChange", "tblPrChange", "sectPrChange":
		w.skip = 1 // said twice, said in code, or as it was
	case "drawing", "pict", "object":
		w.d.note(NotePictures)
	case "numPr", "numId", "ilvl", "pStyle":
		if n := len(w.paras); n > 0 && w.props > 0 {
			w.paras[n-1].says(name, attrs)
		}
	case "tbl":
		w.tables++
		w.d.note(NoteTables)
	case "tr":
		if w.tables == 1 {
			w.cells, w.gone = nil, false
		}
	case "tc":
		if w.tables == 1 {
			w.cells = append(w.cells, "")
		}
	case "tab":
		if w.props == 0 {
			w.write(" ")
		}
	case "br", "cr":
		w.write("\n")
	case "noBreakHyphen":
		w.write("-")
	}
}

// says takes a property of the paragraph.
func (p *para) says(name string, attrs []xml.Attr) {
	val := ""
	for _, a := range attrs {
		if a.Name.Local == "val" {
			val = a.Value
		}
	}
	switch name {
	case "numPr":
		p.numbered = true
	case "numId":
		p.list = val
	case "ilvl":
		p.level = val
	case "pStyle":
		p.style = val
	}
}

// number is what the list shows before a paragraph.
func (w *walk) number(p *para) string {
	if w.nums == nil {
		return ""
	}
	shown, known := w.nums.before(p.list, p.level, p.style)
	if p.numbered && p.list == "" && shown == "" {
		known = false
	}
	switch {
	case !known:
		w.d.note(NoteNumbers)
	case shown != "" && shown != "• ":
		w.d.note(NoteNumbered)
	}
	return shown
}

func (w *walk) end(name string) {
	if w.skip > 0 {
		w.skip--
		return
	}
	switch name {
	case "p":
		w.paragraph()
	case "pPr":
		w.props--
	case "trPr":
		w.row--
	case "t":
		w.text--
	case "tbl":
		w.tables--
	case "tr":
		if w.tables == 1 && !w.gone {
			w.d.add(strings.Join(w.cells, between))
		}
	}
}

// paragraph ends the innermost one: a line of the text, or a part of a cell.
func (w *walk) paragraph() {
	n := len(w.paras) - 1
	if n < 0 {
		return
	}
	p := w.paras[n]
	line := w.joined + p.String()
	w.paras, w.joined = w.paras[:n], ""
	if w.join {
		w.join, w.joined = false, line
		return
	}
	if strings.TrimSpace(line) != "" || p.numbered {
		line = w.number(p) + line
	}
	if w.tables > 0 {
		if at := len(w.cells) - 1; at >= 0 && strings.TrimSpace(line) != "" {
			w.cells[at] = strings.TrimSpace(w.cells[at] + " " + strings.ReplaceAll(line, "\n", " "))
		}
		return
	}
	for one := range strings.SplitSeq(line, "\n") {
		w.d.add(one)
	}
}
