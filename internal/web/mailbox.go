package web

import (
	"html/template"
	"net/http"
	"strconv"

	"xinshu/internal/courier"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// mailboxPage is where an office's mail is fetched from, and how that goes.
type mailboxPage struct {
	Frame
	Unit  org.Unit
	Path  []org.Unit
	Box   flow.MailboxView
	Names flow.Names
}

func (*mailboxPage) template() string    { return "register/mailbox" }
func (p *mailboxPage) names() flow.Names { return p.Names }

// Ways are how a mail server can be spoken to.
func (*mailboxPage) Ways() []string { return []string{courier.TLS, courier.STARTTLS, courier.Plain} }

// Light is how the mailbox does, Trouble what is wrong with it and what to do.
func (p *mailboxPage) Light() template.HTML { return p.tongue.mailboxLight(p.Box) }
func (p *mailboxPage) Trouble() string      { return p.tongue.mailboxTrouble(p.Box) }

// Said is what the mail server said, where it was the server's trouble.
func (p *mailboxPage) Said() string {
	if p.Box.Problem == "many" { // the sender, who is named in the trouble
		return ""
	}
	return p.Box.Detail
}

// Today is the day from which messages are taken when no other is said.
func (p *mailboxPage) Today() string { return p.tongue.today() }

// Port is the port as it is typed: empty for the usual one.
func (p *mailboxPage) Port() string {
	if p.Box.Port == 0 {
		return ""
	}
	return strconv.Itoa(p.Box.Port)
}

func (w tongue) mailboxLight(b flow.MailboxView) template.HTML {
	switch {
	case b.State == "none":
		return lamp("off", w.say("mailbox.none"))
	case b.State == "off":
		return lamp("off", w.say("mailbox.ended"))
	case b.Looking:
		return lamp("soon", w.say("mailbox.looking"))
	case b.Problem == "many":
		return lamp("soon", w.say("mailbox.partly"))
	case b.Problem != "":
		return lamp("late", w.say("mailbox.failing"))
	case b.Looked == 0:
		return lamp("soon", w.say("mailbox.not_yet"))
	}
	return lamp("done", w.say("mailbox.fine"))
}

func (w tongue) mailboxTrouble(b flow.MailboxView) string {
	if b.State != "on" || b.Problem == "" {
		return ""
	}
	if key := "mailbox.bad." + b.Problem; w.has(key) {
		return w.say(key, "who", b.Detail)
	}
	return w.say("mailbox.bad.answer")
}

// mailbox handles GET /units/{id}/mailbox.
func (s *Server) mailbox(w http.ResponseWriter, r *http.Request) error {
	p := &mailboxPage{Frame: s.frame(r, "mailbox.head")}
	id := ident.Unit(r.PathValue("id"))
	v, err := s.flow.Unit(r.Context(), actor(r), id, "")
	if err != nil {
		return err
	}
	p.Unit, p.Path, p.Names = v.Unit, v.Path, v.Names
	if p.Box, err = s.flow.Mailbox(r.Context(), actor(r), id); err != nil {
		return err
	}
	return s.page(w, r, p)
}

// setMailbox handles POST /units/{id}/mailbox: set, looked into, or ended. What
// was set is tried at once, so that a wrong password is seen by who typed it.
func (s *Server) setMailbox(w http.ResponseWriter, r *http.Request) error {
	id := ident.Unit(r.PathValue("id"))
	page := "/units/" + string(id) + "/mailbox"
	switch r.PostFormValue("do") {
	case "end":
		if _, err := s.flow.EndMailbox(r.Context(), actor(r), id); err != nil {
			return s.again(w, r, err, s.mailbox)
		}
		return s.seeOther(w, r, page, "mailbox.ended")
	case "look":
		v, err := s.flow.LookMailbox(r.Context(), actor(r), id)
		if err != nil {
			return s.again(w, r, err, s.mailbox)
		}
		return s.looked(w, r, page, v)
	}
	var in flow.SetMailbox
	err := httpio.Form(r, &in)
	if err == nil {
		_, err = s.flow.SetMailbox(r.Context(), actor(r), id, in)
	}
	if err != nil {
		return s.again(w, r, err, s.mailbox)
	}
	v, err := s.flow.LookMailbox(r.Context(), actor(r), id)
	if err != nil { // it is set; the worker looks
		return s.seeOther(w, r, page, "mailbox.set")
	}
	return s.looked(w, r, page, v)
}

// lookMailbox handles POST /letters/look.
func (s *Server) lookMailbox(w http.ResponseWriter, r *http.Request) error {
	me, err := s.flow.Me(r.Context(), actor(r))
	if err != nil {
		return err
	}
	v, err := s.flow.LookMailbox(r.Context(), actor(r), me.Current.Unit)
	if err != nil {
		return s.again(w, r, err, s.letters)
	}
	return s.looked(w, r, "/letters", v)
}

// looked goes back with what came; what went wrong stands on the page.
func (s *Server) looked(w http.ResponseWriter, r *http.Request, to string, v flow.MailboxView) error {
	switch {
	case v.Problem != "":
		return s.seeOther(w, r, to, "")
	case v.Came == 0:
		return s.seeOther(w, r, to, "mailbox.nothing")
	}
	return s.seeOther(w, r, to, "mailbox.came", "n", strconv.Itoa(v.Came))
}
