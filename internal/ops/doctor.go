package ops

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"xinshu/internal/store"
)

// How well one thing is.
const (
	Fine = "ok"
	Warn = "warn"
	Fail = "fail"
)

// Check is one thing the doctor looked at: what was seen, and what to do when
// it is not as it should be.
type Check struct {
	Group string `json:"group"` // system, settings, storage, clock, space, mail, fonts, backup
	What  string `json:"what"`
	State string `json:"state"` // ok, warn or fail
	Seen  string `json:"seen"`
	Do    string `json:"do,omitempty"`
}

// Patient is what the doctor is asked to look at. Nothing of it is changed, and
// a server may be running on it.
type Patient struct {
	Dir, Postgres string
	Backups       string
	Now           time.Time
	Zone          *time.Location
	Readers       int
	Wrong, Odd    []string                    // what is wrong, or only strange, with the settings
	Ready         func(context.Context) error // asks the server; nil: nobody does
	At            string                      // where the server was asked
	Mail          func(context.Context) error // greets the mail server; nil: none is configured
	MailAt        string                      // where it was greeted
}

// Examine looks at everything. It goes on whatever it finds.
func Examine(ctx context.Context, p Patient) []Check {
	d := &doctor{p: p}
	d.system()
	d.settings()
	in, err := store.Inspect(ctx, store.Config{Dir: p.Dir, Postgres: p.Postgres})
	d.folder()
	d.storage(in, err)
	d.server(ctx)
	d.clock(in)
	d.space(in)
	d.mail(ctx)
	d.mailboxes(in)
	d.fonts(ctx)
	d.backup()
	return d.checks
}

type doctor struct {
	p      Patient
	checks []Check
}

func (d *doctor) say(group, what, state, seen, do string) {
	d.checks = append(d.checks, Check{group, what, state, seen, do})
}

// least is what a small installation needs.
const (
	leastMemory = 512 << 20
	leastFiles  = 1024
	leastSpace  = 200 << 20
)

