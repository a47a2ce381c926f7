// Package story runs editorial stories: text files that somebody who does not
// program can read and write, and that the whole product must then live through.
//
// A story (stories/*.story) is one sentence a line: who does what, what is
// refused and why, what somebody sees in the end. The vocabulary is one list,
// Sentences; the people and offices are those of testing/sample, named by their
// logins (reporter.T1 is the reporter of the township T1).
//
// Every story is run four times: as JSON requests with a person's token and as
// pages in a browser's manner, each on SQLite and on PostgreSQL. The page driver
// has no way of its own into the product: it signs in at the door, follows the
// links it is shown, finds the form on the page, fills in what a person would
// and sends it with everything hidden in it. A story ends with every projection
// caught up and the record verified.
//
// What it deliberately does not do: race (flow's own tests do), look at the
// picture of a page (e2e does), or set anything up behind the verbs' back.
//
// A mistake in a story names its file and line and lists what can be said.
package story
