package flow

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"xinshu/internal/courier"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/intake"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// How mailboxes are looked into: whoever claims one reads it message by message.
// Each becomes a letter in one transaction with how far the mailbox was read, and
// is marked in the mailbox only after that. Whatever breaks off in between, the
// next look goes on behind the last letter that is kept.
const (
	mailboxEvery = 5 * time.Minute
	mailboxLook  = 10 * time.Minute // of the worker
	mailboxPress = 20 * time.Second // of the button: somebody waits for the page
	mailboxLease = 15 * time.Minute // longer than a look; then another may take over

	// maxWaiting is how many letters may wait at a desk before no more are fetched:
	// a flooded mailbox must not fill the house.
	maxWaiting = 2000

	// maxOfOne is how many of them may be one address's. What it sends beyond that
	// is left in the mailbox, unread, until some of them are dealt with: one sender
	// must not bury the others. A unit that reports by mail comes nowhere near it.
	maxOfOne = 50
)

// Problems of our own side, beside those of courier.
const (
	boxLocked  = "locked"  // the password cannot be unlocked here
	boxFull    = "full"    // too many letters wait
	boxStorage = "storage" // a letter could not be kept
	boxMany    = "many"    // read to the end, but some of one sender's were left
)

// mailboxPause is how long to wait after the n-th failure in a row. A refused
// password is not tried often: servers shut accounts that are.
func mailboxPause(problem string, n int) time.Duration {
	d, most := time.Minute, time.Hour
	if problem == courier.BoxPassword {
		d, most = time.Hour, 24*time.Hour
	}
	for range n - 1 {
		d = min(2*d, most)
	}
	return d
}

// DueMailboxes are those to be looked into now, and when the next of them is due
// (0: none is set).
func (f *Flow) DueMailboxes(ctx context.Context) (due []ident.Unit, next int64, err error) {
	defer fault.Wrap(&err, "flow.DueMailboxes")
	if f.cfg.Boxes == nil || f.cfg.Lock == nil {
		return nil, 0, nil
	}
	err = f.store.View(ctx, func(tx *store.Tx) error {
		ms, err := tx.MailboxesOn()
		due, next = nil, 0
		for _, m := range ms {
			switch at := max(m.NextAt, m.BusyUntil); {
			case at <= tx.Now():
				due = append(due, m.Office)
			case next == 0 || at < next:
				next = at
			}
		}
		return err
	})
	return due, next, err
}

// MailboxFigures are for who watches the installation.
type MailboxFigures struct {
	On, Failing, Letters int
	Oldest               int64 // when the one that was longest not read to its end last was
}

// MailboxFigures counts the mailboxes.
func (f *Flow) MailboxFigures(ctx context.Context) (v MailboxFigures, err error) {
	defer fault.Wrap(&err, "flow.MailboxFigures")
	err = f.store.View(ctx, func(tx *store.Tx) error {
		ms, err := tx.MailboxesOn()
		v = MailboxFigures{On: len(ms)}
		for i, m := range ms {
			if v.Letters += m.CameAll; m.Problem != "" && m.Problem != boxMany {
				v.Failing++
			}
			if i == 0 || m.GoodAt < v.Oldest {
				v.Oldest = m.GoodAt
			}
		}
		return err
	})
	return v, err
}

// FetchMailbox looks into a mailbox whose time has come, and tells how many
// letters came.
func (f *Flow) FetchMailbox(ctx context.Context, office ident.Unit) (came int, err error) {
	defer fault.Wrap(&err, "flow.FetchMailbox")
	r, err := f.claimMailbox(ctx, office, false)
	if err != nil || r == nil {
		return 0, err
	}
	err = r.look(ctx, mailboxLook)
	return r.came, err
}

// LookMailbox looks now, because somebody asks. What does not come in time comes
// with the next look, which follows at once.
func (f *Flow) LookMailbox(ctx context.Context, a Actor, office ident.Unit) (MailboxView, error) {
	if err := a.scoped(org.StageDesk); err != nil {
		return MailboxView{}, err
	}
	v, err := f.Mailbox(ctx, a, office)
	if err != nil {
		return v, err
	}
	if f.cfg.Boxes == nil || f.cfg.Lock == nil {
		return v, fault.Deny(fault.Why("no_mailboxes"))
	}
	if v.State != store.MailboxOn {
		return v, fault.Clash(fault.Why("no_mailbox"))
	}
	r, err := f.claimMailbox(ctx, office, true)
	if err != nil {
		return v, err
	}
	if r == nil {
		return v, fault.Clash(fault.Why("mailbox_busy"))
	}
	if err := r.look(ctx, mailboxPress); err != nil {
		return v, err
	}
	return f.Mailbox(ctx, a, office)
}

