package ops

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/intake"
	"xinshu/internal/org"
)

// ItemsOptions say how a file of items is read.
type ItemsOptions struct {
	Map    map[string]string // our field -> the file's column, for a register as CSV
	Units  []string          // codes that rows without a unit are dealt out to, by their identity
	Genre  string            // for rows that name none
	Form   string
	Limit  int // read this many rows at most; 0 = all
	DryRun bool
}

// itemFields are what a row may say.
var itemFields = []string{"id", "date", "title", "body", "source", "unit", "genre", "form"}

// jsonItem is one line of a JSONL file.
type jsonItem struct {
	ID     string `json:"id"`
	Date   string `json:"date"`
	Title  string `json:"title"`
	Body   string `json:"body"`
	Source string `json:"source"`
	Unit   string `json:"unit"`
	Genre  string `json:"genre"`
	Form   string `json:"form"`
}

// ImportItems reads items from JSONL, TSV or CSV, plain or gzipped, as filings
// of their units.
func ImportItems(ctx context.Context, f *flow.Flow, path string, opt ItemsOptions) (rep Report, err error) {
	defer fault.Wrap(&err, "ops.ImportItems")
	digest, err := digestOf(path)
	if err != nil {
		return rep, err
	}
	o, err := open(path)
	if err != nil {
		return rep, err
	}
	defer o.Close()
	if opt.Genre == "" {
		opt.Genre = "news"
	}
	if opt.Form == "" {
		opt.Form = "single"
	}
	read := readJSONL
	if name := strings.TrimSuffix(strings.ToLower(o.Name), ".gz"); strings.HasSuffix(name, ".csv") || strings.HasSuffix(name, ".tsv") || strings.HasSuffix(name, ".txt") {
		read = readTable
	}
	rows, encoding, err := read(o, opt)
	if err != nil {
		return rep, err
	}
	identify(rows)
	rep.Encoding, rep.DryRun = encoding, opt.DryRun
	rep.Imported, err = f.ImportItems(ctx, System, o.Name, digest, rows, !opt.DryRun)
	return rep, err
}

func readJSONL(o *opened, opt ItemsOptions) ([]flow.ImportRow, string, error) {
	j, err := intake.OpenJSONL(o.Name, o, MaxFile)
	if err != nil {
		return nil, "", err
	}
	var rows []flow.ImportRow
	for opt.Limit == 0 || len(rows) < opt.Limit {
		obj, err := j.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, "", err
		}
		var in jsonItem
		if err := obj.Decode(&in); err != nil {
			return nil, "", err
		}
		row, err := opt.row(obj.Line, in)
		if err != nil {
			return nil, "", err
		}
		rows = append(rows, row)
	}
	return rows, string(j.Encoding()), nil
}

func readTable(o *opened, opt ItemsOptions) ([]flow.ImportRow, string, error) {
	rename := map[string]string{}
	for ours, theirs := range opt.Map {
		rename[theirs] = ours
	}
	t, err := intake.OpenTable(o.Name, o, intake.TableOptions{Required: []string{"title"}, Rename: rename, Limit: MaxFile})
	if err != nil {
		return nil, "", err
	}
	var rows []flow.ImportRow
	for opt.Limit == 0 || len(rows) < opt.Limit {
		r, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, "", err
		}
		in := jsonItem{ID: r.Get("id"), Date: r.Get("date"), Title: r.Get("title"), Body: r.Get("body"), Source: r.Get("source"), Unit: r.Get("unit"), Genre: r.Get("genre"), Form: r.Get("form")}
		if in.Body == "" {
			in.Body = in.Title // a register has titles only
		}
		row, err := opt.row(r.Line, in)
		if err != nil {
			return nil, "", err
		}
		rows = append(rows, row)
	}
	return rows, string(t.Encoding()), nil
}

func (opt ItemsOptions) row(line int, in jsonItem) (flow.ImportRow, error) {
	row := flow.ImportRow{Line: line, Unit: in.Unit, Title: in.Title, Body: in.Body, Genre: in.Genre, Form: in.Form}
	if in.ID != "" {
		row.Source = in.Source + ":" + in.ID
	}
	if row.Unit == "" && len(opt.Units) > 0 {
		h := fnv.New32a()
		fmt.Fprintf(h, "%s\n%d", row.Source, line)
		row.Unit = opt.Units[int(h.Sum32())%len(opt.Units)]
	}
	if row.Genre == "" {
		row.Genre = opt.Genre
	}
	if row.Form == "" {
		row.Form = opt.Form
	}
	if in.Date != "" {
		day, ok := org.ParseDate(in.Date)
		if !ok {
			return row, fault.Bad(fmt.Sprintf("line %d: date", line), "not_a_date", "value", in.Date)
		}
		row.Day = day
	}
	return row, nil
}

// identify gives rows without an identity of their own one made of what they
// say, so that a second run of a register finds them. The same row twice in one
// file stays two.
func identify(rows []flow.ImportRow) {
	seen := map[string]int{}
	for i := range rows {
		r := &rows[i]
		if r.Source != "" {
			continue
		}
		what := ident.Hash(r.Unit, r.Day.String(), r.Title, r.Body)
		seen[what]++
		r.Source = "row:" + ident.Hash(what, strconv.Itoa(seen[what]))
	}
}

// ParseMap reads "title=标题,unit=单位代码".
func ParseMap(s string) (map[string]string, error) {
	out := map[string]string{}
	if s == "" {
		return out, nil
	}
	for part := range strings.SplitSeq(s, ",") {
		ours, theirs, ok := strings.Cut(strings.TrimSpace(part), "=")
		known := false
		for _, f := range itemFields {
			known = known || f == ours
		}
		if !ok || !known || theirs == "" {
			return nil, fault.Bad("--map", "unknown_word", "value", part, "known", strings.Join(itemFields, ", "))
		}
		out[ours] = theirs
	}
	return out, nil
}
