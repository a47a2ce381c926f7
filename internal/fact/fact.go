// Package fact is the spine: the append-only record of everything that happened.
//
// A fact is a small envelope (who, what, when, about which version of which
// subject) whose payload is stored apart and named in it by hash, so that a
// lawful erasure of personal text later does not break the seal. Facts are never
// updated or deleted; a wrong one is corrected by a later one that names it.
//
// Facts get their position after commit, from one sequencer, without gaps.
// Everything that reads the record (scoring, search, timelines, notices) reads
// positions by cursor and keeps its own projection. Positions are sealed in
// blocks chained by hash and signed with the installation's key: see seal.go.
//
// The package holds the envelope, the closed list of kinds (kinds.go, the
// product's table of contents) and the sealing. Payload structs stand beside
// their nouns. It does no I/O.
package fact

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"

	"xinshu/internal/ident"
)

// Micros is a moment: microseconds since 1970 UTC, as every table stores it.
type Micros = int64

// Subject names what a fact is about.
type Subject struct {
	Noun string `json:"noun"` // "item", "filing", …
	ID   string `json:"id"`
}

// Fact is the envelope.
type Fact struct {
	ID       ident.Fact   `json:"id"`
	Kind     Kind         `json:"kind"`
	KindV    int          `json:"kind_version"`
	Subject  Subject      `json:"subject"`
	SubjectV int64        `json:"subject_version"` // the version of the subject that this fact made
	Actor    ident.Person `json:"actor,omitempty"` // "" = the installation itself
	Post     ident.Post   `json:"post,omitempty"`  // the post in which the actor acted
	Office   ident.Unit   `json:"office,omitempty"`
	Occurred Micros       `json:"occurred"` // when it happened in the world
	Recorded Micros       `json:"recorded"` // when the installation learned of it
	Node     string       `json:"node"`
	Corrects ident.Fact   `json:"corrects,omitempty"`
	Digest   string       `json:"digest"` // SHA-256 of the payload's bytes, hex
}

// Record is a fact with its position and payload, as readers get it.
type Record struct {
	Fact
	Position int64           `json:"position"`
	Payload  json.RawMessage `json:"payload,omitempty"` // empty when lawfully erased
}

// Payload is what a kind carries. Each kind has one struct, beside its noun.
type Payload interface{ FactKind() Kind }

// Encode makes a payload's bytes and digest. Struct field order is the canon:
// the same value gives the same bytes.
func Encode(p Payload) (body []byte, digest string, err error) {
	body, err = json.Marshal(p)
	if err != nil {
		return nil, "", fmt.Errorf("fact: encode %s: %w", p.FactKind(), err)
	}
	return body, Digest(body), nil
}

// Digest is the hash a fact names its payload by.
func Digest(body []byte) string {
	s := sha256.Sum256(body)
	return hex.EncodeToString(s[:])
}

// Decode reads a record's payload into the struct of its kind.
func Decode[P Payload](r Record) (P, error) {
	var p P
	if r.Kind != p.FactKind() {
		return p, fmt.Errorf("fact: %s at %d read as %s", r.Kind, r.Position, p.FactKind())
	}
	if len(r.Payload) == 0 {
		return p, nil // erased: the envelope is all that is left
	}
	if err := json.Unmarshal(r.Payload, &p); err != nil {
		return p, fmt.Errorf("fact: payload of %s at %d: %w", r.Kind, r.Position, err)
	}
	return p, nil
}

// Canon is the envelope's one byte form, the one the seal hashes: each field as
// length:bytes in the order of the struct, after the position.
func (f *Fact) Canon(position int64) []byte {
	b := make([]byte, 0, 320)
	add := func(s string) {
		b = strconv.AppendInt(b, int64(len(s)), 10)
		b = append(b, ':')
		b = append(b, s...)
		b = append(b, '\n')
	}
	num := func(n int64) { add(strconv.FormatInt(n, 10)) }
	num(position)
	add(string(f.ID))
	add(string(f.Kind))
	num(int64(f.KindV))
	add(f.Subject.Noun)
	add(f.Subject.ID)
	num(f.SubjectV)
	add(string(f.Actor))
	add(string(f.Post))
	add(string(f.Office))
	num(f.Occurred)
	num(f.Recorded)
	add(f.Node)
	add(string(f.Corrects))
	add(f.Digest)
	return b
}
