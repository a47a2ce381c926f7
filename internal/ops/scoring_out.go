package ops

import (
	"context"
	"io"
	"os"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/render"
)

// ScoreFormats are the ways a score is written.
var ScoreFormats = []string{"table", "json", "csv", "xlsx"}

// ScoreOut is where a score goes and how.
type ScoreOut struct {
	Format string // empty: as the file's ending says, a table on standard output
	File   string // empty: standard output
	Out    io.Writer
	JSON   func(w io.Writer, v any) error // writes the document for machines
}

// Sheet is a result that can be written as one table.
type Sheet interface {
	Lines() []string
	table() (name string, columns []string, rows [][]string)
}

// Kind is the format that will be written; a format that is not there is refused
// before anything is worked out.
func (o ScoreOut) Kind() (string, error) {
	format := strings.ToLower(o.Format)
	if format == "" {
		format = "table"
		if f, gzipped, known := render.FormatOf(o.File); known && !gzipped && f != render.JSONL {
			format = string(f)
		}
		if strings.HasSuffix(strings.ToLower(o.File), ".json") {
			format = "json"
		}
	}
	switch format {
	case "table", "json", "csv":
	case "xlsx":
		if o.File == "" {
			return "", fault.Bad("--out", "required")
		}
	default:
		return "", fault.Bad("--format", "not_one_of", "value", o.Format, "near", fault.Near(o.Format, ScoreFormats), "known", strings.Join(ScoreFormats, ", "))
	}
	if o.File != "" {
		if _, err := os.Stat(o.File); err == nil {
			return "", fault.Bad(o.File, "is_there")
		}
	}
	return format, nil
}

// Write writes a result. A file has its name only once everything is in it.
func (o ScoreOut) Write(ctx context.Context, v Sheet) error {
	format, err := o.Kind()
	if err != nil {
		return err
	}
	if o.File == "" {
		return o.sheet(o.Out, format, v)
	}
	_, err = writeFile(ctx, o.File, false, func(f *os.File) error { return o.sheet(f, format, v) })
	return err
}

func (o ScoreOut) sheet(w io.Writer, format string, v Sheet) error {
	switch format {
	case "table":
		_, err := io.WriteString(w, strings.Join(v.Lines(), "\n")+"\n")
		return err
	case "json":
		return o.JSON(w, v)
	}
	name, columns, rows := v.table()
	t, err := render.Open(w, render.Format(format), name, columns)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := t.Write(row{columns, r}); err != nil {
			return err
		}
	}
	return t.Close()
}

// table is the standings, or the entries where some were asked for.
func (o *Scored) table() (name string, columns []string, rows [][]string) {
	if o.Entries != nil {
		columns = []string{"track", "who", "day", "fact", "line", "item", "kind", "component", "clause", "rule", "arithmetic", "points"}
		for _, e := range o.Entries {
			line := ""
			if e.Line > 0 {
				line = strconv.Itoa(e.Line)
			}
			rows = append(rows, []string{e.Track, e.Who, e.Day, e.Fact, line, e.Item, e.Kind, e.Component, e.Clause, e.Rule, e.Arithmetic, e.Points})
		}
		return "entries", columns, rows
	}
	parts := o.columns()
	columns = append([]string{"track", "class", "rank", "tied", "unit", "name"}, headings(parts)...)
	columns = append(columns, "points", "exact", "entries")
	add := func(track, class string, u ScoredUnit) {
		cells := []string{track, class, strconv.Itoa(u.Rank), yes(u.Tied), u.Unit, u.Name}
		for _, p := range parts {
			cells = append(cells, u.component(p))
		}
		rows = append(rows, append(cells, u.Points, u.Exact, strconv.Itoa(u.Entries)))
	}
	for _, c := range o.Classes {
		for _, u := range c.Units {
			add("unit", c.Class, u)
		}
	}
	for _, u := range o.Persons {
		add("person", "", u)
	}
	for _, u := range o.Fees {
		add("fee", "", u)
	}
	return "score", columns, rows
}
