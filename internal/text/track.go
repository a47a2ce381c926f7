package text

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"znkr.io/diff"
)

// Piece is a piece of a paragraph with the version that made it so: the one that
// put an inserted piece in or struck a deleted one out. What was kept has none.
type Piece struct {
	Op   Op
	Text string
	By   int
}

// Tracked is one paragraph of a settled text beside the newest.
type Tracked struct {
	Raw, Edited string // settled and newest; "" when the other has no such paragraph
	Pieces      []Piece
}

// Change is what an editor takes or undoes as one: text struck out, text put in,
// or one in place of the other, at one place of one paragraph.
type Change struct {
	ID          string // names it as long as the newest text stays the same
	Para        int    // its row
	First, Last int    // its pieces, from First up to before Last
	Struck, Put string
	By          []int // the versions that made it, oldest first
}

// Track compares a settled text with the newest of its versions (oldest first,
// the newest last) and says of each piece that differs which version did it: a
// piece was put in by the version after the last that did not have it, and struck
// out by the version after the last that did.
func Track(settled string, versions []string) []Tracked {
	return track(settled, versions, Diff)
}

// TrackLine is the same for a text of one paragraph, a title.
func TrackLine(settled string, versions []string) []Tracked {
	return track(settled, versions, oneLine)
}

func oneLine(raw, edited string) []Para {
	if raw == "" && edited == "" {
		return nil
	}
	return []Para{{Raw: raw, Edited: edited, Spans: spans(raw, edited)}}
}

// phraseLimit is how many bytes of text are asked phrase by phrase who wrote them,
// in every version; of a longer text it is said who last touched the paragraph.
const phraseLimit = 60_000

// whole compares by paragraphs only.
func whole(raw, edited string) []Para {
	var out []Para
	for _, e := range diff.Edits(paragraphs(raw), paragraphs(edited)) {
		switch e.Op {
		case diff.Match:
			out = append(out, Para{Raw: e.X, Edited: e.Y, Spans: spans(e.X, e.Y)})
		case diff.Delete:
			out = append(out, Para{Raw: e.X, Spans: spans(e.X, "")})
		case diff.Insert:
			out = append(out, Para{Edited: e.Y, Spans: spans("", e.Y)})
		}
	}
	return out
}

type comparing func(raw, edited string) []Para

func track(settled string, versions []string, compare comparing) []Tracked {
	newest := versions[len(versions)-1]
	rows := compare(settled, newest)
	if len(settled)+len(newest) > phraseLimit {
		compare = whole
	}
	put := blame(rows, Inserted, newest, versions, compare)
	struck := blame(rows, Deleted, settled, versions, compare)
	out := make([]Tracked, len(rows))
	for i, p := range rows {
		out[i] = Tracked{Raw: p.Raw, Edited: p.Edited}
		for _, s := range p.Spans {
			switch s.Op {
			case Inserted:
				out[i].Pieces = append(out[i].Pieces, put.take(s)...)
			case Deleted:
				out[i].Pieces = append(out[i].Pieces, struck.take(s)...)
			default:
				out[i].Pieces = append(out[i].Pieces, Piece{Op: Same, Text: s.Text})
			}
		}
	}
	return out
}

// blamed is which version made each rune of one side that differs, in order.
type blamed struct{ by []int }

// take splits a span where the version changes, and uses its runes up.
func (b *blamed) take(s Span) []Piece {
	var out []Piece
	start, n := 0, 0
	for i := range s.Text {
		if n > 0 && b.by[n] != b.by[n-1] {
			out = append(out, Piece{s.Op, s.Text[start:i], b.by[n-1]})
			start = i
		}
		n++
	}
	out = append(out, Piece{s.Op, s.Text[start:], b.by[n-1]})
	b.by = b.by[n:]
	return out
}

// blame goes back through the versions and asks each whether it has the runes of
// side that op marks in rows. What no version answers for is the newest's.
func blame(rows []Para, op Op, side string, versions []string, compare comparing) *blamed {
	asked := marked(rows, op)
	last := len(versions) - 1
	by := make([]int, len(asked)) // of all runes of the side; 0 = not known yet
	open := 0
	for _, a := range asked {
		if a {
			open++
		}
	}
	for i := last - 1; i >= 0 && open > 0; i-- {
		if i+1 < last && versions[i] == versions[i+1] {
			continue
		}
		missing := marked(compare(versions[i], side), Inserted)
		for k, a := range asked {
			// put in after a version without it; struck out after one that had it
			if a && by[k] == 0 && missing[k] == (op == Inserted) {
				by[k] = i + 1
				open--
			}
		}
	}
	b := &blamed{}
	for k, a := range asked {
		if a && by[k] == 0 {
			by[k] = last
		}
		if a {
			b.by = append(b.by, by[k])
		}
	}
	return b
}

// marked says of each rune of one side whether op marks it: the raw side for
// Deleted, the edited one for Inserted.
func marked(rows []Para, op Op) []bool {
	other := Deleted
	if op == Deleted {
		other = Inserted
	}
	var out []bool
	for _, p := range rows {
		for _, s := range p.Spans {
			if s.Op == other {
				continue
			}
			for range s.Text {
				out = append(out, s.Op == op)
			}
		}
	}
	return out
}

