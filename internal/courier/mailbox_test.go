package courier

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// certificate makes an authority and a certificate of it for 127.0.0.1.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// post is a real IMAP server in this process.
type post struct {
	t     *testing.T
	mem   *imapmemserver.Server
	user  *imapmemserver.User
	roots *x509.CertPool
	box   Box
	cutAt atomic.Int64 // after so many bytes of one connection it is cut; 0: never
}

const secret = "the-secret-word"

func newPost(t *testing.T, way string) *post {
	t.Helper()
	p := &post{t: t, mem: imapmemserver.New(), user: imapmemserver.NewUser("desk@x.cn", secret)}
	if err := p.user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	p.mem.AddUser(p.user)
	cert, roots := certificate(t)
	p.roots = roots
	o := &imapserver.Options{InsecureAuth: way == Plain, Caps: imap.CapSet{imap.CapIMAP4rev1: {}},
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return p.mem.NewSession(), nil, nil
		}}
	if way == STARTTLS {
		o.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}}
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.box = Box{Host: "127.0.0.1", Port: ln.Addr().(*net.TCPAddr).Port, TLS: way, User: "desk@x.cn", Password: secret}
	var l net.Listener = &cutting{ln, &p.cutAt}
	if way == TLS {
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{cert}})
	}
	s := imapserver.New(o)
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close(); <-done })
	return p
}

// cutting is a listener whose connections break after a number of bytes.
type cutting struct {
	net.Listener
	at *atomic.Int64
}

func (c *cutting) Accept() (net.Conn, error) {
	n, err := c.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &cutConn{Conn: n, left: c.at.Load(), cuts: c.at.Load() > 0}, nil
}

type cutConn struct {
	net.Conn
	left int64
	cuts bool
}

func (c *cutConn) Write(b []byte) (int, error) {
	if c.cuts && int64(len(b)) > c.left {
		n, _ := c.Conn.Write(b[:c.left])
		_ = c.Conn.Close()
		return n, io.ErrClosedPipe
	}
	c.left -= int64(len(b))
	return c.Conn.Write(b)
}

func (p *post) mailboxes() *Mailboxes {
	return NewMailboxes(MailboxConfig{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Roots: p.roots})
}

func (p *post) lay(raw string) {
	p.t.Helper()
	if _, err := p.user.Append("INBOX", literal{strings.NewReader(raw), int64(len(raw))}, &imap.AppendOptions{}); err != nil {
		p.t.Fatal(err)
	}
}

type literal struct {
	io.Reader
	size int64
}

func (l literal) Size() int64 { return l.size }

func (p *post) unseen() int {
	p.t.Helper()
	st, err := p.user.Status("INBOX", &imap.StatusOptions{NumUnseen: true, NumMessages: true})
	if err != nil {
		p.t.Fatal(err)
	}
	return int(*st.NumUnseen)
}

func (p *post) all() int {
	p.t.Helper()
	st, err := p.user.Status("INBOX", &imap.StatusOptions{NumMessages: true})
	if err != nil {
		p.t.Fatal(err)
	}
	return int(*st.NumMessages)
}

// taker keeps what it is given.
type taker struct {
	mails []BoxMail
	known func(header []byte) bool
	leave func(header []byte) bool
	fail  error
	at    int // it fails at this one
}

func (k *taker) Wants(header []byte, anew bool) (BoxWish, error) {
	switch {
	case k.leave != nil && k.leave(header):
		return BoxLeave, nil
	case anew && k.known != nil && k.known(header):
		return BoxKnown, nil
	}
	return BoxFetch, nil
}

func (k *taker) Take(m BoxMail) error {
	if k.fail != nil && len(k.mails) == k.at {
		return k.fail
	}
	k.mails = append(k.mails, m)
	return nil
}

func message(n int) string {
	return fmt.Sprintf("Message-ID: <%d@x.cn>\r\nFrom: a@x.cn\r\nSubject: number %d\r\n\r\nwords %d\r\n", n, n, n)
}

func code(err error) string {
	if e, ok := errors.AsType[*BoxError](err); ok {
		return e.Code
	}
	return fmt.Sprint(err)
}

