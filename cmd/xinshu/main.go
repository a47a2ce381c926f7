// Command xinshu is the whole product: one file, no configuration needed.
//
//	xinshu demo      a whole invented city, ready to click through
//	xinshu serve     an installation
//	xinshu user      people, posts, passwords, tokens at the machine
//	xinshu import    units and items from files
//	xinshu rulebook  put a rulebook in force
//	xinshu verify    prove that nothing was altered or removed
//	xinshu version
//
// This package has flags and exit codes, nothing else. Exit codes: 0 done, 1 the
// input is wrong or a check failed, 2 wrong usage.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"sort"
	"strings"
	"syscall"

	"xinshu/internal/app"
	"xinshu/internal/ops"
)

// Exit codes.
const (
	done  = 0
	wrong = 1
	usage = 2
)

// command is one verb of the command line.
type command struct {
	about string
	run   func(ctx context.Context, e *env, args []string) error
}

// env is where a command reads and writes, so that tests can look.
type env struct {
	out, err io.Writer
}

func commands() map[string]command {
	return map[string]command{
		"demo":     {"serve an invented city, built on the first start", demo},
		"serve":    {"serve an installation", serve},
		"user":     {"add people, posts, passwords and tokens: user add|post|password|token|list", user},
		"import":   {"import units FILE, import items FILE", importing},
		"rulebook": {"put a rulebook in force: rulebook FILE", rulebook},
		"verify":   {"prove that nothing was altered or removed", verify},
		"version":  {"print the version", version},
	}
}

// errUsage is a wrong call; its text has been printed.
var errUsage = errors.New("usage")

// errFound says a check found something; its findings have been printed.
var errFound = errors.New("findings")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, &env{os.Stdout, os.Stderr}, os.Args[1:]))
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
		fmt.Fprintf(e.err, "xinshu: there is no verb %q\n\n", args[0])
		help(e.err)
		return usage
	}
	switch err := c.run(ctx, e, args[1:]); {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return done
	case errors.Is(err, errUsage):
		return usage
	case errors.Is(err, errFound):
		return wrong
	default:
		for _, line := range ops.Say(err) {
			fmt.Fprintf(e.err, "xinshu %s: %s\n", args[0], line)
		}
		return wrong
	}
}

func help(w io.Writer) {
	fmt.Fprint(w, "usage: xinshu VERB [flags] [arguments]\n\n")
	cs := commands()
	names := make([]string, 0, len(cs))
	for n := range cs {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		fmt.Fprintf(w, "  %-9s %s\n", n, cs[n].about)
	}
	fmt.Fprint(w, "\nxinshu VERB -h shows a verb's flags.\n")
}

// flags makes a verb's flag set; takes says what follows the flags.
func (e *env) flags(verb, takes string) *flag.FlagSet {
	fs := flag.NewFlagSet(verb, flag.ContinueOnError)
	fs.SetOutput(e.err)
	fs.Usage = func() {
		fmt.Fprintf(e.err, "usage: xinshu %s [flags] %s\n", verb, takes)
		fs.PrintDefaults()
	}
	return fs
}

// parse reads flags wherever they stand among the arguments.
func parse(fs *flag.FlagSet, args []string) ([]string, error) {
	var rest []string
	for {
		if err := fs.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, errUsage
		}
		if fs.NArg() == 0 {
			return rest, nil
		}
		rest = append(rest, fs.Arg(0))
		args = fs.Args()[1:]
	}
}

// wants refuses a wrong number of arguments.
func wants(fs *flag.FlagSet, args []string, n int) error {
	if len(args) != n {
		fs.Usage()
		return errUsage
	}
	return nil
}

// where has the two flags that name the data.
func where(fs *flag.FlagSet) (dir, postgres *string) {
	dir = fs.String("data", app.DefaultDir(), "data folder (or XINSHU_DATA)")
	postgres = fs.String("postgres", app.DefaultPostgres(), "PostgreSQL URL (or XINSHU_POSTGRES); empty: SQLite in the data folder")
	return dir, postgres
}

func logger(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelInfo}))
}

// print writes a result for a person, or for a machine.
func (e *env) print(asJSON bool, v any, lines ...string) error {
	if asJSON {
		return json.NewEncoder(e.out).Encode(v)
	}
	_, err := fmt.Fprintln(e.out, strings.Join(lines, "\n"))
	return err
}

func version(_ context.Context, e *env, args []string) error {
	fs := e.flags("version", "")
	asJSON := fs.Bool("json", false, "for machines")
	if _, err := parse(fs, args); err != nil {
		return err
	}
	return e.print(*asJSON, map[string]string{"version": app.Version}, "xinshu "+app.Version)
}
