/*
clause:   shanxi-2021-600 七
says:     在市内不同地区进行调剂使用
title:    {zh: 专账资金调剂到市外, en: Transfer across the city's border}
means:    专账资金只在市内不同地区之间调剂；双方区划代码前四位不同的，不在同一个市。转出和转入两张凭证各自提示。
explain:  {zh: "{division}{booked_on}的{direction}凭证{voucher_no}（{amount_at_risk}元），对方{counterparty_division}不在本市。", en: "Voucher {voucher_no} of {division}, {booked_on} ({direction}, {amount_at_risk} yuan): the other side, {counterparty_division}, lies outside the city."}
severity: violation
remedy:   查调剂的批准文件和资金去向；没有省级依据的退回原专账，对方区划填错的更正。
innocent: 对方区划代码录入错误；省级统一安排的跨市调剂另有文件。
subject:  voucher
key:      [voucher_no]
evidence: {ledger: [voucher_no, division]}
*/
WITH examined AS (
    SELECT
        voucher_no, division, CAST(NULL AS VARCHAR) AS institution_id, counterparty_division, direction, booked_on,
        amount AS amount_at_risk, CAST([] AS VARCHAR[]) AS claim_ids,
        left(counterparty_division, 4) AS observed, left(division, 4) AS allowed
    FROM ledger
    WHERE direction IN ('transfer_out', 'transfer_in')
)
SELECT *
FROM examined
WHERE observed <> allowed
