story: A signature is taken back, before a desk receives and before a partner goes on

reporter.T1 drafts "春灌缺水两千亩" genre problem
reporter.T1 submits it
signer.T1 signs it
reporter.T1 cannot unsign it: needs_post
signer.T1 unsigns it
then reporter.T1 sees it submitted
signer.T1 cannot unsign it: no_check_of_yours
signer.T1 revises it: "青禾镇春灌缺水两千一百亩。\n建议提前放水。"
signer.T1 signs it
then editor.K1 sees it filed
editor.K1 receives it
signer.T1 cannot unsign it: desk_has_it

# the same of a text that lies before partners
reporter.T1 drafts "界河清淤分工" genre problem
reporter.T1 asks T2, T3 to countersign "界河清淤分工"
reporter.T1 submits "界河清淤分工"
signer.T1 signs "界河清淤分工"
then signer.T2 sees "界河清淤分工" submitted
signer.T1 unsigns "界河清淤分工"
then signer.T2 does not see "界河清淤分工"
signer.T1 signs "界河清淤分工"
signer.T2 signs "界河清淤分工"
signer.T1 cannot unsign "界河清淤分工": partner_went_on
signer.T3 signs "界河清淤分工"
reporter.T1 files "界河清淤分工"
signer.T1 cannot unsign "界河清淤分工": filed_jointly
then editor.K1 sees "界河清淤分工" filed
