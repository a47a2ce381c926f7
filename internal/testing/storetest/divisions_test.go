package storetest

import (
	"bufio"
	"compress/gzip"
	"iter"
	"os"
	"strings"
	"testing"
	"time"

	"xinshu/internal/fact"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// divisions reads a file of units as XINSHU_TEST_DIVISIONS names it: code,
// parent, name and level with tabs between, one heading.
func divisions(file string) iter.Seq2[store.UnitRow, error] {
	return func(yield func(store.UnitRow, error) bool) {
		f, err := os.Open(file)
		if err != nil {
			yield(store.UnitRow{}, err)
			return
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			yield(store.UnitRow{}, err)
			return
		}
		sc := bufio.NewScanner(z)
		for n := 1; sc.Scan(); n++ {
			c := strings.Split(sc.Text(), "\t")
			if n == 1 {
				continue
			}
			if !yield(store.UnitRow{Line: n, Code: c[0], Parent: c[1], Name: c[2], Level: c[3]}, nil) {
				return
			}
		}
		if err := sc.Err(); err != nil {
			yield(store.UnitRow{}, err)
		}
	}
}

// TestTheWholeCountry imports every division of the country and opens branches
// of it, where the file is there.
func TestTheWholeCountry(t *testing.T) {
	file := os.Getenv("XINSHU_TEST_DIVISIONS")
	if file == "" {
		t.Skip("NOT TESTED with the whole country: set XINSHU_TEST_DIVISIONS to a divisions.tsv.gz")
	}
	Each(t, func(t *testing.T, open func(t *testing.T) *store.Store) {
		s := open(t)
		run := func() store.Imported {
			t.Helper()
			begin := time.Now()
			done, err := s.ImportUnits(t.Context(), divisions(file), true, func(tx *store.Tx, added, changed int) error {
				p := org.UnitsImported{File: "divisions", Digest: strings.Repeat("0", 64), Rows: added, Added: added, Changed: changed}
				_, err := tx.Record(fact.Fact{Subject: fact.Subject{Noun: "unit", ID: "import"}, SubjectV: 1}, p)
				return err
			})
			if err != nil {
				t.Fatalf("ImportUnits() = %v, want nil", err)
			}
			t.Logf("%d rows in %v: %+v", done.Rows, time.Since(begin).Round(time.Millisecond), done)
			return done
		}
		if done := run(); done.Added != done.Rows || done.Rows < 600_000 {
			t.Errorf("first ImportUnits() = %+v, want everything added", done)
		}
		if done := run(); done.Same != done.Rows {
			t.Errorf("second ImportUnits() = %+v, want everything the same", done)
		}
		err := s.View(t.Context(), func(tx *store.Tx) error {
			begin := time.Now()
			roots, err := tx.Children("", "", 100)
			if err != nil {
				return err
			}
			for _, r := range roots {
				if _, err := tx.Children(r.ID, "", 1000); err != nil {
					return err
				}
			}
			t.Logf("%d branches in %v", len(roots)+1, time.Since(begin))
			begin = time.Now()
			found, err := tx.UnitsNamed("和平", 20)
			t.Logf("%d units named 和平… in %v", len(found), time.Since(begin))
			return err
		})
		if err != nil {
			t.Errorf("View() = %v, want nil", err)
		}
	})
}
