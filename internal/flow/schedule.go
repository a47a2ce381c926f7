package flow

import (
	"context"
	"errors"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/org"
)

// ScheduleIssue is one action that places and schedules: these texts go into the
// issue, and the issue comes out at that time.
type ScheduleIssue struct {
	Texts    []ident.Placement `json:"texts,omitempty"`
	Column   string            `json:"column,omitempty" form:"column"`
	At       int64             `json:"at" form:"at"` // 0 takes the time away
	Dispatch bool              `json:"dispatch" form:"dispatch"`
}

// ScheduleIssue arranges texts into an issue and sets the time at which it is
// published, in the name of the actor. It must be approved by then.
func (f *Flow) ScheduleIssue(ctx context.Context, a Actor, id ident.Issue, in ScheduleIssue) (issue.Issue, error) {
	return f.press(ctx, onIssue{a, "ScheduleIssue", issue.SetTime, id, in}, func(t *act, is *issue.Issue, _ []issue.Placement) (fact.Payload, error) {
		if in.At != 0 && in.At <= t.Now() {
			return nil, fault.Bad("at", "not_in_future")
		}
		for _, text := range in.Texts {
			p, _, err := t.placement(text, issue.Place)
			if err != nil {
				return nil, err
			}
			if err := t.place(&p, Place{Issue: id, Column: in.Column}); err != nil {
				return nil, err
			}
		}
		if in.At == 0 {
			return t.unschedule(id)
		}
		s := issue.Schedule{Issue: id, At: in.At, Dispatch: in.Dispatch, By: t.actor.Person, Post: t.post, Made: t.Now()}
		return issue.ScheduledFor{At: s.At, State: "set", Dispatch: s.Dispatch}, t.PutSchedule(s)
	})
}

// unschedule takes an issue's time away.
func (t *act) unschedule(id ident.Issue) (fact.Payload, error) {
	s, found, err := t.Tx.Schedule(id)
	if err == nil && !found {
		err = fault.Clash(fault.Why("not_scheduled"))
	}
	if err != nil {
		return nil, err
	}
	return issue.ScheduledFor{At: s.At, State: "cancelled", Dispatch: s.Dispatch}, t.DropSchedule(id)
}

// dropTime takes the time of an issue that is sent back, if it has one: what
// was approved is not what will be ready then.
func (t *act) dropTime(is issue.Issue) error {
	s, found, err := t.Tx.Schedule(is.ID)
	if err != nil || !found {
		return err
	}
	if err := t.DropSchedule(is.ID); err != nil {
		return err
	}
	_, err = t.fact("issue", string(is.ID), is.Version, is.Office, issue.ScheduledFor{At: s.At, State: "cancelled", Dispatch: s.Dispatch})
	return err
}

// errMeanwhile ends the publication of an issue whose time was taken away or set
// anew since it was looked up, or which another replica published.
var errMeanwhile = errors.New("the time of the issue was changed meanwhile")

// DueIssues publishes the issues whose time has come, each in a transaction of its
// own and in the name of whoever set the time. What stands against one is kept
// with its time, for the office to see.
func (f *Flow) DueIssues(ctx context.Context) (n int, err error) {
	due, err := read(ctx, f, Actor{System: true}, "DueIssues", func(t *act) ([]issue.Schedule, error) { return t.SchedulesDue(t.Now(), 50) })
	if err != nil {
		return 0, err
	}
	for _, s := range due {
		a := Actor{Person: s.By, Post: s.Post, System: true}
		_, err := f.press(ctx, onIssue{a, "DueIssues", issue.Publish, s.Issue, nil}, func(t *act, is *issue.Issue, texts []issue.Placement) (fact.Payload, error) {
			now, found, err := t.Tx.Schedule(s.Issue)
			if err == nil && (!found || now != s) {
				err = errMeanwhile
			}
			if err != nil {
				return nil, err
			}
			return t.publish(is, texts, Publish{Dispatch: s.Dispatch}, s.By)
		})
		if errors.Is(err, errMeanwhile) {
			continue
		}
		if k := fault.KindOf(err); k == fault.Denied || k == fault.Invalid || k == fault.Conflict || k == fault.NotFound {
			err = f.notPublished(ctx, s, err)
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// notPublished keeps why a scheduled issue did not come out.
func (f *Flow) notPublished(ctx context.Context, s issue.Schedule, why error) error {
	_, err := do(ctx, f, call{Actor{System: true}, "DueIssues", org.StageIssue, nil}, func(t *act) (struct{}, error) {
		now, found, err := t.Tx.Schedule(s.Issue)
		if err != nil || !found || now != s {
			return struct{}{}, err
		}
		is, err := t.Tx.Issue(s.Issue)
		if err != nil {
			return struct{}{}, err
		}
		s.FailedAt, s.Why = t.Now(), codeOf(why)
		if err := t.PutSchedule(s); err != nil {
			return struct{}{}, err
		}
		_, err = t.fact("issue", string(is.ID), is.Version, is.Office, issue.ScheduledFor{At: s.At, State: "failed", Dispatch: s.Dispatch, Why: s.Why})
		return struct{}{}, err
	})
	return err
}

// codeOf is the first thing that stood against a verb, as a code.
func codeOf(why error) string {
	if rs, ok := fault.Refused(why); ok && len(rs) > 0 {
		return rs[0].Code
	}
	if bad, ok := fault.BadFields(why); ok && len(bad) > 0 {
		return bad[0].Code
	}
	return string(fault.KindOf(why))
}
