package storetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"xinshu/internal/fact"
	"xinshu/internal/ident"
	"xinshu/internal/store"
)

// Record is the part of the suite about facts: positions without gaps, nothing
// overlooked, the seal.
func Record(t *testing.T, open func(t *testing.T) *store.Store) {
	t.Run("facts come with their change", func(t *testing.T) { factsCome(t, open(t)) })
	t.Run("finding", func(t *testing.T) { factsFound(t, open(t)) })
	t.Run("a cursor overlooks nothing", func(t *testing.T) { cursorSeesAll(t, open(t)) })
	t.Run("seal and verify", func(t *testing.T) { sealed(t, open(t)) })
	t.Run("changed", func(t *testing.T) { changed(t, open(t)) })
}

// note is a payload of the tests' own.
type note struct {
	Text string `json:"text"`
}

func (note) FactKind() fact.Kind { return fact.ItemRevised }

func about(id string, version int64) fact.Fact {
	return fact.Fact{Subject: fact.Subject{Noun: "item", ID: id}, SubjectV: version, Actor: "p1", Office: "o1"}
}

func number(t *testing.T, s *store.Store) {
	t.Helper()
	if _, err := s.Sequence(t.Context()); err != nil {
		t.Fatalf("Sequence() = %v, want nil", err)
	}
}

func allFacts(t *testing.T, s *store.Store) (recs []fact.Record) {
	t.Helper()
	if err := s.View(t.Context(), func(tx *store.Tx) (err error) { recs, err = tx.Facts(0, 10_000); return err }); err != nil {
		t.Fatalf("Facts() = %v, want nil", err)
	}
	return recs
}

