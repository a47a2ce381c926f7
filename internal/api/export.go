package api

import (
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/render"
)

// exportRoutes is the download of items as a table. Its body is no JSON, so it
// speaks to net/http directly and its description is written by hand.
func (x *API) exportRoutes() {
	down := get("/exports/items", "export-items", "Items I may see, with their texts, as JSON lines, CSV or XLSX; what the import reads").operation()
	text := func(name, doc string, enum ...any) {
		down.Parameters = append(down.Parameters, &huma.Param{Name: name, In: "query", Description: doc, Schema: &huma.Schema{Type: "string", Enum: enum}})
	}
	text("format", "jsonl when left out", "jsonl", "csv", "xlsx")
	text("unit", "Code of the unit")
	text("below", "With unit: everything under it too", "true", "false")
	text("office", "Code of an office at whose desk it lay")
	text("from", "Begun on this day or later")
	text("until", "Begun on this day or earlier")
	text("state", "State of the item")
	text("genre", "Code of the genre")
	text("form", "Code of the form")
	text("publication", "Code of a publication that took it")
	text("adopted", "Only what some publication took", "true", "false")
	down.Responses = x.responses("200", "application/octet-stream", &huma.Schema{Type: "string", Format: "binary"})
	x.plain(down, org.ScopeRead, x.exportItems)
}

// exportItems sends the rows as they are read. What goes wrong before the first
// is a problem; after it the connection is broken off, so that nobody takes half
// a table for a whole one.
func (x *API) exportItems(w http.ResponseWriter, r *http.Request, c *call) error {
	v := r.URL.Query()
	format := render.JSONL
	if f := v.Get("format"); f != "" {
		format = render.Format(f)
	}
	if _, _, known := render.FormatOf("." + string(format)); !known {
		return fault.Bad("query.format", "choose", "value", string(format))
	}
	q := flow.ExportQuery{Unit: v.Get("unit"), Below: said(v, "below"), Office: v.Get("office"), From: v.Get("from"), Until: v.Get("until"),
		State: item.State(v.Get("state")), Genre: v.Get("genre"), Form: v.Get("form"), Publication: v.Get("publication"), Adopted: said(v, "adopted")}
	rows, err := x.flow.Export(r.Context(), c.actor, q)
	if err != nil {
		return err
	}
	httpio.Attachment(w, "items."+string(format), format.Media())
	// A large table takes longer than a page may.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
	if err := render.Items(w, format, rows); err != nil {
		panic(http.ErrAbortHandler)
	}
	return nil
}

func said(v url.Values, name string) bool { s := v.Get(name); return s == "true" || s == "1" }
