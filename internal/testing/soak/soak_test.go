package soak

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"xinshu/internal/app"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/store"
)

const clients = 8

// ledger is what the clients were told: the item that each key became.
type ledger struct {
	mu    sync.Mutex
	acked map[string]ident.Item
	open  []string // keys sent and not answered; the next round asks again
}

func (l *ledger) take() (string, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.open); n > 0 {
		k := l.open[n-1]
		l.open = l.open[:n-1]
		return k, true
	}
	return "", false
}

func (l *ledger) answered(key string, id ident.Item) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if was, ok := l.acked[key]; ok && was != id {
		return fmt.Errorf("key %s became item %s and then %s", key, was, id)
	}
	l.acked[key] = id
	return nil
}

func (l *ledger) lost(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open = append(l.open, key)
}

type rig struct {
	t        *testing.T
	dir      string
	flags    []string // where serve finds the data
	postgres string
	program  string
	token    string
	body     []byte
	rng      *rand.Rand
	http     *http.Client
	book     ledger
	next     int

	acknowledged int // in folders before this one
}

// newRig makes the program and the smallest installation in dir, or in a
// database.
func newRig(t *testing.T, dir string, flags ...string) *rig {
	t.Helper()
	seed := number("XINSHU_SOAK_SEED", 1)
	r := &rig{t: t, dir: dir, flags: append([]string{"--data", dir}, flags...), rng: rand.New(rand.NewPCG(uint64(seed), 0)), book: ledger{acked: map[string]ident.Item{}}}
	r.http = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}, Timeout: 20 * time.Second}
	t.Cleanup(r.http.CloseIdleConnections)
	r.program = filepath.Join(t.TempDir(), "xinshu")
	r.tool("build", "-o", r.program, "xinshu/cmd/xinshu")
	r.furnish()
	return r
}

// tool runs the go command and returns what it printed.
func (r *rig) tool(args ...string) string {
	r.t.Helper()
	cmd := exec.CommandContext(r.t.Context(), "go", args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		r.t.Fatalf("go %v: %v\n%s", args, err, said.String())
	}
	return strings.TrimSpace(string(out))
}

// furnish makes the installation.
func (r *rig) furnish() {
	r.t.Helper()
	file := filepath.Join(r.t.TempDir(), "filing.json")
	r.token = r.tool(append([]string{"run", "xinshu/bench/seed", "--body", file}, r.flags...)...)
	var err error
	if r.body, err = os.ReadFile(file); err != nil {
		r.t.Fatal(err)
	}
}

// anew begins again with an empty folder, after everything was checked.
func (r *rig) anew() {
	r.t.Helper()
	if err := os.RemoveAll(r.dir); err != nil {
		r.t.Fatal(err)
	}
	r.acknowledged += len(r.book.acked)
	r.book.acked, r.book.open = map[string]ident.Item{}, nil
	r.furnish()
}

func TestSoakKilledUnderLoad(t *testing.T) {
	rounds := number("XINSHU_SOAK_ROUNDS", 20)
	r := newRig(t, t.TempDir())
	for n := 1; n <= rounds; n++ {
		keys := r.round()
		whole := n%25 == 0 || n == rounds
		r.check(keys, whole)
		if n%25 == 0 {
			t.Logf("round %d: %d filings acknowledged, none lost", n, len(r.book.acked))
		}
	}
	t.Logf("%d kills, seed %d: %d filings acknowledged, none lost, none doubled, record sound", rounds, number("XINSHU_SOAK_SEED", 1), len(r.book.acked))
}

func number(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
		return n
	}
	return otherwise
}

