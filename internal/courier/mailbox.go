package courier

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"xinshu/internal/fault"
)

// A mailbox is looked into over IMAP. Nothing is ever deleted or moved in it: a
// message is marked as read once it was taken, and that is all.
//
// People of an office name the server, so the rule for webhooks holds here too:
// an address is looked at after it was resolved, and inner networks are reached
// only where the operator has named them; there also without encryption.

// MailboxConfig is what looking into mailboxes needs.
type MailboxConfig struct {
	Allow   []netip.Prefix // networks that may be reached although they are not public
	Roots   *x509.CertPool // authorities of mail servers; nil: the machine's
	Timeout time.Duration  // to connect; 0 = 10 s
	Agent   string         // how the client names itself: some servers insist on a name
}

// Mailboxes looks into mailboxes. It is safe for many goroutines.
type Mailboxes struct {
	cfg  MailboxConfig
	gate *Courier // whose rule for addresses holds
}

// NewMailboxes makes one.
func NewMailboxes(c MailboxConfig) *Mailboxes {
	if c.Timeout <= 0 {
		c.Timeout = 10 * time.Second
	}
	if c.Agent == "" {
		c.Agent = "Xinshu"
	}
	return &Mailboxes{cfg: c, gate: New(Config{Allow: c.Allow})}
}

// Box names a mailbox.
type Box struct {
	Host     string
	Port     int    // 0: 993, otherwise 143
	TLS      string // STARTTLS, TLS or Plain
	User     string
	Password string
	Folder   string
}

// BoxPort is the port that goes with a way of speaking.
func (b Box) BoxPort() int {
	switch {
	case b.Port > 0:
		return b.Port
	case b.TLS == TLS:
		return 993
	}
	return 143
}

// BoxPlace is how far a mailbox was read: the last number, and the numbering it
// belongs to, for a server may begin to count anew.
type BoxPlace struct {
	Validity uint32
	Last     uint32
	Since    time.Time // what came before this day is left
}

// BoxMail is one message.
type BoxMail struct {
	Validity uint32
	UID      uint32
	Raw      []byte
	Size     int64 // as the server says
	Whole    bool  // false: Raw is only its beginning, the rest is too long
	Known    bool  // it was taken before; Raw is empty
}

// BoxWish is what a reader wants of a message whose header it was shown.
type BoxWish int

// The wishes.
const (
	BoxFetch BoxWish = iota // the message itself
	BoxKnown                // it was taken before: only that it is there
	BoxLeave                // nothing now: it is neither taken nor marked
)

// BoxReader is who takes the messages. What Take has returned from is kept for
// good; only then the message is marked.
type BoxReader interface {
	// Wants tells from a message's header what to do with it; anew says that the
	// server has begun to count anew, so that it may have been taken already.
	Wants(header []byte, anew bool) (BoxWish, error)
	Take(m BoxMail) error
}

// What can be wrong with a mailbox.
const (
	BoxClosed      = "closed_address" // an inner network that the operator has not named
	BoxAway        = "unreachable"    // no answer, or no such name
	BoxCertificate = "certificate"
	BoxNoTLS       = "no_tls"   // the server does not offer STARTTLS
	BoxPassword    = "password" // user or password refused
	BoxFolder      = "folder"
	BoxCut         = "cut"    // the connection broke off
	BoxAnswer      = "answer" // something else the server said
)

// BoxError says why a mailbox could not be read on. Detail is what was heard; it
// never has the password in it.
type BoxError struct {
	Code   string
	Detail string
}

func (e *BoxError) Error() string { return e.Code + ": " + e.Detail }

func boxError(code string, err error) error {
	if err == nil {
		return nil
	}
	return &BoxError{Code: code, Detail: bounded(strings.ToValidUTF8(err.Error(), "�"))}
}

const (
	// MaxBoxMail is the longest message that is fetched whole.
	MaxBoxMail = 40 << 20
	// boxBeginning is what is fetched of a longer one: its header and its words.
	boxBeginning = 256 << 10
	// boxTalk is what a server may say besides the messages, boxBatch how many
	// messages are asked about at once.
	boxTalk  = 8 << 20
	boxBatch = 200
)

// CheckBox says what is wrong with a mailbox before anything is tried.
func (x *Mailboxes) CheckBox(b Box) (bad []fault.Field) {
	wrong := func(path, code string) { bad = append(bad, fault.Field{Path: path, Code: code}) }
	ip, err := netip.ParseAddr(b.Host)
	bare := err == nil
	switch {
	case b.Host == "":
		wrong("host", "required")
	case len(b.Host) > 253 || strings.ContainsFunc(b.Host, func(r rune) bool { return r <= ' ' || r > 0x7e || strings.ContainsRune("/@\\?#[]", r) }) || !bare && strings.Contains(b.Host, ":"):
		wrong("host", "not_a_host")
	case bare && !x.gate.reachable(ip), strings.EqualFold(b.Host, "localhost"):
		wrong("host", "closed_address")
	}
	if b.Port < 0 || b.Port > 65535 {
		wrong("port", "not_a_port")
	}
	if !slices.Contains([]string{STARTTLS, TLS, Plain}, b.TLS) {
		bad = append(bad, fault.Unknown("tls", b.TLS, TLS, STARTTLS, Plain))
	}
	if b.TLS == Plain && len(x.cfg.Allow) == 0 {
		wrong("tls", "plain_inside_only")
	}
	return bad
}

