story: A desk holds, takes over, declines and thinks again; a composite is taken apart

reporter.T1 drafts "青禾镇集市改造" genre news
reporter.T1 submits it
signer.T1 signs it
editor.K1 receives it
editor.K1 edits it to "青禾镇改造集市"
editor2.K1 cannot edit it to "集市": held_by
editor2.K1 takes over it
editor2.K1 edits it to "青禾镇集市完成改造"
editor2.K1 finishes it
editor2.K1 holds it for waiting: "下月一并用"
then editor2.K1 sees it held
editor2.K1 resumes it
editor2.K1 declines it for duplicate: "已有三家报过"
then editor2.K1 sees it declined

reporter.T2 drafts "柳渡乡水库加固" genre news
reporter.T2 submits it
signer.T2 signs it
reporter.T3 drafts "双桅镇水库加固" genre news
reporter.T3 submits it
signer.T3 signs it
editor.K1 receives "柳渡乡水库加固"
editor.K1 receives "双桅镇水库加固"
editor.K1 merges "柳渡乡水库加固", "双桅镇水库加固" into "两乡镇加固水库"
then editor.K1 sees "柳渡乡水库加固" merged
reporter.T2 cannot withdraw "柳渡乡水库加固": "数字有误": in_composite
editor.K1 takes it apart
then editor.K1 sees "柳渡乡水库加固" received
then editor.K1 sees "双桅镇水库加固" received
reporter.T2 withdraws "柳渡乡水库加固": "数字有误"
then editor.K1 sees "柳渡乡水库加固" withdrawn
