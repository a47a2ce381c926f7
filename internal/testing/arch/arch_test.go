package arch

import (
	"path/filepath"
	"sync"
	"testing"
)

// tree is loaded once for all rules.
var tree = sync.OnceValues(func() ([]pkg, error) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		return nil, err
	}
	return load(root)
})

func report(t *testing.T, check func([]pkg) []string) {
	t.Helper()
	pkgs, err := tree()
	if err != nil {
		t.Fatal(err)
	}
	if len(pkgs) < 5 {
		t.Fatalf("load found %d packages, want the whole module", len(pkgs))
	}
	for _, problem := range check(pkgs) {
		t.Error(problem)
	}
}

func TestImports(t *testing.T) { report(t, ours().edges) }
func TestHomes(t *testing.T)   { report(t, ours().strays) }
func TestTables(t *testing.T)  { report(t, ours().table) }
func TestSizes(t *testing.T)   { report(t, ours().sizes) }
func TestNames(t *testing.T)   { report(t, names) }