func TestLookTakesEachMessageOnce(t *testing.T) {
	for _, way := range []string{TLS, STARTTLS, Plain} {
		t.Run(way, func(t *testing.T) {
			p := newPost(t, way)
			p.lay(message(1))
			p.lay(message(2))
			var k taker
			if err := p.mailboxes().Look(t.Context(), p.box, BoxPlace{}, &k); err != nil {
				t.Fatal(err)
			}
			if len(k.mails) != 2 || string(k.mails[0].Raw) != message(1) || !k.mails[1].Whole || k.mails[0].Size != int64(len(message(1))) {
				t.Fatalf("taken = %+v, want both whole, in order", k.mails)
			}
			if p.unseen() != 0 || p.all() != 2 {
				t.Errorf("unseen = %d of %d, want 0 of 2: marked, and nothing gone", p.unseen(), p.all())
			}
			last := k.mails[1]
			place := BoxPlace{Validity: last.Validity, Last: last.UID}
			k.mails = nil
			if err := p.mailboxes().Look(t.Context(), p.box, place, &k); err != nil || len(k.mails) != 0 {
				t.Errorf("again = %d, %v, want nothing new", len(k.mails), err)
			}
			p.lay(message(3))
			if err := p.mailboxes().Look(t.Context(), p.box, place, &k); err != nil || len(k.mails) != 1 || string(k.mails[0].Raw) != message(3) {
				t.Errorf("the next = %+v, %v, want the third alone", k.mails, err)
			}
		})
	}
}

func TestWhatIsNotKeptIsNotMarked(t *testing.T) {
	p := newPost(t, TLS)
	for n := range 3 {
		p.lay(message(n))
	}
	k := taker{fail: errors.New("the disk is full"), at: 1}
	if err := p.mailboxes().Look(t.Context(), p.box, BoxPlace{}, &k); !errors.Is(err, k.fail) {
		t.Errorf("Look = %v, want what Take said", err)
	}
	if len(k.mails) != 1 || p.unseen() != 2 {
		t.Errorf("taken %d, unseen %d, want 1 and 2", len(k.mails), p.unseen())
	}
}

func TestWhatCanBeWrongWithAMailbox(t *testing.T) {
	secure, start, plain := newPost(t, TLS), newPost(t, STARTTLS), newPost(t, Plain)
	_, strangers := certificate(t)
	away, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := away.Addr().(*net.TCPAddr).Port
	_ = away.Close()
	allow := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	with := func(b Box, change func(*Box)) Box { change(&b); return b }
	for _, c := range []struct {
		name string
		cfg  MailboxConfig
		box  Box
		want string
	}{
		{"wrong password", MailboxConfig{Allow: allow, Roots: secure.roots}, with(secure.box, func(b *Box) { b.Password = "wrong" }), BoxPassword},
		{"no such folder", MailboxConfig{Allow: allow, Roots: secure.roots}, with(secure.box, func(b *Box) { b.Folder = "信息" }), BoxFolder},
		{"nobody there", MailboxConfig{Allow: allow, Roots: secure.roots}, with(secure.box, func(b *Box) { b.Port = gone }), BoxAway},
		{"stranger's certificate", MailboxConfig{Allow: allow, Roots: strangers}, secure.box, BoxCertificate},
		{"stranger's certificate after STARTTLS", MailboxConfig{Allow: allow, Roots: strangers}, start.box, BoxCertificate},
		{"a server without STARTTLS", MailboxConfig{Allow: allow, Roots: plain.roots}, with(plain.box, func(b *Box) { b.TLS = STARTTLS }), BoxNoTLS},
		{"an inner network nobody named", MailboxConfig{Roots: secure.roots}, secure.box, BoxClosed},
		{"a name that leads inside", MailboxConfig{Roots: secure.roots}, with(secure.box, func(b *Box) { b.Host = "ip6-localhost" }), BoxAway},
		{"clear text where no network is named", MailboxConfig{Roots: plain.roots}, with(plain.box, func(b *Box) { b.Host = "8.8.8.8" }), "plain_inside_only"},
	} {
		var k taker
		err := NewMailboxes(c.cfg).Look(t.Context(), c.box, BoxPlace{}, &k)
		got := code(err)
		if c.name == "a name that leads inside" && got == BoxClosed {
			got = BoxAway // whether this machine knows the name or not, nothing is said to it
		}
		if got != c.want || len(k.mails) != 0 {
			t.Errorf("%s: %q, %d taken, want %q", c.name, got, len(k.mails), c.want)
		}
		if err != nil && (strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "wrong\"")) {
			t.Errorf("%s: the error has the password: %v", c.name, err)
		}
	}
}

