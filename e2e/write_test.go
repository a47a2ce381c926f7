package e2e

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"xinshu/internal/org"
)

// phone turns the page to a telephone from here on.
func (p *Page) phone() {
	p.t.Helper()
	if err := p.do(chromedp.EmulateViewport(phoneWidth, phoneHeight, chromedp.EmulateMobile, chromedp.EmulateTouch)); err != nil {
		p.fail(err, "turn to a telephone")
	}
}

// unplug takes the network away, or gives it back.
func (p *Page) unplug(off bool) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, stepLimit)
	defer cancel()
	worker := true
	_, err := chromedp.Call(ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{EmulateOfflineServiceWorker: &worker,
		MatchedNetworkConditions: []*network.Conditions{{Offline: off, DownloadThroughput: -1, UploadThroughput: -1}}})
	if err == nil {
		_, err = chromedp.Call(ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: off, DownloadThroughput: -1, UploadThroughput: -1})
	}
	if err != nil {
		p.fail(err, "take the network away: %v", off)
	}
}

// forgotten ends the session: the browser has lost its cookie.
func (p *Page) forgotten() {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, stepLimit)
	defer cancel()
	if _, err := chromedp.Call(ctx, network.ClearBrowserCookies, struct{}{}); err != nil {
		p.fail(err, "lose the cookies")
	}
}

// paste puts something on the clipboard's way into a field.
func (p *Page) paste(selector, kind, what string) {
	p.t.Helper()
	q, _ := json.Marshal([]string{selector, kind, what})
	eval[bool](p, `(([s, kind, what]) => {
		const e = document.querySelector(s), d = new DataTransfer();
		d.setData(kind, what);
		e.focus();
		const event = new ClipboardEvent("paste", {clipboardData: d, bubbles: true, cancelable: true});
		if (e.dispatchEvent(event)) e.setRangeText(what, e.selectionStart, e.selectionEnd, "end"), e.dispatchEvent(new Event("input", {bubbles: true}));
		return true;
	})(`+string(q)+`)`)
}

// titled counts the items of a title in a person's own list.
func (p *Page) titled(title string) int {
	p.t.Helper()
	p.Go("/items?mine=1")
	q, _ := json.Marshal(title)
	return eval[int](p, `[...document.querySelectorAll("a.x-row__title")].filter((a) => a.textContent.trim() === `+string(q)+`).length`)
}

// The way of a reporter on a telephone, from the start page to the checker's desk,
// and back again while nobody has looked.
func TestWriteOnAPhone(t *testing.T) {
	const title = "青禾镇提前启动枫树湾水库清淤"
	p := signIn(t, "信息员")
	p.phone()
	began, taps := time.Now(), 0
	tap := func(selector string) { taps++; p.Click(selector) }
	taps++
	p.Follow(`.x-nav a[href="/items/new"]`)
	if said := p.Text("main"); strings.Contains(said, "06") && strings.Contains(said, "· 林小满 06") {
		t.Errorf("the head shows an identifier: %.80s", said)
	}
	tap("#f-title")
	p.Type("#f-title", title)
	tap("#f-body")
	p.Type("#f-body", "11月20日，青禾镇枫树湾水库清淤开工，计划12月18日前完成，比往年早23天。")
	p.WaitText("够一条简讯")
	p.WaitText("已存")
	p.becomes(`location.pathname.endsWith("/edit")`) // the draft is there
	send := `#bar button[value="submit"]`
	if said := p.Text(send); !strings.HasPrefix(said, "送") || !strings.Contains(said, "审核") {
		t.Errorf("the button says %q, want to whom it sends", said)
	}
	taps++
	p.Follow(send)
	if took := time.Since(began); taps > 5 || took > 2*time.Minute {
		t.Errorf("from the start page it took %d taps and %s, want at most 5 taps besides typing, in two minutes", taps, took)
	} else {
		t.Logf("%d taps, %s with a machine's typing", taps, took.Round(time.Second))
	}
	p.WaitText("已送审")
	p.shot("write-sent-390")
	p.Follow(`form[action$="/unsend"] button`)
	p.WaitText("收回来了")
	p.Follow(`#bar button[value="submit"]`)
	reviewer := signIn(t, "审核人")
	reviewer.Go("/sign-offs")
	reviewer.FollowText(title)
	p.Go(p.Path())
	if n := p.Count(`form[action$="/unsend"]`); n != 0 {
		t.Errorf("buttons to take back what the reviewer has opened = %d, want none", n)
	}
	if n := p.titled(title); n != 1 {
		t.Errorf("items of that title = %d, want 1", n)
	}
}

