package score

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"xinshu/internal/fault"
	"xinshu/internal/org"
)

// Sharing policies, of shared items and of named authors.
const (
	Split = "split" // as recorded
	Equal = "equal"
	Full  = "full" // every one gets all of it
	Each  = "each" // every one gets the same part
	Lead  = "lead" // the first gets all of it, the others a part
)

// MaxRulebook bounds a rulebook's text.
const MaxRulebook = 1 << 20

// Parse reads and checks a rulebook. Every mistake is named with its place; what
// looks odd and may be meant is in Warnings.
func Parse(src []byte) (*Rulebook, error) {
	if len(src) > MaxRulebook {
		return nil, fault.Bad("rulebook", "too_large", "max", "1 MB")
	}
	b := Rulebook{Round: exact}
	file, err := decode(src, &b)
	if err != nil {
		var ye yaml.Error
		path, msg := "rulebook", err.Error()
		if errors.As(err, &ye) {
			if t := ye.GetToken(); t != nil && t.Position != nil {
				path = fmt.Sprintf("line %d:%d", t.Position.Line, t.Position.Column)
			}
			msg = ye.GetMessage()
		}
		pairs := []string{"message", msg}
		if _, quoted, ok := strings.Cut(msg, "unknown field "); ok {
			pairs = append(pairs, "near", fault.Near(strings.Trim(quoted, `"`), keys(reflect.TypeFor[Rulebook](), nil)))
		}
		return nil, &fault.Error{Kind: fault.Invalid, Fields: []fault.Field{{Path: path, Code: "yaml", Params: fault.Pairs(pairs...)}}, Err: err}
	}
	c := &checker{b: &b, file: file}
	c.check()
	return &b, fault.Fields(c.bad)
}

// keys are the words that can stand before a colon in a rulebook.
func keys(t reflect.Type, known []string) []string {
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return known
	}
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case !f.IsExported() || name == "-":
			continue
		case name != "" && !slices.Contains(known, name):
			known = append(known, name)
		}
		known = keys(f.Type, known)
	}
	return known
}

// decode reads the YAML. The library falls over on some strange texts (a tag with
// nothing behind it, for one); to the assessor that is a text that cannot be read.
func decode(src []byte, b *Rulebook) (file *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the text cannot be read as YAML: %v", r)
		}
	}()
	if err := yaml.NewDecoder(bytes.NewReader(src), yaml.Strict()).Decode(b); err != nil {
		return nil, err
	}
	return parser.ParseBytes(src, 0)
}

// checker compiles a rulebook and collects what is wrong with it.
type checker struct {
	b    *Rulebook
	file *ast.File
	bad  []fault.Field
}

// where is the line and column a path stands at: "rules[3].points". A field that
// is not there stands where its row begins.
func (c *checker) where(path string) (line, column int) {
	defer func() { _ = recover() }() // the library's paths fall over where nothing is
	for c.file != nil {
		p, err := yaml.PathString("$." + path)
		if err != nil {
			return 0, 0
		}
		if n, err := p.FilterFile(c.file); err == nil && n != nil {
			if m, ok := n.(*ast.MappingNode); ok && len(m.Values) > 0 {
				n = m.Values[0].Key
			}
			if t := n.GetToken(); t != nil && t.Position != nil {
				return t.Position.Line, t.Position.Column
			}
		}
		cut := strings.LastIndexAny(path, ".")
		if cut < 0 {
			return 0, 0
		}
		path = path[:cut]
	}
	return 0, 0
}

func (c *checker) add(path, code string, pairs ...string) {
	if line, column := c.where(path); line > 0 {
		pairs = append(pairs, "line", strconv.Itoa(line), "column", strconv.Itoa(column))
	}
	c.bad = append(c.bad, fault.Field{Path: path, Code: code, Params: fault.Pairs(pairs...)})
}

func (c *checker) warn(path, code, text string) {
	where := path
	if line, _ := c.where(path); line > 0 {
		where = fmt.Sprintf("line %d, %s", line, path)
	}
	c.b.Warnings = append(c.b.Warnings, Warning{Code: code, Where: where, Text: text, Times: 1})
}

// word refuses what is not on a list; the first of the list stands for nothing said.
func (c *checker) word(path string, value *string, known ...string) {
	if *value == "" {
		*value = known[0]
		return
	}
	if !slices.Contains(known, *value) {
		pairs := []string{"value", *value, "known", strings.Join(slices.DeleteFunc(slices.Clone(known), func(s string) bool { return s == "" }), ", ")}
		if near := fault.Near(*value, known); near != "" {
			pairs = append(pairs, "near", near)
		}
		c.add(path, "unknown_word", pairs...)
	}
}

func (c *checker) words(path string, values Many, known ...string) {
	for _, v := range values {
		c.word(path, &v, append([]string{""}, known...)...)
	}
}

func (c *checker) clause(path, clause string) {
	if clause == "" {
		c.add(path+".clause", "required")
	}
}

func (c *checker) amount(path string, a *Amount, v *vocabulary) {
	c.wrong(path, a.Text, a.compile(v))
}

// number is an amount that must be said and be a plain number.
func (c *checker) number(path string, a *Amount) {
	if !a.said() {
		c.add(path, "required")
		return
	}
	c.amount(path, a, nil)
}

func (c *checker) wrong(path, value string, err error) {
	var x *ExprError
	switch {
	case err == nil:
	case errors.As(err, &x):
		c.add(path, "expression", "value", value, "at", strconv.Itoa(x.Column), "message", x.Message)
	default:
		c.add(path, "not_a_number", "value", value)
	}
}

func (c *checker) match(at string, m *Match) {
	c.words(at+".event", m.Event, append([]string{"published"}, texts(EventKinds)...)...)
	m.compile(func(field string, err error) {
		var x *ExprError
		if errors.As(err, &x) {
			c.wrong(at+"."+field, m.When, err)
			return
		}
		c.add(at+"."+field, "not_a_length", "value", m.Length)
	})
	for _, l := range m.Level {
		if !org.Level(l).Valid() {
			c.add(at+".level", "unknown_level", "value", l)
		}
	}
	for _, p := range m.Publication {
		if len(c.b.Publications) > 0 && c.b.byCode[p] == nil {
			pairs := []string{"value", p}
			if near := fault.Near(p, c.b.codes()); near != "" {
				pairs = append(pairs, "near", near)
			}
			c.add(at+".publication", "unknown_publication", pairs...)
		}
	}
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

func (b *Rulebook) codes() []string {
	var out []string
	for _, p := range b.Publications {
		if p.Code != "" {
			out = append(out, p.Code)
		}
	}
	return out
}