func (d *doctor) system() {
	d.say("system", "machine", Fine, fmt.Sprintf("%s/%s, %d cores, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version()), "")
	if m := memory(); m > 0 {
		state, do := Fine, ""
		if m < leastMemory {
			state, do = Warn, "give the machine or the container at least "+size(leastMemory)
		}
		d.say("system", "memory", state, size(m), do)
	}
	if n := openFiles(); n > 0 {
		state, do := Fine, ""
		if n < leastFiles {
			state, do = Warn, fmt.Sprintf("allow at least %d: LimitNOFILE= of the service, or ulimit -n", leastFiles)
		}
		d.say("system", "open files", state, fmt.Sprintf("%d allowed", n), do)
	}
}

// mail greets the mail server, encrypts and signs in, and sends nothing.
func (d *doctor) mail(ctx context.Context) {
	if d.p.Mail == nil {
		d.say("mail", "sending", Fine, "not configured: notifications are shown in the program", "")
		return
	}
	ctx, stop := context.WithTimeout(ctx, 15*time.Second)
	defer stop()
	if err := d.p.Mail(ctx); err != nil {
		d.say("mail", "sending", Fail, d.p.MailAt+" does not take mail from here: "+err.Error(), "look at smtp-host, smtp-port, smtp-tls, smtp-user and smtp-password-file")
		return
	}
	d.say("mail", "sending", Fine, d.p.MailAt+" takes mail from here", "")
}

// boxAdvice says what to do about a mailbox's problem.
var boxAdvice = map[string]string{
	"unreachable":    "see that the mail server runs and can be reached from this machine, and that host and port on the page of the mailbox are right",
	"closed_address": "the mail server lies in an inner network; name that network in the setting mailbox-allow",
	"certificate":    "give the authority that signed the mail server's certificate in the setting mailbox-ca, and use the name that stands in the certificate",
	"no_tls":         "choose tls on the page of the mailbox, or another port",
	"password":       "type the password again on the page of the mailbox; most providers want an authorization code and IMAP switched on",
	"folder":         "name a folder that is there on the page of the mailbox",
	"locked":         "type the password again on the page of the mailbox; mailbox.key in the data folder is another one than before",
	"full":           "enter or drop the letters that wait",
	"many":           "enter or drop the letters of that sender that wait; the rest is fetched then",
	"storage":        "look at the server's log, and at the space on the disk",
}

// lookedLong is when a mailbox should have been looked into again.
const lookedLong = 2 * time.Hour

// mailboxes tells how the server last found each of them. The password is locked,
// so the doctor does not sign in by himself.
func (d *doctor) mailboxes(in store.Inspection) {
	if len(in.Mailboxes) == 0 {
		d.say("mail", "mailboxes", Fine, "none is set: letters are laid by hand", "")
		return
	}
	for _, m := range in.Mailboxes {
		name := m.User + " at " + m.Host
		looked := time.UnixMicro(m.Looked)
		switch at := looked.In(d.p.Zone).Format(time.DateTime); {
		case m.Problem != "":
			do := boxAdvice[m.Problem]
			if do == "" {
				do = "look now, on the page of the letters; if it stays, ask whoever runs the mail server"
			}
			how := Fail
			if m.Problem == "many" { // it was read, but for one sender's flood
				how = Warn
			}
			d.say("mail", "mailbox", how, strings.TrimSpace(name+": "+m.Problem+" at "+at+" "+m.Detail), do)
		case m.Looked == 0:
			d.say("mail", "mailbox", Warn, name+" was not looked into yet", "start the server; it looks within a minute")
		case d.p.Now.Sub(looked) > lookedLong:
			d.say("mail", "mailbox", Warn, name+" was last looked into at "+at, "see that the server runs; it looks every five minutes")
		default:
			d.say("mail", "mailbox", Fine, name+" was looked into at "+at, "")
		}
	}
}

func (d *doctor) settings() {
	for _, w := range d.p.Wrong {
		d.say("settings", "value", Fail, w, "correct it; xinshu config shows where every value comes from")
	}
	for _, w := range d.p.Odd {
		d.say("settings", "name", Warn, w, "correct or remove it")
	}
	if len(d.p.Wrong)+len(d.p.Odd) == 0 {
		d.say("settings", "all", Fine, "in order", "")
	}
}

// folder tries whether the data folder can be written, and on what disk it is.
// Also with PostgreSQL: attachments lie in it.
func (d *doctor) folder() {
	dir := d.p.Dir
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		dir = above(dir)
		d.say("storage", "data folder", Warn, d.p.Dir+" is not there yet", "the first start makes it; if there should be data, say --data with the right folder")
		info, err = os.Stat(dir)
	}
	if err == nil && !info.IsDir() {
		err = errors.New("it is not a folder")
	}
	var probe *os.File
	if err == nil {
		probe, err = os.CreateTemp(dir, ".doctor-*")
	}
	if err != nil {
		d.say("storage", "data folder", Fail, dir+" cannot be written: "+err.Error(), "make it belong to the user that xinshu runs as, and mount it writable")
		return
	}
	_ = errors.Join(probe.Close(), os.Remove(probe.Name()))
	d.say("storage", "data folder", Fine, dir+" can be written", "")
	if info.Mode().Perm()&0o007 != 0 && dir == d.p.Dir {
		d.say("storage", "permissions", Warn, fmt.Sprintf("everybody on this machine may look into %s (%#o)", dir, info.Mode().Perm()), "chmod 700 "+dir)
	}
	name, kind := fileSystem(dir)
	switch kind {
	case overNetwork:
		d.say("storage", "file system", Fail, name+" is reached over a network, where locks and waiting for the disk cannot be relied on", "put the data folder on a disk of this machine, or use PostgreSQL")
	case inMemory:
		d.say("storage", "file system", Fail, name+" is kept in memory and gone after a restart", "put the data folder on a disk")
	default:
		d.say("storage", "file system", Fine, name, "")
	}
}

// above is the nearest folder upward that is there.
func above(dir string) string {
	for {
		up := filepath.Dir(dir)
		if _, err := os.Stat(up); err == nil || up == dir {
			return up
		}
		dir = up
	}
}

func (d *doctor) storage(in store.Inspection, err error) {
	if err != nil {
		do := "bring the last backup back with xinshu restore, and keep the damaged folder"
		if d.p.Postgres != "" {
			do = "see that PostgreSQL runs and that address, user and password in the setting postgres are right"
		}
		d.say("storage", "database", Fail, err.Error(), do)
		return
	}
	if in.Empty {
		d.say("storage", "database", Fine, in.Engine+", nothing stored yet", "")
	} else {
		d.say("storage", "database", Fine, fmt.Sprintf("%s, %s", in.Engine, size(in.Bytes)), "")
		d.schema(in)
	}
	for _, b := range in.Broken {
		d.say("storage", "integrity", Fail, b, "stop the server, keep the damaged folder, and bring the last backup back with xinshu restore")
	}
	if d.p.Postgres == "" {
		if !in.Empty && len(in.Broken) == 0 {
			d.say("storage", "integrity", Fine, "the database's pages fit together; xinshu verify also proves that nothing was altered", "")
		}
		return
	}
	if in.Encoding != "UTF8" {
		d.say("storage", "encoding", Fail, in.Encoding, "create the database with ENCODING 'UTF8'")
	} else {
		d.say("storage", "encoding", Fine, in.Encoding, "")
	}
	if in.Standby {
		d.say("storage", "role", Fail, "this server is a standby and refuses to write", "name the primary in the setting postgres")
	}
	want := d.p.Readers
	if want <= 0 {
		want = 16
	}
	if want += 4; in.Slots < want+5 { // the server keeps some for its administrators
		d.say("storage", "connections", Warn, fmt.Sprintf("the server allows %d, one xinshu uses up to %d", in.Slots, want), "raise max_connections, or lower the setting readers")
	} else {
		d.say("storage", "connections", Fine, fmt.Sprintf("the server allows %d, one xinshu uses up to %d", in.Slots, want), "")
	}
}

func (d *doctor) schema(in store.Inspection) {
	switch seen := fmt.Sprintf("the data is of schema %d, this program knows %d", in.Schema, in.Knows); {
	case in.Schema > in.Knows:
		d.say("storage", "schema", Fail, seen, "use the newer program that wrote it")
	case in.Schema < in.Knows:
		d.say("storage", "schema", Warn, seen, "the next start brings it forward; make a backup first")
	default:
		d.say("storage", "schema", Fine, seen, "")
	}
}

func (d *doctor) server(ctx context.Context) {
	if d.p.Ready == nil {
		return
	}
	if err := d.p.Ready(ctx); err != nil {
		d.say("system", "server", Warn, err.Error(), "nothing, if it is stopped; else look at its log")
		return
	}
	d.say("system", "server", Fine, d.p.At+" is ready", "")
}

// clockAhead is how far the record may be ahead of the clock: two machines that
// share a database are never quite together.
const clockAhead = time.Minute

func (d *doctor) clock(in store.Inspection) {
	now := d.p.Now.In(d.p.Zone)
	d.say("clock", "time zone", Fine, fmt.Sprintf("%s, now %s", d.p.Zone, now.Format(time.DateTime)), "")
	if now.Year() < 2026 {
		d.say("clock", "year", Fail, fmt.Sprintf("the clock says %d, before this program was written", now.Year()), "set the clock, and keep it right with a time service (chrony, systemd-timesyncd)")
	}
	if in.Last == 0 {
		return
	}
	last := time.UnixMicro(in.Last).In(d.p.Zone)
	if ahead := last.Sub(now); ahead > clockAhead {
		d.say("clock", "record", Warn, fmt.Sprintf("the last fact was recorded at %s, %s after what the clock says: the clock went back, or was ahead", last.Format(time.DateTime), ahead.Round(time.Second)),
			"set the clock right and keep it with a time service; until it has caught up the record's time goes on slowly, in order")
		return
	}
	d.say("clock", "record", Fine, "the last fact was recorded at "+last.Format(time.DateTime), "")
}

func (d *doctor) space(in store.Inspection) {
	data := in.Bytes
	if d.p.Postgres == "" || data == 0 {
		data = folderSize(d.p.Dir)
	} else {
		data += folderSize(d.p.Dir)
	}
	dirs := []struct{ what, dir string }{{"data", d.p.Dir}, {"backup", d.p.Backups}}
	for _, at := range dirs {
		dir := at.dir
		if _, err := os.Stat(dir); err != nil {
			dir = above(dir)
		}
		free := freeSpace(dir)
		if free < 0 {
			continue
		}
		seen := fmt.Sprintf("%s free at %s, the data is %s", size(free), dir, size(data))
		switch {
		case at.what == "data" && free < leastSpace:
			d.say("space", at.what, Fail, seen, "make room; a full disk refuses every filing")
		case at.what == "backup" && free < data+leastSpace:
			d.say("space", at.what, Warn, seen+"; a backup may need as much", "make room, or set backup-dir to another disk")
		default:
			d.say("space", at.what, Fine, seen, "")
		}
	}
}

// folderSize adds up the files below a folder, backups left out.
func folderSize(dir string) (n int64) {
	_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil // what cannot be read is not counted
		}
		if e.IsDir() && e.Name() == "backups" && filepath.Dir(path) == filepath.Clean(dir) {
			return filepath.SkipDir
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			n += info.Size()
		}
		return nil
	})
	return n
}

