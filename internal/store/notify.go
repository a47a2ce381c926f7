package store

import (
	"fmt"
	"io"
	"math"
	"strconv"

	"xinshu/internal/duty"
	"xinshu/internal/ident"
)

// Note is one thing to be told, to a person or to everybody in a post of a unit.
// What it is about is looked up when it is read, so that it holds no text.
type Note struct {
	Who      string       `json:"who"` // a person's identifier, or UNIT|ROLE
	Position int64        `json:"position"`
	Kind     string       `json:"kind"`
	Actor    ident.Person `json:"actor"` // who did it is not told of it
	At       int64        `json:"at"`
	Body     string       `json:"body"` // JSON: what it opens, and the words of the sentence
	Read     bool         `json:"-"`
}

func scanNote(r row) (n Note, err error) {
	return n, r.Scan(&n.Who, &n.Position, &n.Kind, &n.Actor, &n.At, &n.Body, &n.Read)
}

// notesFrom is the position behind which notes begin: 0, or where the record
// stood when it was upgraded to a version that has them. It is kept, so that a
// rebuild and a restored copy begin there too.
func (tx *Tx) notesFrom() (int64, error) {
	from, found, err := one(tx, "installation_get", scanString, "notes.from")
	if err != nil || !found {
		return 0, err
	}
	return strconv.ParseInt(from, 10, 64)
}

// PutNote keeps a note; the first of one fact to one address stays.
func (p *Projection) PutNote(n Note) error {
	_, err := p.tx.exec("note_put", n.Who, n.Position, n.Kind, string(n.Actor), n.At, n.Body)
	return err
}

// DropNote takes back what one address was told.
func (p *Projection) DropNote(n Note) error {
	_, err := p.tx.exec("note_drop", n.Who, n.Position)
	return err
}

// dumpNotes writes the projection for Dump.
func (tx *Tx) dumpNotes(w io.Writer) error {
	return tx.each("notes_dump", nil, func(r row) (bool, error) {
		var n Note
		if err := r.Scan(&n.Who, &n.Position, &n.Kind, &n.Actor, &n.At, &n.Body); err != nil {
			return false, err
		}
		_, err := fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%d\t%s\n", n.Who, n.Position, n.Kind, n.Actor, n.At, n.Body)
		return true, err
	})
}

// NotesQuery reads the notes of one address, as one person sees them.
type NotesQuery struct {
	Who    string
	Person ident.Person
	Since  int64 // told at or after
	Before int64 // position; 0: from the newest
	Seen   int64 // everything up to this position is read
	Unread bool
	Limit  int
}

// Notes lists notes, newest first.
func (tx *Tx) Notes(q NotesQuery) ([]Note, error) {
	name := "notes_before"
	if q.Unread {
		name = "notes_unread_before"
	}
	if q.Before == 0 {
		q.Before = math.MaxInt64
	}
	return many(tx, name, scanNote, q.Who, q.Person, q.Before, q.Since, q.Seen, bounded(q.Limit))
}

// NotesAfter lists the notes of one address behind a position, oldest first.
func (tx *Tx) NotesAfter(who string, person ident.Person, after, since int64, limit int) ([]Note, error) {
	return many(tx, "notes_after", scanNote, who, person, after, since, limit)
}

// NoteAt reads one note.
func (tx *Tx) NoteAt(who string, position int64) (Note, bool, error) {
	return one(tx, "note_at", scanNote, who, position)
}

// ReadNote marks one note as read by a person.
func (tx *Tx) ReadNote(person ident.Person, position, at int64) error {
	_, err := tx.exec("note_read", person, position, at)
	return err
}

// NotifyPerson is a person's own choice of when.
type NotifyPerson struct {
	Person     ident.Person
	Seen       int64 // everything up to this position is read
	QuietFrom  int   // minutes of the day
	QuietUntil int   // the same as QuietFrom: never quiet
	Weekends   bool  // Saturdays and Sundays are quiet
}

// NotifyPerson reads it; somebody who chose nothing has the zero value.
func (tx *Tx) NotifyPerson(id ident.Person) (NotifyPerson, error) {
	p, found, err := one(tx, "notify_person_get", func(r row) (p NotifyPerson, err error) {
		return p, r.Scan(&p.Person, &p.Seen, &p.QuietFrom, &p.QuietUntil, &p.Weekends)
	}, id)
	if !found {
		p.Person = id
	}
	return p, err
}

// PutNotifyPerson keeps it; single marks that Seen covers are dropped.
func (tx *Tx) PutNotifyPerson(p NotifyPerson) error {
	if _, err := tx.exec("notify_person_put", p.Person, p.Seen, p.QuietFrom, p.QuietUntil, flag(p.Weekends)); err != nil {
		return err
	}
	_, err := tx.exec("notes_read_drop", p.Person, p.Seen)
	return err
}

// The channels out of the house, and the states of one.
const (
	ChannelMail  = "mail"
	ChannelHook  = "hook"
	ChannelAsked = "asked" // a code was sent and is waited for
	ChannelOn    = "on"
)

// NotifyChannel is where a person's copies go.
type NotifyChannel struct {
	Person    ident.Person
	Channel   string
	Address   string
	State     string
	Kinds     []string // empty: none
	Secret    string
	Code      string // hash
	CodeUntil int64
	Tries     int
	Asked     int // codes sent since AskedAt
	AskedAt   int64
	Position  int64
	Version   int64
}

