package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"xinshu/internal/delivery"
	"xinshu/internal/duty"
	"xinshu/internal/fact"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/score"
)

// families are the keys that a template or a handler makes from a code: word
// "verb" .Verb. Each has its closed list; a sentence is needed for every member,
// and no other may stand there. Open families (nil) take their members from
// elsewhere and are only kept from being called unused.
func families() map[string][]string {
	return map[string][]string{
		"state.item": codes(item.States), "state.filing": codes(filing.States), "state.placement": codes(issue.PlaceStates), "state.issue": codes(issue.States),
		"state.delivery": codes(delivery.States), "state.duty": append(codes(duty.States), "open"), "state.outcome": {"entered", "confirmed", "rejected"},
		"verb": verbs(), "role": codes(org.Roles), "level": codes(org.Levels), "check": {"review", "secrecy", "signoff", "countersign", "file"},
		"scope": codes(org.Stages), "fact": kinds(), "event": codes(score.EventKinds), "chain": {"write", "review", "secrecy", "signoff", "office", "countersign", "file"}, "partner.state": {"chosen", "asked", "stale", "signed", "off"},
		"news":         {"filed", "received", "adopted", "unadopted", "published", "corrected", "recalled", "instructed", "uninstructed", "withdrawn", "declined", "returned", "held", "forwarded", "merged", "unmerged"},
		"letter.state": {"new", "entered", "dropped"}, "letter.mark": letterMarks, "letter.odd": letterMarks, "mailbox.way": {"tls", "starttls", "none"},
		"mailbox.bad": {"unreachable", "closed_address", "certificate", "no_tls", "password", "folder", "cut", "answer", "locked", "full", "many", "storage"}, "came": {"receive", "assign", "hold", "decline", "mark_ready", "return", "resume", "adopt", "undo"}, "nav": nil, "gallery.noun": {"item", "filing", "placement", "issue", "delivery", "duty"}, "instruct.due": {"this_friday", "next_friday", "days3", "week", "month", "none"}, "counter": keysOf(counterPaths), "next": nexts, "then": nil, "noun": nil, "field": nil, "reason": nil, "input": nil, "done": nil,
		"manner": issue.Manners, "outcome.kind": filing.OutcomeKinds, "sharing": {score.Split, score.Full}, "issue.now": codes(issue.States), "register.do": nil,
		"note": nil, "note.kind": codes(flow.NoteKinds), "notify.channel": {"mail", "hook"}, "notify.address": {"mail", "hook"}, "notify.off": {"mail", "hook"}, "notify.end": {"mail", "hook"}, "notify.send": {"waiting", "held", "sending", "sent", "failed", "unsure"},
		"act": codes(org.Acts), "fate": {"ends", "opens", "moves", "stays"}, "change": {"planned", "done", "undone", "cancelled", "failed"}, "sheet.result": {"done", "planned", "same", "bad"},
		"issue.check": checks, "issue.check_name": checks, "issue.mend": checks, "timing.why": nil, "compose.mode": {"text", "equal", "own"},
		"where.level": {"waits", "outside", "held", "merged", "declined", "returned", "withdrawn", "adopted", "printed", "recalled"}, "where.unscored": {"no_rulebook", "no_rule"},
		"where.shown":     {"same", "not_yet", "restricted", "recalled", "outside"},
		"where.next":      {"check", "correct", "receive", "decide", "resume", "ready", "finish", "adopt", "arrange", "approve", "print", "decide_above", "outcome", "pass_on", "answer"},
		"items.now":       {"finish", "correct", "published", "recalled"},
		"workbench.group": {"first", "today", "later"}, "time.weekday": {"0", "1", "2", "3", "4", "5", "6"},
		"decision.head": {"hold", "decline", "return", "adopt"}, "decision.do": {"hold", "decline", "return", "adopt"}, "edit.note": {"unsaved", "taken_over", "resubmitted", "rejected", "reverted", "reverted_raw"},
		"error": {"invalid.head", "invalid.body", "not_found.head", "not_found.body", "denied.head", "denied.body", "conflict.head", "conflict.body", "unavailable.head", "unavailable.body", "internal.head", "internal.body", "perhaps.head", "perhaps.body", "too_many.head", "too_many.body", "reference", "home"},
	}
}

