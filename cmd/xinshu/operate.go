package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"xinshu/internal/app"
	"xinshu/internal/ops"
	"xinshu/internal/org"
)

// user adds people and what they need, at the machine.
func user(ctx context.Context, e *env, args []string) error {
	fs := e.flags("user", "add|post|password|token|list")
	where(fs)
	in := ops.NewPerson{}
	fs.StringVar(&in.Login, "login", "", "the name to sign in with")
	fs.StringVar(&in.Name, "name", "", "the person's name")
	fs.StringVar(&in.UnitCode, "unit", "", "code of the unit of the post")
	role := fs.String("role", "", "role of the post: "+org.Join(org.Roles))
	fs.StringVar(&in.Title, "title", "", "title of the post")
	fs.StringVar(&in.Locale, "locale", "zh-CN", "zh-CN or en")
	password := fs.String("password", "", "the password; empty: read one line from standard input")
	scopes := fs.String("scopes", "read,submit,signoff", "token: what it may do, of "+org.Join(org.Stages))
	days := fs.Int("days", 90, "token: how long it lives")
	asJSON := fs.Bool("json", false, "for machines")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if err := wants(fs, rest, 1); err != nil {
		return err
	}
	in.Role = org.Role(*role)
	return opened(ctx, e.configured(), func(a *app.App) error {
		switch rest[0] {
		case "add":
			if in.Password, err = secret(e, *password); err != nil {
				return err
			}
			p, err := ops.AddPerson(ctx, a.Flow, a.Auth, in)
			if err != nil {
				return err
			}
			return e.print(*asJSON, p, "added "+p.Name+" ("+p.Login+")")
		case "post":
			p, err := ops.AddPost(ctx, a.Flow, in.Login, in.UnitCode, in.Role, in.Title)
			if err != nil {
				return err
			}
			return e.print(*asJSON, p, in.Login+" is now "+string(p.Role)+" in "+in.UnitCode)
		case "password":
			plain, err := secret(e, *password)
			if err != nil {
				return err
			}
			if err := ops.SetPassword(ctx, a.Flow, a.Auth, in.Login, plain); err != nil {
				return err
			}
			return e.print(*asJSON, map[string]string{"login": in.Login}, "the password of "+in.Login+" is changed; every session has ended")
		case "token":
			t, err := ops.IssueToken(ctx, a.Flow, ops.NewToken{Login: in.Login, Name: tokenName, Scopes: strings.Split(*scopes, ","), Days: *days})
			if err != nil {
				return err
			}
			return e.print(*asJSON, t, t.Secret)
		case "list":
			people, err := ops.People(ctx, a.Store)
			if err != nil {
				return err
			}
			var lines []string
			for _, p := range people {
				lines = append(lines, p.Login+"\t"+p.Name)
			}
			return e.print(*asJSON, map[string]any{"people": emptyList(people)}, lines...)
		}
		fs.Usage()
		return errUsage
	})
}

// secret takes a password from the flag or one line of standard input. At a
// terminal it is not shown while it is typed.
func secret(e *env, given string) (string, error) {
	if given != "" {
		return given, nil
	}
	fmt.Fprint(e.err, "password: ")
	if in := int(os.Stdin.Fd()); term.IsTerminal(in) {
		typed, err := term.ReadPassword(in)
		fmt.Fprintln(e.err)
		return string(typed), err
	}
	s := bufio.NewScanner(os.Stdin)
	s.Scan()
	return strings.TrimRight(s.Text(), "\r\n"), s.Err()
}

// rulebook puts a rulebook in force.
func rulebook(ctx context.Context, e *env, args []string) error {
	fs := e.flags("rulebook", "FILE")
	where(fs)
	asJSON := fs.Bool("json", false, "for machines")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if err := wants(fs, rest, 1); err != nil {
		return err
	}
	return opened(ctx, e.configured(), func(a *app.App) error {
		title, err := ops.Activate(ctx, a.Flow, rest[0])
		if err != nil {
			return err
		}
		return e.print(*asJSON, map[string]string{"title": title}, "in force: "+title)
	})
}

// verify looks everything over.
func verify(ctx context.Context, e *env, args []string) (err error) {
	fs := e.flags("verify", "[BACKUP]")
	where(fs)
	rebuild := fs.Bool("rebuild", false, "also make every projection anew and compare")
	asJSON := fs.Bool("json", false, "for machines")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) == 1 {
		return verifyBackup(ctx, e, rest[0], *asJSON)
	}
	if err := wants(fs, rest, 0); err != nil {
		return err
	}
	findings := []string{}
	say := func(line string) {
		if findings = append(findings, line); !*asJSON {
			fmt.Fprintln(e.err, line)
		}
	}
	c := e.configured()
	keep, err := atRest(c, say)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, keep()) }()
	err = opened(ctx, c, func(a *app.App) error {
		drain := a.Worker.Drain
		if !*rebuild {
			drain = nil
		}
		if _, err := ops.Verify(ctx, a.Store, drain, say); err != nil {
			return err
		}
		_, err := ops.Files(ctx, a.Store, a.Blobs, say)
		return err
	})
	if err != nil {
		return err
	}
	if *asJSON {
		err = e.print(true, map[string]any{"sound": len(findings) == 0, "findings": findings})
	} else if len(findings) == 0 {
		err = e.print(false, nil, "verified: nothing was altered or removed")
	} else {
		fmt.Fprintf(e.err, "%d findings\n", len(findings))
	}
	if err == nil && len(findings) > 0 {
		err = errFound
	}
	return err
}

// atRest looks at the files of a folder before they are opened.
func atRest(c app.Config, say func(string)) (keep func() error, err error) {
	if c.Postgres != "" {
		return func() error { return nil }, nil
	}
	_, keep, err = ops.AtRest(c.Dir, say)
	return keep, err
}
