package ops

import (
	"bytes"
	"context"
	"fmt"

	"xinshu/internal/store"
)

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
	for _, name := range []string{"events", "search"} {
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
