package flow

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"sync"
	"time"

	"xinshu/internal/blob"
	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/org"
	"xinshu/internal/store"
)

// Actor is who acts: a person, in a post if one was chosen, within the scopes of
// a token if it is one. System is the operator at the machine itself.
type Actor struct {
	Person ident.Person
	Post   ident.Post
	Scopes []org.Stage // nil = all
	System bool
}

// Config is what flow is handed.
type Config struct {
	Location  *time.Location // whose calendar days are meant
	Blobs     *blob.Store
	MaxUpload int64
	Rand      io.Reader
	Courier   Carrier // sends facts on; nil = no webhooks
	Mail      Mail    // sends copies of notifications; nil = no mail
	Scribe    Scribe  // … and words them
	Boxes     Boxes   // looks into mailboxes; nil = none
	Lock      Lock    // … and keeps their passwords
}

// DefaultMaxUpload bounds one attachment.
const DefaultMaxUpload = 50 << 20

// Flow has the verbs.
type Flow struct {
	store *store.Store
	cfg   Config

	sketches sketches // of texts, for what is alike
	passedBy sync.Map // webhook -> how far its carrier has looked and found nothing for it
}

// New takes a store and what the verbs need besides.
func New(s *store.Store, c Config) *Flow {
	if c.Location == nil {
		c.Location = time.FixedZone("CST", 8*3600)
	}
	if c.MaxUpload <= 0 {
		c.MaxUpload = DefaultMaxUpload
	}
	return &Flow{store: s, cfg: c}
}

// Location is whose calendar days are meant.
func (f *Flow) Location() *time.Location { return f.cfg.Location }

// DayOf is the calendar day of a moment.
func (f *Flow) DayOf(micros int64) org.Date { return dayIn(f.cfg.Location, micros) }

func dayIn(where *time.Location, micros int64) org.Date {
	t := time.UnixMicro(micros).In(where)
	return org.Date(t.Year()*10000 + int(t.Month())*100 + t.Day())
}

// start is the first moment of a day.
func (f *Flow) start(d org.Date) int64 {
	n := int(d)
	return time.Date(n/10000, time.Month(n/100%100), n%100, 0, 0, 0, 0, f.cfg.Location).UnixMicro()
}

// act is one verb's transaction with what it knows about its actor.
type act struct {
	*store.Tx
	f     *Flow
	actor Actor
	posts []org.Post
	day   org.Date
	scope org.Scope
	heirs map[ident.Unit]ident.Unit // units merged into those of the posts, and into which
	post  ident.Post                // the post that qualified the actor; goes into the fact
	opens []opening                 // restricted texts that a read is about to show
}

func (f *Flow) begin(tx *store.Tx, a Actor) (*act, error) {
	t := &act{Tx: tx, f: f, actor: a, day: f.DayOf(tx.Now()), post: a.Post}
	if a.System {
		return t, nil
	}
	if a.Person == "" {
		return nil, fault.Deny(fault.Why("sign_in_first"))
	}
	posts, err := tx.PostsOf(a.Person, t.day)
	if err != nil {
		return nil, err
	}
	t.posts = posts
	t.scope = org.ScopeOf(a.Person, posts)
	return t, t.inherit()
}

// inherit gives the people of a unit the sight and the powers over what units
// merged into it have left: their filings and news stay theirs, and somebody must
// see to them.
func (t *act) inherit() error {
	places := make([]ident.Unit, 0, len(t.posts))
	for _, p := range t.posts {
		if !slices.Contains(places, p.Unit) {
			places = append(places, p.Unit)
		}
	}
	left, err := t.Heirs(places, t.day)
	if err != nil || len(left) == 0 {
		return err
	}
	t.heirs = make(map[ident.Unit]ident.Unit, len(left))
	for _, h := range left {
		t.heirs[h.Unit] = h.Heir
		if t.scope.Unit(h.Heir) && !t.scope.Unit(h.Unit) {
			t.scope.Units = append(t.scope.Units, h.Unit)
		}
		if t.scope.Desk(h.Heir) && !t.scope.Desk(h.Unit) {
			t.scope.Desks = append(t.scope.Desks, h.Unit)
		}
	}
	return nil
}

// holds reports whether a post counts in a unit: held there, or in the one that
// it was merged into.
func (t *act) holds(p org.Post, unit ident.Unit) bool {
	return p.Unit == unit || t.heirs[unit] != "" && t.heirs[unit] == p.Unit
}

// places are a unit and those merged into it, whose matters its people see to.
func (t *act) places(unit ident.Unit) []ident.Unit {
	out := []ident.Unit{unit}
	for left, heir := range t.heirs {
		if heir == unit {
			out = append(out, left)
		}
	}
	slices.Sort(out[1:])
	return out
}

// scoped refuses a token that was not given the stage.
func (a Actor) scoped(stage org.Stage) error {
	if a.Scopes != nil && !slices.Contains(a.Scopes, stage) {
		return fault.Deny(fault.Why("scope_missing", "scope", string(stage)))
	}
	return nil
}

type keyCtx struct{}

// WithKey makes the verbs called under ctx idempotent: the same key with the
// same input gives the first result again.
func WithKey(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, keyCtx{}, key)
}

