package courier

import (
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// relay is a real mail server in this process that wants a password.
type relay struct {
	mu   sync.Mutex
	code int // refuses with this instead of taking
	got  []string
	told int // how often a password was said to it
}

func newRelay(t *testing.T, way string) (*relay, MailConfig) {
	t.Helper()
	x := &relay{}
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &errand{relay: x}, nil }))
	s.Domain, s.ErrorLog = "localhost", log.New(io.Discard, "", 0)
	cert, roots := certificate(t)
	secure := &tls.Config{Certificates: []tls.Certificate{cert}}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := MailConfig{Host: "127.0.0.1", Port: ln.Addr().(*net.TCPAddr).Port, User: "xinshu", Password: secret, From: "xinshu@x.cn", TLS: way, Roots: roots, Timeout: 20 * time.Second}
	switch way {
	case STARTTLS:
		s.TLSConfig = secure
	case TLS:
		ln = tls.NewListener(ln, secure)
	case Plain: // it would take a password in clear text, too
		s.AllowInsecureAuth = true
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(ln) }()
	t.Cleanup(func() { _ = s.Close(); <-done })
	return x, c
}

func (x *relay) refuse(code int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.code = code
}

// letters are what came since the last look.
func (x *relay) letters() []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	out := x.got
	x.got = nil
	return out
}

// errand is one connection. Nothing is taken before the password was right.
type errand struct {
	relay *relay
	known bool
}

func (*errand) AuthMechanisms() []string { return []string{sasl.Plain} }

func (e *errand) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		e.relay.mu.Lock()
		e.relay.told++
		e.relay.mu.Unlock()
		if e.known = user == "xinshu" && password == secret; !e.known {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

func (e *errand) Mail(string, *smtp.MailOptions) error {
	if !e.known {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (*errand) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (*errand) Reset()                               {}
func (*errand) Logout() error                        { return nil }

func (e *errand) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	e.relay.mu.Lock()
	defer e.relay.mu.Unlock()
	if e.relay.code != 0 {
		return &smtp.SMTPError{Code: e.relay.code, EnhancedCode: smtp.EnhancedCode{e.relay.code / 100, 0, 0}, Message: "not now"}
	}
	e.relay.got = append(e.relay.got, string(b))
	return err
}

func note() Letter {
	return Letter{To: "ld@x.cn", Subject: "护岸塌方", Body: "two places\n", ID: "n1", At: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
}

func TestALetterGoesEncrypted(t *testing.T) {
	for _, way := range []string{STARTTLS, TLS, ""} {
		t.Run(way, func(t *testing.T) {
			served := way
			if way == "" {
				served = STARTTLS // what is not said
			}
			x, c := newRelay(t, served)
			c.TLS = way
			m := NewMailer(c)
			if err := m.Try(t.Context()); err != nil {
				t.Errorf("Try = %v, want it signed in", err)
			}
			if got := x.letters(); len(got) != 0 {
				t.Errorf("Try sent %q, want nothing", got)
			}
			if err := m.Send(t.Context(), note()); err != nil {
				t.Fatal(err)
			}
			got := x.letters()
			if len(got) != 1 || !strings.Contains(got[0], "Message-ID: <n1@x.cn>") || !strings.Contains(got[0], "two places") || !strings.Contains(got[0], "Auto-Submitted: auto-generated") {
				t.Errorf("taken = %q, want the letter under its own name", got)
			}
		})
	}
}

// TestWhatCanBeWrongWithSending: nothing is sent, nothing in clear text, and the
// password is never in what is said about it.
func TestWhatCanBeWrongWithSending(t *testing.T) {
	_, strangers := certificate(t)
	with := func(way string, change func(*MailConfig)) (*relay, MailConfig) {
		x, c := newRelay(t, way)
		change(&c)
		return x, c
	}
	var certificate *tls.CertificateVerificationError
	for _, c := range []struct {
		name   string
		way    string
		change func(*MailConfig)
		want   func(error) bool
	}{
		{"wrong password", STARTTLS, func(c *MailConfig) { c.Password = "not the word" }, says("535")},
		{"wrong password, encrypted from the start", TLS, func(c *MailConfig) { c.Password = "not the word" }, says("535")},
		{"no password", STARTTLS, func(c *MailConfig) { c.User, c.Password = "", "" }, nil},
		{"stranger's certificate after STARTTLS", STARTTLS, func(c *MailConfig) { c.Roots = strangers }, func(err error) bool { return errors.As(err, &certificate) }},
		{"stranger's certificate", TLS, func(c *MailConfig) { c.Roots = strangers }, func(err error) bool { return errors.As(err, &certificate) }},
		{"another name than the certificate's", TLS, func(c *MailConfig) { c.Host = "localhost" }, func(err error) bool { return errors.As(err, &certificate) }},
		{"a server without STARTTLS", Plain, func(c *MailConfig) { c.TLS = STARTTLS }, says("STARTTLS")},
		{"a password in clear text", Plain, func(*MailConfig) {}, says("authentication mechanism")},
	} {
		t.Run(c.name, func(t *testing.T) {
			x, cfg := with(c.way, c.change)
			m := NewMailer(cfg)
			err := m.Try(t.Context())
			if c.want != nil && (err == nil || !c.want(err)) {
				t.Errorf("Try = %v, want it to say what is wrong", err)
			}
			serr := m.Send(t.Context(), note())
			e, ok := errors.AsType[*MailError](serr)
			if !ok || e.Problem == "" || e.Unsure {
				t.Errorf("Send = %#v, want a problem, and no doubt that it was not taken", serr)
			}
			if got := x.letters(); len(got) != 0 {
				t.Errorf("taken = %q, want nothing", got)
			}
			if x.told > 0 && !strings.HasPrefix(c.name, "wrong password") {
				t.Error("the password was said to it, want it kept")
			}
			for _, err := range []error{err, serr} {
				if err != nil && (strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "not the word")) {
					t.Errorf("the error has the password: %v", err)
				}
			}
		})
	}
}

func says(what string) func(error) bool {
	return func(err error) bool { return strings.Contains(err.Error(), what) }
}

// TestWhetherALetterIsWorthAnotherTry goes by what the server said.
func TestWhetherALetterIsWorthAnotherTry(t *testing.T) {
	x, c := newRelay(t, STARTTLS)
	m := NewMailer(c)
	for _, s := range []struct {
		code  int
		again bool
	}{{451, true}, {554, false}} {
		x.refuse(s.code)
		err := m.Send(t.Context(), note())
		if e, ok := errors.AsType[*MailError](err); !ok || e.Again != s.again || e.Unsure {
			t.Errorf("refused with %d = %#v, want again = %v", s.code, err, s.again)
		}
	}
	x.refuse(0)
	if err := m.Send(t.Context(), note()); err != nil || len(x.letters()) != 1 {
		t.Errorf("after it = %v, want the letter taken once", err)
	}
	c.Port = 1 // nobody is there
	if e, ok := errors.AsType[*MailError](NewMailer(c).Send(t.Context(), note())); !ok || !e.Again {
		t.Errorf("nobody there = %#v, want another try", e)
	}
}
