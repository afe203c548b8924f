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
WITH days AS (
    SELECT DISTINCT class_id, id_number, session_date FROM sessions
),
counted AS (
    SELECT class_id, count(*) OVER (PARTITION BY id_number, session_date) AS classes FROM days
)
SELECT class_id AS key, avg(CASE WHEN classes > 1 THEN 1 ELSE 0 END) AS value
FROM counted
GROUP BY class_id
HAVING count(*) >= 10
