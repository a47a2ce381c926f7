package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

const (
	deskWidth, deskHeight   = 1440, 900
	phoneWidth, phoneHeight = 390, 844

	// stepLimit bounds one step of a journey. It is there to end a test that would
	// hang, not to time a page: a machine that runs ten packages at once may need
	// many seconds for what takes one.
	stepLimit = 90 * time.Second
)

// chromium is the one browser all tests share, started by the first that asks.
var chromium = struct {
	once sync.Once
	ctx  context.Context
	stop func()
	err  error
}{stop: func() {}}

func TestMain(m *testing.M) {
	code := m.Run()
	chromium.stop()
	closeCity()
	os.Exit(code)
}

func browserPath() (string, error) {
	if path := os.Getenv("XINSHU_CHROMIUM"); path != "" {
		return exec.LookPath(path)
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no chromium, chromium-browser or google-chrome on the PATH and XINSHU_CHROMIUM is not set")
}

func startChromium() {
	path, err := browserPath()
	if err != nil {
		chromium.err = err
		return
	}
	profile, err := os.MkdirTemp("", "xinshu-browser-")
	if err != nil {
		chromium.err = err
		return
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(profile),
		chromedp.NoSandbox, // the sandbox refuses to run as root, as in most containers
		chromedp.DisableGPU,
		chromedp.WindowSize(deskWidth, deskHeight),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("no-pings", true),
		chromedp.Flag("lang", "zh-CN"),
	)
	allocated, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stopBrowser := chromedp.NewContext(allocated)
	chromium.stop = func() {
		limited, cancel := context.WithTimeout(ctx, stepLimit)
		_ = chromedp.Cancel(limited)
		cancel()
		stopBrowser()
		stopAllocator()
		os.RemoveAll(profile)
	}
	chromium.ctx = ctx
	chromium.err = chromedp.Do(ctx)
}

// Page is one tab of the shared browser with cookies of its own. Its methods
// are the steps of a journey; a step that cannot be taken ends the test and
// says where it stood.
type Page struct {
	t    testing.TB
	base string
	ctx  context.Context

	mu      sync.Mutex
	wrong   []string         // console errors and requests that left the machine
	allowed []*regexp.Regexp // console errors a journey provokes on purpose
}

// Open gives a fresh page for the server at base ("http://127.0.0.1:4711").
// When the test ends, everything the page did wrong fails it.
func Open(t testing.TB, base string) *Page {
	t.Helper()
	chromium.once.Do(startChromium)
	if chromium.err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("no browser: %v", chromium.err)
		}
		t.Skipf("no browser: %v", chromium.err)
	}
	p := &Page{t: t, base: strings.TrimSuffix(base, "/")}
	ctx, cancel := chromedp.NewContext(chromium.ctx,
		chromedp.WithNewBrowserContext(), chromedp.WithListener(p.listen))
	p.ctx = ctx
	t.Cleanup(func() {
		cancel()
		for _, problem := range p.Problems() {
			t.Error(problem)
		}
	})
	if err := chromedp.Do(ctx); err != nil { // binds the tab's life to ctx, not to a step's limit
		t.Fatalf("opening a tab: %v", err)
	}
	if err := p.do(chromedp.EmulateViewport(deskWidth, deskHeight)); err != nil {
		t.Fatalf("opening a tab: %v", err)
	}
	return p
}

// listen collects what a page must not do. It runs inside the browser's own
// loop, so it only notes.
func (p *Page) listen(event any) {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if leaves(e.Request.URL) {
			p.note("the page %s asked for %s, which is not on this machine", e.DocumentURL, e.Request.URL)
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		p.note("uncaught in %s: %s", e.ExceptionDetails.URL, text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			var words []string
			for _, arg := range e.Args {
				text := arg.Description
				if json.Unmarshal(arg.Value, &text) != nil && text == "" {
					text = string(arg.Value)
				}
				words = append(words, text)
			}
			p.note("console error: %s", strings.Join(words, " "))
		}
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.EntryLevelError {
			p.note("console error: %s (%s)", e.Entry.Text, e.Entry.URL)
		}
	}
}

