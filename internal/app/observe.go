package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"xinshu/internal/httpio"
)

// slowAfter is when a request is worth a warning.
const slowAfter = time.Second

// observe gives every request its number, its line in the log and its place in
// the figures, and catches what panics outside the edges. The line has no address
// and no query: what people search for and write is nobody's business there.
func (a *App) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t := &httpio.Trace{Ref: httpio.NewRef(rand.Reader)}
		rec := &httpio.Recorder{ResponseWriter: w}
		rec.Header().Set("X-Request-Id", t.Ref)
		a.figures.inFlight.Inc()
		began := time.Now()
		defer func() {
			broken := recover()
			if broken != nil && broken != http.ErrAbortHandler {
				a.cfg.Log.Error("a request panicked", "ref", t.Ref, "panic", fmt.Sprint(broken), "stack", string(debug.Stack()))
				if rec.Status == 0 {
					http.Error(rec, "服务器出错，报障时请提供编号 "+t.Ref+"\nThe server failed; when you report it, quote "+t.Ref, http.StatusInternalServerError)
					broken = nil
				}
			}
			if rec.Status == 0 {
				rec.Status = http.StatusOK
			}
			a.figures.inFlight.Dec()
			a.line(r, t, rec.Status, time.Since(began))
			if broken != nil {
				panic(http.ErrAbortHandler) // half an answer went out: the reader must see that it was cut off
			}
		}()
		next.ServeHTTP(rec, httpio.WithTrace(r, t))
	})
}

// line writes the line and counts.
func (a *App) line(r *http.Request, t *httpio.Trace, status int, took time.Duration) {
	route, method := t.Route, r.Method
	if route == "" {
		route = "none" // an address made up by somebody is not a series of its own
	}
	if !known[method] {
		method = "other"
	}
	a.figures.requests.WithLabelValues(route, method, strconv.Itoa(status/100)+"xx").Observe(took.Seconds())
	if status == http.StatusTooManyRequests {
		a.figures.limited.Inc()
	}
	level := slog.LevelDebug
	switch {
	case status >= 500 && status != http.StatusServiceUnavailable:
		level = slog.LevelError
	case status >= 500 || took > slowAfter:
		level = slog.LevelWarn
	}
	if !a.cfg.Log.Enabled(context.Background(), level) {
		return
	}
	a.cfg.Log.LogAttrs(context.Background(), level, "request", slog.String("ref", t.Ref), slog.String("method", method), slog.String("route", route),
		slog.Int("status", status), slog.Float64("ms", float64(took.Microseconds())/1000), slog.String("person", t.Person))
}

// known are the methods that are counted under their own name.
var known = map[string]bool{http.MethodGet: true, http.MethodHead: true, http.MethodPost: true, http.MethodPut: true, http.MethodPatch: true, http.MethodDelete: true, http.MethodOptions: true}
