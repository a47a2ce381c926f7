package ops

import (
	"context"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
)

// ImportChanges carries a sheet of changes out, or says what it would do.
func ImportChanges(ctx context.Context, f *flow.Flow, path string, apply bool) (e flow.SheetEffect, err error) {
	defer fault.Wrap(&err, "ops.ImportChanges")
	digest, err := digestOf(path)
	if err != nil {
		return e, err
	}
	o, err := open(path)
	if err != nil {
		return e, err
	}
	defer o.Close()
	sheet, err := flow.ReadSheet(o.Name, o)
	if err != nil {
		return e, err
	}
	sheet.Digest, sheet.DryRun = digest, !apply
	return f.ChangeSheet(ctx, System, sheet)
}
