package flow_test

import (
	"slices"
	"strings"
	"testing"

	"xinshu/internal/fact"
	"xinshu/internal/fault"
	"xinshu/internal/filing"
	"xinshu/internal/flow"
	"xinshu/internal/ident"
	"xinshu/internal/issue"
	"xinshu/internal/item"
	"xinshu/internal/org"
	"xinshu/internal/store"
	"xinshu/internal/testing/sample"
)

// joint is a draft of T1 with T2 and T3 as partners, T1 leading.
func (w *world) joint(title string, shares ...int64) item.Item {
	w.T.Helper()
	it := ok[item.Item](w.T)(w.Flow.Draft(w.Ctx(), w.As("reporter.T1"), flow.Draft{Unit: w.ID("T1"), Title: title, Body: body, Genre: "problem", Form: "single"}))
	in := flow.SetPartners{Partners: []flow.PartnerOf{{Unit: w.ID("T2")}, {Unit: w.ID("T3")}}}
	for i, den := range shares {
		in.Partners[i].Num, in.Partners[i].Den = 1, den
	}
	return ok[item.Item](w.T)(w.Flow.SetPartners(w.Ctx(), w.As("reporter.T1"), it.ID, in))
}

// asked is a joint item that the lead has signed: it lies before its partners.
func (w *world) asked(title string) item.Item {
	w.T.Helper()
	it := w.joint(title)
	ok[item.Item](w.T)(w.Flow.Submit(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Submit{Seen: it.Revision}))
	return w.passes("signer.T1", it.ID)
}

// passes passes what waits for somebody, for the text that he sees.
func (w *world) passes(who string, id ident.Item) item.Item {
	w.T.Helper()
	v := ok[flow.ItemView](w.T)(w.Flow.Item(w.Ctx(), w.As(who), id))
	return ok[item.Item](w.T)(w.Flow.SignOff(w.Ctx(), w.As(who), id, flow.SignOff{Seen: v.Text.Number}))
}

// partners says how far each partner is, "T2 asked T3 signed", as the lead sees it.
func (w *world) partners(id ident.Item) string {
	w.T.Helper()
	var out []string
	for _, p := range ok[flow.ItemView](w.T)(w.Flow.Item(w.Ctx(), w.As("reporter.T1"), id)).Partners {
		for code, u := range w.Units {
			if u.ID == p.Unit {
				out = append(out, code+" "+string(p.State))
			}
		}
	}
	return strings.Join(out, " ")
}

// told are the kinds of what somebody was told about an item and has not read.
func (w *world) told(who string, id ident.Item) (kinds []flow.NoteKind) {
	w.T.Helper()
	w.drain()
	for _, n := range ok[flow.Page[flow.Notification]](w.T)(w.Flow.Notifications(w.Ctx(), w.As(who), flow.NotesQuery{})).Rows {
		if n.Item == id {
			kinds = append(kinds, n.Kind)
		}
	}
	return kinds
}

// bad insists on a field that is named with its code.
func bad(t testing.TB, err error, path, code string) {
	t.Helper()
	fields, _ := fault.BadFields(err)
	for _, f := range fields {
		if f.Path == path && f.Code == code {
			return
		}
	}
	t.Errorf("refusal = %v, want %s for %s", err, code, path)
}

func (w *world) mine(who string) (out []string) {
	w.T.Helper()
	for _, r := range ok[flow.Workbench](w.T)(w.Flow.Workbench(w.Ctx(), w.As(who))).Mine {
		out = append(out, r.ID+" "+string(r.Next))
	}
	return out
}

