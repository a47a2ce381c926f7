package ops_test

import (
	"bytes"
	"context"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"xinshu/internal/app"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/ops"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// atRest makes a small installation with texts and an attachment, and stops it.
func atRest(t *testing.T) string {
	t.Helper()
	ctx, dir := t.Context(), t.TempDir()
	a := need[*app.App](t)(app.Open(ctx, app.Config{Dir: dir}))
	u := need[org.Unit](t)(a.Flow.EnterUnit(ctx, ops.System, flow.EnterUnit{Code: "T", Name: "青禾镇人民政府", Level: org.Township}))
	p := need[org.Person](t)(a.Flow.EnterPerson(ctx, ops.System, flow.EnterPerson{Name: "林小满", Login: "lin", Unit: u.ID, Role: org.Reporter}))
	who := flow.Actor{Person: p.ID}
	var first ident.Item
	for _, title := range []string{"春灌备水", "柑橘收购价走低", "养老院冬季安全"} {
		it := need[item.Item](t)(a.Flow.Draft(ctx, who, flow.Draft{Unit: u.ID, Title: title, Body: strings.Repeat(title+"，群众盼望。", 30), Genre: "news", Form: "single"}))
		if first == "" {
			first = it.ID
		}
	}
	file := strings.Repeat("附件内容。\n", 200)
	need[item.Attachment](t)(a.Flow.Attach(ctx, who, first, flow.Upload{Name: "说明.txt", Size: int64(len(file)), Body: strings.NewReader(file)}))
	if err := a.Worker.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// verifyFolder is what the verb does: the files at rest, then the content.
func verifyFolder(ctx context.Context, dir string) (said []string, err error) {
	report := func(s string) { said = append(said, s) }
	_, keep, err := ops.AtRest(dir, report)
	if err != nil {
		return said, err
	}
	a, err := app.Open(ctx, app.Config{Dir: dir})
	if err != nil {
		return said, err
	}
	_, err = ops.Verify(ctx, a.Store, a.Worker.Drain, report)
	if err == nil {
		_, err = ops.Files(ctx, a.Store, a.Blobs, report)
	}
	if e := a.Close(); err == nil {
		err = e
	}
	if e := keep(); err == nil {
		err = e
	}
	return said, err
}

// TestAlteredBytes changes one byte anywhere in a folder at rest, five hundred
// times. Each is found and named, by the sums, by the content, or by a refusal
// to open.
func TestAlteredBytes(t *testing.T) {
	dir := atRest(t)
	if said, err := verifyFolder(t.Context(), dir); err != nil || len(said) > 0 {
		t.Fatalf("verify of an untouched folder = %v, %v, want nothing", said, err)
	}
	type file struct {
		name string
		data []byte
	}
	var files []file
	var total int
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if len(b) > 0 {
			files, total = append(files, file{path, b}), total+len(b)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(500, 1))
	by := map[string]int{}
	for range 500 {
		// A file is chosen by its size half of the time, else each alike, so that the
		// small ones have their turn.
		f := files[r.IntN(len(files))]
		if r.IntN(2) == 0 {
			at := r.IntN(total)
			for _, g := range files {
				if f = g; at < len(g.data) {
					break
				}
				at -= len(g.data)
			}
		}
		at := r.IntN(len(f.data))
		b := bytes.Clone(f.data)
		b[at] ^= byte(1 + r.IntN(255))
		if err := os.WriteFile(f.name, b, 0o600); err != nil {
			t.Fatal(err)
		}
		found := 0
		if _, err := store.CheckFiles(dir, func(store.Finding) { found++ }); err != nil {
			t.Fatal(err)
		}
		base := filepath.Base(f.name)
		switch {
		case found > 0:
			by["sums"]++
		case strings.Contains(f.name, "blobs") || base == "seal.key" || base == "mailbox.key":
			// Not in the sums: the content itself tells. Opening changes the folder, so
			// a copy is opened.
			copied := t.TempDir()
			if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			said, err := verifyFolder(t.Context(), copied)
			harmless := strings.HasSuffix(base, ".key") && strings.EqualFold(strings.TrimSpace(string(b)), strings.TrimSpace(string(f.data)))
			if len(said) == 0 && err == nil && !harmless {
				t.Errorf("byte %d of %s changed from %#x to %#x and nobody noticed", at, base, f.data[at], b[at])
			}
			if harmless { // a digit's case, a blank behind it: the same key
				by["harmless"]++
				break
			}
			by["content"]++
		default:
			t.Errorf("byte %d of %s changed from %#x to %#x and nobody noticed", at, base, f.data[at], b[at])
		}
		if err := os.WriteFile(f.name, f.data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("500 altered bytes: %d named by the sums of the files, %d by the content, %d harmless", by["sums"], by["content"], by["harmless"])
	if by["sums"] == 0 || by["content"] == 0 {
		t.Errorf("named by %v, want both", by)
	}
}

// TestAlteredIsNotBlessed: after a verify that found something, the next one finds
// it again.
func TestAlteredIsNotBlessed(t *testing.T) {
	dir := atRest(t)
	name := filepath.Join(dir, "xinshu.db")
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(b, []byte("林小满"))
	if at < 0 {
		t.Fatal("the person's name is not in the file, want it there to be altered")
	}
	copy(b[at:], "李小满")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	for round := range 2 {
		said, err := verifyFolder(t.Context(), dir)
		if err != nil || len(said) == 0 || !strings.Contains(said[0], "xinshu.db") {
			t.Errorf("round %d: verify = %v, %v, want the file named", round, said, err)
		}
	}
}
