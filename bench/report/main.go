// Command report turns the results of bench/load into the table people read:
// on standard output, and as a section of docs/benchmarks.md with the commit
// and the machine it was measured on.
//
// It guarantees that nothing is left out: a server that could not be measured
// has a line that says why, a budget that is missed is called missed, and of
// several rounds the median is told with the slowest and the fastest. It
// replaces only its own section of the file, between two marks. It
// deliberately keeps no history; the file's history is the repository's.
//
// Its test renders a run with a miss and a failure.
package main

import (
	"bufio"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// budget is how many times the peer's rate the embedded engine has to make.
const budget = 2.0

// marks stand around a section of the document.
type marks struct{ begin, end string }

var (
	filingMarks = marks{"<!-- filing: begin, written by make bench -->", "<!-- filing: end -->"}
	pageMarks   = marks{"<!-- pages: begin, written by make bench -->", "<!-- pages: end -->"}
)

const (
	newFile = "# Benchmarks\n\nMeasured by `make bench`: every server in the same run on the same machine, the load generator included.\n\n"
)

type result struct {
	Name    string  `json:"name"`
	Clients int     `json:"clients"`
	Seconds float64 `json:"seconds"`
	Count   int     `json:"count"`
	Rate    float64 `json:"rate"`
	P50     float64 `json:"p50_ms"`
	P99     float64 `json:"p99_ms"`

	rounds    int
	low, high float64 // of the rates
}

// medians makes one result of each server's rounds: the one of the median rate.
func medians(all []result) (out []result) {
	var names []string
	rounds := map[string][]result{}
	for _, r := range all {
		if rounds[r.Name] == nil {
			names = append(names, r.Name)
		}
		rounds[r.Name] = append(rounds[r.Name], r)
	}
	for _, name := range names {
		rs := rounds[name]
		slices.SortFunc(rs, func(a, b result) int { return cmp.Compare(a.Rate, b.Rate) })
		m := rs[(len(rs)-1)/2]
		m.rounds, m.low, m.high = len(rs), rs[0].Rate, rs[len(rs)-1].Rate
		out = append(out, m)
	}
	return out
}

func main() {
	results := flag.String("results", "", "file of results, one JSON object a line")
	missing := flag.String("missing", "", "file of what could not be measured, a sentence a line")
	into := flag.String("into", "", "the document whose section is replaced")
	commit := flag.String("commit", "unknown", "what was measured")
	pages := flag.String("pages", "", "file of measured pages, instead of results")
	servers := flag.String("machine", "", "file of what was seen of the servers around the pages")
	flag.Parse()
	var err error
	if *pages != "" {
		err = runPages(*pages, *servers, *into, *commit)
	} else {
		err = run(*results, *missing, *into, *commit)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

func run(results, missing, into, commit string) error {
	all, err := decoded[result](results)
	if err != nil {
		return err
	}
	gone, err := linesOf(missing)
	if err != nil {
		return err
	}
	return file(into, filingMarks, "Durable filings over HTTP", commit, render(medians(all), gone))
}

func runPages(pages, servers, into, commit string) error {
	all, err := decoded[page](pages)
	if err != nil {
		return err
	}
	around, err := decoded[held](servers)
	if err != nil {
		return err
	}
	title := "Pages"
	if len(around) > 0 {
		title = fmt.Sprintf("Pages with %d items", around[0].Items)
	}
	return file(into, pageMarks.of(title), title, commit, renderPages(all, around))
}

// of gives each size of a measurement a section of its own.
func (m marks) of(title string) marks {
	return marks{strings.Replace(m.begin, "pages", title, 1), strings.Replace(m.end, "pages", title, 1)}
}

// file prints a table and writes it into its section of the document.
func file(into string, at marks, title, commit, table string) error {
	fmt.Print(table)
	section := fmt.Sprintf("## %s\n\nCommit %s, %s, %s.\n\n%s", title, commit, time.Now().UTC().Format("2006-01-02"), machine(), table)
	old, err := os.ReadFile(into)
	if errors.Is(err, fs.ErrNotExist) {
		old, err = []byte(newFile), nil
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(into), 0o755); err != nil {
		return err
	}
	return os.WriteFile(into, []byte(replace(string(old), at, section)), 0o644)
}

func linesOf(name string) ([]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var all []string
	s := bufio.NewScanner(f)
	for s.Scan() {
		if s.Text() != "" {
			all = append(all, s.Text())
		}
	}
	return all, s.Err()
}

// render is the table. What is not Xinshu is the peer the others are compared
// with, if it was measured.
func render(all []result, missing []string) string {
	var b strings.Builder
	peer := -1
	for i, r := range all {
		if !strings.HasPrefix(r.Name, "Xinshu") {
			peer = i
		}
	}
	if len(all) > 0 {
		fmt.Fprintf(&b, "%d clients, %.0f s each after a warm-up, the servers taking turns; of several rounds the median.\n\n", all[0].Clients, all[0].Seconds)
		b.WriteString("| server | records/s | slowest to fastest of the rounds | median ms | p99 ms | of the peer |\n| --- | ---: | ---: | ---: | ---: | ---: |\n")
	}
	for _, r := range all {
		ratio := "–"
		if peer >= 0 {
			ratio = fmt.Sprintf("%.2f", r.Rate/all[peer].Rate)
		}
		fmt.Fprintf(&b, "| %s | %.0f | %.0f–%.0f (%d) | %.1f | %.1f | %s |\n", r.Name, r.Rate, r.low, r.high, r.rounds, r.P50, r.P99, ratio)
	}
	for _, r := range all {
		if peer < 0 || r.Name != "Xinshu, sqlite" {
			continue
		}
		word := "met"
		if r.Rate < budget*all[peer].Rate {
			word = "MISSED"
		}
		fmt.Fprintf(&b, "\nBudget: Xinshu on SQLite makes %.1f times the peer's rate. %s at %.2f.\n", budget, word, r.Rate/all[peer].Rate)
	}
	for _, why := range missing {
		fmt.Fprintf(&b, "\nNot measured: %s\n", why)
	}
	return b.String()
}

// replace puts the section between its marks, or at the end of a document that
// has none.
func replace(old string, at marks, section string) string {
	section = at.begin + "\n" + section + at.end
	before, rest, found := strings.Cut(old, at.begin)
	if !found {
		return strings.TrimRight(old, "\n") + "\n\n" + section + "\n"
	}
	_, after, found := strings.Cut(rest, at.end)
	if !found {
		after = "\n"
	}
	return before + section + after
}

// machine says what this ran on, as far as the system tells.
func machine() string {
	model := runtime.GOARCH
	if lines, err := linesOf("/proc/cpuinfo"); err == nil {
		for _, line := range lines {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	kernel := runtime.GOOS
	if out, err := exec.Command("uname", "-sr").Output(); err == nil {
		kernel = strings.TrimSpace(string(out))
	}
	return fmt.Sprintf("%d × %s, %s, %s", runtime.NumCPU(), model, kernel, runtime.Version())
}
