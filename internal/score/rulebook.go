package score

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"github.com/goccy/go-yaml"

	"xinshu/internal/fault"
	"xinshu/internal/org"
)

// Rulebook is a published assessment method (考核办法): dated, readable, with
// clause numbers.
type Rulebook struct {
	Title   string `yaml:"title"`
	Office  string `yaml:"office"` // unit code
	From    string `yaml:"from"`
	Until   string `yaml:"until,omitempty"`
	Sharing string `yaml:"sharing"` // split: by recorded shares; full: each contributor in full
	Round   int    `yaml:"round"`   // decimals of a total
	Rules   []Rule `yaml:"rules"`
}

// Rule is one row of the rate table. Empty fields match everything; the first
// rule that matches an event is the one that fires.
type Rule struct {
	Clause string    `yaml:"clause"`
	Text   string    `yaml:"text,omitempty"`
	Event  EventKind `yaml:"event"`
	Level  string    `yaml:"level,omitempty"`
	Outlet string    `yaml:"outlet,omitempty"`
	Form   string    `yaml:"form,omitempty"`
	Genre  string    `yaml:"genre,omitempty"`
	Points string    `yaml:"points"`

	rate Points
}

// Sharing policies.
const (
	Split = "split"
	Full  = "full"
)

// Parse reads and checks a rulebook. Every mistake is named with its place.
func Parse(src []byte) (*Rulebook, error) {
	if len(src) > 1<<20 {
		return nil, fault.Bad("rulebook", "too_large", "max", "1 MB")
	}
	var b Rulebook
	if err := decode(src, &b); err != nil {
		var ye yaml.Error
		path, msg := "rulebook", err.Error()
		if errors.As(err, &ye) {
			if t := ye.GetToken(); t != nil && t.Position != nil {
				path = fmt.Sprintf("line %d:%d", t.Position.Line, t.Position.Column)
			}
			msg = ye.GetMessage()
		}
		return nil, &fault.Error{Kind: fault.Invalid, Fields: []fault.Field{{Path: path, Code: "yaml", Params: fault.Pairs("message", msg)}}, Err: err}
	}
	return &b, b.check()
}

// decode reads the YAML. The library falls over on some strange texts (a tag with
// nothing behind it, for one); to the assessor that is a text that cannot be read.
func decode(src []byte, b *Rulebook) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the text cannot be read as YAML: %v", r)
		}
	}()
	return yaml.NewDecoder(bytes.NewReader(src), yaml.Strict()).Decode(b)
}

func (b *Rulebook) check() error {
	bad := org.Text("title", b.Title, 1, org.MaxName)
	add := func(path, code string, pairs ...string) {
		bad = append(bad, fault.Field{Path: path, Code: code, Params: fault.Pairs(pairs...)})
	}
	from, ok := org.ParseDate(b.From)
	if !ok {
		add("from", "not_a_date", "value", b.From)
	}
	if b.Until != "" {
		if until, ok := org.ParseDate(b.Until); !ok || until <= from {
			add("until", "not_a_date", "value", b.Until)
		}
	}
	switch b.Sharing {
	case "":
		b.Sharing = Split
	case Split, Full:
	default:
		add("sharing", "unknown_word", "value", b.Sharing, "known", Split+", "+Full)
	}
	if b.Round < 0 || b.Round > 6 {
		add("round", "out_of_range", "min", "0", "max", "6")
	}
	if len(b.Rules) == 0 {
		add("rules", "required")
	}
	for i := range b.Rules {
		r := &b.Rules[i]
		at := "rules[" + strconv.Itoa(i) + "]"
		if r.Clause == "" {
			add(at+".clause", "required")
		}
		if !r.Event.valid() {
			add(at+".event", "unknown_word", "value", string(r.Event), "known", org.Join(EventKinds))
		}
		if r.Level != "" && !org.Level(r.Level).Valid() {
			add(at+".level", "unknown_level", "value", r.Level)
		}
		p, err := ParsePoints(r.Points)
		if err != nil {
			add(at+".points", "not_a_number", "value", r.Points)
		}
		r.rate = p
		for j := range i {
			if b.Rules[j].covers(*r) {
				add(at, "never_fires", "because", "rules["+strconv.Itoa(j)+"]")
				break
			}
		}
	}
	return fault.Fields(bad)
}

// covers reports whether every event that s matches is already taken by r.
func (r Rule) covers(s Rule) bool {
	in := func(a, b string) bool { return a == "" || a == b }
	return r.Event == s.Event && in(r.Level, s.Level) && in(r.Outlet, s.Outlet) && in(r.Form, s.Form) && in(r.Genre, s.Genre)
}

func (r Rule) matches(e Event) bool {
	in := func(a, b string) bool { return a == "" || a == b }
	return r.Event == e.Kind && in(r.Level, e.Level) && in(r.Outlet, e.Outlet) && in(r.Form, e.Form) && in(r.Genre, e.Genre)
}

// InForce reports whether the rulebook holds on a day.
func (b *Rulebook) InForce(d org.Date) bool {
	from, _ := org.ParseDate(b.From)
	until, _ := org.ParseDate(b.Until)
	return d.In(from, until)
}
