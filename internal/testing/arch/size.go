package arch

import (
	"fmt"
	"go/ast"
)

// sizes reports functions, files, parameter lists and interfaces beyond the
// hard limits, and excuses nobody needs any more.
func (h house) sizes(pkgs []pkg) []string {
	var wrong []string
	excused := map[string]bool{}
	for _, p := range pkgs {
		if p.tests {
			continue // a test may be one long table
		}
		for _, f := range p.files {
			if ast.IsGenerated(f.ast) {
				continue
			}
			wrong = append(wrong, h.fileSize(p, f, excused)...)
			for _, d := range f.ast.Decls {
				switch d := d.(type) {
				case *ast.FuncDecl:
					wrong = append(wrong, h.functionSize(p, f, d, excused)...)
				case *ast.GenDecl:
					wrong = append(wrong, interfaceSizes(p, d)...)
				}
			}
		}
	}
	for key := range h.large {
		if !excused[key] {
			wrong = append(wrong, fmt.Sprintf("%q is excused from the size limit but does not need it: delete the line", key))
		}
	}
	return wrong
}

func (h house) fileSize(p pkg, f file, excused map[string]bool) []string {
	key := p.room() + "/" + f.name
	lines := f.fset.File(f.ast.Pos()).LineCount()
	if lines <= maxFileLines {
		return nil
	}
	if h.large[key] != "" {
		excused[key] = true
		return nil
	}
	return []string{fmt.Sprintf("%s/%s has %d lines, %d is the limit: split it along stages or nouns", p.path, f.name, lines, maxFileLines)}
}

func (h house) functionSize(p pkg, f file, d *ast.FuncDecl, excused map[string]bool) []string {
	var wrong []string
	key := p.room() + " " + functionName(d)
	lines := f.fset.Position(d.End()).Line - f.fset.Position(d.Pos()).Line + 1
	if lines > maxFunctionLines {
		if h.large[key] != "" {
			excused[key] = true
		} else {
			wrong = append(wrong, fmt.Sprintf("%s: %d lines, %d is the limit", key, lines, maxFunctionLines))
		}
	}
	if n := parameters(d.Type); n > maxParameters {
		wrong = append(wrong, fmt.Sprintf("%s: %d parameters after ctx, %d is the limit: make a struct", key, n, maxParameters))
	}
	return wrong
}

func functionName(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return d.Name.Name
	}
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name + "." + d.Name.Name
		default:
			return d.Name.Name
		}
	}
}

// parameters counts what a caller has to say, without the context.
func parameters(t *ast.FuncType) int {
	n := 0
	for _, field := range t.Params.List {
		if sel, ok := field.Type.(*ast.SelectorExpr); ok && sel.Sel.Name == "Context" {
			continue
		}
		n += max(1, len(field.Names))
	}
	return n
}

func interfaceSizes(p pkg, d *ast.GenDecl) []string {
	var wrong []string
	for _, spec := range d.Specs {
		ts, ok := spec.(*ast.TypeSpec)
		if !ok {
			continue
		}
		it, ok := ts.Type.(*ast.InterfaceType)
		if !ok {
			continue
		}
		n := 0
		for _, m := range it.Methods.List {
			n += max(1, len(m.Names))
		}
		if n > maxMethods {
			wrong = append(wrong, fmt.Sprintf("%s %s: %d methods, %d is the limit: a larger interface is a type pretending", p.room(), ts.Name.Name, n, maxMethods))
		}
	}
	return wrong
}
