package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"xinshu/internal/org"
)

// prefix of every path.
const prefix = "/api/v1"

// describe is huma's configuration: JSON only, no extra links in answers, no
// pages of its own, no field required by form: what is required is the verb's
// business, said in the reader's language with all other mistakes at once.
func describe() huma.Config {
	takeOver()
	c := huma.DefaultConfig("Xinshu 信枢", "v1")
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil
	c.FieldsOptionalByDefault = true
	c.Formats = map[string]huma.Format{"application/json": strictJSON, "json": strictJSON}
	c.Info.Description = "Every verb and list of Xinshu: an item from the township's draft to the ranked notice. " +
		"Moments are microseconds since 1970 UTC, days are numbers like 20261122. " +
		"A POST may carry an Idempotency-Key; sent again with the same body it answers as the first time. " +
		"Refusals are application/problem+json with codes and reasons; Accept-Language chooses zh or en."
	c.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	c.Servers = []*huma.Server{{URL: "/"}}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "A person's token, xs_…, with scopes and an expiry. Scopes are the stages of the flow, read and audit."},
	}
	for _, s := range org.Stages {
		c.Tags = append(c.Tags, &huma.Tag{Name: string(s)})
	}
	return c
}

// strictJSON refuses a field nobody knows and anything after the value: a typing
// error in a name must not be taken for an empty field.
var strictJSON = huma.Format{
	Marshal: func(w io.Writer, v any) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		return enc.Encode(v)
	},
	Unmarshal: func(data []byte, v any) error {
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.DisallowUnknownFields()
		if err := dec.Decode(v); err != nil {
			return err
		}
		if _, err := dec.Token(); !errors.Is(err, io.EOF) {
			return errors.New("there is more after the JSON value")
		}
		return nil
	},
}

// operation describes a route.
func (r route) operation() huma.Operation {
	op := huma.Operation{
		Method: r.method, Path: prefix + r.path, OperationID: r.id, Summary: r.doc,
		Tags: []string{string(r.scope)}, DefaultStatus: r.status,
		MaxBodyBytes: maxJSON, BodyReadTimeout: slow, SkipValidateBody: r.quick,
		Middlewares: huma.Middlewares{gate(r.scope)},
		Security:    []map[string][]string{{"token": {string(r.scope)}}},
	}
	if r.body > 0 {
		op.MaxBodyBytes = r.body
	}
	if r.method == http.MethodPost {
		lo, hi := minKey, maxKey
		op.Parameters = []*huma.Param{{Name: "Idempotency-Key", In: "header",
			Description: "8 to 128 visible ASCII characters. The same key, path and body give the first answer again.",
			Schema:      &huma.Schema{Type: "string", MinLength: &lo, MaxLength: &hi}}}
	}
	describeTags(&op)
	return op
}

// gate refuses a token without the scope before anything else is read.
func gate(scope org.Stage) func(h huma.Context, next func(huma.Context)) {
	return func(h huma.Context, next func(huma.Context)) {
		c := callOf(h.Context())
		err := c.scoped(scope)
		if err == nil {
			err = known(h)
		}
		if err != nil {
			_, w := humago.Unwrap(h)
			c.write(w, c.problem(err))
			return
		}
		next(h)
	}
}

// describeAll is the OpenAPI document as served.
func (x *API) describeAll() []byte {
	b, err := json.MarshalIndent(x.huma.OpenAPI(), "", " ")
	if err != nil {
		panic("api: the description cannot be written: " + err.Error()) // found by any test that starts the API
	}
	return append(b, '\n')
}
