package flow

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"strconv"
	"strings"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/intake"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
	"xinshu/internal/text"
)

// ImportRow is one item of a file: what the unit once filed, on which day.
type ImportRow struct {
	Line   int
	Source string // identity: a second run finds it
	Unit   string // unit code
	Title  string
	Body   string
	Genre  string
	Form   string
	Day    org.Date // 0 = today

	// What an export knows besides.
	Created int64 // wins over Day; 0 = as Day says
	Filed   int64 // when it first lay at a desk; 0 = as created
	State   item.State
	Urgent  bool
	Contact string
	Hash    string // of the text it must be; "" = whatever it is
	Files   []item.File
}

// filed tells whether a row lay at a desk: the others come in as drafts of
// their unit, or withdrawn, and go before no desk.
func (r ImportRow) filed() bool { return r.State == "" || r.State == item.Signed }

// ImportItems takes items as filings of their units, all or nothing, in one
// transaction; a row whose source is already here is left out. Every line that
// is wrong is named. Only the operator at the machine may.
func (f *Flow) ImportItems(ctx context.Context, a Actor, file, digest string, rows []ImportRow, apply bool) (out store.Imported, err error) {
	defer fault.Wrap(&err, "flow.ImportItems")
	if !a.System {
		return out, fault.Deny(fault.Why("operator_only"))
	}
	run := f.store.Update
	if !apply {
		run = f.store.View
	}
	err = run(ctx, func(tx *store.Tx) error {
		t, err := f.begin(tx, a)
		if err != nil {
			return err
		}
		out, err = t.importItems(rows, apply)
		if err != nil || !apply || out.Added == 0 {
			return err
		}
		_, err = t.fact("items", digest, 0, "", org.ItemsImported{File: file, Digest: digest, Rows: out.Rows, Added: out.Added})
		return err
	})
	return out, err
}

// MaxImportErrors bounds how many wrong lines are named at once.
const MaxImportErrors = 100

// maxEntered bounds the contact of an item that a desk entered for a unit: the
// proof stands behind it.
const maxEntered = item.MaxContact + 1 + item.MaxRemark

type importer struct {
	*act
	lines map[string][]ident.Line // unit code -> first line
	units map[string]ident.Unit
	seen  map[string]int
	bad   []fault.Field
}

func (t *act) importItems(rows []ImportRow, apply bool) (out store.Imported, err error) {
	im := importer{act: t, lines: map[string][]ident.Line{}, units: map[string]ident.Unit{}, seen: map[string]int{}}
	fresh := make([]ImportRow, 0, len(rows))
	for _, r := range rows {
		out.Rows++
		ok, err := im.check(&r)
		if err != nil {
			return out, err
		}
		if ok {
			fresh = append(fresh, r)
		} else {
			out.Same++
		}
		if len(im.bad) >= MaxImportErrors {
			break
		}
	}
	if err := fault.Fields(im.bad); err != nil {
		return out, err
	}
	out.Added = len(fresh)
	if !apply {
		return out, nil
	}
	for _, r := range fresh {
		if err := im.bring(r); err != nil {
			return out, err
		}
	}
	return out, nil
}

// bring writes one row down.
func (im *importer) bring(r ImportRow) error {
	t := im.act
	d := Draft{Unit: im.units[r.Unit], Title: r.Title, Body: r.Body, Genre: r.Genre, Form: r.Form, Source: r.Source, Contact: r.Contact, Urgent: r.Urgent, day: r.Created, filed: r.Filed}
	if d.day == 0 && r.Day != 0 {
		d.day = t.f.start(r.Day)
	}
	var it item.Item
	if r.filed() {
		d.Lines = im.lines[r.Unit]
		born, err := t.born(d, "import", nil)
		if err != nil {
			return err
		}
		it = born.Item
	} else {
		var err error
		if it, err = t.draft(d, "import", ""); err != nil {
			return err
		}
		if r.State == item.Withdrawn {
			it.State = item.Withdrawn
			if err := t.SaveItem(&it); err != nil {
				return err
			}
			if _, err := t.fact("item", string(it.ID), it.Version, "", item.TakenBack{Unit: it.Unit}); err != nil {
				return err
			}
		}
	}
	for _, f := range r.Files {
		at := item.Attachment{ID: ident.Attachment(t.Mint()), Item: it.ID, Name: f.Name, Media: f.Media, Size: f.Size, Hash: f.Hash, Caption: f.Caption, At: it.Created}
		if err := t.InsertAttachment(at); err != nil {
			return err
		}
	}
	return nil
}

// check looks one row over; ok is false for one that is already here.
func (im *importer) check(r *ImportRow) (ok bool, err error) {
	at := "line " + strconv.Itoa(r.Line)
	wrong := func(field string, fs []fault.Field) {
		for _, f := range fs {
			f.Path = at + ": " + field
			im.bad = append(im.bad, f)
		}
	}
	if was, twice := im.seen[r.Source]; twice && r.Source != "" {
		wrong("id", []fault.Field{{Code: "twice", Params: fault.Pairs("line", strconv.Itoa(was))}})
		return false, nil
	}
	im.seen[r.Source] = r.Line
	if have, err := im.here(r.Source); err != nil || have {
		return false, err
	}
	r.Title, r.Body = cleaned(r.Title), cleaned(r.Body)
	least := 0
	if r.filed() { // a draft may be unfinished
		least = 1
		wrong("text", text.MarkingFields(text.Markings(r.Title, r.Body)))
	}
	wrong("title", org.Text("title", r.Title, least, item.MaxTitle))
	wrong("body", org.Text("body", r.Body, least, item.MaxBody))
	wrong("contact", org.Text("contact", r.Contact, 0, maxEntered))
	if r.Hash != "" && r.Hash != hash(r.Title, r.Body) {
		wrong("hash", []fault.Field{{Code: "other_hash", Params: fault.Pairs("want", r.Hash, "got", hash(r.Title, r.Body))}})
	}
	if r.State != "" {
		wrong("state", unlisted("state", string(r.State), item.States, func(s item.State) string { return string(s) }))
	}
	if len(r.Files) > item.MaxAttachments {
		wrong("attachments", []fault.Field{{Code: "too_many", Params: fault.Pairs("max", strconv.Itoa(item.MaxAttachments))}})
	}
	for _, c := range []struct{ list, code string }{{"genre", r.Genre}, {"form", r.Form}} {
		if c.code == "" && !r.filed() {
			continue
		}
		known, err := im.knows(c.list, c.code)
		if err != nil {
			return false, err
		}
		if !known {
			wrong(c.list, []fault.Field{{Code: "choose", Params: fault.Pairs("value", c.code)}})
		}
	}
	return true, im.unit(r, wrong)
}

