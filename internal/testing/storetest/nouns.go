package storetest

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"xinshu/internal/delivery"
	"xinshu/internal/duty"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// Nouns is the part of the conformance suite about the nouns as they are now:
// every field of every noun survives, a save that comes second is refused, and
// every list is what the rule of sight says.
func Nouns(t *testing.T, open func(t *testing.T) *store.Store) {
	t.Run("births and saves", func(t *testing.T) { births(newWorld(t, open(t))) })
	t.Run("register", func(t *testing.T) { register(t, newWorld(t, open(t))) })
	t.Run("office", func(t *testing.T) { office(t, newWorld(t, open(t))) })
	t.Run("texts", func(t *testing.T) { texts(t, newWorld(t, open(t))) })
	t.Run("chain", func(t *testing.T) { chain(t, newWorld(t, open(t))) })
	t.Run("numbers", func(t *testing.T) { numbers(t, newWorld(t, open(t))) })
	t.Run("issues", func(t *testing.T) { issues(t, newWorld(t, open(t))) })
	t.Run("doors", func(t *testing.T) { doors(t, newWorld(t, open(t))) })
	t.Run("sight", func(t *testing.T) { sight(t, newWorld(t, open(t))) })
	t.Run("import", func(t *testing.T) { imports(t, open(t)) })
	t.Run("constraints", func(t *testing.T) { constraints(t, newWorld(t, open(t))) })
	t.Run("invariants", func(t *testing.T) { invariants(t, open) })
}

// world is a store with a few units, people and publications to refer to, and
// a source of repeatable chance.
type world struct {
	t     *testing.T
	s     *store.Store
	rng   *rand.Rand
	units []ident.Unit // the first three run desks
	who   []ident.Person
	pubs  []ident.Publication // one of each office
}

const desks = 3

func newWorld(t *testing.T, s *store.Store) *world {
	t.Helper()
	w := &world{t: t, s: s, rng: rand.New(rand.NewPCG(20260302, 9))}
	w.update(func(tx *store.Tx) error {
		w.units, w.who, w.pubs = nil, nil, nil
		for i := range 7 {
			u := org.Unit{ID: ident.Unit(tx.Mint()), Code: fmt.Sprintf("u%02d", i), Name: fmt.Sprintf("第%d单位", i), Level: org.County, Office: i < desks}
			if err := tx.InsertUnit(&u); err != nil {
				return err
			}
			w.units = append(w.units, u.ID)
		}
		for i := range 3 {
			p := org.Person{ID: ident.Person(tx.Mint()), Name: "王一", Login: fmt.Sprintf("login%d", i), Locale: "zh-CN", Active: true}
			if err := tx.InsertPerson(&p); err != nil {
				return err
			}
			w.who = append(w.who, p.ID)
		}
		for i := range desks {
			p := issue.Publication{ID: ident.Publication(tx.Mint()), Office: w.units[i], Code: "daily", Name: "每日信息", Level: org.County, Columns: []string{"要情"}}
			if err := tx.InsertPublication(&p); err != nil {
				return err
			}
			w.pubs = append(w.pubs, p.ID)
		}
		return nil
	})
	return w
}

func (w *world) update(fn func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.s.Update(w.t.Context(), fn); err != nil {
		w.t.Fatalf("Update() = %v, want nil", err)
	}
}

func (w *world) view(fn func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.s.View(w.t.Context(), fn); err != nil {
		w.t.Fatalf("View() = %v, want nil", err)
	}
}

// refused runs a transaction that must end with a kind of fault.
func (w *world) refused(what string, kind fault.Kind, fn func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.s.Update(w.t.Context(), fn); !fault.Is(err, kind) {
		w.t.Errorf("%s = %v, want %s", what, err, kind)
	}
}

func (w *world) unit() ident.Unit     { return w.units[w.rng.IntN(len(w.units))] }
func (w *world) person() ident.Person { return w.who[w.rng.IntN(len(w.who))] }
func (w *world) id() string {
	const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
	b := make([]byte, ident.Len)
	for i := range b {
		b[i] = alphabet[w.rng.IntN(len(alphabet))]
	}
	return string(b)
}

