// Command pages measures how long a server takes to answer pages: one reader
// signs in and asks for each address again and again, one request at a time, so
// that the times are the server's and not a queue's. It prints one JSON line an
// address with the median, the 99th of a hundred and the slowest.
//
// It guarantees that an answer other than 200 fails the run, and that nothing is
// cached on the way. It reads what bench/grow printed.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
)

func main() {
	base := flag.String("url", "", "the server")
	list := flag.String("pages", "", "file that bench/grow printed")
	name := flag.String("name", "", "what to call the server in the result")
	each := flag.Int("each", 300, "requests an address")
	flag.Parse()
	if err := run(context.Background(), *base, *list, *name, *each); err != nil {
		fmt.Fprintln(os.Stderr, "pages:", err)
		os.Exit(1)
	}
}

type result struct {
	Server string  `json:"server"`
	Page   string  `json:"page"`
	Bytes  int     `json:"bytes"`
	Count  int     `json:"count"`
	P50    float64 `json:"p50_ms"`
	P99    float64 `json:"p99_ms"`
	Max    float64 `json:"max_ms"`
}

func run(ctx context.Context, base, list, name string, each int) error {
	f, err := os.Open(list)
	if err != nil {
		return err
	}
	defer f.Close()
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	c := &http.Client{Jar: jar, Timeout: 30 * time.Second}
	lines := bufio.NewScanner(f)
	for first := true; lines.Scan(); first = false {
		a, b, ok := strings.Cut(lines.Text(), "\t")
		if !ok {
			return fmt.Errorf("%s: no tab in %q", list, lines.Text())
		}
		if first {
			if err := signIn(ctx, c, base, a, b); err != nil {
				return err
			}
			continue
		}
		r := result{Server: name, Page: a, Count: each}
		took := make([]time.Duration, 0, each)
		for i := range each + 10 {
			began := time.Now()
			n, err := get(ctx, c, base+strings.ReplaceAll(b, " ", "%20"))
			if err != nil {
				return err
			}
			if r.Bytes = n; i >= 10 { // the first few warm up
				took = append(took, time.Since(began))
			}
		}
		slices.Sort(took)
		ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
		r.P50, r.P99, r.Max = ms(took[each/2]), ms(took[each*99/100]), ms(took[each-1])
		if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
			return err
		}
	}
	return lines.Err()
}

// signIn sends the form as a browser would.
func signIn(ctx context.Context, c *http.Client, base, login, password string) error {
	form := url.Values{"login": {login}, "password": {password}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/sign-in", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", base)
	res, err := c.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	if res.StatusCode != http.StatusOK || strings.HasSuffix(res.Request.URL.Path, "/sign-in") {
		return fmt.Errorf("sign in as %s = %s at %s", login, res.Status, res.Request.URL)
	}
	return err
}

func get(ctx context.Context, c *http.Client, address string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	res, err := c.Do(req)
	if err != nil {
		return 0, err
	}
	b, err := io.ReadAll(res.Body)
	if err := errors.Join(err, res.Body.Close()); err != nil {
		return 0, err
	}
	if res.StatusCode != http.StatusOK || strings.HasSuffix(res.Request.URL.Path, "/sign-in") {
		return 0, fmt.Errorf("GET %s = %s at %s: %.200s", address, res.Status, res.Request.URL, b)
	}
	return len(b), nil
}
