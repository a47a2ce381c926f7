package org

import "xinshu/internal/fact"

// RecordExported says what part of the record somebody took away.
type RecordExported struct {
	Form  string `json:"form"`  // csv, jsonl, evidence
	Asked string `json:"asked"` // the filters, as a query
}

// FactKind of the payload.
func (RecordExported) FactKind() fact.Kind { return fact.RecordExported }
