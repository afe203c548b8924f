/*
title: {zh: 对账四步, en: Reconciliation month by month}
clause: shanxi-2021-600 七
says: 每个区划每月从已拨付申领到台账、到银行、到月报。批次总数相符、只是分在不同月份的算“跨月”，总数不符的算“未平”；没有批次号的台账支出和申领无从核对，算未平；没有批次号的银行流水不在其中。申领按所在批次最后记账的月份，没有记账的按审核的月份。没有月报的月份，月报两列为空。
columns: {division: 区划, month: 月份, claims: 已拨付申领（元）, claims_timing: 申领到台账：跨月（元）, claims_open: 申领到台账：未平（元）, ledger: 台账净支出（元）, bank_timing: 台账到银行：跨月（元）, bank_open: 台账到银行：未平（元）, bank: 银行净转出（元）, report_open: 台账到月报：未平（元）, report: 月报支出（元）}
*/
WITH settled AS (
    SELECT
        division, batch_no, coalesce(sum(ledger_amount), 0) = coalesce(sum(paid_amount), 0) AS claims_agree,
        coalesce(sum(ledger_amount), 0) = coalesce(sum(bank_amount), 0) AS bank_agrees, max(last_booked_on) AS last_booked_on
    FROM batches
    GROUP BY division, batch_no
),
entries AS (
    SELECT
        c.division, c.batch_no, coalesce(s.last_booked_on, c.decided_on, c.claimed_on) AS day,
        c.amount AS claims, 0 AS ledger, 0 AS bank
    FROM live_claims AS c
    LEFT JOIN settled AS s ON s.division = c.division AND s.batch_no = c.batch_no
    WHERE c.status = 'paid' AND c.fund = 'special_account'
    UNION ALL
    SELECT division, batch_no, booked_on, 0, CASE direction WHEN 'payment' THEN amount ELSE -amount END, 0
    FROM ledger
    WHERE direction IN ('payment', 'return')
    UNION ALL
    SELECT division, batch_no, booked_on, 0, 0, CASE direction WHEN 'out' THEN amount ELSE -amount END
    FROM bank
    WHERE status = 'settled' AND batch_no IS NOT NULL
),
sums AS (
    SELECT
        e.division, CAST(date_trunc('month', e.day) AS DATE) AS month,
        sum(e.claims) AS claims, sum(e.ledger) AS ledger, sum(e.bank) AS bank,
        sum(CASE WHEN coalesce(s.claims_agree, false) THEN e.ledger - e.claims ELSE 0 END) AS claims_timing,
        sum(CASE WHEN coalesce(s.bank_agrees, false) THEN e.bank - e.ledger ELSE 0 END) AS bank_timing
    FROM entries AS e
    LEFT JOIN settled AS s ON s.division = e.division AND s.batch_no = e.batch_no
    GROUP BY e.division, CAST(date_trunc('month', e.day) AS DATE)
),
reported AS (
    SELECT division, month, sum(amount) AS report
    FROM reports
    GROUP BY division, month
),
months AS (
    SELECT division, month
    FROM sums
    UNION
    SELECT division, month
    FROM reported
)
SELECT
    m.division, m.month,
    CAST(coalesce(s.claims, 0) AS DECIMAL(18, 2)) AS claims, CAST(coalesce(s.claims_timing, 0) AS DECIMAL(18, 2)) AS claims_timing,
    CAST(coalesce(s.ledger - s.claims - s.claims_timing, 0) AS DECIMAL(18, 2)) AS claims_open,
    CAST(coalesce(s.ledger, 0) AS DECIMAL(18, 2)) AS ledger, CAST(coalesce(s.bank_timing, 0) AS DECIMAL(18, 2)) AS bank_timing,
    CAST(coalesce(s.bank - s.ledger - s.bank_timing, 0) AS DECIMAL(18, 2)) AS bank_open,
    CAST(coalesce(s.bank, 0) AS DECIMAL(18, 2)) AS bank,
    CAST(r.report - coalesce(s.ledger, 0) AS DECIMAL(18, 2)) AS report_open, CAST(r.report AS DECIMAL(18, 2)) AS report
FROM months AS m
LEFT JOIN sums AS s ON s.division = m.division AND s.month = m.month
LEFT JOIN reported AS r ON r.division = m.division AND r.month = m.month
