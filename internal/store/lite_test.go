package store_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/store"
	"xinshu/internal/testing/storetest"
)

// What only the embedded engine has: the batch of one COMMIT, a folder with a
// lock, a disk that can be full.

type filler struct {
	Text string `json:"text"`
}

func (filler) FactKind() fact.Kind { return fact.ItemRevised }

// enter makes a unit and a fact of some size, so that a small disk fills up.
func enter(code string) func(tx *store.Tx) error {
	return func(tx *store.Tx) error {
		_, err := tx.Record(fact.Fact{Subject: fact.Subject{Noun: "unit", ID: code}, SubjectV: 1}, filler{strings.Repeat("满", 700)})
		return errors.Join(err, tx.InsertUnit(&org.Unit{ID: ident.Unit("unit-" + code), Code: code, Name: code, Level: org.County}))
	}
}

func reason(err error) string {
	var e *fault.Error
	if errors.As(err, &e) && len(e.Reasons) > 0 {
		return e.Reasons[0].Code
	}
	return ""
}

// codes are the units that are there.
func codes(t *testing.T, s *store.Store) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	err := s.View(t.Context(), func(tx *store.Tx) error {
		us, err := tx.Children("", "", 1000)
		for _, u := range us {
			out[u.Code] = true
		}
		return err
	})
	if err != nil {
		t.Fatalf("Children() = %v, want nil", err)
	}
	return out
}

func gapless(t *testing.T, s *store.Store) int {
	t.Helper()
	n := 0
	err := s.View(t.Context(), func(tx *store.Tx) error {
		recs, err := tx.Facts(0, 10_000)
		for i, r := range recs {
			if r.Position != int64(i+1) {
				t.Fatalf("Facts()[%d].Position = %d, want %d", i, r.Position, i+1)
			}
		}
		n = len(recs)
		return err
	})
	if err != nil {
		t.Fatalf("Facts() = %v, want nil", err)
	}
	return n
}

func TestFullDisk(t *testing.T) {
	s := storetest.Open(t)
	if err := s.Update(t.Context(), enter("before")); err != nil {
		t.Fatal(err)
	}
	if err := s.Raw(t.Context(), "PRAGMA max_page_count = 160"); err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{"before": true}
	full := 0
	for round := 0; full == 0 && round < 50; round++ {
		var mu sync.Mutex
		var wg sync.WaitGroup
		for i := range 16 {
			wg.Go(func() {
				code := fmt.Sprintf("r%02dc%02d", round, i)
				err := s.Update(t.Context(), enter(code))
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					said[code] = true
				case fault.Is(err, fault.Unavailable) && reason(err) == "disk_full":
					full++
				default:
					t.Errorf("Update() on a full disk = %v, want unavailable, disk_full", err)
				}
			})
		}
		wg.Wait()
	}
	if full == 0 {
		t.Fatal("the disk never was full")
	}
	same(t, codes(t, s), said)
	if n := gapless(t, s); n != len(said) {
		t.Errorf("%d facts are there, want %d", n, len(said))
	}
	if err := s.Raw(t.Context(), "PRAGMA max_page_count = 1000000"); err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), enter("after")); err != nil {
		t.Errorf("Update() with room again = %v, want nil", err)
	}
	said["after"] = true
	same(t, codes(t, s), said)
	if n := gapless(t, s); n != len(said) {
		t.Errorf("%d facts are there, want %d", n, len(said))
	}
	if found := storetest.Findings(t, s); len(found) > 0 {
		t.Errorf("Verify() = %v, want nothing", found)
	}
}

func same(t *testing.T, got, want map[string]bool) {
	t.Helper()
	for c := range want {
		if !got[c] {
			t.Errorf("%s heard \"saved\" and is not there", c)
		}
	}
	for c := range got {
		if !want[c] {
			t.Errorf("%s heard an error and is there", c)
		}
	}
}

// together runs callbacks in one batch, in order: the first holds the writer
// until the others are in the queue.
func together(t *testing.T, s *store.Store, fns ...func(tx *store.Tx) error) []error {
	t.Helper()
	errs := make([]error, len(fns))
	hold, held := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := s.Update(t.Context(), func(*store.Tx) error { close(held); <-hold; return nil }); err != nil && len(fns) == 0 {
			t.Error(err)
		}
	})
	<-held
	for i, fn := range fns {
		wg.Go(func() { errs[i] = s.Update(t.Context(), fn) })
		s.AwaitQueue(i + 1)
	}
	close(hold)
	wg.Wait()
	return errs
}