func TestCheckBox(t *testing.T) {
	for _, c := range []struct {
		box   Box
		allow string
		want  []string
	}{
		{Box{Host: "imap.example.cn", TLS: TLS}, "", nil},
		{Box{Host: "8.8.8.8", TLS: STARTTLS, Port: 1143}, "", nil},
		{Box{Host: "10.1.2.3", TLS: TLS}, "", []string{"host closed_address"}},
		{Box{Host: "10.1.2.3", TLS: Plain}, "10.1.0.0/16", nil},
		{Box{Host: "localhost", TLS: TLS}, "", []string{"host closed_address"}},
		{Box{TLS: "ssl"}, "", []string{"host required", "tls not_one_of"}},
		{Box{Host: "imap.x.cn:993", TLS: TLS}, "", []string{"host not_a_host"}},
		{Box{Host: "https://imap.x.cn", TLS: TLS}, "", []string{"host not_a_host"}},
		{Box{Host: "a\r\nb", TLS: TLS, Port: 70000}, "", []string{"host not_a_host", "port not_a_port"}},
		{Box{Host: "imap.x.cn", TLS: Plain}, "", []string{"tls plain_inside_only"}},
	} {
		cfg := MailboxConfig{}
		if c.allow != "" {
			cfg.Allow = []netip.Prefix{netip.MustParsePrefix(c.allow)}
		}
		var got []string
		for _, f := range NewMailboxes(cfg).CheckBox(c.box) {
			got = append(got, f.Path+" "+f.Code)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("CheckBox(%+v) with %q = %v, want %v", c.box, c.allow, got, c.want)
		}
	}
}

func TestAConnectionCutInAMessage(t *testing.T) {
	p := newPost(t, Plain)
	p.lay(message(1))
	p.lay(strings.Replace(message(2), "words 2", strings.Repeat("words\r\n", 100_000), 1))
	p.cutAt.Store(200_000) // in the middle of the second
	var k taker
	err := p.mailboxes().Look(t.Context(), p.box, BoxPlace{}, &k)
	if code(err) != BoxCut || len(k.mails) != 1 || p.unseen() != 1 {
		t.Fatalf("cut = %v, %d taken, %d unseen, want cut, the first alone, the second unmarked", err, len(k.mails), p.unseen())
	}
	p.cutAt.Store(0)
	place := BoxPlace{Validity: k.mails[0].Validity, Last: k.mails[0].UID}
	if err := p.mailboxes().Look(t.Context(), p.box, place, &k); err != nil || len(k.mails) != 2 || len(k.mails[1].Raw) < 600_000 {
		t.Errorf("after it = %v, %d taken, want the second whole", err, len(k.mails))
	}
}

func TestAMessageOf60MB(t *testing.T) {
	p := newPost(t, Plain)
	p.lay("Message-ID: <big@x.cn>\r\nFrom: a@x.cn\r\nSubject: big\r\n\r\n" + strings.Repeat("0123456789abcdef0123456789abcdef\r\n", 60<<20/34))
	p.lay(message(2))
	var k taker
	if err := p.mailboxes().Look(t.Context(), p.box, BoxPlace{}, &k); err != nil {
		t.Fatal(err)
	}
	if len(k.mails) != 2 || k.mails[0].Whole || len(k.mails[0].Raw) > boxBeginning+1 || !bytes.HasPrefix(k.mails[0].Raw, []byte("Message-ID: <big")) || !k.mails[1].Whole {
		t.Errorf("taken %d; the first whole=%v with %d bytes, want its beginning only, and the next after it", len(k.mails), k.mails[0].Whole, len(k.mails[0].Raw))
	}
}

