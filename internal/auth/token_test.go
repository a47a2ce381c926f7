package auth

import (
	"testing"
	"time"

	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

const secret = TokenPrefix + "mfrggzdfmztwq2lknnwg23tpoa"

func (w *world) token(t *testing.T, expires int64) ident.Token {
	t.Helper()
	var id ident.Token
	err := w.store.Update(t.Context(), func(tx *store.Tx) error {
		id = ident.Token(tx.Mint())
		return tx.InsertToken(store.Token{ID: id, Hash: Hash(secret), Person: w.jia, Name: "县里的旧平台", Scopes: []org.Stage{org.StageSubmit}, Created: tx.Now(), Expires: expires})
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (w *world) revoke(t *testing.T, id ident.Token) {
	t.Helper()
	if err := w.store.Update(t.Context(), func(tx *store.Tx) error { return tx.RevokeToken(id, tx.Now()) }); err != nil {
		t.Fatal(err)
	}
}

func TestToken(t *testing.T) {
	w := newWorld(t)
	if _, err := w.Token(t.Context(), secret); code(err) != "token_unknown" {
		t.Errorf("Token before it exists = %v, want token_unknown", err)
	}
	id := w.token(t, w.clock.Add(time.Hour).UnixMicro())
	got, err := w.Token(t.Context(), secret) // at once: the unknown was not remembered
	if err != nil || got.Person != w.jia || got.ID != id || len(got.Scopes) != 1 || got.Scopes[0] != org.StageSubmit {
		t.Errorf("Token = %+v, %v, want jia with submit", got, err)
	}
	for _, c := range []struct{ bearer, want string }{
		{"", "token_missing"}, {"mfrggzdf", "token_unknown"}, {secret + "a", "token_unknown"}, {Hash(secret), "token_unknown"}, {TokenPrefix, "token_unknown"},
	} {
		if _, err := w.Token(t.Context(), c.bearer); code(err) != c.want {
			t.Errorf("Token(%q) = %v, want %q", c.bearer, err, c.want)
		}
	}
	w.pass(time.Hour)
	if _, err := w.Token(t.Context(), secret); code(err) != "token_expired" {
		t.Errorf("Token after its end = %v, want token_expired", err)
	}
}

func TestTokenRevoked(t *testing.T) {
	w := newWorld(t)
	id := w.token(t, 0)
	if _, err := w.Token(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	w.revoke(t, id)
	w.Forget(id)
	if _, err := w.Token(t.Context(), secret); code(err) != "token_revoked" {
		t.Errorf("Token after Forget = %v, want token_revoked", err)
	}
}

// Revoked by another process, it is believed for five seconds at most.
func TestTokenRevokedElsewhere(t *testing.T) {
	w := newWorld(t)
	id := w.token(t, 0)
	if _, err := w.Token(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	w.revoke(t, id)
	w.pass(tokenFresh)
	if _, err := w.Token(t.Context(), secret); code(err) != "token_revoked" {
		t.Errorf("Token after %v = %v, want token_revoked", tokenFresh, err)
	}
}

func TestTokenOfInactivePerson(t *testing.T) {
	w := newWorld(t)
	w.token(t, 0)
	w.inactive(t)
	if _, err := w.Token(t.Context(), secret); code(err) != "person_inactive" {
		t.Errorf("Token = %v, want person_inactive", err)
	}
}

// The set of remembered tokens is bounded.
func TestTokensRemembered(t *testing.T) {
	w := newWorld(t)
	for i := range maxTokens + 5 {
		w.keep(Hash(time.Duration(i).String()), knownToken{})
	}
	if n := len(w.tokens); n > maxTokens {
		t.Errorf("%d remembered, want at most %d", n, maxTokens)
	}
}
