package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"xinshu/internal/fault"
)

// markTable stands in a PostgreSQL database while a backup is brought into it,
// so that nobody serves half of one.
const markTable = "restoring"

// refuse is wrong input with the place it is about.
func refuse(path, code string, pairs ...string) error {
	return &fault.Error{Kind: fault.Invalid, Fields: []fault.Field{{Path: path, Code: code, Params: fault.Pairs(pairs...)}}}
}

// Landing is an empty folder or database to which a backup is brought. Until
// Settle it can be abandoned, and then everything is as empty as it was.
type Landing struct {
	site  site
	d     dialect
	pg    string
	db    *sql.DB
	conn  *sql.Conn // inside the one transaction of the load
	guard *sql.Conn // holds the lock of a PostgreSQL schema
	names []foreign // constraints that are put back after the load
	have  []table
	mine  bool // the database was empty, so what is in it is ours
}

// foreign is a reference between tables on PostgreSQL.
type foreign struct{ table, name, text string }

// Land looks whether the folder, and the database where there is one, are empty
// and not in use, and takes them. tablesOnly lets kept files stay that are there.
func Land(ctx context.Context, dir, address string, tablesOnly bool) (_ *Landing, err error) {
	defer fault.Wrap(&err, "store.Land")
	l := &Landing{d: sqlite, pg: address}
	if address != "" {
		l.d = postgres
	}
	if err := l.site.take(dir, l.d == sqlite, tablesOnly); err != nil {
		return nil, err
	}
	if l.d == sqlite {
		l.db = openBulk(l.site.file(mainFile))
	} else if err := l.takeDatabase(ctx); err != nil {
		return nil, errors.Join(err, l.Abandon())
	}
	return l, nil
}

// takeDatabase makes sure that nobody else restores here and that nothing is here.
func (l *Landing) takeDatabase(ctx context.Context) error {
	config, err := pgx.ParseConfig(l.pg)
	if err != nil {
		return fmt.Errorf("the PostgreSQL address cannot be read: %w", err)
	}
	l.db = stdlib.OpenDB(*config)
	if l.guard, err = l.db.Conn(ctx); err != nil {
		return down("store.Land", "database_unreachable", err)
	}
	var free bool
	if err := l.guard.QueryRowContext(ctx, `SELECT pg_try_advisory_lock(hashtextextended(current_schema(), 11))`).Scan(&free); err != nil {
		return fmt.Errorf("the schema of the connection: %w", err)
	}
	if !free {
		return refuse("the database", "restore_under_way")
	}
	names, err := l.d.tableNames(ctx, l.guard)
	if err != nil {
		return err
	}
	if slices.Contains(names, markTable) { // what a restore that died has left
		l.mine = true
		if err := l.wipe(ctx); err != nil {
			return err
		}
	} else if len(names) > 0 {
		return refuse("the database", "target_not_empty", "names", someOf(names))
	}
	if _, err := l.guard.ExecContext(ctx, `CREATE TABLE `+markTable+` (since text NOT NULL)`); err != nil {
		return err
	}
	l.mine = true
	return nil
}

