// Package mailhouse is a real IMAP server in the process of a test, for what looks
// into an office's mailbox: the verbs, the API and the pages.
//
// It has one mailbox with one user, keeps messages in memory, listens on the
// machine itself on a free port and ends with the test. It does not encrypt:
// encryption, certificates and broken connections are tested where they are
// handled, by the tests of internal/courier. It has no tests of its own; those of
// internal/flow fail when it does not serve (go test ./internal/flow -run Mailbox).
package mailhouse

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// Who signs in, and with what.
const (
	User     = "desk@x.cn"
	Password = "an-authorization-code"
)

// House is the server; its mailbox can be made anew.
type House struct {
	Host string
	Port int

	t    testing.TB
	mu   sync.Mutex
	mem  *imapmemserver.Server
	user *imapmemserver.User
}

// New starts one that ends with the test.
func New(t testing.TB) *House {
	t.Helper()
	h := &House{t: t}
	h.Anew()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.Host, h.Port = "127.0.0.1", ln.Addr().(*net.TCPAddr).Port
	s := imapserver.New(&imapserver.Options{InsecureAuth: true, Caps: imap.CapSet{imap.CapIMAP4rev1: {}}, NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
		h.mu.Lock()
		defer h.mu.Unlock()
		return h.mem.NewSession(), nil, nil
	}})
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Serve(ln) }()
	t.Cleanup(func() { _ = s.Close(); <-done })
	return h
}

// Anew makes the mailbox again, with another numbering and nothing in it.
func (h *House) Anew() {
	user := imapmemserver.NewUser(User, Password)
	if h.user != nil { // the library counts mailboxes: another one has another numbering
		if err := user.Create("other", nil); err != nil {
			h.t.Fatal(err)
		}
	}
	if err := user.Create("INBOX", nil); err != nil {
		h.t.Fatal(err)
	}
	mem := imapmemserver.New()
	mem.AddUser(user)
	h.mu.Lock()
	h.mem, h.user = mem, user
	h.mu.Unlock()
}

type sized struct {
	io.Reader
	n int64
}

func (s sized) Size() int64 { return s.n }

// Lay puts messages into the mailbox.
func (h *House) Lay(raws ...string) {
	h.t.Helper()
	for _, raw := range raws {
		if _, err := h.user.Append("INBOX", sized{strings.NewReader(raw), int64(len(raw))}, &imap.AppendOptions{}); err != nil {
			h.t.Fatal(err)
		}
	}
}

// Unseen counts the messages that are not marked as read.
func (h *House) Unseen() int {
	h.t.Helper()
	st, err := h.user.Status("INBOX", &imap.StatusOptions{NumUnseen: true})
	if err != nil {
		h.t.Fatal(err)
	}
	return int(*st.NumUnseen)
}

// All counts the messages that lie in it.
func (h *House) All() int {
	h.t.Helper()
	st, err := h.user.Status("INBOX", &imap.StatusOptions{NumMessages: true})
	if err != nil {
		h.t.Fatal(err)
	}
	return int(*st.NumMessages)
}
