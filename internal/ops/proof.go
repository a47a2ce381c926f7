package ops

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/store"
)

// tally counts what is read through it.
type tally struct {
	r    io.Reader
	hash hash.Hash
	n    int64
	rows int64
	keep *bytes.Buffer // nil: only count
}

func newTally(r io.Reader) *tally { return &tally{r: r, hash: sha256.New()} }

func (t *tally) Write(p []byte) (int, error) {
	t.n += int64(len(p))
	t.rows += int64(bytes.Count(p, []byte{'\n'}))
	if t.keep != nil {
		if t.n > maxKept {
			return 0, errTooMuch
		}
		t.keep.Write(p)
	}
	return t.hash.Write(p)
}

// errTooMuch: what should be small and kept is not.
var errTooMuch = errors.New("longer than any backup's")

// all reads to the end.
func (t *tally) all() error {
	_, err := io.Copy(t, t.r)
	return err
}

func (t *tally) sum() string { return hex.EncodeToString(t.hash.Sum(nil)) }

// A stranger's backup may be built to fill the memory of whoever reads it. What is
// kept of one while it is read is bounded by these; everything else is counted
// and let go.
const (
	maxKept     = 64 << 20 // of the manifest, the blocks or the installation; a million items need 2 MB
	maxFindings = 1000     // after so many nobody reads on
)

// exam is a backup that was read from end to end and compared with its manifest.
type exam struct {
	manifest store.Manifest
	bad      []fault.Field

	raw    []byte            // the manifest's bytes
	files  map[string]*tally // but for the kept files
	blobs  [][32]byte
	bytes  int64 // of the kept files
	listed [][32]byte
}

// examine reads every byte of a backup once. What is wrong is in bad; an error is
// a backup that cannot be read at all.
func examine(ctx context.Context, path string) (*exam, error) {
	x := &exam{files: map[string]*tally{}}
	src := &source{path: path}
	if err := src.each(ctx, x.file); err != nil {
		if f, ok := fault.BadFields(err); ok {
			if len(x.bad) < maxFindings {
				x.bad = append(x.bad, f...)
			}
			return x, nil
		}
		return nil, err
	}
	if x.raw == nil {
		x.wrong(path, "backup_no_manifest")
		return x, nil
	}
	var err error
	if x.manifest, err = store.DecodeManifest(x.raw); err != nil {
		x.wrong(store.ManifestFile, "backup_manifest", "why", err.Error())
		return x, nil
	}
	if x.manifest.Format > store.BackupFormat {
		x.wrong(store.ManifestFile, "backup_format_newer", "have", fmt.Sprint(x.manifest.Format), "want", fmt.Sprint(store.BackupFormat))
		return x, nil
	}
	x.compare()
	return x, nil
}

func (x *exam) wrong(path, code string, pairs ...string) {
	x.bad = append(x.bad, fault.Field{Path: path, Code: code, Params: fault.Pairs(pairs...)})
}

// file reads one.
func (x *exam) file(name string, r io.Reader) error {
	hash := hashOf(name)
	known := name == store.ManifestFile || name == store.KeyFile || name == store.BlobList || store.TableOf(name) != "" || hash != ""
	if len(x.bad) >= maxFindings {
		return fault.Fields(x.bad)
	}
	if r == nil || !known {
		x.wrong(name, "backup_strange")
		return nil
	}
	if _, twice := x.files[name]; twice {
		x.wrong(name, "backup_twice")
	}
	t := newTally(r)
	switch name {
	case store.ManifestFile, store.KeyFile, "tables/block.jsonl", "tables/installation.jsonl":
		t.keep = &bytes.Buffer{}
	case store.BlobList:
		return x.list(t)
	}
	err := t.all()
	if errors.Is(err, errTooMuch) {
		return fault.Bad(name, "backup_manifest", "why", err.Error())
	}
	if err != nil {
		return err
	}
	if hash != "" {
		if t.sum() != hash {
			x.wrong(name, "backup_altered", "have", t.sum(), "want", hash)
		}
		x.blobs = append(x.blobs, [32]byte(decoded(hash)))
		x.bytes += t.n
		return nil
	}
	if name == store.ManifestFile {
		x.raw = t.keep.Bytes()
	}
	x.files[name] = t
	return nil
}

