package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/httpio"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/render"
)

// A list as a file: every row of the filtered list, as the list shows it, asked
// of the same verb page by page. The same address with "format" is the file, so
// that the two cannot differ in what they filter; no text is in a list, so none
// is in its file.

// fileColumn is one of a file: its name for programs, and the key of its head.
type fileColumn struct{ code, head string }

// fileRow is one row: an object for JSON lines, cells for the others.
type fileRow struct {
	columns []fileColumn
	cells   []string
}

// Cells are the values in the order of the columns.
func (l fileRow) Cells() []string { return l.cells }

// MarshalJSON names each value.
func (l fileRow) MarshalJSON() ([]byte, error) {
	out := make(map[string]string, len(l.cells))
	for i, c := range l.columns {
		out[c.code] = l.cells[i]
	}
	return json.Marshal(out)
}

// File is the address of the list that is shown, as a file.
func (f *Frame) File(format string) string {
	u, err := url.Parse(f.Path)
	if err != nil {
		return f.Path
	}
	q := u.Query()
	q.Del("after")
	q.Del("do")
	q.Set("format", format)
	return u.Path + "?" + q.Encode()
}

// download sends a list as a file. next gives a page of rows and the cursor of
// the one after it. What goes wrong before the first row is a page that says so;
// after it the connection is broken off, so that nobody takes half a list for a
// whole one.
func (s *Server) download(w http.ResponseWriter, r *http.Request, name string, columns []fileColumn, next func(cursor string) ([][]string, string, error)) error {
	format := render.Format(r.URL.Query().Get("format"))
	if _, _, known := render.FormatOf("." + string(format)); !known {
		return fault.Bad("format", "choose", "value", string(format))
	}
	rows, cursor, err := next("")
	if err != nil {
		return err
	}
	say := s.tongue(visitOf(r).lang).say
	heads := make([]string, len(columns))
	for i, c := range columns {
		heads[i] = say(c.head)
	}
	httpio.Attachment(w, name+"."+string(format), format.Media())
	// A large list takes longer than a page may.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
	if err := writeTable(w, format, heads, func(t render.Table) error {
		for {
			for _, cells := range rows {
				if err := t.Write(fileRow{columns, cells}); err != nil {
					return err
				}
			}
			if cursor == "" {
				return nil
			}
			if rows, cursor, err = next(cursor); err != nil {
				return err
			}
		}
	}); err != nil {
		panic(http.ErrAbortHandler)
	}
	return nil
}

func writeTable(w http.ResponseWriter, f render.Format, heads []string, write func(render.Table) error) error {
	t, err := render.Open(w, f, "list", heads)
	if err != nil {
		return err
	}
	if err := write(t); err != nil {
		return err
	}
	return t.Close()
}

// wantsFile reports whether the list is asked for as a file.
func wantsFile(r *http.Request) bool {
	return r.Method == http.MethodGet && r.URL.Query().Has("format")
}

// filePage is how many rows of a file are read at a time.
const filePage = 200

// exact is a moment as files have it: to the minute, in the office's clock.
func (w tongue) exact(us int64) string {
	if us == 0 {
		return ""
	}
	return time.UnixMicro(us).In(w.where).Format("2006-01-02 15:04")
}

func (w tongue) yes(b bool) string {
	if b {
		return w.say("list.yes")
	}
	return ""
}

// termOf is the name of a word that is data, or nothing where there is none.
func (w tongue) termOf(list, code string) string {
	if code == "" {
		return ""
	}
	return w.term(list, code)
}

var itemColumns = []fileColumn{{"id", "list.id"}, {"state", "col.state"}, {"title", "col.title"}, {"unit", "col.unit"}, {"writer", "list.writer"}, {"genre", "input.genre"}, {"form", "input.form"},
	{"length", "col.length"}, {"urgent", "urgent"}, {"reason", "list.reason"}, {"created", "list.created"}, {"updated", "col.changed"}}

func (s *Server) itemsFile(w http.ResponseWriter, r *http.Request, q flow.ItemsQuery) error {
	t := s.tongue(visitOf(r).lang)
	return s.download(w, r, "items", itemColumns, func(cursor string) (out [][]string, next string, err error) {
		q.Cursor, q.Limit = cursor, filePage
		page, err := s.flow.Items(r.Context(), actor(r), q)
		for _, it := range page.Rows {
			unit := page.Names.Unit(it.Unit)
			if it.State == item.Signed {
				unit = page.Names.UnitOn(it.Unit, it.Updated)
			}
			out = append(out, []string{string(it.ID), t.word("state.item", it.State), it.Title, unit, page.Names.Person(it.Writer), t.termOf("genre", it.Genre), t.termOf("form", it.Form),
				strconv.Itoa(it.Length), t.yes(it.Urgent), t.termOf("reason", it.Reason), t.exact(it.Created), t.exact(it.Updated)})
		}
		return out, page.Next, err
	})
}

