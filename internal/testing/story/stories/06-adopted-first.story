story: The county adopts before the township withdraws; what is printed stays

reporter.T2 drafts "柳渡乡撤得太早" genre problem
reporter.T2 submits it
signer.T2 signs it
editor.K1 receives it
editor.K1 edits it to "柳渡乡一事"
editor.K1 finishes it
editor.K1 adopts it in k1
# adopted and not yet printed: the township may still take it back, and the adoption ends
reporter.T2 withdraws it: "情况有变"
then editor.K1 sees it withdrawn

reporter.T1 drafts "青禾镇撤得太晚" genre problem
reporter.T1 submits it
signer.T1 signs it
editor.K1 receives it
editor.K1 edits it to "青禾镇一事"
editor.K1 finishes it
editor.K1 adopts it in k1
editor.K1 opens an issue of k1
editor.K1 places it in the issue
editor.K1 proposes the issue
chief.K1 approves the issue
editor.K1 publishes the issue
reporter.T1 cannot withdraw it: already_printed
leader.K1 instructs on it: "请镇里一周内报结果。"
then reporter.T1 hears the instruction "请镇里一周内报结果。" on it
# printed 1, instructed 2
then reporter.T1 has 3 points at K1
then reporter.T2 has 0 points at K1
