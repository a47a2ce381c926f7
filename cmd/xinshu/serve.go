package main

import (
	"context"
	"fmt"
	"time"

	"xinshu/internal/app"
	"xinshu/internal/fault"
	"xinshu/internal/ops"
	"xinshu/internal/org"
)

// serve runs an installation until it is told to stop.
func serve(ctx context.Context, e *env, args []string) error {
	fs := e.flags("serve", "")
	dir, postgres := where(fs)
	listen := fs.String("listen", "127.0.0.1:8080", "address to answer on")
	templates := fs.String("templates", "", "read pages from this folder on every request (development)")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if err := wants(fs, rest, 0); err != nil {
		return err
	}
	a, err := app.Start(ctx, app.Config{Dir: *dir, Postgres: *postgres, Listen: *listen, Templates: *templates, Log: logger(e.err)})
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "Xinshu answers at %s (data in %s)\n", a.URL(), *dir)
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
	listen := fs.String("listen", "127.0.0.1:8080", "address to answer on")
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
	a, err := app.StartDemo(ctx, app.Config{Dir: *dir, Listen: *listen, Log: logger(e.err)}, day, func(done, total int, what string) {
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