// Two partners countersign, an edit in between makes a signature stale, the lead
// files, and both partners see what becomes of it.
func TestPartnersCountersign(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		it := w.joint("两镇一乡跨界河道清淤", 4, 5)
		hidden := func(when string) {
			for _, who := range []string{"reporter.T2", "signer.T2", "signer.T3"} {
				if _, err := w.Flow.Item(w.Ctx(), w.As(who), it.ID); !fault.Is(err, fault.NotFound) {
					t.Errorf("%s: the item for %s = %v, want not found", when, who, err)
				}
				if rows := ok[flow.Page[flow.ItemRow]](t)(w.Flow.Items(w.Ctx(), w.As(who), flow.ItemsQuery{})).Rows; len(rows) != 0 {
					t.Errorf("%s: items of %s = %v, want none", when, who, rows)
				}
			}
		}
		hidden("a draft")
		ok[item.Item](t)(w.Flow.Submit(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Submit{Seen: 1}))
		hidden("before the lead's own signature")
		w.waits(it.ID, org.SignOffOK)
		w.passes("signer.T1", it.ID)
		w.waits(it.ID, org.Countersign)
		if got := w.partners(it.ID); got != "T2 asked T3 asked" {
			t.Errorf("partners = %s, want both asked", got)
		}
		for _, who := range []string{"signer.T2", "signer.T3"} {
			if want := string(it.ID) + " sign_off"; !slices.Contains(w.mine(who), want) {
				t.Errorf("workbench of %s = %v, want %s", who, w.mine(who), want)
			}
			if got := w.told(who, it.ID); !slices.Equal(got, []flow.NoteKind{flow.NoteToCountersign}) {
				t.Errorf("%s was told %v, want to countersign", who, got)
			}
		}
		refused(t, w.unchanged("filing before the partners", func() error {
			_, err := w.Flow.FileJoint(w.Ctx(), w.As("reporter.T1"), it.ID, flow.SignOff{})
			return err
		}), "partners_missing")
		refused(t, w.unchanged("a partner's reporter signing", func() error {
			_, err := w.Flow.SignOff(w.Ctx(), w.As("reporter.T2"), it.ID, flow.SignOff{})
			return err
		}), "needs_post")
		refused(t, w.unchanged("a partner editing", func() error {
			_, err := w.Flow.Revise(w.Ctx(), w.As("signer.T2"), it.ID, flow.Revise{Title: "改", Body: body})
			return err
		}), "needs_post")

		w.passes("signer.T2", it.ID)
		if got := w.partners(it.ID); got != "T2 signed T3 asked" {
			t.Errorf("partners = %s, want one signed", got)
		}
		refused(t, w.unchanged("signing twice", func() error {
			_, err := w.Flow.SignOff(w.Ctx(), w.As("signer.T2"), it.ID, flow.SignOff{})
			return err
		}), "partners_missing")

		// the lead's signer edits: what was signed is stale, and the new text is not the partners' to see
		ok[item.Item](t)(w.Flow.Revise(w.Ctx(), w.As("signer.T1"), it.ID, flow.Revise{Title: "两镇一乡界河清淤", Body: body + "\n补充。", Seen: 1}))
		w.waits(it.ID, org.SignOffOK)
		if got := w.partners(it.ID); got != "T2 stale T3 chosen" {
			t.Errorf("partners after an edit = %s, want T2's signature stale", got)
		}
		if got := w.told("signer.T3", it.ID); len(got) != 0 {
			t.Errorf("T3 is still told %v of a text that is being edited", got)
		}
		v := ok[flow.ItemView](t)(w.Flow.Item(w.Ctx(), w.As("signer.T2"), it.ID))
		if v.Text.Number != 1 || len(v.Revisions) != 1 || v.Item.Title != "两镇一乡跨界河道清淤" {
			t.Errorf("a partner sees text %d of %d, called %s; want the one it was asked about", v.Text.Number, len(v.Revisions), v.Item.Title)
		}
		if _, err := w.Flow.ItemText(w.Ctx(), w.As("signer.T2"), it.ID, 2); !fault.Is(err, fault.NotFound) {
			t.Errorf("the newer text for a partner = %v, want not found", err)
		}
		w.passes("signer.T1", it.ID)
		w.passes("signer.T3", it.ID)
		refused(t, w.unchanged("filing over a stale signature", func() error {
			_, err := w.Flow.FileJoint(w.Ctx(), w.As("reporter.T1"), it.ID, flow.SignOff{Seen: 2})
			return err
		}), "partners_missing")
		w.passes("signer.T2", it.ID)
		w.waits(it.ID, org.ToFile)
		if got := w.told("reporter.T1", it.ID); !slices.Contains(got, flow.NoteToFile) {
			t.Errorf("the lead was told %v, want that it can file", got)
		}
		if want := string(it.ID) + " file"; !slices.Contains(w.mine("reporter.T1"), want) {
			t.Errorf("workbench of the lead = %v, want %s", w.mine("reporter.T1"), want)
		}
		refused(t, w.unchanged("a partner filing", func() error {
			_, err := w.Flow.FileJoint(w.Ctx(), w.As("signer.T2"), it.ID, flow.SignOff{})
			return err
		}), "needs_post")
		it = ok[item.Item](t)(w.Flow.FileJoint(w.Ctx(), w.As("reporter.T1"), it.ID, flow.SignOff{Seen: 2}))
		if it.State != item.Signed || it.Signed != 2 {
			t.Errorf("filed = %s with text %d, want signed with 2", it.State, it.Signed)
		}

		w.sharesIn(it.ID, "11/20 1/4 1/5")
		var fl filing.Filing
		w.view(func(tx *store.Tx) error {
			fs, err := tx.FilingsOf(it.ID)
			fl = fs[0]
			return err
		})
		w.ready("K1", fl.ID, "界河清淤")
		p := w.published("K1", "k1", fl.ID)
		placed := ok[flow.IssueView](t)(w.Flow.Issue(w.Ctx(), w.As("editor.K1"), w.issueIn(p))).Placed
		if got := placed[0].From; got != "青禾镇 柳渡乡 双桅镇" {
			t.Errorf("printed from %q, want the lead and then its partners", got)
		}
		j := ok[flow.Journey](t)(w.Flow.Journey(w.Ctx(), w.As("reporter.T2"), it.ID))
		if !slices.ContainsFunc(j.Steps, func(s flow.Step) bool { return s.Kind == string(fact.PlacementPublished) }) || len(j.Points) > 0 {
			t.Errorf("a partner's journey = %v with %d entries, want what became of it, and not the lead's points", j.Steps, len(j.Points))
		}
		if got := w.told("reporter.T2", it.ID); !slices.Contains(got, flow.NotePublished) {
			t.Errorf("a partner was told %v, want that it is printed", got)
		}
		w.sound()
	})
}

