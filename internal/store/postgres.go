package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/jackc/pgx/v5"

	"xinshu/internal/fault"
)

// maxTries bounds how often a transaction that collided is run again.
const maxTries = 12

// replica is one application process in front of PostgreSQL.
type replica struct {
	s     *Store
	db    *sql.DB
	aside *sql.DB // a few connections outside every transaction: see pgTx.query
}

// pgTx is a transaction's connection. The driver prepares each text once per
// connection by itself.
type pgTx struct {
	tx    *sql.Tx
	aside *sql.DB
}

func (s *Store) openPostgres(ctx context.Context, c Config) (err error) {
	if s.sql, err = postgresCatalog(); err != nil {
		return err
	}
	config, err := pgx.ParseConfig(c.Postgres)
	if err != nil {
		return fmt.Errorf("the PostgreSQL address cannot be read: %w", err)
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 5 * time.Second // a page that waits longer is no answer
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "xinshu"
	}
	r := &replica{s: s, db: stdlib.OpenDB(*config, stdlib.OptionAfterConnect(interpreted))}
	most := c.Readers
	if most <= 0 {
		most = 16
	}
	r.db.SetMaxOpenConns(most)
	r.db.SetMaxIdleConns(most)
	r.aside = stdlib.OpenDB(*config, stdlib.OptionAfterConnect(interpreted))
	r.aside.SetMaxOpenConns(4)
	if err := r.db.PingContext(ctx); err != nil {
		return errors.Join(down("store.Open", "database_unreachable", err), r.close())
	}
	if err := refuseHalf(ctx, r.db); err != nil {
		return errors.Join(err, r.close())
	}
	if err := bring(ctx, r.db, postgres, "postgres", func(have int64) error { return c.copyReplica(ctx, r.db, have) }); err != nil {
		return errors.Join(err, r.close())
	}
	s.engine = r
	return nil
}

// interpreted tells the server to run statements as they are. Ours read a page of
// rows each; a planner that takes one for large would first compile it, for
// longer than it runs. A server that has no compiler has nothing to turn off.
func interpreted(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "SET jit = off")
	var told *pgconn.PgError
	if errors.As(err, &told) && told.Code == "42704" { // undefined_object
		return nil
	}
	return err
}

// update runs fn SERIALIZABLE, so that of two transactions that would not have
// agreed one after the other only one wins; the other runs again on what it
// finds now.
func (r *replica) update(ctx context.Context, fn func(tx *Tx) error) error {
	return r.again(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable}, fn)
}

func (r *replica) view(ctx context.Context, fn func(tx *Tx) error) error {
	return r.again(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}, fn)
}

// project takes its turn at the cursor's row, so READ COMMITTED is enough.
func (r *replica) project(ctx context.Context, fn func(tx *Tx) error) error {
	return r.again(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted}, fn)
}

// again repeats a transaction that collided, a little later each time.
func (r *replica) again(ctx context.Context, o *sql.TxOptions, fn func(tx *Tx) error) error {
	for try := 1; ; try++ {
		if ctx.Err() != nil {
			return stopped(ctx)
		}
		err := r.attempt(ctx, o, fn)
		if err == nil || !collided(err) || try > 1 && keptTwice(err) {
			return err
		}
		if try == maxTries {
			return down("store", "busy", fmt.Errorf("collided %d times: %w", maxTries, err))
		}
		r.s.count.retries.Add(1)
		pause := time.NewTimer(time.Duration(rand.Int64N(int64(time.Millisecond) << min(try, 7))))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return stopped(ctx)
		}
	}
}

// beginTx begins on a connection that lives. After the database was away, each
// connection that lay idle meanwhile fails once, and a BEGIN that failed did
// nothing: the next is taken, until they are used up or a new one cannot be made.
func (r *replica) beginTx(ctx context.Context, o *sql.TxOptions) (*sql.Tx, error) {
	for idle := r.db.Stats().OpenConnections; ; idle-- {
		begun, err := r.db.BeginTx(ctx, o)
		if err == nil || idle <= 0 || ctx.Err() != nil || !cut(err) || errors.As(err, new(*pgconn.ConnectError)) {
			return begun, err
		}
	}
}

