package app

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"sync"
	"time"

	"xinshu/internal/api"
	"xinshu/internal/httpio"
	"xinshu/internal/web"
)

// Bounds of a connection, and of the time that running requests are given when
// the program is told to stop.
const (
	headTime  = 10 * time.Second
	bodyTime  = 5 * time.Minute
	idleTime  = 2 * time.Minute
	readyTime = 3 * time.Second
	stopTime  = 15 * time.Second
)

// Serve listens and answers until Close.
func (a *App) Serve(ctx context.Context) error {
	c := a.cfg
	a.figures = newFigures(a)
	h, err := a.handler()
	if err != nil {
		return err
	}
	var certs *certificates
	if c.TLSCert != "" || c.TLSKey != "" {
		if certs, err = readCertificates(c.TLSCert, c.TLSKey, c.Log); err != nil {
			return err
		}
	}
	if a.ln, err = listen(ctx, c.Listen, "--listen"); err != nil {
		return err
	}
	a.server = a.serverOf(h)
	if certs != nil {
		a.server.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: certs.get}
	}
	if c.MetricsListen != "" {
		ln, err := listen(ctx, c.MetricsListen, "--metrics-listen")
		if err != nil {
			return errors.Join(err, a.ln.Close())
		}
		a.metricsLn, a.metricsServer = ln, a.serverOf(a.figures.page)
		a.wg.Go(func() { a.say(a.metricsServer.Serve(ln)) })
	}
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.stop = stop
	if !c.NoWorker {
		a.wg.Go(func() { a.Worker.Run(run) })
	}
	a.wg.Go(func() {
		if certs != nil {
			a.say(a.server.ServeTLS(a.ln, "", ""))
			return
		}
		a.say(a.server.Serve(a.ln))
	})
	a.ready.Store(true)
	return notify("READY=1")
}

func listen(ctx context.Context, address, flag string) (net.Listener, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w; say %s with a free address", address, err, flag)
	}
	return ln, nil
}

func (a *App) serverOf(h http.Handler) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: headTime, ReadTimeout: bodyTime, WriteTimeout: bodyTime, IdleTimeout: idleTime, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(a.cfg.Log.Handler(), slog.LevelDebug)}
}

func (a *App) say(err error) {
	if !errors.Is(err, http.ErrServerClosed) {
		a.cfg.Log.Error("the server stopped", "err", err)
	}
}

// handler is everything that answers, from the outside in: the number of the
// request and its line in the log, who really asks, the path without its prefix,
// how often he may ask, the edge.
func (a *App) handler() (http.Handler, error) {
	c := a.cfg
	pages, err := web.New(a.Flow, a.Auth, web.Config{Demo: c.Demo, DevTemplates: c.Templates, Log: c.Log, Clock: c.Clock, Version: Version, Prefix: c.PathPrefix})
	if err != nil {
		return nil, err
	}
	calls := api.New(a.Flow, a.Auth, api.Config{Log: c.Log, Rand: rand.Reader, Prefix: c.PathPrefix}).Handler()
	limited := func(h http.Handler) http.Handler { return h }
	if c.RateLimit > 0 {
		limiter := httpio.NewLimiter(c.RateLimit, web.SessionCookie, time.Now)
		limited = limiter.Handler
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") })
	mux.HandleFunc("GET /readyz", a.readyz)
	mux.HandleFunc("GET /metrics", a.metrics)
	mux.Handle("/api/", limited(httpio.Gzip(httpio.Links(c.PathPrefix, calls))))
	mux.Handle("/static/", pages.Handler()) // kept by browsers: a page costs one request
	mux.Handle("/", limited(pages.Handler()))
	return a.observe(httpio.Forwarded(c.TrustedProxies, strict(httpio.Under(c.PathPrefix, routed(mux))))), nil
}

// routed notes which of our own patterns answers; the edges note theirs.
func routed(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := mux.Handler(r); !strings.HasSuffix(pattern, "/") {
			httpio.TraceOf(r.Context()).Route = httpio.RouteOf(pattern)
		}
		mux.ServeHTTP(w, r)
	})
}