var letterMarks = []string{filing.MarkAuto, filing.MarkBounce, filing.MarkOwn, filing.MarkCut, filing.MarkUnread}

// nexts are what a row of the workbench may want next.
var nexts = codes([]org.Verb{item.Submit, item.Resubmit, item.SignOff, item.FileJoint, filing.Receive, filing.Revise, filing.MarkReady, filing.Adopt, filing.Resume, filing.DecideOutcome, filing.Send, filing.EnterOutcome,
	issue.Propose, issue.Approve, issue.Publish, duty.PassOn, duty.Answer, duty.Accept, delivery.Confirm})

// checks are what an issue is looked over for before it is printed.
var checks = flow.CheckCodes

func codes[T ~string](ts []T) []string {
	out := make([]string, len(ts))
	for i, t := range ts {
		out[i] = string(t)
	}
	return out
}

func keysOf(m map[string]string) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	return out
}

func kinds() []string {
	var out []string
	for _, k := range fact.Kinds {
		out = append(out, string(k.Kind))
	}
	return out
}

// verbs are those of every table, and those that flow names without one.
func verbs() []string {
	out := []string{"file_for", "register", "found", "rules", "class", "activate", "audit", "restrict", "lift"}
	out = appendVerbs(out, item.Lifecycle)
	out = appendVerbs(out, filing.Lifecycle)
	out = appendVerbs(out, issue.Lifecycle)
	out = appendVerbs(out, issue.PlaceLifecycle)
	out = appendVerbs(out, delivery.Lifecycle)
	out = appendVerbs(out, duty.Lifecycle)
	return out
}

func appendVerbs[S ~string, C any](out []string, t org.Table[S, C]) []string {
	for _, step := range t {
		if v := string(step.Verb); len(step.Roles) > 0 && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

func catalogs(t *testing.T) map[string]*catalog {
	t.Helper()
	all, err := loadCatalogs(messageFiles)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestBothLanguages: every sentence is there in both, with the same parameters.
func TestBothLanguages(t *testing.T) {
	all := catalogs(t)
	zh, en := all["zh-CN"], all["en"]
	holes := regexp.MustCompile(`\{(\w+)[}|]`)
	names := func(s string) string {
		var out []string
		for _, m := range holes.FindAllStringSubmatch(s, -1) {
			if !slices.Contains(out, m[1]) {
				out = append(out, m[1])
			}
		}
		slices.Sort(out)
		return strings.Join(out, " ")
	}
	for key, text := range zh.text {
		if strings.Contains(text, "“{title}”") {
			t.Errorf("%s quotes a title, want it in 《》: titles quote others' words", key)
		}
		other, ok := en.text[key]
		if !ok {
			t.Errorf("%s is there in Chinese only", key)
			continue
		}
		if a, b := names(text), names(other); a != b && !strings.HasPrefix(key, "time.") {
			t.Errorf("%s has the parameters %q in Chinese and %q in English", key, a, b)
		}
	}
	for key := range en.text {
		if !zh.has(key) {
			t.Errorf("%s is there in English only", key)
		}
	}
}

var (
	inTemplate = regexp.MustCompile(`[{( ]t "([^"]+)"`)
	wordIn     = regexp.MustCompile(`[{( ]word ("[a-z_.]+"(?: "[a-z_.]+")*)`)
	anyKey     = regexp.MustCompile(`^[a-z_]+(\.[a-z_0-9]+)*$`)
)

// used are the keys that templates and handlers name, and where.
func used(t *testing.T) (literal map[string]string, loose map[string]bool) {
	t.Helper()
	literal, loose = map[string]string{}, map[string]bool{}
	err := fs.WalkDir(templateFiles, "templates", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := templateFiles.ReadFile(p)
		if err != nil {
			return err
		}
		for _, m := range inTemplate.FindAllStringSubmatch(string(b), -1) {
			literal[m[1]] = p
		}
		for _, m := range wordIn.FindAllStringSubmatch(string(b), -1) {
			family := strings.NewReplacer(`" "`, ".", `"`, "").Replace(m[1])
			if !slices.ContainsFunc(keysOfFamilies(), func(f string) bool {
				return f == family || strings.HasPrefix(f, family+".") || strings.HasPrefix(family, f+".")
			}) {
				t.Errorf("%s makes keys of the family %q, which has no list in families()", p, family)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	goFiles(t, ".", func(p string, f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil && anyKey.MatchString(s) {
					loose[s] = true
					loose["done."+s] = true
				}
			}
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
				at := map[string]int{"say": 0, "frame": 1, "seeOther": 3, "did": 3, "decided": 3}
				i, known := at[sel.Sel.Name]
				if !known || i >= len(call.Args) {
					return true
				}
				if lit, ok := call.Args[i].(*ast.BasicLit); ok {
					if key, err := strconv.Unquote(lit.Value); err == nil && key != "" && !strings.HasSuffix(key, ".") {
						if i == 3 {
							key = "done." + key
						}
						literal[key] = p
					}
				}
			}
			return true
		})
	})
	return literal, loose
}

func keysOfFamilies() []string {
	var out []string
	for f := range families() {
		out = append(out, f)
	}
	return out
}

// goFiles parses a folder's own Go files, without its tests.
func goFiles(t *testing.T, dir string, visit func(string, *ast.File)) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		visit(name, f)
	}
}

