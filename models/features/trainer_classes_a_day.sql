/*
level:    class
family:   teaching
title:    {zh: 教师同日带几个班, en: "Classes of the trainer on one day"}
says:     本班上课日里，教师当天带的班数的平均（只带本班为 1）
high:     教师分身不了，有的班没有真上
innocent: 小班合上、一天跑两处
typologies: [T25, T13]
typical:  peers
unit:     班/天
weighs:   some
grain:    0.2
*/
WITH days AS (
    SELECT DISTINCT class_id, session_date, trainer_id FROM sessions WHERE mode = 'offline' AND trainer_id IS NOT NULL
),
loads AS (
    SELECT trainer_id, session_date, count(*) AS classes FROM days GROUP BY trainer_id, session_date
)
SELECT d.class_id AS key, avg(l.classes) AS value
FROM days AS d
JOIN loads AS l ON l.trainer_id = d.trainer_id AND l.session_date = d.session_date
GROUP BY d.class_id