// strict tells browsers that came over an encrypted connection to come no other
// way for a year.
func strict(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if httpio.HTTPS(r) {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// readyz answers 200 once the program can work: it listens, the store answers.
func (a *App) readyz(w http.ResponseWriter, r *http.Request) {
	err := errors.New("starting or stopping")
	if a.ready.Load() {
		ctx, cancel := context.WithTimeout(r.Context(), readyTime)
		defer cancel()
		err = a.Store.Ready(ctx)
	}
	if err != nil {
		a.cfg.Log.Warn("not ready", "ref", httpio.TraceOf(r.Context()).Ref, "err", err)
		w.Header().Set("Retry-After", "5")
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	io.WriteString(w, "ready\n")
}

// metrics answers on the main address only to this machine, and to no proxy on
// it: what a proxy passes on comes from anywhere.
func (a *App) metrics(w http.ResponseWriter, r *http.Request) {
	t := httpio.TraceOf(r.Context())
	peer, err := netip.ParseAddrPort(t.Peer)
	if a.cfg.MetricsListen != "" || t.Proxied || err != nil || !peer.Addr().Unmap().IsLoopback() {
		http.NotFound(w, r)
		return
	}
	a.figures.page.ServeHTTP(w, r)
}

// URL is where it answers.
func (a *App) URL() string {
	scheme := "http://"
	if a.cfg.TLSCert != "" { // a server of plain HTTP also gets a TLS configuration from the library
		scheme = "https://"
	}
	return scheme + a.ln.Addr().String() + a.cfg.PathPrefix
}

// MetricsURL is where /metrics answers, "" where it has no address of its own.
func (a *App) MetricsURL() string {
	if a.metricsLn == nil {
		return ""
	}
	return "http://" + a.metricsLn.Addr().String() + "/metrics"
}

// Close takes no new requests, gives those under way fifteen seconds to finish,
// and closes the store, which waits for the disk: whoever was told "saved" finds
// it after the next start.
func (a *App) Close() error {
	a.ready.Store(false)
	var err error
	if a.server != nil {
		err = notify("STOPPING=1")
		ctx, cancel := context.WithTimeout(context.Background(), stopTime)
		defer cancel()
		if e := a.server.Shutdown(ctx); e != nil {
			a.cfg.Log.Warn("some requests did not finish in time and are cut off", "err", e)
			err = errors.Join(err, a.server.Close())
		}
		if a.metricsServer != nil {
			err = errors.Join(err, a.metricsServer.Close())
		}
		a.stop()
		a.wg.Wait()
	}
	return errors.Join(err, a.Store.Close())
}

// notify tells the service manager how far we are, where it asked to be told
// (systemd's Type=notify).
func notify(state string) error {
	socket := os.Getenv("NOTIFY_SOCKET")
	if socket == "" {
		return nil
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		return fmt.Errorf("the service manager cannot be told %s: %w", state, err)
	}
	_, err = conn.Write([]byte(state))
	return errors.Join(err, conn.Close())
}

// certificates are read again when their files change, so that a renewed one
// needs no restart. While the new files are not a pair, because one is written
// after the other, the old ones go on.
type certificates struct {
	cert, key string
	log       *slog.Logger

	mu   sync.Mutex
	seen [2]stamp
	now  *tls.Certificate
}

// stamp is how a file is known to have changed.
type stamp struct {
	at   time.Time
	size int64
}

func readCertificates(cert, key string, log *slog.Logger) (*certificates, error) {
	if cert == "" || key == "" {
		return nil, errors.New("tls-cert and tls-key are needed both, or none of them")
	}
	c := &certificates{cert: cert, key: key, log: log}
	if err := c.read(); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *certificates) stamps() (s [2]stamp, err error) {
	for i, file := range []string{c.cert, c.key} {
		var info fs.FileInfo
		if info, err = os.Stat(file); err != nil {
			return s, err
		}
		s[i] = stamp{info.ModTime(), info.Size()}
	}
	return s, nil
}

func (c *certificates) read() error {
	stamps, err := c.stamps()
	if err != nil {
		return fmt.Errorf("the certificate cannot be read: %w", err)
	}
	if stamps == c.seen {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	c.seen = stamps // a pair that does not fit is looked at again when a file changes
	if err != nil {
		return fmt.Errorf("tls-cert %s and tls-key %s: %w", c.cert, c.key, err)
	}
	c.now = &pair
	return nil
}

func (c *certificates) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.read(); err != nil {
		c.log.Error("the changed certificate is not used; the one before goes on", "err", err)
	}
	return c.now, nil
}
