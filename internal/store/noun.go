package store

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"

	"xinshu/internal/fault"
)

// What every noun's file shares: reading one or nothing, compare-and-set, and
// the three forms in which Go values stand in columns (flags, lists, cursors).

// get reads one thing by its identifier; nothing there is fault.Missing.
func get[T any](tx *Tx, noun, id, name string, scan func(row) (T, error)) (T, error) {
	v, found, err := one(tx, name, scan, id)
	if err == nil && !found {
		err = fault.Missing(noun, id)
	}
	return v, err
}

// save is the compare-and-set of every noun: the statement names the version
// it expects, and the row count decides. The struct's version moves with the
// row's, so that a verb may save the same struct twice.
func (tx *Tx) save(noun, id string, version *int64, name string, args ...any) error {
	n, err := tx.exec(name, args...)
	if err != nil {
		return err
	}
	if n == 0 {
		return changedMeanwhile(noun, id)
	}
	*version++
	return nil
}

func changedMeanwhile(noun, id string) error {
	return fault.Clash(fault.Why("changed_meanwhile", "noun", noun, "id", id))
}

// insert is a birth: version 1.
func (tx *Tx) insert(version *int64, name string, args ...any) error {
	if _, err := tx.exec(name, args...); err != nil {
		return err
	}
	*version = 1
	return nil
}

// flag is a boolean's column form.
func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// list scans a column of JSON text into a slice of string-like values; an empty
// list reads as nil.
type list[T ~string] struct{ to *[]T }

// Scan is called by the driver with text.
func (l list[T]) Scan(src any) error {
	var b []byte
	switch v := src.(type) {
	case string:
		b = []byte(v)
	case []byte:
		b = v
	default:
		return fmt.Errorf("store: a list column holds %T", src)
	}
	*l.to = nil
	if len(b) <= len("[]") {
		return nil
	}
	if err := json.Unmarshal(b, l.to); err != nil {
		return fmt.Errorf("store: a list column: %w", err)
	}
	return nil
}

func listOf[T ~string](to *[]T) list[T] { return list[T]{to} }

// newest makes a keyset bound for "newest first" of a caller's cursor: no
// cursor is the end of time.
func newest(before int64) int64 {
	if before <= 0 {
		return math.MaxInt64
	}
	return before
}

// earliest is a lower bound of a caller's: none is the beginning of time.
func earliest(from int64) int64 {
	if from <= 0 {
		return math.MinInt64
	}
	return from
}

// afterAll sorts after every identifier, so that a cursor without one means
// "strictly later".
const afterAll = "~"

// keyset makes a bound of a caller's cursor in either direction.
func keyset(before int64, id string, oldest bool) (int64, string) {
	if !oldest {
		return newest(before), id
	}
	if id == "" {
		id = afterAll
	}
	return earliest(before), id
}

// ordered compares rows by a moment and an identifier, newest first unless
// oldest.
func ordered[T any](oldest bool, key func(T) (int64, string)) func(a, b T) int {
	return func(a, b T) int {
		x, xid := key(a)
		y, yid := key(b)
		c := cmp.Or(cmp.Compare(x, y), cmp.Compare(xid, yid))
		if oldest {
			return c
		}
		return -c
	}
}

// bounded keeps a caller's limit inside what one page or batch may hold.
func bounded(limit int) int {
	const most = 10_000
	if limit <= 0 || limit > most {
		return most
	}
	return limit
}