// call is one verb called: by whom, what it is, at which stage, with what input
// (for the idempotency key).
type call struct {
	actor Actor
	verb  string
	stage org.Stage
	in    any
}

// do runs one verb in one transaction.
func do[T any](ctx context.Context, f *Flow, c call, fn func(t *act) (T, error)) (out T, err error) {
	defer fault.Wrap(&err, "flow."+c.verb)
	if err := c.actor.scoped(c.stage); err != nil {
		return out, err
	}
	key, _ := ctx.Value(keyCtx{}).(string)
	var sum string
	if key != "" {
		b, err := json.Marshal(c.in)
		if err != nil {
			return out, err
		}
		h := sha256.Sum256(append([]byte(c.verb+"\n"), b...))
		sum = hex.EncodeToString(h[:])
	}
	err = f.store.Update(ctx, func(tx *store.Tx) error {
		var zero T
		out = zero
		t, err := f.begin(tx, c.actor)
		if err != nil {
			return err
		}
		if key != "" {
			was, result, found, err := tx.Once(c.actor.Person, key)
			if err != nil {
				return err
			}
			if found {
				if was != sum {
					return fault.Clash(fault.Why("key_reused", "key", key))
				}
				return json.Unmarshal([]byte(result), &out)
			}
		}
		if out, err = guarded(ctx, t, fn); err != nil || key == "" {
			return err
		}
		b, err := json.Marshal(out)
		if err != nil {
			return err
		}
		return tx.KeepOnce(c.actor.Person, key, sum, string(b))
	})
	return out, err
}

// read runs one read on a snapshot.
func read[T any](ctx context.Context, f *Flow, a Actor, call string, fn func(t *act) (T, error)) (out T, err error) {
	defer fault.Wrap(&err, "flow."+call)
	if err := a.scoped(org.ScopeRead); err != nil {
		return out, err
	}
	var opens []opening
	err = f.store.View(ctx, func(tx *store.Tx) error {
		t, err := f.begin(tx, a)
		if err != nil {
			return err
		}
		out, err = fn(t)
		opens = t.opens
		return err
	})
	if err == nil && len(opens) > 0 { // written before it is shown
		if err = f.keepOpenings(ctx, a, opens); err != nil {
			var nothing T
			return nothing, err
		}
	}
	return out, err
}

// held are the roles the actor holds in a unit today.
func (t *act) held(unit ident.Unit) []org.Role {
	var rs []org.Role
	for _, p := range t.posts {
		if t.holds(p, unit) {
			rs = append(rs, p.Role)
		}
	}
	return rs
}

// as remembers the post in which the actor acts, for the fact: the chosen one
// when it qualifies, else the first that does.
func (t *act) as(unit ident.Unit, roles ...org.Role) {
	for _, p := range t.posts {
		if t.holds(p, unit) && (len(roles) == 0 || slices.Contains(roles, p.Role)) {
			if t.post == "" || p.ID == t.actor.Post || !t.holdsPost(unit, roles) {
				t.post = p.ID
			}
			if p.ID == t.actor.Post {
				return
			}
		}
	}
}

func (t *act) holdsPost(unit ident.Unit, roles []org.Role) bool {
	return slices.ContainsFunc(t.posts, func(p org.Post) bool {
		return p.ID == t.post && t.holds(p, unit) && (len(roles) == 0 || slices.Contains(roles, p.Role))
	})
}

// begins are the verbs that begin something new in a unit: its heirs only finish
// what it left.
var begins = []string{"draft", "found", "rules", "class", "activate"}

// need refuses an actor without one of the posts in the unit.
func (t *act) need(verb string, unit ident.Unit, roles ...org.Role) error {
	if t.actor.System {
		return nil
	}
	if t.heirs[unit] != "" && slices.Contains(begins, verb) {
		return fault.Deny(fault.Why("unit_ended", "unit", string(unit)))
	}
	held := t.held(unit)
	for _, r := range roles {
		if slices.Contains(held, r) {
			t.as(unit, roles...)
			return nil
		}
	}
	return fault.Deny(fault.Why("needs_post", "verb", verb, "roles", org.Join(roles)))
}

// fact records what happened to a subject, in the actor's post.
func (t *act) fact(noun, id string, version int64, office ident.Unit, p fact.Payload) (ident.Fact, error) {
	f := about(noun, id, version, office)
	f.Actor, f.Post = t.actor.Person, t.post
	return t.Record(f, p)
}

// about begins a fact about a subject.
func about(noun, id string, version int64, office ident.Unit) fact.Fact {
	return fact.Fact{Subject: fact.Subject{Noun: noun, ID: id}, SubjectV: version, Office: office}
}

// past records a fact that happened earlier than now, above or on paper.
func (t *act) past(occurred int64, f fact.Fact, p fact.Payload) (ident.Fact, error) {
	f.Actor, f.Post, f.Occurred = t.actor.Person, t.post, occurred
	return t.Record(f, p)
}

// hash names a text in a fact.
func hash(title, body string) string {
	h := sha256.Sum256([]byte(title + "\n" + body))
	return hex.EncodeToString(h[:])
}

// bounded keeps a list's limit sane.
func bounded(n int) int {
	if n <= 0 || n > 200 {
		return 50
	}
	return n
}
