package httpio

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"

	"xinshu/internal/fault"
)

const (
	cursorParts = 16
	cursorBytes = 2048
)

// EncodeCursor makes the name of a place in a list, which the reader of one page
// hands back to get the next. It is opaque, not secret: what a reader may see
// is decided anew on every page. At most 16 parts; more is a programmer's mistake.
func EncodeCursor(parts ...string) string {
	if len(parts) > cursorParts {
		panic("httpio.EncodeCursor: too many parts")
	}
	b := []byte{byte(len(parts))}
	for _, p := range parts {
		b = binary.AppendUvarint(b, uint64(len(p)))
		b = append(b, p...)
	}
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	return base64.RawURLEncoding.EncodeToString(b)
}

// DecodeCursor gives back the parts. Whatever EncodeCursor has not made is
// refused.
func DecodeCursor(s string) ([]string, error) {
	refused := fault.Bad("cursor", "bad_cursor")
	if len(s) > cursorBytes {
		return nil, refused
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) < 5 || b[0] > cursorParts {
		return nil, refused
	}
	body, sum := b[:len(b)-4], binary.BigEndian.Uint32(b[len(b)-4:])
	if crc32.ChecksumIEEE(body) != sum {
		return nil, refused
	}
	parts := make([]string, body[0])
	rest := body[1:]
	for i := range parts {
		n, w := binary.Uvarint(rest)
		if w <= 0 || n > uint64(len(rest)-w) {
			return nil, refused
		}
		parts[i], rest = string(rest[w:w+int(n)]), rest[w+int(n):]
	}
	if len(rest) > 0 || EncodeCursor(parts...) != s {
		return nil, refused
	}
	return parts, nil
}
