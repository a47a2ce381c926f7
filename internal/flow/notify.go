package flow

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"xinshu/internal/courier"
	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// Notification is a note as its reader sees it.
type Notification struct {
	Position int64        `json:"position"`
	Kind     NoteKind     `json:"kind"`
	At       int64        `json:"at"`
	Read     bool         `json:"read"`
	Noun     string       `json:"noun"` // what it opens: item, filing or duty
	ID       string       `json:"id"`
	Item     ident.Item   `json:"item,omitempty"`
	Title    string       `json:"title,omitempty"` // empty: no longer the reader's to see
	Own      bool         `json:"own,omitempty"`   // of a unit of the reader's, not at his desk
	Person   ident.Person `json:"person,omitempty"`
	Office   ident.Unit   `json:"office,omitempty"`
	Reason   string       `json:"reason,omitempty"`
	Remark   string       `json:"remark,omitempty"`
	Name     string       `json:"name,omitempty"`  // of the publication
	Issue    string       `json:"issue,omitempty"` // … and its number
	Due      int64        `json:"due,omitempty"`
	Pressing bool         `json:"pressing,omitempty"` // comes in quiet hours too
	unit     ident.Unit   // the partner that was taken off
	Secret   bool         `json:"-"` // restricted: no title leaves the house
}

// NotesQuery asks for one's own notifications, newest first.
type NotesQuery struct {
	Unread bool   `json:"unread" form:"unread"`
	Cursor string `json:"cursor" form:"cursor"`
	Limit  int    `json:"limit" form:"limit"`
}

// unreadFor is how long something is counted as unread: what nobody opened for a
// month is on the list, and no longer calls.
const unreadFor = int64(30 * 24 * 3600 * 1e6)

// MostUnread is where the counting of unread notes ends.
const MostUnread = 100

// noteAddress is one address that a person is told by, since a moment.
type noteAddress struct {
	who   string
	since int64
}

// addresses are the person, and the posts held today, each since its day.
func (t *act) addresses() []noteAddress {
	out := []noteAddress{{string(t.actor.Person), 0}}
	for _, p := range t.posts {
		since := int64(0)
		if p.From != 0 {
			since = t.f.start(p.From)
		}
		for _, unit := range t.places(p.Unit) {
			a := noteAddress{inPost(unit, p.Role), since}
			if !slices.ContainsFunc(out, func(b noteAddress) bool { return b.who == a.who }) {
				out = append(out, a)
			}
		}
	}
	return out
}

