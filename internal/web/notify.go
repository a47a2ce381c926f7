package web

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"xinshu/internal/fault"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
)

// notificationsPage lists what one was told, newest first.
type notificationsPage struct {
	Frame
	Rows       []flow.Notification
	List       flow.Names
	OnlyUnread bool
	Newest     int64 // position: what "all read" goes up to
	Older      string
	Quiet      flow.Quiet
}

func (*notificationsPage) template() string    { return "notify/list" }
func (p *notificationsPage) names() flow.Names { return p.List }

// Sentence is a notification in plain words.
func (p *notificationsPage) Sentence(n flow.Notification) string { return p.tongue.notice(n, p.List) }

// More is what else is known: the reason, the date.
func (p *notificationsPage) More(n flow.Notification) string { return p.tongue.noticeMore(n, p.List) }

// notifications handles GET /notifications.
func (s *Server) notifications(w http.ResponseWriter, r *http.Request) error {
	q := flow.NotesQuery{Unread: r.FormValue("unread") != "", Cursor: r.FormValue("cursor")}
	v, err := s.flow.Notifications(r.Context(), actor(r), q)
	if err != nil {
		return err
	}
	p := &notificationsPage{Frame: s.frame(r, "notify.head"), Rows: v.Rows, List: v.Names, OnlyUnread: q.Unread}
	set, err := s.flow.NotifySettings(r.Context(), actor(r))
	if err != nil {
		return err
	}
	p.Quiet = set.Quiet
	if q.Cursor == "" && p.Unread > 0 && len(v.Rows) > 0 {
		p.Newest = v.Rows[0].Position
	}
	if v.Next != "" {
		next := url.Values{"cursor": {v.Next}}
		if q.Unread {
			next.Set("unread", "1")
		}
		p.Older = "/notifications?" + next.Encode()
	}
	return s.page(w, r, p)
}

// countPath is the masthead's number alone, which asks for itself every minute.
const countPath = "/notifications/count"

// noticeCount handles GET /notifications/count. Who is not signed in any more
// gets nothing, and the page stays as it is.
func (s *Server) noticeCount(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	if !v.signedIn {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	f := s.emptyFrame(v.lang)
	var err error
	if f.Unread, err = s.flow.Unread(r.Context(), actor(r)); err != nil {
		return err
	}
	one, ok := s.sets[v.lang]
	if !ok {
		return fmt.Errorf("no templates for %q", v.lang)
	}
	var b bytes.Buffer
	if err := one.pages["notify/list"].ExecuteTemplate(&b, "notices", &f); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "private, no-store")
	if _, err := w.Write(b.Bytes()); err != nil {
		return errDisconnect
	}
	return nil
}

// openNotice handles GET /notifications/{position}: it is read now, and leads to
// what it is about.
func (s *Server) openNotice(w http.ResponseWriter, r *http.Request) error {
	at, err := strconv.ParseInt(r.PathValue("position"), 10, 64)
	if err != nil {
		return errNoPage
	}
	n, err := s.flow.Notification(r.Context(), actor(r), at)
	if fault.Is(err, fault.NotFound) { // done with since the letter went out
		return s.seeOther(w, r, "/notifications", "notify.gone")
	}
	if err != nil {
		return err
	}
	if err := s.flow.ReadNote(r.Context(), actor(r), at); err != nil {
		return err
	}
	http.Redirect(w, r, noticePath(n), http.StatusSeeOther)
	return nil
}

// noticePath is where a notification leads.
func noticePath(n flow.Notification) string {
	switch {
	case n.Title == "" || n.Kind == flow.NotePartnerOff || n.Kind == flow.NoteUnasked:
		return "/notifications"
	case n.Noun == "duty":
		return "/duties/" + n.ID
	case n.Kind == flow.NoteToCheck || n.Kind == flow.NoteToCountersign:
		return "/items/" + n.ID + "/sign-off"
	case n.Noun == "item":
		return "/items/" + n.ID
	case n.Own:
		return "/items/" + string(n.Item) + "/where"
	}
	return "/filings/" + n.ID
}

// readNotices handles POST /notifications/read: one, or all up to one.
func (s *Server) readNotices(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Position int64 `form:"position"`
		UpTo     int64 `form:"up_to"`
	}
	err := httpio.Form(r, &in)
	if err == nil && in.Position > 0 {
		err = s.flow.ReadNote(r.Context(), actor(r), in.Position)
	}
	if err == nil && in.UpTo > 0 {
		err = s.flow.ReadNotes(r.Context(), actor(r), in.UpTo)
	}
	if err != nil {
		return err
	}
	return s.seeOther(w, r, "/notifications", "notify.read")
}

// notifySettingsPage is one's own choice of what is sent where.
type notifySettingsPage struct {
	Frame
	View   flow.NotifySettings
	Ways   []notifyWay
	Secret string
	Tried  string // the channel whose form is shown again
}

// notifyWay is one channel with its form.
type notifyWay struct {
	Channel  string
	Possible bool
	View     flow.ChannelView
}

func (*notifySettingsPage) template() string { return "notify/settings" }

// Kinds are what there is to choose from.
func (*notifySettingsPage) Kinds() []flow.NoteKind { return flow.NoteKinds }

// Pressing reports whether a kind comes in quiet hours too.
func (*notifySettingsPage) Pressing(k flow.NoteKind) bool { return flow.Pressing(k) }

// usual are the kinds that a new channel begins with: what asks something of one.
var usual = []flow.NoteKind{flow.NoteToCheck, flow.NoteSentBack, flow.NoteUnsigned, flow.NoteReturned, flow.NoteRecalled, flow.NoteDuty, flow.NoteDue, flow.NoteOverdue, flow.NoteRedo, flow.NoteMentioned}

