package app

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // a machine without a zone database still knows where it is

	"xinshu/internal/courier"
	"xinshu/internal/fault"
)

// SettingsFile is the file in the data folder that is read when none is named.
const SettingsFile = "xinshu.yaml"

// envPrefix begins the name of every setting in the environment.
const envPrefix = "XINSHU_"

// Setting is one thing an installation can be told. Flags, environment names,
// keys of the file, help, completion, manual and docs/settings.md are all made
// from the list of them.
type Setting struct {
	Name    string // the flag, and the key in the file
	Env     string // in the environment
	About   string // what it does, in one sentence
	Takes   string // what a value is, in one word: FOLDER, ADDRESS
	Default string // works as it stands
	Secret  bool   // a value may hold a password, which is never shown
	path    bool   // a relative one in the file starts from the file's folder
	list    bool   // the file may give several as a list
	put     func(c *Config, v string) error
}

// AllSettings lists every setting, in the order in which they are explained.
func AllSettings() []Setting {
	all := []Setting{
		{Name: "data", Takes: "FOLDER", Default: "data", path: true, About: "Folder of the database, the attachments and the key of the seal.", put: putDir},
		{Name: "listen", Takes: "ADDRESS", Default: "127.0.0.1:8080", About: "Address to answer on; :8080 answers on every network card.", put: putListen},
		{Name: "postgres", Takes: "URL", Secret: true, About: "PostgreSQL database, postgres://user:password@host/name; empty: SQLite in the data folder.", put: putPostgres},
		{Name: "tls-cert", Takes: "FILE", path: true, About: "Certificate (PEM, with its chain); with tls-key the server speaks TLS itself.", put: func(c *Config, v string) error { c.TLSCert = v; return nil }},
		{Name: "tls-key", Takes: "FILE", path: true, About: "Private key (PEM) of tls-cert.", put: func(c *Config, v string) error { c.TLSKey = v; return nil }},
		{Name: "trusted-proxies", Takes: "NETWORKS", list: true, About: "Networks of the proxies whose forwarded addresses are believed, 10.0.0.0/8,::1; empty: nobody's.", put: putProxies},
		{Name: "webhook-allow", Takes: "NETWORKS", list: true, About: "Inner networks that webhooks may be sent to, 10.1.2.0/24; empty: public addresses only.", put: func(c *Config, v string) error { return putNetworks(&c.WebhookAllow, v) }},
		{Name: "public-url", Takes: "URL", About: "Address under which people reach the pages, https://host/path; it stands in what is sent to them. Empty: no links are sent.", put: putPublicURL},
		{Name: "smtp-host", Takes: "HOST", About: "Mail server that takes the copies of notifications; empty: no mail is sent.", put: func(c *Config, v string) error { c.SMTP.Host = v; return nil }},
		{Name: "smtp-port", Takes: "NUMBER", Default: "0", About: "Port of the mail server; 0: 587, with tls 465, with none 25.", put: func(c *Config, v string) error { return putNumber(&c.SMTP.Port, v, 65535) }},
		{Name: "smtp-tls", Takes: "WORD", Default: "starttls", About: "How the mail server is spoken to: starttls, tls, or none for a relay on this machine.", put: func(c *Config, v string) error { return putWord(&c.SMTP.TLS, v, "starttls", "tls", "none") }},
		{Name: "smtp-user", Takes: "NAME", About: "Who signs in to the mail server; empty: nobody.", put: func(c *Config, v string) error { c.SMTP.User = v; return nil }},
		{Name: "smtp-password-file", Takes: "FILE", path: true, About: "File with the password of smtp-user in its first line.", put: func(c *Config, v string) error { c.SMTPPasswordFile = v; return nil }},
		{Name: "smtp-from", Takes: "ADDRESS", About: "Sender of the mails, xinshu@example.gov.cn.", put: putSender},
		{Name: "mailbox-allow", Takes: "NETWORKS", list: true, About: "Inner networks in which the offices' mailboxes may lie, 10.1.2.0/24; only there also without encryption. Empty: public addresses only.", put: func(c *Config, v string) error { return putNetworks(&c.MailboxAllow, v) }},
		{Name: "mailbox-ca", Takes: "FILE", path: true, About: "Certificates (PEM) of authorities that inner mail servers are signed by, beside the machine's own.", put: func(c *Config, v string) error { c.MailboxCA = v; return nil }},
		{Name: "path-prefix", Takes: "PATH", About: "Path under which a proxy offers the pages, /xinshu; empty: the root.", put: putPrefix},
		{Name: "rate-limit", Takes: "NUMBER", Default: "600", About: "Requests a minute of one token or address; 0: no limit.", put: func(c *Config, v string) error { return putNumber(&c.RateLimit, v, 1_000_000) }},
		{Name: "metrics-listen", Takes: "ADDRESS", About: "Address of /metrics alone; empty: the main address, to this machine only.", put: putMetrics},
		{Name: "log-level", Takes: "LEVEL", Default: "info", About: "What is logged: debug, info, warn or error.", put: func(c *Config, v string) error { return putWord(&c.LogLevel, v, "debug", "info", "warn", "error") }},
		{Name: "log-format", Takes: "FORMAT", Default: "text", About: "Form of the log: text or json.", put: func(c *Config, v string) error { return putWord(&c.LogFormat, v, "text", "json") }},
		{Name: "backup-dir", Takes: "FOLDER", path: true, About: "Folder of the backups; empty: backups in the data folder.", put: func(c *Config, v string) error { c.BackupDir = v; return nil }},
		{Name: "time-zone", Takes: "ZONE", Default: "Asia/Shanghai", About: "Time zone of the offices; days and due dates begin there.", put: putZone},
		{Name: "readers", Takes: "NUMBER", Default: "0", About: "Connections that read at once; 0: 4 on SQLite, 16 on PostgreSQL.", put: func(c *Config, v string) error { return putNumber(&c.Readers, v, 1000) }},
		{Name: "templates", Takes: "FOLDER", path: true, About: "Read the pages from this folder on every request (development).", put: func(c *Config, v string) error { c.Templates = v; return nil }},
	}
	for i := range all {
		all[i].Env = envPrefix + strings.ToUpper(strings.ReplaceAll(all[i].Name, "-", "_"))
	}
	return all
}

