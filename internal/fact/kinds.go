package fact

// Kind names what happened. The list is closed: a kind that is not here cannot
// be recorded, and a test compares it with the payloads that the nouns declare.
// There is no kind for logging in, clicking, reading time or likes, and there
// never will be: activity is not an editorial outcome. Opening a text whose
// reading is restricted is recorded as evidence, and nothing counts it.
type Kind string

// The kinds, in the order of the flow: the product's table of contents.
const (
	// register
	UnitEntered        Kind = "unit.entered"        // a unit was entered or changed: name, level, parent, from a date
	UnitsImported      Kind = "units.imported"      // a file of units came in; the digest says which
	LineDrawn          Kind = "line.drawn"          // a reporting line from a unit to an office begins, changes or ends
	PersonEntered      Kind = "person.entered"      // a person was entered or changed
	PostHeld           Kind = "post.held"           // a person takes up a post, or leaves it
	PublicationEntered Kind = "publication.entered" // a publication was founded or changed
	ClassSet           Kind = "class.set"           // a unit's assessment class and target at an office for a year
	OfficeSet          Kind = "office.set"          // an office's own rules were set: chain, line order, outside or not
	ItemsImported      Kind = "items.imported"      // a file of items came in; the digest says which
	UnitPlanned        Kind = "unit.planned"        // a change of a unit waits for its day, was taken back, or could not be done
	PersonChanged      Kind = "person.changed"      // a person's name or login changed, or whether they may sign in, or the password
	SheetDone          Kind = "sheet.done"          // a sheet of changes was carried out; the digest says which
	TokenIssued        Kind = "token.issued"        // a person's API token was made
	TokenRevoked       Kind = "token.revoked"       // … and taken back
	WebhookSet         Kind = "webhook.set"         // a unit's facts are sent on to an address, or no longer
	MailboxSet         Kind = "mailbox.set"         // an office's mail is fetched from a mailbox, or no longer

	// submit
	ItemDrafted     Kind = "item.drafted"     // an item exists, with its first text
	ItemRevised     Kind = "item.revised"     // the unit saved another text on purpose
	ItemSubmitted   Kind = "item.submitted"   // it went to the unit's chain of checks
	ItemUnsent      Kind = "item.unsent"      // … and came back before anybody looked at it
	ItemWithdrawn   Kind = "item.withdrawn"   // the unit took it back
	ItemResubmitted Kind = "item.resubmitted" // sent back once, it came again with a new text
	ItemHandedOver  Kind = "item.handed_over" // it went to another unit or writer before it left

	// signoff
	ItemChecked  Kind = "item.checked"   // a review or secrecy review of the chain passed a revision
	ItemSigned   Kind = "item.signed"    // the last check: it may leave the unit
	ItemSentBack Kind = "item.sent_back" // a checker sent it back, with a reason
	ItemUnsigned Kind = "item.unsigned"  // a checker took his own check back before anybody went on

	PartnersAsked   Kind = "item.partners_asked" // a signed text was laid before the units that countersign it
	PartnerSigned   Kind = "item.countersigned"  // a partner passed a check of its own chain
	ItemFiled       Kind = "item.filed"          // the lead filed what all its partners had signed
	PartnerTakenOff Kind = "item.partner_off"    // the lead took a partner off, with a reason

	// desk
	FilingFiled      Kind = "filing.filed"        // an item was laid before an office's desk
	FilingReopened   Kind = "filing.reopened"     // a returned one came back to the same desk
	FilingReceived   Kind = "filing.received"     // the desk took it
	FilingAssigned   Kind = "filing.assigned"     // … and gave it to an editor
	FilingHeld       Kind = "filing.held"         // kept for later, with a reason
	FilingDeclined   Kind = "filing.declined"     // not used, with a reason
	FilingResumed    Kind = "filing.resumed"      // a held or declined one is taken up again
	FilingUndone     Kind = "filing.undone"       // somebody of the desk took back what he had just done
	FilingReturned   Kind = "filing.returned"     // given back to the unit, with a reason
	FilingWithdrawn  Kind = "filing.withdrawn"    // its item was withdrawn by the unit
	FilingConfirmed  Kind = "filing.confirmed"    // the unit confirmed what the desk entered for it
	FilingsMerged    Kind = "filing.merged"       // several filings became one composite
	FilingUnmerged   Kind = "filing.unmerged"     // the composite was taken apart again
	FilingReshared   Kind = "filing.reshared"     // a composite's sources got other shares
	FilingForwarded  Kind = "filing.forwarded"    // laid before the next office up
	FilingSent       Kind = "filing.sent"         // handed to an office outside, with channel, time and proof
	OutcomeEntered   Kind = "outcome.entered"     // what an outside office did with it, typed in from its notice
	OutcomeConfirmed Kind = "outcome.confirmed"   // … and confirmed by a second person
	OutcomeRejected  Kind = "outcome.rejected"    // … or found wrong
	PlacementMade    Kind = "placement.adopted"   // adopted: a placement in a publication's tray
	PlacementGone    Kind = "placement.unadopted" // the adoption was taken back before printing

	// edit
	FilingRevised   Kind = "filing.revised"   // the desk saved another text
	FilingReady     Kind = "filing.ready"     // the edited text is finished
	FilingTaken     Kind = "filing.taken"     // another editor took the text over
	FilingSettled   Kind = "filing.settled"   // changes of the desk's text were accepted
	FilingCommented Kind = "filing.commented" // somebody of the desk wrote, settled or reopened a comment

	// issue
	IssueOpened        Kind = "issue.opened"        // a numbered issue is being arranged
	PlacementArranged  Kind = "placement.arranged"  // an adopted text took its place in an issue, or left it
	IssueProposed      Kind = "issue.proposed"      // the issue went to the chief editor
	IssueSentBack      Kind = "issue.sent_back"     // … who sent it back, with a reason
	IssueApproved      Kind = "issue.approved"      // … or approved it
	IssueScheduled     Kind = "issue.scheduled"     // the time at which it comes out was set, taken away, or passed in vain
	IssuePublished     Kind = "issue.published"     // it is printed and frozen
	PlacementPublished Kind = "placement.published" // one text in it was published
	PlacementCorrected Kind = "placement.corrected" // a printed text was corrected
	PlacementRecalled  Kind = "placement.recalled"  // a printed text was recalled

	// news: what happened above, told hop by hop to everybody it came from
	NewsTold Kind = "news.told"

	// distribute
	DeliverySent      Kind = "delivery.sent"      // a copy went to a reader
	DeliveryConfirmed Kind = "delivery.confirmed" // the reader has it
	DeliveryRecalled  Kind = "delivery.recalled"  // the copy was called back

	// followup
	InstructionGiven Kind = "instruction.given"      // a leader wrote an instruction
	InstructionTaken Kind = "instruction.taken_back" // … and took it back within minutes
	DutyPassedOn     Kind = "duty.passed_on"         // it was handed to the unit that must act
	DutyAnswered     Kind = "duty.answered"          // the unit reported back
	DutyAccepted     Kind = "duty.accepted"          // the office accepted the answer
	DutyReturned     Kind = "duty.returned"          // … or wants a better one
	DutyReminded     Kind = "duty.reminded"          // the unit was told that its time is nearly over, or over

	// evidence
	TextRestricted Kind = "text.restricted" // the reading of an item or a publication was restricted, or set free
	TextOpened     Kind = "text.opened"     // a person opened a restricted text
	RecordExported Kind = "record.exported" // an auditor, or somebody at the machine, took a part of the record away

	// score
	RulebookActivated Kind = "rulebook.activated" // a rulebook is in force from a date
)

