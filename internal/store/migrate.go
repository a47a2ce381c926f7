package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strconv"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Migrations go forward only: one folder of numbered files per dialect, the
// same numbers and names in both, and one for the projections' own file on
// SQLite. A released file is never edited.
//
//go:embed migrate
var migrations embed.FS

// bring moves a database to the newest schema this program knows, or refuses
// when it is newer already.
func bring(ctx context.Context, db *sql.DB, d dialect, folder string) error {
	files, err := fs.Sub(migrations, "migrate/"+folder)
	if err != nil {
		return err
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	kind := goose.DialectSQLite3
	if d == postgres {
		kind = goose.DialectPostgres
		locker, err := schemaLock(ctx, db)
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(kind, db, files, options...)
	if err != nil {
		return err
	}
	have, err := p.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	sources := p.ListSources()
	want := sources[len(sources)-1].Version
	if have > want {
		return down("store: migrate "+folder, "schema_newer", fmt.Errorf("the data is of schema %d, this program knows up to %d: start the newer program", have, want),
			"have", strconv.FormatInt(have, 10), "want", strconv.FormatInt(want, 10))
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring the schema from %d to %d: %w", have, want, err)
	}
	return nil
}

// schemaLock keeps two replicas from migrating one schema at once, and lets
// different schemas of one server alone.
func schemaLock(ctx context.Context, db *sql.DB) (lock.SessionLocker, error) {
	var id int64
	if err := db.QueryRowContext(ctx, `SELECT hashtextextended(current_schema(), 7)`).Scan(&id); err != nil {
		return nil, fmt.Errorf("the schema of the connection: %w", err)
	}
	return lock.NewPostgresSessionLocker(lock.WithLockID(id), lock.WithLockTimeout(1, 60))
}
