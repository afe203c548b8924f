/*
clause:   shanxi-2021-600 七
says:     建立定期对帐制度，做到帐实相符、帐表相符
title:    {zh: 已拨付的申领没有支出凭证, en: Paid claim without a payment voucher}
means:    状态为“已拨付”的专账资金申领，应写明拨付批次，而且本区划台账里有该批次的支出凭证。
explain:  {zh: "申领{claim_id}已拨付{amount_at_risk}元，拨付批次{batch_no}：{observed}。", en: "Claim {claim_id} is marked as paid ({amount_at_risk} yuan), batch {batch_no}: {observed}."}
severity: violation
remedy:   请经办单位提供拨付清册、凭证和银行回单；确已拨付的补记台账、补填批次，没有拨付的更正状态。
innocent: 批次号漏填或填错；凭证记在上级区划；台账文件晚交。
subject:  claim
evidence: {claims: [claim_id], ledger: [division, batch_no]}
life:     [status, batch_no]
counterpart: {ledger: {when: has_batch, where: {division: division}, named: [batch_no]}}
*/
WITH examined AS (
    SELECT
        c.claim_id, c.division, c.payee_id AS institution_id, c.batch_no, c.amount AS amount_at_risk,
        CASE WHEN c.batch_no IS NULL THEN '没有批次' WHEN b.payments > 0 THEN '有支出凭证' ELSE '台账没有该批次的支出' END AS observed,
        '有支出凭证' AS allowed, c.batch_no IS NOT NULL AS has_batch
    FROM live_claims AS c
    LEFT JOIN batches AS b ON b.division = c.division AND b.batch_no = c.batch_no
    WHERE c.status = 'paid' AND c.fund = 'special_account'
)
SELECT *
FROM examined
WHERE observed <> allowed
