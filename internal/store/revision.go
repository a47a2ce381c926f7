package store

import (
	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/item"
)

// Texts and what goes with them: revisions, passed checks, attachments and what
// is typed but not saved.

func scanRevision(r row) (v item.Revision, err error) {
	err = r.Scan(&v.ID, &v.Noun, &v.Owner, &v.Number, &v.Title, &v.Hash, &v.By, &v.At, &v.Note, &v.Body)
	return v, err
}

// InsertRevision keeps a text. There is no way to change one.
func (tx *Tx) InsertRevision(v item.Revision) error {
	return tx.bear("revision_insert", v.ID, v.Noun, v.Owner, v.Number, v.Title, v.Hash, v.By, v.At, v.Note, v.Body)
}

// Revision reads one text of an item or a filing by its number.
func (tx *Tx) Revision(noun, owner string, number int) (item.Revision, error) {
	v, found, err := one(tx, "revision_get", scanRevision, noun, owner, number)
	if err == nil && !found {
		err = fault.Missing("revision", owner+"/"+item.Number(number))
	}
	return v, err
}

// RevisionByID reads one text.
func (tx *Tx) RevisionByID(id ident.Revision) (item.Revision, error) {
	return get(tx, "revision", string(id), "revision_by_id", scanRevision)
}

// Revisions lists an owner's revisions without their bodies, oldest first.
func (tx *Tx) Revisions(noun, owner string) ([]item.Revision, error) {
	return many(tx, "revisions", scanRevisionHead, noun, owner)
}

func scanRevisionHead(r row) (v item.Revision, err error) {
	err = r.Scan(&v.ID, &v.Noun, &v.Owner, &v.Number, &v.Title, &v.Hash, &v.By, &v.At, &v.Note)
	return v, err
}

// NewestRevision is an owner's last text, without the text; false when it has none.
func (tx *Tx) NewestRevision(noun, owner string) (item.Revision, bool, error) {
	return one(tx, "revision_newest", scanRevisionHead, noun, owner)
}

// NewestBy is the last text that one person left with a note, without the text.
func (tx *Tx) NewestBy(noun, owner string, by ident.Person, note string) (item.Revision, bool, error) {
	return one(tx, "revision_by", scanRevisionHead, noun, owner, by, note)
}

// InsertPassed keeps one check passed.
func (tx *Tx) InsertPassed(p item.Passed) error {
	return tx.bear("passed_insert", p.Item, p.Round, p.Check, p.Revision, p.Person, p.Post, p.At, p.Remark)
}

// PassedOf lists the checks an item passed in a round (0: in all), as they
// happened.
func (tx *Tx) PassedOf(id ident.Item, round int) ([]item.Passed, error) {
	return many(tx, "passed_of", scanPassed, id, round)
}

// PassedOfAll lists the checks that some items passed.
func (tx *Tx) PassedOfAll(ids []ident.Item) ([]item.Passed, error) {
	return many(tx, "passed_of_all", scanPassed, setOf(ids))
}

func scanPassed(r row) (p item.Passed, err error) {
	err = r.Scan(&p.Item, &p.Round, &p.Check, &p.Revision, &p.Person, &p.Post, &p.At, &p.Remark)
	return p, err
}

// DropPassed forgets a check that was taken back; the record keeps both.
func (tx *Tx) DropPassed(p item.Passed) error {
	_, err := tx.exec("passed_drop", p.Item, p.Round, p.Check, p.Revision)
	return err
}

func scanAttachment(r row) (a item.Attachment, err error) {
	err = r.Scan(&a.ID, &a.Item, &a.Name, &a.Media, &a.Size, &a.Hash, &a.Caption, &a.By, &a.At)
	return a, err
}

// InsertAttachment keeps a file's description; its bytes are a blob.
func (tx *Tx) InsertAttachment(a item.Attachment) error {
	_, err := tx.exec("attachment_insert", a.ID, a.Item, a.Name, a.Media, a.Size, a.Hash, a.Caption, a.By, a.At)
	return err
}

// AttachmentsOf lists an item's attachments as they came.
func (tx *Tx) AttachmentsOf(id ident.Item) ([]item.Attachment, error) {
	return many(tx, "attachments_of", scanAttachment, id)
}

// AllAttachments lists every attachment by identifier, after one.
func (tx *Tx) AllAttachments(after ident.Attachment, limit int) ([]item.Attachment, error) {
	return many(tx, "attachments_all", scanAttachment, after, bounded(limit))
}

// Attachment reads one.
func (tx *Tx) Attachment(id ident.Attachment) (item.Attachment, error) {
	return get(tx, "attachment", string(id), "attachment_get", scanAttachment)
}

// PutAutosave keeps what a person has typed; one text per person and owner.
func (tx *Tx) PutAutosave(a item.Autosave) error {
	_, err := tx.exec("autosave_put", a.Noun, a.Owner, a.Person, a.Title, a.Base, a.At, a.Body)
	return err
}

// Autosaves lists what is typed and not saved at an item or a filing, newest
// first, whoever typed it: a lock taken over loses nothing.
func (tx *Tx) Autosaves(noun, owner string) ([]item.Autosave, error) {
	return many(tx, "autosaves", func(r row) (a item.Autosave, err error) {
		err = r.Scan(&a.Noun, &a.Owner, &a.Person, &a.Title, &a.Base, &a.At, &a.Body)
		return a, err
	}, noun, owner)
}

// DropAutosave forgets what a person typed; it was saved or given up.
func (tx *Tx) DropAutosave(noun, owner string, person ident.Person) error {
	_, err := tx.exec("autosave_drop", noun, owner, person)
	return err
}

// DropAttachment takes a file off its item; its bytes stay.
func (tx *Tx) DropAttachment(id ident.Attachment) error {
	_, err := tx.exec("attachment_drop", id)
	return err
}

// Looked is a checker's first look at what was laid before him in a round.
type Looked struct {
	Person ident.Person
	At     int64
}

// PutLooked marks that a checker has looked; the first look counts.
func (tx *Tx) PutLooked(id ident.Item, round int, by ident.Person, at int64) error {
	_, err := tx.exec("looked_put", id, round, by, at)
	return err
}

// LookedAt lists who has looked in a round.
func (tx *Tx) LookedAt(id ident.Item, round int) ([]Looked, error) {
	return many(tx, "looked_at", func(r row) (l Looked, err error) {
		err = r.Scan(&l.Person, &l.At)
		return l, err
	}, id, round)
}
