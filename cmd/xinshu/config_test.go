package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"xinshu/internal/app"
)

// document reads what a verb prints for machines and checks that it is one
// document of that verb.
func (c called) document(t *testing.T, verb string) map[string]any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(c.out))
	var doc map[string]any
	if err := d.Decode(&doc); err != nil || doc["verb"] != verb || d.More() {
		t.Fatalf("%s --json = %q (%v), want one document of the verb", verb, c.out, err)
	}
	return doc
}

func TestConfig(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, app.SettingsFile)
	put := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("rate-limit: 7\npostgres: postgres://me:geheim@h/x\n")
	t.Setenv("XINSHU_READERS", "3")
	on := func(args ...string) called { return call(t, append(args, "--data", dir)...) }
	got := on("config", "--log-level", "debug")
	for _, want := range []string{"rate-limit       7                        file " + file + ":1", "readers          3                        environment XINSHU_READERS",
		"log-level        debug                    flag --log-level", "time-zone        Asia/Shanghai            default", "postgres://me:xxxxx@h/x"} {
		got.want(t, done, want, "")
	}
	if strings.Contains(got.out, "geheim") {
		t.Error("config shows a password, want it hidden")
	}
	on("config", "--check").want(t, done, "the settings are in order", "")
	doc := on("config", "--json").document(t, "config")
	if n := len(doc["settings"].([]any)); n != len(app.AllSettings()) {
		t.Errorf("settings in the document = %d, want %d", n, len(app.AllSettings()))
	}
	t.Setenv("XINSHU_RATE_LIMT", "9")
	on("config").want(t, done, "rate-limit", "XINSHU_RATE_LIMT: no setting has this name; the nearest is XINSHU_RATE_LIMIT")
	on("config", "--check").want(t, wrong, "1 problems", "the nearest is XINSHU_RATE_LIMIT")
	put("lisen: 127.0.0.1:1\n")
	on("config").want(t, wrong, "listen", file+`:1: no setting has the name "lisen"; the nearest is listen`)
	on("verify").want(t, wrong, "", "the nearest is listen")
	on("serve").want(t, wrong, "", "the nearest is listen")
	doc = on("verify", "--json").document(t, "verify")
	if errs, ok := doc["errors"].([]any); !ok || len(errs) != 1 {
		t.Errorf("verify --json with a wrong setting = %v, want one error in the document", doc)
	}
	put("listen: 127.0.0.1:1\n")
	call(t, "config", "--config", filepath.Join(dir, "other.yaml")).want(t, wrong, "", "other.yaml: cannot be read")
}

func TestWrongWordsAreNamedWithTheNearest(t *testing.T) {
	call(t, "verfy").want(t, usage, "", `there is no verb "verfy"; the nearest is verify`)
	call(t, "version", "--jsn").want(t, usage, "", "not defined: --jsn; the nearest is --json")
	call(t, "serve", "--log-level", "loud", "--data", t.TempDir()).want(t, wrong, "", `--log-level: log-level must be debug, info, warn or error, not "loud"`)
	call(t, "serve", "--tls-cert", "c.pem", "--data", t.TempDir()).want(t, wrong, "", "tls-cert is given without tls-key")
}

// TestEveryVerbForMachines: what a verb prints with --json is one document.
func TestEveryVerbForMachines(t *testing.T) {
	dir := t.TempDir()
	file := write(t, "u.tsv", units)
	on := func(args ...string) called { return call(t, append(args, "--json", "--data", dir)...) }
	call(t, "version", "--json").document(t, "version")
	on("import", "units", file).document(t, "import")
	on("user", "add", "--login", "first", "--name", "某某", "--unit", "C", "--role", "admin", "--password", "a long enough one").document(t, "user")
	people := on("user", "list").document(t, "user")["people"].([]any)
	if len(people) != 1 {
		t.Errorf("people = %v, want one", people)
	}
	on("token", "list").document(t, "token")
	if sound := on("verify").document(t, "verify")["sound"]; sound != true {
		t.Errorf("verify --json: sound = %v, want true", sound)
	}
	on("doctor").document(t, "doctor")
	doc := on("user", "password", "--login", "nobody", "--password", "a long enough one").document(t, "user")
	if doc["errors"] == nil {
		t.Errorf("a refusal for machines = %v, want errors", doc)
	}
}

