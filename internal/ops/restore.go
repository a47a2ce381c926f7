package ops

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"xinshu/internal/blob"
	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/store"
)

// RestoreOptions says what is brought back, and where to.
type RestoreOptions struct {
	From          string
	Dir, Postgres string // an empty folder, and an empty database where there is one
	Damaged       bool   // also when the record was damaged before the backup was made
	// Open opens what was loaded, so that its projections can be made.
	Open func(ctx context.Context, dir, postgres string) (*Opened, error)
}

// Opened is an installation nobody serves.
type Opened struct {
	Store   *store.Store
	Blobs   *blob.Store
	CatchUp func(ctx context.Context) error // works the projections to the end of the record
	Close   func() error
}

// RestoreReport is what was brought back.
type RestoreReport struct {
	BackupReport
	Engine   string   `json:"restored_on"`
	Findings []string `json:"findings,omitempty"`
}

// Restore brings a backup into an empty folder or database, on either engine.
// The whole backup is proved before anything is touched; what was loaded is read
// back and compared before it is committed; the projections are made anew and the
// record is verified before anybody can open it. Where anything of that fails the
// target is as empty as it was.
func Restore(ctx context.Context, o RestoreOptions) (rep RestoreReport, err error) {
	defer fault.Wrap(&err, "ops.Restore")
	x, err := examine(ctx, o.From)
	if err != nil {
		return rep, err
	}
	if err := fault.Fields(x.bad); err != nil {
		return rep, err
	}
	m := &x.manifest
	newest, err := store.Newest()
	if err != nil {
		return rep, err
	}
	if m.Schema > newest {
		return rep, fault.Bad(store.ManifestFile, "backup_schema_newer", "have", fmt.Sprint(m.Schema), "want", fmt.Sprint(newest), "program", m.Program)
	}
	rep.BackupReport = reportOf(o.From, m)
	rep.Engine = "sqlite"
	if o.Postgres != "" {
		rep.Engine = "postgres"
	}
	land, err := store.Land(ctx, o.Dir, o.Postgres, m.Blobs == nil)
	if err != nil {
		return rep, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, land.Abandon())
		}
	}()
	if err := bringIn(ctx, o, m, land); err != nil {
		return rep, err
	}
	if rep.Findings, err = proveRestored(ctx, o, land); err != nil {
		return rep, err
	}
	if len(rep.Findings) > 0 && !o.Damaged {
		var bad []fault.Field
		for _, f := range rep.Findings {
			bad = append(bad, fault.Field{Path: o.From, Code: "backup_of_damaged", Params: fault.Pairs("what", f)})
		}
		return rep, fault.Fields(bad)
	}
	return rep, land.Settle()
}

// bringIn loads tables, files and key, and commits what is as the manifest says.
func bringIn(ctx context.Context, o RestoreOptions, m *store.Manifest, land *store.Landing) error {
	if err := land.Begin(ctx, m.Schema); err != nil {
		return err
	}
	var blobs *blob.Store
	if m.Blobs != nil {
		var err error
		if blobs, err = blob.Open(filepath.Join(land.Work(), "blobs")); err != nil {
			return err
		}
	}
	src := &source{path: o.From}
	err := src.each(ctx, func(name string, r io.Reader) error {
		if t, ok := m.Table(store.TableOf(name)); ok {
			return land.Load(ctx, t, r)
		}
		if hash := hashOf(name); hash != "" && blobs != nil {
			ref, err := blobs.Put(ctx, r, 1<<62)
			if err == nil && ref.Hash != hash {
				err = fault.Bad(name, "backup_altered", "have", ref.Hash, "want", hash)
			}
			return err
		}
		if name == store.KeyFile {
			content, err := io.ReadAll(io.LimitReader(r, 1<<10))
			if err != nil {
				return err
			}
			if fact.Digest(content) != m.Key {
				return fault.Bad(name, "backup_altered", "have", fact.Digest(content), "want", m.Key)
			}
			return land.Key(ctx, content)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return land.Commit(ctx, *m)
}

// proveRestored opens what was loaded, makes its projections and looks
// everything over.
func proveRestored(ctx context.Context, o RestoreOptions, land *store.Landing) (findings []string, err error) {
	in, err := o.Open(ctx, land.Work(), o.Postgres)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if err := in.CatchUp(ctx); err != nil {
		return nil, err
	}
	say := func(line string) { findings = append(findings, line) }
	if _, err := Verify(ctx, in.Store, nil, say); err != nil {
		return nil, err
	}
	_, err = Files(ctx, in.Store, in.Blobs, say)
	return findings, err
}
