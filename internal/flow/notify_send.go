package flow

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net"
	"slices"
	"strconv"
	"time"

	"xinshu/internal/courier"
	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// How copies of notifications leave the house. Each is promised once, in a row
// of its own, and handed over by whoever claims the row; what may have arrived
// is not sent again, because two alike are worse than a line that says so. The
// network is never touched inside a transaction.

// Mail hands letters to a mail server. courier.Mailer is the one there is.
type Mail interface {
	Send(ctx context.Context, l courier.Letter) error
}

// Scribe words what leaves the house, in a person's language. The pages' words
// are at the edge, so the one there is lives in web.
type Scribe interface {
	Code(lang, code string) (subject, body string)
	Letter(lang string, ns []Notification, names Names) (subject, body string)
}

// Bounds of what one person is sent.
const (
	sendsAnHour = 20 // then the rest waits and comes as one
	singles     = 5  // more at once come as one
	pauseFull   = int64(15 * 60 * 1e6)
	sendBatch   = 500
)

// personMessage is the body of a message to a person's own address.
type personMessage struct {
	Text          string         `json:"text"`
	Code          string         `json:"code,omitempty"`
	Notifications []Notification `json:"notifications,omitempty"`
}

// sendCode sends the code that proves an address.
func (f *Flow) sendCode(ctx context.Context, c store.NotifyChannel, lang, code string) error {
	subject, body := code, code
	if f.cfg.Scribe != nil {
		subject, body = f.cfg.Scribe.Code(lang, code)
	}
	id := ident.Hash("code", string(c.Person), c.Channel, c.Code, strconv.FormatInt(c.CodeUntil, 10))
	return f.hand(ctx, c, packet{id: id, at: c.CodeUntil - codeLasts, subject: subject, body: body, code: code})
}

// packet is one message before it has the form of its channel.
type packet struct {
	id, subject, body, code string
	at                      int64
	notes                   []Notification
}

// hand hands one message over.
func (f *Flow) hand(ctx context.Context, c store.NotifyChannel, p packet) error {
	if c.Channel == store.ChannelMail {
		if f.cfg.Mail == nil {
			return &courier.MailError{Problem: "no mail server is configured", Again: true}
		}
		return f.cfg.Mail.Send(ctx, courier.Letter{To: c.Address, Subject: p.subject, Body: p.body, ID: p.id, At: time.UnixMicro(p.at)})
	}
	if f.cfg.Courier == nil {
		return &courier.MailError{Problem: "messages are not sent from here", Again: true}
	}
	b, err := json.Marshal(personMessage{Text: p.subject, Code: p.code, Notifications: p.notes})
	if err != nil {
		return err
	}
	a, err := f.cfg.Courier.Post(ctx, courier.Message{URL: c.Address, ID: p.id, At: p.at / 1e6, Secret: c.Secret, Body: b})
	switch {
	case err != nil:
		reached := true
		if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" || errors.Is(err, courier.ErrRefusedAddress) {
			reached = false
		}
		return &courier.MailError{Problem: err.Error(), Again: !reached, Unsure: reached}
	case !a.Taken():
		return &courier.MailError{Problem: "answered " + strconv.Itoa(a.Status), Again: true}
	}
	return nil
}

// SendNotes promises copies of what is new and hands over what is due. It tells
// how many notifications left the house.
func (f *Flow) SendNotes(ctx context.Context) (sent int, err error) {
	defer fault.Wrap(&err, "flow.SendNotes")
	if f.cfg.Mail == nil && f.cfg.Courier == nil {
		return 0, nil
	}
	var on []store.NotifyChannel
	var due []store.NotifySend
	look := func(tx *store.Tx) (err error) {
		if on, err = tx.ActiveNotifyChannels(); err != nil {
			return err
		}
		due, err = tx.NotifySendsDue(tx.Now(), sendBatch)
		return err
	}
	if err := f.store.View(ctx, look); err != nil {
		return 0, err
	}
	for _, c := range on {
		if err := f.promise(ctx, c); err != nil {
			return 0, err
		}
	}
	if len(on) > 0 {
		if err := f.store.View(ctx, look); err != nil {
			return 0, err
		}
	}
	type box struct {
		person  ident.Person
		channel string
	}
	groups := map[box][]store.NotifySend{}
	var order []box
	for _, s := range due {
		b := box{s.Person, s.Channel}
		if groups[b] == nil {
			order = append(order, b)
		}
		groups[b] = append(groups[b], s)
	}
	for _, b := range order {
		n, err := f.deliver(ctx, b.person, b.channel, groups[b])
		sent += n
		if err != nil || ctx.Err() != nil {
			return sent, err
		}
	}
	return sent, nil
}

