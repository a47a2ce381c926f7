package ops

import (
	"context"
	"path/filepath"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/intake"
)

// ImportChanges carries a sheet of changes out, or says what it would do.
func ImportChanges(ctx context.Context, f *flow.Flow, path string, apply bool) (e flow.SheetEffect, err error) {
	defer fault.Wrap(&err, "ops.ImportChanges")
	digest, err := digestOf(path)
	if err != nil {
		return e, err
	}
	sheet, err := readSheet(path)
	if err != nil {
		return e, err
	}
	sheet.Digest, sheet.DryRun = digest, !apply
	return f.ChangeSheet(ctx, System, sheet)
}

// readSheet reads a sheet by what it is: a workbook, or text in columns.
func readSheet(path string) (flow.Sheet, error) {
	if strings.EqualFold(filepath.Ext(path), ".xlsx") {
		t, err := intake.OpenSheet(filepath.Base(path), path, intake.SheetOptions{TableOptions: flow.SheetColumns()})
		if err != nil {
			return flow.Sheet{}, err
		}
		defer t.Close()
		return flow.ReadSheetRows(filepath.Base(path), t)
	}
	o, err := open(path)
	if err != nil {
		return flow.Sheet{}, err
	}
	defer o.Close()
	return flow.ReadSheet(o.Name, o)
}