// The session ends while somebody types: the page says so, keeps everything, and
// goes on after signing in on the page itself.
func TestWriteSignedOut(t *testing.T) {
	demoCity(t)
	login := loginOf(t, "970121100", org.Reporter)
	for _, width := range []string{"desk", "phone"} {
		p := Open(t, demoCity(t))
		p.Allow(`403`)
		if width == "phone" {
			p.phone()
		}
		p.Go("/sign-in")
		p.Type("#f-login", login)
		p.Type("#f-password", ownPassword)
		p.Follow(".x-door__form button")
		p.Go("/items/new")
		p.Type("#f-title", "过期前打的"+width)
		p.WaitText("已存")
		p.becomes(`location.pathname.endsWith("/edit")`)
		p.forgotten()
		p.Type("#f-body", "过期以后打的字，一个也不少：镕喆堃䶮 🌾")
		p.Wait("#resign")
		p.shot("write-signed-out-" + width)
		p.Type("#f-login", login)
		p.Type("#f-password", "not the password")
		p.Click("#resign button")
		p.becomes(`document.querySelector("#resign-said").textContent !== ""`)
		p.Type("#f-password", ownPassword)
		p.Click("#resign button")
		p.becomes(`document.querySelector("#resign").hidden && /已存/.test(document.querySelector("#saved").textContent)`)
		p.Go(p.Path())
		if got := eval[string](p, `document.querySelector("#f-body").value`); got != "过期以后打的字，一个也不少：镕喆堃䶮 🌾" {
			t.Errorf("on a %s the text after signing in again is %q", width, got)
		}
	}
}

// Without a network the text stays on the device, also over plain HTTP, survives
// the tab, and goes out once when the network is back.
func TestWriteWithoutANetwork(t *testing.T) {
	const title = "断网时写的一条"
	p := signIn(t, "信息员")
	p.Allow(`ERR_INTERNET_DISCONNECTED`)
	p.Go("/items/new")
	p.unplug(true)
	p.Type("#f-title", title)
	p.Type("#f-body", "山里没有信号，先写下来。")
	p.WaitText("网断了")
	p.Click(`#bar button[value="submit"]`)
	p.WaitText("只送一次")
	p.shot("write-offline-1440")
	p.unplug(false)
	p.becomes(`/\/items\/[0-9a-z]{26}$/.test(location.pathname)`)
	p.WaitText("已送审")
	if n := p.titled(title); n != 1 {
		t.Errorf("items after the network came back = %d, want 1", n)
	}
	if n := eval[int](p, `Object.keys(localStorage).filter((k) => k.includes(":write:")).length`); n != 0 {
		t.Errorf("texts left on the device = %d, want none", n)
	}

	// the tab goes down with words the server has not
	p.Go("/items/new")
	p.unplug(true)
	p.Type("#f-title", "没存完就关了")
	p.becomes(`Object.keys(localStorage).some((k) => k.includes(":write:"))`)
	p.unplug(false)
	p.Go("/items")
	p.Go("/items/new")
	p.WaitText("没存完就关了")
	p.ClickText("接着写")
	p.becomes(`document.querySelector("#f-title").value === "没存完就关了"`)
	p.WaitText("已存")
}

// What comes over the clipboard from Word and WPS, or from anybody.
func TestWritePasted(t *testing.T) {
	p := signIn(t, "信息员")
	p.Go("/items/new")
	word := `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p{color:red}</style></head><body><!--StartFragment-->
<p class=MsoNormal style='text-indent:24.0pt'><span style='font-family:宋体'>　　11月20日，青禾镇<b>清淤</b>` + "\u00ad" + `开工。<o:p></o:p></span></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Wingdings'><span style='mso-list:Ignore'>Ø<span style='font:7.0pt "Times New Roman"'>&nbsp; </span></span></span><![endif]>一是投入12万元。</p>
<table><tr><td><p>村</p></td><td><p>亩</p></td></tr><tr><td>柳渡</td><td>26</td></tr></table><ul><li>列一</li><li>列二</li></ul><ol start="3"><li>第三</li></ol>
<script>window.ran = 1</script><img src=x onerror="window.ran = 1"><!--EndFragment--></body></html>`
	p.paste("#f-body", "text/html", word)
	want := "11月20日，青禾镇清淤开工。\n• 一是投入12万元。\n村　亩\n柳渡　26\n• 列一\n• 列二\n3. 第三"
	if got := eval[string](p, `document.querySelector("#f-body").value`); got != want {
		t.Errorf("pasted from Word = %q, want %q", got, want)
	}
	p.paste("#f-title", "text/plain", `<script>alert("题")</script>镕喆堃䶮👨‍👩‍👧`)
	p.becomes(`location.pathname.endsWith("/edit") && /已存/.test(document.querySelector("#saved").textContent)`)
	p.Shot("write-pasted")
	p.Go(p.Path())
	if got := eval[string](p, `document.querySelector("#f-title").value`); got != `<script>alert("题")</script>镕喆堃䶮👨‍👩‍👧` {
		t.Errorf("the title came back as %q", got)
	}
	if eval[bool](p, `"ran" in window`) {
		t.Error("something pasted ran")
	}
	// 200,000 characters
	p.Set("#f-body", "")
	p.paste("#f-body", "text/plain", strings.Repeat("信息员写的一句话十个字。\n", 200_000/13))
	p.WaitText("送不出去")
	p.becomes(`Object.keys(localStorage).filter((k) => k.includes(":write:")).length === 0`) // the server has it
	p.Go(p.Path())
	if n := eval[int](p, `document.querySelector("#f-body").value.length`); n < 199_000 {
		t.Errorf("of 200,000 characters %d came back", n)
	}
}

