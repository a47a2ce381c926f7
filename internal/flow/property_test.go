package flow_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"xinshu/internal/duty"
	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/score"
	"xinshu/internal/store"
	"xinshu/internal/testing/sample"
	"xinshu/internal/testing/storetest"
)

// choice is one random step of a sequence: plain numbers, so that a failing
// sequence can be made shorter. What they mean depends on what exists by then.
type choice struct {
	Wild  bool // any verb on any object by anybody; else one that its state allows, by a fitting post
	Verb  int
	Noun  int
	Thing int
	Actor int
	N     int
}

// choices spreads what was drawn over all meanings: the generator itself likes
// small numbers, which would be the same few verbs again and again.
func choices() *rapid.Generator[[]choice] {
	return rapid.Map(rapid.SliceOfN(rapid.Uint32(), 40, 110), func(drawn []uint32) []choice {
		out := make([]choice, len(drawn))
		for i, d := range drawn {
			r := rand.New(rand.NewPCG(uint64(d), uint64(i)))
			out[i] = choice{Wild: r.IntN(4) == 0, Verb: r.IntN(1000), Noun: r.IntN(1000), Thing: r.IntN(1000), Actor: r.IntN(1000), N: r.IntN(1000)}
		}
		return out
	})
}

// TestNoSequenceBreaksAnInvariant runs random verbs by fitting and unfitting
// people. Whatever they do, a refusal is a refusal with its reason and without a
// trace, the record verifies, projections rebuild to the same bytes and the score is
// what the facts say.
func TestNoSequenceBreaksAnInvariant(t *testing.T) {
	budget(t, "100")
	rapid.Check(t, func(rt *rapid.T) {
		plan := choices().Draw(rt, "plan")
		b := &bounded{TB: t}
		defer b.end()
		r := newPlay(b)
		for i, c := range plan {
			if err := r.step(c); err != nil {
				rt.Fatalf("step %d: %v\n%s", i, err, strings.Join(r.log, "\n"))
			}
		}
		if err := r.settled(); err != nil {
			rt.Fatalf("after the sequence: %v\n%s", err, strings.Join(r.log, "\n"))
		}
	})
}

// budget keeps the sequences few enough for the gate; -rapid.checks asks for more.
func budget(t *testing.T, checks string) {
	t.Helper()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if given {
		return
	}
	for name, v := range map[string]string{"rapid.checks": checks, "rapid.nofailfile": "true", "rapid.shrinktime": "20s"} {
		if err := flag.Set(name, v); err != nil {
			t.Fatal(err)
		}
	}
}

// bounded ends what a test opened when the sequence ends, not when the test does.
type bounded struct {
	testing.TB
	after []func()
}

func (b *bounded) Cleanup(fn func()) { b.after = append(b.after, fn) }

func (b *bounded) end() {
	for _, fn := range slices.Backward(b.after) {
		fn()
	}
}

// thing is an object as the sequence sees it.
type thing struct {
	id    string
	state string
	place ident.Unit // where its posts are needed
	seen  int
}

// verb is one move on one kind of object.
type verb struct {
	noun  string // "": makes something out of nothing
	name  org.Verb
	roles []org.Role
	from  []string // states that allow it; empty: any
	run   func(p *play, a flow.Actor, x thing, c choice) error
}

// play is one sequence in one small world.
type play struct {
	*world
	have map[string][]string // noun -> identifiers
	who  []string
	code map[ident.Unit]string
	at   int64 // position of the newest fact
	log  []string
}

func newPlay(tb testing.TB) *play {
	tb.Helper()
	cfg := storetest.SQLite(tb)
	cfg.NoSync = true
	p := &play{world: open(tb, cfg), have: map[string][]string{}, code: map[ident.Unit]string{}}
	for code, u := range p.Units {
		p.code[u.ID] = code
	}
	// people who stand on both sides of a desk, and one who stands nowhere
	p.Person("reporter.K1", "K1", org.Reporter)
	p.Person("signer.K1", "K1", org.Signer)
	p.Person("nobody", "T4", org.Auditor)
	p.who = p.Logins()
	slices.Sort(p.who)
	for i, unit := range []string{"T1", "T2", "T3"} {
		it, fl := p.filed(unit, "起头"+unit)
		p.know("item", string(it.ID))
		p.know("filing", string(fl.ID))
		p.ready("K1", fl.ID, "起头")
		_, raw := p.filed(unit, "原样"+unit)
		p.know("item", string(raw.Item))
		p.know("filing", string(ok[filing.Filing](tb)(p.Flow.Receive(p.Ctx(), p.As("editor.K1"), raw.ID)).ID))
		if i == 0 {
			continue
		}
		is := ok[issue.Issue](tb)(p.Flow.OpenIssue(p.Ctx(), p.As("editor.K1"), flow.OpenIssue{Publication: p.Pubs["k1"].ID}))
		q := ok[issue.Placement](tb)(p.Flow.Adopt(p.Ctx(), p.As("editor.K1"), fl.ID, flow.Adopt{Publication: p.Pubs["k1"].ID, Seen: -1}))
		ok[issue.Placement](tb)(p.Flow.Place(p.Ctx(), p.As("editor.K1"), q.ID, flow.Place{Issue: is.ID}))
		p.know("issue", string(is.ID))
		p.know("placement", string(q.ID))
	}
	p.at = p.newestFact()
	return p
}

