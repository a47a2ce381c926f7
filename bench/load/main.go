// Command load measures how fast a server takes records over HTTP: a fixed
// number of clients each send the next record as soon as the last was
// answered, for a fixed time, and it reports answers a second and how long the
// median and the slowest hundredth took.
//
// It guarantees that every record is different (a running number stands
// wherever the body says {n}), that with -keys every request has an
// Idempotency-Key of its own, that requests answered during the warm-up are not counted, and that
// one answer outside 2xx makes the run fail with that answer's text: a fast
// refusal is not throughput.
//
// It deliberately knows nothing of Xinshu's inside; the one peer it can
// prepare, PocketBase, it prepares through that peer's public API (peer.go).
// Its test runs it against a small server of its own.
//
//	load -name xinshu -url http://127.0.0.1:8080/api/v1/... -token T -body '{"title":"… {n}"}'
//	load -peer http://127.0.0.1:8090 -user admin@bench.test -password …
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	var p plan
	flags.StringVar(&p.name, "name", "server", "what to call it in the result")
	flags.StringVar(&p.url, "url", "", "where records are posted")
	flags.StringVar(&p.token, "token", "", "sent as Authorization: Bearer")
	flags.StringVar(&p.body, "body", "", "the record, JSON; {n} is the running number; @FILE reads it from a file")
	flags.BoolVar(&p.keys, "keys", false, "send an Idempotency-Key with every record")
	flags.IntVar(&p.clients, "clients", 16, "clients at the same time")
	flags.DurationVar(&p.warm, "warm", 2*time.Second, "time before counting starts")
	flags.DurationVar(&p.time, "time", 10*time.Second, "time that is counted")
	ready := flags.String("ready", "", "wait until this address answers 200, then begin")
	peer := flags.String("peer", "", "address of a PocketBase to prepare and measure instead of -url")
	user := flags.String("user", "", "its superuser")
	password := flags.String("password", "", "and the password")
	if err := flags.Parse(args); err != nil {
		return err
	}
	ctx := context.Background()
	if *ready != "" {
		if err := await(ctx, *ready); err != nil {
			return err
		}
	}
	if *peer != "" {
		if err := preparePeer(ctx, &p, *peer, *user, *password); err != nil {
			return err
		}
	}
	if name, ok := strings.CutPrefix(p.body, "@"); ok {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		p.body = string(text)
	}
	if p.url == "" || p.body == "" || p.clients < 1 {
		return fmt.Errorf("-url, -body and at least one client are needed")
	}
	r, err := p.run(ctx)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}
