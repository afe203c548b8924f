/*
title: {zh: 未平差额和账龄, en: Open differences by age}
clause: shanxi-2021-600 七
says: 每个区划到扫描日还没有平的差额，按项目和天数：批次从最后一笔记账算起，没有批次号的台账支出和已拨付申领无从核对，逐笔列出，从记账日、审核日算起；没有批次号的银行流水不列；月报从月末算起，调剂从记账日算起；在途的也列在三十天以内。没有任何记账的批次账龄不明。金额是差额的绝对值之和。
columns: {division: 区划, difference: 差在哪里, age: 账龄, items: 项数, amount: 差额（元）, oldest_days: 最长（天）}
*/
WITH spent AS (
    SELECT division, month, subsidy_kind, amount
    FROM reports
    UNION ALL
    SELECT l.division, l.month, l.subsidy_kind, -l.spent
    FROM ledger_months AS l
    JOIN (SELECT DISTINCT division, month FROM reports) AS r ON r.division = l.division AND r.month = l.month
    WHERE l.subsidy_kind IS NOT NULL
),
items AS (
    SELECT division, '申领与台账' AS difference, days_since_booking AS days, abs(paid_amount - ledger_amount) AS amount
    FROM batches
    UNION ALL
    SELECT division, '台账与银行', days_since_booking, abs(bank_amount - ledger_amount)
    FROM batches
    UNION ALL
    SELECT c.division, '申领没有批次号', date_diff('day', coalesce(c.decided_on, c.claimed_on), s.as_of), c.amount
    FROM live_claims AS c
    CROSS JOIN scan AS s
    WHERE c.batch_no IS NULL AND c.status = 'paid' AND c.fund = 'special_account'
    UNION ALL
    SELECT l.division, '台账没有批次号', date_diff('day', l.booked_on, s.as_of), l.amount
    FROM ledger AS l
    CROSS JOIN scan AS s
    WHERE l.batch_no IS NULL AND l.direction IN ('payment', 'return')
    UNION ALL
    SELECT t.division, '调剂没有对应', t.days_since_booking, t.amount
    FROM transfers AS t
    WHERE NOT t.matched
    UNION ALL
    SELECT
        p.division, '台账与月报', date_diff('day', CAST(p.month + INTERVAL 1 MONTH AS DATE), max(s.as_of)) + 1,
        abs(coalesce(sum(p.amount), 0))
    FROM spent AS p
    CROSS JOIN scan AS s
    GROUP BY p.division, p.month, p.subsidy_kind
),
aged AS (
    SELECT
        division, difference, days, amount,
        CASE
            WHEN days IS NULL THEN '账龄不明'
            WHEN days <= 30 THEN '30 天以内'
            WHEN days <= 90 THEN '31 至 90 天'
            WHEN days <= 180 THEN '91 至 180 天'
            ELSE '超过 180 天'
        END AS age
    FROM items
    WHERE amount <> 0
)
SELECT
    division, difference, age, count(*) AS items, CAST(sum(amount) AS DECIMAL(18, 2)) AS amount,
    CAST(max(days) AS BIGINT) AS oldest_days
FROM aged
GROUP BY division, difference, age
