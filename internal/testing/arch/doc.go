// Package arch holds the house rules of Xinshu as tables and the checks that
// keep them true: which package may import which, what must stay in one place,
// how large things may grow, which names are not used, and that every package
// opens with an explanation.
//
// It guarantees that every forbidden import in the tree is reported with the
// reason for the rule it breaks, and that the tables themselves stay honest: a
// room they name exists (or is listed as planned and does not), and an
// exception they grant is still needed.
//
// The rules are in rules.go and are meant to be read. The checks (check.go,
// size.go) are pure functions over what load.go gathered with one `go list`
// and one parse of the files; check_test.go feeds them broken houses to prove
// that they speak up.
//
// It deliberately does not judge test files (beyond what may be imported only
// by them), generated files, or style that gofmt and vet already cover.
package arch
