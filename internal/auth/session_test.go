package auth

import (
	"testing"
	"time"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/store"
)

func TestSignIn(t *testing.T) {
	for _, c := range []struct{ name, login, password, want string }{
		{"right", "jiaming", rightWord, ""},
		{"spaces around the login", "  jiaming ", rightWord, ""},
		{"capitals in the login", "JiaMing", rightWord, ""},
		{"wrong password", "jiaming", rightWord + "x", "wrong_sign_in"},
		{"unknown login", "nobody", rightWord, "wrong_sign_in"},
		{"the empty hash's own password", "nobody", "\x00", "wrong_sign_in"},
		{"huge password", "jiaming", string(make([]byte, 1<<20)), "wrong_sign_in"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			cookie, s, err := w.SignIn(t.Context(), c.login, c.password, "10.0.0.1")
			if got := code(err); got != c.want {
				t.Fatalf("SignIn = %v, want %q", err, c.want)
			}
			if c.want == "" && (len(cookie) != 43 || s.Person != w.jia || s.Locale != "zh-CN" || s.FormToken == "") {
				t.Errorf("SignIn = %q, %+v, want a cookie of 32 bytes and %s's session", cookie, s, w.jia)
			}
			if c.want != "" && cookie != "" {
				t.Errorf("cookie = %q, want none", cookie)
			}
		})
	}
}

func TestSignInNeedsBoth(t *testing.T) {
	w := newWorld(t)
	_, _, err := w.SignIn(t.Context(), " ", "", "p")
	if bad, ok := fault.BadFields(err); !ok || len(bad) != 2 {
		t.Errorf("SignIn(empty) = %v, want both fields required", err)
	}
}

// Only the hash of the cookie may be found in the store.
func TestCookieIsNotStored(t *testing.T) {
	w := newWorld(t)
	cookie := w.signIn(t)
	err := w.store.View(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.Session(cookie); !fault.Is(err, fault.NotFound) {
			t.Errorf("tx.Session(cookie) = %v, want not found", err)
		}
		_, err := tx.Session(Hash(cookie))
		return err
	})
	if err != nil {
		t.Errorf("tx.Session(hash) = %v, want the session", err)
	}
}

func TestSessionEnds(t *testing.T) {
	w := newWorld(t)
	cookie := w.signIn(t)
	for _, bad := range []string{"", "x", cookie + "A", Hash(cookie)} {
		if _, err := w.Session(t.Context(), bad); code(err) != "session_ended" {
			t.Errorf("Session(%q) = %v, want session_ended", bad, err)
		}
	}
	w.pass(Idle - time.Minute)
	if _, err := w.Session(t.Context(), cookie); err != nil {
		t.Fatalf("Session after %v idle = %v, want it alive", Idle-time.Minute, err)
	}
	w.pass(Idle - time.Minute) // the request before wound the clock up again
	if _, err := w.Session(t.Context(), cookie); err != nil {
		t.Fatalf("Session after another %v = %v, want it alive", Idle-time.Minute, err)
	}
	w.pass(Idle)
	if _, err := w.Session(t.Context(), cookie); code(err) != "session_ended" {
		t.Errorf("Session after %v idle = %v, want session_ended", Idle, err)
	}
}

func TestSessionEndsAbsolutely(t *testing.T) {
	w := newWorld(t)
	cookie := w.signIn(t)
	for range 13 { // 6.5 days, never idle
		w.pass(12*time.Hour - time.Second)
		if _, err := w.Session(t.Context(), cookie); err != nil {
			t.Fatalf("Session = %v, want it alive before %v", err, Absolute)
		}
	}
	w.pass(11 * time.Hour)
	w.pass(time.Hour)
	if _, err := w.Session(t.Context(), cookie); code(err) != "session_ended" {
		t.Errorf("Session after seven days = %v, want session_ended", err)
	}
}

func TestInactivePerson(t *testing.T) {
	w := newWorld(t)
	cookie := w.signIn(t)
	w.inactive(t)
	if _, err := w.Session(t.Context(), cookie); code(err) != "person_inactive" {
		t.Errorf("Session = %v, want person_inactive", err)
	}
	if _, _, err := w.SignIn(t.Context(), "jiaming", rightWord, "p"); code(err) != "person_inactive" {
		t.Errorf("SignIn = %v, want person_inactive", err)
	}
	if _, _, err := w.SignInAs(t.Context(), w.jia); code(err) != "person_inactive" {
		t.Errorf("SignInAs = %v, want person_inactive", err)
	}
}

