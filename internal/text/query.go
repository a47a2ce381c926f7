package text

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"xinshu/internal/fault"
)

// MaxQuery is the longest query, in runes.
const MaxQuery = 50

// Q is what a reader searches for: phrases which must all occur.
type Q struct {
	words   []string
	phrases [][]string
}

// Query reads what was typed into a search box. Words apart are all wanted;
// within a word the characters must stand together in that order.
func Query(q string) (Q, error) {
	q = strings.TrimSpace(q)
	if q == "" {
		return Q{}, fault.Bad("q", "required")
	}
	if utf8.RuneCountInString(q) > MaxQuery {
		return Q{}, fault.Bad("q", "too_long", "max", strconv.Itoa(MaxQuery))
	}
	var out Q
	for _, word := range strings.Fields(q) {
		found := runs(word)
		for _, run := range found {
			phrase := runTokens(run, nil)
			if len(run) == 1 && run[0].char {
				phrase = []string{unigramMark + run[0].text}
			}
			out.phrases = append(out.phrases, phrase)
		}
		if len(found) > 0 {
			out.words = append(out.words, word)
		}
	}
	if len(out.phrases) == 0 {
		return Q{}, fault.Bad("q", "no_words")
	}
	return out, nil
}

// Words are the words as typed, for marking them in a result.
func (q Q) Words() []string { return q.words }

// FTS5 is the query in the language of SQLite's full-text index.
func (q Q) FTS5() string {
	parts := make([]string, len(q.phrases))
	for i, p := range q.phrases {
		parts[i] = `"` + strings.ReplaceAll(strings.Join(p, " "), `"`, `""`) + `"`
	}
	return strings.Join(parts, " AND ")
}

// TSQuery is the query in the language of PostgreSQL's tsquery.
func (q Q) TSQuery() string {
	parts := make([]string, len(q.phrases))
	for i, p := range q.phrases {
		quoted := make([]string, len(p))
		for k, token := range p {
			quoted[k] = "'" + strings.NewReplacer("'", "''", `\`, `\\`).Replace(token) + "'"
		}
		parts[i] = strings.Join(quoted, " <-> ")
		if len(q.phrases) > 1 && len(p) > 1 {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return strings.Join(parts, " & ")
}
