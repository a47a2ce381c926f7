package httpio

import (
	"context"
	"encoding/base32"
	"io"
	"net/http"
	"strings"
)

// Trace is what is known about one request besides the request itself: the
// number under which it is in the log, and what the edge that answers writes
// into it for the log and the figures. One goroutine at a time uses it.
type Trace struct {
	Ref     string // the reader sees it on every error, the log has it in the line
	Route   string // the pattern that answered, "/items/{id}"; "" if none did
	Person  string // who asked; "" if nobody is signed in
	Peer    string // the address at the other end of the connection, a proxy's perhaps
	Proxied bool   // somebody said that the request was passed on
	HTTPS   bool   // the reader's own connection is encrypted, here or at a proxy we trust
	Wait    int    // not 0: the reader has asked too often and may come again after so many seconds
}

type traceKey struct{}

// WithTrace puts a trace into the request's context.
func WithTrace(r *http.Request, t *Trace) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), traceKey{}, t))
}

// TraceOf is the request's trace; one that nobody reads where there is none, so
// that an edge can always write into it.
func TraceOf(ctx context.Context) *Trace {
	if t, ok := ctx.Value(traceKey{}).(*Trace); ok {
		return t
	}
	return &Trace{}
}

// HTTPS reports whether what is sent to the reader goes over an encrypted
// connection all the way. What a stranger's header says about it counts nothing:
// see Forwarded.
func HTTPS(r *http.Request) bool { return r.TLS != nil || TraceOf(r.Context()).HTTPS }

// NewRef makes a reference number: eight characters that can be read out over
// the telephone.
func NewRef(random io.Reader) string {
	var b [5]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "00000000" // the answer matters more than its number
	}
	return strings.ToLower(base32.HexEncoding.EncodeToString(b[:]))
}

// RouteOf is a pattern of http.ServeMux without its method.
func RouteOf(pattern string) string {
	if _, path, ok := strings.Cut(pattern, " "); ok {
		return path
	}
	return pattern
}

// Recorder remembers what was answered.
type Recorder struct {
	http.ResponseWriter
	Status int // 0: nothing was sent yet
	Bytes  int64
}

// WriteHeader notes the first final status.
func (r *Recorder) WriteHeader(status int) {
	if r.Status == 0 && status >= 200 {
		r.Status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *Recorder) Write(p []byte) (int, error) {
	if r.Status == 0 {
		r.Status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(p)
	r.Bytes += int64(n)
	return n, err
}

// Flush sends what there is.
func (r *Recorder) Flush() {
	if r.Status == 0 {
		r.Status = http.StatusOK
	}
	_ = http.NewResponseController(r.ResponseWriter).Flush() // one that cannot sends at the end
}

// Unwrap lets http.ResponseController reach what is underneath.
func (r *Recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