// ConfigEnv names the file of settings in the environment, as --config does.
const ConfigEnv = envPrefix + "CONFIG"

// notSettings begin with the prefix and are for building and testing.
var notSettings = []string{"XINSHU_TEST_", "XINSHU_SOAK_", "XINSHU_SKIP", "XINSHU_CHROMIUM", "XINSHU_SHOTS"}

func putDir(c *Config, v string) error {
	if v == "" {
		return errors.New("must name a folder")
	}
	c.Dir = v
	return nil
}

func putListen(c *Config, v string) error {
	c.Listen = v
	return address(v)
}

func putMetrics(c *Config, v string) error {
	c.MetricsListen = v
	if v == "" {
		return nil
	}
	return address(v)
}

func address(v string) error {
	_, port, err := net.SplitHostPort(v)
	if n, e := strconv.Atoi(port); err != nil || e != nil || n < 0 || n > 65535 {
		return errors.New("must be an address with a port, 127.0.0.1:8080 or :8080")
	}
	return nil
}

func putPostgres(c *Config, v string) error {
	c.Postgres = v
	if v == "" {
		return nil
	}
	if scheme, _, ok := strings.Cut(v, "://"); ok {
		if u, err := url.Parse(v); err != nil || u.Host == "" && u.Query().Get("host") == "" || scheme != "postgres" && scheme != "postgresql" {
			return errors.New("must be postgres://user:password@host:5432/name; special characters in the password are written as %40 and the like")
		}
		return nil
	}
	if !strings.Contains(v, "=") {
		return errors.New("must be postgres://user:password@host:5432/name, or key=value pairs")
	}
	return nil
}

func putProxies(c *Config, v string) error { return putNetworks(&c.TrustedProxies, v) }

func putNetworks(to *[]netip.Prefix, v string) error {
	*to = nil
	for _, one := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' }) {
		p, err := netip.ParsePrefix(one)
		if err != nil {
			a, e := netip.ParseAddr(one)
			if e != nil {
				return fmt.Errorf("must be networks or addresses, 10.0.0.0/8,::1; %q is neither", one)
			}
			p = netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen())
		}
		*to = append(*to, p.Masked())
	}
	return nil
}

func putPublicURL(c *Config, v string) error {
	c.PublicURL = strings.TrimRight(v, "/")
	if v == "" {
		return nil
	}
	if u, err := url.Parse(v); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("must be the address of the pages, https://host or https://host/path")
	}
	return nil
}

func putSender(c *Config, v string) error {
	c.SMTP.From = v
	if v != "" && courier.CheckAddress("", v) != nil {
		return errors.New("must be one mail address, xinshu@example.gov.cn")
	}
	return nil
}

