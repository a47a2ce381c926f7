// Package text knows what a written text is made of: its words for searching,
// its length as the rulebooks count it, the differences between two versions,
// and the markings that must stop it at the door.
//
// What it guarantees:
//
//   - Search. Words are made once, here, for every engine; an engine only stores
//     and compares them. Two neighbouring units (a Chinese character, or a whole
//     Latin word or number) make one token, so that a two-character word is found
//     and a longer one is matched as a phrase. A single character is found
//     through tokens of its own, see Unigrams.
//   - Differences. Diff never loses or invents a rune: what was kept and what was
//     struck out is the raw text, what was kept and what was added is the edited
//     text, paragraph by paragraph.
//   - Cleaning. Clean is idempotent and keeps rare characters (𬭛, 䶮, 𠮷), emoji
//     and the joiners other scripts need.
//   - Markings. Markings names what looks like a classification mark, an
//     identity-card number or a bank card, with its place; it never repeats a
//     number in full.
//
// What it deliberately does not do: it segments no words by dictionary, ranks
// nothing, knows no database and no HTML, and does not decide whether a marked
// text may pass. It is no classifier: a secret without a mark is not seen.
//
// How to test: go test ./internal/text. The tests are tables and properties; no
// service is needed.
package text