var filingColumns = []fileColumn{{"id", "list.id"}, {"number", "list.number"}, {"state", "col.state"}, {"title", "col.title"}, {"unit", "col.unit"}, {"genre", "input.genre"}, {"form", "input.form"},
	{"length", "col.length"}, {"urgent", "urgent"}, {"channel", "list.channel"}, {"reason", "list.reason"}, {"holder", "col.holder"}, {"filed", "list.filed"}, {"since", "list.since"}}

func (s *Server) inboxFile(w http.ResponseWriter, r *http.Request, q flow.FilingsQuery) error {
	t := s.tongue(visitOf(r).lang)
	return s.download(w, r, "inbox", filingColumns, func(cursor string) (out [][]string, next string, err error) {
		q.Cursor, q.Limit = cursor, filePage
		page, err := s.flow.Filings(r.Context(), actor(r), q)
		for _, f := range page.Rows {
			out = append(out, []string{string(f.ID), f.Number, t.word("state.filing", f.State), f.Title, page.Names.UnitOn(f.Unit, f.Filed), t.termOf("genre", f.Genre), t.termOf("form", f.Form),
				strconv.Itoa(f.Length), t.yes(f.Urgent), t.termOf("channel", f.Channel), t.termOf("reason", f.Reason), holder(page, f), t.exact(f.Filed), t.exact(f.Since)})
		}
		return out, page.Next, err
	})
}

func holder(page flow.Page[filing.Filing], f filing.Filing) string {
	if f.Holder == "" {
		return ""
	}
	return page.Names.Person(f.Holder)
}

var personColumns = []fileColumn{{"login", "people.login"}, {"name", "register.person_name"}, {"unit", "col.unit"}, {"role", "register.role"}, {"active", "people.on"}}

// peopleFile has a row for each post; somebody without one has a row too.
func (s *Server) peopleFile(w http.ResponseWriter, r *http.Request, q flow.PeopleQuery) error {
	t := s.tongue(visitOf(r).lang)
	return s.download(w, r, "people", personColumns, func(cursor string) (out [][]string, next string, err error) {
		q.Cursor, q.Limit = cursor, filePage
		page, err := s.flow.PeopleList(r.Context(), actor(r), q)
		for _, p := range page.Rows {
			if len(p.Posts) == 0 {
				out = append(out, []string{p.Person.Login, p.Person.Name, "", "", t.yes(p.Person.Active)})
			}
			for _, post := range p.Posts {
				out = append(out, []string{p.Person.Login, p.Person.Name, post.UnitShort, t.word("role", post.Role), t.yes(p.Person.Active)})
			}
		}
		return out, page.Next, err
	})
}

var unitColumns = []fileColumn{{"code", "register.code"}, {"name", "register.name"}, {"short", "register.short"}, {"level", "register.level"}, {"office", "units.office"}}

// unitsFile is the units found by their name, or those right under a unit.
func (s *Server) unitsFile(w http.ResponseWriter, r *http.Request, parent org.Unit) error {
	t, found := s.tongue(visitOf(r).lang), r.URL.Query().Get("q")
	return s.download(w, r, "units", unitColumns, func(cursor string) (out [][]string, next string, err error) {
		var page flow.Page[org.Unit]
		if found != "" {
			page.Rows, err = s.flow.UnitsNamed(r.Context(), actor(r), found)
		} else {
			page, err = s.flow.Branch(r.Context(), actor(r), parent.ID, cursor, filePage)
		}
		for _, u := range page.Rows {
			out = append(out, []string{u.Code, u.Name, u.Short, t.word("level", u.Level), t.yes(u.Office)})
		}
		return out, page.Next, err
	})
}

var standingColumns = []fileColumn{{"class", "register.class"}, {"rank", "score.rank"}, {"unit", "col.unit"}, {"entries", "score.entries"}, {"target", "score.target"}, {"points", "where.got"}}

func (s *Server) standingFile(w http.ResponseWriter, r *http.Request, p *standingPage) error {
	return s.download(w, r, "ranking", standingColumns, func(string) (out [][]string, next string, err error) {
		for _, c := range p.Classes {
			for _, x := range c.Rows {
				out = append(out, []string{c.Name, strconv.Itoa(x.Rank), p.Names.Unit(x.Unit), strconv.Itoa(x.Entries), x.Target, p.Pts(x.Points)})
			}
		}
		return out, "", nil
	})
}