// boxReader takes the messages of one look.
type boxReader struct {
	f       *Flow
	ctx     context.Context // of the look: the reader lives no longer
	m       store.Mailbox
	waiting int // letters at the desk before it
	seen    int
	came    int
	of      map[string]int // how many wait of each address that was met
	left    []string       // the addresses of which messages were left
}

// claimMailbox takes a mailbox for one look; nil when it is not to be had.
func (f *Flow) claimMailbox(ctx context.Context, office ident.Unit, early bool) (*boxReader, error) {
	r := &boxReader{f: f, of: map[string]int{}}
	mine := false
	err := f.store.Update(ctx, func(tx *store.Tx) error {
		mine = false
		m, found, err := tx.Mailbox(office)
		if err != nil || !found || m.State != store.MailboxOn || m.BusyUntil > tx.Now() || !early && m.NextAt > tx.Now() {
			return err
		}
		if r.waiting, err = tx.LettersWaiting(office); err != nil {
			return err
		}
		r.m = m
		mine, err = tx.ClaimMailbox(&r.m, tx.Now()+mailboxLease.Microseconds())
		return err
	})
	if err != nil || !mine {
		return nil, err
	}
	return r, nil
}

// look reads and writes down what came of it.
func (r *boxReader) look(ctx context.Context, most time.Duration) error {
	inner, stop := context.WithTimeout(ctx, most)
	defer stop()
	r.ctx = inner
	err := r.run(inner)
	late := inner.Err() != nil
	if errors.Is(err, errMailboxLost) {
		return nil // set anew meanwhile: the next look is another's
	}
	m := r.m
	derr := r.f.store.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		r.m = m
		r.sum(err, late, ctx.Err() != nil, tx.Now())
		_, err := tx.DoneMailbox(&r.m)
		return err
	})
	if _, known := errors.AsType[*courier.BoxError](err); known || late || err == nil {
		return derr
	}
	return errors.Join(err, derr)
}

// sum makes the state after a look.
func (r *boxReader) sum(err error, late, closing bool, now int64) {
	m := &r.m
	m.LookedAt, m.Came, m.CameAll, m.NextAt = now, r.came, m.CameAll+r.came, now
	switch e, known := errors.AsType[*courier.BoxError](err); {
	case closing && err != nil: // the house is closing: nobody's failure
		return
	case err == nil:
		m.Problem, m.Detail, m.Failures, m.GoodAt, m.NextAt = "", "", 0, now, now+mailboxEvery.Microseconds()
		if len(r.left) > 0 {
			m.Problem, m.Detail = boxMany, clip(strings.Join(r.left, ", "), 200)
		}
		return
	case late && r.seen > 0: // there is more than one look can take
		m.Problem, m.Detail, m.Failures = "", "", 0
		return
	case late:
		m.Problem, m.Detail = courier.BoxAway, "no answer in time"
	case known:
		m.Problem, m.Detail = e.Code, e.Detail
	default:
		m.Problem, m.Detail = boxStorage, ""
	}
	m.Failures++
	m.NextAt = now + mailboxPause(m.Problem, m.Failures).Microseconds()
}

func (r *boxReader) run(ctx context.Context) error {
	password, err := r.f.cfg.Lock.Open(string(r.m.Office), r.m.Secret)
	if err != nil {
		return &courier.BoxError{Code: boxLocked, Detail: err.Error()}
	}
	since := time.Date(int(r.m.Since)/10000, time.Month(int(r.m.Since)/100%100), int(r.m.Since)%100, 0, 0, 0, 0, r.f.cfg.Location)
	box := courier.Box{Host: r.m.Host, Port: r.m.Port, TLS: r.m.TLS, User: r.m.Login, Password: password, Folder: r.m.Folder}
	return r.f.cfg.Boxes.Look(ctx, box, courier.BoxPlace{Validity: r.m.Validity, Last: r.m.Last, Since: since}, r)
}

// errMailboxLost ends a look at a mailbox that was set anew meanwhile.
var errMailboxLost = errors.New("the mailbox was set anew while it was read")

// same reports whether a letter is the message: who sent it and what it says, not
// only its name, which a stranger may borrow to keep another's message out.
func same(have, l filing.Letter) bool {
	return have.Address == l.Address && have.Title == l.Title && have.Body == l.Body && slices.EqualFunc(have.Files, l.Files, func(a, b filing.LetterFile) bool { return a.Hash == b.Hash })
}

