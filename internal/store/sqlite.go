package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"time"

	sqlite3 "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"xinshu/internal/fault"
)

// The files of a data folder.
const (
	mainFile  = "xinshu.db"
	logFile   = mainFile + "-wal"
	indexFile = "index.db"
	lockFile  = "xinshu.lock"
)

// walPages is how long the write-ahead log grows (64 MB) before a commit also
// carries it into the database, while everybody waits: seldom, and a page that
// was written often is carried once.
const walPages = 16000

// lite is the embedded engine: one writer (writer.go), a pool of readers on
// snapshots, and the projections' own file.
type lite struct {
	s       *Store
	dir     string
	lock    *os.File
	main    *sql.DB
	index   *sql.DB
	writer  *writer
	readers chan *liteConn
	closed  chan struct{}
	all     []*liteConn
	indexer *liteConn
}

// liteConn is one connection and what was prepared on it. Statements that
// change something go to the driver without database/sql in between, which
// would check and lock everything once more for each of a filing's statements.
type liteConn struct {
	conn     *sql.Conn
	prepared map[string]*sql.Stmt
	direct   map[string]driver.StmtExecContext
	values   []driver.NamedValue
}

func (s *Store) openSQLite(ctx context.Context, c Config) (err error) {
	if c.Dir == "" {
		return errors.New("a data folder is needed")
	}
	if s.sql, err = sqliteCatalog(); err != nil {
		return err
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return err
	}
	l := &lite{s: s, dir: c.Dir, closed: make(chan struct{})}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.close())
		}
	}()
	if l.lock, err = lockFolder(c.Dir); err != nil {
		return err
	}
	if err := dropSums(c.Dir); err != nil {
		return err
	}
	sync := "NORMAL" // the syncer waits for the log
	if c.NoSync {
		sync = "OFF"
	}
	l.main = openFile(filepath.Join(c.Dir, mainFile), "synchronous("+sync+")")
	// A lost index is rebuilt, so it need not wait for the disk.
	l.index = openFile(filepath.Join(c.Dir, indexFile), "synchronous(NORMAL)")
	if err := bring(ctx, l.main, sqlite, "sqlite", func(have int64) error { return c.copyLite(ctx, l.main, have) }); err != nil {
		return err
	}
	if err := bring(ctx, l.index, sqlite, "index", nil); err != nil {
		return err
	}
	if err := l.connect(ctx, c); err != nil {
		return err
	}
	s.engine = l
	return l.writer.start()
}

// connect opens the connections that stay: the writer, the indexer, the readers.
func (l *lite) connect(ctx context.Context, c Config) error {
	readers := c.Readers
	if readers <= 0 {
		readers = 4
	}
	w, err := l.open(ctx, l.main)
	if err != nil {
		return err
	}
	if l.indexer, err = l.open(ctx, l.index); err != nil {
		return err
	}
	l.readers = make(chan *liteConn, readers)
	for range readers {
		r, err := l.open(ctx, l.main)
		if err != nil {
			return err
		}
		if _, err := r.conn.ExecContext(ctx, `ATTACH DATABASE ? AS idx`, filepath.Join(l.dir, indexFile)); err != nil {
			return fmt.Errorf("open the projections for reading: %w", err)
		}
		// The writer's cache pays; a reader's is mostly the system's twice.
		if _, err := r.conn.ExecContext(ctx, `PRAGMA query_only = ON; PRAGMA main.cache_size = -8000; PRAGMA idx.cache_size = -8000`); err != nil {
			return err
		}
		l.readers <- r
	}
	disk := newSyncer(l.s, c.NoSync)
	if err := disk.open(filepath.Join(l.dir, logFile)); err != nil {
		return err
	}
	l.writer = newWriter(l.s, w, disk)
	return nil
}

func (l *lite) open(ctx context.Context, db *sql.DB) (*liteConn, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	c := &liteConn{conn: conn, prepared: map[string]*sql.Stmt{}, direct: map[string]driver.StmtExecContext{}}
	l.all = append(l.all, c)
	return c, nil
}

