package arch

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strconv"
	"strings"
)

// set says which of our rooms may be imported: whole rows, some more by name,
// some not.
type set struct {
	rows []int
	with []string
	sans []string
}

func nothing() set                    { return set{} }
func these(names ...string) set       { return set{with: names} }
func rows(rows ...int) set            { return set{rows: rows} }
func (s set) and(names ...string) set { s.with = append(slices.Clone(s.with), names...); return s }
func (s set) but(names ...string) set { s.sans = append(slices.Clone(s.sans), names...); return s }
func (s set) has(r room) bool {
	if slices.Contains(s.sans, r.name) {
		return false
	}
	return slices.Contains(s.rows, r.row) || slices.Contains(s.with, r.name)
}

// house is everything the checks need to know: the tables, so that a test can
// hand in broken ones.
type house struct {
	rooms      []room
	planned    []string
	exceptions []exception
	homes      []home
	calls      []home
	large      map[string]string
}

func ours() house {
	return house{rooms, planned, exceptions, homes, calls, large}
}

func (h house) room(name string) (room, bool) {
	i := slices.IndexFunc(h.rooms, func(r room) bool { return r.name == name })
	if i < 0 {
		return room{}, false
	}
	return h.rooms[i], true
}

// edges reports every import between our packages that the table does not
// allow, and every exception nobody needs any more.
func (h house) edges(pkgs []pkg) []string {
	var wrong []string
	used := map[exception]bool{}
	for _, p := range pkgs {
		if p.tests || p.room() == "testing" {
			continue
		}
		from, known := h.room(p.room())
		if !known {
			wrong = append(wrong, fmt.Sprintf("%s is in no row of the table: give it one with a reason, or fold it into the room it belongs to", p.path))
			continue
		}
		for _, imported := range p.imports {
			name, own := strings.CutPrefix(imported, module+"/")
			if !own || roomOf(name) == from.name || roomOf(name) == "testing" {
				continue // testing has a home of its own in the second table
			}
			to, known := h.room(roomOf(name))
			if !known || from.may.has(to) {
				continue // an unknown room is reported where it stands
			}
			if i := slices.IndexFunc(h.exceptions, func(e exception) bool { return e.from == from.name && e.to == to.name }); i >= 0 {
				used[h.exceptions[i]] = true
				continue
			}
			wrong = append(wrong, fmt.Sprintf("%s (row %d) imports %s (row %d): %s", p.path, from.row, name, to.row, from.why))
		}
	}
	for _, e := range h.exceptions {
		if !used[e] {
			wrong = append(wrong, fmt.Sprintf("the exception %s -> %s is not needed any more: delete it", e.from, e.to))
		}
	}
	return wrong
}

// table reports what is wrong with the tables themselves.
func (h house) table(pkgs []pkg) []string {
	var wrong []string
	exists := map[string]bool{}
	for _, p := range pkgs {
		exists[p.room()] = true
	}
	for _, r := range h.rooms {
		late := slices.Contains(h.planned, r.name)
		switch {
		case exists[r.name] && late:
			wrong = append(wrong, fmt.Sprintf("%s exists now: take it off the planned list", r.name))
		case !exists[r.name] && !late:
			wrong = append(wrong, fmt.Sprintf("the table names %s, which does not exist: delete the row, or put it on the planned list", r.name))
		}
		for _, other := range h.rooms {
			if r.may.has(other) && other.row > r.row {
				wrong = append(wrong, fmt.Sprintf("the table lets %s (row %d) import %s (row %d): rows point down", r.name, r.row, other.name, other.row))
			}
		}
	}
	for _, name := range h.planned {
		if _, known := h.room(name); !known {
			wrong = append(wrong, fmt.Sprintf("%s is planned but has no row", name))
		}
	}
	if len(h.exceptions) > maxExceptions {
		wrong = append(wrong, fmt.Sprintf("%d exceptions, and %d are the limit: the wall is in the wrong place", len(h.exceptions), maxExceptions))
	}
	for _, e := range h.exceptions {
		if e.why == "" {
			wrong = append(wrong, fmt.Sprintf("the exception %s -> %s has no reason", e.from, e.to))
		}
	}
	return append(wrong, h.cycles()...)
}

