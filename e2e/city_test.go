package e2e

import (
	"context"
	"net/netip"
	"os"
	"sync"
	"testing"
	"time"

	"xinshu/internal/app"
	"xinshu/internal/flow"
	"xinshu/internal/org"
)

// asOf is the demo city's last day here. Its clock goes on from ten o'clock.
var asOf = time.Date(2026, 11, 20, 0, 0, 0, 0, app.Shanghai())

// city is the demo, built once and shared by the tests.
var city = struct {
	once sync.Once
	app  *app.App
	dir  string
	err  error
}{}

// demoCity is the address of the running demo.
func demoCity(t *testing.T) string {
	t.Helper()
	city.once.Do(func() {
		if city.dir, city.err = os.MkdirTemp("", "xinshu-city-"); city.err != nil {
			return
		}
		began := time.Now()
		clock := func() time.Time { return asOf.Add(10*time.Hour + time.Since(began)) }
		city.app, city.err = app.StartDemo(context.Background(), app.Config{Dir: city.dir, Listen: "127.0.0.1:0", Clock: clock, MailboxAllow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, asOf, nil)
	})
	if city.err != nil {
		t.Fatalf("the demo city: %v", city.err)
	}
	return city.app.URL()
}

// closeCity ends the demo after all tests.
func closeCity() {
	if city.app != nil {
		_ = city.app.Close() // the tests have said what they had to say
	}
	if city.dir != "" {
		_ = os.RemoveAll(city.dir)
	}
}

// roles are the people at the demo's door, as it words them, in its order, and
// one who comes in without a button.
var roles = []string{"信息员", "审核人", "保密审查员", "签发人", "编辑", "主任", "领导", "督查员", "考核员", "系统管理员", "安全保密员", "审计员", cityEditor}

// signIn opens a page of its own for the person with a role at the demo's door,
// who comes in with one click.
func signIn(t *testing.T, role string) *Page {
	t.Helper()
	p := Open(t, demoCity(t))
	p.Go("/sign-in")
	if held, ok := inCity[role]; ok {
		p.Type("#f-login", loginOf(t, "9701", held))
		p.Type("#f-password", ownPassword)
		p.Follow(".x-door__form button")
		return p
	}
	p.FollowText(role) // the button begins with it
	return p
}

// People of the city's office have no button at the door; they type a login and
// a password.
const (
	cityEditor  = "市里的编辑"
	cityChief   = "市里的主任"
	ownPassword = "clear water under stone bridges"
)

var inCity = map[string]org.Role{cityEditor: org.Editor, cityChief: org.Chief}

// loginOf finds who holds a post in a unit and gives him the password.
func loginOf(t *testing.T, unit string, role org.Role) string {
	t.Helper()
	system := flow.Actor{System: true}
	u, err := city.app.Flow.UnitByCode(t.Context(), system, unit)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := city.app.Flow.People(t.Context(), system, u.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		for _, post := range r.Posts {
			if post.Role == role {
				if err := city.app.Auth.SetPassword(t.Context(), r.Person.ID, ownPassword); err != nil {
					t.Fatal(err)
				}
				return r.Person.Login
			}
		}
	}
	t.Fatalf("nobody is %s in %s", role, unit)
	return ""
}
