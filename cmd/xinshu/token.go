package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"xinshu/internal/app"
	"xinshu/internal/ops"
	"xinshu/internal/org"
)

// tokenName is what a token made here is called when nothing is said.
const tokenName = "command line"

// token issues, lists and revokes API tokens at the machine.
func token(ctx context.Context, e *env, args []string) error {
	fs := e.flags("token", "issue|list|revoke [TOKEN-ID]")
	where(fs)
	in := ops.NewToken{}
	fs.StringVar(&in.Login, "login", "", "`LOGIN` of the person the token speaks for; list: only this person's")
	fs.StringVar(&in.Name, "name", tokenName, "issue: what the token is for, so that it can be told from others")
	scopes := fs.String("scopes", "read,submit,signoff", "issue: what it may do, of "+org.Join(org.Stages))
	fs.IntVar(&in.Days, "days", 90, "issue: how long it lives")
	asJSON := fs.Bool("json", false, "for machines")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	want := 1
	if len(rest) > 0 && rest[0] == "revoke" {
		want = 2
	}
	if err := wants(fs, rest, want); err != nil {
		return err
	}
	if !slices.Contains([]string{"issue", "list", "revoke"}, rest[0]) {
		fs.Usage()
		return errUsage
	}
	c := e.configured()
	return opened(ctx, c, func(a *app.App) error {
		day := func(at int64) string { return time.UnixMicro(at).In(c.Location).Format(time.DateOnly) }
		switch rest[0] {
		case "issue":
			in.Scopes = strings.Split(*scopes, ",")
			t, err := ops.IssueToken(ctx, a.Flow, in)
			if err != nil {
				return err
			}
			return e.print(*asJSON, t, t.Secret)
		case "list":
			all, err := ops.Tokens(ctx, a.Flow, a.Store, in.Login)
			if err != nil {
				return err
			}
			lines := []string{"id\tlogin\tname\tscopes\tuntil\tstate"}
			for _, t := range all {
				lines = append(lines, strings.Join([]string{string(t.ID), t.Login, t.Name, strings.ReplaceAll(org.Join(t.Scopes), "|", ","), day(t.Expires), tokenState(t, c)}, "\t"))
			}
			return e.print(*asJSON, map[string]any{"tokens": emptyList(all)}, lines...)
		}
		if err := ops.RevokeToken(ctx, a.Flow, rest[1]); err != nil {
			return err
		}
		return e.print(*asJSON, map[string]string{"revoked": rest[1]}, "revoked: "+rest[1])
	})
}

// tokenState is one word for a line of the list.
func tokenState(t ops.HeldToken, c app.Config) string {
	switch now := c.Defaults().Clock().UnixMicro(); {
	case t.Revoked != 0:
		return "revoked"
	case t.Expires <= now:
		return "expired"
	case t.Used == 0:
		return "unused"
	}
	return "in use"
}
