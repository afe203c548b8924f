/*
level:    class
family:   work
title:    {zh: 上课又满勤, en: "Training on top of full working days"}
says:     学员在上课的月份里，工资表出勤天数与上课天数之和占当月天数的比例，取人月平均
high:     上班和上课有一样是假的
innocent: 在岗培训算出勤；晚上上课
typologies: [T24, T29]
typical:  peers
unit:     比例
weighs:   some
grain:    0.05
*/
WITH days AS (
    SELECT class_id, id_number, CAST(date_trunc('month', session_date) AS DATE) AS month, count(DISTINCT session_date) AS days
    FROM sessions
    WHERE mode = 'offline'
    GROUP BY class_id, id_number, CAST(date_trunc('month', session_date) AS DATE)
),
worked AS (
    SELECT id_number, month, max(days_worked) AS days_worked
    FROM payroll
    WHERE days_worked IS NOT NULL
    GROUP BY id_number, month
)
SELECT d.class_id AS key, avg(CAST(w.days_worked + d.days AS DOUBLE) / date_diff('day', d.month, CAST(d.month + INTERVAL 1 MONTH AS DATE))) AS value
FROM days AS d
JOIN worked AS w ON w.id_number = d.id_number AND w.month = d.month
GROUP BY d.class_id
HAVING count(*) >= 3
