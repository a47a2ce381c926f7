package web

import (
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
)

// lettersPage lists what came by mail, on paper or as a picture and waits.
type lettersPage struct {
	Frame
	List flow.Page[filing.Letter]
	More string
	Box  flow.MailboxView
}

// Light is how the office's mailbox does, Trouble what is wrong with it.
func (p *lettersPage) Light() template.HTML { return p.tongue.mailboxLight(p.Box) }
func (p *lettersPage) Trouble() string      { return p.tongue.mailboxTrouble(p.Box) }

func (*lettersPage) template() string    { return "desk/letters" }
func (p *lettersPage) names() flow.Names { return p.List.Names }

// letters handles GET /letters.
func (s *Server) letters(w http.ResponseWriter, r *http.Request) error {
	p := &lettersPage{Frame: s.frame(r, "letters.head")}
	if p.Me == nil {
		return errNoPage
	}
	p.Scripts = []string{"letter.js"}
	var err error
	if p.List, err = s.flow.Letters(r.Context(), actor(r), p.Me.Current.Unit, r.URL.Query().Get("after")); err != nil {
		return err
	}
	if p.List.Next != "" {
		p.More = query("/letters", "after", p.List.Next)
	}
	if p.Box, err = s.flow.Mailbox(r.Context(), actor(r), p.Me.Current.Unit); err != nil {
		return err
	}
	return s.page(w, r, p)
}

// takeLetter handles POST /letters: scans, photos or one message as a file.
func (s *Server) takeLetter(w http.ResponseWriter, r *http.Request) error {
	me, err := s.flow.Me(r.Context(), actor(r))
	if err != nil {
		return err
	}
	var ups []flow.Upload
	if r.MultipartForm != nil {
		for _, h := range r.MultipartForm.File["file"] {
			if h.Size == 0 && h.Filename == "" {
				continue
			}
			f, err := h.Open()
			if err != nil {
				return err
			}
			defer f.Close()
			ups = append(ups, flow.Upload{Name: h.Filename, Size: h.Size, Body: f})
		}
	}
	l, err := s.flow.TakeLetter(r.Context(), actor(r), me.Current.Unit, ups)
	if err != nil {
		return s.again(w, r, err, s.letters)
	}
	return s.seeOther(w, r, "/letters/"+l.ID, "")
}

// letterPage is what came beside the form that enters it.
type letterPage struct {
	fileForPage
	Letter filing.Letter
}

func (*letterPage) template() string { return "desk/letter" }

// Picture reports whether a file is shown as a picture.
func (*letterPage) Picture(f filing.LetterFile) bool { return strings.HasPrefix(f.Media, "image/") }

// Pages reports whether a file is shown by the browser's own reader of documents.
func (*letterPage) Pages(f filing.LetterFile) bool { return f.Media == "application/pdf" }

// longUnderway is how much older than its arrival a message may say it is.
const longUnderway = 31 * 24 * time.Hour

// CameAt is when a message came: when it says that it was sent, unless that lies
// in the future or far back, for anybody can write any date into one. Of paper
// only who lays it down knows.
func (p *letterPage) CameAt() int64 {
	l := p.Letter
	if l.Sent != 0 && (l.Sent > l.Came || l.Sent < l.Came-longUnderway.Microseconds()) {
		return l.Came
	}
	return l.Sent
}

// letter handles GET /letters/{id}.
func (s *Server) letter(w http.ResponseWriter, r *http.Request) error {
	l, err := s.flow.Letter(r.Context(), actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	p := &letterPage{fileForPage: fileForPage{Frame: s.frame(r, "letter.head")}, Letter: l}
	if p.Me == nil {
		return errNoPage
	}
	p.Scripts = []string{"letter.js"}
	if err := s.filedFor(r, &p.fileForPage); err != nil {
		return err
	}
	return s.page(w, r, p)
}

// letterFile handles GET /letters/{id}/files/{rank}: a picture to be looked at
// beside the form, anything else to be saved.
func (s *Server) letterFile(w http.ResponseWriter, r *http.Request) error {
	rank, err := strconv.Atoi(r.PathValue("rank"))
	if err != nil {
		return errNoPage
	}
	lf, body, err := s.flow.OpenLetterFile(r.Context(), actor(r), r.PathValue("id"), rank)
	if err != nil {
		return err
	}
	defer body.Close()
	httpio.Attachment(w, lf.Name, lf.Media)
	if strings.HasPrefix(lf.Media, "image/") {
		w.Header().Set("Content-Disposition", "inline") // sniffed, and nothing in it can run
	}
	if lf.Media == "application/pdf" && r.URL.Query().Get("view") != "" {
		httpio.Framed(w) // sniffed too; the browser's reader shows it beside the form
	}
	http.ServeContent(w, r, "", s.cfg.Clock(), body)
	return nil
}

// enterLetter handles POST /letters/{id}: entered for a unit, or left.
func (s *Server) enterLetter(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if r.PostFormValue("do") == "drop" {
		if _, err := s.flow.DropLetter(r.Context(), actor(r), id); err != nil {
			return s.again(w, r, err, s.letter)
		}
		return s.seeOther(w, r, "/letters", "letter.dropped")
	}
	in, err := s.fileForForm(r)
	if err != nil {
		return s.again(w, r, err, s.letter)
	}
	out, err := s.flow.EnterLetter(once(r), actor(r), id, in)
	if err != nil {
		return s.again(w, r, err, s.letter)
	}
	if len(out.Filings) == 0 {
		return s.seeOther(w, r, "/letters", "filing.filed_for")
	}
	return s.seeOther(w, r, "/filings/"+string(out.Filings[0].ID), "filing.filed_for")
}
