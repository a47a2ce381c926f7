package app

import (
	"context"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"xinshu/internal/demo"
)

// Today is the present day where the offices are.
func Today() time.Time {
	now := time.Now().In(Shanghai())
	return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
}

// builtMark says that a demo folder was finished; without it the folder is
// built again from nothing.
const builtMark = "demo-is-built"

// StartDemo builds the invented city if the folder has none yet, and serves it.
func StartDemo(ctx context.Context, c Config, asOf time.Time, progress func(done, total int, what string)) (*App, error) {
	if _, err := os.Stat(filepath.Join(c.Dir, builtMark)); err != nil {
		if err := BuildDemo(ctx, c, asOf, progress); err != nil {
			return nil, err
		}
	}
	c.Demo = true
	if ahead := time.Until(demo.Moment(asOf, Shanghai())); ahead > 0 && c.Clock == nil {
		// the city stands still in the morning of its last day; nothing in it may
		// lie in the future, so a night owl's clock is put forward
		c.Clock = func() time.Time { return time.Now().Add(ahead) }
	}
	return Start(ctx, c)
}

// BuildDemo grows the city in an empty folder. The same day gives the same bytes:
// its clock and its randomness are the day's own.
func BuildDemo(ctx context.Context, c Config, asOf time.Time, progress func(done, total int, what string)) (err error) {
	if err := emptyFolder(c.Dir); err != nil {
		return err
	}
	var seed [32]byte
	copy(seed[:], "xinshu demo "+asOf.Format(time.DateOnly))
	clock := demo.NewClock(asOf)
	c.Clock, c.Rand, c.NoSync, c.NoWorker = clock.Now, mathrand.NewChaCha8(seed), true, true
	a, err := Open(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := demo.Build(ctx, demo.World{Flow: a.Flow, Auth: a.Auth, Clock: clock, AsOf: asOf, Progress: progress}); err != nil {
		return fmt.Errorf("building the demo: %w", err)
	}
	if err := a.Worker.Drain(ctx); err != nil {
		return err
	}
	if err := a.Store.Sync(ctx); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.Dir, builtMark), []byte(asOf.Format(time.DateOnly)+"\n"), 0o600)
}

// emptyFolder makes room for a fresh build. It clears only what a broken-off
// build of the demo has left, never a folder with other things in it.
func emptyFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		entries, err = nil, nil
	}
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		return os.WriteFile(filepath.Join(dir, buildingMark), nil, 0o600)
	}
	if _, err := os.Stat(filepath.Join(dir, buildingMark)); err != nil {
		return fmt.Errorf("%s has other things in it; the demo wants an empty folder: say --data with another one", dir)
	}
	for _, e := range entries {
		if e.Name() != buildingMark {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// buildingMark says that a folder is the demo's own to clear.
const buildingMark = "demo-folder"
