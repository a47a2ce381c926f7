package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"xinshu/internal/app"
	"xinshu/internal/ops"
)

// importing reads units, items or a sheet of changes.
func importing(ctx context.Context, e *env, args []string) error {
	fs := e.flags("import", "units|items|changes FILE")
	where(fs)
	in := bringing{}
	fs.BoolVar(&in.dry, "dry-run", false, "say what would happen, show the first rows as they would be read, and change nothing")
	fs.BoolVar(&in.asJSON, "json", false, "for machines")
	fs.StringVar(&in.mapping, "map", "", "what a stranger's table means: a mapping `FILE`.yaml, the name of a saved mapping, or field=column,… as in title=标题,unit=单位代码")
	fs.StringVar(&in.saveAs, "save-map", "", "keep the mapping in the data folder under this `NAME` once the import is done")
	fs.StringVar(&in.sheet, "sheet", "", "XLSX: the sheet to read; empty: the mapping's, else the first")
	units := fs.String("unit", "", "items: unit codes, comma-separated, that rows without a unit are dealt out to")
	fs.StringVar(&in.below, "units-of", "", "items: the same, every unit that reports to the office with this code")
	fs.StringVar(&in.opt.Genre, "genre", "news", "items: genre of rows that name none")
	fs.StringVar(&in.opt.Form, "form", "single", "items: form of rows that name none")
	fs.IntVar(&in.opt.Limit, "limit", 0, "items: take this many rows at most")
	fs.StringVar(&in.opt.Files, "attachments", "", "items: `DIR` with the files that an export copied")
	fs.BoolVar(&in.opt.NoFiles, "no-attachments", false, "items: leave the attachments out")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if err := wants(fs, rest, 2); err != nil {
		return err
	}
	if rest[0] == "changes" {
		return changes(ctx, e, rest[1], in)
	}
	if rest[0] != "units" && rest[0] != "items" {
		fs.Usage()
		return errUsage
	}
	if *units != "" {
		in.opt.Units = strings.Split(*units, ",")
	}
	in.what, in.file = rest[0], rest[1]
	return in.run(ctx, e)
}

// bringing is one import as it was asked for.
type bringing struct {
	what, file                    string
	mapping, saveAs, sheet, below string
	opt                           ops.ItemsOptions
	dry, asJSON                   bool
}

func (in bringing) run(ctx context.Context, e *env) error {
	c := e.configured()
	folder := filepath.Join(c.Dir, "mappings")
	m, err := ops.ReadMapping(in.mapping, folder, ops.FieldsOf(in.what))
	if err != nil {
		return err
	}
	if in.sheet != "" {
		m.Sheet = in.sheet
	}
	return opened(ctx, c, func(a *app.App) error {
		var rep ops.Report
		if in.what == "units" {
			rep, err = ops.ImportUnitsAs(ctx, a.Flow, in.file, m, !in.dry)
		} else {
			in.opt.Map, in.opt.DryRun = m, in.dry
			if in.below != "" {
				if in.opt.Units, err = a.Flow.LinesTo(ctx, ops.System, in.below); err != nil {
					return err
				}
			}
			rep, err = ops.ImportItems(ctx, a.Flow, in.file, in.opt)
			if err == nil && !in.dry {
				err = a.Worker.Drain(ctx)
			}
		}
		if err != nil {
			return err
		}
		if in.saveAs != "" && !in.dry {
			if err := m.Save(ctx, folder, in.saveAs); err != nil {
				return err
			}
		}
		return in.report(e, rep)
	})
}

func (in bringing) report(e *env, rep ops.Report) error {
	verb := "imported"
	if rep.DryRun {
		verb = "would import"
	}
	lines := []string{fmt.Sprintf("%s %s: %d rows read (%s), %d added, %d changed, %d already here", verb, in.what, rep.Rows, rep.Encoding, rep.Added, rep.Changed, rep.Same)}
	for _, r := range rep.First {
		var row any = r.Entry
		if r.Unit != nil {
			row = r.Unit
		}
		b, err := json.Marshal(row)
		if err != nil {
			return err
		}
		lines = append(lines, r.Place+": "+short(string(b), 400))
	}
	return e.print(in.asJSON, rep, lines...)
}

// short cuts a line for a terminal.
func short(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