func (w *world) issueIn(q issue.Placement) (id ident.Issue) {
	w.view(func(tx *store.Tx) error {
		now, err := tx.Placement(q.ID)
		id = now.Issue
		return err
	})
	return id
}

// sharesIn compares the shares in the submission, the filing by the lead and the
// filing's birth.
func (w *world) sharesIn(id ident.Item, want string) {
	w.T.Helper()
	said := func(ss []item.Share) string {
		var out []string
		for _, s := range ss {
			out = append(out, item.Number(int(s.Num))+"/"+item.Number(int(s.Den)))
		}
		return strings.Join(out, " ")
	}
	n := 0
	look := func(r fact.Record, shares []item.Share, err error) {
		if n++; err != nil || said(shares) != want {
			w.T.Errorf("shares in %s = %s (%v), want %s", r.Kind, said(shares), err, want)
		}
	}
	w.view(func(tx *store.Tx) error {
		recs, err := tx.FactsOf("item", string(id))
		if err != nil {
			return err
		}
		fs, err := tx.FilingsOf(id)
		if err != nil {
			return err
		}
		for _, fl := range fs {
			more, err := tx.FactsOf("filing", string(fl.ID))
			if err != nil {
				return err
			}
			recs = append(recs, more...)
		}
		for _, r := range recs {
			switch r.Kind {
			case fact.ItemSubmitted:
				p, err := fact.Decode[item.SentUp](r)
				look(r, p.Shares, err)
			case fact.ItemFiled:
				p, err := fact.Decode[item.FiledJointly](r)
				look(r, p.Shares, err)
			case fact.FilingFiled:
				p, err := fact.Decode[filing.Laid](r)
				look(r, p.Shares, err)
			}
		}
		return nil
	})
	if n != 3 {
		w.T.Errorf("facts with shares = %d, want 3", n)
	}
}

