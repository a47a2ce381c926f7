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

		// edit
		{"GET /filings/{id}/edit", s.edit, signedIn},
		{"POST /filings/{id}/edit", s.editDo, signedIn},
		{"POST /filings/{id}/autosave", s.autosaveFiling, signedIn},
		{"POST /filings/{id}/take-over", s.takeOver, signedIn},
		{"POST /filings/{id}/ready", s.markReady, signedIn},
	}
}
