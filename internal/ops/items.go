package ops

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/intake"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/render"
)

// ItemsOptions say how a file of items is read.
type ItemsOptions struct {
	Map     *Mapping // what the file's columns and words mean; nil = ours
	Units   []string // codes that rows without a unit are dealt out to, by their identity
	Genre   string   // for rows that name none
	Form    string
	Limit   int    // read this many rows at most; 0 = all
	Files   string // folder of the export's attachments
	NoFiles bool   // leave attachments out
	DryRun  bool
}

// shown is how many rows a dry run shows.
const shown = 5

// itemFile is a file of items being read.
type itemFile struct {
	opt  ItemsOptions
	rows []flow.ImportRow
	rep  Report
	// what the kind of file knows
	place func(line int) string
	day   func(cell string) (time.Time, bool)
}

// ImportItems reads items from JSONL, TSV, CSV (plain or gzipped) or XLSX, as
// filings of their units. All or nothing; a second run adds nothing.
func ImportItems(ctx context.Context, f *flow.Flow, path string, opt ItemsOptions) (rep Report, err error) {
	defer fault.Wrap(&err, "ops.ImportItems")
	digest, err := digestOf(path)
	if err != nil {
		return rep, err
	}
	if opt.Genre == "" {
		opt.Genre = "news"
	}
	if opt.Form == "" {
		opt.Form = "single"
	}
	if opt.Map == nil {
		opt.Map = &Mapping{}
	}
	in := &itemFile{opt: opt, day: func(string) (time.Time, bool) { return time.Time{}, false }}
	if err := in.read(path); err != nil {
		return rep, err
	}
	identify(in.rows)
	if err := in.files(ctx, f); err != nil {
		return rep, err
	}
	in.rep.DryRun = opt.DryRun
	in.rep.Imported, err = f.ImportItems(ctx, System, filepath.Base(path), digest, in.rows, !opt.DryRun)
	return in.rep, in.placed(err)
}

func (in *itemFile) read(path string) error {
	switch kindOf(path) {
	case "xlsx":
		t, err := in.opt.Map.sheet(path, []string{"title"})
		if err != nil {
			return err
		}
		defer t.Close()
		return in.table(t, func(s string) string { return s })
	case "table":
		o, err := open(path)
		if err != nil {
			return err
		}
		defer o.Close()
		t, err := intake.OpenTable(o.Name, o, in.opt.Map.table([]string{"title"}))
		if err != nil {
			return err
		}
		return in.table(t, intake.Uncalm)
	}
	o, err := open(path)
	if err != nil {
		return err
	}
	defer o.Close()
	return in.lines(o)
}

// kindOf says by a name's ending how a file is read.
func kindOf(path string) string {
	name := strings.TrimSuffix(strings.ToLower(path), ".gz")
	switch filepath.Ext(name) {
	case ".xlsx", ".xlsm":
		return "xlsx"
	case ".csv", ".tsv", ".txt":
		return "table"
	}
	return "jsonl"
}

// table is what a text table must have for the mapping.
func (m *Mapping) table(required []string) intake.TableOptions {
	opt := intake.TableOptions{Rename: m.rename(), Strict: len(m.Columns) > 0, Limit: MaxFile}
	for _, r := range required {
		if !m.given(r) {
			opt.Required = append(opt.Required, r)
		}
	}
	return opt
}

// sheet opens a workbook's sheet as the mapping says.
func (m *Mapping) sheet(path string, required []string) (*intake.Table, error) {
	return intake.OpenSheet(filepath.Base(path), path, intake.SheetOptions{TableOptions: m.table(required), Sheet: m.Sheet, Heading: m.Heading})
}

func (in *itemFile) lines(o *opened) error {
	j, err := intake.OpenJSONL(o.Name, o, MaxFile)
	if err != nil {
		return err
	}
	in.place = func(line int) string { return "line " + strconv.Itoa(line) }
	for in.opt.Limit == 0 || len(in.rows) < in.opt.Limit {
		obj, err := j.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		var e item.Entry
		if err := in.opt.Map.decode(obj, &e); err != nil {
			return err
		}
		if err := in.add(obj.Line, e); err != nil {
			return err
		}
	}
	in.rep.Encoding = string(j.Encoding())
	return nil
}

