// Package soak mistreats the server under load and checks that nothing that was
// acknowledged is lost, that a repeated request is not done twice, and that the
// record is sound without repair by hand: the process is killed, the disk runs
// full, PostgreSQL is stopped hard and started again.
//
// A few rounds run with every test; XINSHU_SOAK_ROUNDS asks for more and
// XINSHU_SOAK_SEED makes a run repeatable.
package soak
