/*
clause:   shanxi-2021-600 七
says:     各市要建立专帐资金调剂使用和奖补机制，在市内不同地区进行调剂使用
title:    {zh: 调剂资金一方有账、另一方没有, en: A transfer without its counterpart}
means:    一方记调剂转出，对方应在限期内（前后各算）记同一金额、指明本方的调剂转入，一张对一张；反之亦然。限期过了仍没有对应凭证的为不符。
explain:  {zh: "{division}{booked_on}的{direction}凭证{voucher_no}（{amount_at_risk}元，对方{counterparty_division}）至今{days_since_booking}天，对方台账没有对应的凭证。", en: "Voucher {voucher_no} of {division}, {booked_on} ({direction}, {amount_at_risk} yuan, other side {counterparty_division}): {days_since_booking} days on, the other ledger has no counterpart."}
severity: violation
remedy:   双方核对调剂文件、凭证和银行回单；一方漏记的补记，金额或对方区划填错的更正，款项没有到账的追查去向。
innocent: 对方台账晚交；一笔转出分两笔转入；金额或对方区划录入错误。
subject:  voucher
key:      [voucher_no]
evidence: {ledger: [voucher_no, division]}
counterpart: {ledger: {where: {division: counterparty_division}, named: [counterparty_division]}}
*/
WITH examined AS (
    SELECT
        t.voucher_no, t.division, CAST(NULL AS VARCHAR) AS institution_id, t.counterparty_division, t.direction, t.booked_on,
        t.days_since_booking, t.amount AS amount_at_risk, CAST([] AS VARCHAR[]) AS claim_ids,
        CASE WHEN t.matched THEN '有对应凭证' ELSE '没有对应凭证' END AS observed, '有对应凭证' AS allowed
    FROM transfers AS t
    JOIN parameter AS p
        ON p.id = 'transfer_days' AND p.city = t.city AND t.booked_on >= p.valid_from AND t.booked_on < p.valid_until
    WHERE t.days_since_booking >= p.number
)
SELECT *
FROM examined
WHERE observed <> allowed
