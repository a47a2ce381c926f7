package filing

import "xinshu/internal/ident"

// LetterState is what became of a letter.
type LetterState string

// Letter states.
const (
	// LetterNew waits for a person: it is not in the record.
	LetterNew LetterState = "new"
	// LetterEntered became a filing.
	LetterEntered LetterState = "entered"
	// LetterDropped was looked at and left.
	LetterDropped LetterState = "dropped"
)

// What can be strange about a letter. It is said, and decides nothing.
const (
	MarkAuto   = "auto"   // a program answered: away, received, a notification
	MarkBounce = "bounce" // a mail server says that something was not delivered
	MarkOwn    = "own"    // it comes from the office's own mailbox
	MarkCut    = "cut"    // too long: only its beginning was fetched
	MarkUnread = "unread" // it cannot be read as a message
)

// Letter is what came to a desk by mail, on paper or as a picture, as a draft: it
// enters the record when a person says for which unit.
type Letter struct {
	ID      string       `json:"id"`
	Office  ident.Unit   `json:"office"`
	State   LetterState  `json:"state"`
	Channel string       `json:"channel"`
	Address string       `json:"address,omitempty"` // the sender's, in lower case
	Sender  string       `json:"sender,omitempty"`
	Unit    ident.Unit   `json:"unit,omitempty"` // as guessed from the address, then as entered
	Message string       `json:"message"`        // what makes it one: its Message-ID, or the hash of what came
	Title   string       `json:"title"`
	Body    string       `json:"body"`
	Remark  string       `json:"remark,omitempty"` // what could not be taken along
	Marks   []string     `json:"marks,omitempty"`  // what is strange about it
	Sent    int64        `json:"sent,omitempty"`
	Came    int64        `json:"came"`
	Filing  ident.Filing `json:"filing,omitempty"`
	By      ident.Person `json:"by,omitempty"`
	At      int64        `json:"at,omitempty"`
	Version int64        `json:"version"`
	Files   []LetterFile `json:"files,omitempty"`
}

// LetterFile is a scan, a photo or what was attached to a mail.
type LetterFile struct {
	Rank  int    `json:"rank"`
	Name  string `json:"name"`
	Media string `json:"media"`
	Size  int64  `json:"size"`
	Hash  string `json:"hash"`
}
