package intake

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"path"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"

	"xinshu/internal/fault"
)

// Mail is a message as a desk needs it: who, when, what, and its files.
type Mail struct {
	ID      string // Message-ID, without its brackets; "" when it has none
	From    string // the address, in lower case
	Sender  string // the name beside it
	Subject string
	Sent    time.Time // zero when it does not say
	Body    string
	Files   []MailFile
	Left    []string // names of what was left out: too large, too many, not readable
	Auto    bool     // a program sent it: away, received, a notification
	Bounce  bool     // a mail server says that something was not delivered
}

// MailFile is one file of a message, whole.
type MailFile struct {
	Name string
	Data []byte
}

const (
	// MaxMail is the longest message that is read.
	MaxMail = 40 << 20
	// maxMailText bounds the text of a message, maxMailParts its parts and maxDeep
	// how deep they may lie in each other.
	maxMailText  = 4 << 20
	maxMailParts = 200
	maxDeep      = 8
	maxFiles     = 20
	maxBoundary  = 70
)

// ReadMailBeginning reads the beginning of a message that is too long: its words,
// and of its files only the names, for none of them is surely whole.
func ReadMailBeginning(r io.Reader) (Mail, error) {
	m, err := ReadMail(r)
	for _, f := range m.Files {
		m.Left = append(m.Left, f.Name)
	}
	m.Files = nil
	return m, err
}

// ReadMail reads one message as RFC 5322 and MIME have it, and is patient with
// what mail programs make of them: an unknown charset is taken for GB18030, a
// part that breaks off ends there. What is no message at all is refused.
func ReadMail(r io.Reader) (Mail, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxMail+1))
	if err != nil {
		return Mail{}, err
	}
	if len(raw) > MaxMail {
		return Mail{}, fault.Bad("file", "too_large", "max", strconv.Itoa(MaxMail>>20)+" MB")
	}
	msg, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil || msg.Header.Get("From") == "" && msg.Header.Get("Subject") == "" {
		return Mail{}, fault.Bad("file", "not_a_mail")
	}
	m := Mail{ID: strings.Trim(strings.TrimSpace(msg.Header.Get("Message-Id")), "<>"), Subject: words(msg.Header.Get("Subject"))}
	if at, err := msg.Header.Date(); err == nil {
		m.Sent = at
	}
	from := msg.Header.Get("From")
	if a, err := (&mail.AddressParser{WordDecoder: wordDecoder()}).Parse(from); err == nil {
		m.From, m.Sender = strings.ToLower(a.Address), a.Name
	} else {
		m.Sender = words(from)
	}
	m.Auto, m.Bounce = byProgram(msg.Header, m.From)
	p := &mailParts{mail: &m}
	p.part(mimeHead{msg.Header.Get("Content-Type"), msg.Header.Get("Content-Transfer-Encoding"), msg.Header.Get("Content-Disposition")}, msg.Body, 0)
	m.Body = p.plain
	if strings.TrimSpace(m.Body) == "" {
		m.Body = p.html
	}
	return m, nil
}

// byProgram tells from the header what no person has written (RFC 3834), and what
// mail programs did before that was agreed.
func byProgram(h mail.Header, from string) (auto, bounce bool) {
	media, params, _ := mime.ParseMediaType(h.Get("Content-Type"))
	who, _, _ := strings.Cut(from, "@")
	back, told := h["Return-Path"]
	bounce = media == "multipart/report" && !strings.EqualFold(params["report-type"], "disposition-notification") ||
		strings.EqualFold(who, "mailer-daemon") || strings.EqualFold(who, "postmaster") ||
		told && strings.TrimSpace(back[0]) == "<>"
	said, _, _ := strings.Cut(strings.ToLower(h.Get("Auto-Submitted")), ";")
	said = strings.TrimSpace(said)
	auto = said != "" && said != "no" || media == "multipart/report" ||
		h.Get("X-Autoreply") != "" || h.Get("X-Autorespond") != "" || strings.EqualFold(strings.TrimSpace(h.Get("Precedence")), "auto_reply")
	return auto && !bounce, bounce
}

func wordDecoder() *mime.WordDecoder {
	return &mime.WordDecoder{CharsetReader: func(charset string, r io.Reader) (io.Reader, error) {
		b, err := io.ReadAll(r)
		return strings.NewReader(inCharset(charset, b)), err
	}}
}

// words decodes a header; what cannot be decoded stays as it came.
func words(s string) string {
	out, err := wordDecoder().DecodeHeader(s)
	if err != nil {
		out = s
	}
	if !isUTF8(out) { // eight-bit headers of old programs
		out = inCharset("gb18030", []byte(out))
	}
	return strings.Join(strings.Fields(out), " ")
}

func isUTF8(s string) bool { return strings.ToValidUTF8(s, "") == s }

