story: A composite of three townships with shares, adopted twice above

reporter.T1 drafts "青禾镇受淹" genre problem
reporter.T1 submits it
signer.T1 signs it
reporter.T2 drafts "柳渡乡受淹" genre problem
reporter.T2 submits it
signer.T2 signs it
reporter.T3 drafts "双桅镇受淹" genre problem
reporter.T3 submits it
signer.T3 signs it

editor.K1 receives "青禾镇受淹"
editor.K1 receives "柳渡乡受淹"
editor.K1 receives "双桅镇受淹"
editor.K1 merges "青禾镇受淹" 1/2, "柳渡乡受淹" 1/4, "双桅镇受淹" 1/4 into "三乡镇受淹两千亩"
editor.K1 finishes it
chief.K1 forwards it to C

editor.C receives it
editor.C edits it to "望岭县三乡镇受淹"
editor.C finishes it
editor.C adopts it in c
editor.C opens an issue of c
editor.C places it in the issue
editor.C proposes the issue
chief.C approves the issue
editor.C publishes the issue
editor.C adopts it in c2
editor.C opens an issue of c2
editor.C places it in the issue
editor.C proposes the issue
chief.C approves the issue
editor.C publishes the issue

# the city twice, 5 points each, by the shares
then reporter.T1 has 5 points at K1
then reporter.T2 has 2.5 points at K1
then reporter.T3 has 2.5 points at K1
then reporter.T2 hears that "柳渡乡受淹" was published in "霁川信息"
then reporter.T3 hears that "双桅镇受淹" was published in "霁川专报"
then editor.K1 sees "青禾镇受淹" merged

# what is in print above can no longer be taken apart
editor.K1 cannot take it apart: already_forwarded
