/*
level:    class
family:   teaching
title:    {zh: 教师一月上课天数, en: "Teaching days of the trainer in a month"}
says:     教师在本班所在各月里上课天数最多的一月有几天
high:     教师负荷不合常理
innocent: 专职教师旺季
typologies: [T25]
typical:  peers
unit:     天
weighs:   some
grain:    2
*/
WITH days AS (
    SELECT DISTINCT trainer_id, session_date FROM sessions WHERE trainer_id IS NOT NULL
),
months AS (
    SELECT trainer_id, CAST(date_trunc('month', session_date) AS DATE) AS month, count(*) AS days
    FROM days
    GROUP BY trainer_id, CAST(date_trunc('month', session_date) AS DATE)
),
taught AS (
    SELECT DISTINCT class_id, trainer_id, CAST(date_trunc('month', session_date) AS DATE) AS month FROM sessions WHERE trainer_id IS NOT NULL
)
SELECT t.class_id AS key, CAST(max(m.days) AS DOUBLE) AS value
FROM taught AS t
JOIN months AS m ON m.trainer_id = t.trainer_id AND m.month = t.month
GROUP BY t.class_id