var prefixForm = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)+$`)

func putPrefix(c *Config, v string) error {
	c.PathPrefix = v
	if v != "" && (!prefixForm.MatchString(v) || slices.ContainsFunc(strings.Split(v, "/"), func(s string) bool { return s == "." || s == ".." })) {
		return errors.New("must begin with / and not end with one, /xinshu, of letters, digits and . _ ~ -")
	}
	return nil
}

func putNumber(to *int, v string, most int) error {
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 || n > most {
		return fmt.Errorf("must be a whole number from 0 to %d", most)
	}
	*to = n
	return nil
}

func putWord(to *string, v string, known ...string) error {
	if !slices.Contains(known, v) {
		return fmt.Errorf("must be %s or %s", strings.Join(known[:len(known)-1], ", "), known[len(known)-1])
	}
	*to = v
	return nil
}

func putZone(c *Config, v string) error {
	loc, err := time.LoadLocation(v)
	if err != nil || v == "" || v == "Local" {
		return errors.New("must be a time zone's name, Asia/Shanghai")
	}
	c.Location = loc
	return nil
}

// Where a value came from.
const (
	FromDefault     = "default"
	FromFile        = "file"
	FromEnvironment = "environment"
	FromFlag        = "flag"
)

// Value is a setting as it stands.
type Value struct {
	Setting
	Text  string
	From  string // default, file, environment or flag
	Place string // xinshu.yaml:3, XINSHU_LISTEN, --listen
}

// Shown is the value with its password hidden.
func (v Value) Shown() string {
	if !v.Secret {
		return v.Text
	}
	return hidePassword(v.Text)
}

var passwordPair = regexp.MustCompile(`(?i)\b((?:ssl)?password)=('(?:[^'\\]|\\.)*'|[^\s&]*)`)

// hidden stands for a password.
const hidden = "xxxxx"

func hidePassword(s string) string {
	s = passwordPair.ReplaceAllString(s, "$1="+hidden)
	at := strings.LastIndex(s, "@")
	scheme, _, ok := strings.Cut(s, "://")
	if at < 0 || !ok {
		return s
	}
	user, _, has := strings.Cut(s[len(scheme)+3:at], ":")
	if !has {
		return s
	}
	return scheme + "://" + user + ":" + hidden + s[at:]
}

// Problem is something wrong with the settings.
type Problem struct {
	Place string `json:"place"` // xinshu.yaml:3, XINSHU_LISEN, --listen
	What  string `json:"what"`  // one sentence: what is wrong and what to do
	Minor bool   `json:"minor"` // the program starts all the same
}

// String is the problem in one line.
func (p Problem) String() string { return p.Place + ": " + p.What }

// BadSettings refuses to start; each line is one problem.
type BadSettings []Problem

// Error is one line a problem.
func (b BadSettings) Error() string { return strings.Join(b.Lines(), "\n") }

// Lines are the problems for a person.
func (b BadSettings) Lines() []string {
	out := make([]string, len(b))
	for i, p := range b {
		out[i] = p.String()
	}
	return out
}

// Sources are what settings are read from: who calls has the flags and the
// environment, the file is found from them.
type Sources struct {
	Flags   map[string]string // by setting name; "config" names the file
	Environ []string          // as os.Environ
	NoFile  bool              // the caller has its own folder and no file: the demo
}

// Settings are all values with where they came from, and what is wrong.
type Settings struct {
	Values   []Value
	Problems []Problem
	File     string // the file that was read, "" when there is none
}

// ReadSettings finds every setting: a flag before the environment before the
// file before the default. It never fails; what is wrong is in Problems, and
// Config refuses it.
func ReadSettings(src Sources) Settings {
	var s Settings
	environ := s.environ(src.Environ)
	for _, d := range AllSettings() {
		v := Value{Setting: d, Text: d.Default, From: FromDefault}
		if t, ok := environ[d.Env]; ok {
			v.Text, v.From, v.Place = t, FromEnvironment, d.Env
		}
		if t, ok := src.Flags[d.Name]; ok {
			v.Text, v.From, v.Place = t, FromFlag, "--"+d.Name
		}
		s.Values = append(s.Values, v)
	}
	if !src.NoFile {
		named, ok := src.Flags["config"]
		if !ok {
			named = environ[ConfigEnv]
		}
		s.file(named)
	}
	for _, v := range s.Values {
		if err := v.put(&Config{}, v.Text); err != nil {
			s.wrong(v.place(), fmt.Sprintf("%s %s, not %q", v.Name, err.Error(), v.Shown()))
		}
	}
	if cert, key := s.value("tls-cert"), s.value("tls-key"); (cert.Text == "") != (key.Text == "") {
		given, other := cert, key
		if cert.Text == "" {
			given, other = key, cert
		}
		s.wrong(given.place(), given.Name+" is given without "+other.Name+"; give both or none")
	}
	if host, from := s.value("smtp-host"), s.value("smtp-from"); host.Text != "" && from.Text == "" {
		s.wrong(host.place(), "smtp-host is given without smtp-from; say who the mails are from")
	}
	return s
}

