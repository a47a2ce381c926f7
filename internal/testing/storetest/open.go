package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver of the schema's own connection

	"xinshu/internal/ident"
	"xinshu/internal/store"
)

// Clock is a test's time: it stands still until it is moved.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock starts at nine on a morning of spring 2026.
func NewClock() *Clock { return &Clock{now: time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)} }

// Now is the clock as a function.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Config is an empty store's, without a place to lie in yet.
func Config(c *Clock) store.Config {
	return store.Config{Clock: c.Now, Mint: ident.NewMinter(c.Now, rand.Reader), Log: slog.New(slog.DiscardHandler), Location: time.FixedZone("CST", 8*3600)}
}

// Open opens an empty SQLite store in a folder of the test.
func Open(t testing.TB) *store.Store {
	t.Helper()
	return OpenWith(t, SQLite(t))
}

// OpenWith opens a store and closes it when the test ends.
func OpenWith(t testing.TB, c store.Config) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), c)
	if err != nil {
		t.Fatalf("store.Open() = %v, want a store", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close() = %v, want nil", err)
		}
	})
	return s
}

// SQLite is the configuration of an empty folder.
func SQLite(t testing.TB) store.Config {
	t.Helper()
	c := Config(NewClock())
	c.Dir = t.TempDir()
	return c
}

// Postgres is the configuration of an empty schema that is dropped after the
// test. Where no PostgreSQL answers the test is skipped with a line that says
// so; under CI that is a failure.
func Postgres(t testing.TB) store.Config {
	t.Helper()
	address := os.Getenv("XINSHU_TEST_POSTGRES")
	if address == "" {
		address = "postgres://root@127.0.0.1:5432/test?sslmode=disable"
	}
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatalf("sql.Open(%q) = %v", address, err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		if os.Getenv("CI") != "" {
			t.Fatalf("PostgreSQL at %s does not answer: %v", address, err)
		}
		t.Skipf("NOT TESTED on PostgreSQL: %s does not answer (set XINSHU_TEST_POSTGRES): %v", address, err)
	}
	c := Config(NewClock())
	schema := "t_" + strings.ToLower(rand.Text())
	if _, err := db.ExecContext(ctx, "CREATE SCHEMA "+schema); err != nil {
		t.Fatalf("CREATE SCHEMA: %v", err)
	}
	t.Cleanup(func() {
		if _, err := db.ExecContext(context.Background(), "DROP SCHEMA "+schema+" CASCADE"); err != nil {
			t.Errorf("DROP SCHEMA: %v", err)
		}
		db.Close()
	})
	u, err := url.Parse(address)
	if err != nil {
		t.Fatalf("url.Parse(%q) = %v", address, err)
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	c.Postgres = u.String()
	return c
}

// Each runs a test on every engine; open makes an empty store.
func Each(t *testing.T, test func(t *testing.T, open func(t *testing.T) *store.Store)) {
	t.Helper()
	for _, e := range []struct {
		name   string
		config func(testing.TB) store.Config
	}{{"sqlite", SQLite}, {"postgres", Postgres}} {
		t.Run(e.name, func(t *testing.T) {
			test(t, func(t *testing.T) *store.Store { return OpenWith(t, e.config(t)) })
		})
	}
}
