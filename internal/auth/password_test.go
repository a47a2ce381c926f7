package auth

import (
	"errors"
	"strings"
	"testing"

	"xinshu/internal/fault"
)

func TestPHC(t *testing.T) {
	w := newWorld(t)
	text, err := w.hash(t.Context(), "password1")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(text, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash = %q, want argon2id with 19 MiB, 2 passes, 1 lane", text)
	}
	p, err := parsePHC(text)
	if err != nil || p.String() != text {
		t.Errorf("parsePHC(%q) = %q, %v, want the same text again", text, p, err)
	}
	if !p.matches("password1") || p.matches("password2") {
		t.Errorf("matches: right = %v, wrong = %v, want true, false", p.matches("password1"), p.matches("password2"))
	}
	again, _ := w.hash(t.Context(), "password1")
	if again == text {
		t.Errorf("two hashes of one password are equal, want different salts")
	}
}

// A hash made by the reference program for argon2, so that what other software
// wrote can be read.
func TestPHCFromElsewhere(t *testing.T) {
	const given = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	p, err := parsePHC(given)
	if err != nil {
		t.Fatalf("parsePHC = %v, want no error", err)
	}
	if !p.matches("password") {
		t.Errorf("matches(password) = false, want true")
	}
}

func TestPHCRefused(t *testing.T) {
	for _, bad := range []string{
		"", "plain", "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=256,t=0,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$t=2,m=256,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=256,t=2,p=1,x=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=256,t=2,p=1$c29t$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$",
	} {
		if p, err := parsePHC(bad); !errors.Is(err, errHash) {
			t.Errorf("parsePHC(%q) = %v, %v, want %v", bad, p, err, errHash)
		}
	}
}

func TestCheckPassword(t *testing.T) {
	for _, c := range []struct{ plain, want string }{
		{"", "required"}, {"七个字的口令呀", "too_short"}, {"八个字的口令好了", ""}, {strings.Repeat("长", MaxPassword), ""},
		{strings.Repeat("长", MaxPassword+1), "too_long"}, {"\xff12345678", "broken_utf8"},
	} {
		got := ""
		if bad := CheckPassword(c.plain); len(bad) > 0 {
			got = bad[0].Code
		}
		if got != c.want {
			t.Errorf("CheckPassword(%q) = %q, want %q", c.plain, got, c.want)
		}
	}
}

func TestSetPasswordEndsSessions(t *testing.T) {
	w := newWorld(t)
	cookie := w.signIn(t)
	if err := w.SetPassword(t.Context(), w.jia, "short"); !fault.Is(err, fault.Invalid) {
		t.Errorf("SetPassword(short) = %v, want invalid", err)
	}
	if _, err := w.Session(t.Context(), cookie); err != nil {
		t.Errorf("Session after a refused password = %v, want it still there", err)
	}
	if err := w.SetPassword(t.Context(), w.jia, "a new long word"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Session(t.Context(), cookie); code(err) != "session_ended" {
		t.Errorf("Session after a new password = %v, want session_ended", err)
	}
	if _, _, err := w.SignIn(t.Context(), "jiaming", rightWord, "p"); code(err) != "wrong_sign_in" {
		t.Errorf("SignIn with the old password = %v, want wrong_sign_in", err)
	}
	if err := w.SetPassword(t.Context(), "nobody", "a new long word"); !fault.Is(err, fault.NotFound) {
		t.Errorf("SetPassword(nobody) = %v, want not found", err)
	}
}

// code is the first reason of a refusal.
func code(err error) string {
	if rs, ok := fault.Refused(err); ok && len(rs) > 0 {
		return rs[0].Code
	}
	return ""
}
