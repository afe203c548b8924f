/*
level:    class
family:   breaks
title:    {zh: 后来反而到得更齐, en: "Attendance improves after the first days"}
says:     其余时段的到课率减去开头四分之一时段的到课率；真人的班多是越到后来越少
high:     开头几天真点名，后来的考勤是编的
innocent: 陆续报到、开班初期防控
typologies: [T07, T09]
typical:  peers
unit:     百分点
weighs:   some
grain:    0.03
*/
WITH parts AS (
    SELECT
        s.class_id,
        avg(CASE WHEN 4 * s.slot_no <= s.slots THEN CAST(s.persons AS DOUBLE) / s.most_persons END) AS early,
        avg(CASE WHEN 4 * s.slot_no > s.slots THEN CAST(s.persons AS DOUBLE) / s.most_persons END) AS later
    FROM class_slots AS s
    WHERE s.slots >= 8
    GROUP BY s.class_id
)
SELECT class_id AS key, later - early AS value
FROM parts
WHERE early IS NOT NULL AND later IS NOT NULL
