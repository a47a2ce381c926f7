package api

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestPreferred(t *testing.T) {
	for header, want := range map[string]lang{
		"": zh, "en": en, "EN-us": en, "zh-CN,zh;q=0.9,en;q=0.8": zh, "en-GB, zh;q=0.5": en, "fr": zh, "fr, en;q=0.1": en, "en;q=0.5, zh;q=0.5": zh, "en;q=x": zh,
	} {
		if got := preferred(header); got != want {
			t.Errorf("preferred(%q) = %v, want %v", header, got, want)
		}
	}
}

func TestSay(t *testing.T) {
	for _, c := range []struct {
		l      lang
		code   string
		params map[string]string
		want   string
	}{
		{zh, "too_long", map[string]string{"max": "40", "have": "43", "over": "3"}, "太长：至多 40 字，现有 43 字，多了 3 字"},
		{en, "needs_post", map[string]string{"verb": "sign_off", "roles": "signer|chief"}, "To sign off takes the post of signer or chief editor"},
		{zh, "wrong_state", map[string]string{"verb": "submit", "state": "signed", "from": "draft|sent_back"}, "现在是“已签发”，送审要在“草稿或退回修改”时办"},
		{zh, "no_such_filing", map[string]string{"id": "1"}, "没有这样的稿件，或者它不在您能看到的范围里"},
		{zh, "never_heard_of", nil, "never_heard_of"},
	} {
		if got := c.l.say(c.code, c.params); got != c.want {
			t.Errorf("say(%q) = %q, want %q", c.code, got, c.want)
		}
	}
}

// Both languages say everything, with the same parameters.
func TestMessagesAreWhole(t *testing.T) {
	param := regexp.MustCompile(`\{[a-z_]+\}`)
	for code, m := range messages {
		for _, p := range param.FindAllString(m[zh]+m[en], -1) {
			if m[zh] == "" || m[en] == "" || !strings.Contains(m[zh], p) || !strings.Contains(m[en], p) {
				t.Errorf("%s = %q, want both languages with %s", code, m, p)
			}
		}
	}
}

// Whatever the house can refuse with has a sentence here.
func TestEveryCodeHasASentence(t *testing.T) {
	code := regexp.MustCompile(`(?:fault\.Why\("|Code: "|fault\.Bad\((?:"[a-z_]+"|[^,"]*"[^"]*"[^,]*), ")([a-z_0-9]+)"`)
	found := 0
	for _, room := range []string{"org", "item", "filing", "issue", "delivery", "duty", "score", "store", "flow", "auth"} {
		files, err := filepath.Glob(filepath.Join("..", room, "*.go"))
		must(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			src, err := os.ReadFile(file)
			must(t, err)
			for _, m := range code.FindAllSubmatch(src, -1) {
				found++
				if c := string(m[1]); messages[c] == [2]string{} {
					t.Errorf("%s refuses with %q, which has no sentence in messages.go", file, c)
				}
			}
		}
	}
	if found < 80 {
		t.Errorf("%d codes found, want the whole house's", found)
	}
}
