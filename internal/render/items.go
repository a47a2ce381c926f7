package render

import (
	"encoding/json"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/item"
)

// ItemFields are the columns of a table of items that an import reads.
var ItemFields = []string{"id", "source", "unit", "title", "body", "genre", "form", "date", "created", "filed", "state", "urgent", "contact", "attachments", "hash"}

// ItemColumns are all of them: what an import reads, then what is for people,
// then where long texts go on.
func ItemColumns() []string {
	cols := append(slices.Clone(ItemFields), "unit_name", "office", "channel", "filings", "adopted")
	for n := 2; n <= bodyParts; n++ {
		cols = append(cols, Part("body", n))
	}
	return cols
}

// bodyParts is into how many cells the longest text goes: a character takes two
// units at most, and a cut looks back for a place without blanks.
const bodyParts = 2*item.MaxBody/MaxCell + 2

// Part is the column in which a text goes on that does not go into one cell.
func Part(column string, n int) string { return column + "." + strconv.Itoa(n) }

// ItemRow writes an item: itself as JSON, or the cells of ItemColumns.
type ItemRow struct{ item.Entry }

// Cells are the values of ItemColumns.
func (r ItemRow) Cells() []string {
	e := r.Entry
	urgent := ""
	if e.Urgent {
		urgent = "true"
	}
	desks := make([]string, len(e.Filings))
	for i, d := range e.Filings {
		desks[i] = spaced(d.Office, d.Number, d.State)
	}
	outlets := make([]string, len(e.Adopted))
	for i, o := range e.Adopted {
		outlets[i] = spaced(o.Office, o.Publication, o.Issue, o.State)
	}
	body := Parts(e.Body)
	cells := []string{e.ID, e.Source, e.Unit, e.Title, body[0], e.Genre, e.Form, e.Date, e.Created, e.Filed, string(e.State), urgent, e.Contact, files(e.Attachments), e.Hash,
		e.UnitName, e.Office, e.Channel, strings.Join(desks, "\n"), strings.Join(outlets, "\n")}
	return append(cells, body[1:]...)
}

func spaced(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
}

func files(fs []item.File) string {
	if len(fs) == 0 {
		return ""
	}
	b, err := json.Marshal(fs)
	if err != nil {
		return "" // texts and numbers always marshal
	}
	return string(b)
}

// Items writes a whole table of items. It stops at the first error, of the rows
// or of the target; what is written then is not a table.
func Items(w io.Writer, f Format, rows iter.Seq2[item.Entry, error]) error {
	t, err := Open(w, f, "items", ItemColumns())
	if err != nil {
		return err
	}
	for e, err := range rows {
		if err != nil {
			return err
		}
		if err := t.Write(ItemRow{e}); err != nil {
			return err
		}
	}
	return t.Close()
}
