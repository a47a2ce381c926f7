package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"

	"xinshu/internal/app"
)

// chosen is what the settings of one call came to.
type chosen struct {
	given    map[string]string // by flag
	noFile   bool
	tolerant bool // the verb itself tells what is wrong
	settings app.Settings
	config   app.Config
	dir      string
	postgres string
}

// settingFlag is a setting as a flag. Its text is only the default for the help;
// what holds is decided when all flags are read.
type settingFlag struct {
	to         *chosen
	name, text string
}

// String is the text given, or the default.
func (f *settingFlag) String() string {
	if f == nil {
		return ""
	}
	return f.text
}

// Set keeps what was given.
func (f *settingFlag) Set(v string) error {
	f.text = v
	f.to.given[f.name] = v
	return nil
}

// settings gives a verb the flags of the named settings, or of all, and the one
// that names the file.
func settings(fs *flag.FlagSet, names ...string) *chosen {
	c := &chosen{given: map[string]string{}}
	for _, s := range app.AllSettings() {
		if len(names) == 0 || slices.Contains(names, s.Name) {
			fs.Var(&settingFlag{c, s.Name, s.Default}, s.Name, fmt.Sprintf("`%s`: %s Also %s.", s.Takes, s.About, s.Env))
		}
	}
	if len(names) > 0 && !slices.Contains(names, "data") {
		return c
	}
	fs.Var(&settingFlag{to: c, name: "config"}, "config", fmt.Sprintf("`FILE` of settings; empty: %s in the data folder, if it is there. Also %s.", app.SettingsFile, app.ConfigEnv))
	return c
}

// where has the flags that name the data. What they point to holds once parse
// has been called.
func where(fs *flag.FlagSet) (dir, postgres *string) {
	c := settings(fs, "data", "postgres")
	return &c.dir, &c.postgres
}

// chosenOf finds the settings among a verb's flags.
func chosenOf(fs *flag.FlagSet) *chosen {
	var c *chosen
	fs.VisitAll(func(f *flag.Flag) {
		if s, ok := f.Value.(*settingFlag); ok {
			c = s.to
		}
	})
	return c
}

// resolve reads the settings that no flag gave; parse calls it.
func resolve(fs *flag.FlagSet) error {
	c := chosenOf(fs)
	if c == nil {
		return nil
	}
	c.settings = app.ReadSettings(app.Sources{Flags: c.given, Environ: os.Environ(), NoFile: c.noFile})
	var err error
	c.config, err = c.settings.Config()
	c.dir, c.postgres = c.config.Dir, c.config.Postgres
	if c.tolerant {
		return nil
	}
	return err
}

// configured is the configuration of a verb that was parsed, with every setting
// in it and a log of the form they ask for.
func (e *env) configured() app.Config {
	c := chosenOf(e.fs).config
	c.Log = logFor(e.err, c)
	return c
}

// logger writes the log as it is when nothing is set.
func logger(w io.Writer) *slog.Logger { return logFor(w, app.Config{}) }

func logFor(w io.Writer, c app.Config) *slog.Logger {
	var level slog.Level // info
	if c.LogLevel != "" {
		_ = level.UnmarshalText([]byte(c.LogLevel)) // one of four words, checked when it was read
	}
	o := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// warn tells what is odd about the settings and keeps nobody from starting.
func (c *chosen) warn(log *slog.Logger) {
	for _, p := range c.settings.Problems {
		if p.Minor {
			log.Warn("settings", "place", p.Place, "problem", p.What)
		}
	}
}

// shownSetting is a setting for a machine.
type shownSetting struct {
	Name  string `json:"name"`
	Env   string `json:"env"`
	Value string `json:"value"`
	From  string `json:"from"`
	Place string `json:"place,omitempty"`
	About string `json:"about"`
}

// config prints every setting, its value and where it came from.
func config(_ context.Context, e *env, args []string) error {
	fs := e.flags("config", "")
	c := settings(fs)
	c.tolerant = true
	check := fs.Bool("check", false, "only look for mistakes; exit 1 when there is one")
	asJSON := fs.Bool("json", false, "for machines")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if err := wants(fs, rest, 0); err != nil {
		return err
	}
	problems := append(slices.Clone(c.settings.Problems), c.settings.OnDisk()...)
	var shown []shownSetting
	var lines []string
	for _, v := range c.settings.Values {
		shown = append(shown, shownSetting{v.Name, v.Env, v.Shown(), v.From, v.Place, v.About})
		from := v.From
		if v.Place != "" && v.From != app.FromDefault {
			from = v.From + " " + v.Place
		}
		value := v.Shown()
		if value == "" {
			value = `""`
		}
		lines = append(lines, fmt.Sprintf("%-16s %-24s %s", v.Name, value, from))
	}
	switch {
	case *check:
		lines = []string{fmt.Sprintf("%d problems", len(problems))}
		if len(problems) == 0 {
			lines = []string{"the settings are in order"}
		}
	case c.settings.File == "":
		lines = append(lines, "", "no file of settings was read")
	default:
		lines = append(lines, "", "file of settings: "+c.settings.File)
	}
	if err := e.print(*asJSON, map[string]any{"settings": shown, "file": c.settings.File, "problems": emptyList(problems)}, lines...); err != nil {
		return err
	}
	for _, p := range problems {
		fmt.Fprintln(e.err, "xinshu config: "+p.String())
	}
	if *check && len(problems) > 0 || slices.ContainsFunc(problems, func(p app.Problem) bool { return !p.Minor }) {
		return errFound
	}
	return nil
}

// emptyList is [] for a machine where there is nothing, not null.
func emptyList[T any](all []T) []T {
	if all == nil {
		return []T{}
	}
	return all
}
