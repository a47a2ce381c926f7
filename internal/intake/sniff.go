package intake

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"

	"xinshu/internal/fault"
)

const (
	// MaxUpload is the largest attachment, in bytes.
	MaxUpload = 50 << 20
	// SniffLen is how much of an upload's beginning Sniff wants to see.
	SniffLen = 4096
	// maxName is the longest file name, in runes.
	maxName = 200
)

// kind is one sort of file that may be attached.
type kind struct {
	mediaType string
	content   []string // what its first bytes may look like
}

// Kinds lists the ends of the names of files that may be attached.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds)) }

const (
	oleType  = "application/x-ole-storage" // Word, Excel and WPS before 2007
	zipType  = "application/zip"
	textType = "text/plain"
	office   = "application/vnd.openxmlformats-officedocument."
)

// kinds are the files that may be attached, by the end of their names.
var kinds = map[string]kind{
	"pdf":  {"application/pdf", []string{"application/pdf"}},
	"docx": {office + "wordprocessingml.document", []string{office + "wordprocessingml.document"}},
	"xlsx": {office + "spreadsheetml.sheet", []string{office + "spreadsheetml.sheet"}},
	"doc":  {"application/msword", []string{"application/msword", oleType}},
	"xls":  {"application/vnd.ms-excel", []string{"application/vnd.ms-excel", oleType}},
	"wps":  {"application/vnd.ms-works", []string{"application/msword", "application/vnd.ms-works", oleType}},
	"et":   {"application/vnd.ms-excel", []string{"application/vnd.ms-excel", oleType}},
	"txt":  {textType, []string{textType, "text/csv", "text/tab-separated-values"}},
	"csv":  {"text/csv", []string{textType, "text/csv", "text/tab-separated-values"}},
	"jpg":  {"image/jpeg", []string{"image/jpeg"}},
	"jpeg": {"image/jpeg", []string{"image/jpeg"}},
	"png":  {"image/png", []string{"image/png"}},
	"gif":  {"image/gif", []string{"image/gif"}},
	"webp": {"image/webp", []string{"image/webp"}},
	"mp4":  {"video/mp4", []string{"video/mp4", "video/x-m4v"}},
}

// Sniff is the media type under which an upload is kept and given out again.
// head is its first SniffLen bytes (or all of it), size its whole length.
//
// What is not on the list is refused, and so is a file whose content is not
// what its name says: a page, a script or a program never comes back out of
// the store under a harmless name.
func Sniff(name string, head []byte, size int64) (string, error) {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	if err := nameFault(base); err != nil {
		return "", err
	}
	switch {
	case size == 0 || len(head) == 0:
		return "", fault.Bad("file", "empty", "name", base)
	case size > MaxUpload:
		return "", fault.Bad("file", "too_large", "name", base,
			"size", strconv.FormatInt(size, 10), "limit", strconv.Itoa(MaxUpload))
	}
	said := strings.ToLower(strings.TrimPrefix(path.Ext(base), "."))
	k, known := kinds[said]
	if !known {
		return "", fault.Bad("file", "kind_not_allowed", "name", base, "said", said)
	}
	whole := int64(len(head)) >= size
	is := content(head, whole)
	for _, c := range k.content {
		if is == c && (!strings.HasPrefix(c, "text/") || plain(head, whole)) {
			return k.mediaType, nil
		}
	}
	return "", fault.Bad("file", "content_mismatch", "name", base, "said", said, "is", is)
}

func nameFault(base string) error {
	switch {
	case base == "" || base == "." || base == "/":
		return fault.Bad("file", "name_required")
	case utf8.RuneCountInString(base) > maxName:
		return fault.Bad("file", "name_too_long", "max", strconv.Itoa(maxName))
	case !utf8.ValidString(base) || strings.ContainsFunc(base, hidden):
		return fault.Bad("file", "bad_name")
	}
	return nil
}

// hidden reports a character that makes a name look like another.
func hidden(r rune) bool {
	return unicode.Is(unicode.Cc, r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// content is the media type the bytes themselves show.
func content(head []byte, whole bool) string {
	is, _, _ := strings.Cut(mimetype.Detect(head).String(), ";")
	switch {
	case is == zipType && bytes.Contains(head, []byte("[Content_Types].xml")):
		// Some writers put their parts in an order that hides which it is.
		switch {
		case bytes.Contains(head, []byte("word/")):
			return office + "wordprocessingml.document"
		case bytes.Contains(head, []byte("xl/")):
			return office + "spreadsheetml.sheet"
		}
	case is == "application/octet-stream" && plain(head, whole):
		return textType // Chinese text in an old encoding
	}
	return is
}

// plain reports whether the bytes are text that can be read: no control
// characters but those of lines and tabs, in UTF-8, UTF-16 with its mark or
// GB18030. Unless this is the whole file, its last character may be cut off.
func plain(head []byte, whole bool) bool {
	for cut := 0; cut < 4 && cut < len(head); cut++ {
		t, err := Decode(bytes.NewReader(head[:len(head)-cut]), int64(len(head)))
		if err != nil {
			return false
		}
		var b bytes.Buffer
		if _, err = b.ReadFrom(t); err == nil {
			return bytes.IndexFunc(b.Bytes(), func(r rune) bool {
				return unicode.Is(unicode.Cc, r) && !strings.ContainsRune("\n\r\t\f\v", r)
			}) < 0
		}
		if whole {
			return false
		}
	}
	return false
}