// here tells whether the item is known already: by what its file calls it, or
// because the file was exported from here.
func (im *importer) here(source string) (bool, error) {
	if source == "" {
		return false, nil
	}
	if _, have, err := im.ItemBySource(source); err != nil || have {
		return have, err
	}
	from, id, _ := strings.Cut(source, ":")
	switch from {
	case "": // a name without a source comes back with an empty one
		_, have, err := im.ItemBySource(id)
		return have, err
	case item.Home:
		_, err := im.Item(ident.Item(id))
		if fault.Is(err, fault.NotFound) {
			return false, nil
		}
		return err == nil, err
	}
	return false, nil
}

func (im *importer) unit(r *ImportRow, wrong func(string, []fault.Field)) error {
	if _, known := im.units[r.Unit]; known && (!r.filed() || len(im.lines[r.Unit]) > 0) {
		return nil
	}
	u, err := im.UnitByCode(r.Unit)
	if fault.Is(err, fault.NotFound) {
		wrong("unit", []fault.Field{{Code: "unknown_unit", Params: fault.Pairs("value", r.Unit)}})
		return nil
	}
	if err != nil {
		return err
	}
	ls, err := im.LinesOf(u.ID, im.day)
	if err != nil {
		return err
	}
	if len(ls) == 0 && !r.filed() {
		im.units[r.Unit] = u.ID
		return nil
	}
	if len(ls) == 0 {
		wrong("unit", []fault.Field{{Code: "no_line", Params: fault.Pairs("unit", r.Unit)}})
		return nil
	}
	im.units[r.Unit], im.lines[r.Unit] = u.ID, []ident.Line{ls[0].ID}
	return nil
}

// LinesTo lists the codes of the units that report to an office, for an import
// that deals texts out to them.
func (f *Flow) LinesTo(ctx context.Context, a Actor, officeCode string) ([]string, error) {
	return read(ctx, f, a, "LinesTo", func(t *act) ([]string, error) {
		if !a.System {
			return nil, fault.Deny(fault.Why("operator_only"))
		}
		office, err := t.UnitByCode(officeCode)
		if err != nil {
			return nil, err
		}
		lines, err := t.Tx.LinesTo(office.ID, t.day, "", 10_000)
		if err != nil {
			return nil, err
		}
		var codes []string
		for _, l := range lines {
			u, err := t.Tx.Unit(l.Unit)
			if err != nil {
				return nil, err
			}
			codes = append(codes, u.Code)
		}
		return codes, nil
	})
}

// KeepFile keeps the bytes of an attachment that a file of items names, under
// the hash it names them by; without keep it only looks. What open cannot give
// may be kept here already. It comes before ImportItems, because bytes are not
// read in the writer's time.
func (f *Flow) KeepFile(ctx context.Context, a Actor, in item.File, open func() (io.ReadCloser, error), keep bool) (out item.File, err error) {
	defer fault.Wrap(&err, "flow.KeepFile")
	if !a.System {
		return out, fault.Deny(fault.Why("operator_only"))
	}
	if err := fault.Fields(append(org.Text("name", in.Name, 1, 200), org.Text("caption", in.Caption, 0, 200)...)); err != nil {
		return out, err
	}
	src, err := f.bytesOf(ctx, in, open)
	if err != nil {
		return out, err
	}
	defer src.Close()
	head := make([]byte, 8192)
	n, err := io.ReadFull(src, head)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return out, fault.Down("read a file", err)
	}
	head = head[:n]
	if n < cap(head) {
		in.Size = int64(n)
	}
	if in.Media, err = intake.Sniff(in.Name, head, max(in.Size, int64(n))); err != nil {
		return out, err
	}
	whole := io.MultiReader(bytes.NewReader(head), src)
	got := ""
	if keep {
		ref, err := f.cfg.Blobs.Put(ctx, whole, f.cfg.MaxUpload)
		if err != nil {
			return out, err
		}
		got, in.Size = ref.Hash, ref.Size
	} else {
		sum := sha256.New()
		if in.Size, err = io.Copy(sum, whole); err != nil {
			return out, fault.Down("read a file", err)
		}
		got = hex.EncodeToString(sum.Sum(nil))
	}
	if got != in.Hash {
		return out, fault.Bad("attachments", "file_altered", "name", in.Name, "hash", in.Hash)
	}
	return in, nil
}

func (f *Flow) bytesOf(ctx context.Context, in item.File, open func() (io.ReadCloser, error)) (io.ReadCloser, error) {
	if open != nil {
		src, err := open()
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return src, err
		}
	}
	src, _, err := f.cfg.Blobs.Get(ctx, in.Hash)
	if fault.Is(err, fault.NotFound) {
		return nil, fault.Bad("attachments", "file_missing", "name", in.Name, "hash", in.Hash)
	}
	return src, err
}
