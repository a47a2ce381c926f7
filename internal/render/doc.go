// Package render writes what leaves the house as a file: tables as JSON lines,
// CSV and XLSX.
//
// A table is written row by row as it comes, straight into the target, and
// nothing of it is kept: a million rows need the memory of one. A text that
// begins like a formula stays a text: in XLSX every cell says that it is one, in
// CSV an apostrophe goes before it, which intake takes off again.
//
// It deliberately knows no rights and asks nobody: whoever calls it hands over
// what may be seen. It makes no files; names, syncing and renaming are the
// caller's. How to test: go test ./internal/render, which reads back what it
// wrote with another library.
package render