// Files: a document becomes the text, a large photo goes up smaller, one comes off.
func TestWriteFiles(t *testing.T) {
	dir := t.TempDir()
	doc := filepath.Join(dir, "青禾镇清淤.docx")
	f, err := os.Create(doc)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for name, text := range map[string]string{"[Content_Types].xml": "<Types/>", "word/document.xml": `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>来自文件的题目</w:t></w:r></w:p><w:p><w:r><w:t>来自文件的</w:t></w:r><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins><w:r><w:t>新正文。</w:t></w:r></w:ins></w:p></w:body></w:document>`} {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	f.Close()
	photo := noise(t, filepath.Join(dir, "清淤现场.jpg"), 2000)
	program := filepath.Join(dir, "工具.exe")
	if err := os.WriteFile(program, []byte("MZ"), 0o600); err != nil {
		t.Fatal(err)
	}

	p := signIn(t, "信息员")
	p.phone()
	p.Go("/items/new")
	p.Upload("#f-file", doc)
	p.becomes(`document.querySelector("#f-title").value === "来自文件的题目" && document.querySelector("#f-body").value === "来自文件的新正文。"`)
	p.WaitText("有修订")
	// lines above still come and go while the length is measured: not by its place
	eval[bool](p, `([...document.querySelectorAll("#going button")].find((b) => b.textContent === "原件也作为附件").click(), true)`)
	p.becomes(`document.querySelectorAll("#attached a").length === 1`)
	p.Upload("#f-camera", photo)
	p.becomes(`document.querySelectorAll("#attached a").length === 2`)
	p.Upload("#f-file", program)
	p.WaitText("不收这种文件")
	p.WaitText("已存")
	p.shot("write-files-390")
	if said := p.Text("#attached"); !strings.Contains(said, "清淤现场.jpg") {
		t.Errorf("attached = %q, want the photo", said)
	}
	p.Click(`#attached li:first-child [data-detach]`)
	p.becomes(`document.querySelectorAll("#attached a").length === 1`)
}

// noise writes a photo of so many pixels a side that cannot be packed well.
func noise(t *testing.T, name string, side int) string {
	t.Helper()
	img, rng := image.NewRGBA(image.Rect(0, 0, side, side)), rand.New(rand.NewPCG(1, 2))
	for i := range img.Pix {
		img.Pix[i] = byte(rng.Uint32())
	}
	img.Set(0, 0, color.White)
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := jpeg.Encode(f, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	if st, err := f.Stat(); err != nil || st.Size() < 4<<20 {
		t.Fatalf("the photo has %v bytes, want more than 4 MB (%v)", st, err)
	}
	return name
}

// Two windows of one person: neither loses a word, neither overwrites the other
// unasked.
func TestWriteInTwoWindows(t *testing.T) {
	p := signIn(t, "信息员")
	p.Allow("409")
	p.Go("/items/new")
	p.Type("#f-title", "两个窗口")
	p.becomes(`location.pathname.endsWith("/edit")`)
	path := p.Path()
	// the other window is the same browser: its own requests, not this page's
	other := func(body string) int {
		q, _ := json.Marshal(body)
		return eval[int](p, fmt.Sprintf(`(() => { const x = new XMLHttpRequest(); x.open("POST", %q, false); x.setRequestHeader("X-Form-Token", document.body.dataset.token); x.setRequestHeader("Content-Type", "application/x-www-form-urlencoded"); x.send(new URLSearchParams({title: "两个窗口", body: %s, base: "1"}).toString()); return x.status; })()`, strings.TrimSuffix(path, "/edit")+"/autosave", q))
	}
	if got := other("另一窗口打的"); got != 200 {
		t.Fatalf("the other window saved with %d", got)
	}
	p.Type("#f-body", "这个窗口打的")
	p.WaitText("另一个窗口也打着字")
	if got := eval[string](p, `document.querySelector("#f-body").value`); got != "这个窗口打的" {
		t.Errorf("this window's text is %q", got)
	}
	p.ClickText("用我这里的")
	p.WaitText("已存")
	p.Go(path)
	if got := eval[string](p, `document.querySelector("#f-body").value`); got != "这个窗口打的" {
		t.Errorf("after deciding the text is %q", got)
	}
}
