package store

import (
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
	rows := make([]any, 0, len(facts)*14)
	bodies := make([]any, 0, len(facts)*2)
	places := make([]any, 0, len(facts)*2)
	for i := range facts {
		f := &facts[i].fact
		rows = append(rows, string(f.ID), string(f.Kind), int64(f.KindV), f.Subject.Noun, f.Subject.ID, f.SubjectV, string(f.Actor), string(f.Post),
			string(f.Office), f.Occurred, f.Recorded, f.Node, string(f.Corrects), f.Digest)
		bodies = append(bodies, string(f.ID), string(facts[i].body))
		if first > 0 {
			places = append(places, first+int64(i), string(f.ID))
		} else {
			places = append(places, string(f.ID))
		}
	}
	if _, err := tx.execRows("fact_insert", rows); err != nil {
		return err
	}
	if _, err := tx.execRows("payload_insert", bodies); err != nil {
		return err
	}
	if first > 0 {
		_, err := tx.execRows("position_insert", places)
		return err
	}
	_, err := tx.execRows("waiting_insert", places)
	return err
}
