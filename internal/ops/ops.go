// Package ops is the operator's verbs: import of units and items, verification,
// people's first passwords. They read files, bounded and line by line, and call
// the same verbs as everybody else, as the operator at the machine.
//
// Nothing here is half done: an import is one transaction, and a dry run says
// what it would do without doing it.
package ops

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/intake"
	"xinshu/internal/item"
	"xinshu/internal/store"
)

// MaxFile bounds what is read from one file, after unpacking.
const MaxFile = 2 << 30

// System is the operator at the machine.
var System = flow.Actor{System: true}

// opened is a file being read, with its digest.
type opened struct {
	io.Reader
	file *os.File
	hash interface{ Sum([]byte) []byte }
	Name string
}

func open(path string) (*opened, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.Bad("file", "cannot_read", "name", path, "why", err.Error())
	}
	h := sha256.New()
	return &opened{Reader: io.TeeReader(f, h), file: f, hash: h, Name: filepath.Base(path)}, nil
}

// digest is of what was read so far; read the rest first for the whole file's.
func (o *opened) digest() string {
	io.Copy(io.Discard, o.Reader)
	return hex.EncodeToString(o.hash.Sum(nil))
}

func (o *opened) Close() error { return o.file.Close() }

// Report is what an import did, or would do.
type Report struct {
	store.Imported
	Encoding string  `json:"encoding"`
	DryRun   bool    `json:"dry_run"`
	First    []Shown `json:"first,omitempty"` // in a dry run: rows as they would be read
}

// Shown is one row as it would be read.
type Shown struct {
	Place string         `json:"place"`
	Entry item.Entry     `json:"entry,omitzero"`
	Unit  *store.UnitRow `json:"unit,omitempty"`
}

// ImportUnits reads code, parent, name, level from a TSV, CSV (plain or
// gzipped) or XLSX file.
func ImportUnits(ctx context.Context, f *flow.Flow, path string, apply bool) (Report, error) {
	return ImportUnitsAs(ctx, f, path, &Mapping{}, apply)
}

// ImportUnitsAs reads a stranger's table of units as a mapping says.
func ImportUnitsAs(ctx context.Context, f *flow.Flow, path string, m *Mapping, apply bool) (rep Report, err error) {
	defer fault.Wrap(&err, "ops.ImportUnits")
	digest, err := digestOf(path)
	if err != nil {
		return rep, err
	}
	var t *intake.Table
	if kindOf(path) == "xlsx" {
		t, err = m.sheet(path, unitFields)
	} else {
		o, oerr := open(path)
		if oerr != nil {
			return rep, oerr
		}
		defer o.Close()
		t, err = intake.OpenTable(o.Name, o, m.table(unitFields))
	}
	if err != nil {
		return rep, err
	}
	defer t.Close()
	rep.DryRun = !apply
	rep.Imported, err = f.ImportUnits(ctx, System, filepath.Base(path), digest, unitRows(t, m, &rep), apply)
	rep.Encoding = string(t.Encoding())
	return rep, placed(err, t.Place)
}

func digestOf(path string) (string, error) {
	o, err := open(path)
	if err != nil {
		return "", err
	}
	defer o.Close()
	return o.digest(), nil
}

func unitRows(t *intake.Table, m *Mapping, rep *Report) iter.Seq2[store.UnitRow, error] {
	return func(yield func(store.UnitRow, error) bool) {
		for {
			r, err := t.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			row := store.UnitRow{}
			if err == nil {
				get := func(field string) string { return m.value(field, intake.Uncalm(r.Get(field))) }
				row = store.UnitRow{Line: r.Line, Code: number(get("code")), Parent: number(get("parent")), Name: get("name"), Level: get("level")}
				if rep.DryRun && len(rep.First) < shown {
					rep.First = append(rep.First, Shown{Place: t.Place(r.Line), Unit: &row})
				}
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}
