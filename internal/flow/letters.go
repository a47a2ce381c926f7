package flow

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/intake"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// Letters: what came by mail, on paper or as a picture waits beside the inbox
// until a person enters it for a unit or leaves it. Until then it is not in the
// record, and nobody but the office's editors sees it.

// maxLetterFiles bounds one letter.
const maxLetterFiles = 20

// TakeLetter keeps files that came to a desk: one message with the ending .eml
// becomes its text and its attachments; anything else is scans or photos, with
// the text still to be typed. The same message or files twice are one letter.
func (f *Flow) TakeLetter(ctx context.Context, a Actor, office ident.Unit, ups []Upload) (l filing.Letter, err error) {
	defer fault.Wrap(&err, "flow.TakeLetter")
	if _, err := f.mayEnter(ctx, a, office); err != nil { // asked before bytes are kept, and again below
		return l, err
	}
	if len(ups) == 0 {
		return l, fault.Bad("file", "choose")
	}
	if len(ups) > maxLetterFiles {
		return l, fault.Bad("file", "too_many", "max", strconv.Itoa(maxLetterFiles))
	}
	l = filing.Letter{Office: office, State: filing.LetterNew, Channel: "paper"}
	if len(ups) == 1 && strings.EqualFold(path.Ext(ups[0].Name), ".eml") {
		var raw []byte
		if raw, err = io.ReadAll(io.LimitReader(ups[0].Body, intake.MaxMail+1)); err != nil {
			return l, fault.Down("read upload", err)
		}
		err = f.readMail(ctx, raw, true, &l)
	} else {
		h := sha256.New()
		for _, up := range ups {
			lf, perr := f.keepFile(ctx, up)
			if perr != nil {
				return l, perr
			}
			lf.Rank = len(l.Files) + 1
			l.Files = append(l.Files, lf)
			h.Write([]byte(lf.Hash))
		}
		l.Message = "files:" + hex.EncodeToString(h.Sum(nil))
	}
	if err != nil {
		return l, err
	}
	return do(ctx, f, call{a, "TakeLetter", org.StageDesk, []any{office, l.Message}}, func(t *act) (filing.Letter, error) {
		if err := t.need("file_for", office, org.Editor, org.Chief); err != nil {
			return l, err
		}
		if have, ok, err := t.LetterOf(office, l.Message); err != nil || ok {
			return have, err
		}
		if l.Unit, err = t.SenderUnit(office, l.Address); err != nil {
			return l, err
		}
		l.ID, l.Came = t.Mint(), t.Now()
		return l, t.InsertLetter(&l)
	})
}

func (f *Flow) mayEnter(ctx context.Context, a Actor, office ident.Unit) (bool, error) {
	return read(ctx, f, a, "TakeLetter", func(t *act) (bool, error) {
		return true, t.need("file_for", office, org.Editor, org.Chief)
	})
}

// readMail fills a letter from a message. What of its files is not taken is
// named, so that nobody thinks it came whole.
func (f *Flow) readMail(ctx context.Context, raw []byte, whole bool, l *filing.Letter) error {
	reads := intake.ReadMail
	if !whole {
		reads = intake.ReadMailBeginning
		l.Marks = append(l.Marks, filing.MarkCut)
	}
	m, err := reads(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	switch {
	case m.Bounce:
		l.Marks = append(l.Marks, filing.MarkBounce)
	case m.Auto:
		l.Marks = append(l.Marks, filing.MarkAuto)
	}
	l.Channel, l.Message = "mail", "mail:"+m.ID
	if !hasName(m) {
		sum := sha256.Sum256(raw)
		l.Message = "raw:" + hex.EncodeToString(sum[:])
	}
	l.Title, l.Body = titleOf(m), clip(cleaned(m.Body), item.MaxBody)
	l.Sender, l.Address = clip(cleaned(m.Sender), 200), addressOf(m)
	if !m.Sent.IsZero() {
		l.Sent = m.Sent.UnixMicro()
	}
	left := m.Left
	for _, file := range m.Files {
		lf, err := f.keepFile(ctx, Upload{Name: file.Name, Size: int64(len(file.Data)), Body: bytes.NewReader(file.Data)})
		if _, bad := fault.BadFields(err); bad {
			left = append(left, file.Name)
			continue
		}
		if err != nil {
			return err
		}
		lf.Rank = len(l.Files) + 1
		l.Files = append(l.Files, lf)
	}
	l.Remark = clip(cleaned(strings.Join(left, "、")), 2000)
	return nil
}

// hasName reports whether a message has a name that can be kept.
func hasName(m intake.Mail) bool { return m.ID != "" && len(m.ID) <= 900 && cleaned(m.ID) == m.ID }

// titleOf is a message's subject as a letter has it.
func titleOf(m intake.Mail) string { return clip(cleaned(m.Subject), item.MaxTitle) }

// addressOf is a message's sender as a letter has it.
func addressOf(m intake.Mail) string { return clip(cleaned(m.From), 254) }

// clip cuts a text to so many characters.
func clip(s string, most int) string {
	if rs := []rune(s); len(rs) > most {
		return string(rs[:most])
	}
	return s
}

// keepFile looks at a file and keeps its bytes.
func (f *Flow) keepFile(ctx context.Context, up Upload) (filing.LetterFile, error) {
	if up.Size > f.cfg.MaxUpload {
		return filing.LetterFile{}, fault.Bad("file", "too_large", "max", strconv.FormatInt(f.cfg.MaxUpload>>20, 10)+" MB")
	}
	head := make([]byte, 8192)
	n, err := io.ReadFull(up.Body, head)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return filing.LetterFile{}, fault.Down("read upload", err)
	}
	media, err := intake.Sniff(up.Name, head[:n], up.Size)
	if err != nil {
		return filing.LetterFile{}, err
	}
	ref, err := f.cfg.Blobs.Put(ctx, io.MultiReader(bytes.NewReader(head[:n]), up.Body), f.cfg.MaxUpload)
	return filing.LetterFile{Name: up.Name, Media: media, Size: ref.Size, Hash: ref.Hash}, err
}

