/*
title: {zh: 名单上的连续时段, en: Unbroken periods in the status registers}
says: 每人在名单上的连续时段（首尾相接或重叠的行并成一段，没有截止日期的记到 9999-12-31）。死亡、财政供养、领取养老金任何一种都使人不能享受补贴，三种并作一类（never_eligible）；在校学生、出境、服刑各成一类。截止早于起始的行不含任何一天。
*/
WITH listed AS (
    SELECT
        id_number, status_kind, from_date, coalesce(to_date, DATE '9999-12-31') AS to_date,
        CASE WHEN status_kind IN ('deceased', 'public_payroll', 'pensioner') THEN 'never_eligible' ELSE status_kind END AS status_group
    FROM status_registers
    WHERE to_date IS NULL OR to_date >= from_date
),
covered AS (
    SELECT
        *,
        max(to_date) OVER (
            PARTITION BY id_number, status_group ORDER BY from_date ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS covered_until
    FROM listed
),
numbered AS (
    SELECT
        *,
        sum(CASE WHEN date_diff('day', covered_until, from_date) <= 1 THEN 0 ELSE 1 END) OVER (
            PARTITION BY id_number, status_group ORDER BY from_date ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS period
    FROM covered
)
SELECT
    id_number, status_group, list(DISTINCT status_kind ORDER BY status_kind) AS status_kind,
    min(from_date) AS from_date, max(to_date) AS to_date
FROM numbered
GROUP BY id_number, status_group, period
