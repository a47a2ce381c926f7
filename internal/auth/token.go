package auth

import (
	"context"
	"crypto/subtle"
	"strings"
	"time"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// TokenPrefix begins every API token, so that a leaked one is recognised by
// those who scan for secrets.
const TokenPrefix = "xs_"

// TokenActor is who a token speaks for and how far.
type TokenActor struct {
	Person ident.Person
	Scopes []org.Stage
	ID     ident.Token
}

const (
	tokenFresh = 5 * time.Second // how long a look-up is believed
	maxTokens  = 4096            // known at once
)

type knownToken struct {
	store.Token
	read time.Time
}

// Token recognises an API token. A refusal names why: token_missing,
// token_unknown, token_revoked, token_expired or person_inactive.
//
// What was read is believed for five seconds, so that a system that files a
// thousand times a second is not looked up a thousand times. A token revoked in
// this process is forgotten at once (see Forget); one revoked elsewhere works
// for at most five seconds more.
func (a *Auth) Token(ctx context.Context, bearer string) (act TokenActor, err error) {
	if bearer == "" {
		return act, fault.Deny(fault.Why("token_missing"))
	}
	if !strings.HasPrefix(bearer, TokenPrefix) || len(bearer) > 200 {
		return act, fault.Deny(fault.Why("token_unknown"))
	}
	t, err := a.lookUp(ctx, Hash(bearer))
	if err != nil {
		return act, err
	}
	now := a.micros()
	switch {
	case t.Revoked != 0:
		return act, fault.Deny(fault.Why("token_revoked", "name", t.Name))
	case t.Expires != 0 && now >= t.Expires:
		return act, fault.Deny(fault.Why("token_expired", "name", t.Name))
	}
	return TokenActor{Person: t.Person, Scopes: t.Scopes, ID: t.ID}, nil
}

// lookUp finds a token by hash: among those known, else in the store. Unknown
// hashes are not kept, so that guessing fills no memory and a new token works at
// once.
func (a *Auth) lookUp(ctx context.Context, hash string) (t store.Token, err error) {
	defer fault.Wrap(&err, "auth.Token")
	now := a.now()
	a.mu.Lock()
	k, ok := a.tokens[hash]
	a.mu.Unlock()
	if age := now.Sub(k.read); ok && age >= 0 && age < tokenFresh {
		return k.Token, nil
	}
	err = a.view(ctx, func(tx *store.Tx) error {
		t, err = tx.TokenByHash(hash)
		if err != nil {
			return err
		}
		_, err := active(tx, t.Person)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return t, fault.Deny(fault.Why("token_unknown"))
	}
	if err != nil {
		return t, err
	}
	if subtle.ConstantTimeCompare([]byte(t.Hash), []byte(hash)) != 1 {
		return t, fault.Deny(fault.Why("token_unknown"))
	}
	a.keep(hash, knownToken{t, now})
	return t, nil
}

func (a *Auth) keep(hash string, k knownToken) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.tokens) >= maxTokens {
		clear(a.tokens) // rare, and they are read again in one query each
	}
	a.tokens[hash] = k
}

// Forget drops what is remembered of a token. Whoever revokes one calls it.
func (a *Auth) Forget(id ident.Token) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for hash, k := range a.tokens {
		if k.ID == id {
			delete(a.tokens, hash)
		}
	}
}
