package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestEveryRecordIsDifferent(t *testing.T) {
	var mu sync.Mutex
	bodies, keys, asked := map[string]bool{}, map[string]bool{}, 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		asked++
		bodies[string(b)] = true
		keys[r.Header.Get("Idempotency-Key")] = true
		if got, want := r.Header.Get("Authorization"), "Bearer t"; got != want {
			t.Errorf("Authorization = %q, want %q", got, want)
		}
		if !json.Valid(b) {
			t.Errorf("body = %q, want JSON", b)
		}
		w.WriteHeader(http.StatusCreated)
	}))
	defer s.Close()
	p := plan{name: "s", url: s.URL, token: "t", body: `{"n":{n},"again":"{n}"}`, keys: true, clients: 4, time: 200 * time.Millisecond}
	r, err := p.run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(bodies) != asked || len(keys) != asked || asked == 0 {
		t.Errorf("different (bodies, keys) = (%d, %d), want %d of each", len(bodies), len(keys), asked)
	}
	if r.Count == 0 || r.Count > asked || r.P50 <= 0 || r.P99 < r.P50 || r.Max < r.P99 {
		t.Errorf("run = %+v of %d asked, want ordered times and no more than were asked", r, asked)
	}
}

func TestARefusalFailsTheRun(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "no such unit", http.StatusUnprocessableEntity)
	}))
	defer s.Close()
	_, err := plan{name: "s", url: s.URL, body: "{}", clients: 2, time: time.Minute}.run(context.Background())
	if err == nil || !strings.Contains(err.Error(), "422") || !strings.Contains(err.Error(), "no such unit") {
		t.Errorf("run = %v, want the refusal with its words", err)
	}
}