func TestToken(t *testing.T) {
	dir := t.TempDir()
	on := func(args ...string) called { return call(t, append(args, "--data", dir)...) }
	on("import", "units", write(t, "u.tsv", units)).want(t, done, "2 added", "")
	on("user", "add", "--login", "first", "--name", "某某", "--unit", "C", "--role", "admin", "--password", "a long enough one").want(t, done, "added", "")
	doc := on("token", "issue", "--login", "first", "--name", "上报接口", "--scopes", "read,submit", "--days", "7", "--json").document(t, "token")
	secret, id := doc["token"].(string), doc["id"].(string)
	if !strings.HasPrefix(secret, "xs_") {
		t.Errorf("secret = %q, want it to begin with xs_", secret)
	}
	got := on("token", "list")
	got.want(t, done, id+"\tfirst\t上报接口\tread,submit\t", "")
	got.want(t, done, "\tunused", "")
	if strings.Contains(got.out, secret) {
		t.Error("token list shows a secret, want it shown once only")
	}
	on("token", "list", "--login", "first").want(t, done, id, "")
	on("token", "revoke", id).want(t, done, "revoked: "+id, "")
	on("token", "list").want(t, done, "\trevoked", "")
	on("token", "revoke", "nothing").want(t, wrong, "", "nothing")
	on("token", "revoke").want(t, usage, "", "usage: xinshu token")
	on("token", "borrow").want(t, usage, "", "usage: xinshu token")
	on("token", "su").want(t, usage, "", "usage: xinshu token")
	on("token", "issue", "--login", "first", "--scopes", "all").want(t, wrong, "", "all is not on the list")
	on("token", "issue", "--login", "nobody").want(t, wrong, "", "nobody has the login nobody")
}

