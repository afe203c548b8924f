/*
level:    class
family:   rhythm
title:    {zh: 一个接一个不停地签, en: "Punches right behind each other"}
says:     线下机器签到中，与前一人相隔不到 3 秒的占比
high:     一人连续刷多张卡或多张脸
innocent: 多台机器同时签到；上课铃前集中
typologies: [T08, T09]
typical:  peers
unit:     占比
weighs:   some
grain:    0.04
*/
SELECT s.class_id AS key, CAST(sum(s.close_behind) AS DOUBLE) / sum(s.punches - 1) AS value
FROM class_slots AS s
JOIN class_profiles AS k ON k.class_id = s.class_id AND k.by_machine AND k.to_the_second
WHERE s.punches >= 5
GROUP BY s.class_id
