package store_test

import (
	"database/sql"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"xinshu/internal/testing/storetest"
)

//go:generate go test -run TestSchemaDump -update .

var update = flag.Bool("update", false, "write docs/schema.sql anew")

// TestSchemaDump keeps docs/schema.sql, which is there for reading, as the
// migrations make it.
func TestSchemaDump(t *testing.T) {
	c := storetest.SQLite(t)
	storetest.OpenWith(t, c)
	var b strings.Builder
	b.WriteString("-- GENERATED from the migrations (go generate ./internal/store). For reading only.\n")
	for _, file := range []string{"xinshu.db", "index.db"} {
		fmt.Fprintf(&b, "\n-- %s\n", file)
		for _, text := range schemaOf(t, filepath.Join(c.Dir, file)) {
			b.WriteString("\n" + text + ";\n")
		}
	}
	const dump = "../../docs/schema.sql"
	if *update {
		if err := os.WriteFile(dump, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(dump)
	if err != nil {
		t.Fatalf("%v; make it with go generate ./internal/store", err)
	}
	if string(have) != b.String() {
		t.Errorf("%s is not what the migrations make; make it anew with go generate ./internal/store", dump)
	}
}

// schemaOf reads the tables, each followed by its indexes.
func schemaOf(t *testing.T, file string) []string {
	t.Helper()
	db := openFile(t, file)
	return texts(t, db, `SELECT sql FROM sqlite_master
		WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'goose%' AND tbl_name NOT LIKE 'sqlite%'
		ORDER BY tbl_name, type DESC, name`)
}

func openFile(t *testing.T, file string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(file), RawQuery: "mode=ro"}).String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// texts reads a column of texts.
func texts(t *testing.T, db *sql.DB, query string, args ...any) (out []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSchemasAgree compares every table of the embedded engine with the same
// table of the other: columns, their order, their types (a whole number is a whole
// number) and whether they may be empty.
func TestSchemasAgree(t *testing.T) {
	lite, pg := storetest.SQLite(t), storetest.Postgres(t)
	storetest.OpenWith(t, lite)
	storetest.OpenWith(t, pg)
	litedb := openFile(t, filepath.Join(lite.Dir, "xinshu.db"))
	pgdb, err := sql.Open("pgx", pg.Postgres)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pgdb.Close() })
	tables := texts(t, litedb, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite%'`)
	if len(tables) < 20 {
		t.Fatalf("%d tables, want the whole schema", len(tables))
	}
	for _, name := range tables {
		here := texts(t, litedb, `SELECT name || ' ' || CASE type WHEN 'INTEGER' THEN 'bigint' WHEN 'TEXT' THEN 'text' ELSE type END
			|| CASE WHEN "notnull" = 1 OR pk > 0 THEN ' not null' ELSE '' END FROM pragma_table_info($1) ORDER BY cid`, name)
		there := texts(t, pgdb, `SELECT column_name || ' ' || replace(data_type, 'integer', 'bigint') || CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END
			FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position`, name)
		if name == "fact" {
			here = slices.DeleteFunc(here, func(c string) bool { return c == "position bigint not null" }) // a table of its own there
		}
		if !slices.Equal(here, there) {
			t.Errorf("table %s on PostgreSQL = %v, want %v", name, there, here)
		}
	}
}

// TestNounsAreOneText holds the two migrations of the nouns together, so that a
// CHECK or an index is never added on one side only.
func TestNounsAreOneText(t *testing.T) {
	read := func(file string) string {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	want := read("migrate/sqlite/0002_nouns.sql")
	for _, r := range [][2]string{{"INTEGER", "BIGINT"}, {"TEXT NOT NULL", `TEXT COLLATE "C" NOT NULL`}, {") STRICT, WITHOUT ROWID;", ");"}, {") STRICT;", ");"}} {
		want = strings.ReplaceAll(want, r[0], r[1])
	}
	if got := read("migrate/postgres/0002_nouns.sql"); got != want {
		t.Errorf("migrate/postgres/0002_nouns.sql is not the SQLite text with BIGINT, COLLATE \"C\" and without STRICT: %s", firstDifference(got, want))
	}
}

func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d is %q, want %q", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(a), len(b))
}
