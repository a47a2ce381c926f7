package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"xinshu/internal/fact"
	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/score"
	"xinshu/internal/store"
	"xinshu/internal/text"
)

// Projections is the part of the suite about what is made from the record.
func Projections(t *testing.T, open func(t *testing.T) *store.Store) {
	t.Run("search", func(t *testing.T) { searched(t, open(t)) })
	t.Run("events", func(t *testing.T) { scored(t, open(t)) })
	t.Run("the cursor moves with the rows", func(t *testing.T) { cursorMoves(t, open(t)) })
	t.Run("figures", func(t *testing.T) { figures(t, open(t)) })
}

var library = []struct {
	noun, id, unit, office, title, body string
}{
	{"item", "i1", "u1", "", "防汛抢险情况", "东岸村溪堤出现渗漏，已转移群众。"},
	{"item", "i2", "u2", "", "柑橘滞销情况", "今年柑橘价格走低，果农反映冷库已满。"},
	{"filing", "f1", "u1", "o1", "防汛抢险情况", "东岸村溪堤出现渗漏，经核实已转移低处住户。"},
	{"filing", "f2", "u2", "o1", "柑橘滞销情况", "柑橘价格走低，建议防止压价收购。"},
	{"filing", "f3", "u3", "o2", "5G基站用电", "2026年基站用电1,200度，转移支付未到位。"},
}

