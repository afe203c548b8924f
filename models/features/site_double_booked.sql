/*
level:    class
family:   teaching
title:    {zh: 一处场地同时几个班, en: "Several classes in one room at once"}
says:     线下上课时段里，同一培训地点（文字相同）还有几个别的班同时在上课（重叠超过 10 分钟），取平均；一天超过一百个班的地点只是一个字样（如“教室”），不看
high:     场地装不下这么多班
innocent: 多间教室的学校，地点只写到学校
typologies: [T25, T01, T13]
typical:  peers
unit:     个班
weighs:   some
grain:    0.3
*/
WITH held AS (
    SELECT s.class_id, s.session_date, s.slot, s.usual_at, s.last_at, k.site
    FROM class_slots AS s
    JOIN class_profiles AS k ON k.class_id = s.class_id
    WHERE k.site IS NOT NULL AND s.last_at IS NOT NULL
),
-- A mere word (教室) stands on thousands of classes a day, and all of them beside each other are millions of pairs.
places AS (
    SELECT site, session_date FROM held GROUP BY site, session_date HAVING count(DISTINCT class_id) <= 100
),
placed AS (
    SELECT h.*
    FROM held AS h
    JOIN places AS p ON p.site = h.site AND p.session_date = h.session_date
),
beside AS (
    SELECT a.class_id, a.session_date, a.slot, count(DISTINCT b.class_id) AS others
    FROM placed AS a
    JOIN placed AS b
        ON b.site = a.site AND b.session_date = a.session_date AND b.class_id <> a.class_id
        AND LEAST(a.last_at, b.last_at) - GREATEST(a.usual_at, b.usual_at) > 600
    GROUP BY a.class_id, a.session_date, a.slot
)
SELECT h.class_id AS key, avg(coalesce(b.others, 0)) AS value
FROM placed AS h
LEFT JOIN beside AS b ON b.class_id = h.class_id AND b.session_date = h.session_date AND b.slot = h.slot
GROUP BY h.class_id
