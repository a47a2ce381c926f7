story: A unit is merged away while its filing lies at the desk; its heir's people follow it

reporter.T2 drafts "柳渡乡汛期值守" genre news
reporter.T2 submits it
signer.T2 signs it
given T2 is merged into T1
editor.K1 receives it
editor.K1 edits it to "柳渡乡值守汛期"
editor.K1 finishes it
editor.K1 adopts it in k1
then reporter.T1 sees it signed
then reporter.T1 hears that it was adopted in "望岭信息"
