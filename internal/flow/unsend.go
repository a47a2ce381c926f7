package flow

import (
	"context"
	"slices"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// Look marks that a checker has opened what waits for him. It is no fact and
// nobody counts it; it ends the time in which the sending can be taken back.
func (f *Flow) Look(ctx context.Context, a Actor, id ident.Item) error {
	known, err := read(ctx, f, a, "Look", func(t *act) (bool, error) {
		it, c, err := t.itemCase(id)
		return c.Looked || !waitsFor(it, c), err
	})
	if err != nil || known {
		return err
	}
	_, err = do(ctx, f, call{a, "Look", org.StageSignOff, id}, func(t *act) (struct{}, error) {
		it, c, err := t.itemCase(id)
		if err != nil || !waitsFor(it, c) {
			return struct{}{}, err
		}
		return struct{}{}, t.PutLooked(id, it.Round, t.actor.Person, t.Now())
	})
	return err
}

// waitsFor reports whether an item waits for the actor, and not for its own writer.
func waitsFor(it item.Item, c item.Case) bool {
	return it.State == item.Submitted && c.Actor != it.Writer && c.Mine()
}

// looked reports whether the chain has begun to work on an item.
func (t *act) looked(it item.Item, passed int) (bool, error) {
	if passed > 0 {
		return true, nil
	}
	by, err := t.LookedAt(it.ID, it.Round)
	return len(by) > 0, err
}

// Unsend takes a sending to the checks back while nobody has looked at it.
func (f *Flow) Unsend(ctx context.Context, a Actor, id ident.Item) (item.Item, error) {
	return do(ctx, f, call{a, "Unsend", org.StageSubmit, id}, func(t *act) (item.Item, error) {
		it, c, err := t.itemCase(id)
		if err != nil {
			return it, err
		}
		if err := item.Lifecycle.Refuse(item.Unsend, it.State, c.Held, c); err != nil {
			return it, err
		}
		t.as(it.Unit, org.Reporter, org.Signer)
		recs, err := t.FactsOf("item", string(it.ID))
		if err != nil {
			return it, err
		}
		if err := laidBack(&it, recs); err != nil {
			return it, err
		}
		it.Updated = t.Now()
		if err := t.SaveItem(&it); err != nil {
			return it, err
		}
		_, err = t.fact("item", string(it.ID), it.Version, "", item.Unsent{Unit: it.Unit, Round: it.Round, Revision: it.Revision})
		return it, err
	})
}

// laidBack puts an item back to how it lay before it was sent to the checks: a
// draft, or sent back again with the reason it was sent back for.
func laidBack(it *item.Item, recs []fact.Record) error {
	it.State = item.Draft
	for _, r := range slices.Backward(recs) {
		switch r.Kind {
		case fact.ItemSubmitted:
			return nil
		case fact.ItemResubmitted:
			it.State = item.SentBack
		case fact.ItemSentBack:
			p, err := fact.Decode[item.SentBackWith](r)
			it.Reason, it.Remark, it.Due = p.Reason, p.Remark, p.Due
			return err
		}
	}
	return nil
}

// Detach takes a file off an item again. What a desk has seen with the item is
// evidence and stays.
func (f *Flow) Detach(ctx context.Context, a Actor, id ident.Attachment) (item.Attachment, error) {
	return do(ctx, f, call{a, "Detach", org.StageSubmit, id}, func(t *act) (item.Attachment, error) {
		at, err := t.Attachment(id)
		if err != nil {
			return at, err
		}
		it, c, err := t.itemCase(at.Item)
		if fault.Is(err, fault.NotFound) {
			err = fault.Missing("attachment", string(id))
		}
		if err != nil {
			return at, err
		}
		if err := item.Lifecycle.Refuse(item.Detach, it.State, c.Held, c); err != nil {
			return at, err
		}
		fs, err := t.FilingsOf(it.ID)
		if err != nil {
			return at, err
		}
		passed, err := t.PassedOf(it.ID, 0)
		if err != nil {
			return at, err
		}
		for _, fl := range fs {
			seen := fl.Filed
			for _, p := range passed { // a later round brought it more
				seen = max(seen, p.At)
			}
			if at.At <= seen {
				return at, fault.Deny(fault.Why("file_was_sent", "office", string(fl.Office)))
			}
		}
		return at, t.DropAttachment(id)
	})
}
