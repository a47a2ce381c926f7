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
	Encoding string `json:"encoding"`
	DryRun   bool   `json:"dry_run"`
}

// ImportUnits reads code, parent, name, level from a TSV or CSV file, plain or
// gzipped.
func ImportUnits(ctx context.Context, f *flow.Flow, path string, apply bool) (rep Report, err error) {
	defer fault.Wrap(&err, "ops.ImportUnits")
	digest, err := digestOf(path)
	if err != nil {
		return rep, err
	}
	o, err := open(path)
	if err != nil {
		return rep, err
	}
	defer o.Close()
	t, err := intake.OpenTable(o.Name, o, intake.TableOptions{Required: []string{"code", "parent", "name", "level"}, Limit: MaxFile})
	if err != nil {
		return rep, err
	}
	rep.DryRun = !apply
	rep.Imported, err = f.ImportUnits(ctx, System, o.Name, digest, unitRows(t), apply)
	rep.Encoding = string(t.Encoding())
	return rep, err
}

func digestOf(path string) (string, error) {
	o, err := open(path)
	if err != nil {
		return "", err
	}
	defer o.Close()
	return o.digest(), nil
}

func unitRows(t *intake.Table) iter.Seq2[store.UnitRow, error] {
	return func(yield func(store.UnitRow, error) bool) {
		for {
			r, err := t.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			row := store.UnitRow{}
			if err == nil {
				row = store.UnitRow{Line: r.Line, Code: r.Get("code"), Parent: r.Get("parent"), Name: r.Get("name"), Level: r.Get("level")}
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}
