package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
)

// An item, a filing and an issue have an ETag, "v7-1f0c…": the version, and a
// digest of the answer, which also says what is allowed and what hangs on it. A
// reader who has it is told 304; a verb with If-Match compares the version and
// answers 412 with who changed what since.

// tagged are the readings with an ETag, by operation, and the noun.
var tagged = map[string]string{"item": "item", "filing": "filing", "issue": "issue"}

// nouns are the collections whose verbs take If-Match.
var nouns = map[string]string{"items": "item", "filings": "filing", "issues": "issue"}

// versionOf is the version in a reading that has an ETag.
func versionOf(out any) int64 {
	switch v := out.(type) {
	case flow.ItemView:
		return v.Item.Version
	case flow.FilingView:
		return v.Filing.Version
	case flow.IssueView:
		return v.Issue.Version
	}
	return 0
}

// kept holds an answer back until its digest is known.
type kept struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (k *kept) WriteHeader(status int) {
	if k.status == 0 {
		k.status = status
	}
}

func (k *kept) Write(b []byte) (int, error) {
	k.WriteHeader(http.StatusOK)
	return k.body.Write(b)
}

// tag answers a reading, or says that the reader has it already.
func (x *API) tag(w http.ResponseWriter, r *http.Request, c *call) {
	k := &kept{ResponseWriter: w}
	x.mux.ServeHTTP(k, r)
	if k.status == http.StatusOK && c.version > 0 {
		sum := sha256.Sum256(k.body.Bytes())
		tag := `"v` + strconv.FormatInt(c.version, 10) + "-" + hex.EncodeToString(sum[:8]) + `"`
		w.Header().Set("ETag", tag)
		w.Header().Set("Cache-Control", "private, no-cache")
		if has(r.Header.Values("If-None-Match"), tag) {
			w.Header().Del("Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	if k.status != 0 {
		w.WriteHeader(k.status)
	}
	_, _ = w.Write(k.body.Bytes()) // the reader has gone; there is nobody to tell
}

// has compares as If-None-Match does: a tag that compression made weak is the
// same reading.
func has(headers []string, tag string) bool {
	for _, h := range headers {
		for part := range strings.SplitSeq(h, ",") {
			part = strings.TrimSpace(part)
			if part == "*" || strings.TrimPrefix(part, "W/") == tag {
				return true
			}
		}
	}
	return false
}

var versionTag = regexp.MustCompile(`^(?:W/)?"v(\d{1,18})(?:-[0-9a-f]{1,64})?"$`)

// insist reads If-Match for a verb at a path below /api/v1.
func insist(ctx context.Context, path, header string) (context.Context, error) {
	if header == "" || header == "*" {
		return ctx, nil
	}
	parts := strings.Split(strings.TrimPrefix(path, prefix+"/"), "/")
	m := versionTag.FindStringSubmatch(strings.TrimSpace(header))
	if len(parts) < 3 || nouns[parts[0]] == "" {
		return ctx, fault.Bad("header.If-Match", "match_nothing")
	}
	if m == nil {
		return ctx, fault.Bad("header.If-Match", "not_a_tag")
	}
	v, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return ctx, fault.Bad("header.If-Match", "not_a_tag")
	}
	return flow.WithVersion(ctx, nouns[parts[0]], parts[1], v), nil
}

// stale reports whether a refusal says that the version is no longer the one
// insisted on.
func stale(e *fault.Error) bool {
	return slices.ContainsFunc(e.Reasons, func(r fault.Reason) bool { return r.Code == "changed_since" })
}

// describeTags says in the description what is said above.
func describeTags(op *huma.Operation) {
	text := &huma.Schema{Type: "string"}
	if tagged[op.OperationID] != "" {
		op.Parameters = append(op.Parameters, &huma.Param{Name: "If-None-Match", In: "header", Schema: text, Description: "An ETag; the answer is 304 when nothing has changed"})
		if op.Responses == nil {
			op.Responses = map[string]*huma.Response{}
		}
		op.Responses["304"] = &huma.Response{Description: "Nothing has changed"}
	}
	parts := strings.Split(strings.TrimPrefix(op.Path, prefix+"/"), "/")
	if op.Method != http.MethodGet && len(parts) > 2 && nouns[parts[0]] != "" && parts[1] == "{id}" {
		op.Parameters = append(op.Parameters, &huma.Param{Name: "If-Match", In: "header", Schema: text, Description: "An ETag, or \"v7\"; when it is another version by now the answer is 412 and names who changed what"})
	}
}
