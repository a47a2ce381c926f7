package storetest

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// rowsOf makes a file of units, its first row on line 2.
func rowsOf(rows ...[4]string) iter.Seq2[store.UnitRow, error] {
	return func(yield func(store.UnitRow, error) bool) {
		for i, r := range rows {
			if !yield(store.UnitRow{Line: i + 2, Code: r[0], Parent: r[1], Name: r[2], Level: r[3]}, nil) {
				return
			}
		}
	}
}

var country = [][4]string{
	{"9", "", "甲省", "province"}, {"901", "9", "青川市", "city"}, {"90101", "901", "东岸县", "county"}, {"901d", "901", "市教育局", "department"}, {"901e", "901d", "教研室", "department"},
}

// imports brings files of units in: well, again, changed, and wrong.
func imports(t *testing.T, s *store.Store) {
	record := func(tx *store.Tx, added, changed int) error {
		_, err := tx.Record(fact.Fact{Subject: fact.Subject{Noun: "unit", ID: "file"}, SubjectV: 1}, org.UnitsImported{Added: added, Changed: changed})
		return err
	}
	run := func(apply bool, rows [][4]string, want store.Imported) {
		t.Helper()
		got, err := s.ImportUnits(t.Context(), rowsOf(rows...), apply, record)
		if err != nil || got != want {
			t.Errorf("ImportUnits(apply %v) = %+v, %v, want %+v", apply, got, err, want)
		}
	}
	backward := slices.Clone(country)
	slices.Reverse(backward) // children may stand before their parents
	run(false, backward, store.Imported{Rows: 5, Added: 5})
	run(true, backward, store.Imported{Rows: 5, Added: 5})
	run(true, country, store.Imported{Rows: 5, Same: 5})
	keep := setShort(t, s, "90101", "东岸")
	moved := slices.Clone(country)
	moved[2] = [4]string{"90101", "9", "东岸区", "county"}
	run(false, moved[2:3], store.Imported{Rows: 1, Changed: 1}) // its parent is in the store, not in the file
	run(true, moved, store.Imported{Rows: 5, Changed: 1, Same: 4})
	err := s.View(t.Context(), func(tx *store.Tx) error {
		u, err := tx.UnitByCode("90101")
		if err != nil {
			return err
		}
		if u.Name != "东岸区" || u.Short != "东岸" || u.Since != 20260302 || u.Version != keep.Version+1 {
			t.Errorf("the changed unit = %+v, want the new name since 2026-03-02 and the short name kept", u)
		}
		pasts, err := tx.PastsOf(u.ID)
		equal(t, "PastsOf()", pasts, []org.Past{{Unit: u.ID, Name: "东岸县", Short: "东岸", Level: org.County, Parent: keep.Parent, Until: 20260302}})
		if err != nil {
			return err
		}
		recs, err := tx.FactsOf("unit", "file")
		if len(recs) != 3 {
			t.Errorf("FactsOf() = %d facts, want one for each file that was applied", len(recs))
		}
		return err
	})
	if err != nil {
		t.Errorf("View() = %v, want nil", err)
	}
	wrongFiles(t, s)
	stoppedImports(t, s)
}

func setShort(t *testing.T, s *store.Store, code, short string) (u org.Unit) {
	t.Helper()
	err := s.Update(t.Context(), func(tx *store.Tx) (err error) {
		if u, err = tx.UnitByCode(code); err != nil {
			return err
		}
		u.Short = short
		return tx.SaveUnit(&u)
	})
	if err != nil {
		t.Fatalf("Update() = %v, want nil", err)
	}
	return u
}

// wrongFiles names the line of every mistake and changes nothing.
func wrongFiles(t *testing.T, s *store.Store) {
	for _, c := range []struct {
		what string
		rows [][4]string
		want []string // path and code of each field
	}{
		{"unknown parent", [][4]string{{"7", "", "乙省", "province"}, {"8", "77", "丙市", "city"}}, []string{"line 3 unknown_parent"}},
		{"code twice", [][4]string{{"7", "", "乙省", "province"}, {"7", "", "丙省", "province"}}, []string{"line 3 code_twice"}},
		{"unknown level", [][4]string{{"7", "", "乙省", "duchy"}}, []string{"line 2 unknown_level"}},
		{"no name", [][4]string{{"7", "", " ", "province"}}, []string{"line 2 required"}},
		{"no code", [][4]string{{"", "", "乙省", "province"}}, []string{"line 2 required"}},
		{"a county over a city", [][4]string{{"7", "", "乙县", "county"}, {"8", "7", "丙市", "city"}}, []string{"line 3 parent_not_above"}},
		{"a city over a city", [][4]string{{"7", "", "乙市", "city"}, {"8", "7", "丙市", "city"}}, []string{"line 3 parent_not_above"}},
		{"its own parent", [][4]string{{"7", "7", "乙局", "department"}}, []string{"line 2 ring"}},
		{"a ring", [][4]string{{"7", "8", "乙局", "department"}, {"8", "7", "丙局", "department"}}, []string{"line 2 ring", "line 3 ring"}},
		{"a ring through the store", [][4]string{{"901d", "901e", "市教育局", "department"}}, []string{"line 2 ring"}},
		{"all of them", [][4]string{{"7", "x", "乙省", "province"}, {"8", "y", "丙省", "province"}}, []string{"line 2 unknown_parent", "line 3 unknown_parent"}},
	} {
		for _, apply := range []bool{false, true} {
			_, err := s.ImportUnits(t.Context(), rowsOf(c.rows...), apply, nil)
			fields, _ := fault.BadFields(err)
			var got []string
			for _, f := range fields {
				got = append(got, f.Path+" "+f.Code)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("ImportUnits(%s) = %v (%v), want %v", c.what, got, err, c.want)
			}
		}
	}
	err := s.View(t.Context(), func(tx *store.Tx) error {
		_, err := tx.UnitByCode("7")
		return err
	})
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("UnitByCode() of a wrong file's unit = %v, want not_found", err)
	}
}

// stoppedImports leaves nothing behind when the file ends badly or the record
// cannot be written.
func stoppedImports(t *testing.T, s *store.Store) {
	torn := errors.New("the file is torn")
	broken := func(yield func(store.UnitRow, error) bool) {
		_ = yield(store.UnitRow{Line: 2, Code: "6", Name: "丁省", Level: "province"}, nil) && yield(store.UnitRow{}, torn)
	}
	if _, err := s.ImportUnits(t.Context(), broken, true, nil); !errors.Is(err, torn) {
		t.Errorf("ImportUnits() of a torn file = %v, want %v", err, torn)
	}
	var many [][4]string
	for i := range 3000 { // more than one statement holds
		many = append(many, [4]string{fmt.Sprintf("m%d", i), "", "戊省", "province"})
	}
	refuse := errors.New("no record")
	_, err := s.ImportUnits(t.Context(), rowsOf(many...), true, func(*store.Tx, int, int) error { return refuse })
	if !errors.Is(err, refuse) {
		t.Errorf("ImportUnits() without its record = %v, want %v", err, refuse)
	}
	err = s.View(t.Context(), func(tx *store.Tx) error {
		for _, code := range []string{"6", "m0", "m2999"} {
			if _, err := tx.UnitByCode(code); !fault.Is(err, fault.NotFound) {
				t.Errorf("UnitByCode(%s) after a stopped import = %v, want not_found", code, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Errorf("View() = %v, want nil", err)
	}
}
