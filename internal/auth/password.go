package auth

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/store"
)

// Lengths of a password in runes. The upper bound only keeps a stranger from
// handing us megabytes to hash.
const (
	MinPassword = 8
	MaxPassword = 128
)

// cost is argon2id's parameters. They stand in every stored hash, so that they
// can be raised later without touching what is stored.
type cost struct {
	memory uint32 // KiB
	time   uint32
	lanes  uint8
}

var usual = cost{memory: 19 * 1024, time: 2, lanes: 1}

const (
	saltLen    = 16
	keyLen     = 32
	maxHashing = 4 // at once: 4 × 19 MiB
)

var errHash = errors.New("the stored password hash cannot be read")

// phc is a parsed hash: $argon2id$v=19$m=19456,t=2,p=1$salt$key.
type phc struct {
	cost
	salt, key []byte
}

// nobody is what an unknown login is compared with: the same work, never a match.
var nobody = phc{cost: usual, salt: make([]byte, saltLen), key: make([]byte, keyLen)}

func (p phc) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.time, p.lanes, b64.EncodeToString(p.salt), b64.EncodeToString(p.key))
}

// parsePHC reads a stored hash and refuses parameters that would exhaust the
// machine: what stands in the database may come from a restored copy.
func parsePHC(s string) (phc, error) {
	var p phc
	part := strings.Split(s, "$")
	if len(part) != 6 || part[0] != "" || part[1] != "argon2id" || part[2] != "v="+strconv.Itoa(argon2.Version) {
		return p, errHash
	}
	var m, t, l uint64
	for i, kv := range strings.Split(part[3], ",") {
		name, value, _ := strings.Cut(kv, "=")
		n, err := strconv.ParseUint(value, 10, 32)
		if err != nil || i > 2 || name != [...]string{"m", "t", "p"}[i] {
			return p, errHash
		}
		*[...]*uint64{&m, &t, &l}[i] = n
	}
	if m < 8*l || m > 1<<20 || t < 1 || t > 16 || l < 1 || l > 16 {
		return p, errHash
	}
	p.cost = cost{memory: uint32(m), time: uint32(t), lanes: uint8(l)}
	var err1, err2 error
	p.salt, err1 = base64.RawStdEncoding.DecodeString(part[4])
	p.key, err2 = base64.RawStdEncoding.DecodeString(part[5])
	if err1 != nil || err2 != nil || len(p.salt) < 8 || len(p.salt) > 64 || len(p.key) < 16 || len(p.key) > 64 {
		return phc{}, errHash
	}
	return p, nil
}

// matches compares in constant time.
func (p phc) matches(plain string) bool {
	key := argon2.IDKey([]byte(plain), p.salt, p.time, p.memory, p.lanes, uint32(len(p.key)))
	return subtle.ConstantTimeCompare(key, p.key) == 1
}

// slot waits for room to hash.
func (a *Auth) slot(ctx context.Context) (release func(), err error) {
	select {
	case a.hashing <- struct{}{}:
		return func() { <-a.hashing }, nil
	case <-ctx.Done():
		return nil, fault.Down("auth: hashing", ctx.Err())
	}
}

// hash makes the PHC text of a password.
func (a *Auth) hash(ctx context.Context, plain string) (string, error) {
	b, err := a.secret()
	if err != nil {
		return "", err
	}
	release, err := a.slot(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	p := phc{cost: usual, salt: b[:saltLen]}
	p.key = argon2.IDKey([]byte(plain), p.salt, p.time, p.memory, p.lanes, keyLen)
	return p.String(), nil
}

// CheckPassword says what is wrong with a new password.
func CheckPassword(plain string) []fault.Field {
	n := utf8.RuneCountInString(plain)
	switch {
	case !utf8.ValidString(plain):
		return []fault.Field{{Path: "password", Code: "broken_utf8"}}
	case n == 0:
		return []fault.Field{{Path: "password", Code: "required"}}
	case n < MinPassword:
		return []fault.Field{{Path: "password", Code: "too_short", Params: fault.Pairs("min", strconv.Itoa(MinPassword), "have", strconv.Itoa(n))}}
	case n > MaxPassword:
		return []fault.Field{{Path: "password", Code: "too_long", Params: fault.Pairs("max", strconv.Itoa(MaxPassword), "have", strconv.Itoa(n), "over", strconv.Itoa(n-MaxPassword))}}
	}
	return nil
}

// HashPassword makes the text that is kept of a new password, for a verb that
// sets it together with its fact.
func (a *Auth) HashPassword(ctx context.Context, plain string) (text string, err error) {
	defer fault.Wrap(&err, "auth.HashPassword")
	if err := fault.Fields(CheckPassword(plain)); err != nil {
		return "", err
	}
	return a.hash(ctx, plain)
}

// SetPassword gives a person a new password and ends every session the person
// has: whoever knew the old one is out.
func (a *Auth) SetPassword(ctx context.Context, person ident.Person, plain string) (err error) {
	defer fault.Wrap(&err, "auth.SetPassword")
	if err := fault.Fields(CheckPassword(plain)); err != nil {
		return err
	}
	text, err := a.hash(ctx, plain)
	if err != nil {
		return err
	}
	return a.store.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.Person(person); err != nil {
			return err
		}
		if err := tx.SetPassword(person, text); err != nil {
			return err
		}
		return tx.DropSessionsOf(person)
	})
}
