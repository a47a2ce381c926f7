package intake

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"xinshu/internal/fault"
)

// Encoding is how a text was written.
type Encoding string

// The encodings that are read.
const (
	ASCII   Encoding = "ascii" // nothing seen yet that could tell
	UTF8    Encoding = "utf-8"
	UTF16   Encoding = "utf-16"
	GB18030 Encoding = "gb18030"
)

const (
	// MaxLine is the longest line of any text, in bytes as they came.
	MaxLine = 4 << 20
	block   = 64 << 10
)

// Text is a stranger's text being read as UTF-8 with \n or \r\n line ends as
// they came. It is a stream: an error may come after some of it was read.
type Text struct {
	src   *bufio.Reader
	enc   Encoding
	line  int    // lines decoded so far
	carry []byte // the beginning of a line, as it came
	ready []byte // decoded, not yet read
	err   error  // what follows ready
}

// Decode reads r as text, unpacking gzip. More than limit bytes after unpacking
// are refused.
func Decode(r io.Reader, limit int64) (*Text, error) {
	head := bufio.NewReaderSize(r, block)
	if mark, _ := head.Peek(2); bytes.Equal(mark, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(head)
		if err != nil {
			return nil, fault.Bad("file", "broken_gzip")
		}
		r = gunzipped{z}
	} else {
		r = head
	}
	t := &Text{src: bufio.NewReaderSize(&bounded{r: r, left: limit, limit: limit}, block), enc: ASCII}
	mark, err := t.src.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(mark, []byte{0xef, 0xbb, 0xbf}):
		t.src.Discard(3)
		t.enc = UTF8
	case bytes.HasPrefix(mark, []byte{0xff, 0xfe}), bytes.HasPrefix(mark, []byte{0xfe, 0xff}):
		wide := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
		t.src = bufio.NewReaderSize(transform.NewReader(t.src, wide.NewDecoder()), block)
		t.enc = UTF16
	}
	return t, nil
}

// Encoding is what the text has turned out to be so far; after io.EOF it is final.
func (t *Text) Encoding() Encoding { return t.enc }

// Read reads the text as UTF-8.
func (t *Text) Read(p []byte) (int, error) {
	for len(t.ready) == 0 {
		if t.err != nil {
			return 0, t.err
		}
		t.fill()
	}
	n := copy(p, t.ready)
	t.ready = t.ready[n:]
	return n, nil
}

// fill decodes the next whole lines.
func (t *Text) fill() {
	buf := make([]byte, block)
	n, err := t.src.Read(buf)
	data := append(t.carry, buf[:n]...)
	t.carry = nil
	switch {
	case errors.Is(err, io.EOF):
		t.err = io.EOF
	case err != nil:
		t.err = err
		return
	default:
		cut := bytes.LastIndexByte(data, '\n') + 1
		if len(data)-cut > MaxLine {
			t.err = fault.Bad(at(t.line+1), "line_too_long", "max", strconv.Itoa(MaxLine))
			return
		}
		data, t.carry = data[:cut], data[cut:]
	}
	if len(data) == 0 {
		return
	}
	out, bad := t.decode(data)
	if bad >= 0 {
		t.err = fault.Bad(at(t.line+1+bytes.Count(data[:bad], []byte{'\n'})), "bad_encoding")
		return
	}
	t.line += bytes.Count(data, []byte{'\n'})
	t.ready = out
}

// decode turns whole lines into UTF-8, or says at which byte that fails. The
// first lines that are not ASCII decide what the whole text is.
func (t *Text) decode(data []byte) (out []byte, bad int) {
	if t.enc == ASCII {
		if i := bytes.IndexFunc(data, func(r rune) bool { return r >= utf8.RuneSelf }); i < 0 {
			return data, nul(data)
		}
		t.enc = UTF8
		if !utf8.Valid(data) && !looksLikeUTF8(data) {
			t.enc = GB18030
			out, bad = fromGB18030(data)
			if bad >= 0 { // neither: the place is where the better guess broke
				bad = max(bad, firstInvalid(data))
			}
			return out, bad
		}
	}
	switch t.enc {
	case GB18030:
		return fromGB18030(data)
	case UTF16:
		if i := bytes.IndexRune(data, utf8.RuneError); i >= 0 {
			return nil, i // half a pair
		}
	default:
		if !utf8.Valid(data) {
			return nil, firstInvalid(data)
		}
	}
	return data, nul(data)
}

func fromGB18030(data []byte) (out []byte, bad int) {
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	// The decoder marks what it cannot read instead of failing.
	i := bytes.IndexFunc(out, func(r rune) bool { return r == utf8.RuneError || r == 0 })
	if err != nil || i >= 0 {
		return nil, lineStart(data, bytes.Count(out[:max(i, 0)], []byte{'\n'}))
	}
	return out, -1
}

// nul finds a zero byte: what has one is no text. It is -1 for a text.
func nul(data []byte) int { return bytes.IndexByte(data, 0) }

// looksLikeUTF8 tells UTF-8 with a few broken bytes from GB18030. Most Chinese
// UTF-8 can be read as GB18030 without an error and gives nonsense, so a clean
// conversion proves nothing; but text in GB18030 almost never has three bytes
// in a row that UTF-8 would allow, and UTF-8 is made of them.
func looksLikeUTF8(data []byte) bool {
	long, broken := 0, 0
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && n == 1:
			broken++
		case n >= 3:
			long++
		}
		data = data[n:]
	}
	return long > broken
}

func firstInvalid(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// lineStart is the offset of the nth line.
func lineStart(data []byte, n int) int {
	at := 0
	for range n {
		at += bytes.IndexByte(data[at:], '\n') + 1
	}
	return at
}

func at(line int) string { return "line " + strconv.Itoa(line) }

// bounded fails once more than its limit is read.
type bounded struct {
	r           io.Reader
	left, limit int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, fault.Bad("file", "too_large", "limit", strconv.FormatInt(b.limit, 10))
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, fault.Bad("file", "too_large", "limit", strconv.FormatInt(b.limit, 10))
	}
	return n, err
}

// gunzipped turns the errors of a damaged archive into a refusal.
type gunzipped struct{ z *gzip.Reader }

func (g gunzipped) Read(p []byte) (int, error) {
	n, err := g.z.Read(p)
	if err != nil && !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return n, fault.Bad("file", "broken_gzip")
	}
	return n, err
}
