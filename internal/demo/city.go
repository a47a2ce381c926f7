package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
)

// Codes of the places that the plan speaks of by name.
const (
	province    = "97"
	mainCity    = "9701"
	countyA     = "970121"    // 望岭县: an ordered line, the busiest desk
	countyB     = "970122"    // 石澜县: forwards only what it has adopted
	countyC     = "970123"    // 岫溪县
	threeChecks = "970121100" // 青禾镇
	twoChecks   = "970121102" // 双桅镇
	direct      = "970123100" // 鹤渚镇, the city's direct-report point
	renamed     = "970123102" // 枕溪乡, a town half-way through
	merged      = "970122109" // 芦汀乡, goes up in its neighbour after two thirds of the time
	mergedInto  = "970122101" // 砚湖镇
	outside     = "9790"
)

// city is one build: what was entered, what happened so far, what is to come.
type city struct {
	ctx   context.Context // one build lives within one call
	w     World
	rng   *rand.Rand
	loc   *time.Location
	first time.Time // midnight of the first day
	last  time.Time // midnight of the last day
	end   time.Time

	units []Unit
	posts []Person
	texts []Text

	ids    map[string]ident.Unit
	codes  map[ident.Unit]string
	byCode map[string]Unit
	people map[string]ident.Person   // by name
	posted map[string][]ident.Person // by unit and role
	lines  map[string][]org.Line
	pubs   map[string]issue.Publication // by publication code

	queue events
	seq   int

	used     map[string]int       // how often a text was written, by unit, by county and at all
	wrote    map[string]time.Time // when a unit last wrote a text
	diligent map[string]int       // how busy a unit is, by code
	trays    map[string][]*sheet
	printed  map[string][]*sheet // by office
	kept     map[string][]*sheet // put by for the last morning, by park and office
	open     []*sheet            // handed to the outside office, no word yet
	duties   int
	said     map[string]int // how many orders on texts of a genre
	outs     int
	fixed    int                  // corrections done
	recalls  int                  // texts called back
	objected bool                 // a chief sent a number back
	recalled map[ident.Issue]bool // numbers with a text that was called back
	taken    int                  // items that their unit takes back
	phones   int
	files    int       // attached
	photos   [8][]byte // drawn so far
	writes   []Unit    // who writes, each as often as it is busy
}

func newCity(ctx context.Context, w World) (*city, error) {
	c := &city{ctx: ctx, w: w, loc: w.Flow.Location(), ids: map[string]ident.Unit{}, codes: map[ident.Unit]string{}, byCode: map[string]Unit{}, people: map[string]ident.Person{}, posted: map[string][]ident.Person{},
		lines: map[string][]org.Line{}, pubs: map[string]issue.Publication{}, used: map[string]int{}, wrote: map[string]time.Time{}, diligent: map[string]int{},
		trays: map[string][]*sheet{}, printed: map[string][]*sheet{}, kept: map[string][]*sheet{}, said: map[string]int{}, recalled: map[ident.Issue]bool{}}
	y, m, d := w.AsOf.In(c.loc).Date()
	c.last = time.Date(y, m, d, 0, 0, 0, 0, c.loc)
	c.first = c.last.AddDate(0, 0, 1-w.Days)
	c.end = Moment(w.AsOf, c.loc)
	seed := w.Seed
	if seed == 0 {
		seed = uint64(y*10000 + int(m)*100 + d)
	}
	c.rng = rand.New(rand.NewPCG(seed, 0x78696e736875))
	var err error
	if c.units, err = Units(); err != nil {
		return nil, err
	}
	for _, u := range c.units {
		c.byCode[u.Code] = u
	}
	if c.posts, err = People(); err != nil {
		return nil, err
	}
	if c.texts, err = Texts(); err != nil {
		return nil, err
	}
	if w.Clock.Now().After(c.first) {
		return nil, fmt.Errorf("the clock stands at %s, after the first day, %s", c.date(w.Clock.Now()), c.date(c.first))
	}
	w.Clock.Set(c.first.Add(7 * time.Hour))
	return c, nil
}

var system = flow.Actor{System: true}

func (c *city) now() time.Time { return c.w.Clock.Now().In(c.loc) }

// moveTo sets the clock forward; it never goes back.
func (c *city) moveTo(t time.Time) {
	if t.After(c.now()) {
		c.w.Clock.Set(t)
	}
}

// tick lets a few seconds pass between two verbs of one person.
func (c *city) tick() { c.moveTo(c.now().Add(time.Duration(5+c.rng.IntN(40)) * time.Second)) }

func (c *city) between(low, high int) int { return low + c.rng.IntN(high-low+1) }

func (c *city) chance(percent int) bool { return c.rng.IntN(100) < percent }

func pick[T any](c *city, from []T) T { return from[c.rng.IntN(len(from))] }

func (c *city) progress(day int) {
	if c.w.Progress != nil {
		c.w.Progress(day, c.w.Days, c.first.AddDate(0, 0, day-1).Format("2006-01-02"))
	}
}

func (c *city) unit(code string) Unit { return c.byCode[code] }

