story: An office outside adopts; its notice is entered, confirmed and reaches the township

reporter.T1 drafts "青禾镇冷库不足" genre problem
reporter.T1 submits it
signer.T1 signs it
editor.K1 receives it
editor.K1 edits it to "望岭县冷库不足"
editor.K1 finishes it
chief.K1 forwards it to C
editor.C receives it
editor.C edits it to "霁川市冷库不足"
editor.C finishes it
chief.C forwards it to X
editor.C hands it to X by fax: "传真回执 0031"
editor.C enters from X that it was adopted in "每日要情" number 2026-88: "11 月通报"
editor.C cannot confirm the outcome of it at X: second_person
then reporter.T1 has 0 points at K1
chief.C confirms the outcome of it at X

then reporter.T1 has 10 points at K1
then reporter.T1 hears that it was published in "每日要情"
then reporter.T1 sees it reach K1, C, X
