package flow

import (
	"bytes"
	"context"
	"io"
	"strconv"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/intake"
	"xinshu/internal/item"
	"xinshu/internal/org"
)

// Upload is one file.
type Upload struct {
	Name    string
	Caption string
	Size    int64
	Body    io.Reader
}

// Attach keeps a file with an item. The bytes are looked at before anything is
// written: what is not what its name says stays out.
func (f *Flow) Attach(ctx context.Context, a Actor, id ident.Item, in Upload) (at item.Attachment, err error) {
	defer fault.Wrap(&err, "flow.Attach")
	if err := fault.Fields(append(org.Text("name", in.Name, 1, 200), org.Text("caption", in.Caption, 0, 200)...)); err != nil {
		return at, err
	}
	if in.Size > f.cfg.MaxUpload {
		return at, fault.Bad("file", "too_large", "max", strconv.FormatInt(f.cfg.MaxUpload>>20, 10)+" MB")
	}
	head := make([]byte, 8192)
	n, rerr := io.ReadFull(in.Body, head)
	if rerr != nil && rerr != io.ErrUnexpectedEOF && rerr != io.EOF {
		return at, fault.Down("read upload", rerr)
	}
	head = head[:n]
	media, err := intake.Sniff(in.Name, head, in.Size)
	if err != nil {
		return at, err
	}
	// asked before the bytes are kept, and again in the transaction
	if _, err := f.mayAttach(ctx, a, id); err != nil {
		return at, err
	}
	ref, err := f.cfg.Blobs.Put(ctx, io.MultiReader(bytes.NewReader(head), in.Body), f.cfg.MaxUpload)
	if err != nil {
		return at, err
	}
	return do(ctx, f, call{a, "Attach", org.StageSubmit, []any{id, in.Name, ref.Hash}}, func(t *act) (item.Attachment, error) {
		it, c, err := t.itemCase(id)
		if err != nil {
			return item.Attachment{}, err
		}
		if err := item.Lifecycle.Refuse(item.Attach, it.State, c.Held, c); err != nil {
			return item.Attachment{}, err
		}
		have, err := t.AttachmentsOf(id)
		if err != nil {
			return item.Attachment{}, err
		}
		if len(have) >= item.MaxAttachments {
			return item.Attachment{}, fault.Bad("file", "too_many", "max", strconv.Itoa(item.MaxAttachments))
		}
		at := item.Attachment{ID: ident.Attachment(t.Mint()), Item: id, Name: in.Name, Media: media, Size: ref.Size, Hash: ref.Hash, Caption: in.Caption, By: t.actor.Person, At: t.Now()}
		return at, t.InsertAttachment(at)
	})
}

func (f *Flow) mayAttach(ctx context.Context, a Actor, id ident.Item) (item.Item, error) {
	return read(ctx, f, a, "Attach", func(t *act) (item.Item, error) {
		it, c, err := t.itemCase(id)
		if err != nil {
			return it, err
		}
		return it, item.Lifecycle.Refuse(item.Attach, it.State, c.Held, c)
	})
}

// OpenAttachment reads a file of an item the actor may see.
func (f *Flow) OpenAttachment(ctx context.Context, a Actor, id ident.Attachment) (item.Attachment, io.ReadSeekCloser, error) {
	at, err := read(ctx, f, a, "OpenAttachment", func(t *act) (item.Attachment, error) {
		at, err := t.Attachment(id)
		if err != nil {
			return at, err
		}
		it, err := t.Tx.Item(at.Item)
		if err != nil {
			return at, err
		}
		whole, p, err := t.sight(it)
		if err != nil {
			return at, err
		}
		if !whole && (p == nil || len(aside{Partner: *p}.files([]item.Attachment{at})) == 0) {
			return at, fault.Missing("attachment", string(id))
		}
		shown := it.Revision
		if p != nil {
			shown = p.Revision
		}
		_, err = t.opensItem(it, shown)
		return at, err
	})
	if err != nil {
		return at, nil, err
	}
	r, _, err := f.cfg.Blobs.Get(ctx, at.Hash)
	return at, r, err
}
