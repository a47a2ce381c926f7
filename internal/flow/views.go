package flow

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// Names has the labels of everything a view mentions, so that an edge never has
// to look one up.
type Names struct {
	Units  map[ident.Unit]org.Unit   `json:"units,omitempty"`
	Pasts  map[ident.Unit][]org.Past `json:"pasts,omitempty"` // what units were called before
	People map[ident.Person]string   `json:"people,omitempty"`

	days *time.Location // whose days the former names are dated by
}

// Unit is a unit's label.
func (n Names) Unit(id ident.Unit) string {
	if u, ok := n.Units[id]; ok {
		return u.Label()
	}
	return string(id)
}

// UnitOn is a unit's label as it was at a moment: what happened in 2024 shows
// the name of 2024. A moment of 0 is now.
func (n Names) UnitOn(id ident.Unit, at int64) string {
	u, ok := n.Units[id]
	if !ok || at == 0 || n.days == nil {
		return n.Unit(id)
	}
	return org.NameOn(u, n.Pasts[id], dayIn(n.days, at)).Label()
}

// Person is a person's name.
func (n Names) Person(id ident.Person) string {
	if s, ok := n.People[id]; ok {
		return s
	}
	return string(id)
}

// Page is a stretch of a list and where it goes on.
type Page[T any] struct {
	Rows  []T    `json:"rows"`
	Next  string `json:"next,omitempty"`
	Names Names  `json:"names"`
}

// naming gathers identifiers while a view is made.
type naming struct {
	units  []ident.Unit
	people []ident.Person
}

func (n *naming) unit(ids ...ident.Unit) {
	for _, id := range ids {
		if id != "" && !slices.Contains(n.units, id) {
			n.units = append(n.units, id)
		}
	}
}

func (n *naming) person(ids ...ident.Person) {
	for _, id := range ids {
		if id != "" && !slices.Contains(n.people, id) {
			n.people = append(n.people, id)
		}
	}
}

func (n *naming) names(t *act) (Names, error) {
	us, err := t.Units(n.units)
	if err != nil {
		return Names{}, err
	}
	ps, err := t.People(n.people)
	if err != nil {
		return Names{}, err
	}
	pasts, err := t.PastsOfAll(n.units)
	if err != nil {
		return Names{}, err
	}
	out := Names{Units: us, Pasts: pasts, People: make(map[ident.Person]string, len(ps)), days: t.f.cfg.Location}
	for id, p := range ps {
		out.People[id] = p.Name
	}
	return out, nil
}

// stretch puts rows of several places into one order and cuts them to a page;
// every place gave as many as a page has.
func stretch[T any](rows []T, oldest bool, limit int, key func(T) (int64, string)) []T {
	slices.SortFunc(rows, func(a, b T) int {
		x, xid := key(a)
		y, yid := key(b)
		if by := cmp.Or(cmp.Compare(x, y), cmp.Compare(xid, yid)); oldest {
			return by
		}
		return cmp.Or(cmp.Compare(y, x), cmp.Compare(yid, xid))
	})
	return rows[:min(len(rows), limit)]
}

// mark is a place in a list ordered by (time, identifier).
func mark(at int64, id string) string { return strconv.FormatInt(at, 36) + "." + id }

func unmark(cursor string) (at int64, id string, err error) {
	if cursor == "" {
		return 0, "", nil
	}
	a, id, ok := strings.Cut(cursor, ".")
	at, perr := strconv.ParseInt(a, 36, 64)
	if !ok || perr != nil {
		return 0, "", fault.Bad("cursor", "not_a_cursor")
	}
	return at, id, nil
}

// between reads a stretch of days, both of them included, as moments: from the
// first up to before the second; 0 is open.
func (f *Flow) between(from, until string) (lo, hi int64, err error) {
	a, err := optionalDate("from", from)
	if err != nil {
		return 0, 0, err
	}
	b, err := optionalDate("until", until)
	if err != nil {
		return 0, 0, err
	}
	if a != 0 && b != 0 && b < a {
		return 0, 0, fault.Bad("until", "ends_before")
	}
	if a != 0 {
		lo = f.start(a)
	}
	if b != 0 {
		hi = f.start(b + 1) // the day after, also after the last of a month
	}
	return lo, hi, nil
}

// PostView is a post with its unit's label.
type PostView struct {
	org.Post
	UnitName  string    `json:"unit_name"`
	UnitShort string    `json:"unit_short"`
	Level     org.Level `json:"level"`
	Office    bool      `json:"office"`
}

// Me is the actor as an edge needs to know him.
type Me struct {
	Person  org.Person `json:"person"`
	Posts   []PostView `json:"posts"`
	Current PostView   `json:"current"`
	Scope   org.Scope  `json:"-"`
}

// Has reports whether the person holds the role anywhere.
func (m Me) Has(r org.Role) bool {
	return slices.ContainsFunc(m.Posts, func(p PostView) bool { return p.Role == r })
}

// HasAt reports whether the person holds the role in the unit.
func (m Me) HasAt(u ident.Unit, r org.Role) bool {
	return slices.ContainsFunc(m.Posts, func(p PostView) bool { return p.Unit == u && p.Role == r })
}

// Here reports whether the person holds one of the roles in the current unit.
func (m Me) Here(roles ...org.Role) bool {
	return slices.ContainsFunc(m.Posts, func(p PostView) bool { return p.Unit == m.Current.Unit && slices.Contains(roles, p.Role) })
}

// Me answers "who am I, and in which posts".
func (f *Flow) Me(ctx context.Context, a Actor) (Me, error) {
	return read(ctx, f, a, "Me", func(t *act) (Me, error) { return t.me() })
}

func (t *act) me() (Me, error) {
	p, err := t.Person(t.actor.Person)
	if err != nil {
		return Me{}, err
	}
	m := Me{Person: p, Scope: t.scope}
	m.Posts, err = t.postViews(t.posts)
	if err != nil {
		return m, err
	}
	for i, pv := range m.Posts {
		if i == 0 || pv.ID == t.actor.Post {
			m.Current = pv
		}
	}
	return m, nil
}

func (t *act) postViews(posts []org.Post) ([]PostView, error) {
	var ids naming
	for _, p := range posts {
		ids.unit(p.Unit)
	}
	units, err := t.Units(ids.units)
	if err != nil {
		return nil, err
	}
	out := make([]PostView, len(posts))
	for i, p := range posts {
		u := units[p.Unit]
		out[i] = PostView{Post: p, UnitName: u.Name, UnitShort: u.Label(), Level: u.Level, Office: u.Office}
	}
	return out, nil
}
