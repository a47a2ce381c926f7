package store_test

import (
	"database/sql"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"xinshu/internal/fact"
	"xinshu/internal/store"
	"xinshu/internal/testing/storetest"
)

// Tables that no backup carries as they are, each for its reason.
var notInABackup = map[string]string{
	"lease":            "who numbers facts just now",
	"fact_waiting":     "its facts are in fact, with their next positions",
	"fact_position":    "folded into fact",
	"goose_db_version": "the manifest's schema",
}

// TestEveryTableIsInTheBackup asks each engine by itself what tables it has, so
// that none can be forgotten.
func TestEveryTableIsInTheBackup(t *testing.T) {
	var kept [2][]string
	for i, c := range []store.Config{storetest.SQLite(t), storetest.Postgres(t)} {
		storetest.OpenWith(t, c)
		var have []string
		if c.Postgres == "" {
			have = texts(t, openFile(t, filepath.Join(c.Dir, "xinshu.db")), `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1`)
		} else {
			db, err := sql.Open("pgx", c.Postgres)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			have = texts(t, db, `SELECT CAST(tablename AS text) FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename COLLATE "C"`)
		}
		snap, err := store.OpenSnapshot(t.Context(), c.Dir, c.Postgres)
		if err != nil {
			t.Fatal(err)
		}
		m, err := snap.Write(t.Context(), func(_ string, fill func(io.Writer) error) error { return fill(io.Discard) })
		if err != nil {
			t.Fatal(err)
		}
		if err := snap.Close(); err != nil {
			t.Fatal(err)
		}
		for _, s := range m.Tables {
			kept[i] = append(kept[i], s.Name+" "+strings.Join(s.Columns, " "))
		}
		for _, name := range have {
			_, in := m.Table(name)
			_, known := notInABackup[name]
			if !in && !known && !strings.HasPrefix(name, "px_") {
				t.Errorf("%s: table %s is not in the backup, want every table there or in the list with its reason", m.Engine, name)
			}
		}
		if len(have) < 30 {
			t.Errorf("%s has %d tables, want the whole schema", m.Engine, len(have))
		}
	}
	if !slices.Equal(kept[0], kept[1]) {
		t.Errorf("tables of a backup from PostgreSQL = %v, want those from SQLite: %v", kept[1], kept[0])
	}
}

// TestTheCopyOfAnUpgrade: what is kept before an upgrade is a backup of the
// tables, and says the same as one.
func TestTheCopyOfAnUpgrade(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func(t *testing.T) *store.Store) {
		s := open(t)
		err := s.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Record(fact.Fact{Subject: fact.Subject{Noun: "item", ID: "i"}}, filler{"quote \" and 信枢"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(t.TempDir(), "copy")
		if err := s.CopyTables(t.Context(), to); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(to, store.ManifestFile))
		if err != nil {
			t.Fatal(err)
		}
		m, err := store.DecodeManifest(b)
		if err != nil || m.Blobs != nil || m.Node != s.Node() || m.Position != 1 {
			t.Errorf("manifest = %+v, %v, want one of this node, one fact, without kept files", m, err)
		}
		for _, sum := range m.Tables {
			b, err := os.ReadFile(filepath.Join(to, sum.File()))
			if err != nil || fact.Digest(b) != sum.SHA256 || int64(strings.Count(string(b), "\n")) != sum.Rows {
				t.Errorf("%s: %d bytes, %v, want what the manifest says: %+v", sum.File(), len(b), err, sum)
			}
		}
		if facts, _ := os.ReadFile(filepath.Join(to, "tables", "fact.jsonl")); !strings.HasPrefix(string(facts), `[1,"`) || !strings.Contains(string(facts), "信枢") {
			t.Errorf("fact.jsonl = %q, want the fact with its position and its text as it is", facts)
		}
	})
}
