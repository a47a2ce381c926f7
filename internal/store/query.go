package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"xinshu/internal/fact"
)

// Tx is one transaction. It belongs to the goroutine that runs the callback and
// ends with it.
//
// A statement that fails fails the transaction, whatever the callback makes of
// the error: PostgreSQL knows no other way, and SQLite follows.
type Tx struct {
	s       *Store
	ctx     context.Context //nolint:containedctx // a Tx lives exactly as long as its call
	run     session
	now     time.Time
	write   bool
	over    bool
	failed  error
	before  func() error // on SQLite: puts the batch's waiting facts on the table before they are read
	facts   []pending
	memo    *memo        // of SQLite's writer
	births  births       // waiting to be written with others, in SQLite's writer only
	earlier births       // those of the callers before it in the batch
	touch   func() error // in SQLite's writer: brings the tables up to date before a statement
}

// pending is a recorded fact on its way to the table.
type pending struct {
	fact fact.Fact
	body []byte
}

// session is a connection inside a transaction.
type session interface {
	exec(ctx context.Context, st *statement, args []any) (int64, error)
	query(ctx context.Context, st *statement, args []any) (*sql.Rows, error)
}

// row is what a scan function reads from.
type row interface{ Scan(dest ...any) error }

// Now is the transaction's one moment, in microseconds UTC.
func (tx *Tx) Now() int64 { return tx.now.UnixMicro() }

// Mint makes an identifier of the transaction's moment.
func (tx *Tx) Mint() string { return tx.s.mint.At(tx.now) }

// exec runs a statement that writes and tells how many rows it touched.
//
// Parameters are $1, $2, … in both dialects. Where PostgreSQL cannot know the
// type of a parameter from a column, write CAST($1 AS bigint).
func (tx *Tx) exec(name string, args ...any) (int64, error) {
	st, err := tx.s.sql.of(name)
	if err != nil {
		return 0, err
	}
	return tx.execStatement(st, args)
}

func (tx *Tx) execStatement(st *statement, args []any) (int64, error) {
	if err := tx.usable(); err != nil {
		return 0, err
	}
	if !tx.write {
		return 0, fmt.Errorf("store: %s writes inside a View", st.name)
	}
	if st.register {
		tx.memo.forget()
	}
	if err := tx.reach(st); err != nil {
		return 0, err
	}
	n, err := tx.run.exec(tx.ctx, st, args)
	if err != nil {
		return 0, tx.fail(st, err)
	}
	return n, nil
}

// execRows runs a statement whose text holds `VALUES {rows n}` for any number of
// rows of n values each, in a few multi-row statements.
func (tx *Tx) execRows(name string, values []any) (int64, error) {
	st, err := tx.s.sql.of(name)
	if err != nil {
		return 0, err
	}
	if st.width == 0 || len(values)%st.width != 0 {
		return 0, fmt.Errorf("store: %s takes rows of %d values, got %d values", name, st.width, len(values))
	}
	var total int64
	for len(values) > 0 {
		size := 1
		for _, c := range chunks {
			if len(values) >= c*st.width {
				size = c
				break
			}
		}
		made, err := tx.s.sql.rows(name, size)
		if err != nil {
			return total, err
		}
		n, err := tx.execStatement(made, values[:size*st.width])
		if err != nil {
			return total, err
		}
		total += n
		values = values[size*st.width:]
	}
	return total, nil
}

// one reads the first row; ok is false when there is none.
func one[T any](tx *Tx, name string, scan func(row) (T, error), args ...any) (v T, ok bool, err error) {
	rows, err := recall(tx, name, args, func() (rows []T, err error) {
		err = tx.each(name, args, func(r row) (bool, error) {
			v, err := scan(r)
			if err == nil {
				rows = append(rows, v)
			}
			return false, err
		})
		return rows, err
	})
	if err != nil || len(rows) == 0 {
		return v, false, err
	}
	return rows[0], true, nil
}

// many reads every row.
func many[T any](tx *Tx, name string, scan func(row) (T, error), args ...any) ([]T, error) {
	return recall(tx, name, args, func() ([]T, error) {
		var out []T
		err := tx.each(name, args, func(r row) (bool, error) {
			v, err := scan(r)
			if err == nil {
				out = append(out, v)
			}
			return true, err
		})
		if err != nil {
			return nil, err
		}
		return out, nil
	})
}

// each hands the rows to f until it says no.
func (tx *Tx) each(name string, args []any, f func(row) (more bool, err error)) (err error) {
	st, err := tx.s.sql.of(name)
	if err != nil {
		return err
	}
	if err := tx.usable(); err != nil {
		return err
	}
	if st.register {
		tx.memo.forget()
	}
	if err := tx.reach(st); err != nil {
		return err
	}
	tx.s.count.asked.Add(1)
	rows, err := tx.run.query(tx.ctx, st, args)
	if err != nil {
		return tx.fail(st, err)
	}
	defer rows.Close()
	for rows.Next() {
		more, err := f(rows)
		if err != nil {
			return fmt.Errorf("store: read %s: %w", name, err)
		}
		if !more {
			return nil
		}
	}
	if err := rows.Err(); err != nil {
		return tx.fail(st, err)
	}
	return nil
}

// usable refuses a transaction that ended or failed.
func (tx *Tx) usable() error {
	if tx.over {
		return errors.New("store: the transaction is over; nothing may keep a Tx")
	}
	return tx.failed
}

// fail translates an engine's error once, at the place where it came up.
func (tx *Tx) fail(st *statement, err error) error {
	tx.failed = tx.s.engine.translate("store: "+st.name, err)
	return tx.failed
}

// setOf writes identifiers for the seam {set $n}.
func setOf[T ~string](ids []T) string {
	if len(ids) == 0 {
		return "[]"
	}
	b, err := json.Marshal(ids)
	if err != nil {
		return "[]" // strings always marshal
	}
	return string(b)
}

// The scans of single values.
func scanString(r row) (s string, err error) { return s, r.Scan(&s) }
func scanInt64(r row) (n int64, err error)   { return n, r.Scan(&n) }