// Changes lists what differs, in reading order.
func Changes(rows []Tracked) []Change {
	var out []Change
	para := 0 // of the newest text
	for i, row := range rows {
		at := 0 // in its runes
		for k := 0; k < len(row.Pieces); k++ {
			if row.Pieces[k].Op == Same {
				at += len([]rune(row.Pieces[k].Text))
				continue
			}
			c := Change{Para: i, First: k}
			for k < len(row.Pieces) && row.Pieces[k].Op != Same {
				p := row.Pieces[k]
				if p.Op == Deleted {
					c.Struck += p.Text
				} else {
					c.Put += p.Text
				}
				if !slices.Contains(c.By, p.By) {
					c.By = append(c.By, p.By)
				}
				k++
			}
			slices.Sort(c.By)
			c.Last = k
			k--
			sum := sha256.Sum256([]byte(c.Struck + "\n" + c.Put))
			c.ID = strconv.Itoa(para) + "." + strconv.Itoa(at) + "." + hex.EncodeToString(sum[:4])
			at += len([]rune(c.Put))
			out = append(out, c)
		}
		if row.Edited != "" {
			para++
		}
	}
	return out
}

// Take is the settled text with the chosen changes made in it.
func Take(rows []Tracked, chosen func(Change) bool) string {
	return build(rows, chosen, nil)
}

// Undo is the newest text without the chosen changes; its empty lines stay where
// they were.
func Undo(rows []Tracked, newest string, chosen func(Change) bool) string {
	return build(rows, func(c Change) bool { return !chosen(c) }, gaps(newest))
}

// build writes the text in which exactly the changes that in names are made.
func build(rows []Tracked, in func(Change) bool, gaps []bool) string {
	made := map[[2]int]bool{}
	for _, c := range Changes(rows) {
		for k := c.First; k < c.Last; k++ {
			made[[2]int{c.Para, k}] = in(c)
		}
	}
	var b strings.Builder
	para := 0
	for i, row := range rows {
		var line strings.Builder
		for k, p := range row.Pieces {
			if p.Op == Same || made[[2]int{i, k}] == (p.Op == Inserted) {
				line.WriteString(p.Text)
			}
		}
		gap := row.Edited != "" && para < len(gaps) && gaps[para]
		if row.Edited != "" {
			para++
		}
		if line.Len() == 0 {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
			if gap {
				b.WriteByte('\n')
			}
		}
		b.WriteString(line.String())
	}
	return b.String()
}

// gaps says of each paragraph whether an empty line stands before it.
func gaps(s string) []bool {
	var out []bool
	empty := false
	for line := range strings.Lines(s) {
		if strings.TrimSpace(line) == "" {
			empty = true
			continue
		}
		out = append(out, empty)
		empty = false
	}
	return out
}

// Row is one line of a page that sets a raw text beside what became of it.
type Row struct {
	Raw    string // the raw text's paragraph, "" for none
	At     int    // which row of the tracked text stands beside it; -1 for none
	Number int    // of the paragraph in the newest text, from 1; 0 when it has none
}

// Beside sets the raw text's paragraphs beside the rows of a tracked text, so
// that eyes move sideways only. A paragraph that was struck out and settled as
// such stands alone.
func Beside(raw, newest string, rows []Tracked) []Row {
	left := Diff(raw, newest)
	var out []Row
	at, number := 0, 0 // tracked rows and newest paragraphs that stand already
	for {
		var alone []string // raw paragraphs before the next one that is in the newest text
		for len(left) > 0 && left[0].Edited == "" {
			alone, left = append(alone, left[0].Raw), left[1:]
		}
		from := at
		for at < len(rows) && rows[at].Edited == "" {
			at++
		}
		out = beside(out, alone, rows[from:at], from)
		if at == len(rows) {
			return out
		}
		number++
		row := Row{At: at, Number: number}
		if len(left) > 0 {
			row.Raw, left = left[0].Raw, left[1:]
		}
		out = append(out, row)
		at++
	}
}

// beside pairs raw paragraphs without a successor with struck rows of the same
// text, in order.
func beside(out []Row, alone []string, rows []Tracked, at int) []Row {
	for i, r := range rows {
		row := Row{At: at + i}
		if k := slices.Index(alone, r.Raw); k >= 0 {
			for _, before := range alone[:k] {
				out = append(out, Row{Raw: before, At: -1})
			}
			row.Raw, alone = alone[k], alone[k+1:]
		}
		out = append(out, row)
	}
	for _, raw := range alone {
		out = append(out, Row{Raw: raw, At: -1})
	}
	return out
}

// Paragraphs are the lines of a text that have something on them, as a comparison
// counts them.
func Paragraphs(s string) []string { return paragraphs(s) }

// Moved is where a paragraph of the earlier text, counted from 1, stands in the
// later one of a comparison, and how it reads there; -1 when it was struck out.
func Moved(rows []Para, number int) (now int, reads string) {
	before, after := 0, 0
	for _, p := range rows {
		if p.Edited != "" {
			after++
		}
		if p.Raw == "" {
			continue
		}
		before++
		if before == number {
			if p.Edited == "" {
				return -1, ""
			}
			return after, p.Edited
		}
	}
	return -1, ""
}
