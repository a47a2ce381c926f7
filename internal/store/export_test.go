package store

import (
	"context"
	"io/fs"
	"runtime"
	"slices"
)

// Raw runs SQL past every rule, as somebody at the database would.
func (s *Store) Raw(ctx context.Context, text string, args ...any) error {
	switch e := s.engine.(type) {
	case *lite:
		return e.writer.alone(func(c *liteConn) error {
			_, err := c.conn.ExecContext(ctx, text, args...)
			return err
		})
	case *replica:
		_, err := e.db.ExecContext(ctx, text, args...)
		return err
	}
	return nil
}

// RawIn runs SQL inside a transaction.
func (tx *Tx) RawIn(text string, args ...any) error {
	_, err := tx.execStatement(&statement{name: "raw", text: text, register: true}, args)
	return err
}

// BreakDisk takes the log's handle away, so that the next sync fails.
func (s *Store) BreakDisk() error { return s.engine.(*lite).writer.disk.log.Close() }

// LeaseTime is how long a sequencer is not disturbed.
const LeaseTime = leaseTime

// AwaitQueue returns when n callers are queued behind the one that is served.
func (s *Store) AwaitQueue(n int) {
	for len(s.engine.(*lite).writer.queue) < n {
		runtime.Gosched()
	}
}

// Statements are the names of both dialects.
func Statements() (lite, pg []string, err error) {
	a, err := sqliteCatalog()
	if err != nil {
		return nil, nil, err
	}
	b, err := postgresCatalog()
	if err != nil {
		return nil, nil, err
	}
	return a.beginning(""), b.beginning(""), nil
}

// Overrides are the shared names that a dialect's folder replaces.
func Overrides() []string {
	a, _ := sqliteCatalog()
	b, _ := postgresCatalog()
	both := slices.Clone(a.overrides)
	for _, n := range a.beginning("") {
		if _, err := fs.Stat(sqlFiles, "sql/sqlite"); err == nil && ownIn("sqlite", n) && ownIn("postgres", n) {
			both = append(both, n)
		}
	}
	return append(both, b.overrides...)
}

func ownIn(dir, name string) bool {
	texts := map[string]string{}
	return readSQL("sql/"+dir, texts, map[string]string{}, true) == nil && texts[name] != ""
}
