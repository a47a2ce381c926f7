package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/org"
)

// Many verbs in one request: each entry is its own transaction, in order, with
// its own result. Nothing stops at the first that is refused.

const (
	maxBulk     = 100
	maxBulkBody = 8 << 20
)

// Bulk is a list of verbs.
type Bulk struct {
	Entries []BulkEntry `json:"entries" minItems:"1" maxItems:"100" doc:"At most 100; carried out in order"`
}

// BulkEntry is one verb on one object.
type BulkEntry struct {
	Operation string          `json:"operation" doc:"The operation's id in this description: receive-filing, hold-filing, adopt, sign-off, …"`
	ID        string          `json:"id,omitempty" doc:"The id in the operation's path"`
	Body      json.RawMessage `json:"body,omitempty" doc:"The body the operation takes by itself"`
	IfMatch   string          `json:"if_match,omitempty" doc:"An ETag, as in the header of that name"`
}

// BulkResult is what came of each entry, in the same order.
type BulkResult struct {
	Done    int        `json:"done" doc:"How many were carried out"`
	Refused int        `json:"refused"`
	Results []BulkDone `json:"results"`
}

// BulkDone is what came of one entry: its status and the object, or the problem.
type BulkDone struct {
	Index     int             `json:"index"`
	Operation string          `json:"operation"`
	ID        string          `json:"id,omitempty"`
	Status    int             `json:"status"`
	Object    json.RawMessage `json:"object,omitempty"`
	Problem   *Problem        `json:"problem,omitempty"`
}

// alone are operations that make no sense in a list: their bodies are files, or
// their answers hold a secret.
var alone = []string{"bulk", "attach", "issue-token", "add-webhook", "test-webhook", "set-channel", "confirm-channel",
	"set-mailbox", "look-mailbox", "lay-letter", "read-document"}

func (x *API) bulkRoutes() {
	rt := post(org.ScopeRead, "/bulk", "bulk", "Up to 100 verbs in one request; each with its own transaction, scope and result")
	rt.body = maxBulkBody
	serve(x, rt, x.bulk)
	x.verbs = map[string]*huma.Operation{}
	for _, item := range x.huma.OpenAPI().Paths {
		if op := item.Post; op != nil && !slices.Contains(alone, op.OperationID) {
			x.verbs[op.OperationID] = op
		}
	}
	for id := range x.verbs {
		x.verbNames = append(x.verbNames, id)
	}
	slices.Sort(x.verbNames)
}

func (x *API) bulk(ctx context.Context, _ flow.Actor, in *with[Bulk]) (BulkResult, error) {
	out := BulkResult{Results: []BulkDone{}}
	if n := len(in.Body.Entries); n == 0 || n > maxBulk {
		code := "too_many"
		if n == 0 {
			code = "required"
		}
		return out, fault.Bad("body.entries", code, "max", strconv.Itoa(maxBulk))
	}
	c := callOf(ctx)
	for i, e := range in.Body.Entries {
		if err := ctx.Err(); err != nil {
			return out, err // the reader has gone; the rest was not begun
		}
		d := x.one(ctx, c, i, e)
		if d.Problem != nil {
			out.Refused++
		} else {
			out.Done++
		}
		out.Results = append(out.Results, d)
	}
	return out, nil
}

var inURL = regexp.MustCompile(`^[0-9A-Za-z_-]{1,64}$`)

// one carries out one entry exactly as its own request would be.
func (x *API) one(ctx context.Context, c *call, i int, e BulkEntry) BulkDone {
	d := BulkDone{Index: i, Operation: e.Operation, ID: e.ID}
	refuse := func(err error) BulkDone {
		d.Problem = c.problem(err)
		d.Status = d.Problem.Status
		return d
	}
	op := x.verbs[e.Operation]
	at := "body.entries[" + strconv.Itoa(i) + "]"
	if op == nil {
		return refuse(fault.Fields([]fault.Field{fault.Unknown(at+".operation", e.Operation, x.verbNames...)}))
	}
	path := op.Path
	if takes := wantsID.MatchString(path); takes != (e.ID != "") || e.ID != "" && !inURL.MatchString(e.ID) {
		code := "required"
		if e.ID != "" {
			code = "not_an_id"
		}
		return refuse(fault.Bad(at+".id", code))
	}
	path = wantsID.ReplaceAllString(path, e.ID)
	own := *c
	own.method, own.path, own.version = op.Method, path, 0
	inner, err := insist(context.WithValue(ctx, callCtx{}, &own), path, e.IfMatch)
	if err != nil {
		return refuse(err)
	}
	if c.key != "" {
		inner = flow.WithKey(inner, path+" "+c.key+"#"+strconv.Itoa(i))
	}
	req, err := http.NewRequestWithContext(inner, op.Method, path, bytes.NewReader(e.Body))
	if err != nil {
		return refuse(fault.Bad(at+".id", "not_an_id"))
	}
	if len(e.Body) > 0 {
		req.Header.Set("Content-Type", "application/json")
	}
	k := &kept{ResponseWriter: &statusOnly{header: http.Header{}}}
	func() {
		defer x.caught(k, &own)
		x.mux.ServeHTTP(k, req)
	}()
	d.Status = k.status
	if d.Status >= http.StatusBadRequest {
		d.Problem = &Problem{Status: d.Status}
		if err := json.Unmarshal(k.body.Bytes(), d.Problem); err != nil {
			return refuse(err)
		}
		return d
	}
	if d.Status == 0 {
		d.Status = http.StatusNoContent
	}
	d.Object = bytes.TrimSpace(k.body.Bytes())
	return d
}

var wantsID = regexp.MustCompile(`\{id\}`)
