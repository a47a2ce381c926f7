package store

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"strings"

	"xinshu/internal/fact"
)

// Finding is one place where what is kept contradicts itself.
type Finding struct {
	Check string // "position", "block", "payload", "revision", or an invariant's name
	Where string // "position 17", "block 3", "revision 01…"
	What  string // one sentence
}

// Verify reads the whole record and everything that can be checked against it:
// positions without gaps, blocks that hash and are signed, payloads and texts
// that hash to what their facts and rows say, and the invariants. It reports
// what it finds in order; a broken chain is reported at its first broken place.
func (s *Store) Verify(ctx context.Context, report func(Finding)) error {
	if err := s.verifyRecord(ctx, report); err != nil {
		return err
	}
	if err := s.verifyTexts(ctx, report); err != nil {
		return err
	}
	return s.verifyInvariants(ctx, report)
}

// Invariants are the named queries that must return no row.
func (s *Store) Invariants() []string { return s.sql.beginning("inv_") }

// recordCheck walks the record beside its blocks.
type recordCheck struct {
	report func(Finding)
	key    ed25519.PublicKey
	blocks []fact.Block // still to come
	prev   fact.Block
	chain  *fact.Chain
	next   int64 // the position that must come
	broken bool  // the chain is broken; later blocks say nothing more
}

func (s *Store) verifyRecord(ctx context.Context, report func(Finding)) error {
	key, mismatch, err := s.publicKey(ctx)
	if err != nil {
		return err
	}
	c := &recordCheck{report: report, key: key, next: 1}
	if mismatch {
		report(Finding{"block", "seal.public", "the installation's key (seal.key) and the public key in the database do not belong together: one of them was altered"})
	}
	if err := s.View(ctx, func(tx *Tx) (err error) {
		c.blocks, err = many(tx, "blocks", scanBlock)
		return err
	}); err != nil {
		return err
	}
	c.chain = fact.Start(c.prev)
	for after := int64(0); ; {
		var recs []fact.Record
		err := s.View(ctx, func(tx *Tx) (err error) {
			recs, err = tx.Facts(after, 2*fact.BlockSize)
			return err
		})
		if err != nil {
			return err
		}
		for i := range recs {
			c.record(&recs[i])
		}
		if len(recs) == 0 {
			break
		}
		after = recs[len(recs)-1].Position
	}
	if len(c.blocks) > 0 && !c.broken {
		b := c.blocks[0]
		report(Finding{"block", fmt.Sprintf("block %d", b.Number), fmt.Sprintf("the record ends at position %d, the seal goes to %d: facts were removed", c.next-1, b.Last)})
	}
	return nil
}

// record checks one fact and closes the blocks that end with it.
func (c *recordCheck) record(r *fact.Record) {
	where := fmt.Sprintf("position %d", r.Position)
	if r.Position != c.next {
		c.report(Finding{"position", fmt.Sprintf("position %d", c.next), fmt.Sprintf("missing: the record goes on at %d", r.Position)})
		c.broken = true
	}
	c.next = r.Position + 1
	if len(r.Payload) > 0 && fact.Digest(r.Payload) != r.Digest {
		c.report(Finding{"payload", where, fmt.Sprintf("the payload of fact %s (%s) is not the one the fact names", r.ID, r.Kind)})
	}
	if c.broken {
		return
	}
	if err := c.chain.Add(&r.Fact, r.Position); err != nil {
		c.report(Finding{"position", where, err.Error()})
		c.broken = true
		return
	}
	if len(c.blocks) == 0 || c.blocks[0].Last != r.Position {
		if len(c.blocks) > 0 && c.blocks[0].Last < r.Position {
			c.report(Finding{"block", fmt.Sprintf("block %d", c.blocks[0].Number), "it does not continue the block before it"})
			c.broken = true
		}
		return
	}
	b := c.blocks[0]
	if err := c.chain.Check(b, c.key); err != nil {
		c.report(Finding{"block", fmt.Sprintf("block %d", b.Number), err.Error()})
		c.broken = true
		return
	}
	c.blocks, c.prev = c.blocks[1:], b
	c.chain = fact.Start(b)
}

// kept is a text beside the hash it must have.
type kept struct{ id, title, body, hash string }

// verifyTexts compares every revision's text with its hash, a page at a time.
func (s *Store) verifyTexts(ctx context.Context, report func(Finding)) error {
	for after := ""; ; {
		var page []kept
		err := s.View(ctx, func(tx *Tx) (err error) {
			page, err = many(tx, "verify_revisions", func(r row) (k kept, err error) {
				return k, r.Scan(&k.id, &k.title, &k.body, &k.hash)
			}, after, 500)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, k := range page {
			if fact.Digest([]byte(k.title+"\n"+k.body)) != k.hash {
				report(Finding{"revision", "revision " + k.id, "the text is not the one that was saved"})
			}
		}
		after = page[len(page)-1].id
	}
}

// mostBroken bounds what one invariant reports.
const mostBroken = 20

func (s *Store) verifyInvariants(ctx context.Context, report func(Finding)) error {
	for _, name := range s.Invariants() {
		var found []string
		err := s.View(ctx, func(tx *Tx) error {
			found = found[:0]
			return tx.each(name, nil, func(r row) (bool, error) {
				v, err := scanAll(r)
				found = append(found, v)
				return len(found) < mostBroken, err
			})
		})
		if err != nil {
			return err
		}
		for _, where := range found {
			report(Finding{strings.TrimPrefix(name, "inv_"), where, "this must not be"})
		}
	}
	return nil
}

// scanAll writes a row of any shape as one text.
func scanAll(r row) (string, error) {
	shaped, ok := r.(interface{ Columns() ([]string, error) })
	if !ok {
		return "", fmt.Errorf("a row without columns: %T", r)
	}
	names, err := shaped.Columns()
	if err != nil {
		return "", err
	}
	values, at := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		at[i] = &values[i]
	}
	if err := r.Scan(at...); err != nil {
		return "", err
	}
	parts := make([]string, len(names))
	for i, n := range names {
		parts[i] = fmt.Sprintf("%s %v", n, values[i])
	}
	return strings.Join(parts, ", "), nil
}
