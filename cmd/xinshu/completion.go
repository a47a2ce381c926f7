package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"xinshu/internal/app"
	"xinshu/internal/fault"
)

// completion prints a shell's completion script, made from the verbs themselves.
func completion(_ context.Context, e *env, args []string) error {
	fs := e.flags("completion", "bash|zsh|fish")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if err := wants(fs, rest, 1); err != nil {
		return err
	}
	write := map[string]func([]described) string{"bash": bash, "zsh": zsh, "fish": fish}[rest[0]]
	if write == nil {
		return fault.Bad("shell", "unknown_word", "value", rest[0], "known", "bash, zsh, fish")
	}
	_, err = fmt.Fprint(e.out, write(describeAll()))
	return err
}

func describeAll() (all []described) {
	for _, v := range verbs() {
		all = append(all, describe(v))
	}
	return all
}

// words are the words that may follow a verb: of "units|items FILE", the two in
// small letters.
func (d described) words() []string {
	first, _, _ := strings.Cut(d.Takes, " ")
	first = strings.Trim(first, "[]")
	if !strings.Contains(first, "|") || first != strings.ToLower(first) {
		return nil
	}
	return strings.Split(first, "|")
}

// places tells whether a value is a file or a folder.
func places(takes string) (file, folder bool) {
	return strings.Contains(takes, "FILE"), strings.Contains(takes, "FOLDER") || strings.Contains(takes, "DIR")
}

func bash(all []described) string {
	var b strings.Builder
	b.WriteString("# bash completion of xinshu; made by: xinshu completion bash\n_xinshu() {\n")
	b.WriteString("\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} flags= words= files= dirs=\n")
	fmt.Fprintf(&b, "\tif [ \"$COMP_CWORD\" -eq 1 ]; then COMPREPLY=($(compgen -W %q -- \"$cur\")); return; fi\n\tcase ${COMP_WORDS[1]} in\n", strings.Join(append(verbs(), "help"), " "))
	for _, d := range all {
		var flags, files, dirs []string
		for _, o := range d.Flags {
			flags = append(flags, "--"+o.Name)
			file, folder := places(o.Takes)
			if file {
				files = append(files, "--"+o.Name)
			} else if folder {
				dirs = append(dirs, "--"+o.Name)
			}
		}
		words := d.words()
		fmt.Fprintf(&b, "\t%s) flags=%q words=%q files=%q dirs=%q ;;\n", d.Name, strings.Join(flags, " "), strings.Join(words, " "), strings.Join(files, " "), strings.Join(dirs, " "))
	}
	b.WriteString(`	esac
	case " $dirs " in *" $prev "*) COMPREPLY=($(compgen -d -- "$cur")); return ;; esac
	case " $files " in *" $prev "*) COMPREPLY=($(compgen -f -- "$cur")); return ;; esac
	case $cur in
	-*) COMPREPLY=($(compgen -W "$flags" -- "$cur")) ;;
	*) COMPREPLY=($(compgen -W "$words" -- "$cur") $(compgen -f -- "$cur")) ;;
	esac
}
complete -o filenames -F _xinshu xinshu
`)
	return b.String()
}

func zsh(all []described) string {
	quote := strings.NewReplacer("'", `'\''`, "[", `\[`, "]", `\]`, ":", `\:`).Replace
	var b strings.Builder
	b.WriteString("#compdef xinshu\n# zsh completion of xinshu; made by: xinshu completion zsh\n_xinshu() {\n\tlocal -a verbs\n\tverbs=(\n")
	for _, d := range all {
		fmt.Fprintf(&b, "\t\t'%s:%s'\n", d.Name, quote(d.About))
	}
	b.WriteString("\t)\n\tif (( CURRENT == 2 )); then _describe verb verbs; return; fi\n\tlocal verb=$words[2]\n\tshift words; (( CURRENT-- ))\n\tcase $verb in\n")
	for _, d := range all {
		fmt.Fprintf(&b, "\t%s) _arguments", d.Name)
		for _, o := range d.Flags {
			fmt.Fprintf(&b, " \\\n\t\t'--%s[%s]%s'", o.Name, quote(o.About), zshValue(o.Takes))
		}
		if w := d.words(); w != nil {
			fmt.Fprintf(&b, " \\\n\t\t'1:what:(%s)'", strings.Join(w, " "))
		}
		b.WriteString(" \\\n\t\t'*:file:_files' ;;\n")
	}
	b.WriteString("\tesac\n}\n_xinshu \"$@\"\n")
	return b.String()
}

func zshValue(takes string) string {
	file, folder := places(takes)
	switch {
	case takes == "":
		return ""
	case file:
		return ":file:_files"
	case folder:
		return ":folder:_files -/"
	}
	return ":" + strings.ToLower(takes) + ":"
}

