package e2e

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// mostBytes is what a page may weigh over the wire with everything it names,
// from an empty cache, fonts apart.
const mostBytes = 150_000

// weight is what one page cost.
type weight struct {
	Bytes int     // compressed, with headers
	Files int     // how many answers
	Paint float64 // first contentful paint, milliseconds
	Loose string  // something inline that the policy would have to allow
}

// scales keep the heaviest and the slowest of each kind of page. Bytes are
// asserted; times are told, because a busy machine is not a slow page.
type scales struct {
	bytes  map[string]int
	paint  map[string][]float64
	looked map[string]int
}

// looks says whether a page of this kind is to be looked over once more by the
// rules of access: the first two of every kind, more of the filings, whose states
// differ, and every role's workbench.
func (s *scales) looks(kind, role string) bool {
	n := map[string]int{"/filings/{id}": 8, "/inbox": 4, "/issues/{id}": 4}[kind]
	if kind == "/" {
		kind += role
	}
	if s.looked == nil {
		s.looked = map[string]int{}
	}
	s.looked[kind]++
	return s.looked[kind] <= max(n, 2)
}

// fromTheServer lets no service worker answer for it: what a worker kept would be
// weighed as it lies there, unpacked, and not as it came.
func (w *walker) fromTheServer() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, stepLimit)
	defer cancel()
	if _, err := chromedp.Call(ctx, network.SetBypassServiceWorker, network.SetBypassServiceWorkerParams{Bypass: true}); err != nil {
		w.fail(err, "go past the service worker")
	}
}

// weigh reads what the page in the walker's hands cost.
func (w *walker) weigh(kind string) {
	w.t.Helper()
	got, err := value(w.Page, chromedp.Evaluate[weight](`(() => {
		const of = performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource"))
			.filter((e) => !/\.(woff2?|ttf|otf)$/.test(e.name.split("?")[0]));
		const paint = performance.getEntriesByName("first-contentful-paint")[0];
		const all = [...document.querySelectorAll("*")];
		const loose = all.find((e) => (e.tagName === "SCRIPT" && !e.src) || e.tagName === "STYLE" || e.getAttributeNames().some((n) => n.startsWith("on")));
		return {
			Bytes: of.reduce((n, e) => n + e.encodedBodySize + 500, 0), Files: of.length, Paint: paint ? paint.startTime : 0,
			Loose: loose ? loose.outerHTML.slice(0, 120) : "",
		};
	})()`))
	if err != nil {
		w.fail(err, "weigh %s", w.Path())
	}
	if got.Bytes > mostBytes {
		w.t.Errorf("%s weighs %d bytes in %d answers, want at most %d", w.Path(), got.Bytes, got.Files, mostBytes)
	}
	if got.Loose != "" {
		w.t.Errorf("%s has something inline: %s", w.Path(), got.Loose)
	}
	w.scales.add(kind, got)
}

func (s *scales) add(kind string, got weight) {
	if s.bytes == nil {
		s.bytes, s.paint = map[string]int{}, map[string][]float64{}
	}
	s.bytes[kind] = max(s.bytes[kind], got.Bytes)
	if got.Paint > 0 {
		s.paint[kind] = append(s.paint[kind], got.Paint)
	}
}

// log prints the slowest kinds of pages first: a line a kind.
func (s *scales) log(t *testing.T) {
	t.Helper()
	kinds := slices.Collect(maps.Keys(s.bytes))
	slices.SortFunc(kinds, func(a, b string) int {
		return cmp.Or(cmp.Compare(median(s.paint[b]), median(s.paint[a])), strings.Compare(a, b))
	})
	var b strings.Builder
	for _, k := range kinds {
		fmt.Fprintf(&b, "page %-36s first paint %4.0f ms (most %4.0f)  %6.1f KB\n", k, median(s.paint[k]), most(s.paint[k]), float64(s.bytes[k])/1000)
	}
	t.Logf("%d kinds of pages, first contentful paint from a warm server, bytes from an empty cache:\n%s", len(kinds), b.String())
}

func median(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	all = slices.Sorted(slices.Values(all))
	return all[len(all)/2]
}

func most(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	return slices.Max(all)
}

// The policy every page carries lets nothing inline run and nothing come from
// elsewhere.
func TestThePolicyIsStrict(t *testing.T) {
	for _, path := range []string{"/sign-in", "/", "/no-such-page", "/static/xinshu.js"} {
		answer, err := http.Get(demoCity(t) + path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		policy := answer.Header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'self'") && !strings.Contains(policy, "default-src 'none'") {
			t.Errorf("%s has the policy %q, want its default this site alone", path, policy)
		}
		for _, loose := range []string{"unsafe-inline", "unsafe-eval", "*", "http:", "https:", "data:"} {
			if strings.Contains(policy, loose) {
				t.Errorf("%s has the policy %q, want no %s in it", path, policy, loose)
			}
		}
	}
}