// shelve puts the library into the index, one fact a text.
func shelve(t *testing.T, s *store.Store) func(p *store.Projection, recs []fact.Record) error {
	t.Helper()
	do(t, s, func(tx *store.Tx) error {
		for i := range library {
			if _, err := tx.Record(about(fmt.Sprint(i), 1), note{library[i].id}); err != nil {
				return err
			}
		}
		return nil
	})
	number(t, s)
	return func(p *store.Projection, recs []fact.Record) error {
		for _, r := range recs {
			for _, l := range library {
				if n, err := fact.Decode[note](r); err != nil || n.Text != l.id {
					continue
				}
				d := store.Doc{Noun: l.noun, ID: l.id, Unit: ident.Unit(l.unit), Office: ident.Unit(l.office), Title: l.title, State: "signed", At: r.Position, Tokens: text.IndexText(l.title, l.body)}
				if err := p.PutDoc(d); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

func project(t *testing.T, s *store.Store, name string, fn func(p *store.Projection, recs []fact.Record) error) (total int) {
	t.Helper()
	for {
		n, err := s.Project(t.Context(), name, 2, fn)
		if err != nil {
			t.Fatalf("Project(%s) = %v, want nil", name, err)
		}
		if n == 0 {
			return total
		}
		total += n
	}
}

// find gives the identifiers that were found, best first.
func find(t *testing.T, s *store.Store, sc org.Scope, q store.SearchQuery, words string) (ids []string) {
	t.Helper()
	parsed, err := text.Query(words)
	if err != nil {
		t.Fatalf("text.Query(%q) = %v", words, err)
	}
	q.FTS5, q.TSQuery = parsed.FTS5(), parsed.TSQuery()
	err = s.View(t.Context(), func(tx *store.Tx) error {
		hits, err := tx.SearchDocs(sc, q)
		ids = nil
		for _, h := range hits {
			ids = append(ids, h.ID)
		}
		return err
	})
	if err != nil {
		t.Fatalf("SearchDocs(%q) = %v, want nil", words, err)
	}
	return ids
}

func searched(t *testing.T, s *store.Store) {
	put := shelve(t, s)
	if n := project(t, s, "search", put); n != len(library) {
		t.Errorf("Project() = %d facts, want %d", n, len(library))
	}
	all := org.Scope{Units: []ident.Unit{"u1", "u2", "u3"}, Desks: []ident.Unit{"o1", "o2"}}
	for _, c := range []struct {
		words, noun string
		sc          org.Scope
		want        []string
	}{
		{"溪堤", "", all, []string{"f1", "i1"}},
		{"溪堤", "item", all, []string{"i1"}},
		{"溪堤", "", org.Scope{Units: []ident.Unit{"u2"}}, nil},
		{"溪堤", "", org.Scope{Desks: []ident.Unit{"o1"}}, []string{"f1"}},
		{"溪堤", "", org.Scope{}, nil},
		{"柑橘价格", "", all, []string{"f2", "i2"}},
		{"价格柑橘", "", all, nil},
		{"防", "", all, []string{"f1", "f2", "i1"}},
		{"柑橘 压价", "", all, []string{"f2"}},
		{"5g基站", "", all, []string{"f3"}},
		{"1200度", "", all, []string{"f3"}},
		{"2026年", "", all, []string{"f3"}},
		{"转移", "", org.Scope{Units: []ident.Unit{"u1"}}, []string{"f1", "i1"}},
		{"没有的词", "", all, nil},
	} {
		got := find(t, s, c.sc, store.SearchQuery{Noun: c.noun}, c.words)
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("SearchDocs(%q, %q, units %v, desks %v) = %v, want %v", c.words, c.noun, c.sc.Units, c.sc.Desks, got, c.want)
		}
	}
	firstInTitle(t, s, all)
	before := dump(t, s, "search")
	if err := s.Rebuild(t.Context(), "search"); err != nil {
		t.Fatalf("Rebuild() = %v, want nil", err)
	}
	if got := find(t, s, all, store.SearchQuery{}, "溪堤"); got != nil {
		t.Errorf("SearchDocs() after Rebuild = %v, want nothing yet", got)
	}
	project(t, s, "search", put)
	if after := dump(t, s, "search"); before != after || before == "" {
		t.Errorf("Dump() after Rebuild = %s, want %s", after, before)
	}
	replaced(t, s, all)
	behindMany(t, s, all)
}

// behindMany: what is rare is found behind thousands of newer texts, and of what
// is common the newest come.
func behindMany(t *testing.T, s *store.Store, all org.Scope) {
	do(t, s, func(tx *store.Tx) error { _, err := tx.Record(about("many", 1), note{"many"}); return err })
	number(t, s)
	project(t, s, "search", func(p *store.Projection, _ []fact.Record) error {
		for i := range 1_500 {
			body := "田间管理正常。"
			if i%300 == 0 {
				body = "田间管理正常，墒情偏旱。"
			}
			d := store.Doc{Noun: "item", ID: fmt.Sprintf("m%04d", i), Unit: "u1", Title: "春耕备耕", State: "draft", At: int64(1_000 + i), Tokens: text.IndexText("春耕备耕", body)}
			if err := p.PutDoc(d); err != nil {
				return err
			}
		}
		return nil
	})
	for words, want := range map[string]string{"压价": "[f2]", "田间": "[m1499 m1498 m1497]", "偏旱": "[m1200 m0900 m0600]", "春耕": "[m1499 m1498 m1497]"} {
		if got := fmt.Sprint(find(t, s, all, store.SearchQuery{Limit: 3}, words)); got != want {
			t.Errorf("SearchDocs(%s) among many = %s, want %s", words, got, want)
		}
	}
	if got := fmt.Sprint(find(t, s, all, store.SearchQuery{}, "偏旱")); got != "[m1200 m0900 m0600 m0300 m0000]" {
		t.Errorf("SearchDocs(偏旱) = %s, want all five", got)
	}
}

// firstInTitle: words in the title come before words in the text, however old.
func firstInTitle(t *testing.T, s *store.Store, all org.Scope) {
	for limit, want := range map[int]string{1: "[f2]", 4: "[f2 f1 i2 i1]", 9: "[f2 f1 i2 i1]"} {
		if got := fmt.Sprint(find(t, s, all, store.SearchQuery{Limit: limit}, "情况")); got != want {
			t.Errorf("SearchDocs(情况, limit %d) = %s, want %s", limit, got, want)
		}
	}
	if got := fmt.Sprint(find(t, s, all, store.SearchQuery{}, "防")); got != "[f1 i1 f2]" {
		t.Errorf("SearchDocs(防) = %s, want the titles f1, i1 before the text f2", got)
	}
}

// replaced: a text that changed is found by its new words only.
func replaced(t *testing.T, s *store.Store, all org.Scope) {
	do(t, s, func(tx *store.Tx) error { _, err := tx.Record(about("again", 2), note{"again"}); return err })
	number(t, s)
	project(t, s, "search", func(p *store.Projection, _ []fact.Record) error {
		d := store.Doc{Noun: "item", ID: "i1", Unit: "u1", Title: "水库除险", State: "draft", At: 99, Tokens: text.IndexText("水库除险", "工程已完工。")}
		return errors.Join(p.PutDoc(d), p.PutDoc(d), p.DropDoc("item", "i2"))
	})
	for words, want := range map[string][]string{"溪堤": {"f1"}, "水库": {"i1"}, "柑橘": {"f2"}} {
		if got := find(t, s, all, store.SearchQuery{}, words); !slices.Equal(got, want) {
			t.Errorf("SearchDocs(%q) after a change = %v, want %v", words, got, want)
		}
	}
}

func dump(t *testing.T, s *store.Store, name string) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.Dump(t.Context(), name, &b); err != nil {
		t.Fatalf("Dump(%s) = %v, want nil", name, err)
	}
	return b.String()
}

func scored(t *testing.T, s *store.Store) {
	put := shelve(t, s)
	_ = put
	events := func(p *store.Projection, recs []fact.Record) error {
		for _, r := range recs {
			e := score.Event{Fact: r.ID, Kind: score.Adopted, Desk: "o1", Unit: "u1", Filing: ident.Filing(fmt.Sprint("f", r.Position)), Num: 1, Den: 2, Recorded: r.Position * 10, Title: "题"}
			if err := errors.Join(p.PutEvent(e), p.PutEvent(e)); err != nil {
				return err
			}
		}
		return nil
	}
	project(t, s, "events", events)
	var got []int64
	err := s.View(t.Context(), func(tx *store.Tx) error {
		es, err := tx.Events("o1", 20, 50)
		for _, e := range es {
			got = append(got, e.Recorded)
			if e.Kind != score.Adopted || e.Den != 2 || e.Title != "题" {
				t.Errorf("Events() = %+v, want it whole", e)
			}
		}
		none, err2 := tx.Events("o2", 0, 1000)
		if len(none) != 0 {
			t.Errorf("Events(o2) = %v, want none", none)
		}
		return errors.Join(err, err2)
	})
	if err != nil || !slices.Equal(got, []int64{20, 30, 40}) {
		t.Errorf("Events(20, 50) = %v, %v, want 20, 30, 40", got, err)
	}
	before := dump(t, s, "events")
	if err := s.Rebuild(t.Context(), "events"); err != nil {
		t.Fatal(err)
	}
	if got := dump(t, s, "events"); got != "" {
		t.Errorf("Dump() after Rebuild = %q, want nothing", got)
	}
	project(t, s, "events", events)
	if got := dump(t, s, "events"); got != before || before == "" {
		t.Errorf("Dump() = %s, want %s", got, before)
	}
}

// cursorMoves: a round that fails leaves neither rows nor a moved cursor.
func cursorMoves(t *testing.T, s *store.Store) {
	put := shelve(t, s)
	wrong := errors.New("wrong")
	_, err := s.Project(t.Context(), "search", 100, func(p *store.Projection, recs []fact.Record) error {
		return errors.Join(put(p, recs), wrong)
	})
	if !errors.Is(err, wrong) {
		t.Errorf("Project() = %v, want the callback's error", err)
	}
	if got := dump(t, s, "search"); got != "" {
		t.Errorf("Dump() after a failed round = %q, want nothing", got)
	}
	if n := project(t, s, "search", put); n != len(library) {
		t.Errorf("Project() = %d facts, want all %d again", n, len(library))
	}
	if _, err := s.Project(t.Context(), "nothing", 1, put); err == nil {
		t.Error("Project(nothing) = nil, want an error")
	}
}