func (p *play) know(noun, id string) {
	if id != "" && !slices.Contains(p.have[noun], id) {
		p.have[noun] = append(p.have[noun], id)
	}
}

func (p *play) newestFact() (at int64) {
	p.view(func(tx *store.Tx) error {
		recs, err := tx.Facts(p.at, 10_000)
		at = p.at
		if len(recs) > 0 {
			at = recs[len(recs)-1].Position
		}
		return err
	})
	return at
}

func (p *play) view(fn func(tx *store.Tx) error) {
	p.T.Helper()
	if err := p.Store.View(p.Ctx(), fn); err != nil {
		p.T.Fatal(err)
	}
}

// look reads an object behind the verbs' backs.
func (p *play) look(noun, id string) (x thing) {
	x.id = id
	p.view(func(tx *store.Tx) error {
		switch noun {
		case "item":
			it, err := tx.Item(ident.Item(id))
			x.state, x.place, x.seen = string(it.State), it.Unit, it.Revision
			return err
		case "filing":
			fl, err := tx.Filing(ident.Filing(id))
			x.state, x.place, x.seen = string(fl.State), fl.Office, fl.Revision
			if fl.State == filing.Outside {
				x.place = fl.Unit
			}
			return err
		case "placement":
			q, err := tx.Placement(ident.Placement(id))
			x.state, x.place = string(q.State), q.Office
			return err
		case "issue":
			is, err := tx.Issue(ident.Issue(id))
			x.state, x.place = string(is.State), is.Office
			return err
		case "duty":
			d, err := tx.Duty(ident.Duty(id))
			x.state, x.place = string(d.State), d.Office
			if d.State == duty.PassedOn {
				x.place = d.Unit
			}
			return err
		case "delivery":
			d, err := tx.Delivery(ident.Delivery(id))
			x.state, x.place = string(d.State), d.Unit
			return err
		case "outcome":
			o, err := tx.Outcome(ident.Outcome(id))
			if err != nil {
				return err
			}
			fl, err := tx.Filing(o.Filing)
			x.state, x.place = string(o.State), fl.Unit
			return err
		}
		return nil
	})
	return x
}

// nouns by how often a sequence turns to them.
var nouns = []string{"", "item", "item", "filing", "filing", "filing", "filing", "placement", "placement", "issue", "issue", "duty", "delivery", "outcome"}

// step takes one choice.
func (p *play) step(c choice) error {
	var v verb
	var x thing
	if c.Wild {
		v = moves[c.Verb%len(moves)]
		if ids := p.have[v.noun]; v.noun != "" && len(ids) > 0 {
			x = p.look(v.noun, ids[c.Thing%len(ids)])
		}
	} else {
		noun := nouns[c.Noun%len(nouns)]
		if ids := p.have[noun]; len(ids) > 0 {
			x = p.look(noun, ids[c.Thing%len(ids)])
		} else {
			noun = ""
		}
		fit := slices.DeleteFunc(slices.Clone(moves), func(m verb) bool {
			return m.noun != noun || len(m.from) > 0 && !slices.Contains(m.from, x.state)
		})
		if len(fit) == 0 {
			return nil
		}
		v = fit[c.Verb%len(fit)]
	}
	login := p.who[c.Actor%len(p.who)]
	if !c.Wild {
		login = p.fitting(v, x.place, login, c.Actor)
	}
	err := v.run(p, p.As(login), x, c)
	p.log = append(p.log, fmt.Sprintf("%s %s %s(%s) by %s at %s: %v", v.noun, v.name, x.id, x.state, login, p.code[x.place], err))
	return p.judge(err)
}

// fitting is somebody with a post for the verb at the place, if there is one.
func (p *play) fitting(v verb, place ident.Unit, otherwise string, n int) string {
	var fit []string
	for _, r := range v.roles {
		if login := string(r) + "." + p.code[place]; slices.Contains(p.who, login) {
			fit = append(fit, login)
		}
	}
	if len(fit) == 0 {
		return otherwise
	}
	return fit[n%len(fit)]
}

