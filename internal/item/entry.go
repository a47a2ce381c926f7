package item

// Entry is an item as one row of a file: what an export writes and an import
// reads. The names in the tags are the names of JSON fields and of columns, so
// that the two cannot drift apart. Units and offices stand by their codes,
// because identifiers mean nothing to another installation.
//
// The fields below Hash are for people to read: an import passes over them.
type Entry struct {
	ID      string `json:"id"`               // with Source: what a second import knows it by
	Source  string `json:"source,omitempty"` // Home when it was written here
	Unit    string `json:"unit"`
	Title   string `json:"title"`
	Body    string `json:"body"`
	Genre   string `json:"genre"`
	Form    string `json:"form"`
	Date    string `json:"date"`              // the day it was begun
	Created string `json:"created,omitempty"` // the same to the microsecond, RFC 3339; wins over Date
	Filed   string `json:"filed,omitempty"`   // when it first lay at a desk
	State   State  `json:"state,omitempty"`   // empty = signed
	Urgent  bool   `json:"urgent,omitempty"`
	Contact string `json:"contact,omitempty"`

	Attachments []File `json:"attachments,omitempty"`
	Hash        string `json:"hash,omitempty"` // SHA-256 of title, a line feed and body: an import refuses a text that is not it

	UnitName string   `json:"unit_name,omitempty"`
	Office   string   `json:"office,omitempty"` // the office that made it of several filings
	Channel  string   `json:"channel,omitempty"`
	Filings  []Desk   `json:"filings,omitempty"`
	Adopted  []Outlet `json:"adopted,omitempty"`
}

// Home is the source of items that were written in the installation itself:
// their ID is the item's own.
const Home = "xinshu"

// File names an attachment by its content.
type File struct {
	Hash    string `json:"hash"`
	Name    string `json:"name"`
	Media   string `json:"media,omitempty"`
	Size    int64  `json:"size,omitempty"`
	Caption string `json:"caption,omitempty"`
}

// Desk is one office the item lay before.
type Desk struct {
	Office string `json:"office"`
	Number string `json:"number,omitempty"`
	State  string `json:"state"`
	Filed  string `json:"filed"`
}

// Outlet is one publication that took it. Issue is empty until it is placed.
type Outlet struct {
	Office      string `json:"office"`
	Publication string `json:"publication"`
	Issue       string `json:"issue,omitempty"`
	State       string `json:"state"`
}