// openFile makes the handle of one database file. Nothing here maps the file
// into memory, and the driver never opens it without a lock.
func openFile(file, sync string) *sql.DB {
	q := url.Values{"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", sync, "foreign_keys(ON)", "temp_store(MEMORY)", "cache_size(-32000)", fmt.Sprintf("wal_autocheckpoint(%d)", walPages)}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(file), RawQuery: q.Encode()}).String())
	if err != nil {
		panic("store: the SQLite driver is linked in: " + err.Error())
	}
	return db
}

// lockFolder keeps a second server out of the folder. The lock dies with the
// process, so a crash leaves nothing to clean up.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(down("store.Open", "folder_in_use", fmt.Errorf("%s is open in another process: %w", dir, err), "dir", dir), f.Close())
	}
	return f, nil
}

func (l *lite) update(ctx context.Context, fn func(tx *Tx) error) error {
	return l.writer.update(ctx, fn)
}

func (l *lite) view(ctx context.Context, fn func(tx *Tx) error) (err error) {
	if ctx.Err() != nil {
		return stopped(ctx)
	}
	var c *liteConn
	select {
	case c = <-l.readers:
	case <-l.closed:
		return down("store.View", "closed", nil)
	case <-ctx.Done():
		return stopped(ctx)
	}
	defer func() { l.readers <- c }()
	if err := c.do("BEGIN"); err != nil {
		return l.translate("store: begin a view", err)
	}
	defer func() {
		if e := c.do("ROLLBACK"); e != nil && err == nil {
			err = l.translate("store: end a view", e)
		}
		if e := l.writer.disk.wait(); e != nil {
			err = e
		}
	}()
	return inside(l.s.begin(ctx, c, false), fn)
}

// project runs a projection's transaction in index.db.
func (l *lite) project(ctx context.Context, fn func(tx *Tx) error) error {
	c := l.indexer
	if err := c.do("BEGIN IMMEDIATE"); err != nil {
		return l.translate("store: begin a projection", err)
	}
	committed := false
	defer func() {
		if !committed {
			_ = c.do("ROLLBACK") // the error that led here is the one to tell
		}
	}()
	// Statements are not interrupted half-way; the context is asked between them.
	tx := l.s.begin(context.WithoutCancel(ctx), c, true)
	if err := inside(tx, fn); err != nil {
		return err
	}
	if err := c.do("COMMIT"); err != nil {
		return l.translate("store: commit a projection", err)
	}
	committed = true
	return nil
}

func (c *liteConn) stmt(text string) (*sql.Stmt, error) {
	if st, ok := c.prepared[text]; ok {
		return st, nil
	}
	st, err := c.conn.PrepareContext(context.Background(), text)
	if err == nil {
		c.prepared[text] = st
	}
	return st, err
}

func (c *liteConn) exec(ctx context.Context, st *statement, args []any) (int64, error) {
	var n int64
	var failed error // not given to Raw, which might take the connection away
	err := c.conn.Raw(func(dc any) error {
		n, failed = c.run(ctx, dc.(driver.ConnPrepareContext), st.text, args)
		return nil
	})
	return n, errors.Join(err, failed)
}

