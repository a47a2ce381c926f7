package org

import (
	"slices"

	"xinshu/internal/ident"
)

// Scope is who sees what, in one place: it decides about one object (the
// methods) and it is the condition of every list (the store's fragments
// sees_item, sees_filing, sees_issue and sees_duty say the same in SQL, and a
// test compares the two).
//
// The administrative tree gives no sight of anything by itself.
type Scope struct {
	Person ident.Person
	Units  []ident.Unit // units where the person writes, checks or signs
	Desks  []ident.Unit // offices where the person works, reads or assesses the desk
}

// unitRoles see their unit's items; deskRoles see what lies at their office.
var (
	unitRoles = []Role{Reporter, Reviewer, Secrecy, Signer}
	deskRoles = []Role{Editor, Chief, Leader, Followup, Assessor}
)

// ScopeOf is a person's sight by the posts held today. The desk's people also
// see what their office itself filed upward.
func ScopeOf(person ident.Person, posts []Post) Scope {
	s := Scope{Person: person}
	for _, p := range posts {
		if (slices.Contains(unitRoles, p.Role) || slices.Contains(deskRoles, p.Role)) && !slices.Contains(s.Units, p.Unit) {
			s.Units = append(s.Units, p.Unit)
		}
		if slices.Contains(deskRoles, p.Role) && !slices.Contains(s.Desks, p.Unit) {
			s.Desks = append(s.Desks, p.Unit)
		}
	}
	return s
}

// Unit and Desk decide about one object's places.
func (s Scope) Unit(u ident.Unit) bool { return u != "" && slices.Contains(s.Units, u) }

// Desk reports whether the person works at the office's desk.
func (s Scope) Desk(u ident.Unit) bool { return u != "" && slices.Contains(s.Desks, u) }
