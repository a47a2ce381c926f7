package app

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"xinshu/internal/fault"
)

// mostSettings bounds the file of settings: it has fifteen lines.
const mostSettings = 1 << 20

// file reads the file of settings: the one that was named, which must be there,
// or the one in the data folder, which may be missing.
func (s *Settings) file(named string) {
	path := named
	if path == "" {
		path = filepath.Join(s.value("data").Text, SettingsFile)
	}
	body, err := readAtMost(path)
	if errors.Is(err, os.ErrNotExist) && named == "" {
		return
	}
	if err != nil {
		s.wrong(path, "cannot be read: "+plain(err))
		return
	}
	s.File = path
	doc, err := parser.ParseBytes(body, 0)
	if err != nil {
		place := path
		var ye yaml.Error
		if errors.As(err, &ye) {
			if t := ye.GetToken(); t != nil && t.Position != nil {
				place = fmt.Sprintf("%s:%d", path, t.Position.Line)
			}
			err = errors.New(ye.GetMessage())
		}
		s.wrong(place, "is not YAML: "+err.Error())
		return
	}
	docs := 0
	for _, d := range doc.Docs {
		if d.Body == nil {
			continue
		}
		if docs++; docs > 1 {
			s.wrong(at(path, d.Body), "a second document begins here; the file has one")
			return
		}
		switch body := d.Body.(type) {
		case *ast.MappingNode:
			for _, entry := range body.Values {
				s.entry(path, named != "", entry)
			}
		case *ast.MappingValueNode:
			s.entry(path, named != "", body)
		case *ast.CommentGroupNode, *ast.NullNode:
		default:
			s.wrong(at(path, body), "must be lines of the form  name: value")
		}
	}
}

func at(path string, n ast.Node) string {
	if t := n.GetToken(); t != nil && t.Position != nil {
		return fmt.Sprintf("%s:%d", path, t.Position.Line)
	}
	return path
}

// entry takes one line of the file.
func (s *Settings) entry(path string, named bool, e *ast.MappingValueNode) {
	place, key := at(path, e.Key), e.Key.GetToken().Value
	var known []string
	var v *Value
	for i := range s.Values {
		known = append(known, s.Values[i].Name)
		if s.Values[i].Name == key {
			v = &s.Values[i]
		}
	}
	switch {
	case v == nil:
		s.wrong(place, fmt.Sprintf("no setting has the name %q; the nearest is %s", key, fault.Near(key, known)))
		return
	case key == "data" && !named:
		s.wrong(place, "data cannot be set in the data folder's own file; say --data, or name the file with --config")
		return
	}
	text, err := v.written(e.Value)
	if err != nil {
		s.wrong(place, key+" "+err.Error())
		return
	}
	if v.path && text != "" && !filepath.IsAbs(text) {
		text = filepath.Join(filepath.Dir(path), text)
	}
	if v.From == FromDefault {
		v.Text, v.From, v.Place = text, FromFile, place
		return
	}
	if err := v.put(&Config{}, text); err != nil { // not in use today, and wrong all the same
		s.wrong(place, fmt.Sprintf("%s %s, not %q", key, err.Error(), Value{Setting: v.Setting, Text: text}.Shown()))
	}
}

// written is the text of a value: a scalar, or a list where one may stand.
func (d Setting) written(n ast.Node) (string, error) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, nil
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value), nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, nil
	case *ast.NullNode:
		return "", errors.New(`has no value; write one, or take the line out ("" is empty)`)
	case *ast.SequenceNode:
		if !d.list {
			return "", errors.New("must be one value, not a list")
		}
		var all []string
		for _, one := range n.Values {
			t, err := Setting{}.written(one)
			if err != nil {
				return "", err
			}
			all = append(all, t)
		}
		return strings.Join(all, ","), nil
	}
	return "", errors.New("must be one plain value, without anchors, tags or lines below it")
}

func readAtMost(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, errors.New("it is a folder")
	}
	if info.Size() > mostSettings {
		return nil, errors.New("it is larger than a file of settings can be")
	}
	return os.ReadFile(path)
}

// plain is an error of the file system without the path, which the place has.
func plain(err error) string {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// OnDisk looks at what the settings name: certificate and key that belong
// together, folders that are there. It opens nothing for writing.
func (s Settings) OnDisk() []Problem {
	var bad []Problem
	cert, key := s.value("tls-cert"), s.value("tls-key")
	if cert.Text != "" && key.Text != "" {
		if _, err := tls.LoadX509KeyPair(cert.Text, key.Text); err != nil {
			bad = append(bad, Problem{Place: cert.place(), What: "certificate and key cannot be used: " + err.Error()})
		}
	}
	for _, name := range []string{"data", "backup-dir", "templates"} {
		v := s.value(name)
		if v.Text == "" {
			continue
		}
		info, err := os.Stat(v.Text)
		switch {
		case err == nil && !info.IsDir():
			bad = append(bad, Problem{Place: v.place(), What: v.Text + " is a file; " + name + " must name a folder"})
		case err != nil && (name == "templates" || !errors.Is(err, os.ErrNotExist)): // the other two are made when needed
			bad = append(bad, Problem{Place: v.place(), What: v.Text + " cannot be used: " + plain(err)})
		}
	}
	return bad
}
