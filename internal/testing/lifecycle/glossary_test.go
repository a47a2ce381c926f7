package lifecycle_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// exported lists a package's exported names, as Name and, for structs, Name.Field.
func exported(t *testing.T, pkg string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("../..", pkg, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("package %s of the glossary = %v %v, want its files", pkg, files, err)
	}
	names := map[string]bool{}
	fset := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			declared(d, names)
		}
	}
	return names
}

func declared(d ast.Decl, names map[string]bool) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		names[d.Name.Name] = true
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.ValueSpec:
				for _, n := range s.Names {
					names[n.Name] = true
				}
			case *ast.TypeSpec:
				names[s.Name.Name] = true
				st, ok := s.Type.(*ast.StructType)
				if !ok {
					continue
				}
				for _, f := range st.Fields.List {
					for _, n := range f.Names {
						names[s.Name.Name+"."+n.Name] = true
					}
				}
			}
		}
	}
}

var row = regexp.MustCompile("^\\| ([^|]+) \\| (`[^|]+`) \\| ([^|]+) \\|$")

func TestTheGlossarySpeaksOfTheCode(t *testing.T) {
	b, err := os.ReadFile("../../../docs/glossary.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]map[string]bool{}
	words, idents := map[string]bool{}, map[string]string{}
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| 词 ") {
			continue
		}
		m := row.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("row %q, want word, identifier in backticks, meaning", line)
			continue
		}
		if words[m[1]] {
			t.Errorf("word %s stands there twice", m[1])
		}
		words[m[1]] = true
		for id := range strings.SplitSeq(m[2], ", ") {
			id = strings.Trim(id, "`")
			if was := idents[id]; was != "" {
				t.Errorf("identifier %s is both %s and %s", id, was, m[1])
			}
			idents[id] = m[1]
			pkg, name, _ := strings.Cut(id, ".")
			if known[pkg] == nil {
				known[pkg] = exported(t, pkg)
			}
			if !known[pkg][name] || !ast.IsExported(name) {
				t.Errorf("%s: %s is not an exported name of the code", m[1], id)
			}
		}
	}
	if len(words) < 60 {
		t.Errorf("words = %d, want the trade's vocabulary", len(words))
	}
}
