// Package storetest is what every engine of the store must pass, and the way a
// test gets an empty store.
//
// Open gives an empty SQLite store, Each runs a test on SQLite and on
// PostgreSQL, Run is the conformance suite. No behaviour of the store is tested
// against one engine only, except what only one engine has (the batch of a
// COMMIT, a full disk), which lies beside the store itself.
//
// PostgreSQL is sought at XINSHU_TEST_POSTGRES, or on the local machine. Every
// test has a schema of its own, dropped after.
package storetest
