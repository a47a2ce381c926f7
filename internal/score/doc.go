// Package score turns facts into points by a published rulebook.
//
// A score is a pure function: facts × rulebook × unit register × period →
// ledger entries. Same input, same bytes, whenever and wherever it runs. No
// score is stored on an item and nobody types a total. Every entry names its
// fact, its rule and its arithmetic, so a unit can open its total and walk down
// to the item. Points are exact; ties share a rank and the next rank is skipped.
//
// There is no event for activity: signing in, clicking, reading and liking
// cannot be scored because they are not facts.
//
// A run goes through eight stages. Per event, in order of day and fact: what kind
// of thing happened (event.go, facts.go), which rate fires (match.go, verdict.go,
// run.go), what it comes to together with the item's other points (combine.go), who
// gets what of it (run.go). At the end of each week, month, quarter or year: period
// rules and strikes (settle.go). Then parts with their bounds, ranking, awards and
// lists (result.go). The text of a rulebook is rulebook.go, read by parse.go and
// checked by check.go; docs/rulebook.md teaches it.
package score
