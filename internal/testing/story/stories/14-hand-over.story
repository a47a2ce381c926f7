story: An editor leaves in the middle of the work and hands it over

reporter.T1 drafts "青禾镇抢收早稻" genre news
reporter.T1 submits it
signer.T1 signs it
editor.K1 receives it
editor.K1 edits it to "青禾镇早稻抢收过半"
given editor.K1 leaves and hands over to editor2.K1
editor2.K1 edits it to "青禾镇早稻抢收完成"
editor2.K1 finishes it
editor2.K1 adopts it in k1
then reporter.T1 hears that it was adopted in "望岭信息"
