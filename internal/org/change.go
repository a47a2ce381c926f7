package org

import "xinshu/internal/ident"

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
