package store

import (
	"fmt"
	"regexp"
	"slices"
)

// memo remembers what SQLite's one writer last read of the register: who holds
// which posts, lines, rules, chains, words. A filing asks all of it and almost
// none of it ever changes; without the memo two thirds of a filing's time in the
// writer are these reads.
//
// It is sound because the writer is the only one who can change the register,
// and forgets everything the moment any statement does, a caller is rolled back
// or a batch is not saved. Views and PostgreSQL have no memo.
type memo struct{ kept map[string]any }

// maxMemo bounds it; a full memo is emptied.
const maxMemo = 20_000

// remembered are the statements whose answers are kept.
var remembered = map[string]bool{"unit_get": true, "unit_heirs": true, "unit_ancestors": true, "line_get": true, "lines_of": true, "posts_of": true, "rules_get": true, "chains_of": true, "terms": true}

// registerWrite recognises a statement that changes what they read.
var registerWrite = regexp.MustCompile(`(?i)\b(INSERT INTO|UPDATE|DELETE FROM)\s+(unit|line|post|rules|chain|term)\b`)

func (m *memo) forget() {
	if m != nil && len(m.kept) > 0 {
		m.kept = nil
	}
}

// recalled is one answer of a remembered statement. A list is handed out as a
// copy, so that no caller can change what the next one reads.
type recalled[T any] struct {
	rows []T
}

// recall answers a remembered statement from the memo, or asks and keeps it.
func recall[T any](tx *Tx, name string, args []any, ask func() ([]T, error)) ([]T, error) {
	if tx.memo == nil || !remembered[name] {
		return ask()
	}
	key := name + fmt.Sprint(args...)
	if r, ok := tx.memo.kept[key].(recalled[T]); ok {
		return slices.Clone(r.rows), tx.usable()
	}
	rows, err := ask()
	if err != nil {
		return nil, err
	}
	if tx.memo.kept == nil || len(tx.memo.kept) >= maxMemo {
		tx.memo.kept = map[string]any{}
	}
	tx.memo.kept[key] = recalled[T]{slices.Clone(rows)}
	return rows, nil
}