func (v Value) place() string {
	if v.Place == "" {
		return v.Name
	}
	return v.Place
}

func (s *Settings) wrong(place, what string) {
	s.Problems = append(s.Problems, Problem{Place: place, What: what})
}

// value is a setting by its name.
func (s *Settings) value(name string) *Value {
	return &s.Values[slices.IndexFunc(s.Values, func(v Value) bool { return v.Name == name })]
}

// environ picks our names out of the environment. A name that is nearly ours is
// told, and does not stop the program: another program may use it.
func (s *Settings) environ(all []string) map[string]string {
	known := []string{ConfigEnv}
	for _, d := range AllSettings() {
		known = append(known, d.Env)
	}
	found := map[string]string{}
	for _, pair := range all {
		name, value, _ := strings.Cut(pair, "=")
		switch {
		case !strings.HasPrefix(name, envPrefix), slices.ContainsFunc(notSettings, func(p string) bool { return strings.HasPrefix(name, p) }):
		case slices.Contains(known, name):
			if value != "" { // an empty variable is how many tools write "not set"
				found[name] = value
			}
		default:
			s.Problems = append(s.Problems, Problem{Place: name, What: "no setting has this name" + "; the nearest is " + fault.Near(name, known), Minor: true})
		}
	}
	return found
}

// Config is the configuration that the settings make, or the reasons why not.
func (s Settings) Config() (Config, error) {
	var c Config
	var bad BadSettings
	for _, p := range s.Problems {
		if !p.Minor {
			bad = append(bad, p)
		}
	}
	if len(bad) > 0 {
		return c, bad
	}
	for _, v := range s.Values {
		if err := v.put(&c, v.Text); err != nil {
			return c, err
		}
	}
	if c.BackupDir == "" {
		c.BackupDir = filepath.Join(c.Dir, "backups")
	}
	return c, nil
}

// Sound is the configuration with the default in the place of every value that
// is wrong, for looking around only; nothing is served with it.
func (s Settings) Sound() Config {
	var c Config
	for _, v := range s.Values {
		if v.put(&c, v.Text) != nil {
			_ = v.put(&c, v.Default) // every default works; a test says so
		}
	}
	if c.BackupDir == "" {
		c.BackupDir = filepath.Join(c.Dir, "backups")
	}
	return c
}

// SettingsRule says how settings are read, for the manual and docs/settings.md.
const SettingsRule = "A flag goes before the environment, the environment before the file, the file before the default. " +
	"An empty environment variable counts as not set. The file is xinshu.yaml in the data folder, or the one that --config or XINSHU_CONFIG names; " +
	"it has one line for each setting, name: value. A relative path in it starts from the file's own folder. " +
	"A name that is not on the list, a value that is none and a name that stands twice are refused with their line."

// SettingsPage is docs/settings.md.
func SettingsPage() string {
	var b strings.Builder
	b.WriteString("# Settings\n\nMade from the list in `internal/app/settings.go`; a test says when this page is old. ")
	b.WriteString("`xinshu config` shows what holds on a machine and where each value came from, `xinshu config --check` what is wrong.\n\n")
	b.WriteString(strings.ReplaceAll(SettingsRule, ". ", ".\n") + "\n\n| flag and key | environment | value | default | what it does |\n| --- | --- | --- | --- | --- |\n")
	for _, s := range AllSettings() {
		def := s.Default
		if def != "" {
			def = "`" + def + "`"
		}
		fmt.Fprintf(&b, "| `--%s` | `%s` | %s | %s | %s |\n", s.Name, s.Env, s.Takes, def, s.About)
	}
	b.WriteString("\nA whole file:\n\n```yaml\nlisten: 0.0.0.0:8443\ntls-cert: cert.pem\ntls-key: key.pem\ntrusted-proxies: [10.0.0.0/8, \"::1\"]\nbackup-dir: /srv/backups\nrate-limit: 1200\nlog-format: json\n```\n")
	return b.String()
}

// DemoDir is a fresh folder's place for the demo of one day, under the user's
// cache: tomorrow's demo ends tomorrow.
func DemoDir(day string) (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		base = os.TempDir()
	}
	return filepath.Join(base, "xinshu", "demo-"+day), nil
}
