package store

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
)

// A dump reads a whole database, table by table, as both engines would write it.
// It learns tables, columns and keys from the catalogue and never from a list in
// the program, so that a table added tomorrow is in tomorrow's backup.

// machinery are the tables that a backup does not carry as they are: the
// engine's own, and those that canonical facts stand for.
var machinery = []string{"lease", "fact_waiting", markTable}

// asker is what reading a catalogue and its tables needs: a connection that is
// inside a transaction.
type asker interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// table is what the catalogue says about one.
type table struct {
	name    string
	columns []string
	text    []bool // … or a whole number
	key     []int  // columns that order it: the primary key, or else all
	folded  bool   // facts on PostgreSQL, whose positions are a table of their own
}

// Snapshot is one moment of a database that another process may be serving.
type Snapshot struct {
	db     *sql.DB // nil: somebody else's
	conn   *sql.Conn
	d      dialect
	dir    string
	schema int64
	tables []table
}

// OpenSnapshot opens the data folder or the database for reading only, beside
// whoever serves it. It takes no lock that a server would notice.
func OpenSnapshot(ctx context.Context, dir, address string) (_ *Snapshot, err error) {
	defer fault.Wrap(&err, "store.OpenSnapshot")
	s := &Snapshot{d: sqlite, dir: dir}
	if address != "" {
		s.d = postgres
		config, err := pgx.ParseConfig(address)
		if err != nil {
			return nil, fmt.Errorf("the PostgreSQL address cannot be read: %w", err)
		}
		s.db = stdlib.OpenDB(*config)
	} else {
		file := filepath.Join(dir, mainFile)
		if _, err := os.Stat(file); err != nil {
			return nil, refuse(dir, "no_installation")
		}
		if s.db, err = sql.Open("sqlite", fileURL(file, "busy_timeout(10000)", "query_only(ON)", "cache_size(-8000)")+"&mode=ro"); err != nil {
			return nil, err
		}
	}
	if s.conn, err = s.db.Conn(ctx); err != nil {
		return nil, errors.Join(down("store.OpenSnapshot", "database_unreachable", err), s.db.Close())
	}
	if err := s.begin(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// begin takes the snapshot: everything after it is of one moment.
func (s *Snapshot) begin(ctx context.Context) error {
	word := "BEGIN"
	if s.d == postgres {
		word = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	}
	if _, err := s.conn.ExecContext(ctx, word); err != nil {
		return err
	}
	names, err := s.d.tableNames(ctx, s.conn)
	if err != nil {
		return err
	}
	if !slices.Contains(names, "goose_db_version") {
		return refuse(s.where(), "no_installation")
	}
	if slices.Contains(names, markTable) {
		return refuse(s.where(), "restore_unfinished")
	}
	if s.schema, err = schemaVersion(ctx, s.conn); err != nil {
		return err
	}
	s.tables, err = s.d.catalogue(ctx, s.conn)
	return err
}

func (s *Snapshot) where() string {
	if s.d == postgres {
		return "the database"
	}
	return s.dir
}

// Close ends the snapshot.
func (s *Snapshot) Close() error {
	_, err := s.conn.ExecContext(context.Background(), "ROLLBACK")
	if err != nil && strings.Contains(err.Error(), "no transaction") {
		err = nil // it never began
	}
	err = errors.Join(err, s.conn.Close())
	if s.db != nil {
		err = errors.Join(err, s.db.Close())
	}
	return err
}

// Schema is the version of the tables; Newest is what this program knows.
func (s *Snapshot) Schema() int64 { return s.schema }

// Newest is the schema that this program brings a database to.
func Newest() (int64, error) {
	entries, err := migrations.ReadDir("migrate/sqlite")
	if err != nil {
		return 0, err
	}
	n, _, _ := strings.Cut(entries[len(entries)-1].Name(), "_")
	return strconv.ParseInt(n, 10, 64)
}

// Key is the seed of the signing key, as seal.key keeps it; "" when nothing was
// sealed yet.
func (s *Snapshot) Key(ctx context.Context) (string, error) {
	if s.d == sqlite {
		b, err := os.ReadFile(filepath.Join(s.dir, keyFile))
		if errors.Is(err, os.ErrNotExist) {
			err = nil
		}
		return strings.TrimSpace(string(b)), err
	}
	var seed string
	err := eachRow(ctx, s.conn, `SELECT value FROM installation WHERE name = 'seal.seed'`, nil, func(r row) error { return r.Scan(&seed) })
	return seed, err
}

// Put makes one file of a copy; fill writes its content.
type Put func(name string, fill func(w io.Writer) error) error

// Write puts every table into a file and says what it wrote. It holds one row in
// memory, however many there are.
func (s *Snapshot) Write(ctx context.Context, put Put) (m Manifest, err error) {
	defer fault.Wrap(&err, "store.Snapshot.Write")
	m = Manifest{Format: BackupFormat, Schema: s.schema, Engine: string(s.d)}
	for _, t := range s.tables {
		sum := TableSum{Name: t.name, Columns: t.columns}
		err := put(sum.File(), func(w io.Writer) error {
			c := &counting{w: w}
			hash := sha256.New()
			rows, err := s.d.dump(ctx, s.conn, &t, io.MultiWriter(c, hash))
			sum.Rows, sum.Bytes, sum.SHA256 = rows, c.n, hex.EncodeToString(hash.Sum(nil))
			return err
		})
		if err != nil {
			return m, err
		}
		m.Tables = append(m.Tables, sum)
	}
	return m, s.describe(ctx, &m)
}

// describe fills in who and how far.
func (s *Snapshot) describe(ctx context.Context, m *Manifest) error {
	err := eachRow(ctx, s.conn, `SELECT value FROM installation WHERE name = 'node'`, nil, func(r row) error { return r.Scan(&m.Node) })
	if err != nil {
		return err
	}
	if facts, ok := m.Table("fact"); ok && slices.Contains(facts.Columns, "position") {
		m.Position = facts.Rows // positions have no gaps
	} else if places, ok := m.Table("fact_position"); ok { // before schema 3
		m.Position = places.Rows
	}
	return eachRow(ctx, s.conn, `SELECT number, hash FROM block ORDER BY number DESC LIMIT 1`, nil, func(r row) error { return r.Scan(&m.Block, &m.Hash) })
}

type counting struct {
	w io.Writer
	n int64
}

func (c *counting) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// copyTables writes a copy of all tables, of whatever schema, into a folder that
// is not there yet: what an upgrade keeps before it changes anything. It is a
// backup without the kept files (an upgrade does not touch those), and
// `xinshu restore` takes it.
func copyTables(ctx context.Context, db *sql.DB, d dialect, to string, about Manifest) (err error) {
	defer fault.Wrap(&err, "store: copy the tables")
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	s := &Snapshot{conn: conn, d: d}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.begin(ctx); err != nil {
		return err
	}
	half := to + ".partial"
	if err := errors.Join(os.RemoveAll(half), os.MkdirAll(filepath.Join(half, tableFolder), 0o700)); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(half))
		}
	}()
	put := func(name string, fill func(io.Writer) error) error {
		return writeSynced(filepath.Join(half, name), fill)
	}
	m, err := s.Write(ctx, put)
	if err != nil {
		return err
	}
	m.Program, m.Moment = about.Program, about.Moment
	if d == postgres { // on SQLite it is a file, which stays
		seed, err := s.Key(ctx)
		if err != nil {
			return err
		}
		if seed != "" {
			m.Key = fact.Digest([]byte(seed + "\n"))
			if err := writeKey(filepath.Join(half, keyFile), seed); err != nil {
				return err
			}
		}
	}
	b, err := m.Encode()
	if err != nil {
		return err
	}
	if err := put(ManifestFile, func(w io.Writer) error { _, err := w.Write(b); return err }); err != nil {
		return err
	}
	return os.Rename(half, to)
}

