package store

import (
	"math"
	"strings"

	"xinshu/internal/filing"
	"xinshu/internal/ident"
)

func scanLetter(r row) (l filing.Letter, err error) {
	var marks string
	err = r.Scan(&l.ID, &l.Office, &l.State, &l.Channel, &l.Address, &l.Sender, &l.Unit, &l.Message, &l.Title, &l.Body, &l.Remark, &marks, &l.Sent, &l.Came, &l.Filing, &l.By, &l.At, &l.Version)
	l.Marks = strings.Fields(marks)
	return l, err
}

// InsertLetter keeps what came, with its files.
func (tx *Tx) InsertLetter(l *filing.Letter) error {
	l.Version = 1
	if _, err := tx.exec("letter_insert", l.ID, l.Office, l.State, l.Channel, l.Address, l.Sender, l.Unit, l.Message, l.Title, l.Body, l.Remark, strings.Join(l.Marks, " "), l.Sent, l.Came, l.Filing, l.By, l.At); err != nil {
		return err
	}
	for _, f := range l.Files {
		if _, err := tx.exec("letter_file_insert", l.ID, f.Rank, f.Name, f.Media, f.Size, f.Hash); err != nil {
			return err
		}
	}
	return nil
}

// DecideLetter says what became of it.
func (tx *Tx) DecideLetter(l *filing.Letter) error {
	return tx.save("letter", l.ID, &l.Version, "letter_decide", l.ID, l.Version, l.State, l.Unit, l.Filing, l.By, l.At)
}

// Letter reads one with its files.
func (tx *Tx) Letter(id string) (filing.Letter, error) {
	l, err := get(tx, "letter", id, "letter_get", scanLetter)
	if err != nil {
		return l, err
	}
	l.Files, err = many(tx, "letter_files", func(r row) (f filing.LetterFile, err error) {
		return f, r.Scan(&f.Rank, &f.Name, &f.Media, &f.Size, &f.Hash)
	}, id)
	return l, err
}

// LetterOf finds the letter that a message became.
func (tx *Tx) LetterOf(office ident.Unit, message string) (filing.Letter, bool, error) {
	return one(tx, "letter_by_message", scanLetter, office, message)
}

// LettersOf lists an office's letters in a state, the newest first; before and id
// are the last one seen, 0 for none.
func (tx *Tx) LettersOf(office ident.Unit, state filing.LetterState, before int64, id string, limit int) ([]filing.Letter, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	return many(tx, "letters_of", scanLetter, office, state, before, id, limit)
}

// LettersWaiting counts the letters nobody has decided about.
func (tx *Tx) LettersWaiting(office ident.Unit) (int, error) {
	n, _, err := one(tx, "letters_waiting", scanInt64, office)
	return int(n), err
}

// LettersFrom counts those of one address.
func (tx *Tx) LettersFrom(office ident.Unit, address string) (int, error) {
	n, _, err := one(tx, "letters_from", scanInt64, office, address)
	return int(n), err
}

// PutSender remembers for which unit an address writes.
func (tx *Tx) PutSender(office ident.Unit, address string, unit ident.Unit, by ident.Person, at int64) error {
	_, err := tx.exec("sender_put", office, address, unit, by, at)
	return err
}

// SenderUnit is the unit an address writes for, "" when nobody has said.
func (tx *Tx) SenderUnit(office ident.Unit, address string) (ident.Unit, error) {
	v, _, err := one(tx, "sender_get", scanString, office, address)
	return ident.Unit(v), err
}
