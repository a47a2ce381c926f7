package store

import (
	"strconv"
	"strings"

	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// Of the texts that match, the newest mostCandidates are ranked; a reader sees
// the best of these. A word that stands in half of all texts says little about
// any of them, so older ones are not missed.
const mostCandidates = 2000

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
// at its desks and of its units. Sight is part of the index, so a search costs
// what the reader may see, not what there is.
func (tx *Tx) SearchDocs(sc org.Scope, q SearchQuery) ([]Hit, error) {
	sight := sights(sc, q.Noun)
	if len(sight) == 0 {
		return nil, nil
	}
	if q.Limit <= 0 {
		q.Limit = 20
	}
	query, who := q.FTS5, strings.Join(sight, " OR ")
	if tx.s.sql.dialect == postgres {
		query, who = q.TSQuery, strings.Join(sight, " | ")
	}
	if query == "" {
		return nil, nil
	}
	return many(tx, "docs_search", func(r row) (h Hit, err error) {
		return h, r.Scan(&h.Noun, &h.ID, &h.Unit, &h.Office, &h.Title, &h.State, &h.At)
	}, query, who, mostCandidates, min(q.Limit, mostCandidates))
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
func indexed(d dialect, doc Doc) (tokens, who string) {
	var see []string
	switch doc.Noun {
	case "item":
		see = []string{sight("item unit", doc.Unit)}
	case "filing":
		see = []string{sight("filing unit", doc.Unit), sight("filing desk", doc.Office)}
	}
	who = strings.Join(see, " ")
	if d == sqlite {
		return doc.Tokens, who
	}
	var b strings.Builder
	for i, t := range strings.Fields(doc.Tokens) {
		b.WriteString("'" + strings.NewReplacer("'", "''", `\`, `\\`).Replace(t) + "':" + strconv.Itoa(min(i+1, 16383)) + " ")
	}
	return b.String(), who
}