func TestAServerCountsAnew(t *testing.T) {
	p := newPost(t, Plain)
	for n := range 5 {
		p.lay(message(n))
	}
	k := taker{known: func(h []byte) bool { return !bytes.Contains(h, []byte("<3@x.cn>")) }}
	if err := p.mailboxes().Look(t.Context(), p.box, BoxPlace{Validity: 999_999, Last: 4000}, &k); err != nil {
		t.Fatal(err)
	}
	var read []string
	for _, m := range k.mails {
		if !m.Known {
			read = append(read, string(m.Raw))
		}
	}
	if len(k.mails) != 5 || !slices.Equal(read, []string{message(3)}) {
		t.Errorf("taken %d, read %q, want five with one read", len(k.mails), read)
	}
}

func TestWhatIsLeftIsNeitherTakenNorMarked(t *testing.T) {
	p := newPost(t, Plain)
	for n := range 3 {
		p.lay(message(n))
	}
	k := taker{leave: func(h []byte) bool { return bytes.Contains(h, []byte("<1@x.cn>")) }}
	if err := p.mailboxes().Look(t.Context(), p.box, BoxPlace{}, &k); err != nil {
		t.Fatal(err)
	}
	if len(k.mails) != 2 || string(k.mails[0].Raw) != message(0) || string(k.mails[1].Raw) != message(2) || p.unseen() != 1 {
		t.Errorf("taken %d, unseen %d, want the first and the last, and the one between untouched", len(k.mails), p.unseen())
	}
}

func TestAThousandMessagesSinceADay(t *testing.T) {
	p := newPost(t, Plain)
	old := time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC)
	if _, err := p.user.Append("INBOX", literal{strings.NewReader(message(9999)), int64(len(message(9999)))}, &imap.AppendOptions{Time: old}); err != nil {
		t.Fatal(err)
	}
	for n := range 1000 {
		p.lay(message(n))
	}
	var k taker
	if err := p.mailboxes().Look(t.Context(), p.box, BoxPlace{Since: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}, &k); err != nil {
		t.Fatal(err)
	}
	if len(k.mails) != 1000 || string(k.mails[999].Raw) != message(999) || p.unseen() != 1 {
		t.Errorf("taken %d, unseen %d, want the thousand in order and the old one untouched", len(k.mails), p.unseen())
	}
}

// TestAServerThatTalksWithoutEnd: what a server may say is bounded, and a look
// ends with its context.
func TestAServerThatTalksWithoutEnd(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_, _ = io.WriteString(c, "* OK ")
				for {
					if _, err := c.Write(bytes.Repeat([]byte("a"), 64<<10)); err != nil {
						return
					}
				}
			}()
		}
	}()
	x := NewMailboxes(MailboxConfig{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	box := Box{Host: "127.0.0.1", Port: ln.Addr().(*net.TCPAddr).Port, TLS: Plain, User: "a", Password: "b"}
	if err := x.Look(t.Context(), box, BoxPlace{}, &taker{}); code(err) != BoxCut {
		t.Errorf("Look = %v, want it given up", err)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		if c, err := silent.Accept(); err == nil {
			stop()
			defer c.Close()
			_, _ = io.Copy(io.Discard, c)
		}
	}()
	box.Port = silent.Addr().(*net.TCPAddr).Port
	if err := x.Look(ctx, box, BoxPlace{}, &taker{}); err == nil {
		t.Error("a look that was called off = nil, want an error")
	}
}

func TestLock(t *testing.T) {
	dir := t.TempDir()
	l, err := OpenLock(dir)
	if err != nil {
		t.Fatal(err)
	}
	shut, err := l.Shut("K1", secret)
	if err != nil || strings.Contains(shut, secret) {
		t.Fatalf("Shut = %q, %v", shut, err)
	}
	again, err := OpenLock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Open("K1", shut); got != secret || err != nil {
		t.Errorf("Open = %q, %v, want the word after a restart", got, err)
	}
	if _, err := again.Open("K2", shut); !errors.Is(err, ErrLocked) {
		t.Errorf("opened for another office: %v", err)
	}
	info, err := os.Stat(filepath.Join(dir, LockFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file = %v, %v, want 0600", info, err)
	}
	other, err := OpenLock(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Open("K1", shut); !errors.Is(err, ErrLocked) {
		t.Errorf("opened with another key: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, LockFile), []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenLock(dir); err == nil {
		t.Error("a damaged key is accepted")
	}
}
