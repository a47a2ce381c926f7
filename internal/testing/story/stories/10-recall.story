story: A printed text is corrected, then called back, and its reader is told

reporter.T2 drafts "柳渡乡转移户数" genre news
reporter.T2 submits it
signer.T2 signs it
editor.K1 receives it
editor.K1 edits it to "柳渡乡转移群众"
editor.K1 finishes it
editor.K1 adopts it in k1
editor.K1 opens an issue of k1
editor.K1 places it in the issue
editor.K1 proposes the issue
chief.K1 approves the issue
editor.K1 publishes the issue
then reporter.T1 holds a copy that is sent
then reporter.T1 reads it marked published
then reporter.T2 has 1 points at K1

chief.K1 corrects it: "第二段户数应为126户"
then reporter.T1 reads it marked corrected
chief.K1 recalls it: "数据有误"
then reporter.T1 holds a copy that is recalled
then reporter.T1 reads it marked recalled
then reporter.T2 hears that it was recalled in "望岭信息"
