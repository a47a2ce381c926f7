package soak

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestSoakPostgresRestarts stops PostgreSQL hard under load and starts it again,
// while the server stays. Whoever was answered keeps it, whoever was refused
// asks again with the same key, and the server finds its way back by itself.
func TestSoakPostgresRestarts(t *testing.T) {
	rounds := max(number("XINSHU_SOAK_ROUNDS", 20)/10, 2)
	c := startCluster(t)
	r := newRig(t, t.TempDir(), "--postgres", c.url)
	r.postgres = c.url
	address, stop := r.serve()
	refusals := 0
	for range rounds {
		over := make(chan struct{})
		time.AfterFunc(time.Duration(20+r.rng.IntN(300))*time.Millisecond, func() {
			defer close(over)
			c.restart()
		})
		for waiting := true; waiting; {
			refusals += r.work(address, 20)
			select {
			case <-over:
				waiting = false
			default:
			}
		}
		if err := ready(t.Context(), address); err != nil {
			t.Fatalf("the server did not find its way back: %v", err)
		}
		if refused := r.work(address, 10); refused > 0 {
			refusals += refused // a connection of before may still have been in the pool
			if refused = r.work(address, 10); refused > clients {
				t.Errorf("%d refusals when PostgreSQL is back, want an end of them", refused)
			}
		}
	}
	stop()
	r.check(r.all(), true)
	if refusals == 0 {
		t.Error("nothing was refused, want the restarts to be felt")
	}
	t.Logf("%d restarts of PostgreSQL: %d filings acknowledged, %d refused for the time, none lost, record sound", rounds, len(r.book.acked), refusals)
}

// cluster is a throw-away PostgreSQL with durability as it comes, run by the
// same script as the measurements.
type cluster struct {
	t   *testing.T
	url string
	in  io.WriteCloser
	out *bufio.Scanner
}

const clusterScript = `
set -eu
. scripts/setup.sh
. scripts/postgres.sh
cluster_start durable >&2
echo "$cluster_url"
while read -r word; do
	(cd / && "${cluster_as[@]}" "$cluster_bin/pg_ctl" -D "$cluster/data" -l "$cluster/log" -m immediate -w -t 60 restart) >&2 </dev/null
	echo again
done
cluster_stop
`

func startCluster(t *testing.T) *cluster {
	t.Helper()
	cmd := exec.Command("bash", "-c", clusterScript)
	cmd.Dir = "../../.."
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := &cluster{t: t, in: in, out: bufio.NewScanner(out)}
	t.Cleanup(func() {
		_ = in.Close() // the script stops the cluster and deletes it
		_ = cmd.Wait()
	})
	if !c.out.Scan() || !strings.HasPrefix(c.out.Text(), "postgres://") {
		if os.Getenv("CI") == "" {
			t.Skip("NOT TESTED with restarts: no PostgreSQL of our own could be started")
		}
		t.Fatalf("start a PostgreSQL = %q, want its address (is PostgreSQL installed?)", c.out.Text())
	}
	c.url = c.out.Text()
	return c
}

// restart pulls the plug and starts it again.
func (c *cluster) restart() {
	if _, err := io.WriteString(c.in, "restart\n"); err != nil || !c.out.Scan() {
		c.t.Errorf("restart PostgreSQL: %v", err)
	}
}
