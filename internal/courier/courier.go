// Package courier carries small signed messages out of the house: one POST to
// an address that somebody outside has named.
//
// Because strangers name the addresses, it is careful. The address is looked at
// after it was resolved and before the first byte goes out, at every dial, so
// that a name that changes its mind leads nowhere: loopback, private, shared and
// link-local networks are refused unless the operator has allowed them. Redirects
// are not followed, the environment's proxies are not used, an answer is waited
// for not longer than the timeout and read not further than 64 KB.
//
// It keeps nothing and tries once: what was not taken is sent again by whoever
// keeps the list. It knows no facts and no rules of the trade. To test with it,
// allow 127.0.0.0/8 and send to an httptest server.
package courier

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"xinshu/internal/fault"
)

// Config is what the courier is handed.
type Config struct {
	Allow   []netip.Prefix // networks that may be reached although they are not public
	Timeout time.Duration  // for the whole exchange; 0 = 10 s
	Agent   string         // User-Agent
}

// Courier sends. It is safe for many goroutines.
type Courier struct {
	cfg    Config
	client *http.Client
}

// MaxAnswer is how much of an answer is read; MaxURL bounds an address.
const (
	MaxAnswer = 64 << 10
	MaxURL    = 500
)

// The headers of a message.
const (
	SignatureHeader = "Xinshu-Signature"
	IDHeader        = "Xinshu-Id"
)

// ErrRefusedAddress is a destination that may not be reached.
var ErrRefusedAddress = errors.New("the address is inside a network that is not open to messages")

// New makes a courier.
func New(c Config) *Courier {
	if c.Timeout <= 0 {
		c.Timeout = 10 * time.Second
	}
	if c.Agent == "" {
		c.Agent = "Xinshu"
	}
	x := &Courier{cfg: c}
	dial := &net.Dialer{Timeout: c.Timeout, Control: x.control}
	x.client = &http.Client{
		Timeout:       c.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                  nil, // a proxy would resolve names where we do not look
			DialContext:            dial.DialContext,
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    c.Timeout,
			MaxIdleConnsPerHost:    1,
			IdleConnTimeout:        30 * time.Second,
			MaxResponseHeaderBytes: MaxAnswer,
			ForceAttemptHTTP2:      true,
		},
	}
	return x
}

// control sees each address after it was resolved.
func (x *Courier) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !x.reachable(at.Addr()) {
		return ErrRefusedAddress
	}
	return nil
}

// closed are networks that the standard library's questions do not cover.
var closed = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"),  // shared by carriers
	netip.MustParsePrefix("192.0.0.0/24"),   // protocol assignments
	netip.MustParsePrefix("192.88.99.0/24"), // relays
	netip.MustParsePrefix("198.18.0.0/15"),  // measuring
	netip.MustParsePrefix("240.0.0.0/4"),    // reserved
	netip.MustParsePrefix("64:ff9b::/96"),   // IPv4 behind a translator
	netip.MustParsePrefix("64:ff9b:1::/48"), // … a local one
	netip.MustParsePrefix("2002::/16"),      // IPv4 inside 6to4
	netip.MustParsePrefix("2001::/32"),      // … inside Teredo
	netip.MustParsePrefix("100::/64"),       // discarded
	netip.MustParsePrefix("fec0::/10"),      // site-local, long deprecated
}

// reachable decides about one resolved address.
func (x *Courier) reachable(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	in := func(ps []netip.Prefix) bool {
		return slices.ContainsFunc(ps, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	if in(x.cfg.Allow) {
		return true
	}
	return a.IsGlobalUnicast() && !a.IsPrivate() && !in(closed)
}

// Check says what is wrong with an address before anything is sent: it must be
// https, or plain http to a bare address that the operator has allowed. Names
// are looked at again, resolved, at each dial.
func (x *Courier) Check(path, raw string) []fault.Field {
	bad := func(code string, pairs ...string) []fault.Field {
		return []fault.Field{{Path: path, Code: code, Params: fault.Pairs(pairs...)}}
	}
	if raw == "" {
		return bad("required")
	}
	if len(raw) > MaxURL {
		return bad("too_long", "max", strconv.Itoa(MaxURL), "have", strconv.Itoa(len(raw)), "over", strconv.Itoa(len(raw)-MaxURL))
	}
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" || strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r > 0x7e }) {
		return bad("not_an_address")
	}
	ip, perr := netip.ParseAddr(u.Hostname())
	switch {
	case u.Scheme == "http" && perr == nil && slices.ContainsFunc(x.cfg.Allow, func(p netip.Prefix) bool { return p.Contains(ip.Unmap()) }):
		return nil
	case u.Scheme != "https":
		return bad("https_only")
	case perr == nil && !x.reachable(ip), strings.EqualFold(u.Hostname(), "localhost"):
		return bad("closed_address")
	}
	return nil
}

// Message is what is carried.
type Message struct {
	URL    string
	ID     string // the same at each attempt, so that the receiver can tell
	At     int64  // seconds since 1970, signed with the body
	Secret string
	Body   []byte
}

// Answer is what came back.
type Answer struct {
	Status int    // 0 = no answer
	Body   string // its beginning, for whoever looks for the fault
}

// Taken reports whether the receiver said it has the message.
func (a Answer) Taken() bool { return a.Status >= 200 && a.Status < 300 }

// Sign is the signature of a body: t=SECONDS,v1=HMAC-SHA256 of "SECONDS.BODY".
func Sign(secret string, at int64, body []byte) string {
	t := strconv.FormatInt(at, 10)
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(t + "."))
	h.Write(body)
	return "t=" + t + ",v1=" + hex.EncodeToString(h.Sum(nil))
}

// Post sends a message once. The error says why there is no answer; it never
// has the secret in it.
func (x *Courier) Post(ctx context.Context, m Message) (Answer, error) {
	if bad := x.Check("url", m.URL); bad != nil {
		if bad[0].Code == "closed_address" {
			return Answer{}, ErrRefusedAddress
		}
		return Answer{}, fmt.Errorf("the address cannot be used: %s", bad[0].Code)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, m.URL, bytes.NewReader(m.Body))
	if err != nil {
		return Answer{}, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", x.cfg.Agent)
	req.Header.Set(IDHeader, m.ID)
	req.Header.Set(SignatureHeader, Sign(m.Secret, m.At, m.Body))
	res, err := x.client.Do(req)
	if err != nil {
		return Answer{}, plain(err)
	}
	defer func() { _ = res.Body.Close() }()
	// The rest of a longer answer is left unread and the connection given up.
	read, err := io.ReadAll(io.LimitReader(res.Body, MaxAnswer))
	a := Answer{Status: res.StatusCode, Body: strings.ToValidUTF8(string(read[:min(len(read), 500)]), "�")}
	if err != nil && a.Taken() {
		return a, nil // it said yes; the rest of the sentence does not matter
	}
	return a, plain(err)
}

// plain takes the address out of an error: who reads it knows it.
func plain(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, ErrRefusedAddress) {
		return ErrRefusedAddress
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		if e.Timeout() {
			return errors.New("no answer in time")
		}
		return e.Err
	}
	return err
}
