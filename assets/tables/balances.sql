/*
title: {zh: 月报余额, en: Reported balances}
says: 每个区划每月月报的期初、期末余额，上月月报的期末余额（上月没有月报的为空），以及当月台账使余额增加的净额。
*/
WITH reported AS (
    SELECT division, month, opening_balance, closing_balance
    FROM reports
    WHERE states_balance
),
booked AS (
    SELECT division, month, sum(balance_change) AS balance_change
    FROM ledger_months
    GROUP BY division, month
)
SELECT
    r.division, r.month, r.opening_balance, r.closing_balance, before.closing_balance AS previous_closing,
    coalesce(b.balance_change, 0) AS balance_change
FROM reported AS r
LEFT JOIN reported AS before ON before.division = r.division AND CAST(before.month + INTERVAL 1 MONTH AS DATE) = r.month
LEFT JOIN booked AS b ON b.division = r.division AND b.month = r.month