// judge checks that a refusal says why and left no trace.
func (p *play) judge(err error) error {
	now := p.newestFact()
	was := p.at
	p.at = now
	if err == nil {
		return nil
	}
	switch fault.KindOf(err) {
	case fault.Denied, fault.Conflict:
		if why, _ := fault.Refused(err); len(why) == 0 || why[0].Code == "" {
			return fmt.Errorf("a refusal without a reason: %w", err)
		}
	case fault.Invalid:
		if bad, _ := fault.BadFields(err); len(bad) == 0 || bad[0].Path == "" {
			return fmt.Errorf("an invalid input without a field: %w", err)
		}
	case fault.NotFound:
	default:
		return fmt.Errorf("not a refusal but our fault: %w", err)
	}
	if now != was {
		return fmt.Errorf("a refused verb left facts %d–%d: %w", was+1, now, err)
	}
	return nil
}

// settled checks everything that must hold whatever happened.
func (p *play) settled() error {
	if err := p.work.Drain(p.Ctx()); err != nil {
		return err
	}
	var found []string
	err := p.Store.Verify(p.Ctx(), func(f store.Finding) { found = append(found, fmt.Sprintf("%+v", f)) })
	if err != nil || len(found) > 0 {
		return fmt.Errorf("verify: %v %v", err, found)
	}
	for _, name := range []string{"events", "search"} {
		var was, is bytes.Buffer
		if err := p.Store.Dump(p.Ctx(), name, &was); err != nil {
			return err
		}
		if err := p.Store.Rebuild(p.Ctx(), name); err != nil {
			return err
		}
		if err := p.work.Drain(p.Ctx()); err != nil {
			return err
		}
		if err := p.Store.Dump(p.Ctx(), name, &is); err != nil {
			return err
		}
		if !bytes.Equal(was.Bytes(), is.Bytes()) {
			return fmt.Errorf("projection %s rebuilt = %d bytes that differ from the %d before", name, is.Len(), was.Len())
		}
	}
	return p.scored()
}

// scored runs the rulebook over the facts themselves and compares.
func (p *play) scored() error {
	var events []score.Event
	p.view(func(tx *store.Tx) error {
		for after := int64(0); ; {
			recs, err := tx.Facts(after, 1000)
			if err != nil || len(recs) == 0 {
				return err
			}
			for _, r := range recs {
				es, err := score.Events(r)
				if err != nil {
					return err
				}
				events = append(events, es...)
				after = r.Position
			}
		}
	})
	k1 := p.ID("K1")
	events = slices.DeleteFunc(events, func(e score.Event) bool { return e.Desk != k1 })
	book, err := score.Parse([]byte(sample.Rulebook))
	if err != nil {
		return err
	}
	month, _ := score.ParsePeriod("2026-11")
	want, err := book.Earned(month, score.OnDays(events, p.Flow.DayOf))
	if err != nil {
		return err
	}
	for _, unit := range []string{"T1", "T2", "T3"} {
		v, err := p.Flow.Ledger(p.Ctx(), p.As("assessor.K1"), k1, p.ID(unit), "2026-11")
		if err != nil {
			return err
		}
		mine := slices.DeleteFunc(slices.Clone(want), func(e score.Entry) bool { return e.Unit != p.ID(unit) })
		if got, want := jsonOf(v.Entries), jsonOf(mine); got != want {
			return fmt.Errorf("ledger of %s = %s, want what the facts give, %s", unit, got, want)
		}
		var sum score.Points
		for _, e := range mine {
			sum = sum.Plus(e.Points)
		}
		if got, want := v.Total.String(), sum.Round(book.Round).String(); got != want {
			return fmt.Errorf("total of %s = %s, want %s", unit, got, want)
		}
	}
	return nil
}

