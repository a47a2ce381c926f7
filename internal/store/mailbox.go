package store

import (
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// The states of a mailbox.
const (
	MailboxOn  = "on"
	MailboxOff = "off"
)

// Mailbox is where an office's mail is fetched from, and how that goes.
type Mailbox struct {
	Office  ident.Unit
	State   string
	Host    string
	Port    int
	TLS     string
	Login   string
	Secret  string // the password, locked
	Folder  string
	Since   org.Date // what came before is left
	SetBy   ident.Person
	SetAt   int64
	Version int64

	// The reader's own: they change with Turn, not with Version.
	Validity  uint32
	Last      uint32
	Turn      int64
	BusyUntil int64
	NextAt    int64
	LookedAt  int64
	GoodAt    int64 // when it was last read to its end
	Came      int   // letters of the last look
	CameAll   int
	Failures  int
	Problem   string
	Detail    string
}

func scanMailbox(r row) (m Mailbox, err error) {
	return m, r.Scan(&m.Office, &m.State, &m.Host, &m.Port, &m.TLS, &m.Login, &m.Secret, &m.Folder, &m.Since, &m.SetBy, &m.SetAt, &m.Validity, &m.Last,
		&m.Turn, &m.BusyUntil, &m.NextAt, &m.LookedAt, &m.GoodAt, &m.Came, &m.CameAll, &m.Failures, &m.Problem, &m.Detail, &m.Version)
}

// InsertMailbox keeps an office's first.
func (tx *Tx) InsertMailbox(m *Mailbox) error {
	return tx.insert(&m.Version, "mailbox_insert", m.Office, m.State, m.Host, m.Port, m.TLS, m.Login, m.Secret, m.Folder, m.Since, m.SetBy, m.SetAt, m.Validity, m.Last,
		m.Turn, m.BusyUntil, m.NextAt, m.LookedAt, m.GoodAt, m.Came, m.CameAll, m.Failures, m.Problem, m.Detail)
}

// SaveMailbox sets it anew, and forgets what was wrong with it.
func (tx *Tx) SaveMailbox(m *Mailbox) error {
	err := tx.save("mailbox", string(m.Office), &m.Version, "mailbox_save", m.Office, m.Version, m.State, m.Host, m.Port, m.TLS, m.Login, m.Secret, m.Folder, m.Since, m.SetBy, m.SetAt, m.Validity, m.Last)
	if err == nil {
		m.Turn, m.BusyUntil, m.NextAt, m.Failures, m.Problem, m.Detail = m.Turn+1, 0, 0, 0, "", ""
	}
	return err
}

// Mailbox reads an office's; false when it never had one.
func (tx *Tx) Mailbox(office ident.Unit) (Mailbox, bool, error) {
	return one(tx, "mailbox_get", scanMailbox, office)
}

// MailboxesOn are those that are looked into.
func (tx *Tx) MailboxesOn() ([]Mailbox, error) { return many(tx, "mailboxes_on", scanMailbox) }

// ClaimMailbox takes a mailbox for one reader until a moment; false says that
// another was faster, or that it is set otherwise meanwhile.
func (tx *Tx) ClaimMailbox(m *Mailbox, until int64) (bool, error) {
	n, err := tx.exec("mailbox_claim", m.Office, m.Turn, until)
	if n == 1 {
		m.Turn, m.BusyUntil = m.Turn+1, until
	}
	return n == 1, err
}

// MoveMailbox keeps how far it was read; false says that the claim was lost.
func (tx *Tx) MoveMailbox(m *Mailbox) (bool, error) {
	n, err := tx.exec("mailbox_move", m.Office, m.Turn, m.Validity, m.Last)
	return n == 1, err
}

// DoneMailbox gives it back with what came of the look.
func (tx *Tx) DoneMailbox(m *Mailbox) (bool, error) {
	n, err := tx.exec("mailbox_done", m.Office, m.Turn, m.NextAt, m.LookedAt, m.GoodAt, m.Came, m.CameAll, m.Failures, m.Problem, m.Detail)
	if n == 1 {
		m.Turn, m.BusyUntil = m.Turn+1, 0
	}
	return n == 1, err
}
