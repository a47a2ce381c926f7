// Package ident has the typed identifiers and the way they are minted.
//
// An identifier is 26 characters of lower-case base 32: 48 bits of milliseconds
// and 80 bits of randomness, so that it sorts by time of birth, is unique
// without asking anybody and survives a journey between installations. Within
// one millisecond a Minter counts upward, so that its identifiers never go back.
//
// Clock and randomness are injected: the same seed and clock give the same
// identifiers, which is what makes the demo's bytes repeatable.
package ident

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"io"
	"sync"
	"time"
)

// The identifiers, one type each, so that a filing is never passed for an item.
type (
	Unit         string
	Person       string
	Post         string
	Line         string
	Item         string
	Revision     string
	Attachment   string
	Filing       string
	Placement    string
	Publication  string
	Issue        string
	Delivery     string
	Duty         string
	Outcome      string
	Rulebook     string
	Fact         string
	News         string
	Session      string
	Token        string
	Confirmation string
	Webhook      string
)

var alphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// Len is the length of every identifier.
const Len = 26

// Minter makes identifiers. It is safe for many goroutines.
type Minter struct {
	now  func() time.Time
	rand io.Reader

	mu   sync.Mutex
	last int64
	tail [10]byte
}

// NewMinter takes the clock and the randomness (crypto/rand.Reader in earnest).
func NewMinter(now func() time.Time, rand io.Reader) *Minter {
	return &Minter{now: now, rand: rand}
}

// New mints the text of one identifier: ident.Item(m.New()).
func (m *Minter) New() string { return m.At(m.now()) }

// At mints as of a given time; a transaction uses its own frozen time.
func (m *Minter) At(t time.Time) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	ms := t.UnixMilli()
	if ms > m.last {
		m.last = ms
		if _, err := io.ReadFull(m.rand, m.tail[:]); err != nil {
			panic("ident: the randomness source failed: " + err.Error()) // nothing sound can follow
		}
		m.tail[0] &= 0x7f // room to count upward within the millisecond
	} else {
		for i := len(m.tail) - 1; i >= 0; i-- {
			m.tail[i]++
			if m.tail[i] != 0 {
				break
			}
		}
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(m.last)<<16)
	copy(b[6:], m.tail[:])
	return alphabet.EncodeToString(b[:])
}

// Hash derives an identifier from the parts that make a thing what it is, so
// that the same thing told twice has one identity.
func Hash(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(p)))
		h.Write(n[:])
		io.WriteString(h, p)
	}
	return alphabet.EncodeToString(h.Sum(nil)[:16])
}

// Valid reports whether s has the form of an identifier.
func Valid(s string) bool {
	if len(s) != Len {
		return false
	}
	_, err := alphabet.DecodeString(s)
	return err == nil
}
