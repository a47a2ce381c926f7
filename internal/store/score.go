package store

import (
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// KeptRulebook is a rulebook as it was saved: the text itself, which the scoring
// engine reads. A saved one is never changed; a better one is saved beside it.
type KeptRulebook struct {
	ID     ident.Rulebook
	Office ident.Unit
	Title  string
	From   org.Date
	Until  org.Date
	Body   string
	Hash   string
	By     ident.Person
	At     int64
}

func scanRulebook(r row) (k KeptRulebook, err error) {
	err = r.Scan(&k.ID, &k.Office, &k.Title, &k.From, &k.Until, &k.Hash, &k.By, &k.At, &k.Body)
	return k, err
}

// InsertRulebook keeps a rulebook.
func (tx *Tx) InsertRulebook(k KeptRulebook) error {
	_, err := tx.exec("rulebook_insert", k.ID, k.Office, k.Title, k.From, k.Until, k.Hash, k.By, k.At, k.Body)
	return err
}

// RulebookAt reads the rulebook in force at an office on a day: of those whose
// dates hold, the one that begins last, and of those the one saved last.
func (tx *Tx) RulebookAt(office ident.Unit, day org.Date) (KeptRulebook, bool, error) {
	return one(tx, "rulebook_at", scanRulebook, office, day)
}

// RulebooksOf lists an office's rulebooks, newest first.
func (tx *Tx) RulebooksOf(office ident.Unit) ([]KeptRulebook, error) {
	return many(tx, "rulebooks_of", scanRulebook, office)
}
