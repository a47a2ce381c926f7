package flow

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/intake"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/text"
)

// Unpacked is what a document says, for a writer to go on with.
type Unpacked struct {
	Title string   `json:"title"`
	Body  string   `json:"body"`
	Notes []string `json:"notes,omitempty"` // intake.Notes: what of it is not in the text
}

// Unpack reads a .docx or .txt into a title and a body. Nothing is kept. What
// carries a secrecy mark, also in a header or a note, is refused like a text
// that does.
func (f *Flow) Unpack(ctx context.Context, a Actor, in Upload) (out Unpacked, err error) {
	defer fault.Wrap(&err, "flow.Unpack")
	_, err = read(ctx, f, a, "Unpack", func(t *act) (struct{}, error) {
		writes := func(p org.Post) bool {
			return slices.Contains([]org.Role{org.Reporter, org.Signer, org.Reviewer}, p.Role)
		}
		if !t.actor.System && !slices.ContainsFunc(t.posts, writes) {
			return struct{}{}, fault.Deny(fault.Why("needs_post", "verb", "draft", "roles", org.Join([]org.Role{org.Reporter, org.Signer, org.Reviewer})))
		}
		return struct{}{}, nil
	})
	if err != nil {
		return out, err
	}
	if in.Size > intake.MaxDocument {
		return out, fault.Bad("file", "too_large", "max", strconv.Itoa(intake.MaxDocument>>20)+" MB")
	}
	raw, err := io.ReadAll(io.LimitReader(in.Body, intake.MaxDocument+1))
	if err != nil {
		return out, fault.Down("read upload", err)
	}
	doc, err := intake.ReadDocument(in.Name, raw)
	if err != nil {
		return out, err
	}
	out.Title, out.Body = doc.Heading()
	out.Title, out.Body, out.Notes = cleaned(out.Title), cleaned(out.Body), doc.Notes
	if rs := []rune(out.Body); len(rs) > item.MaxBody {
		out.Body = string(rs[:item.MaxBody])
		if !slices.Contains(out.Notes, intake.NoteCut) {
			out.Notes = append(out.Notes, intake.NoteCut)
		}
	}
	marks := append(text.Markings(out.Title, out.Body), text.Markings("", strings.Join(doc.Apart, "\n"))...)
	var bad []fault.Field
	for _, m := range marks {
		bad = append(bad, fault.Field{Path: "file", Code: string(m.Kind), Params: fault.Pairs("excerpt", m.Excerpt)})
	}
	if len(bad) > 0 {
		return Unpacked{}, fault.Fields(bad)
	}
	if out.Title == "" && out.Body == "" {
		return out, fault.Bad("file", "empty", "name", in.Name)
	}
	return out, nil
}
