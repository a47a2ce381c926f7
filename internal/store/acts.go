package store

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"math"
	"slices"

	"xinshu/internal/fact"
	"xinshu/internal/ident"
)

// FactQuery asks for facts, newest first. What is empty does not matter.
type FactQuery struct {
	Actor  ident.Person
	Noun   string
	ID     string // the subject
	Kind   fact.Kind
	Office ident.Unit
	From   int64 // recorded at or after
	Until  int64 // recorded before
	Before int64 // position: the last one of the page before
	Limit  int
}

// FactsFind answers a FactQuery, in a View. One subject's facts come from the
// fact table's own index; the rest from the projection "acts", by the narrowest
// of person, office, kind and time, with what the worker has not reached yet
// read behind it: an auditor never misses the newest.
func (tx *Tx) FactsFind(q FactQuery) ([]fact.Record, error) {
	if err := tx.settle(); err != nil {
		return nil, err
	}
	if q.Until == 0 {
		q.Until = math.MaxInt64
	}
	q.Limit = min(q.Limit, mostFacts)
	if q.ID != "" {
		if q.Before == 0 {
			q.Before = math.MaxInt64
		}
		return many(tx, "facts_find_subject", scanRecord, q.ID, string(q.Actor), q.Noun, string(q.Kind), string(q.Office), q.From, q.Until, q.Before, q.Limit)
	}
	before := int64(math.MaxInt64)
	if q.Before == 0 {
		q.Before = math.MaxInt64
	} else if r, found, err := tx.FactAt(q.Before); err != nil {
		return nil, err
	} else if found {
		before = r.Recorded
	}
	name := "acts_by_time"
	switch {
	case q.Actor != "":
		name = "acts_by_actor"
	case q.Office != "":
		name = "acts_by_office"
	case q.Kind != "":
		name = "acts_by_kind"
	}
	args := []any{string(q.Actor), string(q.Office), string(q.Kind), q.Noun, q.From, q.Until, before, q.Before, q.Limit}
	reached, _, err := one(tx, "cursor_get", scanInt64, "acts")
	if err != nil {
		return nil, err
	}
	found, err := many(tx, name, scanRecord, args...)
	if err != nil {
		return nil, err
	}
	newest, err := many(tx, "acts_newest", scanRecord, append(args, reached)...)
	if err != nil || len(newest) == 0 {
		return found, err
	}
	found = append(newest, found...)
	slices.SortFunc(found, func(a, b fact.Record) int {
		return cmp.Or(cmp.Compare(b.Recorded, a.Recorded), cmp.Compare(b.Position, a.Position))
	})
	found = slices.CompactFunc(found, func(a, b fact.Record) bool { return a.Position == b.Position })
	return found[:min(len(found), q.Limit)], nil
}

// FactAt reads the fact at a position.
func (tx *Tx) FactAt(position int64) (fact.Record, bool, error) {
	return one(tx, "fact_at", scanRecord, position)
}

// PutActs keeps who did what, at which office, when.
func (p *Projection) PutActs(recs []fact.Record) error {
	rows := make([]any, 0, 6*len(recs))
	for _, r := range recs {
		rows = append(rows, r.Position, r.Recorded, string(r.Actor), string(r.Office), string(r.Kind), r.Subject.Noun)
	}
	_, err := p.tx.execRows("act_put", rows)
	return err
}

// dumpActs writes the projection for Dump.
func (tx *Tx) dumpActs(w io.Writer) error {
	return tx.each("acts_dump", nil, func(r row) (bool, error) {
		var position, recorded int64
		var actor, office, kind, noun string
		if err := r.Scan(&position, &recorded, &actor, &office, &kind, &noun); err != nil {
			return false, err
		}
		_, err := fmt.Fprintf(w, "%d\t%d\t%s\t%s\t%s\t%s\n", position, recorded, actor, office, kind, noun)
		return true, err
	})
}

// Blocks lists the sealed blocks from one number to another, both included.
func (tx *Tx) Blocks(from, until int64) ([]fact.Block, error) {
	return many(tx, "blocks_between", scanBlock, from, until)
}

// BlockWith is the block that seals a position; false while it waits for one.
func (tx *Tx) BlockWith(position int64) (fact.Block, bool, error) {
	return one(tx, "block_with", scanBlock, position)
}

// Envelopes reads the record's envelopes without their payloads, by position,
// after a cursor: all that the seal is about.
func (tx *Tx) Envelopes(after int64, limit int) ([]fact.Record, error) {
	if err := tx.settle(); err != nil {
		return nil, err
	}
	return many(tx, "envelopes_after", scanRecord, after, min(limit, mostFacts))
}

// SealKey is the public half of the key that blocks are signed with; empty
// before the first block.
func (s *Store) SealKey(ctx context.Context) (ed25519.PublicKey, error) {
	key, _, err := s.publicKey(ctx)
	return key, err
}

// Mark says whose reading is restricted: of an item, or of a publication and all
// its issues.
type Mark struct {
	Noun   string       `json:"noun"`
	ID     string       `json:"id"`
	Unit   ident.Unit   `json:"unit"` // whose people set it, and may lift it
	Person ident.Person `json:"person"`
	At     int64        `json:"at"`
	Reason string       `json:"reason"`
}

// Restricted reads the mark of an item or a publication.
func (tx *Tx) Restricted(noun, id string) (Mark, bool, error) {
	return one(tx, "restricted_get", func(r row) (m Mark, err error) {
		return m, r.Scan(&m.Noun, &m.ID, &m.Unit, &m.Person, &m.At, &m.Reason)
	}, noun, id)
}

// PutRestricted marks; DropRestricted takes the mark off again.
func (tx *Tx) PutRestricted(m Mark) error {
	_, err := tx.exec("restricted_put", m.Noun, m.ID, string(m.Unit), string(m.Person), m.At, m.Reason)
	return err
}

// DropRestricted takes a mark off.
func (tx *Tx) DropRestricted(noun, id string) error {
	_, err := tx.exec("restricted_drop", noun, id)
	return err
}

// Opening is one person's opening of a restricted text, once a day.
type Opening struct {
	Noun     string       `json:"noun"`
	ID       string       `json:"id"`
	Person   ident.Person `json:"person"`
	Revision int          `json:"revision"`
	Day      int64        `json:"day"`
	Post     ident.Post   `json:"post,omitempty"`
	At       int64        `json:"at"`
}

// PutOpening keeps an opening and tells whether it is the day's first.
func (tx *Tx) PutOpening(o Opening) (first bool, err error) {
	n, err := tx.exec("opening_put", o.Noun, o.ID, string(o.Person), int64(o.Revision), o.Day, string(o.Post), o.At)
	return n > 0, err
}

// HasOpening reports whether the day's opening is kept already.
func (tx *Tx) HasOpening(o Opening) (bool, error) {
	_, found, err := one(tx, "opening_there", scanInt64, o.Noun, o.ID, string(o.Person), int64(o.Revision), o.Day)
	return found, err
}

// Openings lists who opened a text, the newest first.
func (tx *Tx) Openings(noun, id string, limit int) ([]Opening, error) {
	return many(tx, "openings_of", func(r row) (o Opening, err error) {
		return o, r.Scan(&o.Noun, &o.ID, &o.Person, &o.Revision, &o.Day, &o.Post, &o.At)
	}, noun, id, min(limit, mostFacts))
}