func TestHealthcheckAndDoctorBesideAServer(t *testing.T) {
	dir := t.TempDir()
	a, err := app.Start(t.Context(), app.Config{Dir: dir, Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	stopped := false
	stop := func() {
		if !stopped {
			stopped = true
			if err := a.Close(); err != nil {
				t.Errorf("Close() = %v, want nil", err)
			}
		}
	}
	t.Cleanup(stop)
	listen := strings.TrimPrefix(a.URL(), "http://")
	call(t, "healthcheck", "--url", a.URL()+"/readyz").want(t, done, "is ready", "")
	call(t, "healthcheck", "--listen", listen, "--data", dir).want(t, done, "is ready", "")
	call(t, "healthcheck", "--url", a.URL()+"/nothing").want(t, wrong, "", "answers 404")
	got := call(t, "doctor", "--listen", listen, "--data", dir)
	for _, want := range []string{"readyz is ready", "database     SQLite 3.", "pages fit together", "this program knows", "time zone    Asia/Shanghai", "backup    last         none", "0 fail"} {
		got.want(t, done, want, "")
	}
	stop()
	call(t, "healthcheck", "--listen", listen, "--data", dir, "--timeout", "1s").want(t, wrong, "", "does not answer")
	got = call(t, "doctor", "--listen", listen, "--data", dir)
	got.want(t, done, "does not answer", "")
	got.want(t, done, "SQLite 3.", "")
}

func TestDoctorNamesWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	call(t, "import", "units", write(t, "u.tsv", units), "--data", dir).want(t, done, "2 added", "")
	call(t, "doctor", "--data", dir, "--readers", "many").want(t, wrong, "fail  settings  value        --readers: readers must be a whole number", "")
	db := filepath.Join(dir, "xinshu.db")
	body, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096; i < len(body); i += 4096 { // the head of every page but the first
		copy(body[i:], "nothing a page begins with")
	}
	if err := os.WriteFile(db, body, 0o600); err != nil {
		t.Fatal(err)
	}
	got := call(t, "doctor", "--data", dir)
	got.want(t, wrong, "fail  storage", "")
	got.want(t, wrong, "xinshu restore", "")
	call(t, "doctor", "--data", write(t, "file", "x")).want(t, wrong, "it is not a folder", "")
	call(t, "doctor", "--data", t.TempDir(), "--postgres", "postgres://nobody:geheim@127.0.0.1:1/none").want(t, wrong, "see that PostgreSQL runs", "")
}

// TestEveryVerbDescribesItself: help, completion and manual are made from what
// a verb says of itself, so each must say it without doing anything.
func TestEveryVerbDescribesItself(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, v := range verbs() {
		d := describe(v)
		e := &env{out: &bytes.Buffer{}, err: &bytes.Buffer{}}
		if err := commands()[v].run(t.Context(), e, []string{"-h"}); err != flag.ErrHelp || e.fs == nil || e.fs.Name() != v {
			t.Errorf("xinshu %s -h = %v, want its help and nothing else", v, err)
		}
		if d.About == "" {
			t.Errorf("describe(%s) = %+v, want a line about it", v, d)
		}
		for _, o := range d.Flags {
			if o.About == "" {
				t.Errorf("flag --%s of %s is not explained", o.Name, v)
			}
		}
	}
	if left, _ := os.ReadDir("."); len(left) > 0 {
		t.Errorf("asking for help left %v, want nothing", left)
	}
	if d := describe("user"); !slices.Contains(d.words(), "post") || !slices.ContainsFunc(d.Flags, func(o option) bool { return o.Name == "login" }) {
		t.Errorf("describe(user) = %+v, want the word post and the flag login", d)
	}
}

func TestCompletionAndManual(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		got := call(t, "completion", shell)
		for _, want := range []string{"xinshu", "trusted-proxies", "healthcheck", "post"} {
			got.want(t, done, want, "")
		}
		if path, err := exec.LookPath(shell); err == nil {
			file := write(t, "completion", got.out)
			if out, err := exec.Command(path, "-n", file).CombinedOutput(); err != nil {
				t.Errorf("%s -n of its completion = %v: %s, want it to be read", shell, err, out)
			}
		}
	}
	call(t, "completion", "cmd").want(t, wrong, "", "cmd is not known here; use one of bash, zsh, fish")
	call(t, "completion").want(t, usage, "", "usage: xinshu completion")
	call(t, "man").want(t, done, ".TH \"XINSHU\" 1", "")
	dir := filepath.Join(t.TempDir(), "man1")
	call(t, "man", dir).want(t, done, "pages in "+dir, "")
	pages, err := os.ReadDir(dir)
	if err != nil || len(pages) != len(verbs())+2 {
		t.Errorf("pages = %d %v, want one for each verb, the program and the file", len(pages), err)
	}
	body, err := os.ReadFile(filepath.Join(dir, "xinshu-serve.1"))
	if err != nil || !strings.Contains(string(body), `\-\-trusted\-proxies NETWORKS`) {
		t.Errorf("the page of serve = %.200s %v, want its flags in it", body, err)
	}
}

// TestBashCompletes runs the script in the shell it is for.
func TestBashCompletes(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Fatalf("bash, which runs the tests, is not found: %v", err)
	}
	file := write(t, "completion", call(t, "completion", "bash").out)
	for words, want := range map[string]string{"xinshu ver": "verify version", "xinshu user po": "post", "xinshu serve --tls-c": "--tls-cert"} {
		n := len(strings.Fields(words)) - 1
		script := "source " + file + "; COMP_WORDS=(" + words + "); COMP_CWORD=" + string(rune('0'+n)) + "; _xinshu; echo \"${COMPREPLY[*]}\""
		out, err := exec.Command(bash, "-c", script).CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != want {
			t.Errorf("completion of %q = %q %v, want %q", words, got, err, want)
		}
	}
}
