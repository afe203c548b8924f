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
WITH worked AS (
    SELECT id_number, month, max(days_worked) AS days_worked
    FROM payroll
    WHERE days_worked IS NOT NULL
    GROUP BY id_number, month
)
SELECT d.class_id AS key, avg(CAST(w.days_worked + d.days AS DOUBLE) / d.days_of_month) AS value
FROM attended_months AS d
JOIN classes AS k ON k.class_id = d.class_id AND k.mode = 'offline'
JOIN worked AS w ON w.id_number = d.id_number AND w.month = d.month
GROUP BY d.class_id
HAVING count(*) >= 3
