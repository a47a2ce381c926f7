package main

import (
	"context"
	"fmt"

	"xinshu/internal/app"
	"xinshu/internal/ops"
)

// evidence writes sealed blocks for an auditor.
func evidence(ctx context.Context, e *env, args []string) error {
	fs := e.flags("evidence", "FOLDER")
	where(fs)
	from := fs.Int64("from", 0, "first block; 0: the first there is")
	until := fs.Int64("until", 0, "last block; 0: the last there is")
	shut := fs.Bool("close", false, "seal the facts that wait for a full block first, as a short one")
	asJSON := fs.Bool("json", false, "for machines")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if err := wants(fs, rest, 1); err != nil {
		return err
	}
	return opened(ctx, e.configured(), func(a *app.App) error {
		if *shut {
			if err := a.Worker.Drain(ctx); err != nil {
				return err
			}
		}
		rep, err := ops.Evidence(ctx, a.Flow, rest[0], *from, *until)
		if err != nil {
			return err
		}
		return e.print(*asJSON, rep,
			fmt.Sprintf("%d blocks (%d to %d), %d facts; %d facts wait for their block and are not in it", rep.Blocks, rep.First, rep.Last, rep.Facts, rep.Unsealed),
			"check it with: bash "+rest[0]+"/check-evidence.sh",
			"write down: block "+fmt.Sprint(rep.Last)+" "+rep.Hash)
	})
}
