package main

import (
	"context"
	"fmt"
	"time"

	"xinshu/internal/app"
	"xinshu/internal/ops"
)

// doctor looks at the machine and the installation; it works beside a running
// server and changes nothing.
func doctor(ctx context.Context, e *env, args []string) error {
	fs := e.flags("doctor", "")
	set := settings(fs)
	set.tolerant = true
	asJSON := fs.Bool("json", false, "for machines")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if err := wants(fs, rest, 0); err != nil {
		return err
	}
	c := set.settings.Sound().Defaults()
	p := ops.Patient{Dir: c.Dir, Postgres: c.Postgres, Backups: c.BackupDir, Now: c.Clock(), Zone: c.Location, Readers: c.Readers, At: c.ReadyURL()}
	p.Ready = func(ctx context.Context) error { return app.AskReady(ctx, c.ReadyURL(), 3*time.Second) }
	if mailer, err := c.Mailer(); err != nil {
		p.Wrong = append(p.Wrong, err.Error())
	} else if mailer != nil {
		p.Mail, p.MailAt = mailer.Try, mailer.Where()
	}
	if _, err := c.MailboxRoots(); err != nil {
		p.Wrong = append(p.Wrong, err.Error())
	}
	for _, problem := range append(set.settings.Problems, set.settings.OnDisk()...) {
		if problem.Minor {
			p.Odd = append(p.Odd, problem.String())
		} else {
			p.Wrong = append(p.Wrong, problem.String())
		}
	}
	checks := ops.Examine(ctx, p)
	var lines []string
	count := map[string]int{}
	for _, k := range checks {
		count[k.State]++
		line := fmt.Sprintf("%-4s  %-8s  %-11s  %s", k.State, k.Group, k.What, k.Seen)
		if k.Do != "" {
			line += "\n" + fmt.Sprintf("%28s→ %s", "", k.Do)
		}
		lines = append(lines, line)
	}
	lines = append(lines, fmt.Sprintf("%d ok, %d warn, %d fail", count[ops.Fine], count[ops.Warn], count[ops.Fail]))
	if err := e.print(*asJSON, map[string]any{"sound": count[ops.Fail] == 0, "checks": checks}, lines...); err != nil {
		return err
	}
	if count[ops.Fail] > 0 {
		return errFound
	}
	return nil
}

// healthcheck asks the running server whether it is ready, for containers and
// for systemd.
func healthcheck(ctx context.Context, e *env, args []string) error {
	fs := e.flags("healthcheck", "")
	settings(fs)
	url := fs.String("url", "", "`URL` to ask; empty: /readyz of the address in the settings")
	patience := fs.Duration("timeout", 5*time.Second, "how long to wait for the answer")
	asJSON := fs.Bool("json", false, "for machines")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if err := wants(fs, rest, 0); err != nil {
		return err
	}
	if *url == "" {
		*url = e.configured().ReadyURL()
	}
	if err := app.AskReady(ctx, *url, *patience); err != nil {
		return err
	}
	return e.print(*asJSON, map[string]any{"url": *url, "ready": true}, *url+" is ready")
}
