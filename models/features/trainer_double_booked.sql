/*
level:    class
family:   teaching
title:    {zh: 教师分身, en: "The trainer teaches elsewhere at the same time"}
says:     线下上课时段里，教师名下另一个不同地点的班同时在上课（重叠超过 10 分钟）的占比
high:     教师不可能同时在两处，课没有真上
innocent: 助教代课；教师编号录错
typologies: [T25, T13]
typical:  all
unit:     占比
weighs:   much
grain:    0.05
*/
WITH held AS (
    SELECT s.class_id, s.session_date, s.slot, s.usual_at, s.last_at, k.trainer_id, k.site
    FROM class_slots AS s
    JOIN class_profiles AS k ON k.class_id = s.class_id
    WHERE k.trainer_id IS NOT NULL AND k.site IS NOT NULL AND s.last_at IS NOT NULL
),
doubled AS (
    SELECT DISTINCT a.class_id, a.session_date, a.slot
    FROM held AS a
    JOIN held AS b
        ON b.trainer_id = a.trainer_id AND b.session_date = a.session_date AND b.class_id <> a.class_id AND b.site <> a.site
        AND LEAST(a.last_at, b.last_at) - GREATEST(a.usual_at, b.usual_at) > 600
)
SELECT h.class_id AS key, avg(CASE WHEN d.slot IS NULL THEN 0 ELSE 1 END) AS value
FROM held AS h
LEFT JOIN doubled AS d ON d.class_id = h.class_id AND d.session_date = h.session_date AND d.slot = h.slot
GROUP BY h.class_id
