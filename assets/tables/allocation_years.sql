/*
title: {zh: 年度下达与入账, en: Allocations by year}
says: 每个区划每年下达的资金、当年台账记为拨入的资金（没有就是零），以及到扫描日这一年是否已经结束。
*/
WITH booked AS (
    SELECT division, CAST(extract(YEAR FROM booked_on) AS INTEGER) AS year, sum(amount) AS booked
    FROM ledger
    WHERE direction = 'allocation'
    GROUP BY division, CAST(extract(YEAR FROM booked_on) AS INTEGER)
)
SELECT
    a.division, a.year, a.allocated, coalesce(b.booked, 0) AS booked, make_date(a.year, 12, 31) <= s.as_of AS ended
FROM allocations AS a
CROSS JOIN scan AS s
LEFT JOIN booked AS b ON b.division = a.division AND b.year = a.year
