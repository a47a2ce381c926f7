package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

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
// when it is newer already. A database that has something in it is first given
// to before, which keeps a copy; without the copy nothing is changed.
func bring(ctx context.Context, db *sql.DB, d dialect, folder string, before func(have int64) error) error {
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
	if before != nil && have > 0 && have < want {
		if err := before(have); err != nil {
			return down("store: migrate "+folder, "no_copy_before_upgrade", fmt.Errorf("nothing was changed, because no copy could be made before the upgrade: %w", err))
		}
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

// copyPath names the copy that is made before an upgrade; there is one for each
// schema and day, and a failed attempt's is made anew.
func (c Config) copyPath(have int64, suffix string) (string, error) {
	dir := c.Backups
	if dir == "" {
		dir = filepath.Join(c.Dir, "backups")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	name := filepath.Join(dir, fmt.Sprintf("before-upgrade-%s-schema-%04d%s", c.Clock().Format("20060102"), have, suffix))
	return name, os.RemoveAll(name)
}

// copyLite keeps the whole database as one file, which the older program opens
// when it is put back in its place.
func (c Config) copyLite(ctx context.Context, db *sql.DB, have int64) error {
	name, err := c.copyPath(have, ".db")
	if err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, `VACUUM INTO ?`, name); err != nil {
		return errors.Join(err, os.RemoveAll(name))
	}
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Sync(), f.Close())
}

// copyReplica keeps every table as a backup does; `xinshu restore` of the older
// program takes it.
func (c Config) copyReplica(ctx context.Context, db *sql.DB, have int64) error {
	name, err := c.copyPath(have, "")
	if err != nil {
		return err
	}
	return copyTables(ctx, db, postgres, name, Manifest{Moment: c.Clock().UTC().Format(time.RFC3339)})
}
