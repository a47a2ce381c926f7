package web

import (
	"io/fs"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestALateFormIsItsWriters: a form that comes without its session is shown to who
// sent it, and after the door to the same person only; the page says one thing.
func TestALateFormIsItsWriters(t *testing.T) {
	w := newWorld(t)
	path := w.filed(t, title)
	page := w.as("linxm").get(path)
	m := formToken.FindStringSubmatch(page.body)
	if m == nil {
		t.Fatalf("%s has no form\n%s", path, page.text())
	}
	late := url.Values{"form_token": {m[1]}, "remark": {"数字另报，先收回。"}}

	door := w.browser().post(path+"/withdraw", late)
	if door.status != 403 || !strings.Contains(door.text(), "数字另报，先收回。") || !strings.Contains(door.text(), "登录到期了") {
		t.Fatalf("a form without its session = %d, want 403 with what was written\n%s", door.status, door.text())
	}
	if strings.Contains(door.body, `id="problem"`) || strings.Contains(door.text(), "本机") {
		t.Errorf("the page says it twice\n%s", door.text())
	}
	through := func(who string) answer {
		fields := url.Values{"person": {string(w.person[who])}, "to": {path}}
		for _, name := range []string{"kept_to", "kept_by", "kept"} {
			_, rest, found := strings.Cut(door.body, `name="`+name+`" value="`)
			if !found {
				t.Fatalf("the door has no %s", name)
			}
			value, _, _ := strings.Cut(rest, `"`)
			fields.Set(name, strings.ReplaceAll(value, "&amp;", "&"))
		}
		return w.browser().post("/demo/sign-in", fields)
	}
	if got := through("linxm"); got.status != 200 || !strings.Contains(got.text(), "数字另报，先收回。") || !strings.Contains(got.text(), "再送一次") {
		t.Errorf("through the door the writer comes to %d, want his text again\n%s", got.status, got.text())
	}
	if got := through("heyz"); strings.Contains(got.body, "数字另报") {
		t.Errorf("somebody else is shown it\n%s", got.text())
	}

	// nor does somebody who is signed in by now, in another tab
	if got := w.as("heyz").post(path+"/withdraw", late); got.status != 403 || strings.Contains(got.body, "数字另报") {
		t.Errorf("another's form = %d, want 403 without what it says\n%s", got.status, got.text())
	}
	if got := w.as("linxm").post(path+"/withdraw", late); got.status != 403 || !strings.Contains(got.text(), "数字另报，先收回。") {
		t.Errorf("the writer's own from before = %d, want 403 with what it says\n%s", got.status, got.text())
	}
}

var writtenIn = regexp.MustCompile(`<textarea[^>]* name="([^"]+)"`)

// TestWhatIsWrittenIsShownAgain: every field in which a page has people write is
// one that a late form shows them.
func TestWhatIsWrittenIsShownAgain(t *testing.T) {
	lists := map[string]string{"csv": "a sheet", "readers": "units, line by line", "reason": "mostly the code of a reason"}
	seen := 0
	err := fs.WalkDir(templateFiles, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(templateFiles, path)
		for _, m := range writtenIn.FindAllSubmatch(b, -1) {
			seen++
			if name := string(m[1]); lists[name] == "" && !slices.Contains(sentences, name) {
				t.Errorf("%s: what is written in %q is not shown again when it comes too late", path, name)
			}
		}
		return err
	})
	if err != nil || seen < 10 {
		t.Errorf("%d fields found, %v", seen, err)
	}
	k := keptFrom("/composites", "", url.Values{"p": {"第一段。", "第二段。"}})
	if len(k.Texts) != 2 || k.Texts[1].Text != "第二段。" {
		t.Errorf("texts of a composite = %+v, want its paragraphs in order", k.Texts)
	}
}
