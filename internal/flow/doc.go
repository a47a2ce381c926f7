// Package flow is the verbs of Xinshu, one file per stage, in order:
//
//	register    units, lines, people, posts, publications, classes, rules
//	submit      Draft, Revise, Submit, Resubmit, Withdraw, File, FileFor
//	signoff     SignOff, SendBack
//	desk        Receive, Assign, Hold, Adopt, Merge, Unmerge, Decline, Return, Forward
//	edit        ReviseFiling, TakeOver, MarkReady
//	issue       OpenIssue, Place, Propose, ApproveIssue, PublishIssue, Correct
//	distribute  Dispatch, Confirm, Recall
//	followup    Instruct, PassOn, Answer, Accept
//	score       Activate, Standing, Ledger, Notice
//
// # How a verb runs
//
// One verb is one transaction. It loads the noun at the version the user saw,
// asks the noun's lifecycle table whether this actor may (every reason why not
// comes back as data), changes the noun, saves it by compare-and-set and records
// its fact, all in the same transaction. Pages, API, import and the demo call
// the same verb, so permission, change and record cannot differ between them.
//
// A verb's callback may run twice, so nothing in it touches the network, a file
// or the clock: time comes frozen from the transaction.
//
// # Who sees what
//
// Reads go through flow too. org.Scope is the one rule; lists carry it into SQL
// and single reads ask its methods. What a person may not see is not found.
//
// # News
//
// Whatever happens above is told, hop by hop and in the causing transaction, to
// every filing it came from, with the share that this filing had in it.
//
// To test with it, open a store in a temporary folder and call New.
package flow
