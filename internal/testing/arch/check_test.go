package arch

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// source parses one file of an imagined package.
func source(t *testing.T, name, text string) file {
	t.Helper()
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, name, text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return file{name, fset, tree}
}

// wantOne fails unless exactly one problem is reported and it says want.
func wantOne(t *testing.T, got []string, want string) {
	t.Helper()
	if len(got) != 1 || !strings.Contains(got[0], want) {
		t.Errorf("problems = %q, want one that contains %q", got, want)
	}
}

func TestEdgesSpeakUp(t *testing.T) {
	cases := []struct{ name, from, to, want string }{
		{"upward", "internal/item", "internal/store", "nouns are pure"},
		{"later in the chain", "internal/item", "internal/issue", "backward in time"},
		{"between tools", "internal/text", "internal/intake", "not each other"},
		{"an edge at the SQL", "internal/web", "internal/store", "cannot forget who may see what"},
		{"an edge at an edge", "internal/api", "internal/web", "do not know each other"},
		{"a verb at HTTP", "internal/flow", "internal/httpio", "knows no HTTP"},
		{"the store at documents", "internal/store", "internal/render", "after the commit"},
		{"main around app", "cmd/xinshu", "internal/store", "servers come from app"},
		{"a sub-package of the store", "internal/web", "internal/store/migrate", "cannot forget"},
		{"a word with a friend", "internal/fault", "internal/ident", "may know nobody"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			p := pkg{path: tc.from, imports: []string{"fmt", module + "/" + tc.to}}
			wantOne(t, ours().edges([]pkg{p}), tc.want)
		})
	}
}

func TestEdgesAllow(t *testing.T) {
	for from, to := range map[string]string{
		"internal/fact": "internal/ident", "internal/issue": "internal/filing", "internal/store": "internal/text",
		"internal/web": "internal/flow", "internal/worker": "internal/store", "internal/demo": "internal/auth",
		"internal/app": "internal/web", "cmd/xinshu": "internal/ops", "internal/store/migrate": "internal/store",
		"internal/testing/story": "internal/app",
	} {
		p := pkg{path: from, imports: []string{module + "/" + to}}
		if got := ours().edges([]pkg{p}); len(got) != 0 {
			t.Errorf("edges(%s -> %s) = %q, want none", from, to, got)
		}
	}
}

func TestUnknownRoomIsReported(t *testing.T) {
	wantOne(t, ours().edges([]pkg{{path: "internal/attic"}}), "internal/attic is in no row")
}

func TestExceptions(t *testing.T) {
	h := ours()
	h.exceptions = []exception{{"web", "store", "for this test"}}
	p := pkg{path: "internal/web", imports: []string{module + "/internal/store"}}
	if got := h.edges([]pkg{p}); len(got) != 0 {
		t.Errorf("edges with an exception = %q, want none", got)
	}
	wantOne(t, h.edges(nil), "not needed any more")
}

func TestTablesSpeakUp(t *testing.T) {
	pkgs := []pkg{{path: "internal/a"}, {path: "internal/b"}}
	two := func(a, b set) house {
		return house{rooms: []room{{0, "a", a, ""}, {0, "b", b, ""}}}
	}
	h := two(nothing(), nothing())
	if got := h.table(pkgs); len(got) != 0 {
		t.Errorf("table(a sound house) = %q, want none", got)
	}
	wantOne(t, h.table(pkgs[:1]), "names b, which does not exist")
	h.planned = []string{"b"}
	wantOne(t, h.table(pkgs), "b exists now")
	h.planned = []string{"c"}
	wantOne(t, h.table(pkgs), "c is planned but has no row")
	wantOne(t, two(these("b"), these("a")).table(pkgs), "a -> b -> a")

	up := house{rooms: []room{{0, "a", these("b"), ""}, {1, "b", nothing(), ""}}}
	wantOne(t, up.table(pkgs), "rows point down")

	many := two(nothing(), nothing())
	many.exceptions = []exception{{"a", "b", "x"}, {"b", "a", "x"}, {"a", "c", "x"}, {"c", "a", "x"}}
	wantOne(t, many.table(pkgs), "the wall is in the wrong place")
}

