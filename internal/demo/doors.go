package demo

import (
	"context"
	"fmt"

	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/org"
)

// Door is one person of the sign-in page: who it is, in which post, and what
// there is to see.
type Door struct {
	Role   org.Role
	Person ident.Person
	Post   ident.Post
	Login  string
	Name   string
	Unit   string
	Title  string
	Sees   string // in Chinese; one sentence
	SeesEn string
}

// doors has one place per role, in the order of the flow.
var doors = []struct{ unit, role, sees, seesEn string }{
	{threeChecks, "reporter", "写信息、报送，看退回的稿件和信息走到了哪里", "Writes and submits; sees what came back and where each item is"},
	{threeChecks, "reviewer", "审核本镇待审的稿件", "Reviews what the township is about to file"},
	{threeChecks, "secrecy", "做保密审查", "Reviews for secrecy"},
	{threeChecks, "signer", "签发或退回本镇的信息", "Signs what leaves the township, or sends it back"},
	{countyA, "editor", "收稿、编辑、综合、采用，编排一期刊物", "Receives, edits, merges and adopts; arranges an issue"},
	{countyA, "chief", "审定刊物，签发上报", "Approves issues and signs what goes up"},
	{countyA, "leader", "读刊物，写批示", "Reads issues and writes instructions"},
	{countyA, "followup", "交办批示，催办、办结", "Passes instructions on and sees them answered"},
	{countyA, "assessor", "看考核办法、得分台账、排名和通报", "Rulebook, ledger, ranking and the month's notice"},
	{mainCity, "admin", "管单位、人员、岗位和报送渠道", "Units, people, posts and reporting lines"},
	{mainCity, "security", "管谁能登录、令牌是否收回", "Who may sign in, and which tokens hold"},
	{mainCity, "auditor", "查阅全部办理记录", "Reads the whole record"},
}

// Doors finds the people of the sign-in page, one per role, in a folder that
// Build has filled.
func Doors(ctx context.Context, f *flow.Flow) ([]Door, error) {
	posts, err := People()
	if err != nil {
		return nil, err
	}
	out := make([]Door, 0, len(doors))
	for _, d := range doors {
		units, err := f.UnitsNamed(ctx, system, d.unit)
		if err != nil {
			return nil, err
		}
		found := false
		for _, u := range units {
			if u.Code != d.unit {
				continue
			}
			rows, err := f.People(ctx, system, u.ID)
			if err != nil {
				return nil, err
			}
			door, ok := doorIn(rows, posts, org.Role(d.role), u)
			if ok {
				door.Sees, door.SeesEn = d.sees, d.seesEn
				out, found = append(out, door), true
			}
		}
		if !found {
			return nil, fmt.Errorf("demo: nobody is %s in %s; build the demo's folder anew", d.role, d.unit)
		}
	}
	return out, nil
}

// doorIn picks the first person of people.tsv who holds the role in the unit.
func doorIn(rows []flow.PersonRow, posts []Person, role org.Role, u org.Unit) (Door, bool) {
	for _, p := range posts {
		if p.Unit != u.Code || org.Role(p.Role) != role {
			continue
		}
		for _, r := range rows {
			if r.Person.Login != login(posts, p.Name) {
				continue
			}
			for _, held := range r.Posts {
				if held.Role == role {
					return Door{Role: role, Person: r.Person.ID, Post: held.ID, Login: r.Person.Login, Name: r.Person.Name, Unit: u.Label(), Title: held.Title}, true
				}
			}
		}
	}
	return Door{}, false
}