// run executes a prepared statement on the driver's connection.
func (c *liteConn) run(ctx context.Context, dc driver.ConnPrepareContext, text string, args []any) (int64, error) {
	st, ok := c.direct[text]
	if !ok {
		made, err := dc.PrepareContext(context.Background(), text)
		if err != nil {
			return 0, err
		}
		if st, ok = made.(driver.StmtExecContext); !ok {
			return 0, errors.Join(errors.New("store: the driver cannot run a prepared statement"), made.Close())
		}
		c.direct[text] = st
	}
	c.values = c.values[:0]
	for i, a := range args {
		switch a.(type) {
		case string, int64:
		default:
			v, err := driver.DefaultParameterConverter.ConvertValue(a)
			if err != nil {
				return 0, fmt.Errorf("store: parameter %d: %w", i+1, err)
			}
			a = v
		}
		c.values = append(c.values, driver.NamedValue{Ordinal: i + 1, Value: a})
	}
	res, err := st.ExecContext(ctx, c.values)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (c *liteConn) query(ctx context.Context, st *statement, args []any) (*sql.Rows, error) {
	p, err := c.stmt(st.text)
	if err != nil {
		return nil, err
	}
	return p.QueryContext(ctx, args...)
}

// do runs a word of transaction control.
func (c *liteConn) do(word string) error {
	_, err := c.exec(context.Background(), &statement{text: word}, nil)
	return err
}

func (c *liteConn) close() error {
	var errs []error
	for _, st := range c.prepared {
		errs = append(errs, st.Close())
	}
	errs = append(errs, c.conn.Raw(func(any) error {
		for _, st := range c.direct {
			errs = append(errs, st.(driver.Stmt).Close())
		}
		return nil
	}))
	return errors.Join(append(errs, c.conn.Close())...)
}

// translate gives SQLite's errors their kind.
func (l *lite) translate(what string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return down(what, "stopped", err)
	}
	var e *sqlite3.Error
	if !errors.As(err, &e) {
		return fmt.Errorf("%s: %w", what, err)
	}
	switch e.Code() & 0xff {
	case codes.SQLITE_FULL:
		return down(what, "disk_full", err)
	case codes.SQLITE_IOERR, codes.SQLITE_CANTOPEN, codes.SQLITE_READONLY, codes.SQLITE_NOMEM:
		return down(what, "disk_failed", err)
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED:
		return down(what, "busy", err)
	case codes.SQLITE_INTERRUPT:
		return down(what, "stopped", err)
	}
	if c := e.Code(); c == codes.SQLITE_CONSTRAINT_UNIQUE || c == codes.SQLITE_CONSTRAINT_PRIMARYKEY || c == codes.SQLITE_CONSTRAINT_ROWID {
		return &fault.Error{Kind: fault.Conflict, What: what, Reasons: []fault.Reason{fault.Why("already_exists")}, Err: err}
	}
	return fmt.Errorf("%s: %w", what, err)
}

func (l *lite) ready(ctx context.Context) error {
	if err := l.writer.alive(); err != nil {
		return err
	}
	return l.view(ctx, func(tx *Tx) error {
		_, _, err := one(tx, "installation_get", scanString, "node")
		return err
	})
}

// sync carries everything into the files, waits for the disk and from then on
// waits at every commit.
func (l *lite) sync(ctx context.Context) error {
	err := l.writer.alone(func(c *liteConn) error {
		if err := c.do("PRAGMA synchronous = NORMAL"); err != nil {
			return err
		}
		l.writer.disk.lazy.Store(false)
		return c.do("PRAGMA wal_checkpoint(TRUNCATE)")
	})
	if err != nil {
		return l.translate("store.Sync", err)
	}
	for _, name := range []string{mainFile, "."} {
		f, err := os.Open(filepath.Join(l.dir, name))
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return down("store.Sync", "disk_failed", err)
		}
	}
	return ctx.Err()
}

func (l *lite) close() error {
	var errs []error
	if l.writer != nil {
		l.writer.stop()
	}
	close(l.closed)
	if l.readers != nil {
		for range cap(l.readers) {
			select {
			case <-l.readers: // a View still running gives its connection back first
			case <-time.After(10 * time.Second):
				errs = append(errs, errors.New("store: a View has not ended"))
			}
		}
	}
	for _, c := range l.all {
		errs = append(errs, c.close())
	}
	for _, db := range []*sql.DB{l.main, l.index} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if l.lock == nil {
		return errors.Join(errs...)
	}
	if errors.Join(errs...) == nil && l.writer != nil {
		errs = append(errs, keepSums(l.dir))
	}
	return errors.Join(append(errs, l.lock.Close())...)
}
