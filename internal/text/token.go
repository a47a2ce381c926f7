package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// MaxIndexed is the number of tokens of one text that take part in phrases.
// PostgreSQL cannot tell positions above 16,383 apart, SQLite can; with this
// limit both find the same. It is about 16,000 characters: longer than any item
// an office prints. Single characters are found in the whole text.
const MaxIndexed = 16_000

// A tsvector holds at most 1 MB. No prose comes near it; these limits keep a
// text made to break the index from doing so.
const (
	maxIndexedBytes = 400_000 // of the tokens in phrases
	maxUnigrams     = 20_000
	maxWord         = 64 // runes of one word or number; the rest of it is not searched
)

// unigramMark opens the token of a single character. It is a Latin letter
// directly before a Chinese one, which Tokens never writes in lower case unless
// the text itself joins them, so that the two kinds hardly ever meet.
const unigramMark = "u"

// unit is the smallest thing that is searched for: one character of a script
// written without spaces, or a whole word or number of any other.
type unit struct {
	text string
	char bool // one character of a script without spaces
}

// Tokens makes the search tokens of a text, in order.
//
// Units that touch (安全生产, 2026年, 5G网络) make overlapping pairs; words and
// numbers also stand for themselves; a character alone stands for itself.
// Latin letters are lower-cased, full-width forms become half-width, and the
// commas in 1,200 are dropped. Every token is made of letters and digits only.
func Tokens(s string) []string {
	var out []string
	for _, run := range runs(s) {
		out = append(out, runTokens(run, out)...)
	}
	return out
}

// runTokens makes the tokens of one run. Where the run begins with the
// character the text before it ended with (保安，安全), the pairs would seem to
// overlap and a phrase would be found that nobody wrote; a token between them
// keeps them apart.
func runTokens(run []unit, before []string) []string {
	var out []string
	if len(before) > 0 && run[0].char && len(run) > 1 {
		last := before[len(before)-1]
		if utf8.RuneCountInString(last) > 1 && strings.HasSuffix(last, run[0].text) {
			out = append(out, unigramMark+run[0].text)
		}
	}
	for i, u := range run {
		if !u.char || len(run) == 1 {
			out = append(out, u.text)
		}
		if i+1 < len(run) {
			out = append(out, u.text+run[i+1].text)
		}
	}
	return out
}

// Unigrams are the tokens by which a single Chinese character is found: each
// character once, marked so that it never takes part in a phrase of pairs.
func Unigrams(s string) []string {
	seen := map[rune]bool{}
	var out []string
	for _, r := range s {
		if r = fold(r); spaceless(r) && !seen[r] {
			seen[r] = true
			out = append(out, unigramMark+string(r))
		}
	}
	return out
}

// IndexText is what an engine's index is given for one text: the tokens of the
// title, of the body (together at most MaxIndexed), then the unigrams of both,
// joined by spaces. An engine splits at the spaces and changes nothing: FTS5
// with tokenize='ascii', PostgreSQL with to_tsvector('simple', …) and the query
// through to_tsquery('simple', …).
func IndexText(title, body string) string {
	var tokens []string
	size := 0
	for _, part := range []string{title, body} {
		for _, run := range runs(part) {
			for _, token := range runTokens(run, tokens) {
				if len(tokens) == MaxIndexed || size+len(token) > maxIndexedBytes {
					break
				}
				tokens = append(tokens, token)
				size += len(token)
			}
		}
	}
	single := Unigrams(title + "\n" + body)
	tokens = append(tokens, single[:min(len(single), maxUnigrams)]...)
	return strings.Join(tokens, " ")
}

// runs splits a text into units that touch each other.
func runs(s string) [][]unit {
	var all [][]unit
	var run []unit
	var word strings.Builder
	letters := 0 // runes of the word so far
	endWord := func() {
		if word.Len() > 0 {
			run = append(run, unit{text: word.String()})
			word.Reset()
			letters = 0
		}
	}
	endRun := func() {
		endWord()
		if len(run) > 0 {
			all = append(all, run)
			run = nil
		}
	}
	digits := 0 // digits at the end of the word so far
	for i, r := range s {
		r = fold(r)
		switch {
		case spaceless(r):
			endWord()
			run = append(run, unit{text: string(r), char: true})
			digits = 0
		case unicode.IsLetter(r) || unicode.IsDigit(r) || (unicode.IsMark(r) && word.Len() > 0):
			if letters++; letters <= maxWord {
				word.WriteRune(unicode.ToLower(r))
			}
			if digits++; !unicode.IsDigit(r) {
				digits = 0
			}
		case r == ',' && digits > 0 && thousands(s[i+1:]):
			// 1,200 is one number
		case unicode.Is(unicode.Variation_Selector, r) || r == '\u200d':
			// belongs to the character before it and changes only its look
		default:
			endRun()
			digits = 0
		}
	}
	endRun()
	return all
}

// thousands reports whether s begins with exactly three digits, as after the
// comma in 1,200 or 1,200,000.
func thousands(s string) bool {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n == 3
}

// fold makes full-width letters and digits half-width. Punctuation stays, so
// that a Chinese comma never joins two numbers.
func fold(r rune) rune {
	if r < 0xff10 || r > 0xff5a {
		return r
	}
	if f := width.LookupRune(r).Folded(); f != 0 && (unicode.IsLetter(f) || unicode.IsDigit(f)) {
		return f
	}
	return r
}

// spaceless reports whether r belongs to a script written without spaces.
func spaceless(r rune) bool {
	return r >= 0x2e80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}