func (r *replica) attempt(ctx context.Context, o *sql.TxOptions, fn func(tx *Tx) error) error {
	begun, err := r.beginTx(ctx, o)
	if err != nil {
		return r.translate("store: begin", err)
	}
	committed := false
	defer func() {
		if !committed {
			_ = begun.Rollback() // also on a panic; the error that led here is the one to tell
		}
	}()
	tx := r.s.begin(ctx, pgTx{begun, r.aside}, !o.ReadOnly)
	if err := inside(tx, fn); err != nil {
		if tx.failed != nil {
			return tx.failed // what the callback made of a collision must not hide it
		}
		return err
	}
	if len(tx.facts) > 0 {
		tx.over = false
		err := tx.putFacts(tx.facts, 0)
		tx.over = true
		if err != nil {
			return err
		}
	}
	if err := begun.Commit(); err != nil {
		return r.uncommitted(o, err)
	}
	committed = true
	if !o.ReadOnly {
		r.s.count.committed(1, len(tx.facts))
	}
	if len(tx.facts) > 0 {
		r.s.wake()
	}
	return nil
}

func (p pgTx) exec(ctx context.Context, st *statement, args []any) (int64, error) {
	res, err := p.tx.ExecContext(ctx, st.text, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// query asks inside the transaction, except for an idempotency key. Looking for
// a key that is not there yet would lock the page of the index where everybody's
// new keys go, and SERIALIZABLE would take sixteen strangers for rivals. The
// key's own uniqueness decides instead: see collided.
func (p pgTx) query(ctx context.Context, st *statement, args []any) (*sql.Rows, error) {
	if st.name == "once_get" {
		return p.aside.QueryContext(ctx, st.text, args...)
	}
	return p.tx.QueryContext(ctx, st.text, args...)
}

// collided tells whether running again may help: the engine says so, or another
// request has kept the same idempotency key meanwhile and will now be found.
func collided(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01") || keptTwice(err)
}

// keptTwice says that an idempotency key is there already. Whoever looks for it
// first finds it on the second try; who does not hears of the conflict.
func keptTwice(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.Code == "23505" && e.TableName == "once"
}

// cut tells whether the connection is at fault: none could be made, or it broke.
// What became of a COMMIT that was under way then is not known; who asks again
// with the same idempotency key learns it.
func cut(err error) bool {
	var refused *pgconn.ConnectError
	var network *net.OpError
	return errors.As(err, &refused) || errors.As(err, &network) || pgconn.Timeout(err) || pgconn.SafeToRetry(err) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// uncommitted is what became of a COMMIT that failed. Where the connection broke
// nobody can know from here whether the database has it, and "not saved" would
// make people do it twice.
func (r *replica) uncommitted(o *sql.TxOptions, err error) error {
	if o.ReadOnly || !cut(err) {
		return r.translate("store: commit", err)
	}
	r.s.count.failed.Add(1)
	return down("store: commit", "perhaps_saved", err)
}

// translate gives PostgreSQL's errors their kind.
func (r *replica) translate(what string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return down(what, "stopped", err)
	}
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		if cut(err) {
			return down(what, "database_unreachable", err)
		}
		return fmt.Errorf("%s: %w", what, err)
	}
	switch {
	case e.Code == "23505":
		return &fault.Error{Kind: fault.Conflict, What: what, Reasons: []fault.Reason{fault.Why("already_exists")}, Err: err}
	case e.Code == "40001", e.Code == "40P01":
		return down(what, "busy", err)
	case e.Code == "53100":
		return down(what, "disk_full", err)
	case e.Code[:2] == "53", e.Code[:2] == "57", e.Code[:2] == "58", e.Code[:2] == "08":
		return down(what, "database_unreachable", err)
	}
	return fmt.Errorf("%s: %w", what, err)
}

func (r *replica) ready(ctx context.Context) error {
	return r.view(ctx, func(tx *Tx) error {
		_, _, err := one(tx, "installation_get", scanString, "node")
		return err
	})
}

func (r *replica) sync(context.Context) error { return nil } // every commit waited for the disk

func (r *replica) close() error { return errors.Join(r.db.Close(), r.aside.Close()) }
