package ops

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"xinshu/internal/blob"
	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/store"
)

// BackupOptions says what is copied, and where to.
type BackupOptions struct {
	Dir, Postgres string // the installation
	To            string // a folder, or a file that ends in .tar.gz or .tgz
	WithoutKey    bool   // leave the signing key out
	Program       string // this program's version
	Moment        time.Time
	Create        func(path string) (File, error) // nil: on the disk
}

// BackupReport is what a backup holds.
type BackupReport struct {
	Backup   string   `json:"backup"`
	Node     string   `json:"node"`
	Engine   string   `json:"engine"`
	Schema   int64    `json:"schema"`
	Tables   int      `json:"tables"`
	Rows     int64    `json:"rows"`
	Files    int64    `json:"files"`
	Bytes    int64    `json:"bytes"` // of the tables and the files
	Position int64    `json:"last_position"`
	Block    int64    `json:"last_block"` // 0: nothing is sealed yet, and there is no key
	WithKey  bool     `json:"with_key"`
	Damaged  []string `json:"damaged,omitempty"` // kept files that are not what they were, and are left out
}

func reportOf(path string, m *store.Manifest) BackupReport {
	rep := BackupReport{Backup: path, Node: m.Node, Engine: m.Engine, Schema: m.Schema, Tables: len(m.Tables), Rows: m.Rows(), Position: m.Position, Block: m.Block, WithKey: m.Key != ""}
	for _, t := range m.Tables {
		rep.Bytes += t.Bytes
	}
	if m.Blobs != nil {
		rep.Files, rep.Bytes = m.Blobs.Count, rep.Bytes+m.Blobs.Bytes
	}
	return rep
}

// Backup copies an installation, also one that is being served: the tables are of
// one moment, and the kept files are at least those of that moment. A backup that
// cannot be finished leaves nothing behind.
func Backup(ctx context.Context, o BackupOptions) (rep BackupReport, err error) {
	defer fault.Wrap(&err, "ops.Backup")
	snap, err := store.OpenSnapshot(ctx, o.Dir, o.Postgres)
	if err != nil {
		return rep, err
	}
	defer func() { err = errors.Join(err, snap.Close()) }()
	if newest, err := store.Newest(); err != nil {
		return rep, err
	} else if snap.Schema() > newest {
		return rep, fault.Bad(o.Dir, "schema_newer", "have", fmt.Sprint(snap.Schema()), "want", fmt.Sprint(newest))
	}
	if o.Create == nil {
		o.Create = createFile
	}
	p, err := newPacker(o.To, o.Create)
	if err == nil {
		rep, err = writeBackup(ctx, o, snap, p)
	}
	if err == nil {
		return rep, nil
	}
	if p != nil {
		err = errors.Join(err, p.abandon())
	}
	if noRoom(err) {
		why := []fault.Reason{fault.Why("backup_no_room", "to", o.To)}
		return rep, &fault.Error{Kind: fault.Unavailable, Reasons: why, Err: err}
	}
	return rep, err
}

func writeBackup(ctx context.Context, o BackupOptions, snap *store.Snapshot, p *packer) (rep BackupReport, err error) {
	m, err := snap.Write(ctx, func(name string, fill func(io.Writer) error) error { return p.put(name, -1, fill) })
	if err != nil {
		return rep, err
	}
	var damaged []string
	if m.Blobs, damaged, err = writeBlobs(ctx, filepath.Join(o.Dir, "blobs"), p); err != nil {
		return rep, err
	}
	if t, _ := m.Table("attachment"); t.Rows > 0 && m.Blobs.Count == 0 {
		return rep, fault.Bad(filepath.Join(o.Dir, "blobs"), "backup_no_files", "rows", fmt.Sprint(t.Rows))
	}
	if !o.WithoutKey {
		seed, err := snap.Key(ctx)
		if err != nil {
			return rep, err
		}
		if seed != "" {
			content := []byte(seed + "\n")
			m.Key = fact.Digest(content)
			if err := p.put(store.KeyFile, int64(len(content)), bytesTo(content)); err != nil {
				return rep, err
			}
		}
	}
	m.Program, m.Moment = o.Program, o.Moment.UTC().Format(time.RFC3339Nano)
	b, err := m.Encode()
	if err != nil {
		return rep, err
	}
	// The manifest comes last: what was cut off has none.
	if err := p.put(store.ManifestFile, int64(len(b)), bytesTo(b)); err != nil {
		return rep, err
	}
	rep = reportOf(o.To, &m)
	rep.Damaged = damaged
	return rep, p.finish()
}

func bytesTo(b []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	}
}

// blobName is where a kept file lies in a backup.
func blobName(hash string) string { return "blobs/" + hash[:2] + "/" + hash[2:] }

// writeBlobs copies the kept files and a list of them that sha256sum -c reads.
// One that is not what its name says is left out and told of: a backup with all
// the rest is worth more than none.
func writeBlobs(ctx context.Context, dir string, p *packer) (sum *store.BlobSum, damaged []string, err error) {
	sum = &store.BlobSum{}
	var names [][32]byte
	kept := blob.Beside(dir)
	if _, err := os.Stat(dir); err == nil {
		err := kept.Verify(ctx, func(f blob.Finding) error {
			if f.State != blob.Sound {
				damaged = append(damaged, fmt.Sprintf("%s: %s", f.Path, f.State))
				return nil
			}
			r, size, err := kept.Get(ctx, f.Hash)
			if err != nil {
				return err
			}
			defer r.Close()
			if err := p.put(blobName(f.Hash), size, func(w io.Writer) error { _, err := io.CopyN(w, r, size); return err }); err != nil {
				return err
			}
			var name [32]byte
			if _, err := hex.Decode(name[:], []byte(f.Hash)); err != nil {
				return err
			}
			names = append(names, name)
			sum.Count, sum.Bytes = sum.Count+1, sum.Bytes+size
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
	}
	hash := newTally(nil)
	err = p.put(store.BlobList, -1, func(w io.Writer) error {
		for _, n := range names {
			h := hex.EncodeToString(n[:])
			if _, err := fmt.Fprintf(io.MultiWriter(w, hash), "%s  %s\n", h, blobName(h)); err != nil {
				return err
			}
		}
		return nil
	})
	sum.SHA256 = hash.sum()
	return sum, damaged, err
}
