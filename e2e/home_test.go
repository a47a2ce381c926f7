package e2e

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"

	"xinshu/internal/app"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// house is a small installation that can be stopped and started again at the
// same address, and a browser of its own whose profile outlives it.
type house struct {
	t       *testing.T
	config  app.Config
	app     *app.App
	browser []chromedp.ExecAllocatorOption
	profile string
	close   func()
	writer  ident.Person // who may see what the township sent
}

// newHouse enters an office and a township with two who write.
func newHouse(t *testing.T, c app.Config) *house {
	t.Helper()
	path, err := browserPath()
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("no browser: %v", err)
		}
		t.Skipf("no browser: %v", err)
	}
	c.Dir, c.Listen = t.TempDir(), "127.0.0.1:0"
	h := &house{t: t, config: c, profile: t.TempDir(), close: func() {}}
	h.browser = append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(h.profile),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(phoneWidth, phoneHeight), chromedp.Flag("disable-quic", true), chromedp.Flag("lang", "zh-CN"))
	h.up()
	t.Cleanup(func() { h.shut(); h.down() })
	u, err := url.Parse(h.app.URL())
	if err != nil {
		t.Fatal(err)
	}
	h.config.Listen = u.Host // from now on always here
	ctx, sys, f := t.Context(), flow.Actor{System: true}, h.app.Flow
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	office, err := f.EnterUnit(ctx, sys, flow.EnterUnit{Code: "K", Name: "望岭县人民政府办公室", Level: org.County, Office: true})
	must(err)
	unit, err := f.EnterUnit(ctx, sys, flow.EnterUnit{Code: "T", Name: "青禾镇人民政府", Level: org.Township, Parent: office.ID})
	must(err)
	_, err = f.DrawLine(ctx, sys, flow.DrawLine{Unit: unit.ID, Office: office.ID, Network: org.Government})
	must(err)
	for _, p := range []struct {
		name, login string
		role        org.Role
	}{{"林小满", "linxm", org.Reporter}, {"罗一鸣", "luoym", org.Reporter}, {"沈若谷", "shenrg", org.Signer}} {
		who, err := f.EnterPerson(ctx, sys, flow.EnterPerson{Name: p.name, Login: p.login, Unit: unit.ID, Role: p.role})
		must(err)
		must(h.app.Auth.SetPassword(ctx, who.ID, ownPassword))
		h.writer = who.ID
	}
	return h
}

func (h *house) up() {
	h.t.Helper()
	a, err := app.Start(h.t.Context(), h.config)
	if err != nil {
		h.t.Fatal(err)
	}
	h.app = a
}

// down really stops the server.
func (h *house) down() {
	h.t.Helper()
	if h.app == nil {
		return
	}
	if err := h.app.Close(); err != nil {
		h.t.Errorf("Close() = %v, want nil", err)
	}
	h.app = nil
}

// open starts the browser on a telephone's screen.
func (h *house) open() *Page {
	h.t.Helper()
	base := "http://"
	if h.config.TLSCert != "" {
		base = "https://"
	}
	p := &Page{t: h.t, base: base + h.config.Listen + h.config.PathPrefix}
	allocated, stop := chromedp.NewExecAllocator(context.Background(), h.browser...)
	ctx, cancel := chromedp.NewContext(allocated, chromedp.WithListener(p.listen))
	p.ctx = ctx
	h.close = func() {
		limited, end := context.WithTimeout(ctx, stepLimit)
		_ = chromedp.Cancel(limited)
		end()
		cancel()
		stop()
		for _, problem := range p.Problems() {
			h.t.Error(problem)
		}
	}
	if err := chromedp.Do(ctx); err != nil {
		h.t.Fatalf("opening a browser: %v", err)
	}
	p.phone()
	p.Allow(`ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|status of 40[39]|FetchEvent|Failed to load`)
	return p
}

// shut closes the browser; what it kept lies in its profile.
func (h *house) shut() {
	h.close()
	h.close = func() {}
}

func (p *Page) comeIn(login string) {
	p.t.Helper()
	p.Go("/sign-in")
	p.Type("#f-login", login)
	p.Type("#f-password", ownPassword)
	p.Follow(".x-door__form button")
}

