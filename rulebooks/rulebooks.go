// Package rulebooks carries published assessment methods (考核办法) of the last
// twenty years as rulebooks an office can start from: changed in a few lines
// instead of written from nothing, and tried over its own year before one is in
// force. They are restated in our own words from what was visible of each; what
// was not is named under source.missing and never invented, and where two
// readings were possible source.read says which one is taken. The office is a
// placeholder.
//
// The package reads no rule: internal/score does. Its test parses every
// rulebook and works out every example.
package rulebooks

import (
	"embed"
	"path"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"xinshu/internal/fault"
)

//go:embed *.yaml
var files embed.FS

// Book is a shipped rulebook as a list shows it.
type Book struct {
	ID     string `json:"id"` // R01-changshan-2014
	Title  string `json:"title"`
	Number string `json:"number,omitempty"`
	Place  string `json:"place"`
	Year   string `json:"year"`
	Seen   string `json:"seen"` // how much of it was visible
}

// List is every shipped rulebook, by id.
func List() []Book { return list() }

var list = sync.OnceValue(func() []Book {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err) // what is embedded is there
	}
	var out []Book
	for _, e := range entries {
		text, err := files.ReadFile(e.Name())
		if err != nil {
			panic(err)
		}
		var head struct {
			Title  string `yaml:"title"`
			Number string `yaml:"number"`
			Source struct {
				Place string `yaml:"place"`
				Year  string `yaml:"year"`
				Seen  string `yaml:"seen"`
			} `yaml:"source"`
		}
		if err := yaml.Unmarshal(text, &head); err != nil {
			panic(e.Name() + ": " + err.Error()) // the test reads them all
		}
		out = append(out, Book{strings.TrimSuffix(e.Name(), path.Ext(e.Name())), head.Title, head.Number, head.Source.Place, head.Source.Year, head.Source.Seen})
	}
	return out
})

// Open is a rulebook's text; fault.NotFound where there is none of that id.
func Open(id string) ([]byte, error) {
	text, err := files.ReadFile(id + ".yaml")
	if err != nil {
		return nil, fault.Missing("rulebook", id)
	}
	return text, nil
}