func fish(all []described) string {
	quote := strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace
	var b strings.Builder
	b.WriteString("# fish completion of xinshu; made by: xinshu completion fish\n")
	for _, d := range all {
		fmt.Fprintf(&b, "complete -c xinshu -n __fish_use_subcommand -f -a %s -d '%s'\n", d.Name, quote(d.About))
		for _, w := range d.words() {
			fmt.Fprintf(&b, "complete -c xinshu -n '__fish_seen_subcommand_from %s' -a %s\n", d.Name, w)
		}
		for _, o := range d.Flags {
			value := ""
			if o.Takes != "" {
				value = " -r"
			}
			fmt.Fprintf(&b, "complete -c xinshu -n '__fish_seen_subcommand_from %s' -l %s%s -d '%s'\n", d.Name, o.Name, value, quote(o.About))
		}
	}
	return b.String()
}

// man writes the manual: a page for the program, one for each verb, one for the
// file of settings. Without a folder the program's own page is printed.
func man(_ context.Context, e *env, args []string) error {
	fs := e.flags("man", "[DIR]")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) > 1 {
		return wants(fs, rest, 1)
	}
	all := describeAll()
	if len(rest) == 0 {
		_, err := fmt.Fprint(e.out, mainPage(all))
		return err
	}
	dir := rest[0]
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	pages := map[string]string{"xinshu.1": mainPage(all), "xinshu.yaml.5": settingsPage()}
	for _, d := range all {
		pages["xinshu-"+d.Name+".1"] = verbPage(d)
	}
	for name, text := range pages {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return e.print(false, nil, fmt.Sprintf("%d pages in %s", len(pages), dir))
}

// roff writes text so that the typesetter takes nothing in it for a command.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, ".") || strings.HasPrefix(l, "'") {
			lines[i] = `\&` + l
		}
	}
	return strings.Join(lines, "\n")
}

func pageHead(b *strings.Builder, name, section, about string) {
	fmt.Fprintf(b, ".TH %q %s \"\" \"Xinshu %s\"\n.SH NAME\n%s \\- %s\n", strings.ToUpper(name), section, app.Version, roff(name), roff(about))
}

const exitCodes = ".SH EXIT STATUS\n.TP\n0\ndone\n.TP\n1\nthe input is wrong, or a check found something\n.TP\n2\nwrong usage\n"

func mainPage(all []described) string {
	var b strings.Builder
	pageHead(&b, "xinshu", "1", "reporting, editing and scoring of government information")
	b.WriteString(".SH SYNOPSIS\n.B xinshu\n.I VERB\n[flags] [arguments]\n.SH DESCRIPTION\nOne file, no configuration needed. Every verb has a page of its own.\n.SH VERBS\n")
	for _, d := range all {
		fmt.Fprintf(&b, ".TP\n.BR xinshu\\-%s (1)\n%s\n", roff(d.Name), roff(d.About))
	}
	b.WriteString(".SH ENVIRONMENT\n")
	for _, s := range app.AllSettings() {
		fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", roff(s.Env), roff(s.About))
	}
	fmt.Fprintf(&b, ".TP\n.B %s\nThe file of settings, as \\-\\-config.\n.SH FILES\n.TP\n.I %s\nin the data folder: settings, see\n.BR xinshu.yaml (5)\n", roff(app.ConfigEnv), app.SettingsFile)
	return b.String() + exitCodes
}

func verbPage(d described) string {
	var b strings.Builder
	pageHead(&b, "xinshu-"+d.Name, "1", d.About)
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.B xinshu %s\n[flags] %s\n", roff(d.Name), roff(d.Takes))
	if len(d.Flags) > 0 {
		b.WriteString(".SH OPTIONS\n")
	}
	for _, o := range d.Flags {
		fmt.Fprintf(&b, ".TP\n.B \\-\\-%s", roff(o.Name))
		if o.Takes != "" {
			fmt.Fprintf(&b, " %s", roff(o.Takes))
		}
		fmt.Fprintf(&b, "\n%s%s\n", roff(o.About), roff(o.falls()))
	}
	return b.String() + exitCodes + ".SH SEE ALSO\n.BR xinshu (1),\n.BR xinshu.yaml (5)\n"
}

func settingsPage() string {
	var b strings.Builder
	pageHead(&b, app.SettingsFile, "5", "settings of an installation")
	fmt.Fprintf(&b, ".SH DESCRIPTION\n%s\n.SH SETTINGS\n", roff(app.SettingsRule))
	for _, s := range app.AllSettings() {
		falls := "empty"
		if s.Default != "" {
			falls = s.Default
		}
		fmt.Fprintf(&b, ".TP\n.B %s: %s\n%s\nDefault: %s.\n", roff(s.Name), roff(s.Takes), roff(s.About), roff(falls))
	}
	return b.String() + ".SH SEE ALSO\n.BR xinshu\\-config (1)\n"
}
