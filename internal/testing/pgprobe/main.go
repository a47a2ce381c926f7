// Command pgprobe answers the two questions the test script has about
// PostgreSQL without needing psql: does a server answer at this URL and let us
// make schemas there, and which loopback port is free for a throw-away one.
//
//	pgprobe answers URL    exit 0 if so, else the reason and exit 1
//	pgprobe port           prints a free port
//
// It changes nothing in the database. A port that was free may be taken a
// moment later; the script then fails to start its server and says so.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
)

func main() {
	switch {
	case len(os.Args) == 3 && os.Args[1] == "answers":
		if err := answers(os.Args[2]); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", os.Args[2], err)
			os.Exit(1)
		}
	case len(os.Args) == 2 && os.Args[1] == "port":
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		defer l.Close()
		fmt.Println(l.Addr().(*net.TCPAddr).Port)
	default:
		fmt.Fprintln(os.Stderr, "usage: pgprobe answers URL | pgprobe port")
		os.Exit(2)
	}
}

func answers(url string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	var may bool
	err = conn.QueryRow(ctx, `SELECT has_database_privilege(current_database(), 'CREATE')`).Scan(&may)
	if err == nil && !may {
		err = fmt.Errorf("the role may not create schemas in this database")
	}
	return err
}
