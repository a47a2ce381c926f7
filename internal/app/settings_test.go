package app_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"xinshu/internal/app"
)

var update = flag.Bool("update", false, "write docs/settings.md")

// settingsIn writes a file of settings and reads it with nothing else.
func settingsIn(t *testing.T, text string, environ ...string) app.Settings {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, app.SettingsFile), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return app.ReadSettings(app.Sources{Flags: map[string]string{"data": dir}, Environ: environ})
}

func valueOf(t *testing.T, s app.Settings, name string) app.Value {
	t.Helper()
	i := slices.IndexFunc(s.Values, func(v app.Value) bool { return v.Name == name })
	if i < 0 {
		t.Fatalf("no setting %s", name)
	}
	return s.Values[i]
}

func TestTheNearerSourceWins(t *testing.T) {
	s := settingsIn(t, "# ours\nlisten: 127.0.0.1:1\nrate-limit: 7\nlog-level: debug\n", "XINSHU_LISTEN=127.0.0.1:2", "XINSHU_READERS=3", "XINSHU_LOG_FORMAT=")
	for name, want := range map[string][2]string{
		"listen": {"127.0.0.1:2", app.FromEnvironment}, "rate-limit": {"7", app.FromFile}, "log-level": {"debug", app.FromFile},
		"readers": {"3", app.FromEnvironment}, "log-format": {"text", app.FromDefault}, "time-zone": {"Asia/Shanghai", app.FromDefault},
	} {
		if v := valueOf(t, s, name); v.Text != want[0] || v.From != want[1] {
			t.Errorf("%s = %q from %s, want %q from %s", name, v.Text, v.From, want[0], want[1])
		}
	}
	if v := valueOf(t, s, "rate-limit"); !strings.HasSuffix(v.Place, "xinshu.yaml:3") {
		t.Errorf("place of rate-limit = %q, want line 3 of the file", v.Place)
	}
	c, err := s.Config()
	if err != nil || c.RateLimit != 7 || c.Readers != 3 || c.LogLevel != "debug" || c.BackupDir != filepath.Join(c.Dir, "backups") {
		t.Errorf("Config() = %+v, %v, want the values above and backups in the data folder", c, err)
	}
	flags := map[string]string{"data": t.TempDir(), "listen": "127.0.0.1:3"}
	s = app.ReadSettings(app.Sources{Flags: flags, Environ: []string{"XINSHU_LISTEN=127.0.0.1:2"}})
	if v := valueOf(t, s, "listen"); v.Text != "127.0.0.1:3" || v.From != app.FromFlag {
		t.Errorf("listen = %q from %s, want the flag's", v.Text, v.From)
	}
}

// TestEverySettingHasAWorkingDefault: nothing said is right, and every setting
// can be given in the file and in the environment.
func TestEverySettingHasAWorkingDefault(t *testing.T) {
	s := app.ReadSettings(app.Sources{Flags: map[string]string{"data": t.TempDir()}})
	if _, err := s.Config(); err != nil || len(s.Problems) > 0 {
		t.Errorf("Config() with nothing said = %v %v, want no problem", err, s.Problems)
	}
	for _, d := range app.AllSettings() {
		if d.About == "" || d.Takes == "" || d.Env == "" {
			t.Errorf("setting %q = %+v, want it explained", d.Name, d)
		}
		s := settingsIn(t, d.Name+": 7\n")
		if v := valueOf(t, s, d.Name); d.Name != "data" && v.From != app.FromFile {
			t.Errorf("%s in the file came from %s, want file", d.Name, v.From)
		}
		s = settingsIn(t, "", d.Env+"=7")
		if v := valueOf(t, s, d.Name); d.Name != "data" && (v.From != app.FromEnvironment || v.Text != "7") {
			t.Errorf("%s = %q from %s, want 7 from the environment", d.Env, v.Text, v.From)
		}
	}
}