// TestKeys: no page asks for a sentence that is not there, and no sentence is
// there that no page asks for.
func TestKeys(t *testing.T) {
	zh := catalogs(t)["zh-CN"]
	literal, loose := used(t)
	for key, where := range literal {
		if !zh.has(key) && !strings.Contains(key, "%") {
			t.Errorf("%s asks for %q, which is not in the catalogue", where, key)
		}
	}
	member := map[string]bool{}
	for family, list := range families() {
		for _, code := range list {
			key := family + "." + code
			member[key] = true
			if !zh.has(key) {
				t.Errorf("the catalogue has no %q", key)
			}
		}
	}
	for key := range zh.text {
		if literal[key] != "" || loose[key] || member[key] || inOpenFamily(key) {
			continue
		}
		t.Errorf("no page says %q", key)
	}
}

// inOpenFamily reports whether a key's family has no list of its own here.
func inOpenFamily(key string) bool {
	for family, list := range families() {
		if list == nil && strings.HasPrefix(key, family+".") {
			return true
		}
	}
	return false
}

// TestEveryRefusalSpeaks reads the codes of refusals and bad fields out of the
// source of the whole house: each needs a sentence that says what to do.
func TestEveryRefusalSpeaks(t *testing.T) {
	zh := catalogs(t)["zh-CN"]
	found := 0
	for _, room := range []string{"auth", "delivery", "duty", "filing", "flow", "intake", "issue", "item", "org", "score", "text", "web"} {
		dir := filepath.Join("..", room)
		if _, err := os.Stat(dir); err != nil {
			t.Fatal(err)
		}
		goFiles(t, dir, func(name string, f *ast.File) {
			for code, kind := range faultCodes(f) {
				found++
				if strings.HasPrefix(code, "no_such_") {
					continue // the page of what is not there says it
				}
				if !zh.has(kind + "." + code) {
					t.Errorf("%s refuses with %q, which has no sentence %s.%s", name, code, kind, code)
				}
			}
		})
	}
	if found < 60 {
		t.Errorf("only %d codes were found in the source, want the house's dozens: the reader of them is broken", found)
	}
}

// faultCodes are the codes of one file: fault.Why and fault.Reason make reasons,
// fault.Bad and fault.Field make fields.
func faultCodes(f *ast.File) map[string]string {
	out := map[string]string{}
	str := func(e ast.Expr, kind string) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if s, err := strconv.Unquote(lit.Value); err == nil && s != "" {
				out[s] = kind
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			switch called(n.Fun) {
			case "fault.Why":
				str(n.Args[0], "reason")
			case "fault.Bad":
				if len(n.Args) > 1 {
					str(n.Args[1], "field")
				}
			}
		case *ast.CompositeLit:
			kind := map[string]string{"fault.Reason": "reason", "fault.Field": "field"}[called(n.Type)]
			if kind == "" {
				if at, ok := n.Type.(*ast.ArrayType); ok && called(at.Elt) == "fault.Field" {
					for _, e := range n.Elts {
						if c, ok := e.(*ast.CompositeLit); ok && c.Type == nil {
							codeOf(c, func(v ast.Expr) { str(v, "field") })
						}
					}
				}
				return true
			}
			codeOf(n, func(v ast.Expr) { str(v, kind) })
		}
		return true
	})
	return out
}

