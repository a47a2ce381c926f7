package store

import (
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

func scanPerson(r row) (p org.Person, err error) {
	err = r.Scan(&p.ID, &p.Name, &p.Login, &p.Locale, &p.Phone, &p.Active, &p.Version)
	return p, err
}

// InsertPerson enters a person.
func (tx *Tx) InsertPerson(p *org.Person) error {
	return tx.insert(&p.Version, "person_insert", p.ID, p.Name, p.Login, p.Locale, p.Phone, flag(p.Active))
}

// SavePerson changes a person.
func (tx *Tx) SavePerson(p *org.Person) error {
	return tx.save("person", string(p.ID), &p.Version, "person_save", p.ID, p.Version, p.Name, p.Login, p.Locale, p.Phone, flag(p.Active))
}

// Person reads a person.
func (tx *Tx) Person(id ident.Person) (org.Person, error) {
	return get(tx, "person", string(id), "person_get", scanPerson)
}

// PersonByLogin reads a person by the name used to sign in.
func (tx *Tx) PersonByLogin(login string) (org.Person, error) {
	return get(tx, "person", login, "person_by_login", scanPerson)
}

// People reads several people at once; unknown identifiers are left out.
func (tx *Tx) People(ids []ident.Person) (map[ident.Person]org.Person, error) {
	ps, err := many(tx, "person_get_all", scanPerson, setOf(ids))
	if err != nil {
		return nil, err
	}
	m := make(map[ident.Person]org.Person, len(ps))
	for _, p := range ps {
		m[p.ID] = p
	}
	return m, nil
}

// PeopleIn lists who holds a post in a unit on a day (0: whenever), each once,
// by login.
func (tx *Tx) PeopleIn(unit ident.Unit, day org.Date) ([]org.Person, error) {
	return many(tx, "people_in", scanPerson, unit, day)
}

// AllPeople lists everybody by login, after a login.
func (tx *Tx) AllPeople(after string, limit int) ([]org.Person, error) {
	return many(tx, "people_all", scanPerson, after, bounded(limit))
}

func scanPost(r row) (p org.Post, err error) {
	err = r.Scan(&p.ID, &p.Person, &p.Unit, &p.Role, &p.Title, &p.From, &p.Until, &p.Version)
	return p, err
}

// InsertPost gives a person a post.
func (tx *Tx) InsertPost(p *org.Post) error {
	return tx.insert(&p.Version, "post_insert", p.ID, p.Person, p.Unit, p.Role, p.Title, p.From, p.Until)
}

// SavePost changes a post.
func (tx *Tx) SavePost(p *org.Post) error {
	return tx.save("post", string(p.ID), &p.Version, "post_save", p.ID, p.Version, p.Person, p.Unit, p.Role, p.Title, p.From, p.Until)
}

// Post reads a post.
func (tx *Tx) Post(id ident.Post) (org.Post, error) {
	return get(tx, "post", string(id), "post_get", scanPost)
}

// PostsOf lists the posts a person holds on a day (0: whenever).
func (tx *Tx) PostsOf(person ident.Person, day org.Date) ([]org.Post, error) {
	return many(tx, "posts_of", scanPost, person, day)
}

// PostsIn lists the posts of a unit on a day (0: whenever).
func (tx *Tx) PostsIn(unit ident.Unit, day org.Date) ([]org.Post, error) {
	return many(tx, "posts_in", scanPost, unit, day)
}

// PostsInAll lists the posts of some units on a day (0: whenever).
func (tx *Tx) PostsInAll(units []ident.Unit, day org.Date) ([]org.Post, error) {
	return many(tx, "posts_in_all", scanPost, setOf(units), day)
}