func TestOneBatch(t *testing.T) {
	s := storetest.Open(t)
	refusal := errors.New("refused")
	var saw []string
	look := func(tx *store.Tx) error {
		us, err := tx.Children("", "", 10)
		for _, u := range us {
			saw = append(saw, u.Code)
		}
		facts, err2 := tx.FactsOf("unit", "a")
		last, err3 := tx.LastPosition()
		if len(facts) != 1 || last != 1 {
			t.Errorf("within the batch FactsOf(a) = %d facts, LastPosition() = %d, want 1 and 1", len(facts), last)
		}
		return errors.Join(err, err2, err3, refusal)
	}
	errs := together(t, s, enter("a"), func(tx *store.Tx) error { return errors.Join(enter("b")(tx), refusal) }, look, enter("c"))
	for i, want := range []error{nil, refusal, refusal, nil} {
		if !errors.Is(errs[i], want) {
			t.Errorf("caller %d = %v, want %v", i, errs[i], want)
		}
	}
	if fmt.Sprint(saw) != "[a]" {
		t.Errorf("the third caller saw %v, want the first one's unit only", saw)
	}
	same(t, codes(t, s), map[string]bool{"a": true, "c": true})
	if n := gapless(t, s); n != 2 {
		t.Errorf("%d facts are there, want 2", n)
	}
}

func TestFailedCommit(t *testing.T) {
	s := storetest.Open(t)
	if err := s.Update(t.Context(), enter("before")); err != nil {
		t.Fatal(err)
	}
	refusal := errors.New("refused")
	// A deferred reference to nothing is only found at the COMMIT.
	broken := func(tx *store.Tx) error {
		return errors.Join(tx.RawIn("PRAGMA defer_foreign_keys = ON"),
			tx.RawIn("INSERT INTO unit_past (unit, name, short, level, parent, from_day, until_day) VALUES ('nobody', 'n', '', 'county', '', 1, 2)"))
	}
	errs := together(t, s, enter("a"), broken, func(*store.Tx) error { return refusal }, enter("c"))
	for _, i := range []int{0, 1, 3} {
		if !fault.Is(errs[i], fault.Unavailable) {
			t.Errorf("caller %d of a failed COMMIT = %v, want unavailable", i, errs[i])
		}
	}
	if !errors.Is(errs[2], refusal) {
		t.Errorf("the caller who was refused = %v, want its own refusal", errs[2])
	}
	same(t, codes(t, s), map[string]bool{"before": true})
	if err := s.Update(t.Context(), enter("after")); err != nil {
		t.Errorf("Update() after a failed COMMIT = %v, want nil", err)
	}
	if n := gapless(t, s); n != 2 {
		t.Errorf("%d facts are there, want 2", n)
	}
}

// TestFailedSync: once the disk did not take a batch, nobody is told that it was
// saved, nothing more is let in, and the next start finds a sound record.
func TestFailedSync(t *testing.T) {
	c := storetest.SQLite(t)
	s, err := store.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), enter("before")); err != nil {
		t.Fatal(err)
	}
	if err := s.BreakDisk(); err != nil {
		t.Fatal(err)
	}
	refusal := errors.New("refused")
	for i, err := range together(t, s, enter("a"), func(*store.Tx) error { return refusal }, enter("b")) {
		if !fault.Is(err, fault.Unavailable) || reason(err) != "disk_failed" {
			t.Errorf("caller %d of a batch the disk did not take = %v, want unavailable, disk_failed", i, err)
		}
	}
	ran := false
	if err := s.Update(t.Context(), func(*store.Tx) error { ran = true; return nil }); reason(err) != "disk_failed" || ran {
		t.Errorf("Update() after a failed sync = %v, ran %t, want disk_failed and nothing run", err, ran)
	}
	if err := s.View(t.Context(), func(*store.Tx) error { return nil }); reason(err) != "disk_failed" {
		t.Errorf("View() after a failed sync = %v, want disk_failed", err)
	}
	if err := s.Ready(t.Context()); reason(err) != "disk_failed" {
		t.Errorf("Ready() after a failed sync = %v, want disk_failed", err)
	}
	if err := s.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		t.Errorf("Close() after a failed sync = %v, want it to end", err)
	}
	again := storetest.OpenWith(t, c)
	if !codes(t, again)["before"] {
		t.Error("what was acknowledged before the failure is gone")
	}
	gapless(t, again)
	if found := storetest.Findings(t, again); len(found) > 0 {
		t.Errorf("Verify() = %v, want nothing", found)
	}
}

