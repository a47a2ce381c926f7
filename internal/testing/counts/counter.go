package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// event is one line of `go test -json`, and of our own "exit" line.
type event struct {
	Action      string
	Package     string
	ImportPath  string // of build events
	Test        string
	Elapsed     float64
	Output      string
	FailedBuild string
}

// pack is what is known about one package in one run.
type pack struct {
	output  map[string][]string // by test; "" is the package's own
	outcome map[string]string   // by test: pass, fail, skip
}

type counter struct {
	out     io.Writer
	strict  bool // a skipped test is a failure
	packs   map[string]*pack
	passed  int
	failed  int
	skipped []string

	failedAtExit int // failures seen when the previous run ended
}

func newCounter(out io.Writer, strict bool) *counter {
	return &counter{out: out, strict: strict, packs: map[string]*pack{}}
}

func (c *counter) read(r io.Reader) error {
	lines := bufio.NewReaderSize(r, 1<<20)
	for {
		line, err := lines.ReadString('\n')
		if strings.TrimSpace(line) != "" {
			var e event
			if json.Unmarshal([]byte(line), &e) != nil {
				fmt.Fprint(c.out, line) // not an event: a tool complaining
			} else {
				c.take(e)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading test events: %w", err)
		}
	}
}

func (c *counter) take(e event) {
	switch e.Action {
	case "build-output":
		fmt.Fprint(c.out, e.Output)
		return
	case "build-fail":
		return // the package's own fail event follows and is counted
	case "exit":
		c.exit(e)
		return
	case "start":
		c.packs[e.Package] = nil
	}
	p := c.packs[e.Package]
	if p == nil {
		p = &pack{output: map[string][]string{}, outcome: map[string]string{}}
		c.packs[e.Package] = p
	}
	switch e.Action {
	case "output":
		p.output[e.Test] = append(p.output[e.Test], e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			c.closePackage(p, e)
			return
		}
		p.outcome[e.Test] = e.Action
		if e.Action == "fail" {
			c.print(short(e.Package)+" "+e.Test, p.output[e.Test])
		}
		if e.Action != "skip" {
			delete(p.output, e.Test)
		}
	}
}

// exit closes one run of go test: a bad exit code must be explained by a
// failure counted since the run before it, or it is one itself.
func (c *counter) exit(e event) {
	if e.Output != "0" && c.failed == c.failedAtExit {
		fmt.Fprintf(c.out, "FAIL %s ended with exit code %s and named no failed test\n", e.Package, e.Output)
		c.failed++
	}
	c.failedAtExit = c.failed
}

func (c *counter) closePackage(p *pack, e event) {
	passed, failed, skipped := p.tally()
	c.passed += passed
	c.failed += failed
	for _, name := range skipped {
		c.skipped = append(c.skipped, fmt.Sprintf("%s %s: %s", short(e.Package), name, reason(p.output[name])))
	}
	if e.Action == "fail" && failed == 0 {
		c.failed++
		c.printUnfinished(p, e)
	}
	if e.Action == "skip" {
		return // a package without tests
	}
	word := "ok  "
	if e.Action == "fail" {
		word = "FAIL"
	}
	fmt.Fprintf(c.out, "%s %-28s %6.1fs  %d passed", word, short(e.Package), e.Elapsed, passed)
	if failed > 0 {
		fmt.Fprintf(c.out, ", %d failed", failed)
	}
	if len(skipped) > 0 {
		fmt.Fprintf(c.out, ", %d skipped", len(skipped))
	}
	fmt.Fprintln(c.out)
}

// printUnfinished shows why a package failed although no test did: it did not
// build, or it died (a panic, a timeout) while some test was running.
func (c *counter) printUnfinished(p *pack, e event) {
	if e.FailedBuild != "" {
		c.print(short(e.Package)+" does not build", p.output[""])
		return
	}
	for name, lines := range p.output {
		if name != "" && p.outcome[name] == "" {
			c.print(short(e.Package)+" "+name+" did not finish", lines)
		}
	}
	c.print(short(e.Package), p.output[""])
}

func (c *counter) print(title string, lines []string) {
	fmt.Fprintf(c.out, "--- FAIL %s\n", title)
	for _, line := range lines {
		if strings.HasPrefix(line, "=== ") {
			continue
		}
		fmt.Fprint(c.out, "    ", line)
		if !strings.HasSuffix(line, "\n") {
			fmt.Fprintln(c.out)
		}
	}
}

// finish prints the last line and says whether the gate is open.
func (c *counter) finish(leftOut string) bool {
	slices.Sort(c.skipped)
	for _, s := range c.skipped {
		fmt.Fprintln(c.out, "skipped", s)
	}
	skipped := len(c.skipped)
	if c.strict && skipped > 0 {
		fmt.Fprintln(c.out, "under CI a skipped test is a failed test")
		c.failed += skipped
		skipped = 0
	}
	if c.passed+c.failed == 0 {
		fmt.Fprintln(c.out, "no test ran")
		c.failed = 1
	}
	line := fmt.Sprintf("%d passed, %d failed, %d skipped", c.passed, c.failed, skipped)
	if leftOut != "" {
		line += " (left out: " + leftOut + ")"
	}
	fmt.Fprintln(c.out, line)
	return c.failed == 0
}

// tally counts the leaves: a test with subtests stands for itself only when it
// failed and none of its subtests did.
func (p *pack) tally() (passed, failed int, skipped []string) {
	children, failedBelow := map[string]bool{}, map[string]bool{}
	for name, outcome := range p.outcome {
		for i := range len(name) {
			if name[i] == '/' {
				children[name[:i]] = true
				if outcome == "fail" {
					failedBelow[name[:i]] = true
				}
			}
		}
	}
	for name, outcome := range p.outcome {
		switch {
		case outcome == "fail" && !failedBelow[name]:
			failed++
		case children[name]:
		case outcome == "pass":
			passed++
		case outcome == "skip":
			skipped = append(skipped, name)
		}
	}
	return passed, failed, skipped
}

// reason is what a skipped test said, on one line.
func reason(lines []string) string {
	var said []string
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "=== ") && !strings.HasPrefix(line, "--- ") {
			said = append(said, line)
		}
	}
	return strings.Join(said, " ")
}

func short(pkg string) string {
	pkg = strings.TrimPrefix(pkg, "xinshu/")
	return strings.TrimPrefix(pkg, "internal/")
}
