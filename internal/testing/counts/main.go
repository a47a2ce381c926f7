// Command counts turns the event streams of `go test -json` into what a person
// wants to read: every failure in full when it happens, one short line per
// package, and one last line of counts.
//
// It guarantees that the last line it prints is
//
//	N passed, N failed, N skipped
//
// and that the exit code is 0 only if nothing failed: no test, no build, no
// package that died outside a test, no run that ended badly without a word,
// and under CI no skipped test either. Several streams may be concatenated (a
// plain run, then one with the race detector); each run ends with an event of
// action "exit" that carries the exit code.
//
// A test with subtests is counted by its subtests; it counts itself only when
// it failed and none of them did. It deliberately does not run anything.
//
// Its own test feeds it recorded events.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	leftOut := flag.String("left-out", "", "what this run leaves out, for the last line")
	flag.Parse()
	c := newCounter(os.Stdout, os.Getenv("CI") != "")
	if err := c.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, err)
		c.failed++
	}
	if !c.finish(*leftOut) {
		os.Exit(1)
	}
}
