package store_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
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

func TestNewerSchemaIsRefused(t *testing.T) {
	for name, config := range map[string]func(testing.TB) store.Config{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			c := config(t)
			s, err := store.Open(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			yes := "1"
			if name == "postgres" {
				yes = "true"
			}
			if err := s.Raw(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9001, "+yes+")"); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			_, err = store.Open(t.Context(), c)
			if !fault.Is(err, fault.Unavailable) || reason(err) != "schema_newer" || !strings.Contains(err.Error(), "9001") {
				t.Errorf("Open() of a newer schema = %v, want schema_newer with 9001", err)
			}
		})
	}
}

// TestTouched alters the record as somebody at the database would, each time in
// another way, and wants the first broken place named.
func TestTouched(t *testing.T) {
	for _, c := range []struct{ name, sql, check, where string }{
		{"an envelope", "UPDATE fact SET actor = 'somebody' WHERE position = 700", "block", "block 2"},
		{"a payload", "UPDATE fact SET body = '{\"text\":\"other\"}' WHERE position = 700", "payload", "position 700"},
		{"a fact removed", "DELETE FROM fact WHERE position = 700", "position", "position 700"},
		{"the end removed", "DELETE FROM fact WHERE position > 1400", "block", "block 3"},
		{"a position moved", "UPDATE fact SET position = 9000 WHERE position = 1500", "position", "position 1500"},
		{"a block's hash", "UPDATE block SET hash = prev WHERE number = 2", "block", "block 2"},
		{"a block removed", "DELETE FROM block WHERE number = 1", "block", "block 2"},
		{"a block signed anew", "UPDATE block SET sealed = sealed + 1 WHERE number = 1", "block", "block 1"},
		{"a payload removed", "UPDATE fact SET body = '' WHERE position = 7", "fact_without_payload", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := storetest.Open(t)
			err := s.Update(t.Context(), func(tx *store.Tx) error {
				for i := range 3 * fact.BlockSize {
					if _, err := tx.Record(fact.Fact{Subject: fact.Subject{Noun: "item", ID: "i"}, SubjectV: int64(i)}, filler{strconv.Itoa(i)}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if n, err := s.Seal(t.Context(), false); err != nil || n != 3 {
				t.Fatalf("Seal() = %d, %v, want 3", n, err)
			}
			if err := s.Raw(t.Context(), c.sql); err != nil {
				t.Fatal(err)
			}
			found := storetest.Findings(t, s)
			if len(found) == 0 || found[0].Check != c.check || (c.where != "" && found[0].Where != c.where) {
				t.Errorf("Verify() = %v, want %s at %s first", found, c.check, c.where)
			}
		})
	}
}

// TestSkewAcrossReplicas has two replicas read before either writes, as a
// withdrawal and an adoption at the same moment: exactly one wins.
func TestSkewAcrossReplicas(t *testing.T) {
	c := storetest.Postgres(t)
	a, b := storetest.OpenWith(t, c), storetest.OpenWith(t, c)
	if err := a.Update(t.Context(), func(tx *store.Tx) error {
		for _, code := range []string{"x", "y"} {
			if err := tx.InsertUnit(&org.Unit{ID: ident.Unit("unit-" + code), Code: code, Name: code, Level: org.County}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	var bothRead sync.WaitGroup
	bothRead.Add(2)
	end := func(s *store.Store, mine, other string) (runs int, err error) {
		err = s.Update(t.Context(), func(tx *store.Tx) error {
			runs++
			o, err := tx.UnitByCode(other)
			if err != nil {
				return err
			}
			if runs == 1 {
				bothRead.Done()
				bothRead.Wait()
			}
			if o.Ended != 0 {
				return fault.Clash(fault.Why("other_was_first"))
			}
			m, err := tx.UnitByCode(mine)
			if err != nil {
				return err
			}
			m.Ended = 20260302
			return tx.SaveUnit(&m)
		})
		return runs, err
	}
	var runs [2]int
	var errs [2]error
	var wg sync.WaitGroup
	wg.Go(func() { runs[0], errs[0] = end(a, "x", "y") })
	wg.Go(func() { runs[1], errs[1] = end(b, "y", "x") })
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("the two ended with %v and %v, want exactly one winner", errs[0], errs[1])
	}
	if runs[0]+runs[1] != 3 {
		t.Errorf("the callbacks ran %d and %d times, want one of them twice", runs[0], runs[1])
	}
}

// TestOneSequencer: of two replicas one numbers; it is followed when its lease
// is over.
func TestOneSequencer(t *testing.T) {
	c := storetest.Postgres(t)
	clock := storetest.NewClock()
	c.Clock = clock.Now
	a, b := storetest.OpenWith(t, c), storetest.OpenWith(t, c)
	put := func() {
		t.Helper()
		if err := b.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Record(fact.Fact{Subject: fact.Subject{Noun: "item", ID: "i"}}, filler{"x"})
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	number := func(s *store.Store, want int) {
		t.Helper()
		if n, err := s.Sequence(t.Context()); err != nil || n != want {
			t.Errorf("Sequence() = %d, %v, want %d", n, err, want)
		}
	}
	put()
	number(a, 1)
	put()
	number(b, 0)
	number(a, 1)
	put()
	clock.Advance(store.LeaseTime * 2)
	number(b, 1)
	number(a, 0)
}

// TestStatements: every name used exists, every name present is used, and the
// two engines differ in few places.
func TestStatements(t *testing.T) {
	sqlite, postgres, err := store.Statements()
	if err != nil {
		t.Fatal(err)
	}
	used, literals := namesInSource(t)
	for name := range used {
		if !slices.Contains(sqlite, name) && !slices.Contains(postgres, name) {
			t.Errorf("the source uses a statement %q, and no file has it", name)
		}
	}
	differ := map[string]bool{}
	for _, name := range slices.Concat(sqlite, postgres) {
		if !literals[name] && !composed(name, literals) && !strings.HasPrefix(name, "inv_") {
			t.Errorf("the statement %q is used nowhere", name)
		}
		if !slices.Contains(sqlite, name) || !slices.Contains(postgres, name) {
			differ[name] = true
		}
	}
	for _, name := range store.Overrides() {
		differ[name] = true
	}
	list := slices.Sorted(maps.Keys(differ))
	t.Logf("%d statements are written for one engine only: %s", len(list), strings.Join(list, ", "))
	if len(list) > 12 {
		t.Errorf("%d statements differ between the engines, want at most 12", len(list))
	}
}

// namesInSource finds the names given to the query functions, and every string.
func namesInSource(t *testing.T) (used, literals map[string]bool) {
	t.Helper()
	used, literals = map[string]bool{}, map[string]bool{}
	files, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), f, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				if s, err := strconv.Unquote(l.Value); err == nil {
					literals[s] = true
				}
			}
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			at, ok := map[string]int{"exec": 0, "execRows": 0, "each": 0, "one": 1, "many": 1}[called(call)]
			if ok && len(call.Args) > at {
				if l, ok := call.Args[at].(*ast.BasicLit); ok && l.Kind == token.STRING {
					s, _ := strconv.Unquote(l.Value)
					used[s] = true
				}
			}
			return true
		})
	}
	return used, literals
}

// composed tells whether a name is put together from two strings of the source,
// as a list and its order are.
func composed(name string, literals map[string]bool) bool {
	for i := 1; i < len(name); i++ {
		if literals[name[:i]] && literals[name[i:]] {
			return true
		}
	}
	return false
}

func called(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok && (x.Name == "tx" || x.Name == "v") {
			return f.Sel.Name
		}
	}
	return ""
}
