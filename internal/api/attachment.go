package api

import (
	"errors"
	"mime/multipart"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// formRoom is what a multipart body may have around the file itself.
const formRoom = 64 << 10

// attachmentRoutes are the two routes whose bodies are not JSON. They
// speak to net/http directly; their description is written by hand.
func (x *API) attachmentRoutes() {
	up := post(org.StageSubmit, "/items/{id}/attachments", "attach", "Keep a file with an item").makes().operation()
	up.Parameters = append(up.Parameters, pathID())
	up.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
		Type: "object", Required: []string{"file"},
		Properties: map[string]*huma.Schema{
			"caption": {Type: "string"},
			"file":    {Type: "string", Format: "binary"},
		}}}}}
	made := x.huma.OpenAPI().Components.Schemas.Schema(attachmentType, true, "Attachment")
	up.Responses = x.responses("201", "application/json", made)
	x.plain(up, org.StageSubmit, x.attach)

	down := get("/attachments/{id}", "attachment", "The bytes of an attachment").operation()
	down.Parameters = append(down.Parameters, pathID())
	down.Responses = x.responses("200", "application/octet-stream", &huma.Schema{Type: "string", Format: "binary"})
	x.plain(down, org.ScopeRead, x.attachment)
}

func pathID() *huma.Param {
	return &huma.Param{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: "string"}}
}

func (x *API) responses(code, media string, s *huma.Schema) map[string]*huma.Response {
	problem := x.huma.OpenAPI().Components.Schemas.Schema(problemType, true, "Problem")
	return map[string]*huma.Response{
		code:      {Description: "Done", Content: map[string]*huma.MediaType{media: {Schema: s}}},
		"default": {Description: "Error", Content: map[string]*huma.MediaType{"application/problem+json": {Schema: problem}}},
	}
}

var (
	attachmentType = reflect.TypeFor[item.Attachment]()
	problemType    = reflect.TypeFor[Problem]()
)

func megabytes(n int64) string { return strconv.FormatInt(n>>20, 10) + " MB" }

// plain registers a route that reads and writes by itself.
func (x *API) plain(op huma.Operation, scope org.Stage, fn func(w http.ResponseWriter, r *http.Request, c *call) error) {
	x.huma.OpenAPI().AddOperation(&op)
	x.huma.Adapter().Handle(&op, func(h huma.Context) {
		r, w := humago.Unwrap(h)
		c := callOf(r.Context())
		err := c.scoped(scope)
		if err == nil {
			err = fn(w, r, c)
		}
		if err != nil {
			c.write(w, c.problem(err))
		}
	})
}

// attach reads a form with the fields caption and file. What does not fit in
// memory lies in a temporary file until the verb has taken it.
func (x *API) attach(w http.ResponseWriter, r *http.Request, c *call) error {
	r.Body = http.MaxBytesReader(w, r.Body, x.cfg.MaxUpload+formRoom)
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return fault.Bad("file", "too_large", "max", megabytes(x.cfg.MaxUpload))
		}
		return fault.Bad("body", "not_a_form")
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	file, head, err := r.FormFile("file")
	if err != nil {
		return fault.Bad("file", "required")
	}
	defer func(f multipart.File) { _ = f.Close() }(file)
	at, err := x.flow.Attach(r.Context(), c.actor, ident.Item(r.PathValue("id")), flow.Upload{Name: head.Filename, Caption: r.FormValue("caption"), Size: head.Size, Body: file})
	if err != nil {
		return err
	}
	return tell(w, http.StatusCreated, at)
}

// tell writes what a route that reads by itself has to tell.
func tell(w http.ResponseWriter, status int, v any) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	return strictJSON.Marshal(w, v)
}

// attachment sends the bytes, always as something to be kept, never as a page.
func (x *API) attachment(w http.ResponseWriter, r *http.Request, c *call) error {
	at, body, err := x.flow.OpenAttachment(r.Context(), c.actor, ident.Attachment(r.PathValue("id")))
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	httpio.Attachment(w, at.Name, at.Media)
	w.Header().Set("ETag", `"`+at.Hash+`"`)
	http.ServeContent(w, r, "", time.UnixMicro(at.At), body)
	return nil
}
