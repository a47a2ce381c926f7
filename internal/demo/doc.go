// Package demo is the invented city: its units, its people, the stock of texts
// its items are grown from, and the life of its offices over a year.
//
// Every place, person and figure is made up. The texts are written in the
// manner of real office work, good news and bad; a text carries placeholders
// whose ranges it declares itself, so that one text gives many items with
// plausible, consistent figures.
//
// Build lets the city live through flow's verbs and nothing else: what a person
// of the demo did, a person at the screen could have done, with the same checks
// and the same record. It is a queue of things to come, in order of time: an item
// is written, so somebody will check it; it is filed, so a desk will take it.
// What is still in the queue on the last morning is the work that lies there.
//
// It does not read a clock, and its only randomness is a generator seeded by
// the last day: the same day gives the same facts. It runs on one goroutine and
// never ranges over a map. It does not project, seal or make durable; whoever
// opened the store does that afterwards.
//
// Test it with go test ./internal/demo/.
package demo
