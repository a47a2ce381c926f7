package api

import (
	"context"
	"errors"
	"mime/multipart"
	"net/http"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// maxLetter is how many times the bound of one file a letter's files may have
// together.
const maxLetter = 4

// Begun is an item and whether it was there already.
type Begun struct {
	Item  item.Item `json:"item"`
	Begun bool      `json:"begun" doc:"The key had begun it already; nothing of this request was kept"`
}

type begin struct {
	Key string `json:"key" doc:"What makes it the same item: 8 to 128 printable characters" maxLength:"128"`
	flow.Draft
}

// mailboxRoutes are an office's mailbox, and files that are read or laid down.
func (x *API) mailboxRoutes() {
	f := x.flow
	serve(x, get("/offices/{id}/mailbox", "mailbox", "An office's mailbox and how its last look went; never the password"), func(ctx context.Context, a flow.Actor, in *byID[ident.Unit]) (flow.MailboxView, error) {
		return f.Mailbox(ctx, a, in.ID)
	})
	serve(x, post(org.StageRegister, "/offices/{id}/mailbox", "set-mailbox", "Set where an office's mail is fetched from; messages become letters that wait for a person"), func(ctx context.Context, a flow.Actor, in *on[ident.Unit, flow.SetMailbox]) (flow.MailboxView, error) {
		return f.SetMailbox(ctx, a, in.ID, in.Body)
	})
	serve(x, post(org.StageRegister, "/offices/{id}/mailbox/end", "end-mailbox", "Stop fetching and forget the password; the letters stay"), func(ctx context.Context, a flow.Actor, in *byID[ident.Unit]) (flow.MailboxView, error) {
		return f.EndMailbox(ctx, a, in.ID)
	})
	serve(x, post(org.StageDesk, "/offices/{id}/mailbox/look", "look-mailbox", "Look into the mailbox now and tell what came"), func(ctx context.Context, a flow.Actor, in *byID[ident.Unit]) (flow.MailboxView, error) {
		return f.LookMailbox(ctx, a, in.ID)
	})
	serve(x, post(org.StageSubmit, "/items/begin", "begin", "Begin a draft, or find the one begun with the same key, also when more has been typed since").makes().texts(), func(ctx context.Context, a flow.Actor, in *with[begin]) (Begun, error) {
		if !goodKey(in.Body.Key) {
			return Begun{}, fault.Bad("key", "bad_key", "min", "8", "max", "128")
		}
		it, begun, err := f.Begin(ctx, a, in.Body.Key, in.Body.Draft)
		return Begun{it, begun}, err
	})
	schemas := x.huma.OpenAPI().Components.Schemas
	lay := post(org.StageDesk, "/offices/{id}/letters", "lay-letter", "Lay down what came by mail, on paper or as a picture: scans, or one message as .eml").makes().operation()
	lay.Parameters = append(lay.Parameters, pathID())
	lay.RequestBody = filesBody(true)
	lay.Responses = x.responses("201", "application/json", schemas.Schema(reflect.TypeFor[filing.Letter](), true, "Letter"))
	x.plain(lay, org.StageDesk, x.layLetter)

	read := post(org.StageSubmit, "/documents/read", "read-document", "The title and body of a .docx or .txt, to go on with; nothing is kept").operation()
	read.RequestBody = filesBody(false)
	read.Responses = x.responses("200", "application/json", schemas.Schema(reflect.TypeFor[flow.Unpacked](), true, "Unpacked"))
	x.plain(read, org.StageSubmit, x.readDocument)

	file := get("/letters/{id}/files/{rank}", "letter-file", "The bytes of one file of a letter").operation()
	file.Parameters = append(file.Parameters, pathID(), &huma.Param{Name: "rank", In: "path", Required: true, Schema: &huma.Schema{Type: "integer"}})
	file.Responses = x.responses("200", "application/octet-stream", &huma.Schema{Type: "string", Format: "binary"})
	x.plain(file, org.ScopeRead, x.letterFile)
}

func filesBody(many bool) *huma.RequestBody {
	file := &huma.Schema{Type: "string", Format: "binary"}
	if many {
		file = &huma.Schema{Type: "array", Items: file}
	}
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
		Type: "object", Required: []string{"file"}, Properties: map[string]*huma.Schema{"file": file},
	}}}}
}

// files opens the field file of a form; what does not fit in memory lies in
// temporary files until close is called.
func (x *API) files(w http.ResponseWriter, r *http.Request, most int64) (ups []flow.Upload, shut func(), err error) {
	shut = func() {}
	r.Body = http.MaxBytesReader(w, r.Body, most+formRoom)
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		if _, big := errors.AsType[*http.MaxBytesError](err); big {
			return nil, shut, fault.Bad("file", "too_large", "max", megabytes(most))
		}
		return nil, shut, fault.Bad("body", "not_a_form")
	}
	var open []multipart.File
	shut = func() {
		for _, f := range open {
			_ = f.Close()
		}
		_ = r.MultipartForm.RemoveAll()
	}
	for _, h := range r.MultipartForm.File["file"] {
		f, err := h.Open()
		if err != nil {
			return nil, shut, err
		}
		open = append(open, f)
		ups = append(ups, flow.Upload{Name: h.Filename, Size: h.Size, Body: f})
	}
	if len(ups) == 0 {
		err = fault.Bad("file", "required")
	}
	return ups, shut, err
}

func (x *API) layLetter(w http.ResponseWriter, r *http.Request, c *call) error {
	ups, shut, err := x.files(w, r, maxLetter*x.cfg.MaxUpload)
	defer func() { shut() }()
	if err != nil {
		return err
	}
	l, err := x.flow.TakeLetter(r.Context(), c.actor, ident.Unit(r.PathValue("id")), ups)
	if err != nil {
		return err
	}
	return tell(w, http.StatusCreated, l)
}

func (x *API) readDocument(w http.ResponseWriter, r *http.Request, c *call) error {
	ups, shut, err := x.files(w, r, x.cfg.MaxUpload)
	defer func() { shut() }()
	if err == nil && len(ups) != 1 {
		err = fault.Bad("file", "required")
	}
	if err != nil {
		return err
	}
	d, err := x.flow.Unpack(r.Context(), c.actor, ups[0])
	if err != nil {
		return err
	}
	return tell(w, http.StatusOK, d)
}

// letterFile sends the bytes, always as something to be kept, never as a page.
func (x *API) letterFile(w http.ResponseWriter, r *http.Request, c *call) error {
	rank, err := strconv.Atoi(r.PathValue("rank"))
	if err != nil {
		return fault.Missing("attachment", r.PathValue("rank"))
	}
	f, body, err := x.flow.OpenLetterFile(r.Context(), c.actor, r.PathValue("id"), rank)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	httpio.Attachment(w, f.Name, f.Media)
	w.Header().Set("ETag", `"`+f.Hash+`"`)
	http.ServeContent(w, r, "", time.Time{}, body)
	return nil
}
