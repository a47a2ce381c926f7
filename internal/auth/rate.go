package auth

import (
	"sync"
	"time"
)

// How often one may guess. A right password costs nothing: only failures empty
// the bucket, so that a county hall behind one address can sign in at eight.
const (
	loginBurst  = 8
	loginRefill = 30 * time.Second
	placeBurst  = 60
	placeRefill = 3 * time.Second

	maxBuckets = 20_000
)

// buckets are token buckets by key, bounded in number. Full buckets are not
// kept: an unknown key is a full bucket.
type buckets struct {
	burst  float64
	refill time.Duration // one try comes back after

	mu   sync.Mutex
	left map[string]bucket
}

type bucket struct {
	left float64
	at   time.Time
}

func newBuckets(burst int, refill time.Duration) *buckets {
	return &buckets{burst: float64(burst), refill: refill, left: map[string]bucket{}}
}

// take uses one try; wait is how long until there is one when ok is false.
func (b *buckets) take(key string, now time.Time) (wait time.Duration, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k := b.now(key, now)
	if k.left < 1 {
		return time.Duration((1 - k.left) * float64(b.refill)), false
	}
	if _, known := b.left[key]; !known && len(b.left) >= maxBuckets {
		b.sweep(now)
	}
	k.left--
	b.left[key] = k
	return 0, true
}

// giveBack returns a try that turned out to be honest.
func (b *buckets) giveBack(key string, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k := b.now(key, now)
	if k.left++; k.left >= b.burst {
		delete(b.left, key)
		return
	}
	b.left[key] = k
}

func (b *buckets) now(key string, now time.Time) bucket {
	k, known := b.left[key]
	if !known {
		return bucket{left: b.burst, at: now}
	}
	if passed := now.Sub(k.at); passed > 0 {
		k.left = min(b.burst, k.left+float64(passed)/float64(b.refill))
	}
	k.at = now
	return k
}

// sweep makes room: full buckets go; if a flood of keys keeps them all in use,
// half of them go, which forgives some guesses but keeps memory bounded.
func (b *buckets) sweep(now time.Time) {
	for key := range b.left {
		if b.now(key, now).left >= b.burst {
			delete(b.left, key)
		}
	}
	if len(b.left) < maxBuckets {
		return
	}
	for key := range b.left {
		if len(b.left) <= maxBuckets/2 {
			return
		}
		delete(b.left, key)
	}
}
