package score_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"xinshu/internal/delivery"
	"xinshu/internal/duty"
	"xinshu/internal/fact"
	"xinshu/internal/filing"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/score"
)

// payloads is every struct a fact can carry. The score is the last of the nouns
// and so the first place that can see them all.
var payloads = []fact.Payload{
	org.UnitEntered{}, org.UnitsImported{}, org.ItemsImported{}, org.LineDrawn{}, org.PersonEntered{}, org.PostHeld{}, org.ClassSet{}, org.OfficeSet{}, org.TokenIssued{}, org.TokenRevoked{},
	org.UnitPlanned{}, org.PersonChanged{}, org.SheetDone{}, org.WebhookSet{}, org.MailboxSet{}, org.RecordExported{},
	item.Drafted{}, item.Revised{}, item.SentUp{}, item.Resubmitted{}, item.Checked{}, item.SignedOff{}, item.SentBackWith{}, item.Unsent{}, item.Unsigned{}, item.TakenBack{}, item.HandedOver{}, item.ReadingRestricted{}, item.TextOpened{},
	filing.Laid{}, filing.Reopening{}, filing.Receipt{}, filing.Assigned{}, filing.HeldBack{}, filing.TurnedDown{}, filing.Resumed{}, filing.Undone{}, filing.GivenBack{}, filing.Ended{}, filing.Owned{},
	filing.Combined{}, filing.TakenApart{}, filing.Forwarded{}, filing.HandedOver{}, filing.OutcomeTyped{}, filing.OutcomeTrue{}, filing.OutcomeWrong{}, filing.Edited{}, filing.Finished{}, filing.TakenOver{}, filing.ChangesTaken{}, filing.Commented{}, filing.Told{},
	issue.Founded{}, issue.Adopted{}, issue.Unadopted{}, issue.Opened{}, issue.Put{}, issue.ProposedWith{}, issue.SentBackWith{}, issue.ApprovedWith{}, issue.PublishedWith{}, issue.PrintedAs{}, issue.CorrectedTo{}, issue.RecalledFor{},
	delivery.SentTo{}, delivery.ConfirmedBy{}, delivery.CalledBack{},
	duty.Given{}, duty.TakenBack{}, duty.PassedOnTo{}, duty.AnsweredWith{}, duty.AcceptedAs{}, duty.ReturnedFor{}, duty.RemindedOf{},
	item.PartnersAsked{}, item.CountersignedBy{}, item.PartnerOff{}, item.FiledJointly{},
	score.Activated{},
	filing.Reshared{}, issue.ScheduledFor{},
}

// TestEveryKindHasOnePayload: the closed list of kinds and the structs beside the
// nouns are the same list.
func TestEveryKindHasOnePayload(t *testing.T) {
	by := map[fact.Kind][]string{}
	for _, p := range payloads {
		by[p.FactKind()] = append(by[p.FactKind()], reflect.TypeOf(p).String())
	}
	for _, k := range fact.Kinds {
		if n := len(by[k.Kind]); n != 1 {
			t.Errorf("payloads of %s = %v, want exactly one", k.Kind, by[k.Kind])
		}
		delete(by, k.Kind)
	}
	for k, ps := range by {
		t.Errorf("%v carries %q, which is not on the list of kinds", ps, k)
	}
}

// fill puts something into every field, so that a field that does not survive
// its journey through JSON is seen.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("某")
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Tag.Get("json") == "-" {
				continue // kept beside the fact on purpose
			}
			fill(v.Field(i))
		}
	default:
		panic("a payload has a field of kind " + v.Kind().String() + "; give it a value here")
	}
}

func TestPayloadsSurviveJSON(t *testing.T) {
	for _, p := range payloads {
		typ := reflect.TypeOf(p)
		in := reflect.New(typ)
		fill(in.Elem())
		body, digest, err := fact.Encode(in.Elem().Interface().(fact.Payload))
		if err != nil {
			t.Errorf("Encode(%s) = %v", typ, err)
			continue
		}
		if fact.Digest(body) != digest {
			t.Errorf("digest of %s is not of its bytes", typ)
		}
		out := reflect.New(typ)
		if err := json.Unmarshal(body, out.Interface()); err != nil {
			t.Errorf("Unmarshal(%s) = %v", typ, err)
			continue
		}
		if !reflect.DeepEqual(in.Interface(), out.Interface()) {
			t.Errorf("%s after its journey = %+v, want %+v", typ, out.Elem(), in.Elem())
		}
		again, _, err := fact.Encode(out.Elem().Interface().(fact.Payload))
		if err != nil || string(again) != string(body) {
			t.Errorf("%s encoded again = %s %v, want the same bytes", typ, again, err)
		}
	}
}