// hashOf is the hash in the name of a kept file; "" when it is another file.
func hashOf(name string) string {
	rest, ok := strings.CutPrefix(name, "blobs/")
	if !ok || len(rest) != 65 || rest[2] != '/' {
		return ""
	}
	hash := rest[:2] + rest[3:]
	if strings.Trim(hash, "0123456789abcdef") != "" {
		return ""
	}
	return hash
}

func decoded(hash string) []byte {
	b, err := hex.DecodeString(hash)
	if err != nil || len(b) != sha256.Size {
		return make([]byte, sha256.Size)
	}
	return b
}

// list reads which kept files there must be.
func (x *exam) list(t *tally) error {
	in := bufio.NewScanner(io.TeeReader(t.r, t))
	for in.Scan() {
		h, _, _ := strings.Cut(in.Text(), " ")
		x.listed = append(x.listed, [32]byte(decoded(h)))
	}
	x.files[store.BlobList] = t
	if errors.Is(in.Err(), bufio.ErrTooLong) {
		x.wrong(store.BlobList, "backup_manifest", "why", "a line has no end")
		return t.all()
	}
	return in.Err()
}

// compare holds what was read against the manifest.
func (x *exam) compare() {
	m := &x.manifest
	want := map[string]string{}
	for _, t := range m.Tables {
		want[t.File()] = t.SHA256
		if have := x.files[t.File()]; have != nil && have.rows != t.Rows {
			x.wrong(t.File(), "backup_rows", "have", fmt.Sprint(have.rows), "want", fmt.Sprint(t.Rows))
			delete(want, t.File())
			delete(x.files, t.File())
		}
	}
	if m.Key != "" {
		want[store.KeyFile] = m.Key
	}
	if m.Blobs != nil {
		want[store.BlobList] = m.Blobs.SHA256
	}
	for _, name := range slices.Sorted(mapKeys(want)) {
		switch have := x.files[name]; {
		case have == nil:
			x.wrong(name, "backup_missing")
		case have.sum() != want[name]:
			x.wrong(name, "backup_altered", "have", have.sum(), "want", want[name])
		}
	}
	for _, name := range slices.Sorted(mapKeys(x.files)) {
		if _, ok := want[name]; !ok && name != store.ManifestFile {
			x.wrong(name, "backup_strange")
		}
	}
	if len(x.bad) == 0 {
		x.compareBlobs()
	}
}

func mapKeys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// compareBlobs finds the kept files that are listed and not there, and the other
// way round. Both lists are sorted, so one walk finds both.
func (x *exam) compareBlobs() {
	byBytes := func(a, b [32]byte) int { return bytes.Compare(a[:], b[:]) }
	slices.SortFunc(x.blobs, byBytes)
	slices.SortFunc(x.listed, byBytes)
	i, k := 0, 0
	for i < len(x.blobs) || k < len(x.listed) {
		c := -1
		switch {
		case i == len(x.blobs):
			c = 1
		case k < len(x.listed):
			c = byBytes(x.blobs[i], x.listed[k])
		}
		switch c {
		case 0:
			i, k = i+1, k+1
		case -1:
			x.wrong(blobName(hex.EncodeToString(x.blobs[i][:])), "backup_strange")
			i++
		case 1:
			x.wrong(blobName(hex.EncodeToString(x.listed[k][:])), "backup_missing")
			k++
		}
	}
}