func TestFolderInUse(t *testing.T) {
	c := storetest.SQLite(t)
	storetest.OpenWith(t, c)
	if _, err := store.Open(t.Context(), c); reason(err) != "folder_in_use" {
		t.Errorf("a second Open() = %v, want folder_in_use", err)
	}
}

func TestReopened(t *testing.T) {
	c := storetest.SQLite(t)
	c.NoSync = true
	s, err := store.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{"a", "b"} {
		if err := s.Update(t.Context(), enter(code)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Seal(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	node := s.Node()
	if err := errors.Join(s.Sync(t.Context()), s.Close()); err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), enter("closed")); reason(err) != "closed" {
		t.Errorf("Update() after Close() = %v, want closed", err)
	}
	if err := s.View(t.Context(), func(*store.Tx) error { return nil }); reason(err) != "closed" {
		t.Errorf("View() after Close() = %v, want closed", err)
	}
	c.NoSync = false
	s = storetest.OpenWith(t, c)
	if s.Node() != node {
		t.Errorf("Node() = %s, want %s as before", s.Node(), node)
	}
	if err := s.Update(t.Context(), enter("c")); err != nil {
		t.Fatal(err)
	}
	if n := gapless(t, s); n != 3 {
		t.Errorf("%d facts are there, want 3", n)
	}
	if n, err := s.Seal(t.Context(), true); err != nil || n != 1 {
		t.Errorf("Seal() = %d, %v, want 1", n, err)
	}
	if found := storetest.Findings(t, s); len(found) > 0 {
		t.Errorf("Verify() = %v, want nothing", found)
	}
	if mode, err := os.Stat(filepath.Join(c.Dir, "seal.key")); err != nil || mode.Mode().Perm() != 0o600 {
		t.Errorf("the key's file = %v, %v, want mode 0600", mode, err)
	}
	if err := os.Remove(filepath.Join(c.Dir, "seal.key")); err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), enter("d")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Seal(t.Context(), true); reason(err) != "seal_key_missing" {
		t.Errorf("Seal() without the key = %v, want seal_key_missing", err)
	}
}

// TestKilled kills a process in the middle of its work; what it said was saved
// must be there.
func TestKilled(t *testing.T) {
	if dir := os.Getenv("STORE_TEST_VICTIM"); dir != "" {
		victim(t, dir)
		return
	}
	c := storetest.SQLite(t)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), "STORE_TEST_VICTIM="+c.Dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for len(said) < 300 {
		var code string
		if _, err := fmt.Fscanln(out, &code); err != nil {
			t.Fatalf("the victim ended by itself: %v", err)
		}
		said[code] = true
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for { // what it said before it died
		var code string
		if _, err := fmt.Fscanln(out, &code); err != nil {
			break
		}
		said[code] = true
	}
	_ = cmd.Wait() // killed, as wanted
	s := storetest.OpenWith(t, c)
	there := 0
	err = s.View(t.Context(), func(tx *store.Tx) error {
		for code := range said {
			if _, err := tx.UnitByCode(code); err != nil {
				t.Errorf("%s heard \"saved\" and is not there: %v", code, err)
			}
		}
		var err error
		there, err = tx.ChildCount("")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := gapless(t, s); n != there {
		t.Errorf("%d facts for %d units, want one each", n, there)
	}
	if found := storetest.Findings(t, s); len(found) > 0 {
		t.Errorf("Verify() = %v, want nothing", found)
	}
}

func victim(t *testing.T, dir string) {
	c := storetest.SQLite(t)
	c.Dir = dir
	s, err := store.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	for w := range 8 {
		wg.Go(func() {
			for i := range 1100 {
				code := fmt.Sprintf("w%dn%d", w, i)
				if s.Update(t.Context(), enter(code)) == nil {
					mu.Lock()
					fmt.Println(code)
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
}
