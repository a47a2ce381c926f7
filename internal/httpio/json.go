package httpio

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"xinshu/internal/fault"
)

// DecodeJSON fills dst from a body of one JSON value of at most limit bytes. A
// field dst has not and a value of the wrong type are refused by name.
func DecodeJSON(r *http.Request, dst any, limit int64) error {
	if ct := r.Header.Get("Content-Type"); ct != "" {
		mediaType, _, _ := mime.ParseMediaType(ct)
		if mediaType != "application/json" && !strings.HasSuffix(mediaType, "+json") {
			return fault.Bad("body", "not_json", "is", mediaType)
		}
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, limit))
	if err != nil {
		return bodyFault(err, "cut_off")
	}
	if !utf8.Valid(body) {
		return fault.Bad("body", "bad_encoding")
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return fault.Bad("body", "required")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(dst); err != nil {
		return jsonFault(body, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fault.Bad("body", "bad_json", "line", line(body, d.InputOffset()))
	}
	return nil
}

func jsonFault(body []byte, err error) error {
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		path := e.Field
		if path == "" {
			path = "body"
		}
		return fault.Bad(path, "wrong_type", "want", e.Type.String(), "got", e.Value)
	}
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fault.Bad("body", "bad_json", "line", line(body, e.Offset))
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fault.Bad("body", "bad_json", "line", line(body, int64(len(body))))
	}
	// The standard library gives an unknown field no type of its own.
	if quoted, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		if name, err := strconv.Unquote(quoted); err == nil {
			return fault.Bad(clip(name), "unknown_field")
		}
	}
	bad := fault.Bad("body", "bad_value")
	bad.Err = err
	return bad
}

// line is the number of the line an offset is on.
func line(body []byte, offset int64) string {
	offset = min(max(offset, 0), int64(len(body)))
	return strconv.Itoa(1 + bytes.Count(body[:offset], []byte{'\n'}))
}
