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
// This first engine knows flat rates by outlet (level, publication), form and
// event, added up, shares of composites, and one rounding at the total. The
// seam (Events, Run, Rank) is what the full engine keeps.
package score
