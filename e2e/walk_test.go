package e2e

import (
	"cmp"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// pattern is one address of the site as its table of routes has it.
type pattern struct {
	text string
	re   *regexp.Regexp
}

var (
	getRoute = regexp.MustCompile(`"GET (/[^"]*)"`)
	wild     = regexp.MustCompile(`\{[^}]*\}`)
)

// notPages are addresses that are no pages to walk: files to download, the switch
// of the language at the door, and parts that a page asks for by itself.
var notPages = []string{"/static/{name}", "/attachments/{id}", "/language", "/record/export", "/record/evidence", "/session", "/notifications/count", "/letters/{id}/files/{rank}", "/manifest.webmanifest", "/sw.js"}

// journeyed are pages that show themselves only in the course of a deed:
// TestToAnOfficeOutside comes to them, TestInstalled to the page without a network, TestGallery to the page of components,
// TestFactsAreSentOn to a subscription and TestALetterIsEntered to a letter.
var journeyed = []string{"/filings/{id}/send", "/filings/{id}/outcome", "/filings/{id}/outcomes", "/outcomes/{outcome}", "/gallery", "/webhooks/{id}", "/letters/{id}", "/offline"}

// pages reads the table of routes, so that a page which is added is walked too.
func pages(t *testing.T) []pattern {
	t.Helper()
	b, err := os.ReadFile("../internal/web/routes.go")
	if err != nil {
		t.Fatal(err)
	}
	var out []pattern
	for _, m := range getRoute.FindAllStringSubmatch(string(b), -1) {
		if slices.Contains(notPages, m[1]) {
			continue
		}
		text := strings.ReplaceAll(m[1], "{$}", "")
		out = append(out, pattern{text, regexp.MustCompile("^" + wild.ReplaceAllString(text, `[^/]+`) + "$")})
	}
	if len(out) < 10 {
		t.Fatalf("pages in the table of routes = %d, want the whole site", len(out))
	}
	return out
}

// of is the most particular pattern of an address: one without gaps wins.
func of(all []pattern, path string) (pattern, bool) {
	path, _, _ = strings.Cut(path, "?")
	var best pattern
	for _, p := range all {
		if p.re.MatchString(path) && (best.re == nil || strings.Count(p.text, "{") < strings.Count(best.text, "{")) {
			best = p
		}
	}
	return best, best.re != nil
}

// often is how many pages of one kind a person opens: those that differ most by
// what they show are opened more often.
func often(kind string) int {
	switch kind {
	case "/filings/{id}":
		return 10
	case "/inbox", "/issues/{id}": // an issue that is printed leads elsewhere than one that is open
		return 6
	}
	return 2
}

// decides says whether a role decides on filings.
func decides(role string) bool { return role == "编辑" || role == "主任" || role == cityEditor }

// begin is where a person starts: the workbench, and what the form beside the
// inbox leads to.
func begin(role string) []string {
	if decides(role) {
		return []string{"/", "/inbox?state=ready", "/inbox?state=editing", "/inbox?state=outside"}
	}
	return []string{"/"}
}

// walker goes through the site as one person, by the links shown.
type walker struct {
	*Page
	role  string
	all   []pattern
	seen  map[string]bool // addresses
	count map[string]int  // by pattern
	todo  []string

	reached map[string]bool // by somebody before

	scales *scales
}

// enough says whether the person has opened enough pages of a kind. What a filing
// can still become differs by the day of the city's year, so whoever decides on them opens more
// of them until every form has been found.
func (w *walker) enough(kind string) bool {
	if w.count[kind] < often(kind) {
		return false
	}
	if kind != "/filings/{id}" || !decides(w.role) || w.count[kind] >= 80 {
		return true
	}
	return !slices.ContainsFunc(w.all, func(p pattern) bool {
		return strings.HasPrefix(p.text, kind+"/") && !w.reached[p.text] && w.count[p.text] == 0 && !slices.Contains(journeyed, p.text)
	})
}

// walk follows links, those to pages not yet seen first.
func (w *walker) walk(pictured map[string]bool) {
	for len(w.todo) > 0 {
		slices.SortStableFunc(w.todo, func(a, b string) int { return cmp.Compare(w.times(a), w.times(b)) })
		next := w.todo[0]
		w.todo = w.todo[1:]
		p, ok := of(w.all, next)
		if !ok || w.enough(p.text) {
			continue
		}
		w.count[p.text]++
		w.Go(next)
		w.collect()
		w.weigh(p.text)
		if w.scales.looks(p.text, w.role) {
			w.Accessible("at a desk")
		}
		if w.picture(p.text, pictured) {
			w.AccessibleInEveryDress()
		}
	}
}

func (w *walker) times(path string) int {
	p, _ := of(w.all, path)
	return w.count[p.text]
}

// collect notes the links of the page that were not seen before.
func (w *walker) collect() {
	w.t.Helper()
	links, err := value(w.Page, chromedp.Evaluate[[]string](`[...document.querySelectorAll("a[href]:not([download])")].map((a) => a.getAttribute("href"))`))
	if err != nil {
		w.fail(err, "read the links of %s", w.Path())
	}
	for _, l := range links {
		if strings.HasPrefix(l, "?") {
			here, _, _ := strings.Cut(w.Path(), "?")
			l = here + l
		}
		l, _, _ = strings.Cut(l, "#")
		if !strings.HasPrefix(l, "/") || w.seen[l] {
			continue
		}
		if _, ok := of(w.all, l); !ok && !fileOf(l) {
			w.t.Errorf("%s as %s links to %s, which no route answers", w.Path(), w.role, l)
		}
		if w.seen[l] = true; !fileOf(l) {
			w.todo = append(w.todo, l)
		}
	}
}

// fileOf says whether an address is one of those that are no pages.
func fileOf(path string) bool {
	path, _, _ = strings.Cut(path, "?")
	return slices.ContainsFunc(notPages, func(p string) bool {
		head, _, _ := strings.Cut(p, "{")
		return strings.HasPrefix(path, head)
	})
}

// picture takes each kind of page once, the workbench once for each role,
// and says whether it did.
func (w *walker) picture(kind string, pictured map[string]bool) bool {
	w.t.Helper()
	name := strings.Trim(strings.NewReplacer("/", "-", "{", "", "}", "", "?", "-").Replace(kind), "-")
	if kind == "/" {
		name = fmt.Sprintf("workbench-%02d", slices.Index(roles, w.role)+1)
	}
	if pictured[name] {
		return false
	}
	pictured[name] = true
	w.Shot(name)
	return true
}

// Everybody walks through every page the links lead to: no error in the console,
// nothing asked of another machine, no page wider than a telephone, no rule of
// access broken, nothing heavy, nothing inline, and no page of the site that
// nobody comes to.
func TestEverybodyWalksEveryPage(t *testing.T) {
	all, pictured, reached := pages(t), map[string]bool{}, map[string]bool{}
	door := Open(t, demoCity(t))
	door.Go("/sign-in")
	door.Shot("sign-in")
	door.Accessible("at a desk")
	door.AccessibleInEveryDress()
	reached["/sign-in"] = true
	scales := &scales{}
	for _, role := range roles {
		t.Run(role, func(t *testing.T) {
			w := &walker{Page: signIn(t, role), role: role, all: all, seen: map[string]bool{}, count: map[string]int{}, todo: begin(role), reached: reached, scales: scales}
			w.fromTheServer()
			w.walk(pictured)
			for kind := range w.count {
				reached[kind] = true
			}
		})
	}
	for _, p := range all {
		if !reached[p.text] && !slices.Contains(journeyed, p.text) {
			t.Errorf("nobody came to %s by the links shown", p.text)
		}
	}
	scales.log(t)
}
