/*
title: {zh: 拨付批次对账, en: Payment batches}
says: 每个区划的每个拨付批次：台账支出减退回、银行成功转出减转入、专账资金已拨付的申领之和（哪一方没有就是零），有效申领的编号，台账或银行最后一笔距扫描日的天数（两边都没有记账的为空）。
*/
WITH entries AS (
    SELECT
        division, batch_no, booked_on, CASE WHEN direction = 'payment' THEN voucher_no END AS payment_voucher,
        CASE direction WHEN 'payment' THEN amount WHEN 'return' THEN -amount END AS ledger_amount,
        NULL AS bank_amount, NULL AS paid_amount, NULL AS claim_id
    FROM ledger
    UNION ALL
    SELECT
        division, batch_no, booked_on, NULL, NULL,
        CASE WHEN status = 'settled' THEN CASE direction WHEN 'out' THEN amount WHEN 'in' THEN -amount END END, NULL, NULL
    FROM bank
    UNION ALL
    SELECT
        division, batch_no, NULL, NULL, NULL, NULL,
        CASE WHEN status = 'paid' AND fund = 'special_account' THEN amount END, claim_id
    FROM live_claims
),
summed AS (
    SELECT
        division, batch_no, max(booked_on) AS last_booked_on, count(payment_voucher) AS payments,
        coalesce(sum(ledger_amount), 0) AS ledger_amount, coalesce(sum(bank_amount), 0) AS bank_amount,
        coalesce(sum(paid_amount), 0) AS paid_amount,
        list(DISTINCT claim_id ORDER BY claim_id) FILTER (WHERE claim_id IS NOT NULL) AS claim_ids
    FROM entries
    WHERE batch_no IS NOT NULL
    GROUP BY division, batch_no
)
SELECT
    b.division, concat(left(b.division, 4), '00') AS city, b.batch_no, b.payments, b.ledger_amount, b.bank_amount,
    b.paid_amount, b.claim_ids, b.last_booked_on, date_diff('day', b.last_booked_on, s.as_of) AS days_since_booking
FROM summed AS b
CROSS JOIN scan AS s
