package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"xinshu/internal/app"
	"xinshu/internal/ops"
)

// backup copies an installation, also one that is being served.
func backup(ctx context.Context, e *env, args []string) error {
	fs := e.flags("backup", "[DIR|FILE.tar.gz]")
	c := settings(fs, "data", "postgres", "backup-dir")
	bare := fs.Bool("without-key", false, "leave the signing key out; what is restored then seals nothing until it has its key again")
	keep := fs.Int("keep", 0, "of the dated files in the backup folder keep so many and remove older ones, once the new one is whole; 0: keep all")
	asJSON := fs.Bool("json", false, "for machines")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if *keep < 0 || *keep > 0 && len(rest) > 0 {
		fs.Usage() // only the backup folder's own names are known to be backups
		return errUsage
	}
	now := app.Config{}.Defaults().Clock()
	if len(rest) == 0 {
		dir := c.config.BackupDir
		if dir == "" {
			dir = filepath.Join(c.dir, "backups")
		}
		rest = []string{filepath.Join(dir, "xinshu-"+now.UTC().Format("20060102T150405Z")+".tar.gz")}
	}
	if err := wants(fs, rest, 1); err != nil {
		return err
	}
	rep, err := ops.Backup(ctx, ops.BackupOptions{Dir: c.dir, Postgres: c.postgres, To: rest[0], WithoutKey: *bare, Program: app.Version, Moment: now})
	if err != nil {
		return err
	}
	for _, d := range rep.Damaged {
		fmt.Fprintln(e.err, "left out, because it is damaged: "+d)
	}
	key := "with the signing key: keep this backup as safe as the installation"
	if rep.Block == 0 && !rep.WithKey {
		key = "nothing is sealed yet and there is no signing key"
	} else if !rep.WithKey {
		key = "without the signing key"
	}
	if err := e.print(*asJSON, rep, fmt.Sprintf("backed up to %s: %d tables, %d rows, %d files, %d bytes, up to position %d, %s",
		rep.Backup, rep.Tables, rep.Rows, rep.Files, rep.Bytes, rep.Position, key)); err != nil {
		return err
	}
	if len(rep.Damaged) > 0 {
		return errFound // and the older, whole ones stay
	}
	if *keep > 0 {
		return prune(filepath.Dir(rest[0]), *keep)
	}
	return nil
}

// prune removes all but the newest of the dated backups in a folder. Their names
// sort by moment.
func prune(dir string, keep int) error {
	all, err := filepath.Glob(filepath.Join(dir, "xinshu-"+strings.Repeat("[0-9]", 8)+"T"+strings.Repeat("[0-9]", 6)+"Z.tar.gz"))
	if err != nil {
		return err
	}
	slices.Sort(all)
	for _, old := range all[:max(0, len(all)-keep)] {
		if err := os.Remove(old); err != nil {
			return err
		}
	}
	return nil
}

// restore brings a backup into an empty folder or database.
func restore(ctx context.Context, e *env, args []string) error {
	fs := e.flags("restore", "BACKUP")
	c := settings(fs, "data", "postgres")
	damaged := fs.Bool("damaged", false, "also when the installation was damaged before the backup was made")
	asJSON := fs.Bool("json", false, "for machines")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if err := wants(fs, rest, 1); err != nil {
		return err
	}
	open := func(ctx context.Context, dir, postgres string) (*ops.Opened, error) {
		a, err := app.Open(ctx, app.Config{Dir: dir, Postgres: postgres, Log: logger(e.err)})
		if err != nil {
			return nil, err
		}
		return &ops.Opened{Store: a.Store, Blobs: a.Blobs, CatchUp: a.Worker.CatchUp, Close: a.Close}, nil
	}
	rep, err := ops.Restore(ctx, ops.RestoreOptions{From: rest[0], Dir: c.dir, Postgres: c.postgres, Damaged: *damaged, Open: open})
	if err != nil {
		return err
	}
	for _, f := range rep.Findings {
		fmt.Fprintln(e.err, "damaged before the backup was made: "+f)
	}
	lines := []string{fmt.Sprintf("restored on %s: %d tables, %d rows, %d files, up to position %d; everything is as the backup says", rep.Engine, rep.Tables, rep.Rows, rep.Files, rep.Position)}
	if !rep.WithKey && rep.Block > 0 {
		lines = append(lines, "the backup has no signing key: what is sealed can be checked, and nothing more is sealed until the key is put back (docs/backup.md)")
	}
	return e.print(*asJSON, rep, lines...)
}

// verifyBackup proves a backup without an installation.
func verifyBackup(ctx context.Context, e *env, path string, asJSON bool) error {
	findings := []string{}
	rep, err := ops.VerifyBackup(ctx, path, func(line string) {
		if findings = append(findings, line); !asJSON {
			fmt.Fprintln(e.err, line)
		}
	})
	if err != nil {
		return err
	}
	switch {
	case asJSON:
		err = e.print(true, map[string]any{"sound": len(findings) == 0, "findings": findings, "backup": rep})
	case len(findings) == 0:
		err = e.print(false, nil, fmt.Sprintf("verified %s: %d tables, %d rows, %d files, up to position %d, as they were written", path, rep.Tables, rep.Rows, rep.Files, rep.Position))
	default:
		fmt.Fprintf(e.err, "%d findings\n", len(findings))
	}
	if err == nil && len(findings) > 0 {
		err = errFound
	}
	return err
}
