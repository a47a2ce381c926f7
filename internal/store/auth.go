package store

import (
	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// The store keeps hashes only: of passwords, of session cookies, of tokens.
// What is read from a stolen copy of the database opens nothing.

// SetPassword keeps a password's hash.
func (tx *Tx) SetPassword(person ident.Person, hash string) error {
	_, err := tx.exec("password_set", person, hash, tx.Now())
	return err
}

// PasswordOf reads it; a person without one is fault.Missing.
func (tx *Tx) PasswordOf(person ident.Person) (string, error) {
	return get(tx, "password", string(person), "password_get", scanString)
}

// Session is one browser signed in.
type Session struct {
	ID      string // SHA-256 of the cookie, hex
	Person  ident.Person
	Post    ident.Post
	Form    string // the form token
	Created int64
	Seen    int64
	Expires int64
	Locale  string
	Theme   string
	Size    string
}

// InsertSession begins a session.
func (tx *Tx) InsertSession(s Session) error {
	_, err := tx.exec("session_insert", s.ID, s.Person, s.Post, s.Form, s.Created, s.Seen, s.Expires, s.Locale, s.Theme, s.Size)
	return err
}

// Session reads a session, also one that has expired: the caller compares.
func (tx *Tx) Session(id string) (Session, error) {
	return get(tx, "session", id, "session_get", func(r row) (s Session, err error) {
		err = r.Scan(&s.ID, &s.Person, &s.Post, &s.Form, &s.Created, &s.Seen, &s.Expires, &s.Locale, &s.Theme, &s.Size)
		return s, err
	})
}

// TouchSession notes when it was last seen. A session that has ended meanwhile
// stays ended, which is no error.
func (tx *Tx) TouchSession(id string, seen int64) error {
	_, err := tx.exec("session_touch", id, seen)
	return err
}

// SaveSession changes a session's post and manners. It is not compared: the
// last choice of one browser wins. A session that ended is fault.Missing.
func (tx *Tx) SaveSession(s Session) error {
	n, err := tx.exec("session_save", s.ID, s.Post, s.Form, s.Seen, s.Expires, s.Locale, s.Theme, s.Size)
	if err == nil && n == 0 {
		err = fault.Missing("session", s.ID)
	}
	return err
}

// DropSession ends a session.
func (tx *Tx) DropSession(id string) error {
	_, err := tx.exec("session_drop", id)
	return err
}

// DropSessionsOf ends all of a person's sessions.
func (tx *Tx) DropSessionsOf(person ident.Person) error {
	_, err := tx.exec("session_drop_all", person)
	return err
}

// Token is an API token without its secret.
type Token struct {
	ID      ident.Token
	Hash    string
	Person  ident.Person
	Name    string
	Scopes  []org.Stage
	Created int64
	Expires int64
	Revoked int64
	Used    int64
}

func scanToken(r row) (t Token, err error) {
	err = r.Scan(&t.ID, &t.Hash, &t.Person, &t.Name, listOf(&t.Scopes), &t.Created, &t.Expires, &t.Revoked, &t.Used)
	return t, err
}

// InsertToken keeps a token.
func (tx *Tx) InsertToken(t Token) error {
	_, err := tx.exec("token_insert", t.ID, t.Hash, t.Person, t.Name, setOf(t.Scopes), t.Created, t.Expires, t.Revoked, t.Used)
	return err
}

// TokenByHash reads a token by its secret's hash, also an expired or revoked
// one: the caller compares. The fault names no hash.
func (tx *Tx) TokenByHash(hash string) (Token, error) {
	t, found, err := one(tx, "token_by_hash", scanToken, hash)
	if err == nil && !found {
		err = fault.Missing("token", "")
	}
	return t, err
}

// Token reads a token.
func (tx *Tx) Token(id ident.Token) (Token, error) {
	return get(tx, "token", string(id), "token_get", scanToken)
}

// TokensOf lists a person's tokens, oldest first.
func (tx *Tx) TokensOf(person ident.Person) ([]Token, error) {
	return many(tx, "tokens_of", scanToken, person)
}

// RevokeToken takes a token back; one that is revoked already keeps its moment.
func (tx *Tx) RevokeToken(id ident.Token, at int64) error {
	n, err := tx.exec("token_revoke", id, at)
	if err == nil && n == 0 {
		err = fault.Missing("token", string(id))
	}
	return err
}