func scanNotifyChannel(r row) (c NotifyChannel, err error) {
	return c, r.Scan(&c.Person, &c.Channel, &c.Address, &c.State, listOf(&c.Kinds), &c.Secret, &c.Code, &c.CodeUntil, &c.Tries, &c.Asked, &c.AskedAt, &c.Position, &c.Version)
}

// SaveNotifyChannel keeps a channel: version 0 is a new one.
func (tx *Tx) SaveNotifyChannel(c *NotifyChannel) error {
	if c.Version == 0 {
		return tx.insert(&c.Version, "notify_channel_insert", c.Person, c.Channel, c.Address, c.State, setOf(c.Kinds), c.Secret, c.Code, c.CodeUntil, c.Tries, c.Asked, c.AskedAt, c.Position)
	}
	return tx.save("channel", c.Channel, &c.Version, "notify_channel_save", c.Person, c.Channel, c.Version, c.Address, c.State, setOf(c.Kinds), c.Secret, c.Code, c.CodeUntil, c.Tries, c.Asked, c.AskedAt, c.Position)
}

// NotifyChannels lists a person's channels.
func (tx *Tx) NotifyChannels(id ident.Person) ([]NotifyChannel, error) {
	return many(tx, "notify_channels_of", scanNotifyChannel, id)
}

// ActiveNotifyChannels lists all that are sent to.
func (tx *Tx) ActiveNotifyChannels() ([]NotifyChannel, error) {
	return many(tx, "notify_channels_on", scanNotifyChannel)
}

// MoveNotifyChannel keeps how far the record was looked at for a channel; false
// says that another was faster.
func (tx *Tx) MoveNotifyChannel(c NotifyChannel, to int64) (bool, error) {
	n, err := tx.exec("notify_channel_move", c.Person, c.Channel, c.Position, to)
	return n == 1, err
}

// EndNotifyChannel forgets a channel and what still waits for it.
func (tx *Tx) EndNotifyChannel(person ident.Person, channel string) error {
	if _, err := tx.exec("notify_channel_drop", person, channel); err != nil {
		return err
	}
	_, err := tx.exec("notify_sends_drop", person, channel)
	return err
}

// The states of a copy.
const (
	SendWaiting = "waiting" // goes out at its time
	SendHeld    = "held"    // goes out with others, at its time
	SendSending = "sending" // is being handed over
	SendSent    = "sent"
	SendFailed  = "failed" // nothing more is tried
	SendUnsure  = "unsure" // it may have arrived, and so is not sent again
)

// NotifySend is the copy of one note to one channel.
type NotifySend struct {
	Person   ident.Person `json:"-"`
	Channel  string       `json:"channel"`
	Position int64        `json:"position"`
	State    string       `json:"state"`
	Attempts int          `json:"attempts,omitempty"`
	NextAt   int64        `json:"next_at,omitempty"`
	At       int64        `json:"at"`
	Problem  string       `json:"problem,omitempty"`
}

func scanNotifySend(r row) (s NotifySend, err error) {
	return s, r.Scan(&s.Person, &s.Channel, &s.Position, &s.State, &s.Attempts, &s.NextAt, &s.At, &s.Problem)
}

// InsertNotifySend promises a copy, once.
func (tx *Tx) InsertNotifySend(s NotifySend) error {
	_, err := tx.exec("notify_send_insert", s.Person, s.Channel, s.Position, s.State, s.Attempts, s.NextAt, s.At, s.Problem)
	return err
}

// MoveNotifySend changes a copy; false says that another was faster.
func (tx *Tx) MoveNotifySend(was, to NotifySend) (bool, error) {
	n, err := tx.exec("notify_send_move", was.Person, was.Channel, was.Position, was.Attempts, was.State, to.State, to.Attempts, to.NextAt, to.At, to.Problem)
	return n == 1, err
}

// NotifySendsDue lists copies whose time has come.
func (tx *Tx) NotifySendsDue(now int64, limit int) ([]NotifySend, error) {
	return many(tx, "notify_sends_due", scanNotifySend, now, limit)
}

// NotifySends lists a person's last copies, newest first.
func (tx *Tx) NotifySends(person ident.Person, limit int) ([]NotifySend, error) {
	return many(tx, "notify_sends_of", scanNotifySend, person, limit)
}

// NotifySentSince counts what went to a channel since a moment.
func (tx *Tx) NotifySentSince(person ident.Person, channel string, since int64) (int, error) {
	n, _, err := one(tx, "notify_sent_since", scanInt, person, channel, since)
	return n, err
}

// The stages of a reminder.
const (
	ReminderDue     = "due"     // the day before
	ReminderOverdue = "overdue" // its time is over
)

// DutiesToRemind lists duties with a unit, due before a moment, of which the
// stage was not yet told.
func (tx *Tx) DutiesToRemind(stage string, before int64, limit int) ([]duty.Duty, error) {
	return many(tx, "duties_to_remind", scanDuty, stage, before, limit)
}

// PutReminder keeps that a reminder was given; false: it was already.
func (tx *Tx) PutReminder(d ident.Duty, stage string, due, at int64) (bool, error) {
	n, err := tx.exec("duty_reminder_put", d, stage, due, at)
	return n == 1, err
}