// writeSynced makes a file that only its owner reads, and waits for the disk.
func writeSynced(file string, fill func(w io.Writer) error) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := fill(f); err != nil {
		return errors.Join(err, f.Close())
	}
	return errors.Join(f.Sync(), f.Close())
}

// eachRow asks and hands over every row.
func eachRow(ctx context.Context, q asker, text string, args []any, f func(r row) error) (err error) {
	rows, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// schemaVersion is the version the migrations have reached.
func schemaVersion(ctx context.Context, q asker) (v int64, err error) {
	err = eachRow(ctx, q, `SELECT max(version_id) FROM goose_db_version WHERE is_applied`, nil, func(r row) error { return r.Scan(&v) })
	return v, err
}

// tableNames lists every table there is, also those a backup leaves out.
func (d dialect) tableNames(ctx context.Context, q asker) (names []string, err error) {
	text := `SELECT name FROM sqlite_master WHERE type = 'table'`
	if d == postgres {
		text = `SELECT CAST(relname AS text) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())`
	}
	err = eachRow(ctx, q, text, nil, func(r row) error {
		name, err := scanString(r)
		names = append(names, name)
		return err
	})
	slices.Sort(names)
	return names, err
}

// catalogue lists the tables that a backup carries.
func (d dialect) catalogue(ctx context.Context, q asker) ([]table, error) {
	names, err := d.tableNames(ctx, q)
	if err != nil {
		return nil, err
	}
	// Since schema 3 a fact is one row with its position.
	fold := d == postgres && slices.Contains(names, "fact_position") && !slices.Contains(names, "fact_payload")
	var out []table
	for _, name := range names {
		if strings.HasPrefix(name, "sqlite_") || strings.HasPrefix(name, "goose_") || strings.HasPrefix(name, "px_") ||
			slices.Contains(machinery, name) || fold && name == "fact_position" {
			continue
		}
		t, err := d.describe(ctx, q, name)
		if err != nil {
			return nil, err
		}
		if fold && name == "fact" {
			t.folded, t.columns, t.text, t.key = true, append([]string{"position"}, t.columns...), append([]bool{false}, t.text...), []int{0}
		}
		out = append(out, t)
	}
	return out, nil
}

// describe reads one table's columns and key.
func (d dialect) describe(ctx context.Context, q asker, name string) (table, error) {
	t := table{name: name}
	text := `SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid`
	if d == postgres {
		text = `SELECT CAST(a.attname AS text), format_type(a.atttypid, a.atttypmod),
				coalesce(array_position(CAST(string_to_array(CAST(i.indkey AS text), ' ') AS int2[]), a.attnum), 0)
			FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
			WHERE a.attrelid = to_regclass(quote_ident(current_schema()) || '.' || quote_ident(CAST($1 AS text))) AND a.attnum > 0 AND NOT a.attisdropped
			ORDER BY a.attnum`
	}
	place := map[int]int{} // in the key -> column
	err := eachRow(ctx, q, text, []any{name}, func(r row) error {
		var column, kind string
		var at int
		if err := r.Scan(&column, &kind, &at); err != nil {
			return err
		}
		switch strings.ToLower(kind) {
		case "text":
			t.text = append(t.text, true)
		case "integer", "bigint":
			t.text = append(t.text, false)
		default:
			return fmt.Errorf("column %s of table %s is a %q, which no backup can carry", column, name, kind)
		}
		if at > 0 {
			place[at] = len(t.columns)
		}
		t.columns = append(t.columns, column)
		return nil
	})
	for i := range place {
		if len(t.key) < i {
			t.key = append(t.key, make([]int, i-len(t.key))...)
		}
		t.key[i-1] = place[i]
	}
	if len(place) == 0 {
		for i := range t.columns {
			t.key = append(t.key, i)
		}
	}
	return t, err
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func quotedList(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = quoted(n)
	}
	return strings.Join(out, ", ")
}

// selects is the statement that reads a table in its canonical order.
func (d dialect) selects(t *table) string {
	from, where := quoted(t.name), ""
	columns := quotedList(t.columns)
	if t.folded {
		from = `fact_position JOIN fact ON fact.id = fact_position.fact`
	}
	if t.name == "installation" {
		where = ` WHERE name <> 'seal.seed'` // it is seal.key in a backup
	}
	order := make([]string, len(t.key))
	for i, k := range t.key {
		order[i] = quoted(t.columns[k])
		if d == postgres && t.text[k] {
			order[i] += ` COLLATE "C"` // byte by byte, as SQLite does
		}
	}
	return "SELECT " + columns + " FROM " + from + where + " ORDER BY " + strings.Join(order, ", ")
}

// dump writes a table's rows, one JSON array a line, and counts them.
func (d dialect) dump(ctx context.Context, q asker, t *table, to io.Writer) (n int64, err error) {
	w := &rowWriter{to: bufio.NewWriterSize(to, 64<<10), t: t, values: make([]any, len(t.columns)), at: make([]any, len(t.columns))}
	for i := range w.values {
		w.at[i] = &w.values[i]
	}
	if err := eachRow(ctx, q, d.selects(t), nil, func(r row) error {
		if err := r.Scan(w.at...); err != nil {
			return err
		}
		return w.write()
	}); err != nil {
		return w.n, fmt.Errorf("table %s: %w", t.name, err)
	}
	if t.folded {
		if err := waitingRows(ctx, q, t, w); err != nil {
			return w.n, fmt.Errorf("table %s: %w", t.name, err)
		}
	}
	return w.n, w.to.Flush()
}

// waitingRows writes the facts that no sequencer has placed yet with the
// positions that it would give them next: a backup has every fact, and each has
// its place.
func waitingRows(ctx context.Context, q asker, t *table, w *rowWriter) error {
	var found []unplaced
	err := eachRow(ctx, q, `SELECT f.id, f.subject, f.subject_v FROM fact_waiting w JOIN fact f ON f.id = w.fact ORDER BY f.recorded, f.id`, nil, func(r row) error {
		var u unplaced
		err := r.Scan(&u.id, &u.subject, &u.version)
		found = append(found, u)
		return err
	})
	if err != nil || len(found) == 0 {
		return err
	}
	inVersionOrder(found)
	last := w.n
	if err := eachRow(ctx, q, `SELECT coalesce(max(position), 0) FROM fact_position`, nil, func(r row) error { return r.Scan(&last) }); err != nil {
		return err
	}
	for i, u := range found {
		err := eachRow(ctx, q, "SELECT "+quotedList(t.columns[1:])+" FROM fact WHERE id = $1", []any{u.id}, func(r row) error {
			w.values[0] = last + int64(i) + 1
			if err := r.Scan(w.at[1:]...); err != nil {
				return err
			}
			return w.write()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// rowWriter writes rows as JSON arrays, the same bytes for the same values.
type rowWriter struct {
	to         *bufio.Writer
	t          *table
	values, at []any
	line       []byte
	n          int64
}

func (w *rowWriter) write() error {
	b := append(w.line[:0], '[')
	for i, v := range w.values {
		if i > 0 {
			b = append(b, ',')
		}
		switch v := v.(type) {
		case nil:
			b = append(b, "null"...)
		case int64:
			b = strconv.AppendInt(b, v, 10)
		case string:
			if !utf8.ValidString(v) {
				return fmt.Errorf("row %d: column %s is not valid UTF-8", w.n+1, w.t.columns[i])
			}
			b = appendText(b, v)
		default:
			return fmt.Errorf("row %d: column %s is a %T", w.n+1, w.t.columns[i], v)
		}
	}
	w.line = append(b, ']', '\n')
	w.n++
	_, err := w.to.Write(w.line)
	return err
}

// appendText writes a text as JSON: as it is, but for quotes, backslashes and
// control characters.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c < 0x20:
			const digits = "0123456789abcdef"
			b = append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// Record checks a record that stands in files as Verify checks the one in the
// tables: add every fact in order, then call end. seed is the signing key's, if
// it is there; public is what the table keeps.
func Record(seed, public string, blocks []fact.Block, report func(Finding)) (add func(*fact.Record), end func()) {
	kept, _ := hex.DecodeString(public)
	c := &recordCheck{report: report, key: kept, blocks: blocks, next: 1}
	if raw, err := hex.DecodeString(seed); err == nil && len(raw) == ed25519.SeedSize {
		own := ed25519.NewKeyFromSeed(raw).Public().(ed25519.PublicKey)
		if !own.Equal(ed25519.PublicKey(kept)) && public != "" {
			report(Finding{"block", keyFile, "the public key in the tables does not belong to this key"})
		}
		c.key = own
	}
	if len(c.key) != ed25519.PublicKeySize {
		c.key = make(ed25519.PublicKey, ed25519.PublicKeySize) // no signature is its
	}
	c.chain = fact.Start(c.prev)
	return c.record, func() {
		if len(c.blocks) > 0 && !c.broken {
			report(Finding{"block", fmt.Sprintf("block %d", c.blocks[0].Number), fmt.Sprintf("the record ends at position %d, the seal goes to %d", c.next-1, c.blocks[0].Last)})
		}
	}
}

// Rows reads a table's file line by line; get finds a value by its column. A
// line that is no row is an error that names it.
func Rows(file string, columns []string, r io.Reader, fn func(get func(column string) any) error) error {
	return readRows(file, len(columns), r, func(values []any) error {
		return fn(func(column string) any {
			if i := slices.Index(columns, column); i >= 0 {
				return values[i]
			}
			return nil
		})
	})
}

// mostLine bounds a line of a backup: no row is nearly as long.
const mostLine = 256 << 20

// readRows reads lines of JSON arrays of width values: int64, string or nil.
func readRows(file string, width int, r io.Reader, fn func(values []any) error) error {
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 64<<10), mostLine)
	for n := 1; in.Scan(); n++ {
		values, err := parseRow(in.Bytes(), width)
		if err == nil {
			err = fn(values)
		}
		if err != nil {
			return fmt.Errorf("%s line %d: %w", file, n, err)
		}
	}
	return in.Err()
}

func parseRow(line []byte, width int) ([]any, error) {
	d := json.NewDecoder(strings.NewReader(string(line)))
	d.UseNumber()
	var values []any
	if err := d.Decode(&values); err != nil {
		return nil, err
	}
	if len(values) != width {
		return nil, fmt.Errorf("it has %d values, want %d", len(values), width)
	}
	for i, v := range values {
		switch v := v.(type) {
		case nil, string:
		case json.Number:
			n, err := v.Int64()
			if err != nil {
				return nil, err
			}
			values[i] = n
		default:
			return nil, fmt.Errorf("value %d is a %T", i+1, v)
		}
	}
	return values, nil
}
