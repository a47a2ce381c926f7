package main

import (
	"context"
	"fmt"

	"xinshu/internal/app"
	"xinshu/internal/ops"
)

// changes carries the yearly sheet of changes out, or says what it would do.
func changes(ctx context.Context, e *env, file string, in bringing) error {
	return opened(ctx, e.configured(), func(a *app.App) error {
		rep, err := ops.ImportChanges(ctx, a.Flow, file, !in.dry)
		if err != nil {
			return err
		}
		verb := "carried out"
		if in.dry {
			verb = "would carry out"
		}
		lines := []string{fmt.Sprintf("%s changes: %d done, %d planned for their day, %d so already, %d wrong", verb, rep.Done, rep.Planned, rep.Same, rep.Bad)}
		for _, r := range rep.Rows {
			line := fmt.Sprintf("line %d\t%s %s\t%s\t%d lines, %d posts, %d items, %d units below", r.Line, r.Act, r.Code, r.Result, r.Lines, r.Posts, r.Items, r.Children)
			for _, f := range r.Fields {
				line += "\t" + f.Path + ": " + f.Code
			}
			for _, w := range r.Reasons {
				line += "\t" + w.Code
			}
			lines = append(lines, line)
		}
		return e.print(in.asJSON, rep, lines...)
	})
}
