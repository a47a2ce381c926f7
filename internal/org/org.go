// Package org is the register: units and their tree, people and their posts,
// reporting lines, assessment classes and the rules an office sets for itself.
// It also has the one mechanism by which every later noun says who may do what,
// from which state (step.go).
//
// Reporting lines are not the administrative tree. One unit belongs to several
// networks at once and a direct-report point skips levels, so a filing travels
// along a Line and freezes the unit and the line it came by.
//
// Everything that changes over the years is dated: a unit's name and parent
// (the present in Unit, former ones in Past), lines, posts, classes. History
// stays true: a filing of 2024 shows the name of 2024.
//
// The package is pure: no SQL, no clock, no language.
package org

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"xinshu/internal/fault"
	"xinshu/internal/ident"
)

// Level is the level of a unit in the administrative tree.
type Level string

// The levels, highest first. A department stands beside the level it serves.
const (
	Centre     Level = "centre"
	Province   Level = "province"
	City       Level = "city"
	County     Level = "county"
	Township   Level = "township"
	Village    Level = "village"
	Department Level = "department"
)

// Levels is the closed list.
var Levels = []Level{Centre, Province, City, County, Township, Village, Department}

// Valid reports whether l is on the list.
func (l Level) Valid() bool { return slices.Contains(Levels, l) }

// Limits of texts in the register, in runes.
const (
	MaxName  = 80
	MaxShort = 20
	MaxTitle = 40
	MaxCode  = 40
)

// Date is a calendar day as yyyymmdd; 0 = open (no beginning, no end).
type Date int