// Wants tells a message that was taken already, and one of a sender of whom too
// many wait. Once one was left, the place stays before it, so that it is found
// again; what was taken behind it is known by then.
func (r *boxReader) Wants(header []byte, anew bool) (courier.BoxWish, error) {
	m, err := intake.ReadMail(bytes.NewReader(header))
	if err != nil {
		return courier.BoxFetch, nil // it is read whole, and is a letter that says so
	}
	from := addressOf(m)
	n, met := r.of[from]
	known := false
	err = r.f.store.View(r.ctx, func(tx *store.Tx) (err error) {
		if hasName(m) {
			have, found, err := tx.LetterOf(r.m.Office, "mail:"+m.ID)
			if known = found && have.Address == from && have.Title == titleOf(m); err != nil || known {
				return err
			}
		}
		if !met && from != "" {
			n, err = tx.LettersFrom(r.m.Office, from)
		}
		return err
	})
	switch {
	case err != nil:
		return courier.BoxFetch, err
	case known && len(r.left) > 0:
		return courier.BoxLeave, nil // taken behind one that was left
	case known && anew:
		return courier.BoxKnown, nil
	case known: // it looks like one that is there: read whole, and compared
		return courier.BoxFetch, nil
	}
	if r.of[from] = n; n < maxOfOne || from == "" {
		return courier.BoxFetch, nil
	}
	if !slices.Contains(r.left, from) {
		r.left = append(r.left, from)
	}
	return courier.BoxLeave, nil
}

// Take makes a letter of a message and returns once it is kept.
func (r *boxReader) Take(mail courier.BoxMail) error {
	if r.waiting+r.came >= maxWaiting {
		return &courier.BoxError{Code: boxFull, Detail: strconv.Itoa(maxWaiting)}
	}
	var l filing.Letter
	sum := ""
	if !mail.Known {
		h := sha256.Sum256(mail.Raw)
		sum = hex.EncodeToString(h[:])
		var err error
		if l, err = r.letter(mail); err != nil {
			return err
		}
	}
	m, fresh := r.m, false
	err := r.f.store.Update(r.ctx, func(tx *store.Tx) (err error) {
		r.m, fresh = m, false
		if len(r.left) == 0 {
			r.m.Validity, r.m.Last = mail.Validity, mail.UID
		}
		if mine, err := tx.MoveMailbox(&r.m); err != nil || !mine {
			return errors.Join(err, errLost(mine))
		}
		if !mail.Known {
			fresh, err = keepLetter(tx, l, sum)
		}
		return err
	})
	if err != nil {
		r.m = m
		return err
	}
	if r.seen++; fresh {
		r.came++
		if n, met := r.of[l.Address]; met {
			r.of[l.Address] = n + 1
		}
	}
	return nil
}

func errLost(mine bool) error {
	if mine {
		return nil
	}
	return errMailboxLost
}

// keepLetter inserts a letter unless it is there already. Another message under
// the same name is a letter of its own.
func keepLetter(tx *store.Tx, l filing.Letter, sum string) (fresh bool, err error) {
	for _, name := range []string{l.Message, "raw:" + sum} {
		have, found, err := tx.LetterOf(l.Office, name)
		if err != nil {
			return false, err
		}
		if !found {
			if l.Message = name; l.Address != "" {
				if l.Unit, err = tx.SenderUnit(l.Office, l.Address); err != nil {
					return false, err
				}
			}
			l.ID, l.Came = tx.Mint(), tx.Now()
			return true, tx.InsertLetter(&l)
		}
		if have, err = tx.Letter(have.ID); err != nil || same(have, l) {
			return false, err
		}
	}
	return false, nil
}

// letter reads a message. One that cannot be read is a letter all the same, which
// says so: somebody must look into the mailbox.
func (r *boxReader) letter(mail courier.BoxMail) (filing.Letter, error) {
	l := filing.Letter{Office: r.m.Office, State: filing.LetterNew, Channel: "mail"}
	err := r.f.readMail(r.ctx, mail.Raw, mail.Whole, &l)
	if _, bad := fault.BadFields(err); bad {
		sum := sha256.Sum256(mail.Raw)
		l.Message, l.Marks = "raw:"+hex.EncodeToString(sum[:]), []string{filing.MarkUnread}
		err = nil
	}
	if l.Address != "" && strings.EqualFold(l.Address, r.m.Login) {
		l.Marks = append(l.Marks, filing.MarkOwn)
	}
	return l, err
}
