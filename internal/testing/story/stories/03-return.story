story: The desk returns an item, the township mends it and sends it again

reporter.T1 drafts "缺数的山塘清淤" genre news
reporter.T1 submits it
signer.T1 signs it
editor.K1 receives it
editor.K1 cannot return it for no_figures: required
editor.K1 returns it for no_figures: "管了几座、花了多少钱？"
then reporter.T1 sees it sent_back

reporter.T1 cannot resubmit it: nothing_changed
reporter.T1 revises it: "今年以来，全镇清淤山塘12座，花费36万元。\n灌溉面积增加800亩。"
reporter.T1 resubmits it
signer.T1 signs it
then editor.K1 sees it filed

editor.K1 receives it
editor.K1 edits it to "青禾镇清淤山塘12座"
editor.K1 finishes it
editor.K1 adopts it in k1
then reporter.T1 hears that it was adopted in "望岭信息"
