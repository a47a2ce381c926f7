package auth

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// world is a store with one unit and one person, and a clock moved by hand.
type world struct {
	*Auth
	store *store.Store
	clock *time.Time
	jia   ident.Person
	post  ident.Post
}

const rightWord = "长夜灯火 8 号"

func (w *world) pass(d time.Duration) { *w.clock = w.clock.Add(d) }

func newWorld(t *testing.T) *world {
	t.Helper()
	at := time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC)
	w := &world{clock: &at}
	clock := func() time.Time { return *w.clock }
	var seed [32]byte
	copy(seed[:], t.Name())
	rnd := rand.NewChaCha8(seed)
	s, err := store.Open(t.Context(), store.Config{Dir: t.TempDir(), Clock: clock, Mint: ident.NewMinter(clock, rnd), Location: time.FixedZone("CST", 8*3600)})
	if err != nil {
		t.Fatalf("store.Open: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	w.store = s
	w.Auth = New(s, Config{Clock: clock, Rand: rand.NewChaCha8([32]byte{1})})
	err = s.Update(t.Context(), func(tx *store.Tx) error {
		u := org.Unit{ID: ident.Unit(tx.Mint()), Code: "330000", Name: "云岭县", Level: org.County}
		if err := tx.InsertUnit(&u); err != nil {
			return err
		}
		w.jia = ident.Person(tx.Mint())
		if err := tx.InsertPerson(&org.Person{ID: w.jia, Name: "贾明", Login: "jiaming", Locale: "zh-CN", Active: true}); err != nil {
			return err
		}
		w.post = ident.Post(tx.Mint())
		return tx.InsertPost(&org.Post{ID: w.post, Person: w.jia, Unit: u.ID, Role: org.Editor})
	})
	if err != nil {
		t.Fatalf("the world: %v", err)
	}
	if err := w.SetPassword(t.Context(), w.jia, rightWord); err != nil {
		t.Fatalf("SetPassword: %v", err)
	}
	return w
}

func (w *world) signIn(t *testing.T) string {
	t.Helper()
	cookie, _, err := w.SignIn(t.Context(), "jiaming", rightWord, "10.0.0.1")
	if err != nil {
		t.Fatalf("SignIn = %v, want a session", err)
	}
	return cookie
}

func (w *world) inactive(t *testing.T) {
	t.Helper()
	err := w.store.Update(context.Background(), func(tx *store.Tx) error {
		p, err := tx.Person(w.jia)
		if err != nil {
			return err
		}
		p.Active = false
		return tx.SavePerson(&p)
	})
	if err != nil {
		t.Fatalf("SavePerson: %v", err)
	}
}