func factsCome(t *testing.T, s *store.Store) {
	var ids []ident.Fact
	do(t, s, func(tx *store.Tx) error {
		ids = nil
		for v := range int64(3) {
			id, err := tx.Record(about("i1", v+1), note{fmt.Sprint("第", v+1, "稿")})
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		mine, err := tx.FactsOf("item", "i1")
		if len(mine) != 0 {
			t.Errorf("FactsOf() before the commit = %d facts, want 0", len(mine))
		}
		return err
	})
	_ = s.Update(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Record(about("i1", 9), note{"never"})
		return errors.Join(err, errors.New("refused"))
	})
	do(t, s, func(tx *store.Tx) error { _, err := tx.Record(about("i2", 1), note{"另一篇"}); return err })
	number(t, s)
	recs := allFacts(t, s)
	if len(recs) != 4 {
		t.Fatalf("Facts() = %d facts, want 4", len(recs))
	}
	for i, r := range recs {
		if r.Position != int64(i+1) {
			t.Errorf("Facts()[%d].Position = %d, want %d", i, r.Position, i+1)
		}
		if r.Kind != fact.ItemRevised || r.KindV != 1 || r.Node != s.Node() || r.Recorded == 0 || r.Occurred != r.Recorded || r.Digest != fact.Digest(r.Payload) {
			t.Errorf("Facts()[%d] = %+v, want it filled in", i, r)
		}
	}
	if recs[0].ID != ids[0] || recs[2].ID != ids[2] {
		t.Errorf("Facts() = %s, %s, want the recorded %s, %s", recs[0].ID, recs[2].ID, ids[0], ids[2])
	}
	if n, err := fact.Decode[note](recs[1]); err != nil || n.Text != "第2稿" {
		t.Errorf("Decode() = %+v, %v, want 第2稿", n, err)
	}
	err := s.View(t.Context(), func(tx *store.Tx) error {
		mine, err := tx.FactsOf("item", "i1")
		if len(mine) != 3 || mine[0].SubjectV != 1 || mine[2].SubjectV != 3 {
			t.Errorf("FactsOf() = %+v, want three in order", mine)
		}
		last, err2 := tx.LastPosition()
		if last != 4 {
			t.Errorf("LastPosition() = %d, want 4", last)
		}
		return errors.Join(err, err2)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func factsFound(t *testing.T, s *store.Store) {
	do(t, s, func(tx *store.Tx) error {
		for i := range 10 {
			f := about(fmt.Sprint("i", i%2), int64(i))
			f.Actor = ident.Person(fmt.Sprint("p", i%3))
			if _, err := tx.Record(f, note{"x"}); err != nil {
				return err
			}
		}
		return nil
	})
	number(t, s)
	cases := []struct {
		name string
		q    store.FactQuery
		want []int64
	}{
		{"newest first", store.FactQuery{Limit: 3}, []int64{10, 9, 8}},
		{"the next page", store.FactQuery{Limit: 3, Before: 8}, []int64{7, 6, 5}},
		{"one subject", store.FactQuery{ID: "i1", Noun: "item", Limit: 2}, []int64{10, 8}},
		{"one actor", store.FactQuery{Actor: "p0", Limit: 9}, []int64{10, 7, 4, 1}},
		{"another kind", store.FactQuery{Kind: fact.ItemSigned, Limit: 9}, nil},
		{"another office", store.FactQuery{Office: "o2", Limit: 9}, nil},
		{"before anything", store.FactQuery{Until: 1, Limit: 9}, nil},
		{"an office's kind by one actor", store.FactQuery{Office: "o1", Kind: fact.ItemRevised, Actor: "p1", Limit: 2}, []int64{8, 5}},
		{"a kind, the next page", store.FactQuery{Kind: fact.ItemRevised, Limit: 2, Before: 3}, []int64{2, 1}},
		{"another noun", store.FactQuery{Noun: "issue", Limit: 9}, nil},
	}
	ask := func(reached int) {
		for _, c := range cases {
			err := s.View(t.Context(), func(tx *store.Tx) error {
				recs, err := tx.FactsFind(c.q)
				var got []int64
				for _, r := range recs {
					got = append(got, r.Position)
				}
				if fmt.Sprint(got) != fmt.Sprint(c.want) {
					t.Errorf("FactsFind(%s) with %d facts projected = %v, want %v", c.name, reached, got, c.want)
				}
				return err
			})
			if err != nil {
				t.Errorf("FactsFind(%s) with %d facts projected = %v", c.name, reached, err)
			}
		}
	}
	ask(0) // the worker has not come yet: the same answers
	for reached := 0; ; {
		n, err := s.Project(t.Context(), "acts", 4, func(p *store.Projection, recs []fact.Record) error { return p.PutActs(recs) })
		if err != nil || n == 0 {
			if err != nil || reached != 10 {
				t.Errorf("Project(acts) = %d facts, %v, want 10", reached, err)
			}
			break
		}
		reached += n
		ask(reached)
	}
}

// cursorSeesAll: many write, some of them in long transactions, while one reads
// by cursor. It must see every position once, and each subject in its order.
func cursorSeesAll(t *testing.T, s *store.Store) {
	const writers, each = 8, 20
	var wg sync.WaitGroup
	var left atomic.Int32
	left.Store(writers)
	for w := range writers {
		wg.Go(func() {
			defer left.Add(-1)
			for v := range each {
				err := s.Update(t.Context(), func(tx *store.Tx) error {
					for range w%3 + 1 {
						if _, err := tx.Record(about(fmt.Sprint("w", w), int64(v+1)), note{"x"}); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Errorf("Update() = %v, want nil", err)
				}
			}
		})
	}
	cursor, seen := int64(0), 0
	version := map[string]int64{}
	for over := false; !over; {
		over = left.Load() == 0 // one more round after the last writer
		number(t, s)
		var recs []fact.Record
		if err := s.View(t.Context(), func(tx *store.Tx) (err error) { recs, err = tx.Facts(cursor, 7); return err }); err != nil {
			t.Fatalf("Facts() = %v, want nil", err)
		}
		for _, r := range recs {
			if r.Position != cursor+1 {
				t.Fatalf("Facts() went from %d to %d, want no gap", cursor, r.Position)
			}
			if r.SubjectV < version[r.Subject.ID] {
				t.Fatalf("%s went from version %d back to %d at %d", r.Subject.ID, version[r.Subject.ID], r.SubjectV, r.Position)
			}
			cursor, version[r.Subject.ID] = r.Position, r.SubjectV
			seen++
		}
		over = over && len(recs) == 0
	}
	wg.Wait()
	want := 0
	for w := range writers {
		want += each * (w%3 + 1)
	}
	if seen != want {
		t.Errorf("the cursor saw %d facts, want %d", seen, want)
	}
}

func sealed(t *testing.T, s *store.Store) {
	put := func(n int) {
		do(t, s, func(tx *store.Tx) error {
			for i := range n {
				if _, err := tx.Record(about("i1", int64(i)), note{fmt.Sprint(i)}); err != nil {
					return err
				}
			}
			return nil
		})
		number(t, s)
	}
	seal := func(short bool, want int) {
		t.Helper()
		if n, err := s.Seal(t.Context(), short); err != nil || n != want {
			t.Errorf("Seal(short=%v) = %d, %v, want %d", short, n, err, want)
		}
	}
	seal(true, 0)
	put(fact.BlockSize*2 + 5)
	seal(false, 2)
	seal(false, 0)
	seal(true, 1)
	put(fact.BlockSize)
	seal(false, 1)
	put(3)
	if found := Findings(t, s); len(found) != 0 {
		t.Errorf("Verify() = %v, want nothing", found)
	}
}

// Findings is what Verify reports.
func Findings(t *testing.T, s *store.Store) (found []store.Finding) {
	t.Helper()
	if err := s.Verify(t.Context(), func(f store.Finding) { found = append(found, f) }); err != nil {
		t.Fatalf("Verify() = %v, want nil", err)
	}
	return found
}

func changed(t *testing.T, s *store.Store) {
	c := s.Changed()
	select {
	case <-c:
		t.Fatal("Changed() fired before anything happened")
	default:
	}
	do(t, s, func(tx *store.Tx) error { _, err := tx.Record(about("i1", 1), note{"x"}); return err })
	<-c
}
