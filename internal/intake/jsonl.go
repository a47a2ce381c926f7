package intake

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"xinshu/internal/fault"
)

// JSONL is a list of JSON objects, one a line.
type JSONL struct {
	name string
	text *Text
	in   *bufio.Reader
	line int
	done error
}

// Object is one of them.
type Object struct {
	Line int
	Raw  json.RawMessage
	file string
}

// OpenJSONL reads r, at most limit bytes after unpacking (0 = 1 GB).
func OpenJSONL(name string, r io.Reader, limit int64) (*JSONL, error) {
	if limit == 0 {
		limit = 4 * defaultLimit
	}
	text, err := Decode(r, limit)
	if err != nil {
		return nil, inFile(name, err)
	}
	return &JSONL{name: name, text: text, in: bufio.NewReaderSize(text, block)}, nil
}

// Encoding is how the file was written; final after io.EOF.
func (j *JSONL) Encoding() Encoding { return j.text.Encoding() }

// Next is the next object, io.EOF after the last. A line that is no object is
// refused, and reading can go on behind it: an import shows all bad lines.
func (j *JSONL) Next() (Object, error) {
	for j.done == nil {
		line, err := j.in.ReadBytes('\n') // bounded by MaxLine below
		if err != nil {
			j.done = err
			if !errors.Is(err, io.EOF) {
				j.done = inFile(j.name, err)
				break
			}
		}
		j.line++
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if line[0] != '{' || !json.Valid(line) {
			return Object{Line: j.line}, inFile(j.name, fault.Bad(at(j.line), "bad_json", "why", syntax(line)))
		}
		return Object{Line: j.line, Raw: line, file: j.name}, nil
	}
	return Object{}, j.done
}

// Decode fills v. Fields v has not are passed over; a field of the wrong type
// is refused by name.
func (o Object) Decode(v any) error {
	err := json.Unmarshal(o.Raw, v)
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return inFile(o.file, fault.Bad(at(o.Line), "wrong_type", "field", e.Field, "want", e.Type.String(), "got", e.Value))
	}
	if err != nil {
		return inFile(o.file, fault.Bad(at(o.Line), "bad_json", "why", err.Error()))
	}
	return nil
}

// syntax says what is wrong with a line, for the person who made the file.
func syntax(line []byte) string {
	if line[0] != '{' {
		return "not an object"
	}
	var v json.RawMessage
	if err := json.Unmarshal(line, &v); err != nil {
		return err.Error()
	}
	return ""
}
