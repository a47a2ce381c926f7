// Package e2e walks the journeys of the product in a real browser: what the
// story tests prove over HTML and JSON is proved here again with a mouse, a
// keyboard and a screen, at a desk's width and a telephone's.
//
// The harness (harness_test.go) starts one Chromium for all tests and gives
// each test pages of its own, with their own cookies. It guarantees that a
// test fails when a page writes an error to the console, when anything asks
// for an address other than this machine's, and when a page is wider than the
// telephone it is shown on. Screenshots go to e2e/shots (or $XINSHU_SHOTS) and
// are artefacts to look at, not golden files.
//
// It deliberately tests no rule of the trade for its own sake: those have
// faster tests below. The browser is $XINSHU_CHROMIUM or the first of
// chromium, chromium-browser and google-chrome on the PATH; without one the
// tests are skipped, and under CI they fail.
package e2e