// lettersPage is how many letters a page of the list has.
const lettersPage = 50

// Letters lists what waits at an office to be entered, the newest first.
func (f *Flow) Letters(ctx context.Context, a Actor, office ident.Unit, cursor string) (Page[filing.Letter], error) {
	return read(ctx, f, a, "Letters", func(t *act) (pg Page[filing.Letter], err error) {
		if err := t.need("file_for", office, org.Editor, org.Chief); err != nil {
			return pg, err
		}
		before, id, err := unmark(cursor)
		if err != nil {
			return pg, err
		}
		if pg.Rows, err = t.LettersOf(office, filing.LetterNew, before, id, lettersPage+1); err != nil {
			return pg, err
		}
		if len(pg.Rows) > lettersPage {
			pg.Rows = pg.Rows[:lettersPage]
			last := pg.Rows[lettersPage-1]
			pg.Next = mark(last.Came, last.ID)
		}
		var ids naming
		for i, l := range pg.Rows {
			pg.Rows[i].Body = "" // a list has no texts
			ids.unit(l.Unit)
		}
		pg.Names, err = ids.names(t)
		return pg, err
	})
}

// Letter reads one.
func (f *Flow) Letter(ctx context.Context, a Actor, id string) (filing.Letter, error) {
	return read(ctx, f, a, "Letter", func(t *act) (filing.Letter, error) { return t.letter(id) })
}

// letter loads one at the actor's own desk.
func (t *act) letter(id string) (filing.Letter, error) {
	l, err := t.Tx.Letter(id)
	if err != nil || !t.scope.Desk(l.Office) {
		if err == nil {
			err = fault.Missing("letter", id)
		}
		return filing.Letter{}, err
	}
	return l, t.need("file_for", l.Office, org.Editor, org.Chief)
}

// OpenLetterFile reads one file of a letter.
func (f *Flow) OpenLetterFile(ctx context.Context, a Actor, id string, rank int) (filing.LetterFile, io.ReadSeekCloser, error) {
	l, err := f.Letter(ctx, a, id)
	if err != nil {
		return filing.LetterFile{}, nil, err
	}
	for _, lf := range l.Files {
		if lf.Rank == rank {
			r, _, err := f.cfg.Blobs.Get(ctx, lf.Hash)
			return lf, r, err
		}
	}
	return filing.LetterFile{}, nil, fault.Missing("attachment", id)
}

// EnterLetter makes a filing of a letter: what a person read from it, for the
// unit he named, with its files. The pairing of address and unit is remembered.
func (f *Flow) EnterLetter(ctx context.Context, a Actor, id string, in FileFor) (Filed, error) {
	return do(ctx, f, call{a, "EnterLetter", org.StageDesk, []any{id, in}}, func(t *act) (Filed, error) {
		l, err := t.waiting(id)
		if err != nil {
			return Filed{}, err
		}
		in.Office = l.Office
		out, err := t.fileFor(in)
		if err != nil {
			return out, err
		}
		for i, lf := range l.Files {
			if i >= item.MaxAttachments {
				break
			}
			at := item.Attachment{ID: ident.Attachment(t.Mint()), Item: out.Item.ID, Name: lf.Name, Media: lf.Media, Size: lf.Size, Hash: lf.Hash, By: t.actor.Person, At: out.Item.Created}
			if err := t.InsertAttachment(at); err != nil {
				return out, err
			}
		}
		if l.Address != "" {
			if err := t.PutSender(l.Office, l.Address, in.Unit, t.actor.Person, t.Now()); err != nil {
				return out, err
			}
		}
		l.State, l.Unit, l.By, l.At = filing.LetterEntered, in.Unit, t.actor.Person, t.Now()
		if len(out.Filings) > 0 {
			l.Filing = out.Filings[0].ID
		}
		return out, t.DecideLetter(&l)
	})
}

// DropLetter leaves a letter: advertising, a question, something entered already.
func (f *Flow) DropLetter(ctx context.Context, a Actor, id string) (filing.Letter, error) {
	return do(ctx, f, call{a, "DropLetter", org.StageDesk, id}, func(t *act) (filing.Letter, error) {
		l, err := t.waiting(id)
		if err != nil {
			return l, err
		}
		l.State, l.By, l.At = filing.LetterDropped, t.actor.Person, t.Now()
		return l, t.DecideLetter(&l)
	})
}

// waiting is a letter nobody has decided yet.
func (t *act) waiting(id string) (filing.Letter, error) {
	l, err := t.letter(id)
	if err == nil && l.State != filing.LetterNew {
		err = fault.Clash(fault.Why("letter_decided", "state", string(l.State)))
	}
	return l, err
}