// Look reads what came since a place, oldest first, until there is no more or
// ctx ends. Everything that r took stays taken, whatever happens after it.
func (x *Mailboxes) Look(ctx context.Context, b Box, from BoxPlace, r BoxReader) error {
	s, err := x.open(ctx, b)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = s.conn.Close() })
	defer func() {
		stop()
		_ = s.client.Close()
	}()
	err = s.read(ctx, b, from, r)
	if err == nil {
		_ = s.client.Logout().Wait() // it has nothing to lose any more
	}
	return err
}

// boxSession is one connection, signed in.
type boxSession struct {
	client *imapclient.Client
	conn   *measured
}

// measured gives up a connection that says more than it should.
type measured struct {
	net.Conn
	left atomic.Int64
}

var errTooMuch = errors.New("the server says more than a mailbox can have")

func (m *measured) Read(p []byte) (int, error) {
	if m.left.Load() <= 0 {
		return 0, errTooMuch
	}
	n, err := m.Conn.Read(p)
	m.left.Add(int64(-n))
	return n, err
}

func (x *Mailboxes) open(ctx context.Context, b Box) (*boxSession, error) {
	if bad := x.CheckBox(b); bad != nil {
		return nil, boxError(bad[0].Code, errors.New(bad[0].Path))
	}
	plainOnly := b.TLS == Plain
	dial := &net.Dialer{Timeout: x.cfg.Timeout, Control: x.gate.control}
	raw, err := dial.DialContext(ctx, "tcp", net.JoinHostPort(b.Host, strconv.Itoa(b.BoxPort())))
	if errors.Is(err, ErrRefusedAddress) {
		return nil, boxError(BoxClosed, ErrRefusedAddress)
	}
	if err != nil {
		return nil, boxError(BoxAway, err)
	}
	if plainOnly && !x.inside(raw) {
		_ = raw.Close()
		return nil, boxError(BoxClosed, errors.New("without encryption only inside a network of mailbox-allow"))
	}
	conn := &measured{Conn: raw}
	conn.left.Store(boxTalk)
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	secure := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: b.Host, RootCAs: x.cfg.Roots}
	var client *imapclient.Client
	switch b.TLS {
	case TLS:
		t := tls.Client(conn, secure)
		hand, done := context.WithTimeout(ctx, x.cfg.Timeout)
		err = t.HandshakeContext(hand)
		done()
		if err == nil {
			client = imapclient.New(t, nil)
		}
	case STARTTLS:
		client, err = imapclient.NewStartTLS(conn, &imapclient.Options{TLSConfig: secure})
	default:
		client = imapclient.New(conn, nil)
	}
	if err != nil {
		_ = conn.Close()
		return nil, handshake(err)
	}
	s := &boxSession{client, conn}
	if err := s.enter(x.cfg.Agent, b); err != nil {
		_ = client.Close()
		return nil, err
	}
	return s, nil
}

// inside reports whether a connection leads into a network the operator named.
func (x *Mailboxes) inside(c net.Conn) bool {
	at, err := netip.ParseAddrPort(c.RemoteAddr().String())
	return err == nil && slices.ContainsFunc(x.cfg.Allow, func(p netip.Prefix) bool { return p.Contains(at.Addr().Unmap()) })
}

func handshake(err error) error {
	var said *imap.Error
	var cert *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &said):
		return boxError(BoxNoTLS, err)
	case errors.As(err, &cert):
		return boxError(BoxCertificate, err)
	case errors.As(err, &record):
		return boxError(BoxNoTLS, err)
	}
	return boxError(BoxAway, err)
}

// enter greets, says who we are and signs in. Some servers want a name before
// they show a folder.
func (s *boxSession) enter(agent string, b Box) error {
	if err := s.client.WaitGreeting(); err != nil {
		return heard(BoxAway, err)
	}
	if err := s.client.Login(b.User, b.Password).Wait(); err != nil {
		return heard(BoxPassword, err)
	}
	if s.client.Caps().Has(imap.CapID) {
		_, _ = s.client.ID(&imap.IDData{Name: agent, Vendor: "Xinshu"}).Wait() // a server that does not care goes on without
	}
	return nil
}

// heard tells what a server refused from a connection that broke.
func heard(code string, err error) error {
	var said *imap.Error
	if errors.As(err, &said) {
		return boxError(code, err)
	}
	return boxError(BoxCut, err)
}