// A partner sends back: a new round, and everybody signs the new text.
func TestAPartnerSendsBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		it := w.asked("数字要核")
		w.passes("signer.T2", it.ID)
		ok[item.Item](t)(w.Flow.SendBack(w.Ctx(), w.As("signer.T3"), it.ID, flow.SendBack{Reason: "no_figures", Remark: "我镇的数不对"}))
		if got := w.told("reporter.T1", it.ID); !slices.Contains(got, flow.NoteSentBack) {
			t.Errorf("the writer was told %v, want that it came back", got)
		}
		if got := w.told("signer.T3", it.ID); len(got) != 0 {
			t.Errorf("who sent it back is still told %v", got)
		}
		v := ok[flow.ItemView](t)(w.Flow.Item(w.Ctx(), w.As("signer.T2"), it.ID))
		if v.Item.State != item.SentBack {
			t.Errorf("the other partner sees it %s, want sent back", v.Item.State)
		}
		bad(t, w.unchanged("dropping an asked partner without a word", func() error {
			_, err := w.Flow.SetPartners(w.Ctx(), w.As("reporter.T1"), it.ID, flow.SetPartners{})
			return err
		}), "partners", "partner_asked")
		ok[item.Item](t)(w.Flow.Revise(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Revise{Title: "数字核过", Body: body + "\n核过。", Seen: 1}))
		ok[item.Item](t)(w.Flow.Resubmit(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Submit{Seen: 2}))
		w.passes("signer.T1", it.ID)
		if got := w.partners(it.ID); got != "T2 asked T3 asked" {
			t.Errorf("partners in the new round = %s, want both asked again", got)
		}
		w.passes("signer.T2", it.ID)
		w.passes("signer.T3", it.ID)
		if it = ok[item.Item](t)(w.Flow.FileJoint(w.Ctx(), w.As("signer.T1"), it.ID, flow.SignOff{Seen: 2})); it.Round != 2 {
			t.Errorf("round = %d, want 2", it.Round)
		}
		w.sound()
	})
}

// Taking a partner off: only who signs may, with a reason; the partner is told
// and sees it no longer; the share is the lead's.
func TestTakingAPartnerOff(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		it := w.asked("一家迟迟不签")
		w.passes("signer.T2", it.ID)
		off := func(who, unit, reason string) error {
			_, err := w.Flow.TakeOffPartner(w.Ctx(), w.As(who), it.ID, flow.TakeOff{Unit: w.ID(unit), Reason: reason})
			return err
		}
		refused(t, w.unchanged("the reporter taking off", func() error { return off("reporter.T1", "T3", "不签") }), "needs_post")
		bad(t, w.unchanged("without a reason", func() error { return off("signer.T1", "T3", " ") }), "reason", "required")
		bad(t, w.unchanged("who is no partner", func() error { return off("signer.T1", "T4", "不签") }), "unit", "choose")
		if err := off("signer.T1", "T3", "不涉及双桅镇"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Flow.Item(w.Ctx(), w.As("signer.T3"), it.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("the item for who was taken off = %v, want not found", err)
		}
		w.drain()
		ns := ok[flow.Page[flow.Notification]](t)(w.Flow.Notifications(w.Ctx(), w.As("signer.T3"), flow.NotesQuery{})).Rows
		if len(ns) != 1 || ns[0].Kind != flow.NotePartnerOff || ns[0].Title != "一家迟迟不签" || ns[0].Reason != "不涉及双桅镇" {
			t.Errorf("told = %+v, want that it was taken off, with title and reason", ns)
		}
		w.waits(it.ID, org.ToFile)
		it = ok[item.Item](t)(w.Flow.FileJoint(w.Ctx(), w.As("reporter.T1"), it.ID, flow.SignOff{}))
		v := ok[flow.ItemView](t)(w.Flow.Item(w.Ctx(), w.As("reporter.T1"), it.ID))
		if len(v.Shares) != 2 || v.Shares[0] != (item.Share{Unit: w.ID("T1"), Num: 2, Den: 3}) {
			t.Errorf("shares = %v, want two thirds for the lead", v.Shares)
		}
		w.sound()
	})
}

// All partners taken off before the lead has signed: then the lead still files by
// hand, and is told that it is its turn.
func TestAllPartnersOffBeforeTheLeadSigns(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		it := w.joint("会签取消了")
		ok[item.Item](t)(w.Flow.Submit(w.Ctx(), w.As("reporter.T1"), it.ID, flow.Submit{Seen: 1}))
		for _, unit := range []string{"T2", "T3"} {
			ok[item.Item](t)(w.Flow.TakeOffPartner(w.Ctx(), w.As("signer.T1"), it.ID, flow.TakeOff{Unit: w.ID(unit), Reason: "不会签了"}))
		}
		if got := w.told("reporter.T1", it.ID); len(got) != 0 {
			t.Errorf("the reporter was told %v before the lead has signed, want nothing", got)
		}
		w.passes("signer.T1", it.ID)
		w.waits(it.ID, org.ToFile)
		if got := w.told("reporter.T1", it.ID); !slices.Equal(got, []flow.NoteKind{flow.NoteToFile}) {
			t.Errorf("the reporter was told %v, want to file it", got)
		}
		ok[item.Item](t)(w.Flow.FileJoint(w.Ctx(), w.As("reporter.T1"), it.ID, flow.SignOff{Seen: 1}))
		if got := w.told("reporter.T1", it.ID); len(got) != 0 {
			t.Errorf("the reporter is still told %v after it was filed, want nothing", got)
		}
		w.sound()
	})
}

