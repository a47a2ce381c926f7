package worker_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"net/netip"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"xinshu/internal/blob"
	"xinshu/internal/courier"
	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/item"
	"xinshu/internal/store"
	"xinshu/internal/testing/sample"
	"xinshu/internal/testing/storetest"
	"xinshu/internal/web"
	"xinshu/internal/worker"
)

// postOffice is a real mail server: it keeps what it took, and refuses when told.
type postOffice struct {
	*smtp.Server
	port int

	mu   sync.Mutex
	code int // refuse with this instead of taking
	got  []letter
}

type letter struct{ to, subject, body, id string }

func newPostOffice(t *testing.T) *postOffice {
	t.Helper()
	x := &postOffice{}
	x.Server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &visit{office: x}, nil }))
	x.Domain = "localhost"
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	x.port = ln.Addr().(*net.TCPAddr).Port
	done := make(chan struct{})
	go func() { defer close(done); _ = x.Serve(ln) }()
	t.Cleanup(func() { _ = x.Close(); <-done })
	return x
}

func (x *postOffice) refuse(code int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.code = code
}

// letters are what came since the last look.
func (x *postOffice) letters() []letter {
	x.mu.Lock()
	defer x.mu.Unlock()
	out := x.got
	x.got = nil
	return out
}

type visit struct {
	office *postOffice
	to     string
}

func (v *visit) Mail(string, *smtp.MailOptions) error      { return nil }
func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error { v.to = to; return nil }
func (v *visit) Reset()                                    {}
func (v *visit) Logout() error                             { return nil }
func (v *visit) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	body, err := readBody(m)
	if err != nil {
		return err
	}
	v.office.mu.Lock()
	defer v.office.mu.Unlock()
	if v.office.code != 0 {
		return &smtp.SMTPError{Code: v.office.code, EnhancedCode: smtp.EnhancedCode{v.office.code / 100, 0, 0}, Message: "not now"}
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return err
	}
	v.office.got = append(v.office.got, letter{v.to, subject, body, m.Header.Get("Message-ID")})
	return nil
}

func readBody(m *mail.Message) (string, error) {
	b, err := io.ReadAll(decoded(m))
	return string(b), err
}

// told is a small world that can send mail and messages, on one engine.
func told(t *testing.T, c store.Config) (*sample.World, *worker.Worker, *postOffice) {
	t.Helper()
	clock := sample.NewClock()
	c.Clock, c.Mint = clock.Now, sample.Minter(clock)
	s := storetest.OpenWith(t, c)
	b, err := blob.Open(filepath.Join(t.TempDir(), "blobs"))
	if err != nil {
		t.Fatal(err)
	}
	x := newPostOffice(t)
	zone := time.FixedZone("CST", 8*3600)
	scribe, err := web.NewScribe("https://xinshu.example", clock.Now, zone)
	if err != nil {
		t.Fatal(err)
	}
	f := flow.New(s, flow.Config{Location: zone, Blobs: b, Scribe: scribe,
		Mail:    courier.NewMailer(courier.MailConfig{Host: "127.0.0.1", Port: x.port, TLS: courier.Plain, From: "xinshu@example.gov.cn", Timeout: 5 * time.Second}),
		Courier: courier.New(courier.Config{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Timeout: 2 * time.Second})})
	w := sample.On(t, f, s, clock)
	return w, worker.New(s, f, worker.Config{Log: slog.New(slog.DiscardHandler), Clock: clock.Now, Poll: 5 * time.Millisecond}), x
}