// notes reads the newest notes of all addresses as one list: a fact is told once.
func (t *act) notes(seen int64, unread bool, since, before int64, limit int) ([]store.Note, error) {
	var out []store.Note
	for _, a := range t.addresses() {
		some, err := t.Notes(store.NotesQuery{Who: a.who, Person: t.actor.Person, Since: max(a.since, since), Before: before, Seen: seen, Unread: unread, Limit: limit})
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	slices.SortStableFunc(out, func(a, b store.Note) int { return cmp.Compare(b.Position, a.Position) })
	out = slices.CompactFunc(out, func(a, b store.Note) bool { return a.Position == b.Position })
	return out[:min(len(out), limit)], nil
}

// Notifications lists what the actor was told, newest first.
func (f *Flow) Notifications(ctx context.Context, a Actor, q NotesQuery) (Page[Notification], error) {
	return read(ctx, f, a, "Notifications", func(t *act) (pg Page[Notification], err error) {
		before, _, err := unmark(q.Cursor)
		if err != nil {
			return pg, err
		}
		p, err := t.NotifyPerson(a.Person)
		if err != nil {
			return pg, err
		}
		since, limit := int64(0), bounded(q.Limit)
		if q.Unread {
			since = t.Now() - unreadFor
		}
		ns, err := t.notes(p.Seen, q.Unread, since, before, limit+1)
		if err != nil {
			return pg, err
		}
		if len(ns) > limit {
			ns = ns[:limit]
			pg.Next = mark(ns[limit-1].Position, "n")
		}
		var ids naming
		if pg.Rows, err = t.notifications(ns, &ids); err != nil {
			return pg, err
		}
		pg.Names, err = ids.names(t)
		return pg, err
	})
}

// Unread counts what the actor was told of in the last month and has not read,
// up to MostUnread.
func (f *Flow) Unread(ctx context.Context, a Actor) (int, error) {
	return read(ctx, f, a, "Unread", func(t *act) (int, error) {
		p, err := t.NotifyPerson(a.Person)
		if err != nil {
			return 0, err
		}
		ns, err := t.notes(p.Seen, true, t.Now()-unreadFor, 0, MostUnread)
		return len(ns), err
	})
}

// notifications gives notes their words: everything but who hears of it is in
// the fact, and the title is the one that the reader may see today.
func (t *act) notifications(ns []store.Note, ids *naming) ([]Notification, error) {
	out := make([]Notification, 0, len(ns))
	for _, n := range ns {
		var body noteBody
		if err := json.Unmarshal([]byte(n.Body), &body); err != nil {
			return nil, err
		}
		v := Notification{Position: n.Position, Kind: NoteKind(n.Kind), At: n.At, Read: n.Read, Noun: body.Noun, ID: body.ID, Item: body.Item, Person: n.Actor}
		v.Pressing = slices.Contains(pressing, v.Kind)
		r, _, err := t.FactAt(n.Position)
		if err != nil {
			return nil, err
		}
		v.Office = r.Office
		if err := v.said(r); err != nil {
			return nil, err
		}
		if err := t.titled(&v); err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		ids.person(v.Person)
		ids.unit(v.Office)
		out = append(out, v)
	}
	return out, nil
}

// said takes the words that a payload carries.
func (v *Notification) said(r fact.Record) error {
	if len(r.Payload) == 0 {
		return nil // lawfully erased
	}
	var p struct {
		Reason string       `json:"reason"`
		Remark string       `json:"remark"`
		Notice string       `json:"notice"`
		Due    int64        `json:"due"`
		Outlet issue.Outlet `json:"outlet"`
		News   filing.News  `json:"news"`
		Office ident.Unit   `json:"office"`
		Unit   ident.Unit   `json:"unit"`
	}
	if err := json.Unmarshal(r.Payload, &p); err != nil {
		return err
	}
	v.Reason, v.Remark, v.Due = p.Reason, cmp.Or(p.Remark, p.Notice), p.Due
	v.Name, v.Issue = cmp.Or(p.Outlet.Name, p.News.Name), cmp.Or(p.Outlet.Issue, p.News.Issue)
	v.Office = cmp.Or(p.News.Office, p.Outlet.Office, v.Office)
	v.unit = p.Unit
	if v.Kind == NoteForwarded && p.Office != "" { // to where it went
		v.Office = p.Office
	}
	return nil
}

// titled adds the title, when the reader may see it, and whether it is one that
// stays in the house.
func (t *act) titled(v *Notification) error {
	if v.Noun == "filing" {
		fl, err := t.Tx.Filing(ident.Filing(v.ID))
		if err != nil {
			return err
		}
		if v.Secret, err = t.restrictedFiling(fl, 0); err != nil {
			return err
		}
		if t.seesFiling(fl) {
			if v.Title, v.Own = fl.Title, !t.scope.Desk(fl.Office); v.Own {
				raw, err := t.rawOf(fl)
				if err != nil {
					return err
				}
				v.Title = raw.Title // as they filed it: what the desk makes of it is the desk's until it is printed
			}
		} else if p, ok, err := t.asPartner(fl.Item); err != nil {
			return err
		} else if ok {
			if v.Title, err = t.titleAside(p); err != nil {
				return err
			}
		}
		v.Pressing = v.Pressing || fl.Urgent
		return nil
	}
	it, err := t.Tx.Item(v.Item)
	if err != nil {
		return err
	}
	if v.Secret, err = t.restrictedItem(it); err != nil {
		return err
	}
	v.Pressing = v.Pressing || it.Urgent
	ok, p, err := t.sight(it)
	if err != nil {
		return err
	}
	if v.Kind == NoteToCountersign {
		v.Office = it.Unit // the lead asks
	}
	if v.Kind == NotePartnerOff || v.Kind == NoteUnasked {
		return t.titledOff(v, it)
	}
	if v.Noun == "duty" {
		return t.titledDuty(v)
	}
	if ok {
		v.Title, v.Own = it.Title, t.scope.Unit(it.Unit)
	} else if p != nil {
		v.Title, err = t.titleAside(*p)
	}
	return err
}

// titledDuty adds the title that the duty's page has: the unit that must act knows
// what it is about.
func (t *act) titledDuty(v *Notification) error {
	d, err := t.Tx.Duty(ident.Duty(v.ID))
	if err != nil || !d.Seen(t.scope) {
		return err
	}
	fl, err := t.Filing(d.Filing)
	v.Title = fl.Title
	return err
}

// titleAside is the title of the text that a partner was shown.
func (t *act) titleAside(p item.Partner) (string, error) {
	rev, err := t.Revision("item", string(p.Item), p.Revision)
	return rev.Title, err
}

// titledOff adds the title that a partner was shown: it sees the item no longer.
func (t *act) titledOff(v *Notification, it item.Item) error {
	ps, err := t.PartnersOf(it.ID)
	if err != nil {
		return err
	}
	for _, p := range ps {
		if !t.scope.Unit(p.Unit) || v.unit != "" && p.Unit != v.unit || p.Revision == 0 {
			continue
		}
		rev, err := t.Revision("item", string(it.ID), p.Revision)
		if err != nil {
			return err
		}
		v.Title, v.Office = rev.Title, it.Unit
	}
	return nil
}

// Pressing reports whether a kind is told in quiet hours too.
func Pressing(k NoteKind) bool { return slices.Contains(pressing, k) }

// Notification reads one of the actor's own.
func (f *Flow) Notification(ctx context.Context, a Actor, position int64) (Notification, error) {
	return read(ctx, f, a, "Notification", func(t *act) (Notification, error) {
		for _, at := range t.addresses() {
			n, found, err := t.NoteAt(at.who, position)
			if err != nil {
				return Notification{}, err
			}
			if !found {
				continue
			}
			vs, err := t.notifications([]store.Note{n}, &naming{})
			if err != nil {
				return Notification{}, err
			}
			return vs[0], nil
		}
		return Notification{}, fault.Missing("notification", strconv.FormatInt(position, 10))
	})
}

// ReadNote marks one of the actor's notes as read.
func (f *Flow) ReadNote(ctx context.Context, a Actor, position int64) error {
	mine, err := read(ctx, f, a, "ReadNote", func(t *act) (bool, error) {
		for _, at := range t.addresses() {
			if _, found, err := t.NoteAt(at.who, position); err != nil || found {
				return found, err
			}
		}
		return false, nil
	})
	if err != nil {
		return err
	}
	if !mine {
		return fault.Missing("notification", strconv.FormatInt(position, 10))
	}
	_, err = do(ctx, f, call{a, "ReadNote", org.ScopeRead, position}, func(t *act) (struct{}, error) {
		return struct{}{}, t.ReadNote(a.Person, position, t.Now())
	})
	return err
}

// ReadNotes marks everything as read up to a note that the actor has seen.
func (f *Flow) ReadNotes(ctx context.Context, a Actor, upTo int64) error {
	_, err := do(ctx, f, call{a, "ReadNotes", org.ScopeRead, upTo}, func(t *act) (struct{}, error) {
		p, err := t.NotifyPerson(a.Person)
		if err != nil || upTo <= p.Seen {
			return struct{}{}, err
		}
		last, err := t.LastPosition()
		if err != nil {
			return struct{}{}, err
		}
		p.Seen = min(upTo, last)
		return struct{}{}, t.PutNotifyPerson(p)
	})
	return err
}

// Quiet is when only what is pressing leaves the house for a person.
type Quiet struct {
	From     string `json:"from" form:"from" doc:"22:00; the same as until: never" maxLength:"5"`
	Until    string `json:"until" form:"until" doc:"When it ends, 07:00" maxLength:"5"`
	Weekends bool   `json:"weekends" form:"weekends" doc:"Days off by the working-day calendar too"`
}

// ChannelView is where a person's copies go, without its secrets.
type ChannelView struct {
	Channel string     `json:"channel" enum:"mail,hook"`
	Address string     `json:"address"`
	State   string     `json:"state" enum:"asked,on"`
	Kinds   []NoteKind `json:"kinds"`
	Until   int64      `json:"until,omitempty" doc:"How long the code is good"`
}

// SendView is what became of one copy.
type SendView = store.NotifySend

// NotifySettings are a person's own choices, and what became of the last copies.
type NotifySettings struct {
	Quiet    Quiet         `json:"quiet"`
	Channels []ChannelView `json:"channels"`
	Sends    []SendView    `json:"sends"`
	Mail     bool          `json:"mail" doc:"Whether this installation can send mail"`
	Hook     bool          `json:"hook" doc:"Whether it can send messages"`
}

func viewChannel(c store.NotifyChannel) ChannelView {
	v := ChannelView{Channel: c.Channel, Address: c.Address, State: c.State, Kinds: []NoteKind{}}
	for _, k := range c.Kinds {
		v.Kinds = append(v.Kinds, NoteKind(k))
	}
	if c.State == store.ChannelAsked {
		v.Until = c.CodeUntil
	}
	return v
}

// NotifySettings reads the actor's own choices.
func (f *Flow) NotifySettings(ctx context.Context, a Actor) (NotifySettings, error) {
	return read(ctx, f, a, "NotifySettings", func(t *act) (v NotifySettings, err error) {
		p, err := t.NotifyPerson(a.Person)
		if err != nil {
			return v, err
		}
		v = NotifySettings{Channels: []ChannelView{}, Sends: []SendView{}, Mail: f.cfg.Mail != nil, Hook: f.cfg.Courier != nil}
		v.Quiet = Quiet{Weekends: p.Weekends}
		if p.QuietFrom != p.QuietUntil {
			v.Quiet.From, v.Quiet.Until = hhmm(p.QuietFrom), hhmm(p.QuietUntil)
		}
		cs, err := t.NotifyChannels(a.Person)
		if err != nil {
			return v, err
		}
		for _, c := range cs {
			v.Channels = append(v.Channels, viewChannel(c))
		}
		ss, err := t.NotifySends(a.Person, 20)
		v.Sends = append(v.Sends, ss...)
		return v, err
	})
}

func hhmm(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func clock(path, s string) (int, []fault.Field) {
	if s == "" {
		return 0, nil
	}
	at, err := time.Parse("15:04", s)
	if err != nil {
		return 0, []fault.Field{{Path: path, Code: "not_a_time", Params: fault.Pairs("value", s)}}
	}
	return at.Hour()*60 + at.Minute(), nil
}

// SetQuiet chooses the quiet hours.
func (f *Flow) SetQuiet(ctx context.Context, a Actor, in Quiet) error {
	from, bad := clock("from", in.From)
	until, more := clock("until", in.Until)
	if err := fault.Fields(append(bad, more...)); err != nil {
		return err
	}
	_, err := do(ctx, f, call{a, "SetQuiet", org.StageRegister, in}, func(t *act) (struct{}, error) {
		p, err := t.NotifyPerson(a.Person)
		if err != nil {
			return struct{}{}, err
		}
		p.QuietFrom, p.QuietUntil, p.Weekends = from, until, in.Weekends
		return struct{}{}, t.PutNotifyPerson(p)
	})
	return err
}

// SetChannel names an address and what goes there. A new address gets a code
// first, and nothing else until the code has come back.
type SetChannel struct {
	Address string     `json:"address" form:"address" doc:"A mail address, or an https address" maxLength:"2000"`
	Kinds   []NoteKind `json:"kinds" form:"kinds" doc:"What is sent there" maxItems:"40"`
}

// Bounds of proving an address.
const (
	codeLasts   = int64(30 * 60 * 1e6)
	codeTries   = 5
	codesAnHour = 5
	anHour      = int64(3600 * 1e6)
)

func (f *Flow) checkChannel(channel string, in *SetChannel) error {
	in.Address = strings.TrimSpace(in.Address)
	var bad []fault.Field
	switch {
	case channel == store.ChannelMail && f.cfg.Mail == nil:
		return fault.Deny(fault.Why("no_mail"))
	case channel == store.ChannelMail:
		bad = courier.CheckAddress("address", in.Address)
	case channel != store.ChannelHook:
		return fault.Missing("channel", channel)
	case f.cfg.Courier == nil:
		return fault.Deny(fault.Why("no_courier"))
	default:
		bad = f.cfg.Courier.Check("address", in.Address)
	}
	for i, k := range in.Kinds {
		if !slices.Contains(NoteKinds, k) {
			bad = append(bad, fault.Field{Path: "kinds[" + strconv.Itoa(i) + "]", Code: "choose", Params: fault.Pairs("value", string(k))})
		}
	}
	return fault.Fields(bad)
}

// SetChannel keeps the address, or only the kinds where the address stays. The
// code goes out after the transaction; the secret of a new hook is shown once.
func (f *Flow) SetChannel(ctx context.Context, a Actor, channel string, in SetChannel) (secret string, view ChannelView, err error) {
	if err := f.checkChannel(channel, &in); err != nil {
		return "", view, err
	}
	code, fresh, err := f.codes()
	if err != nil {
		return "", view, err
	}
	var c store.NotifyChannel
	var lang string
	ask := false
	view, err = do(ctx, f, call{a, "SetChannel", org.StageRegister, []any{channel, in}}, func(t *act) (ChannelView, error) {
		ask = false
		me, err := t.Person(a.Person)
		if err != nil {
			return ChannelView{}, err
		}
		lang = me.Locale
		have, err := t.NotifyChannels(a.Person)
		if err != nil {
			return ChannelView{}, err
		}
		c = store.NotifyChannel{Person: a.Person, Channel: channel, Secret: fresh, AskedAt: t.Now()}
		if i := slices.IndexFunc(have, func(h store.NotifyChannel) bool { return h.Channel == channel }); i >= 0 {
			c = have[i]
		}
		c.Kinds = nil
		for _, k := range in.Kinds {
			c.Kinds = append(c.Kinds, string(k))
		}
		if ask = c.Address != in.Address || c.State == store.ChannelAsked; ask {
			if t.Now()-c.AskedAt > anHour {
				c.Asked, c.AskedAt = 0, t.Now()
			}
			if c.Asked >= codesAnHour {
				return ChannelView{}, fault.Deny(fault.Reason{Code: "too_many_codes", Until: c.AskedAt + anHour})
			}
			if c.Address != in.Address {
				c.Secret = fresh
			}
			c.Address, c.State, c.Code, c.CodeUntil, c.Tries = in.Address, store.ChannelAsked, codeHash(a.Person, code), t.Now()+codeLasts, 0
			c.Asked++
		}
		return viewChannel(c), t.SaveNotifyChannel(&c)
	})
	if err != nil || !ask {
		return "", view, err
	}
	if err := f.sendCode(ctx, c, lang, code); err != nil {
		return "", view, fault.Deny(fault.Why("code_not_sent", "problem", err.Error()))
	}
	if channel == store.ChannelHook {
		secret = c.Secret
	}
	return secret, view, nil
}

// codes draws a code and a secret.
func (f *Flow) codes() (code, secret string, err error) {
	src := f.cfg.Rand
	if src == nil {
		src = rand.Reader
	}
	n, err := rand.Int(src, big.NewInt(1_000_000))
	if err != nil {
		return "", "", err
	}
	raw := make([]byte, 24)
	if _, err := io.ReadFull(src, raw); err != nil {
		return "", "", err
	}
	return fmt.Sprintf("%06d", n), SecretPrefix + hex.EncodeToString(raw), nil
}

func codeHash(who ident.Person, code string) string {
	h := sha256.Sum256([]byte(string(who) + "\n" + code))
	return hex.EncodeToString(h[:])
}

// ConfirmChannel has the code that came to the address.
type ConfirmChannel struct {
	Code string `json:"code" form:"code" doc:"The six figures that were sent there" maxLength:"20"`
}

// ConfirmChannel proves an address: from now on copies go there.
func (f *Flow) ConfirmChannel(ctx context.Context, a Actor, channel string, in ConfirmChannel) (ChannelView, error) {
	given := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, in.Code)
	view, err := do(ctx, f, call{a, "ConfirmChannel", org.StageRegister, []any{channel, in}}, func(t *act) (ChannelView, error) {
		c, err := t.channel(channel)
		if err != nil || c.State == store.ChannelOn {
			return viewChannel(c), err
		}
		if c.Tries >= codeTries || c.CodeUntil < t.Now() {
			return ChannelView{}, fault.Deny(fault.Why("code_over"))
		}
		// a wrong try is counted, so it must be kept: the refusal comes after
		c.Tries++
		if subtle.ConstantTimeCompare([]byte(codeHash(a.Person, given)), []byte(c.Code)) == 1 {
			c.State, c.Code, c.CodeUntil, c.Tries = store.ChannelOn, "", 0, 0
			if c.Position, err = t.LastPosition(); err != nil {
				return ChannelView{}, err
			}
		}
		return viewChannel(c), t.SaveNotifyChannel(&c)
	})
	if err == nil && view.State != store.ChannelOn {
		err = fault.Bad("code", "wrong_code")
	}
	return view, err
}

// EndChannel forgets an address; what still waits for it is dropped.
func (f *Flow) EndChannel(ctx context.Context, a Actor, channel string) error {
	_, err := do(ctx, f, call{a, "EndChannel", org.StageRegister, channel}, func(t *act) (struct{}, error) {
		if _, err := t.channel(channel); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, t.EndNotifyChannel(a.Person, channel)
	})
	return err
}

func (t *act) channel(channel string) (store.NotifyChannel, error) {
	have, err := t.NotifyChannels(t.actor.Person)
	if err != nil {
		return store.NotifyChannel{}, err
	}
	i := slices.IndexFunc(have, func(h store.NotifyChannel) bool { return h.Channel == channel })
	if i < 0 {
		return store.NotifyChannel{}, fault.Missing("channel", channel)
	}
	return have[i], nil
}
