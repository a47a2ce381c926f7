package ops

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"xinshu/internal/blob"
	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/render"
	"xinshu/internal/store"
)

// Export is what leaves as a file and where to.
type Export struct {
	Flow   *flow.Flow
	Store  *store.Store
	Blobs  *blob.Store
	Target string    // a file, or - for Out
	Out    io.Writer // standard output
	Format string    // empty = by the target's ending; JSONL on standard output
	Files  string    // folder for the attachments' bytes; empty = none
}

// Exported is what an export did.
type Exported struct {
	Target string `json:"target"`
	Format string `json:"format"`
	Rows   int    `json:"rows"`
	Files  int    `json:"files"`            // attachments in the folder
	Bytes  int64  `json:"bytes"`            // of the target
	SHA256 string `json:"sha256,omitempty"` // of the target, when it is a file
}

// ItemsQuery says which items leave.
type ItemsQuery = flow.ExportQuery

// Items writes the items that the query names.
func (x Export) Items(ctx context.Context, q flow.ExportQuery) (Exported, error) {
	rows, err := x.Flow.Export(ctx, System, q)
	if err != nil {
		return Exported{}, err
	}
	files := 0
	done, err := x.write(ctx, "items", render.ItemColumns(), func(t render.Table) (n int, err error) {
		for e, err := range rows {
			if err != nil {
				return n, err
			}
			for _, f := range e.Attachments {
				fresh, err := x.file(ctx, f)
				if err != nil {
					return n, err
				}
				files += fresh
			}
			if err := t.Write(render.ItemRow{Entry: e}); err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	})
	done.Files = files
	return done, err
}

// file copies one attachment's bytes to DIR/ab/abcd…, once; its hash is its
// name, so whoever has the folder can check it with sha256sum.
func (x Export) file(ctx context.Context, f item.File) (fresh int, err error) {
	if x.Files == "" {
		return 0, nil
	}
	src, size, err := x.Blobs.Get(ctx, f.Hash)
	if err != nil {
		return 0, err
	}
	defer src.Close()
	to := filepath.Join(x.Files, f.Hash[:2], f.Hash)
	if info, err := os.Stat(to); err == nil && info.Size() == size {
		return 0, nil
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return 0, fault.Bad("--attachments", "cannot_write", "why", err.Error())
	}
	done, err := writeFile(ctx, to, true, func(w *os.File) error { _, err := io.Copy(w, src); return err })
	if err == nil && done.SHA256 != f.Hash {
		os.Remove(to)
		err = fault.Bad("--attachments", "file_altered", "name", f.Name, "hash", f.Hash)
	}
	return 1, err
}

// row is a row that is cells for a table and an object for JSON.
type row struct {
	columns []string
	cells   []string
}

// Cells are the row's cells.
func (r row) Cells() []string { return r.cells }

// MarshalJSON keeps the columns' order.
func (r row) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, c := range r.columns {
		if i > 0 {
			b = append(b, ',')
		}
		k, err := json.Marshal(c)
		if err != nil {
			return nil, err
		}
		v, err := json.Marshal(r.cells[i])
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, k...), ':'), v...)
	}
	return append(b, '}'), nil
}

// Units writes every unit, parents by their codes; ImportUnits reads it.
func (x Export) Units(ctx context.Context) (Exported, error) {
	columns := []string{"code", "parent", "name", "level", "short", "office", "outside", "since", "ended", "successor"}
	return x.write(ctx, "units", columns, func(t render.Table) (int, error) {
		return x.pages(ctx, func(tx *store.Tx, after string) (string, []row, error) {
			units, err := tx.ExportUnits(after, 500)
			if err != nil || len(units) == 0 {
				return "", nil, err
			}
			code, err := codes(tx, units)
			if err != nil {
				return "", nil, err
			}
			var rows []row
			for _, u := range units {
				rows = append(rows, row{columns, []string{u.Code, code[string(u.Parent)], u.Name, string(u.Level), u.Short, yes(u.Office), yes(u.Outside), day(u.Since), day(u.Ended), code[string(u.Successor)]}})
			}
			return units[len(units)-1].Code, rows, nil
		}, t)
	})
}

// codes are the codes of units and of those above and after them.
func codes(tx *store.Tx, units []org.Unit) (map[string]string, error) {
	out := map[string]string{"": ""}
	for _, u := range units {
		for _, id := range []ident.Unit{u.Parent, u.Successor} {
			if _, known := out[string(id)]; known {
				continue
			}
			other, err := tx.Unit(id)
			if err != nil {
				return nil, err
			}
			out[string(id)] = other.Code
		}
	}
	return out, nil
}

// People writes everybody, a row for each post ever held; never a password.
func (x Export) People(ctx context.Context) (Exported, error) {
	columns := []string{"login", "name", "locale", "phone", "active", "unit", "unit_name", "role", "title", "from", "until"}
	return x.write(ctx, "people", columns, func(t render.Table) (int, error) {
		return x.pages(ctx, func(tx *store.Tx, after string) (string, []row, error) {
			people, err := tx.AllPeople(after, 200)
			if err != nil || len(people) == 0 {
				return "", nil, err
			}
			var rows []row
			for _, p := range people {
				posts, err := tx.PostsOf(p.ID, 0)
				if err != nil {
					return "", nil, err
				}
				if len(posts) == 0 {
					posts = []org.Post{{}}
				}
				for _, o := range posts {
					var u org.Unit
					if o.Unit != "" {
						if u, err = tx.Unit(o.Unit); err != nil {
							return "", nil, err
						}
					}
					rows = append(rows, row{columns, []string{p.Login, p.Name, p.Locale, p.Phone, yes(p.Active), u.Code, u.Name, string(o.Role), o.Title, day(o.From), day(o.Until)}})
				}
			}
			return people[len(people)-1].Login, rows, nil
		}, t)
	})
}

