/*
level:    class
family:   presence
title:    {zh: 实到课时不足, en: "Hours attended fall short"}
says:     申领补贴、来过且多半有签退的人平均实到课时（45 分钟）比计划课时少几成，取 0 到 1
high:     课时缩水
innocent: 签退漏打；部分课在外实训
typologies: [T07, T47]
typical:  peers
unit:     成数
weighs:   much
grain:    0.05
*/
WITH each AS (
    SELECT c.class_id, c.id_number, max(c.planned_hours) AS planned_hours, max(a.seconds) AS seconds
    FROM class_claims AS c
    JOIN attended AS a ON a.class_id = c.class_id AND a.id_number = c.id_number AND 2 * a.timed_sessions >= a.sessions
    WHERE c.planned_hours > 0
    GROUP BY c.class_id, c.id_number
)
SELECT class_id AS key, GREATEST(0, 1 - avg(CAST(seconds AS DOUBLE) / 2700 / planned_hours)) AS value
FROM each
GROUP BY class_id