func someOf(names []string) string {
	if len(names) > 3 {
		return strings.Join(names[:3], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

// wipe takes every table out of a schema that was empty before us.
func (l *Landing) wipe(ctx context.Context) error {
	names, err := l.d.tableNames(ctx, l.guard)
	if err != nil || len(names) == 0 {
		return err
	}
	_, err = l.guard.ExecContext(ctx, `DROP TABLE `+quotedList(names)+` CASCADE`)
	return err
}

// refuseHalf keeps a database from being served while a backup is on its way
// into it, or when that was cut off.
func refuseHalf(ctx context.Context, db *sql.DB) error {
	names, err := postgres.tableNames(ctx, db)
	if err != nil {
		return err
	}
	if slices.Contains(names, markTable) {
		return refuse("the database", "restore_unfinished")
	}
	return nil
}

// Work is the folder to open while the restore is under way.
func (l *Landing) Work() string { return l.site.work }

// Begin makes the tables of the backup's schema, empty, and begins the load.
func (l *Landing) Begin(ctx context.Context, schema int64) (err error) {
	defer fault.Wrap(&err, "store.Landing.Begin")
	if err := bringTo(ctx, l.db, l.d, schema); err != nil {
		return err
	}
	if l.conn, err = l.db.Conn(ctx); err != nil {
		return err
	}
	if _, err := l.conn.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	if l.have, err = l.d.catalogue(ctx, l.conn); err != nil {
		return err
	}
	if err := l.untie(ctx); err != nil {
		return err
	}
	all, err := l.d.tableNames(ctx, l.conn)
	if err != nil {
		return err
	}
	for _, name := range all { // what a migration brings is in the backup, too
		if strings.HasPrefix(name, "sqlite_") || strings.HasPrefix(name, "goose_") || name == markTable {
			continue
		}
		if _, err := l.conn.ExecContext(ctx, "DELETE FROM "+quoted(name)); err != nil {
			return err
		}
	}
	return nil
}

// bringTo makes the tables of a schema in an empty database.
func bringTo(ctx context.Context, db *sql.DB, d dialect, schema int64) error {
	files, err := fs.Sub(migrations, "migrate/"+string(d))
	if err != nil {
		return err
	}
	kind := goose.DialectSQLite3
	if d == postgres {
		kind = goose.DialectPostgres
	}
	p, err := goose.NewProvider(kind, db, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	if _, err := p.UpTo(ctx, schema); err != nil {
		return fmt.Errorf("make the tables of schema %d: %w", schema, err)
	}
	return nil
}

// untie takes the references between tables away for the time of the load, so
// that tables may come in any order; tie puts them back, which checks them.
func (l *Landing) untie(ctx context.Context) error {
	if l.d == sqlite {
		return nil // the connection does not check them; tie does
	}
	err := eachRow(ctx, l.conn, `SELECT CAST(CAST(conrelid AS regclass) AS text), CAST(conname AS text), pg_get_constraintdef(oid)
		FROM pg_constraint WHERE contype = 'f' AND connamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) ORDER BY 1, 2`, nil, func(r row) error {
		var f foreign
		err := r.Scan(&f.table, &f.name, &f.text)
		l.names = append(l.names, f)
		return err
	})
	if err != nil {
		return err
	}
	for _, f := range l.names {
		if _, err := l.conn.ExecContext(ctx, "ALTER TABLE "+f.table+" DROP CONSTRAINT "+quoted(f.name)); err != nil {
			return err
		}
	}
	return nil
}

func (l *Landing) tie(ctx context.Context) error {
	for _, f := range l.names {
		if _, err := l.conn.ExecContext(ctx, "ALTER TABLE "+f.table+" ADD CONSTRAINT "+quoted(f.name)+" "+f.text); err != nil {
			return refuse(tableFolder+f.table+tableEnding, "backup_rejected", "why", err.Error())
		}
	}
	if l.d == postgres {
		return nil
	}
	return eachRow(ctx, l.conn, `SELECT "table", parent FROM pragma_foreign_key_check`, nil, func(r row) error {
		var from, to string
		if err := r.Scan(&from, &to); err != nil {
			return err
		}
		return refuse(tableFolder+from+tableEnding, "backup_rejected", "why", "a row names one of "+to+" that is not there")
	})
}

// Load brings one table's rows in.
func (l *Landing) Load(ctx context.Context, sum TableSum, rows io.Reader) (err error) {
	defer fault.Wrap(&err, "store.Landing.Load")
	at := slices.IndexFunc(l.have, func(t table) bool { return t.name == sum.Name })
	if at < 0 {
		return refuse(sum.File(), "backup_unknown_table")
	}
	t := l.have[at]
	if !slices.Equal(slices.Sorted(slices.Values(t.columns)), slices.Sorted(slices.Values(sum.Columns))) {
		return refuse(sum.File(), "backup_columns", "have", strings.Join(sum.Columns, " "), "want", strings.Join(t.columns, " "))
	}
	if l.d == sqlite {
		err = l.insert(ctx, sum, rows)
	} else {
		err = l.copyIn(ctx, sum, t.folded, rows)
	}
	if err != nil && !fault.Is(err, fault.Unavailable) {
		return refuse(sum.File(), "backup_rejected", "why", err.Error())
	}
	return err
}

// insert is Load on SQLite.
func (l *Landing) insert(ctx context.Context, sum TableSum, rows io.Reader) error {
	marks := strings.TrimSuffix(strings.Repeat("?,", len(sum.Columns)), ",")
	st, err := l.conn.PrepareContext(ctx, "INSERT INTO "+quoted(sum.Name)+" ("+quotedList(sum.Columns)+") VALUES ("+marks+")")
	if err != nil {
		return err
	}
	err = readRows(sum.File(), len(sum.Columns), rows, func(values []any) error {
		_, err := st.ExecContext(ctx, values...)
		return (&lite{}).translateFull(err)
	})
	return errors.Join(err, st.Close())
}

// translateFull knows a full disk from a bad row.
func (l *lite) translateFull(err error) error {
	if t := l.translate("store: restore", err); fault.Is(t, fault.Unavailable) {
		return t
	}
	return err
}

// copyIn is Load on PostgreSQL.
func (l *Landing) copyIn(ctx context.Context, sum TableSum, folded bool, rows io.Reader) error {
	into := sum.Name
	if folded {
		into = "fact_arriving"
		if _, err := l.conn.ExecContext(ctx, `CREATE TEMPORARY TABLE fact_arriving ON COMMIT DROP AS SELECT CAST(0 AS bigint) AS position, fact.* FROM fact LIMIT 0`); err != nil {
			return err
		}
	}
	err := l.conn.Raw(func(dc any) error {
		c, ok := dc.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("store: the driver's connection is a %T", dc)
		}
		next, stop := rowsOf(sum, rows)
		defer stop()
		_, err := c.Conn().CopyFrom(ctx, pgx.Identifier{into}, sum.Columns, next)
		return err
	})
	if err != nil || !folded {
		return err
	}
	columns := quotedList(slices.DeleteFunc(slices.Clone(sum.Columns), func(c string) bool { return c == "position" }))
	for _, text := range []string{
		`INSERT INTO fact (` + columns + `) SELECT ` + columns + ` FROM fact_arriving`,
		`INSERT INTO fact_position (position, fact) SELECT position, id FROM fact_arriving`,
		`DROP TABLE fact_arriving`,
	} {
		if _, err := l.conn.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// Key keeps the seed of the signing key where the engine keeps it.
func (l *Landing) Key(ctx context.Context, content []byte) error {
	seed := strings.TrimSpace(string(content))
	if l.d == sqlite {
		return writeKey(l.site.file(keyFile), seed)
	}
	_, err := l.conn.ExecContext(ctx, `INSERT INTO installation (name, value) VALUES ('seal.seed', $1)`, seed)
	return err
}

// Commit reads back what was loaded, compares every table with the manifest,
// commits, and brings the tables forward to this program's schema. Nothing is
// committed that is not what the manifest says.
func (l *Landing) Commit(ctx context.Context, m Manifest) (err error) {
	defer fault.Wrap(&err, "store.Landing.Commit")
	if err := l.tie(ctx); err != nil {
		return err
	}
	if err := l.compare(ctx, m); err != nil {
		return err
	}
	if _, err := l.conn.ExecContext(ctx, "COMMIT"); err != nil {
		return (&lite{}).translateFull(err)
	}
	if err := l.conn.Close(); err != nil {
		return err
	}
	l.conn = nil
	newest, err := Newest()
	if err != nil {
		return err
	}
	if err := bringTo(ctx, l.db, l.d, newest); err != nil {
		return err
	}
	if l.d == postgres {
		_, err := l.guard.ExecContext(ctx, `DROP TABLE `+markTable)
		return err
	}
	err = l.db.Close()
	l.db = nil
	return err
}

func (l *Landing) compare(ctx context.Context, m Manifest) error {
	var bad []fault.Field
	for i := range l.have {
		t := &l.have[i]
		want, ok := m.Table(t.name)
		if !ok {
			bad = append(bad, fault.Field{Path: want.File(), Code: "backup_missing"})
			continue
		}
		hash := sha256.New()
		n, err := l.d.dump(ctx, l.conn, t, hash)
		if err != nil {
			return err
		}
		switch have := hex.EncodeToString(hash.Sum(nil)); {
		case n != want.Rows:
			bad = append(bad, fault.Field{Path: want.File(), Code: "backup_rows", Params: fault.Pairs("have", fmt.Sprint(n), "want", fmt.Sprint(want.Rows))})
		case have != want.SHA256:
			bad = append(bad, fault.Field{Path: want.File(), Code: "backup_altered", Params: fault.Pairs("have", have, "want", want.SHA256)})
		}
	}
	return fault.Fields(bad)
}

// Settle makes the restored installation the one that the folder or the database
// holds. Nobody may have it open.
func (l *Landing) Settle() error {
	if err := l.site.settle(); err != nil {
		return err
	}
	return errors.Join(l.close(), l.site.unlock())
}

// Abandon leaves everything as empty as it was.
func (l *Landing) Abandon() error {
	var errs []error
	if l.conn != nil {
		_, _ = l.conn.ExecContext(context.Background(), "ROLLBACK") // it may never have begun
		errs = append(errs, l.conn.Close())
		l.conn = nil
	}
	if l.mine && l.guard != nil {
		errs = append(errs, l.wipe(context.Background()))
	}
	errs = append(errs, l.close(), l.site.abandon(), l.site.unlock())
	return errors.Join(errs...)
}

func (l *Landing) close() error {
	var errs []error
	if l.guard != nil {
		errs = append(errs, l.guard.Close())
	}
	if l.db != nil {
		errs = append(errs, l.db.Close())
	}
	l.guard, l.db = nil, nil
	return errors.Join(errs...)
}

// rowsOf turns a reader of lines into the source of a COPY.
func rowsOf(sum TableSum, r io.Reader) (src pgx.CopyFromSource, stop func()) {
	type answer struct {
		values []any
		err    error
	}
	rows, quit := make(chan answer, 64), make(chan struct{})
	enough := errors.New("enough")
	go func() {
		defer close(rows)
		err := readRows(sum.File(), len(sum.Columns), r, func(values []any) error {
			select {
			case rows <- answer{values: values}:
				return nil
			case <-quit:
				return enough
			}
		})
		if err != nil && !errors.Is(err, enough) {
			select {
			case rows <- answer{err: err}:
			case <-quit:
			}
		}
	}()
	src = pgx.CopyFromFunc(func() ([]any, error) {
		a, more := <-rows
		if !more {
			return nil, nil
		}
		return a.values, a.err
	})
	return src, func() {
		close(quit)
		for range rows { //nolint:revive // until the reader's goroutine has ended: r is the caller's again
		}
	}
}

// openBulk makes the handle of a database that is built anew: a failure throws
// it away, and Settle waits for the disk.
func openBulk(file string) *sql.DB {
	db, err := sql.Open("sqlite", fileURL(file, "journal_mode(MEMORY)", "synchronous(OFF)", "foreign_keys(OFF)", "cache_size(-32000)"))
	if err != nil {
		panic("store: the SQLite driver is linked in: " + err.Error())
	}
	return db
}
