story: A unit is split while its filing lies at the desk; the filing stays where it was

reporter.T3 drafts "双桅镇码头改造" genre news
reporter.T3 submits it
signer.T3 signs it
given T3 is split, and "双桅新区管理委员会" made of it
editor.K1 receives it
editor.K1 edits it to "双桅镇改造码头"
editor.K1 finishes it
editor.K1 adopts it in k1
then reporter.T3 hears that it was adopted in "望岭信息"
reporter.T3 drafts "拆分以后的稿" genre news
reporter.T3 submits it
signer.T3 signs it
then editor.K1 sees it filed
