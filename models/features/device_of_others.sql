/*
level:    class
family:   devices
title:    {zh: 用别家机构的签到机, en: "Terminals of other institutions"}
says:     有设备号的线下签到中，设备也被别的培训主体用过的占比
high:     几家机构其实是一套人马，或考勤集中伪造
innocent: 租用同一处场地和设备
typologies: [T13, T39]
typical:  all
unit:     占比
weighs:   some
grain:    0.05
*/
WITH owners AS (
    SELECT device_id, count(DISTINCT organiser_id) AS organisers
    FROM sessions
    WHERE mode = 'offline' AND device_id IS NOT NULL
    GROUP BY device_id
)
SELECT s.class_id AS key, avg(CASE WHEN o.organisers > 1 THEN 1 ELSE 0 END) AS value
FROM sessions AS s
JOIN owners AS o ON o.device_id = s.device_id
WHERE s.mode = 'offline'
GROUP BY s.class_id
HAVING count(*) >= 10
