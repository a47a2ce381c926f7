package org

import (
	"xinshu/internal/fact"
	"xinshu/internal/ident"
)

// The payloads of the register's facts.
type (
	// UnitEntered carries the unit as it is from now on.
	UnitEntered struct {
		Unit   Unit   `json:"unit"`
		Was    *Past  `json:"was,omitempty"`
		Change string `json:"change"` // entered, renamed, moved, merged, split, changed
	}
	// UnitsImported names a file of units by its digest.
	UnitsImported struct {
		File    string `json:"file"`
		Digest  string `json:"digest"`
		Rows    int    `json:"rows"`
		Added   int    `json:"added"`
		Changed int    `json:"changed"`
	}
	// ItemsImported names a file of items by its digest.
	ItemsImported struct {
		File   string `json:"file"`
		Digest string `json:"digest"`
		Rows   int    `json:"rows"`
		Added  int    `json:"added"`
	}
	// LineDrawn carries the line.
	LineDrawn struct {
		Line Line `json:"line"`
	}
	// PersonEntered carries the person without secrets or telephone.
	PersonEntered struct {
		Person ident.Person `json:"person"`
		Name   string       `json:"name"`
		Login  string       `json:"login"`
		Active bool         `json:"active"`
	}
	// PostHeld carries the post.
	PostHeld struct {
		Post Post `json:"post"`
	}
	// ClassSet carries a class and target.
	ClassSet struct {
		Class Class `json:"class"`
	}
	// OfficeSet carries an office's rules, one chain of checks, its phrases, or a
	// year of the working-day calendar.
	OfficeSet struct {
		Rules    *Rules        `json:"rules,omitempty"`
		Chain    *Chain        `json:"chain,omitempty"`
		Phrases  *Phrases      `json:"phrases,omitempty"`
		Calendar *CalendarYear `json:"calendar,omitempty"`
	}
	// TokenIssued tells of an API token, never its secret.
	TokenIssued struct {
		Token   ident.Token  `json:"token"`
		Person  ident.Person `json:"person"`
		Name    string       `json:"name"`
		Scopes  []Stage      `json:"scopes"`
		Expires int64        `json:"expires"`
	}
	// WebhookSet tells of a subscription to facts: the host it leads to, never the
	// whole address or the secret.
	WebhookSet struct {
		Webhook ident.Webhook `json:"webhook"`
		Unit    ident.Unit    `json:"unit"`
		Name    string        `json:"name"`
		Host    string        `json:"host"`
		Kinds   []fact.Kind   `json:"kinds,omitempty"`
		Change  string        `json:"change"` // added, paused, failing, resumed, ended
	}
	// MailboxSet tells where an office's mail is fetched from, never the password.
	MailboxSet struct {
		Office ident.Unit `json:"office"`
		Host   string     `json:"host"`
		User   string     `json:"user"`
		Change string     `json:"change"` // set, ended
	}
	// TokenRevoked takes it back.
	TokenRevoked struct {
		Token  ident.Token  `json:"token"`
		Person ident.Person `json:"person"`
	}
)

// FactKind of each payload.
func (UnitEntered) FactKind() fact.Kind   { return fact.UnitEntered }
func (UnitsImported) FactKind() fact.Kind { return fact.UnitsImported }
func (ItemsImported) FactKind() fact.Kind { return fact.ItemsImported }
func (LineDrawn) FactKind() fact.Kind     { return fact.LineDrawn }
func (PersonEntered) FactKind() fact.Kind { return fact.PersonEntered }
func (PostHeld) FactKind() fact.Kind      { return fact.PostHeld }
func (ClassSet) FactKind() fact.Kind      { return fact.ClassSet }
func (OfficeSet) FactKind() fact.Kind     { return fact.OfficeSet }
func (TokenIssued) FactKind() fact.Kind   { return fact.TokenIssued }
func (TokenRevoked) FactKind() fact.Kind  { return fact.TokenRevoked }
func (WebhookSet) FactKind() fact.Kind    { return fact.WebhookSet }
func (MailboxSet) FactKind() fact.Kind    { return fact.MailboxSet }
