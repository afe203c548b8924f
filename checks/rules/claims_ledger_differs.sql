/*
clause:   shanxi-2021-600 七
says:     建立定期对帐制度，做到帐实相符、帐表相符
title:    {zh: 已拨付申领与台账不符, en: Paid claims and ledger differ}
means:    每个拨付批次，状态为“已拨付”的专账资金申领之和，应等于同一区划台账该批次的支出减退回，哪一方没有记录就是零。就业补助资金的申领不在专账里，不算。
explain:  {zh: "批次{batch_no}：已拨付申领合计{observed}元，台账净支出{allowed}元，相差{amount_at_risk}元。", en: "Batch {batch_no}: paid claims add up to {observed} yuan, the ledger paid {allowed} net; the difference is {amount_at_risk}."}
severity: violation
remedy:   调取该批次的拨付清册、凭证和申领，逐人核对，查明漏拨、多拨、状态或批次号未更新，并予更正。
innocent: 拨付后申领的状态或批次号没有更新；一批次分两个区划记账；退回款没有注明批次。
subject:  batch
key:      [division, batch_no]
evidence: {claims: [division, batch_no], ledger: [division, batch_no]}
life:     [status]
counterpart: {claims: {where: {division: division}, named: [batch_no]}, ledger: {where: {division: division}, named: [batch_no]}}
*/
WITH examined AS (
    SELECT
        division, CAST(NULL AS VARCHAR) AS institution_id, batch_no, claim_ids, paid_amount AS observed, ledger_amount AS allowed
    FROM batches
)
SELECT *, abs(observed - allowed) AS amount_at_risk
FROM examined
WHERE observed <> allowed