func TestStraysSpeakUp(t *testing.T) {
	imports := map[string]string{
		"database/sql":                     "SQL lives in one package",
		"github.com/jackc/pgx/v5":          "SQL lives in one package",
		"net/http":                         "at the edges",
		"net/http/httptest":                "only for tests",
		"html/template":                    "made in web",
		"flag":                             "settings are read once",
		"log":                              "one log",
		"testing":                          "only for tests",
		"xinshu/internal/testing/sample":   "only for tests",
		"github.com/pocketbase/pocketbase": "measured from outside",
	}
	for imported, want := range imports {
		p := pkg{path: "internal/flow", imports: []string{imported}}
		wantOne(t, ours().strays([]pkg{p}), want)
	}
	wantOne(t, ours().strays([]pkg{{path: "internal/org", imports: []string{"log/slog"}}}), "return errors")
	for _, fine := range []pkg{
		{path: "internal/store", imports: []string{"database/sql", "log/slog"}},
		{path: "internal/web", imports: []string{"net/http", "html/template"}},
		{path: "internal/testing/story", imports: []string{"testing", "net/http/httptest", "database/sql"}},
		{path: "cmd/xinshu", imports: []string{"flag", "os"}},
	} {
		if got := ours().strays([]pkg{fine}); len(got) != 0 {
			t.Errorf("strays(%s %q) = %q, want none", fine.path, fine.imports, got)
		}
	}
}

func TestCallsSpeakUp(t *testing.T) {
	f := source(t, "a.go", `package a
import (clock "time"; "os")
type time struct{ Now int }
var handed = clock.Now // passed on, not called
func f(t time) string { _ = t.Now; return os.Getenv("HOME") }`)
	got := ours().strays([]pkg{{path: "internal/flow", files: []file{f}}})
	if len(got) != 2 || !strings.Contains(got[0], "a.go:4 uses time.Now") || !strings.Contains(got[1], "a.go:5 uses os.Getenv") {
		t.Errorf("strays = %q, want time.Now on line 4 and os.Getenv on line 5", got)
	}
	if got := ours().strays([]pkg{{path: "internal/app", files: []file{f}}}); len(got) != 0 {
		t.Errorf("strays(app) = %q, want none", got)
	}
}

func TestSizesSpeakUp(t *testing.T) {
	long := "package a\nfunc (x *box[T]) grow() {\n" + strings.Repeat("\t_ = 1\n", maxFunctionLines) + "}\n"
	cases := []struct{ name, text, want string }{
		{"function", long, "a box.grow: 122 lines"},
		{"file", "package a\n" + strings.Repeat("// x\n", maxFileLines) + "var _ = 1\n", "a.go has 80"},
		{"parameters", "package a\nfunc f(ctx context.Context, a, b, c, d, e, f int) {}", "a f: 6 parameters after ctx"},
		{"interface", "package a\ntype i interface { a(); b(); c(); d(); e(); f(); g(); h(); i(); j(); k() }", "a i: 11 methods"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			p := pkg{path: "internal/a", files: []file{source(t, "a.go", tc.text)}}
			wantOne(t, house{}.sizes([]pkg{p}), tc.want)
		})
	}
	p := pkg{path: "internal/a", files: []file{source(t, "a.go", long)}}
	if got := (house{large: map[string]string{"a box.grow": "one switch"}}).sizes([]pkg{p}); len(got) != 0 {
		t.Errorf("sizes of an excused function = %q, want none", got)
	}
	wantOne(t, house{large: map[string]string{"a f": "one switch"}}.sizes(nil), "does not need it")
	fine := pkg{path: "internal/a", files: []file{source(t, "a.go", "package a\nfunc f(ctx context.Context, a, b, c, d, e int) {}")}}
	if got := (house{}).sizes([]pkg{fine}); len(got) != 0 {
		t.Errorf("sizes of five parameters = %q, want none", got)
	}
}

func TestNamesSpeakUp(t *testing.T) {
	doc := "// Package a " + strings.Repeat("explains ", minPackageComment) + "\npackage a\n"
	wantOne(t, names([]pkg{{path: "internal/util", name: "util", files: []file{source(t, "a.go", doc)}}}), "says nothing")
	wantOne(t, names([]pkg{{path: "internal/a", name: "a", files: []file{source(t, "item_helpers.go", doc)}}}), "never into helpers")
	wantOne(t, names([]pkg{{path: "internal/a", name: "a", files: []file{source(t, "a.go", "package a")}}}), "no package comment")
	wantOne(t, names([]pkg{{path: "internal/a", name: "a", files: []file{source(t, "a.go", "// Package a is a.\npackage a")}}}), "are a label")
}