func (p *Page) note(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wrong = append(p.wrong, fmt.Sprintf(format, args...))
}

// leaves says whether a request goes to another machine than this one.
func leaves(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return false // data:, blob:, about:
	}
	if u.Scheme == "chrome" || u.Scheme == "chrome-extension" /* the browser's own reader of PDF */ || u.Scheme == "devtools" || u.Hostname() == "localhost" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return ip == nil || !ip.IsLoopback()
}

// Allow names, by a regular expression, a console error this journey provokes
// on purpose, such as the browser's own remark about a refused form (422).
func (p *Page) Allow(pattern string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.allowed = append(p.allowed, regexp.MustCompile(pattern))
}

// Problems lists what the page did wrong so far and was not allowed.
func (p *Page) Problems() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var left []string
next:
	for _, problem := range p.wrong {
		for _, fine := range p.allowed {
			if fine.MatchString(problem) {
				continue next
			}
		}
		left = append(left, problem)
	}
	return left
}

// do runs steps under the limit of one step.
func (p *Page) do(steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(p.ctx, stepLimit)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

// value asks one question under the limit of one step. A question that was on its
// way while the page went on is asked of the new one.
func value[T any](p *Page, question chromedp.Action[T]) (T, error) {
	ctx, cancel := context.WithTimeout(p.ctx, stepLimit)
	defer cancel()
	for {
		got, err := chromedp.Run(ctx, question)
		if err == nil || ctx.Err() != nil || !strings.Contains(err.Error(), "navigated") && !strings.Contains(err.Error(), "context with") {
			return got, err
		}
		select {
		case <-ctx.Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// fail ends the test with the step, the address, what the page says, and a
// picture of it.
func (p *Page) fail(err error, format string, args ...any) {
	p.t.Helper()
	at, _ := value(p, chromedp.Location())
	said, _ := value(p, chromedp.Evaluate[string](`document.body ? document.body.innerText.slice(0, 600) : ""`))
	picture := ""
	if png, err := value(p, chromedp.FullScreenshot(100)); err == nil {
		picture = p.save("FAILED-"+strings.ReplaceAll(p.t.Name(), "/", "-"), png)
	}
	p.t.Fatalf("%s: %v\n  at %s\n  picture %s\n  the page says: %s", fmt.Sprintf(format, args...), err, at, picture, said)
}

// Go opens a path of the server and waits until it is loaded.
func (p *Page) Go(path string) {
	p.t.Helper()
	if err := p.do(chromedp.Navigate(p.base + path)); err != nil {
		p.fail(err, "open %s", path)
	}
}

// Click clicks the first visible element of a CSS selector. Use Follow when
// the click leads to another page.
func (p *Page) Click(selector string) {
	p.t.Helper()
	if err := p.do(chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible)); err != nil {
		p.fail(err, "click %s", selector)
	}
}

// Follow clicks a CSS selector and waits until the page it leads to is loaded.
func (p *Page) Follow(selector string) {
	p.t.Helper()
	click := chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible)
	if _, err := value(p, chromedp.WaitEvent(page.LoadEventFired, func(page.EventLoadEventFired) bool { return true }, click)); err != nil {
		p.fail(err, "follow %s", selector)
	}
}

// ClickText clicks the link or button with this text; FollowText also waits
// for the page it leads to. The whole text wins over a part of it.
func (p *Page) ClickText(text string)  { p.t.Helper(); p.Click(p.byText(text)) }
func (p *Page) FollowText(text string) { p.t.Helper(); p.Follow(p.byText(text)) }

// byText marks the element a person would click for this text and gives a
// selector for the mark.
func (p *Page) byText(text string) string {
	p.t.Helper()
	quoted, _ := json.Marshal(text)
	found, err := value(p, chromedp.Evaluate[string](`((want) => {
		const said = (e) => (e.value && e.tagName === "INPUT" ? e.value : e.innerText || "").replace(/\s+/g, " ").trim();
		const seen = [...document.querySelectorAll("a[href], button, summary, label, input[type=submit], [role=button], [role=tab]")]
			.filter((e) => e.getClientRects().length && !e.disabled);
		const hit = seen.find((e) => said(e) === want) || seen.find((e) => said(e).startsWith(want)) || seen.find((e) => said(e).includes(want));
		if (!hit) return "only: " + seen.map(said).filter(Boolean).join(" | ");
		document.querySelectorAll("[data-e2e]").forEach((e) => e.removeAttribute("data-e2e"));
		hit.setAttribute("data-e2e", "hit");
		return "";
	})(`+string(quoted)+`)`))
	if err == nil && found != "" {
		err = fmt.Errorf("nothing to click says so; %s", found)
	}
	if err != nil {
		p.fail(err, "find %q", text)
	}
	return `[data-e2e="hit"]`
}

// Type replaces what is in a field by text, through the keyboard.
func (p *Page) Type(selector, text string) {
	p.t.Helper()
	field := chromedp.CSS(selector)
	err := p.do(chromedp.WaitVisible(field))
	if err == nil { // what is selected is replaced by what is typed, as for a person
		quoted, _ := json.Marshal(selector)
		_, err = value(p, chromedp.Evaluate[bool](`((e) => { e.focus(); e.select(); return true })(document.querySelector(`+string(quoted)+`))`))
	}
	if err == nil {
		err = p.do(chromedp.SendKeys(field, text))
	}
	if err != nil {
		p.fail(err, "type into %s", selector)
	}
}

// Select chooses an option of a select by its value, as a person's choice
// would: the page hears of it.
func (p *Page) Select(selector, option string) {
	p.t.Helper()
	quoted, _ := json.Marshal([]string{selector, option})
	wrong, err := value(p, chromedp.Evaluate[string](`(([s, v]) => {
		const e = document.querySelector(s);
		if (!e) return "no such field";
		e.value = v;
		if (e.value !== v) return "no such option; there is " + [...e.options].map((o) => o.value).join(" | ");
		e.dispatchEvent(new Event("input", {bubbles: true}));
		e.dispatchEvent(new Event("change", {bubbles: true}));
		return "";
	})(`+string(quoted)+`)`))
	if err == nil && wrong != "" {
		err = fmt.Errorf("%s", wrong)
	}
	if err != nil {
		p.fail(err, "choose %q in %s", option, selector)
	}
}

// Set gives a field its value as a picker would, where typing depends on the
// browser's language (dates); the page hears of it.
func (p *Page) Set(selector, text string) {
	p.t.Helper()
	quoted, _ := json.Marshal([]string{selector, text})
	took, err := value(p, chromedp.Evaluate[bool](`(([s, v]) => {
		const e = document.querySelector(s);
		if (!e) return false;
		e.value = v;
		e.dispatchEvent(new Event("input", {bubbles: true}));
		e.dispatchEvent(new Event("change", {bubbles: true}));
		return e.value === v;
	})(`+string(quoted)+`)`))
	if err == nil && !took {
		err = fmt.Errorf("the field did not take it")
	}
	if err != nil {
		p.fail(err, "set %s to %q", selector, text)
	}
}

// Upload puts files of this machine into a file field.
func (p *Page) Upload(selector string, files ...string) {
	p.t.Helper()
	if err := p.do(chromedp.SetUploadFiles(chromedp.CSS(selector), files)); err != nil {
		p.fail(err, "upload into %s", selector)
	}
}

// Wait waits until an element of the selector is visible.
func (p *Page) Wait(selector string) {
	p.t.Helper()
	if err := p.do(chromedp.WaitVisible(chromedp.CSS(selector))); err != nil {
		p.fail(err, "wait for %s", selector)
	}
}

// WaitText waits until the page shows this text anywhere.
func (p *Page) WaitText(text string) {
	p.t.Helper()
	quoted, _ := json.Marshal(text)
	p.becomes(`document.body && document.body.innerText.includes(` + string(quoted) + `)`)
}

// becomes waits for a script to answer true of a page that is there to its end:
// what a page says while it is still being read is not yet its answer.
func (p *Page) becomes(script string) {
	p.t.Helper()
	wait := chromedp.Poll[bool](`document.readyState === "complete" && (`+script+`)`, chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(stepLimit-time.Second))
	if _, err := value(p, wait); err != nil {
		p.fail(err, "wait until %s", script)
	}
}

// Text is the visible text of the first element of the selector.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	text, err := value(p, chromedp.Text(chromedp.CSS(selector)))
	if err != nil {
		p.fail(err, "read %s", selector)
	}
	return strings.TrimSpace(text)
}

// Shows says whether the page shows this text anywhere, now, without waiting.
func (p *Page) Shows(text string) bool {
	p.t.Helper()
	quoted, _ := json.Marshal(text)
	yes, err := value(p, chromedp.Evaluate[bool](`document.body.innerText.includes(`+string(quoted)+`)`))
	if err != nil {
		p.fail(err, "look for %q", text)
	}
	return yes
}

// Count says how many elements match, now, without waiting.
func (p *Page) Count(selector string) int {
	p.t.Helper()
	quoted, _ := json.Marshal(selector)
	n, err := value(p, chromedp.Evaluate[int](`document.querySelectorAll(`+string(quoted)+`).length`))
	if err != nil {
		p.fail(err, "count %s", selector)
	}
	return n
}

// Path is the path and query the page stands at.
func (p *Page) Path() string {
	p.t.Helper()
	at, err := value(p, chromedp.Location())
	if err != nil {
		p.fail(err, "read the address")
	}
	return strings.TrimPrefix(at, p.base)
}

// Shot takes the whole page at a desk's width and at a telephone's, and fails
// the test (but goes on) when the telephone would have to scroll sideways.
func (p *Page) Shot(name string) {
	p.t.Helper()
	p.shot(fmt.Sprintf("%s-%d", name, deskWidth))
	if err := p.do(chromedp.EmulateViewport(phoneWidth, phoneHeight, chromedp.EmulateMobile, chromedp.EmulateTouch)); err != nil {
		p.fail(err, "turn to a telephone")
	}
	if wide, err := value(p, chromedp.Evaluate[int](`document.documentElement.scrollWidth`)); err != nil || wide > phoneWidth {
		p.t.Errorf("%s (%s) is %d pixels wide on a telephone of %d (%v)", name, p.Path(), wide, phoneWidth, err)
	}
	p.shot(fmt.Sprintf("%s-%d", name, phoneWidth))
	if err := p.do(chromedp.EmulateViewport(deskWidth, deskHeight)); err != nil {
		p.fail(err, "turn back to the desk")
	}
}

// Print shows the page as paper does from here on; Screen undoes it.
func (p *Page) Print()  { p.t.Helper(); p.media("print") }
func (p *Page) Screen() { p.t.Helper(); p.media("") }

func (p *Page) media(kind string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, stepLimit)
	defer cancel()
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: kind}); err != nil {
		p.fail(err, "show as %q", kind)
	}
}

func (p *Page) shot(name string) {
	p.t.Helper()
	png, err := value(p, chromedp.FullScreenshot(100))
	if err != nil {
		p.fail(err, "take a picture of %s", name)
	}
	p.save(name, png)
}

func (p *Page) save(name string, png []byte) string {
	p.t.Helper()
	dir := os.Getenv("XINSHU_SHOTS")
	if dir == "" {
		dir = "shots"
	}
	file := filepath.Join(dir, name+".png")
	err := os.MkdirAll(dir, 0o755)
	if err == nil {
		err = os.WriteFile(file, png, 0o644)
	}
	if err != nil {
		p.t.Errorf("saving %s: %v", file, err)
	}
	return file
}
