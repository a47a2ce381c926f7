package courier

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"xinshu/internal/fault"
)

// How a mail server is spoken to.
const (
	STARTTLS = "starttls" // encrypted after the greeting, or not at all
	TLS      = "tls"      // encrypted from the first byte
	Plain    = "none"     // in clear text: a relay on this machine or behind a tunnel
)

// MailConfig names the server that takes mail from us.
type MailConfig struct {
	Host     string
	Port     int // 0: 587, with TLS 465, in clear text 25
	User     string
	Password string
	From     string
	TLS      string // STARTTLS, TLS or Plain; empty: STARTTLS
	Timeout  time.Duration
	Roots    *x509.CertPool // tests bring their own authority; nil: the machine's
}

// MailPort is the port that goes with a way of speaking.
func (c MailConfig) MailPort() int {
	switch {
	case c.Port > 0:
		return c.Port
	case c.TLS == TLS:
		return 465
	case c.TLS == Plain:
		return 25
	}
	return 587
}

// Mailer hands letters to the mail server, one at a time.
type Mailer struct{ cfg MailConfig }

// NewMailer makes a mailer.
func NewMailer(c MailConfig) *Mailer {
	if c.Timeout <= 0 {
		c.Timeout = 20 * time.Second
	}
	return &Mailer{c}
}

// Letter is one mail of plain text. ID becomes its Message-ID, so that a server
// or a reader who gets it twice can tell.
type Letter struct {
	To      string
	Subject string
	Body    string
	ID      string
	At      time.Time
}

// MailError says how a letter failed: whether it is worth another try, or
// whether nobody knows if the server has it.
type MailError struct {
	Problem string
	Again   bool
	Unsure  bool
}

func (e *MailError) Error() string { return e.Problem }

// MaxAddress bounds a mail address, as the protocol does.
const MaxAddress = 254

// CheckAddress says what is wrong with a mail address: it is one bare address.
func CheckAddress(path, s string) []fault.Field {
	if s == "" {
		return []fault.Field{{Path: path, Code: "required"}}
	}
	a, err := netmail.ParseAddress(s)
	if err != nil || a.Address != s || a.Name != "" || len(s) > MaxAddress || strings.ContainsAny(s, "\r\n\t ") {
		return []fault.Field{{Path: path, Code: "not_mail", Params: fault.Pairs("value", s)}}
	}
	return nil
}

func (m *Mailer) client() (*mail.Client, error) {
	c := m.cfg
	opts := []mail.Option{mail.WithPort(c.MailPort()), mail.WithTimeout(c.Timeout), mail.WithoutNoop()}
	secure := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: c.Host, RootCAs: c.Roots}
	opts = append(opts, mail.WithTLSConfig(secure))
	switch c.TLS {
	case TLS:
		opts = append(opts, mail.WithSSL())
	case Plain:
		opts = append(opts, mail.WithTLSPolicy(mail.NoTLS))
	default:
		opts = append(opts, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if c.User != "" {
		// never a password in clear text: without TLS the library refuses PLAIN and LOGIN
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(c.User), mail.WithPassword(c.Password))
	}
	return mail.NewClient(c.Host, opts...)
}

// Send hands one letter over. What it returns is a *MailError.
func (m *Mailer) Send(ctx context.Context, l Letter) error {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	for _, err := range []error{msg.From(m.cfg.From), msg.To(l.To)} {
		if err != nil {
			return &MailError{Problem: err.Error()}
		}
	}
	msg.Subject(l.Subject)
	msg.SetDateWithValue(l.At)
	if _, domain, ok := strings.Cut(m.cfg.From, "@"); ok {
		msg.SetMessageIDWithValue(l.ID + "@" + strings.Trim(domain, "> "))
	}
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(mail.TypeTextPlain, l.Body)
	c, err := m.client()
	if err != nil {
		return &MailError{Problem: err.Error()}
	}
	err = c.DialAndSendWithContext(ctx, msg)
	if err == nil || msg.IsDelivered() {
		return nil // the server has it, whatever became of the farewell
	}
	out := &MailError{Problem: bounded(err.Error()), Again: true}
	if se, ok := errors.AsType[*mail.SendError](err); ok {
		out.Unsure = se.Reason == mail.ErrSMTPDataClose && se.ErrorCode() == 0
		out.Again = !out.Unsure && (se.ErrorCode() == 0 || se.IsTemp())
	}
	return out
}

func bounded(s string) string {
	const most = 300
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// Try greets the server, encrypts, signs in and leaves again: nothing is sent.
func (m *Mailer) Try(ctx context.Context) error {
	c, err := m.client()
	if err != nil {
		return err
	}
	if err := c.DialWithContext(ctx); err != nil {
		return err
	}
	return c.Close()
}

// Where is the server's address, for messages.
func (m *Mailer) Where() string {
	return net.JoinHostPort(m.cfg.Host, strconv.Itoa(m.cfg.MailPort()))
}
