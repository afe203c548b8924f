/*
level:    class
family:   devices
title:    {zh: 线上课同一设备多人, en: "Online sessions from shared devices"}
says:     线上签到中，设备在本班有 2 人以上用过的占比
high:     有人用一台机器替大家刷课
innocent: 家人合用电脑、机房上课
typologies: [T10, T39]
typical:  all
unit:     占比
weighs:   much
grain:    0.05
*/
WITH shared AS (
    SELECT class_id, device_id, count(*) AS times, count(DISTINCT id_number) AS persons
    FROM sessions
    WHERE mode = 'online' AND device_id IS NOT NULL
    GROUP BY class_id, device_id
)
SELECT class_id AS key, CAST(sum(CASE WHEN persons >= 2 THEN times ELSE 0 END) AS DOUBLE) / sum(times) AS value
FROM shared
GROUP BY class_id
HAVING sum(times) >= 10
