/*
title: {zh: 调剂凭证的配对, en: Transfers and their counterparts}
says: |
  每张调剂凭证在对方台账里有没有对应的一张（matched），以及记账日距扫描日的天数。
  转出方、转入方、金额都相同的凭证是一组；转出与转入按记账日、凭证号的先后一对一配，相隔不超过参数 transfer_days 的天数（按转出方所在市、转出记账日取值）。
  轮到第 n 张转出时，它取“前一张所取的下一张”，但不早于它够得着的第一张转入、不晚于最后一张：taken(n) = least(greatest(taken(n-1) + 1, first_in), last_in)；
  taken 没有向前走，这张转出就没有对应。逐张展开后，taken(n) - n 等于下面 bounds 里各个上界的最小值，所以不用递归。
  相邻两张转出够不着同一张转入时互不影响，另起一段（chain），比较只在一段之内进行。
*/
WITH vouchers AS (
    SELECT
        l.voucher_no, l.division, concat(left(l.division, 4), '00') AS city, l.counterparty_division, l.direction,
        l.booked_on, l.amount, date_diff('day', l.booked_on, s.as_of) AS days_since_booking,
        CASE
            WHEN l.direction = 'transfer_out' THEN l.division || '|' || l.counterparty_division
            ELSE l.counterparty_division || '|' || l.division
        END || '|' || CAST(l.amount AS VARCHAR) AS flow
    FROM ledger AS l
    CROSS JOIN scan AS s
    WHERE l.direction IN ('transfer_out', 'transfer_in')
),
numbered AS (
    SELECT *, row_number() OVER (PARTITION BY direction, flow ORDER BY booked_on, voucher_no) AS place
    FROM vouchers
),
reach AS (
    SELECT o.flow, o.place, min(i.place) AS first_in, max(i.place) AS last_in
    FROM numbered AS o
    JOIN parameter AS p
        ON p.id = 'transfer_days' AND p.city = o.city AND o.booked_on >= p.valid_from AND o.booked_on < p.valid_until
    JOIN numbered AS i
        ON i.flow = o.flow AND i.direction = 'transfer_in' AND abs(date_diff('day', o.booked_on, i.booked_on)) <= p.number
    WHERE o.direction = 'transfer_out'
    GROUP BY o.flow, o.place
),
linked AS (
    SELECT
        *, row_number() OVER (PARTITION BY flow ORDER BY place) AS n,
        CASE WHEN first_in <= lag(last_in) OVER (PARTITION BY flow ORDER BY place) THEN 0 ELSE 1 END AS starts_chain
    FROM reach
),
chains AS (
    SELECT
        flow, place, n, first_in - n AS lowest, last_in - n AS highest,
        sum(starts_chain) OVER (PARTITION BY flow ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS chain
    FROM linked
),
bounds AS (
    SELECT
        flow, place, n,
        max(lowest) OVER (PARTITION BY flow, chain ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS bound
    FROM chains
    UNION ALL
    SELECT
        c.flow, c.place, c.n,
        greatest(k.highest, max(c.lowest) OVER (
            PARTITION BY c.flow, k.n ORDER BY c.n ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        )) AS bound
    FROM chains AS c
    JOIN chains AS k ON k.flow = c.flow AND k.chain = c.chain AND k.n <= c.n
),
taken AS (
    SELECT flow, place, n, n + min(bound) AS taken
    FROM bounds
    GROUP BY flow, place, n
),
walked AS (
    SELECT *, lag(taken) OVER (PARTITION BY flow ORDER BY n) AS taken_before
    FROM taken
),
pairs AS (
    SELECT flow, 'transfer_out' AS direction, place FROM walked WHERE taken_before IS NULL OR taken > taken_before
    UNION ALL
    SELECT flow, 'transfer_in', taken FROM walked WHERE taken_before IS NULL OR taken > taken_before
)
SELECT
    v.voucher_no, v.division, v.city, v.counterparty_division, v.direction, v.booked_on, v.amount, v.days_since_booking,
    p.place IS NOT NULL AS matched
FROM numbered AS v
LEFT JOIN pairs AS p ON p.flow = v.flow AND p.direction = v.direction AND p.place = v.place
