/*
level:    class
family:   devices
title:    {zh: 线上课同一地址多人, en: "Online sessions from shared addresses"}
says:     线上签到中，同班同日有 3 人以上用同一网络地址的占比
high:     有人在一处替大家刷课
innocent: 同一单位、同一宿舍的出口地址
typologies: [T10]
typical:  all
unit:     占比
weighs:   little
grain:    0.05
*/
WITH shared AS (
    SELECT class_id, session_date, ip, count(*) AS times, count(DISTINCT id_number) AS persons
    FROM sessions
    WHERE mode = 'online' AND ip IS NOT NULL
    GROUP BY class_id, session_date, ip
)
SELECT class_id AS key, CAST(sum(CASE WHEN persons >= 3 THEN times ELSE 0 END) AS DOUBLE) / sum(times) AS value
FROM shared
GROUP BY class_id
HAVING sum(times) >= 10
