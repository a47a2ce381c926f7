package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// An editor works through the inbox by keys alone: two are picked and received,
// taken back, held with a reason, taken back again; the list gets a name.
func TestInboxByKeys(t *testing.T) {
	p := signIn(t, "编辑")
	p.Go("/inbox?state=filed&order=oldest")
	waiting := p.Count("[data-row]")
	if waiting < 2 {
		t.Fatalf("%d filings wait in the demo's inbox, want 2 or more", waiting)
	}
	p.Shot("inbox")
	p.letter("j")
	p.letter(" ")
	p.letter("j")
	p.letter(" ")
	if n := p.Count(".is-picked"); n != 2 {
		t.Fatalf("%d rows are picked, want 2", n)
	}
	third := p.Text("[data-row]:nth-of-type(3) .x-row__title")
	p.pressThrough("s")
	p.WaitText("已签收 2 件")
	if waiting > 2 { // what was done has left the list: one goes on where one was
		quoted, _ := json.Marshal(third)
		p.becomes(`document.activeElement.innerText.trim() === ` + string(quoted))
	}
	p.Shot("inbox-received")
	p.Accessible("after receiving")
	p.pressThrough("u")
	p.WaitText("已撤销 2 件")
	if n := p.Count("[data-row]"); n != waiting {
		t.Errorf("%d wait after undoing, want the %d from before", n, waiting)
	}

	p.Go("/inbox?state=received")
	p.letter("j")
	p.pressThrough("h") // nothing is picked: it is the row under the cursor
	p.Wait("#ask")
	p.Shot("inbox-ask")
	p.Accessible("asked for a reason")
	p.Select("#f-reason", "waiting")
	p.Set("#f-remark", "等统计局的数")
	p.Follow("#ask button")
	p.WaitText("已留用")
	p.pressThrough("u")
	p.WaitText("已撤销")
}

// A list keeps its name, its count and its place.
func TestInboxViews(t *testing.T) {
	p := signIn(t, "编辑")
	p.Go("/inbox?state=filed&state=received&genre=problem")
	p.Click(`a[href="#view"]`)
	p.Type("#f-name", "要紧的问题")
	p.Follow("#view button")
	p.WaitText("已存成视图")
	if !strings.Contains(p.Path(), "/inbox") || !p.Shows("要紧的问题") {
		t.Errorf("after saving the page is %s, want the list under its name", p.Path())
	}
	p.Go("/inbox?manage=1")
	p.Accessible("managing views")
	p.Shot("inbox-views")
	p.Follow(`button[value="drop"]`)
	p.WaitText("已删掉视图")
}

// The same list on a telephone: nothing runs out of the screen.
func TestInboxOnATelephone(t *testing.T) {
	p := signIn(t, "编辑")
	p.onTelephone(func() {
		p.Go("/inbox?state=filed")
		p.Accessible("telephone")
		p.Click(".x-filters__open")
		p.Wait(".x-filters__form")
		p.Shot("inbox-filters-telephone")
	})
}

// A message saved as a file is laid beside the form and entered for a unit whose
// name is typed.
func TestALetterIsEntered(t *testing.T) {
	file := filepath.Join(t.TempDir(), "letter.eml")
	raw := "From: Liudu <ld@example.cn>\r\nMessage-ID: <e2e@example.cn>\r\nSubject: =?UTF-8?B?5oqk5bK45aGM5pa55Lik5aSE?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n两处护岸塌方，约三十米，四人值守，没有伤人。请县里派人勘查。"
	if err := os.WriteFile(file, []byte(raw), 0o600); err != nil {
		t.Fatal(err)
	}
	p := signIn(t, "编辑")
	p.Go("/letters")
	p.Accessible("no letters")
	p.Upload("#f-file", file)
	p.Follow("form[data-drop] button")
	p.WaitText("ld@example.cn")
	p.Shot("letter")
	p.Accessible("a letter")
	unit, err := value(p, chromedp.Evaluate[string](`document.querySelector("#units option").value`))
	if err != nil {
		t.Fatal(err)
	}
	p.Type("#f-unit", unit)
	p.Follow(`button[name="do"][value="enter"]`)
	if !strings.HasPrefix(p.Path(), "/filings/") || !p.Shows("护岸塌方两处") {
		t.Errorf("after entering the page is %s, want the filing", p.Path())
	}
}
