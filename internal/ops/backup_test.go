package ops_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"xinshu/internal/blob"
	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/ops"
	"xinshu/internal/org"
	"xinshu/internal/store"
	"xinshu/internal/testing/sample"
	"xinshu/internal/testing/storetest"
	"xinshu/internal/worker"
)

var backupMoment = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// house is an installation with a small world in it, and what works for it.
type house struct {
	*sample.World
	config store.Config
	dir    string // of the kept files, too
	work   *worker.Worker
	file   func(t testing.TB, i int) // a filing of somebody allowed to
}

func newHouse(t *testing.T, c store.Config) *house {
	t.Helper()
	dir := c.Dir
	if dir == "" {
		dir = t.TempDir()
	}
	clock := sample.NewClock()
	c.Clock, c.Mint, c.NoSync = clock.Now, sample.Minter(clock), true
	s := storetest.OpenWith(t, c)
	blobs := need[*blob.Store](t)(blob.Open(filepath.Join(dir, "blobs")))
	f := flow.New(s, flow.Config{Location: time.FixedZone("CST", 8*3600), Blobs: blobs})
	h := &house{World: sample.On(t, f, s, clock), config: c, dir: dir, work: worker.New(s, f, worker.Config{Clock: clock.Now})}
	rules := org.DefaultRules(h.ID("K1"))
	rules.OwnSignOff = true
	need[org.Rules](t)(f.SetRules(h.Ctx(), sample.System, h.ID("K1"), rules))
	need[org.Post](t)(f.HoldPost(h.Ctx(), sample.System, flow.HoldPost{Person: h.As("reporter.T2").Person, Unit: h.ID("T2"), Role: org.Signer}))
	h.file = func(t testing.TB, i int) {
		t.Helper()
		ctx := flow.WithKey(h.Ctx(), fmt.Sprint("key-", i))
		for {
			_, err := f.File(ctx, h.As("reporter.T2"), flow.Draft{Unit: h.ID("T2"), Title: fmt.Sprint("第", i, "期"), Body: "果商开价\"低于成本\"。\n建议县里\t腾挪冷库。", Genre: "problem", Form: "single"})
			if fault.Is(err, fault.Unavailable) {
				continue // too many at once: the same key again, as a client does
			}
			if err != nil {
				t.Errorf("File %d = %v", i, err)
			}
			return
		}
	}
	for i := range 3 {
		d, err := f.Draft(h.Ctx(), h.As("reporter.T1"), flow.Draft{Unit: h.ID("T1"), Title: fmt.Sprint("附件", i), Body: "见附件。", Genre: "problem", Form: "single"})
		if err != nil {
			t.Fatal(err)
		}
		content := fmt.Sprint("附件的正文 ", i)
		if _, err := f.Attach(h.Ctx(), h.As("reporter.T1"), d.ID, flow.Upload{Name: "说明.txt", Size: int64(len(content)), Body: strings.NewReader(content)}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 12 {
		h.file(t, 1_000_000+i)
	}
	if err := h.work.Drain(h.Ctx()); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) options(to string) ops.BackupOptions {
	return ops.BackupOptions{Dir: h.dir, Postgres: h.config.Postgres, To: to, Program: "test", Moment: backupMoment}
}

func (h *house) backup(t *testing.T, name string) (string, ops.BackupReport) {
	t.Helper()
	to := filepath.Join(t.TempDir(), name)
	return to, need[ops.BackupReport](t)(ops.Backup(h.Ctx(), h.options(to)))
}

// opener opens a restored installation as the program does.
func opener(ctx context.Context, dir, postgres string) (*ops.Opened, error) {
	clock := sample.NewClock()
	c := storetest.Config(storetest.NewClock())
	c.Clock, c.Mint, c.Dir, c.Postgres = clock.Now, sample.Minter(clock), dir, postgres
	s, err := store.Open(ctx, c)
	if err != nil {
		return nil, err
	}
	blobs, err := blob.Open(filepath.Join(dir, "blobs"))
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	f := flow.New(s, flow.Config{Blobs: blobs})
	return &ops.Opened{Store: s, Blobs: blobs, CatchUp: worker.New(s, f, worker.Config{Clock: clock.Now}).CatchUp, Close: s.Close}, nil
}

func restoreTo(from, dir, postgres string) ops.RestoreOptions {
	return ops.RestoreOptions{From: from, Dir: dir, Postgres: postgres, Open: opener}
}

// tree is every file below a folder with its content.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		rel, _ := filepath.Rel(dir, p)
		out[rel] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestBackupUnderLoadComesBackOnTheOtherEngine backs up while sixteen callers
// file, restores on the other engine, and wants the second backup's tables and
// files equal to the first one's, byte for byte.
func TestBackupUnderLoadComesBackOnTheOtherEngine(t *testing.T) {
	for _, c := range []struct {
		name, form string
		from, to   func(testing.TB) store.Config
	}{
		{"sqlite to postgres", "b.tar.gz", storetest.SQLite, storetest.Postgres},
		{"postgres to sqlite", "b", storetest.Postgres, storetest.SQLite},
		{"sqlite to sqlite", "b", storetest.SQLite, storetest.SQLite},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, c.from(t))
			stop := make(chan struct{})
			var filed atomic.Int64
			var wg sync.WaitGroup
			running := make(chan struct{}, 16)
			for range 16 {
				wg.Go(func() {
					for first := true; ; first = false {
						h.file(t, int(filed.Add(1)))
						if first {
							running <- struct{}{}
						}
						select {
						case <-stop:
							return
						default:
						}
					}
				})
			}
			for range 16 {
				<-running
			}
			before := filed.Load()
			from, rep := h.backup(t, c.form)
			during := filed.Load() - before
			close(stop)
			wg.Wait()
			t.Logf("%d filings came in during the backup of %d rows", during, rep.Rows)
			if rep.Files != 3 || !rep.WithKey || rep.Position < 100 {
				t.Errorf("Backup() = %+v, want three files, the key and the record", rep)
			}
			to := c.to(t)
			dir := filepath.Join(t.TempDir(), "restored")
			got, err := ops.Restore(h.Ctx(), restoreTo(from, dir, to.Postgres))
			if err != nil || len(got.Findings) > 0 {
				t.Fatalf("Restore() = %v, %v, want no findings", got.Findings, err)
			}
			if got.Rows != rep.Rows || got.Position != rep.Position {
				t.Errorf("Restore() = %+v, want the rows of %+v", got, rep)
			}
			again := filepath.Join(t.TempDir(), "again")
			need[ops.BackupReport](t)(ops.Backup(h.Ctx(), ops.BackupOptions{Dir: dir, Postgres: to.Postgres, To: again, Program: "test", Moment: backupMoment}))
			first := filepath.Join(t.TempDir(), "first")
			unpackBackup(t, from, first)
			a, b := tree(t, first), tree(t, again)
			delete(a, store.ManifestFile) // it names the engine
			delete(b, store.ManifestFile)
			for name := range a {
				if a[name] != b[name] {
					t.Errorf("%s of the second backup has %d bytes, want the first one's %d, equal", name, len(b[name]), len(a[name]))
				}
			}
			if len(a) != len(b) {
				t.Errorf("the second backup has %d files, want %d", len(b), len(a))
			}
			if entries, _ := os.ReadDir(dir); slices.ContainsFunc(entries, func(e os.DirEntry) bool { return strings.HasPrefix(e.Name(), ".") }) {
				t.Errorf("the restored folder has %v, want no work folder", entries)
			}
		})
	}
}

