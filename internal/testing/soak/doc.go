// Package soak kills the server under load and checks that nothing that was
// acknowledged is lost, that a repeated request is not done twice, and that the
// record is sound without repair by hand.
//
// Twenty rounds run with every test; XINSHU_SOAK_ROUNDS asks for more and
// XINSHU_SOAK_SEED makes a run repeatable.
package soak
