/*
level:    class
family:   clock
title:    {zh: 上课时长一秒不差, en: "One length of session over and over"}
says:     有签退的机器或线上签到中，最常见的一个时长（到秒）占多少
high:     签退由签到加固定时长推算而来
innocent: 系统在下课铃时统一签退
typologies: [T09, T10]
typical:  peers
unit:     占比
weighs:   much
grain:    0.03
*/
WITH lengths AS (
    SELECT s.class_id, s.seconds, count(*) AS times
    FROM sessions AS s
    JOIN class_profiles AS k ON k.class_id = s.class_id AND k.to_the_second
    WHERE s.seconds > 0 AND s.method <> 'paper'
    GROUP BY s.class_id, s.seconds
)
SELECT class_id AS key, CAST(max(times) AS DOUBLE) / sum(times) AS value
FROM lengths
GROUP BY class_id
HAVING sum(times) >= 20