// cycles reports rooms that could, by the table, import themselves in a circle.
func (h house) cycles() []string {
	const (
		open   = 1
		closed = 2
	)
	var wrong []string
	state := map[string]int{}
	var visit func(r room, trail []string)
	visit = func(r room, trail []string) {
		trail = append(slices.Clone(trail), r.name)
		switch state[r.name] {
		case open:
			wrong = append(wrong, "the table has a circle: "+strings.Join(trail, " -> "))
			return
		case closed:
			return
		}
		state[r.name] = open
		for _, other := range h.rooms {
			if r.may.has(other) {
				visit(other, trail)
			}
		}
		state[r.name] = closed
	}
	for _, r := range h.rooms {
		visit(r, nil)
	}
	return wrong
}

// strays reports imports and calls found outside their homes.
func (h house) strays(pkgs []pkg) []string {
	var wrong []string
	for _, p := range pkgs {
		if p.tests || slices.Contains(outside, strings.SplitN(p.room(), "/", 2)[0]) {
			continue
		}
		for _, imported := range p.imports {
			if hm, ok := homeOf(h.homes, imported); ok && !slices.Contains(hm.in, p.room()) {
				wrong = append(wrong, fmt.Sprintf("%s imports %s (%s): %s", p.path, imported, homeList(hm), hm.why))
			}
		}
		for _, f := range p.files {
			for _, use := range uses(f) {
				i := slices.IndexFunc(h.calls, func(c home) bool { return c.pattern == use.name })
				if i >= 0 && !slices.Contains(h.calls[i].in, p.room()) {
					c := h.calls[i]
					wrong = append(wrong, fmt.Sprintf("%s/%s:%d uses %s (%s): %s", p.path, f.name, use.line, use.name, homeList(c), c.why))
				}
			}
		}
	}
	return wrong
}

// homeOf finds the most particular entry for an import path.
func homeOf(homes []home, imported string) (home, bool) {
	var best home
	for _, h := range homes {
		if (imported == h.pattern || strings.HasPrefix(imported, h.pattern+"/")) && len(h.pattern) > len(best.pattern) {
			best = h
		}
	}
	return best, best.pattern != ""
}

func homeList(h home) string {
	if len(h.in) == 0 {
		return "at home nowhere in the product"
	}
	return "at home in " + strings.Join(h.in, ", ")
}

type use struct {
	name string // "time.Now"
	line int
}

// uses lists every selector on an imported standard package in a file, under
// the package's real name, whatever the file calls it.
func uses(f file) []use {
	local := map[string]string{}
	for _, spec := range f.ast.Imports {
		p, _ := strconv.Unquote(spec.Path.Value)
		name := path.Base(p)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		local[name] = p
	}
	var found []use
	ast.Inspect(f.ast, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && local[x.Name] != "" {
			found = append(found, use{local[x.Name] + "." + sel.Sel.Name, f.fset.Position(sel.Pos()).Line})
		}
		return true
	})
	return found
}

// names reports packages and files whose name says nothing, and packages that
// do not open with an explanation.
func names(pkgs []pkg) []string {
	var wrong []string
	for _, p := range pkgs {
		last := path.Base(p.path)
		if slices.Contains(emptyNames, last) || slices.Contains(emptyNames, p.name) {
			wrong = append(wrong, fmt.Sprintf("%s: the name says nothing; a package is a noun that says what it knows", p.path))
		}
		words := 0
		for _, f := range p.files {
			for _, empty := range emptyFileNames {
				if strings.HasSuffix(f.name, empty) {
					wrong = append(wrong, fmt.Sprintf("%s/%s: a file splits along stages or nouns, never into helpers", p.path, f.name))
				}
			}
			if f.ast.Doc != nil {
				words = max(words, len(strings.Fields(f.ast.Doc.Text())))
			}
		}
		switch {
		case words == 0:
			wrong = append(wrong, fmt.Sprintf("%s has no package comment: say what it is for, what it guarantees, what it does not do, how to test it", p.path))
		case words < minPackageComment:
			wrong = append(wrong, fmt.Sprintf("%s: %d words of package comment are a label; say what it is for, what it guarantees, what it does not do, how to test it", p.path, words))
		}
	}
	return wrong
}