// chineseFonts are pieces of the names of typefaces that have Chinese.
var chineseFonts = []string{"cjk", "wqy", "notosanssc", "notoserifsc", "sourcehan", "simsun", "simhei", "fangsong", "uming", "ukai", "droidsansfallback"}

// fonts looks for a typeface with Chinese: the browser of this machine needs
// one when it prints.
func (d *doctor) fonts(ctx context.Context) {
	const do = "for printing from this machine install one: fonts-noto-cjk (Debian, Ubuntu), google-noto-sans-cjk-fonts (Fedora, openEuler), noto-fonts-cjk (Arch)"
	if path, err := exec.LookPath("fc-list"); err == nil {
		ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		if out, err := exec.CommandContext(ctx, path, ":lang=zh", "family").Output(); err == nil {
			if first, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n"); first != "" {
				d.say("fonts", "Chinese", Fine, first, "")
			} else {
				d.say("fonts", "Chinese", Warn, "fc-list names no typeface with Chinese", do)
			}
			return
		}
	}
	for _, dir := range []string{"/usr/share/fonts", "/usr/local/share/fonts"} {
		found := ""
		_ = filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			if err != nil {
				return nil
			}
			for _, f := range chineseFonts {
				if strings.Contains(strings.ToLower(filepath.Base(path)), f) {
					found = path
					return fs.SkipAll
				}
			}
			return nil
		})
		if found != "" {
			d.say("fonts", "Chinese", Fine, found, "")
			return
		}
	}
	d.say("fonts", "Chinese", Warn, "no typeface with Chinese was found", do)
}