// ParseDate reads 2026-11-22 or 20261122.
func ParseDate(s string) (Date, bool) {
	s = strings.ReplaceAll(strings.TrimSpace(s), "-", "")
	if len(s) != 8 {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 19000101 || !validDay(n) {
		return 0, false
	}
	return Date(n), true
}

func validDay(n int) bool {
	y, m, d := n/10000, n/100%100, n%100
	if m < 1 || m > 12 || d < 1 {
		return false
	}
	days := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[m-1]
	if m == 2 && (y%4 == 0 && y%100 != 0 || y%400 == 0) {
		days = 29
	}
	return d <= days
}

func (d Date) String() string {
	if d == 0 {
		return ""
	}
	s := strconv.Itoa(int(d))
	return s[:4] + "-" + s[4:6] + "-" + s[6:]
}

// Year of the day.
func (d Date) Year() int { return int(d) / 10000 }

// In reports whether the day lies in [from, until); 0 is open.
func (d Date) In(from, until Date) bool {
	return (from == 0 || d >= from) && (until == 0 || d < until)
}

// Unit is a node of the administrative tree as it is now.
type Unit struct {
	ID        ident.Unit `json:"id"`
	Code      string     `json:"code"`
	Name      string     `json:"name"`
	Short     string     `json:"short"`
	Level     Level      `json:"level"`
	Parent    ident.Unit `json:"parent,omitempty"`
	Office    bool       `json:"office"`          // runs a desk
	Outside   bool       `json:"outside"`         // an office that is not on Xinshu: its news is typed in
	Since     Date       `json:"since,omitempty"` // name and parent hold since
	Ended     Date       `json:"ended,omitempty"`
	Successor ident.Unit `json:"successor,omitempty"` // whom it was merged into
	Version   int64      `json:"version"`
}

// Label is the short name when there is one.
func (u Unit) Label() string {
	if u.Short != "" {
		return u.Short
	}
	return u.Name
}

// Past is a former name and place of a unit.
type Past struct {
	Unit   ident.Unit `json:"unit"`
	Name   string     `json:"name"`
	Short  string     `json:"short"`
	Level  Level      `json:"level"`
	Parent ident.Unit `json:"parent,omitempty"`
	From   Date       `json:"from,omitempty"`
	Until  Date       `json:"until"`
}

// Check says what is wrong with a unit's own fields.
func (u Unit) Check() []fault.Field {
	var bad []fault.Field
	bad = append(bad, Text("code", u.Code, 1, MaxCode)...)
	bad = append(bad, Text("name", u.Name, 1, MaxName)...)
	bad = append(bad, Text("short", u.Short, 0, MaxShort)...)
	if !u.Level.Valid() {
		bad = append(bad, fault.Field{Path: "level", Code: "unknown_level", Params: fault.Pairs("value", string(u.Level))})
	}
	if u.Outside && !u.Office {
		bad = append(bad, fault.Field{Path: "outside", Code: "outside_needs_office"})
	}
	return bad
}

// Text checks a text's length in runes.
func Text(path, s string, lo, hi int) []fault.Field {
	n := utf8.RuneCountInString(strings.TrimSpace(s))
	switch {
	case !utf8.ValidString(s) || strings.ContainsRune(s, 0):
		return []fault.Field{{Path: path, Code: "broken_utf8"}}
	case n == 0 && lo > 0:
		return []fault.Field{{Path: path, Code: "required"}}
	case n < lo:
		return []fault.Field{{Path: path, Code: "too_short", Params: fault.Pairs("min", strconv.Itoa(lo), "have", strconv.Itoa(n))}}
	case n > hi:
		return []fault.Field{{Path: path, Code: "too_long", Params: fault.Pairs("max", strconv.Itoa(hi), "have", strconv.Itoa(n), "over", strconv.Itoa(n-hi))}}
	}
	return nil
}

// Network is the system a line belongs to; the names are data.
type Network string

// The networks that every installation begins with.
const (
	Government Network = "government"
	Party      Network = "party"
	Vertical   Network = "vertical"
)

// Line is a dated reporting line from a unit to an office in one network. Rank
// orders the lines of one unit: where the office of the first line insists, the
// second is travelled only after it.
type Line struct {
	ID      ident.Line `json:"id"`
	Unit    ident.Unit `json:"unit"`
	Office  ident.Unit `json:"office"`
	Network Network    `json:"network"`
	Rank    int        `json:"rank"`   // 1 = first
	Direct  bool       `json:"direct"` // a direct-report point: skips levels
	From    Date       `json:"from,omitempty"`
	Until   Date       `json:"until,omitempty"`
	Version int64      `json:"version"`
}

// Person is somebody who can hold posts.
type Person struct {
	ID      ident.Person `json:"id"`
	Name    string       `json:"name"`
	Login   string       `json:"login"`
	Locale  string       `json:"locale"` // zh-CN or en
	Phone   string       `json:"phone,omitempty"`
	Active  bool         `json:"active"`
	Version int64        `json:"version"`
}

// Role is what a post is for.
type Role string

// The roles. The last three are the three administrators, whose powers never
// overlap: none of them holds an editorial post's powers by being one.
const (
	Reporter Role = "reporter" // writes and submits
	Reviewer Role = "reviewer" // first check of the unit
	Secrecy  Role = "secrecy"  // secrecy review of the unit
	Signer   Role = "signer"   // signs what leaves the unit
	Editor   Role = "editor"   // works the desk
	Chief    Role = "chief"    // approves issues, signs upward
	Leader   Role = "leader"   // reads and instructs
	Followup Role = "followup" // passes instructions on and sees them answered
	Assessor Role = "assessor" // rulebooks, ranking, notice
	Admin    Role = "admin"    // register: units, people, posts, lines
	Security Role = "security" // who may sign in, tokens
	Auditor  Role = "auditor"  // reads the record
)

// Roles is the closed list, in the order of the flow.
var Roles = []Role{Reporter, Reviewer, Secrecy, Signer, Editor, Chief, Leader, Followup, Assessor, Admin, Security, Auditor}

// Valid reports whether r is on the list.
func (r Role) Valid() bool { return slices.Contains(Roles, r) }

// Post is a person in a unit with a role, dated.
type Post struct {
	ID      ident.Post   `json:"id"`
	Person  ident.Person `json:"person"`
	Unit    ident.Unit   `json:"unit"`
	Role    Role         `json:"role"`
	Title   string       `json:"title,omitempty"`
	From    Date         `json:"from,omitempty"`
	Until   Date         `json:"until,omitempty"`
	Version int64        `json:"version"`
}

// Class is a unit's assessment class and target at an office for a year.
type Class struct {
	Office ident.Unit `json:"office"`
	Year   int        `json:"year"`
	Unit   ident.Unit `json:"unit"`
	Class  string     `json:"class"`
	Target string     `json:"target,omitempty"` // points as exact decimal text
}

// Rules are what an office decides for itself and the units under it.
type Rules struct {
	Office        ident.Unit `json:"office"`
	OwnSignOff    bool       `json:"own_sign_off"`    // a signer may sign an item he wrote
	LinesOrdered  bool       `json:"lines_ordered"`   // this office must have an item before lines of lower rank
	ForwardSigned bool       `json:"forward_adopted"` // only adopted filings go up
	MaxTitle      int        `json:"max_title"`
	MaxBody       int        `json:"max_body"`
	EqualShares   bool       `json:"equal_shares,omitempty"` // composites are proposed with equal shares, not by what each gave
	Version       int64      `json:"version"`
}

// DefaultRules are in force where an office has set none.
func DefaultRules(office ident.Unit) Rules {
	return Rules{Office: office, OwnSignOff: false, MaxTitle: 40, MaxBody: 5000}
}

// Check kinds: the steps a chain is made of.
type Check string

// The checks; the role of the same name passes each.
const (
	Review    Check = "review"
	SecrecyOK Check = "secrecy"
	SignOffOK Check = "signoff"
)

// What follows the chain of a joint item; no chain is made of these.
const (
	Countersign Check = "countersign" // the partners, each by its own chain
	ToFile      Check = "file"        // the lead files what all have signed
)

// Role is whose post passes the check.
func (c Check) Role() Role {
	switch c {
	case Review:
		return Reviewer
	case SecrecyOK:
		return Secrecy
	case ToFile:
		return Reporter
	}
	return Signer
}

// Chain is the one to three checks an item of a unit passes before it leaves.
// Empty form or genre match all; the most particular chain wins, and a unit
// without one uses its nearest superior's.
type Chain struct {
	Unit    ident.Unit `json:"unit"`
	Form    string     `json:"form,omitempty"`
	Genre   string     `json:"genre,omitempty"`
	Checks  []Check    `json:"checks"`
	Version int64      `json:"version"`
}

// DefaultChain is one signature.
var DefaultChain = []Check{SignOffOK}

// CheckChain says what is wrong with a chain: one to three different checks, in
// order, with the signature last.
func CheckChain(cs []Check) []fault.Field {
	order := []Check{Review, SecrecyOK, SignOffOK}
	last := -1
	for i, c := range cs {
		at := slices.Index(order, c)
		if at <= last {
			return []fault.Field{{Path: "checks[" + strconv.Itoa(i) + "]", Code: "chain_order"}}
		}
		last = at
	}
	if last != len(order)-1 {
		return []fault.Field{{Path: "checks", Code: "chain_needs_signoff"}}
	}
	return nil
}

// Match picks the most particular chain of one unit for a form and genre.
func Match(chains []Chain, form, genre string) ([]Check, bool) {
	best, at := -1, -1
	for i, c := range chains {
		if c.Form != "" && c.Form != form || c.Genre != "" && c.Genre != genre {
			continue
		}
		weight := 0
		if c.Form != "" {
			weight += 2
		}
		if c.Genre != "" {
			weight++
		}
		if weight > best {
			best, at = weight, i
		}
	}
	if at < 0 {
		return nil, false
	}
	return chains[at].Checks, true
}

// Term is a word that is data: a form, a genre, a return reason, a channel, a
// phrase that leaders write.
// Codes are stable; names are in both languages.
type Term struct {
	List  string `json:"list"` // form, genre, reason, channel, network, phrase
	Code  string `json:"code"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
	Order int    `json:"order"`
	Off   bool   `json:"off"`
}

// Terms are the good defaults every installation starts with.
var Terms = []Term{
	{"form", "brief", "简讯", "Brief", 1, false},
	{"form", "single", "单条", "Single item", 2, false},
	{"form", "composite", "综合", "Composite", 3, false},
	{"form", "special", "专报", "Special report", 4, false},
	{"form", "research", "调研", "Research", 5, false},
	{"genre", "news", "动态", "News", 1, false},
	{"genre", "practice", "经验", "Practice", 2, false},
	{"genre", "problem", "问题", "Problem", 3, false},
	{"genre", "proposal", "建议", "Proposal", 4, false},
	{"genre", "concern", "社情民意", "Public concern", 5, false},
	{"genre", "warning", "苗头预警", "Early warning", 6, false},
	{"reason", "no_figures", "缺少数据", "Figures are missing", 1, false},
	{"reason", "unverified", "事实待核", "Facts need checking", 2, false},
	{"reason", "stale", "时效已过", "Out of date", 3, false},
	{"reason", "vague", "建议空泛", "Too vague to act on", 4, false},
	{"reason", "duplicate", "重复报送", "Already reported", 5, false},
	{"reason", "form", "格式不合", "Wrong format", 6, false},
	{"reason", "below_level", "层级不够", "Below this level's interest", 7, false},
	{"reason", "waiting", "等待补充", "Waiting for more", 8, false},
	{"reason", "secrecy", "不宜上网", "May not go over this network", 9, false},
	{"reason", "other", "其他", "Other", 10, false},
	{"channel", "web", "网上报送", "Online", 1, false},
	{"channel", "telephone", "电话", "Telephone", 2, false},
	{"channel", "fax", "传真", "Fax", 3, false},
	{"channel", "mail", "邮件", "Mail", 4, false},
	{"channel", "paper", "纸质件", "Paper", 5, false},
	{"channel", "import", "批量导入", "Import", 6, false},
	{"phrase", "look_into", "请阅处。", "Please look into this.", 1, false},
	{"phrase", "report_back", "请抓紧落实，结果报我。", "Please act on this and report the result to me.", 2, false},
	{"phrase", "study", "请研究提出意见。", "Please study this and propose what to do.", 3, false},
	{"phrase", "learn", "做法很好，转各单位学习。", "Well done; circulate it to all units.", 4, false},
	{"phrase", "verify", "请核实情况后专报。", "Please verify and report separately.", 5, false},
	{"network", "government", "政务信息", "Government", 1, false},
	{"network", "party", "党委信息", "Party", 2, false},
	{"network", "vertical", "条线", "Vertical", 3, false},
}