func TestPartnersThatCannotBe(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		rep := w.As("reporter.T1")
		it := ok[item.Item](t)(w.Flow.Draft(w.Ctx(), rep, flow.Draft{Unit: w.ID("T1"), Title: "题", Body: body, Genre: "problem", Form: "single"}))
		empty := ok[org.Unit](t)(w.Flow.EnterUnit(w.Ctx(), sample.System, flow.EnterUnit{Code: "T9", Name: "无人镇", Level: org.Township, Parent: w.ID("K1")}))
		shut := ok[org.Unit](t)(w.Flow.EnterUnit(w.Ctx(), sample.System, flow.EnterUnit{Code: "T8", Name: "旧镇", Level: org.Township, Parent: w.ID("K1")}))
		closed := ok[flow.UnitEffect](t)(w.Flow.PreviewUnitChange(w.Ctx(), sample.System, shut.ID, flow.UnitChange{Act: org.ActClose}))
		ok[flow.UnitEffect](t)(w.Flow.ChangeUnitAs(w.Ctx(), sample.System, shut.ID, flow.UnitChange{Act: org.ActClose, Digest: closed.Digest}))
		ok[org.Unit](t)(w.Flow.MergeUnits(w.Ctx(), sample.System, w.ID("T3"), flow.MergeUnits{Into: w.ID("T2")}))
		t2, p := w.ID("T2"), func(u ident.Unit, num, den int64) flow.PartnerOf { return flow.PartnerOf{Unit: u, Num: num, Den: den} }
		for _, c := range []struct {
			what, path, code string
			partners         []flow.PartnerOf
			authors          []ident.Person
		}{
			{"the same unit twice", "partners[1].unit", "partner_twice", []flow.PartnerOf{p(t2, 0, 0), p(t2, 0, 0)}, nil},
			{"the lead as its own partner", "partners[0].unit", "partner_is_lead", []flow.PartnerOf{p(w.ID("T1"), 0, 0)}, nil},
			{"a unit that is not there", "partners[0].unit", "choose", []flow.PartnerOf{p("01900000000000000000000000", 0, 0)}, nil},
			{"a unit without a signer", "partners[0].unit", "nobody_checks", []flow.PartnerOf{p(empty.ID, 0, 0)}, nil},
			{"a closed unit", "partners[0].unit", "partner_ended", []flow.PartnerOf{p(shut.ID, 0, 0)}, nil},
			{"a merged unit", "partners[0].unit", "partner_merged", []flow.PartnerOf{p(w.ID("T3"), 0, 0)}, nil},
			{"an office that is not on the system", "partners[0].unit", "nobody_checks", []flow.PartnerOf{p(w.ID("X"), 0, 0)}, nil},
			{"a share of nothing", "partners[0].share", "not_a_share", []flow.PartnerOf{p(t2, 0, 4)}, nil},
			{"half of the shares", "partners[1].share", "share_missing", []flow.PartnerOf{p(t2, 1, 4), p(w.ID("T4"), 0, 0)}, nil},
			{"shares of everything", "partners", "shares_leave_nothing", []flow.PartnerOf{p(t2, 1, 2), p(w.ID("T4"), 1, 2)}, nil},
			{"an author from elsewhere", "authors[0]", "author_elsewhere", []flow.PartnerOf{p(t2, 0, 0)}, []ident.Person{w.As("reporter.T4").Person}},
			{"an author twice", "authors[1]", "twice", nil, []ident.Person{w.As("signer.T1").Person, w.As("signer.T1").Person}},
		} {
			bad(t, w.unchanged(c.what, func() error {
				_, err := w.Flow.SetPartners(w.Ctx(), rep, it.ID, flow.SetPartners{Partners: c.partners, Authors: c.authors})
				return err
			}), c.path, c.code)
		}
		// both authors stand in the facts, and a partner's are welcome
		both := []ident.Person{w.As("reporter.T1").Person, w.As("reporter.T2").Person}
		ok[item.Item](t)(w.Flow.SetPartners(w.Ctx(), rep, it.ID, flow.SetPartners{Partners: []flow.PartnerOf{p(t2, 0, 0)}, Authors: both}))
		ok[item.Item](t)(w.Flow.Submit(w.Ctx(), rep, it.ID, flow.Submit{Seen: 1}))
		w.view(func(tx *store.Tx) error {
			recs, err := tx.FactsOf("item", string(it.ID))
			if err != nil {
				return err
			}
			sent, err := fact.Decode[item.SentUp](recs[len(recs)-1])
			if !slices.Equal(sent.Authors, both) {
				t.Errorf("authors in the submission = %v, want %v", sent.Authors, both)
			}
			return err
		})
		w.sound()
	})
}

