// Package auth answers one question: who is this? It keeps passwords, browser
// sessions and API tokens, and slows down those who guess.
//
// Guarantees: passwords are kept as argon2id in PHC text; of a session's cookie
// and of a token only the SHA-256 is stored; secrets are compared in constant
// time; an unknown login costs as much as a wrong password; a session ends after
// twelve idle hours and in any case after seven days; a new password ends every
// session of the person.
//
// It never decides what an actor may do: that is asked of flow, with the person
// that auth names. It writes no facts; signing in changes nothing in the record.
// Tokens are made and taken back by flow's verbs; auth only recognises them.
//
// Clock and randomness are injected. The tests run on a real SQLite store with a
// clock they move by hand.
package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"sync"
	"time"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// Config hands down the clock and the randomness. Clock is required; Rand is
// crypto/rand when nil.
type Config struct {
	Clock func() time.Time
	Rand  io.Reader
}

// Auth recognises people and tokens. It is safe for many goroutines.
type Auth struct {
	store *store.Store
	now   func() time.Time
	rand  io.Reader

	byLogin *buckets
	byPlace *buckets
	hashing chan struct{} // bounds the memory that password hashing takes

	mu     sync.Mutex
	tokens map[string]knownToken
}

// New makes an Auth over the store.
func New(s *store.Store, c Config) *Auth {
	a := &Auth{store: s, now: c.Clock, rand: c.Rand,
		byLogin: newBuckets(loginBurst, loginRefill),
		byPlace: newBuckets(placeBurst, placeRefill),
		hashing: make(chan struct{}, maxHashing),
		tokens:  map[string]knownToken{},
	}
	if a.rand == nil {
		a.rand = rand.Reader
	}
	return a
}

func (a *Auth) micros() int64 { return a.now().UnixMicro() }

// today is the calendar day where the installation is; posts are dated by it.
func (a *Auth) today() org.Date {
	t := a.now()
	if loc := a.store.Location(); loc != nil {
		t = t.In(loc)
	}
	return org.Date(t.Year()*10000 + int(t.Month())*100 + t.Day())
}

// secret draws 32 random bytes.
func (a *Auth) secret() ([]byte, error) {
	b := make([]byte, 32)
	if _, err := io.ReadFull(a.rand, b); err != nil {
		return nil, fault.Down("auth: randomness", err)
	}
	return b, nil
}

// Hash is the form in which a cookie or a token is stored: SHA-256 of its whole
// text, in hex.
func Hash(secret string) string {
	s := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(s[:])
}

// active reads the person; one who may no longer sign in is refused.
func active(tx *store.Tx, id ident.Person) (org.Person, error) {
	p, err := tx.Person(id)
	if err != nil {
		return p, err
	}
	if !p.Active {
		return p, fault.Deny(fault.Why("person_inactive", "name", p.Name))
	}
	return p, nil
}

func (a *Auth) view(ctx context.Context, fn func(tx *store.Tx) error) error {
	return a.store.View(ctx, fn)
}
