package ops

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"xinshu/internal/fault"
	"xinshu/internal/render"
)

// Mapping says how a stranger's table is read: which of its columns is which of
// our fields, what stands in none, and what their words mean.
type Mapping struct {
	Sheet     string                       `yaml:"sheet,omitempty"`     // of a workbook; empty = the first
	Heading   int                          `yaml:"heading,omitempty"`   // row of the column names; 0 = found
	Columns   map[string]string            `yaml:"columns,omitempty"`   // our field: their column
	Constants map[string]string            `yaml:"constants,omitempty"` // our field: what it is in every row
	Values    map[string]map[string]string `yaml:"values,omitempty"`    // our field: their word: ours
	Date      string                       `yaml:"date,omitempty"`      // how days are written: YYYY年M月D日

	text []byte // as it was written, comments and all
}

// maxMapping bounds a mapping file.
const maxMapping = 1 << 20

// Fields that a mapping may name.
var (
	itemFields = render.ItemFields
	unitFields = []string{"code", "parent", "name", "level"}
)

// ReadMapping takes what --map says: field=column,… or a file, or the name of a
// mapping kept in the data folder. Nothing gives an empty mapping.
func ReadMapping(said, dir string, fields []string) (*Mapping, error) {
	switch {
	case said == "":
		return &Mapping{}, nil
	case strings.Contains(said, "="):
		m, err := inlineMapping(said)
		if err != nil {
			return nil, err
		}
		return m, m.check("--map", fields)
	}
	file := said
	if ext := strings.ToLower(filepath.Ext(said)); ext != ".yaml" && ext != ".yml" && !strings.ContainsAny(said, `/\`) {
		if err := goodName("--map", said); err != nil {
			return nil, err
		}
		file = filepath.Join(dir, said+".yaml")
		if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
			return nil, fault.Bad("--map", "no_mapping", "name", said, "known", strings.Join(savedMappings(dir), ", "))
		}
	}
	text, err := readBounded(file)
	if err != nil {
		return nil, err
	}
	m, err := parseMapping(filepath.Base(file), text)
	if err != nil {
		return nil, err
	}
	return m, m.check(filepath.Base(file), fields)
}

func readBounded(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err == nil && info.Size() > maxMapping {
		return nil, fault.Bad(filepath.Base(file), "too_large", "limit", "1 MB")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fault.Bad("--map", "cannot_read", "name", file, "why", err.Error())
	}
	return text, nil
}

// savedMappings are the names of the mappings in a folder.
func savedMappings(dir string) []string {
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil || len(files) == 0 {
		return []string{"none"}
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".yaml")
	}
	return files
}

// parseMapping reads YAML. The library falls over on some strange texts; to the
// reader that is a text that cannot be read.
func parseMapping(name string, text []byte) (m *Mapping, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fault.Bad(name, "bad_mapping", "why", fmt.Sprint(r))
		}
	}()
	m = &Mapping{text: text}
	if err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(m); err != nil {
		place, why := name, err.Error()
		var ye yaml.Error
		if errors.As(err, &ye) {
			why = ye.GetMessage()
			if t := ye.GetToken(); t != nil && t.Position != nil {
				place = fmt.Sprintf("%s, line %d", name, t.Position.Line)
			}
		}
		return nil, fault.Bad(place, "bad_mapping", "why", why)
	}
	return m, nil
}

// inlineMapping reads "title=标题,unit=单位代码".
func inlineMapping(s string) (*Mapping, error) {
	m := &Mapping{Columns: map[string]string{}}
	for part := range strings.SplitSeq(s, ",") {
		ours, theirs, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok || theirs == "" {
			return nil, fault.Bad("--map", "unknown_word", "value", part, "known", strings.Join(itemFields, ", "))
		}
		if _, twice := m.Columns[ours]; twice {
			return nil, fault.Bad("--map", "mapped_twice", "field", ours)
		}
		m.Columns[ours] = theirs
	}
	return m, nil
}

// ParseMap reads "title=标题,unit=单位代码" for items.
func ParseMap(s string) (*Mapping, error) {
	if s == "" {
		return &Mapping{}, nil
	}
	m, err := inlineMapping(s)
	if err != nil {
		return nil, err
	}
	return m, m.check("--map", itemFields)
}

// check names every field that is not one, with the nearest that is.
func (m *Mapping) check(place string, fields []string) error {
	var bad []fault.Field
	known := func(part, field string) {
		if slices.Contains(fields, field) {
			return
		}
		bad = append(bad, fault.Unknown(place+": "+part, field, fields...))
	}
	theirs := map[string]bool{}
	for _, f := range slices.Sorted(maps.Keys(m.Columns)) {
		known("columns", f)
		c := strings.ToLower(strings.TrimSpace(m.Columns[f]))
		if c == "" {
			bad = append(bad, fault.Field{Path: place + ": columns." + f, Code: "required"})
		} else if theirs[c] {
			bad = append(bad, fault.Field{Path: place + ": columns." + f, Code: "column_for_two", Params: fault.Pairs("column", m.Columns[f])})
		}
		theirs[c] = true
	}
	for _, f := range slices.Sorted(maps.Keys(m.Constants)) {
		known("constants", f)
		if _, twice := m.Columns[f]; twice {
			bad = append(bad, fault.Field{Path: place + ": constants", Code: "mapped_twice", Params: fault.Pairs("field", f)})
		}
	}
	for _, f := range slices.Sorted(maps.Keys(m.Values)) {
		known("values", f)
	}
	return fault.Fields(bad)
}

// rename is the mapping as a table wants it: their column to our field.
func (m *Mapping) rename() map[string]string {
	out := map[string]string{}
	for ours, theirs := range m.Columns {
		out[theirs] = ours
	}
	return out
}

// given reports whether every row gets the field without a column.
func (m *Mapping) given(field string) bool { _, ok := m.Constants[field]; return ok }

// value is what a cell means.
func (m *Mapping) value(field, cell string) string {
	if c, ok := m.Constants[field]; ok {
		return c
	}
	if v, ok := m.Values[field][cell]; ok {
		return v
	}
	return cell
}

// layouts are the days that are understood without being told.
var layouts = []string{"YYYY-M-D", "YYYY/M/D", "YYYY.M.D", "YYYY年M月D日", "YYYYMMDD", "YYYY-M-D h:mm:ss", "YYYY-M-D h:mm", "YYYY/M/D h:mm:ss", "YYYY/M/D h:mm"}

var layoutWords = strings.NewReplacer("YYYY", "2006", "YY", "06", "MM", "01", "M", "1", "DD", "02", "D", "2", "hh", "15", "h", "15", "mm", "04", "ss", "05")

// day reads a day as 2006-01-02; ok is false for what is none. A layout that
// was told is the only one.
func (m *Mapping) day(cell string) (string, bool) {
	all := layouts
	if m.Date != "" {
		all = []string{m.Date}
	}
	cell = strings.Join(strings.Fields(cell), " ")
	for _, l := range all {
		if t, err := time.Parse(layoutWords.Replace(l), cell); err == nil {
			return t.Format(time.DateOnly), true
		}
	}
	return "", false
}

var nameRule = regexp.MustCompile(`^[\p{Han}A-Za-z0-9][\p{Han}A-Za-z0-9_-]{0,63}$`)

func goodName(path, name string) error {
	if !nameRule.MatchString(name) {
		return fault.Bad(path, "bad_name", "value", name)
	}
	return nil
}

// Save keeps a mapping under a name in a folder, whole or not at all.
func (m *Mapping) Save(ctx context.Context, dir, name string) error {
	if err := goodName("--save-map", name); err != nil {
		return err
	}
	text := m.text
	if text == nil {
		var err error
		if text, err = yaml.Marshal(m); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.Down("keep a mapping", err)
	}
	_, err := writeFile(ctx, filepath.Join(dir, name+".yaml"), true, func(w *os.File) error {
		_, err := w.Write(text)
		return err
	})
	return err
}

// FieldsOf are the fields of what is imported: items or units.
func FieldsOf(what string) []string {
	if what == "units" {
		return unitFields
	}
	return itemFields
}
