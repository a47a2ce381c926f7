package ops

import (
	"bytes"
	"context"
	"fmt"

	"xinshu/internal/blob"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/store"
)

// Files checks the bytes of every attachment against the hash that its item
// names it by. It returns how many were missing or altered.
func Files(ctx context.Context, s *store.Store, b *blob.Store, report func(string)) (n int, err error) {
	var after ident.Attachment
	for {
		var page []item.Attachment
		err := s.View(ctx, func(tx *store.Tx) (err error) {
			page, err = tx.AllAttachments(after, 200)
			return err
		})
		if err != nil || len(page) == 0 {
			return n, err
		}
		for _, a := range page {
			found, err := b.Check(ctx, a.Hash)
			if err != nil {
				return n, err
			}
			if found.State != blob.Sound {
				n++
				report(fmt.Sprintf("attachment: %s (%s) of item %s: %s", a.ID, a.Name, a.Item, found.State))
			}
			after = a.ID
		}
	}
}

// Verify proves that nothing was altered or removed: the chain of sealed blocks,
// every payload and text against its hash, and the invariants. With drain, which
// works projections to the end of the record, it also makes every projection
// anew and compares. It returns how many findings were reported.
func Verify(ctx context.Context, s *store.Store, drain func(context.Context) error, report func(string)) (n int, err error) {
	err = s.Verify(ctx, func(f store.Finding) {
		n++
		report(fmt.Sprintf("%s: %s: %s", f.Check, f.Where, f.What))
	})
	if err != nil || drain == nil {
		return n, err
	}
	if err := drain(ctx); err != nil {
		return n, err
	}
	for _, name := range store.Projections {
		var was, is bytes.Buffer
		if err := s.Dump(ctx, name, &was); err != nil {
			return n, err
		}
		if err := s.Rebuild(ctx, name); err != nil {
			return n, err
		}
		if err := drain(ctx); err != nil {
			return n, err
		}
		if err := s.Dump(ctx, name, &is); err != nil {
			return n, err
		}
		if !bytes.Equal(was.Bytes(), is.Bytes()) {
			n++
			report(fmt.Sprintf("projection: %s: was different; it is now as the record says", name))
		}
	}
	return n, nil
}