// offices are the codes of a level's desks, in file order.
func (c *city) offices(level string) []string {
	var out []string
	for _, u := range c.units {
		if u.Level == level {
			out = append(out, u.Code)
		}
	}
	return out
}

// inAll scales what happens so often in ninety days to the days there are.
func (c *city) inAll(quarterly, least int) int { return max(least, quarterly*c.w.Days/90) }

// as is the nth person who holds a post in a unit.
func (c *city) as(code, role string, nth int) flow.Actor {
	found := c.posted[code+" "+role]
	if len(found) == 0 {
		panic("demo: nobody is " + role + " in " + code) // people.tsv is ours and tested
	}
	return flow.Actor{Person: found[nth%len(found)]}
}

// names of everybody in the order of people.tsv, once.
func (c *city) everybody() []string {
	var names []string
	for _, p := range c.posts {
		if !slices.Contains(names, p.Name) {
			names = append(names, p.Name)
		}
	}
	return names
}

// login is the sign-in name of somebody in people.tsv: the first role held there
// and a number, such as editor3.
func login(posts []Person, name string) string {
	var met []string
	count := map[string]int{}
	for _, p := range posts {
		if slices.Contains(met, p.Name) {
			continue
		}
		met = append(met, p.Name)
		count[p.Role]++
		if p.Name == name {
			return p.Role + strconv.Itoa(count[p.Role])
		}
	}
	return ""
}

// ---- the calendar

// works says whether offices are open: no weekends, no long holidays; the last
// day always, for somebody is on duty.
func (c *city) works(day time.Time) bool {
	y, m, d := day.Date()
	if ly, lm, ld := c.last.Date(); y == ly && m == lm && d == ld {
		return true
	}
	if wd := day.Weekday(); wd == time.Saturday || wd == time.Sunday {
		return false
	}
	if m == time.October && d <= 7 || m == time.January && d == 1 || m == time.May && d <= 5 || m == time.April && d >= 4 && d <= 6 {
		return false
	}
	n := day.YearDay() - newYears[y]
	return newYears[y] == 0 || n < -1 || n > 6
}

// newYears are the days of the year on which the lunar year begins: the eve and
// a week are a holiday.
var newYears = map[int]int{2024: 41, 2025: 29, 2026: 48, 2027: 37, 2028: 26, 2029: 44, 2030: 34, 2031: 23, 2032: 42, 2033: 31, 2034: 50, 2035: 39}

func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, t.Location())
}

// later is so many working minutes after t: mornings 8 to 12, afternoons 2 to 6.
func (c *city) later(t time.Time, minutes int) time.Time {
	t = t.In(c.loc)
	left := time.Duration(minutes) * time.Minute
	for {
		day := midnight(t)
		if c.works(day) {
			for _, half := range [2][2]int{{8, 12}, {14, 18}} {
				from, to := day.Add(time.Duration(half[0])*time.Hour), day.Add(time.Duration(half[1])*time.Hour)
				at := from
				if t.After(from) {
					at = t
				}
				if !at.Before(to) {
					continue
				}
				if room := to.Sub(at); left >= room {
					left -= room
					continue
				}
				return at.Add(left)
			}
		}
		t = day.AddDate(0, 0, 1)
	}
}

// days is so many working days after t, at a plausible hour.
func (c *city) days(t time.Time, n int) time.Time {
	return c.later(t, n*480+c.between(0, 180))
}

// share is the moment after a part of the whole time, on a working morning.
func (c *city) share(percent int) time.Time {
	day := c.first.AddDate(0, 0, (c.w.Days-1)*percent/100)
	return c.later(day, c.between(20, 60))
}

// before is the working day n working days before the last day.
func (c *city) before(n int) time.Time {
	day := c.last
	for n > 0 && day.After(c.first) {
		day = day.AddDate(0, 0, -1)
		if c.works(day) {
			n--
		}
	}
	return day
}

// ---- what is to come

type event struct {
	at  time.Time
	seq int
	do  func() error
}

// events is a heap by time; what was planned first comes first.
type events []event

func (e events) Len() int      { return len(e) }
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e events) Less(i, j int) bool {
	if !e[i].at.Equal(e[j].at) {
		return e[i].at.Before(e[j].at)
	}
	return e[i].seq < e[j].seq
}

// Push and Pop are for container/heap.
func (e *events) Push(x any) { *e = append(*e, x.(event)) }

// Pop takes the last.
func (e *events) Pop() any {
	old := *e
	x := old[len(old)-1]
	*e = old[:len(old)-1]
	return x
}

func (c *city) name(code string) string {
	u := c.unit(code)
	if code == renamed && !c.now().Before(c.renaming()) {
		return newShort
	}
	return u.Short
}

func (c *city) renaming() time.Time { return midnight(c.share(50)) }

// merging is when 芦汀乡 ends; it files its last items a month before, so that
// nothing of it is under way that day.
func (c *city) merging() time.Time { return midnight(c.share(66)) }

func (c *city) quiet(code string) bool {
	return code == merged && c.now().After(c.merging().AddDate(0, 0, -30))
}

func phone(c *city) string { return fmt.Sprintf("66%05d", c.rng.IntN(100000)) }
