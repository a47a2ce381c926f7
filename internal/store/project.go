package store

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"xinshu/internal/fact"
	"xinshu/internal/ident"
	"xinshu/internal/score"
)

// Projections are the names Project knows.
var Projections = []string{"search", "events", "acts", "notes"}

// Projection is the writing side of one round of a projection.
type Projection struct{ tx *Tx }

// Project reads the facts after the projection's cursor, runs fn on them in one
// transaction and moves the cursor in the same. It tells how many facts that
// were; 0 means the projection has caught up. fn may run more than once, and
// what it writes must be the same each time it sees the same facts. It may read
// with s.View, and must not call s.Update.
func (s *Store) Project(ctx context.Context, name string, limit int, fn func(p *Projection, recs []fact.Record) error) (n int, err error) {
	if err := knownProjection(name); err != nil {
		return 0, err
	}
	s.index.Lock()
	defer s.index.Unlock()
	err = s.engine.project(ctx, func(tx *Tx) error {
		n = 0
		cursor, _, err := one(tx, "cursor_take", scanInt64, name)
		if err != nil {
			return err
		}
		var recs []fact.Record
		err = s.View(ctx, func(v *Tx) (err error) {
			if cursor == 0 && name == "notes" {
				if cursor, err = v.notesFrom(); err != nil {
					return err
				}
			}
			recs, err = v.Facts(cursor, limit)
			return err
		})
		if err != nil || len(recs) == 0 {
			return err
		}
		if err := fn(&Projection{tx}, recs); err != nil {
			return err
		}
		n = len(recs)
		_, err = tx.exec("cursor_move", name, recs[n-1].Position)
		return err
	})
	return n, err
}

func knownProjection(name string) error {
	for _, p := range Projections {
		if p == name {
			return nil
		}
	}
	return fmt.Errorf("store: no projection is called %q (there are %s)", name, strings.Join(Projections, ", "))
}

// Doc is a text in the search index.
type Doc struct {
	Noun   string     `json:"noun"` // item or filing
	ID     string     `json:"id"`
	Unit   ident.Unit `json:"unit"`
	Office ident.Unit `json:"office"`
	Title  string     `json:"title"`
	State  string     `json:"state"`
	At     int64      `json:"at"`
	Tokens string     `json:"-"` // made by text.IndexText
}

// PutDoc puts a text into the search index, in place of the one with the same
// noun and identifier. The index itself is only touched when the text changed,
// not when its state did.
func (p *Projection) PutDoc(d Doc) error {
	if d.Noun != "item" && d.Noun != "filing" {
		return fmt.Errorf("store: a %q is not searched for", d.Noun)
	}
	digest := fact.Digest([]byte(string(d.Unit) + "\n" + string(d.Office) + "\n" + d.Title + "\n" + d.Tokens))
	was, _, err := one(p.tx, "doc_digest", scanString, d.Noun, d.ID)
	if err != nil {
		return err
	}
	if _, err := p.tx.exec("doc_put", d.Noun, d.ID, string(d.Unit), string(d.Office), d.Title, d.State, d.At, digest); err != nil {
		return err
	}
	if was == digest {
		return nil
	}
	title, tokens, who := indexed(p.tx.s.sql.dialect, d)
	_, err = p.tx.exec("doc_text_put", d.Noun, d.ID, title, tokens, who)
	return err
}

// DropDoc takes a text out of the search index.
func (p *Projection) DropDoc(noun, id string) error {
	if _, err := p.tx.exec("doc_text_drop", noun, id); err != nil {
		return err
	}
	_, err := p.tx.exec("doc_drop", noun, id)
	return err
}

// PutEvent keeps a scoring event, in place of the one of the same fact and filing.
func (p *Projection) PutEvent(e score.Event) error {
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = p.tx.exec("event_put", string(e.Fact), string(e.Filing), string(e.Desk), e.Recorded, string(body))
	return err
}

// Events are a desk's scoring events recorded in a time, in the order they were
// recorded.
func (tx *Tx) Events(desk ident.Unit, from, until int64) ([]score.Event, error) {
	return many(tx, "events_at", func(r row) (e score.Event, err error) {
		var body string
		if err := r.Scan(&body); err != nil {
			return e, err
		}
		return e, json.Unmarshal([]byte(body), &e)
	}, string(desk), from, until)
}

// Rebuild drops a projection's rows and its cursor; the next rounds of Project
// make them again.
func (s *Store) Rebuild(ctx context.Context, name string) error {
	if err := knownProjection(name); err != nil {
		return err
	}
	clear := map[string][]string{"search": {"docs_text_clear", "docs_clear"}, "events": {"events_clear"}, "acts": {"acts_clear"}, "notes": {"notes_clear"}}[name]
	s.index.Lock()
	defer s.index.Unlock()
	return s.engine.project(ctx, func(tx *Tx) error {
		if _, _, err := one(tx, "cursor_take", scanInt64, name); err != nil {
			return err
		}
		for _, c := range clear {
			if _, err := tx.exec(c); err != nil {
				return err
			}
		}
		_, err := tx.exec("cursor_drop", name)
		return err
	})
}

// dumped is a searched text as Dump writes it: the tokens by their hash.
type dumped struct {
	Doc
	Digest string `json:"digest"`
}

// Dump writes a projection's rows, sorted, one JSON object a line: the same
// facts give the same bytes on either engine, whenever it was built.
func (s *Store) Dump(ctx context.Context, name string, w io.Writer) error {
	if err := knownProjection(name); err != nil {
		return err
	}
	return s.View(ctx, func(tx *Tx) error {
		if name == "acts" {
			return tx.dumpActs(w)
		}
		if name == "notes" {
			return tx.dumpNotes(w)
		}
		if name == "events" {
			return tx.each("events_dump", nil, func(r row) (bool, error) {
				var body string
				if err := r.Scan(&body); err != nil {
					return false, err
				}
				_, err := io.WriteString(w, body+"\n")
				return true, err
			})
		}
		out := json.NewEncoder(w)
		return tx.each("docs_dump", nil, func(r row) (bool, error) {
			var d dumped
			if err := r.Scan(&d.Noun, &d.ID, &d.Unit, &d.Office, &d.Title, &d.State, &d.At, &d.Digest); err != nil {
				return false, err
			}
			return true, out.Encode(d)
		})
	})
}
