/*
level:    class
family:   clock
title:    {zh: 签到多在整五分钟, en: "Punches on round minutes"}
says:     记到秒的签到中，分钟数是 5 的倍数的占比；自然情况约两成
high:     时刻是人工编造的
innocent: 上课铃在整点，踩点的人多
typologies: [T09]
typical:  peers
unit:     占比
weighs:   some
grain:    0.04
*/
SELECT s.class_id AS key, avg(CASE WHEN CAST(extract(MINUTE FROM s.check_in) AS INTEGER) % 5 = 0 THEN 1 ELSE 0 END) AS value
FROM sessions AS s
JOIN class_profiles AS k ON k.class_id = s.class_id AND k.to_the_second
WHERE s.method <> 'paper'
GROUP BY s.class_id
HAVING count(*) >= 40
