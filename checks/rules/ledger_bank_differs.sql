/*
clause:   shanxi-2021-600 七
says:     建立定期对帐制度，做到帐实相符、帐表相符
title:    {zh: 台账与银行流水不符, en: Ledger and bank differ}
means:    账实相符：每个拨付批次，台账支出减退回应等于银行成功转出减转入，哪一方没有记录就是零。最后一笔记账未满在途天数的批次可能还有在途资金，不比对。
explain:  {zh: "批次{batch_no}：台账净支出{allowed}元，银行净转出{observed}元，相差{amount_at_risk}元（最后一笔在{last_booked_on}）。", en: "Batch {batch_no}: the ledger paid {allowed} yuan net, the bank {observed}; the difference is {amount_at_risk} (last booked {last_booked_on})."}
severity: violation
remedy:   调取该批次的凭证、付款指令和回单逐笔勾对，查明漏记、错记、退票未冲账或账外支付，并予更正。
innocent: 退票重付跨期；银行附言没有写批次号或写错；流水文件没有交全。
subject:  batch
key:      [division, batch_no]
evidence: {ledger: [division, batch_no], bank: [division, batch_no], claims: [division, batch_no]}
counterpart: {bank: {where: {division: division}, named: [batch_no]}, ledger: {where: {division: division}, named: [batch_no]}}
*/
WITH examined AS (
    SELECT
        b.division, CAST(NULL AS VARCHAR) AS institution_id, b.batch_no, b.claim_ids, b.last_booked_on,
        b.bank_amount AS observed, b.ledger_amount AS allowed
    FROM batches AS b
    JOIN parameter AS p
        ON p.id = 'in_transit_days' AND p.city = b.city AND b.last_booked_on >= p.valid_from AND b.last_booked_on < p.valid_until
    WHERE b.days_since_booking >= p.number
)
SELECT *, abs(observed - allowed) AS amount_at_risk
FROM examined
WHERE observed <> allowed
