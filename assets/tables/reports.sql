/*
title: {zh: 资金使用月报, en: Monthly reports}
says: 截至扫描日报表月份已经结束的月报；每一行都算数。
*/
SELECT
    d.division, d.month, d.subsidy_kind, d.persons, d.amount, d.task_persons, d.opening_balance, d.closing_balance
FROM delivered.reports AS d
CROSS JOIN scan AS s
WHERE CAST(d.month + INTERVAL 1 MONTH AS DATE) <= CAST(s.as_of + INTERVAL 1 DAY AS DATE)
