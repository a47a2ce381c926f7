story: The township withdraws before the county adopts

reporter.T2 drafts "柳渡乡情况有变" genre problem
reporter.T2 submits it
signer.T2 signs it
editor.K1 receives it
editor.K1 edits it to "柳渡乡情况"
editor.K1 finishes it
reporter.T2 withdraws it: "情况有变"
editor.K1 cannot adopt it in k1: wrong_state
then reporter.T2 sees it withdrawn
then editor.K1 sees it withdrawn
then reporter.T2 has 0 points at K1