// promise writes down which of the new notes go to a channel, and when.
func (f *Flow) promise(ctx context.Context, c store.NotifyChannel) error {
	var rows []store.NotifySend
	to := c.Position
	err := f.store.View(ctx, func(tx *store.Tx) error {
		rows, to = nil, c.Position
		t, err := f.begin(tx, Actor{Person: c.Person})
		if err != nil {
			return err
		}
		notes, end, err := t.newNotes(c)
		if err != nil || len(notes) == 0 {
			return err
		}
		to = end
		p, err := t.NotifyPerson(c.Person)
		if err != nil {
			return err
		}
		ns, err := t.notifications(notes, &naming{})
		if err != nil {
			return err
		}
		now := t.Now()
		days, err := t.CalendarYears()
		if err != nil {
			return err
		}
		wait := f.quietUntil(p, days, now)
		for _, n := range ns {
			if !slices.Contains(c.Kinds, string(n.Kind)) {
				continue
			}
			s := store.NotifySend{Person: c.Person, Channel: c.Channel, Position: n.Position, State: store.SendWaiting, NextAt: now, At: now}
			if wait > 0 && !n.Pressing {
				s.State, s.NextAt = store.SendHeld, wait
			}
			rows = append(rows, s)
		}
		return nil
	})
	if err != nil || to == c.Position {
		return err
	}
	return f.store.Update(ctx, func(tx *store.Tx) error {
		mine, err := tx.MoveNotifyChannel(c, to)
		if err != nil || !mine {
			return err
		}
		for _, s := range rows {
			if err := tx.InsertNotifySend(s); err != nil {
				return err
			}
		}
		return nil
	})
}

// newNotes are the notes behind a channel's place, and where that is then.
func (t *act) newNotes(c store.NotifyChannel) (out []store.Note, end int64, err error) {
	const most = 200
	horizon := int64(0)
	for _, a := range t.addresses() {
		some, err := t.NotesAfter(a.who, c.Person, c.Position, a.since, most)
		if err != nil {
			return nil, 0, err
		}
		if len(some) == most && (horizon == 0 || some[most-1].Position < horizon) {
			horizon = some[most-1].Position
		}
		out = append(out, some...)
	}
	slices.SortStableFunc(out, func(a, b store.Note) int { return cmp.Compare(a.Position, b.Position) })
	out = slices.CompactFunc(out, func(a, b store.Note) bool { return a.Position == b.Position })
	if horizon > 0 {
		out = slices.DeleteFunc(out, func(n store.Note) bool { return n.Position > horizon })
	}
	if len(out) > 0 {
		end = out[len(out)-1].Position
	}
	return out, end, nil
}

// quietUntil is when a person's quiet time that holds now ends; 0 when it is not
// quiet. One quiet time may begin where another ends.
func (f *Flow) quietUntil(p store.NotifyPerson, days org.Calendar, now int64) int64 {
	began := time.UnixMicro(now).In(f.cfg.Location)
	at := began
	for range 30 { // a long holiday with quiet evenings around it
		end, quiet := quietEnd(p, days, at)
		if !quiet {
			break
		}
		at = end
	}
	if at.Equal(began) {
		return 0
	}
	return at.UnixMicro()
}

func quietEnd(p store.NotifyPerson, days org.Calendar, at time.Time) (time.Time, bool) {
	day := func(later, minutes int) time.Time {
		return time.Date(at.Year(), at.Month(), at.Day()+later, 0, minutes, 0, 0, at.Location())
	}
	minute := at.Hour()*60 + at.Minute()
	switch {
	case p.Weekends && !days.Works(org.Date(at.Year()*10000+int(at.Month())*100+at.Day())):
		return day(1, 0), true
	case p.QuietFrom < p.QuietUntil && minute >= p.QuietFrom && minute < p.QuietUntil,
		p.QuietFrom > p.QuietUntil && minute < p.QuietUntil:
		return day(0, p.QuietUntil), true
	case p.QuietFrom > p.QuietUntil && minute >= p.QuietFrom:
		return day(1, p.QuietUntil), true
	}
	return at, false
}

// outBox is what one person gets at one address now.
type outBox struct {
	c     store.NotifyChannel
	lang  string
	now   int64
	full  bool // the hour's measure is full
	notes map[int64]Notification
	names Names
}

// openBox reads the channel and the notes of a box as the person sees them today.
func (f *Flow) openBox(ctx context.Context, person ident.Person, channel string, rows []store.NotifySend) (o outBox, err error) {
	err = f.store.View(ctx, func(tx *store.Tx) error {
		o = outBox{notes: map[int64]Notification{}}
		t, err := f.begin(tx, Actor{Person: person})
		if err != nil {
			return err
		}
		o.now = t.Now()
		p, err := t.Person(person)
		if err != nil || !p.Active {
			return err
		}
		o.lang = p.Locale
		if o.c, err = t.channel(channel); fault.Is(err, fault.NotFound) || o.c.State != store.ChannelOn {
			o.c = store.NotifyChannel{}
			return nil
		}
		if err != nil {
			return err
		}
		n, err := t.NotifySentSince(person, channel, o.now-anHour)
		if err != nil {
			return err
		}
		o.full = n >= sendsAnHour
		var notes []store.Note
		for _, a := range t.addresses() {
			for _, s := range rows {
				n, found, err := t.NoteAt(a.who, s.Position)
				if err != nil {
					return err
				}
				if found && !slices.ContainsFunc(notes, func(x store.Note) bool { return x.Position == n.Position }) {
					notes = append(notes, n)
				}
			}
		}
		var ids naming
		ns, err := t.notifications(notes, &ids)
		if err != nil {
			return err
		}
		for _, n := range ns {
			n.Remark = "" // only titles leave the house, and not those of restricted texts
			if n.Secret {
				n.Title = ""
			}
			o.notes[n.Position] = n
		}
		o.names, err = ids.names(t)
		return err
	})
	return o, err
}

