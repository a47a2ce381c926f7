package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Inspection is what an installation's storage looks like from outside.
type Inspection struct {
	Engine   string   `json:"engine"`             // "SQLite 3.51.0", "PostgreSQL 17.2"
	Empty    bool     `json:"empty"`              // nothing was ever stored here
	Schema   int64    `json:"schema"`             // what the data is
	Knows    int64    `json:"knows"`              // what this program brings it to
	Broken   []string `json:"broken"`             // what SQLite's own check found
	Bytes    int64    `json:"bytes"`              // of the database
	Last     int64    `json:"last"`               // the last fact's recorded moment, in microseconds; 0 when there is none
	Encoding string   `json:"encoding,omitempty"` // PostgreSQL
	Standby  bool     `json:"standby,omitempty"`  // PostgreSQL: it refuses to write
	Slots    int      `json:"slots,omitempty"`    // PostgreSQL: connections it allows

	Mailboxes []MailboxHealth `json:"mailboxes,omitempty"` // those that are looked into
}

// MailboxHealth is how it goes with one mailbox, as the server last wrote down.
type MailboxHealth struct {
	Host    string `json:"host"`
	User    string `json:"user"`
	Looked  int64  `json:"looked_at"`
	Problem string `json:"problem,omitempty"`
	Detail  string `json:"detail,omitempty"`
}

// mailboxSchema is the schema that has mailboxes.
const mailboxSchema = 11

// mailboxHealth reads them; older data has none.
func mailboxHealth(ctx context.Context, db *sql.DB, in *Inspection) error {
	if in.Schema < mailboxSchema {
		return nil
	}
	rows, err := db.QueryContext(ctx, `SELECT host, login, looked_at, problem, detail FROM mailbox WHERE state = 'on' ORDER BY office`)
	if err != nil {
		return fmt.Errorf("the mailboxes cannot be read: %w", err)
	}
	for rows.Next() {
		var m MailboxHealth
		if err = rows.Scan(&m.Host, &m.User, &m.Looked, &m.Problem, &m.Detail); err != nil {
			break
		}
		in.Mailboxes = append(in.Mailboxes, m)
	}
	return errors.Join(err, rows.Err(), rows.Close())
}

// Inspect looks at storage without changing anything, also beside a running
// server: it takes no lock that a server takes and brings no schema forward.
func Inspect(ctx context.Context, c Config) (Inspection, error) {
	if c.Postgres != "" {
		return inspectPostgres(ctx, c)
	}
	return inspectSQLite(ctx, c)
}

// lastMigration is the number of the last migration this program has.
func lastMigration(folder string) (n int64) {
	files, _ := fs.ReadDir(migrations, "migrate/"+folder) // embedded: it is there
	for _, f := range files {
		number, _, _ := strings.Cut(f.Name(), "_")
		if v, err := strconv.ParseInt(number, 10, 64); err == nil {
			n = max(n, v)
		}
	}
	return n
}

const schemaNumber = `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE `

func inspectSQLite(ctx context.Context, c Config) (in Inspection, err error) {
	in.Knows = lastMigration("sqlite")
	file := filepath.Join(c.Dir, mainFile)
	for _, name := range []string{mainFile, logFile, indexFile} {
		if info, err := os.Stat(filepath.Join(c.Dir, name)); err == nil {
			in.Bytes += info.Size()
		}
	}
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		in.Engine, in.Empty = "SQLite", true
		return in, nil
	}
	q := url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(10000)", "query_only(1)"}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(file), RawQuery: q.Encode()}).String())
	if err != nil {
		return in, err
	}
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.QueryRowContext(ctx, `SELECT 'SQLite ' || sqlite_version()`).Scan(&in.Engine); err != nil {
		return in, fmt.Errorf("the database cannot be opened: %w", err)
	}
	if in.Broken, err = quickCheck(ctx, db); err != nil {
		return in, err
	}
	if err := db.QueryRowContext(ctx, schemaNumber+`is_applied = 1`).Scan(&in.Schema); err != nil {
		return in, fmt.Errorf("the schema's number cannot be read: %w", err)
	}
	err = lastRecorded(ctx, db, `SELECT recorded FROM fact ORDER BY position DESC LIMIT 1`, &in)
	return in, errors.Join(err, mailboxHealth(ctx, db, &in))
}

// quickCheck asks SQLite whether the pages of the file fit together.
func quickCheck(ctx context.Context, db *sql.DB) (broken []string, err error) {
	rows, err := db.QueryContext(ctx, `PRAGMA quick_check(10)`)
	if err != nil {
		return nil, fmt.Errorf("the database cannot be checked: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, err
		}
		if line != "ok" {
			broken = append(broken, line)
		}
	}
	return broken, rows.Err()
}

func lastRecorded(ctx context.Context, db *sql.DB, query string, in *Inspection) error {
	err := db.QueryRowContext(ctx, query).Scan(&in.Last)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

func inspectPostgres(ctx context.Context, c Config) (in Inspection, err error) {
	in.Knows = lastMigration("postgres")
	config, err := pgx.ParseConfig(c.Postgres)
	if err != nil {
		return in, errors.New("the PostgreSQL address cannot be read") // the driver's own words may show the password
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	var slots string
	err = db.QueryRowContext(ctx, `SELECT 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1), current_setting('server_encoding'),
		pg_is_in_recovery(), current_setting('max_connections'), pg_database_size(current_database())`).Scan(&in.Engine, &in.Encoding, &in.Standby, &slots, &in.Bytes)
	if err != nil {
		return in, fmt.Errorf("the database does not answer: %w", err)
	}
	in.Slots, _ = strconv.Atoi(slots)
	var there sql.NullString
	if err := db.QueryRowContext(ctx, `SELECT to_regclass('goose_db_version')::text`).Scan(&there); err != nil {
		return in, err
	}
	if !there.Valid {
		in.Empty = true
		return in, nil
	}
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable, ReadOnly: true})
	if err != nil {
		return in, fmt.Errorf("no serializable transaction can be begun: %w", err)
	}
	if err := tx.Rollback(); err != nil {
		return in, err
	}
	if err := db.QueryRowContext(ctx, schemaNumber+`is_applied`).Scan(&in.Schema); err != nil {
		return in, fmt.Errorf("the schema's number cannot be read: %w", err)
	}
	err = lastRecorded(ctx, db, `SELECT f.recorded FROM fact_position p JOIN fact f ON f.id = p.fact ORDER BY p.position DESC LIMIT 1`, &in)
	return in, errors.Join(err, mailboxHealth(ctx, db, &in))
}
