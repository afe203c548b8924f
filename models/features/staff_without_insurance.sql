/*
level:    class
family:   work
title:    {zh: 在职学员没有参保, en: "Staff without insurance"}
says:     登记为企业职工的学员里，开班前三个月到结业在该单位没有任何社保缴费的占比
high:     劳动关系是假的
innocent: 新入职、劳务派遣、社保数据未交
typologies: [T06, T29, T32]
typical:  peers
unit:     占比
weighs:   some
grain:    0.08
*/
WITH staff AS (
    SELECT e.class_id, e.id_number, e.employer_id, k.start_date, k.end_date
    FROM enrolments AS e
    JOIN classes AS k ON k.class_id = e.class_id
    JOIN (SELECT DISTINCT employer_id FROM insurance) AS delivered ON delivered.employer_id = e.employer_id
    WHERE e.category = 'employee'
),
insured AS (
    SELECT DISTINCT s.class_id, s.id_number
    FROM staff AS s
    JOIN insurance AS i ON i.employer_id = s.employer_id AND i.id_number = s.id_number
        AND i.month <= s.end_date AND date_diff('day', i.month, s.start_date) <= 123
)
SELECT s.class_id AS key, avg(CASE WHEN i.id_number IS NULL THEN 1 ELSE 0 END) AS value
FROM staff AS s
LEFT JOIN insured AS i ON i.class_id = s.class_id AND i.id_number = s.id_number
GROUP BY s.class_id
HAVING count(*) >= 3
