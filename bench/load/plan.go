package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// plan is one run against one server.
type plan struct {
	name, url, token, body string
	keys                   bool
	clients                int
	warm, time             time.Duration
}

// result is what a run found; durations are in milliseconds.
type result struct {
	Name    string  `json:"name"`
	Clients int     `json:"clients"`
	Seconds float64 `json:"seconds"`
	Count   int     `json:"count"`
	Rate    float64 `json:"rate"`
	P50     float64 `json:"p50_ms"`
	P99     float64 `json:"p99_ms"`
	Max     float64 `json:"max_ms"`
}

func (p plan) run(ctx context.Context) (result, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	client := &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: p.clients, MaxConnsPerHost: p.clients},
		Timeout:   30 * time.Second,
	}
	key := rand.Text()
	begin := time.Now().Add(p.warm)
	end := begin.Add(p.time)
	var n atomic.Int64
	took := make([][]time.Duration, p.clients)
	var wg sync.WaitGroup
	for c := range p.clients {
		wg.Go(func() {
			for ctx.Err() == nil {
				sent := time.Now()
				if !sent.Before(end) {
					return
				}
				if err := p.post(ctx, client, key, n.Add(1)); err != nil {
					cancel(err)
					return
				}
				// Counted by when it was answered, so that the count over the
				// time is a rate; what the end cuts off is not counted.
				if done := time.Now(); done.After(begin) && done.Before(end) {
					took[c] = append(took[c], done.Sub(sent))
				}
			}
		})
	}
	wg.Wait()
	if err := context.Cause(ctx); err != nil {
		return result{}, fmt.Errorf("%s: %w", p.name, err)
	}
	all := slices.Concat(took...)
	if len(all) == 0 {
		return result{}, fmt.Errorf("%s: nothing was answered within %v", p.name, p.time)
	}
	slices.Sort(all)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return result{
		Name: p.name, Clients: p.clients, Seconds: p.time.Seconds(), Count: len(all),
		Rate: float64(len(all)) / p.time.Seconds(),
		P50:  ms(all[len(all)/2]), P99: ms(all[len(all)*99/100]), Max: ms(all[len(all)-1]),
	}, nil
}

// post sends record n and reads the whole answer, so that the connection is
// used again.
func (p plan) post(ctx context.Context, client *http.Client, key string, n int64) error {
	number := strconv.FormatInt(n, 10)
	body := strings.ReplaceAll(p.body, "{n}", number)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if p.keys {
		req.Header.Set("Idempotency-Key", key+"-"+number)
	}
	if p.token != "" {
		req.Header.Set("Authorization", "Bearer "+p.token)
	}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode < 200 || res.StatusCode > 299 {
		text, _ := io.ReadAll(io.LimitReader(res.Body, 600))
		return fmt.Errorf("POST %s (record %d) answered %s: %s", p.url, n, res.Status, text)
	}
	_, err = io.Copy(io.Discard, res.Body)
	return err
}

// await asks an address until it answers 200, for at most a minute.
func await(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
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
			return fmt.Errorf("%s did not answer 200 within a minute", url)
		case <-tick.C:
		}
	}
}
