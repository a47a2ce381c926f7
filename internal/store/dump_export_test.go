package store

import (
	"context"
	"errors"
)

// CopyTables keeps a copy of an open database, as an upgrade does.
func (s *Store) CopyTables(ctx context.Context, to string) error {
	switch e := s.engine.(type) {
	case *lite:
		return copyTables(ctx, e.main, sqlite, to, Manifest{Program: "test"})
	case *replica:
		return copyTables(ctx, e.db, postgres, to, Manifest{Program: "test"})
	}
	return errors.New("no engine")
}
