package main

import (
	"context"
	"fmt"

	"xinshu/internal/app"
	"xinshu/internal/item"
	"xinshu/internal/ops"
	"xinshu/internal/org"
)

// export writes items, units, people, the record or a ranking to a file.
func export(ctx context.Context, e *env, args []string) error {
	fs := e.flags("export", "items|units|people|facts|ranking FILE|-")
	where(fs)
	var q ops.ItemsQuery
	var x ops.Export
	fs.StringVar(&x.Format, "format", "", "jsonl, csv or xlsx; empty: as the target's ending says, jsonl on standard output")
	fs.StringVar(&x.Files, "attachments", "", "items: copy the attachments into this `DIR`, each under its hash")
	fs.StringVar(&q.Unit, "unit", "", "items: of the unit with this `CODE`")
	fs.BoolVar(&q.Below, "below", false, "items: with --unit, everything under it too")
	fs.StringVar(&q.Office, "office", "", "items: that lay at the desk of the office with this `CODE`; ranking: whose")
	fs.StringVar(&q.From, "from", "", "items: begun on this `DAY` or later")
	fs.StringVar(&q.Until, "until", "", "items: begun on this `DAY` or earlier")
	state := fs.String("state", "", "items: in this state: "+org.Join(item.States))
	fs.StringVar(&q.Genre, "genre", "", "items: of this genre")
	fs.StringVar(&q.Form, "form", "", "items: of this form")
	fs.StringVar(&q.Publication, "publication", "", "items: that the publication with this `CODE` took")
	fs.BoolVar(&q.Adopted, "adopted", false, "items: that some publication took")
	period := fs.String("period", "", "ranking: 2026-11, 2026-Q4 or 2026; empty: this month")
	asJSON := fs.Bool("json", false, "for machines")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if err := wants(fs, rest, 2); err != nil {
		return err
	}
	return opened(ctx, e.configured(), func(a *app.App) error {
		x.Flow, x.Store, x.Blobs, x.Target, x.Out = a.Flow, a.Store, a.Blobs, rest[1], e.out
		var did ops.Exported
		switch rest[0] {
		case "items":
			q.State = item.State(*state)
			did, err = x.Items(ctx, q)
		case "units":
			did, err = x.Units(ctx)
		case "people":
			did, err = x.People(ctx)
		case "facts":
			did, err = x.Facts(ctx)
		case "ranking":
			did, err = x.Ranking(ctx, q.Office, *period)
		default:
			fs.Usage()
			return errUsage
		}
		if err != nil {
			return err
		}
		line := fmt.Sprintf("exported %s: %d rows", rest[0], did.Rows)
		if x.Files != "" {
			line += fmt.Sprintf(", %d files", did.Files)
		}
		if rest[1] == "-" { // standard output has the rows
			return (&env{out: e.err}).print(*asJSON, did, line)
		}
		return e.print(*asJSON, did, fmt.Sprintf("%s to %s (%d bytes, SHA-256 %s)", line, rest[1], did.Bytes, did.SHA256))
	})
}
