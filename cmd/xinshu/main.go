// Command xinshu is the whole product: one file, no configuration needed.
//
//	xinshu demo      a whole invented city, ready to click through
//	xinshu serve     an installation
//	xinshu user      people, posts, passwords, tokens at the machine
//	xinshu import    units and items from files
//	xinshu rulebook  put a rulebook in force
//	xinshu score     score files, check and compare rulebooks, audit a notice
//	xinshu verify    prove that nothing was altered or removed
//	xinshu config    every setting, its value and where it came from
//	xinshu doctor    what is wrong with this machine, and what to do
//	xinshu help      the rest
//
// This package has flags and exit codes, nothing else. Exit codes: 0 done, 1 the
// input is wrong or a check failed, 2 wrong usage.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"xinshu/internal/app"
	"xinshu/internal/fault"
	"xinshu/internal/ops"
)

// Exit codes.
const (
	done  = 0
	wrong = 1
	usage = 2
)

// command is one verb of the command line: what it does in one line, and the
// function that does it. What flags and arguments it takes is asked of the
// function itself (describe), so that help, completion and manual cannot differ
// from what runs.
type command struct {
	about string
	run   func(ctx context.Context, e *env, args []string) error
}

// env is where a command reads and writes, so that tests can look.
type env struct {
	out, err io.Writer
	fs       *flag.FlagSet // of the verb that runs
	takes    string        // what follows its flags
}

func commands() map[string]command {
	return map[string]command{
		"demo":     {"serve an invented city, built on the first start", demo},
		"serve":    {"serve an installation", serve},
		"user":     {"add people, posts, passwords and tokens: user add|post|password|token|list", user},
		"import":   {"units or items from JSONL, CSV or XLSX, also with a mapping", importing},
		"export":   {"items, units, people, facts or a ranking as JSONL, CSV or XLSX", export},
		"rulebook": {"put a rulebook in force: rulebook FILE", rulebook},
		"score":    {"score files by a rulebook, check and compare rulebooks, audit a published notice: score run|check|compare|audit|rulebooks", scoring},
		"verify":   {"prove that nothing was altered or removed", verify},
		"evidence": {"write sealed blocks that an auditor checks with openssl alone", evidence},
		"version":  {"print the version", version},
		"backup":   {"copy everything to a folder or one file, also while it is served", backup},
		"restore":  {"bring a backup into an empty folder or database, on either engine", restore},

		"config":      {"every setting, its value and where it came from", config},
		"token":       {"API tokens: token issue|list|revoke", token},
		"doctor":      {"look at system, settings, storage, clock, space, mail, fonts and backups", doctor},
		"healthcheck": {"ask the running server whether it is ready", healthcheck},
		"completion":  {"print the completion script of a shell", completion},
		"man":         {"write the manual pages, made from this list", man},
	}
}

// errUsage is a wrong call; its text has been printed.
var errUsage = errors.New("usage")

// errFound says a check found something; its findings have been printed.
var errFound = errors.New("findings")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // the first signal stops in order, a second one at once
	os.Exit(run(ctx, &env{out: os.Stdout, err: os.Stderr}, os.Args[1:]))
}

func run(ctx context.Context, e *env, args []string) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		help(e.out)
		if len(args) == 0 {
			return usage
		}
		return done
	}
	c, ok := commands()[args[0]]
	if !ok {
		fmt.Fprintf(e.err, "xinshu: there is no verb %q; the nearest is %s\n\n", args[0], fault.Near(args[0], verbs()))
		help(e.err)
		return usage
	}
	out := &counted{Writer: e.out}
	e = &env{out: out, err: e.err}
	err := c.run(ctx, e, args[1:])
	if after := e.handOver(); after != nil {
		err = errors.Join(err, after)
	}
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return done
	case errors.Is(err, errUsage):
		return usage
	case errors.Is(err, errFound):
		return wrong
	}
	lines := ops.Say(err)
	if bad, ok := errors.AsType[app.BadSettings](err); ok {
		lines = bad.Lines()
	}
	for _, line := range lines {
		fmt.Fprintf(e.err, "xinshu %s: %s\n", args[0], line)
	}
	if e.wantsJSON() && out.n == 0 {
		_ = e.print(true, map[string]any{"errors": lines}) // the exit code says it as well
	}
	return wrong
}

// handOver leaves nothing of root's in the data folder of a service's user.
func (e *env) handOver() error {
	if e.fs == nil {
		return nil
	}
	if c := chosenOf(e.fs); c != nil && c.dir != "" {
		return ops.HandOver(c.dir)
	}
	return nil
}

// counted knows whether anything was written.
type counted struct {
	io.Writer
	n int
}

func (c *counted) Write(p []byte) (int, error) {
	c.n += len(p)
	return c.Writer.Write(p)
}

// verbs are the names of the table in order.
func verbs() []string { return slices.Sorted(maps.Keys(commands())) }

func help(w io.Writer) {
	fmt.Fprint(w, "usage: xinshu VERB [flags] [arguments]\n\n")
	cs := commands()
	for _, n := range verbs() {
		fmt.Fprintf(w, "  %-11s %s\n", n, cs[n].about)
	}
	fmt.Fprint(w, "\nxinshu VERB -h shows a verb's flags. Exit codes: 0 done, 1 wrong input or a check that failed, 2 wrong usage.\n")
}

// described is what a verb takes.
type described struct {
	Name, About, Takes string
	Flags              []option
}

// option is one flag of a verb; Takes is "" for one without a value.
type option struct{ Name, Takes, About, Default string }

