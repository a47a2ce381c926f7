story: A partner sends back, and is taken off with a reason

given T2 checks by review, signoff
reporter.T1 drafts "柑橘滞销三乡镇联报" genre problem
reporter.T1 cannot ask T2 to countersign it: nobody_checks
reporter.T1 asks T3, T4 to countersign it
reporter.T1 submits it
signer.T1 signs it
signer.T4 sends it back for no_figures: "苇塘镇的数不对"
then reporter.T1 sees it sent_back
reporter.T1 cannot ask T3 to countersign it: partner_asked
reporter.T1 revises it: "双桅镇、苇塘镇、青禾镇柑橘压货六千吨。\n建议对接外销。"
reporter.T1 submits it
signer.T1 signs it
signer.T3 signs it
reporter.T1 cannot file it: partners_missing
signer.T1 takes T4 off it: "苇塘镇另行上报"
then signer.T4 does not see it
signer.T1 files it
then editor.K1 sees it filed
then reporter.T3 sees it signed
