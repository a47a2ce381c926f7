// Package demo is the invented city: its units, its people and the stock of
// texts its items are grown from.
//
// Every place, person and figure is made up. The texts are written in the
// manner of real office work, good news and bad; a text carries placeholders
// whose ranges it declares itself, so that one text gives many items with
// plausible, consistent figures. The same seed gives the same bytes.
//
// The package does not read a clock and draws no randomness of its own.
// Test it with go test ./internal/demo/.
package demo
