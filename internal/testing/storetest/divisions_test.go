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

// BenchmarkWholeCountry imports every division of the country, imports it again
// and opens every province, on both engines. It is a benchmark because the file
// is not part of the tests.
func BenchmarkWholeCountry(b *testing.B) {
	file := os.Getenv("XINSHU_TEST_DIVISIONS")
	if file == "" {
		b.Skip("NOT MEASURED with the whole country: set XINSHU_TEST_DIVISIONS to a divisions.tsv.gz")
	}
	for name, config := range map[string]func(testing.TB) store.Config{"sqlite": SQLite, "postgres": Postgres} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				wholeCountry(b, OpenWith(b, config(b)), file)
			}
		})
	}
}

func wholeCountry(b *testing.B, s *store.Store, file string) {
	b.Helper()
	run := func(unit string) store.Imported {
		begin := time.Now()
		done, err := s.ImportUnits(b.Context(), divisions(file), true, func(tx *store.Tx, added, changed int) error {
			p := org.UnitsImported{File: "divisions", Digest: strings.Repeat("0", 64), Rows: added, Added: added, Changed: changed}
			_, err := tx.Record(fact.Fact{Subject: fact.Subject{Noun: "unit", ID: "import"}, SubjectV: 1}, p)
			return err
		})
		if err != nil {
			b.Fatalf("ImportUnits() = %v, want nil", err)
		}
		b.ReportMetric(time.Since(begin).Seconds(), unit)
		return done
	}
	if done := run("s/import"); done.Added != done.Rows || done.Rows < 600_000 {
		b.Errorf("first ImportUnits() = %+v, want everything added", done)
	}
	if done := run("s/again"); done.Same != done.Rows {
		b.Errorf("second ImportUnits() = %+v, want everything the same", done)
	}
	err := s.View(b.Context(), func(tx *store.Tx) error {
		roots, err := tx.Children("", "", 100)
		if err != nil {
			return err
		}
		var slowest time.Duration
		for _, r := range roots {
			begin := time.Now()
			if _, err := tx.Children(r.ID, "", 1000); err != nil {
				return err
			}
			slowest = max(slowest, time.Since(begin))
		}
		b.ReportMetric(float64(slowest.Microseconds())/1000, "ms/branch-max")
		return nil
	})
	if err != nil {
		b.Errorf("View() = %v, want nil", err)
	}
}
