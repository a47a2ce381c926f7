package store

import (
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/item"
)

// The editing desk: settled texts, comments, who is here.

// Settled reads the text up to which a filing's changes were accepted; without
// one it is the text the filing came with.
func (tx *Tx) Settled(id ident.Filing) (filing.Settled, bool, error) {
	return one(tx, "settled_get", func(r row) (s filing.Settled, err error) {
		return s, r.Scan(&s.Filing, &s.Revision, &s.By, &s.At, &s.Title, &s.Body)
	}, id)
}

// PutSettled keeps it.
func (tx *Tx) PutSettled(s filing.Settled) error {
	_, err := tx.exec("settled_put", s.Filing, s.Revision, s.By, s.At, s.Title, s.Body)
	return err
}

// RevisionTexts lists an owner's revisions whole, oldest first.
func (tx *Tx) RevisionTexts(noun, owner string) ([]item.Revision, error) {
	return many(tx, "revision_texts", scanRevision, noun, owner)
}

func scanComment(r row) (c filing.Comment, err error) {
	err = r.Scan(&c.ID, &c.Filing, &c.Thread, &c.Revision, &c.Para, &c.Quote, &c.Text, &c.By, &c.At, &c.ResolvedBy, &c.ResolvedAt)
	return c, err
}

// InsertComment keeps a comment.
func (tx *Tx) InsertComment(c filing.Comment) error {
	_, err := tx.exec("comment_insert", c.ID, c.Filing, c.Thread, c.Revision, c.Para, c.Quote, c.Text, c.By, c.At, c.ResolvedBy, c.ResolvedAt)
	return err
}

// ResolveComment says who settled it and when; nobody and 0 open it again.
func (tx *Tx) ResolveComment(id string, by ident.Person, at int64) error {
	_, err := tx.exec("comment_resolve", id, by, at)
	return err
}

// Comment reads one.
func (tx *Tx) Comment(id string) (filing.Comment, error) {
	return get(tx, "comment", id, "comment_get", scanComment)
}

// CommentsOf lists a filing's comments as they were written.
func (tx *Tx) CommentsOf(id ident.Filing) ([]filing.Comment, error) {
	return many(tx, "comments_of", scanComment, id)
}

// CommentCount is how many comments a filing has; none of them is read.
func (tx *Tx) CommentCount(id ident.Filing) (int, error) {
	n, _, err := one(tx, "comment_count", func(r row) (n int, err error) { err = r.Scan(&n); return n, err }, id)
	return n, err
}

// PutPresence says that somebody has a filing's page open, and drops whoever
// was last heard of before a moment.
func (tx *Tx) PutPresence(id ident.Filing, p filing.Presence, before int64) error {
	if _, err := tx.exec("presence_drop", before); err != nil {
		return err
	}
	_, err := tx.exec("presence_put", id, p.Person, p.Doing, p.At)
	return err
}

// PresenceOf lists who was heard of after a moment.
func (tx *Tx) PresenceOf(id ident.Filing, after int64) ([]filing.Presence, error) {
	return many(tx, "presence_of", func(r row) (p filing.Presence, err error) {
		return p, r.Scan(&p.Person, &p.Doing, &p.At)
	}, id, after)
}