func codeOf(n *ast.CompositeLit, do func(ast.Expr)) {
	for _, e := range n.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok && id.Name == "Code" {
				do(kv.Value)
			}
		}
	}
}

func called(e ast.Expr) string {
	if sel, ok := e.(*ast.SelectorExpr); ok {
		if x, ok := sel.X.(*ast.Ident); ok {
			return x.Name + "." + sel.Sel.Name
		}
	}
	return ""
}

// TestFill: parameters, and the word that goes with a number.
func TestFill(t *testing.T) {
	for _, c := range []struct{ text, n, want string }{
		{"{n} {n|item|items}", "1", "1 item"},
		{"{n} {n|item|items}", "4", "4 items"},
		{"共 {n} 件", "0", "共 0 件"},
		{"没有括号", "1", "没有括号"},
		{"{n", "1", "{n"},
	} {
		if got := fill(c.text, map[string]string{"n": c.n}); got != c.want {
			t.Errorf("fill(%q, n=%s) = %q, want %q", c.text, c.n, got, c.want)
		}
	}
}

// TestEnglishPlurals: a number in front of a noun brings the noun's plural form
// with it: {n} {n|item|items}, never {n} items.
func TestEnglishPlurals(t *testing.T) {
	en := catalogs(t)["en"]
	// These parameters count; limits ({max}, {min}, {size}) are never one.
	fixed := regexp.MustCompile(`\{(n|have|over|count|lines|posts|items|children|chars|points)\} ([a-z]+s)\b`)
	for key, text := range en.text {
		for _, m := range fixed.FindAllStringSubmatch(text, -1) {
			if m[2] != "is" && m[2] != "has" && m[2] != "was" { // a number that names: text 3 is there
				t.Errorf("%s = %q: %q reads wrong with 1; write {%s|one|many}", key, text, m[0], m[1])
			}
		}
	}
	if got := en.say("time.days", "n", 1); got != "1 day" {
		t.Errorf("one day = %q, want 1 day", got)
	}
}

// TestDatesAndNumbers: both languages write dates and figures their own way.
func TestDatesAndNumbers(t *testing.T) {
	s := bare(t)
	at := time.Date(2026, 11, 24, 1, 5, 0, 0, time.UTC)
	for _, c := range []struct{ span, want string }{{"3 分", "等了 3 分"}, {"不到 1 分", "等了不到 1 分"}} {
		if got := fill("等了 {span}", map[string]string{"span": c.span}); got != c.want {
			t.Errorf("waited %s reads %q, want %q", c.span, got, c.want)
		}
	}
	for _, c := range []struct{ lang, moment, day, year, today, span string }{
		{"zh-CN", "今天 09:05", "11 月 24 日", "2025 年 1 月 3 日", "2026 年 11 月 24 日 星期二", "1 小时 37 分"},
		{"en", "today 09:05", "24 Nov", "3 Jan 2025", "Tuesday 24 Nov 2026", "1 h 37 min"},
	} {
		w := s.tongue(c.lang)
		for _, x := range []struct{ what, got, want string }{
			{"moment", w.moment(at.UnixMicro()), c.moment}, {"day", w.day(at.UnixMicro()), c.day},
			{"day of another year", w.day(org.Date(20250103)), c.year}, {"today", w.today(), c.today}, {"since", w.since(at.UnixMicro()), c.span},
		} {
			if x.got != x.want {
				t.Errorf("%s in %s = %q, want %q", x.what, c.lang, x.got, x.want)
			}
		}
	}
	for n, want := range map[any]string{1: "1", 999: "999", 1000: "1,000", -1234567: "−1,234,567", "1234.50": "1,234.50"} {
		if got := num(n); got != want {
			t.Errorf("num(%v) = %q, want %q", n, got, want)
		}
	}
}