// VerifyBackup proves a backup by itself, without an installation: every file
// against the manifest, kept files against their names, and then the record: its
// positions, payloads, texts, blocks and signatures. It reports every finding.
func VerifyBackup(ctx context.Context, path string, report func(string)) (rep BackupReport, err error) {
	defer fault.Wrap(&err, "ops.VerifyBackup")
	x, err := examine(ctx, path)
	if err != nil {
		return rep, err
	}
	rep = BackupReport{Backup: path}
	if len(x.bad) > 0 {
		for _, line := range Say(fault.Fields(x.bad)) {
			report(line)
		}
		return rep, nil
	}
	rep = reportOf(path, &x.manifest)
	err = x.record(ctx, path, func(f store.Finding) {
		report(fmt.Sprintf("%s: %s: %s", f.Check, f.Where, f.What))
	})
	return rep, err
}

// record checks what the facts say by themselves.
func (x *exam) record(ctx context.Context, path string, report func(store.Finding)) error {
	var public string
	var blocks []fact.Block
	err := x.rows("installation", func(get func(string) any) error {
		if get("name") == "seal.public" {
			public = textOf(get("value"))
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = x.rows("block", func(get func(string) any) error {
		blocks = append(blocks, fact.Block{Number: intOf(get("number")), First: intOf(get("first")), Last: intOf(get("last")),
			Prev: textOf(get("prev")), Hash: textOf(get("hash")), Sealed: intOf(get("sealed")), Signature: textOf(get("signature"))})
		return nil
	})
	if err != nil {
		return err
	}
	var seed string
	if k := x.files[store.KeyFile]; k != nil {
		seed = strings.TrimSpace(k.keep.String())
	}
	add, end := store.Record(seed, public, blocks, report)
	facts, _ := x.manifest.Table("fact")
	if !slices.Contains(facts.Columns, "position") {
		return nil // of a schema that kept positions elsewhere; restoring proves it
	}
	src := &source{path: path}
	err = src.each(ctx, func(name string, r io.Reader) error {
		t, _ := x.manifest.Table(store.TableOf(name))
		switch t.Name {
		case "fact":
			return store.Rows(name, t.Columns, r, func(get func(string) any) error {
				rec := recordOf(get)
				add(&rec)
				return nil
			})
		case "revision":
			return store.Rows(name, t.Columns, r, func(get func(string) any) error {
				if fact.Digest([]byte(textOf(get("title"))+"\n"+textOf(get("body")))) != get("hash") {
					report(store.Finding{Check: "revision", Where: "revision " + textOf(get("id")), What: "the text is not the one that was saved"})
				}
				return nil
			})
		}
		return nil
	})
	end()
	return err
}

// rows reads a table that was kept in memory.
func (x *exam) rows(name string, fn func(get func(string) any) error) error {
	t, _ := x.manifest.Table(name)
	have := x.files[t.File()]
	if have == nil || have.keep == nil {
		return nil
	}
	return store.Rows(t.File(), t.Columns, bytes.NewReader(have.keep.Bytes()), fn)
}

func textOf(v any) string { s, _ := v.(string); return s }
func intOf(v any) int64   { n, _ := v.(int64); return n }

func recordOf(get func(string) any) fact.Record {
	return fact.Record{
		Position: intOf(get("position")), Payload: []byte(textOf(get("body"))),
		Fact: fact.Fact{
			ID: ident.Fact(textOf(get("id"))), Kind: fact.Kind(textOf(get("kind"))), KindV: int(intOf(get("kind_v"))),
			Subject: fact.Subject{Noun: textOf(get("noun")), ID: textOf(get("subject"))}, SubjectV: intOf(get("subject_v")),
			Actor: ident.Person(textOf(get("actor"))), Post: ident.Post(textOf(get("post"))), Office: ident.Unit(textOf(get("office"))),
			Occurred: intOf(get("occurred")), Recorded: intOf(get("recorded")), Node: textOf(get("node")),
			Corrects: ident.Fact(textOf(get("corrects"))), Digest: textOf(get("digest")),
		},
	}
}