// promised is what a script comes to, also when it must wait for it.
func promised[T any](p *Page, script string) T {
	p.t.Helper()
	v, err := value(p, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		p.fail(err, "ask %s", script)
	}
	return v
}

// comes waits until what a script promises is true.
func (p *Page) comes(script string) {
	p.t.Helper()
	promised[bool](p, `(async () => { while (!(await (`+script+`))) await new Promise((go) => setTimeout(go, 100)); return true; })()`)
}

// installed waits until the worker has what the page without a network needs.
func (p *Page) installed() {
	p.t.Helper()
	p.comes(`navigator.serviceWorker.controller && caches.keys().then((ks) => Promise.all(ks.map((k) => caches.open(k).then((c) => c.keys())))).then((all) => all.flat().some((r) => r.url.includes("/offline?")))`)
}

// count is how many items of a title were sent.
func (h *house) count(title string) int {
	h.t.Helper()
	list, err := h.app.Flow.Items(h.t.Context(), flow.Actor{Person: h.writer}, flow.ItemsQuery{Limit: 100})
	if err != nil {
		h.t.Fatal(err)
	}
	n := 0
	for _, it := range list.Rows {
		if it.Title == title && it.State == "submitted" {
			n++
		}
	}
	return n
}

// certificate makes a certificate for this machine and gives its files, and how
// Chromium is told to trust its key.
func certificate(t *testing.T) (cert, key, trust string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "xinshu"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	spki, err := x509.MarshalPKIXPublicKey(&k.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sum := sha256.Sum256(spki)
	return cert, key, base64.StdEncoding.EncodeToString(sum[:])
}

// Through real TLS and below a prefix: the app may be installed, opens when the
// server is gone and the browser was started anew, and sends what was written
// then, once; also when the session is over by then.
func TestInstalled(t *testing.T) {
	cert, key, trust := certificate(t)
	h := newHouse(t, app.Config{TLSCert: cert, TLSKey: key, PathPrefix: "/xinshu"})
	h.browser = append(h.browser, chromedp.Flag("ignore-certificate-errors-spki-list", trust))
	p := h.open()
	p.comeIn("linxm")
	p.installed()
	ctx, cancel := context.WithTimeout(p.ctx, stepLimit)
	defer cancel()
	m, err := chromedp.Call(ctx, page.GetAppManifest, page.GetAppManifestParams{})
	if err != nil || len(m.Errors) > 0 {
		t.Fatalf("the manifest has %+v (%v)\n%s", m.Errors, err, m.Data)
	}
	if m.Manifest.Scope != p.base+"/" || m.Manifest.StartURL != p.base+"/" || m.Manifest.Name != "信枢" || m.Manifest.Display != "kStandalone" {
		t.Errorf("the manifest is %+v, want it to begin and end at %s/", m.Manifest, p.base)
	}
	if e, err := chromedp.Call(ctx, page.GetInstallabilityErrors, cdp.Empty{}); err != nil || len(e.InstallabilityErrors) > 0 {
		said, _ := json.Marshal(e)
		t.Errorf("it cannot be installed: %s (%v)", said, err)
	}
	if kept := promised[[]string](p, `caches.keys().then((ks) => Promise.all(ks.map((k) => caches.open(k).then((c) => c.keys())))).then((all) => all.flat().map((r) => new URL(r.url).pathname))`); len(kept) != 7 {
		t.Errorf("kept = %v, want the shell alone", kept)
	}

	h.down()
	p.Go("/inbox") // any address
	p.WaitText("现在连不上")
	const title = "山里断网时写的一条"
	p.Type("#f-title", title)
	p.Type("#f-body", "11月20日，青禾镇枫树湾水库清淤开工，镕喆堃䶮一家四口先搬。")
	p.WaitText("只存在这台设备上，服务器上还没有")
	p.shot("home-writing-390")
	p.Accessible("without a network")
	p.Click(`#bar button[value="submit"]`)
	p.WaitText("只送一次；可以关掉这页")
	p.shot("home-queued-390")
	h.shut()

	p = h.open() // the browser is started anew, the server still away
	p.Go("/")
	p.WaitText("等着送：" + title)
	p.shot("home-waiting-390")
	h.up()
	p.becomes(`!Object.keys(localStorage).some((k) => k.includes(":write:"))`)
	p.WaitText("送出去了：" + title)
	p.shot("home-went-390")
	if n := h.count(title); n != 1 {
		t.Errorf("items after the server came back = %d, want 1", n)
	}

	// once more, and the session is over when the server is back
	const later = "断网时写的，登录也过期了"
	h.down()
	p.Go("/items/new")
	p.WaitText("现在连不上")
	p.Type("#f-title", later)
	p.Type("#f-body", "网通的时候要先登录。")
	p.Click(`#bar button[value="submit"]`)
	p.WaitText("只送一次；可以关掉这页")
	p.forgotten()
	h.up()
	p.Wait("#resign")
	p.shot("home-signed-out-390")
	p.Type("#f-login", "linxm")
	p.Type("#f-password", ownPassword)
	p.Click("#resign button")
	p.becomes(`/\/items\/[0-9a-z]{26}$/.test(location.pathname)`)
	p.WaitText("已送审")
	if n := h.count(later); n != 1 {
		t.Errorf("items after signing in again = %d, want 1", n)
	}

	// signing out takes everything away that was kept
	p.Click("details.x-more summary")
	p.Follow(`form[action$="/sign-out"] button`)
	p.comes(`caches.keys().then((ks) => ks.length === 0)`)
	if left := eval[string](p, `JSON.stringify(Object.keys(localStorage))`); strings.Contains(left, "who") {
		t.Errorf("left on the device = %s, want nobody", left)
	}
	h.down()
	p.Go("/")
	p.WaitText("连上网、登录以后，才能断网写")
}

// Two people on one telephone: neither sees nor sends what the other wrote; the
// worker sends for who is signed in, also with no page open, and once.
func TestTwoOnOnePhone(t *testing.T) {
	h := newHouse(t, app.Config{})
	p := h.open()
	p.comeIn("linxm")
	p.installed()
	const title = "林小满断网写的"
	h.down()
	p.Go("/")
	p.Type("#f-title", title)
	p.Type("#f-body", "别人不能看见，也不能送。")
	p.Click(`#bar button[value="submit"]`)
	p.WaitText("只送一次；可以关掉这页")
	p.Go("/nothing-here") // leave the page that waits
	p.WaitText("等着送：" + title)
	copies := `new Promise((done) => { const o = indexedDB.open("xinshu:", 1); o.onupgradeneeded = () => o.result.createObjectStore("out", {keyPath: "id"}); o.onsuccess = () => { const g = o.result.transaction("out").objectStore("out").getAll(); g.onsuccess = () => { o.result.close(); done(g.result.length); }; }; })`
	p.comes(copies + `.then((n) => n === 1)`) // where the worker finds it
	p.forgotten()
	h.up()
	p.comeIn("luoym")
	p.installed()
	p.Go("/items/new")
	p.Wait("#f-title")
	if p.Shows(title) {
		t.Error("the second person sees what the first one wrote")
	}
	h.down()
	p.Go("/")
	p.WaitText("罗一鸣")
	if p.Shows(title) {
		t.Error("without a network the second person sees what the first one wrote")
	}
	h.up()

	// the worker is woken for the second person, then for the first
	var mu sync.Mutex
	id := serviceworker.RegistrationID("")
	if err := chromedp.Listen(p.ctx, func(event any) {
		if e, ok := event.(*serviceworker.EventWorkerRegistrationUpdated); ok {
			mu.Lock()
			defer mu.Unlock()
			for _, r := range e.Registrations {
				if strings.HasPrefix(r.ScopeURL, p.base) && !r.IsDeleted {
					id = r.RegistrationID
				}
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	p.Go("/search") // carries no outbox
	ctx, cancel := context.WithTimeout(p.ctx, stepLimit)
	defer cancel()
	if _, err := chromedp.Call(ctx, serviceworker.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	wake := func() {
		t.Helper()
		p.comes(`navigator.serviceWorker.ready.then(() => true)`)
		mu.Lock()
		defer mu.Unlock()
		if id == "" {
			t.Fatal("no worker is registered")
		}
		if _, err := chromedp.Call(ctx, serviceworker.DispatchSyncEvent, serviceworker.DispatchSyncEventParams{Origin: p.base, RegistrationID: id, Tag: "xinshu-send"}); err != nil {
			t.Fatal(err)
		}
	}
	wake()
	p.Go("/search")
	if n, left := h.count(title), promised[int](p, copies); n != 0 || left != 1 {
		t.Errorf("items sent in the second person's session = %d, copies left = %d; want 0 and 1", n, left)
	}
	p.forgotten()
	p.comeIn("linxm")
	p.becomes(`!Object.keys(localStorage).some((k) => k.includes(":write:"))`) // the page sends it; the worker was perhaps quicker
	p.Go("/search")
	wake()
	p.comes(copies + `.then((n) => n === 0)`)
	if n := h.count(title); n != 1 {
		t.Errorf("items of the first person = %d, want 1", n)
	}
}

// A new program while a page is open: the page stays, its text too; the worker is
// the new one's and has nothing of the old one.
func TestUpgradeUnderAnOpenPage(t *testing.T) {
	h := newHouse(t, app.Config{})
	p := h.open()
	p.comeIn("linxm")
	p.installed()
	old := promised[string](p, `caches.keys().then((ks) => ks.join(" "))`)
	p.Go("/items/new")
	p.Type("#f-title", "升级的时候开着的")
	p.becomes(`location.pathname.endsWith("/edit")`)
	h.down()
	was := app.Version
	app.Version = was + "+next"
	defer func() { app.Version = was }()
	p.Type("#f-body", "升级当中打的字。")
	p.WaitText("网断了")
	h.up()
	p.WaitText("已存")
	quoted, _ := json.Marshal(old)
	promised[bool](p, `navigator.serviceWorker.getRegistration().then((r) => r.update()).then(() => true)`)
	p.comes(`caches.keys().then((ks) => ks.length === 1 && ks[0] !== ` + string(quoted) + `)`)
	p.installed()
	if got := eval[string](p, `document.querySelector("#f-body").value`); got != "升级当中打的字。" {
		t.Errorf("the text after the upgrade is %q", got)
	}
	h.down()
	p.Go("/items/new")
	p.WaitText("现在连不上")
	if n := p.Count(`link[rel="stylesheet"]`); n != 1 || eval[string](p, `getComputedStyle(document.querySelector(".x-mbar")).position`) != "sticky" {
		t.Error("the page of the new program without a network has no looks")
	}
	h.up()
}

// A device that can keep no more: the page says so and goes on without.
func TestNoRoomOnTheDevice(t *testing.T) {
	h := newHouse(t, app.Config{})
	p := h.open()
	ctx, cancel := context.WithTimeout(p.ctx, stepLimit)
	defer cancel()
	few := 1.0
	if _, err := chromedp.Call(ctx, storage.OverrideQuotaForOrigin, storage.OverrideQuotaForOriginParams{Origin: p.base, QuotaSize: &few}); err != nil {
		t.Fatal(err)
	}
	p.comeIn("linxm")
	p.becomes(`!!navigator.serviceWorker.controller`)
	p.Go("/items/new")
	p.Type("#f-title", "存不下也不丢")
	p.becomes(`location.pathname.endsWith("/edit") && /已存/.test(document.querySelector("#saved").textContent)`)
	eval[bool](p, `(() => { let n = 1 << 20; while (n > 0) { try { localStorage.setItem("full" + n + Math.random(), "x".repeat(n)); } catch (e) { n >>= 1; } } return true; })()`)
	h.down()
	p.Type("#f-body", "这台设备满了。")
	p.WaitText("这台设备也存不下了")
	p.shot("home-no-room-390")
	p.Click(`#bar button[value="submit"]`)
	p.becomes(`!document.querySelector("#bar button[value=submit]").hasAttribute("aria-disabled")`)
	h.up()
	p.becomes(`/\/items\/[0-9a-z]{26}$/.test(location.pathname)`)
	if n := h.count("存不下也不丢"); n != 1 {
		t.Errorf("items = %d, want 1", n)
	}
}