// deliver hands over what is due at one address.
func (f *Flow) deliver(ctx context.Context, person ident.Person, channel string, rows []store.NotifySend) (sent int, err error) {
	o, err := f.openBox(ctx, person, channel, rows)
	if err != nil {
		return 0, err
	}
	var single, together []store.NotifySend
	for _, s := range rows {
		to := s
		to.At = o.now
		_, there := o.notes[s.Position]
		switch {
		case s.State == store.SendSending: // whoever had it stopped in between
			to.State, to.NextAt, to.Problem = store.SendUnsure, 0, "stopped while it was sent"
		case o.c.Address == "" || !there:
			to.State, to.NextAt, to.Problem = store.SendFailed, 0, "no longer wanted"
		case o.full && !o.notes[s.Position].Pressing:
			to.State, to.NextAt = store.SendHeld, o.now+pauseFull
		case s.State == store.SendHeld:
			together = append(together, s)
			continue
		default:
			single = append(single, s)
			continue
		}
		if err := f.moveSends(ctx, []store.NotifySend{s}, func(store.NotifySend) store.NotifySend { return to }); err != nil {
			return sent, err
		}
	}
	if len(single) > singles {
		together, single = append(together, single...), nil
	}
	bundles := make([][]store.NotifySend, 0, len(single)+1)
	if len(together) > 0 {
		bundles = append(bundles, together)
	}
	for _, s := range single {
		bundles = append(bundles, []store.NotifySend{s})
	}
	for _, b := range bundles {
		n, err := f.deliverBundle(ctx, o, b)
		sent += n
		if err != nil || ctx.Err() != nil {
			return sent, err
		}
	}
	return sent, nil
}

// moveSends changes rows, each if nobody else did meanwhile.
func (f *Flow) moveSends(ctx context.Context, rows []store.NotifySend, to func(store.NotifySend) store.NotifySend) error {
	return f.store.Update(ctx, func(tx *store.Tx) error {
		for _, s := range rows {
			if _, err := tx.MoveNotifySend(s, to(s)); err != nil {
				return err
			}
		}
		return nil
	})
}

// deliverBundle sends one message with one or several notes.
func (f *Flow) deliverBundle(ctx context.Context, o outBox, rows []store.NotifySend) (int, error) {
	var mine []store.NotifySend
	err := f.store.Update(ctx, func(tx *store.Tx) error {
		mine = nil
		for _, s := range rows {
			to := s
			to.State, to.Attempts, to.NextAt, to.At, to.Problem = store.SendSending, s.Attempts+1, o.now+lease, o.now, ""
			ok, err := tx.MoveNotifySend(s, to)
			if err != nil {
				return err
			}
			if ok {
				mine = append(mine, to)
			}
		}
		return nil
	})
	if err != nil || len(mine) == 0 {
		return 0, err
	}
	id := []string{"note", string(o.c.Person), o.c.Channel}
	var ns []Notification
	for _, s := range mine {
		id = append(id, strconv.FormatInt(s.Position, 10))
		ns = append(ns, o.notes[s.Position])
	}
	subject, body := "Xinshu", ""
	if f.cfg.Scribe != nil {
		subject, body = f.cfg.Scribe.Letter(o.lang, ns, o.names)
	}
	herr := f.hand(ctx, o.c, packet{id: ident.Hash(id...), at: o.now, subject: subject, body: body, notes: ns})
	was := rows[0].State
	// written down even when the house is closing: what was taken is not sent again
	err = f.moveSends(context.WithoutCancel(ctx), mine, func(s store.NotifySend) store.NotifySend {
		s.NextAt, s.State = 0, store.SendSent
		if herr == nil {
			return s
		}
		fail, known := errors.AsType[*courier.MailError](herr)
		s.State, s.Problem = store.SendFailed, herr.Error()
		switch {
		case known && fail.Unsure:
			s.State = store.SendUnsure
		case known && fail.Again:
			if wait, again := backoff(s.Attempts); again {
				s.State, s.NextAt = was, o.now+int64(wait/time.Microsecond)
			}
		}
		return s
	})
	if herr != nil || err != nil {
		return 0, err
	}
	return len(mine), nil
}
