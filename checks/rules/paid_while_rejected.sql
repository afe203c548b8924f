/*
clause:   shanxi-2021-600 七
says:     切实履行专帐资金管理使用责任
title:    {zh: 不予通过的申领可能已经拨付, en: A rejected claim seems to have been paid}
means:    不予通过的申领带着拨付批次，而该批次的台账净支出正好等于已拨付申领加上这一笔，说明这一笔也付了。
explain:  {zh: "申领{claim_id}（{amount_at_risk}元）状态为不予通过，却在批次{batch_no}里：台账净支出{observed}元，正等于已拨付申领{allowed}元加这一笔。", en: "Claim {claim_id} ({amount_at_risk} yuan) is rejected, yet in batch {batch_no} the ledger paid {observed} yuan net, just the paid claims ({allowed}) and this one."}
severity: violation
remedy:   调取该批次的拨付清册和回单，核对这一笔是否付出；付出的追回，或查明驳回状态是否误改。
innocent: 拨付之后才改为不予通过、款项正在追回；状态误改。
subject:  claim
evidence: {claims: [claim_id], ledger: [division, batch_no], bank: [division, batch_no]}
life:     [status, batch_no]
*/
WITH examined AS (
    SELECT
        c.claim_id, c.division, c.payee_id AS institution_id, c.batch_no, c.amount AS amount_at_risk,
        b.ledger_amount AS observed, b.paid_amount AS allowed
    FROM claims AS c
    JOIN batches AS b ON b.division = c.division AND b.batch_no = c.batch_no
    WHERE c.status = 'rejected' AND b.payments > 0
)
SELECT *
FROM examined
WHERE observed = allowed + amount_at_risk