// A partner by its own rules: its reviewer, then its signer; an edit leaves the
// review and takes the signature.
func TestAPartnersOwnChain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Person("reviewer.T2", "T2", org.Reviewer)
		w.chain("T2", org.Review, org.SignOffOK)
		it := w.asked("会签两道")
		refused(t, w.unchanged("the signer before the reviewer", func() error {
			_, err := w.Flow.SignOff(w.Ctx(), w.As("signer.T2"), it.ID, flow.SignOff{})
			return err
		}), "partners_missing")
		w.passes("reviewer.T2", it.ID)
		if got := w.told("signer.T2", it.ID); !slices.Equal(got, []flow.NoteKind{flow.NoteToCountersign}) {
			t.Errorf("after its review the partner's signer was told %v, want to countersign", got)
		}
		w.passes("signer.T2", it.ID)
		ok[item.Item](t)(w.Flow.Revise(w.Ctx(), w.As("signer.T1"), it.ID, flow.Revise{Title: "改", Body: body + "\n又改。", Seen: 1}))
		w.passes("signer.T1", it.ID)
		w.passes("signer.T2", it.ID)
		w.passes("signer.T3", it.ID)
		w.waits(it.ID, org.ToFile)
		w.sound()
	})
}

// A partner that is merged meanwhile: its heir signs for it; where the heir leads
// or is a partner itself, one signature is enough.
func TestPartnersThatMerge(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		both, one, led := w.asked("并入另一会签单位"), w.asked("并入第三家"), w.joint("还没送")
		ok[item.Item](t)(w.Flow.TakeOffPartner(w.Ctx(), w.As("signer.T1"), one.ID, flow.TakeOff{Unit: w.ID("T2"), Reason: "不涉及"}))
		ok[org.Unit](t)(w.Flow.MergeUnits(w.Ctx(), sample.System, w.ID("T3"), flow.MergeUnits{Into: w.ID("T2")}))
		if got := w.partners(both.ID); got != "T2 asked T3 off" {
			t.Errorf("partners = %s, want T3 off, for T2 signs anyhow", got)
		}
		if got := w.partners(led.ID); got != "T2 chosen" {
			t.Errorf("partners of the draft = %s, want T2 alone", got)
		}
		if got := w.partners(one.ID); got != "T2 off T3 asked" {
			t.Errorf("partners = %s, want T3 asked as before", got)
		}
		w.passes("signer.T2", one.ID) // as the heir of T3
		w.waits(one.ID, org.ToFile)
		w.passes("signer.T2", both.ID)
		ok[item.Item](t)(w.Flow.FileJoint(w.Ctx(), w.As("reporter.T1"), both.ID, flow.SignOff{}))

		w.sound()
	})
}

// The lead merges into its only partner: nobody is left to ask.
func TestALeadThatMergesIntoItsPartner(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		it := w.asked("主办并入")
		ok[org.Unit](t)(w.Flow.MergeUnits(w.Ctx(), sample.System, w.ID("T1"), flow.MergeUnits{Into: w.ID("T2")}))
		v := ok[flow.ItemView](t)(w.Flow.Item(w.Ctx(), w.As("signer.T2"), it.ID))
		if v.Item.Unit != w.ID("T2") || v.Aside || v.Partners[0].State != flow.PartnerIsOff {
			t.Errorf("item = %+v with %+v, want T2's own and no partner of itself", v.Item.Unit, v.Partners)
		}
		w.passes("signer.T3", it.ID)
		if it = ok[item.Item](t)(w.Flow.FileJoint(w.Ctx(), w.As("signer.T2"), it.ID, flow.SignOff{})); it.State != item.Signed {
			t.Errorf("state = %s, want signed", it.State)
		}
		w.sound()
	})
}
