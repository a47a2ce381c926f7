package issue

import (
	"xinshu/internal/fact"
	"xinshu/internal/ident"
)

// Outlet says where something was placed, as scoring and news need it.
type Outlet struct {
	Placement ident.Placement `json:"placement"`
	Filing    ident.Filing    `json:"filing"`
	Item      ident.Item      `json:"item"`
	Unit      ident.Unit      `json:"unit"` // who filed it at this desk
	Own       bool            `json:"own"`  // the office's own text, a composite for one
	Office    ident.Unit      `json:"office"`
	Level     string          `json:"level"`
	Code      string          `json:"code"`
	Name      string          `json:"name"`
	Issue     string          `json:"issue,omitempty"`
	Form      string          `json:"form"`
	Genre     string          `json:"genre"`
	Title     string          `json:"title"`
}

// The payloads.
type (
	// Founded carries the publication.
	Founded struct {
		Publication Publication `json:"publication"`
		Readers     []ReadBy    `json:"readers,omitempty"`
	}
	// Adopted is a placement's birth.
	Adopted struct {
		Outlet   Outlet `json:"outlet"`
		Revision int    `json:"revision"`
	}
	// Unadopted is its end before printing.
	Unadopted struct {
		Outlet Outlet `json:"outlet"`
		Remark string `json:"remark,omitempty"`
	}
	// Opened is an issue's birth.
	Opened struct {
		Publication ident.Publication `json:"publication"`
		Year        int               `json:"year"`
		Number      int               `json:"number"`
	}
	// Put is a placement's place in an issue; no issue = back in the tray.
	Put struct {
		Issue  ident.Issue `json:"issue,omitempty"`
		Column string      `json:"column,omitempty"`
		Slot   int         `json:"slot"`
	}
	// ProposedWith is an issue laid before the chief editor.
	ProposedWith struct {
		Texts []ident.Placement `json:"texts"`
	}
	// SentBackWith has the chief editor's reason.
	SentBackWith struct {
		Remark string `json:"remark"`
	}
	// ApprovedWith is the signature under the order of texts.
	ApprovedWith struct {
		Texts []ident.Placement `json:"texts"`
	}
	// PublishedWith is the printed issue.
	PublishedWith struct {
		Year   int               `json:"year"`
		Number int               `json:"number"`
		Texts  []ident.Placement `json:"texts"`

		ScheduledBy ident.Person `json:"scheduled_by,omitempty"` // who set the time at which it came out by itself
	}
	// ScheduledFor is the time an issue comes out by itself: set, taken away, or
	// come without anything having been published.
	ScheduledFor struct {
		At       int64  `json:"at"`
		State    string `json:"state"` // set, cancelled, failed
		Dispatch bool   `json:"dispatch,omitempty"`
		Why      string `json:"why,omitempty"`
	}
	// PrintedAs is one printed text.
	PrintedAs struct {
		Outlet Outlet `json:"outlet"`
		Text   string `json:"text"` // hash of what was printed
	}
	// CorrectedTo is a correction.
	CorrectedTo struct {
		Outlet Outlet `json:"outlet"`
		Text   string `json:"text"`
		Notice string `json:"notice"`
	}
	// RecalledFor is a recall.
	RecalledFor struct {
		Outlet Outlet `json:"outlet"`
		Remark string `json:"remark"`
	}
)

// FactKind of each payload.
func (Founded) FactKind() fact.Kind       { return fact.PublicationEntered }
func (Adopted) FactKind() fact.Kind       { return fact.PlacementMade }
func (Unadopted) FactKind() fact.Kind     { return fact.PlacementGone }
func (Opened) FactKind() fact.Kind        { return fact.IssueOpened }
func (Put) FactKind() fact.Kind           { return fact.PlacementArranged }
func (ProposedWith) FactKind() fact.Kind  { return fact.IssueProposed }
func (SentBackWith) FactKind() fact.Kind  { return fact.IssueSentBack }
func (ApprovedWith) FactKind() fact.Kind  { return fact.IssueApproved }
func (PublishedWith) FactKind() fact.Kind { return fact.IssuePublished }
func (ScheduledFor) FactKind() fact.Kind  { return fact.IssueScheduled }
func (PrintedAs) FactKind() fact.Kind     { return fact.PlacementPublished }
func (CorrectedTo) FactKind() fact.Kind   { return fact.PlacementCorrected }
func (RecalledFor) FactKind() fact.Kind   { return fact.PlacementRecalled }