func (s *boxSession) read(ctx context.Context, b Box, from BoxPlace, r BoxReader) error {
	folder := b.Folder
	if folder == "" {
		folder = "INBOX"
	}
	at, err := s.client.Select(folder, nil).Wait()
	if err != nil {
		return heard(BoxFolder, err)
	}
	anew := from.Validity != 0 && from.Validity != at.UIDValidity
	if from.Validity != at.UIDValidity {
		from.Last = 0
	}
	uids, err := s.after(from)
	if err != nil {
		return err
	}
	for len(uids) > 0 {
		n := min(len(uids), boxBatch)
		heads, err := s.heads(uids[:n])
		if err != nil {
			return err
		}
		for _, h := range heads {
			if err := ctx.Err(); err != nil {
				return err
			}
			wish, err := r.Wants(h.header, anew)
			if err != nil {
				return err
			}
			if wish == BoxLeave {
				continue
			}
			m := BoxMail{Validity: at.UIDValidity, UID: uint32(h.uid), Size: h.size, Known: wish == BoxKnown}
			if err := s.one(&m, r); err != nil {
				return err
			}
		}
		uids = uids[n:]
	}
	return nil
}

// after are the numbers of what came since, oldest first.
func (s *boxSession) after(from BoxPlace) ([]imap.UID, error) {
	s.conn.left.Store(boxTalk)
	var set imap.UIDSet
	set.AddRange(imap.UID(from.Last)+1, 0)
	found, err := s.client.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{set}, Since: from.Since}, nil).Wait()
	if err != nil {
		return nil, heard(BoxAnswer, err)
	}
	uids := found.AllUIDs()
	// “from 8 on” names the last message too when that is 7
	uids = slices.DeleteFunc(uids, func(u imap.UID) bool { return uint32(u) <= from.Last })
	slices.Sort(uids)
	return slices.Compact(uids), nil
}

type boxHead struct {
	uid    imap.UID
	size   int64
	header []byte
}

// heads asks how long messages are, and what says which ones they are.
func (s *boxSession) heads(uids []imap.UID) ([]boxHead, error) {
	s.conn.left.Store(boxTalk)
	opt := &imap.FetchOptions{UID: true, RFC822Size: true,
		BodySection: []*imap.FetchItemBodySection{{Peek: true, Specifier: imap.PartSpecifierHeader, HeaderFields: []string{"Message-ID", "From", "Subject"}}}}
	cmd := s.client.Fetch(imap.UIDSetNum(uids...), opt)
	var out []boxHead
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		var h boxHead
		for it := msg.Next(); it != nil; it = msg.Next() {
			switch it := it.(type) {
			case imapclient.FetchItemDataUID:
				h.uid = it.UID
			case imapclient.FetchItemDataRFC822Size:
				h.size = it.Size
			case imapclient.FetchItemDataBodySection:
				if it.Literal != nil {
					h.header, _ = io.ReadAll(io.LimitReader(it.Literal, boxBeginning))
				}
			}
		}
		if slices.Contains(uids, h.uid) {
			out = append(out, h)
		}
	}
	if err := cmd.Close(); err != nil {
		return nil, heard(BoxAnswer, err)
	}
	slices.SortFunc(out, func(a, b boxHead) int { return int(int64(a.uid) - int64(b.uid)) })
	return out, nil
}

// one fetches a message, has it taken and marks it.
func (s *boxSession) one(m *BoxMail, r BoxReader) error {
	if !m.Known {
		want := int64(MaxBoxMail)
		if m.Size > MaxBoxMail {
			want = boxBeginning
		}
		found, err := s.fetch(m, want)
		if err == nil && int64(len(m.Raw)) > MaxBoxMail { // longer than it said
			m.Raw = m.Raw[:boxBeginning]
			m.Whole = false
		}
		if err != nil || !found {
			return err // gone meanwhile: it is not there to be taken
		}
	}
	if err := r.Take(*m); err != nil {
		return err
	}
	// Not marked is no harm: the place says that it was taken. A folder that
	// cannot be written says so here and is read all the same.
	cmd := s.client.Store(imap.UIDSetNum(imap.UID(m.UID)), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagSeen}}, nil)
	if err := cmd.Close(); err != nil {
		if e, ok := errors.AsType[*BoxError](heard(BoxAnswer, err)); ok && e.Code == BoxCut {
			return e
		}
	}
	return nil
}

// fetch reads a message, or its beginning. A part of what the server announced is
// never taken for the whole.
func (s *boxSession) fetch(m *BoxMail, want int64) (found bool, err error) {
	s.conn.left.Store(want + boxTalk)
	cmd := s.client.Fetch(imap.UIDSetNum(imap.UID(m.UID)), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true, Partial: &imap.SectionPartial{Size: want + 1}}}})
	var broken error
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		for it := msg.Next(); it != nil; it = msg.Next() {
			body, ok := it.(imapclient.FetchItemDataBodySection)
			if !ok || body.Literal == nil {
				continue
			}
			var b bytes.Buffer
			n, err := io.Copy(&b, io.LimitReader(body.Literal, want+1))
			if err == nil && n < min(body.Literal.Size(), want+1) {
				err = io.ErrUnexpectedEOF
			}
			if broken = err; err == nil {
				m.Raw, found = b.Bytes(), true
				m.Whole = n <= want && want == MaxBoxMail
			}
		}
	}
	if err := errors.Join(broken, cmd.Close()); err != nil {
		return false, heard(BoxAnswer, err)
	}
	return found, nil
}
