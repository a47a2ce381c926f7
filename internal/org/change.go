package org

import (
	"xinshu/internal/fact"
	"xinshu/internal/ident"
)

// Change is a change of a unit that was confirmed: done, or planned for a day.
// What is planned is written down as it was asked for and worked out again on
// its day.
type Change struct {
	ID      string       `json:"id"`
	Unit    ident.Unit   `json:"unit"`
	Act     Act          `json:"act"`
	Day     Date         `json:"day"`
	State   ChangeState  `json:"state"`
	Input   string       `json:"-"` // what was asked for, JSON
	Steps   string       `json:"-"` // what each touched row was before, JSON
	Why     string       `json:"why,omitempty"`
	By      ident.Person `json:"by,omitempty"`
	Post    ident.Post   `json:"post,omitempty"`
	Made    int64        `json:"made"`
	Done    int64        `json:"done,omitempty"`
	Version int64        `json:"version"`
}

// Act is what is done to a unit.
type Act string

// The acts, as the yearly sheet of changes names them.
const (
	ActEnter  Act = "enter"  // 新设
	ActRename Act = "rename" // 更名
	ActMove   Act = "move"   // 调整隶属
	ActChange Act = "change" // any of a unit's own fields
	ActMerge  Act = "merge"  // 合并
	ActSplit  Act = "split"  // 拆分
	ActClose  Act = "close"  // 撤销
)

// Acts is the closed list.
var Acts = []Act{ActEnter, ActRename, ActMove, ActChange, ActMerge, ActSplit, ActClose}

// ChangeState is where a change is.
type ChangeState string

// The states of a change.
const (
	// Planned waits for its day.
	Planned ChangeState = "planned"
	// Done took effect; on the same day it can be undone.
	Done ChangeState = "done"
	// Undone was a mistake and was taken back the same day.
	Undone ChangeState = "undone"
	// Cancelled was planned and taken back before its day.
	Cancelled ChangeState = "cancelled"
	// Failed could not take effect on its day; Why says the reason.
	Failed ChangeState = "failed"
)

// NameOn is a unit as it was called on a day: the present, or the former self
// whose days hold it.
func NameOn(u Unit, pasts []Past, day Date) Unit {
	for _, p := range pasts {
		if p.Unit == u.ID && day.In(p.From, p.Until) && p.From != p.Until {
			u.Name, u.Short, u.Level, u.Parent = p.Name, p.Short, p.Level, p.Parent
			return u
		}
	}
	return u
}

// The payloads of the register's later facts.
type (
	// UnitPlanned tells of a change that waits for its day, was taken back before
	// it, or could not be done on it: the change's state says which.
	UnitPlanned struct {
		Change Change `json:"change"`
	}
	// PersonChanged is a person whose name, login or right to sign in changed, or
	// whose password was set anew; the change says which.
	PersonChanged struct {
		Person ident.Person `json:"person"`
		Name   string       `json:"name"`
		Login  string       `json:"login"`
		Active bool         `json:"active"`
		Change string       `json:"change"` // edited, off, on, password
	}
	// SheetDone names a sheet of changes by its digest.
	SheetDone struct {
		File   string `json:"file"`
		Digest string `json:"digest"`
		Rows   int    `json:"rows"`
		Done   int    `json:"done"`
		Later  int    `json:"later"`
	}
)

// FactKind of each payload.
func (UnitPlanned) FactKind() fact.Kind   { return fact.UnitPlanned }
func (PersonChanged) FactKind() fact.Kind { return fact.PersonChanged }
func (SheetDone) FactKind() fact.Kind     { return fact.SheetDone }