// decode reads an object, its fields renamed and translated.
func (m *Mapping) decode(obj intake.Object, e *item.Entry) error {
	if len(m.Columns)+len(m.Constants)+len(m.Values) == 0 {
		return obj.Decode(e)
	}
	var raw map[string]json.RawMessage
	if err := obj.Decode(&raw); err != nil {
		return err
	}
	for ours, theirs := range m.Columns {
		v, ok := raw[theirs]
		delete(raw, ours)
		if ok {
			raw[ours] = v
		}
	}
	for _, f := range itemFields {
		var s string
		if v, ok := raw[f]; ok && json.Unmarshal(v, &s) != nil {
			continue // not a text: no word to translate
		}
		if v := m.value(f, s); v != s {
			raw[f], _ = json.Marshal(v) // a string always marshals
		}
	}
	whole, err := json.Marshal(raw)
	if err != nil {
		return err
	}
	obj.Raw = whole
	return obj.Decode(e)
}

func (in *itemFile) table(t *intake.Table, plain func(string) string) error {
	in.place, in.day = t.Place, t.Day
	for in.opt.Limit == 0 || len(in.rows) < in.opt.Limit {
		r, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		get := func(field string) string { return in.opt.Map.value(field, plain(r.Get(field))) }
		e := item.Entry{ID: number(get("id")), Source: get("source"), Unit: number(get("unit")), Title: get("title"), Body: get("body"), Genre: get("genre"), Form: get("form"),
			Date: get("date"), Created: get("created"), Filed: get("filed"), State: item.State(get("state")), Contact: number(get("contact")), Hash: get("hash")}
		for n := 2; t.Has(render.Part("body", n)); n++ {
			e.Body += plain(r.Get(render.Part("body", n)))
		}
		if e.Body == "" && e.Hash == "" {
			e.Body = e.Title // a register has titles only
		}
		if e.Urgent, err = yesOrNo(get("urgent")); err != nil {
			return in.at(r.Line, err)
		}
		if files := get("attachments"); files != "" {
			if err := json.Unmarshal([]byte(files), &e.Attachments); err != nil {
				return in.at(r.Line, fault.Bad("attachments", "bad_json", "why", err.Error()))
			}
		}
		if err := in.add(r.Line, e); err != nil {
			return err
		}
	}
	in.rep.Encoding = string(t.Encoding())
	return nil
}

// number writes a code or telephone number that a spreadsheet took for a number
// as it was meant: 3.31121E+11 is 331121000000.
func number(cell string) string {
	if !strings.ContainsAny(cell, "eE.") || strings.Trim(cell, "0123456789.eE+") != "" {
		return cell
	}
	f, _, err := big.ParseFloat(cell, 10, 128, big.ToNearestEven)
	if err != nil || !f.IsInt() || f.MantExp(nil) > 100 || !strings.ContainsAny(cell, "eE") {
		return cell
	}
	return f.Text('f', 0)
}

func yesOrNo(cell string) (bool, error) {
	switch strings.ToLower(cell) {
	case "", "false", "0", "no", "否", "假":
		return false, nil
	case "true", "1", "yes", "是", "真":
		return true, nil
	}
	return false, fault.Bad("urgent", "not_yes_or_no", "value", cell)
}

// at puts the place of a line before the fields of a refusal.
func (in *itemFile) at(line int, err error) error {
	return relocated(err, func(path string) string { return in.place(line) + ": " + path })
}

