package httpio

import (
	"compress/gzip"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// worthwhile is the least length of an answer that is compressed.
const worthwhile = 1024

var gzips = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed) // the level is a valid one
	return z
}}

// Gzip compresses answers of text longer than 1 KB for browsers that take it.
func Gzip(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead || !takesGzip(r.Header.Get("Accept-Encoding")) {
			w.Header().Add("Vary", "Accept-Encoding")
			next.ServeHTTP(w, r)
			return
		}
		s := &squeezer{ResponseWriter: w}
		next.ServeHTTP(s, r) // after a panic nothing is finished: the reader sees it was cut off
		s.finish()
	})
}

// takesGzip reads an Accept-Encoding header.
func takesGzip(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		name, params, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			q, ok := strings.CutPrefix(strings.TrimSpace(params), "q=")
			weight, err := strconv.ParseFloat(q, 64)
			return !ok || err == nil && weight > 0
		}
	}
	return false
}

// squeezer holds back the first KB of an answer and then decides.
type squeezer struct {
	http.ResponseWriter
	status  int
	held    []byte
	decided bool
	z       *gzip.Writer // nil if the answer goes out as it is
}

func (s *squeezer) WriteHeader(status int) {
	if status < 200 {
		s.ResponseWriter.WriteHeader(status)
		return
	}
	if s.status == 0 {
		s.status = status
	}
}

func (s *squeezer) Write(p []byte) (int, error) {
	if !s.decided {
		s.held = append(s.held, p...)
		if len(s.held) < worthwhile {
			return len(p), nil
		}
		return len(p), s.decide(true)
	}
	if s.z != nil {
		return s.z.Write(p)
	}
	return s.ResponseWriter.Write(p)
}

// decide sends the header and what was held back.
func (s *squeezer) decide(long bool) error {
	s.decided = true
	if s.status == 0 {
		s.status = http.StatusOK
	}
	h := s.Header()
	if h.Get("Content-Type") == "" && len(s.held) > 0 {
		h.Set("Content-Type", http.DetectContentType(s.held))
	}
	h.Add("Vary", "Accept-Encoding")
	if long && s.squeezable() {
		h.Set("Content-Encoding", "gzip")
		h.Del("Content-Length")
		if tag := h.Get("ETag"); tag != "" && !strings.HasPrefix(tag, "W/") {
			h.Set("ETag", "W/"+tag) // other bytes, the same content
		}
		s.z = gzips.Get().(*gzip.Writer)
		s.z.Reset(s.ResponseWriter)
	}
	s.ResponseWriter.WriteHeader(s.status)
	held := s.held
	s.held = nil
	if len(held) == 0 {
		return nil
	}
	_, err := s.Write(held)
	return err
}

func (s *squeezer) squeezable() bool {
	h := s.Header()
	if s.status == http.StatusNoContent || s.status == http.StatusNotModified || s.status == http.StatusPartialContent ||
		h.Get("Content-Encoding") != "" || h.Get("Content-Disposition") != "" {
		return false
	}
	mediaType, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	switch mediaType {
	case "application/javascript", "application/xml", "image/svg+xml", "application/yaml":
		return true
	}
	return strings.HasPrefix(mediaType, "text/") || strings.HasSuffix(mediaType, "json")
}

// Flush sends what there is, as a handler that answers bit by bit wants.
func (s *squeezer) Flush() {
	if !s.decided && s.decide(true) != nil {
		return
	}
	if s.z != nil && s.z.Flush() != nil {
		return
	}
	// A writer underneath that cannot flush sends at the end.
	_ = http.NewResponseController(s.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach what is underneath.
func (s *squeezer) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (s *squeezer) finish() {
	if !s.decided {
		if s.status == 0 && len(s.held) == 0 {
			return // the server says 200 itself
		}
		if s.decide(false) != nil {
			return // the reader went away
		}
	}
	if s.z != nil {
		if s.z.Close() == nil {
			gzips.Put(s.z)
		}
		s.z = nil
	}
}
