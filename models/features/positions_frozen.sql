/*
level:    class
family:   devices
title:    {zh: 定位一动不动, en: "Positions that never move"}
says:     有定位的签到中，经纬度（六位小数）与本班另一次签到完全一样的占比
high:     定位是伪造的
innocent: 固定签到机上报的是机器坐标
typologies: [T39]
typical:  peers
unit:     占比
weighs:   much
grain:    0.05
*/
WITH places AS (
    SELECT class_id, longitude, latitude, count(*) AS times
    FROM sessions
    WHERE longitude IS NOT NULL AND latitude IS NOT NULL
    GROUP BY class_id, longitude, latitude
)
SELECT class_id AS key, CAST(sum(CASE WHEN times > 1 THEN times ELSE 0 END) AS DOUBLE) / sum(times) AS value
FROM places
GROUP BY class_id
HAVING sum(times) >= 10
