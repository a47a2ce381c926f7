story: The county enters what a township said on the telephone, and the township confirms

editor.K1 files "双桅镇码头断电" for T3 by telephone: "双桅镇值班室来电，码头7时断电，9时恢复。"
then reporter.T3 sees it signed
signer.T3 confirms it
signer.T3 cannot confirm it: nothing_to_confirm
editor.K1 receives it
editor.K1 edits it to "双桅镇码头断电两小时"
editor.K1 finishes it
editor.K1 adopts it in k1
editor.K1 opens an issue of k1
editor.K1 places it in the issue
editor.K1 proposes the issue
chief.K1 approves the issue
editor.K1 publishes the issue
then reporter.T3 has 1 points at K1
