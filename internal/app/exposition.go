package app

import (
	"bytes"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"xinshu/internal/store"
)

// sheet writes figures in Prometheus' text form, version 0.0.4: a head for each
// figure and a line for each of its series.
type sheet struct{ bytes.Buffer }

// Kinds of figures.
const (
	counter  = "counter" // only grows, until the next start
	gauge    = "gauge"
	counting = "histogram"
)

var (
	escapeHelp  = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	escapeLabel = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
)

// figure begins one figure.
func (s *sheet) figure(kind, name, help string) {
	s.WriteString("# HELP " + name + " " + escapeHelp.Replace(help) + "\n# TYPE " + name + " " + kind + "\n")
}

// line is one value; labels come in pairs.
func (s *sheet) line(name string, value float64, labels ...string) {
	s.WriteString(name)
	for i := 0; i+1 < len(labels); i += 2 {
		s.WriteString(map[bool]string{true: "{", false: ","}[i == 0] + labels[i] + `="` + escapeLabel.Replace(labels[i+1]) + `"`)
	}
	if len(labels) > 1 {
		s.WriteByte('}')
	}
	s.WriteString(" " + number(value) + "\n")
}

func number(v float64) string {
	if math.IsInf(v, 1) {
		return "+Inf"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// one is a figure with one value and no labels.
func (s *sheet) one(kind, name, help string, value float64) {
	s.figure(kind, name, help)
	s.line(name, value)
}

// spread writes the lines of a histogram.
func (s *sheet) spread(name string, t store.Tally, labels ...string) {
	for i, bound := range t.Bounds {
		s.line(name+"_bucket", float64(t.Upto[i]), append(slices.Clone(labels), "le", number(bound))...)
	}
	s.line(name+"_bucket", float64(t.Count), append(slices.Clone(labels), "le", "+Inf")...)
	s.line(name+"_sum", t.Sum, labels...)
	s.line(name+"_count", float64(t.Count), labels...)
}

// bounds are the classes of how long answers take.
var bounds = []time.Duration{time.Millisecond, 2500 * time.Microsecond, 5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond,
	100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2500 * time.Millisecond, 5 * time.Second, 10 * time.Second}

// times are how long the answers of one kind took.
type times struct {
	counts [14]atomic.Uint64 // one more than bounds
	sum    atomic.Int64
}

func (t *times) add(took time.Duration) {
	at, _ := slices.BinarySearch(bounds, took)
	t.counts[at].Add(1)
	t.sum.Add(int64(took))
}

func (t *times) read() (out store.Tally) {
	for i := range t.counts {
		out.Count += t.counts[i].Load()
		if i < len(bounds) {
			out.Bounds = append(out.Bounds, bounds[i].Seconds())
			out.Upto = append(out.Upto, out.Count)
		}
	}
	out.Sum = time.Duration(t.sum.Load()).Seconds()
	return out
}

// answers are times by route, method and class of status. The keys come from
// the tables of routes, so there are as many as there are pages.
type answers struct {
	mu sync.RWMutex
	of map[answered]*times
}

type answered struct{ route, method, class string }

func (a *answers) add(k answered, took time.Duration) {
	a.mu.RLock()
	t, ok := a.of[k]
	a.mu.RUnlock()
	if !ok {
		a.mu.Lock()
		if t, ok = a.of[k]; !ok {
			t = &times{}
			a.of[k] = t
		}
		a.mu.Unlock()
	}
	t.add(took)
}

// write writes all of them, in a lasting order.
func (a *answers) write(s *sheet, name string) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	keys := make([]answered, 0, len(a.of))
	for k := range a.of {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(x, y answered) int {
		return strings.Compare(x.route+" "+x.method+" "+x.class, y.route+" "+y.method+" "+y.class)
	})
	for _, k := range keys {
		s.spread(name, a.of[k].read(), "route", k.route, "method", k.method, "status", k.class)
	}
}