// factRow writes a fact: as it is for JSON, cells for a table.
type factRow struct{ fact.Record }

// Cells are the envelope, then the payload as JSON.
func (r factRow) Cells() []string {
	f := r.Record
	return []string{strconv.FormatInt(f.Position, 10), string(f.ID), string(f.Kind), strconv.Itoa(f.KindV), f.Subject.Noun, f.Subject.ID, strconv.FormatInt(f.SubjectV, 10), string(f.Actor), string(f.Post), string(f.Office),
		strconv.FormatInt(f.Occurred, 10), strconv.FormatInt(f.Recorded, 10), f.Node, string(f.Corrects), f.Digest, string(f.Payload)}
}

// Facts writes the record, in its order.
func (x Export) Facts(ctx context.Context) (Exported, error) {
	columns := []string{"position", "id", "kind", "kind_version", "noun", "subject", "subject_version", "actor", "post", "office", "occurred", "recorded", "node", "corrects", "digest", "payload"}
	return x.write(ctx, "facts", columns, func(t render.Table) (n int, err error) {
		var after int64
		for {
			var page []fact.Record
			err := x.Store.View(ctx, func(tx *store.Tx) (err error) {
				page, err = tx.Facts(after, 500)
				return err
			})
			if err != nil || len(page) == 0 {
				return n, err
			}
			for _, r := range page {
				if err := t.Write(factRow{r}); err != nil {
					return n, err
				}
				n++
			}
			after = page[len(page)-1].Position
		}
	})
}

// Ranking writes the standings of an office in a period.
func (x Export) Ranking(ctx context.Context, officeCode, period string) (Exported, error) {
	office, err := x.Flow.UnitByCode(ctx, System, officeCode)
	if err != nil {
		return Exported{}, err
	}
	v, err := x.Flow.Standing(ctx, System, office.ID, period)
	if err != nil {
		return Exported{}, err
	}
	columns := []string{"class", "rank", "unit_name", "points", "entries", "target"}
	return x.write(ctx, "ranking", columns, func(t render.Table) (int, error) {
		for _, s := range v.Standings {
			cells := []string{s.Class, strconv.Itoa(s.Rank), v.Names.Unit(s.Unit), s.Points.String(), strconv.Itoa(s.Entries), s.Target}
			if err := t.Write(row{columns, cells}); err != nil {
				return 0, err
			}
		}
		return len(v.Standings), nil
	})
}

// pages writes rows that are read page by page, each on a snapshot of its own.
func (x Export) pages(ctx context.Context, next func(tx *store.Tx, after string) (string, []row, error), t render.Table) (n int, err error) {
	after := ""
	for {
		var last string
		var rows []row
		err := x.Store.View(ctx, func(tx *store.Tx) (err error) {
			last, rows, err = next(tx, after)
			return err
		})
		if err != nil || len(rows) == 0 {
			return n, err
		}
		for _, r := range rows {
			if err := t.Write(r); err != nil {
				return n, err
			}
			n++
		}
		after = last
	}
}

func yes(b bool) string {
	if b {
		return "true"
	}
	return ""
}

func day(d org.Date) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// write opens the target, lets fill write the table and makes the target whole:
// a file has its name only once everything is in it and on the disk.
func (x Export) write(ctx context.Context, name string, columns []string, fill func(render.Table) (int, error)) (done Exported, err error) {
	format, gzipped, known := render.FormatOf(x.Target)
	switch {
	case x.Format != "":
		format, gzipped = render.Format(strings.ToLower(x.Format)), gzipped && x.Format != string(render.XLSX)
	case x.Target == "-":
		format = render.JSONL
	case !known:
		return done, fault.Bad("target", "bad_target", "name", filepath.Base(x.Target))
	}
	done.Target, done.Format = x.Target, string(format)
	work := func(w io.Writer) error {
		var z *gzip.Writer
		if gzipped {
			z = gzip.NewWriter(w)
			w = z
		}
		t, err := render.Open(w, format, name, columns)
		if err != nil {
			return err
		}
		if done.Rows, err = fill(t); err != nil {
			return err
		}
		if err := t.Close(); err != nil {
			return err
		}
		if z != nil {
			return z.Close()
		}
		return nil
	}
	if x.Target == "-" {
		return done, work(x.Out)
	}
	file, err := writeFile(ctx, x.Target, false, func(w *os.File) error { return work(w) })
	done.Bytes, done.SHA256 = file.Bytes, file.SHA256
	return done, err
}

// writeFile makes a file that is whole or not there: under another name in the
// same folder, synced, then renamed. Without replace, what is there stays.
func writeFile(ctx context.Context, target string, replace bool, fill func(*os.File) error) (done Exported, err error) {
	if _, err := os.Stat(target); err == nil && !replace {
		return done, fault.Bad(target, "is_there")
	}
	f, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".unfinished-*")
	if err != nil {
		return done, fault.Bad(target, "cannot_write", "why", err.Error())
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err := fill(f); err != nil {
		return done, err
	}
	if err := ctx.Err(); err != nil {
		return done, err
	}
	if err := f.Sync(); err != nil {
		return done, fault.Bad(target, "cannot_write", "why", err.Error())
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return done, err
	}
	sum := sha256.New()
	if done.Bytes, err = io.Copy(sum, f); err != nil {
		return done, err
	}
	done.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if err := f.Close(); err != nil {
		return done, fault.Bad(target, "cannot_write", "why", err.Error())
	}
	if err := os.Rename(f.Name(), target); err != nil {
		return done, fault.Bad(target, "cannot_write", "why", err.Error())
	}
	return done, syncFolder(filepath.Dir(target))
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
