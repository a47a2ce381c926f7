package item

import (
	"xinshu/internal/fact"
	"xinshu/internal/ident"
)

// The payloads of the facts about restricted reading. The texts themselves are
// never in them.
type (
	// ReadingRestricted is the mark set (On) or taken off.
	ReadingRestricted struct {
		On     bool       `json:"on"`
		Unit   ident.Unit `json:"unit"` // whose people set it, and may lift it
		Reason string     `json:"reason"`
	}
	// TextOpened is a restricted text opened by the fact's actor.
	TextOpened struct {
		Revision int        `json:"revision,omitempty"`
		Item     ident.Item `json:"item,omitempty"`
	}
)

// FactKind of each payload.
func (ReadingRestricted) FactKind() fact.Kind { return fact.TextRestricted }
func (TextOpened) FactKind() fact.Kind        { return fact.TextOpened }