// inCharset decodes bytes; GB2312 and GBK are read as GB18030, which has them.
func inCharset(charset string, b []byte) string {
	if charset == "" || strings.EqualFold(charset, "us-ascii") || strings.EqualFold(charset, "utf-8") {
		if isUTF8(string(b)) {
			return string(b)
		}
		charset = "gb18030"
	}
	enc, err := htmlindex.Get(charset)
	if err != nil || enc == simplifiedchinese.GBK || strings.EqualFold(charset, "gb2312") {
		enc = simplifiedchinese.GB18030
	}
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\ufffd")
	}
	return string(out)
}

type mimeHead struct{ kind, coding, place string }

// mailParts walks a message's parts.
type mailParts struct {
	mail        *Mail
	plain, html string
	seen        int
}

func (p *mailParts) part(h mimeHead, body io.Reader, deep int) {
	if p.seen++; p.seen > maxMailParts || deep > maxDeep {
		return
	}
	media, params, err := mime.ParseMediaType(h.kind)
	if err != nil || media == "" {
		media = "text/plain"
	}
	place, named, _ := mime.ParseMediaType(h.place)
	if strings.HasPrefix(media, "multipart/") {
		if b := params["boundary"]; b != "" && len(b) <= maxBoundary {
			p.many(multipart.NewReader(body, b), deep)
		}
		return
	}
	name := words(named["filename"])
	if name == "" {
		name = words(params["name"])
	}
	data := decoded(h.coding, body)
	switch {
	case media == "message/rfc822":
		p.inner(data, deep)
	case place == "attachment" || name != "":
		p.file(name, data)
	case media == "text/plain" || media == "message/delivery-status" || media == "text/rfc822-headers":
		p.plain = joined(p.plain, inCharset(params["charset"], data))
	case media == "text/html":
		p.html = joined(p.html, Paragraphs(inCharset(params["charset"], data)))
	case len(data) > 0: // a picture without a name, an invitation: no part goes without a word
		p.file("attachment"+endings[media], data)
	}
}

// endings are for parts that come without a name.
var endings = map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "application/pdf": ".pdf", "text/calendar": ".ics"}

// inner reads a message that was sent on inside another one.
func (p *mailParts) inner(data []byte, deep int) {
	msg, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		p.file("message.eml", data)
		return
	}
	p.plain = joined(p.plain, words(msg.Header.Get("From"))+"\n"+words(msg.Header.Get("Subject")))
	p.part(mimeHead{msg.Header.Get("Content-Type"), msg.Header.Get("Content-Transfer-Encoding"), msg.Header.Get("Content-Disposition")}, msg.Body, deep+1)
}

// joined puts a further part of the text behind what there is.
func joined(have, more string) string {
	if strings.TrimSpace(have) == "" {
		return cut(more)
	}
	return cut(strings.TrimRight(have, "\r\n") + "\n\n" + more)
}

func (p *mailParts) many(r *multipart.Reader, deep int) {
	for p.seen <= maxMailParts {
		part, err := r.NextRawPart()
		if err != nil {
			return // the end, or where it breaks off: what was read stays
		}
		p.part(mimeHead{part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part.Header.Get("Content-Disposition")}, part, deep+1)
	}
}

func (p *mailParts) file(name string, data []byte) {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if name == "." || name == "/" {
		name = "attachment"
	}
	if len(p.mail.Files) >= maxFiles || len(data) == 0 {
		p.mail.Left = append(p.mail.Left, name)
		return
	}
	p.mail.Files = append(p.mail.Files, MailFile{name, data})
}

// decoded undoes the transfer encoding, as far as it holds.
func decoded(coding string, r io.Reader) []byte {
	switch strings.ToLower(strings.TrimSpace(coding)) {
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, &alphabetOnly{r})
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	}
	b, err := io.ReadAll(r)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && len(b) == 0 {
		return nil
	}
	return b
}

// alphabetOnly drops what base64 does not have: spaces, and what a broken
// program put between the lines.
type alphabetOnly struct{ r io.Reader }

func (a *alphabetOnly) Read(p []byte) (int, error) {
	for {
		n, err := a.r.Read(p)
		kept := 0
		for _, c := range p[:n] {
			if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '=' {
				p[kept] = c
				kept++
			}
		}
		if kept > 0 || err != nil {
			return kept, err
		}
	}
}

func cut(s string) string {
	if len(s) > maxMailText {
		s = strings.ToValidUTF8(s[:maxMailText], "")
	}
	return s
}

// Paragraphs are the words of an HTML text, a line for each paragraph; scripts,
// styles and everything that is not text is gone.
func Paragraphs(page string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(page))
	skip := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			if skip == 0 {
				b.WriteString(strings.NewReplacer("\n", " ", "\r", "").Replace(html.UnescapeString(string(z.Raw()))))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			switch string(name) {
			case "script", "style", "head", "title":
				skip++
			case "br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4":
				b.WriteByte('\n')
			case "td", "th":
				b.WriteByte('\t')
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			switch string(name) {
			case "script", "style", "head", "title":
				skip = max(0, skip-1)
			case "p", "div", "tr", "h1", "h2", "h3", "h4":
				b.WriteByte('\n')
			}
		}
	}
}