// round starts the server, loads it, kills it at a random moment and returns the
// keys that were acknowledged.
func (r *rig) round() []string {
	t := r.t
	t.Helper()
	address := freeAddress(t)
	var logged bytes.Buffer
	cmd := exec.Command(r.program, append([]string{"serve", "--listen", address, "--rate-limit", "0"}, r.flags...)...)
	cmd.Stderr = &logged
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	if err := ready(t.Context(), address); err != nil {
		t.Fatalf("the server did not start again without repair: %v\n%s", err, logged.String())
	}
	stop := make(chan struct{})
	time.AfterFunc(time.Duration(30+r.rng.IntN(400))*time.Millisecond, func() { close(stop); cmd.Process.Kill() })
	var wg sync.WaitGroup
	results := make([][]string, clients)
	for c := range clients {
		prefix := fmt.Sprintf("soak-%d-%d", r.next, c)
		wg.Go(func() { results[c] = r.client(address, prefix, stop) })
	}
	wg.Wait()
	r.next++
	var keys []string
	for _, ks := range results {
		keys = append(keys, ks...)
	}
	return keys
}

func (r *rig) client(address, prefix string, stop <-chan struct{}) (acked []string) {
	hc := &http.Client{Transport: &http.Transport{}, Timeout: 20 * time.Second}
	defer hc.CloseIdleConnections()
	for n := 0; ; n++ {
		select {
		case <-stop:
			return acked
		default:
		}
		key, again := r.book.take()
		if !again {
			key = fmt.Sprintf("%s-%d", prefix, n)
		}
		id, err := r.post(hc, address, key)
		if err != nil {
			r.book.lost(key) // perhaps done, perhaps not: ask again with the same key
			return acked
		}
		if err := r.book.answered(key, id); err != nil {
			r.t.Error(err)
		}
		acked = append(acked, key)
	}
}

func (r *rig) post(hc *http.Client, address, key string) (ident.Item, error) {
	body := bytes.ReplaceAll(r.body, []byte("{n}"), []byte(key))
	req, err := http.NewRequest("POST", "http://"+address+"/api/v1/filings", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+r.token)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key)
	res, err := hc.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return "", err
	}
	if res.StatusCode == http.StatusServiceUnavailable {
		return "", fmt.Errorf("refused for now: %s", b)
	}
	if res.StatusCode/100 != 2 {
		r.t.Errorf("POST filing = %d %s", res.StatusCode, b)
		return "", fmt.Errorf("status %d", res.StatusCode)
	}
	var got struct {
		Item struct {
			ID ident.Item `json:"id"`
		} `json:"item"`
	}
	return got.Item.ID, json.Unmarshal(b, &got)
}

// check opens the folder as it was left and looks for everything acknowledged.
func (r *rig) check(keys []string, whole bool) {
	t := r.t
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{Dir: r.dir, Postgres: r.postgres})
	if err != nil {
		t.Fatalf("the folder does not open after the kill: %v", err)
	}
	defer a.Close()
	err = a.Store.View(t.Context(), func(tx *store.Tx) error {
		for _, k := range keys {
			it, err := tx.Item(r.book.acked[k])
			if err != nil {
				return fmt.Errorf("key %s was acknowledged: %w", k, err)
			}
			if fs, err := tx.FilingsOf(it.ID); err != nil || len(fs) != 1 || it.State != item.Signed {
				return fmt.Errorf("item %s = %s with %d filings (%v), want signed with one", it.ID, it.State, len(fs), err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !whole {
		return
	}
	r.counted(a)
	if err := a.Store.Verify(t.Context(), func(f store.Finding) { t.Errorf("verify: %+v", f) }); err != nil {
		t.Fatal(err)
	}
}

// counted compares how many items there are with how many keys can have made
// one: no more than were sent, no fewer than were acknowledged.
func (r *rig) counted(a *app.App) {
	r.t.Helper()
	u, err := a.Flow.UnitByCode(r.t.Context(), flow.Actor{System: true}, "T")
	if err != nil {
		r.t.Fatal(err)
	}
	var n int
	err = a.Store.View(r.t.Context(), func(tx *store.Tx) error {
		counts, err := tx.ItemCounts([]ident.Unit{u.ID})
		n = counts[item.Signed]
		return err
	})
	if least, most := len(r.book.acked), len(r.book.acked)+len(r.book.open); err != nil || n < least || n > most {
		r.t.Errorf("items = %d (%v), want %d to %d", n, err, least, most)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// ready asks until the server can work; it gives up after a minute.
func ready(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, "GET", "http://"+address+"/readyz", nil)
		if err != nil {
			return err
		}
		if res, err := http.DefaultClient.Do(req); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
