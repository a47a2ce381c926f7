package arch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
)

const module = "xinshu"

// pkg is one package of ours as go list and the parser see it.
type pkg struct {
	path    string // "internal/store", "cmd/xinshu"
	name    string
	imports []string // of its non-test files
	files   []file   // its non-test files; of a package with tests only, those
	tests   bool     // only test files
}

type file struct {
	name string
	fset *token.FileSet
	ast  *ast.File
}

// room is the name a package goes by in the tables: the first element below
// internal (a room's sub-packages are that room), or its path from the root.
func (p pkg) room() string { return roomOf(p.path) }

func roomOf(path string) string {
	below, ok := strings.CutPrefix(path, "internal/")
	if !ok {
		return path
	}
	first, _, _ := strings.Cut(below, "/")
	return first
}

// load reads every package of the module whose root is dir: one go list for
// the imports, one parse for everything else. Packages that do not compile are
// read as far as they go; saying so is the compiler's business.
func load(dir string) ([]pkg, error) {
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Dir,Name,GoFiles,TestGoFiles,XTestGoFiles,Imports", "./...")
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list in %s: %w\n%s", dir, err, stderr.String())
	}
	var pkgs []pkg
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var l struct {
			ImportPath, Dir, Name              string
			GoFiles, TestGoFiles, XTestGoFiles []string
			Imports                            []string
		}
		if err := dec.Decode(&l); errors.Is(err, io.EOF) {
			return pkgs, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list in %s: %w", dir, err)
		}
		p := pkg{path: strings.TrimPrefix(l.ImportPath, module+"/"), name: l.Name, imports: l.Imports}
		names := l.GoFiles
		if len(names) == 0 {
			p.tests = true
			names = append(l.TestGoFiles, l.XTestGoFiles...)
		}
		for _, name := range names {
			fset := token.NewFileSet()
			tree, err := parser.ParseFile(fset, filepath.Join(l.Dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
			if tree == nil {
				return nil, err
			}
			p.files = append(p.files, file{name: name, fset: fset, ast: tree})
		}
		pkgs = append(pkgs, p)
	}
}
