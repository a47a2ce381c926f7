package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"xinshu/internal/app"
	"xinshu/internal/fault"
	"xinshu/internal/ops"
	"xinshu/internal/org"
)

// serve runs an installation until it is told to stop.
func serve(ctx context.Context, e *env, args []string) error {
	fs := e.flags("serve", "")
	set := settings(fs)
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if err := wants(fs, rest, 0); err != nil {
		return err
	}
	c := e.configured()
	set.warn(c.Log)
	a, err := app.Start(ctx, c)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "Xinshu answers at %s (data in %s)\n", a.URL(), c.Dir)
	if empty, err := ops.Empty(ctx, a.Flow); err == nil && empty {
		fmt.Fprintln(e.out, "Nobody is entered yet. Stop, then: xinshu import units FILE, and xinshu user add --login NAME --name 姓名 --unit CODE --role admin")
	}
	return until(ctx, a)
}

// until waits for the signal and stops in order.
func until(ctx context.Context, a *app.App) error {
	<-ctx.Done()
	return a.Close()
}

// demo builds the invented city once a day and serves it.
func demo(ctx context.Context, e *env, args []string) error {
	fs := e.flags("demo", "")
	set := settings(fs, "listen", "path-prefix", "trusted-proxies", "log-level", "log-format")
	set.noFile = true // the demo's folder is its own
	dir := fs.String("data", "", "data folder; empty: a fresh one of today under the user's cache")
	asOf := fs.String("as-of", "", "the city's last day, 2026-11-22; empty: today")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if err := wants(fs, rest, 0); err != nil {
		return err
	}
	day, err := demoDay(*asOf)
	if err != nil {
		return err
	}
	if *dir == "" {
		if *dir, err = app.DemoDir(day.Format(time.DateOnly)); err != nil {
			return err
		}
	}
	c := e.configured()
	c.Dir, c.Postgres, c.BackupDir = *dir, "", filepath.Join(*dir, "backups")
	a, err := app.StartDemo(ctx, c, day, func(done, total int, what string) {
		fmt.Fprintf(e.err, "\rbuilding the demo city: %3d %%  %-30s", done*100/max(total, 1), what)
		if done == total {
			fmt.Fprintln(e.err)
		}
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "The demo city answers at %s (data in %s)\n", a.URL(), *dir)
	return until(ctx, a)
}

func demoDay(s string) (time.Time, error) {
	if s == "" {
		return app.Today(), nil
	}
	if _, ok := org.ParseDate(s); !ok {
		return time.Time{}, fault.Bad("--as-of", "not_a_date", "value", s)
	}
	day, err := time.ParseInLocation(time.DateOnly, s, app.Shanghai())
	if err != nil {
		return day, fault.Bad("--as-of", "not_a_date", "value", s)
	}
	return day, nil
}