func TestSessionChanges(t *testing.T) {
	w := newWorld(t)
	cookie, s, err := w.SignInAs(t.Context(), w.jia)
	if err != nil {
		t.Fatal(err)
	}
	if !s.FormOK(s.FormToken) || s.FormOK("") || s.FormOK(s.FormToken+"x") || (Session{}).FormOK("") {
		t.Errorf("FormOK takes the wrong token")
	}
	if err := w.SwitchPost(t.Context(), cookie, ident.Post("another")); !fault.Is(err, fault.Invalid) {
		t.Errorf("SwitchPost(another) = %v, want invalid", err)
	}
	if err := w.SwitchPost(t.Context(), cookie, w.post); err != nil {
		t.Errorf("SwitchPost = %v, want no error", err)
	}
	if err := w.SetPrefs(t.Context(), cookie, Prefs{Locale: "fr", Size: "huge"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("SetPrefs(fr, huge) = %v, want invalid", err)
	}
	if err := w.SetPrefs(t.Context(), cookie, Prefs{Locale: "en"}); err != nil {
		t.Errorf("SetPrefs(en) = %v, want no error", err)
	}
	if err := w.SetPrefs(t.Context(), cookie, Prefs{Size: "large"}); err != nil {
		t.Errorf("SetPrefs(large) = %v, want no error", err)
	}
	got, err := w.Session(t.Context(), cookie)
	if err != nil || got.Post != w.post || got.Locale != "en" || got.Size != "large" || got.FormToken != s.FormToken {
		t.Errorf("Session = %+v, %v, want the post, en, large and the same form token", got, err)
	}
	if err := w.SignOut(t.Context(), cookie); err != nil {
		t.Fatal(err)
	}
	if err := w.SignOut(t.Context(), cookie); err != nil {
		t.Errorf("SignOut twice = %v, want no error", err)
	}
	if _, err := w.Session(t.Context(), cookie); code(err) != "session_ended" {
		t.Errorf("Session after SignOut = %v, want session_ended", err)
	}
}

func TestTooManyAttempts(t *testing.T) {
	w := newWorld(t)
	try := func(login, word, place string) string {
		_, _, err := w.SignIn(t.Context(), login, word, place)
		return code(err)
	}
	for range 3 * loginBurst { // right ones cost nothing
		if got := try("jiaming", rightWord, "p1"); got != "" {
			t.Fatalf("SignIn = %q, want a session however often", got)
		}
	}
	for i := range loginBurst {
		if got := try("jiaming", "wrong word", "p1"); got != "wrong_sign_in" {
			t.Fatalf("guess %d = %q, want wrong_sign_in", i, got)
		}
	}
	if got := try("JIAMING ", rightWord, "p2"); got != "too_many_attempts" {
		t.Errorf("after %d guesses, from anywhere = %q, want too_many_attempts", loginBurst, got)
	}
	_, _, err := w.SignIn(t.Context(), "jiaming", rightWord, "p1")
	rs, _ := fault.Refused(err)
	if len(rs) != 1 || rs[0].Params["seconds"] != "30" || rs[0].Until != w.clock.Add(loginRefill).UnixMicro() {
		t.Errorf("refusal = %+v, want: again in 30 seconds", rs)
	}
	w.pass(loginRefill)
	if got := try("jiaming", rightWord, "p1"); got != "" {
		t.Errorf("after %v = %q, want a session", loginRefill, got)
	}
}

func TestTooManyAttemptsFromOnePlace(t *testing.T) {
	b := newBuckets(3, time.Second)
	now := time.Unix(1000, 0)
	for i := range 3 {
		if _, ok := b.take("place", now); !ok {
			t.Fatalf("take %d refused, want three", i)
		}
	}
	if wait, ok := b.take("place", now); ok || wait != time.Second {
		t.Errorf("take = %v, %v, want refused for 1s", wait, ok)
	}
	if _, ok := b.take("other", now); !ok {
		t.Errorf("another place is refused, want it free")
	}
	b.giveBack("place", now)
	if _, ok := b.take("place", now); !ok {
		t.Errorf("take after giveBack refused, want one")
	}
	if _, ok := b.take("place", now.Add(-time.Hour)); ok {
		t.Errorf("a clock set back gives tries, want none")
	}
	for i := range maxBuckets + 10 {
		b.take(string(rune('a'+i%26))+time.Duration(i).String(), now)
	}
	if len(b.left) > maxBuckets {
		t.Errorf("%d buckets, want at most %d", len(b.left), maxBuckets)
	}
}
