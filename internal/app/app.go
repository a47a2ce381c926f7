// Package app puts the house together: configuration, wiring, start and stop.
// Everything in it happens once, in order, in one readable place; the tests
// start the same thing on a free port with a temporary folder.
//
// It is the only package that knows what time it is.
package app

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"xinshu/internal/auth"
	"xinshu/internal/blob"
	"xinshu/internal/courier"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/store"
	"xinshu/internal/web"
	"xinshu/internal/worker"
)

// Version is set when a release is built.
var Version = "0.1.0-dev"

// Config is everything the program can be told. The zero value of each field
// works.
type Config struct {
	Dir       string         // data folder
	Postgres  string         // URL; empty = SQLite in the data folder
	Listen    string         // address; empty = 127.0.0.1:8080
	Demo      bool           // offer the demo's people at the door
	Templates string         // read pages from this folder on every request (development)
	Location  *time.Location // empty = Asia/Shanghai

	LogLevel         string         // debug, info, warn or error; empty = info
	LogFormat        string         // text or json; empty = text
	TLSCert          string         // certificate file; with TLSKey the server speaks TLS itself
	TLSKey           string         // key file
	TrustedProxies   []netip.Prefix // whose forwarded headers are believed; empty = nobody's
	PathPrefix       string         // the path a proxy serves us under, /xinshu; empty = the root
	RateLimit        int            // requests a minute per token or address; 0 = no limit
	MetricsListen    string         // address of /metrics; empty = the main one, to loopback only
	BackupDir        string         // empty = backups in the data folder
	Readers          int            // connections that read at once; 0 = the store decides
	WebhookAllow     []netip.Prefix // inner networks that webhooks may reach; empty = only the public one
	PublicURL        string         // of the pages, as people reach them; empty = nothing that leaves has links
	SMTP             courier.MailConfig
	SMTPPasswordFile string
	MailboxAllow     []netip.Prefix // inner networks in which mailboxes may lie; empty = only the public one
	MailboxCA        string         // authorities of inner mail servers

	Log      *slog.Logger
	Clock    func() time.Time // tests and the demo choose it
	Rand     io.Reader        // … and this
	NoSync   bool             // only while the demo is built
	NoWorker bool             // the caller drains the projections itself
}

// App is the running program.
type App struct {
	Store  *store.Store
	Flow   *flow.Flow
	Auth   *auth.Auth
	Worker *worker.Worker
	Blobs  *blob.Store

	cfg    Config
	server *http.Server
	ln     net.Listener
	ready  atomic.Bool
	stop   context.CancelFunc
	wg     sync.WaitGroup

	figures       *figures
	metricsServer *http.Server
	metricsLn     net.Listener
}

// Shanghai is the time zone of the whole country.
func Shanghai() *time.Location {
	if loc, err := time.LoadLocation("Asia/Shanghai"); err == nil {
		return loc
	}
	return time.FixedZone("CST", 8*3600) // the same since 1991
}

// Defaults fills in what was not said.
func (c Config) Defaults() Config {
	if c.Listen == "" {
		c.Listen = "127.0.0.1:8080"
	}
	if c.Location == nil {
		c.Location = Shanghai()
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	return c
}

// Open opens the data and wires the verbs, without listening: the command line
// and the demo builder stop here.
func Open(ctx context.Context, c Config) (*App, error) {
	c = c.Defaults()
	if c.Dir == "" {
		return nil, errors.New("no data folder was named; say --data DIR")
	}
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("data folder %s: %w", c.Dir, err)
	}
	mint := ident.NewMinter(c.Clock, c.Rand)
	s, err := store.Open(ctx, store.Config{Dir: c.Dir, Postgres: c.Postgres, Clock: c.Clock, Mint: mint, Log: c.Log, Location: c.Location, Readers: c.Readers, Backups: c.BackupDir, Timer: time.Now, NoSync: c.NoSync})
	if err != nil {
		return nil, err
	}
	blobs, err := blob.Open(filepath.Join(c.Dir, "blobs"))
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	a := &App{Store: s, Blobs: blobs, cfg: c}
	scribe, err := web.NewScribe(c.PublicURL, c.Clock, c.Location)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	verbs := flow.Config{Location: c.Location, Blobs: blobs, Rand: c.Rand, Scribe: scribe, Courier: courier.New(courier.Config{Allow: c.WebhookAllow, Agent: "Xinshu/" + Version})}
	mailer, err := c.Mailer()
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if mailer != nil {
		verbs.Mail = mailer
	}
	if verbs.Boxes, verbs.Lock, err = c.mailboxes(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	a.Flow = flow.New(s, verbs)
	a.Auth = auth.New(s, auth.Config{Clock: c.Clock, Rand: c.Rand})
	a.Worker = worker.New(s, a.Flow, worker.Config{Log: c.Log, Clock: time.Now})
	return a, nil
}

// Mailer is who takes mail to the server of the settings; nil when there is none.
func (c Config) Mailer() (*courier.Mailer, error) {
	if c.SMTP.Host == "" {
		return nil, nil
	}
	m := c.SMTP
	if c.SMTPPasswordFile != "" {
		b, err := os.ReadFile(c.SMTPPasswordFile)
		if err != nil {
			return nil, fmt.Errorf("smtp-password-file: %w", err)
		}
		m.Password, _, _ = strings.Cut(strings.TrimSpace(string(b)), "\n")
	}
	return courier.NewMailer(m), nil
}

// mailboxes is who looks into the offices' mailboxes, and what keeps their
// passwords.
func (c Config) mailboxes() (flow.Boxes, flow.Lock, error) {
	roots, err := c.MailboxRoots()
	if err != nil {
		return nil, nil, err
	}
	lock, err := courier.OpenLock(c.Dir)
	if err != nil {
		return nil, nil, err
	}
	return courier.NewMailboxes(courier.MailboxConfig{Allow: c.MailboxAllow, Roots: roots, Agent: "Xinshu/" + Version}), lock, nil
}

// MailboxRoots are the authorities that mail servers may be signed by; nil: the
// machine's.
func (c Config) MailboxRoots() (*x509.CertPool, error) {
	if c.MailboxCA == "" {
		return nil, nil
	}
	b, err := os.ReadFile(c.MailboxCA)
	if err != nil {
		return nil, fmt.Errorf("mailbox-ca: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(b) {
		return nil, fmt.Errorf("mailbox-ca: %s has no certificate in PEM", c.MailboxCA)
	}
	return roots, nil
}

// heapGrowth lets the heap grow to four times what is alive before it is
// collected: what is alive is small, and a filing's garbage is smaller than the
// time it takes to look for it.
const heapGrowth = 300

// Start opens and serves. It returns once the address answers.
func Start(ctx context.Context, c Config) (*App, error) {
	debug.SetGCPercent(heapGrowth)
	a, err := Open(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := a.Serve(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	go debug.FreeOSMemory() // what opening left behind is given back before the first rest
	return a, nil
}
