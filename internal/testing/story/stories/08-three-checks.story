story: A chain of three checks, a checker's own edit and a stale secrecy review

given T1 checks by review, secrecy, signoff

reporter.T1 drafts "青禾镇桥梁限载" genre problem
reporter.T1 submits it
signer.T1 cannot sign it: check_waits_for
reviewer.T1 revises it: "青禾大桥限载10吨，绕行多走23公里。\n建议年内完成加固。"
reviewer.T1 passes it

# the secrecy reviewer reads; what was read is stale once a new text is there
secrecy.T1 opens it
secrecy.T1 revises it: "青禾大桥限载10吨，绕行多走23公里，涉及学生120名。\n建议年内完成加固。"
secrecy.T1 cannot pass it: stale_revision
secrecy.T1 passes it

# the signer changes a word, and so the secrecy review must be made again
signer.T1 revises it: "青禾大桥限载10吨，绕行多走23公里，涉及学生120名。\n请县里年内完成加固。"
signer.T1 cannot sign it: check_waits_for
secrecy.T1 passes it
signer.T1 signs it
then editor.K1 sees it filed
then reporter.T1 sees it signed
