/*
level:    class
family:   roster
title:    {zh: 同一天又在别的班签到, en: "Also in another class the same day"}
says:     签到的人天里，同一天还在另一个班签到的占比
high:     名册是凑的，人不可能都在
innocent: 白天一班、晚上一班
typologies: [T23]
typical:  all
unit:     占比
weighs:   some
grain:    0.03
*/
-- Who is in one class alone cannot be in two: only the days of the others are looked at.
WITH several AS (
    SELECT id_number FROM attended GROUP BY id_number HAVING count(*) > 1
),
days AS (
    SELECT s.class_id, s.id_number, s.session_date
    FROM sessions AS s
    JOIN several AS v ON v.id_number = s.id_number
    GROUP BY s.class_id, s.id_number, s.session_date
),
twice AS (
    SELECT id_number, session_date FROM days GROUP BY id_number, session_date HAVING count(*) > 1
),
met AS (
    SELECT d.class_id, count(*) AS days
    FROM days AS d
    JOIN twice AS t ON t.id_number = d.id_number AND t.session_date = d.session_date
    GROUP BY d.class_id
),
counted AS (
    SELECT class_id, CAST(sum(days) AS BIGINT) AS days FROM attended GROUP BY class_id
)
SELECT c.class_id AS key, CAST(coalesce(m.days, 0) AS DOUBLE) / c.days AS value
FROM counted AS c
LEFT JOIN met AS m ON m.class_id = c.class_id
WHERE c.days >= 10
