story: From township draft to provincial adoption and the township's score

reporter.T1 drafts "青禾镇晚熟柑橘滞销" genre problem
reporter.T1 submits it
reporter.T1 cannot sign it: needs_post
signer.T1 signs it

editor.K1 receives it
editor.K1 edits it to "青禾镇柑橘收购价走低"
editor.K1 finishes it
editor.K1 adopts it in k1
editor.K1 opens an issue of k1
editor.K1 places it in the issue
editor.K1 proposes the issue
chief.K1 approves the issue
editor.K1 publishes the issue
then reporter.T1 has 1 points at K1

chief.K1 forwards it to C
editor.C receives it
editor.C edits it to "望岭县柑橘收购价走低"
editor.C finishes it
editor.C adopts it in c
editor.C opens an issue of c
editor.C places it in the issue
editor.C proposes the issue
chief.C approves the issue
editor.C publishes the issue

chief.C forwards it to P
editor.P receives it
editor.P edits it to "柑橘收购价走低值得关注"
editor.P finishes it
editor.P adopts it in p
editor.P opens an issue of p
editor.P places it in the issue
editor.P proposes the issue
chief.P approves the issue
editor.P publishes the issue
leader.P instructs on it: "请农业农村厅研究。"

# county 1, city 5, province 10, instruction in the province 8
then reporter.T1 has 24 points at K1
then reporter.T1 sees it reach K1, C, P
then reporter.T1 sees that it became "青禾镇柑橘收购价走低"
then reporter.T1 hears that it was published in "江岭信息"
then reporter.T1 hears the instruction "请农业农村厅研究。" on it
