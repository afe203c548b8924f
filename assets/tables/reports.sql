/*
title: {zh: 资金使用月报, en: Monthly reports}
says: 截至扫描日报表月份已经结束的月报；每个主键（division、month、subsidy_kind）取最后一次交来的一行，同一次交来的几行取文本最大的一行。余额在同一区划同一月的各行重复，以其中同样选出的一行（states_balance 为是）为准。
*/
WITH ranked AS (
    SELECT
        d.*,
        row_number() OVER (
            PARTITION BY d.division, d.month, d.subsidy_kind ORDER BY d.delivery_order DESC, d.row_text DESC
        ) AS place,
        row_number() OVER (PARTITION BY d.division, d.month ORDER BY d.delivery_order DESC, d.row_text DESC) = 1 AS states_balance
    FROM delivered.reports AS d
    CROSS JOIN scan AS s
    WHERE CAST(d.month + INTERVAL 1 MONTH AS DATE) <= CAST(s.as_of + INTERVAL 1 DAY AS DATE)
)
SELECT division, month, subsidy_kind, persons, amount, task_persons, opening_balance, closing_balance, states_balance
FROM ranked
WHERE place = 1
