package ops

import (
	"fmt"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/org"
	"xinshu/internal/score"
	"xinshu/rulebooks"
)

// Checked is what the check of a rulebook found.
type Checked struct {
	File     string          `json:"file"`
	OK       bool            `json:"ok"`
	Title    string          `json:"title,omitempty"`
	Rules    int             `json:"rules"`
	Examples int             `json:"examples"`
	Mistakes []Mistake       `json:"mistakes"`
	Warnings []score.Warning `json:"warnings"`
	Failed   []score.Fault   `json:"failed_examples"`
}

// Mistake is one thing that is wrong with a rulebook, and where.
type Mistake struct {
	Line   int    `json:"line"` // 0: of the whole
	Column int    `json:"column"`
	Path   string `json:"path"` // rules[3].points
	Code   string `json:"code"`
	Near   string `json:"near,omitempty"`
	Text   string `json:"text"`
}

// CheckRulebook reads a rulebook and works out its examples. The error is for a
// file that cannot be read at all.
func CheckRulebook(name string) (Checked, error) {
	c := Checked{File: name, Mistakes: []Mistake{}, Warnings: []score.Warning{}, Failed: []score.Fault{}}
	text, err := bookText(name)
	if err != nil {
		return c, err
	}
	book, err := score.Parse(text)
	if err != nil {
		fields, ok := fault.BadFields(err)
		if !ok {
			return c, err
		}
		c.Mistakes = mistakes(fields)
	}
	if book == nil {
		return c, nil
	}
	c.Title, c.Rules, c.Examples = book.Title, len(book.Rules), len(book.Examples)
	c.Warnings = append(c.Warnings, book.Warnings...)
	if len(c.Mistakes) == 0 {
		c.Failed = append(c.Failed, book.RunExamples()...)
	}
	c.OK = len(c.Mistakes)+len(c.Failed) == 0
	return c, nil
}

// mistakes says each with its place and the word that was perhaps meant.
func mistakes(fields []fault.Field) (out []Mistake) {
	for _, f := range fields {
		m := Mistake{Path: f.Path, Code: f.Code, Near: f.Params["near"]}
		m.Line, _ = strconv.Atoi(f.Params["line"])
		m.Column, _ = strconv.Atoi(f.Params["column"])
		if at, ok := strings.CutPrefix(f.Path, "line "); ok { // of a text that is no YAML
			line, column, _ := strings.Cut(at, ":")
			m.Line, _ = strconv.Atoi(line)
			m.Column, _ = strconv.Atoi(column)
			m.Path = ""
		}
		switch f.Code {
		case "twice":
			m.Text = f.Params["value"] + " is there already"
		case "unknown_level":
			m.Text = "unknown level " + f.Params["value"] + "; use one of " + strings.ReplaceAll(org.Join(org.Levels), "|", ", ")
			m.Near = fault.Near(f.Params["value"], strings.Split(org.Join(org.Levels), "|"))
		case "yaml":
			if m.Text = f.Params["message"]; m.Text == "EOF" {
				m.Text = "the file is empty"
			}
		default:
			m.Text = sentence(f.Code, f.Params)
		}
		if m.Near != "" {
			m.Text += "; the nearest is " + m.Near
		}
		out = append(out, m)
	}
	return out
}

// at is the place as editors know it: file:line:column: path.
func (m Mistake) at(file string) string {
	if m.Line > 0 {
		file += fmt.Sprintf(":%d:%d", m.Line, m.Column)
	}
	if m.Path != "" {
		file += ": " + m.Path
	}
	return file
}

// Lines are the findings for a person at a terminal.
func (c Checked) Lines() (out []string) {
	for _, m := range c.Mistakes {
		out = append(out, m.at(c.File)+": "+m.Text)
	}
	for _, w := range c.Warnings {
		out = append(out, c.File+": warning: "+w.Where+": "+w.Code+": "+w.Text)
	}
	for _, f := range c.Failed {
		out = append(out, c.File+": "+f.Error())
	}
	if c.OK {
		out = append(out, fmt.Sprintf("%s: ok, %d rules, %d examples come out (%s)", c.File, c.Rules, c.Examples, c.Title))
	}
	return out
}

// ShippedBook is a shipped rulebook and what is in it.
type ShippedBook struct {
	rulebooks.Book
	Rules    int      `json:"rules"`
	Examples int      `json:"examples"`
	Missing  []string `json:"missing"` // what of the published text was not visible
	Read     []string `json:"read"`    // where two readings were possible, which one is taken
}

// ShippedBooks lists them.
func ShippedBooks() (list []ShippedBook, err error) {
	for _, entry := range rulebooks.List() {
		text, err := rulebooks.Open(entry.ID)
		if err != nil {
			return nil, err
		}
		book, err := score.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", entry.ID, err)
		}
		b := ShippedBook{Book: entry, Rules: len(book.Rules), Examples: len(book.Examples), Missing: []string{}, Read: []string{}}
		if book.Source != nil {
			b.Missing, b.Read = append(b.Missing, book.Source.Missing...), append(b.Read, book.Source.Read...)
		}
		list = append(list, b)
	}
	return list, nil
}

// ShippedLines are the list for a person at a terminal.
func ShippedLines(list []ShippedBook) []string {
	rows := [][]string{{"id", "place", "year", "rules", "examples", "title"}}
	for _, b := range list {
		rows = append(rows, []string{b.ID, b.Place, b.Year, strconv.Itoa(b.Rules), strconv.Itoa(b.Examples), b.Title})
	}
	out := aligned(rows)
	lines := out[:1:1]
	for i, b := range list {
		lines = append(lines, out[i+1])
		if len(b.Missing) > 0 {
			lines = append(lines, "      not visible: "+strings.Join(b.Missing, "; "))
		}
	}
	return lines
}

// ShippedText is one to start from.
func ShippedText(name string) (string, error) {
	id := shipped(name)
	if id == "" {
		return "", noBook(name)
	}
	text, err := rulebooks.Open(id)
	return string(text), err
}
