package httpio

import (
	"crypto/sha256"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"xinshu/internal/fault"
)

// maxReaders bounds how many readers a Limiter remembers.
const maxReaders = 20_000

// Limiter counts requests: each reader may make so many a minute, and a whole
// minute's at once after a rest. A reader is a token or a session that has proved
// good, so that a county hall behind one address is not one reader; anybody else
// is his address.
type Limiter struct {
	limit  float64
	cookie string
	now    func() time.Time

	mu   sync.Mutex
	left map[string]supply // full ones need not be kept, except those of proved readers
}

type supply struct {
	left float64
	at   time.Time
}

// NewLimiter makes one for so many requests a minute; cookie is the name of the
// session's.
func NewLimiter(perMinute int, cookie string, now func() time.Time) *Limiter {
	return &Limiter{limit: float64(perMinute), cookie: cookie, now: now, left: map[string]supply{}}
}

// Allowance is what a reader has left.
type Allowance struct {
	OK          bool
	Limit, Left int
	Full, Next  time.Duration // until everything, and until one more, is there
}

// Handler counts. The answer to who has asked too often is the edge's, in its own
// form and the reader's language: it finds Wait in the trace. Answers of the API
// say in their header what is left.
func (l *Limiter) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t := TraceOf(r.Context())
		api := strings.HasPrefix(r.URL.Path, "/api/")
		credential := l.credential(r, api)
		key := credential
		if key == "" || !l.knows(key) {
			key = addressKey(r.RemoteAddr)
		}
		a := l.Take(key)
		h := w.Header()
		if api {
			h.Set("RateLimit-Limit", strconv.Itoa(a.Limit))
			h.Set("RateLimit-Remaining", strconv.Itoa(a.Left))
			h.Set("RateLimit-Reset", strconv.Itoa(seconds(a.Full)))
		}
		if !a.OK {
			t.Wait = seconds(a.Next)
			h.Set("Retry-After", strconv.Itoa(t.Wait))
			next.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
		if credential != "" {
			l.proved(credential, t.Person != "")
		}
	})
}

// credential is what the edge will go by: the API by the token alone, pages by the
// session's cookie. Only its digest is kept.
func (l *Limiter) credential(r *http.Request, api bool) string {
	said := ""
	if api {
		said = r.Header.Get("Authorization")
	} else if c, err := r.Cookie(l.cookie); err == nil {
		said = c.Value
	}
	if said == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(said))
	return string(sum[:])
}

// addressKey is the address, of IPv6 the network that one subscriber has.
func addressKey(remote string) string {
	a, ok := addressIn(remote)
	if !ok {
		return remote
	}
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

// seconds rounds up: somebody who waits as long as he was told gets in.
func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }

// Take uses one request.
func (l *Limiter) Take(key string) Allowance {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	s, known := l.left[key]
	s = l.refilled(s, known, now)
	a := Allowance{OK: s.left >= 1, Limit: int(l.limit)}
	if a.OK {
		if !known && len(l.left) >= maxReaders {
			l.sweep(now)
		}
		s.left--
		l.left[key] = s
	}
	perSecond := l.limit / 60
	a.Left = int(s.left)
	a.Full = time.Duration((l.limit - s.left) / perSecond * float64(time.Second))
	if s.left < 1 {
		a.Next = max(time.Second, time.Duration((1-s.left)/perSecond*float64(time.Second)))
	}
	return a
}

func (l *Limiter) refilled(s supply, known bool, now time.Time) supply {
	if !known {
		return supply{left: l.limit, at: now}
	}
	if passed := now.Sub(s.at); passed > 0 {
		s.left = min(l.limit, s.left+passed.Seconds()*l.limit/60)
	}
	s.at = now
	return s
}

// knows tells whether a credential has proved good. One that has not is counted
// by the address it comes from, or guessing would be free.
func (l *Limiter) knows(credential string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, known := l.left[credential]
	return known
}

func (l *Limiter) proved(credential string, good bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, known := l.left[credential]
	switch {
	case known && !good:
		delete(l.left, credential)
	case good && !known:
		if len(l.left) >= maxReaders {
			l.sweep(l.now())
		}
		l.left[credential] = supply{left: l.limit, at: l.now()}
	}
}

// sweep makes room: whoever has a full supply is forgotten; if a flood of readers
// keeps them all in use, half of them are, which forgives some but keeps memory
// bounded.
func (l *Limiter) sweep(now time.Time) {
	for key, s := range l.left {
		if l.refilled(s, true, now).left >= l.limit {
			delete(l.left, key)
		}
	}
	if len(l.left) < maxReaders {
		return
	}
	for key := range l.left {
		if len(l.left) <= maxReaders/2 {
			return
		}
		delete(l.left, key)
	}
}

// tooMany is the code of the reason in TooMany.
const tooMany = "too_many_requests"

// TooMany is the refusal of somebody who has asked too often, nil if he has not.
func TooMany(r *http.Request) error {
	wait := TraceOf(r.Context()).Wait
	if wait == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Unavailable, What: "limit", Reasons: []fault.Reason{fault.Why(tooMany, "seconds", strconv.Itoa(wait))}}
}
