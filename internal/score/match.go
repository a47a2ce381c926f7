package score

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Many is one word or a list of them.
type Many []string

// UnmarshalYAML takes a scalar for a list of one.
func (m *Many) UnmarshalYAML(read func(any) error) error {
	var list []string
	if read(&list) == nil {
		*m = list
		return nil
	}
	var one string
	if err := read(&one); err != nil {
		return err
	}
	*m = Many{one}
	return nil
}

// MarshalYAML writes a list of one as a scalar.
func (m Many) MarshalYAML() (any, error) {
	if len(m) == 1 {
		return m[0], nil
	}
	return []string(m), nil
}

func (m Many) has(s string) bool { return slices.Contains(m, s) }

// fits reports whether a word is on the list; an empty list takes every word.
func (m Many) fits(s string) bool { return len(m) == 0 || m.has(s) }

// Amount is an exact number or an expression that gives one.
type Amount struct {
	Text  string
	fixed Points
	expr  *expression
}

// UnmarshalYAML keeps the text as it stands: a number is read from it, not from
// what YAML makes of it.
func (a *Amount) UnmarshalYAML(read func(any) error) error { return read(&a.Text) }

// MarshalYAML writes the text.
func (a Amount) MarshalYAML() (any, error) { return a.Text, nil }

// IsZero is for omitempty.
func (a Amount) IsZero() bool { return a.Text == "" }

func (a Amount) said() bool { return a.Text != "" }

// compile reads the text; v is nil where only a number will do.
func (a *Amount) compile(v *vocabulary) error {
	if a.Text == "" {
		return nil
	}
	p, err := ParsePoints(a.Text)
	if err == nil {
		a.fixed = p
		return nil
	}
	if v == nil || !strings.ContainsAny(a.Text, "abcdefghijklmnopqrstuvwxyz*+?(") {
		return err
	}
	a.expr, err = v.compile(a.Text, false)
	return err
}

func (a *Amount) of(name func(string) any) (Points, error) {
	if a.expr == nil {
		return a.fixed, nil
	}
	return a.expr.points(name)
}

// or is the number, or another where none is said.
func (a *Amount) or(p Points) Points {
	if a.Text == "" {
		return p
	}
	return a.fixed
}

// Match says which events a row is about. Every field that is filled must fit.
type Match struct {
	Event       Many   `yaml:"event,omitempty"`
	Publication Many   `yaml:"publication,omitempty"`
	Outlet      Many   `yaml:"outlet,omitempty"` // the earlier word for publication
	Level       Many   `yaml:"level,omitempty"`
	Group       Many   `yaml:"group,omitempty"`
	Form        Many   `yaml:"form,omitempty"`
	Genre       Many   `yaml:"genre,omitempty"`
	Prominence  Many   `yaml:"prominence,omitempty"`
	Attachments Many   `yaml:"attachments,omitempty"`
	Route       Many   `yaml:"route,omitempty"`
	LeaderLevel Many   `yaml:"leader_level,omitempty"`
	LeaderRank  Many   `yaml:"leader_rank,omitempty"`
	Disposition Many   `yaml:"disposition,omitempty"`
	Class       Many   `yaml:"class,omitempty"`
	Unit        Many   `yaml:"unit,omitempty"`
	Length      string `yaml:"length,omitempty"` // 800.. or ..799 or 500..1000
	When        string `yaml:"when,omitempty"`

	least, most int // of length; most 0 is no bound
	when        *expression
}

// The fields that are words, in the order of a facets.
const (
	facetEvent = iota
	facetPublication
	facetLevel
	facetGroup
	facetForm
	facetGenre
	facetProminence
	facetAttachments
	facetRoute
	facetLeaderLevel
	facetLeaderRank
	facetDisposition
	facetClass
	facetUnit
	facetCount
)

// facetNames are the words of the fields in a rulebook.
var facetNames = [facetCount]string{"event", "publication", "level", "group", "form", "genre", "prominence", "attachments", "route", "leader_level", "leader_rank", "disposition", "class", "unit"}

// facets are the words of an event, by which rules are found.
type facets [facetCount]string

func (m *Match) fields() [facetCount]Many {
	return [facetCount]Many{m.Event, m.Publication, m.Level, m.Group, m.Form, m.Genre, m.Prominence, m.Attachments, m.Route, m.LeaderLevel, m.LeaderRank, m.Disposition, m.Class, m.Unit}
}

// takes reports whether the words fit; length and condition are asked later. Of
// several attachments, image|sound, one that fits will do.
func (m *Match) takes(f *facets) bool {
	for i, want := range m.fields() {
		if !want.fits(f[i]) && (i != facetAttachments || !slices.ContainsFunc(strings.Split(f[i], "|"), want.has)) {
			return false
		}
	}
	return true
}

// conditional: there is more to ask than the words.
func (m *Match) conditional() bool { return m.Length != "" || m.when != nil }

// holds asks what is left to ask of an event whose words fit.
func (m *Match) holds(e *happening) (bool, error) {
	if m.Length != "" && (e.Length < m.least || m.most > 0 && e.Length > m.most) {
		return false, nil
	}
	if m.when == nil {
		return true, nil
	}
	return m.when.holds(e.name)
}

// covers reports whether every event that s matches is already taken by m.
func (m *Match) covers(s *Match) bool {
	if m.when != nil && m.When != s.When {
		return false
	}
	if m.Length != "" && (s.Length == "" || s.least < m.least || m.most > 0 && (s.most == 0 || s.most > m.most)) {
		return false
	}
	theirs := s.fields()
	for i, mine := range m.fields() {
		if len(mine) == 0 {
			continue
		}
		if len(theirs[i]) == 0 || slices.ContainsFunc(theirs[i], func(w string) bool { return !mine.has(w) }) {
			return false
		}
	}
	return true
}

// meets reports whether some event could fit both.
func (m *Match) meets(s *Match) bool {
	if m.Length != "" && s.Length != "" && (m.most > 0 && m.most < s.least || s.most > 0 && s.most < m.least) {
		return false
	}
	theirs := s.fields()
	for i, mine := range m.fields() {
		if i != facetAttachments && len(mine) > 0 && len(theirs[i]) > 0 && !slices.ContainsFunc(mine, theirs[i].has) {
			return false
		}
	}
	return true
}

// compile reads the length and the condition. An earlier rulebook's words are
// turned into today's.
func (m *Match) compile(add func(field string, err error)) {
	m.Publication, m.Outlet = append(m.Publication, m.Outlet...), nil
	for i, e := range m.Event {
		if now, ok := earlier[e]; ok {
			m.Event[i] = string(now)
		}
	}
	if m.Length != "" {
		from, to, ok := strings.Cut(m.Length, "..")
		least, err := strconv.Atoi(from)
		most, err2 := strconv.Atoi(to)
		if !ok || from == "" && to == "" || from != "" && err != nil || to != "" && (err2 != nil || most < max(1, least)) || least < 0 {
			add("length", fmt.Errorf("%q is not a length; write 800.. or ..799 or 500..1000", m.Length))
		}
		m.least, m.most = least, most
	}
	if m.When != "" {
		var err error
		if m.when, err = eventWords.compile(m.When, true); err != nil {
			add("when", err)
		}
	}
}
