/*
level:    class
family:   clock
title:    {zh: 没有签退, en: "No check-outs"}
says:     机器或线上签到中没有签退、或签退早于签到的占比
high:     签到后人就走了
innocent: 只要求签到的教室、设备离线
typologies: [T07, T09]
typical:  peers
unit:     占比
weighs:   little
grain:    0.05
*/
SELECT s.class_id AS key, avg(CASE WHEN s.seconds IS NULL THEN 1 ELSE 0 END) AS value
FROM sessions AS s
WHERE s.method <> 'paper'
GROUP BY s.class_id
HAVING count(*) >= 10
