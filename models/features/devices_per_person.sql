/*
level:    class
family:   devices
title:    {zh: 签到设备与人数之比, en: "Terminals per person"}
says:     线下签到用过的设备数除以签到人数
high:     每人用自己的设备签，不在现场也能签
innocent: 用手机签到的班
typologies: [T39]
typical:  peers
unit:     台/人
weighs:   little
grain:    0.05
*/
SELECT class_id AS key, CAST(count(DISTINCT device_id) AS DOUBLE) / count(DISTINCT id_number) AS value
FROM sessions
WHERE mode = 'offline' AND device_id IS NOT NULL
GROUP BY class_id
HAVING count(*) >= 10