// Kinds is the closed list with a sentence each, in the order above.
var Kinds = []struct {
	Kind     Kind
	Sentence string
}{
	{UnitEntered, "A unit was entered or changed from a date."},
	{UnitsImported, "A file of units came in."},
	{LineDrawn, "A reporting line begins, changes or ends."},
	{PersonEntered, "A person was entered or changed."},
	{PostHeld, "A person takes up a post or leaves it."},
	{PublicationEntered, "A publication was founded or changed."},
	{ClassSet, "A unit's assessment class and target for a year were set."},
	{OfficeSet, "An office's own rules were set."},
	{ItemsImported, "A file of items came in."},
	{UnitPlanned, "A change of a unit waits for its day, or was taken back."},
	{PersonChanged, "A person's name, login, right to sign in or password changed."},
	{SheetDone, "A sheet of changes was carried out."},
	{TokenIssued, "An API token was made."},
	{TokenRevoked, "An API token was taken back."},
	{WebhookSet, "Sending a unit's facts on to an address began, paused, went on or ended."},
	{MailboxSet, "Fetching an office's mail from a mailbox began, changed or ended."},
	{ItemDrafted, "An item exists, with its first text."},
	{ItemRevised, "The unit saved another text."},
	{ItemSubmitted, "The item went to the unit's chain of checks."},
	{ItemUnsent, "The unit took the sending to the checks back before anybody looked."},
	{ItemWithdrawn, "The unit took the item back."},
	{ItemResubmitted, "A sent-back item came again with a new text."},
	{ItemHandedOver, "An item went to another unit or writer."},
	{ItemChecked, "A check of the chain passed a revision."},
	{ItemSigned, "The last check passed: the item may leave the unit."},
	{ItemSentBack, "A checker sent the item back with a reason."},
	{ItemUnsigned, "A checker took his own check back before anybody went on; what it had filed ended or went back to where it lay."},
	{PartnersAsked, "A signed text was laid before the units that are to countersign it."},
	{PartnerSigned, "A partner passed a check of its own chain; the last one countersigns the text."},
	{ItemFiled, "The lead filed what its own signer and all partners had signed."},
	{PartnerTakenOff, "The lead took a partner off, with a reason; its share is the lead's."},
	{FilingFiled, "An item was laid before an office's desk."},
	{FilingReopened, "A returned item came back to the same desk."},
	{FilingReceived, "The desk took the filing."},
	{FilingAssigned, "The filing was given to an editor."},
	{FilingHeld, "The filing is kept for later, with a reason."},
	{FilingDeclined, "The filing is not used, with a reason."},
	{FilingResumed, "A held or declined filing was taken up again."},
	{FilingUndone, "Somebody of the desk took back what he had just done."},
	{FilingReturned, "The filing was given back to the unit, with a reason."},
	{FilingWithdrawn, "The filing ended because its item was withdrawn."},
	{FilingConfirmed, "The unit confirmed what the desk had entered for it."},
	{FilingsMerged, "Several filings became one composite."},
	{FilingUnmerged, "A composite was taken apart again."},
	{FilingReshared, "The sources of a composite got other shares."},
	{FilingForwarded, "The filing was laid before the next office up."},
	{FilingSent, "The filing was handed to an office outside."},
	{OutcomeEntered, "What an outside office did was typed in."},
	{OutcomeConfirmed, "A second person confirmed an outside office's decision."},
	{OutcomeRejected, "A second person found an entered outcome wrong."},
	{PlacementMade, "The filing was adopted by a publication."},
	{PlacementGone, "An adoption was taken back before printing."},
	{FilingRevised, "The desk saved another text."},
	{FilingReady, "The edited text is finished."},
	{FilingTaken, "Another editor took the text over."},
	{FilingSettled, "Changes of the desk's text were accepted."},
	{FilingCommented, "Somebody of the desk wrote, settled or reopened a comment."},
	{IssueOpened, "A numbered issue is being arranged."},
	{PlacementArranged, "An adopted text took its place in an issue, or left it."},
	{IssueProposed, "The issue went to the chief editor."},
	{IssueSentBack, "The chief editor sent the issue back with a reason."},
	{IssueApproved, "The chief editor approved the issue."},
	{IssueScheduled, "The time at which an issue comes out was set, taken away, or passed in vain."},
	{IssuePublished, "The issue was published and is frozen."},
	{PlacementPublished, "One text of an issue was published."},
	{PlacementCorrected, "A printed text was corrected."},
	{PlacementRecalled, "A printed text was recalled."},
	{NewsTold, "What happened above was told to a filing it came from."},
	{DeliverySent, "A copy went to a reader."},
	{DeliveryConfirmed, "The reader confirmed the copy."},
	{DeliveryRecalled, "A copy was called back."},
	{InstructionGiven, "A leader wrote an instruction."},
	{InstructionTaken, "A leader took an instruction back before it was passed on."},
	{DutyPassedOn, "An instruction was handed to the unit that must act."},
	{DutyAnswered, "The unit reported what it did."},
	{DutyAccepted, "The office accepted the answer."},
	{DutyReturned, "The office wants a better answer."},
	{DutyReminded, "The unit was reminded that its time is nearly over, or over."},
	{TextRestricted, "The reading of an item or a publication was restricted or set free."},
	{TextOpened, "A person opened a restricted text."},
	{RecordExported, "An auditor, or somebody at the machine, took a part of the record away."},
	{RulebookActivated, "A rulebook is in force from a date."},
}
