package store

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/text"
)

// mostHits bounds what one search may bring.
const mostHits = 200

// SearchQuery is what to look for, in both engines' languages (text.Q makes
// both), and where.
type SearchQuery struct {
	FTS5    string
	TSQuery string
	Noun    string // item, filing, or empty for both
	Limit   int    // 20 when 0
}

// Hit is a text that was found, best first.
type Hit struct {
	Noun   string
	ID     string
	Unit   ident.Unit
	Office ident.Unit
	Title  string
	State  string
	At     int64
}

// SearchDocs finds texts the reader may see: items of the scope's units, filings
// at its desks and of its units. Texts with the words in their title come
// first, then the others, the newest first in each. Sight is part of the index
// and the index is read from its newest end, so a search costs what it shows
// and not what there is.
func (tx *Tx) SearchDocs(sc org.Scope, q SearchQuery) ([]Hit, error) {
	sight := sights(sc, q.Noun)
	inTitle, inText := matches(tx.s.sql.dialect, q, sight)
	if len(sight) == 0 || inText == "" {
		return nil, nil
	}
	if q.Limit <= 0 {
		q.Limit = 20
	}
	limit := min(q.Limit, mostHits)
	hits, err := many(tx, "docs_search", scanHit, inTitle, limit)
	if err != nil || len(hits) == limit {
		return hits, err
	}
	more, err := many(tx, "docs_search", scanHit, inText, limit+len(hits))
	if err != nil {
		return nil, err
	}
	for _, h := range more {
		if len(hits) < limit && !slices.ContainsFunc(hits, func(t Hit) bool { return t.Noun == h.Noun && t.ID == h.ID }) {
			hits = append(hits, h)
		}
	}
	return hits, nil
}

func scanHit(r row) (h Hit, err error) {
	return h, r.Scan(&h.Noun, &h.ID, &h.Unit, &h.Office, &h.Title, &h.State, &h.At)
}

var lexeme = regexp.MustCompile(`'(?:[^']|'')*'`)

// matches writes the two questions in the engine's language; a lexeme of the
// title has the weight A in PostgreSQL and a column of its own in SQLite.
func matches(d dialect, q SearchQuery, sight []string) (inTitle, inText string) {
	if d == sqlite {
		if q.FTS5 == "" {
			return "", ""
		}
		who := ") AND who : (" + strings.Join(sight, " OR ") + ")"
		return "title : (" + q.FTS5 + who, "tokens : (" + q.FTS5 + who
	}
	if q.TSQuery == "" {
		return "", ""
	}
	who := ") & (" + strings.Join(sight, " | ") + ")"
	return "(" + lexeme.ReplaceAllString(q.TSQuery, "$0:A") + who, "(" + q.TSQuery + who
}

// sights are the tokens a reader may see a text by.
func sights(sc org.Scope, noun string) []string {
	var out []string
	if noun != "filing" {
		for _, u := range sc.Units {
			out = append(out, sight("item unit", u))
		}
	}
	if noun != "item" {
		for _, u := range sc.Units {
			out = append(out, sight("filing unit", u))
		}
		for _, u := range sc.Desks {
			out = append(out, sight("filing desk", u))
		}
	}
	return out
}

// sight is one token: letters and digits only, and never a word of a text.
func sight(as string, u ident.Unit) string { return "sight" + ident.Hash(as, string(u)) }

// indexed writes a text and who may see it in the form the engine's index
// takes: words between spaces, or lexemes with their places. PostgreSQL's own
// parser is not asked, so both engines hold the same words.
func indexed(d dialect, doc Doc) (title, tokens, who string) {
	see := []string{sight(doc.Noun+" unit", doc.Unit)}
	if doc.Noun == "filing" {
		see = append(see, sight("filing desk", doc.Office))
	}
	title, tokens, who = text.IndexText(doc.Title, ""), doc.Tokens, strings.Join(see, " ")
	if d == postgres {
		title, tokens = lexemes(title), lexemes(tokens)
	}
	return title, tokens, who
}

// lexemes writes tokens as PostgreSQL reads a tsvector. It cannot tell places
// above 16,383 apart; text.IndexText keeps phrases below.
func lexemes(tokens string) string {
	quote := strings.NewReplacer("'", "''", `\`, `\\`)
	var b strings.Builder
	for i, t := range strings.Fields(tokens) {
		b.WriteString("'" + quote.Replace(t) + "':" + strconv.Itoa(min(i+1, 16383)) + " ")
	}
	return b.String()
}