func jsonOf[T any](vs []T) string {
	if len(vs) == 0 {
		return "[]"
	}
	b, err := json.Marshal(vs)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// stale now and then names an older revision than the newest.
func (c choice) stale(seen int) int {
	if c.N%7 == 0 {
		return seen - 1
	}
	return seen
}

func (c choice) reason() (string, string) {
	return []string{"no_figures", "stale", "unverified", "no_such_reason"}[c.N%4], "请补充。"
}

var (
	pubs   = []string{"k1", "k1", "c", "k1", "c", "c2", "k2", "p"}
	places = []string{"K1", "C", "K2", "P", "T1", "T2", "X"}
)

func from[S ~string](ss ...S) []string {
	out := make([]string, len(ss))
	for i, s := range ss {
		out[i] = string(s)
	}
	return out
}

// moves are the verbs of the unit; the desk's and the press's follow below.
var moves = slices.Concat([]verb{
	{"", "draft", []org.Role{org.Reporter}, nil, func(p *play, a flow.Actor, _ thing, c choice) error {
		unit := []string{"T1", "T2", "T4", "K1"}[c.N%4]
		it, err := p.Flow.Draft(p.Ctx(), a, flow.Draft{Unit: p.ID(unit), Title: "稿", Body: body, Genre: "problem", Form: "single", Urgent: c.N%3 == 0})
		p.know("item", string(it.ID))
		if err != nil {
			p.have["item"] = slices.DeleteFunc(p.have["item"], func(id string) bool { return id == string(it.ID) })
		}
		return err
	}},
	{"", "file_for", []org.Role{org.Editor}, nil, func(p *play, a flow.Actor, _ thing, c choice) error {
		got, err := p.Flow.FileFor(p.Ctx(), p.As([]string{"editor.K1", "chief.K1", "editor.K2", "leader.K1"}[c.N%4]), flow.FileFor{Office: p.ID("K1"), Unit: p.ID([]string{"T1", "T2", "T4"}[c.Thing%3]), Title: "电话", Body: body, Genre: "news", Form: "brief", Channel: []string{"telephone", "fax", "web"}[c.Verb%3]})
		if err == nil {
			p.know("item", string(got.Item.ID))
			p.know("filing", string(got.Filings[0].ID))
		}
		return err
	}},
	{"", "merge", []org.Role{org.Editor}, nil, func(p *play, a flow.Actor, _ thing, c choice) error {
		fs := p.have["filing"]
		open := slices.DeleteFunc(slices.Clone(fs), func(id string) bool {
			x := p.look("filing", id)
			return x.place != p.ID("K1") || !slices.Contains(from(filing.Received, filing.Editing, filing.Held), x.state)
		})
		if len(open) > 1 && c.N%4 != 0 {
			fs = open
		}
		parts := []filing.Contribution{{Filing: ident.Filing(fs[c.Thing%len(fs)])}, {Filing: ident.Filing(fs[c.Verb%len(fs)])}}
		if c.N%3 == 0 {
			parts[0].Num, parts[0].Den, parts[1].Num, parts[1].Den = 2, 3, 1, 3
		}
		fl, err := p.Flow.Merge(p.Ctx(), p.As([]string{"editor.K1", "chief.K1", "editor.C"}[c.Actor%3]), flow.Merge{Office: p.look("filing", fs[c.Thing%len(fs)]).place, Parts: parts, Title: "合", Body: body})
		if err == nil {
			p.know("filing", string(fl.ID))
			p.know("item", string(fl.Item))
		}
		return err
	}},
	{"", "open_issue", []org.Role{org.Editor}, nil, func(p *play, a flow.Actor, _ thing, c choice) error {
		pub := p.Pubs[pubs[c.N%len(pubs)]]
		is, err := p.Flow.OpenIssue(p.Ctx(), p.As([]string{"editor.", "chief.", "leader."}[c.Actor%3]+p.code[pub.Office]), flow.OpenIssue{Publication: pub.ID})
		if err == nil {
			p.know("issue", string(is.ID))
		}
		return err
	}},
	{"item", item.Revise, []org.Role{org.Reporter, org.Signer}, from(item.Draft, item.SentBack, item.Submitted), func(p *play, a flow.Actor, x thing, c choice) error {
		_, err := p.Flow.Revise(p.Ctx(), a, ident.Item(x.id), flow.Revise{Title: fmt.Sprint("改", c.N), Body: body, Seen: c.stale(x.seen)})
		return err
	}},
	{"item", item.Submit, []org.Role{org.Reporter, org.Signer}, from(item.Draft), func(p *play, a flow.Actor, x thing, c choice) error {
		_, err := p.Flow.Submit(p.Ctx(), a, ident.Item(x.id), flow.Submit{Seen: c.stale(x.seen)})
		return err
	}},
	{"item", item.Unsend, []org.Role{org.Reporter}, from(item.Submitted), func(p *play, a flow.Actor, x thing, _ choice) error {
		_, err := p.Flow.Unsend(p.Ctx(), a, ident.Item(x.id))
		return err
	}},
	{"item", item.SignOff, []org.Role{org.Signer}, from(item.Submitted), func(p *play, a flow.Actor, x thing, c choice) error {
		_, err := p.Flow.SignOff(p.Ctx(), a, ident.Item(x.id), flow.SignOff{Seen: c.stale(x.seen)})
		p.view(func(tx *store.Tx) error {
			fs, err := tx.FilingsOf(ident.Item(x.id))
			for _, fl := range fs {
				p.know("filing", string(fl.ID))
			}
			return err
		})
		return err
	}},
	{"item", item.Unsign, []org.Role{org.Signer}, from(item.Submitted, item.Signed), func(p *play, a flow.Actor, x thing, c choice) error {
		if c.N%3 == 0 {
			return nil // what is signed goes on, mostly
		}
		_, err := p.Flow.Unsign(p.Ctx(), a, ident.Item(x.id))
		return err
	}},
	{"item", item.SendBack, []org.Role{org.Signer}, from(item.Submitted), func(p *play, a flow.Actor, x thing, c choice) error {
		why, remark := c.reason()
		_, err := p.Flow.SendBack(p.Ctx(), a, ident.Item(x.id), flow.SendBack{Reason: why, Remark: remark})
		return err
	}},
	{"item", item.Resubmit, []org.Role{org.Reporter}, from(item.SentBack), func(p *play, a flow.Actor, x thing, c choice) error {
		_, err := p.Flow.Resubmit(p.Ctx(), a, ident.Item(x.id), flow.Submit{Seen: c.stale(x.seen)})
		return err
	}},
	{"item", item.Withdraw, []org.Role{org.Reporter, org.Signer}, from(item.Draft, item.Submitted, item.SentBack, item.Signed), func(p *play, a flow.Actor, x thing, c choice) error {
		if c.N%8 != 0 {
			return nil // often enough to matter, seldom enough to leave something
		}
		_, err := p.Flow.Withdraw(p.Ctx(), a, ident.Item(x.id), flow.Withdraw{Remark: "情况有变"})
		return err
	}},
	{"item", item.Confirm, []org.Role{org.Signer}, from(item.Signed), func(p *play, a flow.Actor, x thing, _ choice) error {
		_, err := p.Flow.ConfirmFiled(p.Ctx(), a, ident.Item(x.id))
		return err
	}},
	{"item", "autosave", []org.Role{org.Reporter}, nil, func(p *play, a flow.Actor, x thing, c choice) error {
		return p.Flow.Autosave(p.Ctx(), a, "item", x.id, flow.Typed{Title: "键入", Body: fmt.Sprint(c.N), Base: x.seen})
	}},
}, deskMoves, pressMoves)

var deskRoles = []org.Role{org.Editor, org.Chief}

var deskMoves = []verb{
	{"filing", filing.Receive, deskRoles, from(filing.Filed), func(p *play, a flow.Actor, x thing, _ choice) error {
		_, err := p.Flow.Receive(p.Ctx(), a, ident.Filing(x.id))
		return err
	}},
	{"filing", filing.Assign, deskRoles, from(filing.Received, filing.Editing, filing.Ready, filing.Held), func(p *play, a flow.Actor, x thing, c choice) error {
		_, err := p.Flow.Assign(p.Ctx(), a, ident.Filing(x.id), flow.Assign{To: p.As([]string{"editor.K1", "editor2.K1", "editor.C", "reporter.T1"}[c.N%4]).Person})
		return err
	}},
	{"filing", filing.Revise, deskRoles, from(filing.Received, filing.Editing, filing.Ready, filing.Held), func(p *play, a flow.Actor, x thing, c choice) error {
		_, err := p.Flow.ReviseFiling(p.Ctx(), a, ident.Filing(x.id), flow.ReviseFiling{Title: fmt.Sprint("编", c.N), Body: body, Seen: c.stale(x.seen)})
		return err
	}},
	{"filing", filing.AcceptChanges, deskRoles, from(filing.Received, filing.Editing, filing.Ready, filing.Held), func(p *play, a flow.Actor, x thing, c choice) error {
		_, err := p.Flow.AcceptChanges(p.Ctx(), a, ident.Filing(x.id), flow.Changes{All: true, Seen: c.stale(x.seen)})
		return err
	}},
	{"filing", filing.RejectChanges, deskRoles, from(filing.Received, filing.Editing, filing.Ready, filing.Held), func(p *play, a flow.Actor, x thing, c choice) error {
		_, err := p.Flow.RejectChanges(p.Ctx(), a, ident.Filing(x.id), flow.Changes{All: true, Seen: c.stale(x.seen)})
		return err
	}},
	{"filing", filing.Revert, deskRoles, from(filing.Received, filing.Editing, filing.Ready, filing.Held), func(p *play, a flow.Actor, x thing, c choice) error {
		_, err := p.Flow.Revert(p.Ctx(), a, ident.Filing(x.id), flow.Revert{Number: c.N % (x.seen + 1), Seen: c.stale(x.seen)})
		return err
	}},
	{"filing", filing.AddComment, deskRoles, from(filing.Filed, filing.Received, filing.Editing, filing.Ready, filing.Held, filing.Declined, filing.Returned, filing.Merged), func(p *play, a flow.Actor, x thing, c choice) error {
		_, err := p.Flow.Comment(p.Ctx(), a, ident.Filing(x.id), flow.WriteComment{Para: c.N % 2, Text: "有没有出处？", Seen: x.seen})
		return err
	}},
	{"filing", filing.TakeOver, deskRoles, from(filing.Received, filing.Editing, filing.Ready, filing.Held), func(p *play, a flow.Actor, x thing, _ choice) error {
		_, err := p.Flow.TakeOver(p.Ctx(), a, ident.Filing(x.id))
		return err
	}},
	{"filing", "autosave", deskRoles, nil, func(p *play, a flow.Actor, x thing, c choice) error {
		return p.Flow.Autosave(p.Ctx(), a, "filing", x.id, flow.Typed{Title: "键入", Body: fmt.Sprint(c.N), Base: x.seen})
	}},
	{"filing", filing.MarkReady, deskRoles, from(filing.Received, filing.Editing), func(p *play, a flow.Actor, x thing, c choice) error {
		_, err := p.Flow.MarkReady(p.Ctx(), a, ident.Filing(x.id), flow.MarkReady{Seen: c.stale(x.seen)})
		return err
	}},
	{"filing", filing.Hold, deskRoles, from(filing.Received, filing.Editing, filing.Ready), func(p *play, a flow.Actor, x thing, c choice) error {
		why, remark := c.reason()
		_, err := p.Flow.Hold(p.Ctx(), a, ident.Filing(x.id), flow.Hold{Reason: why, Remark: remark})
		return err
	}},
	{"filing", filing.Decline, deskRoles, from(filing.Received, filing.Editing, filing.Ready, filing.Held), func(p *play, a flow.Actor, x thing, c choice) error {
		why, remark := c.reason()
		_, err := p.Flow.Decline(p.Ctx(), a, ident.Filing(x.id), flow.Decline{Reason: why, Remark: remark})
		return err
	}},
	{"filing", filing.Resume, deskRoles, from(filing.Held, filing.Declined), func(p *play, a flow.Actor, x thing, _ choice) error {
		_, err := p.Flow.Resume(p.Ctx(), a, ident.Filing(x.id))
		return err
	}},
	{"filing", filing.Undo, deskRoles, from(filing.Received, filing.Editing, filing.Ready, filing.Held, filing.Declined), func(p *play, a flow.Actor, x thing, _ choice) error {
		_, err := p.Flow.Undo(p.Ctx(), a, ident.Filing(x.id))
		return err
	}},
	{"filing", filing.Return, deskRoles, from(filing.Received, filing.Editing, filing.Ready, filing.Held), func(p *play, a flow.Actor, x thing, c choice) error {
		why, remark := c.reason()
		_, err := p.Flow.Return(p.Ctx(), a, ident.Filing(x.id), flow.Return{Reason: why, Remark: remark})
		return err
	}},
	{"filing", filing.Adopt, deskRoles, from(filing.Ready), adopt},
	{"filing", filing.Adopt, deskRoles, from(filing.Ready), adopt}, // twice: much hangs on it
	{"filing", filing.Unmerge, deskRoles, from(filing.Received, filing.Editing, filing.Ready, filing.Held), func(p *play, a flow.Actor, x thing, _ choice) error {
		_, err := p.Flow.Unmerge(p.Ctx(), a, ident.Filing(x.id))
		return err
	}},
	{"filing", filing.Forward, []org.Role{org.Chief}, from(filing.Ready), func(p *play, a flow.Actor, x thing, c choice) error {
		in := flow.Forward{Seen: c.stale(x.seen)}
		if c.N%2 == 0 && p.code[x.place] == "C" {
			in.Office = p.ID("X")
		}
		if c.N%5 == 0 {
			in.Title = "上报的题目"
		}
		fl, err := p.Flow.Forward(p.Ctx(), a, ident.Filing(x.id), in)
		if err == nil {
			p.know("filing", string(fl.ID))
		}
		return err
	}},
	{"filing", filing.Send, deskRoles, from(filing.Outside), func(p *play, a flow.Actor, x thing, _ choice) error {
		_, err := p.Flow.Send(p.Ctx(), a, ident.Filing(x.id), flow.Send{Channel: "fax", Proof: "回执"})
		return err
	}},
	{"filing", filing.EnterOutcome, []org.Role{org.Editor, org.Assessor}, from(filing.Outside), func(p *play, a flow.Actor, x thing, c choice) error {
		o, err := p.Flow.EnterOutcome(p.Ctx(), a, ident.Filing(x.id), flow.EnterOutcome{Kind: filing.OutcomeKinds[c.N%3], Outlet: "px", Name: "每日要情", Who: "省长", Proof: "通报", Occurred: p.Clock.Now().UnixMicro()})
		if err == nil {
			p.know("outcome", string(o.ID))
		}
		return err
	}},
	{"outcome", filing.DecideOutcome, []org.Role{org.Chief, org.Editor}, from(filing.OutcomeEntered), func(p *play, a flow.Actor, x thing, c choice) error {
		_, err := p.Flow.DecideOutcome(p.Ctx(), a, ident.Outcome(x.id), flow.DecideOutcome{Confirm: c.N%3 != 0, Remark: "核对"})
		return err
	}},
	{"filing", filing.Instruct, []org.Role{org.Leader}, from(filing.Received, filing.Editing, filing.Ready, filing.Held), func(p *play, a flow.Actor, x thing, c choice) error {
		d, err := p.Flow.Instruct(p.Ctx(), a, flow.Instruct{Filing: ident.Filing(x.id), Text: "请研究。", Disclosed: c.N%2 == 0})
		if err == nil {
			p.know("duty", string(d.ID))
		}
		return err
	}},
}

func adopt(p *play, a flow.Actor, x thing, c choice) error {
	pub := pubs[c.N%len(pubs)]
	if c.N%4 != 0 { // mostly one of the desk's own
		for _, code := range pubs {
			if p.Pubs[code].Office == x.place {
				pub = code
			}
		}
	}
	q, err := p.Flow.Adopt(p.Ctx(), a, ident.Filing(x.id), flow.Adopt{Publication: p.Pubs[pub].ID, Seen: c.stale(x.seen)})
	if err == nil {
		p.know("placement", string(q.ID))
	}
	return err
}

var pressMoves = []verb{
	{"placement", issue.Place, deskRoles, from(issue.Tray, issue.Arranged), func(p *play, a flow.Actor, x thing, c choice) error {
		is := ident.Issue("")
		for _, id := range p.have["issue"] { // mostly one that could take it
			if y := p.look("issue", id); y.place == x.place && y.state == string(issue.Open) && c.N%5 != 0 {
				is = ident.Issue(id)
			}
		}
		if ids := p.have["issue"]; len(ids) > 0 && c.N%5 == 1 {
			is = ident.Issue(ids[c.N%len(ids)])
		}
		_, err := p.Flow.Place(p.Ctx(), a, ident.Placement(x.id), flow.Place{Issue: is, Slot: c.N % 4})
		return err
	}},
	{"placement", issue.Unadopt, deskRoles, from(issue.Tray, issue.Arranged), func(p *play, a flow.Actor, x thing, c choice) error {
		if c.N%4 != 0 {
			return nil
		}
		_, err := p.Flow.Unadopt(p.Ctx(), a, ident.Placement(x.id), flow.Remark{Remark: "不用了"})
		return err
	}},
	{"placement", issue.Correct, []org.Role{org.Chief}, from(issue.Printed, issue.Corrected), func(p *play, a flow.Actor, x thing, _ choice) error {
		_, err := p.Flow.Correct(p.Ctx(), a, ident.Placement(x.id), flow.Correct{Title: "更正", Body: body, Notice: "户数有误"})
		return err
	}},
	{"placement", issue.Recall, []org.Role{org.Chief}, from(issue.Printed, issue.Corrected), func(p *play, a flow.Actor, x thing, _ choice) error {
		_, err := p.Flow.Recall(p.Ctx(), a, ident.Placement(x.id), flow.Remark{Remark: "数据有误"})
		return err
	}},
	{"placement", "instruct", []org.Role{org.Leader}, nil, func(p *play, a flow.Actor, x thing, _ choice) error {
		d, err := p.Flow.Instruct(p.Ctx(), a, flow.Instruct{Placement: ident.Placement(x.id), Text: "请研究。", Disclosed: true})
		if err == nil {
			p.know("duty", string(d.ID))
		}
		return err
	}},
	{"issue", issue.Propose, deskRoles, from(issue.Open), func(p *play, a flow.Actor, x thing, _ choice) error {
		_, err := p.Flow.Propose(p.Ctx(), a, ident.Issue(x.id))
		return err
	}},
	{"issue", issue.SendBack, []org.Role{org.Chief}, from(issue.Proposed, issue.Approved), func(p *play, a flow.Actor, x thing, c choice) error {
		if c.N%4 != 0 {
			return nil
		}
		_, err := p.Flow.SendBackIssue(p.Ctx(), a, ident.Issue(x.id), flow.Remark{Remark: "换头条"})
		return err
	}},
	{"issue", issue.Approve, []org.Role{org.Chief}, from(issue.Proposed), func(p *play, a flow.Actor, x thing, _ choice) error {
		_, err := p.Flow.ApproveIssue(p.Ctx(), a, ident.Issue(x.id))
		return err
	}},
	{"issue", issue.Publish, deskRoles, from(issue.Approved), func(p *play, a flow.Actor, x thing, c choice) error {
		_, err := p.Flow.PublishIssue(p.Ctx(), a, ident.Issue(x.id), flow.Publish{Dispatch: c.N%2 == 0})
		p.copies(x.id)
		return err
	}},
	{"issue", issue.Dispatch, deskRoles, from(issue.Published), func(p *play, a flow.Actor, x thing, _ choice) error {
		_, err := p.Flow.Dispatch(p.Ctx(), a, ident.Issue(x.id))
		p.copies(x.id)
		return err
	}},
	{"delivery", "confirm", []org.Role{org.Reporter, org.Editor, org.Leader}, from("sent"), func(p *play, a flow.Actor, x thing, _ choice) error {
		_, err := p.Flow.Confirm(p.Ctx(), a, ident.Delivery(x.id))
		return err
	}},
	{"duty", duty.PassOn, []org.Role{org.Followup}, from(duty.Recorded), func(p *play, a flow.Actor, x thing, c choice) error {
		in := flow.PassOn{Unit: p.ID(places[c.N%len(places)])}
		if c.N%2 == 0 {
			in.Due = p.Clock.Now().Add(48 * time.Hour).UnixMicro()
		}
		_, err := p.Flow.PassOn(p.Ctx(), a, ident.Duty(x.id), in)
		return err
	}},
	{"duty", duty.Answer, []org.Role{org.Reporter, org.Editor}, from(duty.PassedOn), func(p *play, a flow.Actor, x thing, _ choice) error {
		_, err := p.Flow.Answer(p.Ctx(), a, ident.Duty(x.id), flow.Answer{Text: "已办。"})
		return err
	}},
	{"duty", duty.Accept, []org.Role{org.Followup, org.Chief}, from(duty.Answered), func(p *play, a flow.Actor, x thing, _ choice) error {
		_, err := p.Flow.Accept(p.Ctx(), a, ident.Duty(x.id), flow.Remark{})
		return err
	}},
	{"duty", duty.Return, []org.Role{org.Followup, org.Chief}, from(duty.Answered), func(p *play, a flow.Actor, x thing, _ choice) error {
		_, err := p.Flow.ReturnAnswer(p.Ctx(), a, ident.Duty(x.id), flow.Remark{Remark: "再报"})
		return err
	}},
}

func (p *play) copies(id string) {
	p.view(func(tx *store.Tx) error {
		ds, err := tx.DeliveriesOf(ident.Issue(id))
		for _, d := range ds {
			p.know("delivery", string(d.ID))
		}
		return err
	})
}

// farEnd are facts that only a long sequence reaches.
var farEnd = []fact.Kind{fact.FilingsMerged, fact.PlacementMade, fact.FilingForwarded, fact.NewsTold, fact.PlacementPublished, fact.DeliverySent, fact.InstructionGiven, fact.DutyPassedOn}

// TestSequencesReachTheFarEnd keeps the generator honest: if nothing were ever
// printed or forwarded, the property above would say nothing.
func TestSequencesReachTheFarEnd(t *testing.T) {
	seen := map[fact.Kind]int{}
	for seed := range 10 {
		b := &bounded{TB: t}
		p := newPlay(b)
		r := rand.New(rand.NewPCG(7, uint64(seed)))
		for range 120 {
			if err := p.step(choice{Verb: r.IntN(1000), Noun: r.IntN(1000), Thing: r.IntN(1000), Actor: r.IntN(1000), N: r.IntN(1000)}); err != nil {
				t.Fatalf("seed %d: %v\n%s", seed, err, strings.Join(p.log, "\n"))
			}
		}
		p.view(func(tx *store.Tx) error {
			recs, err := tx.Facts(0, 10_000)
			for _, r := range recs {
				seen[r.Kind]++
			}
			return err
		})
		b.end()
	}
	for _, k := range farEnd {
		if seen[k] == 0 {
			t.Errorf("facts of kind %s in 10 sequences = 0, want some", k)
		}
	}
	t.Logf("kinds reached: %d of %d", len(seen), len(fact.Kinds))
}