// closed are the types with a closed list of values.
var closed = map[reflect.Type][]string{
	of[org.Level]():             words(org.Levels),
	of[org.Role]():              words(org.Roles),
	of[org.Check]():             {"review", "secrecy", "signoff"},
	of[org.Stage]():             words(org.Stages),
	of[item.State]():            words(item.States),
	of[filing.State]():          words(filing.States),
	of[filing.OutcomeState]():   words([]filing.OutcomeState{filing.OutcomeEntered, filing.OutcomeConfirmed, filing.OutcomeRejected}),
	of[issue.State]():           words(issue.States),
	of[issue.PlaceState]():      words(issue.PlaceStates),
	of[delivery.State]():        words(delivery.States),
	of[duty.State]():            words(duty.States),
	reflect.TypeFor[org.Date](): nil,
}

func of[T any]() reflect.Type { return reflect.TypeFor[T]() }

func words[T ~string](ts []T) []string {
	out := make([]string, len(ts))
	for i, t := range ts {
		out[i] = string(t)
	}
	return out
}

// random fills every field of a struct by chance, so that a field that some
// statement forgets shows up as a difference.
func random[T any](w *world) T {
	var v T
	e := reflect.ValueOf(&v).Elem()
	for i := range e.NumField() {
		w.fill(e.Field(i))
	}
	return v
}

func (w *world) fill(f reflect.Value) {
	switch f.Kind() {
	case reflect.Bool:
		f.SetBool(w.rng.IntN(2) == 1)
	case reflect.Int, reflect.Int64:
		f.SetInt(1 + w.rng.Int64N(1_000_000))
	case reflect.Slice:
		f.Set(reflect.MakeSlice(f.Type(), 2, 2))
		w.fill(f.Index(0))
		w.fill(f.Index(1))
	case reflect.String:
		if list := closed[f.Type()]; list != nil {
			f.SetString(list[w.rng.IntN(len(list))])
			return
		}
		f.SetString([]string{"汛期“三防”", `a"b'c\d`, "第二行\n第三行", "𠮷"}[w.rng.IntN(4)] + w.id())
	default:
		w.t.Fatalf("fill(%s): no way to make one by chance", f.Type())
	}
}

// noun is what every versioned noun can do.
type noun[T any] struct {
	name    string
	made    func() T         // a valid one, every field by chance
	stays   func(was, is *T) // copies what a save never changes
	insert  func(tx *store.Tx, v *T) error
	save    func(tx *store.Tx, v *T) error
	get     func(tx *store.Tx, v T) (T, error)
	version func(v *T) *int64
}

// lives takes a noun through birth, saves and a save that comes second.
func lives[T any](w *world, n noun[T]) {
	w.t.Run(n.name, func(t *testing.T) {
		outer := w.t
		w.t = t
		defer func() { w.t = outer }()
		for range 12 {
			was := n.made()
			*n.version(&was) = 1
			w.update(func(tx *store.Tx) error {
				v := was
				if err := n.insert(tx, &v); err != nil {
					return err
				}
				if got := *n.version(&v); got != 1 {
					t.Errorf("Insert() left version %d, want 1", got)
				}
				return nil
			})
			same(w, n, was)
			is := n.made()
			n.stays(&was, &is)
			*n.version(&is) = 1
			w.update(func(tx *store.Tx) error {
				v := is
				err := n.save(tx, &v)
				if err == nil && *n.version(&v) != 2 {
					t.Errorf("Save() left version %d, want 2", *n.version(&v))
				}
				return err
			})
			*n.version(&is) = 2
			same(w, n, is)
			w.refused("Save() of a version that is gone", fault.Conflict, func(tx *store.Tx) error { return n.save(tx, &was) })
			same(w, n, is)
		}
		unborn := n.made()
		w.refused("get of nothing", fault.NotFound, func(tx *store.Tx) error { _, err := n.get(tx, unborn); return err })
	})
}

func same[T any](w *world, n noun[T], want T) {
	w.t.Helper()
	w.view(func(tx *store.Tx) error {
		got, err := n.get(tx, want)
		if err == nil && !reflect.DeepEqual(got, want) {
			w.t.Errorf("get = %+v, want %+v", got, want)
		}
		return err
	})
}

// equal compares what a list gave.
func equal[T any](t *testing.T, what string, got, want []T) {
	t.Helper()
	if len(got) == 0 && len(want) == 0 {
		return
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s = %+v, want %+v", what, got, want)
	}
}