// Sends reports whether a kind goes to a channel.
func (p *notifySettingsPage) Sends(w notifyWay, k flow.NoteKind) bool {
	have := w.View.Kinds
	if w.View.State == "" {
		have = usual
	}
	if p.Tried == w.Channel {
		return p.Ticked("kinds", string(k), slices.Contains(have, k))
	}
	return slices.Contains(have, k)
}

// Address is what stands in a channel's field.
func (p *notifySettingsPage) Address(w notifyWay) string {
	if p.Tried == w.Channel {
		return p.Or("address", w.View.Address)
	}
	return w.View.Address
}

// BadAt is what is wrong with a field of one channel's form.
func (p *notifySettingsPage) BadAt(channel, field string) string {
	if p.Tried != channel {
		return ""
	}
	return p.Bad(field)
}

// State is how a channel does.
func (p *notifySettingsPage) State(w notifyWay) template.HTML {
	switch w.View.State {
	case "on":
		return lamp("done", p.tongue.say("notify.state.on"))
	case "asked":
		return lamp("soon", p.tongue.say("notify.state.asked"))
	}
	return lamp("off", p.tongue.say("notify.state.none"))
}

// Result is what became of a copy.
func (p *notifySettingsPage) Result(v flow.SendView) template.HTML {
	lights := map[string]string{"sent": "done", "failed": "late", "unsure": "soon", "held": "held", "waiting": "due", "sending": "due"}
	return lamp(lights[v.State], p.tongue.word("notify.send", v.State))
}

// notifySettings handles GET /notifications/settings.
func (s *Server) notifySettings(w http.ResponseWriter, r *http.Request) error {
	return s.showNotifySettings(w, r, "")
}

func (s *Server) showNotifySettings(w http.ResponseWriter, r *http.Request, secret string) error {
	v, err := s.flow.NotifySettings(r.Context(), actor(r))
	if err != nil {
		return err
	}
	p := &notifySettingsPage{Frame: s.frame(r, "notify.settings.head"), View: v, Secret: secret}
	if p.Problem != nil {
		p.Tried = r.PathValue("channel")
	}
	for _, way := range []notifyWay{{Channel: "mail", Possible: v.Mail}, {Channel: "hook", Possible: v.Hook}} {
		for _, c := range v.Channels {
			if c.Channel == way.Channel {
				way.View = c
			}
		}
		p.Ways = append(p.Ways, way)
	}
	return s.page(w, r, p)
}

// setChannel handles POST /notifications/channels/{channel}. The secret of a new
// address is on the one page that answers.
func (s *Server) setChannel(w http.ResponseWriter, r *http.Request) error {
	var in flow.SetChannel
	err := httpio.Form(r, &in)
	secret, state := "", ""
	if err == nil {
		var v flow.ChannelView
		secret, v, err = s.flow.SetChannel(r.Context(), actor(r), r.PathValue("channel"), in)
		state = v.State
	}
	switch {
	case err != nil:
		return s.again(w, r, err, s.notifySettings)
	case secret != "":
		return s.showNotifySettings(w, r, secret)
	}
	return s.seeOther(w, r, "/notifications/settings", "notify."+state)
}

// channelDo handles POST /notifications/channels/{channel}/{do}: confirm or end.
func (s *Server) channelDo(w http.ResponseWriter, r *http.Request) error {
	channel, do := r.PathValue("channel"), r.PathValue("do")
	var err error
	switch do {
	case "confirm":
		var in flow.ConfirmChannel
		if err = httpio.Form(r, &in); err == nil {
			_, err = s.flow.ConfirmChannel(r.Context(), actor(r), channel, in)
		}
	case "end":
		err = s.flow.EndChannel(r.Context(), actor(r), channel)
	default:
		err = errNoPage
	}
	if err != nil {
		return s.again(w, r, err, s.notifySettings)
	}
	return s.seeOther(w, r, "/notifications/settings", "notify."+do)
}

// setQuiet handles POST /notifications/quiet.
func (s *Server) setQuiet(w http.ResponseWriter, r *http.Request) error {
	var in flow.Quiet
	err := httpio.Form(r, &in)
	if err == nil {
		err = s.flow.SetQuiet(r.Context(), actor(r), in)
	}
	if err != nil {
		return s.again(w, r, err, s.notifySettings)
	}
	return s.seeOther(w, r, "/notifications/settings", "notify.quiet")
}

// notice is a notification as one sentence.
func (w tongue) notice(n flow.Notification, names flow.Names) string {
	title := w.say("note.something")
	if n.Title != "" {
		title = w.say("note.title", "title", n.Title)
	}
	place := ""
	if n.Office != "" {
		place = names.UnitOn(n.Office, n.At)
	}
	name := ""
	if n.Name != "" {
		name = w.title(n.Name)
	}
	if n.Issue != "" {
		name = w.say("note.number", "name", name, "issue", w.issueNo(n.Issue))
	}
	person := w.say("somebody")
	if n.Person != "" {
		person = names.Person(n.Person)
	}
	key := "note." + string(n.Kind)
	if n.Kind == flow.NoteHanded && n.Person == "" { // by a planned change of units
		key = "note.handed_to_you"
	}
	return w.with(key, map[string]string{"title": title, "place": place, "name": name, "person": person})
}

// noticeMore is the grey line below it.
func (w tongue) noticeMore(n flow.Notification, names flow.Names) string {
	var parts []string
	if n.Reason != "" {
		parts = append(parts, w.say("note.reason", "reason", w.term("reason", n.Reason)))
	}
	if n.Due > 0 {
		parts = append(parts, w.say("note.due", "moment", w.moment(n.Due)))
	}
	out := ""
	for i, p := range parts {
		if i > 0 {
			out += " · "
		}
		out += p
	}
	return out
}
