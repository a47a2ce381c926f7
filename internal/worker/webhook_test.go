package worker_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"xinshu/internal/blob"
	"xinshu/internal/courier"
	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/store"
	"xinshu/internal/testing/sample"
	"xinshu/internal/testing/storetest"
	"xinshu/internal/worker"
)

// receiver is somebody's server: it keeps what it took, and refuses when told.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	hang   bool
	secret string
	bad    string
	got    []flow.Notice
	came   chan struct{}
}

func newReceiver(t *testing.T) *receiver {
	x := &receiver{status: 200, came: make(chan struct{}, 1000)}
	x.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		x.mu.Lock()
		status, hang := x.status, x.hang
		if status == 200 && !hang {
			x.keep(r, body)
		}
		x.mu.Unlock()
		x.came <- struct{}{}
		if hang {
			<-r.Context().Done()
			return
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(x.Close)
	return x
}

// keep checks a message as a receiver should.
func (x *receiver) keep(r *http.Request, body []byte) {
	var n flow.Notice
	if err := json.Unmarshal(body, &n); err != nil {
		x.bad = err.Error()
	}
	at, v1, _ := strings.Cut(strings.TrimPrefix(r.Header.Get(courier.SignatureHeader), "t="), ",v1=")
	h := hmac.New(sha256.New, []byte(x.secret))
	io.WriteString(h, at+".")
	h.Write(body)
	if want := hex.EncodeToString(h.Sum(nil)); v1 != want {
		x.bad = "signature " + v1 + ", want " + want
	}
	if r.Header.Get(courier.IDHeader) != string(n.Fact.ID) {
		x.bad = "the id header is " + r.Header.Get(courier.IDHeader)
	}
	if strings.Contains(string(body), "正文") || len(n.Fact.Payload) > 0 {
		x.bad = "a text went out: " + string(body)
	}
	x.got = append(x.got, n)
}

func (x *receiver) set(status int, hang bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.status, x.hang = status, hang
}

// kinds is what came, in order; it fails the test on a message out of order.
func (x *receiver) kinds(t *testing.T) (out []fact.Kind) {
	t.Helper()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.bad != "" {
		t.Error(x.bad)
	}
	was := int64(0)
	for _, n := range x.got {
		if n.Fact.Position <= was {
			t.Errorf("position %d came after %d", n.Fact.Position, was)
		}
		was = n.Fact.Position
		out = append(out, n.Fact.Kind)
	}
	return out
}

// wired is a small world whose facts may leave the house, on one engine.
func wired(t *testing.T, c store.Config) (*sample.World, *worker.Worker) {
	t.Helper()
	clock := sample.NewClock()
	c.Clock, c.Mint = clock.Now, sample.Minter(clock)
	s := storetest.OpenWith(t, c)
	b, err := blob.Open(filepath.Join(t.TempDir(), "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	post := courier.New(courier.Config{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Timeout: 200 * time.Millisecond})
	f := flow.New(s, flow.Config{Location: time.FixedZone("CST", 8*3600), Blobs: b, Courier: post})
	w := sample.On(t, f, s, clock)
	return w, worker.New(s, f, worker.Config{Log: slog.New(slog.DiscardHandler), Clock: clock.Now, Poll: 5 * time.Millisecond})
}

func subscribe(t *testing.T, w *sample.World, x *receiver, unit string, kinds ...fact.Kind) flow.WebhookView {
	t.Helper()
	secret, v, err := w.Flow.AddWebhook(w.Ctx(), w.As("admin.C"), w.ID(unit), flow.AddWebhook{Name: "试用", URL: x.URL + "/hook", Kinds: kinds})
	if err != nil {
		t.Fatal(err)
	}
	x.secret = secret
	return v
}

// carry gives facts their positions and carries them once.
func carry(t *testing.T, w *sample.World, k *worker.Worker) int {
	t.Helper()
	if err := k.Drain(w.Ctx()); err != nil {
		t.Fatal(err)
	}
	n, err := k.Webhooks(w.Ctx())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func onBoth(t *testing.T, fn func(t *testing.T, c store.Config)) {
	t.Run("sqlite", func(t *testing.T) { c := storetest.SQLite(t); c.NoSync = true; fn(t, c) })
	t.Run("postgres", func(t *testing.T) { fn(t, storetest.Postgres(t)) })
}

func TestWebhookCarriesInOrderAndLosesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, c store.Config) {
		w, k := wired(t, c)
		x := newReceiver(t)
		h := subscribe(t, w, x, "T1", fact.ItemDrafted)
		draft(t, w, "一")
		if n := carry(t, w, k); n != 1 {
			t.Errorf("carried = %d, want 1", n)
		}
		x.set(500, false)
		draft(t, w, "二")
		draft(t, w, "三")
		carry(t, w, k)
		carry(t, w, k) // too early: nothing is tried
		v, err := w.Flow.Webhook(w.Ctx(), w.As("admin.C"), h.ID)
		if err != nil || v.Webhook.Attempts != 1 || v.Webhook.NextAt == 0 || len(v.Tries) != 2 || v.Tries[0].Status != 500 {
			t.Fatalf("after a failure = %+v, %v, want one failed attempt and a later time", v, err)
		}
		x.set(200, true)
		w.Clock.Pass(15 * time.Second)
		carry(t, w, k)
		if v, _ = w.Flow.Webhook(w.Ctx(), w.As("admin.C"), h.ID); v.Webhook.Attempts != 2 || v.Tries[0].Problem != "no answer in time" {
			t.Errorf("after a slow answer = %+v, want a second failed attempt", v)
		}
		x.set(200, false)
		w.Clock.Pass(time.Minute)
		// Another process takes over, as after a restart.
		k = worker.New(w.Store, flow.New(w.Store, flow.Config{Courier: courier.New(courier.Config{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})}), worker.Config{Clock: w.Clock.Now})
		if n := carry(t, w, k); n != 2 {
			t.Errorf("carried after it recovered = %d, want 2", n)
		}
		if got := x.kinds(t); len(got) != 3 {
			t.Errorf("came %v, want three drafts", got)
		}
		if n := carry(t, w, k); n != 0 {
			t.Errorf("carried again = %d, want nothing", n)
		}
	})
}

func TestWebhookPausesAfterDaysAndGoesOn(t *testing.T) {
	c := storetest.SQLite(t)
	c.NoSync = true
	w, k := wired(t, c)
	x := newReceiver(t)
	h := subscribe(t, w, x, "T1", fact.ItemDrafted)
	x.set(503, false)
	draft(t, w, "一")
	attempts := 0
	for range 40 {
		carry(t, w, k)
		v, err := w.Flow.Webhook(w.Ctx(), w.As("admin.C"), h.ID)
		if err != nil {
			t.Fatal(err)
		}
		if v.Webhook.State != "active" {
			if v.Webhook.State != "paused" || v.Webhook.Reason != "failing" {
				t.Errorf("webhook = %+v, want it paused as failing", v.Webhook)
			}
			break
		}
		attempts++
		w.Clock.Pass(24 * time.Hour)
	}
	if attempts < 10 || attempts > 20 {
		t.Errorf("it was tried %d times before it paused, want 10 to 20", attempts)
	}
	x.set(200, false)
	draft(t, w, "二")
	if n := carry(t, w, k); n != 0 {
		t.Errorf("carried while paused = %d, want nothing", n)
	}
	if _, err := w.Flow.ResumeWebhook(w.Ctx(), w.As("admin.C"), h.ID); err != nil {
		t.Fatal(err)
	}
	if n := carry(t, w, k); n != 2 {
		t.Errorf("carried after it went on = %d, want both drafts", n)
	}
	if _, err := w.Flow.EndWebhook(w.Ctx(), w.As("admin.C"), h.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Flow.ResumeWebhook(w.Ctx(), w.As("admin.C"), h.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("resuming an ended one = %v, want a conflict", err)
	}
}

// A unit gets what it may see and no more.
func TestWebhookSeesWhatItsUnitSees(t *testing.T) {
	c := storetest.SQLite(t)
	c.NoSync = true
	w, k := wired(t, c)
	town, other, office, city := newReceiver(t), newReceiver(t), newReceiver(t), newReceiver(t)
	subscribe(t, w, town, "T1")
	subscribe(t, w, other, "T2")
	subscribe(t, w, office, "K1")
	subscribe(t, w, city, "C")
	it, err := w.Flow.Draft(w.Ctx(), w.As("reporter.T1"), flow.Draft{Unit: w.ID("T1"), Title: "备水春灌", Body: strings.Repeat("正文", 60), Genre: "news", Form: "brief"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Flow.Submit(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Submit{Seen: 1}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Flow.SignOff(w.Ctx(), w.As("signer.T1"), it.ID, flow.SignOff{Seen: 1}); err != nil {
		t.Fatal(err)
	}
	pg, err := w.Flow.Filings(w.Ctx(), w.As("editor.K1"), flow.FilingsQuery{})
	if err != nil || len(pg.Rows) != 1 {
		t.Fatalf("filings = %v, %v, want one", pg.Rows, err)
	}
	id := pg.Rows[0].ID
	if _, err := w.Flow.Receive(w.Ctx(), w.As("editor.K1"), id); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Flow.ReviseFiling(w.Ctx(), w.As("editor.K1"), id, flow.ReviseFiling{Title: "编", Body: "正文改"}); err != nil {
		t.Fatal(err)
	}
	carry(t, w, k)
	if got, want := town.kinds(t), []fact.Kind{fact.WebhookSet, fact.ItemDrafted, fact.ItemSubmitted, fact.ItemSigned, fact.FilingFiled, fact.FilingReceived}; !slices.Equal(got, want) {
		t.Errorf("the township got %v, want %v", got, want)
	}
	if got, want := office.kinds(t), []fact.Kind{fact.WebhookSet, fact.FilingFiled, fact.FilingReceived, fact.FilingRevised}; !slices.Equal(got, want) {
		t.Errorf("the county got %v, want %v", got, want)
	}
	for name, x := range map[string]*receiver{"another township": other, "the city": city} {
		if got := x.kinds(t); !slices.Equal(got, []fact.Kind{fact.WebhookSet}) {
			t.Errorf("%s got %v, want only its own subscription", name, got)
		}
	}
	for _, n := range town.got {
		if n.Fact.Kind == fact.FilingReceived && (n.Fact.Actor != "" || n.Fact.Post != "") {
			t.Errorf("the township was told who at the desk acted: %+v", n.Fact)
		}
		if n.Fact.Kind == fact.FilingReceived && n.IDs["item"] != string(it.ID) {
			t.Errorf("ids = %v, want the item", n.IDs)
		}
	}
}

func TestWebhookBelongsToAdministrators(t *testing.T) {
	c := storetest.SQLite(t)
	c.NoSync = true
	w, k := wired(t, c)
	x := newReceiver(t)
	h := subscribe(t, w, x, "T1")
	for _, who := range []string{"reporter.T1", "chief.K1", "security.C", "auditor.C"} {
		if _, err := w.Flow.Webhook(w.Ctx(), w.As(who), h.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("Webhook as %s = %v, want not found", who, err)
		}
		if _, err := w.Flow.TestWebhook(w.Ctx(), w.As(who), h.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("TestWebhook as %s = %v, want not found", who, err)
		}
		if _, err := w.Flow.EndWebhook(w.Ctx(), w.As(who), h.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("EndWebhook as %s = %v, want not found", who, err)
		}
		if _, err := w.Flow.Webhooks(w.Ctx(), w.As(who), w.ID("T1")); !fault.Is(err, fault.Denied) {
			t.Errorf("Webhooks as %s = %v, want denied", who, err)
		}
		if _, _, err := w.Flow.AddWebhook(w.Ctx(), w.As(who), w.ID("T1"), flow.AddWebhook{Name: "x", URL: x.URL}); !fault.Is(err, fault.Denied) {
			t.Errorf("AddWebhook as %s = %v, want denied", who, err)
		}
	}
	_, _, err := w.Flow.AddWebhook(w.Ctx(), w.As("admin.C"), w.ID("T1"), flow.AddWebhook{URL: "https://10.0.0.1/", Kinds: []fact.Kind{"item.singed"}})
	bad, _ := fault.BadFields(err)
	var codes []string
	for _, f := range bad {
		codes = append(codes, f.Path+" "+f.Code+" "+f.Params["near"])
	}
	if want := []string{"name required ", "url closed_address ", "kinds[0] not_one_of item.signed"}; !slices.Equal(codes, want) {
		t.Errorf("a bad subscription = %q, want %q", codes, want)
	}
	y, err := w.Flow.TestWebhook(w.Ctx(), w.As("admin.C"), h.ID)
	if err != nil || y.Status != 200 || len(x.got) != 1 || !x.got[0].Test {
		t.Errorf("TestWebhook = %+v, %v, want a taken test message", y, err)
	}
	if n := carry(t, w, k); n != 1 {
		t.Errorf("carried after a test = %d, want the one fact of the subscription", n)
	}
}

// TestRunCarries waits for messages, not for time, and stops while one hangs.
func TestRunCarries(t *testing.T) {
	c := storetest.SQLite(t)
	c.NoSync = true
	w, k := wired(t, c)
	x := newReceiver(t)
	subscribe(t, w, x, "T1", fact.ItemDrafted)
	run := func() (stop func()) {
		ctx, cancel := context.WithCancel(w.Ctx())
		ended := make(chan struct{})
		go func() { defer close(ended); k.Run(ctx) }()
		return func() { cancel(); <-ended }
	}
	stop := run()
	draft(t, w, "一")
	<-x.came
	x.set(200, true)
	draft(t, w, "二")
	<-x.came
	stop()
	x.set(200, false)
	w.Clock.Pass(time.Hour)
	stop = run()
	for len(x.kinds(t)) < 2 {
		<-x.came
	}
	stop()
	if got := x.kinds(t); len(got) != 2 {
		t.Errorf("came %v, want each draft once", got)
	}
}
