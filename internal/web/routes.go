package web

// routes is every address of the site: method and pattern, handler, who may ask
// at all; in the order of the flow.
func (s *Server) routes() []route {
	return []route{
		// the door
		{"GET /static/{name}", serveStatic, anybody},
		{"GET /sign-in", s.signIn, anybody},
		{"POST /sign-in", s.signInDo, anybody},
		{"POST /demo/sign-in", s.demoSignIn, anybody},
		{"GET /language", s.language, anybody},
		{"POST /sign-out", s.signOut, signedIn},
		{"POST /prefs", s.prefs, signedIn},
		{"POST /post", s.switchPost, signedIn},

		// workbench
		{"GET /{$}", s.workbench, signedIn},

		// submit
		{"GET /items", s.items, signedIn},
		{"GET /items/new", s.write, signedIn},
		{"POST /items", s.draft, signedIn},
		{"GET /items/{id}", s.item, signedIn},
		{"GET /items/{id}/edit", s.rewrite, signedIn},
		{"POST /items/{id}/edit", s.revise, signedIn},
		{"POST /items/{id}/autosave", s.autosaveItem, signedIn},
		{"POST /items/{id}/attach", s.attach, signedIn},
		{"POST /items/{id}/submit", s.submit, signedIn},
		{"POST /items/{id}/withdraw", s.withdraw, signedIn},
		{"POST /items/{id}/confirm", s.confirmFiled, signedIn},
		{"GET /items/{id}/revisions/{number}", s.revision, signedIn},
		{"GET /items/{id}/where", s.where, signedIn},
		{"GET /attachments/{id}", s.attachment, signedIn},

		// signoff
		{"GET /sign-offs", s.signOffs, signedIn},
		{"GET /items/{id}/sign-off", s.signOff, signedIn},
		{"POST /items/{id}/sign-off", s.signOffDo, signedIn},
		{"POST /items/{id}/send-back", s.sendBack, signedIn},

		// desk
		{"GET /inbox", s.inbox, signedIn},
		{"POST /inbox/receive", s.receiveMany, signedIn},
		{"GET /filings/new", s.fileFor, signedIn},
		{"POST /filings", s.fileForDo, signedIn},
		{"GET /filings/{id}", s.filing, signedIn},
		{"POST /filings/{id}/receive", s.receive, signedIn},
		{"POST /filings/{id}/assign", s.assign, signedIn},
		{"POST /filings/{id}/resume", s.resume, signedIn},
		{"GET /filings/{id}/hold", s.decision, signedIn},
		{"POST /filings/{id}/hold", s.hold, signedIn},
		{"GET /filings/{id}/decline", s.decision, signedIn},
		{"POST /filings/{id}/decline", s.decline, signedIn},
		{"GET /filings/{id}/return", s.decision, signedIn},
		{"POST /filings/{id}/return", s.returnFiling, signedIn},
		{"GET /filings/{id}/adopt", s.decision, signedIn},
		{"POST /filings/{id}/adopt", s.adopt, signedIn},
		{"POST /placements/{id}/unadopt", s.unadopt, signedIn},
		{"GET /merge", s.merge, signedIn},
		{"POST /merge", s.mergeDo, signedIn},
		{"POST /filings/{id}/unmerge", s.unmerge, signedIn},
		{"GET /filings/{id}/forward", s.forward, signedIn},
		{"POST /filings/{id}/forward", s.forwardDo, signedIn},
		{"GET /filings/{id}/send", s.sent, signedIn},
		{"POST /filings/{id}/send", s.sendDo, signedIn},
		{"GET /filings/{id}/outcome", s.outcome, signedIn},
		{"POST /filings/{id}/outcome", s.outcomeDo, signedIn},
		{"GET /filings/{id}/outcomes", s.outcomes, signedIn},
		{"GET /outcomes/{outcome}", s.outcomeAt, signedIn},
		{"POST /outcomes/{outcome}", s.decideOutcome, signedIn},

		// edit
		{"GET /filings/{id}/edit", s.edit, signedIn},
		{"POST /filings/{id}/edit", s.editDo, signedIn},
		{"POST /filings/{id}/autosave", s.autosaveFiling, signedIn},
		{"POST /filings/{id}/take-over", s.takeOver, signedIn},
		{"POST /filings/{id}/ready", s.markReady, signedIn},

		// issue
		{"GET /issues", s.issues, signedIn},
		{"POST /issues", s.openIssue, signedIn},
		{"GET /issues/{id}", s.issue, signedIn},
		{"POST /placements/{id}/place", s.place, signedIn},
		{"POST /issues/{id}/propose", s.propose, signedIn},
		{"POST /issues/{id}/approve", s.approve, signedIn},
		{"POST /issues/{id}/send-back", s.sendBackIssue, signedIn},
		{"POST /issues/{id}/publish", s.publish, signedIn},
		{"GET /placements/{id}/correct", s.correct, signedIn},
		{"POST /placements/{id}/correct", s.correctDo, signedIn},

		// distribute
		{"POST /issues/{id}/dispatch", s.dispatch, signedIn},
		{"GET /readings", s.readings, signedIn},
		{"GET /issues/{id}/read", s.read, signedIn},
		{"POST /deliveries/{id}/confirm", s.confirmCopy, signedIn},
		{"GET /placements/{id}/recall", s.recall, signedIn},
		{"POST /placements/{id}/recall", s.recallDo, signedIn},

		// followup
		{"GET /filings/{id}/instruct", s.instruct, signedIn},
		{"POST /filings/{id}/instruct", s.instructDo, signedIn},
		{"POST /issues/{id}/instruct", s.instructIssue, signedIn},
		{"GET /duties", s.duties, signedIn},
		{"GET /duties/{id}", s.duty, signedIn},
		{"POST /duties/{id}/pass-on", s.passOn, signedIn},
		{"POST /duties/{id}/answer", s.answerDuty, signedIn},
		{"POST /duties/{id}/accept", s.accept, signedIn},
		{"POST /duties/{id}/return", s.returnAnswer, signedIn},

		// score
		{"GET /ranking", s.ranking, signedIn},
		{"GET /offices/{id}/standing", s.standing, signedIn},
		{"GET /offices/{id}/ledger/{unit}", s.ledger, signedIn},
		{"GET /offices/{id}/notice", s.notice, signedIn},
		{"GET /offices/{id}/rulebook", s.rulebook, signedIn},
		{"POST /offices/{id}/rulebook", s.activate, signedIn},

		// register
		{"GET /units", s.units, signedIn},
		{"GET /units/{id}", s.unit, signedIn},
		{"POST /units/{id}", s.changeUnit, signedIn},
		{"GET /units/{id}/change", s.change, signedIn},
		{"POST /units/{id}/change", s.changeDo, signedIn},
		{"POST /changes/{change}/undo", s.undoChange, signedIn},
		{"GET /registers/changes", s.sheet, signedIn},
		{"POST /registers/changes", s.sheetDo, signedIn},
		{"GET /people", s.people, signedIn},
		{"GET /people/{id}", s.person, signedIn},
		{"POST /people/{id}", s.editPerson, signedIn},
		{"POST /people/{id}/leave", s.leave, signedIn},
		{"POST /people/{id}/password", s.resetPassword, signedIn},
		{"GET /publications/{id}", s.publication, signedIn},
		{"POST /publications/{id}", s.changePublication, signedIn},
		{"GET /offices/{id}/classes", s.classes, signedIn},
		{"POST /offices/{id}/classes", s.classesDo, signedIn},
		{"POST /lines/{line}/end", s.endLine, signedIn},
		{"POST /posts/{post}/end", s.endPost, signedIn},
		{"GET /publications", s.publications, signedIn},
		{"GET /tokens", s.tokens, signedIn},
		{"POST /tokens", s.issueToken, signedIn},
		{"POST /tokens/{id}/revoke", s.revokeToken, signedIn},

		// search and the record
		{"GET /search", s.search, signedIn},
		{"GET /news", s.news, signedIn},
		{"GET /record", s.record, signedIn},
		{"GET /record/{position}", s.recordFact, signedIn},
		{"GET /record/print", s.record, signedIn},
		{"GET /record/export", s.recordExport, signedIn},
		{"GET /record/evidence", s.evidence, signedIn},
		{"GET /items/{id}/record", s.itemRecord, signedIn},
		{"POST /items/{id}/restrict", s.restrictItem, signedIn},
	}
}
