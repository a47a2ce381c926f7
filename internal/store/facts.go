package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"xinshu/internal/fact"
	"xinshu/internal/ident"
)

// Record writes down that something happened. The caller names the kind's
// payload, the subject with the version this change made, the actor, post and
// office; the rest is filled in here. The fact is there when the transaction
// is, and nobody reads it before.
func (tx *Tx) Record(f fact.Fact, p fact.Payload) (ident.Fact, error) {
	if err := tx.usable(); err != nil {
		return "", err
	}
	if !tx.write {
		return "", fmt.Errorf("store: %s recorded inside a View", p.FactKind())
	}
	body, digest, err := fact.Encode(p)
	if err != nil {
		return "", err
	}
	f.ID = ident.Fact(tx.Mint())
	f.Kind = p.FactKind()
	f.Recorded = tx.Now()
	f.Node = tx.s.node
	f.Digest = digest
	if f.KindV == 0 {
		f.KindV = 1
	}
	if f.Occurred == 0 {
		f.Occurred = f.Recorded
	}
	tx.facts = append(tx.facts, pending{f, body})
	return f.ID, nil
}

// putFacts writes facts in as few statements as it can. On SQLite the first
// one's position is given; on PostgreSQL (first = 0) they wait for the
// sequencer, because there transactions do not commit in the order they wrote.
func (tx *Tx) putFacts(facts []pending, first int64) error {
	rows := make([]any, 0, len(facts)*16)
	waiting := make([]any, 0, len(facts))
	for i := range facts {
		f := &facts[i].fact
		if first > 0 {
			rows = append(rows, first+int64(i))
		} else {
			waiting = append(waiting, string(f.ID))
		}
		rows = append(rows, string(f.ID), string(f.Kind), int64(f.KindV), f.Subject.Noun, f.Subject.ID, f.SubjectV, string(f.Actor), string(f.Post),
			string(f.Office), f.Occurred, f.Recorded, f.Node, string(f.Corrects), f.Digest, string(facts[i].body))
	}
	if _, err := tx.execRows("fact_insert", rows); err != nil || first > 0 {
		return err
	}
	_, err := tx.execRows("waiting_insert", waiting)
	return err
}

// mostFacts bounds what one question about the record may bring.
const mostFacts = 10_000

// Facts reads the record by position, after a cursor.
func (tx *Tx) Facts(after int64, limit int) ([]fact.Record, error) {
	if err := tx.settle(); err != nil {
		return nil, err
	}
	return many(tx, "facts_after", scanRecord, after, min(limit, mostFacts))
}

// FactsOf is one subject's record in order. A fact that has no position yet
// stands at the end with position 0.
func (tx *Tx) FactsOf(noun, id string) ([]fact.Record, error) {
	if err := tx.settle(); err != nil {
		return nil, err
	}
	return many(tx, "facts_of", scanRecord, id, noun, mostFacts)
}

// LastPosition is the end of the record; 0 when it is empty.
func (tx *Tx) LastPosition() (int64, error) {
	if err := tx.settle(); err != nil {
		return 0, err
	}
	n, _, err := one(tx, "position_last", scanInt64)
	return n, err
}

// settle puts what earlier callers of the same batch recorded on the table.
func (tx *Tx) settle() error {
	if tx.before == nil {
		return nil
	}
	return tx.before()
}

func scanRecord(r row) (f fact.Record, err error) {
	var position sql.NullInt64
	var body sql.NullString
	err = r.Scan(&position, &f.ID, &f.Kind, &f.KindV, &f.Subject.Noun, &f.Subject.ID, &f.SubjectV, &f.Actor, &f.Post, &f.Office,
		&f.Occurred, &f.Recorded, &f.Node, &f.Corrects, &f.Digest, &body)
	f.Position = position.Int64
	if body.String != "" {
		f.Payload = json.RawMessage(body.String)
	}
	return f, err
}

// Once finds what an idempotency key was answered with.
func (tx *Tx) Once(person ident.Person, key string) (hash, result string, found bool, err error) {
	if hash, result, found = tx.bornOnce(string(person), key); found {
		return hash, result, true, nil
	}
	kept, found, err := one(tx, "once_get", func(r row) (v [2]string, err error) {
		return v, r.Scan(&v[0], &v[1])
	}, string(person), key)
	return kept[0], kept[1], found, err
}

// KeepOnce keeps the answer for the next time the key comes.
func (tx *Tx) KeepOnce(person ident.Person, key, hash, result string) error {
	return tx.bear("once_keep", string(person), key, hash, result, tx.Now())
}

// Sequence gives committed facts their positions and tells how many. Only the
// process that holds the lease does it; the others get 0. On SQLite positions
// are given inside the commit and there is nothing left to do.
func (s *Store) Sequence(ctx context.Context) (int, error) { return s.engine.sequence(ctx) }
