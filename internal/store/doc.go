// Package store is the memory of the product and the only place that knows SQL.
//
// It keeps the nouns as they are now, the append-only record of facts, and the
// projections that are made from the record. Two engines stand behind one text:
// SQLite, a folder and no service, and PostgreSQL, for several replicas. The
// statements lie in sql/*.sql under a name; sql/sqlite and sql/postgres hold
// the few that truly differ, and a test counts them.
//
// Guarantees:
//
//   - Update runs a function in one transaction. When it returns nil the disk
//     has everything; when it returns an error nothing of it happened. The
//     function may run more than once, so it touches nothing but its Tx.
//   - On SQLite one writer commits many callers' transactions together, each in
//     a savepoint of its own, each seeing the callers before it. An error, a
//     panic or a cancelled context of one is no matter of the others.
//   - On PostgreSQL transactions are SERIALIZABLE and are repeated a bounded
//     number of times when they collided.
//   - View reads one snapshot and writes nothing.
//   - Time stands still inside a transaction: every row and every fact of it
//     has the same moment (Tx.Now).
//   - Every Save is a compare-and-set on the version; the loser gets a
//     fault.Conflict and nothing is overwritten quietly.
//   - A fact gets its position after it is durable, without gaps, and one
//     subject's facts in the order of its versions. Who reads by position never
//     overlooks a fact that was committed late.
//   - Blocks of positions are chained by hash and signed; Verify names the first
//     place where the record was touched.
//   - Projections (search, scoring events) keep their cursor beside their rows,
//     in index.db on SQLite, and can be dropped and rebuilt to the same dump.
//
// What it deliberately does not do: it decides nothing about who may do what
// (it only filters lists by an org.Scope it is handed), it starts no goroutine
// that makes facts or projections by itself (a worker calls Sequence, Seal and
// Project), and it never looks into JSON it keeps.
//
// To test with it, open a real one in a temporary folder: storetest.Open(t)
// for one engine, storetest.Each for both. storetest.Run is the conformance
// suite that every engine must pass.
package store
