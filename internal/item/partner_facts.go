package item

import (
	"xinshu/internal/fact"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// The payloads of the facts about units that stand behind an item together. The
// shares stand in the submission and in the filing, where scoring reads them.
type (
	// Together is who stands behind an item and who wrote it: nothing where it is
	// one unit's and one writer's.
	Together struct {
		Shares  []Share        `json:"shares,omitempty"`
		Authors []ident.Person `json:"authors,omitempty"`
	}
	// AskedOf is one partner and what its chain asks of it.
	AskedOf struct {
		Unit   ident.Unit  `json:"unit"`
		Checks []org.Check `json:"checks"`
	}
	// PartnersAsked lays a signed text before the partners: from now on they see
	// the item.
	PartnersAsked struct {
		Round    int       `json:"round"`
		Revision int       `json:"revision"`
		Partners []AskedOf `json:"partners"`
	}
	// CountersignedBy is a check that a partner's people passed. Done says whether
	// it was the last one: the partner stands behind this text.
	CountersignedBy struct {
		Unit     ident.Unit `json:"unit"`
		Check    org.Check  `json:"check"`
		Round    int        `json:"round"`
		Revision int        `json:"revision"`
		Done     bool       `json:"done"`
		Remark   string     `json:"remark,omitempty"`
	}
	// FiledJointly is what all have signed leaving the lead: the unit's signature
	// stands before it in the record.
	FiledJointly struct {
		Round    int      `json:"round"`
		Revision int      `json:"revision"`
		Text     string   `json:"text"`
		Bypassed []string `json:"bypassed,omitempty"`
		Together
	}
	// PartnerOff takes a partner off; its share goes to the lead.
	PartnerOff struct {
		Unit   ident.Unit `json:"unit"`
		Round  int        `json:"round"`
		Asked  bool       `json:"asked"` // it had seen the item
		Reason string     `json:"reason"`
	}
)

// FactKind of each payload.
func (PartnersAsked) FactKind() fact.Kind   { return fact.PartnersAsked }
func (CountersignedBy) FactKind() fact.Kind { return fact.PartnerSigned }
func (PartnerOff) FactKind() fact.Kind      { return fact.PartnerTakenOff }
func (FiledJointly) FactKind() fact.Kind    { return fact.ItemFiled }