// unpackBackup makes a folder of a backup of either form.
func unpackBackup(t *testing.T, from, to string) {
	t.Helper()
	if err := os.MkdirAll(to, 0o700); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(from); err == nil && info.IsDir() {
		if err := os.CopyFS(to, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
		return
	}
	for name, content := range readArchive(t, need[[]byte](t)(os.ReadFile(from))) {
		file := filepath.Join(to, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(content), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestWaitingFactsAreInTheBackup: on PostgreSQL a fact that no sequencer has
// placed yet has a place in the backup, and comes back with it.
func TestWaitingFactsAreInTheBackup(t *testing.T) {
	h := newHouse(t, storetest.Postgres(t))
	_, rep := h.backup(t, "placed")
	for i := range 5 {
		h.file(t, i)
	}
	from, waiting := h.backup(t, "waiting")
	if waiting.Position <= rep.Position {
		t.Fatalf("last position with facts that wait = %d, want more than %d", waiting.Position, rep.Position)
	}
	if _, err := ops.Restore(h.Ctx(), restoreTo(from, filepath.Join(t.TempDir(), "r"), "")); err != nil {
		t.Errorf("Restore() = %v, want every fact in its place", err)
	}
	if err := h.work.Drain(h.Ctx()); err != nil {
		t.Fatal(err)
	}
	if _, after := h.backup(t, "after"); after.Position != waiting.Position {
		t.Errorf("last position after the sequencer = %d, want %d as in the backup", after.Position, waiting.Position)
	}
}

func TestWithoutKey(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	o := h.options(filepath.Join(t.TempDir(), "bare.tgz"))
	o.WithoutKey = true
	if rep := need[ops.BackupReport](t)(ops.Backup(h.Ctx(), o)); rep.WithKey {
		t.Errorf("Backup() = %+v, want no key", rep)
	}
	if got := findings(t, o.To); len(got) > 0 {
		t.Errorf("VerifyBackup() without the key = %q, want none: the public half is in the tables", got)
	}
	dir := filepath.Join(t.TempDir(), "r")
	rep := need[ops.RestoreReport](t)(ops.Restore(h.Ctx(), restoreTo(o.To, dir, "")))
	if _, err := os.Stat(filepath.Join(dir, store.KeyFile)); rep.WithKey || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("after Restore() the key is there (%v), want none", err)
	}
	with, _ := h.backup(t, "with")
	info, err := os.Stat(filepath.Join(with, store.KeyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key in a backup = %v, %v, want a file of mode 0600", info, err)
	}
}

func findings(t *testing.T, path string) (lines []string) {
	t.Helper()
	if _, err := ops.VerifyBackup(t.Context(), path, func(l string) { lines = append(lines, l) }); err != nil {
		lines = append(lines, ops.Say(err)...)
	}
	return lines
}

// smallDisk makes files that share a number of bytes.
type smallDisk struct {
	*os.File
	left *int
}

func (d smallDisk) Write(p []byte) (int, error) {
	if len(p) > *d.left {
		n, _ := d.File.Write(p[:*d.left])
		*d.left = 0
		return n, &os.PathError{Op: "write", Path: d.Name(), Err: syscall.ENOSPC}
	}
	*d.left -= len(p)
	return d.File.Write(p)
}

// TestADiskThatFillsDuringBackup: wherever it fills, the half is gone, the
// message says so, and the installation goes on.
func TestADiskThatFillsDuringBackup(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	for _, name := range []string{"b", "b.tar.gz"} {
		for _, room := range []int{0, 100, 5_000, 20_000} {
			dir := t.TempDir()
			left := room
			o := h.options(filepath.Join(dir, name))
			o.Create = func(path string) (ops.File, error) {
				f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
				return smallDisk{f, &left}, err
			}
			_, err := ops.Backup(h.Ctx(), o)
			if said := strings.Join(ops.Say(err), "\n"); !fault.Is(err, fault.Unavailable) || !strings.Contains(said, "what was written of it is removed") {
				t.Errorf("Backup of %s with room for %d = %q, want it refused for want of room", name, room, said)
			}
			if got := tree(t, dir); len(got) > 0 {
				t.Errorf("after a full disk the folder has %v, want nothing", got)
			}
		}
	}
	h.file(t, 1)
	if n, err := ops.Verify(h.Ctx(), h.Store, h.work.Drain, func(l string) { t.Error(l) }); n > 0 || err != nil {
		t.Errorf("Verify() after full disks = %d, %v, want 0", n, err)
	}
}

func TestWhereABackupMayGo(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	dir := t.TempDir()
	there := filepath.Join(dir, "there.tar.gz")
	if err := os.WriteFile(there, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	refusedWith := func(to, want string) {
		t.Helper()
		_, err := ops.Backup(h.Ctx(), h.options(to))
		if said := strings.Join(ops.Say(err), "\n"); err == nil || !strings.Contains(said, want) {
			t.Errorf("Backup to %s = %q, want %q", to, said, want)
		}
	}
	refusedWith(there, "is there already")
	refusedWith(filepath.Join(there, "below"), "cannot be written there")
	if b, _ := os.ReadFile(there); string(b) != "mine" {
		t.Errorf("the file that was there = %q, want it untouched", b)
	}
	empty := filepath.Join(dir, "empty")
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	need[ops.BackupReport](t)(ops.Backup(h.Ctx(), h.options(empty)))
	refusedWith(empty, "is there already")
	// what a backup that was killed has left is cleared away
	killed := filepath.Join(dir, "killed.tar.gz")
	if err := os.WriteFile(killed+".partial", []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	need[ops.BackupReport](t)(ops.Backup(h.Ctx(), h.options(killed)))
	if got := findings(t, killed); len(got) > 0 {
		t.Errorf("VerifyBackup() = %q, want none", got)
	}
	_, err := ops.Backup(h.Ctx(), ops.BackupOptions{Dir: t.TempDir(), To: filepath.Join(dir, "nothing")})
	if said := strings.Join(ops.Say(err), "\n"); !strings.Contains(said, "holds no installation") {
		t.Errorf("Backup of an empty folder = %q, want it to say so", said)
	}
}

// TestADamagedFileIsLeftOut: one attachment that is damaged does not cost the rest.
func TestADamagedFileIsLeftOut(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	var files []string
	for name := range tree(t, filepath.Join(h.dir, "blobs")) {
		files = append(files, filepath.Join(h.dir, "blobs", name))
	}
	if err := os.WriteFile(files[0], []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	from, rep := h.backup(t, "b")
	if len(rep.Damaged) != 1 || !strings.Contains(rep.Damaged[0], files[0]) || rep.Files != 2 {
		t.Errorf("Backup() = %+v, want %s named and left out", rep, files[0])
	}
	dir := filepath.Join(t.TempDir(), "r")
	o := restoreTo(from, dir, "")
	_, err := ops.Restore(h.Ctx(), o)
	if said := strings.Join(ops.Say(err), "\n"); !strings.Contains(said, "damaged before this backup was made") || !strings.Contains(said, "--damaged") {
		t.Errorf("Restore() = %q, want it to say what was damaged and how to go on", said)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the target after a refusal: %v, want it not there as before", err)
	}
	o.Damaged = true
	if rep, err := ops.Restore(h.Ctx(), o); err != nil || len(rep.Findings) != 1 {
		t.Errorf("Restore() with --damaged = %v, %v, want one finding and the rest", rep.Findings, err)
	}
}

// TestTheSameBackupTwice: nothing but the moment differs between two.
func TestTheSameBackupTwice(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	a, _ := h.backup(t, "b.tar.gz")
	b, _ := h.backup(t, "b.tar.gz")
	if !bytes.Equal(need[[]byte](t)(os.ReadFile(a)), need[[]byte](t)(os.ReadFile(b))) {
		t.Error("two backups of one moment differ, want the same bytes")
	}
}