// tell brings the projections up to date and sends what is due.
func tell(t *testing.T, w *sample.World, k *worker.Worker) int {
	t.Helper()
	if err := k.Drain(w.Ctx()); err != nil {
		t.Fatal(err)
	}
	n, err := k.Tell(w.Ctx())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

var sixFigures = regexp.MustCompile(`\b[0-9]{6}\b`)

// mailTo proves an address of a person's with the code that came to it.
func mailTo(t *testing.T, w *sample.World, x *postOffice, who string, kinds ...flow.NoteKind) {
	t.Helper()
	address := strings.ToLower(who) + "@example.gov.cn"
	if _, v, err := w.Flow.SetChannel(w.Ctx(), w.As(who), "mail", flow.SetChannel{Address: address, Kinds: kinds}); err != nil || v.State != "asked" {
		t.Fatalf("SetChannel = %+v, %v, want it to ask for the code", v, err)
	}
	ls := x.letters()
	if len(ls) != 1 || ls[0].to != address {
		t.Fatalf("letters = %+v, want one with the code to %s", ls, address)
	}
	code := sixFigures.FindString(ls[0].body)
	if v, err := w.Flow.ConfirmChannel(w.Ctx(), w.As(who), "mail", flow.ConfirmChannel{Code: code}); err != nil || v.State != "on" {
		t.Fatalf("ConfirmChannel(%s) = %+v, %v, want it on", code, v, err)
	}
}

// submitted drafts and submits an item of T1.
func submitted(t *testing.T, w *sample.World, title string) item.Item {
	t.Helper()
	it, err := w.Flow.Draft(w.Ctx(), w.As("reporter.T1"), flow.Draft{Unit: w.ID("T1"), Title: title, Body: strings.Repeat("正文", 60), Genre: "news", Form: "brief"})
	if err != nil {
		t.Fatal(err)
	}
	if it, err = w.Flow.Submit(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Submit{Seen: 1}); err != nil {
		t.Fatal(err)
	}
	return it
}

func sendBack(t *testing.T, w *sample.World, it item.Item) {
	t.Helper()
	if _, err := w.Flow.SendBack(w.Ctx(), w.As("signer.T1"), it.ID, flow.SendBack{Reason: "no_figures", Remark: "写上数"}); err != nil {
		t.Fatal(err)
	}
}

func kindsOf(t *testing.T, w *sample.World, who string) (out []flow.NoteKind) {
	t.Helper()
	pg, err := w.Flow.Notifications(w.Ctx(), w.As(who), flow.NotesQuery{})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range pg.Rows {
		out = append(out, n.Kind)
	}
	return out
}

func TestPeopleAreToldWhatConcernsThem(t *testing.T) {
	onBoth(t, func(t *testing.T, c store.Config) {
		w, k, _ := told(t, c)
		it := submitted(t, w, "备水春灌")
		tell(t, w, k)
		if got := kindsOf(t, w, "signer.T1"); !slices.Equal(got, []flow.NoteKind{flow.NoteToCheck}) {
			t.Errorf("the signer is told %v, want that an item waits", got)
		}
		if got := kindsOf(t, w, "reporter.T1"); len(got) != 0 {
			t.Errorf("the reporter is told %v of what he did himself, want nothing", got)
		}
		sendBack(t, w, it)
		tell(t, w, k)
		pg, err := w.Flow.Notifications(w.Ctx(), w.As("reporter.T1"), flow.NotesQuery{})
		if err != nil || len(pg.Rows) != 1 {
			t.Fatalf("notifications of the reporter = %+v, %v, want one", pg.Rows, err)
		}
		if got := kindsOf(t, w, "signer.T1"); len(got) != 0 {
			t.Errorf("the signer is still told %v of what he sent back, want nothing", got)
		}
		n := pg.Rows[0]
		if n.Kind != flow.NoteSentBack || n.Title != "备水春灌" || n.Reason != "no_figures" || n.Remark != "写上数" || n.Read {
			t.Errorf("notification = %+v, want the item sent back with its reason, unread", n)
		}
		if got, err := w.Flow.Unread(w.Ctx(), w.As("reporter.T1")); err != nil || got != 1 {
			t.Errorf("Unread = %d, %v, want 1", got, err)
		}
		if err := w.Flow.ReadNote(w.Ctx(), w.As("reporter.T1"), n.Position); err != nil {
			t.Fatal(err)
		}
		if got, _ := w.Flow.Unread(w.Ctx(), w.As("reporter.T1")); got != 0 {
			t.Errorf("Unread after reading = %d, want 0", got)
		}
		if err := w.Flow.ReadNote(w.Ctx(), w.As("reporter.T2"), n.Position); !fault.Is(err, fault.NotFound) {
			t.Errorf("reading another's = %v, want not found", err)
		}
		for _, who := range []string{"reporter.T2", "editor.K1", "auditor.C"} {
			if got := kindsOf(t, w, who); len(got) != 0 {
				t.Errorf("%s is told %v, want nothing", who, got)
			}
		}
		submitted(t, w, "二")
		tell(t, w, k)
		if got, _ := w.Flow.Unread(w.Ctx(), w.As("signer.T1")); got != 1 {
			t.Errorf("Unread of the signer with one that waits = %d, want 1", got)
		}
		last, err := w.Flow.Notifications(w.Ctx(), w.As("signer.T1"), flow.NotesQuery{Unread: true})
		if err != nil || len(last.Rows) != 1 {
			t.Fatalf("unread of the signer = %+v, %v, want one", last.Rows, err)
		}
		if err := w.Flow.ReadNotes(w.Ctx(), w.As("signer.T1"), last.Rows[0].Position); err != nil {
			t.Fatal(err)
		}
		if got, _ := w.Flow.Unread(w.Ctx(), w.As("signer.T1")); got != 0 {
			t.Errorf("Unread of the signer after all are read = %d, want 0", got)
		}
	})
}

func TestNotesAreMadeAgainFromTheRecord(t *testing.T) {
	onBoth(t, func(t *testing.T, c store.Config) {
		w, k, _ := told(t, c)
		sendBack(t, w, submitted(t, w, "一"))
		submitted(t, w, "二")
		tell(t, w, k)
		dump := func() string {
			var b strings.Builder
			if err := w.Store.Dump(w.Ctx(), "notes", &b); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
		first := dump()
		if strings.Count(first, "\n") != 2 {
			t.Fatalf("notes =\n%s\nwant the one sent back and the one that waits", first)
		}
		if err := w.Store.Rebuild(w.Ctx(), "notes"); err != nil {
			t.Fatal(err)
		}
		if err := k.Drain(w.Ctx()); err != nil {
			t.Fatal(err)
		}
		if again := dump(); again != first {
			t.Errorf("made again =\n%s\nwant\n%s", again, first)
		}
	})
}

func TestMailGoesOnceAndOnlyToAProvedAddress(t *testing.T) {
	onBoth(t, func(t *testing.T, c store.Config) {
		w, k, x := told(t, c)
		if _, _, err := w.Flow.SetChannel(w.Ctx(), w.As("reporter.T1"), "mail", flow.SetChannel{Address: "a@example.gov.cn", Kinds: flow.NoteKinds}); err != nil {
			t.Fatal(err)
		}
		x.letters() // the code, which nobody types
		sendBack(t, w, submitted(t, w, "没有验证"))
		if n := tell(t, w, k); n != 0 || len(x.letters()) != 0 {
			t.Errorf("sent to an address that was not proved = %d, want nothing", n)
		}
		if _, err := w.Flow.ConfirmChannel(w.Ctx(), w.As("reporter.T1"), "mail", flow.ConfirmChannel{Code: "12345"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a wrong code = %v, want it invalid", err)
		}
		mailTo(t, w, x, "signer.T1", flow.NoteToCheck)
		it := submitted(t, w, "稻田养鱼增收")
		if n := tell(t, w, k); n != 1 {
			t.Errorf("sent = %d, want 1", n)
		}
		ls := x.letters()
		if len(ls) != 1 || !strings.Contains(ls[0].subject, "稻田养鱼增收") || !strings.Contains(ls[0].body, "https://xinshu.example/notifications/") || strings.Contains(ls[0].body, "正文") {
			t.Fatalf("letters = %+v, want one with the title and a link and no text", ls)
		}
		for range 3 {
			tell(t, w, k)
			w.Clock.Pass(time.Hour)
		}
		if err := w.Store.Rebuild(w.Ctx(), "notes"); err != nil {
			t.Fatal(err)
		}
		if tell(t, w, k); len(x.letters()) != 0 {
			t.Errorf("it was sent again")
		}
		if _, err := w.Flow.RestrictItem(w.Ctx(), w.As("signer.T1"), it.ID, flow.Restrict{On: true, Reason: "内部掌握"}); err != nil {
			t.Fatal(err)
		}
		mailTo(t, w, x, "reporter.T1", flow.NoteSentBack)
		sendBack(t, w, it)
		tell(t, w, k)
		if ls := x.letters(); len(ls) != 1 || strings.Contains(ls[0].subject+ls[0].body, "稻田") || strings.Contains(ls[0].body, "写上数") {
			t.Errorf("letters about a restricted item = %+v, want one without its title or the remark", ls)
		}
	})
}

func TestMailIsTriedAgainWithGrowingPauses(t *testing.T) {
	onBoth(t, func(t *testing.T, c store.Config) {
		w, k, x := told(t, c)
		mailTo(t, w, x, "signer.T1", flow.NoteToCheck)
		x.refuse(451)
		submitted(t, w, "一")
		pauses := []int64{}
		for range 3 {
			tell(t, w, k)
			v, err := w.Flow.NotifySettings(w.Ctx(), w.As("signer.T1"))
			if err != nil || len(v.Sends) != 1 || v.Sends[0].State != "waiting" || v.Sends[0].Problem == "" {
				t.Fatalf("settings = %+v, %v, want one copy that waits, with its problem", v, err)
			}
			pauses = append(pauses, v.Sends[0].NextAt-v.Sends[0].At)
			w.Clock.Pass(time.Duration(pauses[len(pauses)-1]) * time.Microsecond)
		}
		if !slices.IsSorted(pauses) || pauses[0] == pauses[2] {
			t.Errorf("pauses = %v, want them to grow", pauses)
		}
		x.refuse(0)
		if n := tell(t, w, k); n != 1 || len(x.letters()) != 1 {
			t.Errorf("sent after it recovered = %d, want 1", n)
		}
		x.refuse(550)
		submitted(t, w, "二")
		tell(t, w, k)
		if v, _ := w.Flow.NotifySettings(w.Ctx(), w.As("signer.T1")); v.Sends[0].State != "failed" || !strings.Contains(v.Sends[0].Problem, "550") {
			t.Errorf("a letter refused for good = %+v, want it failed and said why", v.Sends[0])
		}
	})
}

func TestQuietHoursKeepAllButWhatPresses(t *testing.T) {
	onBoth(t, func(t *testing.T, c store.Config) {
		w, k, x := told(t, c)
		mailTo(t, w, x, "signer.T1", flow.NoteToCheck)
		now := w.Clock.Now().In(time.FixedZone("CST", 8*3600))
		quiet := flow.Quiet{From: now.Add(-time.Hour).Format("15:04"), Until: now.Add(2 * time.Hour).Format("15:04")}
		if err := w.Flow.SetQuiet(w.Ctx(), w.As("signer.T1"), quiet); err != nil {
			t.Fatal(err)
		}
		submitted(t, w, "一")
		submitted(t, w, "二")
		it, err := w.Flow.Draft(w.Ctx(), w.As("reporter.T1"), flow.Draft{Unit: w.ID("T1"), Title: "山洪", Body: strings.Repeat("正文", 60), Genre: "news", Form: "brief", Urgent: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Flow.Submit(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Submit{Seen: 1}); err != nil {
			t.Fatal(err)
		}
		tell(t, w, k)
		if ls := x.letters(); len(ls) != 1 || !strings.Contains(ls[0].subject, "山洪") {
			t.Errorf("letters in quiet hours = %+v, want the urgent one alone", ls)
		}
		w.Clock.Pass(2*time.Hour + time.Minute)
		tell(t, w, k)
		if ls := x.letters(); len(ls) != 1 || !strings.Contains(ls[0].body, "一") || !strings.Contains(ls[0].body, "二") {
			t.Errorf("letters after quiet hours = %+v, want one with both", ls)
		}
	})
}

func TestAHookIsProvedAndSigned(t *testing.T) {
	c := storetest.SQLite(t)
	c.NoSync = true
	w, k, _ := told(t, c)
	x := newBox(t)
	secret, v, err := w.Flow.SetChannel(w.Ctx(), w.As("signer.T1"), "hook", flow.SetChannel{Address: x.URL, Kinds: []flow.NoteKind{flow.NoteToCheck}})
	if err != nil || v.State != "asked" || secret == "" {
		t.Fatalf("SetChannel = %q, %+v, %v, want it to ask for the code and show the secret", secret, v, err)
	}
	code := x.last(t, secret).Code
	if _, err := w.Flow.ConfirmChannel(w.Ctx(), w.As("signer.T1"), "hook", flow.ConfirmChannel{Code: code}); err != nil {
		t.Fatal(err)
	}
	submitted(t, w, "稻田养鱼增收")
	if n := tell(t, w, k); n != 1 {
		t.Errorf("sent = %d, want 1", n)
	}
	if m := x.last(t, secret); len(m.Notifications) != 1 || m.Notifications[0].Title != "稻田养鱼增收" || m.Text == "" {
		t.Errorf("message = %+v, want the item in words and in fields", m)
	}
	if err := w.Flow.EndChannel(w.Ctx(), w.As("signer.T1"), "hook"); err != nil {
		t.Fatal(err)
	}
	submitted(t, w, "二")
	if n := tell(t, w, k); n != 0 {
		t.Errorf("sent after it ended = %d, want nothing", n)
	}
}

func TestCodesRunOut(t *testing.T) {
	c := storetest.SQLite(t)
	c.NoSync = true
	w, _, x := told(t, c)
	me := w.As("reporter.T1")
	ask := func() error {
		_, _, err := w.Flow.SetChannel(w.Ctx(), me, "mail", flow.SetChannel{Address: "a@example.gov.cn"})
		return err
	}
	if err := ask(); err != nil {
		t.Fatal(err)
	}
	code := sixFigures.FindString(x.letters()[0].body)
	for range 5 {
		if _, err := w.Flow.ConfirmChannel(w.Ctx(), me, "mail", flow.ConfirmChannel{Code: "1"}); !fault.Is(err, fault.Invalid) {
			t.Fatalf("a wrong code = %v, want it invalid", err)
		}
	}
	if _, err := w.Flow.ConfirmChannel(w.Ctx(), me, "mail", flow.ConfirmChannel{Code: code}); !fault.Is(err, fault.Denied) {
		t.Errorf("the right code after five wrong ones = %v, want it refused", err)
	}
	for range 4 {
		if err := ask(); err != nil {
			t.Fatal(err)
		}
	}
	if err := ask(); !fault.Is(err, fault.Denied) {
		t.Errorf("a sixth code within the hour = %v, want it refused", err)
	}
	w.Clock.Pass(time.Hour + time.Minute)
	x.letters()
	if err := ask(); err != nil {
		t.Fatal(err)
	}
	code = sixFigures.FindString(x.letters()[0].body)
	once := flow.WithKey(w.Ctx(), "confirm-once")
	for range 2 { // the answer was lost on the way, and the same is asked again
		if v, err := w.Flow.ConfirmChannel(once, w.As("reporter.T1"), "mail", flow.ConfirmChannel{Code: code}); err != nil || v.State != store.ChannelOn {
			t.Errorf("the right code with a key = %+v, %v, want the address on", v, err)
		}
	}
	if err := w.Flow.EndChannel(w.Ctx(), me, "mail"); err != nil {
		t.Fatal(err)
	}
	if err := ask(); err != nil {
		t.Fatal(err)
	}
	code = sixFigures.FindString(x.letters()[0].body)
	w.Clock.Pass(31 * time.Minute)
	if _, err := w.Flow.ConfirmChannel(w.Ctx(), me, "mail", flow.ConfirmChannel{Code: code}); !fault.Is(err, fault.Denied) {
		t.Errorf("a code of half an hour ago = %v, want it refused", err)
	}
	if _, _, err := w.Flow.SetChannel(w.Ctx(), me, "mail", flow.SetChannel{Address: "a@example.gov.cn\r\nBcc: b@example.gov.cn"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("an address with a line break = %v, want it invalid", err)
	}
}

// box is somebody's own address on the web.
type box struct {
	*httptest.Server
	mu   sync.Mutex
	body []byte
	sign string
}

func newBox(t *testing.T) *box {
	x := &box{}
	x.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		x.mu.Lock()
		defer x.mu.Unlock()
		x.body, x.sign = b, r.Header.Get(courier.SignatureHeader)
	}))
	t.Cleanup(x.Close)
	return x
}

type boxMessage struct {
	Text, Code    string
	Notifications []flow.Notification
}

// last is the newest message, whose signature must be right.
func (x *box) last(t *testing.T, secret string) (m boxMessage) {
	t.Helper()
	x.mu.Lock()
	defer x.mu.Unlock()
	at, _, _ := strings.Cut(strings.TrimPrefix(x.sign, "t="), ",")
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil || courier.Sign(secret, seconds, x.body) != x.sign {
		t.Errorf("signature = %q, %v, want that of the body", x.sign, err)
	}
	if err := json.Unmarshal(x.body, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// decoded reads a letter's text, however it was packed.
func decoded(m *mail.Message) io.Reader {
	switch strings.ToLower(m.Header.Get("Content-Transfer-Encoding")) {
	case "quoted-printable":
		return quotedprintable.NewReader(m.Body)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, m.Body)
	}
	return m.Body
}

func TestWhoIsNamedInACommentIsTold(t *testing.T) {
	onBoth(t, func(t *testing.T, c store.Config) {
		w, k, _ := told(t, c)
		it := submitted(t, w, "稻田养鱼增收")
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
		me, err := w.Flow.Me(w.Ctx(), w.As("chief.K1"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Flow.Comment(w.Ctx(), w.As("editor.K1"), id, flow.WriteComment{Para: 1, Text: "@" + me.Person.Name + " 有没有出处？", Seen: 1}); err != nil {
			t.Fatal(err)
		}
		tell(t, w, k)
		if got := kindsOf(t, w, "chief.K1"); !slices.Contains(got, flow.NoteMentioned) {
			t.Errorf("the chief is told %v, want that he was named", got)
		}
	})
}

// TestQuietDaysFollowTheCalendar: who wants no copies on days off has none on a
// holiday in the middle of the week, and has them on a weekend that is worked.
func TestQuietDaysFollowTheCalendar(t *testing.T) {
	onBoth(t, func(t *testing.T, c store.Config) {
		w, k, x := told(t, c)
		mailTo(t, w, x, "signer.T1", flow.NoteToCheck)
		if err := w.Flow.SetQuiet(w.Ctx(), w.As("signer.T1"), flow.Quiet{Weekends: true}); err != nil {
			t.Fatal(err)
		}
		today := w.Clock.Now().In(w.Flow.Location())
		monday := time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, today.Location())
		if monday.Weekday() != time.Monday {
			t.Fatalf("the sample world begins on a %s; this test counts from a Monday", monday.Weekday())
		}
		on := func(later int) string { return monday.AddDate(0, 0, later).Format(time.DateOnly) }
		sheet := on(0) + ",休,假日\n" + on(1) + ",休,假日\n" + on(5) + ",班,假日\n"
		if _, err := w.Flow.SetCalendar(w.Ctx(), w.As("admin.C"), monday.Year(), flow.SetCalendar{Source: "通知", CSV: sheet}); err != nil {
			t.Fatal(err)
		}
		until := func(later, hour int) {
			w.Clock.Pass(monday.AddDate(0, 0, later).Add(time.Duration(hour) * time.Hour).Sub(w.Clock.Now()))
		}
		for _, day := range []struct {
			later int
			sends bool
		}{{0, false}, {1, false}, {2, true}, {5, true}, {6, false}, {7, true}} {
			until(day.later, 9)
			title := "第" + strconv.Itoa(day.later) + "天"
			submitted(t, w, title)
			tell(t, w, k)
			all := ""
			for _, l := range x.letters() {
				all += l.subject + l.body
			}
			if strings.Contains(all, title) != day.sends {
				t.Errorf("on %s letters were %q, want the text of the day in them: %t", on(day.later), all, day.sends)
			}
		}
	})
}
