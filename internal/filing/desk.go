package filing

import "xinshu/internal/ident"

// Settled is the text up to which a filing's changes were accepted: what differs
// from it in the newest text still waits for an answer. It is nobody's revision,
// because changes are accepted one by one.
type Settled struct {
	Filing   ident.Filing `json:"filing"`
	Revision int          `json:"revision"` // the newest text when it was settled
	By       ident.Person `json:"by"`
	At       int64        `json:"at"`
	Title    string       `json:"title"`
	Body     string       `json:"body"`
}

// Comment is what one of the desk says to the others about a paragraph or a
// phrase; the unit below never sees it.
type Comment struct {
	ID         string       `json:"id"`
	Filing     ident.Filing `json:"filing"`
	Thread     string       `json:"thread"`   // the comment it answers, its own identifier when it answers none
	Revision   int          `json:"revision"` // of the text it was written on
	Para       int          `json:"para"`     // … and its paragraph; 0 is the title
	Quote      string       `json:"quote,omitempty"`
	Text       string       `json:"text"`
	By         ident.Person `json:"by"`
	At         int64        `json:"at"`
	ResolvedBy ident.Person `json:"resolved_by,omitempty"`
	ResolvedAt int64        `json:"resolved_at,omitempty"`
}

// What somebody does who has a filing's page open.
const (
	Reading = "read"
	Typing  = "edit"
)

// Presence is somebody who has a filing's page open.
type Presence struct {
	Person ident.Person `json:"person"`
	Doing  string       `json:"doing"`
	At     int64        `json:"at"`
}