// oldBackup is when somebody should ask why there is no newer one.
const oldBackup = 48 * time.Hour

func (d *doctor) backup() {
	newest, name := time.Time{}, ""
	entries, err := os.ReadDir(d.p.Backups)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		d.say("backup", "last", Fail, err.Error(), "let the user that xinshu runs as read and write the folder, or set backup-dir")
		return
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") || strings.HasPrefix(e.Name(), "before-upgrade-") { // a copy of the database alone
			continue
		}
		if info, err := e.Info(); err == nil && info.ModTime().After(newest) {
			newest, name = info.ModTime(), e.Name()
		}
	}
	if name == "" {
		d.say("backup", "last", Warn, "none in "+d.p.Backups, "xinshu backup, every night; set backup-dir if they lie elsewhere")
		return
	}
	age := d.p.Now.Sub(newest)
	seen := fmt.Sprintf("%s, %s old", name, age.Round(time.Minute))
	if age > oldBackup {
		d.say("backup", "last", Warn, seen, "see why the nightly xinshu backup did not run")
		return
	}
	d.say("backup", "last", Fine, seen, "")
}

// size writes a number of bytes for a person.
func size(n int64) string {
	const unit = 1024
	if n < unit {
		return fmt.Sprintf("%d bytes", n)
	}
	f, i := float64(n)/unit, 0
	for f >= unit && i < 3 {
		f, i = f/unit, i+1
	}
	return fmt.Sprintf("%.1f %s", f, []string{"KB", "MB", "GB", "TB"}[i])
}
