package api

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// asked are the filters of the record.
type asked struct {
	Noun   string       `query:"noun"`
	ID     string       `query:"id"`
	Actor  ident.Person `query:"actor"`
	Person string       `query:"person" doc:"A login or a name, instead of actor"`
	Office ident.Unit   `query:"office"`
	Place  string       `query:"place" doc:"A unit's code or name, instead of office"`
	Kind   fact.Kind    `query:"kind" doc:"item.signed, placement.published, …"`
	From   string       `query:"from" doc:"First day, 2026-11-22"`
	Until  string       `query:"until" doc:"Last day, 2026-11-22"`
}

func (q asked) query() flow.RecordQuery {
	return flow.RecordQuery{Noun: q.Noun, ID: q.ID, Actor: q.Actor, Person: q.Person, Office: q.Office, Place: q.Place, Kind: q.Kind, From: q.From, Until: q.Until}
}

func (x *API) recordRoutes() {
	f := x.flow
	audit := func(rt route) route { rt.scope = org.ScopeAudit; return rt }

	serve(x, audit(get("/record", "record", "The record of facts, newest first; for an auditor, with the scopes audit and read")), func(ctx context.Context, a flow.Actor, in *struct {
		asked
		Stretch
	}) (flow.Page[flow.Act], error) {
		q := in.query()
		q.Cursor, q.Limit = in.Cursor, in.Limit
		return page(f.Record(ctx, a, q))
	})
	serve(x, audit(get("/record/{position}", "fact", "One fact: envelope, payload, and whether its block is as it was sealed")), func(ctx context.Context, a flow.Actor, in *struct {
		Position int64 `path:"position" minimum:"1"`
	}) (flow.FactView, error) {
		return f.Fact(ctx, a, in.Position)
	})
	out := audit(get("/record/export", "export-record", "Everything the filters of the record find, as CSV or JSON Lines; that it was taken away is recorded")).operation()
	out.Parameters = append(textParams("noun", "id", "actor", "person", "office", "place", "kind", "from", "until"),
		&huma.Param{Name: "format", In: "query", Schema: &huma.Schema{Type: "string", Enum: []any{"csv", "jsonl"}, Default: "csv"}})
	out.Responses = x.responses("200", "text/csv", &huma.Schema{Type: "string"})
	x.plain(out, org.ScopeAudit, x.exportRecord)
	proof := audit(get("/record/evidence", "evidence", "Sealed blocks as a ZIP archive that an auditor checks with bash and openssl; the recipe is inside")).operation()
	proof.Parameters = textParams("from", "until")
	proof.Responses = x.responses("200", "application/zip", &huma.Schema{Type: "string", Format: "binary"})
	x.plain(proof, org.ScopeAudit, x.evidence)
	serve(x, get("/items/{id}/record", "item-record", "Everything that happened to an item as far as I may see it, and who opened it where reading is restricted"), func(ctx context.Context, a flow.Actor, in *byID[ident.Item]) (flow.ItemRecord, error) {
		return f.ItemRecord(ctx, a, in.ID)
	})
	serve(x, post(org.StageSignOff, "/items/{id}/restrict", "restrict-item", "Restrict the reading of an item, or set it free: whoever opens a restricted text is recorded"), func(ctx context.Context, a flow.Actor, in *on[ident.Item, flow.Restrict]) (flow.Mark, error) {
		return f.RestrictItem(ctx, a, in.ID, in.Body)
	})
	serve(x, post(org.StageIssue, "/publications/{id}/restrict", "restrict-publication", "Restrict the reading of a publication's issues, or set it free"), func(ctx context.Context, a flow.Actor, in *on[ident.Publication, flow.Restrict]) (flow.Mark, error) {
		return f.RestrictPublication(ctx, a, in.ID, in.Body)
	})
}

func textParams(names ...string) (out []*huma.Param) {
	for _, n := range names {
		out = append(out, &huma.Param{Name: n, In: "query", Schema: &huma.Schema{Type: "string"}})
	}
	return out
}

// exportRecord streams a record. What fails after the first byte cuts the
// connection, so that half a file is never taken for a whole one.
func (x *API) exportRecord(w http.ResponseWriter, r *http.Request, c *call) error {
	v := r.URL.Query()
	q := flow.RecordQuery{Noun: v.Get("noun"), ID: v.Get("id"), Actor: ident.Person(v.Get("actor")), Person: v.Get("person"), Office: ident.Unit(v.Get("office")), Place: v.Get("place"), Kind: fact.Kind(v.Get("kind")), From: v.Get("from"), Until: v.Get("until")}
	form := v.Get("format")
	if form == "" {
		form = "csv"
	}
	begun := false
	err := x.flow.ExportRecord(r.Context(), c.actor, q, form, func() io.Writer {
		begun = true
		httpio.Attachment(w, "record."+form, map[string]string{"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}[form])
		return w
	})
	if err != nil && begun {
		panic(http.ErrAbortHandler)
	}
	return err
}

// evidence streams sealed blocks as an archive.
func (x *API) evidence(w http.ResponseWriter, r *http.Request, c *call) error {
	var stretch [2]int64
	for i, name := range []string{"from", "until"} {
		if typed := r.URL.Query().Get(name); typed != "" {
			n, err := strconv.ParseInt(typed, 10, 64)
			if err != nil {
				return fault.Bad(name, "not_a_number", "value", typed)
			}
			stretch[i] = n
		}
	}
	return httpio.Archive(w, "evidence.zip", "evidence", func(create func(string) (io.Writer, error)) error {
		_, err := x.flow.Evidence(r.Context(), c.actor, stretch[0], stretch[1], create)
		return err
	})
}
