story: The signer sends a draft back inside the township

reporter.T2 drafts "柳渡乡渡口停航" genre problem
reporter.T2 submits it
signer.T2 sends it back for no_figures: "停航影响多少人？"
then reporter.T2 sees it sent_back
reporter.T2 revises it: "柳渡渡口停航四天，影响两村640人出行。\n建议增开摆渡车。"
reporter.T2 resubmits it
signer.T2 signs it
then editor.K1 sees it filed
