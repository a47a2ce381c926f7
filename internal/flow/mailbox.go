package flow

import (
	"context"
	"strings"

	"xinshu/internal/courier"
	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// An office's mailbox: what comes there becomes letters, which wait for a person
// as every letter does. It belongs to the office and is set on its page, not in
// the installation's settings: a city has a dozen counties on one machine, each
// with an address of its own, and the clerk who is given a new authorization code
// has no shell. What the operator says is which inner networks may be reached.

// Boxes looks into mailboxes. courier.Mailboxes is the one there is.
type Boxes interface {
	CheckBox(b courier.Box) []fault.Field
	Look(ctx context.Context, b courier.Box, from courier.BoxPlace, r courier.BoxReader) error
}

// Lock keeps a password that must be said again. courier.Lock is the one there is.
type Lock interface {
	Shut(place, text string) (string, error)
	Open(place, locked string) (string, error)
	Mark(text string) string
}

// SetMailbox says where an office's mail is fetched from.
type SetMailbox struct {
	Host     string `json:"host" form:"host" doc:"Mail server, imap.example.gov.cn" maxLength:"400"`
	Port     int    `json:"port,omitempty" form:"port" doc:"0: 993 with tls, otherwise 143"`
	TLS      string `json:"tls,omitempty" form:"tls" doc:"tls, starttls, or none inside a network that the operator has named; empty: tls" maxLength:"20"`
	User     string `json:"user" form:"user" doc:"Who signs in, mostly the address itself" maxLength:"400"`
	Password string `json:"password,omitempty" form:"password" doc:"Password, or the authorization code of the mail provider; empty keeps the one there is, as long as server and user stay" maxLength:"1000"`
	Folder   string `json:"folder,omitempty" form:"folder" doc:"Folder that is read; empty: INBOX" maxLength:"400"`
	Since    string `json:"since,omitempty" form:"since" doc:"First day whose messages are taken, 2026-11-23; empty: today" maxLength:"20"`
}

// MailboxView is a mailbox without its password, and how it goes.
type MailboxView struct {
	Office  ident.Unit   `json:"office"`
	State   string       `json:"state" doc:"none, on or off"`
	Host    string       `json:"host,omitempty"`
	Port    int          `json:"port,omitempty"`
	TLS     string       `json:"tls,omitempty"`
	User    string       `json:"user,omitempty"`
	Folder  string       `json:"folder,omitempty"`
	Since   string       `json:"since,omitempty"`
	SetBy   ident.Person `json:"set_by,omitempty"`
	SetAt   int64        `json:"set_at,omitempty"`
	Looking bool         `json:"looking,omitempty"` // somebody reads it at this moment
	Looked  int64        `json:"looked_at,omitempty"`
	Good    int64        `json:"good_at,omitempty" doc:"When it was last read to its end"`
	Next    int64        `json:"next_at,omitempty"`
	Came    int          `json:"came" doc:"Letters of the last look"`
	CameAll int          `json:"came_all" doc:"Letters since it was first set"`
	Problem string       `json:"problem,omitempty" doc:"Why the last look failed: unreachable, closed_address, certificate, no_tls, password, folder, cut, answer, locked, full or storage; many: it did not fail, but of one sender fifty wait, and more was left in the mailbox until some are dealt with"`
	Detail  string       `json:"detail,omitempty" doc:"What the server said"`
	MaySet  bool         `json:"may_set,omitempty" doc:"Whether who asks may set and end it"`
	Version int64        `json:"version,omitempty"`
}

func viewMailbox(m store.Mailbox, now int64) MailboxView {
	v := MailboxView{Office: m.Office, State: m.State, Host: m.Host, Port: m.Port, TLS: m.TLS, User: m.Login, Folder: m.Folder, Since: m.Since.String(), SetBy: m.SetBy, SetAt: m.SetAt,
		Looking: m.BusyUntil > now, Looked: m.LookedAt, Good: m.GoodAt, Came: m.Came, CameAll: m.CameAll, Problem: m.Problem, Detail: m.Detail, Version: m.Version}
	if m.State == store.MailboxOn {
		v.Next = m.NextAt
	}
	return v
}

// mayUseMailbox lets the office's editors see how it goes, and those who set it.
func (t *act) mayUseMailbox(office ident.Unit) error {
	err := t.need("file_for", office, org.Editor, org.Chief)
	if err != nil && t.mayRegister(office) == nil {
		return nil
	}
	return err
}

// Mailbox reads an office's mailbox; its state is "none" where there is none.
func (f *Flow) Mailbox(ctx context.Context, a Actor, office ident.Unit) (MailboxView, error) {
	return read(ctx, f, a, "Mailbox", func(t *act) (MailboxView, error) {
		u, err := t.Tx.Unit(office)
		if err != nil {
			return MailboxView{}, err
		}
		if err := t.mayUseMailbox(office); err != nil {
			return MailboxView{}, err
		}
		v := MailboxView{Office: office, State: "none"}
		m, found, err := t.Tx.Mailbox(office)
		if found {
			v = viewMailbox(m, t.Now())
		}
		v.MaySet = u.Office && t.mayRegister(office) == nil
		return v, err
	})
}

// maxPassword bounds a password; some providers' codes are long.
const maxPassword = 200

// checked trims what was typed and says what is wrong with it.
func (in *SetMailbox) checked(boxes Boxes) (since org.Date, bad []fault.Field) {
	in.Host, in.User, in.Folder = strings.ToLower(strings.TrimSpace(in.Host)), strings.TrimSpace(in.User), strings.TrimSpace(in.Folder)
	if in.TLS == "" {
		in.TLS = courier.TLS
	}
	if in.Folder == "" {
		in.Folder = "INBOX"
	}
	bad = boxes.CheckBox(courier.Box{Host: in.Host, Port: in.Port, TLS: in.TLS})
	bad = append(bad, org.Text("user", in.User, 1, 200)...)
	bad = append(bad, org.Text("folder", in.Folder, 1, 200)...)
	if len(in.Password) > maxPassword || strings.ContainsAny(in.Password, "\r\n\x00") {
		bad = append(bad, fault.Field{Path: "password", Code: "too_long", Params: fault.Pairs("max", "200")})
	}
	if in.Since != "" {
		var ok bool
		if since, ok = org.ParseDate(in.Since); !ok {
			bad = append(bad, fault.Field{Path: "since", Code: "not_a_date", Params: fault.Pairs("value", in.Since)})
		}
	}
	return since, bad
}

// SetMailbox sets an office's mailbox. The password is locked before it is kept
// and never told again; where server or user change it must be typed again, so
// that nobody has it sent to a server of his own.
func (f *Flow) SetMailbox(ctx context.Context, a Actor, office ident.Unit, in SetMailbox) (MailboxView, error) {
	if f.cfg.Boxes == nil || f.cfg.Lock == nil {
		return MailboxView{}, fault.Deny(fault.Why("no_mailboxes"))
	}
	since, bad := in.checked(f.cfg.Boxes)
	if err := fault.Fields(bad); err != nil {
		return MailboxView{}, err
	}
	locked, err := "", error(nil)
	mark := f.cfg.Lock.Mark(in.Password)
	if in.Password != "" {
		if locked, err = f.cfg.Lock.Shut(string(office), in.Password); err != nil {
			return MailboxView{}, err
		}
	}
	in.Password = mark // what is kept of the call must not tell it
	return do(ctx, f, call{a, "SetMailbox", org.StageRegister, []any{office, in}}, func(t *act) (MailboxView, error) {
		u, err := t.Tx.Unit(office)
		if err == nil {
			err = t.mayRegister(office)
		}
		if err == nil && !u.Office {
			err = fault.Deny(fault.Why("not_an_office"))
		}
		if err != nil {
			return MailboxView{}, err
		}
		was, found, err := t.Tx.Mailbox(office)
		if err != nil {
			return MailboxView{}, err
		}
		m := was
		m.Office, m.State, m.Host, m.Port, m.TLS, m.Login, m.Folder = office, store.MailboxOn, in.Host, in.Port, in.TLS, in.User, in.Folder
		m.SetBy, m.SetAt = a.Person, t.Now()
		if locked != "" {
			m.Secret = locked
		} else if was.Secret == "" || was.Host != m.Host || was.Port != m.Port || was.TLS != m.TLS || was.Login != m.Login {
			return MailboxView{}, fault.Bad("password", "type_again")
		}
		if m.Since == 0 || since != 0 {
			m.Since = since
		}
		if m.Since == 0 {
			m.Since = t.day
		}
		if was.Host != m.Host || was.Login != m.Login || was.Folder != m.Folder || was.Since != m.Since { // another box, or more of it
			m.Validity, m.Last = 0, 0
		}
		if found {
			err = t.SaveMailbox(&m)
		} else {
			err = t.InsertMailbox(&m)
		}
		if err != nil {
			return MailboxView{}, err
		}
		return viewMailbox(m, t.Now()), t.mailboxSet(m, "set")
	})
}

// EndMailbox stops looking and forgets the password. The letters stay.
func (f *Flow) EndMailbox(ctx context.Context, a Actor, office ident.Unit) (MailboxView, error) {
	return do(ctx, f, call{a, "EndMailbox", org.StageRegister, office}, func(t *act) (MailboxView, error) {
		if err := t.mayRegister(office); err != nil {
			return MailboxView{}, err
		}
		m, found, err := t.Tx.Mailbox(office)
		if err == nil && !found {
			err = fault.Missing("mailbox", string(office))
		}
		if err != nil || m.State == store.MailboxOff {
			return viewMailbox(m, t.Now()), err
		}
		m.State, m.Secret, m.SetBy, m.SetAt = store.MailboxOff, "", a.Person, t.Now()
		if err := t.SaveMailbox(&m); err != nil {
			return MailboxView{}, err
		}
		return viewMailbox(m, t.Now()), t.mailboxSet(m, "ended")
	})
}

func (t *act) mailboxSet(m store.Mailbox, change string) error {
	_, err := t.fact("mailbox", string(m.Office), m.Version, m.Office, org.MailboxSet{Office: m.Office, Host: m.Host, User: m.Login, Change: change})
	return err
}