// add takes one entry as a row.
func (in *itemFile) add(line int, e item.Entry) error {
	row := flow.ImportRow{Line: line, Unit: e.Unit, Title: e.Title, Body: e.Body, Genre: e.Genre, Form: e.Form,
		State: e.State, Urgent: e.Urgent, Contact: e.Contact, Hash: e.Hash, Files: e.Attachments}
	if in.opt.NoFiles {
		row.Files = nil
	}
	if e.ID != "" {
		row.Source = e.Source + ":" + e.ID
	}
	if row.Unit == "" && len(in.opt.Units) > 0 {
		h := fnv.New32a()
		fmt.Fprintf(h, "%s\n%d", row.Source, line)
		row.Unit = in.opt.Units[int(h.Sum32())%len(in.opt.Units)]
	}
	unfinished := e.State != "" && e.State != item.Signed
	if row.Genre == "" && !unfinished {
		row.Genre = in.opt.Genre
	}
	if row.Form == "" && !unfinished {
		row.Form = in.opt.Form
	}
	var err error
	if row.Day, err = in.date(e.Date); err != nil {
		return in.at(line, err)
	}
	if row.Created, err = moment("created", e.Created); err != nil {
		return in.at(line, err)
	}
	if row.Filed, err = moment("filed", e.Filed); err != nil {
		return in.at(line, err)
	}
	if len(in.rep.First) < shown && in.opt.DryRun {
		e.Unit, e.Genre, e.Form, e.Date = row.Unit, row.Genre, row.Form, row.Day.String()
		in.rep.First = append(in.rep.First, Shown{Place: in.place(line), Entry: e})
	}
	in.rows = append(in.rows, row)
	return nil
}

func (in *itemFile) date(cell string) (org.Date, error) {
	if cell == "" {
		return 0, nil
	}
	said := cell
	if t, ok := in.day(cell); ok {
		said = t.Format(time.DateOnly)
	} else if s, ok := in.opt.Map.day(cell); ok {
		said = s
	}
	day, ok := org.ParseDate(said)
	if !ok || in.opt.Map.Date != "" && said == cell {
		return 0, fault.Bad("date", "not_a_date", "value", cell)
	}
	return day, nil
}

func moment(field, s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || t.Year() < 1900 || t.Year() > 9999 {
		return 0, fault.Bad(field, "not_a_moment", "value", s)
	}
	return t.UnixMicro(), nil
}

// files keeps the bytes of the attachments that the rows name, or, in a dry run,
// only looks whether they are there.
func (in *itemFile) files(ctx context.Context, f *flow.Flow) error {
	var bad []fault.Field
	for i := range in.rows {
		r := &in.rows[i]
		for j, file := range r.Files {
			kept, err := f.KeepFile(ctx, System, file, in.bytesOf(file.Hash), !in.opt.DryRun)
			if fields, is := fault.BadFields(err); is {
				for _, b := range fields {
					b.Path = in.place(r.Line) + ": attachments"
					bad = append(bad, b)
				}
				continue
			}
			if err != nil {
				return err
			}
			r.Files[j] = kept
		}
		if len(bad) >= flow.MaxImportErrors {
			break
		}
	}
	return fault.Fields(bad)
}

// bytesOf opens the copy of a file in the export's folder.
func (in *itemFile) bytesOf(hash string) func() (io.ReadCloser, error) {
	if in.opt.Files == "" || len(hash) != 64 || strings.Trim(hash, "0123456789abcdef") != "" {
		return nil
	}
	return func() (io.ReadCloser, error) { return os.Open(filepath.Join(in.opt.Files, hash[:2], hash)) }
}

// placed turns the verbs' line numbers into the file's places: sheet and row.
func (in *itemFile) placed(err error) error { return placed(err, in.place) }

func placed(err error, place func(int) string) error {
	line := func(s string) string {
		rest, is := strings.CutPrefix(s, "line ")
		if !is {
			return s
		}
		n, more, _ := strings.Cut(rest, ":")
		at, err := strconv.Atoi(n)
		if err != nil {
			return s
		}
		if more != "" {
			more = ":" + more
		}
		return place(at) + more
	}
	return relocated(err, line)
}

// relocated gives the fields of a refusal other paths.
func relocated(err error, path func(string) string) error {
	e, ok := errors.AsType[*fault.Error](err)
	if !ok || len(e.Fields) == 0 {
		return err
	}
	moved := *e
	moved.Fields = make([]fault.Field, len(e.Fields))
	for i, f := range e.Fields {
		f.Path = path(f.Path)
		for _, p := range []string{"line", "first"} { // the other of two that are the same
			if n := f.Params[p]; n != "" {
				params := map[string]string{}
				for k, v := range f.Params {
					params[k] = v
				}
				params[p] = strings.TrimPrefix(path("line "+n), "line ")
				f.Params = params
			}
		}
		moved.Fields[i] = f
	}
	return &moved
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