// describe asks a verb for its flags, by calling it for help.
func describe(name string) described {
	c := commands()[name]
	e := &env{out: io.Discard, err: io.Discard}
	d := described{Name: name, About: c.about}
	if err := c.run(context.Background(), e, []string{"-h"}); !errors.Is(err, flag.ErrHelp) || e.fs == nil {
		return d // the tests refuse a verb that has no flag set
	}
	d.Takes, d.Flags = e.takes, options(e.fs)
	return d
}

func options(fs *flag.FlagSet) (all []option) {
	fs.VisitAll(func(f *flag.Flag) {
		takes, about := flag.UnquoteUsage(f)
		o := option{Name: f.Name, Takes: takes, About: strings.TrimPrefix(about, takes+": "), Default: f.DefValue}
		if b, ok := f.Value.(interface{ IsBoolFlag() bool }); ok && b.IsBoolFlag() || o.Default == "0" {
			o.Default = ""
		}
		if o.Takes != "" {
			o.Takes = strings.ToUpper(o.Takes)
		}
		all = append(all, o)
	})
	return all
}

// flags makes a verb's flag set; takes says what follows the flags.
func (e *env) flags(verb, takes string) *flag.FlagSet {
	fs := flag.NewFlagSet(verb, flag.ContinueOnError)
	fs.SetOutput(e.err)
	e.fs, e.takes = fs, takes
	fs.Usage = func() {
		w := fs.Output()
		fmt.Fprintf(w, "usage: xinshu %s [flags] %s\n", verb, takes)
		if c, ok := commands()[verb]; ok {
			fmt.Fprintf(w, "%s\n", c.about)
		}
		for _, o := range options(fs) {
			fmt.Fprintf(w, "\n  --%s\n", strings.TrimSpace(o.Name+" "+o.Takes))
			fmt.Fprintf(w, "        %s%s\n", o.About, o.falls())
		}
	}
	return fs
}

// falls names the default.
func (o option) falls() string {
	if o.Default == "" {
		return ""
	}
	return " (default " + o.Default + ")"
}

// parse reads flags wherever they stand among the arguments, and then the
// settings that no flag gave.
func parse(fs *flag.FlagSet, args []string) ([]string, error) {
	var rest []string
	w := fs.Output()
	defer fs.SetOutput(w)
	show := fs.Usage
	defer func() { fs.Usage = show }()
	fs.Usage = func() {} // the library would print it before we can say what was meant
	for {
		fs.SetOutput(io.Discard)
		err := fs.Parse(args)
		fs.SetOutput(w)
		switch {
		case errors.Is(err, flag.ErrHelp):
			show()
			return nil, err
		case err != nil:
			fmt.Fprintf(w, "xinshu %s: %s\n\n", fs.Name(), flagTrouble(fs, err))
			show()
			return nil, errUsage
		}
		if fs.NArg() == 0 {
			return rest, resolve(fs)
		}
		rest = append(rest, fs.Arg(0))
		args = fs.Args()[1:]
	}
}

// flagTrouble adds the flag that was perhaps meant.
func flagTrouble(fs *flag.FlagSet, err error) string {
	text, unknown, ok := strings.Cut(err.Error(), "not defined: -")
	if !ok {
		return err.Error()
	}
	var known []string
	fs.VisitAll(func(f *flag.Flag) { known = append(known, f.Name) })
	if len(known) == 0 {
		return err.Error()
	}
	return text + "not defined: --" + unknown + "; the nearest is --" + fault.Near(unknown, known)
}

// wants refuses a wrong number of arguments.
func wants(fs *flag.FlagSet, args []string, n int) error {
	if len(args) != n {
		fs.Usage()
		return errUsage
	}
	return nil
}

// opened runs a verb on the installation that the settings name. That it could
// not be closed in order is the verb's failure too: what it wrote may not be safe.
func opened(ctx context.Context, c app.Config, run func(a *app.App) error) (err error) {
	a, err := app.Open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	return run(a)
}

// wantsJSON tells whether the verb was asked for a document for machines.
func (e *env) wantsJSON() bool {
	if e.fs == nil {
		return false
	}
	f := e.fs.Lookup("json")
	return f != nil && f.Value.String() == "true"
}

// print writes a result for a person, or for a machine: one JSON document whose
// first key is the verb. A list becomes its "rows".
func (e *env) print(asJSON bool, v any, lines ...string) error {
	if !asJSON {
		_, err := fmt.Fprintln(e.out, strings.Join(lines, "\n"))
		return err
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	verb, err := json.Marshal(e.fs.Name())
	if err != nil {
		return err
	}
	body := bytes.TrimSpace(b.Bytes())
	switch {
	case bytes.Equal(body, []byte("null")), bytes.Equal(body, []byte("{}")):
		body = nil
	case body[0] == '{':
		body = append([]byte(","), body[1:len(body)-1]...)
	default:
		body = append([]byte(`,"rows":`), body...)
	}
	_, err = fmt.Fprintf(e.out, "{\"verb\":%s%s}\n", verb, body)
	return err
}

func version(_ context.Context, e *env, args []string) error {
	fs := e.flags("version", "")
	asJSON := fs.Bool("json", false, "for machines")
	if _, err := parse(fs, args); err != nil {
		return err
	}
	return e.print(*asJSON, map[string]string{"version": app.Version, "go": runtime.Version(), "system": runtime.GOOS + "/" + runtime.GOARCH}, "xinshu "+app.Version)
}
