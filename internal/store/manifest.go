package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// The files of a backup: the same names in a folder and in an archive. The
// format is described in docs/backup.md and knows neither engine.
const (
	BackupFormat = 1
	ManifestFile = "manifest.json"
	KeyFile      = keyFile
	BlobList     = "blobs.sha256"
	tableFolder  = "tables/"
	tableEnding  = ".jsonl"
)

// Manifest says what a backup holds. Its own digest stands in it, so that no
// byte of it can change unseen.
type Manifest struct {
	Format   int        `json:"format"`
	Program  string     `json:"program"` // the version that wrote it
	Schema   int64      `json:"schema"`
	Engine   string     `json:"engine"` // where it came from: sqlite or postgres
	Node     string     `json:"node"`
	Moment   string     `json:"moment"`
	Position int64      `json:"last_position"`
	Block    int64      `json:"last_block"` // 0: nothing is sealed yet
	Hash     string     `json:"last_block_hash"`
	Key      string     `json:"seal_key_sha256"` // "" when it was left out
	Tables   []TableSum `json:"tables"`
	Blobs    *BlobSum   `json:"blobs"` // null: a copy of the tables alone
	Digest   string     `json:"digest"`
}

// TableSum is one table's file.
type TableSum struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Rows    int64    `json:"rows"`
	Bytes   int64    `json:"bytes"`
	SHA256  string   `json:"sha256"`
}

// File is where the table's rows stand in a backup.
func (t TableSum) File() string { return tableFolder + t.Name + tableEnding }

// TableOf is the table whose rows stand in a file; "" when it is another file.
func TableOf(file string) string {
	name, ok := strings.CutPrefix(file, tableFolder)
	if !ok {
		return ""
	}
	name, ok = strings.CutSuffix(name, tableEnding)
	if !ok || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
		return ""
	}
	return name
}

// BlobSum is the kept files as a whole; their list is a file of its own.
type BlobSum struct {
	Count  int64  `json:"count"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"list_sha256"`
}

// Table finds a table's sum.
func (m *Manifest) Table(name string) (TableSum, bool) {
	for _, t := range m.Tables {
		if t.Name == name {
			return t, true
		}
	}
	return TableSum{}, false
}

// Rows is how many rows all tables have.
func (m *Manifest) Rows() (n int64) {
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// Encode is the manifest's one byte form, with its digest.
func (m Manifest) Encode() ([]byte, error) {
	m.Digest = ""
	bare, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(bare)
	m.Digest = hex.EncodeToString(sum[:])
	b, err := json.MarshalIndent(m, "", "  ")
	return append(b, '\n'), err
}

// errAltered says that a manifest is not as it was written.
var errAltered = errors.New("it is not as it was written")

// DecodeManifest reads a manifest. One of a newer format is handed back with
// nothing but its format, because nobody here knows what else it may say.
func DecodeManifest(b []byte) (Manifest, error) {
	var seen struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(b, &seen); err != nil {
		return Manifest{}, fmt.Errorf("%w: %w", errAltered, err)
	}
	if seen.Format > BackupFormat {
		return Manifest{Format: seen.Format}, nil
	}
	var m Manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return Manifest{}, fmt.Errorf("%w: %w", errAltered, err)
	}
	again, err := m.Encode()
	if err != nil || !bytes.Equal(again, b) {
		return Manifest{}, errAltered
	}
	return m, nil
}
