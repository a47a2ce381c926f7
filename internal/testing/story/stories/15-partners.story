story: Two townships countersign, an edit makes a signature stale, the lead files

reporter.T1 drafts "跨界河道清淤" genre problem
reporter.T1 cannot ask T1 to countersign it: partner_is_lead
reporter.T1 cannot ask T2, T2 to countersign it: partner_twice
reporter.T1 cannot ask T2 1/2, T3 1/2 to countersign it: shares_leave_nothing
reporter.T1 cannot ask X to countersign it: nobody_checks
reporter.T1 asks T2 1/4, T3 1/5 to countersign it
reporter.T1 submits it
then signer.T2 does not see it
signer.T1 signs it
then signer.T2 sees it submitted
then reporter.T4 does not see it

# both are asked at once; the reporter of a partner cannot sign
reporter.T1 cannot file it: partners_missing
signer.T3 opens it
signer.T2 signs it
signer.T2 cannot sign it: partners_missing

# the lead's signer edits: T2 signed another text, and T3 looks at an old one
signer.T1 revises it: "柳渡乡、双桅镇、青禾镇界河淤积，最窄处不足八米。\n建议年内清淤。"
signer.T1 signs it
signer.T3 cannot sign it: stale_revision
signer.T3 signs it
reporter.T1 cannot file it: partners_missing
signer.T2 signs it
reporter.T1 files it
then editor.K1 sees it filed
then reporter.T1 sees it signed
then reporter.T2 sees it signed
then signer.T3 sees it reach K1