func TestWrongSettingsAreNamed(t *testing.T) {
	for _, c := range []struct{ file, environ, place, want string }{
		{"lisen: a:1\n", "", "xinshu.yaml:1", `no setting has the name "lisen"; the nearest is listen`},
		{"\n\nlog_level: info\n", "", "xinshu.yaml:3", "the nearest is log-level"},
		{"readers: 3\nreaders: 4\n", "", "xinshu.yaml:2", "already defined"},
		{"listen: [a, b]\n", "", "xinshu.yaml:1", "must be one value"},
		{"listen:\n  address: a\n", "", "xinshu.yaml:1", "must be one plain value"},
		{"listen:\n", "", "xinshu.yaml:1", "has no value"},
		{"listen: &a 127.0.0.1:1\n", "", "xinshu.yaml:1", "without anchors"},
		{"data: elsewhere\n", "", "xinshu.yaml:1", "cannot be set in the data folder's own file"},
		{"- listen\n", "", "xinshu.yaml:1", "must be lines of the form"},
		{"listen: 127.0.0.1:1\n---\nreaders: 3\n", "", "xinshu.yaml:", "a second document"},
		{"listen: \"127\n", "", "xinshu.yaml:", "is not YAML"},
		{"\xff\xfe\x00", "", "xinshu.yaml", ""},
		{"rate-limit: -3\n", "", "xinshu.yaml:1", "must be a whole number from 0 to 1000000"},
		{"rate-limit: 3.5\n", "", "xinshu.yaml:1", "must be a whole number"},
		{"log-format: xml\n", "", "xinshu.yaml:1", "must be text or json"},
		{"trusted-proxies: [10.0.0.0/8, tenth]\n", "", "xinshu.yaml:1", `"tenth" is neither`},
		{"path-prefix: xinshu/\n", "", "xinshu.yaml:1", "must begin with /"},
		{"path-prefix: /a/../b\n", "", "xinshu.yaml:1", "must begin with /"},
		{"time-zone: Asia/Peking\n", "", "xinshu.yaml:1", "must be a time zone's name"},
		{"tls-cert: a.pem\n", "", "xinshu.yaml:1", "without tls-key"},
		{"postgres: mysql://a/b\n", "", "xinshu.yaml:1", "must be postgres://"},
		{"listen: nowhere\n", "XINSHU_LISTEN=127.0.0.1:1", "xinshu.yaml:1", "must be an address with a port"},
		{"", "XINSHU_READERS=many", "XINSHU_READERS", "must be a whole number"},
		{"", "XINSHU_LISEN=a:1", "XINSHU_LISEN", "the nearest is XINSHU_LISTEN"},
	} {
		s := settingsIn(t, c.file, c.environ)
		if !slices.ContainsFunc(s.Problems, func(p app.Problem) bool {
			return strings.Contains(p.Place, c.place) && strings.Contains(p.What, c.want)
		}) {
			t.Errorf("problems of %q %q = %v, want %s: %s", c.file, c.environ, s.Problems, c.place, c.want)
		}
		_, err := s.Config()
		if bad, ok := errors.AsType[app.BadSettings](err); (!ok || len(bad) == 0) != (c.place == "XINSHU_LISEN") {
			t.Errorf("Config() of %q %q = %v, want it refused unless only a name in the environment is strange", c.file, c.environ, err)
		}
	}
	s := app.ReadSettings(app.Sources{Flags: map[string]string{"config": filepath.Join(t.TempDir(), "none.yaml")}})
	if _, err := s.Config(); err == nil || !strings.Contains(err.Error(), "none.yaml: cannot be read") {
		t.Errorf("Config() of a file that is not there = %v, want it named", err)
	}
}

func TestPasswordsAreNeverShown(t *testing.T) {
	for _, url := range []string{
		"postgres://me:geheim@h:5432/x", "postgres://me:ge@geheim@h/x", "postgres://me@h/x?password=geheim&sslmode=disable",
		"host=h user=me password=geheim dbname=x", "host=h password='geheim geheim' user=me", "postgresql://:geheim@/x?host=/run",
	} {
		s := app.ReadSettings(app.Sources{Flags: map[string]string{"data": t.TempDir(), "postgres": url}})
		if got := valueOf(t, s, "postgres").Shown(); strings.Contains(got, "geheim") || !strings.Contains(got, "xxxxx") {
			t.Errorf("Shown(%s) = %s, want the password hidden", url, got)
		}
	}
	s := app.ReadSettings(app.Sources{Flags: map[string]string{"data": t.TempDir(), "postgres": "mysql://me:geheim@h/x"}})
	if _, err := s.Config(); err == nil || strings.Contains(err.Error(), "geheim") {
		t.Errorf("Config() of a wrong URL = %v, want a problem that does not show the password", err)
	}
}

func TestPathsInAFileStartFromItsFolder(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "ours.yaml")
	if err := os.WriteFile(file, []byte("data: store\nbackup-dir: /srv/b\ntemplates: t\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := app.ReadSettings(app.Sources{Environ: []string{"XINSHU_CONFIG=" + file}})
	c, err := s.Config()
	if err != nil || c.Dir != filepath.Join(dir, "store") || c.BackupDir != "/srv/b" || c.Templates != filepath.Join(dir, "t") {
		t.Errorf("Config() = %q %q %q %v, want folders beside the file and the absolute one as it is", c.Dir, c.BackupDir, c.Templates, err)
	}
	bad := s.OnDisk()
	if len(bad) != 1 || !strings.Contains(bad[0].What, "cannot be used") {
		t.Errorf("OnDisk() = %v, want only the missing templates", bad)
	}
}

// TestSettingsOnPaper: docs/settings.md is what the list makes, and the file in
// it is one that is accepted.
func TestSettingsOnPaper(t *testing.T) {
	const path = "../../docs/settings.md"
	want := app.SettingsPage()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s is old (%v); make it anew with go test ./internal/app -run TestSettingsOnPaper -update", path, err)
	}
	_, sample, _ := strings.Cut(want, "```yaml\n")
	sample, _, _ = strings.Cut(sample, "```")
	s := settingsIn(t, sample)
	if len(s.Problems) > 0 || valueOf(t, s, "rate-limit").From != app.FromFile {
		t.Errorf("the file in the page has problems %v, want none", s.Problems)
	}
}

func TestWhereAServerIsAsked(t *testing.T) {
	for _, c := range []struct {
		config app.Config
		want   string
	}{
		{app.Config{}, "http://127.0.0.1:8080/readyz"},
		{app.Config{Listen: ":9000"}, "http://127.0.0.1:9000/readyz"},
		{app.Config{Listen: "[::]:9000", TLSCert: "c", TLSKey: "k"}, "https://127.0.0.1:9000/readyz"},
		{app.Config{Listen: "10.1.2.3:80", PathPrefix: "/x"}, "http://10.1.2.3:80/x/readyz"},
	} {
		if got := c.config.ReadyURL(); got != c.want {
			t.Errorf("ReadyURL(%q) = %s, want %s", c.config.Listen, got, c.want)
		}
	}
}
